/* Marks of the dossiers with a result and where their time went, made once and kept: behind the
 * acts, and as far as somebody who asks can wait.  The rules are in common/figures/.  Everything
 * lies in the call's arena. The worker's thread. */
#include "common/figures/marks.h"
#include "server/core/log.h"
#include "server/store/dossier_json.h"
#include "server/store/index_inside.h"

#define ASKED_PAGE   500 /* dossiers: some ten milliseconds */
#define ASKED_PAGES  40  /* then the answer says how many are left */
#define BESIDE_PAGE  50
#define BESIDE_PAGES 2000 /* then the next round */
#define SPENT_MAX    65536

enum { U_DOSSIER, U_VERSION, U_STATE, U_COMPETENT };

struct mark_row {
    int64_t dossier, officer;
    int32_t part, agency, agency_time, officer_time; /* -1: none */
    bool processed;
    int contacts, agencies;
};
struct mark_rows {
    struct mark_row *row;
    size_t n, cap;
};

struct then {
    struct snapshot *snap;
    instant at;
};

static const struct calendar *calendar(void *ctx, const char *name)
{
    const struct then *x = ctx;

    return snapshot_calendar_at(x->snap, name, x->at);
}

bool index_spent(struct arena *a, struct snapshot *snap, const struct dossier *d, struct spent *ret)
{
    struct then x = {snap, d->finished};

    return dossier_spent(a, d, calendar, &x, ret);
}

static struct mark_row *row_new(struct arena *a, struct mark_rows *to)
{
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 256;

        to->row = arena_grow(a, to->row, to->n, cap, sizeof *to->row);
        to->cap = cap;
    }
    return &to->row[to->n++];
}

/* The row of the officer who did step i, at her first step only. */
static void mark_officer(struct arena *a, struct mark_rows *to, const struct mark_row *whole,
                         const struct spent *x, const struct procedure *pr, size_t i)
{
    const struct step_spent *s = &x->step[i];
    struct mark_row *r;
    int points;

    for (size_t k = 0; k < i; k++)
        if (x->step[k].officer == s->officer && x->step[k].agency == s->agency)
            return;
    r = row_new(a, to);
    *r = (struct mark_row){.dossier = whole->dossier,
                           .officer = s->officer,
                           .part = (int32_t)i + 1,
                           .agency = s->agency,
                           .contacts = whole->contacts,
                           .agencies = whole->agencies};
    r->agency_time = mark_of_agency(x, i, &points) ? points : -1;
    r->officer_time = mark_of_officer(x, i, &points) ? points : -1;
    for (size_t k = i; k < x->steps && !r->processed; k++)
        r->processed = x->step[k].officer == s->officer && x->step[k].agency == s->agency &&
                       mark_of_work(x, k, pr);
}

/* Rows and text lie in a, what is counted on the way in one.  Where its time went; NULL: nobody can
 * tell. */
static const char *mark_state(struct arena *a, struct arena *one, struct snapshot *snap,
                              const struct dossier *d, struct mark_row whole, struct mark_rows *to)
{
    const struct procedure *pr = procedure_numbered(snap, span_of(d->procedure), d->version);
    const char *text;
    struct spent x;
    struct buf b;

    whole.agency_time = whole.officer_time = -1;
    marks_of_contacts(d, pr, &whole.contacts, &whole.agencies);
    *row_new(a, to) = whole;
    if (!index_spent(one, snap, d, &x))
        return NULL;
    for (size_t k = 0; k < x.steps; k++)
        mark_officer(a, to, &whole, &x, pr, k);
    buf_init(&b, SPENT_MAX);
    spent_text(&x, &b);
    text = buf_ok(&b) ? arena_strdup(a, buf_cstr(&b)) : NULL;
    buf_free(&b);
    return text;
}

void index_marks_text(struct arena *a, struct snapshot *snap, const struct dossier *d,
                      struct buf *out)
{
    struct mark_rows m = {0};
    const char *spent = mark_state(a, a, snap, d, (struct mark_row){0}, &m);

    for (size_t i = 0; i < m.n; i++) {
        const struct mark_row *r = &m.row[i];

        buf_printf(out, "%s%d,%d,%lld,%d,%d,%d,%d,%d", i ? ";" : "", r->part, r->agency,
                   (long long)r->officer, r->agency_time, r->officer_time, r->contacts, r->agencies,
                   r->processed);
    }
    if (spent) {
        buf_char(out, '|');
        buf_str(out, spent);
    }
}

/* one: what is read of this dossier lies there. */
static const char *mark_dossier(struct pending *p, struct arena *one, struct mark_rows *to,
                                const struct db_rows *r, int i)
{
    const struct dossier *d =
        db_is_null(r, i, U_STATE) ? NULL : dossier_of_json(one, db_get_span(r, i, U_STATE));
    struct mark_row whole = {.dossier = db_get_i64(r, i, U_DOSSIER),
                             .agency = (int32_t)db_get_i64(r, i, U_COMPETENT)};

    return d ? mark_state(p->own, one, p->st->snap, d, whole, to) : NULL;
}

