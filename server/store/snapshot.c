/* Configuration as published: loaded, compiled once, counted, shared by all threads.
 * A snapshot owns its arena and everything in it. */
#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/store/blocking.h"
#include "server/store/inside.h"
#include "server/store/running.h"

#define SNAPSHOT_MAX ((size_t)1 << 30)
#define TEXTS_MAX    20000
#define LOAD_MS      60000
#define EPOCH_NONE   (-1)
#define REPORT_MAX   ((size_t)1 << 20)

struct former { /* a calendar's text that another one replaced */
    const char *name;
    struct span source;
    instant until;
};
struct former_calendar { /* as it was until then; compiled when it was asked for */
    struct former_calendar *next;
    instant until;
    const struct calendar *cal;
};

struct snapshot_whole {
    struct snapshot pub; /* first: a snapshot is one of these */
    _Atomic int refs;
    struct arena *arena;
    const struct snapshot_text *text; /* as published, for compiling some of it anew */
    size_t texts;
    const struct former *former; /* by until */
    size_t formers;
    pthread_mutex_t lock; /* over what is compiled later: the list and the arena then */
    struct former_calendar *compiled;
};

struct loading {
    struct arena *a;
    struct arena *read; /* texts of procedures: compiled, they have their own copy */
    struct snapshot_text *text;
    size_t n, cap;
    struct former *former;
    size_t formers, formers_cap;
    int64_t had, epoch;
    struct buf *error;
    bool ok;
};

static struct snapshot_whole *whole(struct snapshot *s)
{
    return (struct snapshot_whole *)(void *)s;
}

struct snapshot *snapshot_ref(struct snapshot *s)
{
    if (s)
        atomic_fetch_add_explicit(&whole(s)->refs, 1, memory_order_relaxed);
    return s;
}

struct snapshot *snapshot_unref(struct snapshot *s)
{
    if (s && atomic_fetch_sub_explicit(&whole(s)->refs, 1, memory_order_acq_rel) == 1) {
        struct arena *a = whole(s)->arena;

        (void)pthread_mutex_destroy(&whole(s)->lock);
        free(whole(s));
        arena_free(a);
    }
    return NULL;
}

/* ---------------------------------------------------------------- looking up */

/* Procedures are sorted by code and version: the last one whose time has come. */
const struct procedure *snapshot_procedure(const struct snapshot *s, const char *code, dayno d)
{
    const struct procedure *best = NULL;

    for (size_t i = 0; i < s->procedures; i++) {
        const struct procedure *p = s->procedure[i];

        if (strcmp(p->code, code) == 0 && p->valid_from <= d && d <= p->valid_to)
            best = p;
    }
    return best;
}

const struct procedure *snapshot_procedure_hash(const struct snapshot *s, const uint8_t hash[32])
{
    for (size_t i = 0; i < s->procedures; i++)
        if (memcmp(s->procedure[i]->hash, hash, 32) == 0)
            return s->procedure[i];
    return NULL;
}

const struct procedure *procedure_numbered(const struct snapshot *s, struct span code, int version)
{
    for (size_t i = 0; i < s->procedures; i++)
        if (s->procedure[i]->version == version && span_is(code, s->procedure[i]->code))
            return s->procedure[i];
    return NULL;
}

struct procedure *snapshot_procedure_compile(const struct snapshot *s, struct arena *a,
                                             struct span text, struct diags *d)
{
    struct procedure_env env = {.org = s->org};
    struct procedure *p;
    const struct procedure *now;

    diags_init(d, a);
    p = procedure_compile(a, text, &env, d);
    now = p ? procedure_numbered(s, span_of(p->code), p->version) : NULL;
    if (!now || memcmp(now->hash, p->hash, sizeof now->hash) == 0)
        return p;
    env.in_use = true;
    env.in_use_hash = now->hash;
    diags_init(d, a);
    return procedure_compile(a, text, &env, d);
}

const struct calendar *snapshot_calendar(const struct snapshot *s, const char *name)
{
    for (size_t i = 0; name && i < s->calendars; i++)
        if (strcmp(calendar_name(s->calendar[i]), name) == 0)
            return s->calendar[i];
    return NULL;
}

const struct snapshot_text *snapshot_texts(const struct snapshot *s, size_t *ret_n)
{
    const struct snapshot_whole *w = (const struct snapshot_whole *)(const void *)s;

    *ret_n = w->texts;
    return w->text;
}

bool snapshot_calendar_text(void *snapshot, const char *name, struct span *ret_text,
                            const char **ret_file)
{
    const struct snapshot_text *t;
    size_t n;

    for (t = snapshot_texts(snapshot, &n); n > 0; n--, t++)
        if (t->kind == 'c' && strcmp(t->name, name) == 0) {
            *ret_text = t->source;
            *ret_file = t->name;
            return true;
        }
    return false;
}

/* ---------------------------------------------------------------- loading */

