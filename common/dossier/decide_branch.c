/* Splits (các nhánh song song): entering one opens a task for every branch; each answers the join;
 * when the join has enough, the rest are closed and the way goes on.  A branch with `stop` is a
 * lawful exclusion while it is open: the same request, events and arithmetic as any other.
 * Everything lives in the decision's arena.  Any thread. */
#include "common/access/access.h"
#include "common/dossier/inside.h"

#define WAITS_MAX 200 /* requests of one dossier, as for those that are asked */

/* ---------------------------------------------------------------- entering */

/* Excluded time begins and ends with a document (domain 9.3, INV4).  What happens by itself has
 * none: then the law that the procedure names for the exclusion stands for it. */
static const char *wait_document(struct deciding *d, const char *reason, const char *document,
                                 const char *vi, const char *en)
{
    size_t i;

    if (said(document))
        return document;
    for (i = 0; is_system(d) && i < d->p->stops; i++)
        if (strcmp(d->p->stop[i].reason, reason) == 0 && said(d->p->stop[i].basis))
            return d->p->stop[i].basis;
    refuse_verdict(d, (struct verdict){ERR_R_NEEDS_DOCUMENT, {vi, en}}, "/document");
    return NULL;
}

/* The exclusion that the branch stands for: sent at once, answered by the branch itself. */
static void begin_wait(struct deciding *d, const struct branch *b, int64_t task)
{
    const char *document = d->cmd->ask ? d->cmd->ask->document : NULL;
    struct payload pl = {.request = (int64_t)d->s->requests + 1,
                         .kind = REQ_EXCLUSION,
                         .from = task,
                         .reason = b->stop,
                         .state = RS_OPEN,
                         .stops = true,
                         .overdue = d->s->basis_due != INSTANT_NONE && d->c->now > d->s->basis_due,
                         .wanted = INSTANT_NONE,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE};

    if (d->s->requests >= WAITS_MAX) {
        refuse(d, ERR_R_TOO_LATE, NULL, "Hồ sơ đã có quá nhiều đề nghị",
               "The dossier has too many requests");
        return;
    }
    words_fit(d, document, WORD_MAX, false, "/document");
    pl.document =
        wait_document(d, b->stop, document, "Phải ghi văn bản bắt đầu thời gian không tính",
                      "Name the document that begins the excluded time");
    if (fine(d))
        push(d, EV_EXCLUSION_STARTED, &pl);
}

static bool start_branch(struct deciding *d, int to, int branch, int visit, const struct task *from)
{
    const struct step *st = &d->p->step[to];
    const struct branch *b = &st->branch[branch - 1];
    struct payload pl = {.task = d->s->last_task + 1,
                         .step = st->step,
                         .visit = visit,
                         .branch = branch,
                         .agency = place_agency(d->c, d->s, b->at, b->agency, d->today),
                         .role = b->role,
                         .from_agency = from ? from->agency : d->s->receiving,
                         .due = d->s->current_due};
    struct payload_clock clock;

    if (pl.agency == 0) {
        refuse(d, ERR_R_NO_TARGET, NULL, "Không còn cơ quan nào làm nhánh “%s”",
               "No agency is left for branch “%s”", b->branch);
        return false;
    }
    if (from) {
        pl.from_task = from->task;
        pl.from_officer = d->c->actor.user;
        pl.from_step = d->p->step[from->step].step;
    }
    if (b->has_limit) {
        const char *cal = agency_calendar(d->c, pl.agency);

        clock = (struct payload_clock){CLOCK_BRANCH, branch_subject(to, branch), b->limit, cal, 0};
        if (!clock_due(d, cal, b->limit, (struct text2){b->branch, b->branch}, &clock.due))
            return false;
        pl.clock = arena_grow(d->a, &clock, 1, 1, sizeof clock);
        pl.clocks = 1;
        /* Where time is excluded the dossier's own due is still going to move. */
        if (clock.due < pl.due || b->stop || d->s->finished != INSTANT_NONE)
            pl.due = clock.due;
    }
    if (!split_task(d->s, to) && !spans_opened(d, to, true, &pl, d->s->competent))
        return false;
    push(d, EV_STEP_STARTED, &pl);
    return fine(d);
}

/* Branches wait in the queues of their agencies: nobody is chosen for them. */
bool enter_split(struct deciding *d, int to, const struct task *from)
{
    const struct step *st = &d->p->step[to];
    int visit = visits_of(d->s, to) + 1, k, n = (int)st->branches;
    int64_t first = d->s->last_task + 1;

    if (d->cmd->officer) {
        refuse(d, ERR_R_TARGET, "/officer", "Các nhánh song song không chọn người",
               "Nobody is chosen for parallel branches");
        return false;
    }
    for (k = 1; k <= n; k++)
        if (!start_branch(d, to, k, visit, from))
            return false;
    for (k = 1; k <= n && fine(d); k++)
        if (st->branch[k - 1].stop)
            begin_wait(d, &st->branch[k - 1], first + k - 1);
    return fine(d);
}

