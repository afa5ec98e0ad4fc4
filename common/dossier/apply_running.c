/* Rules that changed under a running dossier, applied: dues counted again, another version of the
 * procedure, another case.  Everything needed stands in the event.  Any thread. */
#include "common/dossier/applying.h"

/* ---------------------------------------------------------------- recalculation */

static instant no_later(const struct dossier *s, instant due)
{
    return s->finished == INSTANT_NONE && s->current_due < due ? s->current_due : due;
}

/* What the queues show follows the clock. */
static void due_shown(struct applying *x, const struct clock *c)
{
    struct dossier *s = x->s;
    size_t i;

    for (i = 0; i < s->requests; i++)
        if ((c->kind == CLOCK_SUPPLEMENT || c->kind == CLOCK_CONSULT || c->kind == CLOCK_PAPER) &&
            s->request[i].request == c->subject) {
            struct task *side = s->request[i].task ? task_w(x, s->request[i].task) : NULL;

            s->request[i].due = c->due;
            if (side)
                side->due = c->due;
        }
    for (i = 0; i < s->tasks; i++) {
        struct task *t = &s->task[i];

        if (t->request != 0)
            continue;
        if (c->kind == CLOCK_STEP && t->branch == 0 && t->step == c->subject &&
            t->visit == c->visit)
            t->due = no_later(s, c->due);
        if (c->kind == CLOCK_BRANCH && t->branch > 0 &&
            t->step * BRANCHES_MAX + t->branch - 1 == c->subject)
            t->due = no_later(s, c->due);
    }
}

/* What stood before the rules changed. */
struct dues_before {
    instant current, *due;
    size_t clocks;
};

static struct dues_before dues_before(struct applying *x)
{
    struct dues_before b = {x->s->current_due, ARENA_ARRAY(x->a, instant, x->s->clocks + 1),
                            x->s->clocks};
    size_t i;

    for (i = 0; i < b.clocks; i++)
        b.due[i] = x->s->clock[i].due;
    return b;
}

/* Kept so that every clock can name the paper that moved it.  Events written before moves were
 * numbered tell no turn: what they did to the state stays as it was written then. */
static bool take_rule_change(struct applying *x, const struct dues_before *b, bool version)
{
    struct dossier *s = x->s;
    struct rule_change *list;
    size_t i;

    if (x->pl.turn == 0)
        return true;
    if (x->pl.turn < 0 || (size_t)x->pl.turn != s->rule_changes + 1)
        return false;
    list = arena_grow(x->a, s->rule_change, s->rule_changes, s->rule_changes + 1, sizeof *list);
    list[s->rule_changes++] =
        (struct rule_change){x->e->at, version, x->pl.document, b->current, s->current_due};
    s->rule_change = list;
    for (i = 0; i < b->clocks; i++)
        if (s->clock[i].due != b->due[i]) {
            s->clock[i].moved = x->pl.turn;
            s->clock[i].was = b->due[i];
        }
    return true;
}

static bool apply_recalculated(struct applying *x)
{
    struct dues_before before = dues_before(x);
    struct dossier *s = x->s;
    size_t i;

    if (x->pl.moves == 0)
        return false;
    if (x->pl.basis != INSTANT_NONE && x->pl.basis < s->basis_due)
        return false;
    if (x->pl.current != INSTANT_NONE && x->pl.current < s->current_due)
        return false;
    for (i = 0; i < x->pl.moves; i++) {
        const struct payload_move *m = &x->pl.move[i];
        struct clock *c = m->kind >= 0 && m->kind < CLOCK_KINDS
                              ? clock_w(x, (enum clock_kind)m->kind, m->subject, m->visit)
                              : NULL;

        if (!c || c->state != CLOCK_RUNNING || m->due == INSTANT_NONE)
            return false;
        c->due = m->due;
    }
    if (s->finished == INSTANT_NONE)
        take_promise(x);
    if (x->pl.calendar) {
        s->calendar = x->pl.calendar;
        memcpy(s->calendar_hash, x->pl.calendar_hash, SHA256_BYTES);
    }
    for (i = 0; i < s->clocks; i++)
        if (s->clock[i].state == CLOCK_RUNNING)
            due_shown(x, &s->clock[i]);
    return take_rule_change(x, &before, false);
}

