/* A running dossier moves to another version of its procedure: every step, limit and fact is found
 * again by its key, or the move is refused by name.  The promise stays as it was printed; a longer
 * one only where it is asked for (domain 1.11, 4.4).  Everything lives in the decision's arena.
 * Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

struct migrating {
    struct deciding *d;
    const struct procedure *to;
    struct payload pl;
    size_t clock_cap, moved_cap, branch_cap;
};
#define GONE (-1)

/* Administrators only: nobody moves the dossiers she works on by herself. */
struct verdict check_migrate(struct deciding *d)
{
    if (d->c->actor.roles & ROLE_BIT(ROLE_BUSINESS_ADMIN))
        return VERDICT_OK;
    return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
}

/* ---------------------------------------------------------------- the version */

static void check_target(struct deciding *d, const struct procedure *to)
{
    if (!to || strcmp(to->code, d->p->code) != 0) {
        refuse(d, ERR_R_NOT_IN_FORCE, "/to", "Không có phiên bản này của thủ tục",
               "The procedure has no such version");
        return;
    }
    if (memcmp(to->hash, d->p->hash, SHA256_BYTES) == 0)
        refuse(d, ERR_R_ONCE_ONLY, "/to", "Hồ sơ đã theo phiên bản %d",
               "The dossier follows version %d already", to->version);
    if (d->today < to->valid_from || d->today > to->valid_to)
        refuse(d, ERR_R_NOT_IN_FORCE, "/to", "Phiên bản %d không có hiệu lực trong ngày này",
               "Version %d is not in force on this day", to->version);
    if (to->not_executable)
        refuse(d, ERR_R_NOT_EXECUTABLE, "/to", "Bộ máy chưa thực hiện được: %s",
               "The engine does not execute yet: %s", to->not_executable);
}

/* ---------------------------------------------------------------- steps by their keys */

static const char *new_key(const struct command *cmd, const char *old)
{
    size_t i;

    for (i = 0; i < cmd->maps; i++)
        if (strcmp(cmd->map[i].from, old) == 0)
            return cmd->map[i].to;
    return old;
}

/* The step of the new version that an old one goes on as; STEP_NONE: there is none. */
static int step_in(const struct migrating *m, int old)
{
    return procedure_step(m->to, new_key(m->d->cmd, m->d->p->step[old].step));
}

/* "opinions", or "opinions/tax" for one of its branches: the step; branch 0: none was named. */
static int place_named(struct arena *a, const struct procedure *p, const char *key, int *ret_branch)
{
    const char *slash = strchr(key, '/');
    int step = procedure_step(p, slash ? arena_strndup(a, key, (size_t)(slash - key)) : key);

    *ret_branch = slash && step >= 0 ? step_branch(&p->step[step], slash + 1) : 0;
    return slash && *ret_branch == 0 ? STEP_NONE : step;
}

/* The branch of the new version that an old one goes on as: its number; 0: the step has no branches
 * any more; GONE: there is none. */
static int branch_in(const struct migrating *m, int old, int branch)
{
    const struct step *was = &m->d->p->step[old];
    int now = step_in(m, old), other, k;
    const char *key, *to;

    if (now < 0 || (size_t)branch > was->branches)
        return GONE;
    if (!m->to->step[now].is_split)
        return 0;
    key = arena_printf(m->d->a, "%s/%s", was->step, was->branch[branch - 1].branch);
    to = new_key(m->d->cmd, key);
    if (to == key)
        k = step_branch(&m->to->step[now], was->branch[branch - 1].branch);
    else
        k = place_named(m->d->a, m->to, to, &other) == now ? other : 0;
    return k ? k : GONE;
}

static void check_map(struct migrating *m)
{
    struct deciding *d = m->d;
    size_t i;
    int b;

    for (i = 0; i < d->cmd->maps; i++) {
        const struct step_map *map = &d->cmd->map[i];

        if (place_named(d->a, d->p, map->from, &b) < 0)
            refuse(d, ERR_R_WRONG_STEP, arena_printf(d->a, "/map/%s", map->from),
                   "Phiên bản cũ không có bước “%s”", "The old version has no step “%s”",
                   map->from);
        if (place_named(d->a, m->to, map->to, &b) < 0)
            refuse(d, ERR_R_WRONG_STEP, arena_printf(d->a, "/map/%s", map->from),
                   "Phiên bản mới không có bước “%s”", "The new version has no step “%s”", map->to);
    }
}

