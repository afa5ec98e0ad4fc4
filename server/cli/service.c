/* Starting, running and stopping the daemon.  The verb owns the service, the service its workers'
 * objects, each used on its own thread only.  Main thread. */
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/route.h"
#include "server/cli/demo.h"
#include "server/cli/indices_file.h"
#include "server/cli/service_inside.h"
#include "server/core/embed.h"
#include "server/core/notify.h"
#include "server/core/signals.h"
#include "server/jobs/files.h"
#include "server/store/halls.h"
#include "server/store/indices.h"
#include "server/store/registers.h"

#ifndef MOTCUA_VERSION
#define MOTCUA_VERSION "0.1.0"
#endif

#define PULSE_MS       100
#define PULSE_FIRST_MS 2 /* until the database is there: others wait for it */
#define KEY_DAYS       7 /* answers under idempotency keys: longer than any client goes on trying */
#define CHECK_EVERY_US 60000000
#define CHECK_AGAIN_US 2000000 /* while the last one refused: whoever is cured serves at once */
#define BODY_RATE_MIN  1024
#define MINUTE_US      60000000
#define SECOND_US      1000000
#define PEER_FACTOR    25        /* one address may be a whole office behind a proxy */
#define OFFICE_FACTOR  6         /* so many accounts sign in behind one address at once */
#define WRONG_EVERY_US 720000000 /* wrong secrets of one code from one address: 5 an hour */
#define WRONG_BURST    5
#define BOOK_EVERY_US  20000000 /* appointments from one address, which may be a family's */
#define BOOK_BURST     10
#define KIOSK_EVERY_US 2000000 /* a device cannot print faster */
#define KIOSK_BURST    20
#define KEPT_BYTES     (16 << 20) /* at the end of each heap */
#define LARGE_BYTES    (1 << 20)
#define FILING_THREADS 2
#define FILING_QUEUE   256
#define CHANGING_QUEUE 16
#define PRINTING_QUEUE 256
#define ASKING_THREADS 4 /* each waits for the provider, some seconds at most (jobs/oidc.c) */
#define ASKING_QUEUE   64

/* ---- refusing */

/* What is published is read and compiled while others look at the database: they wait, this counts.
 * What it finds wrong is told by load_first, when the database is sound. */
static void *load_beside(void *arg)
{
    struct service *s = arg;

    s->snap = snapshot_load(s->db.conninfo, &s->load_why);
    return NULL;
}

static void look_at_database(struct service *s, struct findings *f)
{
    pthread_t loader;
    bool beside = pthread_create(&loader, NULL, load_beside, s) == 0;

    check_database(s->db.conninfo, embed_migrations, f);
    if (beside)
        pthread_join(loader, NULL);
    else
        (void)load_beside(s);
}

static bool sound(struct service *s)
{
    struct arena *a = arena_new((size_t)4 << 20);
    struct findings f;
    struct buf out;
    bool ok;

    findings_init(&f, a);
    check_libraries(0, 0, &f);
    check_libevent_here(&f);
    check_conninfo("database.app", s->db.conninfo, &f);
    if (!findings_refuse(&f))
        look_at_database(s, &f);
    buf_init(&out, 65536);
    findings_print(&f, s->c->lang, &out);
    (void)cli_put(s->c->err, &out); /* the exit code says the same */
    ok = !findings_refuse(&f);
    buf_free(&out);
    arena_free(a);
    return ok;
}

/* ---- from the configuration */

static void take_limits(struct service *s)
{
    const struct config *cfg = s->cfg;

    s->limits = http_limits_default;
    s->limits.head_max = (size_t)cfg->limit_head;
    s->limits.body_max = (size_t)(cfg->limit_upload << 20);
    if (s->limits.body_max < (size_t)cfg->limit_body)
        s->limits.body_max = (size_t)cfg->limit_body;
    s->limits.conns_max = (unsigned)cfg->limit_connections;
    s->limits.conns_per_peer = (unsigned)cfg->limit_connections_per_peer;
    s->limits.reqs_per_conn = (unsigned)cfg->limit_requests_per_connection;
    s->limits.head_ms = (int)cfg->limit_head_time * 1000;
    s->limits.body_ms = (int)cfg->limit_body_time * 1000;
    s->limits.idle_ms = (int)cfg->limit_idle_time * 1000;
    s->limits.body_rate_min = BODY_RATE_MIN;
}

