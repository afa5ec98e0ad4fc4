/* The actions of a step: what they ask, what they do to the dossier (a table by effect), where they
 * lead.  Everything lives in the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

/* ---------------------------------------------------------------- who may work on the task */

/* Role and place, the officer it is assigned to, separation of duty, receipt across agencies. */
struct verdict check_step(struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct task *t = d->task;
    enum err e;

    /* What comes by itself waits for nobody, not even for a receipt. */
    if (d->by_itself)
        return VERDICT_OK;
    e = at_task(d);
    if (e != ERR_OK)
        return say(e);
    if (t->officer != 0 && !stands_for(d, t->officer))
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
    if (decides(act->effect) && stands_for(d, d->s->draft.by))
        return verdict(d->a, ERR_R_SEPARATION,
                       "Người dự thảo không được phê duyệt dự thảo của mình",
                       "Whoever drafted it may not approve it");
    if ((act->effect == EFFECT_RETURN || act->to == STEP_BACK) && d->s->dones >= VISITS_MAX)
        return verdict(d->a, ERR_R_TOO_LATE, "Hồ sơ đã qua quá nhiều lượt xử lý",
                       "The dossier has gone through too many visits");
    if (act->to == STEP_BACK && d->task->from_step < 0)
        return verdict(d->a, ERR_R_WRONG_STEP, "Bước này không do ai chuyển đến",
                       "Nobody handed this step on");
    if (act->effect == EFFECT_HAND_OVER && d->s->returned != INSTANT_NONE)
        return verdict(d->a, ERR_R_ONCE_ONLY, "Kết quả đã được trả",
                       "The result has been handed over");
    if ((act->needs & NEEDS_PAID) && d->s->money == MONEY_REQUESTED)
        return verdict(d->a, ERR_R_WAITING, "Người nộp chưa nộp tiền", "It has not been paid yet");
    return check_asking(d, act);
}

/* ---------------------------------------------------------------- what is typed in */

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

static bool main_complete(const struct dossier_result *r)
{
    return r->numbered_by != 0 && (r->number || r->number_given) && r->date && r->signer && r->file;
}

/* The first of several results is the dossier's own, unless a branch gives it. */
static bool result_there(const struct dossier *s, const struct procedure *p, size_t i)
{
    return part_of(s, p->results[i].result) || (i == 0 && main_complete(&s->result));
}

/* A document or a refusal with its reason: without one nothing counts as resolved.  Of several
 * results those that the procedure requires, else any. */
bool results_complete(struct arena *a, const struct dossier *s, const struct procedure *p,
                      struct text2 *ret_missing)
{
    bool any = main_complete(&s->result);
    size_t i;

    *ret_missing = (struct text2){NULL, NULL};
    if (s->result.refusal)
        return s->result.reason != NULL;
    for (i = 0; i < p->results_n; i++) {
        const struct procedure_result *r = &p->results[i];

        if (result_there(s, p, i)) {
            any = true;
            continue;
        }
        if (r->required || (r->when && condition_holds(a, s, p, r->when))) {
            *ret_missing = r->title;
            return false;
        }
    }
    return any;
}

static void want_results(struct deciding *d)
{
    struct text2 missing;

    if (results_complete(d->a, d->s, d->p, &missing))
        return;
    if (missing.vi)
        refuse_verdict(
            d,
            (struct verdict){
                ERR_R_NEEDS_RESULT,
                text2_join(d->a, (struct text2){"Còn thiếu: ", "Still missing: "}, missing)},
            NULL);
    else
        refuse(d, ERR_R_NEEDS_RESULT, NULL, NULL, NULL);
}

/* Which of several results is numbered; NULL: the dossier's own. */
static const char *part_named(const struct deciding *d)
{
    const char *key = d->cmd->ask ? d->cmd->ask->result : NULL;

    return key && (d->p->results_n == 0 || strcmp(d->p->results[0].result, key) != 0) ? key : NULL;
}

static struct payload part_typed(const struct deciding *d)
{
    const struct command *c = d->cmd;

    return (struct payload){.result = part_named(d),
                            .number = c->number,
                            .date = c->date,
                            .signer = c->signer,
                            .file = c->file};
}