static void want_step(struct migrating *m, int old, uint64_t *seen)
{
    struct deciding *d = m->d;
    const char *key = d->p->step[old].step;

    if (*seen >> old & 1)
        return;
    *seen |= (uint64_t)1 << old;
    if (step_in(m, old) < 0)
        refuse(d, ERR_R_WRONG_STEP, arena_printf(d->a, "/map/%s", key),
               "Phiên bản mới không còn bước “%s”: phải chỉ ra bước thay thế",
               "Step “%s” is gone in the new version: name the step that takes its place", key);
}

/* So must every branch that it was asked in. */
static void want_branch(struct migrating *m, int step, int branch)
{
    struct deciding *d = m->d;
    const struct step *was = &d->p->step[step];
    int now = step_in(m, step), k;
    size_t i;

    for (i = 0; i < m->pl.branch_keys; i++)
        if (m->pl.branch_key[i].step == step && m->pl.branch_key[i].branch == branch)
            return;
    if (branch == 0 || now < 0) /* the step is refused by its own name */
        return;
    k = branch_in(m, step, branch);
    ARENA_PUSH(d->a, m->pl.branch_key, m->pl.branch_keys, m->branch_cap) =
        (struct payload_branch){step, branch, k > 0 ? m->to->step[now].branch[k - 1].branch : NULL};
    if (k == GONE)
        refuse(d, ERR_R_WRONG_STEP,
               arena_printf(d->a, "/map/%s/%s", was->step, was->branch[branch - 1].branch),
               "Phiên bản mới không còn nhánh “%s/%s”: phải chỉ ra nhánh thay thế",
               "Branch “%s/%s” is gone in the new version: name the branch that takes its place",
               was->step, was->branch[branch - 1].branch);
}

/* Every step where the dossier is or was must be found again. */
static void map_steps(struct migrating *m)
{
    struct deciding *d = m->d;
    uint64_t seen = 0;
    size_t i;

    for (i = 0; i < d->s->dones; i++) {
        want_step(m, d->s->done[i].step, &seen);
        want_branch(m, d->s->done[i].step, d->s->done[i].branch);
    }
    for (i = 0; i < d->s->tasks; i++) {
        want_step(m, d->s->task[i].step, &seen);
        want_branch(m, d->s->task[i].step, d->s->task[i].branch);
    }
    m->pl.step_key = ARENA_ARRAY(d->a, const char *, d->p->steps);
    m->pl.step_keys = d->p->steps;
    for (i = 0; i < d->p->steps; i++)
        m->pl.step_key[i] = step_in(m, (int)i) < 0 ? "" : new_key(d->cmd, d->p->step[i].step);
    m->pl.span_key = ARENA_ARRAY(d->a, const char *, d->p->spans ? d->p->spans : 1);
    m->pl.span_keys = d->p->spans;
    for (i = 0; i < d->p->spans; i++) {
        size_t k;

        for (k = 0; k < m->to->spans && strcmp(m->to->span[k].span, d->p->span[i].span) != 0; k++)
            ;
        m->pl.span_key[i] = k < m->to->spans ? m->to->span[k].span : "";
    }
}

/* ---------------------------------------------------------------- what the dossier says */

static int field_of(const struct procedure *p, const char *field)
{
    size_t i;

    for (i = 0; i < p->forms; i++)
        if (strcmp(p->form[i].field, field) == 0)
            return (int)i;
    return -1;
}

/* Values are kept only where a condition reads them: what the new version reads and the old one did
 * not keep cannot be known any more. */
static void map_form(struct migrating *m)
{
    struct deciding *d = m->d;
    size_t i;

    m->pl.form = ARENA_ARRAY(d->a, struct value, m->to->forms ? m->to->forms : 1);
    m->pl.forms = m->to->forms;
    for (i = 0; i < m->to->forms; i++) {
        const char *field = m->to->form[i].field;
        int old = field_of(d->p, field);
        bool read = form_field_read(m->to, field);

        if ((read && (old < 0 || !form_field_read(d->p, field))) ||
            (old < 0 && m->to->form[i].required))
            refuse(d, ERR_R_FORM, arena_printf(d->a, "/form/%s", field),
                   "Phiên bản mới cần trường “%s” mà hồ sơ không có",
                   "The new version wants field “%s”, which the dossier does not have", field);
        else if (read && d->s->forms == d->p->forms)
            m->pl.form[i] = d->s->form[old];
    }
}

