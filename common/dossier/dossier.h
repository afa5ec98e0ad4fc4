/* The dossier (hồ sơ): one state, one way to change it.
 *   decide(state, command, context) -> events or a refusal;  apply(state, event) -> state.
 * Both are pure; the same code serves the API, simulation, dry runs and verification.
 * Everything lives in the caller's arena.  Any thread. */
#ifndef COMMON_DOSSIER_DOSSIER_H
#define COMMON_DOSSIER_DOSSIER_H

#include "common/access/delegation.h"
#include "common/base/digest.h"
#include "common/base/err.h"
#include "common/dossier/parts.h"
#include "common/procedure/procedure.h"
#include "common/time/worktime.h"

/* ---------------------------------------------------------------- state */

struct dossier {
    int64_t id, seq;
    uint8_t head[SHA256_BYTES]; /* hash of the last event */
    const char *code;           /* NULL before acceptance */
    /* pinned */
    const char *procedure;
    int version;
    uint8_t procedure_hash[SHA256_BYTES];
    const char *case_code; /* NULL: none */
    const char *regime;
    const char *calendar; /* of the legal clock */
    uint8_t calendar_hash[SHA256_BYTES];
    enum channel channel;
    int receiving, competent; /* agency ids */
    bool island, mountain;
    const char *applicant_kind;
    uint8_t
        owner_key[SHA256_BYTES]; /* salted digest of the owner's identity number, zero if none */
    uint8_t content_digest[SHA256_BYTES]; /* of the content row: no personal data in the history */
    struct value
        *form; /* by p->form; text values are not kept in the state unless used in conditions */
    size_t forms;
    /* the four states */
    enum dossier_status status;
    enum money_status money;
    enum handover_status handover;
    enum sync_status sync;
    /* intake */
    int attempts;
    instant submitted, first_decided, accepted;
    int64_t earlier; /* the dossier whose unsuccessful attempt this one continues; 0: a first
                        submission */
    bool first_accepted, supplemented_later, refused_incomplete;
    bool components_complete, form_complete; /* of the last submission */
    int64_t fee;                             /* dong, as told at acceptance */
    /* promise */
    struct quantity legal, committed;
    instant original_due, basis_due, current_due; /* INSTANT_NONE before acceptance */
    instant finished, returned, ended;
    instant last_at; /* of the last event: the next is never dated before it */
    struct draft draft;
    struct dossier_result result;
    struct task *task;
    size_t tasks, task_cap;
    int64_t last_task;
    struct step_done *done;
    size_t dones, done_cap;
    struct clock *clock;
    size_t clocks, clock_cap;
    struct request *request;
    size_t requests, request_cap;
    struct part *part;
    size_t parts, part_cap;
    struct link *link;
    size_t links, link_cap;
    struct rule_change *rule_change;
    size_t rule_changes;
    int64_t quantity; /* units that the fee counts by: pages, copies, persons; 0: one */
    instant claimed;  /* late entry: when it was really handed in; else INSTANT_NONE */
    int64_t paid;     /* dong received so far, refunds taken off */
    const char *exemption, *evidence; /* from the fee: the one chosen, the paper that proves it */
    struct fee_due *fee_due;
    size_t fee_dues;
    bool by_officer; /* online, yet typed in by staff for whoever came to them (nộp hộ) */
    struct conflict *conflict;
    size_t conflicts, conflict_cap;
    bool nobody_left; /* before acceptance: no receiver may decide it, the head of the unit may */
    int first_receiving; /* the unit of the first decision, when the dossier has left it since */
};

/* Money (request_money.c).  What is still owed, in dong: of the fee told at acceptance; in all. */
int64_t dossier_fee_left(const struct dossier *s);
int64_t dossier_owed(const struct dossier *s);
enum money_status dossier_money(const struct dossier *s);
/* How an amount received for a request divides: lệ phí, financial obligations; the rest is phí. */
struct money_split {
    int64_t charge, duty;
};
struct money_split dossier_split(const struct dossier *s, const struct request *r, int64_t amount);

