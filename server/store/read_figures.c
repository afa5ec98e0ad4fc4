/* Figures: the question (agencies, periods, filters) and the rows as they come.  Everything lies in
 * the call's arena.  The worker's thread. */
#include <stdlib.h>

#include "common/dossier/dossier.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

const char *const FIGURE_BY_WORDS[] = {"total",     "agency",    "procedure", "officer", "channel",
                                       "receiving", "applicant", "competent", "field",   "day",
                                       "week",      "month",     "quarter",   "year",    NULL};
const char *const FIGURE_AGENCIES_WORDS[] = {"historical", "successor", NULL};

/* ---------------------------------------------------------------- periods */

static dayno day_of(instant t)
{
    return lminute_day(lminute_of(t));
}

/* First day of the day, week, month, quarter or year that d lies in, `ahead` of them later. */
static dayno unit_start(enum figure_by by, dayno d, int ahead)
{
    struct civil c = civil_of_day(d);
    int months;

    if (by == BY_DAY)
        return d + ahead;
    if (by == BY_WEEK)
        return d - day_weekday(d) + 7 * ahead;
    months = by == BY_MONTH ? 1 : by == BY_QUARTER ? 3 : 12;
    ahead = (c.year * 12 + c.month - 1) / months * months + ahead * months;
    return civil_day((struct civil){ahead / 12, ahead % 12 + 1, 1});
}

static void split(struct figures *f)
{
    instant at = f->q.from;

    f->bounds = 0;
    f->bound[f->bounds++] = at;
    while (f->bounds < FIGURE_ROWS_MAX) {
        at = instant_of(day_start(unit_start(f->q.by, day_of(at), 1)));
        if (at >= f->end)
            break;
        f->bound[f->bounds++] = at;
    }
    f->bound[f->bounds++] = f->end;
}

bool figures_too_long(const struct figures_query *q)
{
    enum figure_by by = figures_by_time(q->across) ? q->across : q->by;
    instant end = q->to < clock_now() ? q->to : clock_now(), at = q->from;
    int rows = 0;

    if (!figures_by_time(by))
        return false;
    while (at < end && rows++ < FIGURE_ROWS_MAX)
        at = instant_of(day_start(unit_start(by, day_of(at), 1)));
    return at < end;
}

/* The period before: as many months when it is whole months, else as long. */
static instant before(const struct figures_query *q)
{
    struct civil a = civil_of_day(day_of(q->from)), b = civil_of_day(day_of(q->to));
    int months = (b.year - a.year) * 12 + b.month - a.month;
    bool whole = instant_of(day_start(unit_start(BY_MONTH, day_of(q->from), 0))) == q->from &&
                 instant_of(day_start(unit_start(BY_MONTH, day_of(q->to), 0))) == q->to;

    if (whole)
        return instant_of(day_start(unit_start(BY_MONTH, day_of(q->from), -months)));
    return q->from - (q->to - q->from);
}

/* A report is a function of the history up to its end; what is not over yet ends now. */
static void set_periods(struct figures *f)
{
    const struct figures_query *q = &f->q;

    f->observed = q->as_of != INSTANT_NONE ? q->as_of : q->to;
    f->end = q->as_of != INSTANT_NONE && q->as_of < q->to ? q->as_of : q->to;
    if (f->end > f->now)
        f->end = f->now + 1;
    if (f->end < q->from)
        f->end = q->from;
    f->bounds = 0;
    if (q->compare)
        f->bound[f->bounds++] = before(q);
    f->bound[f->bounds++] = q->from;
    f->bound[f->bounds++] = f->end;
}

void figures_listed(struct figures *f, int limit)
{
    f->q.compare = false;
    set_periods(f);
    f->q.limit = limit < 1 ? 1 : limit > FIGURES_LIST_MAX ? FIGURES_LIST_MAX : limit;
}

/* ---------------------------------------------------------------- agencies and procedures */

int figures_heir(const struct organisation *o, const struct figures *f, int id)
{
    int i = organisation_of_id(o, id);

    i = i < 0 ? -1 : organisation_on(o, i, day_of(f->now));
    return i < 0 ? id : o->agency[i].id;
}