static void take_database(struct service *s)
{
    const struct config *cfg = s->cfg;

    s->db = (struct db_conf){
        .conninfo = config_conninfo(cfg, CONFIG_DB_APP),
        .conns = {(int)cfg->act_connections, (int)cfg->read_connections,
                  (int)cfg->report_connections},
        .queue_max = {(int)cfg->database_queue, (int)cfg->database_queue, (int)cfg->database_queue},
        .depth_max = (int)cfg->database_depth,
        .statement_timeout_ms = {(int)cfg->act_timeout, (int)cfg->read_timeout,
                                 (int)cfg->report_timeout},
        .wait_ms_max = (int)cfg->database_wait,
    };
}

static struct limits *rates_of(const struct config *cfg)
{
    struct limit_rate r[LIMIT_KINDS] = {
        [LIMIT_PEER] = {SECOND_US / (cfg->rate_actor * PEER_FACTOR),
                        cfg->rate_actor_burst * PEER_FACTOR},
        [LIMIT_SESSION] = {SECOND_US / cfg->rate_actor, cfg->rate_actor_burst},
        [LIMIT_SIGN_IN] = {MINUTE_US / cfg->rate_sign_in, cfg->rate_sign_in},
        [LIMIT_SIGN_IN_PEER] = {MINUTE_US / (cfg->rate_sign_in * OFFICE_FACTOR),
                                cfg->rate_sign_in * OFFICE_FACTOR},
        [LIMIT_TRACK] = {MINUTE_US / cfg->rate_public, cfg->rate_public},
        [LIMIT_SECRET] = {WRONG_EVERY_US, WRONG_BURST},
        [LIMIT_BOOK] = {BOOK_EVERY_US, BOOK_BURST},
        [LIMIT_KIOSK] = {KIOSK_EVERY_US, KIOSK_BURST},
    };

    return limits_new(r);
}

static void take_salt(struct service *s)
{
    const char *text = s->cfg->identity_salt ? s->cfg->identity_salt : "";

    sha256(text, strlen(text), s->salt);
}

/* The provider's keys need a restart: they are those of the first configuration. */
static void take_provider(struct service *s, const struct config *cfg)
{
    if (!*cfg->sso_issuer)
        return;
    (void)snprintf(s->sso_back, sizeof s->sso_back, "%s/lam-viec", cfg->sso_address);
    s->sso = oidc_new(&(struct oidc_conf){cfg->sso_issuer, cfg->sso_client, cfg->sso_secret,
                                          s->sso_back, cfg->sso_claim, cfg->sso_ca});
    s->asking = pool_new("provider", ASKING_THREADS, ASKING_QUEUE);
}

static bool same_rates(const struct config *a, const struct config *b)
{
    return a->rate_actor == b->rate_actor && a->rate_actor_burst == b->rate_actor_burst &&
           a->rate_public == b->rate_public && a->rate_sign_in == b->rate_sign_in;
}

void service_generation(struct service *s, struct config *cfg, struct print_papers *papers)
{
    struct generation *g = calloc(1, sizeof *g);
    size_t i;

    if (!g)
        abort();
    g->older = s->gen;
    g->cfg = cfg;
    g->papers = papers;
    g->rates = g->older && same_rates(g->older->cfg, cfg) ? g->older->rates : rates_of(cfg);
    g->api = (struct api_conf){
        .idle_ms = cfg->session_idle * 60000,
        .absolute_ms = cfg->session_absolute * 3600000,
        .deadline_ms = cfg->limit_answer_time * 1000,
        .report_day = (int)cfg->report_day,
        .register_volume = (int)cfg->register_volume,
        .report_settled = (int)cfg->report_settled,
        .report_uncollected = (int)cfg->report_uncollected,
        .draft_ms = cfg->draft_days * 86400000,
        .files_dir = cfg->files_directory,
        .file_max = cfg->limit_upload << 20,
        .file_types = FILE_BIT(FILE_PDF) | FILE_BIT(FILE_JPEG) | FILE_BIT(FILE_PNG),
        .ops_here = cfg->listen_ops.n == 0,
        .version = MOTCUA_VERSION,
        .demo_password = cfg->demo ? DEMO_PASSWORD : NULL,
        .salt = s->salt,
        .payment_provider = cfg->payment_provider,
        .payment_secret = cfg->payment_secret,
        .portal_secret = cfg->portal_secret,
        .factor_key = cfg->second_factor_key,
        .factor_roles = config_roles(&cfg->second_factor),
        .sso = s->sso,
        .sso_pool = s->asking,
        .any_hour = cfg->any_hour,
        .kiosk_open = cfg->kiosk_open,
        .kiosk_token = cfg->kiosk_token,
        .limits = g->rates,
        .hub = s->hub,
        .streams_max = (int)cfg->limit_streams,
        .hashing = s->hashing,
        .filing = s->filing,
        .changing = s->changing,
        .printing = s->printing,
        .papers = print_papers_set(g->papers),
        .indices = &s->indices,
        .conninfo = s->db.conninfo,
        .ready = service_ready,
        .ready_ctx = s,
    };
    for (i = 0; i < cfg->public_hosts.n && i < API_HOSTS_MAX; i++)
        g->api.host[g->api.hosts++] = cfg->public_hosts.item[i];
    s->gen = g;
    s->cfg = cfg;
}

