/* What the counter looks up: people it knows, dossiers that may be the same, its own day, the
 * procedures it takes in most.  The worker's thread. */
#include "server/api/intake.h"
#include "server/api/page.h"
#include "server/store/counter.h"

#define NUMBER_MAX    30
#define PROCEDURE_MAX 40

static const struct route_param person_params[] = {
    {"id_number", {"số định danh, đủ các chữ số", "identity number, whole"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param held_params[] = {
    {"id_number", {"số định danh, đủ các chữ số", "identity number, whole"}},
    {"procedure",
     {"mã thủ tục sẽ dùng, để biết thay cho thành phần nào",
      "code of the procedure they are wanted for, to know which component each may stand for"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param duplicate_params[] = {
    {"procedure", {"mã thủ tục", "code of the procedure"}},
    {"id_number", {"số định danh của chủ hồ sơ", "identity number of the owner"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param day_params[] = {
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {NULL, {NULL, NULL}},
};

/* A word of the query that must be there; NULL after answering 400. */
static const char *wanted(struct req *rq, const char *name, int64_t max)
{
    struct span s = req_query(rq, name);
    const char *text = bind_text(span_trim(s), false, 1, max, "", &rq->bad);

    if (!text)
        reply_detail(rq, ERR_BAD_REQUEST,
                     arena_printf(rq->arena, "Thiếu hoặc sai tham số \"%s\".", name),
                     arena_printf(rq->arena, "Parameter \"%s\" is missing or wrong.", name));
    return text;
}

/* Whose data were looked at: by the digest that her dossiers carry, too. */
static void audit_person(struct req *rq, const char *id_number, int64_t dossiers)
{
    char hex[2 * SHA256_BYTES + 1];
    uint8_t digest[SHA256_BYTES];
    struct buf b;
    struct jw w;

    identity_digest(rq->api->conf->salt, id_number, digest);
    hex_encode(digest, sizeof digest, hex);
    buf_init(&b, 512);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "person", hex);
    jw_ki64(&w, "dossiers", dossiers);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, "person-read", rq->user.user, http_peer(rq->http), buf_cstr(&b));
    buf_free(&b);
}

static void person_came(void *owner, enum err e, struct span json, int64_t dossiers)
{
    struct req *rq = owner;

    if (!req_came(rq, e))
        return;
    if (dossiers > 0)
        audit_person(rq, rq->mine, dossiers);
    reply_json(rq, 200, json, -1);
}

static void person(struct req *rq)
{
    const char *number = wanted(rq, "id_number", NUMBER_MAX);

    if (!number)
        return;
    rq->mine = arena_strdup(rq->arena, number);
    rq->wait = WAIT_STORE;
    store_person(rq->api->store, &rq->viewer, number, rq->lang, person_came, rq);
}

static void held(struct req *rq)
{
    const char *number = wanted(rq, "id_number", NUMBER_MAX), *code = NULL;
    const struct procedure *p = NULL;

    if (!number)
        return;
    if (req_query(rq, "procedure").p) {
        if (!(code = wanted(rq, "procedure", PROCEDURE_MAX)))
            return;
        p = snapshot_procedure(req_snapshot(rq), code, lminute_day(lminute_of(clock_now())));
        if (!p) {
            reply_problem(rq, ERR_R_NOT_IN_FORCE);
            return;
        }
    }
    rq->mine = arena_strdup(rq->arena, number);
    rq->wait = WAIT_STORE;
    store_held(rq->api->store, &rq->viewer, number, p, rq->lang, person_came, rq);
}

static void duplicates(struct req *rq)
{
    const char *procedure = wanted(rq, "procedure", PROCEDURE_MAX), *number;
    uint8_t chain[SHA256_BYTES];

    if (!procedure || !(number = wanted(rq, "id_number", NUMBER_MAX)))
        return;
    intake_chain(rq->api->conf->salt, number, procedure, chain);
    rq->wait = WAIT_STORE;
    store_duplicates(rq->api->store, &rq->viewer, chain, rq->lang, json_came, rq);
}

static void day(struct req *rq)
{
    struct day_query q = {.lang = rq->lang};

    if (!query_day(rq, "day", lminute_day(lminute_of(clock_now())), &q.from))
        return;
    q.day = lminute_day(lminute_of(q.from));
    q.to = instant_of(day_start(q.day + 1));
    rq->wait = WAIT_STORE;
    store_counter_day(rq->api->store, rq->user.user, &q, json_came, rq);
}

static void used(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_procedures_used(rq->api->store, rq->user.agency, rq->lang, json_came, rq);
}

static const struct answer_key person_keys[] = {
    A_OBJECT("person", ANSWER_NULL, &intake_person_answer,
             "như hồ sơ mới nhất ghi; null: chưa biết",
             "as the latest dossier has it; null: unknown"),
    A_LIST("dossiers", 0, &answer_found, "năm hồ sơ gần nhất được xem",
           "the last five that may be seen"),
};
static const struct answer_shape person_shape = A_SHAPE("PersonKnown", person_keys);
static const struct answer_key held_item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ đang giữ", "code of the dossier that holds it"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("component", ANSWER_NULL, "thành phần; null: kết quả", "component; null: a result"),
    A_BOOL("result", 0, "là kết quả giải quyết", "a result"),
    A_TEXT("title", ANSWER_NULL, "tên giấy tờ hoặc kết quả", "title"),
    A_TEXT("national", ANSWER_NULL, "mã giấy tờ hoặc mã kết quả quốc gia",
           "national code of the paper or of the result"),
    A_WORD("file", 0, "mã băm, để ghi vào files", "hash, to be put into files"),
    A_TEXT("name", 0, "tên tệp", "name of the file"),
    A_TEXT("media_type", 0, "loại tệp", "type of the file"),
    A_TEXTS("fits", ANSWER_MAYBE, "thành phần của thủ tục được hỏi mà nó thay được",
            "components of the procedure asked for that it may stand for"),
    A_TIME("accepted", ANSWER_NULL, "hồ sơ ấy được tiếp nhận lúc", "its dossier was accepted at"),
    A_TIME("finished", ANSWER_NULL, "hồ sơ ấy có kết quả lúc", "its dossier had its result at"),
};
static const struct answer_shape held_item_shape = A_SHAPE("PaperHeld", held_item_keys);
static const struct answer_key held_keys[] = {
    A_LIST("items", 0, &held_item_shape, "mới nhất trước, tối đa 60", "latest first, at most 60"),
};
static const struct answer_shape held_shape = A_SHAPE("PapersHeld", held_keys);
static const struct answer_key duplicates_keys[] = {
    A_LIST("items", 0, &answer_found, "đang mở hoặc mới tiếp nhận trong 24 giờ",
           "open, or accepted within 24 hours"),
};
static const struct answer_shape duplicates_shape = A_SHAPE("Duplicates", duplicates_keys);
static const struct answer_key counts_keys[] = {
    A_INT("accepted", 0, "tiếp nhận", "accepted"),
    A_INT("returned", 0, "hướng dẫn bổ sung", "returned to be completed"),
    A_INT("rejected", 0, "từ chối tiếp nhận", "refused at intake"),
    A_INT("handed_over", 0, "trả kết quả", "results handed over"),
    A_INT("payments", 0, "lần thu", "payments"),
    A_INT("refunds", 0, "lần hoàn", "refunds"),
};
static const struct answer_shape counts_shape = A_SHAPE("CounterCounts", counts_keys);
static const struct answer_key act_keys[] = {
    A_TIME("at", 0, "lúc", "at"),
    A_NAME("what", 0, counter_act_word, "việc", "what"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ hoặc số hiệu lần nộp", "code or id of the submission"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_TEXT("procedure_name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_TEXT("applicant", ANSWER_NULL, "người nộp", "applicant"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "promised"),
    A_INT("amount", ANSWER_MAYBE, "số tiền, đồng", "amount, dong"),
    A_WORD("method", ANSWER_MAYBE, "hình thức", "method"),
};
static const struct answer_shape act_shape = A_SHAPE("CounterAct", act_keys);
static const struct answer_key day_keys[] = {
    A_DATE("day", 0, "ngày", "day"),
    A_OBJECT("counts", 0, &counts_shape, "số việc", "how many"),
    A_INT("collected", 0, "đã thu, đồng", "received, dong"),
    A_INT("given_back", 0, "đã hoàn, đồng", "given back, dong"),
    A_LIST("items", 0, &act_shape, "mới nhất trước", "the latest first"),
    A_BOOL("more", 0, "còn nữa, không liệt kê và không đếm",
           "there is more, neither listed nor counted"),
};
static const struct answer_shape day_shape = A_SHAPE("CounterDay", day_keys);
static const struct answer_key use_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_TEXT("name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_INT("n", 0, "số hồ sơ trong 90 ngày", "dossiers in 90 days"),
};
static const struct answer_shape use_shape = A_SHAPE("ProcedureUsed", use_keys);
static const struct answer_key used_keys[] = {
    A_LIST("items", 0, &use_shape, "nhiều nhất trước, tối đa 9", "the most used first, at most 9"),
};
static const struct answer_shape used_shape = A_SHAPE("ProceduresUsed", used_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/people",
     .permission = PERM_INTAKE,
     .lane = LANE_READ,
     .handle = person,
     .query = person_params,
     .answer = &person_shape,
     .summary =
         {"Người nộp đã biết theo số định danh, và các hồ sơ gần nhất; có ghi nhật ký",
          "Who has this identity number, and her last dossiers; leaves a line in the audit"}},
    {.method = HTTP_GET,
     .pattern = "/v1/people/papers",
     .permission = PERM_INTAKE,
     .lane = LANE_READ,
     .handle = held,
     .query = held_params,
     .answer = &held_shape,
     .summary = {"Giấy tờ, kết quả của chủ hồ sơ đang giữ, dùng lại thay vì yêu cầu nộp; có ghi "
                 "nhật ký",
                 "Papers and results held of an owner, to be used again instead of asked for; "
                 "leaves a line in the audit"}},
    {.method = HTTP_GET,
     .pattern = "/v1/duplicates",
     .permission = PERM_INTAKE,
     .lane = LANE_READ,
     .handle = duplicates,
     .query = duplicate_params,
     .answer = &duplicates_shape,
     .summary = {"Hồ sơ cùng chủ, cùng thủ tục đang mở hoặc mới tiếp nhận",
                 "Dossiers of the same owner and procedure, open or just accepted"}},
    {.method = HTTP_GET,
     .pattern = "/v1/intake/today",
     .permission = PERM_COUNTER_DAY,
     .lane = LANE_READ,
     .handle = day,
     .query = day_params,
     .answer = &day_shape,
     .summary = {"Việc tôi làm tại quầy trong ngày", "What I did at the counter on a day"}},
    {.method = HTTP_GET,
     .pattern = "/v1/procedures/used",
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = used,
     .answer = &used_shape,
     .summary = {"Thủ tục nơi tôi tiếp nhận nhiều nhất trong 90 ngày",
                 "Procedures that my unit took in most in 90 days"}},
};
ROUTE_TABLE(routes_people, rows);
