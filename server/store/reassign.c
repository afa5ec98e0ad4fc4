/* Work moved in bulk, when somebody leaves or is away: planned once under the request's key, then
 * every task goes down the one write path under a key of its own.  What was not reached is tried
 * when the same request comes again.  The pending call owns the plan, each act its arena.  The
 * worker's thread. */
#include <stdlib.h>

#include "common/access/access.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define PLAN_MOST  1000 /* tasks of one plan */
#define TURN_MOST  200  /* of them in one request */
#define ACT_ARENA  ((size_t)32 << 20)
#define STALE_MOST 3

struct moving {
    struct pending *p;
    struct reassign r;
    int64_t plan, officer, target;
    struct item *item;
    int n, running;
};

struct item {
    struct moving *m;
    struct act act;
    int64_t dossier, task;
    const char *outcome; /* NULL: not known, to be tried again */
    int64_t now;         /* who has it */
    int stale;
};

/* ---------------------------------------------------------------- the end: the list */

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct moving *m = p->mine;
    const struct db_rows *r = out->rows;
    int64_t done = 0, left = 0;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ki64(&w, "reassignment", m->plan);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        done += span_is(db_get_span(r, i, 2), "done");
        left += db_is_null(r, i, 2);
        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, 0));
        jw_ki64(&w, "task", db_get_i64(r, i, 1));
        jw_ktext(&w, "outcome", db_get_span(r, i, 2));
        jw_ktext(&w, "login", db_get_span(r, i, 3));
        jw_ktext(&w, "name", db_get_span(r, i, 4));
        jw_close(&w);
    }
    jw_end(&w);
    jw_ki64(&w, "done", done);
    jw_ki64(&w, "refused", n - done - left);
    jw_ki64(&w, "left", left);
    jw_close(&w);
    pending_json(p, 0);
}

static void list(struct pending *p)
{
    const struct moving *m = p->mine;
    struct db_args *args = read_args(p, 1);

    p->rows = list_came;
    db_i64(args, m->plan);
    pending_send(p, LANE_READ, "reassignment_list", args);
}

static void noted(struct pending *p, const struct db_outcome *out)
{
    (void)out;
    list(p);
}

static void note(struct moving *m)
{
    struct pending *p = m->p;
    struct arena *a = p->own;
    size_t n = 0, cap = m->n > 0 ? (size_t)m->n : 1;
    int64_t *dossier = ARENA_ARRAY(a, int64_t, cap), *officer = ARENA_ARRAY(a, int64_t, cap);
    int32_t *task = ARENA_ARRAY(a, int32_t, cap);
    const char **outcome = ARENA_ARRAY(a, const char *, cap);
    struct db_args *args = read_args(p, 5);

    for (int i = 0; i < m->n; i++) {
        const struct item *it = &m->item[i];

        if (!it->outcome)
            continue;
        dossier[n] = it->dossier;
        task[n] = (int32_t)it->task;
        officer[n] = it->now;
        outcome[n++] = it->outcome;
    }
    if (n == 0) {
        list(p);
        return;
    }
    p->rows = noted;
    db_i64(args, m->plan);
    db_i64s(args, dossier, NULL, n);
    db_i32s(args, task, NULL, n);
    db_texts(args, outcome, n);
    db_i64s(args, officer, NULL, n);
    pending_send(p, LANE_ACT, "reassignment_note", args);
}

/* ---------------------------------------------------------------- one task */

static void go(struct item *it, int64_t seq);

/* Not known what came of it, or not now: tried again when the request is repeated. */
static bool passing(enum err e)
{
    return e == ERR_OVERLOADED || e == ERR_UNAVAILABLE || e == ERR_OUTCOME_UNKNOWN ||
           e == ERR_TIMEOUT || e == ERR_RACE || e == ERR_STALE_CONFIG || e == ERR_INTERNAL;
}

/* Who has the task in this state; -1: it is not open any more. */
static int64_t holder(const struct dossier *s, int64_t task)
{
    for (size_t i = 0; s && i < s->tasks; i++)
        if (s->task[i].task == task)
            return s->task[i].officer;
    return -1;
}

static void item_done(void *owner, struct act *a)
{
    struct item *it = owner;
    struct moving *m = it->m;
    int64_t now = holder(a->current, it->task);
    bool again = false;

    if (a->e == ERR_OK) {
        it->outcome = "done";
        it->now = a->current ? now : m->target; /* repeated: as it was asked for */
    } else if (a->e == ERR_STALE && now != m->officer) {
        it->outcome = "gone"; /* somebody took it, or it is done */
        it->now = now > 0 ? now : 0;
    } else if (a->e == ERR_STALE && ++it->stale < STALE_MOST) {
        again = true;
    } else if (!passing(a->e) && a->e != ERR_STALE) {
        it->outcome = err_code(a->e);
        it->now = m->officer;
    }
    if (again) {
        int64_t seq = a->seq;

        arena_free(a->arena);
        go(it, seq);
        return;
    }
    arena_free(a->arena);
    if (--m->running == 0)
        note(m);
}

