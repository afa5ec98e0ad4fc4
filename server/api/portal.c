/* The national portal (Cổng Dịch vụ công quốc gia) hears of dossiers through a program of the
 * province that knows its interface: that one takes what waits and tells what arrived.  Nothing
 * comes back into a dossier: what the portal says of it is no status of ours.  The worker's thread.
 */
#include "server/api/page.h"
#include "server/api/signed.h"

#define BODY_MAX ((size_t)128 * 1024)
#define TAKE_MAX 500
#define HOLD_US  INT64_C(12000000) /* until nothing of it can be undone any more */

static bool vouch(struct req *rq)
{
    return signed_call(rq, rq->api->conf->portal_secret, "portal-forged");
}

/* ---------------------------------------------------------------- what waits */

struct take_in {
    int64_t limit;
};

static const struct bind_key take_keys[] = {
    BIND(struct take_in, I64, limit, 0, 1, TAKE_MAX, "nhiều nhất bao nhiêu; mặc định 100",
         "at most so many; default 100"),
};
static const struct bind_shape take_shape = BIND_SHAPE("PortalTake", struct take_in, take_keys);

static void taken(void *owner, enum err e, const struct outbox_row *row, size_t n)
{
    struct req *rq = owner;
    struct buf *b;
    struct jw w;

    if (!req_came(rq, e))
        return;
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "unit", store_snapshot(rq->api->store)->org->portal);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < n; i++) {
        jw_open(&w);
        jw_ki64(&w, "id", row[i].id);
        jw_kspan(&w, "code", row[i].code);
        jw_ki64(&w, "seq", row[i].seq);
        jw_ki64(&w, "attempts", row[i].attempts);
        jw_kraw(&w, "message", row[i].body);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void take(struct req *rq)
{
    const struct take_in *in = rq->body;

    rq->wait = WAIT_STORE;
    store_outbox(rq->api->store, "portal", clock_now() - HOLD_US, in->limit ? (int)in->limit : 100,
                 taken, rq);
}

/* ---------------------------------------------------------------- what came of it */

struct one_told {
    int64_t id;
    const char *fault;
};
struct told_in {
    struct one_told *item;
    size_t items;
};

static const struct bind_key one_keys[] = {
    BIND(struct one_told, I64, id, BIND_REQUIRED, 1, INT64_MAX, "số của tin",
         "number of the message"),
    BIND(struct one_told, TEXT, fault, 0, 1, 200, "lỗi; không có: đã đến nơi",
         "what went wrong; none: it arrived"),
};
static const struct bind_shape one_shape = BIND_SHAPE("PortalOutcome", struct one_told, one_keys);
static const struct bind_key told_keys[] = {
    {"items",
     BIND_LIST,
     BIND_REQUIRED,
     offsetof(struct told_in, item),
     offsetof(struct told_in, items),
     1,
     TAKE_MAX,
     &one_shape,
     NULL,
     {"các tin đã gửi", "messages that were sent"}},
};
static const struct bind_shape told_shape = BIND_SHAPE("PortalTold", struct told_in, told_keys);

static void settled(void *owner, enum err e, int64_t n)
{
    struct req *rq = owner;
    struct buf *b;
    struct jw w;

    if (!req_came(rq, e))
        return;
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_ki64(&w, "settled", n);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void told(struct req *rq)
{
    const struct told_in *in = rq->body;
    int64_t *id = ARENA_ARRAY(rq->arena, int64_t, in->items);
    const char **fault = ARENA_ARRAY(rq->arena, const char *, in->items);
    int64_t failed = 0;

    for (size_t i = 0; i < in->items; i++) {
        id[i] = in->item[i].id;
        fault[i] = in->item[i].fault;
        failed += fault[i] != NULL;
    }
    metric_add(METRIC_OUTBOX_FAILED, failed);
    metric_add(METRIC_OUTBOX_DELIVERED, (int64_t)in->items - failed);
    rq->wait = WAIT_HELD;
    store_outbox_settle(rq->api->store, "portal", id, fault, in->items, settled, rq);
}

/* ---------------------------------------------------------------- what did not arrive */

static void faults(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_outbox_faults(rq->api->store, "portal", json_came, rq);
}

static const struct answer_key message_keys[] = {
    A_INT("status", 0, "trạng thái trên Cổng, 1–10", "status at the portal, 1 to 10"),
    A_NAME("state", 0, answer_status, "trạng thái hồ sơ", "status of the dossier"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_INT("channel", 0, "1 trực tiếp, 2 trực tuyến, 3 bưu chính", "1 counter, 2 online, 3 post"),
    A_WORD("receiving", ANSWER_NULL, "mã nơi nhận", "code of the receiving unit"),
    A_WORD("competent", ANSWER_NULL, "mã nơi giải quyết", "code of the competent agency"),
    A_TIME("submitted", ANSWER_NULL, "nộp lúc", "submitted"),
    A_TIME("accepted", ANSWER_NULL, "tiếp nhận lúc", "accepted"),
    A_TIME("original_due", ANSWER_NULL, "hạn hẹn trả đầu tiên", "the first promise"),
    A_TIME("due", ANSWER_NULL, "hạn hẹn trả hiện nay", "the promise now"),
    A_TIME("finished", ANSWER_NULL, "có kết quả lúc", "result ready"),
    A_TIME("returned", ANSWER_NULL, "trả kết quả lúc", "handed over"),
    A_TIME("ended", ANSWER_NULL, "rút, dừng, kết thúc lúc", "withdrawn, stopped or closed"),
    A_BOOL("refused", 0, "kết quả là từ chối giải quyết", "the result is a refusal"),
    A_BOOL("paid_online", 0, "đã nộp tiền qua nền tảng thanh toán", "paid through the platform"),
    A_BOOL("by_officer", 0, "công chức nhập hộ", "typed in by an officer"),
};
static const struct answer_shape message_shape = A_SHAPE("PortalMessage", message_keys);
static const struct answer_key waiting_keys[] = {
    A_INT("id", 0, "số của tin, không đổi khi gửi lại", "number, the same when it is sent again"),
    A_WORD("code", 0, "mã hồ sơ hoặc mã nộp", "code of the dossier or of the submission"),
    A_INT("seq", 0, "số sự kiện của hồ sơ", "number of the dossier's event"),
    A_INT("attempts", 0, "đã gửi hỏng bao nhiêu lần", "how often it failed so far"),
    A_OBJECT("message", 0, &message_shape, "hồ sơ sau sự kiện ấy", "the dossier behind that event"),
};
static const struct answer_shape waiting_shape = A_SHAPE("PortalWaiting", waiting_keys);
static const struct answer_key take_answer_keys[] = {
    A_WORD("unit", ANSWER_NULL, "mã đơn vị gửi", "unit that sends"),
    A_LIST("items", 0, &waiting_shape, "mỗi hồ sơ tin sớm nhất", "of each dossier the earliest"),
};
static const struct answer_shape take_answer = A_SHAPE("PortalMessages", take_answer_keys);
static const struct answer_key told_answer_keys[] = {
    A_INT("settled", 0, "số tin đã ghi nhận", "how many were waiting and are settled"),
};
static const struct answer_shape told_answer = A_SHAPE("PortalSettled", told_answer_keys);
static const struct answer_key fault_keys[] = {
    A_INT("id", 0, "số của tin", "number of the message"),
    A_WORD("code", 0, "mã hồ sơ hoặc mã nộp", "code of the dossier or of the submission"),
    A_TIME("at", 0, "ghi lúc", "written at"),
    A_INT("attempts", 0, "số lần gửi hỏng", "how often it failed"),
    A_TEXT("fault", ANSWER_NULL, "lỗi lần sau cùng", "what went wrong last"),
    A_TIME("again", 0, "gửi lại từ lúc", "tried again from"),
};
static const struct answer_shape fault_shape = A_SHAPE("PortalFault", fault_keys);
static const struct answer_key faults_keys[] = {
    A_INT("waiting", 0, "số tin chưa đến nơi", "messages that have not arrived"),
    A_TIME("since", ANSWER_NULL, "tin cũ nhất ghi lúc", "the oldest is of"),
    A_LIST("items", 0, &fault_shape, "các tin gửi hỏng, cũ nhất trước",
           "those that failed, the oldest first"),
};
static const struct answer_shape faults_shape = A_SHAPE("PortalFaults", faults_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/portal/take",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = take,
     .vouch = vouch,
     .headers = signed_headers,
     .body = &take_shape,
     .body_max = BODY_MAX,
     .answer = &take_answer,
     .summary = {"Trục liên thông lấy các tin chờ gửi lên Cổng Dịch vụ công quốc gia, có chữ ký",
                 "The province's gateway takes what waits for the national portal, signed"}},
    {.method = HTTP_POST,
     .pattern = "/v1/portal/told",
     .permission = PERM_PUBLIC,
     .lane = LANE_ACT,
     .handle = told,
     .vouch = vouch,
     .headers = signed_headers,
     .body = &told_shape,
     .body_max = BODY_MAX,
     .answer = &told_answer,
     .summary = {"Trục liên thông báo tin nào đã đến, tin nào hỏng, có chữ ký",
                 "The gateway tells what arrived and what failed, signed"}},
    {.method = HTTP_GET,
     .pattern = "/v1/portal/faults",
     .permission = PERM_CONFIG_READ,
     .lane = LANE_READ,
     .handle = faults,
     .answer = &faults_shape,
     .summary = {"Tin gửi Cổng Dịch vụ công quốc gia chưa đến nơi",
                 "What has not arrived at the national portal"}},
};
ROUTE_TABLE(routes_portal, rows);
