/* Queue tickets: issued at the desk, called to counters, shown on the board.  Who is next is
 * decided in common/ticket/queue.c.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/page.h"
#include "server/store/dossier_json.h"

#define BODY_MAX ((size_t)4 * 1024)

struct issue_in {
    const char *hall, *service, *procedure, *appointment, *priority;
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
    BIND(struct issue_in, WORD, priority, 0, 1, 64, "nhóm được ưu tiên", "group that goes first"),
    BIND(struct issue_in, INT, card, 0, 1, 9999, "thẻ số đã trao", "card that was handed out"),
};
static const struct bind_shape issue_shape = BIND_SHAPE("IssueTicket", struct issue_in, issue_keys);
static const struct bind_key turn_keys[] = {
    HALL(struct turn_in),
    BIND(struct turn_in, INT, counter, BIND_REQUIRED, 1, HALL_COUNTER_MAX, "quầy", "counter"),
};
static const struct bind_shape turn_shape = BIND_SHAPE("CounterTurn", struct turn_in, turn_keys);

/* ---------------------------------------------------------------- which hall */

bool hall_of_query(struct req *rq, struct span key, struct hall_at *ret)
{
    const struct snapshot *s = req_snapshot(rq);

    if (!key.p && s->halls == 1)
        key = span_of(s->hall[0]->hall);
    return key.p && store_hall_at(s, key, ret);
}

bool hall_of_officer(struct req *rq, const char *key, struct hall_at *ret)
{
    const struct snapshot *s = req_snapshot(rq);
    const struct organisation *o = s->org;
    int own = organisation_of_id(o, rq->user.agency);
    bool found = key ? store_hall_at(s, span_of(key), ret) : store_hall_of(s, rq->user.agency, ret);

    if (found && key && !rq->viewer.all) {
        int at = organisation_of_id(o, ret->agency);
        struct hall_at mine;

        found = (store_hall_of(s, rq->user.agency, &mine) && mine.agency == ret->agency) ||
                (own >= 0 && organisation_within(o, at, own));
    }
    if (!found)
        reply_detail(rq, ERR_NOT_FOUND, "Đơn vị của bạn không có sảnh tiếp nhận này.",
                     "Your unit has no such reception hall.");
    return found;
}

const char *hall_name(const struct req *rq, struct hall_at at)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int i = organisation_of_id(o, at.agency);

    return i < 0 ? at.hall->hall : text2_in(o->agency[i].name, rq->lang);
}

