/* Where the time of resolved dossiers went: each step against its norm, agencies, officers, the
 * applicant and excluded time; the usual time.  Counted from the states of the newest ones.
 * Everything lies in the call's arena.  The worker's thread. */
#include <stdlib.h>

#include "common/figures/spent.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

/* So many states are read in about ten milliseconds. */
#define SAMPLE 2000

struct step_row {
    const char *procedure, *step;
    struct text2 title;
    int index;
    struct tally minutes;
    int64_t norms, beyond, beyond_minutes; /* those with a norm; of them beyond it; by how much */
    int64_t norm;                          /* of the newest version */
};
struct place_row { /* agency or officer */
    int64_t id;
    int64_t dossiers, minutes, beyond_minutes;
};
struct places {
    struct place_row *row;
    size_t n, cap;
};
struct steps {
    struct figures *f;
    bool late_only;
    struct step_row *row;
    size_t rows, cap;
    struct places agency, officer;
    struct tally total, late;
    int64_t applicant, excluded, other, in_steps, dossiers, of;
};

static const struct calendar *calendar(void *ctx, const char *name)
{
    return snapshot_calendar(ctx, name);
}

static struct step_row *row_of(struct pending *p, struct steps *s, const struct procedure *pr,
                               int step)
{
    struct step_row *r;

    for (size_t i = 0; i < s->rows; i++)
        if (strcmp(s->row[i].procedure, pr->code) == 0 &&
            strcmp(s->row[i].step, pr->step[step].step) == 0)
            return &s->row[i];
    if (s->rows == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 32;

        s->row = arena_grow(p->own, s->row, s->rows, cap, sizeof *s->row);
        s->cap = cap;
    }
    r = &s->row[s->rows++];
    *r = (struct step_row){.procedure = pr->code,
                           .step = pr->step[step].step,
                           .title = pr->step[step].title,
                           .index = step,
                           .norm = -1};
    return r;
}

static void add_place(struct pending *p, struct places *at, int64_t id, int64_t minutes,
                      int64_t beyond)
{
    size_t i = 0;

    while (i < at->n && at->row[i].id != id)
        i++;
    if (i == at->n) {
        if (at->n == at->cap) {
            size_t cap = at->cap ? at->cap * 2 : 32;

            at->row = arena_grow(p->own, at->row, at->n, cap, sizeof *at->row);
            at->cap = cap;
        }
        at->row[at->n++] = (struct place_row){.id = id};
    }
    at->row[i].dossiers++;
    at->row[i].minutes += minutes;
    at->row[i].beyond_minutes += beyond;
}

static void add_step(struct pending *p, struct steps *s, const struct procedure *pr,
                     const struct step_spent *d)
{
    int64_t beyond = d->norm >= 0 && d->minutes > d->norm ? d->minutes - d->norm : 0;
    struct step_row *r;

    if (d->step < 0 || (size_t)d->step >= pr->steps)
        return;
    r = row_of(p, s, pr, d->step);
    tally_add(p->own, &r->minutes, d->minutes);
    r->norms += d->norm >= 0;
    r->beyond += beyond > 0;
    r->beyond_minutes += beyond;
    if (r->norm < 0)
        r->norm = d->norm;
    s->in_steps += d->minutes;
    add_place(p, &s->agency, d->agency, d->minutes, beyond);
    add_place(p, &s->officer, d->officer, d->minutes, beyond);
}

enum { S_DOSSIER, S_VERSION, S_STATE, S_LATE, S_OF };

static void add_dossier(struct pending *p, struct steps *s, const struct db_rows *r, int i)
{
    const struct dossier *d = dossier_of_json(p->own, db_get_span(r, i, S_STATE));
    const struct procedure *pr;
    struct spent x;

    s->of = db_get_i64(r, i, S_OF);
    if (!d || !dossier_spent(p->own, d, s->f->q.basis, calendar, p->st->snap, &x))
        return;
    pr = procedure_numbered(p->st->snap, span_of(d->procedure), d->version);
    s->dossiers++;
    tally_add(p->own, &s->total, x.total);
    if (x.late > 0)
        tally_add(p->own, &s->late, x.late);
    s->applicant += x.applicant;
    s->excluded += x.excluded;
    s->other += x.other;
    for (size_t k = 0; pr && k < x.steps; k++)
        add_step(p, s, pr, &x.step[k]);
}

