/* What is behind the difference of two versions: cells, the dossiers whose facts moved with their
 * events, what was published meanwhile, agencies that others took over.  Everything is written into
 * the run's buffer.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/frozen_inside.h"

const char *const FROZEN_CAUSE_WORDS[] = {"late_entry", "correction", "undo",  "succession",
                                          "supplement", "act",        "rules", NULL};
enum cause {
    CAUSE_LATE_ENTRY,
    CAUSE_CORRECTION,
    CAUSE_UNDO,
    CAUSE_SUCCESSION,
    CAUSE_SUPPLEMENT,
    CAUSE_ACT,
    CAUSE_RULES
};

enum {
    D_DOSSIER,
    D_CODE,
    D_PROCEDURE,
    D_BEFORE,
    D_AFTER,
    D_PLACE,
    D_PLACE_AFTER,
    D_SEQ,
    D_KIND,
    D_TIME,
    D_N
};

struct explaining {
    struct freezing *f;
    void (*next)(struct freezing *f);
};

/* ---------------------------------------------------------------- what was published */

/* Mergers that took effect since the report was frozen, and those that were entered since, whenever
 * they took effect: they are not in the organisation of then (NULL: it is the same). */
static bool meanwhile(const struct freezing *f, const struct agency *g,
                      const struct organisation *then)
{
    const struct organisation *o = f->st->snap->org;
    dayno a = lminute_day(lminute_of(f->last_at)), b = lminute_day(lminute_of(clock_now()));
    const struct agency *old;
    int i;

    if (g->successor < 0 || g->valid_to == INT32_MAX || g->valid_to >= b)
        return false;
    if (g->valid_to >= a || !then)
        return g->valid_to >= a;
    i = organisation_find(then, g->agency);
    old = i < 0 ? NULL : &then->agency[i];
    return !old || old->successor < 0 || old->valid_to != g->valid_to ||
           strcmp(then->agency[old->successor].agency, o->agency[g->successor].agency) != 0;
}

static void rest_json(struct freezing *f, const struct organisation *then,
                      void (*next)(struct freezing *f))
{
    const struct organisation *o = f->st->snap->org;
    struct jw *w = &f->w;

    jw_key(w, "successions");
    jw_list(w);
    for (size_t i = 0; i < o->agencies; i++) {
        const struct agency *g = &o->agency[i];
        char iso[16];

        if (!meanwhile(f, g, then))
            continue;
        day_iso(g->valid_to, iso);
        jw_open(w);
        jw_kstr(w, "agency", g->agency);
        jw_kstr(w, "successor", o->agency[g->successor].agency);
        jw_kstr(w, "until", iso);
        jw_close(w);
    }
    jw_end(w);
    jw_kbool(w, "rules", memcmp(f->rules, f->last_rules, SHA256_BYTES) != 0);
    jw_kbool(w, "engine", memcmp(f->engine, f->last_engine, SHA256_BYTES) != 0);
    jw_close(w);
    if (buf_ok(&f->changes))
        next(f);
    else
        freezing_end(f, ERR_TOO_LARGE);
}

static void organisation_came(struct pending *p, const struct db_outcome *out)
{
    struct explaining *x = p->mine;
    struct freezing *f = x->f;
    void (*next)(struct freezing * f) = x->next;
    const struct organisation *then = NULL;
    struct diags d;

    diags_init(&d, f->a);
    if (db_count(out->rows) == 1)
        then = organisation_compile(f->a, arena_copy(f->a, db_get_span(out->rows, 0, 0)), &d);
    pending_end(p);
    rest_json(f, then, next);
}

static void ask_organisation(struct explaining *x)
{
    struct pending *p = freezing_call(x->f, organisation_came);
    struct db_args *args = read_args(p, 1);

    p->mine = x;
    db_time(args, x->f->last_at);
    pending_send(p, LANE_READ, "config_organisation_at", args);
}

static void texts_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct explaining *x = p->mine;
    struct jw *w = &x->f->w;
    bool published = false;

    jw_key(w, "texts");
    jw_list(w);
    for (int i = 0; i < db_count(r); i++) {
        published = published || span_is(db_get_span(r, i, 0), "organisation");
        jw_open(w);
        jw_kspan(w, "kind", db_get_span(r, i, 0));
        jw_kspan(w, "name", db_get_span(r, i, 1));
        jw_ki64(w, "version", db_get_i64(r, i, 2));
        jw_ktime(w, "at", db_get_time(r, i, 3));
        jw_close(w);
    }
    jw_end(w);
    pending_end(p);
    if (published)
        ask_organisation(x);
    else
        rest_json(x->f, NULL, x->next);
}

static void ask_texts(struct freezing *f, void (*next)(struct freezing *f))
{
    struct pending *p = freezing_call(f, texts_came);
    struct explaining *x = ARENA_NEW(f->a, struct explaining);
    struct db_args *args = read_args(p, 3);

    *x = (struct explaining){f, next};
    p->mine = x;
    db_time(args, f->last_at);
    db_time(args, clock_now());
    db_i32(args, FROZEN_TEXTS_MAX);
    pending_send(p, LANE_READ, "config_between", args);
}

/* ---------------------------------------------------------------- dossiers */

