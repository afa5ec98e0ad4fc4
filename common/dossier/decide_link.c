/* Links to other dossiers (hồ sơ liên thông): what a child tells its parent, what a correction
 * tells the dossier that it corrects.  Only the system brings such news, from the outbox: at least
 * once, so what is known already says nothing new.  Any thread. */
#include "common/dossier/inside.h"

struct verdict check_link(struct deciding *d)
{
    const struct link_news *n = d->cmd ? d->cmd->link : NULL;

    if (d->c->actor.user != 0)
        return (struct verdict){ERR_R_NOT_YOUR_ROLE, {NULL, NULL}};
    if (!n || n->dossier <= 0 || n->dossier == d->s->id || n->kind <= LINK_NONE ||
        n->kind > LINK_CORRECTED_BY)
        return verdict(d->a, ERR_INVALID, "Không rõ hồ sơ liên kết",
                       "The other dossier is not named");
    return VERDICT_OK;
}

static const struct link *link_known(const struct dossier *s, const struct link_news *n)
{
    size_t i;

    for (i = 0; i < s->links; i++)
        if (s->link[i].kind == n->kind && s->link[i].dossier == n->dossier)
            return &s->link[i];
    return NULL;
}

static bool same_code(const char *a, const char *b)
{
    return !b || (a && strcmp(a, b) == 0);
}

static bool says_nothing_new(const struct dossier *s, const struct link_news *n)
{
    const struct link *l = link_known(s, n);

    return l && same_code(l->code, n->code) && (n->task == 0 || n->task == l->task) &&
           (n->due == INSTANT_NONE || n->due == l->due) &&
           (n->finished == INSTANT_NONE || n->finished == l->finished);
}

/* The branch that waits for this child answers with what the child came to. */
static void answer_branch(struct deciding *d, const struct link_news *n)
{
    const struct task *t = task_of(d->s, n->task);
    const struct branch *b = t ? task_branch(d->p, t) : NULL;
    struct payload pl = {.outcome = n->refusal ? "disagree" : "done",
                         .reference = n->code,
                         .document = n->code,
                         .file = n->file};

    /* Answered by hand meanwhile, or closed by the join: the news alone is kept. */
    if (!b || !b->procedure || work_stands_still(d->s))
        return;
    if (b->result) {
        pl.result = b->result;
        pl.refusal = n->refusal;
        pl.number = n->number;
        pl.date = n->date;
        pl.signer = n->signer;
    }
    d->task = t;
    d->step = &d->p->step[t->step];
    finish_branch(d, &pl, n->code);
}

void act_link(struct deciding *d)
{
    const struct link_news *n = d->cmd->link;
    struct payload pl = {.kind = (int)n->kind,
                         .other = n->dossier,
                         .task = n->task,
                         .reference = n->code,
                         .due = n->due == INSTANT_NONE ? 0 : n->due,
                         .finished = n->finished,
                         .document = d->cmd->ask ? d->cmd->ask->document : NULL,
                         .reason = d->cmd->reason,
                         .note = d->cmd->note};

    words_fit(d, n->code, WORD_MAX, false, "/code");
    words_fit(d, pl.document, WORD_MAX, false, "/document");
    words_fit(d, pl.note, NOTE_MAX, true, "/note");
    if (!fine(d) || says_nothing_new(d->s, n))
        return;
    push(d, n->kind == LINK_CORRECTED_BY ? EV_CORRECTED : EV_LINKED, &pl);
    if (fine(d) && n->kind == LINK_CHILD && n->finished != INSTANT_NONE)
        answer_branch(d, n);
}