/* ---------------------------------------------------------------- the answer */

static void kmaybe(struct jw *w, const char *key, int64_t n)
{
    jw_key_any(w, key);
    if (n < 0)
        jw_null(w);
    else
        jw_i64(w, n);
}

static int worst_first(const void *a, const void *b)
{
    const struct step_row *x = a, *y = b;
    int c = (x->beyond_minutes < y->beyond_minutes) - (x->beyond_minutes > y->beyond_minutes);

    if (c == 0)
        c = strcmp(x->procedure, y->procedure);
    return c ? c : x->index - y->index;
}

static int in_order(const void *a, const void *b)
{
    const struct step_row *x = a, *y = b;
    int c = strcmp(x->procedure, y->procedure);

    return c ? c : x->index - y->index;
}

static void row_json(struct jw *w, struct step_row *r)
{
    int64_t median = tally_percentile(&r->minutes, 50);

    jw_open(w);
    jw_kstr(w, "procedure", r->procedure);
    jw_kstr(w, "step", r->step);
    jw_kstr(w, "title", r->title.vi);
    jw_kstr(w, "title_en", r->title.en);
    jw_ki64(w, "n", (int64_t)r->minutes.n);
    jw_ki64(w, "median_minutes", median);
    jw_ki64(w, "p90_minutes", tally_percentile(&r->minutes, 90));
    kmaybe(w, "norm_minutes", r->norm);
    kmaybe(w, "percent_of_norm", r->norm > 0 ? (median * 100 + r->norm / 2) / r->norm : -1);
    jw_ki64(w, "with_norm", r->norms);
    jw_ki64(w, "beyond", r->beyond);
    jw_ki64(w, "beyond_minutes", r->beyond_minutes);
    jw_close(w);
}

static int most_beyond(const void *a, const void *b)
{
    const struct place_row *x = a, *y = b;
    int c = (x->beyond_minutes < y->beyond_minutes) - (x->beyond_minutes > y->beyond_minutes);

    return c ? c : (x->id > y->id) - (x->id < y->id);
}

static void places_json(struct pending *p, struct jw *w, const char *key, struct places *at,
                        bool agencies)
{
    if (at->n)
        qsort(at->row, at->n, sizeof *at->row, most_beyond);
    jw_key_any(w, key);
    jw_list(w);
    for (size_t i = 0; i < at->n && i < 100; i++) {
        const struct agency *ag = agencies ? agency_of(p->st->snap, (int)at->row[i].id) : NULL;

        jw_open(w);
        if (agencies) {
            jw_kstr(w, "agency", ag ? ag->agency : NULL);
            jw_kstr(w, "title", ag ? ag->name.vi : NULL);
            jw_kstr(w, "title_en", ag ? ag->name.en : NULL);
        } else {
            jw_kofficer(w, "officer", at->row[i].id);
        }
        jw_ki64(w, "n", at->row[i].dossiers);
        jw_ki64(w, "minutes", at->row[i].minutes);
        jw_ki64(w, "beyond_minutes", at->row[i].beyond_minutes);
        jw_close(w);
    }
    jw_end(w);
}

static void times_json(struct jw *w, const char *key, struct tally *t)
{
    jw_key_any(w, key);
    jw_open(w);
    jw_ki64(w, "n", (int64_t)t->n);
    jw_ki64(w, "minutes", t->sum);
    kmaybe(w, "median_minutes", tally_percentile(t, 50));
    kmaybe(w, "p90_minutes", tally_percentile(t, 90));
    jw_close(w);
}

