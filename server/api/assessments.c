/* Values of surveys and assessments that people enter for an index, of an agency or of one officer.
 * The worker's thread. */
#include "server/api/figures.h"
#include "server/store/indices.h"

#define BODY_SMALL ((size_t)16 * 1024)

static const struct route_param entered_params[] = {
    {"index", {"bộ chỉ số", "index"}},
    {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

struct entering {
    const char *index, *component, *agency, *officer, *from, *last, *document, *remark;
    int64_t n, of;
};
#define E struct entering
static const struct bind_key entering_keys[] = {
    BIND(E, WORD, index, BIND_REQUIRED, 1, 64, "bộ chỉ số", "index"),
    BIND(E, WORD, component, BIND_REQUIRED, 1, 64, "thành phần nhập tay",
         "component that is entered"),
    BIND(E, WORD, agency, BIND_REQUIRED, 1, 64, "cơ quan được đánh giá", "agency that is assessed"),
    BIND(E, WORD, officer, 0, 1, 64, "tên đăng nhập của cán bộ được đánh giá; bỏ trống: cả cơ quan",
         "login of the officer who is assessed; none: the agency as a whole"),
    BIND(E, DATE, from, BIND_REQUIRED, 0, 0, "từ ngày", "from this day"),
    BIND(E, DATE, last, BIND_REQUIRED, 0, 0, "đến hết ngày", "to this day, included"),
    BIND(E, I64, n, BIND_REQUIRED, 0, INT64_C(1000000000000), "đạt bao nhiêu", "how many"),
    BIND(E, I64, of, BIND_REQUIRED, 1, INT64_C(1000000000000),
         "trên bao nhiêu: số phiếu, số trường hợp hoặc điểm tối đa",
         "of how many: ballots, cases, or the most points"),
    BIND(E, TEXT, document, BIND_REQUIRED, 1, 200, "văn bản khảo sát, đánh giá",
         "document of the survey or assessment"),
    BIND(E, LINES, remark, 0, 0, 1000, "ghi chú", "remark"),
};
static const struct bind_shape entering_shape = BIND_SHAPE("Assessment", E, entering_keys);

static bool entered_component(struct req *rq, const struct entering *in, dayno last)
{
    const struct index *x = index_on(rq->api->conf->indices, span_of(in->index), last);

    const struct index *of = x && in->officer ? x->officers : x;

    for (size_t i = 0; of && i < of->components; i++)
        if (strcmp(of->component[i].component, in->component) == 0 &&
            of->component[i].measure == MEASURE_ENTERED)
            return true;
    violation_add(&rq->bad, x ? "/component" : "/index", "unknown",
                  "bộ chỉ số trong kỳ này không có thành phần nhập tay ấy",
                  "the index of that time has no such component to enter");
    return false;
}

static void enter(struct req *rq)
{
    const struct entering *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    int at = organisation_find(o, in->agency);
    struct assessment a = {.key = rq->key,
                           .index = in->index,
                           .component = in->component,
                           .officer = in->officer,
                           .n = in->n,
                           .of = in->of,
                           .document = in->document,
                           .remark = in->remark,
                           .by = rq->user.user};

    if (at < 0)
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
    if (!day_parse(span_of(in->from), &a.first) || !day_parse(span_of(in->last), &a.last) ||
        a.last < a.first)
        violation_add(&rq->bad, "/last", "period", "phải từ ngày from trở đi",
                      "must be from `from` on");
    else
        (void)entered_component(rq, in, a.last);
    if (in->n > in->of)
        violation_add(&rq->bad, "/n", "range", "không thể hơn `of`", "cannot be more than `of`");
    if (rq->bad.n) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    a.agency = o->agency[at].id;
    memcpy(a.body_hash, rq->body_hash, SHA256_BYTES);
    rq->wait = WAIT_HELD;
    store_assessment_put(rq->api->store, &a, json_came, rq);
}

static void entered(struct req *rq)
{
    struct page_query pg;
    struct span s = req_query(rq, "index");
    int agency;

    if (!query_agency(rq, &agency) || !page_read(rq, &pg))
        return;
    rq->wait = WAIT_STORE;
    store_assessments(rq->api->store, &rq->viewer, s.p ? arena_span(rq->arena, s) : NULL, agency,
                      pg.after_id, pg.limit, page_came, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key put_keys[] = {
    A_INT("assessment", 0, "số của giá trị", "number of the value")};
static const struct answer_shape put_shape = A_SHAPE("AssessmentEntered", put_keys);
static const struct answer_key value_keys[] = {
    A_INT("assessment", 0, "số của giá trị", "number of the value"),
    A_WORD("index", 0, "bộ chỉ số", "index"),
    A_WORD("component", 0, "thành phần", "component"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_DATE("from", 0, "từ ngày", "from"),
    A_DATE("last", 0, "đến hết ngày", "to, included"),
    A_INT("n", 0, "đạt", "how many"),
    A_INT("of", 0, "trên", "of how many"),
    A_TEXT("document", 0, "văn bản", "document"),
    A_TEXT("remark", ANSWER_NULL, "ghi chú", "remark"),
    A_INT("by", ANSWER_NULL, "người nhập", "who entered it"),
    A_TEXT("by_name", ANSWER_NULL, "tên người nhập", "name"),
    A_TIME("at", 0, "lúc", "at"),
    A_INT("officer", ANSWER_NULL, "cán bộ được đánh giá; null: cả cơ quan",
          "officer who was assessed; null: the agency"),
    A_TEXT("officer_name", ANSWER_NULL, "tên cán bộ ấy", "name of that officer"),
};
static const struct answer_shape value_shape = A_SHAPE("AssessmentValue", value_keys);
static const struct answer_key values_keys[] = {A_PAGE(&value_shape, "các giá trị", "values")};
static const struct answer_shape values_shape = A_SHAPE("Assessments", values_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/assessments", .handle = entered, .answer = &values_shape,
     .query = entered_params,
     .summary = {"Giá trị khảo sát, đánh giá đã nhập",
                 "Values of surveys and assessments entered"}},
    {.method = HTTP_POST,
     .pattern = "/v1/assessments",
     .permission = PERM_ASSESS,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = enter,
     .body = &entering_shape,
     .body_max = BODY_SMALL,
     .answer = &put_shape,
     .summary = {"Nhập giá trị khảo sát, đánh giá kèm văn bản; nhập lại là đính chính",
                 "Enter a value with its document; entering it again corrects it"}},
};
ROUTE_TABLE(routes_assessments, rows);
