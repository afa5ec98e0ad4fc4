/* Who is called next, and how long it will take: pure rules of queues in a reception hall.
 * Decree 118/2025 art. 13 wants a counter for those who go first; a cap keeps the others from
 * waiting for ever.  Values only; any thread. */
#ifndef COMMON_TICKET_QUEUE_H
#define COMMON_TICKET_QUEUE_H

#include "common/ticket/hall.h"

/* ---- life of a ticket (phiếu số) */
enum ticket_state {
    TICKET_WAITING,   /* đang chờ */
    TICKET_CALLED,    /* đã gọi, chưa đến quầy */
    TICKET_SERVING,   /* đang phục vụ */
    TICKET_DONE,      /* xong */
    TICKET_ABSENT,    /* vắng khi gọi */
    TICKET_CANCELLED, /* đã bỏ */
    TICKET_STATES
};
extern const char *const TICKET_STATE_WORDS[]; /* NULL-terminated, in the order above */

enum ticket_act {
    TICKET_CALL,
    TICKET_RECALL,
    TICKET_MISS,
    TICKET_SERVE,
    TICKET_FINISH,
    TICKET_CANCEL,
    TICKET_ACTS
};
const char *ticket_act_word(enum ticket_act act); /* "call", "recall", "absent" … */
/* Where the act leads from that state; TICKET_STATES: it may not be done there. */
enum ticket_state ticket_after(enum ticket_act act, enum ticket_state state);
/* The reusable card comes back to the desk with this act: who was absent still has hers. */
bool ticket_card_returns(enum ticket_act act);

/* ---- calling order */
struct ticket_waiting {
    int64_t id;
    int service;   /* index of the hall */
    bool priority; /* goes first, within the cap */
    instant since; /* when she came, or what counts as that */
};

/* The order in which a counter would take those that wait: priority first, but after `cap` of them
 * in a row one without, if any; within each kind by `since`, then by id.  run: how many with
 * priority it has called in a row.  ret: ids, at most max; nobody is called before `since` while
 * others wait who came already.  Returns how many. */
size_t queue_order(const struct ticket_waiting *w, size_t n, unsigned serves, int cap, int run,
                   instant now, int64_t *ret, size_t max);
/* The run after one more call. */
int queue_run(int run, bool priority);

/* ---- waiting time */
struct queue_counter {
    unsigned serves;
    int run;
    instant free; /* when it will have served whom it has */
};

struct queue_wait {
    instant at;   /* when she will be called; INSTANT_NONE: no open counter serves her */
    size_t ahead; /* how many are called before, at counters that might have called her */
};
/* Plays the calls to come at the open counters, by the same order, until `mine` is called: one of
 * those that wait (by its id), or somebody who comes now.  seconds: how long each service takes. */
struct queue_wait queue_expect(const struct ticket_waiting *w, size_t n,
                               const struct queue_counter *c, size_t counters, int cap,
                               const int *seconds, const struct ticket_waiting *mine, instant now);
/* How long one service takes: the middle of what was measured (seconds), once there are enough;
 * until then what is planned (minutes).  Sorts measured. */
int queue_service_seconds(int *measured, size_t n, int planned);
/* For people: whole minutes, rounded up, above 10 to the next 5. */
int queue_minutes_told(int64_t seconds);

/* ---- reusable cards */
/* The order in which cards should be given out: those at the desk, the one that was given out
 * longest ago first, so that a number is not heard twice soon.  given[i]: when card first+i was
 * given out last (INSTANT_NONE: never today).  Returns how many. */
size_t cards_order(int first, int last, const bool *out, const instant *given, int32_t *ret);

#endif
