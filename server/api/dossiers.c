/* Reading one dossier: its state and content, history, clocks with reasons, what may be done now.
 * The worker's thread. */
#include "server/api/state.h"
#include "server/store/dossier_json.h"

static void found(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else
        reply_json(rq, 200, json, version);
}

static void show(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], false, rq->lang, found, rq);
}

static void history(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], true, rq->lang, found, rq);
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
    static const char *const kinds[] = {"legal", "step", "intake", "span", "supplement", "consult"};
    static const char *const states[] = {"running", "stopped", "ended"};
    const struct clock *c = &s->clock[i];
    struct buf text, words;

    buf_init(&text, ANSWER_MAX);
    buf_init(&words, 256);
    quantity_words(c->budget, rq->lang, &words);
    jw_open(w);
    jw_kstr(w, "kind", kinds[c->kind]);
    if (c->kind == CLOCK_STEP && c->subject >= 0 && (size_t)c->subject < ctx->procedure->steps)
        jw_ktext2(w, "step", ctx->procedure->step[c->subject].title, rq->lang);
    jw_kstr(w, "budget", buf_cstr(&words));
    jw_kstr(w, "calendar", c->calendar);
    jw_kstr(w, "state", states[c->state]);
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

static void needs_json(struct jw *w, unsigned needs)
{
    static const char *const names[] = {"draft", "reason", "result", "file", "note", "paid"};
    unsigned i;

    jw_key(w, "needs");
    jw_list(w);
    for (i = 0; i < sizeof names / sizeof *names; i++)
        if ((needs >> i) & 1u)
            jw_str(w, names[i]);
    jw_end(w);
}

static void possible_json(struct jw *w, const struct possible *p, const struct dossier *s,
                          const struct context *ctx, enum lang lang)
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
    jw_kbool(w, "allowed", p->allowed);
    needs_json(w, p->needs);
    if (!p->allowed) {
        jw_key(w, "why_not");
        jw_open(w);
        jw_kstr(w, "code", err_code(p->why_not));
        jw_kstr(w, "detail",
                p->detail.vi ? text2_in(p->detail, lang) : err_title(p->why_not, lang));
        jw_close(w);
    }
    jw_close(w);
    (void)s;
}

static void possible_done(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;
    struct possible *p = NULL;
    struct context ctx;
    struct buf *b;
    struct jw w;
    size_t i, n;

    if (!state_came(rq, e, s))
        return;
    ctx = state_context(rq, s);
    n = dossier_possible(s, &ctx, &p);
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_kstr(&w, "code", s->code);
    jw_key(&w, "acts");
    jw_list(&w);
    for (i = 0; i < n; i++)
        possible_json(&w, &p[i], s, &ctx, rq->lang);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, s->seq);
}

static void possible(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, possible_done, rq);
}

#define READ(path, fn, vi, en)                                                                     \
    {                                                                                              \
        .method = HTTP_GET, .pattern = "/v1/dossiers/{code}" path,                                 \
        .permission = PERM_DOSSIER_READ, .flags = ROUTE_ETAG, .lane = LANE_READ, .handle = (fn),   \
        .summary = {                                                                               \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    READ("", show, "Hồ sơ: trạng thái, nội dung, việc đang mở",
         "The dossier: state, content, open tasks"),
    READ("/history", history, "Lịch sử hồ sơ", "History of the dossier"),
    READ("/clocks", clocks, "Các thời hạn và vì sao", "The clocks and why each is due then"),
    READ("/possible", possible, "Việc làm được lúc này, và vì sao không",
         "What may be done now, and why not"),
};
ROUTE_TABLE(routes_dossiers, rows);
