/* Officers scored by an index, of the same pass over the states as agencies: what each did, then
 * names, points and bands.  The rules are in common/figures/.  Everything lies in the call's arena.
 * The worker's thread. */
#include <stdlib.h>

#include "common/figures/marks.h"
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

static bool told(const struct people *o, const struct step_spent *x)
{
    if (o->only)
        return x->officer == o->only;
    for (size_t i = 0; i < o->agencies; i++)
        if (o->agency[i] == x->agency)
            return x->officer > 0;
    return false;
}

/* NULL: not to be told, or there are too many. */
static struct officer_row *row_of(struct pending *p, struct people *o, const struct step_spent *x)
{
    if (!told(o, x))
        return NULL;
    for (size_t i = 0; i < o->rows; i++)
        if (o->row[i].officer == x->officer && o->row[i].agency == x->agency)
            return &o->row[i];
    if (o->rows == INDEX_OFFICERS)
        return NULL;
    if (o->rows == o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 32;

        o->row = arena_grow(p->own, o->row, o->rows, cap, sizeof *o->row);
        o->cap = cap;
    }
    o->row[o->rows] = (struct officer_row){.officer = x->officer, .agency = x->agency};
    return &o->row[o->rows++];
}

void people_take(struct pending *p, struct scoring *s, const struct marked *m)
{
    enum dossier_class class = dossier_class_at(m->d, s->f->q.basis, s->f->end);
    int points;

    if (!m->timed || class > CLASS_LATE)
        return;
    for (size_t i = 0; i < m->x.steps; i++) {
        struct officer_row *o = row_of(p, s->people, &m->x.step[i]);

        if (!o)
            continue;
        if (mark_of_officer(&m->x, i, &points))
            o->did.mark[MARK_AGENCY_TIME][points]++;
        if (!mark_of_work(&m->x, i, m->pr))
            continue;
        o->did.dossiers++;
        o->did.resolved[class]++;
        o->did.mark[MARK_CONTACTS][m->times]++;
        o->did.mark[MARK_AGENCIES][m->agencies]++;
    }
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

static void component_json(struct jw *w, const struct index_component *c,
                           const struct index_points *got)
{
    jw_open(w);
    jw_kstr(w, "component", c->component);
    jw_ki64(w, "max", c->max);
    jw_kbool(w, "measured", got->measured);
    jw_ki64(w, "points", got->points);
    jw_ki64(w, "n", got->n);
    jw_ki64(w, "of", got->of);
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
        component_json(w, &x->component[i], &score.component[i]);
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

void people_tell(struct pending *p, struct scoring *s)
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

void store_index_officers(struct store *st, const struct viewer *v, const struct figures_query *q,
                          const struct index *x, bool own, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, names_came);
    struct scoring *s = ARENA_NEW(p->own, struct scoring);
    struct people *o = ARENA_NEW(p->own, struct people);
    struct figures_query asked = *q;
    struct viewer all = *v; /* she may have had steps in dossiers of other agencies */

    all.all = true;
    asked.agency = 0;
    *s = (struct scoring){.x = x, .people = o, .after = INSTANT_NONE};
    s->f = figures_new(p, &all, &asked);
    o->only = own ? v->user : 0;
    o->agencies = agencies_asked(p, v, q->agency, &o->agency);
    p->mine = s;
    p->json = done;
    index_pass(p, s);
}
