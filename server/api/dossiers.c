/* Reading one dossier: its state and content, history, clocks with reasons, what may be done now.
 * The worker's thread. */
#include "common/dossier/payload.h"
#include "server/api/intake.h"
#include "server/api/page.h"
#include "server/api/state.h"
#include "server/store/dossier_json.h"

static void show(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], 0, rq->lang, json_etag_came, rq);
}

static void history(struct req *rq)
{
    bool definition;

    if (!query_flag(rq, "definition", &definition))
        return;
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0],
                  DOSSIER_HISTORY | (definition ? DOSSIER_DEFINITION : 0), rq->lang, json_etag_came,
                  rq);
}

/* ---- from the decoded state */

static bool state_came(struct req *rq, enum err e, const struct dossier *s)
{
    if (!req_back(rq))
        return false;
    if (e == ERR_OK && s && !snapshot_procedure_hash(req_snapshot(rq), s->procedure_hash))
        e = ERR_STALE_CONFIG;
    if (e == ERR_OK && s)
        return true;
    reply_problem(rq, e == ERR_OK ? ERR_NOT_FOUND : e);
    return false;
}

static void clock_json(struct jw *w, const struct req *rq, const struct dossier *s, size_t i,
                       const struct context *ctx)
{
    const struct clock *c = &s->clock[i];
    struct buf text, words;

    buf_init(&text, ANSWER_MAX);
    buf_init(&words, 256);
    quantity_words(c->budget, rq->lang, &words);
    jw_open(w);
    jw_kstr(w, "kind", CLOCK_KIND_WORDS[c->kind]);
    if (c->kind == CLOCK_STEP && c->subject >= 0 && (size_t)c->subject < ctx->procedure->steps)
        jw_ktext2(w, "step", ctx->procedure->step[c->subject].title, rq->lang);
    jw_kstr(w, "budget", buf_cstr(&words));
    jw_kstr(w, "calendar", c->calendar);
    jw_kstr(w, "state", CLOCK_STATE_WORDS[c->state]);
    jw_ktime(w, "received", c->received);
    jw_ktime(w, "due", c->due);
    jw_key(w, "why");
    if (dossier_explain_clock(s, i, ctx, rq->lang, EXPLAIN_JSON, &text) && buf_ok(&text) && text.n)
        jw_raw(w, (struct span){text.p, text.n});
    else
        jw_null(w);
    jw_close(w);
    buf_free(&words);
    buf_free(&text);
}

static void clocks_done(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;
    struct context ctx;
    struct buf *b;
    struct jw w;
    size_t i;

    if (!state_came(rq, e, s))
        return;
    ctx = state_context(rq, s);
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "code", s->code);
    jw_kstr(&w, "class", dossier_class_name(dossier_class_at(s, DUE_BASIS, ctx.now)));
    jw_key(&w, "clocks");
    jw_list(&w);
    for (i = 0; i < s->clocks; i++)
        clock_json(&w, rq, s, i, &ctx);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, s->seq);
}

static void clocks(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, clocks_done, rq);
}

static const char *const settled_words[] = {"to", "limit", "on_due", NULL};
static const char *const need_words[] = {"draft", "reason", "result", "file", "note", "paid", NULL};

static void needs_json(struct jw *w, unsigned needs)
{
    unsigned i;

    jw_key(w, "needs");
    jw_list(w);
    for (i = 0; need_words[i]; i++)
        if ((needs >> i) & 1u)
            jw_str(w, need_words[i]);
    jw_end(w);
}

/* What the procedure says of an opinion: whoever asks is not asked for it. */
static void settled_json(struct jw *w, const struct action *act)
{
    jw_key(w, "settled");
    jw_list(w);
    if (act->has_whom)
        jw_str(w, "to");
    if (act->has_limit)
        jw_str(w, "limit");
    if (act->on_due)
        jw_str(w, "on_due");
    jw_end(w);
}