static void ask_part(struct deciding *d)
{
    struct payload pl = part_typed(d);
    size_t i;

    for (i = 0; i < d->p->results_n && strcmp(d->p->results[i].result, pl.result) != 0; i++)
        ;
    if (i >= d->p->results_n)
        refuse(d, ERR_INVALID, "/result", "Thủ tục không có kết quả “%s”",
               "The procedure has no result “%s”", pl.result);
    check_part(d, &pl);
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

    if (effect_asks(act->effect))
        return; /* what asks checks its own reasons */
    if (c->reason)
        reason_fits(d, c->reason, refusing ? "refuse" : "return", "/reason");
    else if (refusing ? !drafted : !said(c->note) && !effect_asks(act->effect))
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
    else if (c->reason && !effect_asks(act->effect))
        reason_fits(d, c->reason, "return", "/reason");
    if ((act->needs & NEEDS_DRAFT) && d->s->draft.by == 0)
        refuse(d, ERR_R_NEEDS_DRAFT, NULL, NULL, NULL);
    if (numbers(d, act) && part_named(d))
        ask_part(d);
    else if (numbers(d, act))
        ask_number(d);
    else if (((act->needs & NEEDS_RESULT) || act->effect == EFFECT_RELEASE ||
              act->effect == EFFECT_HAND_OVER) &&
             d->s->finished == INSTANT_NONE)
        want_results(d);
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

    if (part_named(d)) {
        pl = part_typed(d);
        push(d, EV_NUMBERED, &pl);
        return;
    }
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

/* Resolved: nobody extends, asks or consults any more; money, paper on its way and the second look
 * at a late entry go on. */
static void cancel_idle_requests(struct deciding *d)
{
    size_t i;

    for (i = 0; i < d->s->requests && fine(d); i++) {
        const struct request *r = &d->s->request[i];

        if (!request_pending(r) || request_rule_of(r->kind)->goes_on)
            continue;
        push(d, EV_REQUEST_CANCELLED,
             &(struct payload){.request = r->request,
                               .kind = (int)r->kind,
                               .state = RS_CANCELLED,
                               .wanted = INSTANT_NONE,
                               .basis = INSTANT_NONE,
                               .current = INSTANT_NONE,
                               .note = "Đã có kết quả"});
    }
}

/* What was numbered in the same act counts. */
static void do_release(struct deciding *d)
{
    want_results(d);
    if (fine(d))
        cancel_idle_requests(d);
    if (fine(d))
        push(d, EV_RESULT_READY, &(struct payload){0});
}

static void do_hand_over(struct deciding *d, const struct action *act)
{
    const char *after = act->to >= 0 ? d->p->step[act->to].step : NULL;

    /* Given at once: it was ready at this moment (Decree 118/2025 art. 17.4). */
    if (d->s->finished == INSTANT_NONE)
        do_release(d);
    if (fine(d))
        push(d, EV_RESULT_HANDED_OVER,
             &(struct payload){.to_whom = d->cmd->to_whom, .note = d->cmd->note, .to = after});
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
        do_hand_over(d, act);
        break;
    case EFFECT_SUPPLEMENT:
    case EFFECT_EXCLUDE:
    case EFFECT_CONSULT:
    case EFFECT_PAYMENT:
    case EFFECT_SUSPEND:
    case EFFECT_WITHDRAW:
    case EFFECT_STOP:
        do_ask(d, act);
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

    if (st->is_split)
        return enter_split(d, to, from);
    if (role == ROLE_COUNT) {
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

/* The dossier ends with its last step: handed over before, or an internal procedure whose result
 * goes to the office that asked for it. */
static bool end_here(struct deciding *d)
{
    if (d->s->finished == INSTANT_NONE)
        refuse(d, ERR_R_NEEDS_RESULT, NULL, "Hồ sơ chưa có kết quả, chưa kết thúc được",
               "The dossier has no result yet: it cannot end");
    else if (d->s->returned == INSTANT_NONE)
        push(d, EV_RESULT_HANDED_OVER, &(struct payload){.to_whom = "internal"});
    return fine(d);
}

void lead_on(struct deciding *d, int to, const struct task *from, bool back)
{
    if (to == STEP_BACK && from->from_step < 0)
        refuse(d, ERR_R_WRONG_STEP, NULL, "Bước này không do ai chuyển đến",
               "Nobody handed this step on");
    else if (to == STEP_BACK)
        enter_step(d, from->from_step, from, true);
    else if (to >= 0)
        enter_step(d, to, from, back);
    else if (to == STEP_END)
        end_here(d);
}

static void leave_step(struct deciding *d, const struct action *act, int to)
{
    bool back = act->effect == EFFECT_RETURN;
    const struct task *t = d->task;
    struct payload pl = {.task = t->task, .action = act->action, .note = d->cmd->note};

    pl.reason = d->cmd->reason;
    if (to == STEP_BACK)
        to = t->from_step;
    if (back && to >= 0)
        pl.to = d->p->step[to].step;
    if (to == STEP_END && d->s->ended == INSTANT_NONE) {
        if (!end_here(d))
            return;
        pl.to = "end";
    }
    if (!spans_opened(d, t->step, false, &pl, t->agency))
        return;
    push(d, back ? EV_RETURNED_TO_STEP : EV_STEP_FINISHED, &pl);
    if (fine(d) && to >= 0)
        enter_step(d, to, t, back || act->to == STEP_BACK);
}

/* The action moves the dossier on, unless it ended it. */
static bool moves_on(const struct deciding *d, const struct action *act)
{
    return !ends_without(act->effect) && fine(d) &&
           (act->to != STEP_NONE || act->effect == EFFECT_HAND_OVER);
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
    if (act->to == STEP_NONE && act->effect != EFFECT_HAND_OVER && before->officer == 0 &&
        !ends_without(act->effect))
        push(d, EV_CLAIMED, &(struct payload){.task = before->task});
    do_effect(d, act);
    if (moves_on(d, act))
        leave_step(d, act, act->effect == EFFECT_HAND_OVER && act->to < 0 ? STEP_END : act->to);
}
