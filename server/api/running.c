/* What a corrected calendar would move, and what another version of a procedure would change, over
 * all open dossiers, page by page.  Handlers on the worker's thread, the work in the pool. */
#include "server/api/changing.h"
#include "server/store/dossier_json.h"

#include <stdlib.h>

#define JOB_OUT    ((size_t)16 << 20)
#define TEXT_CHARS 400000
#define BODY_TEXT  ((size_t)1 << 20)
#define BODY_SMALL ((size_t)16 * 1024)
#define MAPS_MAX   64

/* ---------------------------------------------------------------- jobs */

static void run(void *job)
{
    struct changing *g = job;

    g->work(g);
}

static void finish(void *job, bool ran)
{
    struct changing *g = job;
    struct req *rq = g->rq;
    struct span body = {g->out.p, g->out.n};

    snapshot_unref(g->snap);
    if (req_back(rq)) {
        if (!ran)
            reply_problem(rq, ERR_UNAVAILABLE);
        else if (g->e != ERR_OK && g->detail.vi)
            reply_detail(rq, g->e, g->detail.vi, g->detail.en);
        else if (g->e != ERR_OK)
            reply_problem(rq, g->e);
        else if (g->media)
            reply_body(rq, 200, g->media, body, NULL, 0);
        else if (g->status == 200)
            page_reply(rq, body);
        else
            reply_json(rq, g->status, body, -1);
    }
    buf_free(&g->out);
    free(g);
}

static void submit(struct pool *pool, struct req *rq, void (*work)(struct changing *g), void *mine,
                   int status, const char *media)
{
    struct changing *g = calloc(1, sizeof *g);

    if (!g)
        abort();
    *g = (struct changing){.rq = rq,
                           .conninfo = rq->api->conf->conninfo,
                           .actor = req_actor(rq),
                           .lang = rq->lang,
                           .work = work,
                           .mine = mine,
                           .status = status,
                           .media = media};
    buf_init(&g->out, JOB_OUT);
    if (!page_read(rq, &g->page)) {
        free(g);
        return;
    }
    g->snap = snapshot_ref(store_snapshot(rq->api->store));
    rq->wait = WAIT_HELD;
    if (!pool_submit(pool, rq->api->worker, run, finish, g)) {
        rq->wait = WAIT_NONE;
        snapshot_unref(g->snap);
        free(g);
        reply_problem(rq, ERR_OVERLOADED);
    }
}

void changing_go(struct req *rq, void (*work)(struct changing *g), void *mine, int status)
{
    submit(rq->api->conf->changing, rq, work, mine, status, NULL);
}

void changing_study(struct req *rq, void (*work)(struct changing *g), void *mine, const char *media)
{
    submit(rq->api->conf->filing, rq, work, mine, 200, media);
}

void changing_fail(struct changing *g, enum err e, const char *text)
{
    g->e = e;
    g->detail.vi = text ? arena_strdup(g->rq->arena, text) : NULL;
    g->detail.en = g->detail.vi;
}

void changing_page_end(struct changing *g, struct jw *w, const struct page_read *page)
{
    jw_ki64(w, "read", page->read);
    jw_key(w, "next");
    if (page->next)
        jw_str(w, arena_printf(g->rq->arena, "0.%lld", (long long)page->next));
    else
        jw_null(w);
    jw_close(w);
}

/* A run for the length of the job; fresh: what was published a moment ago counts, too.  NULL after
 * changing_fail. */
static struct running *opened(struct changing *g, bool fresh)
{
    struct running *r;
    struct buf why;

    buf_init(&why, 65536);
    r = running_open(g->conninfo, fresh ? NULL : g->snap, &why);
    if (!r)
        changing_fail(g, ERR_UNAVAILABLE, NULL);
    buf_free(&why);
    return r;
}

/* ---------------------------------------------------------------- calendars */

struct preview_in {
    const char *name, *text;
};

struct writing {
    struct jw w;
    enum lang lang;
};

static void preview_one(void *ctx, const struct preview_item *it)
{
    struct writing *k = ctx;

    preview_item_json(&k->w, it, k->lang);
}

