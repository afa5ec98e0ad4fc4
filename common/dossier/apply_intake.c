/* How a dossier comes in, applied: attempts, what was decided of them, acceptance with its promise.
 * What an intake says stands in the event; results lie in the caller's arena.  Any thread. */
#include "common/dossier/applying.h"

static bool intake_facts_taken(struct applying *x)
{
    const struct payload *pl = &x->pl;
    struct dossier *s = x->s;
    unsigned c;

    if (!pl->procedure || !pl->regime || !pl->channel)
        return false;
    for (c = 0; c < CHANNELS && strcmp(channel_name((enum channel)c), pl->channel) != 0; c++)
        ;
    if (c == CHANNELS)
        return false;
    s->channel = (enum channel)c;
    s->procedure = pl->procedure;
    s->version = pl->version;
    memcpy(s->procedure_hash, pl->definition, SHA256_BYTES);
    s->regime = pl->regime;
    s->case_code = pl->case_code;
    s->receiving = pl->receiving;
    s->competent = pl->competent;
    s->island = pl->island;
    s->mountain = pl->mountain;
    s->applicant_kind = pl->applicant;
    memcpy(s->owner_key, pl->owner, SHA256_BYTES);
    memcpy(s->content_digest, pl->content, SHA256_BYTES);
    s->form = pl->form;
    s->forms = pl->forms;
    s->components_complete = pl->components_complete;
    s->form_complete = pl->form_complete;
    s->quantity = pl->quantity;
    s->exemption = pl->exemption;
    s->evidence = pl->evidence;
    return true;
}

bool apply_submitted(struct applying *x)
{
    struct dossier *s = x->s;

    if ((s->status != DS_NONE && s->status != DS_INTAKE_SUPPLEMENT) ||
        x->pl.attempt != s->attempts + 1 || !intake_facts_taken(x))
        return false;
    if (s->attempts == 0)
        s->earlier = x->pl.earlier;
    if (s->attempts == 0 && x->pl.other && !apply_linked(x))
        return false;
    s->attempts = x->pl.attempt;
    s->submitted = x->e->at;
    /* Nộp hộ: the account of an officer, not the applicant's own. */
    s->by_officer = s->channel == CHANNEL_ONLINE && x->e->actor != 0;
    s->status = DS_SUBMITTED;
    return open_clocks(x, s->attempts);
}

bool apply_attempt_decided(struct applying *x)
{
    struct dossier *s = x->s;
    const char *outcome = x->pl.outcome;
    struct clock *c = clock_w(x, CLOCK_INTAKE, -1, s->attempts);

    if (s->status != DS_SUBMITTED || x->pl.attempt != s->attempts || !outcome)
        return false;
    if (c)
        end_clock(x, c);
    /* Of a chain only the very first attempt was the first submission. */
    if (s->first_decided == INSTANT_NONE && !s->earlier) {
        s->first_decided = x->e->at;
        s->first_accepted = strcmp(outcome, "accepted") == 0;
    }
    if (strcmp(outcome, "accepted") == 0)
        return true; /* ACCEPTED follows */
    if (strcmp(outcome, "returned") == 0) {
        s->status = DS_INTAKE_SUPPLEMENT;
        return true;
    }
    if (strcmp(outcome, "rejected") != 0)
        return false;
    s->status = DS_REJECTED_INTAKE;
    s->refused_incomplete = x->pl.incomplete;
    end_without_result(x);
    return true;
}

bool apply_accepted(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload *pl = &x->pl;

    if (s->status != DS_SUBMITTED || (s->first_decided == INSTANT_NONE && !s->earlier) ||
        !pl->calendar || pl->due == 0 || pl->clocks != 1 || pl->clock[0].kind != CLOCK_LEGAL ||
        pl->committed.den == 0 || pl->legal.den == 0)
        return false;
    /* Said again only where the officer may have corrected what was submitted earlier. */
    if (pl->procedure && !intake_facts_taken(x))
        return false;
    if (!x->p || memcmp(x->p->hash, s->procedure_hash, SHA256_BYTES) != 0)
        return false;
    s->code = x->e->assigned;
    s->calendar = pl->calendar;
    memcpy(s->calendar_hash, pl->calendar_hash, SHA256_BYTES);
    s->legal = pl->legal;
    s->committed = pl->committed;
    s->original_due = s->basis_due = s->current_due = pl->due;
    take_fees(x);
    s->accepted = x->e->at;
    s->nobody_left = false;
    s->status = DS_ACCEPTED;
    s->money = dossier_money(s);
    if (!open_clocks(x, 1))
        return false;
    /* Counted from when it was really handed in; the server's own time stands beside it. */
    if (pl->claimed != INSTANT_NONE && pl->claimed > 0) {
        s->claimed = pl->claimed;
        clock_w(x, CLOCK_LEGAL, -1, 0)->received = pl->claimed;
    }
    return true;
}
