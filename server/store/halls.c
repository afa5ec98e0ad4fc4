/* Tickets of a hall: loaded, ordered by common/ticket/, offered to PostgreSQL, told.
 * The worker's thread. */
#include "server/store/events.h"
#include "server/store/halls_inside.h"

#define OFFERED   64                  /* cards of one ticket */
#define OPEN_US   INT64_C(1800000000) /* a counter that did something lately is open */
#define SECOND_US INT64_C(1000000)

bool store_hall_at(const struct snapshot *s, struct span key, struct hall_at *ret)
{
    for (size_t i = 0; i < s->halls; i++) {
        int a = organisation_find(s->org, s->hall[i]->hall);

        if (a < 0 || !span_is(key, s->hall[i]->hall))
            continue;
        *ret = (struct hall_at){s->hall[i], s->org->agency[a].id};
        return true;
    }
    return false;
}

bool store_hall_of(const struct snapshot *s, int agency, struct hall_at *ret)
{
    for (int i = organisation_of_id(s->org, agency); i >= 0; i = s->org->agency[i].parent)
        if (store_hall_at(s, span_of(s->org->agency[i].agency), ret))
            return true;
    return false;
}

/* ---------------------------------------------------------------- the hall as it is now */

static size_t counted(const struct db_rows *r, int col)
{
    return db_is_null(r, 0, col) ? 0 : (size_t)db_array_count(r, 0, col);
}

static int64_t number_at(const struct db_rows *r, int col, size_t i, int64_t none)
{
    int64_t v;

    return db_array_i64(r, 0, col, (int)i, &v) ? v : none;
}

static int service_at(const struct db_rows *r, int col, size_t i, const struct hall *h)
{
    struct span s;

    return db_array_span(r, 0, col, (int)i, &s) ? hall_service(h, s) : -1;
}

static void read_waiting(struct hall_now *now, const struct db_rows *r, struct arena *a)
{
    size_t n = counted(r, 0);

    now->wait = ARENA_ARRAY(a, struct ticket_waiting, n + 1);
    for (size_t i = 0; i < n; i++) {
        int service = service_at(r, 1, i, now->at.hall);

        if (service >= 0) /* one that the hall has no more is not called */
            now->wait[now->waits++] = (struct ticket_waiting){
                number_at(r, 0, i, 0), service, number_at(r, 2, i, 0) != 0, number_at(r, 3, i, 0)};
    }
}

static void read_seconds(struct hall_now *now, const struct db_rows *r, struct arena *a)
{
    const struct hall *h = now->at.hall;
    size_t n = counted(r, 9);
    int *of = ARENA_ARRAY(a, int, n + 1);

    for (size_t s = 0; s < h->services; s++) {
        size_t k = 0;

        for (size_t i = 0; i < n; i++)
            if (service_at(r, 9, i, h) == (int)s)
                of[k++] = (int)number_at(r, 10, i, 0);
        now->seconds[s] = queue_service_seconds(of, k, h->service[s].minutes);
    }
}

/* Counters at work, and when each will have served whom it has; before the first call of the day
 * all of them are expected to open. */
static void read_counters(struct hall_now *now, const struct db_rows *r, struct arena *a)
{
    const struct hall *h = now->at.hall;
    size_t n = counted(r, 4);
    bool any = false;

    now->counter = ARENA_ARRAY(a, struct queue_counter, h->counters + 1);
    now->open = ARENA_ARRAY(a, bool, h->counters + 1);
    for (size_t c = 0; c < h->counters; c++) {
        struct queue_counter *q = &now->counter[c];

        *q = (struct queue_counter){h->counter[c].serves, 0, now->now};
        for (size_t i = 0; i < n; i++) {
            int service;

            if (number_at(r, 4, i, 0) != h->counter[c].counter)
                continue;
            any |= now->open[c] = number_at(r, 5, i, 0) != 0;
            q->run = (int)number_at(r, 8, i, 0);
            service = service_at(r, 6, i, h);
            if (service >= 0)
                q->free = number_at(r, 7, i, now->now) + now->seconds[service] * SECOND_US;
        }
    }
    for (size_t c = 0; c < h->counters; c++)
        now->open[c] |= !any;
}

static void read_cards(struct hall_now *now, const struct db_rows *r, struct arena *a)
{
    const struct hall *h = now->at.hall;
    size_t n = counted(r, 11), all;

    if (!h->card_first)
        return;
    all = (size_t)(h->card_last - h->card_first + 1);
    now->card_out = ARENA_ARRAY(a, bool, all);
    now->card_given = ARENA_ARRAY(a, instant, all);
    for (size_t i = 0; i < all; i++)
        now->card_given[i] = INSTANT_NONE;
    for (size_t i = 0; i < n; i++) {
        int64_t card = number_at(r, 11, i, 0) - h->card_first;

        if (card < 0 || card >= (int64_t)all)
            continue;
        now->card_out[card] = number_at(r, 12, i, 0) != 0;
        now->card_given[card] = number_at(r, 13, i, 0);
    }
}

