/* Officers scored by an index: what each did in the dossiers resolved, values entered, then names,
 * points and bands; the dossiers behind a mark.  The rules are in common/figures/.  Everything lies
 * in the call's arena. The worker's thread. */
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/index_inside.h"

struct officer_row { /* an officer at an agency */
    int64_t officer;
    int agency;
    const char *name;
    struct index_officer did;
    int64_t points;
    bool few;
};
struct people {
    int64_t only;          /* this officer; 0: all of these agencies */
    const int32_t *agency; /* that the viewer may see and asks for */
    size_t agencies;
    struct officer_row *row;
    size_t rows, cap;
};

/* ---------------------------------------------------------------- counting */

/* NULL: there are too many. */
static struct officer_row *row_of(struct pending *p, struct people *o, int64_t officer, int agency)
{
    for (size_t i = 0; i < o->rows; i++)
        if (o->row[i].officer == officer && o->row[i].agency == agency)
            return &o->row[i];
    if (o->rows == INDEX_OFFICERS)
        return NULL;
    if (o->rows == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 32;

        o->row = arena_grow(p->own, o->row, o->rows, cap, sizeof *o->row);
        o->cap = cap;
    }
    o->row[o->rows] = (struct officer_row){.officer = officer, .agency = agency};
    return &o->row[o->rows++];
}

enum { P_OFFICER, P_AGENCY, P_CLASS, P_TIME, P_CONTACTS, P_AGENCIES, P_PROCESSED, P_N };

static void take(struct pending *p, struct people *o, const struct db_rows *r, int i)
{
    struct officer_row *one =
        row_of(p, o, db_get_i64(r, i, P_OFFICER), (int)db_get_i64(r, i, P_AGENCY));
    int64_t class = db_get_i64(r, i, P_CLASS), n = db_get_i64(r, i, P_N);

    if (!one || class > CLASS_LATE)
        return;
    if (!db_is_null(r, i, P_TIME))
        one->did.mark[MARK_AGENCY_TIME][db_get_i64(r, i, P_TIME)] += n;
    if (!db_get_bool(r, i, P_PROCESSED))
        return;
    one->did.dossiers += n;
    one->did.resolved[class] += n;
    one->did.mark[MARK_CONTACTS][db_get_i64(r, i, P_CONTACTS)] += n;
    one->did.mark[MARK_AGENCIES][db_get_i64(r, i, P_AGENCIES)] += n;
}

/* ---------------------------------------------------------------- the answer */

/* Of whom little is known comes last: her points say little. */
static int best_first(const void *a, const void *b)
{
    const struct officer_row *x = a, *y = b;

    if (x->few != y->few)
        return x->few - y->few;
    if (x->points != y->points)
        return x->points < y->points ? 1 : -1;
    return x->officer != y->officer ? (x->officer > y->officer ? 1 : -1) : x->agency - y->agency;
}

static void component_json(struct pending *p, struct jw *w, const struct index_component *c,
                           const struct index_points *got, const struct officer_row *o)
{
    const struct organisation *org = p->st->snap->org;
    int at = organisation_of_id(org, o->agency);
    const char *agency = at < 0 ? "" : org->agency[at].agency;
    /* early, on time, late: 2, 1, 0 */
    const int64_t class[3] = {o->did.resolved[CLASS_LATE], o->did.resolved[CLASS_ON_TIME],
                              o->did.resolved[CLASS_EARLY]};

    jw_open(w);
    jw_kstr(w, "component", c->component);
    jw_ki64(w, "max", c->max);
    jw_kbool(w, "measured", got->measured);
    jw_ki64(w, "points", got->points);
    jw_ki64(w, "n", got->n);
    jw_ki64(w, "of", got->of);
    jw_key(w, "marks");
    jw_list(w);
    if (c->measure != MEASURE_ENTERED)
        index_marks_json(p, w, p->mine, c->component,
                         c->measure == MEASURE_MARKS ? o->did.mark[c->mark] : class, agency,
                         o->officer);
    jw_end(w);
    jw_close(w);
}

