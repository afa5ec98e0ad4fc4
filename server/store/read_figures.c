/* Figures: columns of report form II.06a and first submissions, from the history as of an instant
 * or from the rollup, and the dossiers behind each number.  The worker's thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define PERIODS_MAX 120

/* Columns of figures_as_of.sql and figures_live.sql. */
enum {
    F_PERIOD,
    F_AGENCY,
    F_PROCEDURE,
    F_ONLINE,
    F_OTHER,
    F_CARRIED,
    F_EARLY,
    F_ON_TIME,
    F_LATE,
    F_WITHIN,
    F_OVERDUE,
    F_ENDED,
    F_DECIDED,
    F_ACCEPTED_FIRST,
    F_VALID,
    F_ACCEPTED,
    F_SUPPLEMENTED,
    F_WAITING,
    F_COLUMNS
};

const char *const FIGURE_BY_WORDS[] = {"historical", "successor", NULL};
const char *const FIGURE_SOURCE_WORDS[] = {"history", "rollup", NULL};

struct figures {
    struct figures_query q;
    instant now, observed;
    bool live, merged;
    size_t n; /* periods */
    instant since[PERIODS_MAX], until[PERIODS_MAX];
    int32_t m0[PERIODS_MAX], m1[PERIODS_MAX];
};

/* ---------------------------------------------------------------- periods */

static dayno month_start(dayno d)
{
    struct civil c = civil_of_day(d);

    c.day = 1;
    return civil_day(c);
}

static bool at_month_start(instant t)
{
    lminute m = lminute_of(t);

    return lminute_clock(m) == 0 && instant_of(m) == t &&
           month_start(lminute_day(m)) == lminute_day(m);
}

static dayno next_month(dayno first)
{
    struct civil c = civil_of_day(first);

    return first + month_days(c.year, c.month);
}

static int month_number(instant t)
{
    struct civil c = civil_of_day(lminute_day(lminute_of(t)));

    return c.year * 12 + c.month - 1;
}

static void add_period(struct figures *f, instant since, instant until)
{
    f->since[f->n] = since;
    f->until[f->n] = until;
    f->m0[f->n] = month_number(since);
    f->m1[f->n] = month_number(until - 1) + 1;
    f->n++;
}

static void split_months(struct figures *f, instant end)
{
    instant at = f->q.from;

    while (at < end && f->n < PERIODS_MAX) {
        dayno first = month_start(lminute_day(lminute_of(at)));
        instant next = instant_of(day_start(next_month(first)));

        add_period(f, at, next < end ? next : end);
        at = next;
    }
}

/* The rollup knows whole months, the basis date and now. */
static bool rollup_answers(const struct figures *f)
{
    bool reaches_now = f->q.to > f->now;
    bool months = strcmp(f->q.group, "month") == 0;

    return f->q.as_of == INSTANT_NONE && f->q.basis == DUE_BASIS && at_month_start(f->q.from) &&
           f->q.from <= f->now && (reaches_now || (months && at_month_start(f->q.to)));
}

static void set_periods(struct figures *f)
{
    instant end = f->q.to;

    f->observed = f->q.as_of != INSTANT_NONE ? f->q.as_of : f->q.to;
    /* A report is a function of the history up to its end; what is not over yet ends now. */
    if (f->q.as_of != INSTANT_NONE && f->q.as_of < end)
        end = f->q.as_of;
    if (end > f->now)
        end = f->now + 1;
    f->live = !f->q.list && !f->merged && rollup_answers(f);
    if (f->live)
        end = f->q.to > f->now ? f->now + 1 : f->q.to;
    if (strcmp(f->q.group, "month") == 0)
        split_months(f, end);
    else
        add_period(f, f->q.from, end > f->q.from ? end : f->q.from);
}

/* ---------------------------------------------------------------- answers */

static void rate_json(struct jw *w, const char *key, int64_t n, int64_t of)
{
    jw_key(w, key);
    jw_open(w);
    jw_ki64(w, "n", n);
    jw_ki64(w, "of", of);
    jw_close(w);
}