bool apply_due_adjusted(struct applying *x)
{
    return x->pl.request ? apply_request(x) : apply_recalculated(x);
}

/* ---------------------------------------------------------------- the limit that now holds */

/* Another limit on the legal clock; the ledger of its time stays. */
static bool take_limit(struct applying *x)
{
    struct dossier *s = x->s;
    const struct payload_clock *pc = x->pl.clock;
    struct clock *c = clock_w(x, CLOCK_LEGAL, -1, 0);
    size_t i;

    for (i = 0; i < x->pl.clocks && pc[i].kind != CLOCK_LEGAL; i++)
        ;
    if (i == x->pl.clocks)
        return true;
    if (!c || x->pl.committed.den == 0 || x->pl.legal.den == 0 || pc[i].due == INSTANT_NONE)
        return false;
    s->legal = x->pl.legal;
    s->committed = x->pl.committed;
    c->budget = pc[i].budget;
    c->due = pc[i].due;
    return true;
}

bool take_case(struct applying *x)
{
    struct dossier *s = x->s;

    if (!x->pl.case_code || x->pl.basis != INSTANT_NONE ||
        (x->pl.current != INSTANT_NONE && x->pl.current < s->current_due) || !take_limit(x))
        return false;
    s->case_code = x->pl.case_code;
    take_fees(x);
    s->money = dossier_money(s);
    return true;
}

/* ---------------------------------------------------------------- another version */

#define ABSENT (-1)

struct moving {
    struct applying *x;
    int step[STEPS_MAX];  /* by old index */
    int visit[STEPS_MAX]; /* added to the visits of that step, where two become one */
    size_t steps;
    int span[STEPS_MAX];
    size_t spans;
};

static int span_named(const struct procedure *p, const char *key)
{
    size_t i;

    for (i = 0; i < p->spans; i++)
        if (strcmp(p->span[i].span, key) == 0)
            return (int)i;
    return ABSENT;
}

static bool read_maps(struct moving *m)
{
    const struct payload *pl = &m->x->pl;
    const struct procedure *p = m->x->p;
    size_t i, k;

    if (pl->step_keys > STEPS_MAX || pl->span_keys > STEPS_MAX)
        return false;
    for (i = 0; i < pl->step_keys; i++) {
        m->step[i] = *pl->step_key[i] ? procedure_step(p, pl->step_key[i]) : ABSENT;
        if (*pl->step_key[i] && m->step[i] < 0)
            return false;
        for (k = 0; m->step[i] >= 0 && k < i; k++)
            if (m->step[k] == m->step[i])
                m->visit[i] += visits_of(m->x->s, (int)k);
    }
    for (i = 0; i < pl->span_keys; i++)
        m->span[i] = *pl->span_key[i] ? span_named(p, pl->span_key[i]) : ABSENT;
    m->steps = pl->step_keys;
    m->spans = pl->span_keys;
    return true;
}

static int step_now(const struct moving *m, int old)
{
    return old >= 0 && (size_t)old < m->steps ? m->step[old] : ABSENT;
}

static int visit_now(const struct moving *m, int old, int visit)
{
    return old >= 0 && (size_t)old < m->steps ? visit + m->visit[old] : visit;
}

/* By the number of an old branch: its number now; 0: the step has none any more; ABSENT: it is not
 * there.  An event that tells nothing of it left the numbers as they were. */
