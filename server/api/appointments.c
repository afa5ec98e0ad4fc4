/* Appointments over the API: free slots, booking and cancelling without an account.  The pages are
 * in booking.c.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/page.h"
#include "server/store/dossier_json.h"

#include "common/base/digest.h"

#define BODY_MAX ((size_t)4 * 1024)

struct book_in {
    const char *hall, *service, *procedure, *slot, *name, *phone, *key;
};
struct cancel_in {
    const char *code;
};

static const struct bind_key book_keys[] = {
    BIND(struct book_in, WORD, hall, 0, 1, 64, "sảnh tiếp nhận; bỏ trống khi chỉ có một",
         "reception hall; left out when there is only one"),
    BIND(struct book_in, WORD, service, 0, 1, 64, "dịch vụ", "service"),
    BIND(struct book_in, WORD, procedure, 0, 1, 40, "hoặc mã thủ tục",
         "or the code of a procedure"),
    BIND(struct book_in, WORD, slot, BIND_REQUIRED, 10, 40, "khung giờ, 2026-03-02T08:00:00+07:00",
         "slot, 2026-03-02T08:00:00+07:00"),
    BIND(struct book_in, TEXT, name, 0, 1, 100, "họ tên", "name"),
    BIND(struct book_in, TEXT, phone, BIND_REQUIRED, 8, 20, "số điện thoại", "phone"),
    BIND(struct book_in, WORD, key, BIND_REQUIRED, 8, 128,
         "khóa chống lặp, ngẫu nhiên: gửi lại cùng khóa được cùng lịch hẹn",
         "random key: the same again gives the same appointment"),
};
static const struct bind_shape book_shape =
    BIND_SHAPE("BookAppointment", struct book_in, book_keys);
static const struct bind_key cancel_keys[] = {
    BIND(struct cancel_in, WORD, code, BIND_REQUIRED, 8, 12, "mã lịch hẹn",
         "code of the appointment"),
};
static const struct bind_shape cancel_shape =
    BIND_SHAPE("CancelAppointment", struct cancel_in, cancel_keys);

/* ---------------------------------------------------------------- shared with the pages */

const char *code_words(struct req *rq, const char *code)
{
    return arena_printf(rq->arena, "%.4s-%.4s", code, code + 4);
}

void code_of_key(const struct req *rq, const char *key, char out[APPOINTMENT_CODE + 1])
{
    struct sha256_stream *s = sha256_new();
    uint8_t digest[SHA256_BYTES];

    sha256_add(s, "appointment", 11);
    sha256_add(s, rq->api->conf->salt, SHA256_BYTES);
    sha256_add(s, key, strlen(key));
    sha256_end(s, digest);
    appointment_code(digest, out);
}

bool booking_allowed(struct req *rq)
{
    int64_t wait;

    if (limits_take_peer(rq->api->conf->limits, LIMIT_BOOK, http_peer(rq->http), NULL,
                         clock_mono_us(), &wait))
        return true;
    reply_wait_why(rq, ERR_TOO_MANY, wait, "Đã đặt lịch quá nhiều lần từ địa chỉ này.",
                   "There were too many bookings from this address.");
    return false;
}

bool code_allowed(struct req *rq)
{
    struct limits *l = rq->api->conf->limits;
    const char *peer = http_peer(rq->http);
    int64_t wait;

    if (limits_take_peer(l, LIMIT_TRACK, peer, NULL, clock_mono_us(), &wait) &&
        limits_room_peer(l, LIMIT_SECRET, peer, "appointment", clock_mono_us(), &wait))
        return true;
    reply_wait_why(rq, ERR_TOO_MANY, wait, "Đã nhập sai mã quá nhiều lần từ địa chỉ này.",
                   "There were too many wrong codes from this address.");
    return false;
}