const char *request_kind_name(enum request_kind k); /* "supplement" */
struct text2 request_kind_title(enum request_kind k);
bool request_kind_of_name(const char *name, enum request_kind *ret);
/* What may be answered in its state: "agree decline", "send" …; "": nothing. */
const char *request_answers(const struct request *r);
/* How the one-stop unit tells the applicant (61/2018 art. 19.9, 118/2025 art. 19.6: e-mail, SMS,
 * phone), on the wire and in words; NULL-terminated. */
extern const char *const TOLD_WORDS[];
struct text2 told_title(const char *word);            /* {NULL}: none of them */
const char *request_state_name(enum request_state s); /* "open" */
struct text2 request_state_title(enum request_state s);
/* A task by the key that queues know it by: a step, "@supplement", "step/branch"; {NULL}: none. */
struct text2 task_key_title(const struct procedure *p, struct span key);
const struct request *dossier_request(const struct dossier *s, int64_t request); /* or NULL */

/* Valid at first submission (hợp lệ ngay từ lần nộp đầu): the first attempt of its chain was
 * accepted, nothing was asked for afterwards, it was not refused as incomplete. */
bool dossier_valid_first(const struct dossier *s);

/* A chain links the attempts of one owner for one procedure (intake.chain_key).  A new dossier goes
 * on with the chain when the last dossier of that chain was never accepted and an attempt of it was
 * decided since this instant (30 days ago); acceptance ends a chain. */
instant dossier_chain_since(instant now);

/* ---------------------------------------------------------------- events */

enum event_kind {
    EV_NONE,
#define V(name, text, vi, en) EV_##name,
#include "common/dossier/events.def"
#undef V
    EV_COUNT
};
const char *event_name(enum event_kind k);
struct text2 event_title(enum event_kind k);
bool event_of_name(const char *name, enum event_kind *ret);

/* What came by itself and changes nothing that an officer with the dossier open has seen or decides
 * on: her act goes on as if it had not come (If-Match of an earlier state). */
bool events_unseen_harmless(const enum event_kind *since, size_t n);

/* A number given by the database inside the transaction: gap-free after commit. */
struct assign_number {
    const char *counter; /* "code/H24.11/2026-11-23"; NULL: none */
    const char *prefix;  /* "H24.11-261123-" */
    int width;           /* at least so many digits */
};

struct event {
    int64_t seq;
    enum event_kind kind;
    instant at;
    int64_t actor;        /* user id; 0: system */
    int64_t on_behalf_of; /* 0: none */
    int agency;           /* id of the actor's agency */
    enum role role;
    const char *payload;  /* canonical JSON written by this room: keys in fixed order, no blanks */
    const char *assigned; /* the number given (ACCEPTED: the code; NUMBERED: the number), or NULL */
    struct assign_number assign; /* in new events: asks for one */
};

/* Digest of everything but `assigned` (documented encoding: README):
 *   hash(n) = SHA-256( hash(n-1) || digest(n) || assigned(n) );  hash(0) = 32 zero bytes. */
void event_digest(int64_t dossier, const struct event *e, uint8_t out[SHA256_BYTES]);
void event_hash(const uint8_t prev[SHA256_BYTES], const uint8_t digest[SHA256_BYTES],
                const char *assigned, uint8_t out[SHA256_BYTES]);

/* ---------------------------------------------------------------- context and commands */

struct officer_load { /* who may be given work at (agency, role) */
    int64_t user;
    int open_tasks;
    instant last_assigned; /* INSTANT_NONE: never */
    bool absent;
};

struct regime; /* common/dossier/regime.h: rules in force by date of receipt */

struct actor {
    int64_t user;                /* 0: system */
    int agency;                  /* id of where the actor sits now */
    unsigned roles;              /* bit per role at that agency */
    const uint8_t *identity_key; /* salted digest of the actor's own identity number, or NULL */
    int64_t on_behalf_of;
    const char *name; /* for slips; never stored in events */
};

struct past { /* an event of the history, and the state before it */
    const struct event *event;
    const struct dossier *before;
};
#define PAST_MAX 8 /* the last events that undoing looks at */