void hall_now_read(struct hall_now *ret, const struct db_rows *r, struct arena *a)
{
    read_waiting(ret, r, a);
    read_seconds(ret, r, a);
    read_counters(ret, r, a);
    read_cards(ret, r, a);
}

void hall_now_ask(struct pending *p, struct hall_now *now, struct hall_at at,
                  void (*rows)(struct pending *p, const struct db_outcome *out))
{
    struct db_args *args = read_args(p, 3);

    *now = (struct hall_now){.at = at, .now = clock_now()};
    now->day = lminute_day(lminute_of(now->now));
    p->rows = rows;
    db_i32(args, at.agency);
    db_day(args, now->day);
    db_time(args, now->now - OPEN_US);
    pending_send(p, LANE_READ, "hall_now", args);
}

/* ---------------------------------------------------------------- what it means for one */

void hall_expect(const struct hall_now *now, const struct ticket_waiting *mine, int *ret_ahead,
                 int *ret_minutes)
{
    struct queue_counter open[HALL_COUNTERS_MAX];
    struct queue_wait w;
    size_t n = 0;

    for (size_t c = 0; c < now->at.hall->counters; c++)
        if (now->open[c])
            open[n++] = now->counter[c];
    w = queue_expect(now->wait, now->waits, open, n, now->at.hall->cap, now->seconds, mine,
                     now->now);
    *ret_ahead = (int)w.ahead;
    *ret_minutes = w.at == INSTANT_NONE ? -1 : queue_minutes_told((w.at - now->now) / SECOND_US);
}

const struct ticket_waiting *hall_waiting_of(const struct hall_now *now, int64_t id)
{
    for (size_t i = 0; i < now->waits; i++)
        if (now->wait[i].id == id)
            return &now->wait[i];
    return NULL;
}

static enum ticket_state state_of(struct span s)
{
    int i = 0;

    while (TICKET_STATE_WORDS[i] && !span_is(s, TICKET_STATE_WORDS[i]))
        i++;
    return (enum ticket_state)i;
}

struct ticket_told hall_ticket(const struct hall_now *now, const struct db_rows *r, int i,
                               struct arena *a)
{
    struct ticket_told t = {.id = db_get_i64(r, i, 0),
                            .service = hall_service(now->at.hall, db_get_span(r, i, 1)),
                            .letter = arena_span(a, db_get_span(r, i, 2)),
                            .number = (int)db_get_i64(r, i, 3),
                            .card = (int)db_get_i64(r, i, 4),
                            .counter = (int)db_get_i64(r, i, 5),
                            .state = state_of(db_get_span(r, i, 7)),
                            .issued = db_get_time(r, i, 8),
                            .called = db_get_time(r, i, 9),
                            .served = db_get_time(r, i, 10),
                            .calls = (int)db_get_i64(r, i, 11),
                            .minutes = -1};
    const struct ticket_waiting *w = hall_waiting_of(now, t.id);

    if (!db_is_null(r, i, 6))
        t.priority = arena_span(a, db_get_span(r, i, 6));
    if (w)
        hall_expect(now, w, &t.ahead, &t.minutes);
    return t;
}

void hall_rows_ask(struct pending *p, const struct hall_now *now, int64_t ticket, int counter,
                   int limit, void (*rows)(struct pending *p, const struct db_outcome *out))
{
    struct db_args *args = read_args(p, 5);

    p->rows = rows;
    db_i32(args, now->at.agency);
    db_day(args, now->day);
    if (ticket)
        db_i64(args, ticket);
    else
        db_null(args);
    if (counter)
        db_i32(args, counter);
    else
        db_null(args);
    db_i32(args, limit);
    pending_send(p, LANE_READ, "ticket_rows", args);
}

void hall_tell(struct pending *p, enum err e, const struct hall_told *t)
{
    store_hall *done = p->hall;
    void *owner = p->owner;

    /* what is told lies in the call's arena: told first, ended after */
    p->owner = NULL;
    p->hall = NULL;
    if (done)
        done(owner, e, t);
    pending_end(p);
}

void hall_changed(struct pending *p, struct hall_at at)
{
    store_publish(p->st, "ticket", at.agency,
                  arena_printf(p->own, "{\"hall\":\"%s\"}", at.hall->hall));
}

/* ---------------------------------------------------------------- one number */

struct issuing {
    struct ticket_issue i;
    struct hall_now now;
    int64_t appointment;
    instant slot; /* INSTANT_NONE: none */
    int64_t id;
    bool before;
};

static void issued_came(struct pending *p, const struct db_outcome *out)
{
    struct issuing *x = p->mine;
    struct ticket_told t;

    if (db_count(out->rows) != 1) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    t = hall_ticket(&x->now, out->rows, 0, p->own);
    t.before = x->before;
    hall_tell(p, ERR_OK, &(struct hall_told){.ticket = &t});
}

