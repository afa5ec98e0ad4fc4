/* The life of a request, the same for every kind: ask, agree or decline, send, answer, cancel. What
 * differs stands in the table of request_rules.c.  Everything lives in the decision's arena.
 * Any thread. */
#include "common/access/access.h"
#include "common/dossier/request_asks.h"

#define REQUESTS_MAX 200 /* of one dossier */

static const struct ask *asked(const struct deciding *d)
{
    static const struct ask nothing;

    return d->cmd && d->cmd->ask ? d->cmd->ask : &nothing;
}

/* ---------------------------------------------------------------- who may ask */

static struct verdict at_place(const struct deciding *d, int agency, unsigned roles)
{
    if (is_system(d))
        return VERDICT_OK;
    if (!access_acts_for(d->c->org, d->c->actor.agency, agency, d->today))
        return say(ERR_R_NOT_YOUR_AGENCY);
    return d->c->actor.roles & roles ? VERDICT_OK : say(ERR_R_NOT_YOUR_ROLE);
}

/* The branch that lies with her, where several agencies work at once. */
static const struct task *own_branch(struct deciding *d)
{
    size_t i;

    for (i = 0; i < d->s->tasks; i++) {
        const struct task *t = &d->s->task[i];

        if (t->branch != 0 && access_acts_for(d->c->org, d->c->actor.agency, t->agency, d->today))
            return t;
    }
    return NULL;
}

/* The step or branch she works on: the task named, else the only one. */
static struct verdict at_step(struct deciding *d)
{
    d->task = d->cmd->task ? task_of(d->s, d->cmd->task) : task_only(d->s, false);
    if (!d->task && !d->cmd->task)
        d->task = own_branch(d);
    if (!d->task || d->task->request || (size_t)d->task->step >= d->p->steps)
        return verdict(d->a, ERR_R_WRONG_STEP, "Phải nêu việc của bước đang xử lý",
                       "The task of the step must be named");
    d->step = &d->p->step[d->task->step];
    return check_step(d);
}

/* The competent agency, or one where the dossier lies now. */
static struct verdict where_it_is(const struct deciding *d, unsigned roles)
{
    struct verdict v = at_place(d, d->s->competent, roles);
    size_t i;

    for (i = 0; i < d->s->tasks && v.e == ERR_R_NOT_YOUR_AGENCY; i++)
        if (d->s->task[i].request == 0)
            v = at_place(d, d->s->task[i].agency, roles);
    return v;
}

static struct verdict may_ask(struct deciding *d, const struct request_rule *r)
{
    if (!r->after_end && (dossier_ended(d->s) || d->s->finished != INSTANT_NONE))
        return say(ERR_R_WRONG_STATUS);
    if (r->stops && requests_stop(d->s))
        return verdict(d->a, ERR_R_WAITING,
                       "Thời hạn đang dừng vì một yêu cầu khác: trả lời yêu cầu ấy trước",
                       "The clock stands still for another request: answer that one first");
    switch (r->asker) {
    case BY_STEP:
        return at_step(d);
    case BY_RECEPTION:
        return at_place(d, d->s->receiving, r->askers);
    case BY_COMPETENT:
        return where_it_is(d, r->askers);
    }
    return say(ERR_R_WRONG_STATUS);
}

struct verdict check_ask(struct deciding *d)
{
    const struct request_rule *r = request_rule_of(asked(d)->kind);

    if (!r)
        return verdict(d->a, ERR_INVALID, "Phải nêu loại đề nghị", "The kind must be named");
    if (!r->ask) /* it comes from elsewhere: the payment platform, another dossier */
        return say(ERR_R_NOT_YOUR_ROLE);
    if (d->s->requests >= REQUESTS_MAX)
        return verdict(d->a, ERR_R_TOO_LATE, "Hồ sơ đã có quá nhiều đề nghị",
                       "The dossier has too many requests");
    return may_ask(d, r);
}

/* ---------------------------------------------------------------- who is next */

enum role role_present(const struct deciding *d, int agency, const enum role *roles, size_t n)
{
    size_t i, k;

    for (i = 0; d->c->officers && i < n; i++) {
        (void)d->c->officers(d->c->ctx, agency, roles[i], &k);
        if (k > 0)
            return roles[i];
    }
    return ROLE_COUNT;
}

