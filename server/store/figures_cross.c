/* One figure or rate by two dimensions: rows, columns, what stands where they cross, and totals.
 * Everything lies in the call's arena.  The worker's thread. */
#include <stdlib.h>

#include "common/dossier/dossier.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

struct axis {
    struct figures side; /* names its items */
    const struct figures_item **sorted;
    int by; /* what the statement groups by; nothing, of periods */
    bool periods;
    struct span *seen; /* keys as they came, and the item of each */
    size_t *item_at, keys, cap;
};
struct amount { /* numerator and, of a rate, denominator */
    int64_t n, of;
};
struct crossing {
    size_t row, column;
    struct amount a;
};
struct cross {
    struct figures *f;
    struct axis row, column;
    enum figure_id figure;
    enum rate_id rate; /* RATES: a figure is told */
    struct crossing *cell;
    size_t cells, cap;
    struct amount *of_row, *of_column, total;
    struct axis *whole; /* its totals are those of the whole period, which came first; or NULL */
    struct crossing *first;
    size_t firsts;
};

enum { X_PERIOD, X_KEY, X_ACROSS, X_N, X_OF, X_OFFICER, X_ACROSS_OFFICER };

/* ---------------------------------------------------------------- the call */

static bool of_items(const struct cross *x)
{
    return x->f->q.topic != TOPIC_DOSSIERS;
}

static void put_defs(struct pending *p, const struct cross *x, struct db_args *args)
{
    int32_t *v[5];
    bool *flag = ARENA_ARRAY(p->own, bool, 2 * FIGURES), items = of_items(x);
    size_t n = 0;

    for (size_t i = 0; i < 5; i++)
        v[i] = ARENA_ARRAY(p->own, int32_t, 2 * FIGURES);
    for (int part = 0; part < 2; part++)
        for (int i = 0; i < FIGURES; i++) {
            const struct figure_def *d = &FIGURE[i];
            bool told = x->rate == RATES
                            ? part == 0 && i == (int)x->figure
                            : figure_in(part == 0 ? RATE[x->rate].n : RATE[x->rate].of, i);

            if (!told)
                continue;
            flag[n] = items ? d->money : d->stream == STREAM_FIRST;
            v[0][n] = part;
            v[1][n] = d->classes;
            v[2][n] = d->needs | (items ? figures_kind(d) : 0);
            v[3][n] = d->without | (items ? FACT_KINDS & ~figures_kind(d) : 0);
            v[4][n++] = d->channels;
        }
    db_i32s(args, v[0], NULL, n);
    db_bools(args, flag, n);
    for (size_t i = 1; i < 5; i++)
        db_i32s(args, v[i], NULL, n);
}

static void ask(struct pending *p, const struct cross *x, int by, int across)
{
    bool items = of_items(x);
    struct db_args *args = read_args(p, items ? 19 : 21);

    if (items) {
        figures_items_args(p, x->f, by, args);
    } else {
        figures_args(p, x->f, by, args);
        db_i32(args, (int32_t)figures_cells_for(p, x->f, by, across));
        db_i32(args, figures_wanted(&x->f->q));
    }
    db_i32(args, across);
    put_defs(p, x, args);
    figures_send(p, LANE_REPORT, items ? "figures_items_cross" : "figures_cross", args);
}

/* ---------------------------------------------------------------- rows */

static size_t axis_item(struct pending *p, struct axis *a, int64_t period, struct span key,
                        struct span officer)
{
    struct figures_item *it;

    if (a->periods)
        return (size_t)period - 1;
    for (size_t i = a->keys; i-- > 0;)
        if (span_eq(a->seen[i], key))
            return a->item_at[i];
    if (a->keys == a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 32;

        a->seen = arena_grow(p->own, a->seen, a->keys, cap, sizeof *a->seen);
        a->item_at = arena_grow(p->own, a->item_at, a->keys, cap, sizeof *a->item_at);
        a->cap = cap;
    }
    it = figures_item_of(p, &a->side, key, officer);
    a->seen[a->keys] = key.p ? span_of(arena_span(p->own, key)) : key;
    return a->item_at[a->keys++] = (size_t)(it - a->side.item);
}

static void add(struct amount *to, struct amount a)
{
    to->n += a.n;
    to->of += a.of;
}