static void texts_came(void *ctx, const struct db_rows *r)
{
    struct loading *l = ctx;

    for (int i = 0; i < db_count(r) && l->n < TEXTS_MAX; i++) {
        struct snapshot_text t = {.kind = db_get_span(r, i, 0).p[0],
                                  .name = arena_span(l->a, db_get_span(r, i, 1))};

        t.source = arena_copy(t.kind == 'p' ? l->read : l->a, db_get_span(r, i, 2));
        ARENA_PUSH(l->a, l->text, l->n, l->cap) = t;
    }
}

static void formers_came(void *ctx, const struct db_rows *r)
{
    struct loading *l = ctx;

    for (int i = 0; i < db_count(r) && l->formers < TEXTS_MAX; i++)
        ARENA_PUSH(l->a, l->former, l->formers, l->formers_cap) =
            (struct former){.name = arena_span(l->a, db_get_span(r, i, 0)),
                            .source = arena_copy(l->a, db_get_span(r, i, 1)),
                            .until = db_get_time(r, i, 2)};
}

static void epoch_came(void *ctx, const struct db_rows *r)
{
    struct loading *l = ctx;

    l->epoch = db_count(r) == 1 ? db_get_i64(r, 0, 0) : 0;
}

/* The epoch is read before the texts: texts may be newer than it says, then acts are refused as
 * stale and it is loaded again, never older. */
static bool read_texts(struct loading *l, const char *conninfo)
{
    struct blocking *b = blocking_open(conninfo, LOAD_MS, l->error);
    enum err e;

    if (!b)
        return false;
    e = blocking_call(b, LANE_READ, "config_epoch", NULL, epoch_came, l);
    if (e == ERR_OK && l->epoch != l->had)
        e = blocking_call(b, LANE_READ, "config_texts", NULL, texts_came, l);
    if (e == ERR_OK && l->epoch != l->had)
        e = blocking_call(b, LANE_READ, "config_calendars", NULL, formers_came, l);
    blocking_close(b);
    if (e != ERR_OK)
        buf_printf(l->error, "%s", err_title(e, LANG_EN));
    return e == ERR_OK;
}

static bool extended(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    const struct loading *l = ctx;

    for (size_t i = 0; i < l->n; i++)
        if (l->text[i].kind == 'c' && strcmp(l->text[i].name, name) == 0) {
            *ret_text = l->text[i].source;
            *ret_file = l->text[i].name;
            return true;
        }
    return false;
}

static void complain(struct loading *l, const struct snapshot_text *t, const struct diags *d)
{
    l->ok = false;
    diags_print(d, t->name[0] ? t->name : "organisation", t->source, LANG_EN, l->error);
}

static bool begins_alone(struct span text)
{
    /* A list of days off alone has no week of its own: it is there to be extended. */
    struct span rest = text, line;
    bool more = true;

    while (more) {
        more = span_cut(rest, '\n', &line, &rest);
        if (span_starts(line, "week:") || span_starts(line, "extends:"))
            return true;
    }
    return false;
}

static void compile_base(struct loading *l, struct snapshot *s)
{
    struct regimes *regimes = ARENA_NEW(l->a, struct regimes);
    const struct calendar **cal = ARENA_ARRAY(l->a, const struct calendar *, l->n + 1);

    for (size_t i = 0; i < l->n; i++) {
        const struct snapshot_text *t = &l->text[i];
        struct diags d;
        bool good = true;

        diags_init(&d, l->a);
        if (t->kind == 'o')
            good = (s->org = organisation_compile(l->a, t->source, &d)) != NULL;
        else if (t->kind == 'r')
            good = regime_compile(l->a, regimes, t->source, &d);
        else if (t->kind == 'c' && begins_alone(t->source)) {
            cal[s->calendars] = calendar_compile(l->a, t->source, extended, l, &d);
            good = cal[s->calendars] != NULL;
            s->calendars += good;
        }
        if (!good)
            complain(l, t, &d);
        arena_scratch_free(l->a);
    }
    s->regimes = regimes;
    s->calendar = cal;
}

static int by_code(const void *a, const void *b)
{
    const struct procedure *x = *(const struct procedure *const *)a;
    const struct procedure *y = *(const struct procedure *const *)b;
    int c = strcmp(x->code, y->code);

    return c ? c : (x->version > y->version) - (x->version < y->version);
}

static void compile_procedures(struct loading *l, struct snapshot *s)
{
    const struct procedure **p = ARENA_ARRAY(l->a, const struct procedure *, l->n + 1);
    struct procedure_env env = {.org = s->org};

    for (size_t i = 0; i < l->n; i++) {
        struct snapshot_text *t = &l->text[i];
        struct diags d;

        if (t->kind != 'p')
            continue;
        diags_init(&d, l->a);
        p[s->procedures] = procedure_compile(l->a, t->source, &env, &d);
        if (p[s->procedures])
            t->source.p = p[s->procedures++]->source;
        else
            complain(l, t, &d);
        arena_scratch_free(l->a);
    }
    qsort(p, s->procedures, sizeof *p, by_code);
    s->procedure = p;
}

static void compile_halls(struct loading *l, struct snapshot *s)
{
    const struct hall **h = ARENA_ARRAY(l->a, const struct hall *, l->n + 1);

    for (size_t i = 0; i < l->n; i++) {
        struct diags d;

        if (l->text[i].kind != 'h')
            continue;
        diags_init(&d, l->a);
        h[s->halls] = hall_compile(l->a, l->text[i].source, &d);
        if (h[s->halls])
            s->halls++;
        else
            complain(l, &l->text[i], &d);
        arena_scratch_free(l->a);
    }
    s->hall = h;
}