static void go(struct item *it, int64_t seq)
{
    struct moving *m = it->m;
    struct act *a = &it->act;
    const char *code = a->code;

    *a = (struct act){
        .code = code,
        .if_match = seq,
        .actor = m->r.actor,
        .cmd = {.kind = CMD_ASSIGN, .task = it->task, .officer = m->target, .note = m->r.reason},
        .arena = arena_new(ACT_ARENA),
        .owner = it,
        .done = item_done};
    a->idempotency_key = arena_printf(a->arena, "reassign:%lld:%lld:%lld", (long long)m->plan,
                                      (long long)it->dossier, (long long)it->task);
    sha256(a->idempotency_key, strlen(a->idempotency_key), a->body_hash);
    store_act(m->p->st, a);
}

static void waiting_came(struct pending *p, const struct db_outcome *out)
{
    struct moving *m = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r), i;
    int64_t *seq = ARENA_ARRAY(p->own, int64_t, n > 0 ? (size_t)n : 1);

    m->n = n;
    m->item = ARENA_ARRAY(p->own, struct item, n > 0 ? (size_t)n : 1);
    for (i = 0; i < n; i++) {
        struct item *it = &m->item[i];

        it->m = m;
        it->dossier = db_get_i64(r, i, 0);
        it->task = db_get_i64(r, i, 1);
        it->act.code = arena_span(p->own, db_get_span(r, i, 2));
        seq[i] = db_get_i64(r, i, 3);
        it->now = db_get_i64(r, i, 4);
        m->running++;
    }
    /* Acts come back later, never within store_act: the count is complete. */
    for (i = 0; i < n; i++)
        go(&m->item[i], seq[i]);
    if (n == 0)
        list(p);
}

/* ---------------------------------------------------------------- the plan */

static void plan_came(struct pending *p, const struct db_outcome *out)
{
    struct moving *m = p->mine;
    struct db_args *args;

    if (db_count(out->rows) != 1 || db_get_i64(out->rows, 0, 0) == 2) {
        pending_fail(p, ERR_KEY_REUSED);
        return;
    }
    m->plan = db_get_i64(out->rows, 0, 1);
    p->rows = waiting_came;
    args = read_args(p, 2);
    db_i64(args, m->plan);
    db_i32(args, TURN_MOST);
    pending_send(p, LANE_READ, "reassignment_waiting", args);
}

/* The agency, and those that it succeeded. */
static size_t agencies_of(struct pending *p, int agency, int32_t **ret)
{
    const struct organisation *o = p->st->snap->org;
    dayno today = lminute_day(lminute_of(clock_now()));
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    size_t n = 0;

    id[n++] = agency;
    for (size_t i = 0; i < o->agencies; i++)
        if (o->agency[i].id != agency && access_acts_for(o, agency, o->agency[i].id, today))
            id[n++] = o->agency[i].id;
    *ret = id;
    return n;
}

static int64_t id_of(const struct db_rows *r, const char *login)
{
    for (int i = 0; i < db_count(r); i++)
        if (span_is(db_get_span(r, i, 1), login))
            return db_get_i64(r, i, 0);
    return 0;
}

static void people_came(struct pending *p, const struct db_outcome *out)
{
    struct moving *m = p->mine;
    struct db_args *args;
    int32_t *agency;
    size_t n;

    m->officer = id_of(out->rows, m->r.officer);
    m->target = strcmp(m->r.to, "queue") == 0   ? OFFICER_QUEUE
                : strcmp(m->r.to, "least") == 0 ? OFFICER_LEAST
                                                : id_of(out->rows, m->r.to);
    if (m->officer == 0 || (m->target == 0 && strcmp(m->r.to, "queue") != 0)) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    n = agencies_of(p, m->r.agency, &agency);
    args = read_args(p, 8);
    db_text(args, m->r.key);
    db_bytes(args, m->r.body_hash, SHA256_BYTES);
    db_i64(args, m->r.actor.user);
    db_i64(args, m->officer);
    db_i32s(args, agency, NULL, n);
    db_i64(args, m->target);
    db_text(args, m->r.reason);
    db_i32(args, PLAN_MOST);
    p->rows = plan_came;
    pending_send(p, LANE_ACT, "reassignment_plan", args);
}

void store_reassign(struct store *st, const struct reassign *r, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, people_came);
    struct moving *m = ARENA_NEW(p->own, struct moving);
    struct db_args *args = read_args(p, 2);
    const char *login[2] = {r->officer, r->to};

    *m = (struct moving){.p = p, .r = *r}; /* its texts live as long as the request, which waits */
    p->mine = m;
    p->json = done;
    db_texts(args, login, 2);
    db_null(args);
    pending_send(p, LANE_READ, "people_named", args);
}
