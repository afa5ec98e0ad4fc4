/* LISTEN: one plain connection that only hears notifications and comes back by itself.
 * The caller owns the listener; it owns its connection.  The worker's thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "server/core/log.h"
#include "server/db/inside.h"

#define CHANNELS_MAX 8

struct db_listen {
    struct worker *worker;
    char *conninfo;
    char *channel[CHANNELS_MAX];
    int n;
    void (*fn)(void *ctx, const char *channel, const char *payload);
    void *ctx;
    struct dial *dial;
    PGconn *pg;
    struct event *readable, *writable;
    struct timer *again;
    int failures;
    bool heard; /* LISTEN has been confirmed */
};

static void dialled(void *ctx, PGconn *pg, const char *why);

static void dial(void *arg)
{
    struct db_listen *l = arg;

    l->dial = dial_start(l->worker, l->conninfo, "-c TimeZone=UTC", CONNECT_MS, dialled, l);
}

static void hang_up(struct db_listen *l)
{
    if (l->readable)
        event_free(l->readable);
    if (l->writable)
        event_free(l->writable);
    l->readable = l->writable = NULL;
    PQfinish(l->pg);
    l->pg = NULL;
    l->heard = false;
}

static void lost(struct db_listen *l, const char *why)
{
    char text[160];

    snprintf(text, sizeof text, "%s", why ? why : "");
    text[strcspn(text, "\n")] = '\0';
    log_event(LOG_L_WARN, "notifications interrupted", LOG_STR("why", text));
    hang_up(l);
    l->failures++;
    timer_start(l->again, dial_backoff_ms(l->failures));
}

/* False: l is lost. */
static bool take_results(struct db_listen *l)
{
    PGresult *res;
    bool ok = true, got = false;

    while (ok && !PQisBusy(l->pg) && (res = PQgetResult(l->pg))) {
        ok = PQresultStatus(res) == PGRES_COMMAND_OK;
        got = true;
        PQclear(res);
    }
    if (!ok) {
        lost(l, PQerrorMessage(l->pg));
        return false;
    }
    if (got && !l->heard) {
        l->heard = true;
        l->failures = 0;
        for (int i = 0; i < l->n; i++)
            l->fn(l->ctx, l->channel[i], "");
    }
    return true;
}

static void readable_cb(evutil_socket_t fd, short what, void *arg)
{
    struct db_listen *l = arg;
    PGnotify *note;

    (void)fd;
    (void)what;
    if (!PQconsumeInput(l->pg)) {
        lost(l, PQerrorMessage(l->pg));
        return;
    }
    if (!take_results(l))
        return;
    while ((note = PQnotifies(l->pg))) {
        l->fn(l->ctx, note->relname, note->extra);
        PQfreemem(note);
    }
}

static void writable_cb(evutil_socket_t fd, short what, void *arg)
{
    struct db_listen *l = arg;
    int rc = PQflush(l->pg);

    (void)fd;
    (void)what;
    if (rc > 0)
        event_add(l->writable, NULL);
    else if (rc < 0)
        lost(l, PQerrorMessage(l->pg));
}

static void no_notices(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res; /* what matters shows in the results or in the loss of the connection */
}

static void dialled(void *ctx, PGconn *pg, const char *why)
{
    struct db_listen *l = ctx;
    struct event_base *base = worker_base(l->worker);
    struct buf sql;

    l->dial = NULL;
    if (!pg) {
        lost(l, why);
        return;
    }
    l->pg = pg;
    PQsetNoticeReceiver(pg, no_notices, NULL);
    l->readable = event_new(base, PQsocket(pg), EV_READ | EV_PERSIST, readable_cb, l);
    l->writable = event_new(base, PQsocket(pg), EV_WRITE, writable_cb, l);
    if (!l->readable || !l->writable || event_add(l->readable, NULL) != 0)
        abort();
    buf_init(&sql, 1024);
    for (int i = 0; i < l->n; i++)
        buf_printf(&sql, "LISTEN %s;", l->channel[i]);
    if (PQsetnonblocking(pg, 1) != 0 || !PQsendQuery(pg, buf_cstr(&sql)))
        lost(l, PQerrorMessage(pg));
    else
        writable_cb(-1, 0, l);
    buf_free(&sql);
}

struct db_listen *db_listen_new(struct worker *w, const char *conninfo, const char *const *channels,
                                void (*fn)(void *ctx, const char *channel, const char *payload),
                                void *ctx)
{
    struct db_listen *l = calloc(1, sizeof *l);

    if (!l || !(l->conninfo = strdup(conninfo)))
        abort();
    l->worker = w;
    l->fn = fn;
    l->ctx = ctx;
    for (; channels[l->n]; l->n++) {
        const char *name = channels[l->n];

        /* LISTEN takes no parameters; these names are the program's own. */
        assert(l->n < CHANNELS_MAX && *name && strlen(name) < 64 &&
               name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] == '\0');
        l->channel[l->n] = strdup(name);
    }
    l->again = timer_new(w, dial, l);
    dial(l);
    return l;
}

struct db_listen *db_listen_free(struct db_listen *l)
{
    if (!l)
        return NULL;
    l->dial = dial_cancel(l->dial);
    l->again = timer_free(l->again);
    hang_up(l);
    for (int i = 0; i < l->n; i++)
        free(l->channel[i]);
    free(l->conninfo);
    free(l);
    return NULL;
}
