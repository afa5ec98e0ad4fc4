/* What the counter tells before saving: the date with its reasons, the fee line by line, which
 * papers apply.  Counted by acceptance's own functions; nothing is stored.  The worker's thread. */
#include "common/dossier/promise.h"
#include "server/api/intake.h"
#include "server/api/state.h"
#include "server/store/dossier_json.h"

#define BODY_MAX ((size_t)256 * 1024)

static void refusals_json(struct jw *w, const char *key, const struct refusal *r, size_t n,
                          enum lang lang)
{
    jw_key(w, key);
    jw_list(w);
    for (size_t i = 0; i < n; i++) {
        jw_open(w);
        jw_kstr(w, "pointer", r[i].pointer ? r[i].pointer : "");
        jw_kstr(w, "code", err_code(r[i].e));
        jw_kstr(w, "message",
                r[i].detail.vi ? text2_in(r[i].detail, lang) : err_title(r[i].e, lang));
        jw_close(w);
    }
    jw_end(w);
}

static void components_json(struct jw *w, const struct promise *m, enum lang lang)
{
    jw_key(w, "components");
    jw_list(w);
    for (size_t i = 0; i < m->components; i++) {
        const struct component_told *c = &m->component[i];

        jw_open(w);
        jw_kstr(w, "component", c->component->code);
        jw_ktext2(w, "title", c->component->title, lang);
        jw_kbool(w, "applies", c->applies);
        jw_kbool(w, "wanting", c->wanting);
        jw_close(w);
    }
    jw_end(w);
}

static void why_json(struct jw *w, const struct promise *m, const struct context *ctx,
                     enum lang lang)
{
    struct buf text;

    buf_init(&text, ANSWER_MAX);
    jw_key(w, "why");
    if (m->state && dossier_explain_clock(m->state, m->clock, ctx, lang, EXPLAIN_JSON, &text) &&
        buf_ok(&text))
        jw_raw(w, (struct span){text.p, text.n});
    else
        jw_null(w);
    buf_free(&text);
}

static void limit_json(struct jw *w, const struct promise *m, enum lang lang)
{
    struct buf words;

    jw_key(w, "limit");
    if (!m->state) {
        jw_null(w);
        return;
    }
    buf_init(&words, 256);
    quantity_words(m->state->committed, lang, &words);
    jw_str(w, buf_cstr(&words));
    buf_free(&words);
}

static void promise_json(struct jw *w, const struct promise *m, const struct context *ctx,
                         enum lang lang)
{
    const struct dossier *s = m->state;

    jw_open(w);
    jw_kstr(w, "procedure", ctx->procedure->code);
    jw_ki64(w, "version", ctx->procedure->version);
    jw_kstr(w, "case", m->case_code);
    jw_kagency(w, "receiving", ctx->org, m->receiving, lang);
    jw_kagency(w, "competent", ctx->org, m->competent, lang);
    jw_ktime(w, "due", s ? s->current_due : INSTANT_NONE);
    limit_json(w, m, lang);
    why_json(w, m, ctx, lang);
    if (s)
        dossier_fees(w, s, ctx->procedure, lang);
    else
        jw_kraw(w, "fees", SPAN_LIT("[]"));
    jw_key(w, "fee");
    if (s)
        jw_i64(w, s->fee);
    else
        jw_null(w);
    components_json(w, m, lang);
    jw_kbool(w, "acceptable", s && m->wrongs == 0 && m->wantings == 0);
    refusals_json(w, "wrong", m->wrong, m->wrongs, lang);
    refusals_json(w, "wanting", m->wanting, m->wantings, lang);
    jw_close(w);
}

static void promise(struct req *rq)
{
    const struct intake_in *in = rq->body;
    struct command cmd = {.kind = CMD_TAKE_IN};
    struct context ctx = today_context(rq, in->procedure);
    struct promise m;
    struct buf *b;
    struct jw w;

    if (!ctx.procedure) {
        violation_add(&rq->bad, "/procedure", "not-in-force",
                      "không có thủ tục “%s” đang có hiệu lực", "no procedure “%s” is in force",
                      in->procedure);
        reply_invalid(rq, ERR_R_NOT_IN_FORCE, &rq->bad);
        return;
    }
    if (!intake_preview(rq, ctx.procedure, &cmd))
        return;
    dossier_promise(&cmd, &ctx, &m);
    b = reply_buf(rq);
    w = jw_to(b);
    promise_json(&w, &m, &ctx, rq->lang);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static const struct answer_key refusal_keys[] = {
    A_TEXT("pointer", 0, "con trỏ JSON vào nội dung gửi lên; rỗng: cả hồ sơ",
           "JSON pointer into what was sent; empty: the whole"),
    A_NAME("code", 0, answer_error, "mã", "code"),
    A_TEXT("message", 0, "nội dung", "in words"),
};
static const struct answer_shape refusal_shape = A_SHAPE("PromiseRefusal", refusal_keys);
static const struct answer_key component_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_TEXT("title", ANSWER_NULL, "tên", "title"),
    A_BOOL("applies", 0, "áp dụng với hồ sơ này", "applies to this dossier"),
    A_BOOL("wanting", 0, "bắt buộc mà chưa có", "required and not there yet"),
};
static const struct answer_shape component_shape = A_SHAPE("ComponentApplies", component_keys);
static const struct answer_key promise_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_INT("version", 0, "phiên bản", "version"),
    A_WORD("case", ANSWER_NULL, "trường hợp đã chọn hoặc tự xác định", "case chosen, or found"),
    A_OBJECT("receiving", ANSWER_NULL, &answer_agency, "nơi tiếp nhận", "receiving unit"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "nơi giải quyết", "competent agency"),
    A_TIME("due", ANSWER_NULL, "ngày hẹn trả; null: chưa hẹn được",
           "the date promised; null: none can be told yet"),
    A_TEXT("limit", ANSWER_NULL, "thời hạn bằng lời", "time limit in words"),
    A_OBJECT("why", ANSWER_NULL, &answer_why, "vì sao hạn này", "why it is due then"),
    A_LIST("fees", 0, &answer_fee, "từng khoản thu", "each item charged"),
    A_INT("fee", ANSWER_NULL, "tổng cộng, đồng", "in all, dong"),
    A_LIST("components", 0, &component_shape, "thành phần hồ sơ của trường hợp này",
           "components of this case"),
    A_BOOL("acceptable", 0, "tiếp nhận được ngay", "may be accepted as it is"),
    A_LIST("wrong", 0, &refusal_shape, "điều sai, không tiếp nhận được",
           "what is wrong: it would be refused"),
    A_LIST("wanting", 0, &refusal_shape, "điều còn thiếu", "what is not there yet"),
};
static const struct answer_shape promise_shape = A_SHAPE("PromiseTold", promise_keys);

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/promise",
     .permission = PERM_INTAKE,
     .lane = LANE_READ,
     .handle = promise,
     .body = &intake_promise_shape,
     .body_max = BODY_MAX,
     .answer = &promise_shape,
     .summary = {"Ngày hẹn, phí và thành phần nếu tiếp nhận lúc này; không lưu gì",
                 "Date, fee and components if it were accepted now; nothing is stored"}},
};
ROUTE_TABLE(routes_promise, rows);
