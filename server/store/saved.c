/* Saved reports in the database.  The worker owns what is under way; its thread only. */
#include "server/store/saved.h"

#include "server/store/dossier_json.h"
#include "server/store/inside.h"

void saved_days(struct report_question *r, enum period_rule rule, instant at, int closing)
{
    dayno from, to;

    period_by_rule(rule, lminute_day(lminute_of(at)), closing, &from, &to);
    r->q.from = instant_of(day_start(from));
    r->q.to = instant_of(day_start(to));
}

static void nothing(struct pending *p)
{
    struct jw w = json_answer(p);

    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

/* ---------------------------------------------------------------- made, changed, deleted */

static void put_came(struct pending *p, const struct db_outcome *out)
{
    const bool *fresh = p->mine;
    int64_t id = db_get_i64(out->rows, 0, 0);
    struct jw w;

    if (id <= 0) {
        pending_fail(p, id == -1   ? ERR_INVALID
                        : id == -2 ? ERR_CONFLICT
                        : *fresh   ? ERR_LIMIT
                                   : ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    jw_ki64(&w, "id", id);
    jw_close(&w);
    pending_json(p, id);
}

static void question_arg(struct pending *p, const struct report_question *r, struct db_args *args)
{
    struct buf b;
    struct jw w;

    buf_init(&b, 65536);
    w = jw_to(&b);
    report_question_json(&w, p->st->snap->org, r);
    db_span(args, arena_copy(p->own, (struct span){b.p, b.n}));
    buf_free(&b);
}

void store_saved_put(struct store *st, const struct viewer *v, const struct saved_order *o,
                     store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, put_came);
    struct db_args *args = read_args(p, 13);
    bool *fresh = ARENA_NEW(p->own, bool);

    *fresh = o->id == 0;
    p->mine = fresh;
    p->json = done;
    db_i64(args, o->id);
    db_i64(args, v->user);
    if (o->shared)
        db_i32(args, v->agency);
    else
        db_null(args);
    db_i32(args, o->scope);
    db_text(args, o->name);
    question_arg(p, o->asked, args);
    db_i32(args, (int32_t)o->rule);
    db_i32(args, (int32_t)o->schedule.every);
    db_i32(args, o->schedule.on);
    db_i32(args, o->schedule.minute);
    db_texts(args, o->tell, o->tells);
    db_time(args, schedule_next(&o->schedule, clock_now()));
    db_i32(args, SAVED_MOST);
    pending_send(p, LANE_ACT, "saved_put", args);
}

static void deleted(struct pending *p, const struct db_outcome *out)
{
    if (db_get_bool(out->rows, 0, 0))
        nothing(p);
    else
        pending_fail(p, ERR_NOT_FOUND);
}

void store_saved_delete(struct store *st, const struct viewer *v, int64_t id, store_json *done,
                        void *owner)
{
    struct pending *p = pending_new(st, owner, deleted);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, id);
    db_i64(args, v->user);
    pending_send(p, LANE_ACT, "saved_delete", args);
}

/* ---------------------------------------------------------------- reading */

enum {
    S_ID,
    S_ACCOUNT,
    S_OWNER,
    S_SHARED,
    S_SCOPE,
    S_NAME,
    S_QUESTION,
    S_RULE,
    S_EVERY,
    S_ON,
    S_MINUTE,
    S_NEXT,
    S_UPDATED,
    S_TELL,
    S_RUN_AT,
    S_RUN_DUE,
    S_RUN_REPORT,
    S_RUN_FAULT
};

static const char *word_of(int64_t i, const char *const *words, int n)
{
    return i >= 0 && i < n ? words[i] : NULL;
}

static void saved_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const int64_t *user = p->mine;
    int64_t scope = db_get_i64(r, i, S_SCOPE), minute = db_get_i64(r, i, S_MINUTE);
    struct span login;

    jw_open(w);
    jw_ki64(w, "id", db_get_i64(r, i, S_ID));
    jw_kbool(w, "mine", db_get_i64(r, i, S_ACCOUNT) == *user);
    jw_ktext(w, "owner_name", db_get_span(r, i, S_OWNER));
    jw_kbool(w, "shared", !db_is_null(r, i, S_SHARED));
    jw_kstr(w, "scope", scope ? agency_key(p->st, (int)scope) : NULL);
    jw_ktext(w, "name", db_get_span(r, i, S_NAME));
    jw_kraw(w, "question", db_get_span(r, i, S_QUESTION));
    jw_kstr(w, "rule", word_of(db_get_i64(r, i, S_RULE), PERIOD_RULE_WORDS, PERIOD_RULES));
    jw_kstr(w, "every", word_of(db_get_i64(r, i, S_EVERY), SCHEDULE_WORDS, SCHEDULES));
    jw_ki64(w, "on", db_get_i64(r, i, S_ON));
    jw_kstr(w, "time", arena_printf(p->own, "%02d:%02d", (int)(minute / 60), (int)(minute % 60)));
    jw_ktime(w, "next", db_get_time(r, i, S_NEXT));
    jw_ktime(w, "updated", db_get_time(r, i, S_UPDATED));
    jw_key(w, "tell");
    jw_list(w);
    for (int k = 0; k < db_array_count(r, i, S_TELL); k++)
        if (db_array_span(r, i, S_TELL, k, &login))
            jw_span(w, login);
    jw_end(w);
    jw_ktime(w, "last_due", db_get_time(r, i, S_RUN_DUE));
    jw_key(w, "last_report");
    if (db_is_null(r, i, S_RUN_REPORT))
        jw_null(w);
    else
        jw_i64(w, db_get_i64(r, i, S_RUN_REPORT));
    jw_ktext(w, "last_fault", db_get_span(r, i, S_RUN_FAULT));
    jw_close(w);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        saved_json(p, &w, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

static void one_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    saved_json(p, &w, out->rows, 0);
    pending_json(p, 0);
}

void store_saved(struct store *st, const struct viewer *v, int64_t id, store_json *done,
                 void *owner)
{
    struct pending *p = pending_new(st, owner, id ? one_came : list_came);
    struct db_args *args = read_args(p, 3);
    int64_t *user = ARENA_NEW(p->own, int64_t);

    *user = v->user;
    p->mine = user;
    p->json = done;
    db_i64(args, v->user);
    db_i32(args, v->agency);
    db_i64(args, id);
    pending_send(p, LANE_READ, "saved_list", args);
}

static void runs_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_ktime(&w, "due", db_get_time(r, i, 0));
        jw_ktime(&w, "at", db_get_time(r, i, 1));
        jw_key(&w, "report");
        if (db_is_null(r, i, 2))
            jw_null(&w);
        else
            jw_i64(&w, db_get_i64(r, i, 2));
        jw_ktext(&w, "fault", db_get_span(r, i, 3));
        jw_ki64(&w, "told", db_get_i64(r, i, 4));
        jw_ktext(&w, "remark", db_get_span(r, i, 5));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_saved_runs(struct store *st, int64_t id, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, runs_came);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, id);
    db_i32(args, SAVED_RUNS);
    pending_send(p, LANE_READ, "saved_runs", args);
}