static void person_json(struct pending *p, struct jw *w, const struct index *x,
                        const struct officer_row *o)
{
    const struct agency *ag = agency_of(p->st->snap, o->agency);
    struct index_score score;
    int at = index_score_officer(x, &o->did, &score);
    const struct index_band *band = at < 0 ? NULL : &x->band[at];

    jw_open(w);
    jw_kofficer(w, "officer", o->officer);
    jw_kstr(w, "name", o->name);
    jw_kstr(w, "agency", ag ? ag->agency : NULL);
    jw_kstr(w, "title", ag ? ag->name.vi : NULL);
    jw_kstr(w, "title_en", ag ? ag->name.en : NULL);
    jw_ki64(w, "dossiers", o->did.dossiers);
    jw_kbool(w, "few", o->few);
    jw_ki64(w, "points", score.points);
    jw_ki64(w, "measured", score.measured);
    jw_kstr(w, "band", band ? band->band : NULL);
    jw_kstr(w, "band_title", band ? band->title.vi : NULL);
    jw_kstr(w, "band_title_en", band ? band->title.en : NULL);
    jw_key(w, "components");
    jw_list(w);
    for (size_t i = 0; i < x->components; i++)
        component_json(p, w, &x->component[i], &score.component[i], o);
    jw_end(w);
    jw_close(w);
}

static void names_came(struct pending *p, const struct db_outcome *out)
{
    struct scoring *s = p->mine;
    struct people *o = s->people;
    struct jw w = json_answer(p);

    for (int i = 0; i < db_count(out->rows); i++)
        for (size_t k = 0; k < o->rows; k++)
            if (o->row[k].officer == db_get_i64(out->rows, i, 0))
                o->row[k].name = arena_span(p->own, db_get_span(out->rows, i, 1));
    index_head_json(&w, s, s->x->officers->max);
    jw_ki64(&w, "fewest", s->x->officers->fewest);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < o->rows; i++)
        person_json(p, &w, s->x->officers, &o->row[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void tell(struct pending *p, struct scoring *s)
{
    struct people *o = s->people;
    int64_t *id = ARENA_ARRAY(p->own, int64_t, o->rows + 1);
    struct index_score score;
    struct db_args *args;

    if (o->rows == INDEX_OFFICERS) {
        pending_fail(p, ERR_LIMIT);
        return;
    }
    for (size_t i = 0; i < o->rows; i++) {
        struct officer_row *one = &o->row[i];

        id[i] = one->officer;
        one->few = one->did.dossiers < s->x->officers->fewest;
        (void)index_score_officer(s->x->officers, &one->did, &score);
        one->points = score.points;
    }
    if (o->rows)
        qsort(o->row, o->rows, sizeof *o->row, best_first);
    p->rows = names_came;
    args = read_args(p, 1);
    db_i64s(args, id, NULL, o->rows);
    pending_send(p, LANE_REPORT, "people_by_id", args);
}

/* ---------------------------------------------------------------- the question */

static void waiting_came(struct pending *p, const struct db_outcome *out)
{
    struct scoring *s = p->mine;

    s->of = db_get_i64(out->rows, 0, 0);
    s->counted = s->of - db_get_i64(out->rows, 0, 1);
    tell(p, s);
}

static void ask_waiting(struct pending *p)
{
    struct scoring *s = p->mine;
    struct db_args *args = read_args(p, 8);

    db_time(args, s->f->q.from);
    db_time(args, s->f->end);
    db_i32s(args, s->f->agency, NULL, s->f->agencies);
    figures_filters(s->f, args);
    p->rows = waiting_came;
    pending_send(p, LANE_REPORT, "index_marks_waiting", args);
}

static void entered_came(struct pending *p, const struct db_outcome *out)
{
    const struct scoring *s = p->mine;
    struct people *o = s->people;

    for (int i = 0; i < db_count(out->rows); i++)
        for (size_t k = 0; k < o->rows; k++)
            if (o->row[k].agency == (int)db_get_i64(out->rows, i, ENTERED_AGENCY) &&
                o->row[k].officer == db_get_i64(out->rows, i, ENTERED_OFFICER))
                index_entered_take(p, s->x->officers, o->row[k].did.entered, out->rows, i);
    ask_waiting(p);
}

static void marks_came(struct pending *p, const struct db_outcome *out)
{
    struct scoring *s = p->mine;

    for (int i = 0; i < db_count(out->rows); i++)
        take(p, s->people, out->rows, i);
    if (index_filtered(&s->f->q)) {
        ask_waiting(p);
        return;
    }
    p->rows = entered_came;
    index_entered_ask(p, s, true);
}

static void ask_marks(struct pending *p)
{
    struct scoring *s = p->mine;
    struct db_args *args = read_args(p, 10);

    db_time(args, s->f->q.from);
    db_time(args, s->f->end);
    db_i32s(args, s->people->agency, NULL, s->people->agencies);
    db_i64(args, s->people->only);
    figures_filters(s->f, args);
    db_i32(args, (int32_t)s->f->q.basis);
    p->rows = marks_came;
    pending_send(p, LANE_REPORT, "index_marks_officers", args);
}

/* Officers among those agencies, whatever the viewer may see of the dossiers: a step may have been
 * in a dossier of another agency. */
static struct scoring *asked_of(struct pending *p, const struct viewer *v,
                                const struct figures_query *q, const struct index *x, bool own)
{
    struct scoring *s = ARENA_NEW(p->own, struct scoring);
    struct people *o = ARENA_NEW(p->own, struct people);
    struct figures_query asked = *q;
    struct viewer all = *v;

    all.all = true;
    asked.agency = 0;
    asked.compare = false;
    *s = (struct scoring){.x = x, .people = o};
    s->f = figures_new(p, &all, &asked);
    o->only = own ? v->user : 0;
    o->agencies = agencies_asked(p, own ? &all : v, own ? 0 : q->agency, &o->agency);
    p->mine = s;
    return s;
}

void store_index_officers(struct store *st, const struct viewer *v, const struct figures_query *q,
                          const struct index *x, bool own, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, NULL);

    (void)asked_of(p, v, q, x, own);
    p->json = done;
    index_marks_make(p, ask_marks);
}

/* ---------------------------------------------------------------- the dossiers behind a mark */

enum { L_DOSSIER, L_CODE, L_PROCEDURE, L_AGENCY, L_OFFICER, L_NAME, L_POINTS, L_CLOSED };

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct scoring *s = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    figures_head_json(&w, s->f);
    jw_kstr(&w, "component", s->list->component);
    jw_ki64(&w, "points", s->list->points);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, L_CODE));
        jw_kspan(&w, "procedure", db_get_span(r, i, L_PROCEDURE));
        jw_kstr(&w, "agency", agency_key(p->st, (int)db_get_i64(r, i, L_AGENCY)));
        jw_kofficer(&w, "officer", db_get_i64(r, i, L_OFFICER));
        jw_ktext(&w, "officer_name", db_get_span(r, i, L_NAME));
        jw_ki64(&w, "points", db_get_i64(r, i, L_POINTS));
        jw_ktime(&w, "finished", db_get_time(r, i, L_CLOSED));
        jw_close(&w);
    }
    pending_page(p, &w, n > 0 && n >= s->f->q.limit, n ? db_get_time(r, n - 1, L_CLOSED) : 0,
                 n ? db_get_i64(r, n - 1, L_DOSSIER) : 0);
}

