/* One act: filled by a handler, stored by the store, answered here with the state after it.
 * The act lives in the request's arena; the request stays until the store is done with it, whether
 * its client waits or not.  The worker's thread. */
#include "server/api/acting.h"

#include <stdio.h>

#include "server/api/state.h"
#include "server/store/halls.h"

#define AUDITED_MAX 10 /* rules named in one line */

struct act *acting_new(struct req *rq, enum command_kind kind, const char *code)
{
    struct act *act = ARENA_NEW(rq->arena, struct act);

    act->code = code;
    act->if_match = code ? rq->if_match : -1;
    act->idempotency_key = rq->key;
    memcpy(act->body_hash, rq->body_hash, sizeof act->body_hash);
    act->cmd.kind = kind;
    act->actor = req_actor(rq);
    act->behalf = rq->behalf;
    act->arena = rq->arena;
    act->owner = rq;
    return act;
}

/* What the counter should look at before the applicant goes. */
static void warnings_json(struct req *rq, const struct act *a, struct buf *out)
{
    struct jw w;

    if (!a->duplicate || !a->cmd.intake || out->n < 2)
        return;
    out->n--; /* the brace that closes the state */
    buf_str(out, ",\"warnings\":");
    w = jw_to(out);
    jw_list(&w);
    jw_open(&w);
    jw_kstr(&w, "code", "open-duplicate");
    jw_kstr(&w, "dossier", a->duplicate);
    jw_kstr(&w, "message",
            rq->lang == LANG_EN ? "The same owner has an open dossier of this procedure"
                                : "Chủ hồ sơ đang có hồ sơ cùng thủ tục chưa giải quyết xong");
    jw_close(&w);
    jw_end(&w);
    buf_char(out, '}');
}

static void write_reply(struct act *a, const struct decision *d, struct buf *out)
{
    struct req *rq = a->owner;
    const char *code = NULL; /* the statement puts it before what it stores */

    if (d->events == 0) /* nothing to store: done already */
        code = d->after->code ? d->after->code : a->code;
    state_json(d->after, code, req_snapshot(rq), rq->lang, out);
    warnings_json(rq, a, out);
}

/* The secret of the receipt is told once, in the answer; it is not in what is stored. */
static struct span with_secret(struct req *rq, const struct act *a)
{
    struct buf b;
    struct span out;

    if (!a->track_secret || a->reply_json.n < 2)
        return a->reply_json;
    buf_init(&b, ANSWER_MAX);
    buf_put(&b, a->reply_json.p, a->reply_json.n - 1);
    buf_printf(&b, ",\"secret\":\"%s\"}", a->track_secret);
    out = (struct span){arena_strndup(rq->arena, b.p, b.n), b.n};
    buf_free(&b);
    return out;
}

static void reply_done(struct req *rq, const struct act *a)
{
    struct http_header h[3];
    char tag[32];
    unsigned n = 0;

    (void)snprintf(tag, sizeof tag, "\"%lld\"", (long long)a->seq);
    h[n++] = (struct http_header){SPAN_LIT("ETag"), span_of(tag)};
    if (a->replayed)
        h[n++] = (struct http_header){SPAN_LIT("Idempotent-Replayed"), SPAN_LIT("true")};
    if (!a->code && a->assigned)
        h[n++] = (struct http_header){
            SPAN_LIT("Location"),
            span_of(arena_printf(rq->arena, "/v1/%s/%s",
                                 a->assigned[0] == 'S' && a->assigned[1] == '-' ? "submissions"
                                                                                : "dossiers",
                                 a->assigned))};
    reply_body(rq, a->code ? 200 : 201, "application/json", with_secret(rq, a), h, n);
}

static void reply_not_done(struct req *rq, const struct act *a)
{
    struct buf b;

    if (a->e == ERR_NOT_FOUND ||
        (a->current && !store_may_see(req_snapshot(rq), &rq->viewer, a->current))) {
        reply_detail(rq, ERR_NOT_FOUND, "Không có hồ sơ này trong phạm vi của bạn: xem lại mã.",
                     "There is no such dossier that you may see: look at the code again.");
        return;
    }
    buf_init(&b, ANSWER_MAX);
    if (a->current && a->e == ERR_STALE)
        state_json(a->current, a->current->code ? a->current->code : a->code, req_snapshot(rq),
                   rq->lang, &b);
    reply_refused(rq, a->e, a->refusal, a->refusals, (struct span){b.p, b.n},
                  a->current && a->e == ERR_STALE ? a->current->seq : -1);
    buf_free(&b);
}

/* What was refused leaves a trace here and nowhere else: who, which act, which rule; no word of
 * what was typed. */
static void audit_refusal(struct req *rq, const struct act *a)
{
    struct buf b;
    struct jw w;
    size_t i;

    buf_init(&b, 4096);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "act", command_name(a->cmd.kind));
    jw_kstr(&w, "dossier", a->code);
    jw_kstr(&w, "code", err_code(a->e));
    jw_key(&w, "rules");
    jw_list(&w);
    for (i = 0; i < a->refusals && i < AUDITED_MAX; i++)
        jw_str(&w, err_code(a->refusal[i].e));
    jw_end(&w);
    jw_kbool(&w, "on_behalf", a->behalf != NULL);
    jw_kstr(&w, "request", rq->id);
    jw_close(&w);
    store_audit(rq->api->store, "act-refused", rq->user.user, rq->http ? http_peer(rq->http) : NULL,
                buf_cstr(&b));
    buf_free(&b);
}

/* The visit learns what came of it; the history says it too, should this be lost. */
static void tell_ticket(struct req *rq, const struct act *a)
{
    const char *code = a->assigned ? a->assigned : a->code;

    if (a->e == ERR_OK && a->cmd.intake && a->cmd.intake->ticket && code && !a->replayed)
        store_ticket_dossier(rq->api->store, &rq->viewer, a->cmd.intake->ticket, code);
}

static void stored(void *owner, struct act *a)
{
    struct req *rq = owner;

    tell_ticket(rq, a);
    if (a->refusals)
        audit_refusal(rq, a);
    if (!req_back(rq))
        return;
    if (a->e == ERR_OK)
        reply_done(rq, a);
    else
        reply_not_done(rq, a);
}

void acting_go(struct req *rq, struct act *act)
{
    act->reply = write_reply;
    act->done = stored;
    rq->wait = WAIT_HELD;
    store_act(rq->api->store, act);
}

/* ---- words of bodies */

bool acting_agency(struct req *rq, const char *word, int *ret)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int i = word ? organisation_find(o, word) : -1;

    if (!word)
        return true;
    if (i < 0) {
        violation_add(&rq->bad, "/to", "bad-value",
                      "không có cơ quan “%s”: ghi khóa của danh mục cơ quan, như STC",
                      "there is no agency “%s”: name a key of the organisation, like STC", word);
        return false;
    }
    *ret = o->agency[i].id;
    return true;
}

bool acting_limit(struct req *rq, const char *word, struct quantity *ret)
{
    if (!word)
        return true;
    if (quantity_parse(span_of(word), ret))
        return true;
    violation_add(&rq->bad, "/limit", "bad-value", "thời hạn viết như “5 working_day”",
                  "a limit is written like “5 working_day”");
    return false;
}