static struct amount amount_of(const struct db_rows *r, int i)
{
    return (struct amount){db_get_i64(r, i, X_N), db_get_i64(r, i, X_OF)};
}

static void take(struct pending *p, struct cross *x, const struct db_rows *r)
{
    bool turned = x->row.periods; /* then the columns were grouped by first */

    for (int i = 0; i < db_count(r); i++) {
        int64_t period = db_get_i64(r, i, X_PERIOD);
        struct span key = db_get_span(r, i, X_KEY), officer = db_get_span(r, i, X_OFFICER);

        if (x->cells == x->cap) {
            size_t cap = x->cap ? x->cap * 2 : 256;

            x->cell = arena_grow(p->own, x->cell, x->cells, cap, sizeof *x->cell);
            x->cap = cap;
        }
        x->cell[x->cells++] = (struct crossing){
            axis_item(p, &x->row, period, key, officer),
            axis_item(p, &x->column, period, turned ? key : db_get_span(r, i, X_ACROSS),
                      turned ? officer : db_get_span(r, i, X_ACROSS_OFFICER)),
            amount_of(r, i)};
    }
}

/* ---------------------------------------------------------------- the answer */

static int by_place(const void *a, const void *b)
{
    const struct figures_item *x = *(const struct figures_item *const *)a,
                              *y = *(const struct figures_item *const *)b;

    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (!x->key || !y->key)
        return !x->key - !y->key;
    return strcmp(x->key, y->key);
}

static void sort(struct pending *p, struct axis *a)
{
    a->sorted = ARENA_ARRAY(p->own, const struct figures_item *, a->side.items + 1);
    for (size_t i = 0; i < a->side.items; i++)
        a->sorted[i] = &a->side.item[i];
    if (a->side.items)
        qsort(a->sorted, a->side.items, sizeof(const struct figures_item *), by_place);
}

static void amount_json(struct jw *w, const struct cross *x, struct amount a)
{
    if (x->rate != RATES) {
        figures_rate_json(w, rate_of(a.n, a.of));
        return;
    }
    jw_open(w);
    jw_ki64(w, "n", a.n);
    jw_close(w);
}

static void name_json(struct jw *w, const struct figures_item *it)
{
    jw_kstr(w, "key", it->key);
    jw_kstr(w, "title", it->title.vi);
    jw_kstr(w, "title_en", it->title.en);
    if (it->from != INSTANT_NONE) {
        jw_ktime(w, "from", it->from);
        jw_ktime(w, "to", it->to);
    }
}

static void line_json(struct jw *w, const struct cross *x, const struct figures_item *it,
                      struct amount all, const struct amount *cell)
{
    const struct axis *c = &x->column;

    jw_open(w);
    name_json(w, it);
    jw_key(w, "value");
    amount_json(w, x, all);
    jw_key(w, "cells");
    jw_list(w);
    for (size_t i = 0; i < c->side.items; i++)
        amount_json(w, x, cell[c->sorted[i] - c->side.item]);
    jw_end(w);
    jw_close(w);
}

/* Sums, but where an axis has its totals from the whole period. */
static struct amount *add_up(struct pending *p, struct cross *x)
{
    size_t rows = x->row.side.items, columns = x->column.side.items;
    struct amount *cell = ARENA_ARRAY(p->own, struct amount, rows * columns + 1);

    memset(cell, 0, (rows * columns + 1) * sizeof *cell);
    x->of_row = ARENA_ARRAY(p->own, struct amount, rows + 1);
    memset(x->of_row, 0, (rows + 1) * sizeof *x->of_row);
    x->of_column = ARENA_ARRAY(p->own, struct amount, columns + 1);
    memset(x->of_column, 0, (columns + 1) * sizeof *x->of_column);
    for (size_t i = 0; i < x->cells; i++) {
        const struct crossing *c = &x->cell[i];

        add(&cell[c->row * columns + c->column], c->a);
        if (x->whole != &x->row)
            add(&x->of_row[c->row], c->a);
        if (x->whole != &x->column)
            add(&x->of_column[c->column], c->a);
        if (!x->whole)
            add(&x->total, c->a);
    }
    for (size_t i = 0; i < x->firsts; i++) {
        const struct crossing *c = &x->first[i];

        add(x->whole == &x->row ? &x->of_row[c->row] : &x->of_column[c->row], c->a);
        add(&x->total, c->a);
    }
    return cell;
}

