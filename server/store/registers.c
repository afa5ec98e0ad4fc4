/* Register books: entering, reading, closing.  The worker owns what is under way; its thread only.
 */
#include "server/store/registers.h"

#include <string.h>

#include "server/store/dossier_json.h"
#include "server/store/inside.h"
#include "server/store/prints.h"

#define ENTER_MOST 5000 /* a commit: a few hundred milliseconds after years without a register */

struct asked { /* in the arena of the call */
    struct register_query q;
    struct viewer v;
    const int32_t *ids; /* units that are listed */
    size_t n;
    void (*then)(struct pending *p); /* all is entered */
};

void store_set_registers(struct store *st, const char *const *item, size_t n)
{
    st->register_fields = item;
    st->register_shared = n;
}

/* The book that a field is entered in: its own, or the one that it shares. */
static const char *book_of(struct pending *p, const char *field)
{
    struct span book, one, rest;
    bool more;

    for (size_t i = 0; i < p->st->register_shared; i++) {
        more = span_cut(span_of(p->st->register_fields[i]), '=', &book, &rest);
        while (more) {
            more = span_cut(rest, '+', &one, &rest);
            if (span_is(one, field))
                return arena_span(p->own, book);
        }
    }
    return field;
}

static struct text2 field_title(const struct snapshot *s, struct span field)
{
    for (size_t i = s->procedures; i-- > 0;)
        if (s->procedure[i]->field_code && span_is(field, s->procedure[i]->field_code))
            return s->procedure[i]->field;
    return (struct text2){"Lĩnh vực khác", "Other fields"};
}

/* Of a book that fields share, all of theirs. */
static struct text2 book_title(struct pending *p, struct span field)
{
    const struct snapshot *s = p->st->snap;
    struct span book, one, rest;
    struct text2 all = {NULL, NULL}, t;
    bool more;

    for (size_t i = 0; i < p->st->register_shared; i++) {
        if (!span_cut(span_of(p->st->register_fields[i]), '=', &book, &rest) ||
            !span_eq(book, field))
            continue;
        do {
            more = span_cut(rest, '+', &one, &rest);
            t = field_title(s, one);
            all = all.vi ? (struct text2){arena_printf(p->own, "%s; %s", all.vi, t.vi),
                                          arena_printf(p->own, "%s; %s", all.en, t.en)}
                         : t;
        } while (more);
    }
    return all.vi ? all : field_title(s, field);
}

/* ---------------------------------------------------------------- entering */

/* The field of each version of a procedure that is known. */
static void fields_args(struct pending *p, struct db_args *args)
{
    const struct snapshot *s = p->st->snap;
    const char **code = ARENA_ARRAY(p->own, const char *, s->procedures + 1);
    const char **field = ARENA_ARRAY(p->own, const char *, s->procedures + 1);
    int32_t *version = ARENA_ARRAY(p->own, int32_t, s->procedures + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->procedures; i++) {
        if (!s->procedure[i]->field_code)
            continue;
        code[n] = s->procedure[i]->code;
        version[n] = s->procedure[i]->version;
        field[n++] = book_of(p, s->procedure[i]->field_code);
    }
    db_texts(args, code, n);
    db_i32s(args, version, NULL, n);
    db_texts(args, field, n);
}

static void enter(struct pending *p);

static void entered(struct pending *p, const struct db_outcome *out)
{
    const struct asked *k = p->mine;

    if (db_get_i64(out->rows, 0, 0) >= ENTER_MOST)
        enter(p);
    else
        k->then(p);
}

static void enter(struct pending *p)
{
    const struct asked *k = p->mine;
    struct db_args *args = read_args(p, 8);

    p->rows = entered;
    db_i32(args, k->q.agency);
    db_null(args);
    db_i32(args, k->q.settled);
    fields_args(p, args);
    db_i32(args, k->q.size);
    db_i32(args, ENTER_MOST);
    pending_send(p, LANE_ACT, "register_enter", args);
}

