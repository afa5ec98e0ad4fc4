/* The state of a dossier as JSON, and contexts for questions to it.  Nothing is owned; everything
 * lives in the caller's arena or buffer.  The worker's thread. */
#include "server/api/state.h"

#include "server/store/dossier_json.h"

static const struct answer_key agency_keys[] = {
    A_WORD("agency", 0, "khóa của cơ quan", "key of the agency"),
    A_TEXT("name", 0, "tên", "name"),
};
const struct answer_shape answer_agency = A_SHAPE("Agency", agency_keys);

static const struct answer_key quantity_keys[] = {
    A_WORD("limit", 0, "thời hạn như trong tệp thủ tục", "the limit as procedure files write it"),
    A_TEXT("words", 0, "bằng lời", "in words"),
};
const struct answer_shape answer_quantity = A_SHAPE("Limit", quantity_keys);

static const struct answer_key dues_keys[] = {
    A_TIME("original", ANSWER_NULL, "như đã hẹn lúc tiếp nhận", "as promised at acceptance"),
    A_TIME("basis", ANSWER_NULL, "để xét đúng hạn", "what on time is judged by"),
    A_TIME("current", ANSWER_NULL, "kể cả gia hạn", "with extensions"),
};
static const struct answer_shape dues_shape = A_SHAPE("Dues", dues_keys);

static const struct answer_key task_keys[] = {
    A_INT("task", 0, "số việc trong hồ sơ", "number within the dossier"),
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "title of the step"),
    A_INT("request", ANSWER_MAYBE, "đề nghị mà việc này phải trả lời",
          "request that it owes an answer"),
    A_NAME("owes", ANSWER_MAYBE, answer_request, "loại đề nghị", "kind of that request"),
    A_TEXT("answers", ANSWER_MAYBE, "các câu trả lời được", "what may be answered"),
    A_WORD("branch", ANSWER_MAYBE, "nhánh song song", "parallel branch"),
    A_TEXT("branch_title", ANSWER_MAYBE, "tên nhánh", "title of the branch"),
    A_INT("visit", 0, "lần thứ mấy qua bước", "how many times at this step"),
    A_OBJECT("at", ANSWER_NULL, &answer_agency, "cơ quan giữ hồ sơ", "agency that holds it"),
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_INT("officer", ANSWER_NULL, "người được giao; null: hàng đợi chung",
          "officer; null: in the common queue"),
    A_TEXT("nobody_left", ANSWER_MAYBE,
           "không còn ai của vai trò ấy được xử lý (đã khai báo người thân): ai thay",
           "nobody of that role is left who may process it (relatives declared): who stands in"),
    A_INT("from_officer", ANSWER_NULL, "người chuyển đến", "who handed it on"),
    A_TIME("opened", ANSWER_NULL, "chuyển đến lúc", "handed on at"),
    A_TIME("received", ANSWER_NULL, "nhận lúc", "received at"),
    A_TIME("due", ANSWER_NULL, "hạn của bước", "due of the step"),
};
static const struct answer_shape task_shape = A_SHAPE("Task", task_keys);

static const struct answer_key member_keys[] = {
    A_INT("seq", 0, "số sự kiện; ETag", "number of events; the ETag"),
    A_NAME("status", 0, answer_status, "trạng thái", "status"),
    A_TEXT("status_title", 0, "trạng thái bằng lời", "status in words"),
    A_ENUM("money", 0, MONEY_WORDS, "tiền phí", "fees"),
    A_ENUM("handover", 0, HANDOVER_WORDS, "trả kết quả", "hand-over"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("case", ANSWER_NULL, "trường hợp", "case of the procedure"),
    A_NAME("channel", 0, answer_channel, "kênh", "channel"),
    A_OBJECT("receiving", ANSWER_NULL, &answer_agency, "nơi tiếp nhận", "receiving unit"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "cơ quan có thẩm quyền", "competent agency"),
    A_INT("attempts", 0, "số lần nộp", "attempts at submission"),
    A_TIME("submitted", ANSWER_NULL, "nộp lúc", "submitted at"),
    A_TIME("accepted", ANSWER_NULL, "tiếp nhận lúc", "accepted at"),
    A_OBJECT("due", ANSWER_NULL, &dues_shape, "hạn trả kết quả", "due instants"),
    A_TIME("finished", ANSWER_NULL, "có kết quả lúc", "result ready at"),
    A_TIME("returned", ANSWER_NULL, "trả kết quả lúc", "result handed over at"),
    A_INT("fee", 0, "phí, đồng", "fee in dong"),
    A_LIST("tasks", 0, &task_shape, "việc đang mở", "open tasks"),
};
const struct answer_shape answer_members = A_SHAPE("DossierMembers", member_keys);

static const struct answer_key state_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("number", ANSWER_MAYBE, "số văn bản vừa được cấp", "number that was just given"),
    A_WITH(&answer_members),
};
const struct answer_shape answer_state = A_SHAPE("DossierState", state_keys);