/* ---------------------------------------------------------------- a page after the other */

static void put_rows(struct pending *p, const struct mark_rows *m, struct db_args *args)
{
    int64_t *id = ARENA_ARRAY(p->own, int64_t, m->n + 1);
    int32_t *v = ARENA_ARRAY(p->own, int32_t, m->n + 1);
    bool *b = ARENA_ARRAY(p->own, bool, m->n + 1);

#define COLUMN(put, to, member)                                                                    \
    for (size_t i = 0; i < m->n; i++)                                                              \
        (to)[i] = m->row[i].member;                                                                \
    put
    COLUMN(db_i64s(args, id, NULL, m->n), id, dossier);
    COLUMN(db_i32s(args, v, NULL, m->n), v, part);
    COLUMN(db_i32s(args, v, NULL, m->n), v, agency);
    COLUMN(db_i64s(args, id, NULL, m->n), id, officer);
    for (size_t i = 0; i < m->n; i++)
        b[i] = (v[i] = m->row[i].agency_time) < 0;
    db_i32s(args, v, b, m->n);
    for (size_t i = 0; i < m->n; i++)
        b[i] = (v[i] = m->row[i].officer_time) < 0;
    db_i32s(args, v, b, m->n);
    COLUMN(db_i32s(args, v, NULL, m->n), v, contacts);
    COLUMN(db_i32s(args, v, NULL, m->n), v, agencies);
    COLUMN(db_bools(args, b, m->n), b, processed);
#undef COLUMN
}

static void ask(struct pending *p);

static void put_came(struct pending *p, const struct db_outcome *out)
{
    if (db_get_i64(out->rows, 0, 0) < p->marks.page || --p->marks.pages <= 0)
        p->marks.next(p);
    else
        ask(p);
}

static void unmarked_came(struct pending *p, const struct db_outcome *out)
{
    int n = db_count(out->rows);
    struct mark_rows m = {0};
    struct arena *one;
    struct db_args *args;
    const char **spent;
    int64_t *done;

    if (n == 0 || !p->st->snap) {
        p->marks.next(p);
        return;
    }
    one = arena_new(ARGS_MAX);
    done = ARENA_ARRAY(p->own, int64_t, (size_t)n);
    spent = ARENA_ARRAY(p->own, const char *, (size_t)n);
    for (int i = 0; i < n; i++) {
        done[i] = db_get_i64(out->rows, i, U_DOSSIER);
        spent[i] = mark_dossier(p, one, &m, out->rows, i);
        arena_reset(one);
    }
    arena_free(one);
    args = read_args(p, 11);
    db_i64s(args, done, NULL, (size_t)n);
    db_texts(args, spent, (size_t)n);
    put_rows(p, &m, args);
    p->rows = put_came;
    pending_send(p, LANE_ACT, "index_marks_put", args);
}

static void ask(struct pending *p)
{
    struct db_args *args = read_args(p, 1);

    db_i32(args, p->marks.page);
    p->rows = unmarked_came;
    pending_send(p, LANE_REPORT, "index_unmarked", args);
}

void index_marks_make(struct pending *p, void (*next)(struct pending *p))
{
    struct db_args *args = read_args(p, 1);

    p->marks.next = next;
    p->marks.page = ASKED_PAGE;
    p->marks.pages = ASKED_PAGES;
    p->rows = unmarked_came;
    db_i32(args, ASKED_PAGE);
    figures_send(p, LANE_REPORT, "index_unmarked", args);
}

/* ---------------------------------------------------------------- behind the acts
 * Each page is a call of its own, so that a backlog of a year does not fill one arena. */

static void page_over(struct pending *p);

static void marks_over(void *owner, enum err e, struct span json, int64_t version)
{
    struct store *st = owner;

    (void)json;
    (void)version;
    st->marking = false;
    if (e != ERR_OK)
        log_event(LOG_L_WARN, "marks not made", LOG_STR("error", err_code(e)));
}

static void page_begin(struct store *st, int rounds)
{
    struct pending *p = pending_new(st, st, NULL);

    p->json = marks_over;
    p->marks.next = page_over;
    p->marks.page = BESIDE_PAGE;
    p->marks.pages = 1;
    p->marks.rounds = rounds;
    ask(p);
}

static void page_over(struct pending *p)
{
    struct store *st = p->st;
    int rounds = p->marks.rounds - 1;
    bool more = p->marks.pages == 0; /* a page was full */

    pending_end(p);
    if (more && rounds > 0 && !st->closing)
        page_begin(st, rounds);
    else
        st->marking = false;
}

void store_marks_settle(struct store *st)
{
    if (st->marking || st->closing || !st->snap)
        return;
    st->marking = true;
    page_begin(st, BESIDE_PAGES);
}
