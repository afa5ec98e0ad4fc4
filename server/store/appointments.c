/* Appointments: free slots, booking, looking up and cancelling by code; how long people waited.
 * The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/halls_inside.h"

#define KEPT_US     (INT64_C(28) * 86400 * 1000000) /* names and phones after the visit */
#define FORGET_MOST 1000
#define LIST_MOST   2000 /* more than a hall can book in a day */
#define DAY_US      (INT64_C(86400) * 1000000)

void pending_quietly(struct pending *p, const struct db_outcome *out)
{
    (void)out;
    pending_end(p);
}

static void code_hash(const char *code, uint8_t out[SHA256_BYTES])
{
    struct sha256_stream *s = sha256_new();

    sha256_add(s, "appointment", 11);
    sha256_add(s, code, strlen(code));
    sha256_end(s, out);
}

static void send_by_code(struct pending *p, enum db_lane lane, const char *stmt, const char *code,
                         bool with_now)
{
    struct db_args *args = read_args(p, 2);
    uint8_t hash[SHA256_BYTES];

    code_hash(code, hash);
    db_bytes(args, hash, sizeof hash);
    if (with_now)
        db_time(args, clock_now());
    pending_send(p, lane, stmt, args);
}

void appointment_ask(struct pending *p, const char *code,
                     void (*rows)(struct pending *p, const struct db_outcome *out))
{
    p->rows = rows;
    send_by_code(p, LANE_READ, "appointment_get", code, false);
}

void appointment_ask_id(struct pending *p, int64_t id,
                        void (*rows)(struct pending *p, const struct db_outcome *out))
{
    struct db_args *args = read_args(p, 1);

    p->rows = rows;
    db_i64(args, id);
    pending_send(p, LANE_READ, "appointment_by_id", args);
}

/* ---------------------------------------------------------------- slots */

struct asking {
    struct hall_at at;
    int service;
    dayno day;
    struct appointment_new book;
    const char *code; /* what is asked or cancelled */
    bool before;
};

static void slots_came(struct pending *p, const struct db_outcome *out)
{
    const struct asking *x = p->mine;
    const struct hall *h = x->at.hall;
    const struct calendar *c = snapshot_calendar(p->st->snap, h->calendar);
    struct slot_told slot[HALL_SLOTS_MAX];
    int clock[HALL_SLOTS_MAX];
    instant now = clock_now();
    size_t n = c ? slots_of_day(h, c, x->day, clock) : 0, kept = 0;

    for (size_t i = 0; i < n; i++) {
        instant at = instant_of(day_start(x->day) + clock[i]);
        int booked = 0;

        for (int k = 0; k < db_count(out->rows); k++)
            if (db_get_time(out->rows, k, 0) == at)
                booked = (int)db_get_i64(out->rows, k, 1);
        if (slot_bookable(h, c, at, now))
            slot[kept++] = (struct slot_told){clock[i], booked < h->service[x->service].slots
                                                            ? h->service[x->service].slots - booked
                                                            : 0};
    }
    hall_tell(p, ERR_OK, &(struct hall_told){.slot = slot, .slots = kept});
}

void store_slots(struct store *st, struct hall_at at, int service, dayno day, store_hall *done,
                 void *owner)
{
    struct pending *p = pending_new(st, owner, slots_came);
    struct asking *x = ARENA_NEW(p->own, struct asking);
    struct db_args *args = read_args(p, 4);
    instant from = instant_of(day_start(day));

    *x = (struct asking){.at = at, .service = service, .day = day};
    p->mine = x;
    p->hall = done;
    db_i32(args, at.agency);
    db_text(args, at.hall->service[service].service);
    db_time(args, from);
    db_time(args, from + DAY_US);
    pending_send(p, LANE_READ, "appointment_slots", args);
}

/* ---------------------------------------------------------------- one appointment */