static void ask_also(struct deciding *d, int step, int branch, int visit)
{
    const struct branch *b = &d->p->step[step].branch[branch - 1];

    if (b->stop && work_stands_still(d->s))
        refuse(d, ERR_R_WAITING, NULL,
               "Nhánh mới “%s” loại trừ thời gian, mà hồ sơ đang tạm dừng vì việc khác",
               "The new branch “%s” excludes time, and the dossier stands still already",
               b->branch);
    else if (start_branch(d, step, branch, visit, NULL) && b->stop)
        begin_wait(d, b, d->s->last_task);
}

void open_missing_branches(struct deciding *d)
{
    int step;

    for (step = 0; (size_t)step < d->p->steps && fine(d); step++) {
        const struct step *st = &d->p->step[step];
        const struct task *t = split_task(d->s, step);
        int visit = t ? t->visit : 0, k;

        for (k = 1; t && (size_t)k <= st->branches && fine(d); k++)
            if (!branch_asked(d->s, step, visit, k))
                ask_also(d, step, k, visit);
    }
}

/* ---------------------------------------------------------------- who answers */

struct verdict check_branch(struct deciding *d)
{
    /* What stands the whole dossier still stands the branches still. */
    if (work_stands_still(d->s))
        return say(ERR_R_WAITING);
    return is_system(d) ? VERDICT_OK : check_step(d);
}

const char *branch_answers(const struct branch *b)
{
    return b && (b->result || b->procedure) ? "done disagree" : "agree disagree";
}

/* ---------------------------------------------------------------- the join */

/* The branch's exclusion ends with it: the clocks go on unless another wait is open. */
static void end_wait(struct deciding *d, int64_t task, const char *outcome, const char *document)
{
    const struct request *r = NULL;
    struct payload pl;
    size_t i;

    for (i = 0; i < d->s->requests; i++)
        if (waits_for_branch(&d->s->request[i]) && d->s->request[i].from == task)
            r = &d->s->request[i];
    if (!r)
        return;
    pl = (struct payload){.request = r->request,
                          .kind = (int)r->kind,
                          .outcome = outcome,
                          .state = RS_DONE,
                          .wanted = INSTANT_NONE,
                          .basis = INSTANT_NONE,
                          .current = INSTANT_NONE,
                          .claimed = INSTANT_NONE};
    pl.document =
        wait_document(d, r->reason, document, "Phải ghi văn bản kết thúc thời gian không tính",
                      "Name the document that ends the excluded time");
    if (fine(d) && clocks_resumed(d, r, false, &pl))
        push(d, EV_EXCLUSION_ENDED, &pl);
}

/* With this answer the join has enough. */
static bool joins(const struct deciding *d, const struct task *t)
{
    const struct step *st = &d->p->step[t->step];
    size_t answered = branches_answered(d->s, t->step, t->visit) + 1, open = 0, i;

    for (i = 0; i < d->s->tasks; i++)
        open += d->s->task[i].step == t->step && d->s->task[i].branch != 0;
    return open <= 1 || st->join < 0 || (st->join > 0 && answered >= (size_t)st->join);
}

static bool another_open(const struct dossier *s, const struct task *t)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].step == t->step && s->task[i].branch != 0 && s->task[i].task != t->task)
            return true;
    return false;
}

/* The span that opens with leaving the split begins with the event by which it is left. */
static bool leaves(struct deciding *d, const struct task *t, struct payload *pl)
{
    return another_open(d->s, t) || spans_opened(d, t->step, false, pl, d->s->competent);
}

static void close_rest(struct deciding *d, const struct task *from, const char *document)
{
    const struct task *t;

    while (fine(d) && (t = split_task(d->s, from->step)) != NULL) {
        struct payload pl = {.task = t->task,
                             .step = d->p->step[t->step].step,
                             .branch = t->branch,
                             .agency = t->agency,
                             .officer = t->officer};

        end_wait(d, t->task, OUTCOME_CLOSED, document);
        if (fine(d) && leaves(d, t, &pl))
            push(d, EV_BRANCH_CLOSED, &pl);
    }
}

void finish_branch(struct deciding *d, struct payload *pl, const char *document)
{
    const struct task *t = d->task;
    bool joined = joins(d, t);

    pl->task = t->task;
    pl->branch = t->branch;
    end_wait(d, t->task, pl->outcome, document);
    if (!fine(d) || !leaves(d, t, pl))
        return;
    push(d, EV_STEP_FINISHED, pl);
    if (!joined)
        return;
    close_rest(d, t, document);
    if (fine(d))
        lead_on(d, d->p->step[t->step].then, t, false);
}

