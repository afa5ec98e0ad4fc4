/* The store of one worker: its calls under way, and what reading has in common.
 * The worker owns it; its thread only. */
#include <stdlib.h>

#include "common/access/access.h"
#include "server/store/inside.h"
#include "server/store/reports.h"

struct store *store_new(struct worker *w, struct db *db, struct snapshot *snap)
{
    struct store *st = calloc(1, sizeof *st);

    if (!st || !(st->sessions = calloc(SESSIONS_MAX, sizeof *st->sessions)))
        abort();
    st->worker = w;
    st->db = db;
    st->snap = snapshot_ref(snap);
    for (int i = 0; i < ACTS_KINDS; i++)
        st->waits[i].tail = &st->waits[i].head;
    buf_init(&st->json, JSON_MAX);
    audit_new(st);
    db_lane_feeder(db, LANE_ACT, act_feed, st);
    return st;
}

static void forget_jobs(struct store *st)
{
    while (st->jobs) {
        struct job *j = st->jobs;

        db_orphan(st->db, j);
        if (j->act)
            act_finish(j, ERR_UNAVAILABLE);
        else {
            st->jobs = j->next;
            snapshot_unref(j->snap);
            free(j);
        }
    }
}

static void pending_free(struct pending *p)
{
    arena_free(p->own);
    free(p);
}

struct store *store_free(struct store *st)
{
    struct pending *p;

    if (!st)
        return NULL;
    st->closing = true;
    db_lane_feeder(st->db, LANE_ACT, NULL, NULL);
    for (size_t i = 0; i < sizeof st->batches / sizeof *st->batches; i++)
        if (st->batches[i]) {
            db_orphan(st->db, st->batches[i]);
            arena_free(st->batches[i]->arena);
            free(st->batches[i]);
        }
    db_orphan(st->db, st);
    forget_jobs(st);
    fires_free(st);
    events_free(st);
    freezings_free(st);
    while (st->calls) {
        db_orphan(st->db, st->calls);
        pending_end(st->calls);
    }
    while ((p = st->spare)) {
        st->spare = p->next;
        pending_free(p);
    }
    timer_free(st->parking);
    timer_free(st->follow);
    timer_free(st->beside);
    officers_free(st);
    audit_free(st);
    free(st->reads);
    free(st->sessions);
    buf_free(&st->json);
    snapshot_unref(st->snap);
    free(st);
    return NULL;
}

void store_watch_timers(struct store *st, void (*seen)(void *ctx, instant at), void *ctx)
{
    st->timer_seen = seen;
    st->timer_ctx = ctx;
}

void store_set_snapshot(struct store *st, struct snapshot *snap)
{
    struct snapshot *old = st->snap;

    st->snap = snapshot_ref(snap);
    snapshot_unref(old);
    act_unpark(st, true);
}

struct snapshot *store_snapshot(struct store *st)
{
    return st->snap;
}

/* ---------------------------------------------------------------- calls under way */

struct pending *pending_new(struct store *st, void *owner,
                            void (*rows)(struct pending *p, const struct db_outcome *out))
{
    struct pending *p = st->spare;
    struct arena *own;

    if (p) {
        st->spare = p->next;
        st->spares--;
        own = p->own;
    } else {
        p = malloc(sizeof *p);
        if (!p)
            abort();
        own = arena_new(OWN_MAX);
    }
    *p = (struct pending){.st = st, .owner = owner, .rows = rows, .own = own};
    p->next = st->calls;
    if (p->next)
        p->next->prev = p;
    st->calls = p;
    return p;
}

void pending_end(struct pending *p)
{
    struct store *st = p->st;

    if (p->prev)
        p->prev->next = p->next;
    else
        st->calls = p->next;
    if (p->next)
        p->next->prev = p->prev;
    p->big = arena_free(p->big);
    if (st->spares == SPARES_MAX) {
        pending_free(p);
        return;
    }
    arena_reset(p->own);
    p->next = st->spare;
    st->spare = p;
    st->spares++;
}

