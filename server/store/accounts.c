/* Accounts: made, changed, listed; blocking for verbs and the demonstration (any thread), and for
 * the API on the worker's thread.  One statement, so one set of rules for both. */
#include "server/store/blocking.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define ACCOUNT_MS 30000
#define PAGE       500

/* ---------------------------------------------------------------- changing */

static void flag(struct db_args *p, int value)
{
    if (value < 0)
        db_null(p);
    else
        db_bool(p, value != 0);
}

static void digest(struct db_args *p, const uint8_t *bytes)
{
    if (bytes)
        db_bytes(p, bytes, SHA256_BYTES);
    else
        db_null(p);
}

static void number(struct db_args *p, int64_t v, int64_t none, bool wide)
{
    if (v == none)
        db_null(p);
    else if (wide)
        db_i64(p, v);
    else
        db_i32(p, (int32_t)v);
}

#define CHANGE_ARGS 14

static void change_args(struct db_args *p, const struct account_change *c)
{
    number(p, c->by, 0, true);
    db_text(p, c->login);
    flag(p, c->make);
    number(p, c->seq, 0, false);
    db_text(p, c->name);
    number(p, c->agency, 0, false);
    db_text(p, c->encoded);
    db_bool(p, c->one_time);
    digest(p, c->keep);
    digest(p, c->identity_key);
    flag(p, c->active);
    number(p, c->roles, -1, true);
    db_text(p, c->reason);
    db_text(p, c->peer);
}

struct changed {
    enum err e;
    int64_t id, seq;
};

static void changed_read(const struct db_rows *r, struct changed *ret)
{
    static const struct {
        const char *word;
        enum err e;
    } words[] = {{"done", ERR_OK},     {"none", ERR_NOT_FOUND},   {"exists", ERR_CONFLICT},
                 {"stale", ERR_STALE}, {"own", ERR_R_SEPARATION}, {"last", ERR_R_LAST_ADMIN},
                 {"off", ERR_CONFLICT}};

    *ret = (struct changed){.e = ERR_INTERNAL};
    for (size_t i = 0; db_count(r) == 1 && i < sizeof words / sizeof *words; i++)
        if (span_is(db_get_span(r, 0, 0), words[i].word))
            *ret = (struct changed){words[i].e, db_get_i64(r, 0, 1), db_get_i64(r, 0, 2)};
}

static void changed_came(void *ctx, const struct db_rows *r)
{
    changed_read(r, ctx);
}

static bool put_one(struct blocking *b, const char *stmt, const struct db_args *p,
                    const char *login, struct buf *ret_error)
{
    struct changed done = {.e = ERR_INTERNAL};
    enum err e = blocking_call(b, LANE_ACT, stmt, p, changed_came, &done);

    if (e == ERR_OK)
        e = done.e;
    if (e == ERR_NOT_FOUND)
        buf_printf(ret_error, "%s: there is no such account", login);
    else if (e != ERR_OK)
        buf_printf(ret_error, "%s: %s %s", login, err_title(e, LANG_EN), blocking_sqlstate(b));
    return e == ERR_OK;
}

bool store_account_put(const char *conninfo, const struct account_change *change, size_t n,
                       struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, ACCOUNT_MS, ret_error);
    bool ok = b != NULL;

    for (size_t i = 0; ok && i < n; i++) {
        struct db_args *p = blocking_args(b, CHANGE_ARGS);

        change_args(p, &change[i]);
        ok = put_one(b, "account_change", p, change[i].login, ret_error);
    }
    blocking_close(b);
    return ok;
}

/* The outcome comes in the same form. */
#define OFF_ARGS 5

static void off_args(struct db_args *p, const struct factor_off *off)
{
    number(p, off->by, 0, true);
    db_text(p, off->login);
    digest(p, off->keep);
    db_text(p, off->reason);
    db_text(p, off->peer);
}

bool store_factor_away(const char *conninfo, const struct factor_off *off, struct buf *ret_error)
{
    struct blocking *b = blocking_open(conninfo, ACCOUNT_MS, ret_error);
    struct db_args *p = b ? blocking_args(b, OFF_ARGS) : NULL;
    bool ok = false;

    if (p) {
        off_args(p, off);
        ok = put_one(b, "factor_off", p, off->login, ret_error);
    }
    blocking_close(b);
    return ok;
}

static void change_told(struct pending *p, const struct db_outcome *out)
{
    struct changed done;
    struct jw w;

    changed_read(out->rows, &done);
    if (done.e != ERR_OK) {
        pending_fail(p, done.e);
        return;
    }
    sessions_forget(p->st, done.id);
    w = json_answer(p);
    jw_open(&w);
    jw_ki64(&w, "account", done.id);
    jw_kstr(&w, "login", p->mine);
    jw_ki64(&w, "seq", done.seq);
    jw_close(&w);
    pending_json(p, done.seq);
}

void store_account_change(struct store *st, const struct account_change *c, store_json *done,
                          void *owner)
{
    struct pending *p = pending_new(st, owner, change_told);
    struct db_args *args = read_args(p, CHANGE_ARGS);

    p->json = done;
    p->mine = arena_strdup(p->own, c->login);
    change_args(args, c);
    pending_send(p, LANE_ACT, "account_change", args);
}