/* A row as it came, or several of one chain of agencies added up. */
struct row {
    int64_t v[F_COLUMNS];
    bool null[F_COLUMNS];
    struct span procedure;
};

static void number_or_null(struct jw *w, const char *key, const struct row *r, int col)
{
    if (r->null[col])
        jw_knull(w, key);
    else
        jw_ki64(w, key, r->v[col]);
}

static void pending_columns(struct jw *w, const struct row *r, int64_t pending)
{
    /* The identities of the form: (1) = (2)+(3)+(4) = (5)+(9), (5) = (6)+(7)+(8), (9) = (10)+(11)
     * and, beside the form, what waits while its clock stands still. */
    jw_ki64(w, "pending", pending);
    number_or_null(w, "pending_within", r, F_WITHIN);
    number_or_null(w, "pending_overdue", r, F_OVERDUE);
    number_or_null(w, "pending_waiting", r, F_WAITING);
}

static void work_json(struct jw *w, const struct row *r)
{
    int64_t online = r->v[F_ONLINE], other = r->v[F_OTHER];
    int64_t carried = r->v[F_CARRIED], total = online + other + carried;
    int64_t early = r->v[F_EARLY], on_time = r->v[F_ON_TIME];
    int64_t late = r->v[F_LATE], resolved = early + on_time + late;
    int64_t overdue = r->v[F_OVERDUE];

    jw_ki64(w, "total", total);
    jw_ki64(w, "received_online", online);
    jw_ki64(w, "received_other", other);
    jw_ki64(w, "carried", carried);
    jw_ki64(w, "resolved", resolved);
    jw_ki64(w, "resolved_early", early);
    jw_ki64(w, "resolved_on_time", on_time);
    jw_ki64(w, "resolved_late", late);
    pending_columns(w, r, total - resolved);
    jw_ki64(w, "ended_other", r->v[F_ENDED]);
    rate_json(w, "rate_on_time", early + on_time, resolved);
    if (!r->null[F_OVERDUE])
        rate_json(w, "rate_on_time_with_overdue", early + on_time, resolved + overdue);
    rate_json(w, "rate_online", online, online + other);
}

static void first_json(struct jw *w, const struct row *r)
{
    int64_t decided = r->v[F_DECIDED], valid = r->v[F_VALID];
    int64_t first = r->v[F_ACCEPTED_FIRST], sup = r->v[F_SUPPLEMENTED];

    jw_ki64(w, "first_decided", decided);
    jw_ki64(w, "first_accepted", first);
    jw_ki64(w, "valid_first", valid);
    jw_ki64(w, "supplemented", sup);
    rate_json(w, "rate_valid_first", valid, decided);
    rate_json(w, "rate_first_accepted", first, decided);
    if (!r->null[F_ACCEPTED])
        rate_json(w, "rate_supplemented", sup, r->v[F_ACCEPTED]);
}

static void group_json(struct pending *p, struct jw *w, const struct row *r)
{
    const struct figures *f = p->mine;
    const struct agency *ag;
    const struct procedure *pr;
    char code[32];
    size_t n = (size_t)r->v[F_PERIOD] - 1;
    struct civil c;

    assert(n < f->n);
    if (!r->null[F_AGENCY]) {
        ag = agency_of(p->st->snap, (int)r->v[F_AGENCY]);
        jw_kstr(w, "agency", ag ? ag->agency : NULL);
        jw_kstr(w, "agency_name", ag ? ag->name.vi : NULL);
        jw_kstr(w, "agency_name_en", ag ? ag->name.en : NULL);
    }
    if (!r->null[F_PROCEDURE]) {
        struct span s = r->procedure;

        pr = s.n < sizeof code ? snapshot_procedure(p->st->snap, arena_span(p->own, s),
                                                    lminute_day(lminute_of(f->until[n] - 1)))
                               : NULL;
        jw_kspan(w, "procedure", s);
        jw_kstr(w, "procedure_name", pr ? pr->name.vi : NULL);
        jw_kstr(w, "procedure_name_en", pr ? pr->name.en : NULL);
    }
    if (strcmp(f->q.group, "month") == 0) {
        c = civil_of_day(lminute_day(lminute_of(f->since[n])));
        (void)snprintf(code, sizeof code, "%04d-%02d", c.year, c.month);
        jw_kstr(w, "month", code);
    }
}