static void generations_free(struct service *s)
{
    struct generation *g, *older;

    for (g = s->gen; g; g = older) {
        older = g->older;
        if (!older || older->rates != g->rates)
            limits_free(g->rates);
        if (!older || older->papers != g->papers)
            print_papers_free(g->papers);
        config_free(g->cfg);
        free(g);
    }
}

/* ---- workers */

static void pulse(void *arg)
{
    struct seat *t = arg;
    int i, busy = store_waiting(t->store);
    bool ready;

    for (i = 0; i < t->s->listeners; i++)
        busy += http_server_busy(t->server[i]);
    atomic_store(&t->busy, busy);
    ready = db_ready(t->db);
    atomic_store(&t->ready, ready);
    t->served = t->served || ready;
    timer_start(t->pulse, t->served ? PULSE_MS : PULSE_FIRST_MS);
}

static bool setup(struct worker *w, void *ctx)
{
    struct service *s = ctx;
    struct seat *t = &s->seat[worker_index(w)];
    struct db_conf db = s->db;
    int i;

    db.statements_known = worker_index(w) > 0;
    t->s = s;
    t->w = w;
    t->db = db_new(w, &db);
    if (!t->db)
        return false;
    t->store = store_new(w, t->db, s->snap);
    store_set_capacity(t->store, s->gen->cfg->report_capacity.item, s->gen->cfg->report_capacity.n);
    store_set_registers(t->store, s->gen->cfg->register_fields.item,
                        s->gen->cfg->register_fields.n);
    store_set_indices(t->store, &s->indices);
    t->api = api_new(w, t->store, &s->gen->api);
    for (i = 0; i < s->listeners; i++) {
        const struct listener *l = &s->listener[i];
        t->server[i] = http_server_new(w, l->fd, l->tls ? s->tls : NULL, &s->limits,
                                       l->ops ? api_ops_app(t->api) : api_app(t->api));
        if (!t->server[i])
            return false;
    }
    store_watch_timers(t->store, timers_hear, s->timers);
    if (worker_index(w) == 0) {
        timers_open(s->timers, w, t->store);
        links_open(s->links, w, t->store);
        upkeep_open(s->upkeep, w, t->store);
        reports_open(s->reports, w, t->store, s->filing);
    }
    t->pulse = timer_new(w, pulse, t);
    timer_start(t->pulse, PULSE_FIRST_MS);
    return true;
}

static void drain(struct worker *w, void *ctx)
{
    struct service *s = ctx;
    struct seat *t = &s->seat[worker_index(w)];
    int i;

    for (i = 0; i < s->listeners; i++)
        if (t->server[i])
            http_server_drain(t->server[i]);
    store_hurry(t->store);
}

static void teardown(struct worker *w, void *ctx)
{
    struct service *s = ctx;
    struct seat *t = &s->seat[worker_index(w)];
    int i;

    t->pulse = timer_free(t->pulse);
    for (i = 0; i < s->listeners; i++)
        if (t->server[i])
            t->server[i] = http_server_free(t->server[i]);
    if (worker_index(w) == 0) {
        timers_close(s->timers);
        upkeep_close(s->upkeep);
        reports_close(s->reports);
        if (t->store)
            links_close(s->links);
    }
    t->store = store_free(t->store);
    t->api = api_free(t->api);
    t->db = db_free(t->db);
}

