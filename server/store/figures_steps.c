/* Where the time of resolved dossiers went: each step against its norm, agencies, officers, the
 * applicant and excluded time.  Read from what is kept of each (figure_spent), a part of the period
 * after the other, so that nobody else waits long.  Everything lies in the call's arena and its
 * tally's.  The worker's thread. */
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/index_inside.h"

#define NEWEST    2000  /* for a quick look: some milliseconds */
#define PART      10000 /* dossiers, about: some ten milliseconds */
#define PARTS_MAX 4000
#define TALLY_MAX ((size_t)512 << 20) /* fifteen million dossiers */
#define BUCKETS   512

struct step_row {
    struct step_row *next; /* of the procedure */
    const char *procedure, *step;
    struct text2 title;
    int index;
    instant named, normed; /* how new the dossiers are that title and norm are of */
    struct tally minutes;
    int64_t norms, beyond, beyond_minutes; /* those with a norm; of them beyond it; by how much */
    int64_t norm;                          /* of the newest dossier; -1: none */
};
struct version_rows {
    struct version_rows *next;
    int version;
    const struct procedure *pr; /* NULL: unknown */
    struct step_row **row;      /* by step; NULL: not met yet */
};
struct procedure_rows {
    struct procedure_rows *next;
    const char *code;
    struct version_rows *version;
    struct step_row *row;
};
struct place_row { /* agency or officer; without dossiers: a free slot */
    int64_t id;
    int64_t dossiers, minutes, beyond_minutes;
};
struct places {
    struct place_row *row;
    size_t n, slots;
};
struct steps {
    struct figures *f;
    bool late_only, newest;
    int part, parts; /* the one that is asked for, the newest first */
    struct procedure_rows *procedure[BUCKETS];
    struct step_row **row;
    size_t rows, cap;
    struct places agency, officer;
    struct tally total, late;
    int64_t applicant, excluded, other, in_steps, of;
};

/* ---------------------------------------------------------------- adding up */

static struct procedure_rows *procedure_of(struct pending *p, struct steps *s, struct span code)
{
    uint32_t sum = 0;
    struct procedure_rows **at;

    for (size_t i = 0; i < code.n; i++)
        sum = sum * 31 + (unsigned char)code.p[i];
    at = &s->procedure[sum % BUCKETS];
    while (*at && !span_is(code, (*at)->code))
        at = &(*at)->next;
    if (!*at) {
        *at = ARENA_NEW(p->own, struct procedure_rows);
        (*at)->code = arena_span(p->own, code);
    }
    return *at;
}

static struct version_rows *version_of(struct pending *p, struct procedure_rows *of, int version)
{
    struct version_rows *v = of->version;

    while (v && v->version != version)
        v = v->next;
    if (!v) {
        v = ARENA_NEW(p->own, struct version_rows);
        *v = (struct version_rows){.next = of->version,
                                   .version = version,
                                   .pr =
                                       procedure_numbered(p->st->snap, span_of(of->code), version)};
        v->row = ARENA_ARRAY(p->own, struct step_row *, v->pr ? v->pr->steps : 1);
        of->version = v;
    }
    return v;
}

/* The same step of all versions is one row. */
static struct step_row *row_of(struct pending *p, struct steps *s, struct procedure_rows *of,
                               struct version_rows *v, int step)
{
    const char *key = v->pr->step[step].step;
    struct step_row *r = v->row[step];

    if (r)
        return r;
    for (r = of->row; r && strcmp(r->step, key) != 0; r = r->next)
        continue;
    if (!r) {
        r = ARENA_NEW(p->own, struct step_row);
        *r = (struct step_row){.next = of->row,
                               .procedure = of->code,
                               .step = key,
                               .named = INSTANT_NONE,
                               .normed = INSTANT_NONE,
                               .norm = -1};
        of->row = r;
        ARENA_PUSH(p->own, s->row, s->rows, s->cap) = r;
    }
    return v->row[step] = r;
}

