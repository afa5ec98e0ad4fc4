/* What the events of an act tell others: messages that are stored with it, notices in the lists of
 * officers, news for other dossiers in the outbox.  They lie in the act's arena.  The worker's
 * thread. */
#include "common/dossier/payload.h"
#include "common/dossier/timers.h"
#include "server/store/inside.h"

#define MESSAGE_MAX ((size_t)16 << 10)

static const char *code_of(const struct job *j)
{
    return j->before && j->before->code ? j->before->code : j->submission;
}

static void put_notice(struct jw *w, const struct job *j, const struct event *e,
                       const struct payload *pl)
{
    bool nobody = e->kind == EV_NOBODY_LEFT;
    const struct dossier *d = j->decision.after;
    const struct task *t = NULL;

    for (size_t i = 0; i < d->tasks; i++)
        if (d->task[i].task == pl->task)
            t = &d->task[i];
    jw_open(w);
    jw_ki64(w, "officer", pl->told);
    jw_ki64(w, "agency", pl->told_agency);
    jw_kstr(w, "role", pl->role);
    jw_kstr(w, "rung",
            nobody ? rung_word(CLOCK_STEP, RUNG_NOBODY)
                   : rung_word((enum clock_kind)pl->kind, pl->rung));
    jw_kstr(w, "code", code_of(j));
    jw_kstr(w, "procedure", d->procedure);
    if (t && j->procedure)
        jw_kstr(w, "step", j->procedure->step[t->step].step);
    jw_ki64(w, "at", e->at);
    jw_ki64(w, "late_minutes", pl->late_minutes);
    if (pl->does)
        jw_kstr(w, "does", pl->does);
    if (pl->why_not)
        jw_kstr(w, "why_not", pl->why_not);
    jw_close(w);
}

void message_add(struct job *j, const char *kind, const struct buf *b)
{
    if (buf_ok(b))
        ARENA_PUSH(j->act->arena, j->message, j->messages, j->message_cap) =
            (struct message){.kind = kind, .body = arena_strndup(j->act->arena, b->p, b->n)};
}

/* Whom the notice that was added last is for. */
static void told_to(struct job *j, const struct payload *pl)
{
    enum role r;

    if (j->messages)
        j->message[j->messages - 1].told = (struct told){
            (int)pl->told_agency, pl->role && role_of_name(pl->role, &r) ? (int)r : -1, pl->told};
}

void act_messages(struct job *j)
{
    struct buf b;
    struct jw w;

    j->message = NULL;
    j->messages = j->message_cap = 0;
    j->act->fired = 0;
    for (size_t i = 0; i < j->decision.events; i++) {
        const struct event *e = &j->decision.event[i];
        struct payload pl;

        if ((e->kind != EV_REMINDED && e->kind != EV_NOBODY_LEFT) ||
            !payload_read(j->act->arena, e->kind, e->payload, &pl))
            continue;
        j->act->fired += e->kind == EV_REMINDED;
        buf_init(&b, MESSAGE_MAX);
        w = jw_to(&b);
        put_notice(&w, j, e, &pl);
        message_add(j, "notify", &b);
        told_to(j, &pl);
        buf_free(&b);
    }
    act_links(j);
    act_portal(j);
}
