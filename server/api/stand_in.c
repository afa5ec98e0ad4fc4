/* Standing in for each other: delegations and absences.  What may be entered by whom is asked of
 * common/access/delegation.c by the store.  The worker's thread. */
#include "server/store/stand_in.h"

#include "common/access/delegation.h"
#include "server/api/page.h"
#include "server/api/state.h"

#define BODY_MAX       ((size_t)16 * 1024)
#define PROCEDURES_MAX 100
#define DOCUMENT_CHARS 200

struct delegate_in {
    const char *from, *to, *agency, *valid_from, *valid_to, *document;
    const char **procedures, **kinds;
    size_t procedures_n, kinds_n;
};
struct absence_in {
    const char *officer, *from, *to;
    int reason;
};

static const struct bind_key delegate_keys[] = {
    BIND(struct delegate_in, WORD, from, 0, 2, 64,
         "tài khoản ủy quyền; mặc định là người thực hiện",
         "login of who delegates; default: the actor"),
    BIND(struct delegate_in, WORD, to, BIND_REQUIRED, 2, 64, "tài khoản được ủy quyền",
         "login of who stands in"),
    BIND(struct delegate_in, WORD, agency, 0, 1, 64, "cơ quan; mặc định của người ủy quyền",
         "agency; default: that of who delegates"),
    BIND_MANY(struct delegate_in, TEXTS, procedures, procedures_n, 0, 0, PROCEDURES_MAX, NULL,
              "mã các thủ tục; bỏ trống: mọi thủ tục", "codes of procedures; left out: all"),
    BIND_MANY(struct delegate_in, TEXTS, kinds, kinds_n, BIND_REQUIRED, 1, DELEGATED_KINDS, NULL,
              "loại việc: intake, work, approve, number, assign",
              "kinds of act: intake, work, approve, number, assign"),
    BIND(struct delegate_in, DATE, valid_from, BIND_REQUIRED, 0, 0, "từ ngày", "from, included"),
    BIND(struct delegate_in, DATE, valid_to, BIND_REQUIRED, 0, 0, "đến hết ngày", "to, included"),
    BIND(struct delegate_in, TEXT, document, BIND_REQUIRED, 1, DOCUMENT_CHARS,
         "số văn bản ủy quyền", "number of the letter of authorisation"),
};
static const struct bind_shape delegate_shape =
    BIND_SHAPE("Delegate", struct delegate_in, delegate_keys);
static const struct bind_key absence_keys[] = {
    BIND(struct absence_in, WORD, officer, 0, 2, 64, "tài khoản; mặc định là người thực hiện",
         "login; default: the actor"),
    BIND(struct absence_in, DATE, from, BIND_REQUIRED, 0, 0, "từ ngày", "from, included"),
    BIND(struct absence_in, DATE, to, BIND_REQUIRED, 0, 0, "đến hết ngày", "to, included"),
    BIND_WORDS(struct absence_in, reason, 0, ABSENCE_WORDS, "lý do", "reason"),
};
static const struct bind_shape absence_shape =
    BIND_SHAPE("Absent", struct absence_in, absence_keys);

struct end_in {
    const char *document;
};
static const struct bind_key end_keys[] = {
    BIND(struct end_in, TEXT, document, 0, 1, DOCUMENT_CHARS, "văn bản thu hồi, hủy",
         "document that ends it"),
};
static const struct bind_shape end_shape = BIND_SHAPE("EndStandIn", struct end_in, end_keys);

/* ---------------------------------------------------------------- entering */

static void put_done(void *owner, enum err e, struct span json, int64_t repeated)
{
    struct http_header again = {SPAN_LIT("Idempotent-Replayed"), SPAN_LIT("true")};
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e == ERR_NOT_FOUND)
        reply_detail(rq, ERR_INVALID, "Không có tài khoản này, hoặc đã khóa.",
                     "There is no such account, or it is not active.");
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_body(rq, 201, "application/json", json, &again, repeated ? 1 : 0);
}

static bool period(struct req *rq, const char *from, const char *to, const char *pointer,
                   struct stand_in_entry *e)
{
    dayno today = lminute_day(lminute_of(clock_now()));

    if (!day_parse(span_of(from), &e->first) || !day_parse(span_of(to), &e->last))
        return false; /* the shape refused it already */
    if (e->last < e->first)
        violation_add(&rq->bad, pointer, "order", "phải không trước ngày đầu",
                      "must not lie before the first day");
    else if (e->last < today)
        violation_add(&rq->bad, pointer, "past", "đã qua", "is over");
    else if (e->last - e->first >= STAND_IN_DAYS_MAX)
        violation_add(&rq->bad, pointer, "range", "dài nhất %d ngày", "at most %d days",
                      STAND_IN_DAYS_MAX);
    return rq->bad.n == 0;
}