/* A side task for whoever has the next turn. */
static bool side_for(struct deciding *d, int agency, const enum role *roles, size_t n, instant due,
                     struct payload *pl)
{
    enum role role = role_present(d, agency, roles, n);
    int i = organisation_of_id(d->c->org, agency);

    i = i < 0 ? -1 : organisation_on(d->c->org, i, d->today);
    if (i < 0) {
        refuse(d, ERR_R_NO_TARGET, NULL, NULL, NULL);
        return false;
    }
    if (role == ROLE_COUNT)
        role = roles[0]; /* nobody is there yet: it waits in their queue */
    pl->side = d->s->last_task + 1;
    pl->agency = d->c->org->agency[i].id;
    pl->role = role_name(role);
    pl->due = due == INSTANT_NONE ? 0 : due;
    return true;
}

static bool side_to_agree(struct deciding *d, const struct request_rule *r, struct payload *pl)
{
    static const enum role head[] = {ROLE_ONESTOP_HEAD, ROLE_LEADER, ROLE_COMMITTEE_LEADER};
    static const enum role leader[] = {ROLE_LEADER, ROLE_COMMITTEE_LEADER, ROLE_DIVISION_HEAD};

    return side_for(d, r->head_agrees ? d->s->receiving : d->c->actor.agency,
                    r->head_agrees ? head : leader, 3, d->s->current_due, pl);
}

void ask_agreement(struct deciding *d, enum request_kind k, struct payload *pl)
{
    const struct request_rule *r = request_rule_of(k);

    pl->request = (int64_t)d->s->requests + 1;
    pl->kind = (int)k;
    pl->state = RS_ASKED;
    if (side_to_agree(d, r, pl))
        push(d, r->asked, pl);
}

static bool side_to_send(struct deciding *d, struct payload *pl)
{
    static const enum role receiver[] = {ROLE_RECEIVER};

    return side_for(d, d->s->receiving, receiver, 1, d->s->current_due, pl);
}

/* Who owes the answer once it is sent. */
bool side_to_answer(struct deciding *d, const struct request_rule *r, int asker, int to_agency,
                    struct payload *pl)
{
    static const enum role receiver[] = {ROLE_RECEIVER};
    static const enum role cashier[] = {ROLE_CASHIER, ROLE_RECEIVER};
    static const enum role other[] = {ROLE_SPECIALIST, ROLE_OFFICE_SPECIALIST, ROLE_RECEIVER,
                                      ROLE_LEADER, ROLE_COMMITTEE_LEADER};
    static const enum role leader[] = {ROLE_LEADER, ROLE_COMMITTEE_LEADER};
    static const enum role clerk[] = {ROLE_RECEIVER, ROLE_CLERK, ROLE_SPECIALIST};
    enum role mine[1];

    switch (r->answerer) {
    case ANSWER_NOBODY:
        return true;
    case ANSWER_RECEPTION:
        return side_for(d, d->s->receiving, receiver, 1, pl->wanted, pl);
    case ANSWER_CASHIER:
        return side_for(d, d->s->receiving, cashier, 2, pl->wanted, pl);
    case ANSWER_OTHER:
        return side_for(d, to_agency, other, 5, pl->wanted, pl);
    case ANSWER_POST:
        return side_for(d, to_agency, clerk, 3, pl->wanted, pl);
    case ANSWER_ASKER:
        if (r->asker != BY_STEP)
            return side_for(d, asker, leader, 2, pl->wanted, pl);
        mine[0] = d->task ? d->task->role : ROLE_SPECIALIST;
        return side_for(d, asker, mine, 1, pl->wanted, pl);
    }
    return false;
}

/* ---------------------------------------------------------------- sending */

/* The request as it will stand, for those who look at it while it is sent. */
static struct request as_sent(const struct deciding *d, const struct request *r,
                              const struct payload *pl)
{
    struct request q = r ? *r : (struct request){.request = pl->request, .asked = d->c->now};

    if (!r) {
        q.due = pl->wanted;
        q.to_agency = pl->to_agency;
        q.exception = pl->exception;
        q.agency = d->c->actor.agency;
    }
    return q;
}

