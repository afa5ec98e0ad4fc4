/* Timers: every rung of every running clock with its instant.  A rung comes once; which ones have
 * come stands in the clock (clock.fired), so a clock that starts anew has all of them before it.
 * Lists live in the context's arena.  Any thread. */
#ifndef COMMON_DOSSIER_TIMERS_H
#define COMMON_DOSSIER_TIMERS_H

#include "common/dossier/dossier.h"

/* Numbers of rungs by clock: stored, they never move. */
enum {                         /* legal */
       RUNG_SUPPLEMENT_WINDOW, /* the last moment to ask for a supplement: 61/2018 art. 19.4,
                                  118/2025 art. 19.5 */
       RUNG_APOLOGY,           /* the last day on which an apology is in time: 118/2025 art. 19.6 */
       RUNG_DUE,               /* the promise */
       RUNG_TRANSFER,          /* handed on the same day, after the cut-off the next: art. 18 */
       RUNG_EXTENDED,          /* the date moved by an apology */
};
enum { RUNG_ALERT, RUNG_ANSWER }; /* intake: 118/2025 art. 17.2 */
enum {                            /* step */
       RUNG_WARN = 0,             /* and the ones that follow, in the order of `warn` */
       RUNG_ESCALATE = 30,
       RUNG_NOBODY = 31, /* no moment of a clock: EV_NOBODY_LEFT, told in the same lists */
       RUNG_TIMER = 32,  /* and the ones that follow, in the order of `timers` */
};
enum {
    RUNG_ANSWER_DUE,
    RUNG_ANSWER_TOLD
}; /* span, supplement, consult, branch, paper; told:
       a role besides, consult and branch */

enum rung_does {
    DOES_REMIND, /* tells somebody */
    DOES_ACTION, /* an action of the step */
    DOES_LAPSE,  /* no supplement came: the dossier is listed for closing */
    DOES_DEEM,   /* silence is consent */
};

struct due_rung {
    struct rung rung;
    instant at;
    enum rung_does does;
    const char *action; /* DOES_ACTION */
    bool fired;
    int64_t task; /* it is about; 0: none */
    /* whom it concerns: an officer, or a role at an agency (id) */
    int64_t officer;
    int agency;
    enum role role;
};

/* All rungs of running clocks, the earliest first; those that have fired are there too. */
size_t dossier_timers(const struct dossier *s, const struct context *ctx, struct due_rung **ret);
/* When the next one comes; INSTANT_NONE: never, as things are. */
instant dossier_next_timer(const struct dossier *s, const struct context *ctx);

/* "legal.due", "step.warn1", "supplement.lapse"; "" when there is no such rung. */
const char *rung_word(enum clock_kind clock, int rung);
struct text2 rung_title(enum clock_kind clock, int rung);
#define RUNGS_MAX 56 /* of one clock: bits of clock.fired */

/* at moved by so much working time: hours by session minutes, days by counted days at the same
 * clock time, calendar days and months plainly.  False where the calendar ends. */
bool timer_shift(const struct calendar *cal, lminute at, int sign, struct quantity q, lminute *ret);
/* The moment at which so many percent of a clock's working time are used up, pauses left out. */
bool timer_share(const struct calendar *cal, const struct clock *c, int percent, lminute *ret);

#endif