static void possible_json(struct jw *w, const struct possible *p, const struct context *ctx,
                          enum lang lang)
{
    jw_open(w);
    jw_kstr(w, "command", command_name(p->kind));
    if (p->task)
        jw_ki64(w, "task", p->task);
    if (p->action) {
        jw_kstr(w, "action", p->action->action);
        jw_ktext2(w, "title", p->action->title, lang);
        jw_kstr(w, "effect", effect_name(p->action->effect));
        if (p->action->to >= 0 && (size_t)p->action->to < ctx->procedure->steps)
            jw_ktext2(w, "to", ctx->procedure->step[p->action->to].title, lang);
    }
    if (p->ask) {
        jw_kstr(w, "request_kind", request_kind_name(p->ask));
        jw_ktext2(w, "title", request_kind_title(p->ask), lang);
    }
    if (p->request)
        jw_ki64(w, "request", p->request);
    if (p->answers)
        jw_kstr(w, "answers", p->answers);
    if (p->sends)
        jw_kbool(w, "sends", true);
    if (p->undo_seconds)
        jw_ki64(w, "undo_seconds", p->undo_seconds);
    jw_kbool(w, "allowed", p->allowed);
    needs_json(w, p->needs);
    if (p->action && p->action->effect == EFFECT_CONSULT)
        settled_json(w, p->action);
    if (!p->allowed) {
        jw_key(w, "why_not");
        jw_open(w);
        jw_kstr(w, "code", err_code(p->why_not));
        jw_kstr(w, "detail", text2_in(refusal_words(ctx->arena, p->why_not, p->detail), lang));
        jw_close(w);
    }
    jw_close(w);
}

static void tell_possible(struct req *rq, const struct dossier *s, const struct recent *recent)
{
    struct context ctx = state_context(rq, s);
    struct possible *p = NULL;
    struct buf *b;
    struct jw w;
    size_t i, n;

    ctx.past = recent->past;
    ctx.pasts = recent->pasts;
    ctx.gone_out = recent->gone_out;
    n = dossier_possible(s, &ctx, &p);
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "code", s->code);
    jw_key(&w, "acts");
    jw_list(&w);
    for (i = 0; i < n; i++)
        possible_json(&w, &p[i], &ctx, rq->lang);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, s->seq);
}

/* Without the history nothing is offered to be undone; everything else is. */
static void recent_came(void *owner, enum err e, const struct dossier *s, const struct recent *r)
{
    struct req *rq = owner;

    (void)e;
    if (req_back(rq))
        tell_possible(rq, s, r);
}

static void possible_done(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;

    if (!state_came(rq, e, s))
        return;
    if (!store_is_recent(s)) {
        tell_possible(rq, s, &(struct recent){NULL, 0, 0});
        return;
    }
    rq->wait = WAIT_STORE;
    store_recent(rq->api->store, s, rq->arena, recent_came, rq);
}

static void possible(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, possible_done, rq);
}

