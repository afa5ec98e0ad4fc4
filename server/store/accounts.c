/* Accounts for verbs and the demonstration: made, changed, listed.  Blocking; any thread. */
#include "server/store/blocking.h"
#include "server/store/inside.h"

#define ACCOUNT_MS 30000
#define PAGE       500

static void id_came(void *ctx, const struct db_rows *r)
{
    int64_t *id = ctx;

    *id = db_count(r) == 1 ? db_get_i64(r, 0, 0) : 0;
}

static bool account_told(const struct blocking *b, enum err e, const char *login,
                         struct buf *ret_error)
{
    if (e == ERR_OK)
        return true;
    buf_printf(ret_error, "%s: %s %s", login, err_title(e, LANG_EN), blocking_sqlstate(b));
    return false;
}

static bool put_one(struct blocking *b, const struct account_change *c, struct buf *ret_error)
{
    struct db_args *p = blocking_args(b, 6);
    int64_t id = 0;

    db_text(p, c->login);
    db_text(p, c->name);
    if (c->agency)
        db_i32(p, c->agency);
    else
        db_null(p);
    db_text(p, c->encoded);
    if (c->identity_key)
        db_bytes(p, c->identity_key, SHA256_BYTES);
    else
        db_null(p);
    if (c->active >= 0)
        db_bool(p, c->active != 0);
    else
        db_null(p);
    if (!account_told(b, blocking_call(b, LANE_ACT, "account_put", p, id_came, &id), c->login,
                      ret_error))
        return false;
    if (id == 0) {
        buf_printf(ret_error, "%s: there is no such account", c->login);
        return false;
    }
    if (c->roles < 0)
        return true;
    p = blocking_args(b, 3);
    db_i64(p, id);
    if (c->agency)
        db_i32(p, c->agency);
    else
        db_null(p);
    db_i64(p, c->roles);
    return account_told(b, blocking_call(b, LANE_ACT, "account_roles", p, NULL, NULL), c->login,
                        ret_error);
}

bool store_account_put(const char *conninfo, const struct account_change *change, size_t n,
                       struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, ACCOUNT_MS, ret_error);
    bool ok = b != NULL;

    for (size_t i = 0; ok && i < n; i++)
        ok = put_one(b, &change[i], ret_error);
    blocking_close(b);
    return ok;
}

/* ---------------------------------------------------------------- list */

struct listing {
    struct jw w;
    char last[80];
    int rows;
};

static void account_json(struct jw *w, const struct db_rows *r, int i)
{
    int64_t roles = db_get_i64(r, i, 5);

    jw_open(w);
    jw_kspan(w, "login", db_get_span(r, i, 1));
    jw_kspan(w, "name", db_get_span(r, i, 2));
    jw_ki64(w, "agency", db_get_i64(r, i, 3));
    jw_kbool(w, "active", db_get_bool(r, i, 4));
    jw_key(w, "roles");
    jw_list(w);
    for (unsigned k = 0; k < ROLE_COUNT; k++)
        if (roles >> k & 1)
            jw_str(w, role_name((enum role)k));
    jw_end(w);
    jw_close(w);
}

static void page_came(void *ctx, const struct db_rows *r)
{
    struct listing *l = ctx;
    struct span last;

    l->rows = db_count(r);
    for (int i = 0; i < l->rows; i++)
        account_json(&l->w, r, i);
    if (l->rows == 0)
        return;
    last = db_get_span(r, l->rows - 1, 1);
    if (last.n < sizeof l->last) {
        memcpy(l->last, last.p, last.n);
        l->last[last.n] = '\0';
    }
}

bool store_account_list(const char *conninfo, struct buf *ret_json, struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, ACCOUNT_MS, ret_error);
    struct listing l = {.w = jw_to(ret_json), .rows = PAGE};
    enum err e = b ? ERR_OK : ERR_UNAVAILABLE;

    jw_open(&l.w);
    jw_key(&l.w, "items");
    jw_list(&l.w);
    while (e == ERR_OK && l.rows == PAGE) {
        struct db_args *p = blocking_args(b, 2);

        db_text(p, l.last);
        db_i32(p, PAGE);
        e = blocking_call(b, LANE_READ, "account_list", p, page_came, &l);
    }
    jw_end(&l.w);
    jw_close(&l.w);
    if (b && e != ERR_OK)
        buf_str(ret_error, err_title(e, LANG_EN));
    blocking_close(b);
    return e == ERR_OK;
}
