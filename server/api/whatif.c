/* What if: a study is begun, counted in the pool, looked at while it goes on, given up.  Handlers
 * on the worker's thread; the job owns copies of all it needs. */
#include "server/store/whatif.h"

#include <stdlib.h>

#include "server/api/figures.h"
#include "server/store/blocking.h"
#include "server/store/studies.h"

#define BODY_MAX   ((size_t)512 * 1024)
#define JOB_ARENA  ((size_t)8 << 20)
#define RESULT_MAX ((size_t)16 << 20)
#define CALL_MS    10000

struct counting { /* the job */
    struct arena *a;
    struct whatif_run run;
    struct whatif_in in;
    int64_t study;
    struct blocking *b;
};

/* ---------------------------------------------------------------- counting (pool) */

static bool told(void *ctx, int64_t looked, int64_t of)
{
    struct counting *k = ctx;

    return study_told(k->b, k->study, looked, of);
}

static void count(void *job)
{
    struct counting *k = job;
    struct buf out, why;
    enum err e;

    buf_init(&out, RESULT_MAX);
    buf_init(&why, 4096);
    k->b = blocking_open(k->run.conninfo, CALL_MS, &why);
    if (k->b) {
        k->run.progress = told;
        k->run.ctx = k;
        e = whatif_go(&k->run, &out, &why);
        if (e == ERR_OK)
            study_over(k->b, k->study, (struct span){out.p, out.n}, NULL);
        else if (e != ERR_CONFLICT) /* given up: said already */
            study_over(k->b, k->study, SPAN_NONE, why.n ? buf_cstr(&why) : err_title(e, LANG_VI));
    }
    k->b = blocking_close(k->b);
    buf_free(&why);
    buf_free(&out);
}

/* Whoever asked has had an answer long ago.  Not run: the study is found abandoned. */
static void counted(void *job, bool ran)
{
    struct counting *k = job;

    (void)ran;
    snapshot_unref(k->run.snap);
    arena_free(k->a);
    free(k);
}

/* ---------------------------------------------------------------- beginning */

static struct counting *counting_of(struct req *rq, struct span question)
{
    struct counting *k = calloc(1, sizeof *k);
    struct json_fault fault;
    struct violations v;
    json_t *j = json_read(question, &fault);

    if (!k)
        abort();
    k->a = arena_new(JOB_ARENA);
    violations_init(&v, k->a);
    if (!j || !bind_json(j, &whatif_shape, &k->in, &v))
        abort(); /* it was bound a moment ago */
    json_decref(j);
    k->run = (struct whatif_run){.conninfo = rq->api->conf->conninfo,
                                 .snap = snapshot_ref(store_snapshot(rq->api->store)),
                                 .scope = report_scope(req_snapshot(rq), &rq->viewer),
                                 .report_day = rq->api->conf->report_day,
                                 .in = &k->in};
    return k;
}

static void begun(void *owner, enum err e, struct span json, int64_t study)
{
    struct req *rq = owner;
    struct counting *k = rq->mine;

    if (!req_back(rq)) {
        counted(k, false);
        return;
    }
    rq->mine = NULL;
    k->study = study;
    if (e == ERR_OK && pool_submit(rq->api->conf->filing, rq->api->worker, count, counted, k)) {
        reply_json(rq, 200, json, -1);
        return;
    }
    counted(k, false);
    if (e == ERR_LIMIT)
        reply_detail(rq, e, "Đang có giả định khác được tính: chờ xong rồi hỏi tiếp.",
                     "Another one is being counted: wait until it is done.");
    else
        reply_problem(rq, e == ERR_OK ? ERR_OVERLOADED : e);
}

static void begin(struct req *rq)
{
    struct whatif_run run = {.snap = store_snapshot(rq->api->store),
                             .scope = report_scope(req_snapshot(rq), &rq->viewer),
                             .report_day = rq->api->conf->report_day,
                             .in = rq->body};
    struct span question;
    char *text;

    if (run.scope < 0) {
        reply_problem(rq, ERR_FORBIDDEN);
        return;
    }
    if (!whatif_check(&run, &rq->bad)) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    text = json_dumps(rq->json, JSON_COMPACT);
    if (!text)
        abort();
    question = span_of(arena_strdup(rq->arena, text));
    free(text);
    rq->mine = counting_of(rq, question);
    (void)req_held(rq);
    store_study_begin(rq->api->store, question, run.scope, rq->user.user, begun, rq);
}

/* ---------------------------------------------------------------- looking, giving up */

static void list(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_studies(rq->api->store, rq->user.user, 0, json_came, rq);
}

static void one(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    rq->wait = WAIT_STORE;
    store_studies(rq->api->store, rq->user.user, id, json_came, rq);
}

