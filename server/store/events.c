/* News of what was committed: collected for some milliseconds, sent in one call of their own.
 * The store owns what waits to be sent; the worker's thread. */
#include "server/store/events.h"

#include <assert.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/store/inside.h"

#define EVERY_MS     40   /* at most so often: far below what a person notices */
#define PAYLOAD_MAX  7900 /* PostgreSQL takes 7999 bytes */
#define PAYLOADS_MAX 32   /* more at once: R instead of each */
#define PLACES_MAX   64   /* agencies or officers of one line */
#define DATA_MAX     1000

struct news {
    struct buf text; /* whole lines */
    struct timer *later;
    bool armed, lost;
};

/* ---------------------------------------------------------------- sending */

static void sent(void *owner, const struct db_outcome *out)
{
    (void)owner;
    if (out->e != ERR_OK) /* who listens to a broken connection starts anew with the next */
        log_event(LOG_L_WARN, "news not sent", LOG_STR("error", err_code(out->e)));
}

/* Whole lines up to PAYLOAD_MAX bytes from `at`. */
static size_t cut(const struct buf *b, size_t at)
{
    size_t end = b->n - at > PAYLOAD_MAX ? at + PAYLOAD_MAX : b->n;

    while (end < b->n && end > at && b->p[end - 1] != '\n')
        end--;
    return end;
}

static void send_news(void *arg)
{
    struct store *st = arg;
    struct news *n = st->news;
    const char *payload[PAYLOADS_MAX];
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *args = db_args(a, 1);
    size_t at = 0, k = 0;

    n->armed = false;
    while (!n->lost && at < n->text.n && k < PAYLOADS_MAX) {
        size_t end = cut(&n->text, at);

        assert(end > at); /* no line is so long */
        payload[k++] =
            arena_strndup(a, n->text.p + at, end - at - 1); /* without the last line end */
        at = end;
    }
    if (n->lost) {
        payload[0] = "R";
        k = 1;
    }
    db_texts(args, payload, k);
    if (!db_call(st->db, LANE_READ, "events_send", args, sent, NULL))
        log_event(LOG_L_WARN, "news not sent", LOG_STR("error", "overloaded"));
    buf_clear(&n->text);
    n->lost = false;
    arena_free(a);
}

static struct buf *line_begin(struct store *st)
{
    struct news *n = st->news;

    if (!n) {
        n = st->news = calloc(1, sizeof *n);
        if (!n)
            abort();
        buf_init(&n->text, (size_t)PAYLOAD_MAX * (PAYLOADS_MAX - 1));
        n->later = timer_new(st->worker, send_news, st);
    }
    return &n->text;
}

static void line_end(struct store *st)
{
    struct news *n = st->news;

    buf_char(&n->text, '\n');
    n->lost = n->lost || !buf_ok(&n->text);
    if (!n->armed && !st->closing)
        timer_start(n->later, EVERY_MS);
    n->armed = true;
}

void events_free(struct store *st)
{
    struct news *n = st->news;

    if (!n)
        return;
    timer_free(n->later);
    buf_free(&n->text);
    free(n);
    st->news = NULL;
}

/* ---------------------------------------------------------------- a dossier */

struct places {
    int64_t id[PLACES_MAX];
    size_t n;
};

static void add(struct places *p, int64_t id)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->id[i] == id)
            return;
    if (id && p->n < PLACES_MAX)
        p->id[p->n++] = id;
}

/* Those by whom store_may_see goes; of the steps that are done those from a number on. */
static void add_places(const struct dossier *s, size_t done, struct places *agency,
                       struct places *officer)
{
    add(agency, s->receiving);
    add(agency, s->competent);
    for (size_t i = 0; i < s->tasks; i++) {
        add(agency, s->task[i].agency);
        add(officer, s->task[i].officer);
    }
    for (size_t i = done; i < s->dones; i++) {
        add(agency, s->done[i].agency);
        add(officer, s->done[i].officer);
    }
}

static void places_line(struct buf *b, const struct places *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (i)
            buf_char(b, ',');
        buf_i64(b, p->id[i]);
    }
    if (p->n == 0)
        buf_char(b, '-');
}