size_t agencies_asked(struct pending *p, const struct viewer *v, int agency, const int32_t **ret)
{
    const struct organisation *o = p->st->snap->org;
    int at = organisation_of_id(o, agency);
    const int32_t *seen;
    size_t n = viewer_agencies(p->st, v, p->own, &seen), kept = 0;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, n + 1);

    for (size_t i = 0; i < n; i++)
        if (agency == 0 || (at >= 0 && organisation_within(o, organisation_of_id(o, seen[i]), at)))
            id[kept++] = seen[i];
    *ret = id;
    return kept;
}

/* By successor: whatever has come down to an agency that was asked for, wherever it lay then. */
static void with_heirs(struct pending *p, struct figures *f)
{
    const struct organisation *o = p->st->snap->org;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    size_t kept = 0, k;

    for (size_t i = 0; i < o->agencies; i++) {
        int heir = figures_heir(o, f, o->agency[i].id);

        for (k = 0; k < f->agencies && f->agency[k] != heir; k++)
            ;
        if (k < f->agencies)
            id[kept++] = o->agency[i].id;
    }
    f->agency = id;
    f->agencies = kept;
}

/* An agency and what lies under it, by successor what has come down to those too; 0: none was
 * named. */
static size_t within(struct pending *p, const struct figures *f, int agency, const int32_t **ret)
{
    const struct organisation *o = p->st->snap->org;
    int at = organisation_of_id(o, agency);
    int32_t *id;
    size_t n = 0;

    if (at < 0)
        return 0;
    *ret = id = ARENA_ARRAY(p->own, int32_t, o->agencies);
    for (size_t i = 0; i < o->agencies; i++) {
        int heir = f->q.successor ? figures_heir(o, f, o->agency[i].id) : o->agency[i].id;

        if (organisation_within(o, organisation_of_id(o, heir), at))
            id[n++] = o->agency[i].id;
    }
    return n;
}

static void set_agencies(struct pending *p, struct figures *f, const struct viewer *v)
{
    f->agencies = agencies_asked(p, v, f->q.agency, &f->agency);
    if (f->q.successor)
        with_heirs(p, f);
    f->receivings = within(p, f, f->q.receiving, &f->receiving);
    f->competents = within(p, f, f->q.competent, &f->competent);
}

/* Codes of the field, each once (versions of one procedure stand beside each other). */
size_t figures_codes(struct pending *p, const char *field, const char ***ret)
{
    const struct snapshot *s = p->st->snap;
    const char **code = ARENA_ARRAY(p->own, const char *, s->procedures + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->procedures; i++) {
        const struct procedure *pr = s->procedure[i];

        if (pr->field_code && strcmp(pr->field_code, field) == 0 &&
            (n == 0 || strcmp(code[n - 1], pr->code) != 0))
            code[n++] = pr->code;
    }
    *ret = code;
    return n;
}

static void set_procedures(struct pending *p, struct figures *f)
{
    f->procedures_any = !f->q.field && !f->q.procedure;
    if (f->q.procedure) {
        f->procedure = ARENA_ARRAY(p->own, const char *, 1);
        f->procedure[f->procedures++] = f->q.procedure;
    } else if (f->q.field) {
        f->procedures = figures_codes(p, f->q.field, &f->procedure);
    }
}

struct figures *figures_new(struct pending *p, const struct viewer *v,
                            const struct figures_query *q)
{
    struct figures *f = ARENA_NEW(p->own, struct figures);

    f->q = *q;
    f->q.field = arena_strdup(p->own, q->field);
    f->q.procedure = arena_strdup(p->own, q->procedure);
    f->q.applicant = arena_strdup(p->own, q->applicant);
    f->q.key = arena_strdup(p->own, q->key);
    f->q.across_key = arena_strdup(p->own, q->across_key);
    f->now = clock_now();
    set_periods(f);
    set_agencies(p, f, v);
    set_procedures(p, f);
    if (f->q.across_key)
        figures_narrow(p, f);
    p->mine = f;
    return f;
}

/* ---------------------------------------------------------------- the call */

/* By number of an agency, the body whose territory it serves: its commune or district, else the
 * province. */
