/* What the files of this room share: a decision under way, questions to a state.
 * Everything lives in the arena of the decision.  Any thread. */
#ifndef COMMON_DOSSIER_INSIDE_H
#define COMMON_DOSSIER_INSIDE_H

#include "common/dossier/dossier.h"
#include "common/dossier/payload.h"
#include "common/dossier/regime.h"

/* ---------------------------------------------------------------- limits */
#define NOTE_MAX     4000 /* bytes of a note, a conclusion */
#define WORD_MAX     200  /* bytes of a number, a signer, a code */
#define CHECKS_MAX   200
#define REASONS_MAX  50
#define VISITS_MAX   500 /* finished steps of one dossier: then nothing goes back any more */
#define REFUSALS_MAX 100

/* ---------------------------------------------------------------- a decision under way */

struct deciding {
    struct arena *a;
    const struct context *c;     /* as given, or lent */
    const struct context *given; /* the caller's */
    struct context lent;         /* given, with the rights that a delegation lends */
    int64_t delegation;          /* its number; 0: in one's own name */
    const struct command *cmd;
    const struct procedure *p;
    const struct dossier *s; /* after the events so far; NULL: nothing yet */
    int64_t id;
    dayno today;
    const struct task *task; /* the one the command is about */
    const struct step *step; /* of the task */
    struct event *event;
    size_t events, event_cap;
    struct refusal *refusal;
    size_t refusals, refusal_cap;
    bool by_itself; /* a timer of the procedure does it, nobody else */
};

/* Adds a refusal; the detail may be NULL (the title says it). Both formats take the same
 * arguments. */
void refuse(struct deciding *d, enum err e, const char *pointer, const char *vi, const char *en,
            ...) __attribute__((format(printf, 4, 6))) __attribute__((format(printf, 5, 6)));
/* Makes the event and applies it. */
struct event *push(struct deciding *d, enum event_kind k, const struct payload *p);
static inline bool fine(const struct deciding *d)
{
    return d->refusals == 0;
}

/* Something was typed in. */
static inline bool said(const char *s)
{
    return s && *s;
}
static inline bool is_system(const struct deciding *d)
{
    return d->c->actor.user == 0;
}
/* The actor is that officer, or acts on her behalf. */
bool stands_for(const struct deciding *d, int64_t officer);

/* What a decision asks before anything is typed in: permission and state.  ERR_OK or the reason. */
struct verdict {
    enum err e;
    struct text2 detail; /* vi NULL: the title of the error says it */
};
#define VERDICT_OK ((struct verdict){ERR_OK, {NULL, NULL}})
static inline struct verdict say(enum err e) /* the title says it */
{
    return (struct verdict){e, {NULL, NULL}};
}
struct verdict verdict(struct arena *a, enum err e, const char *vi, const char *en, ...)
    __attribute__((format(printf, 3, 5))) __attribute__((format(printf, 4, 5)));
struct text2 text2_join(struct arena *a, struct text2 head, struct text2 tail);
void refuse_verdict(struct deciding *d, struct verdict v, const char *pointer);

/* ---------------------------------------------------------------- commands (decide.c) */

enum about {
    ABOUT_DOSSIER, /* no task */
    ABOUT_STEP,    /* the work of a step */
    ABOUT_OWED,    /* a side task or a branch: somebody owes an answer */
    ABOUT_ANY      /* whichever */
};

struct act_rule {
    enum command_kind kind;
    const char *name;
    unsigned statuses; /* bit per dossier_status in which it is possible */
    bool creates;      /* may be given without a state */
    enum about about;  /* which kind of open task it is about */
    struct verdict (*check)(struct deciding *d);
    void (*act)(struct deciding *d);
};
const struct act_rule *act_rule_of(enum command_kind k);
/* Status, own dossier, task, then the rule's own check: all that needs no input. */
struct verdict act_check(struct deciding *d, const struct act_rule *r);
void deciding_init(struct deciding *d, const struct dossier *s, int64_t id,
                   const struct command *cmd, const struct context *c);

