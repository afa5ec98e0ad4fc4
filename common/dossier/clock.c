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
    const struct calendar *cal = calendar ? d->c->calendar(d->c->ctx, calendar) : NULL;
    struct text2 why = {"không có lịch làm việc", "there is no calendar"};
    enum time_fault fault = TIME_CALENDAR_ENDS;
    lminute due = 0;

    if (cal) {
        fault = worktime_due(cal, lminute_of(d->c->now), q, &due);
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
