/* Work on the open task beside the actions of its step: receive, claim, assign, draft, take back,
 * attach, note, declare a relative.  Everything lives in the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

/* ---------------------------------------------------------------- receive */

struct verdict check_receive(struct deciding *d)
{
    return say(at_task(d));
}

/* Confirming twice says nothing new: no event. */
void act_receive(struct deciding *d)
{
    if (d->task->received == INSTANT_NONE)
        push(d, EV_RECEIVED, &(struct payload){.task = d->task->task});
}

/* ---------------------------------------------------------------- claim */

/* The officer who holds it is absent or no longer there: a colleague may go on. */
static bool holder_away(const struct deciding *d)
{
    const struct officer_load *o = NULL;
    size_t n = 0, i;

    if (!d->c->officers)
        return false;
    o = d->c->officers(d->c->ctx, d->task->agency, d->task->role, &n);
    for (i = 0; i < n; i++)
        if (o[i].user == d->task->officer)
            return o[i].absent;
    return !may_be_named(d, d->task->officer); /* whoever stands in keeps it while she is there */
}

struct verdict check_claim(struct deciding *d)
{
    enum err e = at_task(d);

    if (e != ERR_OK)
        return say(e);
    if (excluded_by_separation(d->s, d->step, d->c->actor.user) ||
        (d->c->actor.on_behalf_of &&
         excluded_by_separation(d->s, d->step, d->c->actor.on_behalf_of)))
        return say(ERR_R_SEPARATION);
    if (d->task->officer != 0 && !stands_for(d, d->task->officer) && !holder_away(d))
        return say(ERR_R_NOT_ASSIGNEE);
    return VERDICT_OK;
}

void act_claim(struct deciding *d)
{
    if (d->task->officer != d->c->actor.user || d->task->received == INSTANT_NONE)
        push(d, EV_CLAIMED, &(struct payload){.task = d->task->task});
}

/* ---------------------------------------------------------------- assign */

struct verdict check_assign(struct deciding *d)
{
    const struct actor *who = &d->c->actor;

    if (!access_acts_for(d->c->org, who->agency, d->task->agency, d->today))
        return say(ERR_R_NOT_YOUR_AGENCY);
    if (!access_is_head(who->roles))
        return say(ERR_R_NOT_YOUR_ROLE);
    return VERDICT_OK;
}

/* To an officer, to whoever has least, or back to the queue: then nobody has to be there. */
void act_assign(struct deciding *d)
{
    const struct officer_load *o = NULL;
    int64_t officer = d->cmd->officer;
    size_t n = 0, i;

    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (d->c->officers && officer != OFFICER_QUEUE)
        o = d->c->officers(d->c->ctx, d->task->agency, d->task->role, &n);
    if (officer == OFFICER_LEAST) {
        officer = least_loaded(d, o, n);
        if (officer == 0)
            refuse(d, ERR_R_NO_TARGET, "/officer", NULL, NULL);
    }
    for (i = 0; i < n && o[i].user != officer; i++)
        ;
    if (officer != OFFICER_QUEUE && (i == n ? !may_be_named(d, officer) : o[i].absent))
        refuse(d, ERR_R_TARGET, "/officer", NULL, NULL);
    else if (conflict_declared(d->s, officer))
        refuse(d, ERR_R_RELATIVE, "/officer", NULL, NULL);
    else if (officer != OFFICER_QUEUE && excluded_by_separation(d->s, d->step, officer))
        refuse(d, ERR_R_SEPARATION, "/officer", NULL, NULL);
    if (fine(d) && d->task->officer != officer)
        push(d, EV_ASSIGNED,
             &(struct payload){.task = d->task->task, .officer = officer, .note = d->cmd->note});
}

/* ---------------------------------------------------------------- draft */

/* The counter and the clerk do not write what is decided, unless their step asks it of them
 * (procedures with a result at once). */
static bool step_drafts(const struct step *st)
{
    static const unsigned others = ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER) |
                                   ROLE_BIT(ROLE_CASHIER) | ROLE_BIT(ROLE_CLERK);
    size_t i;

    for (i = 0; i < st->actions; i++)
        if (st->action[i].needs & NEEDS_DRAFT || st->action[i].effect == EFFECT_APPROVE ||
            st->action[i].effect == EFFECT_REFUSE)
            return true;
    return step_role(st) == ROLE_COUNT || !(others & ROLE_BIT(step_role(st)));
}

struct verdict check_draft(struct deciding *d)
{
    struct verdict v = check_step(d);

