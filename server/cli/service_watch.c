/* What goes on beside requests: readiness, the checks of every minute, reload of configuration,
 * certificate and snapshot.  Blocking work is done on a pool thread; the flags are atomics. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/cli/service_inside.h"
#include "server/core/embed.h"
#include "server/core/notify.h"
#include "server/store/registers.h"

/* ---- readiness */

bool service_ready(void *ctx, struct buf *why)
{
    struct service *s = ctx;
    bool ok = true;
    int i;

    for (i = 0; i < s->seats; i++)
        if (!atomic_load(&s->seat[i].ready)) {
            ok = false;
            if (why)
                buf_printf(why, "worker %d has no database connection in service\n", i);
        }
    if (atomic_load(&s->unsafe)) {
        ok = false;
        (void)pthread_mutex_lock(&s->why_lock);
        if (why)
            buf_str(why, s->why);
        (void)pthread_mutex_unlock(&s->why_lock);
    }
    if (atomic_load(&s->stopping)) {
        ok = false;
        if (why)
            buf_str(why, "stopping\n");
    }
    return ok;
}

/* ---- the checks of every minute */

static void check_run(void *job)
{
    struct check_job *k = job;
    struct arena *a = arena_new((size_t)4 << 20);
    struct findings f;
    struct buf text;

    findings_init(&f, a);
    check_database(k->conninfo, embed_migrations, &f);
    k->refuses = findings_refuse(&f);
    k->ran_once = true;
    buf_init(&text, sizeof k->text);
    findings_print(&f, LANG_EN, &text);
    (void)snprintf(k->text, sizeof k->text, "%s", buf_cstr(&text));
    buf_free(&text);
    arena_free(a);
}

static void check_done(void *job, bool ran)
{
    struct check_job *k = job;
    struct service *s = k->s;

    if (ran && k->ran_once) {
        (void)pthread_mutex_lock(&s->why_lock);
        memcpy(s->why, k->text, sizeof s->why);
        (void)pthread_mutex_unlock(&s->why_lock);
        if (k->refuses != atomic_load(&s->unsafe))
            log_event(k->refuses ? LOG_L_ERROR : LOG_L_INFO,
                      k->refuses ? "database-unsafe" : "database-safe-again",
                      LOG_STR("findings", k->text));
        atomic_store(&s->unsafe, k->refuses);
    }
    atomic_store(&s->checking, false);
    free(k->conninfo);
    free(k);
}

void service_check(struct service *s)
{
    struct check_job *k;

    s->checked_at = clock_mono_us();
    if (atomic_exchange(&s->checking, true))
        return;
    k = calloc(1, sizeof *k);
    if (!k || !(k->conninfo = strdup(s->db.conninfo)))
        abort();
    k->s = s;
    if (!pool_submit(s->filing, worker_at(0), check_run, check_done, k)) {
        atomic_store(&s->checking, false);
        free(k->conninfo);
        free(k);
    }
}

/* ---- snapshot */

struct snapshot_job {
    struct service *s;
    char *conninfo;
    int64_t had;
    struct snapshot *snap;
    struct buf why;
};

struct handing { /* one worker's reference on its way */
    struct seat *seat;
    struct snapshot *snap;
};

static void take_snapshot(void *arg)
{
    struct handing *h = arg;

    store_set_snapshot(h->seat->store, h->snap);
    snapshot_unref(h->snap);
    free(h);
}

static void load_run(void *job)
{
    struct snapshot_job *k = job;

    k->snap = snapshot_load_other(k->conninfo, k->had, &k->why);
}

static void hand_out(struct service *s, struct snapshot *snap)
{
    int i;

    for (i = 0; i < s->seats; i++) {
        struct handing *h = calloc(1, sizeof *h);
        if (!h)
            abort();
        h->seat = &s->seat[i];
        h->snap = snapshot_ref(snap);
        if (!worker_post(s->seat[i].w, take_snapshot, h)) {
            log_event(LOG_L_ERROR, "snapshot-not-handed-out", LOG_INT("worker", i));
            snapshot_unref(snap);
            free(h);
        }
    }
}

static void load_done(void *job, bool ran)
{
    struct snapshot_job *k = job;
    struct service *s = k->s;
    bool again;

    if (ran && k->snap) {
        log_event(LOG_L_INFO, "configuration-loaded", LOG_INT("epoch", k->snap->epoch));
        hand_out(s, k->snap);
        atomic_store(&s->epoch, k->snap->epoch);
        snapshot_unref(k->snap);
    } else if (ran && k->why.n) {
        log_event(LOG_L_ERROR, "configuration-refused", LOG_STR("why", buf_cstr(&k->why)));
    }
    buf_free(&k->why);
    free(k->conninfo);
    free(k);
    atomic_store(&s->loading, false);
    again = atomic_exchange(&s->load_again, false);
    if (again && ran)
        service_load_snapshot(s);
}

void service_load_snapshot(void *service)
{
    struct service *s = service;
    struct snapshot_job *k;

    if (atomic_load(&s->stopping))
        return;
    if (atomic_exchange(&s->loading, true)) {
        atomic_store(&s->load_again, true);
        return;
    }
    k = calloc(1, sizeof *k);
    if (!k || !(k->conninfo = strdup(s->db.conninfo)))
        abort();
    k->s = s;
    k->had = atomic_load(&s->epoch);
    buf_init(&k->why, 65536);
    if (!pool_submit(s->filing, worker_at(0), load_run, load_done, k))
        load_done(k, false);
}

