/* What an act tells other dossiers (hồ sơ liên thông): a child is to be opened, a parent or a
 * corrected dossier is to be told.  Only that there is something to tell is stored with the act;
 * the job reads what it is when it brings the news, so that late news are the latest.  They lie in
 * the act's arena.  The worker's thread. */
#include "common/base/json_out.h"
#include "common/dossier/payload.h"
#include "server/store/inside.h"

#define MESSAGE_MAX ((size_t)4 << 10)

/* document: the minutes that a correction rests on; the corrected dossier keeps them too. */
static void add(struct job *j, const char *verb, int64_t task, const char *document)
{
    struct buf b;
    struct jw w;

    buf_init(&b, MESSAGE_MAX);
    w = jw_to(&b);
    jw_open(&w);
    jw_kstr(&w, "do", verb);
    jw_ki64(&w, "task", task);
    if (document)
        jw_kstr(&w, "document", document);
    jw_close(&w);
    message_add(j, "link", &b);
    buf_free(&b);
}

/* Few procedures have such branches: the others pay nothing for them. */
static bool has_children(const struct procedure *p)
{
    for (size_t i = 0; p && i < p->steps; i++)
        for (size_t k = 0; k < p->step[i].branches; k++)
            if (p->step[i].branch[k].procedure)
                return true;
    return false;
}

/* Branches that are done as a dossier of another agency. */
static void children(struct job *j)
{
    for (size_t i = 0; i < j->decision.events; i++) {
        const struct event *e = &j->decision.event[i];
        struct payload pl;
        int step;

        if (e->kind != EV_STEP_STARTED || !payload_read(j->act->arena, e->kind, e->payload, &pl) ||
            pl.branch == 0 || !pl.step)
            continue;
        step = procedure_step(j->procedure, pl.step);
        if (step >= 0 && (size_t)pl.branch <= j->procedure->step[step].branches &&
            j->procedure->step[step].branch[pl.branch - 1].procedure)
            add(j, "open", pl.task, NULL);
    }
}

/* A parent and what was corrected hear of every date; children hear when it ends without a result.
 */
static bool listens(const struct dossier *s, enum link_kind k)
{
    return k == LINK_PARENT || k == LINK_CORRECTS || (k == LINK_CHILD && dossier_end_word(s));
}

static bool moved(const struct dossier *b, const struct dossier *s)
{
    if (dossier_end_word(s) && (!b || !dossier_end_word(b)))
        return true;
    return s->accepted != INSTANT_NONE &&
           (!b || b->current_due != s->current_due || b->finished != s->finished);
}

void act_links(struct job *j)
{
    const struct dossier *s = j->decision.after;

    if (has_children(j->procedure))
        children(j);
    for (size_t i = 0; i < s->links && moved(j->before, s); i++)
        if (listens(s, s->link[i].kind)) {
            add(j, "tell", 0,
                s->link[i].kind == LINK_CORRECTS && j->cmd.intake ? j->cmd.intake->document : NULL);
            break;
        }
    /* Time goes on: what children told meanwhile could not be answered. */
    if (dossier_children_unheard(s) && j->before && !dossier_children_unheard(j->before))
        add(j, "hear", 0, NULL);
}
