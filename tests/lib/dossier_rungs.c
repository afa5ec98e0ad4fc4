/* Warnings, escalations and timed acts never come early: the moment of each rung by the minute
 * counter. The proof is the caller's; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/dossier/inside.h"
#include "common/dossier/timers.h"
#include "tests/lib/dossier_proof.h"

/* Minutes of work that a clock has used up by then, pauses left out. */
static int64_t used_up(const struct proof *p, const struct proof_clock *c, instant at)
{
    const struct brute *b = proof_counter(p, c->calendar);
    lminute now = lminute_of(at);
    int64_t used = brute_elapsed(b, brute_start(b, lminute_of(c->received)), now);
    size_t i;

    for (i = 0; i < c->pauses; i++)
        if (c->pause[i].from < now)
            used -= brute_elapsed(b, c->pause[i].from, c->pause[i].to < now ? c->pause[i].to : now);
    return used;
}

/* A share of the clock's time is used up; so many hours of work are left, or have gone since. */
static bool moment_has_come(const struct proof *p, const struct proof_clock *c,
                            const struct moment *m, instant at)
{
    const struct brute *b = proof_counter(p, c->calendar);
    lminute due = lminute_of(c->due), now = lminute_of(at);
    int64_t hours = m->apart.den ? m->apart.num * 60 / m->apart.den : 0;

    if (m->percent)
        return used_up(p, c, at) >= used_up(p, c, c->due) * m->share / 100;
    if (m->sign == 0)
        return at >= c->due;
    if (m->apart.unit != UNIT_HOUR) /* days: at least the direction */
        return m->sign < 0 || at >= c->due;
    if (m->sign < 0)
        return now >= due || brute_elapsed(b, now, due) <= hours;
    return now >= due && brute_elapsed(b, due, now) >= hours;
}

static bool step_rung_has_come(const struct proof *p, const struct proof_clock *c, int rung,
                               instant at)
{
    const struct step *st = &p->w->c.procedure->step[c->subject];
    struct moment m = {0};

    if (rung >= RUNG_TIMER)
        m = st->timer[rung - RUNG_TIMER].moment;
    else if (rung == RUNG_ESCALATE)
        PROVE(p, moment_parse(span_of(st->escalate_at), &m));
    else
        m = (struct moment){.percent = st->warn[rung].percent,
                            .share = st->warn[rung].share,
                            .sign = st->warn[rung].percent || st->warn[rung].due ? 0 : -1,
                            .apart = st->warn[rung].before};
    return moment_has_come(p, c, &m, at);
}

static bool legal_rung_has_come(const struct proof *p, const struct proof_clock *c, int rung,
                                instant at)
{
    const struct supplement *own = &p->w->c.procedure->supplement;
    struct quantity within =
        own->given && own->within.den ? own->within : p->w->c.regime->supplement_within;

    switch (rung) {
    case RUNG_SUPPLEMENT_WINDOW:
        return at >= instant_of(
                         brute_due(proof_counter(p, c->calendar), lminute_of(p->accepted), within));
    case RUNG_DUE:
    case RUNG_EXTENDED:
        return at >= p->current;
    case RUNG_APOLOGY: /* the day before, at the latest so many working days earlier */
        return lminute_day(lminute_of(at)) >=
               lminute_day(lminute_of(p->current)) - 31 * p->w->c.regime->extension_days_before;
    default:
        return at > p->accepted;
    }
}

bool proof_rung_has_come(const struct proof *p, const struct proof_clock *c, int rung, instant at)
{
    switch (c->kind) {
    case CLOCK_STEP:
        return step_rung_has_come(p, c, rung, at);
    case CLOCK_LEGAL:
        return legal_rung_has_come(p, c, rung, at);
    case CLOCK_INTAKE:
        if (rung == RUNG_ALERT)
            return at >=
                   instant_of(brute_due(proof_counter(p, c->calendar), lminute_of(c->received),
                                        p->w->c.regime->online_alert));
        return at >= c->due;
    default:
        return at >= c->due;
    }
}