struct context { /* everything a decision may look at */
    struct arena *arena;
    instant now;
    struct actor actor;
    const struct procedure *procedure;
    const struct organisation *org;
    const struct regime *regime;
    int64_t earlier; /* commands that create: see dossier_chain_since; 0: none */
    const struct calendar *(*calendar)(void *ctx, const char *name); /* NULL: unknown */
    /* Officers of an agency with a role, ordered by user id; NULL: not known. */
    const struct officer_load *(*officers)(void *ctx, int agency, enum role role, size_t *ret_n);
    void *ctx;
    /* By which actor.user may stand for actor.on_behalf_of: one of them has to allow the act, which
     * is then done with the roles that the other person holds there. */
    const struct delegation *delegation;
    size_t delegations;
    const struct past *past; /* CMD_TAKE_BACK: the last events, the oldest first; none: no undo */
    size_t pasts;
    int64_t
        gone_out; /* seq up to which messages have been delivered: that is not undone; 0: none */
    const struct procedure *target; /* CMD_MIGRATE: the version to move to */
};

enum command_kind {
    CMD_SUBMIT,        /* creates: online or post; waits for a decision */
    CMD_TAKE_IN,       /* creates and accepts at the counter in one act */
    CMD_ACCEPT,        /* accepts what was submitted */
    CMD_RETURN_INTAKE, /* Mẫu 02 before acceptance (creates when new: one-key counter return) */
    CMD_REJECT_INTAKE, /* Mẫu 03 (creates when new) */
    CMD_RESUBMIT,      /* next attempt */
    CMD_RECEIVE,       /* confirms that the task has been received or opened */
    CMD_CLAIM,         /* takes it from the queue */
    CMD_ASSIGN,        /* head gives it to an officer */
    CMD_DRAFT,         /* a draft of the result or of a refusal */
    CMD_ACT,           /* an action of the step */
    CMD_TAKE_BACK,
    CMD_ATTACH, /* names a stored file */
    CMD_NOTE,
    CMD_ASK,         /* opens a request (struct ask) */
    CMD_ANSWER,      /* what a side task owes: agree, decline, send, answer; a branch's opinion */
    CMD_CANCEL,      /* takes a request back */
    CMD_WITHDRAW,    /* the applicant gives it up, until the decision */
    CMD_STOP,        /* stopped at the applicant's request, Mẫu 05, until the decision */
    CMD_CLOSE,       /* no supplement came in time */
    CMD_DECLARE,     /* the applicant is a close relative of mine: I may not process it */
    CMD_FIRE,        /* system: a rung of a clock has come */
    CMD_MIGRATE,     /* to another version of the procedure */
    CMD_SUCCEED,     /* to the agency that succeeded an ended one */
    CMD_RECALCULATE, /* a corrected calendar: explicit, never earlier */
    CMD_LINK,        /* what another dossier tells this one */
    CMD_PAY,         /* money for the fee or a request: counter, or a call-back of the platform */
    CMD_KINDS
};
const char *
command_name(enum command_kind k); /* "take-in", "accept", "act" … also the API's path */
bool command_of_name(const char *name, enum command_kind *ret);

struct check_off { /* one ticked component */
    const char *component;
    int originals, certified, copies;
    bool presented;
    const char **file; /* SHA-256 hex of stored files */
    size_t files;
    const char *reused; /* tái sử dụng: number of the result or code of the dossier that holds the
                           files, in place of papers; NULL: handed in */
};