static void preview_pages(struct changing *g, const struct calendars *k)
{
    struct writing w = {jw_to(&g->out), g->lang};
    struct running *r = opened(g, !k);
    struct page_read page = {0, 0};
    enum err e;

    if (!r)
        return;
    jw_open(&w.w);
    jw_key(&w.w, "items");
    jw_list(&w.w);
    e = running_preview(r, k, g->page.after_id, g->page.limit, preview_one, &w, &page);
    jw_end(&w.w);
    changing_page_end(g, &w.w, &page);
    if (e != ERR_OK)
        changing_fail(g, e, NULL);
    running_close(r);
}

static void preview_work(struct changing *g)
{
    const struct preview_in *in = g->mine;
    struct arena *a;
    struct calendars k;
    struct buf why;

    if (!in) { /* as published */
        preview_pages(g, NULL);
        return;
    }
    a = arena_new((size_t)1 << 30);
    buf_init(&why, 65536);
    if (snapshot_calendars_with(g->snap, a, in->name, span_of(in->text), &k, &why))
        preview_pages(g, &k);
    else
        changing_fail(g, ERR_INVALID, buf_cstr(&why));
    buf_free(&why);
    arena_free(a);
}

static void preview_text(struct req *rq)
{
    changing_go(rq, preview_work, rq->body, 200);
}

static void preview_now(struct req *rq)
{
    changing_go(rq, preview_work, NULL, 200);
}

/* ---------------------------------------------------------------- another version */

bool move_query_of(struct changing *g, const struct snapshot *s, const char *procedure,
                   const struct move_in *in, struct move_query *ret)
{
    struct step_map *map = ARENA_ARRAY(g->rq->arena, struct step_map, in->maps ? in->maps : 1);

    for (size_t i = 0; i < in->maps; i++)
        map[i] = (struct step_map){in->map[i].from, in->map[i].to};
    *ret = (struct move_query){.from = procedure_numbered(s, span_of(procedure), in->from),
                               .to = procedure_numbered(s, span_of(procedure), in->to),
                               .map = map,
                               .maps = in->maps,
                               .promise = in->promise};
    if (ret->from && ret->to)
        return true;
    changing_fail(g, ERR_R_NOT_IN_FORCE,
                  say(g->rq, "Chưa công bố phiên bản này của thủ tục.",
                      "This version of the procedure is not published."));
    return false;
}

static void plan_one(void *ctx, const struct move_item *it)
{
    struct writing *k = ctx;

    move_item_json(&k->w, it, k->lang);
}

/* A plan is tried with the asker as author and nobody in particular as the second person. */
static void plan_work(struct changing *g)
{
    const struct move_in *in = g->mine;
    struct run_by by = {.actor = g->actor, .approver = INT64_MAX, .document = "-"};
    struct writing w = {jw_to(&g->out), g->lang};
    struct page_read page = {0, 0};
    struct move_query q;
    struct running *r;
    enum err e;

    r = opened(g, true);
    if (!r || !move_query_of(g, running_snapshot(r), g->rq->param[0], in, &q)) {
        running_close(r);
        return;
    }
    jw_open(&w.w);
    jw_key(&w.w, "items");
    jw_list(&w.w);
    e = running_plan(r, &q, &by, g->page.after_id, g->page.limit, plan_one, &w, &page);
    jw_end(&w.w);
    changing_page_end(g, &w.w, &page);
    if (e != ERR_OK)
        changing_fail(g, e, NULL);
    running_close(r);
}

static void plan(struct req *rq)
{
    changing_go(rq, plan_work, rq->body, 200);
}

/* ---------------------------------------------------------------- bodies */

static const struct bind_key preview_keys[] = {
    BIND(struct preview_in, WORD, name, BIND_REQUIRED, 1, 64, "tên lịch", "name of the calendar"),
    BIND(struct preview_in, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp lịch",
         "text of the calendar file"),
};
static const struct bind_shape preview_shape =
    BIND_SHAPE("CalendarText", struct preview_in, preview_keys);