static struct place_row *slot_of(const struct places *at, int64_t id)
{
    size_t i = (size_t)(((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 32);

    for (i &= at->slots - 1; at->row[i].dossiers && at->row[i].id != id;
         i = (i + 1) & (at->slots - 1))
        continue;
    return &at->row[i];
}

static void add_place(struct pending *p, struct places *at, int64_t id, int64_t minutes,
                      int64_t beyond)
{
    struct place_row *r;

    if (at->n * 2 >= at->slots) {
        struct places old = *at;

        at->slots = old.slots ? old.slots * 2 : 64;
        at->row = ARENA_ARRAY(p->own, struct place_row, at->slots);
        for (size_t i = 0; i < old.slots; i++)
            if (old.row[i].dossiers)
                *slot_of(at, old.row[i].id) = old.row[i];
    }
    r = slot_of(at, id);
    at->n += r->dossiers == 0;
    r->id = id;
    r->dossiers++;
    r->minutes += minutes;
    r->beyond_minutes += beyond;
}

static void add_step(struct pending *p, struct steps *s, struct procedure_rows *of,
                     struct version_rows *v, const struct step_spent *d, instant closed)
{
    int64_t beyond = d->norm >= 0 && d->minutes > d->norm ? d->minutes - d->norm : 0;
    struct step_row *r;

    if (d->step < 0 || (size_t)d->step >= v->pr->steps)
        return;
    r = row_of(p, s, of, v, d->step);
    if (r->named < closed) {
        r->named = closed;
        r->title = v->pr->step[d->step].title;
        r->index = d->step;
    }
    if (d->norm >= 0 && r->normed < closed) {
        r->normed = closed;
        r->norm = d->norm;
    }
    tally_add(p->big, &r->minutes, d->minutes);
    r->norms += d->norm >= 0;
    r->beyond += beyond > 0;
    r->beyond_minutes += beyond;
    s->in_steps += d->minutes;
    add_place(p, &s->agency, d->agency, d->minutes, beyond);
    add_place(p, &s->officer, d->officer, d->minutes, beyond);
}

enum { S_CLOSED, S_VERSION, S_PROCEDURE, S_SPENT, S_OF };

/* one: what is read of this dossier lies there. */
static void add_dossier(struct pending *p, struct arena *one, struct steps *s,
                        const struct db_rows *r, int i)
{
    struct procedure_rows *of;
    struct version_rows *v;
    struct spent x;

    if (!spent_read(one, db_get_span(r, i, S_SPENT), &x))
        return;
    of = procedure_of(p, s, db_get_span(r, i, S_PROCEDURE));
    v = version_of(p, of, (int)db_get_i64(r, i, S_VERSION));
    tally_add(p->big, &s->total, x.total);
    if (x.late[s->f->q.basis] > 0)
        tally_add(p->big, &s->late, x.late[s->f->q.basis]);
    s->applicant += x.applicant;
    s->excluded += x.excluded;
    s->other += x.other;
    for (size_t k = 0; v->pr && k < x.steps; k++)
        add_step(p, s, of, v, &x.step[k], db_get_time(r, i, S_CLOSED));
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
    const struct step_row *x = *(struct step_row *const *)a, *y = *(struct step_row *const *)b;
    int c = (x->beyond_minutes < y->beyond_minutes) - (x->beyond_minutes > y->beyond_minutes);

    if (c == 0)
        c = strcmp(x->procedure, y->procedure);
    return c ? c : x->index - y->index;
}

static int in_order(const void *a, const void *b)
{
    const struct step_row *x = *(struct step_row *const *)a, *y = *(struct step_row *const *)b;
    int c = strcmp(x->procedure, y->procedure);

    return c ? c : x->index - y->index;
}

static void row_json(struct jw *w, const struct step_row *r)
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
    size_t n = 0;

    for (size_t i = 0; i < at->slots; i++)
        if (at->row[i].dossiers)
            at->row[n++] = at->row[i];
    if (n)
        qsort(at->row, n, sizeof *at->row, most_beyond);
    jw_key_any(w, key);
    jw_list(w);
    for (size_t i = 0; i < n && i < 100; i++) {
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

static void times_json(struct jw *w, const char *key, const struct tally *t)
{
    jw_key_any(w, key);
    jw_open(w);
    jw_ki64(w, "n", (int64_t)t->n);
    jw_ki64(w, "minutes", t->sum);
    kmaybe(w, "median_minutes", tally_percentile(t, 50));
    kmaybe(w, "p90_minutes", tally_percentile(t, 90));
    jw_close(w);
}

static void steps_json(struct pending *p)
{
    struct steps *s = p->mine;
    struct jw w;

    if (s->rows)
        qsort(s->row, s->rows, sizeof *s->row, s->f->q.procedure ? in_order : worst_first);
    w = json_answer(p);
    jw_open(&w);
    figures_head_json(&w, s->f);
    jw_ki64(&w, "counted", (int64_t)s->total.n);
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
        row_json(&w, s->row[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

/* ---------------------------------------------------------------- part by part */

static void question(const struct steps *s, instant from, instant to, struct db_args *args)
{
    db_i32s(args, s->f->agency, NULL, s->f->agencies);
    db_time(args, from);
    db_time(args, to);
    figures_filters(s->f, args);
    db_bool(args, s->late_only);
}

static void part_came(struct pending *p, const struct db_outcome *out);

static void ask_part(struct pending *p)
{
    struct steps *s = p->mine;
    instant from = s->f->q.from, all = s->f->end - from;
    struct db_args *args = read_args(p, 9);

    s->part--;
    question(s, from + all / s->parts * s->part,
             s->part == s->parts - 1 ? s->f->end : from + all / s->parts * (s->part + 1), args);
    p->rows = part_came;
    pending_send(p, LANE_REPORT, "figures_spent", args);
}

static void add_rows(struct pending *p, const struct db_rows *r)
{
    struct arena *one = arena_new((size_t)1 << 20);

    for (int i = 0; i < db_count(r); i++) {
        arena_reset(one);
        add_dossier(p, one, p->mine, r, i);
    }
    arena_free(one);
}

static void part_came(struct pending *p, const struct db_outcome *out)
{
    struct steps *s = p->mine;

    add_rows(p, out->rows);
    if (arena_used(p->big) > TALLY_MAX / 2)
        pending_fail(p, ERR_TOO_LARGE);
    else if (s->part > 0)
        ask_part(p);
    else
        steps_json(p);
}

static void newest_came(struct pending *p, const struct db_outcome *out)
{
    struct steps *s = p->mine;

    s->of = db_count(out->rows) ? db_get_i64(out->rows, 0, S_OF) : 0;
    if (s->newest || s->of == 0) {
        add_rows(p, out->rows);
        steps_json(p);
        return;
    }
    s->part = s->parts = s->of / PART >= PARTS_MAX ? PARTS_MAX : (int)(s->of / PART) + 1;
    ask_part(p);
}

static void ask_newest(struct pending *p)
{
    struct steps *s = p->mine;
    struct db_args *args = read_args(p, 12);

    question(s, s->f->q.from, s->f->end, args);
    db_i32(args, s->newest ? NEWEST : 1);
    db_bool(args, s->f->end <= s->f->now);
    db_i32(args, (int32_t)figures_cells_for(p, s->f, BY_TOTAL, BY_TOTAL));
    p->rows = newest_came;
    pending_send(p, LANE_REPORT, "figures_spent_newest", args);
}

void store_figures_steps(struct store *st, const struct viewer *v, const struct figures_query *q,
                         bool late_only, bool newest, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, NULL);
    struct steps *s = ARENA_NEW(p->own, struct steps);

    *s = (struct steps){.f = figures_new(p, v, q), .late_only = late_only, .newest = newest};
    p->mine = s;
    p->json = done;
    p->big = arena_new(TALLY_MAX);
    index_marks_make(p, ask_newest);
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