/* ---------------------------------------------------------------- the answer */

static bool one_of(const char *outcome, const char *a, const char *b, const char *c)
{
    return strcmp(outcome, a) == 0 || strcmp(outcome, b) == 0 || strcmp(outcome, c) == 0;
}

/* Silence is consent only where the law of the procedure says so, and only when the time is over.
 */
static void check_deemed(struct deciding *d, const struct branch *b)
{
    const struct task *t = d->task;
    const struct clock *c =
        clock_of(d->s, CLOCK_BRANCH, branch_subject(t->step, t->branch), t->visit);

    if (!is_system(d) || !b->on_due || strcmp(b->on_due, "agree") != 0 || !c ||
        c->state != CLOCK_RUNNING || d->c->now < c->due)
        refuse(d, ERR_INVALID, "/outcome", "Chỉ hệ thống ghi coi như đồng ý, khi hết hạn",
               "Only the system deems it agreed, when the time is over");
}

static void check_outcome(struct deciding *d, const struct branch *b, const struct payload *pl)
{
    if (!said(pl->outcome))
        refuse(d, ERR_INVALID, "/outcome", "Thiếu câu trả lời", "The outcome is missing");
    else if (strcmp(pl->outcome, "deemed") == 0)
        check_deemed(d, b);
    else if (is_system(d) || !one_of(pl->outcome, "agree", "disagree", "done"))
        refuse(d, ERR_INVALID, "/outcome", "Trả lời agree, disagree hoặc done",
               "Answer agree, disagree or done");
    else if (strcmp(pl->outcome, "disagree") == 0 && !said(pl->text) && !pl->file &&
             !said(pl->document))
        refuse(d, ERR_INVALID, "/text", "Không đồng ý phải có nội dung hoặc văn bản",
               "A disagreement needs a text or a document");
}

/* The branch gives one of the results: its number, date, signer and file, or why there is none. */
static void take_result(struct deciding *d, const struct branch *b, struct payload *pl)
{
    const struct command *c = d->cmd;

    if (d->cmd->ask && d->cmd->ask->result &&
        (!b->result || strcmp(b->result, d->cmd->ask->result) != 0))
        refuse(d, ERR_INVALID, "/result", "Nhánh này không cấp kết quả ấy",
               "This branch does not give that result");
    if (!b->result)
        return;
    pl->result = b->result;
    pl->refusal = strcmp(pl->outcome, "disagree") == 0;
    if (pl->refusal)
        return;
    pl->number = c->number;
    pl->date = c->date;
    pl->signer = c->signer;
    check_part(d, pl);
}

void check_part(struct deciding *d, const struct payload *pl)
{
    if (!said(pl->number))
        refuse(d, ERR_R_NEEDS_RESULT, "/number", "Thiếu số của kết quả", "The number is missing");
    if (pl->date == 0)
        refuse(d, ERR_R_NEEDS_RESULT, "/date", "Thiếu ngày của kết quả", "The date is missing");
    else if (pl->date > d->today || pl->date < lminute_day(lminute_of(d->s->accepted)))
        refuse(d, ERR_INVALID, "/date", "Ngày của kết quả không nằm từ ngày tiếp nhận đến nay",
               "The date of the result does not lie between receipt and today");
    if (!said(pl->signer))
        refuse(d, ERR_R_NEEDS_RESULT, "/signer", "Thiếu người ký", "The signer is missing");
    if (!pl->file)
        refuse(d, ERR_R_NEEDS_RESULT, "/file", "Thiếu tệp kết quả",
               "The file of the result is missing");
    words_fit(d, pl->number, WORD_MAX, false, "/number");
    words_fit(d, pl->signer, WORD_MAX, false, "/signer");
}

/* The words that every answer may say have been checked (act_answer). */
void act_branch(struct deciding *d)
{
    static const struct ask nothing;
    const struct ask *ask = d->cmd->ask ? d->cmd->ask : &nothing;
    const struct branch *b = task_branch(d->p, d->task);
    struct payload pl = {.outcome = ask->outcome,
                         .text = ask->text,
                         .document = ask->document,
                         .file = d->cmd->file,
                         .note = d->cmd->note};

    if (!b) {
        refuse(d, ERR_R_WRONG_STEP, NULL, NULL, NULL);
        return;
    }
    check_outcome(d, b, &pl);
    if (fine(d))
        take_result(d, b, &pl);
    if (fine(d))
        finish_branch(d, &pl, ask->document);
}
