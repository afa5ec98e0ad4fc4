/* Queue tickets: issued at the desk, called to counters, shown on the board.  Who is next is
 * decided in common/ticket/queue.c.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/page.h"
#include "server/store/dossier_json.h"

#define BODY_MAX ((size_t)4 * 1024)

struct issue_in {
    const char *hall, *service, *procedure, *appointment, *priority;
    int64_t booked;
    int card;
};
struct turn_in {
    const char *hall;
    int counter;
};

#define HALL(T)                                                                                    \
    BIND(T, WORD, hall, 0, 1, 64, "sảnh tiếp nhận; mặc định của người thực hiện",                  \
         "hall; default: the actor's own")
static const struct bind_key issue_keys[] = {
    HALL(struct issue_in),
    BIND(struct issue_in, WORD, service, 0, 1, 64, "dịch vụ", "service"),
    BIND(struct issue_in, WORD, procedure, 0, 1, 40, "hoặc mã thủ tục",
         "or the code of a procedure"),
    BIND(struct issue_in, WORD, appointment, 0, 8, 12, "hoặc mã lịch hẹn",
         "or the code of an appointment"),
    BIND(struct issue_in, I64, booked, 0, 1, INT64_MAX, "hoặc số của lịch hẹn trong danh sách",
         "or the number of an appointment in the list"),
    BIND(struct issue_in, WORD, priority, 0, 1, 64, "nhóm được ưu tiên", "group that goes first"),
    BIND(struct issue_in, INT, card, 0, 1, 9999, "thẻ số đã trao", "card that was handed out"),
};
static const struct bind_shape issue_shape = BIND_SHAPE("IssueTicket", struct issue_in, issue_keys);
static const struct bind_key turn_keys[] = {
    HALL(struct turn_in),
    BIND(struct turn_in, INT, counter, BIND_REQUIRED, 1, HALL_COUNTER_MAX, "quầy", "counter"),
};
static const struct bind_shape turn_shape = BIND_SHAPE("CounterTurn", struct turn_in, turn_keys);

/* ---------------------------------------------------------------- what is told */

const char *ticket_name(const struct req *rq, const struct ticket_told *t)
{
    char label[TICKET_LABEL_MAX];

    if (t->card)
        return arena_printf(rq->arena, "%s %d", say(rq, "Thẻ", "Card"), t->card);
    ticket_label(t->letter, t->number, label);
    return arena_strdup(rq->arena, label);
}

static void jw_some(struct jw *w, const char *key, int v, int none)
{
    jw_key(w, key);
    if (v == none)
        jw_null(w);
    else
        jw_i64(w, v);
}

static void label_json(struct jw *w, const struct req *rq, struct hall_at at,
                       const struct ticket_told *t)
{
    char label[TICKET_LABEL_MAX];

    ticket_label(t->letter, t->number, label);
    jw_ki64(w, "ticket", t->id);
    jw_kstr(w, "label", label);
    jw_some(w, "card", t->card, 0);
    jw_kstr(w, "service", t->service >= 0 ? at.hall->service[t->service].service : NULL);
    jw_kstr(w, "name",
            t->service >= 0 ? text2_in(at.hall->service[t->service].name, rq->lang) : NULL);
}

static void called_json(struct jw *w, const struct ticket_told *t)
{
    jw_kstr(w, "state", TICKET_STATE_WORDS[t->state]);
    jw_some(w, "counter", t->counter, 0);
    jw_ktime(w, "called", t->called);
    jw_ki64(w, "calls", t->calls);
}

void ticket_json(struct jw *w, const struct req *rq, struct hall_at at, const struct ticket_told *t)
{
    bool waits = t->state == TICKET_WAITING;

    jw_open(w);
    label_json(w, rq, at, t);
    called_json(w, t);
    jw_kstr(w, "hall", at.hall->hall);
    jw_kstr(w, "priority", t->priority);
    jw_ktime(w, "issued", t->issued);
    jw_ktime(w, "served", t->served);
    jw_some(w, "ahead", waits ? t->ahead : -1, -1);
    jw_some(w, "minutes", waits ? t->minutes : -1, -1);
    jw_close(w);
}

static void strip_json(struct req *rq, struct hall_at at, const struct strip_told *s)
{
    struct http_header again = {SPAN_LIT("Idempotent-Replayed"), SPAN_LIT("true")};
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_kstr(&w, "hall", at.hall->hall);
    jw_ki64(&w, "counter", s->counter);
    jw_key(&w, "current");
    if (s->current)
        ticket_json(&w, rq, at, s->current);
    else
        jw_null(&w);
    jw_ki64(&w, "waiting", s->waiting);
    jw_some(&w, "minutes", s->minutes, -1);
    jw_close(&w);
    reply_body(rq, 200, "application/json", (struct span){b->p, b->n}, &again, s->before ? 1 : 0);
}