static void send_request(struct deciding *d, const struct request_rule *rule,
                         const struct request *r, struct payload *pl)
{
    struct request q = as_sent(d, r, pl);

    pl->kind = (int)rule->kind;
    pl->state = rule->answerer == ANSWER_NOBODY ? RS_DONE : RS_OPEN;
    pl->stops = pl->stops || (r ? r->stops : rule->stops);
    pl->overdue = d->s->basis_due != INSTANT_NONE && d->c->now > d->s->basis_due;
    if (rule->send)
        rule->send(d, &q, pl);
    if (fine(d) && side_to_answer(d, rule, q.agency, q.to_agency, pl))
        push(d, rule->sent, pl);
}

/* How the applicant was told stands with what is sent on to her. */
static void told(struct deciding *d, const struct request_rule *rule, struct payload *pl)
{
    if (!rule->through_onestop)
        return;
    pl->method = asked(d)->method;
    if (pl->method && !told_title(pl->method).vi)
        refuse(d, ERR_INVALID, "/method",
               "Báo cho người nộp bằng: phone, sms, email, in_person, post, portal",
               "The applicant is told by phone, sms, email, in_person, post, portal");
}

/* The receiver herself needs nobody to send it for her. */
static bool sends_herself(const struct deciding *d)
{
    return access_acts_for(d->c->org, d->c->actor.agency, d->s->receiving, d->today) &&
           (d->c->actor.roles & ROLE_BIT(ROLE_RECEIVER)) != 0;
}

bool asks_applicant(const struct deciding *d, enum request_kind k)
{
    const struct request_rule *r = request_rule_of(k);

    return r && r->through_onestop && r->consent != CONSENT_ALWAYS && sends_herself(d);
}

void act_ask(struct deciding *d)
{
    const struct ask *ask = asked(d);
    const struct request_rule *r = request_rule_of(ask->kind);
    struct payload pl = {.request = (int64_t)d->s->requests + 1,
                         .kind = (int)r->kind,
                         .from = d->task ? d->task->task : 0,
                         .reason = ask->reason,
                         .exception = ask->exception,
                         .document = ask->document,
                         .text = ask->text,
                         .file = d->cmd->file,
                         .note = d->cmd->note,
                         .wanted = INSTANT_NONE,
                         .basis = INSTANT_NONE,
                         .current = INSTANT_NONE,
                         .claimed = INSTANT_NONE};
    bool consent, onestop;

    words_fit(d, ask->document, WORD_MAX, false, "/document");
    words_fit(d, ask->exception, NOTE_MAX, true, "/exception");
    words_fit(d, ask->text, NOTE_MAX, true, "/text");
    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    file_fits(d, d->cmd->file, "/file");
    r->ask(d, ask, &pl);
    if (!fine(d))
        return;
    pl.stops = pl.stops || r->stops;
    consent = r->consent == CONSENT_ALWAYS ||
              (r->consent == CONSENT_OUTSIDE_RULES && (pl.late || pl.extra));
    onestop = r->through_onestop && !sends_herself(d);
    if (!consent && !onestop)
        told(d, r, &pl);
    else if (ask->method)
        refuse(d, ERR_INVALID, "/method",
               "Chưa gửi ngay cho người nộp: bỏ ra, ai gửi sẽ ghi đã báo bằng cách nào",
               "It is not sent at once: leave it out, whoever sends it says how");
    if (!fine(d))
        return;
    if (consent) {
        pl.state = RS_ASKED;
        if (side_to_agree(d, r, &pl))
            push(d, r->asked, &pl);
    } else if (onestop) {
        pl.state = RS_AGREED;
        if (side_to_send(d, &pl))
            push(d, r->asked, &pl);
    } else
        send_request(d, r, NULL, &pl);
}

/* ---------------------------------------------------------------- who may answer */

/* The request the command is about: of its side task, or named. */
static const struct request *about(const struct deciding *d)
{
    return dossier_request(d->s, d->task ? d->task->request : d->cmd->request);
}

struct verdict check_answer(struct deciding *d)
{
    const struct request *r;
    enum err e;

    if (d->task->branch)
        return check_branch(d);
    r = about(d);
    if (!r || !request_pending(r))
        return say(ERR_R_WRONG_STEP);
    /* The system deems and takes in money; it agrees to nothing and sends nothing. */
    if (is_system(d))
        return request_open(r) ? VERDICT_OK : say(ERR_R_NOT_YOUR_ROLE);
    e = at_task(d);
    if (e != ERR_OK)
        return say(e);
    if (d->task->officer != 0 && !stands_for(d, d->task->officer))
        return say(ERR_R_NOT_ASSIGNEE);
    /* Whoever asks does not agree (domain: separation of duty 2 and 5). */
    if (r->state == RS_ASKED && stands_for(d, r->by))
        return verdict(d->a, ERR_R_SEPARATION, "Người đề nghị không được tự chấp thuận",
                       "Whoever asked may not agree to it");
    return VERDICT_OK;
}