void store_factor_off(struct store *st, const struct factor_off *off, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, change_told);
    struct db_args *args = read_args(p, OFF_ARGS);

    p->json = done;
    p->mine = arena_strdup(p->own, off->login);
    off_args(args, off);
    pending_send(p, LANE_ACT, "factor_off", args);
}

/* ---------------------------------------------------------------- list */

enum {
    C_ID,
    C_LOGIN,
    C_NAME,
    C_AGENCY,
    C_ACTIVE,
    C_ROLES,
    C_SEQ,
    C_MUST,
    C_CREATED,
    C_PASSWORD,
    C_FACTOR
};
#define LIST_ARGS 6

struct listing {
    struct jw w;
    char last[80];
    int rows;
};

static void roles_json(struct jw *w, int64_t roles)
{
    jw_key(w, "roles");
    jw_list(w);
    for (unsigned k = 0; k < ROLE_COUNT; k++)
        if (roles >> k & 1)
            jw_str(w, role_name((enum role)k));
    jw_end(w);
}

static void account_json(struct jw *w, const struct db_rows *r, int i)
{
    jw_open(w);
    jw_kspan(w, "login", db_get_span(r, i, C_LOGIN));
    jw_kspan(w, "name", db_get_span(r, i, C_NAME));
    jw_ki64(w, "agency", db_get_i64(r, i, C_AGENCY));
    jw_kbool(w, "active", db_get_bool(r, i, C_ACTIVE));
    roles_json(w, db_get_i64(r, i, C_ROLES));
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
    last = db_get_span(r, l->rows - 1, C_LOGIN);
    if (last.n < sizeof l->last) {
        memcpy(l->last, last.p, last.n);
        l->last[last.n] = '\0';
    }
}

static void list_args(struct db_args *p, const struct accounts_query *q, const int32_t *agency,
                      size_t n)
{
    db_text(p, q->after ? q->after : "");
    db_i32(p, q->limit);
    if (agency)
        db_i32s(p, agency, NULL, n);
    else
        db_null(p);
    db_text(p, q->words);
    db_text(p, q->login);
    db_text(p, q->folded);
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
        struct db_args *p = blocking_args(b, LIST_ARGS);

        list_args(p, &(struct accounts_query){.after = l.last, .limit = PAGE}, NULL, 0);
        e = blocking_call(b, LANE_READ, "account_list", p, page_came, &l);
    }
    jw_end(&l.w);
    jw_close(&l.w);
    if (b && e != ERR_OK)
        buf_str(ret_error, err_title(e, LANG_EN));
    blocking_close(b);
    return e == ERR_OK;
}

/* ---------------------------------------------------------------- for the API */

struct asked {
    enum lang lang;
    bool one;
    int limit;
};

static void account_whole(struct jw *w, const struct pending *p, const struct db_rows *r, int i)
{
    const struct asked *q = p->mine;

    jw_open(w);
    jw_ki64(w, "account", db_get_i64(r, i, C_ID));
    jw_kspan(w, "login", db_get_span(r, i, C_LOGIN));
    jw_kspan(w, "name", db_get_span(r, i, C_NAME));
    jw_kagency(w, "agency", p->st->snap->org, (int)db_get_i64(r, i, C_AGENCY), q->lang);
    jw_kbool(w, "active", db_get_bool(r, i, C_ACTIVE));
    roles_json(w, db_get_i64(r, i, C_ROLES));
    jw_ki64(w, "seq", db_get_i64(r, i, C_SEQ));
    jw_kbool(w, "must_change", db_get_bool(r, i, C_MUST));
    jw_ktime(w, "created", db_get_time(r, i, C_CREATED));
    jw_ktime(w, "password_at", db_get_time(r, i, C_PASSWORD));
    jw_kbool(w, "second_factor", db_get_bool(r, i, C_FACTOR));
    jw_close(w);
}

static void accounts_came(struct pending *p, const struct db_outcome *out)
{
    const struct asked *q = p->mine;
    int n = db_count(out->rows);
    struct jw w;

    if (q->one && n == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    w = json_answer(p);
    if (q->one) {
        account_whole(&w, p, out->rows, 0);
        pending_json(p, db_get_i64(out->rows, 0, C_SEQ));
        return;
    }
    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        account_whole(&w, p, out->rows, i);
    jw_end(&w);
    jw_key(&w, "next");
    if (n == q->limit)
        jw_span(&w, db_get_span(out->rows, n - 1, C_LOGIN));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, -1);
}

void store_accounts(struct store *st, const struct accounts_query *q, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, accounts_came);
    struct db_args *args = read_args(p, LIST_ARGS);
    struct asked *kept = ARENA_NEW(p->own, struct asked);
    const struct viewer everybody = {.all = true};
    const int32_t *agency = NULL;
    size_t n = q->agency ? agencies_asked(p, &everybody, q->agency, &agency) : 0;

    *kept = (struct asked){q->lang, q->login != NULL, q->limit};
    p->json = done;
    p->mine = kept;
    list_args(args, q, agency, n);
    pending_send(p, LANE_READ, "account_list", args);
}
