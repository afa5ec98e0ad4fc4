/* Freezing: what was frozen last is read, the question is asked, the two are compared, what is
 * behind the difference is looked up, and the bytes are stored.  The object of each run owns its
 * arena and goes with its answer.  The worker's thread; comparing in the pool. */
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/frozen_inside.h"

#define FREEZING_MEMORY ((size_t)512 << 20)
#define SECOND_US       INT64_C(1000000)

/* ---------------------------------------------------------------- a run */

static void fault_came(void *owner, enum err e, struct span json, int64_t version)
{
    (void)json;
    (void)version;
    freezing_end(owner, e);
}

struct pending *freezing_call(struct freezing *f,
                              void (*fn)(struct pending *p, const struct db_outcome *out))
{
    struct pending *p = pending_new(f->st, f, fn);

    p->json = fault_came;
    return p;
}

static void freeing(struct freezing *f)
{
    if (f->prev)
        f->prev->next = f->next;
    else
        f->st->freezings = f->next;
    if (f->next)
        f->next->prev = f->prev;
    buf_free(&f->changes);
    arena_free(f->a);
    free(f);
}

void freezings_free(struct store *st)
{
    while (st->freezings)
        freeing(st->freezings);
}

void freezing_end(struct freezing *f, enum err e)
{
    f->done(f->owner, e, SPAN_NONE, 0);
    freeing(f);
}

static void hex_json(struct jw *w, const char *key, const uint8_t hash[SHA256_BYTES])
{
    char hex[2 * SHA256_BYTES + 1];

    hex_encode(hash, SHA256_BYTES, hex);
    jw_key_any(w, key);
    jw_str(w, hex);
}

static void tell(struct freezing *f, bool same)
{
    struct buf out;
    struct jw w;

    buf_init(&out, JSON_MAX);
    w = jw_to(&out);
    jw_open(&w);
    jw_ki64(&w, "report", f->last);
    jw_ki64(&w, "series", f->series);
    jw_ki64(&w, "version", f->version);
    jw_kbool(&w, "same", same);
    jw_kbool(&w, "intact", f->intact);
    hex_json(&w, "digest", f->digest);
    jw_ktime(&w, "as_of", f->as_of);
    jw_key(&w, "changes");
    if (f->changes.n)
        jw_raw(&w, (struct span){f->changes.p, f->changes.n});
    else
        jw_null(&w);
    jw_close(&w);
    f->done(f->owner, buf_ok(&out) ? ERR_OK : ERR_TOO_LARGE, (struct span){out.p, out.n}, 0);
    buf_free(&out);
    freeing(f);
}

static void tell_as_frozen(struct freezing *f)
{
    memcpy(f->digest, f->last_digest, SHA256_BYTES);
    f->as_of = f->last_as_of;
    tell(f, true);
}

/* ---------------------------------------------------------------- storing */

static void put_came(struct pending *p, const struct db_outcome *out)
{
    struct freezing *f = p->owner;
    bool there = db_count(out->rows) == 1;

    if (there) {
        f->last = db_get_i64(out->rows, 0, 0);
        f->series = db_get_i64(out->rows, 0, 1);
        f->version = (int)db_get_i64(out->rows, 0, 2);
    }
    pending_end(p);
    if (there)
        tell(f, false);
    else
        freezing_end(f, ERR_CONFLICT);
}

static void put(struct freezing *f)
{
    struct pending *p;
    struct db_args *args;

    if (f->o.verify) {
        tell(f, false);
        return;
    }
    p = freezing_call(f, put_came);
    args = db_args(f->a, 11);
    db_i64(args, f->last);
    db_text(args, REPORT_WORDS[f->asked.report]);
    db_span(args, f->question);
    db_i32(args, f->o.scope);
    db_time(args, f->as_of);
    db_bytes(args, f->rules, sizeof f->rules);
    db_bytes(args, f->digest, sizeof f->digest);
    db_span(args, f->body);
    if (f->changes.n)
        db_span(args, (struct span){f->changes.p, f->changes.n});
    else
        db_null(args);
    db_text(args, f->o.remark ? f->o.remark : "");
    db_i64(args, f->o.author);
    pending_send(p, LANE_ACT, "frozen_put", args);
}

/* ---------------------------------------------------------------- comparing (pool) */

static void compare(void *job)
{
    struct freezing *f = job;

    f->compared = answers_compare(f->a, f->last_body, f->body, &f->cells);
}

static void compared(void *job, bool ran)
{
    struct freezing *f = job;

    if (!ran || !f->compared)
        freezing_end(f, ran ? ERR_INTERNAL : ERR_UNAVAILABLE);
    else if (f->cells.n == 0 && !f->o.verify)
        tell_as_frozen(f); /* asked at another instant, and nothing is different */
    else
        freezing_explain(f, put);
}

static void body_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct freezing *f = owner;

    (void)version;
    if (e != ERR_OK) {
        freezing_end(f, e);
        return;
    }
    f->body = arena_copy(f->a, json);
    sha256(json.p, json.n, f->digest);
    report_rules(f->st, &f->asked, f->rules);
    if (!f->last) {
        put(f);
    } else if (memcmp(f->digest, f->last_digest, SHA256_BYTES) == 0) {
        tell(f, true);
    } else if (!f->pool) {
        compare(f);
        compared(f, true);
    } else if (!pool_submit(f->pool, f->st->worker, compare, compared, f)) {
        freezing_end(f, ERR_OVERLOADED);
    }
}

/* ---------------------------------------------------------------- asking */