/* ---------------------------------------------------------------- answering */

static struct payload turn(const struct deciding *d, const struct request *r)
{
    return (struct payload){.request = r->request,
                            .kind = (int)r->kind,
                            .note = d->cmd->note,
                            .file = d->cmd->file,
                            .document = asked(d)->document,
                            .text = asked(d)->text,
                            .wanted = INSTANT_NONE,
                            .basis = INSTANT_NONE,
                            .current = INSTANT_NONE,
                            .claimed = INSTANT_NONE};
}

/* Agreed: the one-stop unit sends it, or it is in effect, or it waits for its answer. */
static void agree(struct deciding *d, const struct request_rule *rule, const struct request *r)
{
    struct payload pl = turn(d, r), sent;

    if (rule->through_onestop) {
        pl.state = RS_AGREED;
        if (side_to_send(d, &pl))
            push(d, rule->agreed, &pl);
        return;
    }
    if (rule->sent == EV_NONE) {
        pl.state = RS_OPEN;
        if (side_to_answer(d, rule, r->agency, r->to_agency, &pl))
            push(d, rule->agreed, &pl);
        return;
    }
    pl.state = RS_AGREED;
    push(d, rule->agreed, &pl);
    if (!fine(d))
        return;
    sent = turn(d, r);
    sent.late = r->late;
    sent.extra = r->extra;
    send_request(d, rule, dossier_request(d->s, r->request), &sent);
}

static void answer_asked(struct deciding *d, const struct request_rule *rule,
                         const struct request *r, const char *outcome)
{
    struct payload pl = turn(d, r);

    if (strcmp(outcome, "agree") == 0) {
        if (rule->agree)
            rule->agree(d, r);
        if (fine(d))
            agree(d, rule, r);
        return;
    }
    if (strcmp(outcome, "decline") != 0) {
        refuse(d, ERR_INVALID, "/outcome", "Phải trả lời agree hoặc decline",
               "Answer agree or decline");
        return;
    }
    if (!d->cmd->note || !*d->cmd->note)
        refuse(d, ERR_R_NEEDS_REASON, "/note", NULL, NULL);
    pl.state = RS_DECLINED;
    if (fine(d))
        push(d, EV_REQUEST_DECLINED, &pl);
}

static void answer_agreed(struct deciding *d, const struct request_rule *rule,
                          const struct request *r, const char *outcome)
{
    struct payload pl = turn(d, r);

    if (strcmp(outcome, "send") != 0) {
        refuse(d, ERR_INVALID, "/outcome", "Việc này chờ gửi (send)",
               "This waits to be sent (send)");
        return;
    }
    /* One standstill at a time: the restart of this one would be lost in the other. */
    if (rule->stops && requests_stop(d->s)) {
        refuse(d, ERR_R_WAITING, NULL, "Thời hạn đang dừng vì một yêu cầu khác: gửi khi hết dừng",
               "The clock stands still for another request: send it when that is over");
        return;
    }
    pl.late = r->late;
    pl.extra = r->extra;
    told(d, rule, &pl);
    if (fine(d))
        send_request(d, rule, r, &pl);
}

static void answer_open(struct deciding *d, const struct request_rule *rule,
                        const struct request *r, const char *outcome)
{
    struct payload pl = turn(d, r);
    bool restart = false;

    pl.outcome = outcome;
    pl.reference = asked(d)->reference;
    pl.method = asked(d)->method;
    words_fit(d, pl.reference, WORD_MAX, false, "/reference");
    words_fit(d, pl.method, WORD_MAX, false, "/method");
    pl.state = RS_DONE;
    if (rule->answer)
        rule->answer(d, r, &pl);
    if (!fine(d))
        return;
    if (pl.state == RS_DONE && r->stops) {
        restart = rule->restarts && supplement_restarts(d);
        if (!clocks_resumed(d, r, restart, &pl))
            return;
    }
    if (pl.state != RS_DONE && d->task) /* the same task goes on under a new number */
        if (!side_to_answer(d, rule, r->agency, r->to_agency, &pl))
            return;
    receipt_numbered(
        d, &pl,
        push(d, strcmp(outcome, "deemed") == 0 ? EV_CONSULT_DEEMED_AGREED : rule->done, &pl));
    if (rule->follow && fine(d))
        rule->follow(d, r, outcome);
}

