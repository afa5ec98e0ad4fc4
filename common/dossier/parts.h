/* The parts of a dossier's state: statuses, classes, clocks, tasks, steps done, draft, result,
 * requests, links.  Plain values; dossier.h puts them together.  Any thread. */
#ifndef COMMON_DOSSIER_PARTS_H
#define COMMON_DOSSIER_PARTS_H

#include "common/access/organisation.h"
#include "common/procedure/procedure.h"
#include "common/time/worktime.h"

/* ---------------------------------------------------------------- state */

/* Business status (domain: life cycle).  The three others are apart: money, hand-over, sync. */
enum dossier_status {
    DS_NONE,
    DS_SUBMITTED,         /* chờ tiếp nhận; portal 1 */
    DS_INTAKE_SUPPLEMENT, /* chờ bổ sung trước tiếp nhận; 5 */
    DS_REJECTED_INTAKE,   /* không được tiếp nhận; 3 */
    DS_ACCEPTED,          /* được tiếp nhận; 2 */
    DS_PROCESSING,        /* đang xử lý; 4 */
    DS_APPROVED,          /* đã duyệt, chờ phát hành; 4 */
    DS_RELEASED,          /* có kết quả tại Bộ phận Một cửa; 9 */
    DS_RETURNED,          /* đã trả kết quả; 10 */
    DS_CONSULTING,        /* the ones below are reached by acts of the next issue */
    DS_SUPPLEMENT,
    DS_FIN_OBLIGATION,
    DS_SUSPENDED,
    DS_WITHDRAWN,
    DS_STOPPED,
    DS_CLOSED,
    DS_EXCLUDED, /* thời gian không tính vào thời hạn; 4 */
    DS_COUNT
};
enum money_status { MONEY_NONE, MONEY_REQUESTED, MONEY_PAID, MONEY_REFUNDED, MONEY_EXEMPT };
enum handover_status { HANDOVER_NONE, HANDOVER_READY, HANDOVER_HANDED, HANDOVER_POSTED };
/* Stored as pending for ever: what the portal knows is told from what waits for it (store). */
enum sync_status { SYNC_PENDING, SYNC_SENT, SYNC_CONFIRMED, SYNC_FAILED };
/* Their words on the wire, by number; NULL-terminated. */
extern const char *const MONEY_WORDS[], *const HANDOVER_WORDS[], *const SYNC_WORDS[];
const char *dossier_status_name(enum dossier_status s); /* "PROCESSING" */
struct text2 dossier_status_title(enum dossier_status s);
bool dossier_status_of_name(const char *name, enum dossier_status *ret);
bool dossier_status_open(enum dossier_status s);  /* accepted and not ended */
bool dossier_status_waits(enum dossier_status s); /* somebody outside has the next turn */
/* 1 to 10 at the national portal, 0: nothing to tell.  Waiting (5, 6) and stopped (8) are never
 * told as resolved (9).  step: `portal` of the step under way, 0: none. */
int portal_status(enum dossier_status s, int step);

struct dossier;

/* How it came out, derived, never stored as an editable flag. */
enum dossier_class {
    CLASS_EARLY,   /* finished on an earlier date than the due */
    CLASS_ON_TIME, /* finished at or before the due instant */
    CLASS_LATE,
    CLASS_PENDING_WITHIN,
    CLASS_PENDING_OVERDUE,
    CLASS_WAITING,     /* for a supplement */
    CLASS_ENDED_OTHER, /* withdrawn, stopped, closed */
    CLASS_NOT_RECEIVED,
    CLASS_COUNT
};
const char *dossier_class_name(enum dossier_class c);
enum due_basis { DUE_ORIGINAL, DUE_BASIS, DUE_CURRENT };
extern const char *const DUE_BASIS_WORDS[]; /* NULL-terminated */
/* Decree 118/2025 art. 19.6, report form II.06a: default basis is DUE_BASIS. */
enum dossier_class dossier_class_at(const struct dossier *s, enum due_basis basis, instant as_of);

