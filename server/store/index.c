/* Agencies scored by an index: figures by competent agency, values entered, marks of the dossiers
 * resolved; then points, ranks and the evidence behind each point.  Everything lies in the call's
 * arena.  The worker's thread. */
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/index_inside.h"

struct scored { /* one agency with what lies under it */
    int at;     /* in the organisation */
    int rank;   /* among those of its type; 0: not ranked */
    struct index_input in;
    struct index_score score;
};

/* ---------------------------------------------------------------- agencies */

/* The agency that is scored for this one: itself or the nearest above; -1: none. */
static int scored_for(struct pending *p, const struct scoring *s, int at)
{
    const struct organisation *o = p->st->snap->org;

    while (at >= 0 && !((s->x->among >> o->agency[at].type) & 1))
        at = o->agency[at].parent;
    return at;
}

static struct scored *row_of(struct pending *p, struct scoring *s, int at)
{
    struct scored *r;

    at = scored_for(p, s, at);
    if (at < 0)
        return NULL;
    for (size_t i = 0; i < s->rows; i++)
        if (s->row[i].at == at)
            return &s->row[i];
    if (s->rows == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 32;

        s->row = arena_grow(p->own, s->row, s->rows, cap, sizeof *s->row);
        s->cap = cap;
    }
    r = &s->row[s->rows++];
    memset(r, 0, sizeof *r);
    r->at = at;
    return r;
}

int index_row_agency(struct pending *p, const struct scoring *s, int64_t id)
{
    if (s->f->q.successor)
        id = figures_heir(p->st->snap->org, s->f, (int)id);
    return scored_for(p, s, organisation_of_id(p->st->snap->org, (int)id));
}

static struct scored *row_of_id(struct pending *p, struct scoring *s, int64_t id)
{
    return row_of(p, s, index_row_agency(p, s, id));
}

static void take_figures(struct pending *p, struct scoring *s)
{
    for (size_t i = 0; i < s->f->items; i++) {
        const struct figures_item *it = &s->f->item[i];
        struct scored *r =
            it->key ? row_of(p, s, organisation_find(p->st->snap->org, it->key)) : NULL;

        if (r)
            figures_sum(&r->in.row, &it->row);
    }
}

/* ---------------------------------------------------------------- marks
 * Circular 01/2018, article 13: of each dossier, and of each agency that took part in it. */

enum { M_AGENCY, M_PART, M_TIME, M_CONTACTS, M_AGENCIES, M_N };

static void mark(struct scored *r, enum index_mark m, int64_t points, int64_t n)
{
    if (r)
        r->in.mark[m][points] += n;
}

static void take_marks(struct pending *p, struct scoring *s, const struct db_rows *r)
{
    for (int i = 0; i < db_count(r); i++) {
        struct scored *row = row_of_id(p, s, db_get_i64(r, i, M_AGENCY));
        int64_t n = db_get_i64(r, i, M_N);

        if (db_get_bool(r, i, M_PART)) {
            mark(row, MARK_AGENCY_TIME, db_get_i64(r, i, M_TIME), n);
            continue;
        }
        s->of += n;
        if (db_is_null(r, i, M_PART))
            continue;
        s->counted += n;
        mark(row, MARK_CONTACTS, db_get_i64(r, i, M_CONTACTS), n);
        mark(row, MARK_AGENCIES, db_get_i64(r, i, M_AGENCIES), n);
    }
}

/* ---------------------------------------------------------------- ranks */

static int by_score(const void *a, const void *b)
{
    const struct scored *x = *(const struct scored *const *)a,
                        *y = *(const struct scored *const *)b;

    if (x->score.score != y->score.score)
        return x->score.score < y->score.score ? 1 : -1;
    return x->at - y->at;
}

