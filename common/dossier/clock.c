/* Clocks: due instants of new budgets, spans over several steps.  The calculator of common/time/
 * does the counting; here is only which budget runs by which calendar.  Any thread. */
#include "common/dossier/inside.h"

const char *agency_calendar(const struct context *c, int agency_id)
{
    int i = organisation_of_id(c->org, agency_id);

    return i < 0 ? NULL : organisation_calendar(c->org, i);
}

bool clock_due(struct deciding *d, const char *calendar, struct quantity q, struct text2 what,
               instant *ret)
{
    return clock_due_from(d, d->c->now, calendar, q, what, ret);
}

bool clock_due_from(struct deciding *d, instant from, const char *calendar, struct quantity q,
                    struct text2 what, instant *ret)
{
    const struct calendar *cal = calendar ? d->c->calendar(d->c->ctx, calendar) : NULL;
    struct text2 why = {"không có lịch làm việc", "there is no calendar"};
    enum time_fault fault = TIME_CALENDAR_ENDS;
    lminute due = 0;

    if (cal) {
        fault = worktime_due(cal, lminute_of(from), q, &due);
        why = time_fault_text(fault);
    }
    if (fault == TIME_FINE) {
        *ret = instant_of(due);
        return true;
    }
    what = (struct text2){arena_printf(d->a, "%s: ", what.vi), arena_printf(d->a, "%s: ", what.en)};
    refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, text2_join(d->a, what, why)}, NULL);
    return false;
}

/* Limits over several steps that begin with this moment, unless they run already (a return). */
bool spans_opened(struct deciding *d, int step, bool enter, struct payload *p, int agency)
{
    const char *calendar = agency_calendar(d->c, agency);
    size_t i, cap = p->clocks;

    for (i = 0; i < d->p->spans; i++) {
        const struct span_limit *sp = &d->p->span[i];
        const struct clock *c = clock_of(d->s, CLOCK_SPAN, (int)i, 0);
        instant due;

        if (sp->from_step != step || sp->from_enter != enter || (c && c->state != CLOCK_ENDED))
            continue;
        if (!clock_due(d, calendar, sp->limit, (struct text2){sp->span, sp->span}, &due))
            return false;
        ARENA_PUSH(d->a, p->clock, p->clocks, cap) =
            (struct payload_clock){CLOCK_SPAN, (int)i, sp->limit, calendar, due};
    }
    return true;
}

/* ---------------------------------------------------------------- standstills */

size_t clock_pauses(const struct clock *c, instant now, struct interval *out, size_t max)
{
    size_t i, n = 0;

    for (i = 0; i < c->intervals && n < max; i++) {
        const struct clock_interval *in = &c->interval[i];

        /* What lies before a restart no longer counts. */
        if (!in->running && in->from >= c->received)
            out[n++] = (struct interval){lminute_of(in->from),
                                         lminute_of(in->to == INSTANT_NONE ? now : in->to)};
    }
    return n;
}

bool calendar_as_pinned(const struct context *c, const struct dossier *s)
{
    const struct calendar *cal = c->calendar(c->ctx, s->calendar);

    return cal && memcmp(calendar_hash(cal), s->calendar_hash, SHA256_BYTES) == 0;
}

/* A date moved by the working minutes of the pause that ends; a date that had passed when the pause
 * began stays (lateness already incurred is not erased). */
static bool date_moved(struct deciding *d, const struct clock *c, instant date, instant *ret)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, c->calendar);
    instant from = c->interval[c->intervals - 1].from;
    lminute at = lminute_of(date);
    int64_t minutes;

    *ret = date;
    if (from > date || !cal)
        return true;
    if (worktime_elapsed(cal, lminute_of(from), lminute_of(d->c->now), &minutes) != TIME_FINE ||
        worktime_add(cal, at, minutes, &at) != TIME_FINE) {
        refuse(d, ERR_R_CALENDAR_END, NULL, NULL, NULL);
        return false;
    }
    *ret = instant_of(at);
    return true;
}

/* Due of a clock that goes on now: from zero, or with its pauses added as working minutes.  Where
 * the calendar was corrected meanwhile, the promise that was given goes on by what the pause took,
 * not by another count. */
static bool due_again(struct deciding *d, const struct clock *c, bool restart, instant *ret)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, c->calendar);
    enum time_fault fault = TIME_CALENDAR_ENDS;
    lminute due = 0;

    if (!restart && c->kind == CLOCK_LEGAL && !calendar_as_pinned(d->c, d->s))
        return date_moved(d, c, c->due, ret);
    if (cal && restart) {
        fault = worktime_due(cal, lminute_of(d->c->now), c->budget, &due);
        if (fault == TIME_FINE)
            *ret = instant_of(due);
    } else if (cal)
        fault = clock_due_again(cal, c, c->budget, d->c->now, ret);
    if (fault != TIME_FINE)
        refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, time_fault_text(fault)}, NULL);
    return fault == TIME_FINE;
}

/* The promise after a standstill.  A restart takes the new due; where lateness had been incurred
 * before the supplement was asked, the basis stays (domain 2.6: it does not erase lateness). */
static bool promise_again(struct deciding *d, const struct clock *legal, const struct request *r,
                          bool restart, instant due, struct payload *pl)
{
    const struct dossier *s = d->s;

    if (restart) {
        /* A date told with an apology is not taken back by an earlier one. */
        pl->current = due > s->current_due ? due : s->current_due;
        pl->basis = r->overdue ? s->basis_due : due;
        return true;
    }
    if (s->basis_due == s->current_due && s->basis_due == legal->due && !r->overdue) {
        pl->basis = pl->current = due;
        return true;
    }
    return date_moved(d, legal, s->basis_due, &pl->basis) &&
           date_moved(d, legal, s->current_due, &pl->current);
}

bool clocks_resumed(struct deciding *d, const struct request *r, bool restart, struct payload *pl)
{
    const struct dossier *s = d->s;
    size_t i, cap = 0;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].request != r->request && s->request[i].stops &&
            request_open(&s->request[i]))
            return true; /* another standstill goes on */
    for (i = 0; i < s->clocks; i++) {
        const struct clock *c = &s->clock[i];
        struct payload_move m = {(int)c->kind, c->subject, c->visit, restart, INSTANT_NONE};

        if (c->state != CLOCK_STOPPED)
            continue;
        if (!due_again(d, c, restart, &m.due))
            return false;
        if (c->kind == CLOCK_LEGAL && !promise_again(d, c, r, restart, m.due, pl))
            return false;
        ARENA_PUSH(d->a, pl->move, pl->moves, cap) = m;
    }
    return true;
}