/* The agencies whose marks count with the row of the one asked for, as far as the viewer may see
 * them. */
static size_t agencies_of_row(struct pending *p, const struct viewer *v, const struct scoring *s,
                              int agency, const int32_t **ret)
{
    const struct organisation *o = p->st->snap->org;
    const int32_t *seen;
    size_t n = viewer_agencies(p->st, v, p->own, &seen), kept = 0;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, n + 1);

    for (size_t i = 0; i < n; i++) {
        int at = index_row_agency(p, s, seen[i]);

        if (at >= 0 && o->agency[at].id == agency)
            id[kept++] = seen[i];
    }
    *ret = id;
    return kept;
}

static void ask_list(struct pending *p)
{
    struct scoring *s = p->mine;
    const struct index_list *l = s->list;
    struct db_args *args = read_args(p, 15);

    db_time(args, s->f->q.from);
    db_time(args, s->f->end);
    db_i32s(args, s->people->agency, NULL, s->people->agencies);
    if (l->person)
        db_i64(args, l->person);
    figures_filters(s->f, args);
    if (l->person)
        db_i32(args, (int32_t)s->f->q.basis);
    db_i32(args, l->mark);
    db_i32(args, l->points);
    db_time(args, l->after);
    db_i64(args, l->after_id);
    db_i32(args, s->f->q.limit);
    p->rows = list_came;
    pending_send(p, LANE_REPORT, l->person ? "index_list_officer" : "index_list", args);
}

void store_index_list(struct store *st, const struct viewer *v, const struct figures_query *q,
                      const struct index *x, const struct index_list *l, store_json *done,
                      void *owner)
{
    struct pending *p = pending_new(st, owner, NULL);
    struct scoring *s = asked_of(p, v, q, x, l->person == v->user);
    struct index_list *kept = ARENA_NEW(p->own, struct index_list);

    *kept = *l;
    kept->component = arena_strdup(p->own, l->component);
    s->list = kept;
    figures_listed(s->f, q->limit);
    if (!l->person)
        s->people->agencies = agencies_of_row(p, v, s, q->agency, &s->people->agency);
    p->json = done;
    index_marks_make(p, ask_list);
}
