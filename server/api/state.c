/* The state of a dossier as JSON, and contexts for questions to it.  Nothing is owned; everything
 * lives in the caller's arena or buffer.  The worker's thread. */
#include "server/api/state.h"

#include "common/access/access.h"

static const char *const money_names[] = {"none", "requested", "paid", "refunded", "exempt"};
static const char *const handover_names[] = {"none", "ready", "handed", "posted"};
static const char *const sync_names[] = {"pending", "sent", "confirmed", "failed"};

void jw_time(struct jw *w, const char *key, instant t)
{
    char text[32];

    if (t == INSTANT_NONE) {
        jw_knull(w, key);
        return;
    }
    instant_rfc3339(t, text);
    jw_kstr(w, key, text);
}

void jw_agency(struct jw *w, const char *key, const struct organisation *o, int id, enum lang lang)
{
    int i = organisation_of_id(o, id);

    jw_key(w, key);
    if (i < 0) {
        jw_null(w);
        return;
    }
    jw_open(w);
    jw_kstr(w, "agency", o->agency[i].agency);
    jw_kstr(w, "name", text2_in(o->agency[i].name, lang));
    jw_close(w);
}

void jw_title(struct jw *w, const char *key, struct text2 t, enum lang lang)
{
    jw_kstr(w, key, text2_in(t, lang));
}

static void task_json(struct jw *w, const struct task *t, const struct procedure *p,
                      const struct snapshot *snap, enum lang lang)
{
    const struct step *st = p && (size_t)t->step < p->steps ? &p->step[t->step] : NULL;

    jw_open(w);
    jw_ki64(w, "task", t->task);
    jw_kstr(w, "step", st ? st->step : NULL);
    jw_kstr(w, "title", st ? text2_in(st->title, lang) : NULL);
    jw_agency(w, "at", snap->org, t->agency, lang);
    jw_kstr(w, "role", role_name(t->role));
    if (t->officer)
        jw_ki64(w, "officer", t->officer);
    else
        jw_knull(w, "officer");
    jw_time(w, "opened", t->opened);
    jw_time(w, "received", t->received);
    jw_time(w, "due", t->due);
    jw_close(w);
}

static void dues_json(struct jw *w, const struct dossier *s)
{
    jw_key(w, "due");
    if (s->original_due == INSTANT_NONE) {
        jw_null(w);
        return;
    }
    jw_open(w);
    jw_time(w, "original", s->original_due);
    jw_time(w, "basis", s->basis_due);
    jw_time(w, "current", s->current_due);
    jw_close(w);
}

void state_json(const struct dossier *s, const char *code, const struct snapshot *snap,
                enum lang lang, struct buf *out)
{
    const struct procedure *p = snapshot_procedure_hash(snap, s->procedure_hash);
    struct jw w = jw_to(out);
    size_t i;

    jw_open(&w);
    if (code)
        jw_kstr(&w, "code", code);
    jw_ki64(&w, "seq", s->seq);
    jw_kstr(&w, "status", dossier_status_name(s->status));
    jw_title(&w, "status_title", dossier_status_title(s->status), lang);
    jw_kstr(&w, "money", money_names[s->money]);
    jw_kstr(&w, "handover", handover_names[s->handover]);
    jw_kstr(&w, "sync", sync_names[s->sync]);
    jw_kstr(&w, "procedure", s->procedure);
    jw_kstr(&w, "case", s->case_code);
    jw_kstr(&w, "channel", channel_name(s->channel));
    jw_agency(&w, "receiving", snap->org, s->receiving, lang);
    jw_agency(&w, "competent", snap->org, s->competent, lang);
    jw_ki64(&w, "attempts", s->attempts);
    jw_time(&w, "submitted", s->submitted);
    jw_time(&w, "accepted", s->accepted);
    dues_json(&w, s);
    jw_time(&w, "finished", s->finished);
    jw_time(&w, "returned", s->returned);
    jw_ki64(&w, "fee", s->fee);
    jw_key(&w, "tasks");
    jw_list(&w);
    for (i = 0; i < s->tasks; i++)
        task_json(&w, &s->task[i], p, snap, lang);
    jw_end(&w);
    jw_close(&w);
}

bool state_visible(const struct viewer *v, const struct snapshot *snap, const struct dossier *s)
{
    size_t i;

    if (v->all || access_may_read(snap->org, v->agency, v->roles, s->receiving) ||
        access_may_read(snap->org, v->agency, v->roles, s->competent))
        return true;
    for (i = 0; i < s->tasks; i++)
        if (s->task[i].officer == v->user ||
            access_may_read(snap->org, v->agency, v->roles, s->task[i].agency))
            return true;
    for (i = 0; i < s->dones; i++)
        if (access_may_read(snap->org, v->agency, v->roles, s->done[i].agency))
            return true;
    return false;
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