static size_t ranked(struct pending *p, struct scoring *s, struct scored ***ret)
{
    const struct organisation *o = p->st->snap->org;
    struct scored **v = ARENA_ARRAY(p->own, struct scored *, s->rows + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->rows; i++) {
        index_score(s->x, &s->row[i].in, &s->row[i].score);
        v[n++] = &s->row[i];
    }
    if (n)
        qsort(v, n, sizeof *v, by_score);
    for (size_t i = 0; i < n; i++) {
        int better = 0;

        if (v[i]->score.score < 0)
            continue;
        for (size_t k = 0; k < i; k++)
            better += o->agency[v[k]->at].type == o->agency[v[i]->at].type &&
                      v[k]->score.score > v[i]->score.score;
        v[i]->rank = better + 1;
    }
    *ret = v;
    return n;
}

/* ---------------------------------------------------------------- the answer */

/* The question of every list behind it; as_of stands in the head, so that an answer asked again
 * later has the same bytes. */
static const char *question(struct pending *p, const struct scoring *s)
{
    const struct figures_query *q = &s->f->q;
    const struct organisation *o = p->st->snap->org;
    char from[16], to[16];
    struct buf b;
    const char *text;

    day_iso(lminute_day(lminute_of(q->from)), from);
    day_iso(lminute_day(lminute_of(q->to)), to);
    buf_init(&b, 2048);
    buf_printf(&b, "&from=%s&to=%s&basis=%s", from, to, DUE_BASIS_WORDS[q->basis]);
    if (q->successor)
        buf_str(&b, "&agencies=successor");
    if (q->procedure || q->field)
        buf_printf(&b, "&%s=%s", q->procedure ? "procedure" : "field",
                   q->procedure ? q->procedure : q->field);
    if (q->channel >= 0)
        buf_printf(&b, "&channel=%s", channel_name((enum channel)q->channel));
    if (q->officer >= 0)
        buf_printf(&b, "&officer=%lld", (long long)q->officer);
    if (q->receiving)
        buf_printf(&b, "&receiving=%s", o->agency[organisation_of_id(o, q->receiving)].agency);
    if (q->applicant)
        buf_printf(&b, "&applicant=%s", q->applicant);
    text = arena_strdup(p->own, buf_cstr(&b));
    buf_free(&b);
    return text;
}

/* Where the list behind a figure of an agency is. */
static const char *list_of(struct pending *p, const struct scoring *s, int figure,
                           const char *agency)
{
    enum figure_topic t = figure_topic_of((enum figure_id)figure);

    if (t == TOPIC_DOSSIERS)
        return arena_printf(p->own, "/v1/figures/dossiers?figure=%s&agency=%s%s",
                            FIGURE[figure].name, agency, question(p, s));
    return arena_printf(p->own, "/v1/figures/topics/%s/items?figure=%s&competent=%s%s",
                        TOPIC[t].name, FIGURE[figure].name, agency, question(p, s));
}

const char *index_list_of(struct pending *p, const struct scoring *s, const char *component,
                          int points, const char *agency, int64_t officer)
{
    const char *who = officer ? arena_printf(p->own, "&person=%lld", (long long)officer) : "";

    return arena_printf(p->own, "/v1/indices/%s/dossiers?component=%s&points=%d&agency=%s%s%s",
                        s->x->index, component, points, agency, who, question(p, s));
}

void index_marks_json(struct pending *p, struct jw *w, const struct scoring *s,
                      const char *component, const int64_t n[3], const char *agency,
                      int64_t officer)
{
    for (int points = 2; points >= 0; points--) {
        jw_open(w);
        jw_ki64(w, "points", points);
        jw_ki64(w, "n", n[points]);
        jw_kstr(w, "list", index_list_of(p, s, component, points, agency, officer));
        jw_close(w);
    }
}

static void evidence_json(struct pending *p, struct jw *w, const struct scoring *s,
                          const struct scored *r, const struct index_component *c)
{
    const char *agency = p->st->snap->org->agency[r->at].agency;
    figure_set all = index_figures(c);

    jw_key(w, "evidence");
    jw_list(w);
    for (int i = 0; i < FIGURES; i++) {
        if (!figure_in(all, i))
            continue;
        jw_open(w);
        jw_kstr(w, "figure", FIGURE[i].name);
        jw_ki64(w, "n", r->in.row.n[i]);
        jw_kstr(w, "list", list_of(p, s, i, agency));
        jw_close(w);
    }
    jw_end(w);
    jw_key(w, "marks");
    jw_list(w);
    if (c->measure == MEASURE_MARKS)
        index_marks_json(p, w, s, c->component, r->in.mark[c->mark], agency, 0);
    jw_end(w);
}