static const struct bind_key map_keys[] = {
    BIND(struct move_map_in, WORD, from, BIND_REQUIRED, 1, 64, "bước cũ", "old step"),
    BIND(struct move_map_in, WORD, to, BIND_REQUIRED, 1, 64, "bước mới", "new step"),
};
static const struct bind_shape map_shape = BIND_SHAPE("StepMap", struct move_map_in, map_keys);
#define MOVE_KEYS                                                                                  \
    BIND(struct move_in, INT, from, BIND_REQUIRED, 1, 1000000, "phiên bản cũ", "old version"),     \
        BIND(struct move_in, INT, to, BIND_REQUIRED, 1, 1000000, "phiên bản mới", "new version"),  \
        BIND(struct move_in, BOOL, promise, 0, 0, 0, "thời hạn dài hơn thì dời ngày hẹn",          \
             "a longer limit moves the promise"),                                                  \
        BIND_MANY(struct move_in, LIST, map, maps, 0, 0, MAPS_MAX, &map_shape,                     \
                  "bước đổi tên hoặc thay thế", "steps that go by another key")
static const struct bind_key plan_keys[] = {MOVE_KEYS};
const struct bind_shape move_plan_shape = BIND_SHAPE("MovePlanQuery", struct move_in, plan_keys);
static const struct bind_key move_keys[] = {
    MOVE_KEYS,
    BIND(struct move_in, TEXT, document, BIND_REQUIRED, 1, 200,
         "số, ngày, cơ quan ban hành văn bản", "the document: number, date, issuer"),
    BIND(struct move_in, LINES, note, 0, 1, 1000, "ghi chú", "note"),
};
const struct bind_shape move_shape = BIND_SHAPE("Move", struct move_in, move_keys);

/* ---------------------------------------------------------------- answers */

static const struct answer_key promise_keys[] = {
    A_ENUM("outcome", 0, PROMISE_WORDS, "ngày hẹn ra sao", "what becomes of it"),
    A_TIME("before", ANSWER_NULL, "đang hẹn", "as promised"),
    A_TIME("after", ANSWER_NULL, "nếu tính lại", "when recalculated"),
    A_INT("minutes", 0, "phút làm việc chênh lệch", "working minutes between"),
};
static const struct answer_shape promise_shape = A_SHAPE("PromiseMove", promise_keys);
static const struct answer_key target_keys[] = {
    A_ENUM("clock", 0, CLOCK_KIND_WORDS, "thời hạn", "clock"),
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_TIME("before", ANSWER_NULL, "hạn cũ", "due before"),
    A_TIME("after", ANSWER_NULL, "hạn mới", "due after"),
    A_INT("minutes", 0, "phút làm việc chênh lệch", "working minutes between"),
};
static const struct answer_shape target_shape = A_SHAPE("TargetMove", target_keys);
static const struct answer_key told_keys[] = {
    A_INT("task", 0, "việc", "task"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "cơ quan", "agency"),
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_INT("officer", ANSWER_NULL, "cán bộ", "officer"),
};
static const struct answer_shape told_shape = A_SHAPE("ToldOfficer", told_keys);
static const struct answer_key tell_keys[] = {
    A_BOOL("applicant", 0, "phải báo người nộp", "the applicant must be told"),
    A_OBJECT("onestop", ANSWER_NULL, &answer_agency, "qua bộ phận một cửa", "through"),
    A_LIST("officers", 0, &told_shape, "cán bộ", "officers"),
};
static const struct answer_shape tell_shape = A_SHAPE("MoveToTell", tell_keys);
static const struct answer_key item_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "procedure"),
    A_INT("version", 0, "phiên bản", "version"),
    A_TEXT("fault", ANSWER_NULL, "vì sao không tính được", "why it cannot be counted"),
    A_OBJECT("promise", 0, &promise_shape, "ngày hẹn trả", "promise"),
    A_LIST("targets", 0, &target_shape, "hạn nội bộ", "internal targets"),
    A_OBJECT("tell", 0, &tell_shape, "phải báo ai", "who must be told"),
};
static const struct answer_shape item_shape = A_SHAPE("PreviewItem", item_keys);
static const struct answer_key preview_answer_keys[] = {
    A_PAGE(&item_shape, "hồ sơ sẽ đổi hạn", "dossiers that would move"),
    A_INT("read", 0, "số hồ sơ đã xét", "dossiers looked at"),
};
const struct answer_shape answer_preview = A_SHAPE("CalendarPreview", preview_answer_keys);