void code_was_wrong(struct req *rq)
{
    int64_t wait;

    (void)limits_take_peer(rq->api->conf->limits, LIMIT_SECRET, http_peer(rq->http), "appointment",
                           clock_mono_us(), &wait);
}

/* ---------------------------------------------------------------- slots */

struct slots_asked {
    struct hall_at at;
    int service;
    dayno day;
};

static void slots_came(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    const struct slots_asked *x;
    char day[16];
    struct buf *b;
    struct jw w;

    if (!req_came(rq, e))
        return;
    x = rq->mine;
    b = reply_buf(rq);
    w = jw_to(b);
    day_iso(x->day, day);
    jw_open(&w);
    jw_kstr(&w, "hall", x->at.hall->hall);
    jw_kstr(&w, "service", x->at.hall->service[x->service].service);
    jw_kstr(&w, "day", day);
    jw_ki64(&w, "minutes", x->at.hall->slot_minutes);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < t->slots; i++) {
        jw_open(&w);
        jw_ktime(&w, "slot", instant_of(day_start(x->day) + t->slot[i].clock));
        jw_ki64(&w, "left", t->slot[i].left);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void slots(struct req *rq)
{
    struct slots_asked *x = ARENA_NEW(rq->arena, struct slots_asked);
    struct span service = req_query(rq, "service"), procedure = req_query(rq, "procedure");
    instant day;

    x->day = lminute_day(lminute_of(clock_now()));
    if (!query_day(rq, "day", x->day, &day))
        return;
    x->day = lminute_day(lminute_of(day));
    if (!hall_of_query(rq, req_query(rq, "hall"), &x->at)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    x->service = procedure.p
                     ? hall_service_of_procedure(rq, x->at.hall, arena_span(rq->arena, procedure))
                     : hall_service(x->at.hall, service);
    if (x->service < 0 || x->at.hall->service[x->service].slots == 0) {
        reply_detail(rq, ERR_NOT_FOUND, "Dịch vụ này không nhận đặt lịch hẹn.",
                     "This service takes no appointments.");
        return;
    }
    rq->mine = x;
    rq->wait = WAIT_STORE;
    store_slots(rq->api->store, x->at, x->service, x->day, slots_came, rq);
}

/* ---------------------------------------------------------------- booking */

static void appointment_json(struct req *rq, int status, const struct appointment_seen *a)
{
    const struct snapshot *s = req_snapshot(rq);
    int i = organisation_of_id(s->org, a->hall);
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);
    struct hall_at at = {0};

    if (i >= 0)
        (void)store_hall_at(s, span_of(s->org->agency[i].agency), &at);
    jw_open(&w);
    jw_kstr(&w, "code", code_words(rq, a->code));
    jw_kstr(&w, "hall", at.hall ? at.hall->hall : NULL);
    jw_kstr(&w, "name", at.hall ? hall_name(rq, at) : NULL);
    jw_kstr(&w, "address", at.hall ? text2_in(at.hall->address, rq->lang) : NULL);
    jw_kstr(&w, "service",
            at.hall && a->service >= 0 ? at.hall->service[a->service].service : NULL);
    jw_kstr(&w, "procedure", a->procedure);
    jw_ktime(&w, "slot", a->slot);
    jw_ki64(&w, "minutes", a->minutes);
    jw_kbool(&w, "cancelled", a->cancelled);
    jw_kbool(&w, "arrived", a->arrived);
    jw_close(&w);
    reply_json(rq, status, (struct span){b->p, b->n}, -1);
}

static void booked(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Khung giờ này vừa hết chỗ.", "This slot has just been taken.");
    else if (e == ERR_TOO_MANY)
        reply_detail(rq, ERR_CONFLICT, "Số điện thoại này đã đặt đủ số lịch hẹn trong ngày.",
                     "This phone has all the appointments of that day it may have.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        appointment_json(rq, 201, t->appointment);
}

static bool book_read(struct req *rq, const struct book_in *in, struct appointment_new *n)
{
    const struct snapshot *s = req_snapshot(rq);
    char phone[PHONE_MAX + 1];

    if (!hall_of_query(rq, in->hall ? span_of(in->hall) : SPAN_NONE, &n->at)) {
        violation_add_text(&rq->bad, "/hall", "unknown",
                           (struct text2){"không có sảnh này", "there is no such hall"});
        return false;
    }
    n->service = in->procedure ? hall_service_of_procedure(rq, n->at.hall, in->procedure)
                               : hall_service(n->at.hall, span_of(in->service));
    if (n->service < 0 || n->at.hall->service[n->service].slots == 0)
        violation_add_text(&rq->bad, in->procedure ? "/procedure" : "/service", "unknown",
                           (struct text2){"không nhận đặt lịch hẹn", "takes no appointments"});
    if (!instant_parse(span_of(in->slot), &n->slot) ||
        !slot_bookable(n->at.hall, snapshot_calendar(s, n->at.hall->calendar), n->slot,
                       clock_now()))
        violation_add_text(
            &rq->bad, "/slot", "unknown",
            (struct text2){"không phải khung giờ còn đặt được", "is no slot that may be booked"});
    if (!phone_read(span_of(in->phone), phone))
        violation_add_text(&rq->bad, "/phone", "format",
                           (struct text2){"không phải số điện thoại", "is no phone number"});
    n->phone = arena_strdup(rq->arena, phone);
    n->procedure = in->procedure;
    n->name = in->name;
    return rq->bad.n == 0;
}

static void book(struct req *rq)
{
    const struct book_in *in = rq->body;
    struct appointment_new n = {0};
    char code[APPOINTMENT_CODE + 1];

    if (!book_read(rq, in, &n)) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    if (!booking_allowed(rq))
        return;
    code_of_key(rq, in->key, code);
    n.code = arena_strdup(rq->arena, code);
    rq->wait = WAIT_HELD;
    store_appointment_book(rq->api->store, &n, booked, rq);
}

static void cancelled(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e == ERR_NOT_FOUND)
        code_was_wrong(rq);
    if (e != ERR_OK)
        reply_problem(rq, e);
    else
        appointment_json(rq, 200, t->appointment);
}

static void cancel(struct req *rq)
{
    const struct cancel_in *in = rq->body;
    char code[APPOINTMENT_CODE + 1];

    if (!code_allowed(rq))
        return;
    if (!appointment_code_read(span_of(in->code), code)) {
        code_was_wrong(rq);
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    rq->wait = WAIT_HELD;
    store_appointment_cancel(rq->api->store, arena_strdup(rq->arena, code), cancelled, rq);
}

/* ---------------------------------------------------------------- for the desk */

static void list(struct req *rq)
{
    struct span key = req_query(rq, "hall");
    struct hall_at at;
    instant day;

    if (!query_day(rq, "day", lminute_day(lminute_of(clock_now())), &day) ||
        !hall_of_officer(rq, key.p ? arena_span(rq->arena, key) : NULL, &at))
        return;
    rq->wait = WAIT_STORE;
    store_appointments(rq->api->store, at, day,
                       instant_of(day_start(lminute_day(lminute_of(day)) + 1)), rq->lang, json_came,
                       rq);
}

/* ---------------------------------------------------------------- tables */

static const struct answer_key slot_keys[] = {
    A_TIME("slot", 0, "khung giờ", "slot"),
    A_INT("left", 0, "số chỗ còn", "places left"),
};
static const struct answer_shape slot_shape = A_SHAPE("Slot", slot_keys);
static const struct answer_key slots_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_WORD("service", 0, "dịch vụ", "service"),
    A_DATE("day", 0, "ngày", "day"),
    A_INT("minutes", 0, "phút mỗi khung giờ", "minutes of a slot"),
    A_LIST("items", 0, &slot_shape, "khung giờ", "slots"),
};
static const struct answer_shape slots_shape = A_SHAPE("Slots", slots_keys);
static const struct answer_key appointment_keys[] = {
    A_WORD("code", 0, "mã lịch hẹn", "code of the appointment"),
    A_WORD("hall", ANSWER_NULL, "sảnh", "hall"),
    A_TEXT("name", ANSWER_NULL, "tên sảnh", "name of the hall"),
    A_TEXT("address", ANSWER_NULL, "địa chỉ", "address"),
    A_WORD("service", ANSWER_NULL, "dịch vụ", "service"),
    A_WORD("procedure", ANSWER_NULL, "thủ tục", "procedure"),
    A_TIME("slot", 0, "khung giờ", "slot"),
    A_INT("minutes", 0, "phút", "minutes"),
    A_BOOL("cancelled", 0, "đã hủy", "cancelled"),
    A_BOOL("arrived", 0, "đã đến", "has come"),
};
static const struct answer_shape appointment_shape = A_SHAPE("Appointment", appointment_keys);

static const struct answer_key entry_keys[] = {
    A_INT("appointment", 0, "số của lịch hẹn", "number of the appointment"),
    A_TIME("slot", 0, "khung giờ", "slot"),
    A_INT("minutes", 0, "phút", "minutes"),
    A_WORD("service", 0, "dịch vụ", "service"),
    A_TEXT("service_name", ANSWER_NULL, "tên dịch vụ", "its name"),
    A_WORD("procedure", ANSWER_NULL, "thủ tục", "procedure"),
    A_TEXT("name", ANSWER_NULL, "họ tên; null: không cho, hoặc đã xóa",
           "name; null: not given, or forgotten"),
    A_TEXT("phone", ANSWER_NULL, "điện thoại", "phone"),
    A_BOOL("arrived", 0, "đã đến", "has come"),
    A_WORD("label", ANSWER_NULL, "số thứ tự đã lấy", "number that was taken"),
};
static const struct answer_shape entry_shape = A_SHAPE("BookedVisit", entry_keys);
static const struct answer_key list_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_LIST("items", 0, &entry_shape, "lịch hẹn theo khung giờ", "appointments by slot"),
};
static const struct answer_shape list_shape = A_SHAPE("BookedVisits", list_keys);