static void waits_came(struct pending *p, const struct db_outcome *out)
{
    struct issuing *x = p->mine;

    hall_now_read(&x->now, out->rows, p->own);
    hall_rows_ask(p, &x->now, x->id, 0, 1, issued_came);
}

static void outcome_came(struct pending *p, const struct db_outcome *out)
{
    static const enum err answers[] = {ERR_OK, ERR_OK, ERR_KEY_REUSED, ERR_CONFLICT,
                                       ERR_R_TOO_LATE};
    struct issuing *x = p->mine;
    int64_t outcome = db_get_i64(out->rows, 0, 0);
    enum err e = outcome >= 0 && outcome < 5 ? answers[outcome] : ERR_INTERNAL;

    if (e != ERR_OK) {
        pending_fail(p, e);
        return;
    }
    x->before = outcome == 1;
    x->id = db_get_i64(out->rows, 0, 1);
    if (!x->before)
        hall_changed(p, x->i.at);
    hall_now_ask(p, &x->now, x->i.at, waits_came);
}

static void offer_cards(struct db_args *args, const struct issuing *x, struct arena *a)
{
    const struct hall *h = x->i.at.hall;
    int32_t *card;
    size_t n;

    if (!h->card_first) {
        db_null(args);
        return;
    }
    card = ARENA_ARRAY(a, int32_t, HALL_CARDS_MAX + 1);
    n = cards_order(h->card_first, h->card_last, x->now.card_out, x->now.card_given, card);
    if (x->i.card) {
        card[0] = x->i.card;
        n = 1;
    }
    db_i32s(args, card, NULL, n < OFFERED ? n : OFFERED);
}

static void issue_send(struct pending *p, const struct db_outcome *out)
{
    struct issuing *x = p->mine;
    const struct hall_service *s = &x->i.at.hall->service[x->i.service];
    struct db_args *args = read_args(p, 13);
    instant since = x->now.now;

    hall_now_read(&x->now, out->rows, p->own);
    if (x->slot != INSTANT_NONE)
        since = appointment_since(x->i.at.hall, x->slot, x->now.now);
    db_text(args, x->i.key);
    db_bytes(args, x->i.body_hash, SHA256_BYTES);
    db_i32(args, x->i.at.agency);
    db_day(args, x->now.day);
    db_text(args, s->service);
    db_text(args, s->letter);
    db_text(args, x->i.priority);
    db_text(args, x->i.procedure);
    db_time(args, since);
    offer_cards(args, x, p->own);
    if (x->appointment)
        db_i64(args, x->appointment);
    else
        db_null(args);
    if (x->i.officer)
        db_i64(args, x->i.officer);
    else
        db_null(args);
    db_time(args, x->now.now);
    p->rows = outcome_came;
    pending_send(p, LANE_ACT, "ticket_issue", args);
}

/* Whoever has an appointment takes the number of its service on its day. */
static void appointment_came(struct pending *p, const struct db_outcome *out)
{
    struct issuing *x = p->mine;
    const struct db_rows *r = out->rows;
    dayno today = lminute_day(lminute_of(clock_now()));
    int service = db_count(r) == 1 && db_get_i64(r, 0, 1) == x->i.at.agency
                      ? hall_service(x->i.at.hall, db_get_span(r, 0, 2))
                      : -1;

    if (service < 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    x->appointment = db_get_i64(r, 0, 0);
    x->slot = db_get_time(r, 0, 4);
    x->i.service = service;
    if (!db_is_null(r, 0, 3))
        x->i.procedure = arena_span(p->own, db_get_span(r, 0, 3));
    if (lminute_day(lminute_of(x->slot)) != today || span_is(db_get_span(r, 0, 6), "cancelled"))
        pending_fail(p, ERR_R_TOO_LATE);
    else
        hall_now_ask(p, &x->now, x->i.at, issue_send);
}

void store_ticket_issue(struct store *st, const struct ticket_issue *i, store_hall *done,
                        void *owner)
{
    struct pending *p = pending_new(st, owner, issue_send);
    struct issuing *x = ARENA_NEW(p->own, struct issuing);

    *x = (struct issuing){.i = *i, .slot = INSTANT_NONE};
    p->mine = x;
    p->hall = done;
    if (i->code)
        appointment_ask(p, i->code, appointment_came);
    else if (i->booked)
        appointment_ask_id(p, i->booked, appointment_came);
    else
        hall_now_ask(p, &x->now, i->at, issue_send);
}

static void number_came(struct pending *p, const struct db_outcome *out)
{
    struct issuing *x = p->mine;

    hall_now_read(&x->now, out->rows, p->own);
    hall_rows_ask(p, &x->now, x->id, 0, 1, issued_came);
}

void store_ticket_get(struct store *st, struct hall_at at, int64_t ticket, store_hall *done,
                      void *owner)
{
    struct pending *p = pending_new(st, owner, number_came);
    struct issuing *x = ARENA_NEW(p->own, struct issuing);

    *x = (struct issuing){.id = ticket};
    p->mine = x;
    p->hall = done;
    hall_now_ask(p, &x->now, at, number_came);
}