/* A clock is a ledger: a budget, a calendar and intervals with the event that caused each. */
enum clock_kind {
    CLOCK_LEGAL,
    CLOCK_STEP,
    CLOCK_INTAKE,
    CLOCK_SPAN,
    CLOCK_SUPPLEMENT, /* subject: the request; the applicant's answer */
    CLOCK_CONSULT,    /* subject: the request; the opinion asked for */
    CLOCK_BRANCH,     /* subject: step * BRANCHES_MAX + branch */
    CLOCK_PAPER,      /* subject: the request; paper that follows the data */
    CLOCK_KINDS
};
enum clock_state { CLOCK_RUNNING, CLOCK_STOPPED, CLOCK_ENDED };
extern const char *const CLOCK_KIND_WORDS[], *const CLOCK_STATE_WORDS[]; /* NULL-terminated */
struct clock_interval {
    instant from, to; /* to: INSTANT_NONE while it lasts */
    bool running;     /* false: a pause */
    int64_t seq_from; /* the event that caused it */
};
struct clock {
    enum clock_kind kind;
    int subject; /* step index, or -1 */
    int visit;
    struct quantity budget;
    const char *calendar;
    instant received; /* what the budget counts from (moved by a restart) */
    enum clock_state state;
    instant due;   /* projection of the ledger */
    int64_t fired; /* bit per rung that has fired (timers.h); a restart clears them */
    int moved;     /* its due was last moved by that rule_change, from 1; 0: never */
    instant was;   /* and stood here before */
    struct clock_interval *interval;
    size_t intervals, interval_cap;
};

struct task {     /* where the dossier lies: one open task (more with parallel branches) */
    int64_t task; /* number within the dossier, from 1 */
    int step, visit;
    int agency; /* id */
    enum role role;
    int64_t officer;  /* 0: in the queue of agency and role */
    instant opened;   /* handed over to this step */
    instant received; /* somebody there has received or opened it; INSTANT_NONE: not yet */
    int64_t received_by;
    instant due;          /* of the step, capped by the dossier's own */
    int64_t from_officer; /* who handed it on; may take it back until received */
    int from_step;        /* STEP_NONE: the first */
    int64_t from_task;
    int from_agency;  /* another one: receipt must be confirmed before acting */
    int64_t seq;      /* the event that opened it */
    int64_t request;  /* a side task: what somebody else owes a request; 0: work of the step */
    int branch;       /* of the split step: index + 1; 0: none */
    bool nobody_left; /* of its role: heads of the agency may do it, or name somebody there */
};

struct step_done {
    int step, visit;
    int64_t officer;
    int agency;
    instant started, finished, due;
    const char *action;  /* NULL: a branch */
    int branch;          /* of the split step: index + 1; 0: none */
    const char *outcome; /* branch: agree | disagree | done | deemed | closed (never answered) */
};

struct draft {
    int64_t by; /* 0: none */
    instant at;
    bool refusal;       /* a draft of a refusal */
    const char *text;   /* short conclusion */
    const char *reason; /* code, of a refusal */
    const char *file;   /* SHA-256 hex of the stored file, or NULL */
};

struct dossier_result {
    bool refusal;
    int64_t approved_by;
    instant approved_at;
    const char *reason; /* of a refusal */
    const char *number; /* as typed, or given by the counter (NUMBERED.assigned) */
    bool number_given;  /* by the counter: a column, not in the JSON; set by NUMBERED even while
                           the number itself is not yet known */
    dayno date;
    const char *signer;
    const char *file;
    int64_t numbered_by;
};

/* A request (yêu cầu): whatever interrupts the straight way and is answered later.  One object, one
 * life (asked, agreed, sent, done), one table of rules (request_rules): who asks, who agrees, who
 * sends, who answers, what it does to the clocks.  Whoever has to do the next thing finds a side
 * task in the queue.  Kept when over: counts and reports look at them. */