static struct stand_in_entry entry_of(const struct req *rq)
{
    struct stand_in_entry e = {.key = rq->key,
                               .by = rq->user.user,
                               .by_agency = rq->user.agency,
                               .by_roles = rq->user.roles};

    memcpy(e.body_hash, rq->body_hash, sizeof e.body_hash);
    return e;
}

static unsigned kinds_of(struct req *rq, const struct delegate_in *in)
{
    unsigned kinds = 0;
    size_t i, k;

    for (i = 0; i < in->kinds_n; i++) {
        for (k = 0; DELEGATED_WORDS[k] && strcmp(DELEGATED_WORDS[k], in->kinds[i]) != 0; k++)
            ;
        if (DELEGATED_WORDS[k])
            kinds |= 1u << k;
        else
            violation_add(&rq->bad, arena_printf(rq->arena, "/kinds/%zu", i), "not-in-list",
                          "phải là một trong: intake, work, approve, number, assign",
                          "must be one of: intake, work, approve, number, assign");
    }
    return kinds;
}

static void delegate(struct req *rq)
{
    const struct delegate_in *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    struct stand_in_entry e = entry_of(rq);
    int at = in->agency ? organisation_find(o, in->agency) : -1;

    e.from = in->from ? in->from : rq->user.login;
    e.to = in->to;
    e.agency = at >= 0 ? o->agency[at].id : 0;
    e.procedure = in->procedures;
    e.procedures = in->procedures_n;
    e.kinds = kinds_of(rq, in);
    e.document = in->document;
    if (in->agency && at < 0)
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
    if (!period(rq, in->valid_from, in->valid_to, "/valid_to", &e)) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    rq->wait = WAIT_HELD;
    store_delegation_put(rq->api->store, &e, put_done, rq);
}

static void be_absent(struct req *rq)
{
    const struct absence_in *in = rq->body;
    struct stand_in_entry e = entry_of(rq);

    e.from = in->officer ? in->officer : rq->user.login;
    e.reason = ABSENCE_WORDS[in->reason];
    if (!period(rq, in->from, in->to, "/to", &e)) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    rq->wait = WAIT_HELD;
    store_absence_put(rq->api->store, &e, put_done, rq);
}

/* ---------------------------------------------------------------- ending */

static void end_one(struct req *rq,
                    void (*end)(struct store *, const struct stand_in_end *, store_json *, void *))
{
    const struct end_in *in = rq->body;
    struct stand_in_end e = {.by = rq->user.user,
                             .document = in->document,
                             .by_agency = rq->user.agency,
                             .by_roles = rq->user.roles};

    if (!req_id(rq, &e.id))
        return;
    rq->wait = WAIT_HELD;
    end(rq->api->store, &e, json_came, rq);
}

static void revoke(struct req *rq)
{
    end_one(rq, store_delegation_end);
}

static void cancel(struct req *rq)
{
    end_one(rq, store_absence_end);
}

/* ---------------------------------------------------------------- lists */

static const char *const scopes[] = {"mine", "agency", NULL};
#define SCOPE                                                                                      \
    {                                                                                              \
        "scope",                                                                                   \
        {                                                                                          \
            "mine: của tôi; agency: của cơ quan", "mine, or agency: all that may be seen"          \
        }                                                                                          \
    }
static const struct route_param delegation_params[] = {SCOPE, PAGE_PARAMS, {NULL, {NULL, NULL}}};
static const struct route_param absence_params[] = {
    SCOPE,
    {"since", {"từ ngày; mặc định hôm nay", "from this day on; default: today"}},
    {NULL, {NULL, NULL}}};

static void delegations(struct req *rq)
{
    struct page_query pg;
    int scope;

    if (!req_query_choice(rq, "scope", scopes, 0, &scope) || !page_read(rq, &pg))
        return;
    rq->wait = WAIT_STORE;
    store_delegations(rq->api->store, &rq->viewer, scope == 0, pg.after_id, pg.limit, page_came,
                      rq);
}

static void absences(struct req *rq)
{
    struct span s = req_query(rq, "since");
    dayno since = lminute_day(lminute_of(clock_now()));
    int scope;

    if (!req_query_choice(rq, "scope", scopes, 0, &scope))
        return;
    if (s.p && !day_parse(s, &since)) {
        reply_detail(rq, ERR_BAD_REQUEST, "since phải là một ngày như 2026-03-02.",
                     "since must be a date like 2026-03-02.");
        return;
    }
    rq->wait = WAIT_STORE;
    store_absences(rq->api->store, &rq->viewer, scope == 0, since, PAGE_MAX, json_came, rq);
}

/* ---------------------------------------------------------------- tables */

static const struct answer_key delegated_keys[] = {
    A_INT("delegation", 0, "số ủy quyền", "number of the delegation")};