static void check_rest(struct migrating *m)
{
    struct deciding *d = m->d;
    const struct dossier *s = d->s;
    size_t i, k;

    if (s->case_code && !procedure_case_of(m->to, s->case_code))
        refuse(d, ERR_R_UNKNOWN_CASE, "/case", "Phiên bản mới không có trường hợp “%s”",
               "The new version has no case “%s”", s->case_code);
    for (i = 0; i < s->requests; i++) {
        const struct request *r = &s->request[i];

        if (!request_pending(r) || r->kind != REQ_EXCLUSION)
            continue;
        for (k = 0; k < m->to->stops && strcmp(m->to->stop[k].reason, r->reason) != 0; k++)
            ;
        if (k == m->to->stops)
            refuse(d, ERR_R_NOT_NAMED, NULL,
                   "Đang loại trừ thời gian vì “%s”, phiên bản mới không có",
                   "Time is excluded for “%s”, which the new version does not name", r->reason);
    }
    for (i = 0; i < s->parts; i++) {
        for (k = 0;
             k < m->to->results_n && strcmp(m->to->results[k].result, s->part[i].result) != 0; k++)
            ;
        if (s->part[i].result && k == m->to->results_n)
            refuse(d, ERR_R_NOT_NAMED, NULL, "Phiên bản mới không có kết quả “%s”",
                   "The new version has no result “%s”", s->part[i].result);
    }
}

/* ---------------------------------------------------------------- open branches */

static bool same_branch(const struct migrating *m, const struct task *t, int step, int visit,
                        int branch)
{
    return step == t->step && visit == t->visit && branch != 0 && branch != t->branch &&
           branch_in(m, step, branch) == branch_in(m, t->step, t->branch);
}

/* What is open goes on as a branch of its own: two never become one while one of them is open. */
static void check_open_branch(struct migrating *m, const struct task *t)
{
    struct deciding *d = m->d;
    const char *key = d->p->step[t->step].step;
    bool twice = false;
    size_t i;

    if (branch_in(m, t->step, t->branch) == 0)
        refuse(d, ERR_R_WAITING, NULL,
               "Các nhánh của bước “%s” đang mở, bước thay thế không tách nhánh",
               "Branches of step “%s” are open, and the step in its place does not split", key);
    for (i = 0; i < d->s->tasks; i++)
        twice |= same_branch(m, t, d->s->task[i].step, d->s->task[i].visit, d->s->task[i].branch);
    for (i = 0; i < d->s->dones; i++)
        twice |= same_branch(m, t, d->s->done[i].step, d->s->done[i].visit, d->s->done[i].branch);
    if (twice)
        refuse(
            d, ERR_R_WRONG_STEP,
            arena_printf(d->a, "/map/%s/%s", key, d->p->step[t->step].branch[t->branch - 1].branch),
            "Hai nhánh đang hỏi của bước “%s” không thể thành một",
            "Two branches of step “%s” that are being asked cannot become one", key);
}

static void check_open_branches(struct migrating *m)
{
    size_t i;

    for (i = 0; i < m->d->s->tasks; i++)
        if (m->d->s->task[i].branch)
            check_open_branch(m, &m->d->s->task[i]);
}

/* ---------------------------------------------------------------- tasks and their limits */

static bool still_there(const struct deciding *d, int agency, enum role role, int64_t officer)
{
    size_t n = 0, i;
    const struct officer_load *o =
        d->c->officers ? d->c->officers(d->c->ctx, agency, role, &n) : NULL;

    for (i = 0; i < n && o[i].user != officer; i++)
        ;
    return i < n;
}

struct place_now { /* where a task goes on: a step of the new version or one of its branches */
    const struct step *st;
    const struct branch *b; /* or NULL */
    enum clock_kind kind;
    int subject, agency;
    enum role role;
    bool has_limit;
    struct quantity limit;
};