static void begin(struct store *st, const struct viewer *v, const struct register_query *q,
                  void (*then)(struct pending *p), store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, entered);
    struct asked *k = ARENA_NEW(p->own, struct asked);

    *k = (struct asked){.q = *q, .v = *v, .then = then};
    k->q.field = q->field ? arena_strdup(p->own, q->field) : NULL;
    k->n = agencies_asked(p, v, q->agency, &k->ids);
    p->mine = k;
    p->json = done;
    enter(p);
}

/* ---------------------------------------------------------------- books */

enum { B_AGENCY, B_FIELD, B_YEAR, B_LAST, B_VOLUME, B_CLOSED, B_BY, B_NAME, B_DIGEST };

static void closing_json(struct jw *w, const struct db_rows *r, int i, int closed)
{
    struct span digest = db_get_span(r, i, closed + 3);
    char hex[2 * SHA256_BYTES + 1];

    if (db_is_null(r, i, closed)) {
        jw_knull(w, "closed");
        jw_knull(w, "closed_by");
        jw_knull(w, "closed_by_name");
        jw_knull(w, "digest");
        return;
    }
    jw_ktime(w, "closed", db_get_time(r, i, closed));
    jw_kofficer(w, "closed_by", db_get_i64(r, i, closed + 1));
    jw_ktext(w, "closed_by_name", db_get_span(r, i, closed + 2));
    hex_encode((const uint8_t *)digest.p, digest.n, hex);
    jw_kstr(w, "digest", hex);
}

static void title_json(struct pending *p, struct jw *w, struct span field)
{
    struct text2 title = book_title(p, field);

    jw_kspan(w, "field", field);
    jw_kstr(w, "title", title.vi);
    jw_kstr(w, "title_en", title.en);
}

static void book_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct asked *k = p->mine;

    jw_open(w);
    jw_kagency(w, "agency", p->st->snap->org, (int)db_get_i64(r, i, B_AGENCY), k->q.lang);
    title_json(p, w, db_get_span(r, i, B_FIELD));
    jw_ki64(w, "year", db_get_i64(r, i, B_YEAR));
    jw_ki64(w, "last", db_get_i64(r, i, B_LAST));
    jw_ki64(w, "volumes", db_get_i64(r, i, B_VOLUME));
    closing_json(w, r, i, B_CLOSED);
    jw_close(w);
}

static void books_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        book_json(p, &w, out->rows, i);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void ask_books(struct pending *p)
{
    const struct asked *k = p->mine;
    struct db_args *args = read_args(p, 3);

    p->rows = books_came;
    db_i32s(args, k->ids, NULL, k->n);
    if (k->q.year)
        db_i32(args, k->q.year);
    else
        db_null(args);
    db_text(args, k->q.field);
    pending_send(p, LANE_REPORT, "register_books", args);
}

void store_register_books(struct store *st, const struct viewer *v, const struct register_query *q,
                          store_json *done, void *owner)
{
    begin(st, v, q, ask_books, done, owner);
}

/* ---------------------------------------------------------------- entries */

enum {
    E_NUMBER = RECEIVED_COLUMNS,
    E_VOLUME,
    E_YEAR, /* in which it was taken in */
    E_LAST,
    E_VOLUMES,
    E_CLOSED,
};

static bool seen(const struct asked *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->ids[i] == k->q.agency)
            return true;
    return false;
}

static void entry_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct asked *k = p->mine;
    int64_t year = db_get_i64(r, i, E_YEAR);

    jw_open(w);
    jw_ki64(w, "number", db_get_i64(r, i, E_NUMBER));
    jw_ki64(w, "volume", db_get_i64(r, i, E_VOLUME));
    received_members(p, w, r, i);
    if (year == k->q.year)
        jw_knull(w, "note");
    else
        jw_kstr(w, "note",
                arena_printf(p->own,
                             k->q.lang == LANG_EN ? "received in %lld, entered after that book "
                                                    "was closed"
                                                  : "tiếp nhận năm %lld, vào sổ sau khi khóa sổ",
                             (long long)year));
    jw_close(w);
}

