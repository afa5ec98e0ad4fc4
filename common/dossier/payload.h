/* What each event says: one struct for all kinds, one table that tells which members a kind has.
 * Written as canonical JSON into event.payload, read back by apply.  Any thread. */
#ifndef COMMON_DOSSIER_PAYLOAD_H
#define COMMON_DOSSIER_PAYLOAD_H

#include "common/dossier/dossier.h"

/* A component as ticked; check_off without constness, for the table. */
struct payload_check {
    const char *component;
    int originals, certified, copies;
    bool presented;
    const char **file;
    size_t files;
    const char *reused;
};

struct payload_clock { /* a clock that the event starts, its due already computed */
    int kind;
    int subject;
    struct quantity budget;
    const char *calendar;
    instant due;
};

struct payload_move { /* a clock that goes on: resumed, or restarted from zero */
    int kind, subject, visit;
    bool restart;
    instant due;
};

struct payload_fee { /* struct fee_due */
    const char *fee;
    bool charge;
    int64_t units, full, amount;
    const char *exemption;
};

struct payload_task { /* a task moved by a migration or a succession */
    int64_t task;
    const char *step;
    int agency;
    instant due;
    const char *role;
    int64_t officer; /* 0: the queue */
};

struct payload_branch { /* a branch as it was, and its key in the new version */
    int step, branch;   /* old index; from 1 */
    const char *key;    /* NULL: the step has no branches any more */
};

struct payload {
    /* where and who */
    int64_t task;
    const char *step; /* key in the procedure */
    int visit;
    int agency;
    const char *role;
    int64_t officer;
    const char *assign;
    bool received;
    int64_t due;
    int64_t from_task, from_officer;
    const char *from_step;
    int from_agency;
    int64_t into, opened, last;
    const char *action;
    const char *to;
    /* intake */
    int attempt;
    const char *outcome;
    const char *procedure;
    int version;
    uint8_t definition[SHA256_BYTES];
    const char *regime;
    const char *calendar;
    uint8_t calendar_hash[SHA256_BYTES];
    const char *channel;
    int receiving, competent;
    int64_t earlier;
    const char *case_code;
    bool island, mountain;
    const char *applicant;
    uint8_t owner[SHA256_BYTES], content[SHA256_BYTES], chain[SHA256_BYTES];
    struct value *form;
    size_t forms;
    struct payload_check *check;
    size_t checks;
    bool components_complete, form_complete;
    const char **reason_code;
    size_t reason_codes;
    const char **missing;
    size_t missings;
    bool incomplete;
    struct quantity legal, committed;
    int64_t fee;
    /* result and words */
    bool refusal, given;
    const char *text;
    const char *number;
    dayno date;
    const char *signer;
    const char *file;
    const char *component;
    const char *to_whom;
    const char *reason;
    const char *note;
    struct payload_clock *clock;
    size_t clocks;
    /* requests */
    int64_t request;
    int kind;     /* enum request_kind; links: enum link_kind */
    int64_t side; /* number of the side task that opens for whoever is next; 0: none */
    int64_t from; /* the task it was asked from */
    int to_agency;
    instant wanted; /* due of the answer, new date, claimed moment */
    const char *exception, *document, *reference, *method;
    const char *tells; /* consult: the role told besides when no answer comes */
    int state;         /* enum request_state after it */
    bool late, extra, overdue, stops, silent;
    int64_t amount;
    instant basis, current; /* the promise after this event; INSTANT_NONE: unchanged */
    struct payload_move *move;
    size_t moves;
    /* branches and results */
    int branch; /* index + 1 */
    const char *result;
    /* timers */
    int rung;
    int subject;
    int64_t late_minutes;
    /* moves of running dossiers, links, intake */
    struct payload_task *moved;
    size_t moveds;
    int64_t other;
    instant finished;
    int64_t quantity;
    instant claimed;
    /* undo: what, and the task, the draft and the result as they were */
    const char *undone;
    struct task *was_task;
    size_t was_tasks;
    struct draft was_draft;
    struct dossier_result was_result;
    int64_t delegation; /* number of the delegation by which somebody acted for another */
    /* money */
    const char *exemption, *evidence;
    struct payload_fee *fee_line;
    size_t fee_lines;
    int64_t charge, duty; /* of the amount: lệ phí, financial obligations; the rest is phí */
    int64_t refunds;
    int64_t owed;      /* in all, when money came that does not fit */
    const char *ended; /* how another dossier ended without a result */
    /* changes of rules under a running dossier */
    int64_t approver;      /* the second person */
    int turn;              /* which rule_change of the dossier this is, from 1 */
    const char **step_key; /* by old step index: its key in the new version; "": none */
    size_t step_keys;
    const char **span_key; /* likewise of spans */
    size_t span_keys;
    struct payload_branch *branch_key; /* those that the dossier is or was in */
    size_t branch_keys;
    /* reminders */
    instant since;       /* what the clock counted from: a restart begins its rungs anew */
    int64_t told;        /* officer, 0: everybody with the role there */
    int told_agency;     /* id */
    const char *does;    /* done by itself: an action, "lapse", "deemed" */
    const char *why_not; /* code of the refusal, when it could not be done */
    int64_t ticket;      /* of the queue, with which the applicant came to the counter; 0: none */
};

/* Canonical JSON in the arena. */
const char *payload_write(struct arena *a, enum event_kind k, const struct payload *p);
/* False when the text is not what payload_write makes for this kind. */
bool payload_read(struct arena *a, enum event_kind k, const char *json, struct payload *ret);
/* The members that the payload of any event may have, as JSON Schema, with the kinds that have them
 * (x-kinds). */
void payload_schema(struct buf *out);

#endif