static const struct answer_shape delegated_shape = A_SHAPE("Delegated", delegated_keys);
static const struct answer_key told_keys[] = {
    A_INT("absence", 0, "số lần vắng", "number of the absence")};
static const struct answer_shape told_shape = A_SHAPE("AbsenceTold", told_keys);
static const struct answer_key ended_keys[] = {A_BOOL("ended", 0,
                                                      "vừa kết thúc; false: đã kết thúc trước đó",
                                                      "ended now; false: it had ended before")};
static const struct answer_shape ended_shape = A_SHAPE("Ended", ended_keys);
static const struct answer_key who_keys[] = {
    A_WORD("login", 0, "tài khoản", "login"),
    A_TEXT("name", 0, "họ tên", "name"),
};
static const struct answer_shape who_shape = A_SHAPE("PersonNamed", who_keys);
static const struct answer_key delegation_keys[] = {
    A_INT("delegation", 0, "số ủy quyền", "number"),
    A_OBJECT("from", 0, &who_shape, "người ủy quyền", "who delegates"),
    A_OBJECT("to", 0, &who_shape, "người được ủy quyền", "who stands in"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_WORDS("kinds", 0, DELEGATED_WORDS, "loại việc", "kinds of act"),
    A_WORDS("procedures", 0, NULL, "thủ tục; trống: mọi thủ tục", "procedures; none: all"),
    A_DATE("valid_from", 0, "từ ngày", "from"),
    A_DATE("valid_to", 0, "đến hết ngày", "to, included"),
    A_TEXT("document", 0, "văn bản ủy quyền", "letter of authorisation"),
    A_TIME("entered", 0, "nhập lúc", "entered at"),
    A_TIME("revoked", ANSWER_NULL, "thu hồi lúc", "revoked at"),
};
static const struct answer_shape delegation_shape = A_SHAPE("Delegation", delegation_keys);
static const struct answer_key delegations_keys[] = {
    A_PAGE(&delegation_shape, "ủy quyền", "delegations"),
};
static const struct answer_shape delegations_shape = A_SHAPE("Delegations", delegations_keys);
static const struct answer_key away_keys[] = {
    A_INT("absence", 0, "số lần vắng", "number"),
    A_OBJECT("officer", 0, &who_shape, "người vắng", "who is away"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_DATE("from", 0, "từ ngày", "from"),
    A_DATE("to", 0, "đến hết ngày", "to, included"),
    A_ENUM("reason", 0, ABSENCE_WORDS, "lý do", "reason"),
    A_TIME("entered", 0, "nhập lúc", "entered at"),
};
static const struct answer_shape away_shape = A_SHAPE("Absence", away_keys);
static const struct answer_key absences_keys[] = {A_LIST("items", 0, &away_shape, "vắng", "away")};
static const struct answer_shape absences_shape = A_SHAPE("Absences", absences_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/delegations",
     .permission = PERM_STAND_IN,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = delegate,
     .body = &delegate_shape,
     .body_max = BODY_MAX,
     .answer = &delegated_shape,
     .status = 201,
     .summary = {"Ủy quyền", "Delegate"}},
    {.method = HTTP_GET,
     .pattern = "/v1/delegations",
     .permission = PERM_STAND_IN_READ,
     .lane = LANE_READ,
     .handle = delegations,
     .query = delegation_params,
     .answer = &delegations_shape,
     .summary = {"Danh sách ủy quyền", "Delegations"}},
    {.method = HTTP_POST,
     .pattern = "/v1/delegations/{delegation}/revoke",
     .permission = PERM_STAND_IN,
     .lane = LANE_ACT,
     .handle = revoke,
     .body = &end_shape,
     .body_max = BODY_MAX,
     .answer = &ended_shape,
     .summary = {"Thu hồi ủy quyền", "Revoke a delegation"}},
    {.method = HTTP_POST,
     .pattern = "/v1/absences",
     .permission = PERM_STAND_IN,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = be_absent,
     .body = &absence_shape,
     .body_max = BODY_MAX,
     .answer = &told_shape,
     .status = 201,
     .summary = {"Báo vắng", "Tell an absence"}},
    {.method = HTTP_GET,
     .pattern = "/v1/absences",
     .permission = PERM_STAND_IN_READ,
     .lane = LANE_READ,
     .handle = absences,
     .query = absence_params,
     .answer = &absences_shape,
     .summary = {"Ai vắng, từ ngày nào", "Who is away, and when"}},
    {.method = HTTP_POST,
     .pattern = "/v1/absences/{absence}/cancel",
     .permission = PERM_STAND_IN,
     .lane = LANE_ACT,
     .handle = cancel,
     .body = &end_shape,
     .body_max = BODY_MAX,
     .answer = &ended_shape,
     .summary = {"Hủy lần báo vắng", "Cancel an absence"}},
};
ROUTE_TABLE(routes_stand_in, rows);
