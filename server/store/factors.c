/* The second factor of accounts: offered, switched on, codes that count once.  Secrets come sealed,
 * recovery codes as digests.  The worker's thread. */
#include "server/store/inside.h"

static void fine(struct pending *p, int64_t version)
{
    struct jw w = json_answer(p);

    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, version);
}

static void offered(struct pending *p, const struct db_outcome *out)
{
    if (db_get_bool(out->rows, 0, 0))
        fine(p, 0);
    else
        pending_fail(p, ERR_CONFLICT);
}

void store_factor_offer(struct store *st, int64_t account, struct span sealed, store_json *done,
                        void *owner)
{
    struct pending *p = pending_new(st, owner, offered);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_i64(args, account);
    db_bytes(args, sealed.p, sealed.n);
    pending_send(p, LANE_ACT, "factor_offer", args);
}

static void switched(struct pending *p, const struct db_outcome *out)
{
    sessions_forget(p->st, *(const int64_t *)p->mine);
    offered(p, out);
}

void store_factor_on(struct store *st, int64_t account, struct span sealed, int64_t step,
                     uint8_t recovery[RECOVERY_CODES][SHA256_BYTES], const uint8_t *keep,
                     const char *peer, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, switched);
    struct db_args *args = read_args(p, 6);
    struct span digest[RECOVERY_CODES];
    int64_t *whose = ARENA_NEW(p->own, int64_t);

    for (size_t i = 0; i < RECOVERY_CODES; i++)
        digest[i] = (struct span){(const char *)recovery[i], SHA256_BYTES};
    *whose = account;
    p->mine = whose;
    p->json = done;
    db_i64(args, account);
    db_bytes(args, sealed.p, sealed.n);
    db_i64(args, step);
    db_bytess(args, digest, RECOVERY_CODES);
    db_bytes(args, keep, SHA256_BYTES);
    db_text(args, peer ? peer : "");
    pending_send(p, LANE_ACT, "factor_on", args);
}

static void taken(struct pending *p, const struct db_outcome *out)
{
    if (db_is_null(out->rows, 0, 0))
        pending_fail(p, ERR_CODE_WRONG);
    else
        fine(p, db_get_i64(out->rows, 0, 0));
}

void store_factor_take(struct store *st, int64_t account, int64_t step, const uint8_t *recovery,
                       store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, taken);
    struct db_args *args = read_args(p, 3);

    p->json = done;
    db_i64(args, account);
    if (step < 0)
        db_null(args);
    else
        db_i64(args, step);
    if (recovery)
        db_bytes(args, recovery, SHA256_BYTES);
    else
        db_null(args);
    pending_send(p, LANE_ACT, "factor_take", args);
}