static int branch_now(const struct moving *m, int old, int branch)
{
    const struct payload *pl = &m->x->pl;
    int step = step_now(m, old), k;
    size_t i;

    for (i = 0; i < pl->branch_keys &&
                (pl->branch_key[i].step != old || pl->branch_key[i].branch != branch);
         i++)
        ;
    if (branch == 0 || i == pl->branch_keys)
        return branch;
    if (!pl->branch_key[i].key)
        return 0;
    k = step < 0 ? 0 : step_branch(&m->x->p->step[step], pl->branch_key[i].key);
    return k ? k : ABSENT;
}

/* What a branch came to is how the step ended, where that has no branches any more. */
static bool move_dones(struct moving *m)
{
    struct dossier *s = m->x->s;
    size_t i;

    for (i = 0; i < s->dones; i++) {
        struct step_done *d = &s->done[i];
        int branch = branch_now(m, d->step, d->branch);

        d->visit = visit_now(m, d->step, d->visit);
        d->step = step_now(m, d->step);
        if (d->step < 0 || branch == ABSENT)
            return false;
        if (d->branch && !branch) {
            d->action = d->outcome;
            d->outcome = NULL;
        }
        d->branch = branch;
    }
    return true;
}

static void move_branch_clock(struct moving *m, struct clock *c)
{
    int old = c->subject / BRANCHES_MAX, step = step_now(m, old);
    int branch = branch_now(m, old, c->subject % BRANCHES_MAX + 1);

    c->visit = visit_now(m, old, c->visit);
    if (step == ABSENT || branch <= 0) {
        end_clock(m->x, c);
        c->subject = ABSENT;
    } else
        c->subject = branch_subject(step, branch);
}

static void move_clock_subjects(struct moving *m)
{
    struct dossier *s = m->x->s;
    size_t i;

    for (i = 0; i < s->clocks; i++) {
        struct clock *c = &s->clock[i];

        if (c->kind == CLOCK_SPAN) {
            c->subject =
                c->subject >= 0 && (size_t)c->subject < m->spans ? m->span[c->subject] : ABSENT;
            if (c->subject == ABSENT)
                end_clock(m->x, c);
        } else if (c->kind == CLOCK_STEP) {
            c->visit = visit_now(m, c->subject, c->visit);
            c->subject = step_now(m, c->subject);
        } else if (c->kind == CLOCK_BRANCH)
            move_branch_clock(m, c);
    }
}

/* Whoever held it holds it on, unless the new step lies elsewhere. */
static bool move_task(struct moving *m, struct task *t)
{
    const struct payload *pl = &m->x->pl;
    const struct payload_task *to = NULL;
    int branch = branch_now(m, t->step, t->branch);
    enum role role;
    size_t i;

    if (branch < 0 || (branch == 0) != (t->branch == 0))
        return false;
    t->branch = branch;
    t->visit = visit_now(m, t->step, t->visit);
    t->step = step_now(m, t->step);
    t->from_step = t->from_step < 0 ? t->from_step : step_now(m, t->from_step);
    if (t->from_step == ABSENT)
        t->from_step = STEP_NONE;
    if (t->step < 0)
        return false;
    if (t->request != 0)
        return true;
    for (i = 0; i < pl->moveds && pl->moved[i].task != t->task; i++)
        ;
    if (i == pl->moveds)
        return false;
    to = &pl->moved[i];
    if (!to->step || procedure_step(m->x->p, to->step) != t->step || to->agency <= 0 || !to->role ||
        !role_of_name(to->role, &role))
        return false;
    if (to->agency != t->agency)
        t->from_agency = t->agency;
    if (to->agency != t->agency || to->officer != t->officer) {
        t->received = INSTANT_NONE;
        t->received_by = 0;
    }
    t->nobody_left = t->nobody_left && to->agency == t->agency && role == t->role;
    t->agency = to->agency;
    t->role = role;
    t->officer = to->officer;
    t->due = to->due;
    return true;
}

/* The open task that a clock of the event is about. */
static const struct task *task_at(const struct dossier *s, const struct payload_clock *pc)
{
    size_t i;

    for (i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        if (t->request == 0 && (t->branch ? pc->kind == CLOCK_BRANCH &&
                                                branch_subject(t->step, t->branch) == pc->subject
                                          : pc->kind == CLOCK_STEP && t->step == pc->subject))
            return t;
    }
    return NULL;
}

