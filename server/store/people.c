/* Accounts, sessions, the throttle of sign-ins, and the register of files.  The worker's thread. */
#include <stdlib.h>

#include "server/core/log.h"
#include "server/store/inside.h"

static struct session_user *user_of(struct arena *a)
{
    struct session_user *u = ARENA_NEW(a, struct session_user);

    u->locked_until = u->expires = u->factor_on = u->factor_taken = INSTANT_NONE;
    return u;
}

static void common_columns(struct arena *a, const struct db_rows *r, struct session_user *u)
{
    struct span key = db_get_span(r, 0, 5);

    u->user = db_get_i64(r, 0, 0);
    u->login = arena_span(a, db_get_span(r, 0, 1));
    u->name = arena_span(a, db_get_span(r, 0, 2));
    u->agency = (int)db_get_i64(r, 0, 3);
    u->roles = (unsigned)db_get_i64(r, 0, 4);
    if (key.n == SHA256_BYTES)
        u->identity_key = (const uint8_t *)arena_copy(a, key).p;
}

static void tell_user(struct pending *p, enum err e, const struct session_user *u)
{
    store_user *done = p->user;
    void *owner = p->owner;

    pending_end(p);
    done(owner, e, u);
}

/* ---------------------------------------------------------------- signing in */

static void account_came(struct pending *p, const struct db_outcome *out)
{
    struct session_user *u;

    if (db_count(out->rows) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    u = user_of(p->arena);
    common_columns(p->arena, out->rows, u);
    u->password_hash =
        db_is_null(out->rows, 0, 6) ? NULL : arena_span(p->arena, db_get_span(out->rows, 0, 6));
    u->active = db_get_bool(out->rows, 0, 7);
    u->locked_until = db_get_time(out->rows, 0, 8);
    u->must_change = db_get_bool(out->rows, 0, 9);
    u->sealed = arena_copy(p->arena, db_get_span(out->rows, 0, 10));
    u->factor_on = db_get_time(out->rows, 0, 11);
    u->codes_left = (int)db_get_i64(out->rows, 0, 12);
    u->factor_taken = db_get_time(out->rows, 0, 13);
    tell_user(p, ERR_OK, u);
}

void store_user_by_login(struct store *st, const char *login, struct arena *a, store_user *done,
                         void *owner)
{
    struct pending *p = pending_new(st, owner, account_came);
    struct db_args *args = read_args(p, 1);

    p->user = done;
    p->arena = a;
    db_text(args, login);
    pending_send(p, LANE_READ, "account_by_login", args);
}

static void made(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    (void)out;
    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

void store_session_create(struct store *st, int64_t user, const uint8_t token_hash[32],
                          const uint8_t csrf_hash[32], const char *peer, instant idle_until,
                          instant absolute_until, bool by_provider, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, made);
    struct db_args *args = read_args(p, 8);

    p->json = done;
    db_bytes(args, token_hash, SHA256_BYTES);
    db_bytes(args, csrf_hash, SHA256_BYTES);
    db_i64(args, user);
    db_text(args, peer ? peer : "");
    db_time(args, clock_now());
    db_time(args, idle_until);
    db_time(args, absolute_until);
    db_bool(args, by_provider);
    pending_send(p, LANE_ACT, "session_create", args);
}

static void sso_taken(struct pending *p, const struct db_outcome *out)
{
    if (db_get_bool(out->rows, 0, 0))
        made(p, out);
    else
        pending_fail(p, ERR_SIGN_IN_OVER);
}

static void sso_send(struct pending *p, const char *stmt, const uint8_t state[32], store_json *done)
{
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_bytes(args, state, SHA256_BYTES);
    db_time(args, clock_now());
    pending_send(p, LANE_ACT, stmt, args);
}

void store_sso_begin(struct store *st, const uint8_t state[32], store_json *done, void *owner)
{
    sso_send(pending_new(st, owner, made), "sso_begin", state, done);
}

void store_sso_take(struct store *st, const uint8_t state[32], store_json *done, void *owner)
{
    sso_send(pending_new(st, owner, sso_taken), "sso_take", state, done);
}

/* ---------------------------------------------------------------- sessions, kept for a second */

/* Slots by the first bytes of the hash, which are random: two of them are looked at. */
static struct session_kept *slot(struct store *st, const uint8_t token[32], bool for_new)
{
    uint32_t h = (uint32_t)token[0] << 16 | (uint32_t)token[1] << 8 | token[2];
    struct session_kept *a = &st->sessions[h % SESSIONS_MAX];
    struct session_kept *b = &st->sessions[(h / SESSIONS_MAX + h + 1) % SESSIONS_MAX];

    if (a->loaded && memcmp(a->token, token, SHA256_BYTES) == 0)
        return a;
    if (b->loaded && memcmp(b->token, token, SHA256_BYTES) == 0)
        return b;
    return for_new ? (a->loaded <= b->loaded ? a : b) : NULL;
}

static void keep(struct store *st, const uint8_t token[32], const struct session_user *u)
{
    struct session_kept *k = slot(st, token, true);

    if (strlen(u->login) >= sizeof k->login || strlen(u->name) >= sizeof k->name)
        return;
    memcpy(k->token, token, SHA256_BYTES);
    k->loaded = clock_mono_us();
    k->u = *u;
    memcpy(k->login, u->login, strlen(u->login) + 1);
    memcpy(k->name, u->name, strlen(u->name) + 1);
    k->has_identity = u->identity_key != NULL;
    if (u->identity_key)
        memcpy(k->identity, u->identity_key, SHA256_BYTES);
}

static void touched(struct pending *p, const struct db_outcome *out)
{
    (void)out;
    pending_end(p);
}

static void touch(struct store *st, const uint8_t token[32])
{
    struct pending *p = pending_new(st, NULL, touched);
    struct db_args *args = read_args(p, 2);

    db_bytes(args, token, SHA256_BYTES);
    db_time(args, clock_now());
    pending_send(p, LANE_ACT, "session_touch", args);
}

static void session_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    const uint8_t *token = p->mine;
    struct session_user *u;
    struct span csrf;

    if (db_count(r) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    u = user_of(p->arena);
    common_columns(p->arena, r, u);
    u->active = db_get_bool(r, 0, 6);
    csrf = db_get_span(r, 0, 7);
    if (csrf.n == SHA256_BYTES)
        memcpy(u->csrf_hash, csrf.p, SHA256_BYTES);
    u->expires = db_get_time(r, 0, 8);
    u->by_provider = db_get_bool(r, 0, 13);
    u->must_change = db_get_bool(r, 0, 10) && !u->by_provider;
    u->factor_on = db_get_time(r, 0, 11);
    u->codes_left = (int)db_get_i64(r, 0, 12);
    keep(p->st, token, u);
    if (db_get_bool(r, 0, 9))
        touch(p->st, token);
    tell_user(p, ERR_OK, u);
}

static void answer_kept(void *arg)
{
    struct pending *p = arg;

    if (!p->user) { /* orphaned meanwhile */
        pending_end(p);
        return;
    }
    tell_user(p, ERR_OK, p->mine);
}

static struct session_user *copy_kept(struct arena *a, const struct session_kept *k)
{
    struct session_user *u = ARENA_NEW(a, struct session_user);

    *u = k->u;
    u->login = arena_strdup(a, k->login);
    u->name = arena_strdup(a, k->name);
    u->identity_key =
        k->has_identity
            ? (const uint8_t *)arena_copy(a, (struct span){(const char *)k->identity, SHA256_BYTES})
                  .p
            : NULL;
    return u;
}

void store_session_get(struct store *st, const uint8_t token_hash[32], struct arena *a,
                       store_user *done, void *owner)
{
    struct session_kept *k = slot(st, token_hash, false);
    struct pending *p = pending_new(st, owner, session_came);
    struct db_args *args;

    p->user = done;
    p->arena = a;
    if (k && clock_mono_us() - k->loaded < SESSION_MS * 1000 && clock_now() < k->u.expires) {
        p->mine = copy_kept(a, k);
        worker_later(st->worker, answer_kept, p);
        return;
    }
    args = read_args(p, 2);
    p->mine = arena_strndup(p->own, (const char *)token_hash, SHA256_BYTES);
    db_bytes(args, token_hash, SHA256_BYTES);
    db_time(args, clock_now());
    pending_send(p, LANE_READ, "session_get", args);
}

void store_session_end(struct store *st, const uint8_t token_hash[32], store_json *done,
                       void *owner)
{
    struct session_kept *k = slot(st, token_hash, false);
    struct pending *p = pending_new(st, owner, made);
    struct db_args *args = read_args(p, 1);

    if (k)
        k->loaded = 0;
    p->json = done;
    db_bytes(args, token_hash, SHA256_BYTES);
    pending_send(p, LANE_ACT, "session_end", args);
}

/* Of this worker at once; others keep theirs for the second that they may. */
void sessions_forget(struct store *st, int64_t account)
{
    for (size_t i = 0; i < SESSIONS_MAX; i++)
        if (st->sessions[i].u.user == account)
            st->sessions[i].loaded = 0;
}

/* ---------------------------------------------------------------- throttle */

static void wait_came(struct pending *p, const struct db_outcome *out)
{
    instant until = db_count(out->rows) ? db_get_time(out->rows, 0, 0) : INSTANT_NONE;
    int64_t ms = until == INSTANT_NONE ? 0 : (until - clock_now()) / 1000;
    store_wait *done = p->wait;
    void *owner = p->owner;

    pending_end(p);
    if (done)
        done(owner, ERR_OK, ms > 0 ? ms : 0);
}

void store_sign_in_attempt(struct store *st, const char *login, const char *peer, bool success,
                           store_wait *done, void *owner)
{
    struct pending *p = pending_new(st, owner, wait_came);
    struct db_args *args = read_args(p, 4);

    p->wait = done;
    db_text(args, login);
    db_text(args, peer ? peer : "");
    db_bool(args, success);
    db_time(args, clock_now());
    pending_send(p, LANE_ACT, "sign_in_attempt", args);
}

void store_sign_in_allowed(struct store *st, const char *login, const char *peer, store_wait *done,
                           void *owner)
{
    struct pending *p = pending_new(st, owner, wait_came);
    struct db_args *args = read_args(p, 2);

    p->wait = done;
    db_text(args, login);
    db_text(args, peer ? peer : "");
    pending_send(p, LANE_READ, "sign_in_allowed", args);
}

/* ---------------------------------------------------------------- what has served its time */

#define EXPIRE_MOST 5000

static void expired(void *owner, const struct db_outcome *out)
{
    struct store *st = owner;

    st->expiring = false;
    if (out->e != ERR_OK)
        log_event(LOG_L_WARN, "expiry-failed", LOG_STR("error", err_code(out->e)));
    else if (db_get_i64(out->rows, 0, 0) >= EXPIRE_MOST)
        store_expire(st, st->expire_days);
}

void store_expire(struct store *st, int days)
{
    struct arena *a;
    struct db_args *args;

    if (st->expiring || st->closing)
        return;
    a = arena_new(ARGS_MAX);
    args = db_args(a, 3);
    db_time(args, clock_now());
    db_i32(args, days);
    db_i32(args, EXPIRE_MOST);
    st->expire_days = days;
    st->expiring = db_call(st->db, LANE_ACT, "expire", args, expired, st);
    arena_free(a);
}

/* ---------------------------------------------------------------- files */

static void registered(struct pending *p, const struct db_outcome *out)
{
    char hex[2 * SHA256_BYTES + 1];
    struct jw w = json_answer(p);

    hex_encode(p->mine, SHA256_BYTES, hex);
    jw_open(&w);
    jw_kstr(&w, "file", hex);
    jw_kbool(&w, "new", db_get_bool(out->rows, 0, 0));
    jw_close(&w);
    pending_json(p, 0);
}

void store_file_register(struct store *st, const uint8_t hash[32], int64_t size,
                         const char *media_type, const char *name, int64_t user, store_json *done,
                         void *owner)
{
    struct pending *p = pending_new(st, owner, registered);
    struct db_args *args = read_args(p, 5);

    p->json = done;
    p->mine = arena_strndup(p->own, (const char *)hash, SHA256_BYTES);
    db_bytes(args, hash, SHA256_BYTES);
    db_i64(args, size);
    db_text(args, media_type);
    db_text(args, name ? name : "");
    db_i64(args, user);
    pending_send(p, LANE_ACT, "file_register", args);
}

static void file_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    const struct viewer *v = p->mine;
    struct arena *a;
    struct dossier *s;
    bool may;
    struct jw w = json_answer(p);

    if (db_count(r) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    a = arena_new((size_t)16 << 20);
    s = dossier_of_json(a, db_get_span(r, 0, 5));
    may = s && store_may_see(p->st->snap, v, s);
    arena_free(a);
    if (!may) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    jw_open(&w);
    jw_ki64(&w, "size", db_get_i64(r, 0, 0));
    jw_kspan(&w, "type", db_get_span(r, 0, 1));
    jw_kspan(&w, "name", db_get_span(r, 0, 2));
    jw_close(&w);
    pending_json(p, 0);
}

void store_file_get(struct store *st, const struct viewer *v, const char *code,
                    const uint8_t hash[32], store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, file_came);
    struct db_args *args = read_args(p, 2);
    struct viewer *kept = ARENA_NEW(p->own, struct viewer);

    *kept = *v;
    p->mine = kept;
    p->json = done;
    db_text(args, strlen(code) <= 64 ? code : "");
    db_bytes(args, hash, SHA256_BYTES);
    pending_send(p, LANE_READ, "file_get", args);
}