static void tell(struct pending *p, struct cross *x)
{
    static const struct figures_item all = {
        .title = {"Tổng số", "Total"}, .from = INSTANT_NONE, .to = INSTANT_NONE};
    const struct axis *rows = &x->row, *columns = &x->column;
    struct amount *cell;
    struct jw w;

    if (columns->side.items > CROSS_COLUMNS_MAX ||
        rows->side.items * columns->side.items > CROSS_CELLS_MAX) {
        pending_fail(p, ERR_LIMIT);
        return;
    }
    cell = add_up(p, x);
    sort(p, &x->row);
    sort(p, &x->column);
    w = json_answer(p);
    jw_open(&w);
    figures_head_json(&w, &rows->side);
    jw_kstr(&w, "across", FIGURE_BY_WORDS[columns->side.q.by]);
    jw_kstr(&w, "figure", figures_asked_name(&x->f->q));
    jw_kbool(&w, "adds_up", !x->whole || figures_flow(&x->f->q));
    jw_key(&w, "columns");
    jw_list(&w);
    for (size_t i = 0; i < columns->side.items; i++) {
        jw_open(&w);
        name_json(&w, columns->sorted[i]);
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < rows->side.items; i++) {
        size_t at = (size_t)(rows->sorted[i] - rows->side.item);

        line_json(&w, x, rows->sorted[i], x->of_row[at], &cell[at * columns->side.items]);
    }
    jw_end(&w);
    jw_key(&w, "total");
    line_json(&w, x, &all, x->total, x->of_column);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void crossed(struct pending *p, const struct db_outcome *out)
{
    struct cross *x = p->mine;

    take(p, x, out->rows);
    tell(p, x);
}

/* The whole period came: its totals are kept, then the periods are asked for. */
static void whole_came(struct pending *p, const struct db_outcome *out)
{
    struct cross *x = p->mine;
    const struct axis *periods = x->row.periods ? &x->row : &x->column;

    x->first = ARENA_ARRAY(p->own, struct crossing, (size_t)db_count(out->rows) + 1);
    for (int i = 0; i < db_count(out->rows); i++)
        x->first[x->firsts++] =
            (struct crossing){axis_item(p, x->whole, 1, db_get_span(out->rows, i, X_KEY),
                                        db_get_span(out->rows, i, X_OFFICER)),
                              0, amount_of(out->rows, i)};
    memcpy(x->f->bound, periods->side.bound, sizeof x->f->bound);
    x->f->bounds = periods->side.bounds;
    p->rows = crossed;
    ask(p, x, x->whole->by, BY_TOTAL);
}

bool figures_crossable(enum figure_by by, enum figure_by across)
{
    return by != BY_TOTAL && across != BY_TOTAL && by != across &&
           !(figures_by_time(by) && figures_by_time(across));
}

static void set_axis(struct pending *p, const struct cross *x, struct axis *a, enum figure_by by)
{
    a->side = *x->f;
    a->side.q.by = by;
    a->by = figures_by_of(&a->side);
    a->periods = figures_by_time(by);
    if (a->periods)
        figures_periods(p, &a->side);
}

void store_figures_cross(struct store *st, const struct viewer *v, const struct figures_query *q,
                         store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, crossed);
    struct cross *x = ARENA_NEW(p->own, struct cross);

    x->f = figures_new(p, v, q);
    x->rate = RATES;
    for (int i = 0; i < FIGURES; i++)
        if (figure_in(q->figures, i))
            x->figure = (enum figure_id)i;
    for (int i = 0; i < RATES; i++)
        if ((q->rates >> i) & 1)
            x->rate = (enum rate_id)i;
    set_axis(p, x, &x->row, q->by);
    set_axis(p, x, &x->column, q->across);
    p->mine = x;
    p->json = done;
    if (x->row.periods || x->column.periods) {
        x->whole = x->row.periods ? &x->column : &x->row;
        p->rows = whole_came;
        ask(p, x, x->whole->by, BY_TOTAL);
    } else {
        ask(p, x, x->row.by, x->column.by);
    }
}