static const struct answer_key warning_keys[] = {
    A_WORD("code", 0, "mã cảnh báo", "code of the warning"),
    A_WORD("dossier", 0, "hồ sơ liên quan", "the dossier it is about"),
    A_TEXT("message", 0, "lời nhắc", "message"),
};
static const struct answer_shape warning_shape = A_SHAPE("IntakeWarning", warning_keys);

static const struct answer_key created_keys[] = {
    A_WITH(&answer_state),
    A_LIST("warnings", ANSWER_MAYBE, &warning_shape,
           "điều cần xem trước khi người nộp về: hồ sơ trùng đang mở",
           "what to look at: an open dossier of the same owner and procedure"),
    A_WORD("secret", ANSWER_MAYBE, "mã tra cứu in trên giấy tiếp nhận; chỉ cho biết lần này",
           "tracking code of the receipt; told this once"),
};
const struct answer_shape answer_created = A_SHAPE("DossierCreated", created_keys);

void state_json(const struct dossier *s, const char *code, const struct snapshot *snap,
                enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);

    jw_open(&w);
    dossier_members(&w, s, code, NULL, snap, lang, false);
    jw_close(&w);
}

static const struct calendar *calendar_of(void *ctx, const char *name)
{
    return snapshot_calendar(ctx, name);
}

static const struct officer_load *no_officers(void *ctx, int agency, enum role role, size_t *ret_n)
{
    (void)ctx;
    (void)agency;
    (void)role;
    *ret_n = 0;
    return NULL;
}

struct context today_context(struct req *rq, const char *procedure)
{
    struct snapshot *snap = store_snapshot(rq->api->store);
    instant now = clock_now();
    dayno today = lminute_day(lminute_of(now));

    return (struct context){.arena = rq->arena,
                            .now = now,
                            .actor = req_actor(rq),
                            .procedure = snapshot_procedure(snap, procedure, today),
                            .org = snap->org,
                            .regime = regime_on(snap->regimes, today),
                            .calendar = calendar_of,
                            .officers = no_officers,
                            .ctx = snap};
}

struct context state_context(struct req *rq, const struct dossier *s)
{
    struct snapshot *snap = store_snapshot(rq->api->store);

    return (struct context){.arena = rq->arena,
                            .now = clock_now(),
                            .actor = req_actor(rq),
                            .procedure = snapshot_procedure_hash(snap, s->procedure_hash),
                            .org = snap->org,
                            .regime = s->regime ? regime_named(snap->regimes, s->regime) : NULL,
                            .calendar = calendar_of,
                            .officers = no_officers,
                            .ctx = snap};
}

const char *state_limit(struct arena *a, const json_t *dossier, enum lang lang)
{
    const json_t *clock;
    const char *which, *words = NULL;
    struct quantity q;
    struct buf b;
    size_t i;

    json_array_foreach(json_object_get(dossier, "clocks"), i, clock)
    {
        which = json_str(clock, "clock");
        if (!which || strcmp(which, CLOCK_KIND_WORDS[CLOCK_LEGAL]) != 0)
            continue;
        which = json_str(clock, "budget");
        buf_init(&b, 256);
        if (which && quantity_parse(span_of(which), &q)) {
            quantity_words(q, lang, &b);
            words = arena_strdup(a, buf_cstr(&b));
        }
        buf_free(&b);
        break;
    }
    return words;
}