    if (v.e == ERR_OK && !step_drafts(d->step))
        return verdict(d->a, ERR_R_NOT_YOUR_ROLE, "Bước này không dự thảo kết quả",
                       "No result is drafted at this step");
    /* Work while the clock stands still would be time that nobody counts. */
    if (v.e == ERR_OK && requests_stop(d->s))
        return (struct verdict){ERR_R_WAITING, {NULL, NULL}};
    return v;
}

void act_draft(struct deciding *d)
{
    const struct command *c = d->cmd;

    if ((!c->text || !*c->text) && !c->file)
        refuse(d, ERR_R_NEEDS_DRAFT, "/text", "Dự thảo phải có nội dung hoặc tệp",
               "A draft needs a text or a file");
    words_fit(d, c->text, NOTE_MAX, true, "/text");
    file_fits(d, c->file, "/file");
    if (c->refusal && !c->reason)
        refuse(d, ERR_R_NEEDS_REASON, "/reason", NULL, NULL);
    else if (c->refusal)
        reason_fits(d, c->reason, "refuse", "/reason");
    if (fine(d))
        push(d, EV_DRAFT_SUBMITTED,
             &(struct payload){.refusal = c->refusal,
                               .text = c->text,
                               .file = c->file,
                               .reason = c->refusal ? c->reason : NULL});
}

/* ---------------------------------------------------------------- take back */

/* Only what moved the dossier and nothing else can be undone: a decision or a number stands, and so
 * does what the branches of a split answered. */
static bool only_moved(const struct deciding *d)
{
    const struct step_done *done = last_done(d->s, d->task->from_step);
    const struct action *act =
        done && !done->branch ? step_action(&d->p->step[done->step], done->action) : NULL;

    return act && (act->effect == EFFECT_FORWARD || act->effect == EFFECT_RETURN);
}

/* A split is taken back whole: while nobody has received a branch, and where entering it began no
 * excluded time and opened no dossier elsewhere. */
static struct verdict check_split_back(struct deciding *d)
{
    const struct step *st = d->step;
    size_t i;

    if (branches_answered(d->s, d->task->step, d->task->visit) > 0)
        return say(ERR_R_OPENED);
    for (i = 0; i < d->s->tasks; i++)
        if (d->s->task[i].step == d->task->step && d->s->task[i].branch &&
            d->s->task[i].received != INSTANT_NONE)
            return say(ERR_R_OPENED);
    for (i = 0; i < st->branches; i++)
        if (st->branch[i].stop || st->branch[i].procedure)
            return verdict(d->a, ERR_R_WRONG_STEP,
                           "Đã bắt đầu thời gian không tính hoặc đã gửi hồ sơ con, không rút lại "
                           "được",
                           "Excluded time or a sub-dossier has begun: it cannot be taken back");
    return VERDICT_OK;
}

struct verdict check_take_back(struct deciding *d)
{
    const struct step_done *done;

    if (d->task->request)
        return verdict(d->a, ERR_R_WRONG_STEP, "Việc này chỉ trả lời được",
                       "This task can only be answered");
    if (can_undo(d))
        return VERDICT_OK;
    if (d->task->from_step < 0)
        return verdict(d->a, ERR_R_WRONG_STEP, "Bước này không do ai chuyển đến",
                       "Nobody handed this step on");
    done = last_done(d->s, d->task->from_step);
    if (!done || !access_acts_for(d->c->org, d->c->actor.agency, done->agency, d->today))
        return say(ERR_R_NOT_YOUR_AGENCY);
    if (!stands_for(d, d->task->from_officer))
        return verdict(d->a, ERR_R_NOT_ASSIGNEE, "Chỉ người đã chuyển mới được rút lại",
                       "Only the person who handed it on may take it back");
    if (d->task->received != INSTANT_NONE)
        return say(ERR_R_OPENED);
    if (!only_moved(d))
        return verdict(d->a, ERR_R_WRONG_STEP, "Việc phê duyệt, cấp số không rút lại được",
                       "An approval or a number cannot be taken back");
    if (d->s->dones > VISITS_MAX)
        return say(ERR_R_TOO_LATE);
    return d->task->branch ? check_split_back(d) : VERDICT_OK;
}

/* Where the step that is taken back had come from: whatever ended when it began. */
static const char *origin_of(const struct deciding *d, const struct step_done *done)
{
    size_t i;

    for (i = (size_t)(done - d->s->done); i-- > 0;)
        if (d->s->done[i].finished <= done->started)
            return d->s->done[i].finished == done->started ? d->p->step[d->s->done[i].step].step
                                                           : NULL;
    return NULL;
}

