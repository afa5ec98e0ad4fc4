/* Ends without a result: withdrawn, stopped on request (Mẫu 05), closed because no supplement came
 * (Decree 118/2025 art. 19.5, 21).  A class of its own in every figure.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

static struct verdict at_reception(const struct deciding *d, unsigned roles)
{
    const struct actor *who = &d->c->actor;

    if (who->user == 0)
        return VERDICT_OK;
    if (!access_acts_for(d->c->org, who->agency, d->s->receiving, d->today))
        return say(ERR_R_NOT_YOUR_AGENCY);
    return who->roles & roles ? VERDICT_OK : say(ERR_R_NOT_YOUR_ROLE);
}

/* ---------------------------------------------------------------- withdrawn, stopped */

/* The applicant asks, through the one-stop unit or the portal, until the decision. */
struct verdict check_end(struct deciding *d)
{
    if (d->s->result.approved_by != 0 || d->s->finished != INSTANT_NONE)
        return say(ERR_R_DECIDED);
    return at_reception(d, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_ONESTOP_HEAD));
}

static bool named(const struct deciding *d)
{
    return d->cmd->ask && d->cmd->ask->document && *d->cmd->ask->document;
}

void act_end(struct deciding *d)
{
    bool stop = d->cmd->kind == CMD_STOP;

    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (!named(d))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi đơn của người nộp (dừng: Mẫu 05)",
               "The applicant's written request must be named (stop: form 05)");
    else
        words_fit(d, d->cmd->ask->document, WORD_MAX, false, "/document");
    if (fine(d))
        push(d, stop ? EV_STOPPED : EV_WITHDRAWN,
             &(struct payload){.document = d->cmd->ask->document, .note = d->cmd->note});
}

/* ---------------------------------------------------------------- closed */

static const struct request *open_supplement(const struct dossier *s)
{
    size_t i;

    for (i = s->requests; i-- > 0;)
        if (s->request[i].kind == REQ_SUPPLEMENT && request_open(&s->request[i]))
            return &s->request[i];
    return NULL;
}

/* Whoever works on the dossier would close her own lateness (domain: separation of duty 3). */
static bool works_on_it(const struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    size_t i;

    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].request == 0 && d->s->task[i].officer != 0 &&
            access_same_person(who->user, who->on_behalf_of, d->s->task[i].officer))
            return true;
    return false;
}

static struct verdict not_yet(struct deciding *d, instant due)
{
    char vi[64], en[64];

    lminute_words(lminute_of(due), false, vi);
    lminute_words(lminute_of(due), true, en);
    return (struct verdict){
        ERR_R_WRONG_STATUS,
        {arena_printf(d->a, "Người nộp còn bổ sung được đến %s", vi),
         arena_printf(d->a, "The applicant may still supplement until %s", en)}};
}

struct verdict check_close(struct deciding *d)
{
    struct verdict v = at_reception(d, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_ONESTOP_HEAD));
    const struct request *r = open_supplement(d->s);
    instant due = r ? r->due : INSTANT_NONE;

    if (v.e != ERR_OK)
        return v;
    if (d->s->status == DS_INTAKE_SUPPLEMENT) {
        if (!d->c->regime || d->c->regime->supplement_close_days == 0)
            return say(ERR_R_WRONG_STATUS);
        due = d->s->last_at + (instant)d->c->regime->supplement_close_days * DAY_MINUTES * 60000000;
    }
    if (due == INSTANT_NONE)
        return verdict(d->a, ERR_R_WRONG_STATUS, "Quy định không cho kết thúc do không bổ sung",
                       "The rules do not close a dossier that is not supplemented");
    if (d->c->now <= due)
        return not_yet(d, due);
    if (works_on_it(d))
        return say(ERR_R_SEPARATION);
    return VERDICT_OK;
}

void act_close(struct deciding *d)
{
    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (!named(d))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi số thông báo kết thúc",
               "The notice of closing must be named");
    else
        words_fit(d, d->cmd->ask->document, WORD_MAX, false, "/document");
    if (d->cmd->ask && d->cmd->ask->reason)
        reason_fits(d, d->cmd->ask->reason, "close", "/reason");
    if (fine(d))
        push(d, EV_CLOSED,
             &(struct payload){.document = d->cmd->ask->document,
                               .reason = d->cmd->ask->reason,
                               .note = d->cmd->note});
}