static const struct answer_key task_keys[] = {
    A_INT("task", 0, "việc", "task"),
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_WORD("new_step", ANSWER_NULL, "bước mới", "new step"),
    A_TIME("due", ANSWER_NULL, "hạn bước", "due"),
    A_TIME("new_due", ANSWER_NULL, "hạn bước mới", "new due"),
    A_INT("officer", ANSWER_NULL, "cán bộ", "officer"),
    A_INT("new_officer", ANSWER_NULL, "cán bộ sau khi chuyển; null: hàng đợi",
          "officer afterwards; null: the queue"),
};
static const struct answer_shape task_shape = A_SHAPE("MovedTask", task_keys);
static const struct answer_key move_promise_keys[] = {
    A_TIME("before", ANSWER_NULL, "đang hẹn", "as promised"),
    A_TIME("after", ANSWER_NULL, "sau khi chuyển", "afterwards"),
    A_TIME("if_asked", ANSWER_NULL, "nếu dời ngày hẹn", "if a longer one were asked for"),
};
static const struct answer_shape move_promise_shape = A_SHAPE("MovedPromise", move_promise_keys);
static const struct answer_key problem_keys[] = {
    A_NAME("code", 0, answer_error, "mã", "code"),
    A_TEXT("pointer", ANSWER_NULL, "chỗ vướng", "pointer"),
    A_TEXT("detail", 0, "vì sao", "why"),
};
static const struct answer_shape problem_shape = A_SHAPE("MoveProblem", problem_keys);
static const struct answer_key plan_item_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_BOOL("movable", 0, "chuyển được", "can be moved"),
    A_LIST("tasks", 0, &task_shape, "việc đang mở", "open tasks"),
    A_OBJECT("promise", 0, &move_promise_shape, "ngày hẹn trả", "promise"),
    A_LIST("problems", 0, &problem_shape, "vướng mắc", "problems"),
};
static const struct answer_shape plan_item_shape = A_SHAPE("MovePlanItem", plan_item_keys);
static const struct answer_key plan_answer_keys[] = {
    A_PAGE(&plan_item_shape, "hồ sơ đang mở", "open dossiers"),
    A_INT("read", 0, "số hồ sơ đã xét", "dossiers looked at"),
};
const struct answer_shape answer_move_plan = A_SHAPE("MovePlan", plan_answer_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/calendars/preview",
     .permission = PERM_CALENDARS,
     .lane = LANE_REPORT,
     .handle = preview_now,
     .answer = &answer_preview,
     .query = page_params,
     .summary = {"Hồ sơ mà lịch đang công bố sẽ đổi hạn nếu tính lại",
                 "Dossiers that a recalculation by the published calendars would move"}},
    {.method = HTTP_POST,
     .pattern = "/v1/calendars/preview",
     .permission = PERM_CALENDARS,
     .lane = LANE_REPORT,
     .handle = preview_text,
     .body = &preview_shape,
     .body_max = BODY_TEXT,
     .answer = &answer_preview,
     .query = page_params,
     .summary = {"Hồ sơ mà một lịch chưa công bố sẽ đổi hạn",
                 "Dossiers that a calendar not yet published would move"}},
    {.method = HTTP_POST,
     .pattern = "/v1/procedures/{code}/move-plan",
     .permission = PERM_CONFIGURE,
     .lane = LANE_REPORT,
     .handle = plan,
     .body = &move_plan_shape,
     .body_max = BODY_SMALL,
     .answer = &answer_move_plan,
     .query = page_params,
     .summary = {"Kế hoạch chuyển hồ sơ đang mở sang phiên bản khác",
                 "Plan of moving open dossiers to another version"}},
};
ROUTE_TABLE(routes_running, rows);