static struct place_now place_of(const struct migrating *m, const struct task *t)
{
    const struct deciding *d = m->d;
    int step = step_in(m, t->step), branch = t->branch ? branch_in(m, t->step, t->branch) : 0;
    const struct step *st = &m->to->step[step];
    const struct branch *b = branch ? &st->branch[branch - 1] : NULL;
    struct place_now x = {.st = st, .b = b, .role = ROLE_COUNT};

    x.kind = b ? CLOCK_BRANCH : CLOCK_STEP;
    x.subject = b ? branch_subject(step, branch) : step;
    x.agency = b ? place_agency(d->c, d->s, b->at, b->agency, d->today)
                 : step_agency(d->c, d->s, st, d->today);
    x.has_limit = b ? b->has_limit : st->has_limit;
    x.limit = b ? b->limit : st->limit;
    if (!b)
        x.role = st->is_split ? ROLE_COUNT : step_role(st);
    else if (!role_of_name(b->role, &x.role))
        x.role = ROLE_COUNT;
    return x;
}

/* The clock of the step or the branch by the new limit, from when it began. */
static bool step_clock(struct migrating *m, const struct task *t, const struct place_now *x,
                       instant *ret_own)
{
    struct deciding *d = m->d;
    const struct clock *c =
        clock_of(d->s, x->kind, t->branch ? branch_subject(t->step, t->branch) : t->step, t->visit);
    struct clock fresh = {.received = t->opened};
    const char *cal = agency_calendar(d->c, x->agency);
    enum time_fault fault;

    *ret_own = INSTANT_NONE;
    if (!x->has_limit)
        return true;
    if (!c || c->state == CLOCK_ENDED)
        c = &fresh;
    if (c->state != CLOCK_STOPPED) {
        fault = clock_due_again(cal ? d->c->calendar(d->c->ctx, cal) : NULL, c, x->limit, d->c->now,
                                ret_own);
        if (fault != TIME_FINE) {
            refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, time_fault_text(fault)}, NULL);
            return false;
        }
    } else if (c == &fresh)
        return true;
    ARENA_PUSH(d->a, m->pl.clock, m->pl.clocks, m->clock_cap) =
        (struct payload_clock){(int)x->kind, x->subject, x->limit, cal, *ret_own};
    return true;
}

static void move_task(struct migrating *m, const struct task *t)
{
    struct deciding *d = m->d;
    struct place_now x = place_of(m, t);
    const char *role = x.b ? x.b->role : x.st->role;
    struct payload_task to = {
        .task = t->task, .step = x.st->step, .role = role, .agency = x.agency};
    /* Where a branch excludes time the others go on meanwhile. */
    bool stands = t->branch ? work_stands_still(d->s) : requests_stop(d->s);
    instant own;

    if (x.role == ROLE_COUNT) {
        refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bước “%s” của phiên bản mới tách nhánh",
               "Step “%s” of the new version splits", x.st->step);
        return;
    }
    if (to.agency == 0 || role_present(d, to.agency, &x.role, 1) == ROLE_COUNT) {
        refuse(d, ERR_R_NO_TARGET, NULL, "Không còn ai làm bước “%s” (%s)",
               "Nobody is left for step “%s” (%s)", x.st->step, role);
        return;
    }
    if (t->officer && still_there(d, to.agency, x.role, t->officer) &&
        (x.b || !excluded_by_separation(d->s, x.st, t->officer)))
        to.officer = t->officer;
    if (!step_clock(m, t, &x, &own))
        return;
    to.due = d->s->current_due;
    if (own != INSTANT_NONE &&
        (own < to.due || (x.b && x.b->stop) || d->s->finished != INSTANT_NONE))
        to.due = own;
    if (stands)
        to.due = INSTANT_NONE;
    ARENA_PUSH(d->a, m->pl.moved, m->pl.moveds, m->moved_cap) = to;
}

