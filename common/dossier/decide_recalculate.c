/* A corrected calendar: internal targets follow it, the promise only by an explicit recalculation
 * with a document and a second person, never earlier (domain 4.4, INV3).  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/dossier/running.h"

/* Administrators and the head of the one-stop unit; the system for internal targets. */
struct verdict check_recalculate(struct deciding *d)
{
    static const unsigned may = ROLE_BIT(ROLE_BUSINESS_ADMIN) | ROLE_BIT(ROLE_ONESTOP_HEAD);

    if (d->c->actor.user == 0 || d->c->actor.roles & may)
        return VERDICT_OK;
    return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
}

void second_person(struct deciding *d, bool document)
{
    const struct ask *ask = d->cmd->ask;
    int64_t other = d->cmd->approver;

    if (other <= 0 || d->c->actor.user == 0 || stands_for(d, other))
        refuse(d, ERR_R_SEPARATION, "/approver", "Phải có người thứ hai duyệt",
               "A second person has to approve it");
    if (document && (!ask || !ask->document || !*ask->document))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", NULL, NULL);
    if (ask)
        words_fit(d, ask->document, WORD_MAX, false, "/document");
    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
}

/* Dues that the event gives clocks, in the order of the state. */
static void fill_moves(struct deciding *d, const struct dues_again *again, bool promise,
                       struct payload *pl)
{
    size_t i, cap = 0;

    for (i = 0; i < again->moves; i++) {
        const struct clock *c = &d->s->clock[again->move[i].clock];

        if (c->kind == CLOCK_LEGAL ? again->promise != PROMISE_MOVES || !promise
                                   : !clock_is_target(c->kind) && !promise)
            continue;
        ARENA_PUSH(d->a, pl->move, pl->moves, cap) =
            (struct payload_move){(int)c->kind, c->subject, c->visit, false, again->move[i].after};
    }
}

static void fill_promise(struct deciding *d, const struct dues_again *again, struct payload *pl)
{
    const struct calendar *cal = d->c->calendar(d->c->ctx, d->s->calendar);

    if (again->basis != d->s->basis_due)
        pl->basis = again->basis;
    if (again->current != d->s->current_due)
        pl->current = again->current;
    pl->calendar = d->s->calendar;
    memcpy(pl->calendar_hash, calendar_hash(cal), SHA256_BYTES);
}

/* Nothing comes out otherwise: no event, so the same recalculation may be repeated. */
void act_recalculate(struct deciding *d)
{
    struct payload pl = {.wanted = INSTANT_NONE, .basis = INSTANT_NONE, .current = INSTANT_NONE};
    struct dues_again again;

    if (d->cmd->promise || d->c->actor.user != 0)
        second_person(d, d->cmd->promise);
    dossier_recompute_dues(d->s, d->c, &again);
    if (again.fault != TIME_FINE)
        refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, time_fault_text(again.fault)}, NULL);
    if (!fine(d))
        return;
    fill_moves(d, &again, d->cmd->promise, &pl);
    if (d->cmd->promise && again.promise == PROMISE_MOVES)
        fill_promise(d, &again, &pl);
    if (pl.moves == 0)
        return;
    pl.turn = (int)d->s->rule_changes + 1;
    pl.approver = d->cmd->approver;
    pl.document = d->cmd->ask ? d->cmd->ask->document : NULL;
    pl.note = d->cmd->note;
    push(d, EV_DUE_ADJUSTED, &pl);
}
