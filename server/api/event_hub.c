/* The hub of event streams: numbers what was heard and hands it to every worker; counts the streams
 * of a session over all of them.  It owns the letters under way until a worker has taken them.
 * Hearing: one worker's thread; counting: any worker. */
#include "server/api/event_hub.h"

#include <stdlib.h>

#include "server/api/req.h"
#include "server/core/log.h"

struct letter_to {
    struct api *api;
    struct news_piece *piece;
};

struct event_hub *event_hub_new(void)
{
    struct event_hub *hub = calloc(1, sizeof *hub);
    uint32_t r;

    if (!hub)
        abort();
    random_bytes(&r, sizeof r);
    (void)snprintf(hub->run, sizeof hub->run, "%08x", r);
    return hub;
}

struct event_hub *event_hub_free(struct event_hub *hub)
{
    free(hub);
    return NULL;
}

/* ---- pieces: shared by the workers that keep them for who comes back */

static struct news_piece *piece_new(uint64_t no, bool gap, const char *text)
{
    size_t n = strlen(text);
    struct news_piece *p = malloc(sizeof *p + n + 1);

    if (!p)
        abort();
    p->no = no;
    p->gap = gap;
    p->n = n;
    atomic_init(&p->refs, 1);
    memcpy(p->text, text, n + 1);
    return p;
}

void news_piece_unref(struct news_piece *p)
{
    if (p && atomic_fetch_sub(&p->refs, 1) == 1)
        free(p);
}

static void arrive(void *arg)
{
    struct letter_to *l = arg;

    events_take(l->api, l->piece);
    free(l);
}

void event_hub_heard(struct event_hub *hub, const char *payload)
{
    bool gap = *payload == '\0' || strcmp(payload, "R") == 0;
    struct news_piece *whole = piece_new(++hub->no, gap, payload);

    for (int i = 0; i < workers_count() && i < WORKERS_MAX; i++) {
        struct letter_to *l;

        if (!hub->api[i])
            continue;
        l = calloc(1, sizeof *l);
        if (!l)
            abort();
        l->api = hub->api[i];
        if (hub->missed[i]) {
            l->piece = piece_new(hub->no, true, "");
        } else {
            l->piece = whole;
            atomic_fetch_add(&whole->refs, 1);
        }
        hub->missed[i] = !worker_post(worker_at(i), arrive, l);
        if (hub->missed[i]) {
            log_event(LOG_L_WARN, "news not handed on", LOG_INT("worker", i));
            news_piece_unref(l->piece);
            free(l);
        }
    }
    news_piece_unref(whole);
}

/* ---- streams of one session, over all workers: a small table of counters by hash.  Two sessions
 * that share a counter share its limit, which is rare and harms nobody. */

static _Atomic(unsigned char) *counter_of(struct event_hub *hub, const uint8_t token[SHA256_BYTES])
{
    return &hub->session[((size_t)token[0] << 8 | token[1]) % SESSION_SLOTS];
}

bool event_hub_enter(struct event_hub *hub, const uint8_t token[SHA256_BYTES])
{
    _Atomic(unsigned char) *n = counter_of(hub, token);

    if (atomic_fetch_add(n, 1) < STREAMS_PER_SESSION)
        return true;
    atomic_fetch_sub(n, 1);
    return false;
}

void event_hub_leave(struct event_hub *hub, const uint8_t token[SHA256_BYTES])
{
    atomic_fetch_sub(counter_of(hub, token), 1);
}
