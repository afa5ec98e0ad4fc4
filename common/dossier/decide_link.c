/* Links to other dossiers (hồ sơ liên thông): what a child tells its parent, what a correction
 * tells the dossier that it corrects.  Only the system brings such news, from the outbox: at least
 * once, so what is known already says nothing new.  Any thread. */
#include "common/dossier/request_asks.h"

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
           (n->finished == INSTANT_NONE || n->finished == l->finished) &&
           (!n->ended || (l->ended && strcmp(n->ended, l->ended) == 0));
}

const char *dossier_end_word(const struct dossier *s)
{
    switch (s->status) {
    case DS_WITHDRAWN:
        return "withdrawn";
    case DS_STOPPED:
        return "stopped";
    case DS_CLOSED:
        return "closed";
    case DS_REJECTED_INTAKE:
        return "rejected";
    default:
        return NULL;
    }
}

bool dossier_children_unheard(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->links && !work_stands_still(s); i++) {
        const struct link *l = &s->link[i];
        const struct task *t = task_of(s, l->task);

        if (l->kind == LINK_CHILD && l->finished != INSTANT_NONE && t && t->branch)
            return true;
    }
    return false;
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

    /* Answered by hand meanwhile, or closed by the join: the news alone is kept.  While time stands
     * still it waits: the news are brought again when it goes on. */
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

/* The other one ended without a result: somebody here has to say how it goes on.  A parent waits at
 * the branch; a child may go on for itself. */
static void ask_how(struct deciding *d, const struct link_news *n)
{
    const struct task *t = task_of(d->s, n->task);
    bool child = n->kind == LINK_CHILD;
    int who = child ? d->s->competent : d->s->receiving;
    struct payload pl = {.request = (int64_t)d->s->requests + 1,
                         .kind = REQ_LINKED,
                         .state = RS_OPEN,
                         .from = child ? n->task : 0,
                         .to_agency = who,
                         .reason = n->ended,
                         .reference = n->code,
                         .wanted = INSTANT_NONE,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE};

    if (d->s->ended != INSTANT_NONE || d->s->finished != INSTANT_NONE || (child && !t))
        return; /* it is over here, too, or answered by hand meanwhile */
    if (side_to_answer(d, request_rule_of(REQ_LINKED), who, who, &pl))
        push(d, EV_LINK_ENDED, &pl);
}

void answer_linked(struct deciding *d, const struct request *r, struct payload *pl)
{
    const struct task *t = task_of(d->s, r->from);
    bool waits = strcmp(pl->outcome, "wait") == 0;

    if (!waits && strcmp(pl->outcome, "go_on") != 0)
        refuse(d, ERR_INVALID, "/outcome",
               "Trả lời go_on (đi tiếp không chờ) hoặc wait (nhánh còn mở, trả lời sau)",
               "Answer go_on (without it) or wait (the branch stays to be answered)");
    else if (waits && !t)
        refuse(d, ERR_INVALID, "/outcome", "Không còn nhánh nào chờ hồ sơ ấy: go_on",
               "No branch waits for that dossier: go_on");
    else if (!waits && t && work_stands_still(d->s))
        refuse(d, ERR_R_WAITING, NULL, NULL, NULL);
    if (!waits && t && !said(d->cmd->note))
        refuse(d, ERR_R_NEEDS_REASON, "/note", NULL, NULL);
    pl->reference = NULL; /* stays the other dossier's code */
}

/* Going on without it: the branch has its answer, and that is no. */
void follow_linked(struct deciding *d, const struct request *r, const char *outcome)
{
    struct link_news none = {.task = r->from, .code = r->reference, .refusal = true};

    if (strcmp(outcome, "go_on") == 0 && task_of(d->s, r->from))
        answer_branch(d, &none);
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
                         .note = d->cmd->note,
                         .ended = n->ended};
    bool known = says_nothing_new(d->s, n);

    words_fit(d, n->code, WORD_MAX, false, "/code");
    words_fit(d, pl.document, WORD_MAX, false, "/document");
    words_fit(d, pl.note, NOTE_MAX, true, "/note");
    if (fine(d) && !known)
        push(d, n->kind == LINK_CORRECTED_BY ? EV_CORRECTED : EV_LINKED, &pl);
    if (fine(d) && !known && n->ended && (n->kind == LINK_CHILD || n->kind == LINK_PARENT))
        ask_how(d, n);
    if (fine(d) && n->kind == LINK_CHILD && n->finished != INSTANT_NONE)
        answer_branch(d, n);
}