struct snapshot *snapshot_load(const char *conninfo, struct buf *ret_error)
{
    return snapshot_load_other(conninfo, EPOCH_NONE, ret_error);
}

static bool compile_all(struct loading *l, struct snapshot *s)
{
    compile_base(l, s);
    if (!s->org) {
        if (l->ok)
            buf_str(l->error, "no organisation is published yet");
        return false;
    }
    compile_procedures(l, s);
    compile_halls(l, s);
    return l->ok;
}

struct snapshot *snapshot_load_other(const char *conninfo, int64_t had, struct buf *ret_error)
{
    struct snapshot_whole *w = calloc(1, sizeof *w);
    struct loading l = {.error = ret_error, .ok = true, .had = had};
    bool good;

    if (!w)
        abort();
    l.a = w->arena = arena_new(SNAPSHOT_MAX);
    l.read = arena_new(SNAPSHOT_MAX);
    atomic_init(&w->refs, 1);
    good = read_texts(&l, conninfo) && l.epoch != had && compile_all(&l, &w->pub);
    w->pub.epoch = l.epoch;
    w->text = l.text;
    w->texts = l.n;
    w->former = l.former;
    w->formers = l.formers;
    if (pthread_mutex_init(&w->lock, NULL) != 0)
        abort();
    arena_free(l.read);
    (void)malloc_trim(0); /* what reading took goes back: nothing so large comes again soon */
    return good ? &w->pub : snapshot_unref(&w->pub);
}

/* ---------------------------------------------------------------- calendars as they were */

struct then {
    const struct snapshot_whole *w;
    instant at;
};

/* A calendar_source: the text that was in force then; before the first was published, the first. */
static bool text_then(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    const struct then *x = ctx;

    for (size_t i = 0; i < x->w->formers; i++) {
        const struct former *f = &x->w->former[i];

        if (f->until > x->at && strcmp(f->name, name) == 0) {
            *ret_text = f->source;
            *ret_file = f->name;
            return true;
        }
    }
    return snapshot_calendar_text((void *)(uintptr_t)x->w, name, ret_text, ret_file);
}

/* Under the lock.  A text that is refused by now: what is in force. */
static const struct calendar *compile_then(struct snapshot_whole *w, const char *name, instant at,
                                           instant until)
{
    struct then x = {w, at};
    const struct calendar *cal = NULL;
    struct former_calendar *f;
    const char *file;
    struct span text;
    struct diags d;

    for (f = w->compiled; f; f = f->next)
        if (f->until == until && strcmp(calendar_name(f->cal), name) == 0)
            return f->cal;
    diags_init(&d, w->arena);
    if (text_then(&x, name, &text, &file))
        cal = calendar_compile(w->arena, text, text_then, &x, &d);
    if (!cal)
        cal = snapshot_calendar(&w->pub, name);
    arena_scratch_free(w->arena);
    if (cal) {
        f = ARENA_NEW(w->arena, struct former_calendar);
        *f = (struct former_calendar){w->compiled, until, cal};
        w->compiled = f;
    }
    return cal;
}

const struct calendar *snapshot_calendar_at(struct snapshot *s, const char *name, instant at)
{
    struct snapshot_whole *w = whole(s);
    const struct calendar *cal;
    size_t i = 0;

    while (i < w->formers && w->former[i].until <= at)
        i++;
    if (i == w->formers || !name)
        return snapshot_calendar(s, name);
    if (pthread_mutex_lock(&w->lock) != 0)
        abort();
    cal = compile_then(w, name, at, w->former[i].until);
    if (pthread_mutex_unlock(&w->lock) != 0)
        abort();
    return cal;
}

/* ---------------------------------------------------------------- calendars tried out */

/* Published texts with one in place of its namesake. */
static void texts_with(struct loading *l, const struct snapshot_whole *w, const char *name,
                       struct span text)
{
    bool there = false;

    for (size_t i = 0; i < w->texts; i++) {
        struct snapshot_text t = w->text[i];

        if (t.kind != 'c')
            continue;
        if (name && strcmp(t.name, name) == 0) {
            t.source = text;
            there = true;
        }
        ARENA_PUSH(l->a, l->text, l->n, l->cap) = t;
    }
    if (name && !there)
        ARENA_PUSH(l->a, l->text, l->n, l->cap) =
            (struct snapshot_text){'c', arena_strdup(l->a, name), text};
}

bool snapshot_calendars_with(const struct snapshot *s, struct arena *a, const char *name,
                             struct span text, struct calendars *ret, struct buf *ret_error)
{
    struct loading l = {.a = a, .error = ret_error, .ok = true};
    struct snapshot tried = {.org = s->org};

    texts_with(&l, (const struct snapshot_whole *)(const void *)s, name, text);
    compile_base(&l, &tried);
    *ret = (struct calendars){tried.calendar, tried.calendars};
    return l.ok;
}