static void board_json(struct req *rq, struct hall_at at, const struct board_told *t)
{
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_kstr(&w, "hall", at.hall->hall);
    jw_kstr(&w, "name", hall_name(rq, at));
    jw_ktime(&w, "time", clock_now());
    jw_ki64(&w, "waiting", t->waiting);
    jw_key(&w, "called");
    jw_list(&w);
    for (size_t i = 0; i < t->calleds; i++) {
        jw_open(&w);
        label_json(&w, rq, at, &t->called[i]);
        called_json(&w, &t->called[i]);
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "next");
    jw_list(&w);
    for (size_t i = 0; i < t->nexts; i++) {
        jw_open(&w);
        label_json(&w, rq, at, &t->next[i]);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void told(void *owner, enum err e, const struct hall_told *t)
{
    struct http_header again = {SPAN_LIT("Idempotent-Replayed"), SPAN_LIT("true")};
    struct req *rq = owner;
    const struct hall_at *at;
    struct buf *b;
    struct jw w;

    if (!req_back(rq))
        return;
    at = rq->mine;
    if (e == ERR_OK && t->strip) {
        strip_json(rq, *at, t->strip);
    } else if (e == ERR_OK && t->board) {
        board_json(rq, *at, t->board);
    } else if (e == ERR_OK) {
        b = reply_buf(rq);
        w = jw_to(b);
        ticket_json(&w, rq, *at, t->ticket);
        reply_body(rq, 201, "application/json", (struct span){b->p, b->n}, &again,
                   t->ticket->before ? 1 : 0);
    } else if (e == ERR_CONFLICT && t && t->ticket) {
        const char *name = ticket_name(rq, t->ticket);

        reply_detail(rq, e, arena_printf(rq->arena, "%s đang ở quầy %d.", name, t->ticket->counter),
                     arena_printf(rq->arena, "%s is at counter %d.", name, t->ticket->counter));
    } else if (e == ERR_CONFLICT && t && t->strip && t->strip->current) {
        const char *name = ticket_name(rq, t->strip->current);

        reply_detail(rq, e, arena_printf(rq->arena, "Quầy %d đang có %s.", t->strip->counter, name),
                     arena_printf(rq->arena, "Counter %d has %s.", t->strip->counter, name));
    } else if (e == ERR_CONFLICT && t) {
        reply_detail(rq, e, "Phiếu số không ở trạng thái cho phép việc này.",
                     "The ticket is not in a state that allows this.");
    } else if (e == ERR_CONFLICT) {
        reply_detail(rq, e, "Không còn thẻ số nào ở bàn hướng dẫn.", "No card is at the desk.");
    } else {
        reply_problem(rq, e);
    }
}

/* ---------------------------------------------------------------- issuing */

static int service_asked(struct req *rq, const struct hall *h, const struct issue_in *in)
{
    int given = (in->service != NULL) + (in->procedure != NULL) + (in->appointment != NULL) +
                (in->booked != 0);
    int s = 0;

    if (given != 1) {
        violation_add_text(
            &rq->bad, "", "missing",
            (struct text2){"cần đúng một trong: service, procedure, appointment, booked",
                           "exactly one of service, procedure, appointment, booked"});
        return -1;
    }
    if (in->service && (s = hall_service(h, span_of(in->service))) < 0)
        violation_add(&rq->bad, "/service", "unknown", "không có dịch vụ “%s”",
                      "there is no service “%s”", in->service);
    if (in->procedure && (s = hall_service_of_procedure(rq, h, in->procedure)) < 0)
        violation_add(&rq->bad, "/procedure", "unknown", "sảnh này không nhận thủ tục “%s”",
                      "this hall does not take procedure “%s”", in->procedure);
    return s;
}

static void check_card(struct req *rq, const struct hall *h, int card)
{
    if (card && (!h->card_first || card < h->card_first || card > h->card_last))
        violation_add(&rq->bad, "/card", "unknown", "sảnh này không có thẻ số %d",
                      "this hall has no card %d", card);
}

static void issue(struct req *rq)
{
    const struct issue_in *in = rq->body;
    struct hall_at *at = ARENA_NEW(rq->arena, struct hall_at);
    char code[APPOINTMENT_CODE + 1];
    struct ticket_issue i;
    const char *closed;

    if (!hall_of_officer(rq, in->hall, at))
        return;
    if ((closed = hall_closed(rq, *at))) {
        reply_detail(rq, ERR_CLOSED, closed, closed);
        return;
    }
    i = (struct ticket_issue){.at = *at,
                              .key = rq->key,
                              .service = service_asked(rq, at->hall, in),
                              .priority = in->priority,
                              .procedure = in->procedure,
                              .card = in->card,
                              .booked = in->booked,
                              .officer = rq->user.user};
    memcpy(i.body_hash, rq->body_hash, sizeof i.body_hash);
    check_card(rq, at->hall, in->card);
    if (in->priority && !hall_priority(at->hall, span_of(in->priority)))
        violation_add(&rq->bad, "/priority", "unknown", "không có nhóm ưu tiên “%s”",
                      "there is no such group: “%s”", in->priority);
    if (in->appointment && !appointment_code_read(span_of(in->appointment), code))
        violation_add(&rq->bad, "/appointment", "format", "không phải mã lịch hẹn",
                      "is no code of an appointment");
    if (rq->bad.n) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    i.code = in->appointment ? arena_strdup(rq->arena, code) : NULL;
    rq->mine = at;
    rq->wait = WAIT_HELD;
    store_ticket_issue(rq->api->store, &i, told, rq);
}

/* ---------------------------------------------------------------- counters */

static bool counter_of(struct req *rq, const char *key, int64_t counter, struct hall_at *ret)
{
    if (!hall_of_officer(rq, key, ret))
        return false;
    if (hall_counter(ret->hall, counter))
        return true;
    reply_detail(rq, ERR_NOT_FOUND, "Sảnh này không có quầy này.",
                 "This hall has no such counter.");
    return false;
}

static void turn(struct req *rq, enum ticket_act act)
{
    const struct turn_in *in = rq->body;
    struct hall_at *at = ARENA_NEW(rq->arena, struct hall_at);
    struct ticket_turn t = {.key = rq->key, .act = act, .officer = rq->user.user};

    if (!counter_of(rq, in->hall, in->counter, at))
        return;
    if (act != TICKET_CALL && !req_id(rq, &t.ticket))
        return;
    memcpy(t.body_hash, rq->body_hash, sizeof t.body_hash);
    t.at = *at;
    t.counter = in->counter;
    rq->mine = at;
    rq->wait = WAIT_HELD;
    store_ticket_turn(rq->api->store, &t, told, rq);
}

static void call(struct req *rq)
{
    turn(rq, TICKET_CALL);
}

static void recall(struct req *rq)
{
    turn(rq, TICKET_RECALL);
}

static void absent(struct req *rq)
{
    turn(rq, TICKET_MISS);
}

static void serve(struct req *rq)
{
    turn(rq, TICKET_SERVE);
}

static void finish(struct req *rq)
{
    turn(rq, TICKET_FINISH);
}

static void cancel(struct req *rq)
{
    turn(rq, TICKET_CANCEL);
}

static void strip(struct req *rq)
{
    struct span key = req_query(rq, "hall");
    struct hall_at *at = ARENA_NEW(rq->arena, struct hall_at);
    int64_t counter;

    if (!req_query_i64(rq, "counter", 1, HALL_COUNTER_MAX, 0, &counter) ||
        !counter_of(rq, key.p ? arena_span(rq->arena, key) : NULL, counter, at))
        return;
    rq->mine = at;
    rq->wait = WAIT_STORE;
    store_ticket_strip(rq->api->store, *at, (int)counter, told, rq);
}

/* ---------------------------------------------------------------- for everybody */

static void board(struct req *rq)
{
    struct hall_at *at = ARENA_NEW(rq->arena, struct hall_at);

    if (!hall_of_query(rq, req_query(rq, "hall"), at)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    rq->mine = at;
    rq->wait = WAIT_STORE;
    store_ticket_board(rq->api->store, *at, told, rq);
}

/* ---------------------------------------------------------------- tables */

#define LABEL_KEYS                                                                                 \
    A_INT("ticket", 0, "số của phiếu trong hệ thống", "number of the ticket in the system"),       \
        A_WORD("label", 0, "số thứ tự, A-042", "what is called: A-042"),                           \
        A_INT("card", ANSWER_NULL, "thẻ số dùng lại", "reusable card"),                            \
        A_WORD("service", ANSWER_NULL, "dịch vụ", "service"),                                      \
        A_TEXT("name", ANSWER_NULL, "tên dịch vụ", "name of the service")
#define CALLED_KEYS                                                                                \
    A_ENUM("state", 0, TICKET_STATE_WORDS, "trạng thái", "state"),                                 \
        A_INT("counter", ANSWER_NULL, "quầy", "counter"),                                          \
        A_TIME("called", ANSWER_NULL, "gọi gần nhất lúc", "called last at"),                       \
        A_INT("calls", 0, "số lần gọi", "times called")
static const struct answer_key ticket_keys[] = {
    LABEL_KEYS,
    CALLED_KEYS,
    A_WORD("hall", 0, "sảnh", "hall"),
    A_WORD("priority", ANSWER_NULL, "nhóm ưu tiên", "group that goes first"),
    A_TIME("issued", 0, "lấy số lúc", "issued at"),
    A_TIME("served", ANSWER_NULL, "bắt đầu phục vụ lúc", "served from"),
    A_INT("ahead", ANSWER_NULL, "số người được gọi trước; null: không còn chờ",
          "how many are called before; null: waits no more"),
    A_INT("minutes", ANSWER_NULL, "phút chờ ước tính", "minutes of waiting, estimated"),
};
static const struct answer_shape ticket_shape = A_SHAPE("Ticket", ticket_keys);
static const struct answer_key strip_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_INT("counter", 0, "quầy", "counter"),
    A_OBJECT("current", ANSWER_NULL, &ticket_shape, "phiếu đang gọi, đang phục vụ",
             "ticket that is called or served"),
    A_INT("waiting", 0, "số người quầy này có thể gọi", "how many this counter may call"),
    A_INT("minutes", ANSWER_NULL, "phút đến lượt người cuối, ước tính",
          "minutes until the last of them is called, estimated"),
};
static const struct answer_shape strip_shape = A_SHAPE("CounterStrip", strip_keys);
static const struct answer_key called_keys[] = {LABEL_KEYS, CALLED_KEYS};
static const struct answer_shape called_shape = A_SHAPE("CalledTicket", called_keys);
static const struct answer_key next_keys[] = {LABEL_KEYS};
static const struct answer_shape next_shape = A_SHAPE("NextTicket", next_keys);
static const struct answer_key board_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_TEXT("name", 0, "tên", "name"),
    A_TIME("time", 0, "lúc này", "now"),
    A_INT("waiting", 0, "số người chờ", "how many wait"),
    A_LIST("called", 0, &called_shape, "đã gọi, mới nhất trước", "called, the latest first"),
    A_LIST("next", 0, &next_shape, "sắp gọi", "next ones"),
};
static const struct answer_shape board_shape = A_SHAPE("CallingBoard", board_keys);
#define HALL_PARAM                                                                                 \
    {                                                                                              \
        "hall",                                                                                    \
        {                                                                                          \
            "sảnh tiếp nhận", "reception hall"                                                     \
        }                                                                                          \
    }
static const struct route_param board_params[] = {HALL_PARAM, {NULL, {NULL, NULL}}};
static const struct route_param strip_params[] = {
    {"counter", {"quầy", "counter"}}, HALL_PARAM, {NULL, {NULL, NULL}}};

#define TURN(path, fn, vi, en)                                                                     \
    {                                                                                              \
        .method = HTTP_POST, .pattern = (path), .permission = PERM_COUNTER, .flags = ROUTE_KEY,    \
        .lane = LANE_ACT, .handle = (fn), .body = &turn_shape, .body_max = BODY_MAX,               \
        .answer = &strip_shape, .summary = {                                                       \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/tickets",
     .permission = PERM_TICKETS,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = issue,
     .body = &issue_shape,
     .body_max = BODY_MAX,
     .answer = &ticket_shape,
     .status = 201,
     .summary = {"Phát phiếu số", "Issue a queue ticket"}},
    TURN("/v1/tickets/call", call, "Gọi số tiếp theo đến quầy", "Call the next to a counter"),
    TURN("/v1/tickets/{ticket}/recall", recall, "Gọi lại", "Call once more"),
    TURN("/v1/tickets/{ticket}/absent", absent, "Gọi không có mặt", "Not there when called"),
    TURN("/v1/tickets/{ticket}/serve", serve, "Bắt đầu phục vụ", "Begin to serve"),
    TURN("/v1/tickets/{ticket}/finish", finish, "Phục vụ xong", "Served"),
    TURN("/v1/tickets/{ticket}/cancel", cancel, "Bỏ phiếu số", "Cancel a ticket"),
    {.method = HTTP_GET,
     .pattern = "/v1/tickets/strip",
     .permission = PERM_COUNTER,
     .lane = LANE_READ,
     .handle = strip,
     .query = strip_params,
     .answer = &strip_shape,
     .summary = {"Quầy: số đang gọi, số người chờ, thời gian ước tính",
                 "A counter: current number, how many wait, estimate"}},
    {.method = HTTP_GET,
     .pattern = "/v1/tickets/board",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = board,
     .query = board_params,
     .answer = &board_shape,
     .summary = {"Bảng gọi số", "Calling board"}},
};
ROUTE_TABLE(routes_tickets, rows);