static void cancel(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    (void)req_held(rq);
    store_study_cancel(rq->api->store, rq->user.user, id, done_came, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key begun_keys[] = {
    A_INT("study", 0, "số của giả định, để xem tiến độ và kết quả", "number, to look at it")};
static const struct answer_shape begun_shape = A_SHAPE("StudyBegun", begun_keys);
static const struct answer_key procedure_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_OBJECT("real", 0, &figures_count_shape, "như đã xảy ra", "as it was"),
    A_OBJECT("supposed", 0, &figures_count_shape, "theo giả định", "as supposed"),
};
static const struct answer_shape procedure_shape = A_SHAPE("WhatIfProcedure", procedure_keys);
static const struct answer_key step_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_INT("n", 0, "số lần làm có định mức", "times it was done, with a norm"),
    A_INT("within", 0, "trong định mức", "within the norm"),
    A_INT("within_supposed", 0, "trong định mức giả định", "within the supposed one"),
    A_INT("norm_minutes", ANSWER_NULL, "định mức, phút làm việc", "norm, working minutes"),
    A_INT("norm_minutes_supposed", ANSWER_NULL, "định mức giả định", "supposed norm"),
};
static const struct answer_shape step_shape = A_SHAPE("WhatIfStep", step_keys);
static const struct answer_key changed_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_NAME("class", 0, answer_class, "như đã xảy ra", "as it was"),
    A_NAME("class_supposed", 0, answer_class, "theo giả định", "as supposed"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_TIME("due_supposed", ANSWER_NULL, "hẹn trả giả định", "supposed due"),
};
static const struct answer_shape changed_shape = A_SHAPE("WhatIfDossier", changed_keys);
static const struct answer_key result_keys[] = {
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_INT("counted", 0, "số hồ sơ đã tính, mới nhất trước", "dossiers counted, the newest first"),
    A_INT("of", 0, "trong số", "of so many"),
    A_BOOL("limit", 0, "hết thời gian trước khi tính hết", "the time was over before all of them"),
    A_INT("apart", 0, "ngày hẹn đã dời bằng tay, giữ nguyên cả hai bên",
          "dates that were moved by hand: the same on both sides"),
    A_INT("better", 0, "trễ thành không trễ", "late that would not be"),
    A_INT("worse", 0, "không trễ thành trễ", "not late that would be"),
    A_OBJECT("real", 0, &figures_count_shape, "như đã xảy ra", "as it was"),
    A_OBJECT("supposed", 0, &figures_count_shape, "theo giả định", "as supposed"),
    A_LIST("procedures", 0, &procedure_shape, "theo thủ tục", "by procedure"),
    A_LIST("steps", 0, &step_shape, "theo bước", "by step"),
    A_LIST("changed", 0, &changed_shape, "hồ sơ đổi loại, tối đa 200",
           "dossiers that come out otherwise, at most 200"),
};
static const struct answer_shape result_shape = A_SHAPE("WhatIf", result_keys);
static const struct answer_key study_keys[] = {
    A_INT("study", 0, "số", "number"),
    A_OBJECT("question", 0, &answer_any, "đã giả định gì", "what was supposed"),
    A_TIME("begun", 0, "bắt đầu", "begun"),
    A_TIME("seen", 0, "còn tính lúc", "was alive at"),
    A_ENUM("state", 0, STUDY_STATE_WORDS, "trạng thái", "state"),
    A_INT("looked", 0, "đã tính", "counted"),
    A_INT("of", 0, "trong số", "of so many"),
    A_TEXT("fault", ANSWER_NULL, "vì sao không xong", "why there is no result"),
};
static const struct answer_shape study_shape = A_SHAPE("Study", study_keys);
static const struct answer_key studies_keys[] = {
    A_LIST("items", 0, &study_shape, "của tôi, mới trước", "mine, the newest first")};
static const struct answer_shape studies_shape = A_SHAPE("Studies", studies_keys);
static const struct answer_key whole_keys[] = {
    A_WITH(&study_shape),
    A_OBJECT("result", ANSWER_NULL, &result_shape, "kết quả; null: chưa có",
             "result; null: none yet"),
};
static const struct answer_shape whole_shape = A_SHAPE("StudyWhole", whole_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/whatif",
     .permission = PERM_FIGURES,
     .lane = LANE_ACT,
     .handle = begin,
     .body = &whatif_shape,
     .body_max = BODY_MAX,
     .answer = &begun_shape,
     .summary = {"Tính lại một kỳ theo thời hạn, lịch, quy định giả định",
                 "Count a period again by other limits, another calendar, another rule"}},
    {.method = HTTP_GET,
     .pattern = "/v1/whatif",
     .permission = PERM_FIGURES,
     .lane = LANE_READ,
     .handle = list,
     .answer = &studies_shape,
     .summary = {"Các giả định của tôi", "What I supposed"}},
    {.method = HTTP_GET,
     .pattern = "/v1/whatif/{id}",
     .permission = PERM_FIGURES,
     .lane = LANE_READ,
     .handle = one,
     .answer = &whole_shape,
     .summary = {"Tiến độ và kết quả một giả định", "How far one has come, and its result"}},
    {.method = HTTP_DELETE,
     .pattern = "/v1/whatif/{id}",
     .permission = PERM_FIGURES,
     .lane = LANE_ACT,
     .handle = cancel,
     .summary = {"Thôi không tính nữa", "Give it up"}},
};
ROUTE_TABLE(routes_whatif, rows);