static bool had(const struct db_rows *r, int i, const char *kind)
{
    struct span s;

    for (int k = 0; k < db_array_count(r, i, D_KIND); k++)
        if (db_array_span(r, i, D_KIND, k, &s) && span_is(s, kind))
            return true;
    return false;
}

static enum cause cause_of(const struct db_rows *r, int i)
{
    if (had(r, i, "LATE_ENTRY"))
        return CAUSE_LATE_ENTRY;
    if (had(r, i, "CORRECTED"))
        return CAUSE_CORRECTION;
    if (had(r, i, "PULLED_BACK"))
        return CAUSE_UNDO;
    if (had(r, i, "ORG_SUCCESSION"))
        return CAUSE_SUCCESSION;
    if (had(r, i, "SUPPLEMENT_SENT"))
        return CAUSE_SUPPLEMENT;
    return db_array_count(r, i, D_KIND) > 0 ? CAUSE_ACT : CAUSE_RULES;
}

/* The figures that it counted in under one version and not under the other. */
static void figures_json(struct jw *w, const char *key, bool there, int32_t facts, bool other,
                         int32_t other_facts)
{
    struct figure_row a = {{0}}, b = {{0}};

    if (there)
        figures_add(&a, facts, 1);
    if (other)
        figures_add(&b, other_facts, 1);
    jw_key_any(w, key);
    jw_list(w);
    for (int i = 0; i < FIGURES; i++)
        if (a.n[i] && !b.n[i])
            jw_str(w, FIGURE[i].name);
    jw_end(w);
}

static void events_json(struct jw *w, const struct db_rows *r, int i)
{
    int n = db_array_count(r, i, D_KIND);

    jw_key(w, "events");
    jw_list(w);
    for (int k = 0; k < n; k++) {
        struct span kind = SPAN_NONE;
        int64_t seq = 0, at = 0;
        enum event_kind known;
        char name[64];

        if (!db_array_span(r, i, D_KIND, k, &kind) || !db_array_i64(r, i, D_SEQ, k, &seq) ||
            !db_array_i64(r, i, D_TIME, k, &at))
            continue;
        jw_open(w);
        jw_ki64(w, "seq", seq);
        jw_kspan(w, "kind", kind);
        snprintf(name, sizeof name, "%.*s", (int)kind.n, kind.p);
        if (event_of_name(name, &known)) {
            jw_kstr(w, "title", event_title(known).vi);
            jw_kstr(w, "title_en", event_title(known).en);
        }
        jw_ktime(w, "at", at);
        jw_close(w);
    }
    jw_end(w);
}

static void dossier_json(struct freezing *f, const struct db_rows *r, int i)
{
    bool before = !db_is_null(r, i, D_BEFORE), after = !db_is_null(r, i, D_AFTER);
    int32_t a = (int32_t)db_get_i64(r, i, D_BEFORE), b = (int32_t)db_get_i64(r, i, D_AFTER);
    struct jw *w = &f->w;

    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, D_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, D_PROCEDURE));
    jw_kstr(w, "agency_before", agency_key(f->st, (int)db_get_i64(r, i, D_PLACE)));
    jw_kstr(w, "agency_after", agency_key(f->st, (int)db_get_i64(r, i, D_PLACE_AFTER)));
    jw_kbool(w, "counted", before || after);
    figures_json(w, "left", before, a, after, b);
    figures_json(w, "joined", after, b, before, a);
    jw_kstr(w, "cause", FROZEN_CAUSE_WORDS[cause_of(r, i)]);
    events_json(w, r, i);
    jw_close(w);
}

static void dossiers_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct explaining *x = p->mine;
    struct freezing *f = x->f;
    void (*next)(struct freezing * f) = x->next;
    int n = db_count(r);

    jw_key(&f->w, "dossiers");
    jw_list(&f->w);
    for (int i = 0; i < n; i++)
        dossier_json(f, r, i);
    jw_end(&f->w);
    jw_ki64(&f->w, "dossiers_n", n ? db_get_i64(r, 0, D_N) : 0);
    pending_end(p);
    ask_texts(f, next);
}

static void ask_dossiers(struct freezing *f, void (*next)(struct freezing *f))
{
    const struct viewer v = report_viewer(f->o.scope);
    struct pending *p = freezing_call(f, dossiers_came);
    struct explaining *x = ARENA_NEW(f->a, struct explaining);
    struct db_args *args = figures_changes_args(p, &v, &f->asked.q, f->last_as_of, f->as_of, 1);

    *x = (struct explaining){f, next};
    p->mine = x;
    db_i32(args, FROZEN_DOSSIERS_MAX);
    figures_send(p, LANE_REPORT, "frozen_changes", args);
}

void freezing_explain(struct freezing *f, void (*next)(struct freezing *f))
{
    struct jw *w = &f->w;

    buf_clear(&f->changes);
    *w = jw_to(&f->changes);
    jw_open(w);
    jw_ki64(w, "since", f->last);
    jw_ki64(w, "since_version", f->version);
    jw_ktime(w, "as_of_before", f->last_as_of);
    jw_ktime(w, "as_of", f->as_of);
    jw_key(w, "cells");
    compared_json(w, &f->cells);
    jw_ki64(w, "cells_n", (int64_t)(f->cells.n + f->cells.dropped));
    ask_dossiers(f, next);
}