void pending_fail(struct pending *p, enum err e)
{
    struct pending q = *p;

    pending_end(p);
    if (q.json)
        q.json(q.owner, e, SPAN_NONE, 0);
    else if (q.state)
        q.state(q.owner, e, NULL);
    else if (q.user)
        q.user(q.owner, e, NULL);
    else if (q.wait)
        q.wait(q.owner, e, 0);
    else if (q.tracked)
        q.tracked(q.owner, e, NULL);
    else if (q.timer)
        q.timer(q.owner, e, INSTANT_NONE, 0);
    else if (q.taken)
        q.taken(q.owner, e, false);
    else if (q.messages)
        q.messages(q.owner, e, NULL, 0);
    else if (q.settled)
        q.settled(q.owner, e, 0);
    else if (q.alive)
        q.alive(q.owner, e, NULL, 0);
    else if (q.recent)
        q.recent(q.owner, e, q.mine, &(struct recent){NULL, 0, 0});
    else if (q.linked)
        q.linked(q.owner, e, NULL, SPAN_NONE);
    else if (q.live)
        q.live(q.owner, e, NULL, 0);
    else if (q.hall)
        q.hall(q.owner, e, NULL);
}

struct jw json_answer(struct pending *p)
{
    struct buf *b = &p->st->json;

    if (b->cap > JSON_KEPT) /* a large answer does not keep its room for ever */
        buf_free(b);
    buf_clear(b);
    return jw_to(b);
}

struct span json_keep(struct pending *p)
{
    const struct buf *b = &p->st->json;

    return span_of(arena_span(p->own, (struct span){b->p, b->n}));
}

struct jw json_go_on(struct pending *p, struct span kept)
{
    struct jw w = json_answer(p);

    buf_put(w.b, kept.p, kept.n);
    w.comma = true;
    return w;
}

void pending_json(struct pending *p, int64_t version)
{
    const struct buf *json = &p->st->json;
    store_json *done = p->json;
    void *owner = p->owner;
    bool ok = buf_ok(json);

    pending_end(p);
    if (done)
        done(owner, ok ? ERR_OK : ERR_TOO_LARGE, ok ? (struct span){json->p, json->n} : SPAN_NONE,
             version);
}

void pending_page(struct pending *p, struct jw *w, bool more, int64_t at, int64_t id)
{
    jw_end(w);
    jw_key(w, "next");
    if (more)
        jw_str(w, arena_printf(p->own, "%lld.%lld", (long long)at, (long long)id));
    else
        jw_null(w);
    jw_close(w);
    pending_json(p, 0);
}

static void answered(void *owner, const struct db_outcome *out)
{
    struct pending *p = owner;

    if (out->e != ERR_OK)
        pending_fail(p, out->e);
    else
        p->rows(p, out);
}

static void overloaded(void *arg)
{
    struct pending *p = arg;

    pending_fail(p, ERR_OVERLOADED);
}

void pending_send(struct pending *p, enum db_lane lane, const char *stmt,
                  const struct db_args *args)
{
    if (!db_call(p->st->db, lane, stmt, args, answered, p))
        worker_later(p->st->worker, overloaded, p);
}

static void drop_silently(struct pending *p, const struct db_outcome *out)
{
    (void)out;
    pending_end(p);
}

/* The call comes back all the same; there is nobody to tell any more. */
static void orphan_calls(struct store *st, const void *owner)
{
    for (struct pending *p = st->calls; p; p = p->next) {
        if (p->owner != owner)
            continue;
        p->owner = NULL;
        p->json = NULL;
        p->state = NULL;
        p->user = NULL;
        p->wait = NULL;
        p->tracked = NULL;
        p->timer = NULL;
        p->taken = NULL;
        p->messages = NULL;
        p->settled = NULL;
        p->alive = NULL;
        p->hall = NULL;
        p->arena = NULL;
        p->rows = drop_silently;
    }
}

void store_orphan(struct store *st, void *owner)
{
    struct job *j, *next;

    orphan_calls(st, owner);
    fires_orphan(st, owner);
    for (j = st->jobs; j; j = next) {
        next = j->next;
        if (j->act && j->act->owner == owner)
            act_orphan(j);
    }
}

