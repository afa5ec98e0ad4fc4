/* A counter's turn: the next is called, called once more, served, finished; what its strip shows.
 * Who is next is common/ticket/'s; PostgreSQL takes the first of them that is still free.  The
 * worker's thread. */
#include "server/store/halls_inside.h"

#define REDO_CALL 8  /* times a call is tried when others took all that were offered */
#define OFFERED   64 /* candidates of one call */

struct turning {
    struct ticket_turn t;
    struct hall_now now;
    enum err e; /* told with the strip */
    bool before;
    int redos;
};

static void strip_came(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;
    const struct hall *h = x->now.at.hall;
    const struct hall_counter *c = hall_counter(h, x->t.counter);
    struct strip_told s = {.counter = x->t.counter, .minutes = -1, .before = x->before};
    struct ticket_told current;
    int64_t last = 0;

    if (db_count(out->rows) > 0) {
        current = hall_ticket(&x->now, out->rows, 0, p->own);
        s.current = &current;
    }
    for (size_t i = 0; c && i < x->now.waits; i++)
        if ((c->serves >> x->now.wait[i].service) & 1u) {
            s.waiting++;
            last = x->now.wait[i].id;
        }
    if (s.waiting) {
        int ahead;

        hall_expect(&x->now, hall_waiting_of(&x->now, last), &ahead, &s.minutes);
    }
    hall_tell(p, x->e, &(struct hall_told){.strip = &s});
}

static void strip_now(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;

    hall_now_read(&x->now, out->rows, p->own);
    hall_rows_ask(p, &x->now, 0, x->t.counter, 1, strip_came);
}

static struct pending *turning_new(struct store *st, const struct ticket_turn *t, store_hall *done,
                                   void *owner)
{
    struct pending *p = pending_new(st, owner, NULL);
    struct turning *x = ARENA_NEW(p->own, struct turning);

    *x = (struct turning){.t = *t};
    p->mine = x;
    p->hall = done;
    return p;
}

void store_ticket_strip(struct store *st, struct hall_at at, int counter, store_hall *done,
                        void *owner)
{
    struct ticket_turn t = {.at = at, .counter = counter};
    struct pending *p = turning_new(st, &t, done, owner);

    hall_now_ask(p, &((struct turning *)p->mine)->now, at, strip_now);
}

/* It was called to another counter: which one. */
static void elsewhere_came(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;
    struct ticket_told t;

    if (db_count(out->rows) != 1) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    t = hall_ticket(&x->now, out->rows, 0, p->own);
    hall_tell(p, ERR_CONFLICT, &(struct hall_told){.ticket = &t});
}

static void elsewhere_now(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;

    hall_now_read(&x->now, out->rows, p->own);
    hall_rows_ask(p, &x->now, x->t.ticket, 0, 1, elsewhere_came);
}

static void call_send(struct pending *p, const struct db_outcome *out);

/* Outcome 3 of a call: all that were offered are taken; 3 and 4 of a move: not in that state. */
static void turned(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;
    int64_t outcome = db_get_i64(out->rows, 0, 0);
    bool calls = x->t.act == TICKET_CALL;

    if (outcome == 2 || outcome == 5) {
        pending_fail(p, outcome == 2 ? ERR_KEY_REUSED : ERR_NOT_FOUND);
        return;
    }
    if (calls && outcome == 3 && x->now.waits && x->redos++ < REDO_CALL) {
        hall_now_ask(p, &x->now, x->t.at, call_send);
        return;
    }
    if (outcome == 6) {
        hall_now_ask(p, &x->now, x->t.at, elsewhere_now);
        return;
    }
    x->before = outcome == 1;
    if (outcome == 0)
        hall_changed(p, x->t.at);
    x->e = outcome == 4 || (outcome == 3 && !calls) ? ERR_CONFLICT : ERR_OK;
    hall_now_ask(p, &x->now, x->t.at, strip_now);
}

static void common_args(struct db_args *args, const struct turning *x, dayno day)
{
    db_text(args, x->t.key);
    db_bytes(args, x->t.body_hash, SHA256_BYTES);
    db_i32(args, x->t.at.agency);
    db_day(args, day);
}

static void call_send(struct pending *p, const struct db_outcome *out)
{
    struct turning *x = p->mine;
    const struct hall *h = x->t.at.hall;
    struct db_args *args = read_args(p, 8);
    int64_t *offered = ARENA_ARRAY(p->own, int64_t, OFFERED);
    size_t n = 0, c;

    hall_now_read(&x->now, out->rows, p->own);
    for (c = 0; c < h->counters && h->counter[c].counter != x->t.counter; c++)
        ;
    if (c < h->counters)
        n = queue_order(x->now.wait, x->now.waits, h->counter[c].serves, h->cap,
                        x->now.counter[c].run, x->now.now, offered, OFFERED);
    common_args(args, x, x->now.day);
    db_i32(args, x->t.counter);
    db_i64(args, x->t.officer);
    db_i64s(args, offered, NULL, n);
    db_time(args, x->now.now);
    p->rows = turned;
    pending_send(p, LANE_ACT, "ticket_call", args);
}

static void move_send(struct pending *p, struct turning *x)
{
    struct db_args *args = read_args(p, 12);
    const char *from[TICKET_STATES];
    enum ticket_state to = TICKET_STATES;
    instant now = clock_now();
    size_t n = 0;

    for (int s = 0; s < TICKET_STATES; s++) {
        enum ticket_state after = ticket_after(x->t.act, (enum ticket_state)s);

        if (after == TICKET_STATES)
            continue;
        from[n++] = TICKET_STATE_WORDS[s];
        to = after;
    }
    common_args(args, x, lminute_day(lminute_of(now)));
    db_i64(args, x->t.ticket);
    db_text(args, ticket_act_word(x->t.act));
    db_texts(args, from, n);
    db_text(args, TICKET_STATE_WORDS[to]);
    if (x->t.counter)
        db_i32(args, x->t.counter);
    else
        db_null(args);
    db_bool(args, ticket_card_returns(x->t.act));
    db_i64(args, x->t.officer);
    db_time(args, now);
    p->rows = turned;
    pending_send(p, LANE_ACT, "ticket_move", args);
}

void store_ticket_turn(struct store *st, const struct ticket_turn *t, store_hall *done, void *owner)
{
    struct pending *p = turning_new(st, t, done, owner);
    struct turning *x = p->mine;

    if (t->act == TICKET_CALL)
        hall_now_ask(p, &x->now, t->at, call_send);
    else
        move_send(p, x);
}

void store_ticket_dossier(struct store *st, const struct viewer *v, int64_t ticket,
                          const char *code)
{
    struct pending *p = pending_new(st, NULL, pending_quietly);
    const int32_t *agency;
    size_t n = viewer_agencies(st, v, p->own, &agency);
    struct db_args *args = read_args(p, 3);

    db_i32s(args, agency, NULL, n);
    db_i64(args, ticket);
    db_text(args, code);
    pending_send(p, LANE_ACT, "ticket_dossier", args);
}
