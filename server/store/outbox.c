/* Messages that leave after the commit: which wait, and what came of them.  The store owns its
 * calls.  The worker's thread. */
#include "server/store/dossier_json.h"
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
                                     .body = db_get_span(out->rows, i, 4),
                                     .at = db_get_time(out->rows, i, 5),
                                     .code = db_get_span(out->rows, i, 6)};
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

void store_outbox_settle(struct store *st, const char *kind, const int64_t *id,
                         const char *const *fault, size_t n, store_settled *done, void *owner)
{
    struct pending *p = pending_new(st, owner, settled);
    struct db_args *args = read_args(p, 3);

    p->settled = done;
    db_i64s(args, id, NULL, n);
    db_texts(args, fault, n);
    db_text(args, kind);
    pending_send(p, LANE_ACT, "outbox_settle", args);
}

static void faults_come(struct pending *p, const struct db_outcome *out)
{
    enum { ID, AT, ATTEMPTS, FAULT, NEXT_AT, CODE, WAITING, SINCE };
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ki64(&w, "waiting", db_get_i64(r, 0, WAITING));
    jw_ktime(&w, "since", db_get_time(r, 0, SINCE));
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r) && !db_is_null(r, i, ID); i++) {
        jw_open(&w);
        jw_ki64(&w, "id", db_get_i64(r, i, ID));
        jw_kspan(&w, "code", db_get_span(r, i, CODE));
        jw_ktime(&w, "at", db_get_time(r, i, AT));
        jw_ki64(&w, "attempts", db_get_i64(r, i, ATTEMPTS));
        jw_kspan(&w, "fault", db_get_span(r, i, FAULT));
        jw_ktime(&w, "again", db_get_time(r, i, NEXT_AT));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, -1);
}

void store_outbox_faults(struct store *st, const char *kind, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, faults_come);
    struct db_args *args = read_args(p, 2);

    p->json = done;
    db_text(args, kind);
    db_i32(args, ROWS_MAX);
    pending_send(p, LANE_READ, "outbox_faults", args);
}
