/* Proposals of two persons in the database.  Blocking, a connection a call: they are rare. */
#include "server/store/publication.h"

#include "server/store/blocking.h"
#include "server/store/inside.h"

#define CALL_MS 30000

static void id_came(void *ctx, const struct db_rows *r)
{
    *(int64_t *)ctx = db_count(r) == 1 ? db_get_i64(r, 0, 0) : 0;
}

enum err publication_add(const char *conninfo, const char *kind, struct span body,
                         const char *document, int64_t author, int64_t *ret_id)
{
    struct blocking *b = blocking_open(conninfo, CALL_MS, NULL);
    struct db_args *p = b ? blocking_args(b, 4) : NULL;
    enum err e = ERR_UNAVAILABLE;

    if (b) {
        db_text(p, kind);
        db_span(p, body);
        db_text(p, document);
        db_i64(p, author);
        e = blocking_call(b, LANE_ACT, "publication_add", p, id_came, ret_id);
    }
    blocking_close(b);
    return e;
}

struct reading {
    struct arena *a;
    struct publication *item;
    size_t n;
};

static const char *text_of(struct arena *a, const struct db_rows *r, int row, int col)
{
    return db_is_null(r, row, col) ? NULL : arena_span(a, db_get_span(r, row, col));
}

static void rows_came(void *ctx, const struct db_rows *r)
{
    struct reading *k = ctx;
    int n = db_count(r);

    k->item = ARENA_ARRAY(k->a, struct publication, n ? (size_t)n : 1);
    for (int i = 0; i < n; i++)
        k->item[k->n++] = (struct publication){
            .id = db_get_i64(r, i, 0),
            .kind = text_of(k->a, r, i, 1),
            .body = arena_copy(k->a, db_get_span(r, i, 2)),
            .document = text_of(k->a, r, i, 3),
            .author = db_get_i64(r, i, 4),
            .author_login = text_of(k->a, r, i, 5),
            .at = db_get_time(r, i, 6),
            .approver = db_get_i64(r, i, 7),
            .approver_login = text_of(k->a, r, i, 8),
            .decided = db_get_time(r, i, 9),
            .declined = db_get_bool(r, i, 10),
            .last = db_get_i64(r, i, 11),
            .report = arena_copy(k->a, db_get_span(r, i, 12)),
            .done = db_get_time(r, i, 13),
        };
}

enum err publications_read(const char *conninfo, struct arena *a, int64_t id, int64_t before,
                           int limit, struct publication **ret, size_t *ret_n)
{
    struct blocking *b = blocking_open(conninfo, CALL_MS, NULL);
    struct db_args *p = b ? blocking_args(b, 3) : NULL;
    struct reading k = {.a = a};
    enum err e = ERR_UNAVAILABLE;

    if (b) {
        db_i64(p, id);
        db_i64(p, before);
        db_i32(p, limit);
        e = blocking_call(b, LANE_READ, "publication_read", p, rows_came, &k);
    }
    blocking_close(b);
    if (e == ERR_OK && id && k.n == 0)
        e = ERR_NOT_FOUND;
    *ret = k.item;
    *ret_n = k.n;
    return e;
}

static void word_came(void *ctx, const struct db_rows *r)
{
    static const struct {
        const char *word;
        enum err e;
    } words[] = {{"approved", ERR_OK},
                 {"declined", ERR_OK},
                 {"own", ERR_R_SEPARATION},
                 {"done", ERR_CONFLICT},
                 {"none", ERR_NOT_FOUND}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (db_count(r) == 1 && span_is(db_get_span(r, 0, 0), words[i].word))
            *(enum err *)ctx = words[i].e;
}

enum err publication_decide(const char *conninfo, int64_t id, int64_t who, bool agree)
{
    struct blocking *b = blocking_open(conninfo, CALL_MS, NULL);
    struct db_args *p = b ? blocking_args(b, 3) : NULL;
    enum err e = ERR_UNAVAILABLE, said = ERR_INTERNAL;

    if (b) {
        db_i64(p, id);
        db_i64(p, who);
        db_bool(p, agree);
        e = blocking_call(b, LANE_ACT, "publication_decide", p, word_came, &said);
    }
    blocking_close(b);
    return e == ERR_OK ? said : e;
}

enum err publication_open(const char *conninfo, const char *procedure, int version, int64_t *ret)
{
    struct blocking *b = blocking_open(conninfo, CALL_MS, NULL);
    struct db_args *p = b ? blocking_args(b, 2) : NULL;
    enum err e = ERR_UNAVAILABLE;

    if (b) {
        db_text(p, procedure);
        db_i32(p, version);
        e = blocking_call(b, LANE_READ, "publication_open", p, id_came, ret);
    }
    blocking_close(b);
    return e;
}

enum err publication_progress(const char *conninfo, int64_t id, int64_t last, const char *report,
                              bool done)
{
    struct blocking *b = blocking_open(conninfo, CALL_MS, NULL);
    struct db_args *p = b ? blocking_args(b, 4) : NULL;
    enum err e = ERR_UNAVAILABLE;

    if (b) {
        db_i64(p, id);
        db_i64(p, last);
        db_text(p, report);
        db_bool(p, done);
        e = blocking_call(b, LANE_ACT, "publication_progress", p, NULL, NULL);
    }
    blocking_close(b);
    return e;
}