static void one_came(struct pending *p, const struct db_outcome *out)
{
    const struct asking *x = p->mine;
    const struct db_rows *r = out->rows;
    const struct agency *ag;
    struct appointment_seen a;
    struct hall_at at;

    if (db_count(r) != 1) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    a = (struct appointment_seen){.id = db_get_i64(r, 0, 0),
                                  .hall = (int)db_get_i64(r, 0, 1),
                                  .service = -1,
                                  .code = x->code,
                                  .slot = db_get_time(r, 0, 4),
                                  .minutes = (int)db_get_i64(r, 0, 5),
                                  .booked = db_get_time(r, 0, 7),
                                  .cancelled = span_is(db_get_span(r, 0, 6), "cancelled"),
                                  .arrived = span_is(db_get_span(r, 0, 6), "arrived"),
                                  .before = x->before};
    if (!db_is_null(r, 0, 3))
        a.procedure = arena_span(p->own, db_get_span(r, 0, 3));
    ag = agency_of(p->st->snap, a.hall);
    if (ag && store_hall_at(p->st->snap, span_of(ag->agency), &at))
        a.service = hall_service(at.hall, db_get_span(r, 0, 2));
    hall_tell(p, ERR_OK, &(struct hall_told){.appointment = &a});
}

static struct pending *asking_new(struct store *st, const char *code, store_hall *done, void *owner)
{
    struct pending *p = pending_new(st, owner, one_came);
    struct asking *x = ARENA_NEW(p->own, struct asking);

    *x = (struct asking){.code = arena_strdup(p->own, code)};
    p->mine = x;
    p->hall = done;
    return p;
}

void store_appointment_get(struct store *st, const char *code, store_hall *done, void *owner)
{
    appointment_ask(asking_new(st, code, done, owner), code, one_came);
}

static void cancelled(struct pending *p, const struct db_outcome *out)
{
    struct asking *x = p->mine;
    int64_t outcome = db_get_i64(out->rows, 0, 0);

    x->before = outcome == 1;
    if (outcome == 3)
        pending_fail(p, db_is_null(out->rows, 0, 1) ? ERR_NOT_FOUND : ERR_CONFLICT);
    else
        appointment_ask(p, x->code, one_came);
}

void store_appointment_cancel(struct store *st, const char *code, store_hall *done, void *owner)
{
    struct pending *p = asking_new(st, code, done, owner);

    p->rows = cancelled;
    send_by_code(p, LANE_ACT, "appointment_cancel", code, true);
}

static void booked(struct pending *p, const struct db_outcome *out)
{
    struct asking *x = p->mine;
    int64_t outcome = db_get_i64(out->rows, 0, 0);

    x->before = outcome == 1;
    if (outcome > 1)
        pending_fail(p, outcome == 3 ? ERR_CONFLICT : ERR_TOO_MANY);
    else
        appointment_ask(p, x->code, one_came);
}

void store_appointment_book(struct store *st, const struct appointment_new *n, store_hall *done,
                            void *owner)
{
    struct pending *p = asking_new(st, n->code, done, owner);
    const struct hall *h = n->at.hall;
    struct db_args *args = read_args(p, 13);
    instant day = instant_of(day_start(lminute_day(lminute_of(n->slot))));
    uint8_t hash[SHA256_BYTES];

    code_hash(n->code, hash);
    db_bytes(args, hash, sizeof hash);
    db_i32(args, n->at.agency);
    db_text(args, h->service[n->service].service);
    db_text(args, n->procedure);
    db_time(args, n->slot);
    db_i32(args, h->slot_minutes);
    db_i32(args, h->service[n->service].slots);
    db_text(args, n->name);
    db_text(args, n->phone);
    db_time(args, day);
    db_time(args, day + DAY_US);
    db_i32(args, h->per_phone);
    db_time(args, clock_now());
    p->rows = booked;
    pending_send(p, LANE_ACT, "appointment_book", args);
}

void store_appointments_forget(struct store *st)
{
    struct pending *p = pending_new(st, NULL, pending_quietly);
    struct db_args *args = read_args(p, 2);

    db_time(args, clock_now() - KEPT_US);
    db_i32(args, FORGET_MOST);
    pending_send(p, LANE_ACT, "appointment_forget", args);
}

/* ---------------------------------------------------------------- the list of a day */

struct day_list {
    struct hall_at at;
    enum lang lang;
    struct arena *arena;
};

