/* What clocks told: the signed-in officer's notifications; how late rungs fired after a stop.
 * The worker's thread. */
#include "server/api/page.h"

static const struct route_param report_params[] = {
    {"from", {"từ ngày; mặc định hôm qua", "from; default: yesterday"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan được báo", "agency that was told"}},
    {"late",
     {"trễ ít nhất bao nhiêu phút; mặc định 5", "at least so many minutes late; default 5"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param list_params[] = {
    {"from", {"từ ngày; mặc định hôm qua", "from; default: yesterday"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"agency", {"cơ quan được báo", "agency that was told"}},
    {"late",
     {"trễ ít nhất bao nhiêu phút; mặc định 5", "at least so many minutes late; default 5"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static void notifications(struct req *rq)
{
    struct page_query pg;

    if (!page_read(rq, &pg))
        return;
    rq->wait = WAIT_STORE;
    store_notifications(rq->api->store, &rq->viewer, pg.after_id, pg.limit, rq->lang, page_came,
                        rq);
}

static void unread(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_notifications_unread(rq->api->store, &rq->viewer, json_came, rq);
}

struct seen_in {
    int64_t id;
};
static const struct bind_key seen_keys[] = {
    BIND(struct seen_in, I64, id, BIND_REQUIRED, 1, INT64_MAX, "số của thông báo mới nhất đã xem",
         "number of the newest one that was seen"),
};
static const struct bind_shape seen_shape =
    BIND_SHAPE("NotificationsSeen", struct seen_in, seen_keys);

static void seen(struct req *rq)
{
    const struct seen_in *in = rq->body;

    rq->wait = WAIT_HELD;
    store_notifications_seen(rq->api->store, rq->user.user, in->id, done_came, rq);
}

static bool read_query(struct req *rq, struct catch_up_query *q)
{
    struct period when;

    *q = (struct catch_up_query){.after = INSTANT_NONE, .lang = rq->lang};
    if (!query_period(rq, lminute_day(lminute_of(clock_now())) - 1, &when) ||
        !req_query_i64(rq, "late", 0, INT32_MAX, 5, &q->late_minutes) ||
        !query_agency(rq, &q->agency))
        return false;
    q->from = when.from;
    q->to = when.to;
    return true;
}

static void counts(struct req *rq)
{
    struct catch_up_query q;

    if (!read_query(rq, &q))
        return;
    rq->wait = WAIT_STORE;
    store_catch_up(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void list(struct req *rq)
{
    struct catch_up_query q;
    struct page_query pg;

    if (!read_query(rq, &q) || !page_read(rq, &pg))
        return;
    q.after = pg.after;
    q.after_id = pg.after_id;
    q.limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_catch_up(rq->api->store, &rq->viewer, &q, page_came, rq);
}

#define DOES                                                                                       \
    A_WORD("does", ANSWER_NULL, "việc tự động: thao tác, lapse hoặc deemed",                       \
           "done by itself: an action, lapse or deemed"),                                          \
        A_NAME("why_not", ANSWER_NULL, answer_error, "vì sao chưa làm được",                       \
               "why it could not be")
#define REPORT_CAME                                                                                \
    A_INT("report", ANSWER_MAYBE, "báo cáo đã chốt; 0: không lập được",                            \
          "frozen report; 0: it could not be"),                                                    \
        A_INT("saved", ANSWER_MAYBE, "báo cáo đã lưu", "saved report"),                            \
        A_TEXT("name", ANSWER_MAYBE | ANSWER_NULL, "tên báo cáo", "its name"),                     \
        A_TEXT("fault", ANSWER_MAYBE | ANSWER_NULL, "vì sao không lập được",                       \
               "why it could not be"),                                                             \
        A_WORD("remark", ANSWER_MAYBE | ANSWER_NULL,                                               \
               "moved: người lập đã chuyển cơ quan, số liệu nay của cơ quan mới",                  \
               "moved: its owner is at another agency, the figures are that one's")

static const struct answer_key notification_keys[] = {
    A_INT("id", 0, "số", "number"),
    A_TIME("at", 0, "lúc", "at"),
    A_BOOL("unread", 0, "mới, chưa xem", "new: not seen yet"),
    A_BOOL("mine", 0, "gửi đích danh", "told by name, not by role"),
    A_NAME("role", ANSWER_NULL, answer_role, "vai trò", "role"),
    A_NAME("rung", ANSWER_NULL, timer_rung_word, "mốc", "rung"),
    A_TEXT("title", ANSWER_NULL, "nội dung", "in words"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", ANSWER_NULL, "mã thủ tục", "code of the procedure"),
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_INT("late_minutes", 0, "báo trễ bao nhiêu phút", "told so many minutes late"),
    DOES,
    REPORT_CAME,
};
static const struct answer_shape notification_shape = A_SHAPE("Notification", notification_keys);
static const struct answer_key notifications_keys[] = {
    A_PAGE(&notification_shape, "mới nhất trước", "the newest first")};
static const struct answer_shape notifications_shape = A_SHAPE("Notifications", notifications_keys);

static const struct answer_key unread_keys[] = {
    A_INT("unread", 0, "số chưa xem; 100: từ 100 trở lên", "not seen yet; 100: so many or more"),
};
static const struct answer_shape unread_shape = A_SHAPE("NotificationsUnread", unread_keys);

static const struct answer_key count_keys[] = {
    A_NAME("rung", 0, timer_rung_word, "mốc", "rung"),
    A_TEXT("title", 0, "nội dung", "in words"),
    A_INT("n", 0, "số lần", "how many"),
    A_INT("late", 0, "trong đó trễ", "of them late"),
    A_INT("most_late_minutes", 0, "trễ nhất, phút", "the latest, minutes"),
};
static const struct answer_shape count_shape = A_SHAPE("CatchUpCount", count_keys);
static const struct answer_key counts_keys[] = {A_PAGE(&count_shape, "theo mốc", "by rung")};
static const struct answer_shape counts_shape = A_SHAPE("CatchUpCounts", counts_keys);

static const struct answer_key item_keys[] = {
    A_TIME("fired", 0, "đã báo lúc", "fired at"),
    A_TIME("due", 0, "lẽ ra phải báo lúc", "should have fired at"),
    A_INT("late_minutes", 0, "trễ, phút", "late, minutes"),
    A_NAME("rung", 0, timer_rung_word, "mốc", "rung"),
    A_TEXT("title", 0, "nội dung", "in words"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "cơ quan được báo", "agency told"),
    A_NAME("role", 0, answer_role, "vai trò được báo", "role told"),
    DOES,
};
static const struct answer_shape item_shape = A_SHAPE("CatchUpItem", item_keys);
static const struct answer_key items_keys[] = {A_PAGE(&item_shape, "từng mốc", "each rung")};
static const struct answer_shape items_shape = A_SHAPE("CatchUpItems", items_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/notifications",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_READ,
     .handle = notifications,
     .query = page_params,
     .answer = &notifications_shape,
     .summary = {"Cảnh báo, nhắc việc của tôi", "What I was told: warnings and reminders"}},
    {.method = HTTP_GET,
     .pattern = "/v1/notifications/unread",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_READ,
     .handle = unread,
     .answer = &unread_shape,
     .summary = {"Số cảnh báo, nhắc việc chưa xem", "How many of them I have not seen"}},
    {.method = HTTP_PUT,
     .pattern = "/v1/notifications/seen",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_ACT,
     .handle = seen,
     .body = &seen_shape,
     .body_max = 1024,
     .summary = {"Đã xem đến thông báo này", "I have seen them up to this one"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/catch-up",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = counts,
     .query = report_params,
     .answer = &counts_shape,
     .summary = {"Các mốc thời hạn đã báo và báo trễ bao lâu (sau khi ngừng máy), theo loại",
                 "Rungs that fired and how late (after a stop), by kind"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reports/catch-up/list",
     .permission = PERM_FIGURES,
     .lane = LANE_REPORT,
     .handle = list,
     .query = list_params,
     .answer = &items_shape,
     .summary = {"Từng mốc báo trễ", "Each rung that fired late"}},
};
ROUTE_TABLE(routes_reminders, rows);