static void entries_came(struct pending *p, const struct db_outcome *out)
{
    const struct asked *k = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w;

    if (n == 0 && k->q.after == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    jw_open(&w);
    if (n > 0) {
        jw_kagency(&w, "agency", p->st->snap->org, k->q.agency, k->q.lang);
        title_json(p, &w, span_of(k->q.field));
        jw_ki64(&w, "year", k->q.year);
        jw_ki64(&w, "last", db_get_i64(r, 0, E_LAST));
        jw_ki64(&w, "volumes", db_get_i64(r, 0, E_VOLUMES));
        closing_json(&w, r, 0, E_CLOSED);
    }
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        entry_json(p, &w, r, i);
    pending_page(p, &w, n >= k->q.limit && n > 0, 0, n ? db_get_i64(r, n - 1, E_NUMBER) : 0);
}

static void ask_entries(struct pending *p)
{
    const struct asked *k = p->mine;
    struct db_args *args;

    if (!seen(k)) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    args = read_args(p, 6);
    p->rows = entries_came;
    db_i32(args, k->q.agency);
    db_text(args, k->q.field);
    db_i32(args, k->q.year);
    if (k->q.volume)
        db_i32(args, k->q.volume);
    else
        db_null(args);
    db_i32(args, (int32_t)k->q.after);
    db_i32(args, k->q.limit);
    pending_send(p, LANE_REPORT, "register_entries", args);
}

void store_register_entries(struct store *st, const struct viewer *v,
                            const struct register_query *q, store_json *done, void *owner)
{
    begin(st, v, q, ask_entries, done, owner);
}

/* ---------------------------------------------------------------- closing */

static void closed_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    book_json(p, &w, out->rows, 0);
    pending_json(p, 0);
}

static void close_came(struct pending *p, const struct db_outcome *out)
{
    struct asked *k = p->mine;
    struct span said = db_get_span(out->rows, 0, 0);
    int32_t *only = ARENA_NEW(p->own, int32_t);

    if (!span_is(said, "closed")) {
        pending_fail(p, span_is(said, "none")     ? ERR_NOT_FOUND
                        : span_is(said, "before") ? ERR_R_WRONG_STATUS
                        : span_is(said, "early")  ? ERR_CONFLICT
                                                  : ERR_STALE);
        return;
    }
    *only = k->q.agency;
    k->ids = only;
    k->n = 1;
    ask_books(p);
    p->rows = closed_came;
}

static void ask_close(struct pending *p)
{
    const struct asked *k = p->mine;
    struct db_args *args;

    if (!seen(k)) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    args = read_args(p, 5);
    p->rows = close_came;
    db_i32(args, k->q.agency);
    db_text(args, k->q.field);
    db_i32(args, k->q.year);
    db_i32(args, (int32_t)k->q.last);
    db_i64(args, k->v.user);
    pending_send(p, LANE_ACT, "register_close", args);
}

void store_register_close(struct store *st, const struct viewer *v, const struct register_query *q,
                          store_json *done, void *owner)
{
    begin(st, v, q, ask_close, done, owner);
}

/* ---------------------------------------------------------------- where a dossier stands */

static void number_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct span field;
    struct jw w = json_answer(p);

    jw_open(&w);
    if (db_count(r) == 0) {
        jw_knull(&w, "volume");
        jw_knull(&w, "number");
    } else {
        field = db_get_span(r, 0, 0);
        jw_kstr(&w, "volume",
                arena_printf(p->own, "%.*s-%02lld/%lld", (int)field.n, field.p,
                             (long long)db_get_i64(r, 0, 2), (long long)db_get_i64(r, 0, 1)));
        jw_ki64(&w, "number", db_get_i64(r, 0, 3));
    }
    jw_close(&w);
    pending_json(p, 0);
}

void store_register_number(struct store *st, const char *code, const char *paper, int settled,
                           int size, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, number_came);
    struct db_args *args = read_args(p, 8);

    p->json = done;
    db_text(args, code);
    db_text(args, paper);
    db_i32(args, settled);
    fields_args(p, args);
    db_i32(args, size);
    db_i32(args, ENTER_MOST);
    pending_send(p, LANE_ACT, "register_number", args);
}