static void steps_came(struct pending *p, const struct db_outcome *out)
{
    struct steps *s = p->mine;
    struct jw w;

    for (int i = 0; i < db_count(out->rows); i++)
        add_dossier(p, s, out->rows, i);
    if (s->rows)
        qsort(s->row, s->rows, sizeof *s->row, s->f->q.procedure ? in_order : worst_first);
    w = json_answer(p);
    jw_open(&w);
    figures_head_json(&w, s->f);
    jw_ki64(&w, "counted", s->dossiers);
    jw_ki64(&w, "of", s->of);
    times_json(&w, "time", &s->total);
    times_json(&w, "late", &s->late);
    jw_key(&w, "split");
    jw_open(&w);
    jw_ki64(&w, "steps", s->in_steps);
    jw_ki64(&w, "applicant", s->applicant);
    jw_ki64(&w, "excluded", s->excluded);
    jw_ki64(&w, "other", s->other);
    jw_close(&w);
    places_json(p, &w, "by_agency", &s->agency, true);
    places_json(p, &w, "by_officer", &s->officer, false);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < s->rows && i < 500; i++)
        row_json(&w, &s->row[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

void store_figures_steps(struct store *st, const struct viewer *v, const struct figures_query *q,
                         bool late_only, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, steps_came);
    struct steps *s = ARENA_NEW(p->own, struct steps);
    struct db_args *args = read_args(p, 12);

    *s = (struct steps){.f = figures_new(p, v, q), .late_only = late_only};
    p->mine = s;
    p->json = done;
    db_i32s(args, s->f->agency, NULL, s->f->agencies);
    db_time(args, s->f->q.from);
    db_time(args, s->f->end);
    figures_filters(s->f, args);
    db_bool(args, late_only);
    db_i32(args, SAMPLE);
    db_bool(args, s->f->end <= s->f->now);
    db_i32(args, (int32_t)figures_cells_for(p, s->f, BY_TOTAL, BY_TOTAL));
    figures_send(p, LANE_REPORT, "figures_states", args);
}

/* ---------------------------------------------------------------- reasons */

enum { R_WHAT, R_PROCEDURE, R_REASON, R_N, R_DOSSIERS };

/* The newest version of the procedure that knows the reason. */
static const struct reason *reason_of(const struct snapshot *s, struct span code, const char *name)
{
    const struct reason *r = NULL;

    for (size_t i = s->procedures; i-- > 0 && !r;)
        if (span_is(code, s->procedure[i]->code))
            r = procedure_reason(s->procedure[i], name);
    return r;
}

static void reasons_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    figures_head_json(&w, p->mine);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        bool named = !db_is_null(r, i, R_REASON);
        const char *name = named ? arena_span(p->own, db_get_span(r, i, R_REASON)) : NULL;
        const struct reason *why =
            named ? reason_of(p->st->snap, db_get_span(r, i, R_PROCEDURE), name) : NULL;

        jw_open(&w);
        jw_kspan(&w, "what", db_get_span(r, i, R_WHAT));
        jw_kspan(&w, "procedure", db_get_span(r, i, R_PROCEDURE));
        jw_kstr(&w, "reason", name);
        jw_kstr(&w, "title", why ? why->title.vi : NULL);
        jw_kstr(&w, "title_en", why ? why->title.en : NULL);
        jw_kstr(&w, "attribution", why ? why->attribution : NULL);
        jw_ki64(&w, "n", db_get_i64(r, i, R_N));
        jw_ki64(&w, "dossiers", db_get_i64(r, i, R_DOSSIERS));
        jw_close(&w);
    }
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

void store_figures_reasons(struct store *st, const struct viewer *v, const struct figures_query *q,
                           store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, reasons_came);
    struct figures *f = figures_new(p, v, q);
    struct db_args *args = read_args(p, 8);

    p->json = done;
    db_i32s(args, f->agency, NULL, f->agencies);
    db_time(args, f->q.from);
    db_time(args, f->end);
    figures_filters(f, args);
    figures_send(p, LANE_REPORT, "figures_reasons", args);
}