/* What is frozen must be a matter of history: acts that were decided before it are stored by now,
 * so that it can be asked again with the same answer. */
static bool set_as_of(struct freezing *f)
{
    instant latest = (clock_now() / SECOND_US - f->o.settled) * SECOND_US;

    if (f->o.verify)
        f->as_of = f->last_as_of;
    else if (f->o.as_of != INSTANT_NONE)
        f->as_of = f->o.as_of;
    else if (f->o.id || f->asked.q.to > latest)
        f->as_of = latest;
    else
        f->as_of = f->asked.q.to;
    if (f->o.as_of == INSTANT_NONE && f->last && f->as_of < f->last_as_of)
        f->as_of = f->last_as_of;
    f->asked.q.as_of = f->as_of;
    return f->as_of <= latest && f->as_of > f->asked.q.from &&
           (!f->last || f->as_of >= f->last_as_of);
}

static void ask(struct freezing *f)
{
    const struct viewer v = report_viewer(f->o.scope);

    if (set_as_of(f))
        store_report(f->st, &v, &f->asked, body_came, f);
    else
        freezing_end(f, ERR_INVALID);
}

static void take_hash(const struct db_rows *r, int col, uint8_t out[SHA256_BYTES])
{
    struct span s = db_get_span(r, 0, col);

    memset(out, 0, SHA256_BYTES);
    if (s.n == SHA256_BYTES)
        memcpy(out, s.p, SHA256_BYTES);
}

static void take_last(struct freezing *f, const struct db_rows *r)
{
    f->last = db_get_i64(r, 0, V_ID);
    f->series = db_get_i64(r, 0, V_SERIES);
    f->version = (int)db_get_i64(r, 0, V_VERSION);
    f->last_as_of = db_get_time(r, 0, V_AS_OF);
    f->last_at = db_get_time(r, 0, V_AT);
    f->last_body = arena_copy(f->a, db_get_span(r, 0, V_BODY));
    take_hash(r, V_DIGEST, f->last_digest);
    take_hash(r, V_RULES, f->last_rules);
    take_hash(r, V_ENGINE, f->last_engine);
    take_hash(r, V_ENGINE_NOW, f->engine);
    f->o.scope = (int)db_get_i64(r, 0, V_SCOPE);
    f->question = arena_copy(f->a, db_get_span(r, 0, V_QUESTION));
}

/* The stored bytes are those that were frozen. */
static bool unharmed(const struct freezing *f)
{
    uint8_t digest[SHA256_BYTES];

    sha256(f->last_body.p, f->last_body.n, digest);
    return memcmp(digest, f->last_digest, SHA256_BYTES) == 0;
}

static void find(struct freezing *f, int64_t id);

static void last_came(struct pending *p, const struct db_outcome *out)
{
    struct freezing *f = p->owner;
    bool there = db_count(out->rows) == 1;
    int64_t newest = there ? db_get_i64(out->rows, 0, V_NEWEST) : 0;

    if (there)
        take_last(f, out->rows);
    pending_end(p);
    if (!there && f->o.id) {
        freezing_end(f, ERR_NOT_FOUND);
        return;
    }
    if (!f->o.verify && there && newest != f->last) {
        find(f, newest); /* run again: from the newest version on */
        return;
    }
    if (there && !report_question_read(f->a, f->st->snap->org, f->question, &f->asked)) {
        freezing_end(f, ERR_INVALID);
        return;
    }
    f->intact = !there || unharmed(f);
    if (f->intact)
        ask(f);
    else if (f->o.verify)
        tell(f, false);
    else
        freezing_end(f, ERR_INTERNAL);
}

static void find(struct freezing *f, int64_t id)
{
    struct pending *p = freezing_call(f, last_came);
    struct db_args *args = db_args(f->a, 6);

    db_text(args, id ? NULL : REPORT_WORDS[f->asked.report]);
    if (id)
        db_null(args);
    else
        db_span(args, f->question);
    db_i32(args, f->o.scope);
    db_i64(args, id);
    if (id && f->o.viewer)
        frozen_scopes(p, f->o.viewer, args);
    else
        db_null(args);
    db_i64(args, f->o.verify && f->o.viewer ? f->o.viewer->user : 0);
    pending_send(p, LANE_READ, "frozen_last", args);
}

static struct span question_text(struct freezing *f)
{
    struct buf b;
    struct jw w;
    struct span kept;

    buf_init(&b, 65536);
    w = jw_to(&b);
    report_question_json(&w, f->st->snap->org, &f->asked);
    kept = arena_copy(f->a, (struct span){b.p, b.n});
    buf_free(&b);
    return kept;
}

void store_freeze(struct store *st, struct pool *pool, const struct freeze_order *o,
                  store_json *done, void *owner)
{
    struct freezing *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    *f = (struct freezing){.st = st,
                           .pool = pool,
                           .a = arena_new(FREEZING_MEMORY),
                           .done = done,
                           .owner = owner,
                           .o = *o};
    f->next = st->freezings;
    if (f->next)
        f->next->prev = f;
    st->freezings = f;
    buf_init(&f->changes, JSON_MAX);
    f->o.remark = arena_strdup(f->a, o->remark);
    if (o->viewer) {
        struct viewer *v = ARENA_NEW(f->a, struct viewer);

        *v = *o->viewer;
        f->o.viewer = v;
    }
    if (!o->id) {
        f->asked = *o->asked;
        f->question = question_text(f);
        /* read back: texts of its own, and nothing that could not be asked again */
        if (!report_question_read(f->a, st->snap->org, f->question, &f->asked))
            abort();
    }
    find(f, o->id);
}