struct verdict check_submit(struct deciding *d);
struct verdict check_intake(struct deciding *d);
void act_submit(struct deciding *d);
void act_take_in(struct deciding *d);
void act_return_intake(struct deciding *d);
void act_reject_intake(struct deciding *d);

struct verdict check_receive(struct deciding *d);
struct verdict check_claim(struct deciding *d);
struct verdict check_assign(struct deciding *d);
struct verdict check_draft(struct deciding *d);
struct verdict check_take_back(struct deciding *d);
struct verdict check_remark(struct deciding *d);
struct verdict check_declare(struct deciding *d);
void act_receive(struct deciding *d);
void act_claim(struct deciding *d);
void act_assign(struct deciding *d);
void act_draft(struct deciding *d);
void act_take_back(struct deciding *d);
void act_attach(struct deciding *d);
void act_note(struct deciding *d);
void act_declare(struct deciding *d);

/* Requests (decide_request.c), ends (decide_end.c), what the system and administrators do. */
struct verdict check_ask(struct deciding *d);
struct verdict check_answer(struct deciding *d);
struct verdict check_cancel(struct deciding *d);
struct verdict check_end(struct deciding *d);
struct verdict check_close(struct deciding *d);
void act_ask(struct deciding *d);
/* Within the rules it goes to the applicant at once: whoever asks sends it herself. */
bool asks_applicant(const struct deciding *d, enum request_kind k);
void act_answer(struct deciding *d);
void act_cancel(struct deciding *d);
void act_end(struct deciding *d);
void act_close(struct deciding *d);
/* Late entry and correction, at intake (request_late.c). */
bool intake_corrects(const struct intake *in);
bool may_correct(const struct deciding *d);
struct quantity correction_limit(void);
instant intake_claimed(const struct deciding *d); /* INSTANT_NONE: it is handed in now */
void check_claimed(struct deciding *d);
void late_entry_asked(struct deciding *d);
/* Opens a request of its own accord that somebody has to agree to (decide_request.c). */
void ask_agreement(struct deciding *d, enum request_kind k, struct payload *pl);
/* Money received for the fee or a request (request_money.c). */
struct verdict check_pay(struct deciding *d);
void act_pay(struct deciding *d);
/* What administrators do to running dossiers (decide_recalculate.c, decide_migrate.c). */
struct verdict check_recalculate(struct deciding *d);
struct verdict check_migrate(struct deciding *d);
void act_recalculate(struct deciding *d);
void act_migrate(struct deciding *d);
/* A rung of a clock has come (decide_fire.c). */
struct verdict check_fire(struct deciding *d);
void act_fire(struct deciding *d);
/* Nothing came in time (decide_request.c): still to be answered until the dossier is closed. */
void request_lapses(struct deciding *d, const struct request *r);

bool can_undo(struct deciding *d);          /* undo.c: the last act was hers, a moment ago */
int undo_seconds(const struct deciding *d); /* for so long still */
void act_undo(struct deciding *d);
struct verdict check_succeed(struct deciding *d); /* decide_succeed.c */
void act_succeed(struct deciding *d);

struct verdict check_step(struct deciding *d);
struct verdict check_action(struct deciding *d, const struct action *act);
void act_step(struct deciding *d);
/* Actions that ask, or end without a result (decide_asked.c). */
struct verdict check_asking(struct deciding *d, const struct action *act);
void do_ask(struct deciding *d, const struct action *act);
bool ends_without(enum effect e);

/* ---------------------------------------------------------------- requests: rules as a table */

