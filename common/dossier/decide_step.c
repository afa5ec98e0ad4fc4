/* The actions of a step: what they ask, what they do to the dossier (a table by effect), where they
 * lead.  Everything lives in the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

/* ---------------------------------------------------------------- who may work on the task */

static struct verdict say(enum err e)
{
    return (struct verdict){e, {NULL, NULL}};
}

static bool holds(const struct deciding *d, int64_t officer)
{
    return access_same_person(d->c->actor.user, d->c->actor.on_behalf_of, officer);
}

/* Role and place, the officer it is assigned to, separation of duty, receipt across agencies. */
struct verdict check_step(struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct task *t = d->task;
    enum err e = access_work(d->c->org, who->agency, who->roles, t->agency, t->role, d->today);

    if (e != ERR_OK)
        return say(e);
    if (t->officer != 0 && !holds(d, t->officer))
        return say(ERR_R_NOT_ASSIGNEE);
    if (excluded_by_separation(d->s, d->step, who->user) ||
        (who->on_behalf_of && excluded_by_separation(d->s, d->step, who->on_behalf_of)))
        return say(ERR_R_SEPARATION);
    if (t->received == INSTANT_NONE && t->from_agency != t->agency)
        return say(ERR_R_NEEDS_RECEIPT);
    return VERDICT_OK;
}

/* ---------------------------------------------------------------- what an action may */

static bool decides(enum effect e)
{
    return e == EFFECT_APPROVE || e == EFFECT_REFUSE;
}

static bool opinions_awaited(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_CONSULT && request_pending(&s->request[i]))
            return true;
    return false;
}

struct verdict check_action(struct deciding *d, const struct action *act)
{
    const char *missing = action_missing(d->s, d->p, act);

    if (missing)
        return verdict(d->a, ERR_R_NOT_EXECUTABLE, "Bộ máy chưa thực hiện được: %s",
                       "The engine does not execute yet: %s", missing);
    if (d->s->finished != INSTANT_NONE && !effect_after_finish(act->effect))
        return verdict(d->a, ERR_R_WRONG_STATUS, "Đã có kết quả tại Bộ phận Một cửa",
                       "The result is ready at the one-stop unit");
    /* Work while the clock stands still would be time that nobody counts. */
    if (requests_stop(d->s))
        return say(ERR_R_WAITING);
    if (act->to != STEP_NONE && opinions_awaited(d->s))
        return verdict(d->a, ERR_R_WAITING, "Còn ý kiến chưa trả lời", "An opinion is awaited");
    if (!condition_holds(d->a, d->s, d->p, act->when))
        return verdict(d->a, ERR_R_CONDITION, "Điều kiện: %s", "Condition: %s",
                       expr_text(act->when));
    /* Whoever drafted it does not approve it. */
    if (decides(act->effect) && holds(d, d->s->draft.by))
        return verdict(d->a, ERR_R_SEPARATION,
                       "Người dự thảo không được phê duyệt dự thảo của mình",
                       "Whoever drafted it may not approve it");
    if (act->effect == EFFECT_RETURN && d->s->dones >= VISITS_MAX)
        return verdict(d->a, ERR_R_TOO_LATE, "Hồ sơ đã qua quá nhiều lượt xử lý",
                       "The dossier has gone through too many visits");
    return VERDICT_OK;
}

/* ---------------------------------------------------------------- what is typed in */

static bool said(const char *s)
{
    return s && *s;
}

/* The command says something about the document of the result. */
static bool numbers(const struct deciding *d, const struct action *act)
{
    const struct command *c = d->cmd;

    if (act->effect == EFFECT_NUMBER)
        return true;
    if (!(act->needs & NEEDS_RESULT) && act->effect != EFFECT_RELEASE &&
        act->effect != EFFECT_HAND_OVER)
        return false;
    return d->s->finished == INSTANT_NONE && (c->number || c->signer || c->date);
}

/* A document or a refusal with its reason: without one nothing counts as resolved. */
static bool result_complete(const struct dossier *s)
{
    const struct dossier_result *r = &s->result;

    if (r->refusal)
        return r->reason != NULL;
    return r->numbered_by != 0 && (r->number || r->number_given) && r->date && r->signer && r->file;
}

static void ask_number(struct deciding *d)
{
    const struct command *c = d->cmd;
    const struct dossier_result *r = &d->s->result;

    if (c->date == 0)
        refuse(d, ERR_R_NEEDS_RESULT, "/date", "Thiếu ngày của kết quả", "The date is missing");
    else if (c->date > d->today)
        refuse(d, ERR_INVALID, "/date", "Ngày của kết quả ở tương lai",
               "The date of the result lies in the future");
    else if (c->date < lminute_day(lminute_of(d->s->accepted)))
        refuse(d, ERR_INVALID, "/date", "Ngày của kết quả trước ngày tiếp nhận",
               "The date of the result lies before the day of receipt");
    if (!said(c->signer))
        refuse(d, ERR_R_NEEDS_RESULT, "/signer", "Thiếu người ký", "The signer is missing");
    if (!c->file && !r->file)
        refuse(d, ERR_R_NEEDS_RESULT, "/file", "Thiếu tệp kết quả",
               "The file of the result is missing");
    if (c->number && !*c->number)
        refuse(d, ERR_INVALID, "/number", "Số để trống: bỏ đi để hệ thống cấp",
               "An empty number: leave it out to get the next one");
    if (c->number && r->number_given)
        refuse(d, ERR_R_ONCE_ONLY, "/number", "Hồ sơ đã được cấp số", "A number has been given");
    words_fit(d, c->number, WORD_MAX, false, "/number");
    words_fit(d, c->signer, WORD_MAX, false, "/signer");
}