static void head_json(struct jw *w, const struct figures *f)
{
    jw_ktime(w, "from", f->q.from);
    jw_ktime(w, "to", f->q.to);
    jw_ktime(w, "as_of", f->until[f->n - 1]);
    jw_kstr(w, "basis", DUE_BASIS_WORDS[f->q.basis]);
    jw_kstr(w, "by", FIGURE_BY_WORDS[f->q.successor]);
    jw_kstr(w, "source", FIGURE_SOURCE_WORDS[f->live]);
}

/* The agency that has taken over from this one by the end of the report; itself, if nobody has. */
static int heir_of(const struct organisation *o, const struct figures *f, int id)
{
    int i = organisation_of_id(o, id);

    i = i < 0 ? -1 : organisation_on(o, i, lminute_day(lminute_of(f->now)));
    return i < 0 ? id : o->agency[i].id;
}

static void read_row(struct pending *p, const struct db_rows *r, int i, struct row *ret)
{
    const struct figures *f = p->mine;

    for (int c = 0; c < F_COLUMNS; c++) {
        ret->null[c] = db_is_null(r, i, c);
        ret->v[c] = c == F_PROCEDURE || ret->null[c] ? 0 : db_get_i64(r, i, c);
    }
    ret->procedure = db_get_span(r, i, F_PROCEDURE);
    if (f->q.successor && !ret->null[F_AGENCY])
        ret->v[F_AGENCY] = heir_of(p->st->snap->org, f, (int)ret->v[F_AGENCY]);
}

static void add_row(struct row *to, const struct row *r)
{
    for (int c = F_ONLINE; c < F_COLUMNS; c++) {
        to->null[c] = to->null[c] || r->null[c];
        to->v[c] += r->v[c];
    }
}

/* Rows of the same period, agency and procedure are one. */
static size_t read_rows(struct pending *p, const struct db_rows *r, struct row *row)
{
    size_t n = 0, k;

    for (int i = 0; i < db_count(r); i++) {
        struct row one;

        read_row(p, r, i, &one);
        for (k = 0; k < n; k++)
            if (row[k].v[F_PERIOD] == one.v[F_PERIOD] && row[k].v[F_AGENCY] == one.v[F_AGENCY] &&
                span_eq(row[k].procedure, one.procedure))
                break;
        if (((const struct figures *)p->mine)->q.successor && k < n)
            add_row(&row[k], &one);
        else
            row[n++] = one;
    }
    return n;
}

static void figures_came(struct pending *p, const struct db_outcome *out)
{
    const struct figures *f = p->mine;
    int rows = db_count(out->rows);
    struct row *row = calloc(rows ? (size_t)rows : 1, sizeof *row);
    struct jw w = json_answer(p);
    size_t n;

    if (!row)
        abort();
    n = read_rows(p, out->rows, row);
    jw_open(&w);
    head_json(&w, f);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < n; i++) {
        jw_open(&w);
        group_json(p, &w, &row[i]);
        work_json(&w, &row[i]);
        first_json(&w, &row[i]);
        jw_close(&w);
    }
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    free(row);
    pending_json(p, 0);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct figures *f = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    head_json(&w, f);
    jw_kstr(&w, "column", f->q.list);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, 1));
        jw_kspan(&w, "procedure", db_get_span(r, i, 2));
        jw_kstr(&w, "agency", agency_key(p->st, (int)db_get_i64(r, i, 3)));
        jw_ktime(&w, "accepted", db_get_time(r, i, 4));
        jw_ktime(&w, "due", db_get_time(r, i, 5));
        jw_ktime(&w, "finished", db_get_time(r, i, 6));
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "next");
    if (n == f->q.limit && n > 0)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, 0)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