static const struct answer_key clock_keys[] = {
    A_ENUM("clock", 0, CLOCK_KIND_WORDS, "loại thời hạn", "kind of clock"),
    A_WORD("step", ANSWER_MAYBE | ANSWER_NULL, "bước", "step"),
    A_TEXT("title", ANSWER_MAYBE | ANSWER_NULL, "tên bước", "title of the step"),
    A_WORD("branch", ANSWER_MAYBE, "nhánh song song", "parallel branch"),
    A_TEXT("branch_title", ANSWER_MAYBE, "tên nhánh", "title of the branch"),
    A_WORD("budget", 0, "thời hạn", "limit"),
    A_WORD("calendar", ANSWER_NULL, "lịch làm việc", "calendar"),
    A_ENUM("state", 0, CLOCK_STATE_WORDS, "tình trạng", "state"),
    A_TIME("received", ANSWER_NULL, "tính từ", "counts from"),
    A_TIME("due", ANSWER_NULL, "đến hạn", "due"),
};
static const struct answer_shape clock_shape = A_SHAPE("Clock", clock_keys);
static const struct answer_key draft_keys[] = {
    A_INT("by", 0, "người dự thảo", "author"),
    A_TIME("at", ANSWER_NULL, "lúc", "at"),
    A_BOOL("refusal", 0, "dự thảo từ chối", "draft of a refusal"),
    A_TEXT("text", ANSWER_NULL, "kết luận", "conclusion"),
    A_HASH("file", ANSWER_NULL, "tệp", "file"),
};
static const struct answer_shape draft_shape = A_SHAPE("Draft", draft_keys);
static const struct answer_key result_keys[] = {
    A_BOOL("refusal", 0, "từ chối giải quyết", "a refusal"),
    A_INT("approved_by", ANSWER_NULL, "người phê duyệt", "who approved"),
    A_TIME("approved", ANSWER_NULL, "phê duyệt lúc", "approved at"),
    A_TEXT("number", ANSWER_NULL, "số văn bản", "number of the result"),
    A_DATE("date", ANSWER_NULL, "ngày văn bản", "date of the result"),
    A_TEXT("signer", ANSWER_NULL, "người ký", "signer"),
    A_HASH("file", ANSWER_NULL, "tệp", "file"),
};
static const struct answer_shape result_shape = A_SHAPE("Result", result_keys);
static const struct answer_key part_keys[] = {
    A_WORD("result", 0, "kết quả nào", "which result"),
    A_TEXT("title", ANSWER_NULL, "tên kết quả", "title of the result"),
    A_BOOL("refusal", 0, "không cấp", "not given"),
    A_TEXT("number", ANSWER_NULL, "số văn bản", "number"),
    A_DATE("date", ANSWER_NULL, "ngày văn bản", "date"),
    A_TEXT("signer", ANSWER_NULL, "người ký", "signer"),
    A_HASH("file", ANSWER_NULL, "tệp", "file"),
    A_INT("by", ANSWER_NULL, "người ghi", "who recorded it"),
    A_TIME("at", ANSWER_NULL, "lúc", "at"),
};
static const struct answer_shape part_shape = A_SHAPE("PartialResult", part_keys);
static const struct answer_key link_keys[] = {
    A_ENUM("link", 0, LINK_KIND_WORDS, "quan hệ", "relation"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ kia", "code of the other dossier"),
    A_TIME("due", ANSWER_NULL, "hạn của hồ sơ kia", "due of the other dossier"),
    A_TIME("finished", ANSWER_NULL, "có kết quả lúc", "its result was ready at"),
    A_WORD("ended", ANSWER_NULL, "kết thúc không có kết quả: withdrawn, stopped, closed, rejected",
           "ended without a result: withdrawn, stopped, closed, rejected"),
};
static const struct answer_shape link_shape = A_SHAPE("DossierLink", link_keys);
static const struct answer_key fee_keys[] = {
    A_WORD("fee", 0, "khoản thu", "item of the tariff"),
    A_TEXT("title", 0, "tên khoản thu", "title"),
    A_BOOL("charge", 0, "true: lệ phí; false: phí", "true: state charge, false: fee"),
    A_INT("units", 0, "số đơn vị", "units"),
    A_INT("full", 0, "mức thu, đồng", "amount without the exemption"),
    A_INT("amount", 0, "phải nộp, đồng", "amount to be paid"),
    A_WORD("exemption", ANSWER_NULL, "trường hợp miễn", "exemption"),
};
const struct answer_shape answer_fee = A_SHAPE("FeeLine", fee_keys);
static const struct answer_key done_keys[] = {
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "title of the step"),
    A_INT("visit", 0, "lần thứ mấy", "how many times at this step"),
    A_OBJECT("at", ANSWER_NULL, &answer_agency, "cơ quan", "agency"),
    A_INT("officer", ANSWER_NULL, "người làm", "officer"),
    A_WORD("branch", ANSWER_MAYBE, "nhánh song song", "parallel branch"),
    A_TEXT("branch_title", ANSWER_MAYBE, "tên nhánh", "title of the branch"),
    A_WORD("action", ANSWER_NULL, "hành động; nhánh: null", "action; null: a branch"),
    A_WORD("outcome", ANSWER_MAYBE, "nhánh trả lời: agree, disagree, done, deemed, closed",
           "how the branch answered: agree, disagree, done, deemed, closed"),
    A_TIME("started", ANSWER_NULL, "bắt đầu", "started"),
    A_TIME("finished", ANSWER_NULL, "xong", "finished"),
    A_TIME("due", ANSWER_NULL, "hạn của bước", "due of the step"),
};
static const struct answer_shape done_shape = A_SHAPE("StepDone", done_keys);
static const struct answer_key dossier_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ; trước khi tiếp nhận: số hiệu lần nộp",
           "code; before acceptance the id of the submission"),
    A_WORD("submission", ANSWER_NULL, "số hiệu lần nộp", "id of the submission"),
    A_WITH(&answer_members),
    A_ENUM("sync", ANSWER_NULL, SYNC_WORDS,
           "Cổng Dịch vụ công quốc gia đã biết chưa: pending: còn chờ gửi; failed: đã gửi mà không "
           "đến, sẽ gửi lại; confirmed: không còn gì chờ; null: chưa khai báo cổng",
           "what the national portal knows: pending: it waits to be told; failed: it was tried and "
           "did not arrive, it is tried again; confirmed: nothing waits; null: no portal is named"),
    A_NAME("class", 0, answer_class, "đúng hạn hay không", "on time or not"),
    A_INT("version", 0, "phiên bản thủ tục", "version of the procedure"),
    A_TEXT("procedure_name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_WORD("regime", ANSWER_NULL, "nghị định áp dụng", "decree in force at receipt"),
    A_BOOL("valid_first", 0, "hợp lệ ngay lần nộp đầu", "valid at first submission"),
    A_TIME("ended", ANSWER_NULL, "kết thúc lúc", "ended at"),
    A_LIST("clocks", 0, &clock_shape, "các thời hạn", "clocks"),
    A_OBJECT("draft", ANSWER_NULL, &draft_shape, "dự thảo", "draft"),
    A_OBJECT("result", ANSWER_NULL, &result_shape, "kết quả", "result"),
    A_LIST("results", 0, &part_shape, "từng kết quả, khi có nhiều", "each of several results"),
    A_LIST("links", 0, &link_shape, "hồ sơ liên thông", "other dossiers"),
    A_LIST("done", 0, &done_shape, "các bước đã xong", "steps that were done"),
    A_LIST("requests", 0, &answer_requests, "các đề nghị, yêu cầu", "requests"),
    A_LIST("fees", 0, &answer_fee, "từng khoản thu khi tiếp nhận", "what acceptance charged"),
    A_TEXT("evidence", ANSWER_NULL, "giấy tờ chứng minh được miễn", "proof of the exemption"),
    A_INT("paid", 0, "đã nộp, đồng", "paid so far, dong"),
    A_INT("owed", 0, "còn phải nộp, đồng", "still owed, dong"),
    A_INT("fee_owed", 0, "trong đó phí, lệ phí khi tiếp nhận", "of that, what acceptance charged"),
    A_BOOL("by_officer", 0, "nộp hộ: cán bộ nhập thay trên mạng",
           "submitted online by staff for the applicant"),
    A_TIME("claimed", ANSWER_NULL, "nhập bù: lúc thực sự nộp; đính chính: lúc phát hiện",
           "late entry: when it was handed in; correction: when the mistake was found"),
    A_OBJECT("content", ANSWER_NULL, &intake_content_answer, "nội dung hồ sơ", "content"),
    A_BOOL("masked", 0, "đã che dữ liệu cá nhân", "personal data are masked"),
};
static const struct answer_shape dossier_shape = A_SHAPE("Dossier", dossier_keys);