enum asker {
    BY_STEP,      /* the officer who works on the step */
    BY_RECEPTION, /* a role at the receiving unit */
    BY_COMPETENT  /* a role at the competent agency */
};
enum consent { CONSENT_NONE, CONSENT_OUTSIDE_RULES, CONSENT_ALWAYS };
enum answerer {
    ANSWER_NOBODY,    /* in effect as soon as it is sent */
    ANSWER_RECEPTION, /* the receiving unit, for the applicant */
    ANSWER_ASKER,     /* the agency and role that asked */
    ANSWER_OTHER,     /* the agency that is asked */
    ANSWER_POST,      /* whoever takes paper in at the agency it is sent to */
    ANSWER_CASHIER
};
struct request_rule {
    enum request_kind kind;
    enum event_kind asked, agreed, sent, done;
    enum asker asker;
    unsigned askers; /* bit per role, BY_RECEPTION and BY_COMPETENT */
    enum consent consent;
    bool head_agrees;     /* the head of the one-stop unit, else a leader of the asking agency */
    bool through_onestop; /* the receiving unit sends it: nobody else writes to the applicant */
    enum answerer answerer;
    const char *answers;        /* while it is open, with blanks between; NULL: none */
    bool unasked;               /* may be answered without a request: the fee told at acceptance */
    bool stops;                 /* the clocks, while it is open */
    bool restarts;              /* its answer may count them from zero */
    enum dossier_status status; /* while it is open; DS_NONE: as before */
    bool after_end;             /* may be asked when the dossier has ended */
    bool goes_on;               /* the result does not cancel it */
    bool stays;                 /* nor an end without a result */
    /* What is typed in, checked and put into the payload.  NULL: nobody asks for it. */
    void (*ask)(struct deciding *d, const struct ask *ask, struct payload *pl);
    /* Whether this may be agreed to, now.  NULL: nothing more. */
    void (*agree)(struct deciding *d, const struct request *r);
    /* When it is sent: limits and dues as of now.  NULL: nothing more. */
    void (*send)(struct deciding *d, const struct request *r, struct payload *pl);
    /* What the answer says, checked.  NULL: nothing more. */
    void (*answer)(struct deciding *d, const struct request *r, struct payload *pl);
    /* What follows from the answer, behind its event.  NULL: nothing more. */
    void (*follow)(struct deciding *d, const struct request *r, const char *outcome);
};
const struct request_rule *request_rule_of(enum request_kind k); /* NULL: not a kind */

/* Which kind of request an event is about and what it does to it; false: to none. */
enum request_turn {
    TURN_ASKED,
    TURN_AGREED,
    TURN_DECLINED,
    TURN_CANCELLED,
    TURN_SENT,
    TURN_DONE,
    TURN_LAPSED
};
bool request_turn_of(enum event_kind e, enum request_kind given, enum request_kind *ret_kind,
                     enum request_turn *ret_turn);
enum dossier_status request_status(const struct request *r);
int waiting_rank(enum dossier_status st); /* which of several waits the status shows */
/* The clocks that go on when the last standstill ends: moves and the promise into the payload.
 * False after a refusal. */
bool clocks_resumed(struct deciding *d, const struct request *r, bool restart, struct payload *pl);
/* Pauses of a clock since it last began from zero; at most max. */
size_t clock_pauses(const struct clock *c, instant now, struct interval *out, size_t max);
bool supplement_restarts(const struct deciding *d);
/* Due of a clock by its ledger: pauses since it last began from zero, added as working minutes. */
enum time_fault clock_due_again(const struct calendar *cal, const struct clock *c,
                                struct quantity budget, instant now, instant *ret);
/* The calendar that the promise was counted by is still the one in force. */
bool calendar_as_pinned(const struct context *c, const struct dossier *s);
/* A change that moves what was promised or told needs another person and a document. */
void second_person(struct deciding *d, bool document);
/* Branches of a split (decide_branch.c). */
#define OUTCOME_CLOSED "closed" /* of a branch that the join did not wait for */
struct verdict check_branch(struct deciding *d);
void act_branch(struct deciding *d);
const char *branch_answers(const struct branch *b);
bool enter_split(struct deciding *d, int to, const struct task *from);
/* Branches that open splits have by now and were not asked yet (another version has more). */
void open_missing_branches(struct deciding *d);
/* Answers the branch of d->task with what the payload says; document ends its wait. */
void finish_branch(struct deciding *d, struct payload *pl, const char *document);
/* One of several results, as typed in. */
void check_part(struct deciding *d, const struct payload *pl);
/* Every result that this dossier has to have is there; else what is missing. */
bool results_complete(struct arena *a, const struct dossier *s, const struct procedure *p,
                      struct text2 *ret_missing);