static void ask_reason(struct deciding *d, const struct action *act)
{
    const struct command *c = d->cmd;
    bool refusing = act->effect == EFFECT_REFUSE;
    bool drafted = d->s->draft.by && d->s->draft.refusal && d->s->draft.reason;

    if (c->reason)
        reason_fits(d, c->reason, refusing ? "refuse" : "return", "/reason");
    else if (refusing ? !drafted : !said(c->note))
        refuse(d, ERR_R_NEEDS_REASON, "/reason", NULL, NULL);
}

static void ask_hand_over(struct deciding *d)
{
    const char *to = d->cmd->to_whom;
    bool owner = to && strcmp(to, "owner") == 0;

    if (!owner && (!to || (strcmp(to, "authorised") != 0 && strcmp(to, "post") != 0)))
        refuse(d, ERR_INVALID, "/to_whom", "Phải ghi trả cho ai: owner, authorised hoặc post",
               "Say who receives it: owner, authorised or post");
    else if (!owner && !said(d->cmd->note))
        refuse(d, ERR_INVALID, "/note", "Phải ghi giấy ủy quyền hoặc số bưu gửi",
               "The authorisation or the postal number must be noted");
}

static void ask(struct deciding *d, const struct action *act)
{
    const struct command *c = d->cmd;

    if (act->effect == EFFECT_RETURN || act->effect == EFFECT_REFUSE || act->needs & NEEDS_REASON)
        ask_reason(d, act);
    else if (c->reason)
        reason_fits(d, c->reason, "return", "/reason");
    if ((act->needs & NEEDS_DRAFT) && d->s->draft.by == 0)
        refuse(d, ERR_R_NEEDS_DRAFT, NULL, NULL, NULL);
    if (numbers(d, act))
        ask_number(d);
    else if (((act->needs & NEEDS_RESULT) || act->effect == EFFECT_RELEASE ||
              act->effect == EFFECT_HAND_OVER) &&
             d->s->finished == INSTANT_NONE && !result_complete(d->s))
        refuse(d, ERR_R_NEEDS_RESULT, NULL, NULL, NULL);
    if ((act->needs & NEEDS_FILE) && !c->file)
        refuse(d, ERR_INVALID, "/file", "Phải đính kèm tệp", "A file must be attached");
    if ((act->needs & NEEDS_NOTE) && !said(c->note))
        refuse(d, ERR_INVALID, "/note", "Phải có ghi chú", "A note is required");
    if (act->effect == EFFECT_HAND_OVER)
        ask_hand_over(d);
    words_fit(d, c->note, NOTE_MAX, true, "/note");
    file_fits(d, c->file, "/file");
}

/* ---------------------------------------------------------------- what it does */

static void do_refuse(struct deciding *d, const struct action *act)
{
    const struct draft *dr = &d->s->draft;
    const char *reason =
        d->cmd->reason && act->effect == EFFECT_REFUSE ? d->cmd->reason : dr->reason;

    push(d, EV_REFUSED,
         &(struct payload){.reason = reason,
                           .note = d->cmd->note,
                           .incomplete = reason_incomplete(d->p, reason)});
}

/* What is approved is what was drafted: a refusal, if it was one. */
static void do_approve(struct deciding *d, const struct action *act)
{
    if (d->s->draft.by && d->s->draft.refusal)
        do_refuse(d, act);
    else
        push(d, EV_APPROVED, &(struct payload){.note = d->cmd->note});
}

static void do_number(struct deciding *d)
{
    const struct command *c = d->cmd;
    const struct dossier_result *r = &d->s->result;
    int at = organisation_of_id(d->c->org, d->task->agency);
    struct payload pl = {.number = c->number,
                         .date = c->date,
                         .signer = c->signer,
                         .file = c->file ? c->file : r->file};
    struct event *e;

    /* A number once given stays with the dossier. */
    if (!pl.number && r->numbered_by && !r->number_given)
        pl.number = r->number;
    pl.given = pl.number == NULL;
    e = push(d, EV_NUMBERED, &pl);
    if (pl.given && !r->number_given)
        e->assign = (struct assign_number){
            .counter = arena_printf(d->a, "result/%s/%d", at < 0 ? "" : d->c->org->agency[at].code,
                                    civil_of_day(c->date).year),
            .prefix = "",
            .width = 1};
}

static void do_release(struct deciding *d)
{
    push(d, EV_RESULT_READY, &(struct payload){0});
}