/* ---------------------------------------------------------------- small things of reading */

struct db_args *read_args(struct pending *p, int n)
{
    return db_args(p->own, n);
}

struct span arena_copy(struct arena *a, struct span s)
{
    return (struct span){s.p ? arena_strndup(a, s.p, s.n) : NULL, s.n};
}

const struct agency *agency_of(const struct snapshot *s, int id)
{
    int i = organisation_of_id(s->org, id);

    return i < 0 ? NULL : &s->org->agency[i];
}

const char *agency_key(const struct store *st, int id)
{
    const struct agency *ag = agency_of(st->snap, id);

    return ag ? ag->agency : NULL;
}

const char *prefix_end(struct arena *a, const char *s)
{
    /* Every text of ours is UTF-8, in which no byte is 0xFF or 0xF8: but the bound must be UTF-8
     * too, so it ends in the highest character there is. */
    return s ? arena_printf(a, "%s\xF4\x8F\xBF\xBF", s) : NULL;
}

/* ---------------------------------------------------------------- who may see what */

/* A division works for the body it belongs to: its people see that body's dossiers. */
static int body_of(const struct organisation *o, int i)
{
    while (i >= 0 && o->agency[i].type == AGENCY_DIVISION && o->agency[i].parent >= 0)
        i = o->agency[i].parent;
    return i;
}

static bool agency_seen(const struct organisation *o, const struct viewer *v, int at)
{
    int own = body_of(o, organisation_of_id(o, v->agency)), i = organisation_of_id(o, at);

    if (v->all)
        return true;
    if (own < 0 || i < 0)
        return false;
    return organisation_within(o, i, own) || access_may_read(o, v->agency, v->roles, at);
}

struct viewer store_viewer(int64_t user, int agency, unsigned roles)
{
    return (struct viewer){.user = user,
                           .agency = agency,
                           .roles = roles,
                           .all = access_reads_only(roles) &&
                                  (roles & ((1u << ROLE_AUDITOR) | (1u << ROLE_SUPERVISOR))) != 0};
}

int report_scope(const struct snapshot *snap, const struct viewer *v)
{
    int own = body_of(snap->org, organisation_of_id(snap->org, v->agency));

    if (v->all)
        return 0;
    return own < 0 ? -1 : snap->org->agency[own].id;
}

bool store_sees_agency(const struct snapshot *snap, const struct viewer *v, int agency)
{
    return agency_seen(snap->org, v, agency);
}

size_t viewer_agencies(const struct store *st, const struct viewer *v, struct arena *a,
                       const int32_t **ret)
{
    const struct organisation *o = st->snap->org;
    int32_t *id = ARENA_ARRAY(a, int32_t, o->agencies ? o->agencies : 1);
    size_t n = 0;

    for (size_t i = 0; i < o->agencies && n < AGENCIES_MAX; i++)
        if (agency_seen(o, v, o->agency[i].id))
            id[n++] = o->agency[i].id;
    *ret = id;
    return n;
}

bool store_may_see(const struct snapshot *snap, const struct viewer *v, const struct dossier *s)
{
    const struct organisation *o = snap->org;

    if (v->all || agency_seen(o, v, s->receiving) ||
        (s->competent && agency_seen(o, v, s->competent)))
        return true;
    for (size_t i = 0; i < s->tasks; i++)
        if (s->task[i].officer == v->user || agency_seen(o, v, s->task[i].agency))
            return true;
    for (size_t i = 0; i < s->dones; i++)
        if (s->done[i].officer == v->user || agency_seen(o, v, s->done[i].agency))
            return true;
    return false;
}

struct dossier *dossier_of_row(struct arena *a, struct span json, int64_t id, int64_t seq,
                               struct span head, struct span code, struct span number)
{
    struct dossier *s = dossier_of_json(a, json);

    if (!s || head.n != SHA256_BYTES)
        return NULL;
    s->id = id;
    s->seq = seq;
    memcpy(s->head, head.p, SHA256_BYTES);
    s->code = code.p ? arena_span(a, code) : NULL;
    if (number.p)
        s->result.number = arena_span(a, number);
    return s;
}
