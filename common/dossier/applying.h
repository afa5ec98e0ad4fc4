/* What the files that apply events share: the event under way and the pieces of the new state.
 * Everything lies in the caller's arena.  Any thread. */
#ifndef COMMON_DOSSIER_APPLYING_H
#define COMMON_DOSSIER_APPLYING_H

#include "common/dossier/inside.h"

struct applying {
    struct arena *a;
    const struct event *e;
    const struct procedure *p;
    struct dossier *s; /* the new state, a copy of the old: its lists may be written */
    struct payload pl;
};

/* NULL: there is none. */
struct task *task_w(struct applying *x, int64_t task);
struct clock *clock_w(struct applying *x, enum clock_kind k, int subject, int visit);
void remove_task(struct applying *x, const struct task *t);

/* Intervals are shared with the state before: this copies them and answers the last one. */
struct clock_interval *last_interval(struct applying *x, struct clock *c);
void end_clock(struct applying *x, struct clock *c);
/* Clocks that the event starts (x->pl.clock); false when one does not make sense. */
bool open_clocks(struct applying *x, int visit);
/* Stops what runs: the promise, the work of steps, spans (Decree 118/2025 art. 19.5). */
void stop_clocks(struct applying *x);
/* Clocks that go on (x->pl.move); false when one does not stand still. */
bool move_clocks(struct applying *x);
/* Takes x->pl.basis and x->pl.current as the promise, where given, and caps the tasks by it. */
void take_promise(struct applying *x);
/* What is charged, line by line (x->pl.fee_line). */
void take_fees(struct applying *x);
/* Status from open requests, approvals, steps done. */
void settle_status(struct applying *x);

int step_named(const struct applying *x, const char *step); /* or STEP_NONE */
/* Ends the limits over several steps that close with this moment. */
void close_spans(struct applying *x, int step, bool enter);

/* The clocks that opening task t started go, those that it ended run on. */
void undo_clocks(struct applying *x, const struct task *t, int step, int visit);
bool apply_undone(struct applying *x);     /* undo.c */
bool apply_succession(struct applying *x); /* decide_succeed.c */
bool apply_request(struct applying *x);    /* apply_request.c */
bool apply_ended(struct applying *x);
/* Nobody has anything to do any more, but for money that is still to be settled. */
void end_without_result(struct applying *x);

bool apply_pulled_back(struct applying *x); /* apply_back.c */
bool apply_nobody_left(struct applying *x); /* nobody_left.c */

/* apply_intake.c */
bool apply_submitted(struct applying *x);
bool apply_attempt_decided(struct applying *x);
bool apply_accepted(struct applying *x);

/* apply_branch.c */
bool apply_branch_finished(struct applying *x, struct task *t);
bool apply_branch_closed(struct applying *x);
bool apply_linked(struct applying *x);
/* What x->pl says of one of several results, kept under its key. */
bool take_part(struct applying *x);
/* All branches of the split go but the first that was started, which is answered; NULL when one has
 * been received or answered. */
struct task *take_back_split(struct applying *x, const struct task *t);
/* apply_running.c: rules that change under a running dossier. */
bool apply_due_adjusted(struct applying *x); /* an extension, or a recalculation */
bool apply_migrated(struct applying *x);
/* The case that now holds: limit, fee, the legal clock. */
bool take_case(struct applying *x);

#endif