static bool moved(const struct change *c, int64_t task)
{
    for (size_t i = 0; i < c->opens; i++)
        if (c->open[i]->task == task)
            return true;
    for (size_t i = 0; i < c->closes; i++)
        if (c->close[i] == task)
            return true;
    return false;
}

static void queue_line(struct buf *b, const struct task *t, size_t *n)
{
    if ((*n)++)
        buf_char(b, ',');
    buf_i64(b, t->agency);
    buf_char(b, '.');
    buf_i64(b, (int64_t)t->role);
    buf_char(b, '.');
    buf_i64(b, t->officer);
}

/* Where tasks are now that moved, and where they were. */
static void queues_line(struct buf *b, const struct job *j)
{
    const struct change *c = &j->change;
    size_t n = 0;

    for (size_t i = 0; i < c->opens && n < PLACES_MAX; i++)
        queue_line(b, c->open[i], &n);
    for (size_t i = 0; j->before && i < j->before->tasks && n < PLACES_MAX; i++)
        if (moved(c, j->before->task[i].task))
            queue_line(b, &j->before->task[i], &n);
    if (n == 0)
        buf_char(b, '-');
}

void events_of(const struct job *j)
{
    const struct dossier *after = j->decision.after;
    const char *code = after->code ? after->code : j->act->code ? j->act->code : j->submission;
    struct places agency = {.n = 0}, officer = {.n = 0};
    struct buf *b = line_begin(j->st);

    if (!code)
        return;
    if (j->before) /* what was done is done, but for what was taken back */
        add_places(j->before, after->dones, &agency, &officer);
    add_places(after, 0, &agency, &officer);
    buf_str(b, "D ");
    buf_str(b, code);
    buf_char(b, ' ');
    buf_i64(b, after->seq);
    buf_char(b, ' ');
    buf_i64(b, after->last_at);
    buf_char(b, ' ');
    places_line(b, &agency);
    buf_char(b, ' ');
    places_line(b, &officer);
    buf_char(b, ' ');
    queues_line(b, j);
    line_end(j->st);
    for (size_t i = 0; i < j->messages; i++)
        if (strcmp(j->message[i].kind, "notify") == 0)
            events_told(j->st, &j->message[i].told);
}

/* ---------------------------------------------------------------- notices */

void events_told(struct store *st, const struct told *to)
{
    buf_printf(line_begin(st), "N %d.%d.%lld", to->agency, to->role, (long long)to->officer);
    line_end(st);
}

/* ---------------------------------------------------------------- others */

void store_publish(struct store *st, const char *name, int agency, const char *data)
{
    struct buf *b = line_begin(st);

    if (strchr(data, '\n') || strlen(data) > DATA_MAX) {
        log_event(LOG_L_ERROR, "news too long", LOG_STR("event", name));
        return;
    }
    buf_printf(b, "X %s %d %s", name, agency, data);
    line_end(st);
}

void store_publish_session_end(struct store *st, const uint8_t token_hash[SHA256_BYTES])
{
    char hex[2 * SHA256_BYTES + 1];

    hex_encode(token_hash, SHA256_BYTES, hex);
    buf_printf(line_begin(st), "S %s", hex);
    line_end(st);
}

/* ---------------------------------------------------------------- sessions */

static void alive_came(struct pending *p, const struct db_outcome *out)
{
    size_t n = (size_t)db_count(out->rows);
    bool *alive = ARENA_ARRAY(p->own, bool, n ? n : 1);
    store_alive *done = p->alive;
    void *owner = p->owner;

    for (size_t i = 0; i < n; i++)
        alive[i] = db_get_bool(out->rows, (int)i, 0);
    if (done)
        done(owner, ERR_OK, alive, n);
    pending_end(p);
}

void store_sessions_alive(struct store *st, const struct span *hash, size_t n, store_alive *done,
                          void *owner)
{
    struct pending *p = pending_new(st, owner, alive_came);
    struct db_args *args = read_args(p, 2);

    p->alive = done;
    db_bytess(args, hash, n);
    db_time(args, clock_now());
    pending_send(p, LANE_READ, "sessions_alive", args);
}