int hall_service_of_procedure(struct req *rq, const struct hall *h, const char *code)
{
    dayno today = lminute_day(lminute_of(clock_now()));
    const struct procedure *p = snapshot_procedure(req_snapshot(rq), code, today);

    return p ? hall_service_of(h, p->field_code) : -1;
}

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
    int given = (in->service != NULL) + (in->procedure != NULL) + (in->appointment != NULL);
    int s = 0;

    if (given != 1) {
        violation_add_text(&rq->bad, "", "missing",
                           (struct text2){"cần đúng một trong: service, procedure, appointment",
                                          "exactly one of service, procedure, appointment"});
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

    if (!hall_of_officer(rq, in->hall, at))
        return;
    i = (struct ticket_issue){.at = *at,
                              .key = rq->key,
                              .service = service_asked(rq, at->hall, in),
                              .priority = in->priority,
                              .procedure = in->procedure,
                              .card = in->card,
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
    if (act != TICKET_CALL && !span_i64(span_of(rq->param[0]), 1, INT64_MAX, &t.ticket)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
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

static void hall_json(struct jw *w, struct req *rq, struct hall_at at)
{
    const struct hall *h = at.hall;

    jw_open(w);
    jw_kstr(w, "hall", h->hall);
    jw_kstr(w, "name", hall_name(rq, at));
    jw_kstr(w, "address", text2_in(h->address, rq->lang));
    jw_kstr(w, "hotline", h->hotline);
    jw_kbool(w, "cards", h->card_first > 0);
    jw_ki64(w, "slot_minutes", h->slot_minutes);
    jw_key(w, "services");
    jw_list(w);
    for (size_t i = 0; i < h->services; i++) {
        jw_open(w);
        jw_kstr(w, "service", h->service[i].service);
        jw_kstr(w, "letter", h->service[i].letter);
        jw_kstr(w, "name", text2_in(h->service[i].name, rq->lang));
        jw_kbool(w, "appointments", h->service[i].slots > 0);
        jw_close(w);
    }
    jw_end(w);
    jw_key(w, "priority");
    jw_list(w);
    for (size_t i = 0; i < h->priorities; i++) {
        jw_open(w);
        jw_kstr(w, "group", h->priority[i].group);
        jw_kstr(w, "name", text2_in(h->priority[i].name, rq->lang));
        jw_close(w);
    }
    jw_end(w);
    jw_key(w, "counters");
    jw_list(w);
    for (size_t i = 0; i < h->counters; i++) {
        jw_open(w);
        jw_ki64(w, "counter", h->counter[i].counter);
        jw_key(w, "services");
        jw_list(w);
        for (size_t s = 0; s < h->services; s++)
            if ((h->counter[i].serves >> s) & 1u)
                jw_str(w, h->service[s].service);
        jw_end(w);
        jw_close(w);
    }
    jw_end(w);
    jw_close(w);
}

static void halls(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);
    struct hall_at at;

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < s->halls; i++)
        if (store_hall_at(s, span_of(s->hall[i]->hall), &at))
            hall_json(&w, rq, at);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void waiting(struct req *rq)
{
    struct span key = req_query(rq, "hall");
    struct period period;
    struct hall_at at;

    if (!query_period(rq, month_begin(), &period) ||
        !hall_of_officer(rq, key.p ? arena_span(rq->arena, key) : NULL, &at))
        return;
    rq->wait = WAIT_STORE;
    store_waiting_figures(rq->api->store, at, period.from, period.to, rq->lang, json_came, rq);
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
static const struct answer_key service_keys[] = {
    A_WORD("service", 0, "dịch vụ", "service"),
    A_WORD("letter", 0, "chữ trước số", "letter before the number"),
    A_TEXT("name", 0, "tên", "name"),
    A_BOOL("appointments", 0, "đặt lịch hẹn được", "takes appointments"),
};
static const struct answer_shape service_shape = A_SHAPE("HallService", service_keys);
static const struct answer_key group_keys[] = {
    A_WORD("group", 0, "nhóm", "group"),
    A_TEXT("name", 0, "tên", "name"),
};
static const struct answer_shape group_shape = A_SHAPE("PriorityGroup", group_keys);
static const struct answer_key counter_keys[] = {
    A_INT("counter", 0, "quầy", "counter"),
    A_WORDS("services", 0, NULL, "dịch vụ", "services"),
};
static const struct answer_shape counter_shape = A_SHAPE("HallCounter", counter_keys);
static const struct answer_key hall_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_TEXT("name", 0, "tên", "name"),
    A_TEXT("address", ANSWER_NULL, "địa chỉ", "address"),
    A_TEXT("hotline", ANSWER_NULL, "đường dây nóng", "hotline"),
    A_BOOL("cards", 0, "dùng thẻ số", "uses reusable cards"),
    A_INT("slot_minutes", 0, "phút mỗi khung giờ hẹn; 0: không hẹn",
          "minutes of an appointment; 0: none"),
    A_LIST("services", 0, &service_shape, "dịch vụ", "services"),
    A_LIST("priority", 0, &group_shape, "nhóm ưu tiên", "groups that go first"),
    A_LIST("counters", 0, &counter_shape, "quầy", "counters"),
};
static const struct answer_shape hall_shape = A_SHAPE("Hall", hall_keys);
static const struct answer_key halls_keys[] = {A_LIST("items", 0, &hall_shape, "sảnh", "halls")};
static const struct answer_shape halls_shape = A_SHAPE("Halls", halls_keys);
static const struct answer_key figure_keys[] = {
    A_WORD("service", ANSWER_NULL, "dịch vụ; null: mọi dịch vụ", "service; null: all"),
    A_TEXT("name", ANSWER_NULL, "tên dịch vụ", "its name"),
    A_INT("hour", ANSWER_NULL, "giờ lấy số; null: cả ngày", "hour of issue; null: all day"),
    A_INT("tickets", 0, "phiếu số", "tickets"),
    A_INT("called", 0, "đã gọi", "called"),
    A_INT("served", 0, "đã phục vụ xong", "served"),
    A_INT("absent", 0, "vắng", "absent"),
    A_INT("cancelled", 0, "đã bỏ", "cancelled"),
    A_INT("wait_median", ANSWER_NULL, "chờ, trung vị, giây", "wait, median, seconds"),
    A_INT("wait_p90", ANSWER_NULL, "chờ, phân vị 90, giây", "wait, 90th percentile, seconds"),
    A_INT("service_median", ANSWER_NULL, "phục vụ, trung vị, giây", "service, median, seconds"),
    A_INT("service_p90", ANSWER_NULL, "phục vụ, phân vị 90, giây",
          "service, 90th percentile, seconds"),
    A_INT("dossiers", 0, "phiếu có hồ sơ", "tickets that led to a dossier"),
};
static const struct answer_shape figure_shape = A_SHAPE("WaitingFigure", figure_keys);
static const struct answer_key figures_keys[] = {
    A_WORD("hall", 0, "sảnh", "hall"),
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "to, not included"),
    A_LIST("items", 0, &figure_shape, "theo dịch vụ và giờ; dòng đầu là tất cả",
           "by service and hour; the first row is everything"),
};
static const struct answer_shape figures_shape = A_SHAPE("WaitingFigures", figures_keys);

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
static const struct route_param figures_params[] = {
    HALL_PARAM,
    {"from", {"từ ngày; mặc định đầu tháng", "first day; default: first of the month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "day after the last; default: tomorrow"}},
    {NULL, {NULL, NULL}}};

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
    {.method = HTTP_GET,
     .pattern = "/v1/halls",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = halls,
     .answer = &halls_shape,
     .summary = {"Sảnh tiếp nhận: dịch vụ, quầy, nhóm ưu tiên",
                 "Reception halls: services, counters, who goes first"}},
    {.method = HTTP_GET,
     .pattern = "/v1/figures/waiting",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = waiting,
     .query = figures_params,
     .answer = &figures_shape,
     .summary = {"Thời gian chờ và phục vụ theo dịch vụ, theo giờ",
                 "Waiting and service time by service and hour"}},
};
ROUTE_TABLE(routes_tickets, rows);
