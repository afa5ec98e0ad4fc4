/* Walking over all open dossiers: pages of states, what a decision on them may look at, and storing
 * what was decided.  The run owns its connection, snapshot reference and arenas; blocking, one
 * thread at a time. */
#include "server/store/running_inside.h"

#include "common/dossier/timers.h"

#include <stdlib.h>

#define RUN_MS      120000            /* of one statement: a move of MOVE_MAX dossiers is one */
#define PAGE_ARENA  ((size_t)1 << 30) /* 100 KB for each of MOVE_MAX */
#define POSTS_ARENA ((size_t)64 << 20)
#define POSTS_MAX   200000

struct running *running_open(const char *conninfo, struct snapshot *snap, struct buf *ret_error)
{
    struct running *r = calloc(1, sizeof *r);

    if (!r)
        abort();
    r->snap = snap ? snapshot_ref(snap) : snapshot_load(conninfo, ret_error);
    r->b = r->snap ? blocking_open(conninfo, RUN_MS, ret_error) : NULL;
    if (!r->b)
        return running_close(r);
    r->arena = arena_new(PAGE_ARENA);
    r->posts_arena = arena_new(POSTS_ARENA);
    return r;
}

struct running *running_close(struct running *r)
{
    if (!r)
        return NULL;
    blocking_close(r->b);
    snapshot_unref(r->snap);
    arena_free(r->arena);
    arena_free(r->posts_arena);
    free(r);
    return NULL;
}

const struct snapshot *running_snapshot(const struct running *r)
{
    return r->snap;
}

static void actor_came(void *ctx, const struct db_rows *rows)
{
    struct actor *a = ctx;

    if (db_count(rows) == 1 && db_get_bool(rows, 0, 7))
        *a = (struct actor){.user = db_get_i64(rows, 0, 0),
                            .agency = (int)db_get_i64(rows, 0, 3),
                            .roles = (unsigned)db_get_i64(rows, 0, 4)};
}

enum err running_actor(struct running *r, const char *login, struct actor *ret)
{
    struct db_args *p = blocking_args(r->b, 1);
    enum err e;

    *ret = (struct actor){0};
    db_text(p, login);
    e = blocking_call(r->b, LANE_READ, "account_by_login", p, actor_came, ret);
    return e == ERR_OK && ret->user == 0 ? ERR_NOT_FOUND : e;
}

/* ---------------------------------------------------------------- pages */

struct filling {
    struct running *r;
    struct page *page;
    size_t limit;
    int64_t last; /* looked at so far */
    int looked;   /* rows of this call */
    bool broken;
};

static void page_came(void *ctx, const struct db_rows *rows)
{
    struct filling *f = ctx;
    struct page *page = f->page;

    f->looked = db_count(rows);
    for (int i = 0; i < f->looked && page->n < f->limit && !f->broken; i++) {
        struct dossier *s;

        f->last = db_get_i64(rows, i, 0);
        if (db_is_null(rows, i, 5)) /* of another version */
            continue;
        s = dossier_of_row(f->r->arena, db_get_span(rows, i, 5), f->last, db_get_i64(rows, i, 1),
                           db_get_span(rows, i, 2), db_get_span(rows, i, 3),
                           db_get_span(rows, i, 4));
        f->broken = !s;
        page->supplemented[page->n] = db_get_time(rows, i, 6);
        page->s[page->n++] = s;
    }
}

static void page_begin(struct running *r, int limit, struct page *ret)
{
    arena_reset(r->arena);
    *ret = (struct page){.s = ARENA_ARRAY(r->arena, struct dossier *, (size_t)limit),
                         .supplemented = ARENA_ARRAY(r->arena, instant, (size_t)limit)};
}

enum err page_of(struct running *r, const char *statement, struct db_args *p, int limit,
                 struct page *ret)
{
    struct filling f = {r, ret, (size_t)limit, 0, 0, false};
    enum err e;

    page_begin(r, limit, ret);
    e = blocking_call(r->b, LANE_READ, statement, p, page_came, &f);
    ret->read.read = (int64_t)ret->n;
    ret->read.next = ret->n == f.limit ? f.last : 0;
    return e == ERR_OK && f.broken ? ERR_INTERNAL : e;
}

#define LOOK_AT 2000 /* dossiers looked at in one statement for those of one version */

enum err page_load(struct running *r, int64_t after, int limit, const struct procedure *of,
                   struct page *ret)
{
    struct filling f = {r, ret, (size_t)limit, after, 0, false};
    int chunk = of ? LOOK_AT : limit;
    enum err e;

    page_begin(r, limit, ret);
    do {
        struct db_args *p = blocking_args(r->b, 4);

        db_i64(p, f.last);
        db_i32(p, chunk);
        db_text(p, of ? of->code : NULL);
        db_i32(p, of ? of->version : 0);
        e = blocking_call(r->b, LANE_READ, "running_page", p, page_came, &f);
        if (e != ERR_OK)
            return e;
    } while (f.looked == chunk && ret->n < f.limit && !f.broken);
    ret->read.read = (int64_t)ret->n;
    ret->read.next = ret->n == f.limit ? f.last : 0;
    return f.broken ? ERR_INTERNAL : ERR_OK;
}