static void hear(void *service)
{
    static const char *const channels[] = {"motcua_config", EVENTS_CHANNEL, NULL};
    struct service *s = service;

    s->heard = db_listen_new(s->seat[0].w, s->db.conninfo, channels, service_heard, s);
}

static void unhear(void *service)
{
    struct service *s = service;

    s->heard = db_listen_free(s->heard);
}

/* A batch of acts takes a few megabytes and gives them back: asked of the system and returned each
 * time they would cost a tenth of an act.  Large papers and exports still go back at once. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}

static bool start_workers(struct service *s)
{
    struct worker_hooks hooks = {setup, drain, teardown, s};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    keep_memory();
    s->seats = s->cfg->workers ? (int)s->cfg->workers : cores > 0 ? (int)cores : 1;
    if (s->seats > WORKERS_MAX)
        s->seats = WORKERS_MAX;
    s->seat = calloc((size_t)s->seats, sizeof *s->seat);
    if (!s->seat)
        abort();
    s->timers = timers_new();
    s->links = links_new();
    s->upkeep = upkeep_new(KEY_DAYS);
    s->reports = reports_new((int)s->cfg->report_day, (int)s->cfg->report_settled,
                             permission_roles(PERM_FIGURES));
    s->workers = workers_start(s->seats, &hooks);
    if (!s->workers) {
        service_complain(s->c, "không khởi động được các luồng phục vụ",
                         "the workers did not start", NULL);
        return false;
    }
    (void)worker_post(worker_at(0), hear, s); /* nobody else posts yet: it cannot be full */
    return true;
}

/* ---- start */

static bool load_first(struct service *s)
{
    if (!s->snap)
        service_complain(
            s->c, "cấu hình nghiệp vụ trong cơ sở dữ liệu chưa dùng được (motcuad publish)",
            "the published configuration cannot be used (motcuad publish)", buf_cstr(&s->load_why));
    else
        atomic_store(&s->epoch, s->snap->epoch);
    buf_free(&s->load_why);
    return s->snap != NULL;
}

static struct print_papers *papers_first(struct service *s)
{
    struct print_papers *p;
    struct buf why;

    buf_init(&why, 65536);
    p = print_papers_load(s->cfg->papers_directory, s->c->lang, &why);
    if (!p)
        service_complain(s->c, "không dùng được mẫu in giấy tờ",
                         "the templates of papers cannot be used", buf_cstr(&why));
    buf_free(&why);
    return p;
}

static bool open_files(struct service *s)
{
    if (file_store_prepare(s->cfg->files_directory))
        return true;
    fprintf(s->c->err, "motcuad: %s %s: %s\n",
            s->c->lang == LANG_EN ? "cannot use the file store" : "không dùng được kho tệp",
            s->cfg->files_directory, strerror(errno));
    return false;
}

static bool read_indices(struct service *s)
{
    s->indices_arena = arena_new((size_t)16 << 20);
    return indices_read(s->c, s->indices_arena, s->cfg->indices_directory, &s->indices);
}

struct service *service_start(struct cli *c, struct config *cfg,
                              struct config *(*reload)(void *ctx), void *ctx)
{
    struct service *s = calloc(1, sizeof *s);
    struct print_papers *papers;

    if (!s)
        abort();
    s->c = c;
    s->cfg = cfg;
    s->reload = reload;
    s->reload_ctx = ctx;
    pthread_mutex_init(&s->why_lock, NULL);
    buf_init(&s->load_why, 65536);
    log_set_level((enum log_level)cfg->log_level);
    signals_init();
    api_check_tables();
    take_limits(s);
    take_database(s);
    take_salt(s);
    if (!sound(s) || !load_first(s) || !read_indices(s) || !open_files(s) ||
        !service_open_listeners(s) || !service_open_tls(s))
        return service_stop(s);
    s->hashing = pool_new("hash", (int)cfg->password_threads, (int)cfg->password_queue);
    s->filing = pool_new("file", FILING_THREADS, FILING_QUEUE);
    s->changing = pool_new("change", 1, CHANGING_QUEUE);
    s->hub = event_hub_new();
    s->printing = pool_new("print", 1, PRINTING_QUEUE);
    take_provider(s, cfg);
    papers = papers_first(s);
    if (!papers)
        return service_stop(s);
    service_generation(s, cfg, papers);
    if (!start_workers(s))
        return service_stop(s);
    s->checked_at = clock_mono_us();
    return s;
}