enum request_kind {
    REQ_NONE,
    REQ_SUPPLEMENT, /* bổ sung: Decree 61/2018 art. 19.4, 118/2025 art. 16.3, 19.5 */
    REQ_EXTENSION,  /* xin lỗi và hẹn lại: 61/2018 art. 19.9, 118/2025 art. 19.6 */
    REQ_EXCLUSION,  /* khoảng không tính, by the procedure's list */
    REQ_SUSPENSION, /* tạm dừng có căn cứ */
    REQ_CONSULT,    /* lấy ý kiến */
    REQ_PAYMENT,    /* yêu cầu nộp phí, lệ phí, nghĩa vụ tài chính */
    REQ_REFUND,     /* hoàn phí */
    REQ_PAPER,      /* hồ sơ giấy đi sau dữ liệu điện tử: 118/2025 art. 20 */
    REQ_CASE,       /* đổi trường hợp */
    REQ_LATE_ENTRY, /* nhập bù sau sự cố */
    REQ_UNMATCHED, /* khoản nộp trực tuyến không khớp: giữ riêng cho đến khi trả lại */
    REQ_LINKED, /* hồ sơ liên thông kết thúc không có kết quả: đi tiếp thế nào */
    REQ_KINDS
};
enum request_state {
    RS_ASKED,     /* waits for agreement */
    RS_AGREED,    /* waits to be sent by the one-stop unit */
    RS_OPEN,      /* sent: waits for the answer */
    RS_DONE,      /* answered, or in effect */
    RS_DECLINED,  /* not agreed to */
    RS_CANCELLED, /* taken back */
    RS_LAPSED,    /* not answered in time; may still be answered until the dossier is closed */
    RS_COUNT
};
struct request {
    int64_t request; /* number within the dossier, from 1 */
    enum request_kind kind;
    enum request_state state;
    int64_t by, agreed_by, sent_by, done_by;
    int64_t task;  /* the side task that waits now; 0: none */
    int64_t from;  /* the task from which it was asked; 0: none */
    int agency;    /* of whoever asked */
    int to_agency; /* consult, paper: who answers */
    instant asked, sent, done;
    instant due;        /* of the answer; extension: the new date; late entry: the claimed moment */
    const char *reason; /* code: exclusion (procedure.stop), lateness … */
    const char *exception; /* legal basis of what the rules do not allow by themselves */
    const char *document, *end_document;
    const char **missing; /* supplement: components */
    size_t missings;
    const char **reason_code;
    size_t reason_codes;
    bool late;             /* sent after the time that the rules allow */
    bool extra;            /* one more than the rules allow */
    bool overdue;          /* the promise had passed when it was sent: that lateness stays */
    bool stops;            /* stops the clocks while it is open */
    bool silent;           /* consult: no answer in time is consent */
    const char *tells;     /* consult: the role told besides when none came in time, or NULL */
    int64_t amount;        /* dong: payment, refund */
    const char *outcome;   /* complete | partial | agree | disagree | deemed | paid … */
    const char *reference; /* payment: receipt or call-back; consult: number of the answer */
    int64_t seq;           /* the event that opened it */
    const char *method; /* payment: cash | transfer | online | post; sent on to the applicant: how
                           she was told (TOLD_WORDS) */
    int64_t receipt;    /* payment: the event that carries the number given by the counter */
    int64_t refunds;    /* refund: the payment that is given back */
    const char *case_code; /* change of case: the one asked for */
};

/* Dues counted again under other rules: a corrected calendar, another version of the procedure.
 * Those of events that were written before moves were numbered are not listed. */
struct rule_change {
    instant at;
    bool version;         /* another version of the procedure; else the calendar */
    const char *document; /* by which: number, date, issuer, as told; NULL: targets followed */
    instant from, to;     /* the current promise before and after */
};

struct conflict { /* xung đột lợi ích: she declared that the applicant is a close relative of hers
                   */
    int64_t officer;
    instant at;
};

struct part {           /* one of several results (group procedures, branches with `result`) */
    const char *result; /* key in procedure.results */
    const char *number;
    dayno date;
    const char *signer;
    const char *file;
    bool refusal;
    int64_t by;
    instant at;
};

struct fee_due { /* one line of what is charged at acceptance; a request's own amount beside it */
    const char *fee;             /* key in the procedure */
    bool charge;                 /* lệ phí, not phí */
    int64_t units, full, amount; /* dong; full: without the exemption */
    const char *exemption;       /* why nothing is charged, or NULL */
};

enum link_kind { LINK_NONE, LINK_PARENT, LINK_CHILD, LINK_CORRECTS, LINK_CORRECTED_BY };
extern const char *const LINK_KIND_WORDS[]; /* NULL-terminated */
struct link { /* another dossier, known by its number and what it last told */
    enum link_kind kind;
    int64_t dossier;
    const char *code;
    int64_t task; /* child: the branch task that waits for it */
    instant due, finished;
    const char *ended; /* without a result: withdrawn | stopped | closed | rejected; NULL: not */
};

#endif