/* ---------------------------------------------------------------- what a decision looks at */

static const struct calendar *calendar_named(void *ctx, const char *name)
{
    const struct running *r = ctx;

    for (size_t i = 0; r->calendars && name && i < r->calendars->n; i++)
        if (strcmp(calendar_name(r->calendars->item[i]), name) == 0)
            return r->calendars->item[i];
    return snapshot_calendar(r->snap, name);
}

static void posts_came(void *ctx, const struct db_rows *rows)
{
    struct running *r = ctx;
    dayno today = lminute_day(lminute_of(clock_now()));
    int n = db_count(rows) < POSTS_MAX ? db_count(rows) : POSTS_MAX;

    r->post = ARENA_ARRAY(r->posts_arena, struct post, n ? (size_t)n : 1);
    r->found = ARENA_ARRAY(r->posts_arena, struct officer_load, n ? (size_t)n : 1);
    for (int i = 0; i < n; i++) {
        dayno until = db_get_day(rows, i, 3);

        r->post[r->posts++] = (struct post){.agency = (int)db_get_i64(rows, i, 0),
                                            .role = (enum role)db_get_i64(rows, i, 1),
                                            .load = {.user = db_get_i64(rows, i, 2),
                                                     .absent = until != INT32_MIN && until >= today,
                                                     .last_assigned = INSTANT_NONE}};
    }
}

enum err posts_load(struct running *r)
{
    return r->post ? ERR_OK : blocking_call(r->b, LANE_READ, "running_posts", NULL, posts_came, r);
}

/* Rows come by agency and role: those of one stand together. */
static const struct officer_load *officers_at(void *ctx, int agency, enum role role, size_t *ret_n)
{
    struct running *r = ctx;
    size_t n = 0;

    for (size_t i = 0; i < r->posts; i++)
        if (r->post[i].agency == agency && r->post[i].role == role)
            r->found[n++] = r->post[i].load;
    *ret_n = n;
    return r->found;
}

struct context running_context(struct running *r, const struct dossier *s, const struct run_by *by)
{
    return (struct context){.arena = r->arena,
                            .now = clock_now(),
                            .actor = by ? by->actor : (struct actor){0},
                            .procedure = snapshot_procedure_hash(r->snap, s->procedure_hash),
                            .org = r->snap->org,
                            .regime = regime_named(r->snap->regimes, s->regime),
                            .calendar = calendar_named,
                            .officers = officers_at,
                            .ctx = r};
}

/* ---------------------------------------------------------------- storing */

struct outcomes {
    bool *stored;
    bool stale;
};

static void outcomes_came(void *ctx, const struct db_rows *rows)
{
    struct outcomes *o = ctx;

    for (int i = 0; i < db_count(rows); i++) {
        o->stored[i] = db_get_i64(rows, i, 1) == 0;
        o->stale = o->stale || db_get_i64(rows, i, 1) == 2;
    }
}

/* Dues that move take their warnings with them. */
static void plan_timer(struct running *r, const struct run_by *by, const struct running_change *c,
                       struct job *j)
{
    struct context ctx = running_context(r, c->before, by);

    ctx.procedure = c->procedure;
    j->next_timer = dossier_next_timer(c->decision.after, &ctx);
    j->timer_moves = true;
}

enum err changes_store(struct running *r, const struct run_by *by, struct running_change *c,
                       size_t n, bool together, bool *stored)
{
    struct outcomes o = {stored, false};
    struct batch b = {.arena = arena_new(2 * BATCH_BYTES)};
    struct job *jobs = ARENA_ARRAY(b.arena, struct job, n);
    struct act *acts = ARENA_ARRAY(b.arena, struct act, n);
    enum err e;

    memset(stored, 0, n * sizeof *stored);
    b.job = ARENA_ARRAY(b.arena, struct job *, n);
    for (size_t i = 0; i < n; i++) {
        acts[i] = (struct act){.arena = b.arena, .code = c[i].before->code, .actor = by->actor};
        jobs[i] = (struct job){.act = &acts[i],
                               .before = c[i].before,
                               .supplemented = c[i].supplemented,
                               .snap = r->snap,
                               .procedure = c[i].procedure,
                               .cmd = c[i].cmd,
                               .decision = c[i].decision,
                               .reply = "{}"};
        plan_timer(r, by, &c[i], &jobs[i]);
        dossier_change(b.arena, c[i].before, &jobs[i].decision, &jobs[i].change);
        act_messages(
            &jobs[i]); /* a branch that is new may be another dossier; parents hear of dates */
        b.job[b.n++] = &jobs[i];
    }
    b.together = together;
    e = blocking_call(r->b, LANE_ACT, "act_store", act_args(&b), outcomes_came, &o);
    arena_free(b.arena);
    if (e == ERR_OK && o.stale)
        e = ERR_STALE_CONFIG;
    return e;
}
