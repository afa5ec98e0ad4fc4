/* The audit of what happens beside dossiers: lines wait while a statement of theirs is under way
 * and then go together, so that a flood of refused requests never fills the lane that acts need.
 * Who reads is gathered longer, so that opening a dossier costs no commit.  What waits is lost when
 * the machine dies.  Belongs to the store; the worker's thread. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/store/inside.h"

#define LINES_MAX  256
#define GATHER_MS  500
#define LINE_ARENA ((size_t)8 << 20)

struct line {
    const char *what; /* a word of the program */
    int64_t user;
    instant at;
    char peer[64]; /* empty: not told */
    char *detail;
    bool patient; /* may wait for the timer */
};

struct audit {
    struct timer *timer; /* while lines wait that nothing else will send */
    bool armed;
    bool sent;  /* a statement is under way: the next one when it has come back */
    bool hurry; /* the program ends: nothing is gathered any more */
    size_t n;
    struct line line[LINES_MAX];
};

static void send_lines(struct store *st, bool patient_too);

static void lost(const char *what, const char *why)
{
    log_event(LOG_L_ERROR, "audit record lost", LOG_STR("what", what), LOG_STR("error", why));
}

static void written(void *owner, const struct db_outcome *out)
{
    struct store *st = owner;

    st->audit->sent = false;
    if (out->e != ERR_OK)
        lost("", err_code(out->e));
    send_lines(st, false);
}

static void on_timer(void *arg)
{
    struct store *st = arg;

    st->audit->armed = false;
    send_lines(st, true);
}

/* The first line that may go decides of which kind those are that go: a statement has one. */
static const char *kind_to_send(const struct audit *k, bool patient_too)
{
    for (size_t i = 0; i < k->n; i++)
        if (patient_too || k->hurry || !k->line[i].patient)
            return k->line[i].what;
    return NULL;
}

static struct db_args *args_of(const struct audit *k, const char *what, struct arena *a)
{
    struct db_args *args = db_args(a, 5);
    int64_t user[LINES_MAX];
    instant at[LINES_MAX];
    const char *peer[LINES_MAX], *detail[LINES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < k->n; i++) {
        const struct line *l = &k->line[i];

        if (strcmp(l->what, what) != 0)
            continue;
        user[n] = l->user;
        at[n] = l->at;
        peer[n] = *l->peer ? l->peer : NULL;
        detail[n++] = l->detail;
    }
    db_text(args, what);
    db_i64s(args, user, NULL, n);
    db_texts(args, peer, n);
    db_texts(args, detail, n);
    db_times(args, at, n);
    return args;
}

static void forget(struct audit *k, const char *what)
{
    size_t left = 0;

    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->line[i].what, what) == 0)
            free(k->line[i].detail);
        else
            k->line[left++] = k->line[i];
    k->n = left;
}

static void send_lines(struct store *st, bool patient_too)
{
    struct audit *k = st->audit;
    const char *what = kind_to_send(k, patient_too);
    struct arena *a;

    if (what && !k->sent) {
        a = arena_new(LINE_ARENA);
        k->sent = db_call(st->db, LANE_ACT, "audit_add_many", args_of(k, what, a), written, st);
        if (k->sent)
            forget(k, what);
        arena_free(a);
    }
    if (k->n && !k->armed) { /* the lane was full, they are patient, or it is not their turn */
        k->armed = true;
        timer_start(k->timer, GATHER_MS);
    }
}

void audit_add(struct store *st, const char *what, int64_t user, const char *peer,
               const char *detail, bool patient)
{
    struct audit *k = st->audit;
    struct line *l;

    if (k->n == LINES_MAX)
        send_lines(st, true);
    if (k->n == LINES_MAX) {
        lost(what, err_code(ERR_OVERLOADED));
        return;
    }
    l = &k->line[k->n++];
    *l = (struct line){.what = what, .user = user, .at = clock_now(), .patient = patient};
    (void)snprintf(l->peer, sizeof l->peer, "%s", peer ? peer : "");
    l->detail = strdup(detail);
    if (!l->detail)
        abort();
    send_lines(st, false);
}

void store_audit(struct store *st, const char *what, int64_t user, const char *peer,
                 const char *detail_json)
{
    audit_add(st, what, user, peer, detail_json, false);
}

/* ---- the beginning and the end */

void audit_new(struct store *st)
{
    st->audit = calloc(1, sizeof *st->audit);
    if (!st->audit)
        abort();
    st->audit->timer = timer_new(st->worker, on_timer, st);
}

void store_hurry(struct store *st)
{
    st->audit->hurry = true;
    send_lines(st, true);
}

int store_waiting(const struct store *st)
{
    return acts_waiting(st) + (int)st->audit->n + st->audit->sent;
}

void audit_free(struct store *st)
{
    struct audit *k = st->audit;

    if (k->n)
        log_event(LOG_L_WARN, "audit records lost at the end", LOG_INT("lines", (int64_t)k->n));
    while (k->n)
        forget(k, k->line[0].what);
    timer_free(k->timer);
    free(k);
    st->audit = NULL;
}