static const struct answer_shape payload_shape = A_PRINTED("EventData", payload_schema);
static const struct answer_key event_keys[] = {
    A_INT("seq", 0, "số thứ tự", "number"),
    A_NAME("kind", 0, answer_event, "loại", "kind"),
    A_TEXT("title", ANSWER_NULL, "việc", "what happened"),
    A_TIME("at", ANSWER_NULL, "lúc", "at"),
    A_INT("actor", ANSWER_NULL, "người làm; null: hệ thống", "who; null: the system"),
    A_TEXT("name", ANSWER_NULL, "tên người làm", "name"),
    A_INT("on_behalf_of", ANSWER_NULL, "làm thay cho", "on behalf of"),
    A_OBJECT("at_agency", ANSWER_NULL, &answer_agency, "cơ quan", "agency of the actor"),
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_WORD("assigned", ANSWER_NULL, "số được cấp", "number that was given"),
    A_OBJECT("data", 0, &payload_shape, "dữ liệu của sự kiện", "what the event says"),
};
static const struct answer_shape event_shape = A_SHAPE("Event", event_keys);
static const struct answer_key someone_keys[] = {
    A_INT("officer", 0, "tài khoản", "account"),
    A_TEXT("name", 0, "tên", "name"),
};
static const struct answer_shape someone_shape = A_SHAPE("OfficerName", someone_keys);
static const struct answer_key step_keys[] = {
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", 0, "tên", "title"),
    A_TEXT("limit", ANSWER_NULL, "thời hạn bằng lời", "limit in words"),
    A_TEXT("used", ANSWER_NULL, "thời gian làm việc đã dùng, bằng lời",
           "working time used there, in words"),
};
static const struct answer_shape step_shape = A_SHAPE("DefinedStep", step_keys);
static const struct answer_key component_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_TEXT("title", 0, "tên", "title"),
    A_BOOL("required", 0, "bắt buộc", "required"),
};
static const struct answer_shape component_shape = A_SHAPE("DefinedComponent", component_keys);
static const struct answer_key definition_keys[] = {
    A_LIST("steps", 0, &step_shape, "các bước", "steps"),
    A_LIST("components", 0, &component_shape, "thành phần hồ sơ", "components"),
};
static const struct answer_shape definition_shape = A_SHAPE("Definition", definition_keys);
static const struct answer_key history_keys[] = {
    A_WITH(&dossier_shape),
    A_OBJECT("definition", ANSWER_MAYBE | ANSWER_NULL, &definition_shape,
             "của phiên bản và trường hợp mà hồ sơ đang theo (definition=true)",
             "of the version and case that it runs on (definition=true)"),
    A_LIST("history", 0, &event_shape, "lịch sử", "history"),
    A_LIST("people", 0, &someone_shape, "người đang giữ việc mà chưa có trong lịch sử",
           "who holds a task and is not in the history yet"),
};
static const struct answer_shape history_shape = A_SHAPE("DossierHistory", history_keys);