static const struct route_param list_params[] = {
    {"hall", {"sảnh tiếp nhận; mặc định của người hỏi", "hall; default: the asker's own"}},
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {NULL, {NULL, NULL}}};
static const struct route_param slots_params[] = {
    {"hall", {"sảnh tiếp nhận; bỏ trống khi chỉ có một", "hall; left out when there is one"}},
    {"service", {"dịch vụ", "service"}},
    {"procedure", {"hoặc mã thủ tục", "or the code of a procedure"}},
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {NULL, {NULL, NULL}}};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/appointments/slots",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = slots,
     .query = slots_params,
     .answer = &slots_shape,
     .summary = {"Khung giờ còn chỗ", "Free slots"}},
    {.method = HTTP_GET,
     .pattern = "/v1/appointments",
     .permission = PERM_TICKETS,
     .lane = LANE_READ,
     .handle = list,
     .query = list_params,
     .answer = &list_shape,
     .summary = {"Lịch hẹn trong ngày của sảnh", "Appointments of a day in the hall"}},
    {.method = HTTP_POST,
     .pattern = "/v1/appointments",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = book,
     .body = &book_shape,
     .body_max = BODY_MAX,
     .answer = &appointment_shape,
     .status = 201,
     .summary = {"Đặt lịch hẹn", "Book an appointment"}},
    {.method = HTTP_POST,
     .pattern = "/v1/appointments/cancel",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = cancel,
     .body = &cancel_shape,
     .body_max = BODY_MAX,
     .answer = &appointment_shape,
     .summary = {"Hủy lịch hẹn", "Cancel an appointment"}},
};
ROUTE_TABLE(routes_appointments, rows);
