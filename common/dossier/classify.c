/* How a dossier came out, derived from its instants and never stored.  A finish on an earlier date
 * than the due is early, at or before the due instant on time, after it late: comparing dates only
 * would turn 17:05 into on time.  Pure; any thread. */
#include "common/dossier/inside.h"

static instant due_by(const struct dossier *s, enum due_basis basis)
{
    switch (basis) {
    case DUE_ORIGINAL:
        return s->original_due;
    case DUE_BASIS:
        return s->basis_due;
    case DUE_CURRENT:
        break;
    }
    return s->current_due;
}

bool dossier_valid_first(const struct dossier *s)
{
    return s && s->first_accepted && s->accepted != INSTANT_NONE && !s->supplemented_later &&
           !s->refused_incomplete;
}

static bool by(instant t, instant as_of)
{
    return t != INSTANT_NONE && t <= as_of;
}

/* Since when the legal clock stood still at that instant (a supplement, an excluded time), or
 * INSTANT_NONE. */
static instant standing(const struct dossier *s, instant as_of)
{
    const struct clock *c = clock_of(s, CLOCK_LEGAL, -1, 0);
    size_t i;

    for (i = 0; c && i < c->intervals; i++) {
        const struct clock_interval *in = &c->interval[i];

        if (!in->running && in->from <= as_of && (in->to == INSTANT_NONE || as_of < in->to))
            return in->from;
    }
    return INSTANT_NONE;
}

enum dossier_class dossier_class_at(const struct dossier *s, enum due_basis basis, instant as_of)
{
    instant due = due_by(s, basis), stopped;

    if (!by(s->accepted, as_of))
        return CLASS_NOT_RECEIVED;
    if (by(s->finished, as_of)) {
        if (s->finished > due)
            return CLASS_LATE;
        return lminute_day(lminute_of(s->finished)) < lminute_day(lminute_of(due)) ? CLASS_EARLY
                                                                                   : CLASS_ON_TIME;
    }
    if (by(s->ended, as_of))
        return CLASS_ENDED_OTHER;
    stopped = standing(s, as_of);
    /* What was late when it stopped is late; a standstill erases nothing. */
    if (stopped != INSTANT_NONE)
        return stopped > due ? CLASS_PENDING_OVERDUE : CLASS_WAITING;
    return as_of > due ? CLASS_PENDING_OVERDUE : CLASS_PENDING_WITHIN;
}