static void move_spans(struct migrating *m)
{
    struct deciding *d = m->d;
    size_t i, k;

    for (i = 0; i < d->s->clocks; i++) {
        const struct clock *c = &d->s->clock[i];
        const char *key;
        instant due = INSTANT_NONE;

        if (c->kind != CLOCK_SPAN || c->state == CLOCK_ENDED || c->subject < 0 ||
            (size_t)c->subject >= d->p->spans)
            continue;
        key = m->pl.span_key[c->subject];
        for (k = 0; k < m->to->spans && strcmp(m->to->span[k].span, key) != 0; k++)
            ;
        if (k == m->to->spans)
            continue;
        if (c->state == CLOCK_RUNNING &&
            clock_due_again(d->c->calendar(d->c->ctx, c->calendar), c, m->to->span[k].limit,
                            d->c->now, &due) != TIME_FINE)
            refuse(d, ERR_R_CALENDAR_END, NULL, NULL, NULL);
        ARENA_PUSH(d->a, m->pl.clock, m->pl.clocks, m->clock_cap) =
            (struct payload_clock){CLOCK_SPAN, (int)k, m->to->span[k].limit, c->calendar, due};
    }
}

/* ---------------------------------------------------------------- the promise */

/* A shorter limit keeps the old promise; a longer one too, unless it is asked for. */
static void move_promise(struct migrating *m)
{
    struct deciding *d = m->d;
    const struct dossier *s = d->s;
    const struct clock *c = clock_of(s, CLOCK_LEGAL, -1, 0);
    struct facts f = *state_facts(d->a, s, d->p);
    struct quantity limit;
    instant due;

    if (!d->cmd->promise || !c || s->finished != INSTANT_NONE)
        return;
    if (c->state != CLOCK_RUNNING) {
        refuse(d, ERR_R_WAITING, "/promise", "Thời hạn đang dừng: chưa đổi được ngày hẹn",
               "The clock stands still: the promise cannot be moved now");
        return;
    }
    f.p = m->to;
    f.form = m->pl.form;
    f.times = NULL;
    limit = procedure_limit(m->to, &f, false);
    if (clock_due_again(d->c->calendar(d->c->ctx, c->calendar), c, limit, d->c->now, &due) !=
        TIME_FINE) {
        refuse(d, ERR_R_CALENDAR_END, NULL, NULL, NULL);
        return;
    }
    if (due <= c->due || s->current_due < d->c->now)
        return; /* not longer, or too late already: lateness stays */
    m->pl.committed = limit;
    m->pl.legal = procedure_limit(m->to, &f, true);
    ARENA_PUSH(d->a, m->pl.clock, m->pl.clocks, m->clock_cap) =
        (struct payload_clock){CLOCK_LEGAL, -1, limit, c->calendar, due};
    if (s->basis_due == c->due && s->basis_due >= d->c->now) /* an apology erases no lateness */
        m->pl.basis = due;
    if (s->current_due < due)
        m->pl.current = due;
}

/* ---------------------------------------------------------------- the act */

static void check_ways_out(struct deciding *d)
{
    size_t i;

    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].request == 0 && !step_has_way_out(d->a, d->s, d->p, d->s->task[i].step))
            refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bước “%s” không còn lối ra nào thực hiện được",
                   "Step “%s” has no way out that can be taken",
                   d->p->step[d->s->task[i].step].step);
}

void act_migrate(struct deciding *d)
{
    struct migrating m = {.d = d,
                          .to = d->c->target,
                          .pl = {.wanted = INSTANT_NONE,
                                 .basis = INSTANT_NONE,
                                 .current = INSTANT_NONE,
                                 .approver = d->cmd->approver,
                                 .document = d->cmd->ask ? d->cmd->ask->document : NULL,
                                 .note = d->cmd->note}};
    size_t i;

    second_person(d, true);
    check_target(d, m.to);
    if (!fine(d))
        return;
    check_map(&m);
    map_steps(&m);
    map_form(&m);
    check_rest(&m);
    if (fine(d))
        check_open_branches(&m);
    if (!fine(d))
        return;
    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].request == 0)
            move_task(&m, &d->s->task[i]);
    move_spans(&m);
    move_promise(&m);
    if (!fine(d))
        return;
    m.pl.turn = (int)d->s->rule_changes + 1;
    m.pl.procedure = m.to->code;
    m.pl.version = m.to->version;
    memcpy(m.pl.definition, m.to->hash, SHA256_BYTES);
    d->p = m.to; /* the event and what follows are of the new version */
    push(d, EV_MIGRATED, &m.pl);
    if (fine(d))
        open_missing_branches(d);
    if (fine(d))
        check_ways_out(d);
}
