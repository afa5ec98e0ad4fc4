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
    size_t clock_cap, moved_cap;
};

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

static void check_map(struct migrating *m)
{
    struct deciding *d = m->d;
    size_t i;

    for (i = 0; i < d->cmd->maps; i++) {
        const struct step_map *map = &d->cmd->map[i];

        if (procedure_step(d->p, map->from) < 0)
            refuse(d, ERR_R_WRONG_STEP, arena_printf(d->a, "/map/%s", map->from),
                   "Phiên bản cũ không có bước “%s”", "The old version has no step “%s”",
                   map->from);
        if (procedure_step(m->to, map->to) < 0)
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

/* Every step where the dossier is or was must be found again. */
static void map_steps(struct migrating *m)
{
    struct deciding *d = m->d;
    uint64_t seen = 0;
    size_t i;

    for (i = 0; i < d->s->dones; i++)
        want_step(m, d->s->done[i].step, &seen);
    for (i = 0; i < d->s->tasks; i++)
        want_step(m, d->s->task[i].step, &seen);
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
    for (i = 0; i < s->tasks; i++)
        if (s->task[i].branch != 0 || d->p->step[s->task[i].step].is_split)
            refuse(d, ERR_R_WAITING, NULL, "Các nhánh song song của bước “%s” đang mở",
                   "Parallel branches of step “%s” are open", d->p->step[s->task[i].step].step);
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

/* The clock of the step by the new limit, from when the step began. */
static bool step_clock(struct migrating *m, const struct task *t, int step, int agency,
                       instant *ret_own)
{
    struct deciding *d = m->d;
    const struct step *st = &m->to->step[step];
    const struct clock *c = clock_of(d->s, CLOCK_STEP, t->step, t->visit);
    struct clock fresh = {.received = t->opened};
    const char *cal = agency_calendar(d->c, agency);
    enum time_fault fault;

    *ret_own = INSTANT_NONE;
    if (!st->has_limit)
        return true;
    if (!c || c->state == CLOCK_ENDED)
        c = &fresh;
    if (c->state != CLOCK_STOPPED) {
        fault = clock_due_again(cal ? d->c->calendar(d->c->ctx, cal) : NULL, c, st->limit,
                                d->c->now, ret_own);
        if (fault != TIME_FINE) {
            refuse_verdict(d, (struct verdict){ERR_R_CALENDAR_END, time_fault_text(fault)}, NULL);
            return false;
        }
    } else if (c == &fresh)
        return true;
    ARENA_PUSH(d->a, m->pl.clock, m->pl.clocks, m->clock_cap) =
        (struct payload_clock){CLOCK_STEP, step, st->limit, cal, *ret_own};
    return true;
}

static void move_task(struct migrating *m, const struct task *t)
{
    struct deciding *d = m->d;
    int step = step_in(m, t->step);
    const struct step *st = &m->to->step[step];
    struct payload_task to = {.task = t->task, .step = st->step, .role = st->role};
    enum role role = step_role(st);
    bool stands = requests_stop(d->s);
    instant own;

    to.agency = step_agency(d->c, d->s, st, d->today);
    if (st->is_split || role == ROLE_COUNT) {
        refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bước “%s” của phiên bản mới tách nhánh",
               "Step “%s” of the new version splits", st->step);
        return;
    }
    if (to.agency == 0 || role_present(d, to.agency, &role, 1) == ROLE_COUNT) {
        refuse(d, ERR_R_NO_TARGET, NULL, "Không còn ai làm bước “%s” (%s)",
               "Nobody is left for step “%s” (%s)", st->step, st->role);
        return;
    }
    if (t->officer && still_there(d, to.agency, role, t->officer) &&
        !excluded_by_separation(d->s, st, t->officer))
        to.officer = t->officer;
    if (!step_clock(m, t, step, to.agency, &own))
        return;
    to.due = d->s->current_due;
    if (own != INSTANT_NONE && (own < to.due || d->s->finished != INSTANT_NONE))
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
    if (s->basis_due == c->due)
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
    if (!fine(d))
        return;
    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].request == 0)
            move_task(&m, &d->s->task[i]);
    move_spans(&m);
    move_promise(&m);
    if (!fine(d))
        return;
    m.pl.procedure = m.to->code;
    m.pl.version = m.to->version;
    memcpy(m.pl.definition, m.to->hash, SHA256_BYTES);
    d->p = m.to; /* the event and what follows are of the new version */
    push(d, EV_MIGRATED, &m.pl);
    if (fine(d))
        check_ways_out(d);
}