static void component_json(struct pending *p, struct jw *w, const struct scoring *s,
                           const struct scored *r, size_t i)
{
    const struct index_component *c = &s->x->component[i];
    const struct index_points *got = &r->score.component[i];

    jw_open(w);
    jw_kstr(w, "component", c->component);
    jw_kstr(w, "group", s->x->group[c->group].group);
    jw_ki64(w, "max", c->max);
    jw_kbool(w, "measured", got->measured);
    jw_ki64(w, "points", got->points);
    jw_ki64(w, "n", got->n);
    jw_ki64(w, "of", got->of);
    jw_kstr(w, "document", r->in.entered[i].document);
    evidence_json(p, w, s, r, c);
    jw_close(w);
}

static const char *const types[] = {"province", "office",   "onestop",  "department",
                                    "division", "vertical", "district", "commune"};

static void row_json(struct pending *p, struct jw *w, const struct scoring *s,
                     const struct scored *r)
{
    const struct agency *ag = &p->st->snap->org->agency[r->at];
    const struct index_band *band = r->score.band < 0 ? NULL : &s->x->band[r->score.band];

    jw_open(w);
    jw_kstr(w, "agency", ag->agency);
    jw_kstr(w, "title", ag->name.vi);
    jw_kstr(w, "title_en", ag->name.en);
    jw_kstr(w, "type", types[ag->type]);
    jw_key(w, "rank");
    if (r->rank)
        jw_i64(w, r->rank);
    else
        jw_null(w);
    jw_key(w, "score");
    if (r->score.score >= 0)
        jw_i64(w, r->score.score);
    else
        jw_null(w);
    jw_kstr(w, "band", band ? band->band : NULL);
    jw_kstr(w, "band_title", band ? band->title.vi : NULL);
    jw_kstr(w, "band_title_en", band ? band->title.en : NULL);
    jw_ki64(w, "points", r->score.points);
    jw_ki64(w, "measured", r->score.measured);
    jw_key(w, "components");
    jw_list(w);
    for (size_t i = 0; i < s->x->components; i++)
        component_json(p, w, s, r, i);
    jw_end(w);
    jw_close(w);
}

void index_head_json(struct jw *w, const struct scoring *s, int64_t max)
{
    jw_open(w);
    jw_kstr(w, "index", s->x->index);
    jw_kstr(w, "title", s->x->title.vi);
    jw_kstr(w, "title_en", s->x->title.en);
    jw_ki64(w, "max", max);
    figures_head_json(w, s->f);
    jw_ki64(w, "counted", s->counted);
    jw_ki64(w, "of", s->of);
}