struct intake { /* for commands that create or decide an attempt */
    enum channel channel;
    int receiving; /* agency id; competent comes from the procedure */
    int competent; /* 0: the procedure's; else must be the same kind of agency (commune level) */
    const char *case_code;
    bool island, mountain;
    const char *applicant_kind;
    const uint8_t *owner_key;      /* salted digest, or NULL */
    const uint8_t *party_key[2];   /* likewise of who submits and of who is authorised, or NULL */
    const uint8_t *content_digest; /* of applicant, owner, authorised person and form texts */
    const uint8_t *chain_key;      /* applicant + procedure, links attempts; may be NULL */
    const struct value *form;
    size_t forms;
    const struct check_off *check;
    size_t checks;
    const char *const *reason; /* codes, for return and refusal */
    size_t reasons;
    const char *note;
    const char *const *missing; /* components asked for */
    size_t missings;
    int64_t fee;                      /* as told, compared with what is computed */
    bool fee_told;                    /* a fee of nothing was told */
    const char *exemption, *evidence; /* from the fee; "": none, whatever was submitted */
    int64_t quantity;                 /* units that the fee counts by; 0: one */
    instant claimed;              /* late entry after an outage: when it was handed in; 0: now */
    const char *document;         /* late entry: the minutes of the outage */
    int64_t ticket;               /* of the queue (phiếu số), 0: none */
    const struct link_news *link; /* a child or a correction of another dossier */
};

struct ask { /* CMD_ASK and CMD_ANSWER: what a request says */
    enum request_kind kind;
    const char *reason, *exception, *document, *text;
    const char *const *missing; /* supplement: components */
    size_t missings;
    const char *const *reason_code; /* supplement: why, by code */
    size_t reason_codes;
    int to_agency;         /* consult, paper */
    struct quantity limit; /* consult: time for the answer; den 0: none */
    const char *on_due;    /* consult: agree | remind | escalate:ROLE */
    dayno until;           /* extension: the new day */
    instant claimed;       /* late entry */
    const char *case_code;
    int64_t amount;
    bool stops; /* payment: the time until it is paid is excluded (reason says by what) */
    /* answers */
    const char *outcome;   /* agree | decline | send | complete | partial | disagree | paid | end */
    const char *reference; /* receipt, call-back, number of a letter */
    const char *method;    /* cash | transfer | online | post; send: of TOLD_WORDS */
    const struct check_off *check; /* supplement: what was brought */
    size_t checks;
    const char *result; /* branch: which of the procedure's results this is */
};

struct link_news { /* CMD_LINK */
    enum link_kind kind;
    int64_t dossier;
    const char *code;
    int64_t task;
    instant due, finished;
    /* A child that finished: what it came to, taken over by the branch that waits for it. */
    bool refusal;
    const char *number, *signer, *file;
    dayno date;
    const char *ended; /* without a result: dossier_end_word(); NULL: not */
};
/* withdrawn | stopped | closed | rejected; NULL: it goes on, or has its result. */
const char *dossier_end_word(const struct dossier *s);
/* A child has told of its end, yet the branch that waits for it could not be answered while time
 * stood still: the news have to be brought again. */
bool dossier_children_unheard(const struct dossier *s);

struct rung { /* CMD_FIRE: which rung of which clock (timers.h) */
    enum clock_kind clock;
    int subject, visit, rung;
};

struct step_map { /* keys of steps in the old and in the new version */
    const char *from, *to;
};

#define OFFICER_QUEUE 0    /* back to the queue of agency and role */
#define OFFICER_LEAST (-1) /* whoever is there, may do it and has least; never who has it now */

struct command {
    enum command_kind kind;
    const char *action; /* CMD_ACT */
    int64_t task;       /* 0: the only one open */
    int64_t officer;    /* ASSIGN: who, or OFFICER_QUEUE, OFFICER_LEAST; ACT with assign: chosen */
    const char *reason; /* code */
    const char *note;
    const char *text; /* draft: conclusion */
    bool refusal;     /* draft of a refusal */
    const char *file; /* hash */
    const char *file_name, *file_component;
    const char *number, *signer; /* NUMBER: number NULL = give the next one */
    dayno date;
    const char *to_whom; /* HAND_OVER: owner | authorised | post; evidence in note */
    const struct intake *intake;
    int64_t request; /* CANCEL, and ANSWER where no side task is named */
    const struct ask *ask;
    const struct link_news *link;
    const struct rung *rung;
    int agency;       /* SUCCEED: the ended one; 0: whichever has ended */
    int64_t approver; /* MIGRATE, RECALCULATE: the second person */
    bool promise;     /* MIGRATE, RECALCULATE: the promise may move too: later, never earlier */
    const struct step_map *map; /* MIGRATE: steps that go by another key in the new version */
    size_t maps;
};

