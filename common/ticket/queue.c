/* Calling order with a cap on priority, waiting times played ahead by that very order, cards.
 * Owns nothing but scratch on its stack and heap for the length of a call.  Any thread. */
#include "common/ticket/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US       INT64_C(1000000)
#define MINUTE          60
#define MEASURED_MIN    5 /* fewer tell nothing */
#define PLAN_SECONDS(m) ((m)*MINUTE)

const char *const TICKET_STATE_WORDS[] = {"waiting", "called",    "serving", "done",
                                          "absent",  "cancelled", NULL};

#define FROM(s) (1u << TICKET_##s)
static const struct {
    const char *word;
    unsigned from;
    enum ticket_state to;
    bool card;
} acts[TICKET_ACTS] = {
    [TICKET_CALL] = {"call", FROM(WAITING), TICKET_CALLED, false},
    /* who was absent and came after all is called once more */
    [TICKET_RECALL] = {"recall", FROM(CALLED) | FROM(ABSENT), TICKET_CALLED, false},
    [TICKET_MISS] = {"absent", FROM(CALLED), TICKET_ABSENT, false},
    [TICKET_SERVE] = {"serve", FROM(CALLED), TICKET_SERVING, false},
    [TICKET_FINISH] = {"finish", FROM(CALLED) | FROM(SERVING), TICKET_DONE, true},
    [TICKET_CANCEL] = {"cancel", FROM(WAITING) | FROM(CALLED) | FROM(ABSENT), TICKET_CANCELLED,
                       true},
};

const char *ticket_act_word(enum ticket_act act)
{
    return acts[act].word;
}

enum ticket_state ticket_after(enum ticket_act act, enum ticket_state state)
{
    return (acts[act].from >> state) & 1u ? acts[act].to : TICKET_STATES;
}

bool ticket_card_returns(enum ticket_act act)
{
    return acts[act].card;
}

/* ---------------------------------------------------------------- order */

int queue_run(int run, bool priority)
{
    return priority ? run + 1 : 0;
}

static bool before(const struct ticket_waiting *a, const struct ticket_waiting *b)
{
    return a->since != b->since ? a->since < b->since : a->id < b->id;
}

/* The first of one kind whose time has come; -1: none. */
static int first_of(const struct ticket_waiting *w, size_t n, const bool *gone, unsigned serves,
                    bool priority, instant now)
{
    int best = -1;

    for (size_t i = 0; i < n; i++) {
        if (gone[i] || w[i].priority != priority || !((serves >> w[i].service) & 1u) ||
            w[i].since > now)
            continue;
        if (best < 0 || before(&w[i], &w[best]))
            best = (int)i;
    }
    return best;
}

/* Whom this counter takes now; -1: nobody. */
static int pick(const struct ticket_waiting *w, size_t n, const bool *gone, unsigned serves,
                int cap, int run, instant now)
{
    int first = first_of(w, n, gone, serves, true, now);
    int other = first_of(w, n, gone, serves, false, now);

    if (first < 0 && other < 0 && now != INT64_MAX) /* only people whose slot is still to come */
        return pick(w, n, gone, serves, cap, run, INT64_MAX);
    if (first < 0 || other < 0)
        return first < 0 ? other : first;
    return run >= cap ? other : first;
}

static bool *none_gone(size_t n)
{
    bool *gone = calloc(n + 1, sizeof *gone);

    if (!gone)
        abort();
    return gone;
}

size_t queue_order(const struct ticket_waiting *w, size_t n, unsigned serves, int cap, int run,
                   instant now, int64_t *ret, size_t max)
{
    bool *gone = none_gone(n);
    size_t found = 0;

    while (found < max) {
        int i = pick(w, n, gone, serves, cap, run, now);

        if (i < 0)
            break;
        gone[i] = true;
        run = queue_run(run, w[i].priority);
        ret[found++] = w[i].id;
    }
    free(gone);
    return found;
}

/* ---------------------------------------------------------------- waiting time */

/* The counter that is free first and serves somebody who still waits; -1: none. */
static int next_counter(const struct ticket_waiting *w, size_t n, const bool *gone,
                        const struct queue_counter *c, size_t counters, instant now)
{
    unsigned wanted = 0;
    int best = -1;

    for (size_t i = 0; i < n; i++)
        wanted |= gone[i] ? 0u : 1u << w[i].service;
    for (size_t k = 0; k < counters; k++) {
        instant at = c[k].free > now ? c[k].free : now;

        if ((c[k].serves & wanted) && (best < 0 || at < (c[best].free > now ? c[best].free : now)))
            best = (int)k;
    }
    return best;
}

/* Calls until `mine` is called. */
static struct queue_wait play(const struct ticket_waiting *w, size_t n, struct queue_counter *c,
                              size_t counters, int cap, const int *seconds, size_t mine,
                              instant now)
{
    struct queue_wait ret = {INSTANT_NONE, 0};
    bool *gone = none_gone(n);

    while (!gone[mine]) {
        int k = next_counter(w, n, gone, c, counters, now), i;
        instant at;

        if (k < 0)
            break;
        at = c[k].free > now ? c[k].free : now;
        i = pick(w, n, gone, c[k].serves, cap, c[k].run, at);
        assert(i >= 0);
        gone[i] = true;
        c[k].run = queue_run(c[k].run, w[i].priority);
        c[k].free = at + seconds[w[i].service] * SECOND_US;
        if ((size_t)i == mine)
            ret.at = at;
        else
            ret.ahead += (c[k].serves >> w[mine].service) & 1u;
    }
    free(gone);
    return ret;
}

struct queue_wait queue_expect(const struct ticket_waiting *w, size_t n,
                               const struct queue_counter *c, size_t counters, int cap,
                               const int *seconds, const struct ticket_waiting *mine, instant now)
{
    struct queue_counter *own = calloc(counters + 1, sizeof *own);
    struct ticket_waiting *all = calloc(n + 1, sizeof *all);
    struct queue_wait ret;
    size_t at = 0;

    if (!own || !all)
        abort();
    if (counters)
        memcpy(own, c, counters * sizeof *own);
    if (n)
        memcpy(all, w, n * sizeof *all);
    while (at < n && all[at].id != mine->id)
        at++;
    if (at == n)
        all[n++] = *mine;
    ret = play(all, n, own, counters, cap, seconds, at, now);
    free(own);
    free(all);
    return ret;
}

static int by_size(const void *pa, const void *pb)
{
    int a = *(const int *)pa, b = *(const int *)pb;

    return (a > b) - (a < b);
}

int queue_service_seconds(int *measured, size_t n, int planned)
{
    if (n < MEASURED_MIN)
        return PLAN_SECONDS(planned);
    qsort(measured, n, sizeof *measured, by_size);
    return measured[(n - 1) / 2];
}

int queue_minutes_told(int64_t seconds)
{
    int64_t minutes = seconds > 0 ? (seconds + MINUTE - 1) / MINUTE : 0;

    if (minutes > 10)
        minutes = (minutes + 4) / 5 * 5;
    return minutes > INT32_MAX ? INT32_MAX : (int)minutes;
}

/* ---------------------------------------------------------------- cards */

size_t cards_order(int first, int last, const bool *out, const instant *given, int32_t *ret)
{
    size_t n = 0;

    for (int card = first; card <= last; card++) {
        instant when = given[card - first];
        size_t at;

        if (out[card - first])
            continue;
        /* insertion keeps equal ones in the order of their numbers */
        for (at = n; at > 0 && given[ret[at - 1] - first] > when; at--)
            ret[at] = ret[at - 1];
        ret[at] = card;
        n++;
    }
    return n;
}
