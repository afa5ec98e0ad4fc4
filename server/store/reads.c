/* Who read whose personal data: gathered and written together, so that opening a dossier costs no
 * commit.  One line a person and dossier within some minutes, since a screen reads a dossier again
 * after each act.  Lines of the last moment are lost when the machine dies; that is logged when it
 * can be.  Belongs to the store; the worker's thread. */
#include <stdio.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/store/inside.h"

#define RECENT_MAX 4096
#define RECENT_US  (INT64_C(10) * 60 * 1000000)
#define LINES_MAX  256
#define GATHER_MS  500
#define LINE_ARENA ((size_t)1 << 20)

struct reads {
    struct timer *timer;
    struct {
        int64_t user, dossier, at; /* monotonic µs; 0: free */
    } recent[RECENT_MAX];
    struct {
        int64_t user;
        instant at;
        char detail[96];
    } line[LINES_MAX];
    size_t n;
};

static void written(void *owner, const struct db_outcome *out)
{
    (void)owner;
    if (out->e != ERR_OK)
        log_event(LOG_L_ERROR, "audit records of reading lost", LOG_STR("error", err_code(out->e)));
}

static void send_lines(void *arg)
{
    struct store *st = arg;
    struct reads *k = st->reads;
    struct arena *a = arena_new(LINE_ARENA);
    struct db_args *args = db_args(a, 5);
    int64_t user[LINES_MAX];
    instant at[LINES_MAX];
    const char *peer[LINES_MAX], *detail[LINES_MAX];

    for (size_t i = 0; i < k->n; i++) {
        user[i] = k->line[i].user;
        at[i] = k->line[i].at;
        detail[i] = k->line[i].detail;
        peer[i] = NULL;
    }
    db_text(args, "personal-read");
    db_i64s(args, user, NULL, k->n);
    db_texts(args, peer, k->n);
    db_texts(args, detail, k->n);
    db_times(args, at, k->n);
    if (db_call(st->db, LANE_ACT, "audit_add_many", args, written, st))
        k->n = 0;
    else if (k->n < LINES_MAX) /* the lane is full: again, until there is no room left */
        timer_start(k->timer, GATHER_MS);
    arena_free(a);
}

static bool known(struct reads *k, int64_t user, int64_t dossier)
{
    uint64_t h = ((uint64_t)user * 0x9E3779B97F4A7C15u) ^ ((uint64_t)dossier * 0xC2B2AE3D27D4EB4Fu);
    size_t i = (size_t)((h ^ h >> 29) % RECENT_MAX);
    int64_t now = clock_mono_us();

    if (k->recent[i].at && k->recent[i].user == user && k->recent[i].dossier == dossier &&
        now - k->recent[i].at < RECENT_US)
        return true;
    k->recent[i].user = user;
    k->recent[i].dossier = dossier;
    k->recent[i].at = now;
    return false;
}

void reads_note(struct store *st, int64_t user, int64_t dossier, const char *code)
{
    struct reads *k = st->reads;

    if (!k) {
        k = st->reads = calloc(1, sizeof *k);
        if (!k)
            abort();
        k->timer = timer_new(st->worker, send_lines, st);
    }
    if (known(k, user, dossier))
        return;
    if (k->n == LINES_MAX)
        send_lines(st);
    if (k->n == LINES_MAX) {
        log_event(LOG_L_ERROR, "audit record of reading lost", LOG_STR("error", "overloaded"));
        return;
    }
    if (k->n == 0)
        timer_start(k->timer, GATHER_MS);
    k->line[k->n].user = user;
    k->line[k->n].at = clock_now();
    (void)snprintf(k->line[k->n].detail, sizeof k->line[k->n].detail, "{\"dossier\":\"%.64s\"}",
                   code);
    k->n++;
}

void reads_free(struct store *st)
{
    if (!st->reads)
        return;
    if (st->reads->n)
        log_event(LOG_L_WARN, "audit records of reading lost at the end",
                  LOG_INT("lines", (int64_t)st->reads->n));
    timer_free(st->reads->timer);
    free(st->reads);
    st->reads = NULL;
}