static void do_effect(struct deciding *d, const struct action *act)
{
    if (numbers(d, act))
        do_number(d);
    else if (d->cmd->file)
        push(d, EV_FILE_ATTACHED, &(struct payload){.file = d->cmd->file});
    switch (act->effect) {
    case EFFECT_APPROVE:
        do_approve(d, act);
        break;
    case EFFECT_REFUSE:
        do_refuse(d, act);
        break;
    case EFFECT_RELEASE:
        do_release(d);
        break;
    case EFFECT_HAND_OVER:
        /* Given at once: it was ready at this moment (Decree 118/2025 art. 17.4). */
        if (d->s->finished == INSTANT_NONE)
            do_release(d);
        push(d, EV_RESULT_HANDED_OVER,
             &(struct payload){.to_whom = d->cmd->to_whom, .note = d->cmd->note});
        break;
    default:
        break;
    }
}

/* ---------------------------------------------------------------- where it leads */

bool enter_step(struct deciding *d, int to, const struct task *from, bool back)
{
    const struct step *st = &d->p->step[to];
    const struct actor *who = &d->c->actor;
    enum role role = step_role(st);
    struct payload pl = {.task = d->s->last_task + 1,
                         .step = st->step,
                         .visit = visits_of(d->s, to) + 1,
                         .agency = step_agency(d->c, d->s, st, d->today),
                         .role = st->role,
                         .from_agency = from ? from->agency : d->s->receiving};
    struct payload_clock clock;
    instant own = INSTANT_NONE;

    if (st->is_split || role == ROLE_COUNT) {
        refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bộ máy chưa thực hiện được bước “%s”",
               "The engine does not execute step “%s” yet", st->step);
        return false;
    }
    if (pl.agency == 0) {
        refuse(d, ERR_R_NO_TARGET, NULL, "Không còn cơ quan nào làm bước “%s”",
               "No agency is left for step “%s”", st->step);
        return false;
    }
    if (from) {
        pl.from_task = from->task;
        pl.from_officer = who->user;
        pl.from_step = d->p->step[from->step].step;
    }
    /* Whoever takes it in goes on with it where that is the first step's work. */
    if (!from && st->assign == ASSIGN_PULL && !d->cmd->officer &&
        access_work(d->c->org, who->agency, who->roles, pl.agency, role, d->today) == ERR_OK)
        pl.officer = who->user;
    else if (!choose_officer(d, to, pl.agency, role, back, &pl.officer, &pl.assign))
        return false;
    pl.received = pl.officer != 0 && pl.officer == who->user;
    pl.due = d->s->current_due;
    if (st->has_limit) {
        const char *cal = agency_calendar(d->c, pl.agency);

        if (!clock_due(d, cal, st->limit, (struct text2){st->step, st->step}, &own))
            return false;
        clock = (struct payload_clock){CLOCK_STEP, to, st->limit, cal, own};
        pl.clock = arena_grow(d->a, &clock, 1, 1, sizeof clock);
        pl.clocks = 1;
        /* Never beyond the dossier's own due; the officer is judged by the clock's. */
        if (own < pl.due || d->s->finished != INSTANT_NONE)
            pl.due = own;
    }
    if (!spans_opened(d, to, true, &pl, pl.agency))
        return false;
    push(d, EV_STEP_STARTED, &pl);
    if (fine(d) && !step_has_way_out(d->a, d->s, d->p, to))
        refuse(d, ERR_R_NOT_EXECUTABLE, NULL, "Bước “%s” không còn lối ra nào thực hiện được",
               "Step “%s” has no way out that can be taken", st->step);
    return fine(d);
}

static void leave_step(struct deciding *d, const struct action *act, int to)
{
    bool back = act->effect == EFFECT_RETURN;
    struct payload pl = {.task = d->task->task, .action = act->action, .note = d->cmd->note};

    pl.reason = d->cmd->reason;
    if (back && to >= 0)
        pl.to = d->p->step[to].step;
    if (!spans_opened(d, d->task->step, false, &pl, d->task->agency))
        return;
    push(d, back ? EV_RETURNED_TO_STEP : EV_STEP_FINISHED, &pl);
    if (fine(d) && to >= 0)
        enter_step(d, to, d->task, back);
}

void act_step(struct deciding *d)
{
    const struct action *act = d->cmd->action ? step_action(d->step, d->cmd->action) : NULL;
    const struct task *before = d->task;

    if (!act) {
        refuse(d, ERR_R_WRONG_STEP, "/action", "Bước “%s” không có hành động “%s”",
               "Step “%s” has no action “%s”", d->step->step, d->cmd->action ? d->cmd->action : "");
        return;
    }
    refuse_verdict(d, check_action(d, act), NULL);
    if (!fine(d))
        return;
    ask(d, act);
    if (!fine(d))
        return;
    /* What stays in the step stays with the officer who does it. */
    if (act->to == STEP_NONE && act->effect != EFFECT_HAND_OVER && before->officer == 0)
        push(d, EV_CLAIMED, &(struct payload){.task = before->task});
    do_effect(d, act);
    if (fine(d) && (act->to != STEP_NONE || act->effect == EFFECT_HAND_OVER))
        leave_step(d, act, act->effect == EFFECT_HAND_OVER ? STEP_END : act->to);
}