/* After a split or an action: enters the step, goes back, or ends the dossier. */
void lead_on(struct deciding *d, int to, const struct task *from, bool back);
/* Links to other dossiers (decide_link.c). */
struct verdict check_link(struct deciding *d);
void act_link(struct deciding *d);
/* The first of the roles that somebody present holds there; ROLE_COUNT: nobody. */
enum role role_present(const struct deciding *d, int agency, const enum role *roles, size_t n);

/* ---------------------------------------------------------------- pieces */

/* The intake of the command, checked whole (facts.c): all mistakes are refused at once. */
struct intake_facts {
    enum channel channel;
    int receiving, competent; /* agency ids */
    const char *case_code;
    bool island, mountain;
    const char *applicant;
    struct value *form; /* one per p->form, those not given NONE */
    bool components_complete, form_complete;
    struct facts facts;
};
bool intake_read(struct deciding *d, bool wants_complete, struct intake_facts *ret);
/* Applies what acceptance would promise and charge for these facts, as far as it can (promise.c).
 */
void intake_promised(struct deciding *d, struct intake_facts *f);
void check_in_force(struct deciding *d);
/* The components of the case, each with whether it applies and is wanting; in d's arena. */
struct component_told;
size_t components_told(struct deciding *d, const struct intake_facts *f,
                       struct component_told **ret);
/* The fee of these facts into the payload, computed; false where it was told otherwise or the
 * exemption chosen does not hold (decide_fee.c). */
bool fee_charged(struct deciding *d, const struct intake_facts *f, struct payload *pl);
/* The lines and their sum, nothing compared. */
void fee_lines_of(struct deciding *d, const struct facts *f, int64_t quantity,
                  const char *exemption, struct payload *pl);
/* Quantity and exemption as told, or as submitted. */
void fee_told(const struct deciding *d, struct payload *pl);
void check_fee_told(struct deciding *d, const struct intake_facts *f);
/* The case named, else the first whose condition holds, else NULL. */
const char *case_that_holds(const struct procedure *p, struct facts *f);
/* The form as the state keeps it: values that a condition of the procedure reads. */
struct value *form_kept(struct deciding *d, const struct value *form);
/* A condition of the procedure reads this field: its value is kept. */
bool form_field_read(const struct procedure *p, const char *field);

/* A reason given by code: in the catalogue and meant for this use. */
void check_reused(struct deciding *d, const struct check_off *k, size_t i);
bool reason_fits(struct deciding *d, const char *code, const char *for_what, const char *pointer);
bool reason_incomplete(const struct procedure *p, const char *code);
bool file_fits(struct deciding *d, const char *file, const char *pointer);
bool words_fit(struct deciding *d, const char *s, size_t max, bool lines, const char *pointer);

/* Facts that conditions read, with the visits of steps. */
struct facts *state_facts(struct arena *a, const struct dossier *s, const struct procedure *p);
bool condition_holds(struct arena *a, const struct dossier *s, const struct procedure *p,
                     const struct expr *when);

/* Agency id where a step is done today: 0 when there is none any more. */
int step_agency(const struct context *c, const struct dossier *s, const struct step *st, dayno d);
int place_agency(const struct context *c, const struct dossier *s, enum place at,
                 const char *agency, dayno d);
enum role step_role(const struct step *st);
/* Starts the step (entering it from d->task, or from acceptance): payload with assignment, due and
 * clocks. False after a refusal. */
bool enter_step(struct deciding *d, int to, const struct task *from, bool back);
/* Who gets it; 0: the queue.  False after a refusal. */
bool choose_officer(struct deciding *d, int step, int agency, enum role role, bool back,
                    int64_t *ret, const char **ret_how);