static void entry_json(struct jw *w, const struct day_list *x, const struct db_rows *r, int i)
{
    const struct hall *h = x->at.hall;
    int s = hall_service(h, db_get_span(r, i, 1));
    char label[TICKET_LABEL_MAX];

    jw_open(w);
    jw_ki64(w, "appointment", db_get_i64(r, i, 0));
    jw_ktime(w, "slot", db_get_time(r, i, 3));
    jw_ki64(w, "minutes", db_get_i64(r, i, 4));
    jw_ktext(w, "service", db_get_span(r, i, 1));
    jw_kstr(w, "service_name", s >= 0 ? text2_in(h->service[s].name, x->lang) : NULL);
    jw_ktext(w, "procedure", db_get_span(r, i, 2));
    jw_ktext(w, "name", db_get_span(r, i, 5));
    jw_ktext(w, "phone", db_get_span(r, i, 6));
    jw_kbool(w, "arrived", span_is(db_get_span(r, i, 7), "arrived"));
    jw_key(w, "label");
    if (db_is_null(r, i, 8)) {
        jw_null(w);
    } else {
        ticket_label(arena_span(x->arena, db_get_span(r, i, 8)), db_get_i64(r, i, 9), label);
        jw_str(w, label);
    }
    jw_close(w);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct day_list *x = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_kstr(&w, "hall", x->at.hall->hall);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        entry_json(&w, x, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_appointments(struct store *st, struct hall_at at, instant from, instant to,
                        enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct day_list *x = ARENA_NEW(p->own, struct day_list);
    struct db_args *args = read_args(p, 4);

    *x = (struct day_list){at, lang, p->own};
    p->mine = x;
    p->json = done;
    db_i32(args, at.agency);
    db_time(args, from);
    db_time(args, to);
    db_i32(args, LIST_MOST);
    pending_send(p, LANE_READ, "appointment_list", args);
}

/* ---------------------------------------------------------------- how long people waited */

struct figures {
    struct hall_at at;
    instant from, to;
    enum lang lang;
};

static void jw_knumber(struct jw *w, const char *key, const struct db_rows *r, int i, int col)
{
    jw_key(w, key);
    if (db_is_null(r, i, col))
        jw_null(w);
    else
        jw_i64(w, db_get_i64(r, i, col));
}

static void figure_json(struct jw *w, const struct figures *f, const struct db_rows *r, int i)
{
    const struct hall *h = f->at.hall;
    int s = hall_service(h, db_get_span(r, i, 0));

    jw_open(w);
    jw_ktext(w, "service", db_get_span(r, i, 0));
    jw_key(w, "name");
    jw_str(w, s >= 0 ? text2_in(h->service[s].name, f->lang) : NULL);
    jw_knumber(w, "hour", r, i, 1);
    jw_ki64(w, "tickets", db_get_i64(r, i, 2));
    jw_ki64(w, "called", db_get_i64(r, i, 3));
    jw_ki64(w, "served", db_get_i64(r, i, 4));
    jw_ki64(w, "absent", db_get_i64(r, i, 5));
    jw_ki64(w, "cancelled", db_get_i64(r, i, 6));
    jw_knumber(w, "wait_median", r, i, 7);
    jw_knumber(w, "wait_p90", r, i, 8);
    jw_knumber(w, "service_median", r, i, 9);
    jw_knumber(w, "service_p90", r, i, 10);
    jw_ki64(w, "dossiers", db_get_i64(r, i, 11));
    jw_close(w);
}

static void figures_came(struct pending *p, const struct db_outcome *out)
{
    const struct figures *f = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_kstr(&w, "hall", f->at.hall->hall);
    jw_ktime(&w, "from", f->from);
    jw_ktime(&w, "to", f->to);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        figure_json(&w, f, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_waiting_figures(struct store *st, struct hall_at at, instant from, instant to,
                           enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, figures_came);
    struct figures *f = ARENA_NEW(p->own, struct figures);
    struct db_args *args = read_args(p, 3);

    *f = (struct figures){at, from, to, lang};
    p->mine = f;
    p->json = done;
    db_i32(args, at.agency);
    db_day(args, lminute_day(lminute_of(from)));
    db_day(args, lminute_day(lminute_of(to)));
    pending_send(p, LANE_REPORT, "figures_waiting", args);
}