void figures_bodies(const struct organisation *o, struct arena *a, struct db_args *args)
{
    int32_t *body, last = 0;

    for (size_t i = 0; i < o->agencies; i++)
        last = o->agency[i].id > last ? o->agency[i].id : last;
    body = ARENA_ARRAY(a, int32_t, (size_t)last + 1);
    memset(body, 0, ((size_t)last + 1) * sizeof *body);
    for (size_t i = 0; i < o->agencies; i++) {
        int at = (int)i;

        while (at >= 0 && o->agency[at].type != AGENCY_COMMUNE &&
               o->agency[at].type != AGENCY_DISTRICT)
            at = o->agency[at].parent;
        if (o->agency[i].id > 0)
            body[o->agency[i].id - 1] = at < 0 ? 0 : o->agency[at].id;
    }
    db_i32s(args, body, NULL, (size_t)last);
}

void figures_procedures(const struct figures *f, struct db_args *args)
{
    if (f->procedures_any)
        db_null(args);
    else
        db_texts(args, f->procedure, f->procedures);
}

void figures_filters(const struct figures *f, struct db_args *args)
{
    figures_procedures(f, args);
    db_i32(args, f->q.channel);
    db_i64(args, f->q.officer);
    if (f->receivings)
        db_i32s(args, f->receiving, NULL, f->receivings);
    else
        db_null(args);
    db_text(args, f->q.applicant);
}

void figures_args(struct pending *p, const struct figures *f, int by, struct db_args *args)
{
    db_i32s(args, f->agency, NULL, f->agencies);
    db_times(args, f->bound, f->bounds);
    db_i32(args, (int32_t)f->q.basis);
    db_time(args, f->observed);
    db_bool(args, f->end <= f->now);
    figures_bodies(p->st->snap->org, p->own, args);
    db_i32(args, by);
    figures_filters(f, args);
}

size_t figures_kinds(enum figure_topic t, int32_t *ret)
{
    size_t n = 0;

    for (int i = STREAM_INTAKE; i <= STREAM_REUSE; i++)
        if ((TOPIC[t].streams >> i) & 1)
            ret[n++] = i;
    return n;
}

void figures_items_args(struct pending *p, const struct figures *f, int by, struct db_args *args)
{
    int32_t *kind = ARENA_ARRAY(p->own, int32_t, STREAMS);
    size_t kinds = figures_kinds(f->q.topic, kind);

    db_i32s(args, f->agency, NULL, f->agencies);
    db_times(args, f->bound, f->bounds);
    db_i32s(args, kind, NULL, kinds);
    figures_bodies(p->st->snap->org, p->own, args);
    db_i32(args, f->q.uncollected);
    db_i32(args, by);
    figures_filters(f, args);
    if (f->competents)
        db_i32s(args, f->competent, NULL, f->competents);
    else
        db_null(args);
}

int figures_by_of(const struct figures *f)
{
    if (f->series || figures_by_time(f->q.by))
        return BY_TOTAL;
    if (f->q.by == BY_COMPETENT && f->q.topic == TOPIC_DOSSIERS)
        return BY_AGENCY;
    return f->q.by == BY_FIELD ? BY_PROCEDURE : (int)f->q.by;
}

/* Cells tell agencies apart or procedures, never officers; those of procedures and of the whole are
 * of the whole city. */
enum figures_cells figures_cells_for(const struct pending *p, const struct figures *f, int by,
                                     int across)
{
    bool all = f->agencies == p->st->snap->org->agencies && f->receivings == 0;
    bool units =
        by == BY_AGENCY || by == BY_RECEIVING || across == BY_AGENCY || across == BY_RECEIVING;
    bool kinds = by == BY_APPLICANT || across == BY_APPLICANT || f->q.applicant;

    if (by == BY_OFFICER || across == BY_OFFICER || f->q.officer >= 0)
        return CELLS_NONE;
    if (by != BY_PROCEDURE && across != BY_PROCEDURE && f->procedures_any)
        return all && !units && !kinds ? CELLS_WHOLE : CELLS_AGENCY;
    return all && !units ? CELLS_PROCEDURE : CELLS_NONE;
}

void figures_count(struct pending *p, const struct figures *f)
{
    bool dossiers = f->q.topic == TOPIC_DOSSIERS;
    struct db_args *args = read_args(p, dossiers ? 14 : 12);
    int by = figures_by_of(f);

    if (!dossiers) {
        figures_items_args(p, f, by, args);
        figures_send(p, LANE_REPORT, "figures_items", args);
        return;
    }
    figures_args(p, f, by, args);
    db_i32(args, (int32_t)figures_cells_for(p, f, by, BY_TOTAL));
    db_i32(args, figures_wanted(&f->q));
    figures_send(p, LANE_REPORT, "figures_counts", args);
}