/* As worktime_explain writes them; how many days, months or minutes a line counts stands on it. */
static const struct answer_key line_keys[] = {
    A_WORD("kind", 0, "loại dòng", "kind of line"),
    A_WORD("from", 0, "từ ngày hoặc phút", "from this day or minute"),
    A_WORD("to", ANSWER_MAYBE, "đến ngày hoặc phút", "to this day or minute"),
    A_INT("days", ANSWER_MAYBE, "số ngày tính", "days counted"),
    A_INT("months", ANSWER_MAYBE, "số tháng tính", "months counted"),
    A_INT("minutes", ANSWER_MAYBE, "số phút tính", "minutes counted"),
    A_INT("paused", ANSWER_MAYBE, "số phút tạm dừng", "minutes paused"),
    A_TEXT("text", 0, "bằng lời", "in words"),
    A_TEXT("basis", ANSWER_MAYBE, "căn cứ", "legal basis"),
};
const struct answer_shape answer_why_line = A_SHAPE("WhyLine", line_keys);
static const struct answer_key story_keys[] = {
    A_WORD("kind", 0, "loại", "kind of line"),
    A_TIME("at", 0, "lúc", "at"),
    A_TEXT("text", 0, "bằng lời", "in words"),
    A_INT("request", ANSWER_MAYBE, "số đề nghị", "number of the request"),
    A_TEXT("basis", ANSWER_MAYBE, "căn cứ", "legal basis"),
};
static const struct answer_shape story_shape = A_SHAPE("LedgerLine", story_keys);
static const struct answer_key why_keys[] = {
    A_ENUM("clock", 0, CLOCK_KIND_WORDS, "loại thời hạn", "kind of clock"),
    A_TEXT("title", 0, "tên thời hạn", "title"),
    A_TEXT("subject", ANSWER_MAYBE, "bước hoặc đoạn", "step or span"),
    A_WORD("budget", 0, "thời hạn", "limit"),
    A_WORD("calendar", 0, "lịch làm việc", "calendar"),
    A_TIME("due", 0, "đến hạn", "due"),
    A_LIST("story", 0, &story_shape, "sổ của thời hạn: nhận, dừng, tính lại, gia hạn",
           "the ledger: received, stopped, counted anew, extended"),
    A_LIST("lines", 0, &answer_why_line, "từng dòng", "line by line"),
    A_TEXT("note", ANSWER_MAYBE, "lưu ý", "note"),
};
const struct answer_shape answer_why = A_SHAPE("Why", why_keys);
static const struct answer_key told_keys[] = {
    A_ENUM("kind", 0, CLOCK_KIND_WORDS, "loại thời hạn", "kind of clock"),
    A_TEXT("step", ANSWER_MAYBE, "tên bước", "title of the step"),
    A_TEXT("budget", 0, "thời hạn bằng lời", "limit in words"),
    A_WORD("calendar", ANSWER_NULL, "lịch làm việc", "calendar"),
    A_ENUM("state", 0, CLOCK_STATE_WORDS, "tình trạng", "state"),
    A_TIME("received", ANSWER_NULL, "tính từ", "counts from"),
    A_TIME("due", ANSWER_NULL, "đến hạn", "due"),
    A_OBJECT("why", ANSWER_NULL, &answer_why, "vì sao hạn này", "why it is due then"),
};
static const struct answer_shape told_shape = A_SHAPE("ClockExplained", told_keys);
static const struct answer_key clocks_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_NAME("class", 0, answer_class, "đúng hạn hay không", "on time or not"),
    A_LIST("clocks", 0, &told_shape, "các thời hạn", "clocks"),
};
static const struct answer_shape clocks_shape = A_SHAPE("Clocks", clocks_keys);

