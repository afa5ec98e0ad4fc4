/* The connect machine: libpq's PQconnectPoll on the worker's loop, with its own deadline.
 * The caller owns the dial until done or cancel; a made connection is the caller's. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/db/inside.h"

#define PARAMS_MAX 48
#define APP_NAME   "motcuad"

struct dial {
    struct worker *worker;
    PGconn *pg;
    struct event *ev;
    struct timer *deadline;
    struct timer *soon; /* reports what failed at once, but not before dial_start returned */
    void (*done)(void *ctx, PGconn *pg, const char *why);
    void *ctx;
};

struct params {
    const char *key[PARAMS_MAX], *val[PARAMS_MAX];
    int n;
};

static void param(struct params *p, const char *key, const char *val)
{
    assert(p->n < PARAMS_MAX - 1);
    p->key[p->n] = key;
    p->val[p->n++] = val;
}

/* The given conninfo with the session's fixed settings added: they travel in the start packet and
 * cost no round trip. */
static PGconn *start(const char *conninfo, const char *options)
{
    char *why = NULL, *both = NULL;
    PQconninfoOption *given = PQconninfoParse(conninfo, &why);
    struct params p = {.n = 0};
    PGconn *pg;

    PQfreemem(why);
    if (!given)
        return NULL;
    /* Defaults first: a later word of the same name wins. */
    param(&p, "fallback_application_name", APP_NAME);
    param(&p, "tcp_user_timeout", "3000");
    param(&p, "keepalives_idle", "10");
    param(&p, "keepalives_interval", "3");
    param(&p, "keepalives_count", "3");
    param(&p, "gssencmode", "disable"); /* would read credential caches on the loop */
    for (PQconninfoOption *o = given; o->keyword; o++) {
        if (!o->val || p.n >= PARAMS_MAX - 4)
            continue;
        if (strcmp(o->keyword, "options") == 0) {
            if (asprintf(&both, "%s %s", o->val, options) < 0)
                abort();
        } else {
            param(&p, o->keyword, o->val);
        }
    }
    param(&p, "options", both ? both : options);
    param(&p, "client_encoding", "UTF8");
    pg = PQconnectStartParams(p.key, p.val, 0);
    free(both);
    PQconninfoFree(given);
    return pg;
}

static void dial_drop(struct dial *d)
{
    if (d->ev)
        event_free(d->ev);
    timer_free(d->deadline);
    timer_free(d->soon);
    free(d);
}

static void finish(struct dial *d, const char *why)
{
    void (*done)(void *, PGconn *, const char *) = d->done;
    void *ctx = d->ctx;
    PGconn *pg = d->pg;
    char text[200] = "";

    dial_drop(d); /* the event goes before PQfinish closes the descriptor */
    if (why) {
        snprintf(text, sizeof text, "%s", why);
        PQfinish(pg);
        pg = NULL;
    }
    text[strcspn(text, "\n")] = '\0';
    done(ctx, pg, why ? text : NULL);
}

static void step(evutil_socket_t fd, short what, void *arg);

static void await(struct dial *d, short what)
{
    /* The socket may be another one after every step: several hosts, a second try without TLS. */
    if (d->ev)
        event_free(d->ev);
    d->ev = event_new(worker_base(d->worker), PQsocket(d->pg), what, step, d);
    if (!d->ev || event_add(d->ev, NULL) != 0)
        abort();
}

static void step(evutil_socket_t fd, short what, void *arg)
{
    struct dial *d = arg;

    (void)fd;
    (void)what;
    switch (PQconnectPoll(d->pg)) {
    case PGRES_POLLING_READING:
        await(d, EV_READ);
        break;
    case PGRES_POLLING_WRITING:
        await(d, EV_WRITE);
        break;
    case PGRES_POLLING_OK:
        finish(d, NULL);
        break;
    default:
        finish(d, PQerrorMessage(d->pg));
    }
}

static void too_long(void *arg)
{
    finish(arg, "no connection within the time allowed");
}

static void failed_at_once(void *arg)
{
    struct dial *d = arg;

    finish(d, d->pg ? PQerrorMessage(d->pg) : "the connection string cannot be read");
}

struct dial *dial_start(struct worker *w, const char *conninfo, const char *options, int ms,
                        void (*done)(void *ctx, PGconn *pg, const char *why), void *ctx)
{
    struct dial *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    d->worker = w;
    d->done = done;
    d->ctx = ctx;
    d->deadline = timer_new(w, too_long, d);
    d->soon = timer_new(w, failed_at_once, d);
    d->pg = start(conninfo, options);
    if (!d->pg || PQstatus(d->pg) == CONNECTION_BAD) {
        timer_start(d->soon, 0);
        return d;
    }
    timer_start(d->deadline, ms);
    await(d, EV_WRITE);
    return d;
}

struct dial *dial_cancel(struct dial *d)
{
    if (d) {
        PGconn *pg = d->pg;

        dial_drop(d);
        PQfinish(pg);
    }
    return NULL;
}

int64_t dial_backoff_ms(int failures)
{
    int64_t ms = BACKOFF_MIN_MS;
    uint16_t r;

    for (int i = 1; i < failures && ms < BACKOFF_MAX_MS; i++)
        ms *= 2;
    if (ms > BACKOFF_MAX_MS)
        ms = BACKOFF_MAX_MS;
    random_bytes(&r, sizeof r);
    return ms / 2 + ms * r / 65536; /* half to one and a half */
}