/* ---------------------------------------------------------------- rows */

enum { C_PERIOD, C_KEY, C_FACTS, C_N, C_OFFICER, C_AMOUNT };

/* A row of counts; those of items have money too. */
static void add_row(const struct figures *f, struct figure_row *to, const struct db_rows *r, int i)
{
    figures_add_items(to, (int32_t)db_get_i64(r, i, C_FACTS), db_get_i64(r, i, C_N),
                      f->q.topic == TOPIC_DOSSIERS ? 0 : db_get_i64(r, i, C_AMOUNT));
}

struct figures_item *figures_item_new(struct pending *p, struct figures *f)
{
    if (f->items == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 32;

        f->item = arena_grow(p->own, f->item, f->items, cap, sizeof *f->item);
        f->cap = cap;
    }
    f->item[f->items] = (struct figures_item){.from = INSTANT_NONE, .to = INSTANT_NONE};
    return &f->item[f->items++];
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The item of this key.  Rows come in order, so it mostly is the last one. */
struct figures_item *figures_item_of(struct pending *p, struct figures *f, struct span key,
                                     struct span officer)
{
    struct figures_item one = {.from = INSTANT_NONE, .to = INSTANT_NONE}, *it;

    figures_name(p, f, &one, key, officer);
    for (size_t i = f->items; i-- > 0;)
        if (same(f->item[i].key, one.key))
            return &f->item[i];
    it = figures_item_new(p, f);
    *it = one;
    return it;
}

void figures_periods(struct pending *p, struct figures *f)
{
    split(f);
    for (size_t k = 1; k < f->bounds; k++) {
        struct figures_item *it = figures_item_new(p, f);

        it->from = f->bound[k - 1];
        it->to = f->bound[k];
        it->order = (int)k;
        figures_name(p, f, it, SPAN_NONE, SPAN_NONE);
    }
}

static void take_series(const struct figures *f, const struct db_rows *r)
{
    for (int i = 0; i < db_count(r); i++)
        add_row(f, &f->item[db_get_i64(r, i, C_PERIOD) - 1].row, r, i);
}

int figures_by_order(const void *a, const void *b)
{
    const struct figures_item *x = a, *y = b;

    return (x->order > y->order) - (x->order < y->order);
}

void figures_take(struct pending *p, struct figures *f, const struct db_rows *r)
{
    if (f->series) {
        take_series(f, r);
        return;
    }
    for (int i = 0; i < db_count(r); i++) {
        bool now = db_get_i64(r, i, C_PERIOD) == (int64_t)f->bounds - 1;

        add_row(f, now ? &f->total.row : &f->total.previous, r, i);
        if (f->q.by != BY_TOTAL && !figures_by_time(f->q.by)) {
            struct figures_item *it =
                figures_item_of(p, f, db_get_span(r, i, C_KEY), db_get_span(r, i, C_OFFICER));

            add_row(f, now ? &it->row : &it->previous, r, i);
        }
    }
    if (f->items && (f->q.by == BY_AGENCY || f->q.by == BY_RECEIVING || f->q.by == BY_COMPETENT))
        qsort(f->item, f->items, sizeof *f->item, figures_by_order);
}

/* ---------------------------------------------------------------- twice, at two instants */

struct db_args *figures_changes_args(struct pending *p, const struct viewer *v,
                                     const struct figures_query *q, instant before, instant after,
                                     int more)
{
    struct db_args *args = read_args(p, 13 + more);
    struct figures_query at = *q;
    const struct figures *f;

    at.compare = false;
    at.as_of = before;
    f = figures_new(p, v, &at);
    db_i32s(args, f->agency, NULL, f->agencies);
    db_times(args, f->bound, f->bounds);
    db_i32(args, (int32_t)q->basis);
    db_time(args, f->observed);
    db_bool(args, f->end <= f->now);
    figures_bodies(p->st->snap->org, p->own, args);
    at.as_of = after;
    f = figures_new(p, v, &at);
    db_times(args, f->bound, f->bounds);
    db_time(args, f->observed);
    db_bool(args, f->end <= f->now);
    figures_procedures(f, args);
    db_i32(args, q->channel);
    if (f->receivings)
        db_i32s(args, f->receiving, NULL, f->receivings);
    else
        db_null(args);
    db_text(args, f->q.applicant);
    return args;
}
