/* What the national portal (Cổng Dịch vụ công quốc gia) is to know of an act: the dossier as it
 * stands behind it, stored with it, so that nothing is told that did not happen and nothing is left
 * out.  No name, no identity number: nothing personal leaves here.  In the act's arena; the
 * worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define MESSAGE_MAX ((size_t)4 << 10)

static int status_of(const struct dossier *s, const struct procedure *p)
{
    for (size_t i = 0; p && i < s->tasks; i++)
        if (s->task[i].request == 0 && s->task[i].step >= 0 && (size_t)s->task[i].step < p->steps)
            return portal_status(s->status, p->step[s->task[i].step].portal);
    return portal_status(s->status, 0);
}

/* Only what came through the payment platform was paid online. */
static bool paid_online(const struct dossier *s)
{
    for (size_t i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_PAYMENT && s->request[i].method &&
            strcmp(s->request[i].method, "online") == 0)
            return true;
    return false;
}

static bool moved(const struct dossier *b, const struct dossier *s, const struct procedure *p)
{
    return !b || status_of(b, p) != status_of(s, p) || b->current_due != s->current_due ||
           b->accepted != s->accepted || b->finished != s->finished || b->returned != s->returned ||
           b->money != s->money || b->competent != s->competent;
}

static void put_agency(struct jw *w, const char *key, const struct organisation *o, int id)
{
    int i = organisation_of_id(o, id);

    jw_kstr(w, key, i >= 0 ? o->agency[i].code : NULL);
}

/* Its code is given by the database: it is read when the message leaves. */
static void put_message(struct jw *w, const struct job *j, const struct dossier *s)
{
    const struct organisation *o = j->snap->org;

    jw_open(w);
    jw_ki64(w, "status", status_of(s, j->procedure));
    jw_kstr(w, "state", dossier_status_name(s->status));
    jw_kstr(w, "procedure", s->procedure);
    jw_ki64(w, "channel", (int)s->channel + 1);
    put_agency(w, "receiving", o, s->receiving);
    put_agency(w, "competent", o, s->competent);
    jw_ktime(w, "submitted", s->submitted);
    jw_ktime(w, "accepted", s->accepted);
    jw_ktime(w, "original_due", s->original_due);
    jw_ktime(w, "due", s->current_due);
    jw_ktime(w, "finished", s->finished);
    jw_ktime(w, "returned", s->returned);
    jw_ktime(w, "ended", s->ended);
    jw_kbool(w, "refused", s->result.refusal);
    jw_kbool(w, "paid_online", paid_online(s));
    jw_kbool(w, "by_officer", s->by_officer);
    jw_close(w);
}

void act_portal(struct job *j)
{
    const struct dossier *s = j->decision.after;
    struct buf b;
    struct jw w;

    if (!j->snap->org->portal || !moved(j->before, s, j->procedure))
        return;
    buf_init(&b, MESSAGE_MAX);
    w = jw_to(&b);
    put_message(&w, j, s);
    message_add(j, "portal", &b);
    buf_free(&b);
}