/* ---------------------------------------------------------------- what is due */

static int report_scope_of(const struct store *st, int64_t user, int agency, unsigned roles)
{
    const struct viewer v = store_viewer(user, agency, roles);

    return report_scope(st->snap, &v);
}

struct asking_due {
    struct arena *a;
    int closing;
    store_due *done;
    void *owner;
};

static void due_failed(void *owner, enum err e, struct span json, int64_t version)
{
    struct asking_due *k = owner;

    (void)json;
    (void)version;
    k->done(k->owner, e, NULL);
}

static void due_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    const struct asking_due *k = p->owner;
    struct saved_due d = {.id = 0};

    if (db_count(r) == 1) {
        d = (struct saved_due){.id = db_get_i64(r, 0, 0),
                               .due = db_get_time(r, 0, 1),
                               .author = db_get_i64(r, 0, 2),
                               .scope = (int)db_get_i64(r, 0, 3)};
        d.schedule = (struct schedule){(enum schedule_every)db_get_i64(r, 0, 6),
                                       (int)db_get_i64(r, 0, 7), (int)db_get_i64(r, 0, 8)};
        d.active = db_get_bool(r, 0, 9);
        d.roles = (unsigned)db_get_i64(r, 0, 11);
        d.sees = report_scope_of(p->st, d.author, (int)db_get_i64(r, 0, 10), d.roles);
        d.readable = report_question_read(k->a, p->st->snap->org, db_get_span(r, 0, 4), &d.asked);
        if (d.readable)
            saved_days(&d.asked, (enum period_rule)db_get_i64(r, 0, 5), d.due, k->closing);
    }
    pending_end(p);
    k->done(k->owner, ERR_OK, &d);
}

void store_saved_due(struct store *st, struct arena *a, int closing, store_due *done, void *owner)
{
    struct asking_due *k = ARENA_NEW(a, struct asking_due);
    struct pending *p = pending_new(st, k, due_came);

    *k = (struct asking_due){a, closing, done, owner};
    p->json = due_failed;
    pending_send(p, LANE_READ, "saved_due", NULL);
}

static void fired_came(struct pending *p, const struct db_outcome *out)
{
    if (db_get_bool(out->rows, 0, 0)) {
        for (int i = 0; i < db_count(out->rows); i++)
            events_told(p->st, &(struct told){0, -1, db_get_i64(out->rows, i, 1)});
        nothing(p);
    } else
        pending_fail(p, ERR_STALE);
}

void store_saved_fired(struct store *st, const struct saved_due *d, int64_t report,
                       const char *fault, instant next, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, fired_came);
    struct db_args *args = read_args(p, 7);

    p->json = done;
    db_i64(args, d->id);
    db_time(args, d->due);
    if (report)
        db_i64(args, report);
    else
        db_null(args);
    db_text(args, report ? NULL : fault);
    db_time(args, next);
    if (report && d->sees != d->scope) {
        db_i32(args, d->sees);
        db_text(args, "moved");
    } else {
        db_null(args);
        db_null(args);
    }
    pending_send(p, LANE_ACT, "saved_fired", args);
}

/* ---------------------------------------------------------------- who may be told */

enum { T_LOGIN, T_NAME, T_AGENCY };

static void readers_came(struct pending *p, const struct db_outcome *out)
{
    const enum lang *lang = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++) {
        jw_open(&w);
        jw_kspan(&w, "login", db_get_span(out->rows, i, T_LOGIN));
        jw_kspan(&w, "name", db_get_span(out->rows, i, T_NAME));
        jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(out->rows, i, T_AGENCY), *lang);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_saved_readers(struct store *st, unsigned roles, enum lang lang, store_json *done,
                         void *owner)
{
    struct pending *p = pending_new(st, owner, readers_came);
    struct db_args *args = read_args(p, 1);
    enum lang *kept = ARENA_NEW(p->own, enum lang);

    *kept = lang;
    p->mine = kept;
    p->json = done;
    db_i64(args, roles);
    pending_send(p, LANE_READ, "saved_readers", args);
}
