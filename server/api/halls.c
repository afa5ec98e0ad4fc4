/* Reception halls: which one is meant, what there is to choose from, how long people waited.
 * Nothing is owned.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/page.h"

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

const char *hall_closed(struct req *rq, struct hall_at at)
{
    const struct calendar *c = snapshot_calendar(req_snapshot(rq), at.hall->calendar);
    instant next;
    char words[64];

    if (rq->api->conf->any_hour || !c || hall_gives_numbers(at.hall, c, clock_now(), &next))
        return NULL;
    if (next == INSTANT_NONE)
        return say(rq, "Hiện ngoài giờ tiếp nhận, chưa phát số.",
                   "The hall is closed: no numbers are given now.");
    lminute_words(lminute_of(next), rq->lang == LANG_EN, words);
    return rq->lang == LANG_EN
               ? arena_printf(rq->arena, "The hall is closed. Numbers are given again from %s.",
                              words)
               : arena_printf(rq->arena, "Hiện ngoài giờ tiếp nhận. Phát số lại từ %s.", words);
}

/* ---------------------------------------------------------------- what there is */

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
static const struct route_param figures_params[] = {
    HALL_PARAM,
    {"from", {"từ ngày; mặc định đầu tháng", "first day; default: first of the month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "day after the last; default: tomorrow"}},
    {NULL, {NULL, NULL}}};

static const struct route rows[] = {
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
ROUTE_TABLE(routes_halls, rows);