/* ---------------------------------------------------------------- the call */

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
static size_t heirs_asked(struct pending *p, const struct viewer *v, const struct figures *f,
                          const int32_t **ret)
{
    const struct organisation *o = p->st->snap->org;
    const int32_t *asked;
    size_t n = agencies_asked(p, v, f->q.agency, &asked), kept = 0, k;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);

    for (size_t i = 0; i < o->agencies; i++) {
        int heir = heir_of(o, f, o->agency[i].id);

        for (k = 0; k < n && asked[k] != heir; k++)
            ;
        if (k < n)
            id[kept++] = o->agency[i].id;
    }
    *ret = id;
    return kept;
}

/* The rollup knows where something was received, not where it went: for one agency a merger is read
 * from the history; the sum over all, or over a chain, it does know. */
#define MERGER_DAYS 400
static bool merged_lately(const struct store *st, const struct figures *f)
{
    const struct organisation *o = st->snap->org;
    dayno until = lminute_day(lminute_of(f->now));

    if (f->q.successor || (f->q.agency == 0 && strcmp(f->q.group, "agency") != 0))
        return false;
    for (size_t i = 0; i < o->agencies; i++)
        if (o->agency[i].successor >= 0 && o->agency[i].valid_to < until &&
            until - o->agency[i].valid_to < MERGER_DAYS)
            return true;
    return false;
}

static void send_list(struct pending *p, struct figures *f, const int32_t *id, size_t n)
{
    struct db_args *args = read_args(p, 8);
    const char *c = f->q.list;
    bool first =
        strncmp(c, "first_", 6) == 0 || strstr(c, "valid_first") || strcmp(c, "supplemented") == 0;

    f->q.limit = f->q.limit < 1 ? 1 : f->q.limit > LIST_LIMIT ? LIST_LIMIT : f->q.limit;
    p->rows = list_came;
    db_i32s(args, id, NULL, n);
    db_text(args, f->q.procedure);
    db_text(args, c);
    db_time(args, f->since[0]);
    db_time(args, f->until[0]);
    if (first)
        db_time(args, f->observed);
    else
        db_i32(args, (int32_t)f->q.basis);
    db_i64(args, f->q.after_id);
    db_i32(args, f->q.limit);
    pending_send(p, LANE_REPORT, first ? "figures_list_first" : "figures_list_work", args);
}

static void send_figures(struct pending *p, const struct figures *f, const int32_t *id, size_t n)
{
    struct db_args *args = read_args(p, 9);

    db_i32s(args, id, NULL, n);
    db_text(args, f->q.procedure);
    if (f->live) {
        db_i32s(args, f->m0, NULL, f->n);
        db_i32s(args, f->m1, NULL, f->n);
    }
    db_times(args, f->since, f->n);
    db_times(args, f->until, f->n);
    if (!f->live) {
        db_i32(args, (int32_t)f->q.basis);
        db_time(args, f->observed);
    }
    db_bool(args, strcmp(f->q.group, "agency") == 0);
    db_bool(args, strcmp(f->q.group, "procedure") == 0);
    if (f->live)
        db_time(args, f->now);
    pending_send(p, LANE_REPORT, f->live ? "figures_live" : "figures_as_of", args);
}

void store_figures(struct store *st, const struct viewer *v, const struct figures_query *q,
                   store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, figures_came);
    struct figures *f = ARENA_NEW(p->own, struct figures);
    const int32_t *id;
    size_t n;

    f->q = *q;
    f->q.group = arena_strdup(p->own, q->group ? q->group : "total");
    f->q.procedure = arena_strdup(p->own, q->procedure);
    f->q.list = arena_strdup(p->own, q->list);
    f->now = clock_now();
    p->mine = f;
    p->json = done;
    n = f->q.successor ? heirs_asked(p, v, f, &id) : agencies_asked(p, v, q->agency, &id);
    f->merged = merged_lately(st, f);
    set_periods(f);
    if (f->q.list)
        send_list(p, f, id, n);
    else
        send_figures(p, f, id, n);
}