static void tell(struct pending *p, struct scoring *s)
{
    const struct organisation *o = p->st->snap->org;
    int only = organisation_of_id(o, s->f->q.agency);
    struct scored **v;
    size_t n = ranked(p, s, &v);
    struct jw w = json_answer(p);

    index_head_json(&w, s, s->x->max);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < n; i++)
        if (only < 0 || organisation_within(o, v[i]->at, only))
            row_json(p, &w, s, v[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

/* ---------------------------------------------------------------- one question after the other */

static void marks_came(struct pending *p, const struct db_outcome *out)
{
    take_marks(p, p->mine, out->rows);
    tell(p, p->mine);
}

static void ask_marks(struct pending *p)
{
    struct scoring *s = p->mine;
    struct db_args *args = read_args(p, 8);

    db_time(args, s->f->q.from);
    db_time(args, s->f->end);
    db_i32s(args, s->f->agency, NULL, s->f->agencies);
    figures_filters(s->f, args);
    p->rows = marks_came;
    pending_send(p, LANE_REPORT, "index_marks", args);
}

bool index_filtered(const struct figures_query *q)
{
    return q->field || q->procedure || q->channel >= 0 || q->officer >= 0 || q->receiving ||
           q->applicant;
}

static void after_entered(struct pending *p, struct scoring *s)
{
    if (s->x->marks)
        index_marks_make(p, ask_marks);
    else
        tell(p, s);
}

/* Values of several periods add up: n of `of` in all; the last document is named. */
void index_entered_take(struct pending *p, const struct index *x, struct index_entered *to,
                        const struct db_rows *r, int i)
{
    size_t c = 0;

    while (c < x->components &&
           !span_is(db_get_span(r, i, ENTERED_COMPONENT), x->component[c].component))
        c++;
    if (c == x->components || x->component[c].measure != MEASURE_ENTERED)
        return;
    to[c].n += db_get_i64(r, i, ENTERED_N);
    to[c].of += db_get_i64(r, i, ENTERED_OF);
    to[c].document = arena_span(p->own, db_get_span(r, i, ENTERED_DOCUMENT));
}

static void entered_came(struct pending *p, const struct db_outcome *out)
{
    struct scoring *s = p->mine;

    for (int i = 0; i < db_count(out->rows); i++) {
        struct scored *row = row_of_id(p, s, db_get_i64(out->rows, i, ENTERED_AGENCY));

        if (row)
            index_entered_take(p, s->x, row->in.entered, out->rows, i);
    }
    after_entered(p, s);
}

void index_entered_ask(struct pending *p, const struct scoring *s, bool officers)
{
    struct db_args *args = read_args(p, 5);

    db_text(args, s->x->index);
    db_day(args, lminute_day(lminute_of(s->f->q.from)));
    db_day(args, lminute_day(lminute_of(s->f->q.to)));
    db_time(args, s->f->q.as_of != INSTANT_NONE ? s->f->q.as_of : s->f->now);
    db_bool(args, officers);
    pending_send(p, LANE_REPORT, "assessments_in_force", args);
}

static void ask_entered(struct pending *p, struct scoring *s)
{
    take_figures(p, s);
    if (index_filtered(&s->f->q)) { /* what is told of all says nothing about some of them */
        after_entered(p, s);
        return;
    }
    p->rows = entered_came;
    index_entered_ask(p, s, false);
}

static void ask_topic(struct pending *p, struct scoring *s)
{
    while (s->topic < TOPICS && !((s->x->topics >> s->topic) & 1))
        s->topic++;
    if (s->topic == TOPICS) {
        ask_entered(p, s);
        return;
    }
    s->f->q.topic = (enum figure_topic)s->topic++;
    figures_count(p, s->f);
}

static void counts_came(struct pending *p, const struct db_outcome *out)
{
    struct scoring *s = p->mine;

    figures_take(p, s->f, out->rows);
    ask_topic(p, s);
}

void store_index(struct store *st, const struct viewer *v, const struct figures_query *q,
                 const struct index *x, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, counts_came);
    struct scoring *s = ARENA_NEW(p->own, struct scoring);
    struct figures_query asked = *q;
    struct viewer all = *v; /* a rank is told among all; the lists behind it are each one's own */

    all.all = true;
    asked.by = BY_COMPETENT;
    asked.compare = false;
    asked.agency = 0;
    *s = (struct scoring){.x = x};
    s->f = figures_new(p, &all, &asked);
    s->f->q.agency = q->agency;
    p->mine = s;
    p->json = done;
    ask_topic(p, s);
}

/* ---------------------------------------------------------------- by name */

void store_set_indices(struct store *st, const struct indices *all)
{
    st->indices = all;
}

static void not_there(void *pending)
{
    pending_fail(pending, ERR_NOT_FOUND);
}

const struct index *index_of_question(const struct store *st, const struct figures_query *q,
                                      const char *name)
{
    return st->indices && name
               ? index_on(st->indices, span_of(name), lminute_day(lminute_of(q->to - 1)))
               : NULL;
}

void store_index_named(struct store *st, const struct viewer *v, const struct figures_query *q,
                       const char *name, store_json *done, void *owner)
{
    const struct index *x = index_of_question(st, q, name);
    struct pending *p;

    if (x) {
        store_index(st, v, q, x, done, owner);
        return;
    }
    p = pending_new(st, owner, NULL);
    p->json = done;
    worker_later(st->worker, not_there, p);
}