/* No answer came in time: whoever owes the next turn finds it again, to be closed or answered. */
void request_lapses(struct deciding *d, const struct request *r)
{
    struct payload pl = turn(d, r);

    pl.state = RS_LAPSED;
    pl.wanted = r->due;
    if (side_to_answer(d, request_rule_of(r->kind), r->agency, r->to_agency, &pl))
        push(d, EV_SUPPLEMENT_TIMEOUT, &pl);
}

void act_answer(struct deciding *d)
{
    const struct request *r;
    const struct request_rule *rule;
    const char *outcome = asked(d)->outcome;

    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    words_fit(d, asked(d)->document, WORD_MAX, false, "/document");
    words_fit(d, asked(d)->text, NOTE_MAX, true, "/text");
    file_fits(d, d->cmd->file, "/file");
    if (d->task->branch) {
        if (fine(d))
            act_branch(d);
        return;
    }
    r = about(d);
    rule = request_rule_of(r->kind);
    if (!outcome)
        refuse(d, ERR_INVALID, "/outcome", "Thiếu câu trả lời", "The outcome is missing");
    if (!fine(d))
        return;
    if (r->state == RS_ASKED)
        answer_asked(d, rule, r, outcome);
    else if (r->state == RS_AGREED)
        answer_agreed(d, rule, r, outcome);
    else
        answer_open(d, rule, r, outcome);
}

/* ---------------------------------------------------------------- taking back */

/* What the applicant has been told is not taken back; but a notice of payment that was wrong is:
 * the time that it excluded counts as if it had never stood (nobody gains a day by a mistake). */
static bool may_take_back(const struct deciding *d, const struct request *r)
{
    size_t i;

    if (r->kind == REQ_SUPPLEMENT)
        return false;
    if (!r->stops)
        return true;
    for (i = 0; i < d->s->requests; i++)
        if (d->s->request[i].request != r->request && request_open(&d->s->request[i]) &&
            d->s->request[i].stops)
            return false; /* something else stands the clocks still, too */
    return r->kind == REQ_PAYMENT;
}

/* Whoever asked, or a head of her agency; what the applicant has been told is not taken back. */
struct verdict check_cancel(struct deciding *d)
{
    const struct actor *who = &d->c->actor;
    const struct request *r = dossier_request(d->s, d->cmd ? d->cmd->request : 0);

    if (!r)
        return verdict(d->a, ERR_INVALID, "Hồ sơ không có đề nghị số %lld: xem số trong hồ sơ",
                       "The dossier has no request %lld: see its number there",
                       (long long)(d->cmd ? d->cmd->request : 0));
    if (!request_pending(r) || (request_open(r) && !may_take_back(d, r)))
        return verdict(d->a, ERR_R_WRONG_STATUS, "Đề nghị không còn hủy được",
                       "The request can no longer be taken back");
    if (!access_acts_for(d->c->org, who->agency, r->agency, d->today))
        return say(ERR_R_NOT_YOUR_AGENCY);
    if (!stands_for(d, r->by) && !access_is_head(who->roles))
        return say(ERR_R_NOT_ASSIGNEE);
    return VERDICT_OK;
}

void act_cancel(struct deciding *d)
{
    const struct request *r = dossier_request(d->s, d->cmd->request);
    struct payload pl = turn(d, r);

    words_fit(d, d->cmd->note, NOTE_MAX, true, "/note");
    if (!d->cmd->note || !*d->cmd->note)
        refuse(d, ERR_R_NEEDS_REASON, "/note", NULL, NULL);
    if (request_open(r) && r->stops && !said(pl.document))
        refuse(d, ERR_R_NEEDS_DOCUMENT, "/document", "Phải ghi văn bản hủy thông báo nộp tiền",
               "Name the document that takes the notice of payment back");
    if (request_open(r) && r->stops) { /* dates are on record again, as they were */
        pl.basis = d->s->basis_due;
        pl.current = d->s->current_due;
    }
    pl.state = RS_CANCELLED;
    if (fine(d))
        push(d, EV_REQUEST_CANCELLED, &pl);
}
