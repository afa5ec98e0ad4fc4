/* What the second reading of a history came to, held against the state: clocks, requests, the end,
 * lateness.  The proof is the test's; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "tests/lib/dossier_proof.h"

static void compare_clock(struct proof *p, const struct clock *k)
{
    struct proof_clock *c = proof_find(p, k->kind, k->subject, k->visit);

    PROVE(p, c != NULL);
    if (k->state == CLOCK_ENDED) {
        PROVE(p, k->kind != CLOCK_LEGAL || c->gone);
        c->gone = true;
        return;
    }
    PROVE(p, !c->gone);
    PROVE(p, (k->state == CLOCK_STOPPED) == c->still);
    PROVE(p, k->received == c->received);
    if (!c->still)
        PROVE(p, k->due == c->due);
}

/* A clock runs for somebody: without the work or the answer that it measures it has ended. */
static bool has_owner(const struct dossier *s, const struct clock *k)
{
    const struct request *r = dossier_request(s, k->subject);
    size_t i;

    if (k->kind == CLOCK_SUPPLEMENT || k->kind == CLOCK_CONSULT || k->kind == CLOCK_PAPER)
        return r && (request_open(r) || r->state == RS_LAPSED);
    for (i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        if (t->request == 0 && t->visit == k->visit &&
            (t->branch ? k->kind == CLOCK_BRANCH && branch_subject(t->step, t->branch) == k->subject
                       : k->kind == CLOCK_STEP && t->step == k->subject))
            return true;
    }
    return k->kind != CLOCK_STEP && k->kind != CLOCK_BRANCH;
}

static void compare_clocks(struct proof *p)
{
    const struct dossier *s = p->w->s;
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        compare_clock(p, &s->clock[i]);
        PROVE(p, s->clock[i].state == CLOCK_ENDED || has_owner(s, &s->clock[i]));
    }
    for (i = 0; i < p->clocks; i++) {
        const struct proof_clock *c = &p->clock[i];

        PROVE(p, c->gone || clock_of(s, c->kind, c->subject, c->visit) != NULL);
    }
}

/* Whoever asked has not agreed; what needs somebody else's consent has it. */
static void compare_requests(const struct proof *p)
{
    const struct dossier *s = p->w->s;
    size_t i;

    for (i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];
        bool consent = r->kind == REQ_EXTENSION || r->kind == REQ_REFUND || r->kind == REQ_CASE ||
                       r->kind == REQ_LATE_ENTRY;

        PROVE(p, r->agreed_by == 0 || r->agreed_by != r->by);
        if (consent && (r->state == RS_DONE || request_open(r)))
            PROVE(p, r->agreed_by != 0);
        if (request_pending(r))
            PROVE(p, r->task == 0 || task_of(s, r->task) != NULL);
        else
            PROVE(p, r->task == 0);
        if (request_pending(r) && !waits_for_branch(r) && s->ended == INSTANT_NONE)
            PROVE(p, r->task != 0);
    }
}

/* What may still be under way when a dossier has ended: money, paper on its way. */
static bool outlives(enum request_kind k)
{
    return k == REQ_REFUND || k == REQ_PAYMENT || k == REQ_PAPER || k == REQ_LATE_ENTRY ||
           k == REQ_UNMATCHED;
}

static void compare_end(const struct proof *p)
{
    const struct dossier *s = p->w->s;
    size_t i;

    if (s->ended == INSTANT_NONE)
        return;
    for (i = 0; i < s->requests; i++)
        PROVE(p, !request_pending(&s->request[i]) || outlives(s->request[i].kind) ||
                     s->request[i].state == RS_LAPSED);
    for (i = 0; i < s->tasks; i++)
        PROVE(p, s->task[i].request != 0);
    for (i = 0; i < s->clocks; i++)
        PROVE(p, s->clock[i].state == CLOCK_ENDED || s->clock[i].kind == CLOCK_PAPER);
}

/* Once late, late for ever; not late when it stopped, waiting meanwhile. */
static void compare_lateness(struct proof *p)
{
    const struct dossier *s = p->w->s;
    instant now = p->w->c.now;
    enum dossier_class c = dossier_class_at(s, DUE_BASIS, now);
    bool resolved = s->finished != INSTANT_NONE;
    instant at = resolved ? s->finished : p->stops ? p->since : now;
    bool late = p->accepted != INSTANT_NONE && at > p->basis;

    if (s->ended != INSTANT_NONE && !resolved)
        return;
    p->overdue = p->overdue || late;
    PROVE(p, !p->overdue || c == CLASS_PENDING_OVERDUE || c == CLASS_LATE);
    PROVE(p, p->overdue || (c != CLASS_PENDING_OVERDUE && c != CLASS_LATE));
    PROVE(p, p->accepted == INSTANT_NONE || resolved || p->overdue ||
                 (c == CLASS_WAITING) == (p->stops > 0));
}

/* By trying, not by asking the rule: whoever has the role there takes it. */
static bool takes(const struct proof *p, const struct task *t, const struct world_officer *o)
{
    const struct step *st = &p->w->p->step[t->step];
    struct context c = p->w->c;
    struct decision d;
    size_t i;

    for (i = 0; o->load.user == p->w->s->draft.by && i < st->actions; i++)
        if (st->action[i].effect == EFFECT_APPROVE || st->action[i].effect == EFFECT_REFUSE)
            return false; /* not what she drafted herself */
    c.actor = (struct actor){.user = o->load.user, .agency = o->agency, .roles = o->roles};
    dossier_decide(p->w->s, p->w->id, &(struct command){.kind = CMD_CLAIM, .task = t->task}, &c,
                   &d);
    return d.ok;
}

/* Work that the act brought to a queue: a head is told when nobody can take it, and only then.  Of
 * those who could some are away: leave is no reason.  What is taken back lies where it lay. */
static void compare_queue(const struct proof *p)
{
    const struct world *w = p->w;
    size_t i, k;

    for (i = 0; w->d.events && w->d.event[0].kind != EV_PULLED_BACK && i < w->s->tasks; i++) {
        const struct task *t = &w->s->task[i];
        bool there = false, barred = false, somebody = false;

        if (t->seq < w->d.event[0].seq || t->request || t->officer ||
            !dossier_status_open(w->s->status))
            continue;
        for (k = 0; k < w->officers; k++) {
            const struct world_officer *o = &w->officer[k];

            if (o->agency != t->agency || !(o->roles & ROLE_BIT(t->role)))
                continue;
            there = true;
            if (!takes(p, t, o))
                barred = true;
            else if (!o->load.absent)
                somebody = true;
        }
        PROVE(p, t->nobody_left == (!somebody && (barred || !there)));
    }
}

void proof_take(struct proof *p)
{
    const struct dossier *s = p->w->s;

    proof_read(p);
    PROVE(p, s->accepted == p->accepted); /* INV2: the server's own time */
    PROVE(p, s->original_due == p->original);
    PROVE(p, s->basis_due == p->basis);
    PROVE(p, s->current_due == p->current);
    PROVE(p, s->paid >= 0);
    compare_clocks(p);
    compare_requests(p);
    compare_end(p);
    compare_lateness(p);
    compare_queue(p);
}
