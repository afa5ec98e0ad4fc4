/* What a hall shows to everybody: the calling board, and how many wait for each service.
 * The worker's thread. */
#include "server/store/halls_inside.h"

#define BOARD_ROWS 8
#define BOARD_NEXT 8

/* ---------------------------------------------------------------- the board */

struct boarding {
    struct hall_now now;
    struct ticket_told called[BOARD_ROWS];
    size_t calleds;
    int64_t next[HALL_COUNTERS_MAX];
    size_t nexts;
};

/* Whom each open counter would call next, each once, in the order of their coming. */
static void board_next(struct boarding *x)
{
    const struct hall *h = x->now.at.hall;
    unsigned serves = 0;

    for (size_t c = 0; c < h->counters; c++)
        serves |= x->now.open[c] ? h->counter[c].serves : 0u;
    x->nexts =
        queue_order(x->now.wait, x->now.waits, serves, h->cap, 0, x->now.now, x->next, BOARD_NEXT);
}

static void labels_came(struct pending *p, const struct db_outcome *out)
{
    struct boarding *x = p->mine;
    const struct db_rows *r = out->rows;
    struct ticket_told *next = ARENA_ARRAY(p->own, struct ticket_told, BOARD_NEXT);
    struct board_told b = {
        .called = x->called, .calleds = x->calleds, .next = next, .waiting = (int)x->now.waits};

    for (size_t k = 0; k < x->nexts; k++)
        for (int i = 0; i < db_count(r); i++)
            if (db_get_i64(r, i, 0) == x->next[k])
                next[b.nexts++] = (struct ticket_told){
                    .id = x->next[k],
                    .service = hall_service(x->now.at.hall, db_get_span(r, i, 1)),
                    .letter = arena_span(p->own, db_get_span(r, i, 2)),
                    .number = (int)db_get_i64(r, i, 3),
                    .card = (int)db_get_i64(r, i, 4)};
    hall_tell(p, ERR_OK, &(struct hall_told){.board = &b});
}

static void called_came(struct pending *p, const struct db_outcome *out)
{
    struct boarding *x = p->mine;
    struct db_args *args = read_args(p, 1);

    for (int i = 0; i < db_count(out->rows) && x->calleds < BOARD_ROWS; i++)
        x->called[x->calleds++] = hall_ticket(&x->now, out->rows, i, p->own);
    board_next(x);
    db_i64s(args, x->next, NULL, x->nexts);
    p->rows = labels_came;
    pending_send(p, LANE_READ, "ticket_labels", args);
}

static void board_now(struct pending *p, const struct db_outcome *out)
{
    struct boarding *x = p->mine;

    hall_now_read(&x->now, out->rows, p->own);
    hall_rows_ask(p, &x->now, 0, 0, BOARD_ROWS, called_came);
}

void store_ticket_board(struct store *st, struct hall_at at, store_hall *done, void *owner)
{
    struct pending *p = pending_new(st, owner, board_now);
    struct boarding *x = ARENA_NEW(p->own, struct boarding);

    p->mine = x;
    p->hall = done;
    hall_now_ask(p, &x->now, at, board_now);
}

/* ---------------------------------------------------------------- the services of a hall */

static void lanes_came(struct pending *p, const struct db_outcome *out)
{
    struct hall_now *now = p->mine;
    struct lane_told lane[HALL_SERVICES_MAX];

    hall_now_read(now, out->rows, p->own);
    for (size_t s = 0; s < now->at.hall->services; s++) {
        struct ticket_waiting comes = {INT64_MAX, (int)s, false, now->now};
        int ahead;

        lane[s].waiting = 0;
        for (size_t i = 0; i < now->waits; i++)
            lane[s].waiting += now->wait[i].service == (int)s;
        hall_expect(now, &comes, &ahead, &lane[s].minutes);
    }
    hall_tell(p, ERR_OK, &(struct hall_told){.lane = lane});
}

void store_ticket_lanes(struct store *st, struct hall_at at, store_hall *done, void *owner)
{
    struct pending *p = pending_new(st, owner, lanes_came);
    struct hall_now *now = ARENA_NEW(p->own, struct hall_now);

    p->mine = now;
    p->hall = done;
    hall_now_ask(p, now, at, lanes_came);
}