struct refusal {
    enum err e;
    struct text2 detail;
    const char *pointer; /* JSON pointer of the offending input, or NULL */
};

struct decision {
    bool ok;
    struct refusal *refusal; /* all reasons at once, when !ok */
    size_t refusals;
    struct event *event; /* when ok: seq filled in, at least one (RECEIVE twice: none) */
    size_t events;
    struct dossier *after; /* state after applying them (codes not yet assigned) */
};

/* state: NULL for commands that create; id: the new dossier's id then (else ignored). */
void dossier_decide(const struct dossier *state, int64_t id, const struct command *cmd,
                    const struct context *ctx, struct decision *ret);

/* A fresh copy in the arena with the event applied; NULL when the event does not fit (a broken
 * history: verification reports it). */
struct dossier *dossier_apply(struct arena *a, const struct dossier *state, int64_t id,
                              const struct event *e, const struct procedure *p);

/* The version of the procedure that the event pins (submitted, accepted, moved): it and the events
 * after it are applied with that one.  False: it pins none. */
bool event_pins(struct arena *a, const struct event *e, uint8_t ret_hash[SHA256_BYTES]);

/* ---------------------------------------------------------------- storage form */

/* The state as canonical JSON (without id, seq, head, code and the result's given number, which are
 * columns). */
void dossier_to_json(const struct dossier *s, struct buf *out);
struct dossier *dossier_of_json(struct arena *a, struct span json); /* NULL: not ours */

/* ---------------------------------------------------------------- what an officer may do */

struct possible {
    enum command_kind kind;
    const struct action *action; /* CMD_ACT */
    int64_t task;
    bool allowed;
    enum err why_not; /* ERR_OK when allowed */
    struct text2 detail;
    unsigned needs;        /* NEEDS_… */
    enum request_kind ask; /* CMD_ASK: which kind; CMD_ANSWER, CMD_CANCEL: of the request */
    int64_t request;       /* CMD_ANSWER, CMD_CANCEL */
    int undo_seconds;      /* CMD_TAKE_BACK: it undoes, for so long; 0: it does not */
    bool sends; /* what it asks for goes to the applicant at once: it may say how she was told */
    const char *answers; /* CMD_ANSWER: the words that `outcome` may be, with blanks between */
};
/* Every act of the current tasks, with the reason where it is not allowed. */
size_t dossier_possible(const struct dossier *s, const struct context *ctx, struct possible **ret);

/* ---------------------------------------------------------------- why this due date */
/* Line by line from the ledger; same text in verb and API. clock: index into s->clock. */
bool dossier_explain_clock(const struct dossier *s, size_t clock, const struct context *ctx,
                           enum lang lang, enum explain_form form, struct buf *out);

/* ---------------------------------------------------------------- what the store writes */

struct due_entry { /* the promise ledger: every date ever given */
    instant at;
    instant original, basis, current;
    int64_t seq;       /* event that gave it */
    const char *cause; /* due_cause(): acceptance | restart | exclusion | extension | … */
};

struct change { /* all that one decision changes: computed here, stored as it stands */
    int64_t dossier;
    int64_t expect_seq; /* 0: new */
    uint8_t expect_head[SHA256_BYTES];
    const struct event *event;
    uint8_t (*digest)[SHA256_BYTES];
    size_t events;
    const struct dossier *after;
    const char *state; /* canonical JSON */
    size_t state_len;
    const struct task **open; /* tasks to insert or rewrite */
    size_t opens;
    int64_t *close; /* task numbers to remove */
    size_t closes;
    struct due_entry *due;
    size_t dues;
};
/* before may be NULL.  Pure difference of two states plus the events between. */
void dossier_change(struct arena *a, const struct dossier *before, const struct decision *d,
                    struct change *ret);

#endif
