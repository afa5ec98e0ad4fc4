/* The middle of the write path: what a decision may look at, the decision, and what it changes.
 * Everything made here lies in the act's arena.  The worker's thread. */
#include <stdio.h>

#include "common/dossier/timers.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/inside.h"

#define REPLY_MAX       ((size_t)4 << 20)
#define CLOCK_BEHIND_US 2000000 /* more than clocks of machines drift apart: said in the log */

static const struct calendar *calendar_named(void *ctx, const char *name)
{
    const struct job *j = ctx;

    return snapshot_calendar(j->snap, name);
}

static const struct officer_load *officers_of(void *ctx, int agency, enum role role, size_t *ret_n)
{
    return officers_cached(ctx, agency, role, ret_n);
}

/* The rules of the day of receipt are pinned at acceptance; until then today's hold. */
static const struct regime *regime_for(const struct job *j, dayno today)
{
    if (j->before && j->before->accepted != INSTANT_NONE)
        return regime_named(j->snap->regimes, j->before->regime);
    return regime_on(j->snap->regimes, today);
}

static const struct procedure *procedure_for(const struct job *j, dayno today)
{
    if (j->before)
        return snapshot_procedure_hash(j->snap, j->before->procedure_hash);
    return j->act->procedure ? snapshot_procedure(j->snap, j->act->procedure, today) : NULL;
}

/* The content's digest is what the history keeps of it: made here, of the very text that is stored.
 */
static void take_content(struct job *j)
{
    struct act *a = j->act;
    uint8_t *digest;

    if (!a->content || j->content_body)
        return;
    memcpy(j->salt, a->content->salt, sizeof j->salt);
    j->salted = true;
    j->content_body = content_body(a->arena, a->content);
    digest = arena_alloc(a->arena, SHA256_BYTES);
    content_digest_of(j->salt, span_of(j->content_body), digest);
    if (a->cmd.intake) {
        j->intake = *a->cmd.intake;
        j->intake.content_digest = digest;
        j->cmd.intake = &j->intake;
    }
}

static void refuse_act(struct job *j)
{
    struct act *a = j->act;
    enum err e = j->decision.refusals ? j->decision.refusal[0].e : ERR_INTERNAL;

    metric_add(METRIC_ACT_REFUSED, 1);
    a->refusal = j->decision.refusal;
    a->refusals = j->decision.refusals;
    a->current = j->before;
    a->seq = j->before ? j->before->seq : 0;
    act_finish(j, e);
}

static void write_reply(struct job *j)
{
    struct act *a = j->act;
    struct buf b;

    j->reply = "{}";
    if (!a->reply)
        return;
    buf_init(&b, REPLY_MAX);
    a->reply(a, &j->decision, &b);
    if (buf_ok(&b) && b.n >= 2)
        j->reply = arena_strndup(a->arena, b.p, b.n);
    buf_free(&b);
}

/* Acceptance makes the secret of the receipt from the request's key and the content's salt: so a
 * repeated request gets the same one, although only its hash is stored. */
static void make_secret(struct job *j)
{
    struct act *a = j->act;
    char random[33];
    uint8_t bytes[16];
    const char *key = a->idempotency_key;

    j->accepts = j->decision.after->accepted != INSTANT_NONE &&
                 (!j->before || j->before->accepted == INSTANT_NONE);
    if (!j->accepts)
        return;
    if (!key) {
        random_bytes(bytes, sizeof bytes);
        hex_encode(bytes, sizeof bytes, random);
        key = random;
    }
    track_secret_of(key, j->salt, a->arena, &j->track_secret, j->track_hash);
}

static void name_submission(struct job *j)
{
    uint8_t bytes[10];
    char text[17];

    if (j->before || j->decision.after->accepted != INSTANT_NONE)
        return;
    random_bytes(bytes, sizeof bytes);
    base32_encode(bytes, 16, text);
    j->submission = arena_printf(j->act->arena, "S-%s", text);
}

static void nothing_to_store(struct job *j)
{
    struct act *a = j->act;

    a->fired = 0; /* somebody else did it meanwhile */
    a->current = j->before;
    a->seq = j->before ? j->before->seq : 0;
    write_reply(j);
    a->reply_json = span_of(j->reply);
    act_finish(j, ERR_OK);
}

/* Only a row that moves is written: most acts leave the next timer where it was. */
static void plan_timer(struct job *j, const struct context *ctx)
{
    struct context before = *ctx, after = *ctx;
    instant was = INSTANT_NONE;

    if (ctx->target && j->decision.events)
        after.procedure = ctx->target;
    if (j->before && !j->by_itself)
        was = dossier_next_timer(j->before, &before);
    j->next_timer = dossier_next_timer(j->decision.after, &after);
    j->timer_moves = j->by_itself || j->next_timer != was;
    j->act->next_timer = j->next_timer;
}

static void decided(struct job *j, const struct context *ctx)
{
    struct act *a = j->act;

    plan_timer(j, ctx);
    if (j->decision.events == 0) {
        nothing_to_store(j);
        return;
    }
    dossier_change(a->arena, j->before, &j->decision, &j->change);
    name_submission(j);
    make_secret(j);
    a->track_secret = j->track_secret;
    a->current = j->decision.after;
    a->seq = j->decision.after->seq;
    act_messages(j);
    write_reply(j);
    officers_moved(j->st, j);
    act_queue(j);
}

/* The event is dated not before the last one of its dossier; that this was needed is told. */
static void watch_clock(const struct job *j, instant now)
{
    if (j->before && j->before->last_at != INSTANT_NONE &&
        j->before->last_at - now > CLOCK_BEHIND_US) {
        metric_add(METRIC_CLOCK_BEHIND, 1);
        log_event(LOG_L_WARN, "clock-behind", LOG_INT("dossier", j->before->id),
                  LOG_INT("us", j->before->last_at - now));
    }
}

void act_decide(struct job *j)
{
    struct act *a = j->act;
    instant now = clock_now();
    dayno today = lminute_day(lminute_of(now));
    struct context ctx;

    watch_clock(j, now);
    snapshot_unref(j->snap);
    j->snap = snapshot_ref(j->st->snap);
    take_content(j);
    j->procedure = procedure_for(j, today);
    j->missed = false;
    ctx = (struct context){.arena = a->arena,
                           .now = now,
                           .actor = a->actor,
                           .procedure = j->procedure,
                           .org = j->snap->org,
                           .regime = regime_for(j, today),
                           .earlier = j->earlier,
                           .calendar = calendar_named,
                           .officers = officers_of,
                           .ctx = j,
                           .delegation = j->delegation,
                           .delegations = j->delegations,
                           .past = j->recent.past,
                           .pasts = j->recent.pasts,
                           .gone_out = j->recent.gone_out};
    if (a->behalf)
        ctx.actor.on_behalf_of = j->behalf;
    dossier_decide(j->before, j->new_id, &j->cmd, &ctx, &j->decision);
    if (j->missed && ++j->misses <= MISSES_MAX)
        officers_load(j); /* decides again with the list */
    else if (!j->decision.ok)
        refuse_act(j);
    else
        decided(j, &ctx);
}