/* Who else could have the task of d->task: the one with least; 0: nobody. */
int64_t least_loaded(const struct deciding *d, const struct officer_load *o, size_t n);
/* Whoever the rule of its step gives the task to now; 0: the queue, the head of which chooses. */
int64_t officer_by_rule(const struct deciding *d, const struct task *t);
/* Role and place of d->task; who stands in where nobody is left (nobody_left.c). */
enum err at_task(const struct deciding *d);
/* Works at the place of d->task, of whose role nobody is left: a head may name her. */
bool may_be_named(const struct deciding *d, int64_t officer);
/* Who decides a submission that no receiver may decide: heads of the unit; 0: receivers are there.
 */
unsigned roles_instead(const struct deciding *d);
/* Tells the heads of work that the act leaves with nobody who may do it.  before: NULL: none. */
void tell_nobody_left(struct deciding *d, const struct dossier *before);
/* She declared a close relative (decide_work.c): the dossier comes to her in no way. */
bool conflict_declared(const struct dossier *s, int64_t user);
/* Persons who did a step that excludes this one, or declared a relative. */
bool excluded_by_separation(const struct dossier *s, const struct step *st, int64_t user);

/* Due of a budget from now; false after R_CALENDAR_END. */
bool clock_due(struct deciding *d, const char *calendar, struct quantity q, struct text2 what,
               instant *ret);
/* The same from another moment. */
bool clock_due_from(struct deciding *d, instant from, const char *calendar, struct quantity q,
                    struct text2 what, instant *ret);
bool spans_opened(struct deciding *d, int step, bool enter, struct payload *p, int agency);
const char *agency_calendar(const struct context *c, int agency_id);

/* ---------------------------------------------------------------- questions to a state */

/* Tables of the stored form (state.c), for events that say what they restore. */
struct record;
extern const struct record state_task_record, state_draft_record, state_result_record;

struct dossier *dossier_new(struct arena *a, int64_t id);
const struct task *task_of(const struct dossier *s, int64_t task);
/* The only open task that is work of a step (owed false), or that somebody owes a request or a join
 * (owed true); NULL when there is none or more than one. */
const struct task *task_only(const struct dossier *s, bool owed);
bool task_owes(const struct task *t); /* a side task or a branch */
/* Of the kind, as far as they stand; what was declined or taken back does not count. */
int requests_made(const struct dossier *s, enum request_kind kind);
bool request_open(const struct request *r);    /* sent and not answered */
bool request_pending(const struct request *r); /* not over: asked, agreed or open */
bool requests_stop(const struct dossier *s);   /* an open request stands the clocks still */
const struct step_done *last_done(const struct dossier *s, int step);
int visits_of(const struct dossier *s, int step);
const struct clock *clock_of(const struct dossier *s, enum clock_kind k, int subject, int visit);
bool dossier_ended(const struct dossier *s);
/* From this step an approval still lies ahead (returns not followed). */
bool approval_ahead(const struct procedure *p, int step);
/* Some action of the step can be done by the engine, under these facts. */
bool step_has_way_out(struct arena *a, const struct dossier *s, const struct procedure *p,
                      int step);
bool effect_after_finish(enum effect e);
enum request_kind effect_asks(enum effect e); /* REQ_NONE: it asks for nothing */
/* Splits.  A branch's wait is an exclusion that no side task answers: the branch itself does. */
bool waits_for_branch(const struct request *r);
/* Stands still for something else than a branch: nobody works meanwhile. */
bool work_stands_still(const struct dossier *s);
const struct branch *task_branch(const struct procedure *p, const struct task *t); /* or NULL */
int branch_subject(int step, int branch); /* of CLOCK_BRANCH; branch from 1 */
const struct task *split_task(const struct dossier *s, int step); /* an open branch, or NULL */
size_t branches_answered(const struct dossier *s, int step, int visit);
bool branch_asked(const struct dossier *s, int step, int visit, int branch); /* in that visit */
const struct part *part_of(const struct dossier *s, const char *result);     /* or NULL */

#endif