void service_on_ready(struct service *s, void (*fn)(void *ctx), void *ctx)
{
    s->on_ready = fn;
    s->ready_ctx = ctx;
}

/* ---- run */

static void tell_ready(struct service *s)
{
    int i;

    if (s->told_ready || !service_ready(s, NULL))
        return;
    s->told_ready = true;
    (void)print_fonts_there(); /* what is missing is in the log */
    for (i = 0; i < s->listeners; i++)
        log_event(LOG_L_INFO, "listening", LOG_STR("address", s->listener[i].address),
                  LOG_INT("tls", s->listener[i].tls), LOG_INT("ops", s->listener[i].ops));
    (void)notify_send("READY=1"); /* nobody may be listening */
    if (s->on_ready)
        s->on_ready(s->ready_ctx);
}

static void watch(struct service *s)
{
    int64_t now = clock_mono_us();

    tell_ready(s);
    if (notify_watchdog_us() && workers_alive())
        (void)notify_send("WATCHDOG=1");
    if (now - s->checked_at >= (atomic_load(&s->unsafe) ? CHECK_AGAIN_US : CHECK_EVERY_US))
        service_check(s);
}

static int busy(const struct service *s)
{
    int i, n = 0;

    for (i = 0; i < s->seats; i++)
        n += atomic_load(&s->seat[i].busy);
    return n;
}

/* Requests under way are finished; a second signal ends at once. */
static void run_down(struct service *s)
{
    int64_t end = clock_mono_us() + s->cfg->limit_stop_time * SECOND_US;
    int quiet = 0;

    atomic_store(&s->stopping, true);
    (void)notify_send("STOPPING=1");
    log_plain(LOG_L_INFO, "stopping");
    workers_drain();
    while (clock_mono_us() < end && quiet < 3) {
        if (signals_wait(PULSE_MS) == SIGNAL_STOP) {
            log_plain(LOG_L_WARN, "stopped at once by a second signal");
            _exit(CLI_REFUSED);
        }
        quiet = busy(s) == 0 ? quiet + 1 : 0;
    }
}

int service_run(struct service *s, bool (*alive)(void *ctx), void *alive_ctx)
{
    int code = CLI_FINE;
    bool going = true;

    while (going) {
        switch (signals_wait(s->told_ready ? 1000 : PULSE_MS / 4)) {
        case SIGNAL_STOP:
            going = false;
            break;
        case SIGNAL_RELOAD:
            service_reload(s);
            break;
        case SIGNAL_CHILD:
        case SIGNAL_NONE:
            break;
        }
        watch(s);
        if (going && alive && !alive(alive_ctx)) {
            going = false;
            code = CLI_REFUSED;
        }
    }
    run_down(s);
    return code;
}

struct service *service_stop(struct service *s)
{
    int i;

    if (!s)
        return NULL;
    atomic_store(&s->stopping, true);
    if (s->workers)
        (void)worker_post(worker_at(0), unhear, s); /* a full mailbox: its process ends anyway */
    s->hashing = pool_free(s->hashing);
    s->filing = pool_free(s->filing);
    s->changing = pool_free(s->changing);
    s->printing = pool_free(s->printing);
    s->asking = s->asking ? pool_free(s->asking) : NULL;
    if (s->workers)
        workers_stop();
    s->sso = oidc_free(s->sso);
    s->hub = event_hub_free(s->hub); /* until then the workers hear and count by it */
    s->timers = timers_free(s->timers);
    s->reports = reports_free(s->reports);
    s->links = links_free(s->links);
    s->upkeep = upkeep_free(s->upkeep);
    for (i = 0; i < s->listeners; i++)
        close(s->listener[i].fd);
    s->tls = http_tls_unref(s->tls);
    snapshot_unref(s->snap);
    pthread_mutex_destroy(&s->why_lock);
    buf_free(&s->load_why);
    if (s->gen)
        generations_free(s);
    else
        config_free(s->cfg);
    arena_free(s->indices_arena);
    free(s->seat);
    free(s);
    return NULL;
}