/* An empty payload: the connection was made (again), something may have been missed. */
void service_heard(void *ctx, const char *channel, const char *payload)
{
    struct service *s = ctx;
    int64_t epoch;

    if (strcmp(channel, EVENTS_CHANNEL) == 0) {
        event_hub_heard(s->hub, payload);
        return;
    }
    if (span_i64(span_of(payload), 0, INT64_MAX, &epoch) && epoch <= atomic_load(&s->epoch))
        return;
    service_load_snapshot(s);
}

/* ---- SIGHUP */

struct tls_hand {
    struct seat *seat;
    struct http_tls *tls;
};

static void take_tls(void *arg)
{
    struct tls_hand *h = arg;
    int i;

    for (i = 0; i < h->seat->s->listeners; i++)
        if (h->seat->s->listener[i].tls)
            http_server_set_tls(h->seat->server[i], h->tls);
    http_tls_unref(h->tls);
    free(h);
}

static void reload_tls(struct service *s)
{
    struct buf why;
    struct http_tls *fresh;
    int i;

    if (!s->tls)
        return;
    buf_init(&why, 4096);
    fresh = http_tls_new(s->cfg->tls_cert, s->cfg->tls_key, &why);
    if (!fresh) {
        log_event(LOG_L_ERROR, "certificate-refused", LOG_STR("why", buf_cstr(&why)));
        buf_free(&why);
        return;
    }
    buf_free(&why);
    for (i = 0; i < s->seats; i++) {
        struct tls_hand *h = calloc(1, sizeof *h);
        if (!h)
            abort();
        h->seat = &s->seat[i];
        h->tls = http_tls_ref(fresh);
        if (!worker_post(s->seat[i].w, take_tls, h)) {
            http_tls_unref(h->tls);
            free(h);
        }
    }
    http_tls_unref(s->tls);
    s->tls = fresh;
}

struct conf_hand {
    struct seat *seat;
    const struct generation *gen;
};

static void take_conf(void *arg)
{
    struct conf_hand *h = arg;

    api_set_conf(h->seat->api, &h->gen->api);
    store_set_capacity(h->seat->store, h->gen->cfg->report_capacity.item,
                       h->gen->cfg->report_capacity.n);
    store_set_registers(h->seat->store, h->gen->cfg->register_fields.item,
                        h->gen->cfg->register_fields.n);
    free(h);
}

/* Reads the file again.  What a verb would print goes into the log: its lines stay JSON. */
static struct config *read_again(struct service *s)
{
    FILE *err = s->c->err;
    struct config *fresh;
    char *text = NULL;
    size_t n = 0;

    if (!s->reload)
        return NULL;
    s->c->err = open_memstream(&text, &n);
    if (!s->c->err)
        abort();
    fresh = s->reload(s->reload_ctx);
    if (fclose(s->c->err) != 0)
        abort();
    s->c->err = err;
    if (!fresh)
        log_event(LOG_L_ERROR, "configuration-file-refused", LOG_STR("why", text));
    else if (n)
        log_event(LOG_L_WARN, "configuration-file-warned", LOG_STR("why", text));
    free(text);
    return fresh;
}

static bool papers_built_in(const struct config *cfg)
{
    return !cfg->papers_directory || !*cfg->papers_directory;
}

/* NULL: those in force stay, and so does the rest of the configuration.  Those in the program are
 * the same for ever: a reload that read them anew would keep 300 KB each time. */
static struct print_papers *papers_again(struct service *s, const struct config *fresh)
{
    struct print_papers *p;
    struct buf why;

    if (papers_built_in(s->cfg) && papers_built_in(fresh))
        return s->gen->papers;
    buf_init(&why, 65536);
    p = print_papers_load(fresh->papers_directory, s->c->lang, &why);
    if (!p)
        log_event(LOG_L_ERROR, "papers-refused", LOG_STR("why", buf_cstr(&why)));
    buf_free(&why);
    return p;
}

/* What cannot be changed in service keeps its running value, with a warning. */
static void reload_config(struct service *s)
{
    struct config *fresh = read_again(s);
    struct print_papers *papers;
    struct diags d;
    struct buf text;
    int i;

    if (!fresh)
        return;
    papers = papers_again(s, fresh);
    if (!papers) {
        config_free(fresh);
        return;
    }
    diags_init(&d, fresh->arena);
    config_keep_fixed(s->cfg, fresh, &d);
    buf_init(&text, 65536);
    diags_print(&d, fresh->file, fresh->source, s->c->lang, &text);
    if (text.n)
        log_event(LOG_L_WARN, "configuration-needs-restart", LOG_STR("why", buf_cstr(&text)));
    buf_free(&text);
    service_generation(s, fresh, papers);
    log_set_level((enum log_level)fresh->log_level);
    oidc_forget(s->sso);
    for (i = 0; i < s->seats; i++) {
        struct conf_hand *h = calloc(1, sizeof *h);
        if (!h)
            abort();
        *h = (struct conf_hand){&s->seat[i], s->gen};
        if (!worker_post(s->seat[i].w, take_conf, h))
            free(h);
    }
}

void service_reload(struct service *s)
{
    log_plain(LOG_L_INFO, "reloading");
    (void)notify_send("RELOADING=1"); /* nobody may be listening */
    reload_config(s);
    reload_tls(s);
    service_check(s); /* whoever mended something wants it looked at now */
    (void)worker_post(worker_at(0), service_load_snapshot, s); /* full: the next change loads */
    (void)notify_send("READY=1");
}