static void pull_back(struct deciding *d)
{
    const struct task *t = d->task;
    const struct step_done *done = last_done(d->s, t->from_step);
    const struct step *st = &d->p->step[done->step];
    instant due = done->due;

    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (!fine(d))
        return;
    if (d->s->finished == INSTANT_NONE && due > d->s->current_due)
        due = d->s->current_due;
    push(d, EV_PULLED_BACK,
         &(struct payload){.task = t->task,
                           .into = t->from_task,
                           .step = st->step,
                           .visit = done->visit,
                           .agency = done->agency,
                           .role = st->role,
                           .officer = done->officer,
                           .opened = done->started,
                           .due = due,
                           .from_step = origin_of(d, done),
                           .was_draft = {.at = INSTANT_NONE},
                           .was_result = {.approved_at = INSTANT_NONE},
                           .note = d->cmd->note});
}

void act_take_back(struct deciding *d)
{
    if (can_undo(d)) {
        words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
        if (fine(d))
            act_undo(d);
        return;
    }
    pull_back(d);
}

/* ---------------------------------------------------------------- attach, note */

/* Anybody who may write and sits where the dossier is, was received or is to be resolved. */
struct verdict check_remark(struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct organisation *o = d->c->org;
    bool here;
    size_t i;

    here = access_acts_for(o, who->agency, d->s->receiving, d->today) ||
           access_acts_for(o, who->agency, d->s->competent, d->today);
    for (i = 0; i < d->s->tasks; i++)
        here = here || access_acts_for(o, who->agency, d->s->task[i].agency, d->today);
    if (!here)
        return say(ERR_R_NOT_YOUR_AGENCY);
    return access_reads_only(who->roles) ? say(ERR_R_NOT_YOUR_ROLE) : VERDICT_OK;
}

/* The name of the file may be personal: it lies with the file, not in the history. */
void act_attach(struct deciding *d)
{
    const struct command *c = d->cmd;
    size_t n = 0, i;
    const struct component *list = procedure_components(d->p, d->s->case_code, &n);

    if (!c->file)
        refuse(d, ERR_INVALID, "/file", "Thiếu mã băm của tệp",
               "The digest of the file is missing");
    file_fits(d, c->file, "/file");
    for (i = 0; c->file_component && i < n && strcmp(list[i].code, c->file_component) != 0; i++)
        ;
    if (c->file_component && i == n)
        refuse(d, ERR_R_UNKNOWN_COMPONENT, "/component", NULL, NULL);
    if (fine(d))
        push(d, EV_FILE_ATTACHED,
             &(struct payload){.file = c->file, .component = c->file_component});
}

void act_note(struct deciding *d)
{
    if (!d->cmd->note || !*d->cmd->note)
        refuse(d, ERR_INVALID, "/note", "Ghi chú trống", "The note is empty");
    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (d->cmd->reason) /* phản ánh, kiến nghị: a complaint of this dossier, by its code */
        reason_fits(d, d->cmd->reason, "complaint", "/reason");
    if (fine(d))
        push(d, EV_NOTED, &(struct payload){.reason = d->cmd->reason, .note = d->cmd->note});
}

/* ---------------------------------------------------------------- declare a relative */

bool conflict_declared(const struct dossier *s, int64_t user)
{
    size_t i;

    for (i = 0; user && i < s->conflicts; i++)
        if (s->conflict[i].officer == user)
            return true;
    return false;
}

/* Everybody for herself: nobody declares in another's name (delegation lends no such act). */
struct verdict check_declare(struct deciding *d)
{
    return is_system(d) ? say(ERR_R_NOT_YOUR_ROLE) : check_remark(d);
}

/* Whatever she holds goes to whom the rule of its step names, else back to the queue.  No clock
 * moves: who does the work is the office's own affair. */
void act_declare(struct deciding *d)
{
    int64_t mine = d->c->actor.user;
    size_t i;

    if (!said(d->cmd->note))
        refuse(d, ERR_R_NEEDS_REASON, "/note", "Phải ghi rõ quan hệ với người nộp hồ sơ",
               "The relation to the applicant must be told");
    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (!fine(d))
        return;
    push(d, EV_RELATIVE_DECLARED, &(struct payload){.note = d->cmd->note});
    for (i = 0; fine(d) && i < d->s->tasks; i++)
        if (d->s->task[i].officer == mine)
            push(d, EV_ASSIGNED,
                 &(struct payload){.task = d->s->task[i].task,
                                   .officer = officer_by_rule(d, &d->s->task[i])});
}
