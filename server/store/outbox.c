/* Messages that leave after the commit: which wait, and what came of them.  The store owns its
 * calls.  The worker's thread. */
#include "server/store/inside.h"

#define ROWS_MAX 500

static void waiting_come(struct pending *p, const struct db_outcome *out)
{
    struct outbox_row row[ROWS_MAX];
    int n = db_count(out->rows);

    for (int i = 0; i < n && i < ROWS_MAX; i++)
        row[i] = (struct outbox_row){.id = db_get_i64(out->rows, i, 0),
                                     .dossier = db_get_i64(out->rows, i, 1),
                                     .seq = db_get_i64(out->rows, i, 2),
                                     .attempts = (int)db_get_i64(out->rows, i, 3),
                                     .body = db_get_span(out->rows, i, 4)};
    p->messages(p->owner, ERR_OK, row, (size_t)(n < ROWS_MAX ? n : ROWS_MAX));
    pending_end(p);
}

void store_outbox(struct store *st, const char *kind, instant now, int limit, store_messages *done,
                  void *owner)
{
    struct pending *p = pending_new(st, owner, waiting_come);
    struct db_args *args = read_args(p, 3);

    p->messages = done;
    db_text(args, kind);
    db_time(args, now);
    db_i32(args, limit < ROWS_MAX ? limit : ROWS_MAX);
    pending_send(p, LANE_READ, "outbox_waiting", args);
}

static void settled(struct pending *p, const struct db_outcome *out)
{
    int64_t n = db_get_i64(out->rows, 0, 0);
    store_settled *done = p->settled;
    void *owner = p->owner;

    pending_end(p);
    done(owner, ERR_OK, n);
}

void store_outbox_settle(struct store *st, const int64_t *id, const char *const *fault,
                         const instant *next, size_t n, store_settled *done, void *owner)
{
    struct pending *p = pending_new(st, owner, settled);
    struct db_args *args = read_args(p, 3);

    p->settled = done;
    db_i64s(args, id, NULL, n);
    db_texts(args, fault, n);
    db_times(args, next, n);
    pending_send(p, LANE_ACT, "outbox_settle", args);
}