static bool take_target(struct moving *m, const struct payload_clock *pc)
{
    struct applying *x = m->x;
    const struct task *t = task_at(x->s, pc);
    struct clock *c = NULL;
    struct clock_interval *in;

    if (pc->kind == CLOCK_SPAN)
        c = clock_w(x, CLOCK_SPAN, pc->subject, 0);
    else if (t)
        c = clock_w(x, (enum clock_kind)pc->kind, pc->subject, t->visit);
    else
        return false;
    if (!pc->calendar || (!c && pc->kind == CLOCK_SPAN))
        return false;
    if (c && c->state != CLOCK_ENDED) {
        c->budget = pc->budget;
        c->calendar = pc->calendar;
        if (pc->due != INSTANT_NONE)
            c->due = pc->due;
        return true;
    }
    if (!t || pc->due == INSTANT_NONE)
        return false;
    in = ARENA_NEW(x->a, struct clock_interval);
    *in = (struct clock_interval){t->opened, INSTANT_NONE, true, x->e->seq};
    ARENA_PUSH(x->a, x->s->clock, x->s->clocks, x->s->clock_cap) =
        (struct clock){.kind = (enum clock_kind)pc->kind,
                       .subject = pc->subject,
                       .visit = t->visit,
                       .budget = pc->budget,
                       .calendar = pc->calendar,
                       .received = t->opened,
                       .state = CLOCK_RUNNING,
                       .due = pc->due,
                       .was = INSTANT_NONE,
                       .interval = in,
                       .intervals = 1,
                       .interval_cap = 1};
    return true;
}

/* A step or a branch that has no limit any more keeps none. */
static void end_old_limits(struct moving *m)
{
    const struct payload *pl = &m->x->pl;
    struct dossier *s = m->x->s;
    size_t i, k;

    for (i = 0; i < s->clocks; i++) {
        struct clock *c = &s->clock[i];

        for (k = 0; k < pl->clocks &&
                    (pl->clock[k].kind != (int)c->kind || pl->clock[k].subject != c->subject);
             k++)
            ;
        if ((c->kind == CLOCK_STEP || c->kind == CLOCK_BRANCH) && k == pl->clocks)
            end_clock(m->x, c);
    }
}

bool apply_migrated(struct applying *x)
{
    const struct payload *pl = &x->pl;
    struct dossier *s = x->s;
    struct dues_before before = dues_before(x);
    struct moving m = {.x = x};
    size_t i;

    if (!x->p || !pl->procedure || strcmp(pl->procedure, s->procedure) != 0 || !pl->document ||
        pl->version != x->p->version || memcmp(pl->definition, x->p->hash, SHA256_BYTES) != 0 ||
        pl->forms != x->p->forms || !read_maps(&m))
        return false;
    move_clock_subjects(&m);
    if (!move_dones(&m))
        return false;
    for (i = 0; i < s->tasks; i++)
        if (!move_task(&m, &s->task[i]))
            return false;
    end_old_limits(&m);
    for (i = 0; i < pl->clocks; i++)
        if (pl->clock[i].kind != CLOCK_LEGAL && !take_target(&m, &pl->clock[i]))
            return false;
    if (!take_limit(x) || (pl->basis != INSTANT_NONE && pl->basis < s->basis_due) ||
        (pl->current != INSTANT_NONE && pl->current < s->current_due))
        return false;
    if (pl->basis != INSTANT_NONE)
        s->basis_due = pl->basis;
    if (pl->current != INSTANT_NONE)
        s->current_due = pl->current;
    s->version = pl->version;
    memcpy(s->procedure_hash, pl->definition, SHA256_BYTES);
    s->form = pl->form;
    s->forms = pl->forms;
    settle_status(x);
    return take_rule_change(x, &before, true);
}