static const struct answer_key why_not_keys[] = {
    A_NAME("code", 0, answer_error, "mã", "code"),
    A_TEXT("detail", 0, "lý do và cách khắc phục, như khi bị từ chối",
           "reason and what to do about it, as a refusal tells it"),
};
static const struct answer_shape why_not_shape = A_SHAPE("WhyNot", why_not_keys);
static const struct answer_key possible_keys[] = {
    A_NAME("command", 0, answer_command, "việc, cũng là đường dẫn", "command, also the path"),
    A_INT("task", ANSWER_MAYBE, "số việc", "task"),
    A_NAME("request_kind", ANSWER_MAYBE, answer_request, "loại đề nghị", "kind of request"),
    A_INT("request", ANSWER_MAYBE, "số đề nghị", "number of the request"),
    A_TEXT("answers", ANSWER_MAYBE, "các câu trả lời được", "what may be answered"),
    A_BOOL("sends", ANSWER_MAYBE, "gửi ngay cho người nộp: ghi được đã báo bằng cách nào (method)",
           "it goes to the applicant at once: may say how she was told (method)"),
    A_INT("undo_seconds", ANSWER_MAYBE, "take-back: hoàn tác được trong ngần ấy giây",
          "take-back: it undoes, for so many seconds"),
    A_WORD("action", ANSWER_MAYBE, "hành động của bước", "action of the step"),
    A_TEXT("title", ANSWER_MAYBE, "tên hành động", "title of the action"),
    A_NAME("effect", ANSWER_MAYBE, answer_effect, "tác dụng", "effect"),
    A_TEXT("to", ANSWER_MAYBE, "bước tiếp theo", "next step"),
    A_BOOL("allowed", 0, "được làm lúc này", "may be done now"),
    A_WORDS("needs", 0, need_words, "cần có", "what it asks for"),
    A_WORDS("settled", ANSWER_MAYBE, settled_words, "thủ tục đã quy định, không phải nhập",
            "said by the procedure: not to be typed in"),
    A_OBJECT("why_not", ANSWER_MAYBE, &why_not_shape, "vì sao không", "why not"),
};
static const struct answer_shape possible_shape = A_SHAPE("Possible", possible_keys);
static const struct answer_key acts_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_LIST("acts", 0, &possible_shape, "các việc", "acts"),
};
static const struct answer_shape acts_shape = A_SHAPE("PossibleActs", acts_keys);

static const struct route_param history_params[] = {
    {"definition",
     {"true: kèm các bước và thành phần của phiên bản thủ tục mà hồ sơ đang theo",
      "true: with steps and components of the version of the procedure that it runs on"}},
    {NULL, {NULL, NULL}},
};

#define READ(path, fn, shape, vi, en)                                                              \
    {                                                                                              \
        .method = HTTP_GET, .pattern = "/v1/dossiers/{code}" path,                                 \
        .permission = PERM_DOSSIER_READ, .flags = ROUTE_ETAG, .lane = LANE_READ, .handle = (fn),   \
        .answer = &(shape), .summary = {                                                           \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    READ("", show, dossier_shape, "Hồ sơ: trạng thái, nội dung, việc đang mở",
         "The dossier: state, content, open tasks"),
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/history",
     .permission = PERM_DOSSIER_READ,
     .flags = ROUTE_ETAG,
     .lane = LANE_READ,
     .query = history_params,
     .handle = history,
     .answer = &history_shape,
     .summary = {"Lịch sử hồ sơ", "History of the dossier"}},
    READ("/clocks", clocks, clocks_shape, "Các thời hạn và vì sao",
         "The clocks and why each is due then"),
    READ("/possible", possible, acts_shape, "Việc làm được lúc này, và vì sao không",
         "What may be done now, and why not"),
};
ROUTE_TABLE(routes_dossiers, rows);
