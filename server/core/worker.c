/* Worker threads: event base, mailbox, deferred calls and timers of each.
 * This file owns the workers; the slots belong to the rooms that set them.
 * workers_*: main thread; worker_post: any thread; the rest: the worker's own thread. */
#include "server/core/worker.h"

#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/core/mailbox.h"
#include "server/core/worker_inside.h"

#define LATER_SPARE_MAX  256 /* nodes kept for reuse */
#define LATER_ROUNDS_MAX 64  /* at the end: deferred calls that defer again */

struct later {
    struct later *next;
    void (*fn)(void *arg);
    void *arg;
};

enum worker_state { W_STARTING, W_RUNNING, W_FAILED };

struct worker {
    int index;
    struct event_base *base;
    struct event *mail_ev;
    struct event *later_ev;
    struct mailbox mail;
    struct letter drain_letter, stop_letter;
    struct later *later, **later_tail, *spare;
    size_t spares;
    bool in_later;
    void *slot[WORKER_SLOTS];
    const struct worker_hooks *hooks;
    pthread_t thread;
    bool solo;
    enum worker_state state; /* guarded by start_lock */
    _Atomic uint64_t ping, pong;
    atomic_bool draining;
};

static struct worker workers[WORKERS_MAX];
static int workers_n;
static struct worker_hooks workers_hooks;
static pthread_mutex_t start_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t start_cond = PTHREAD_COND_INITIALIZER;

/* ---- deferred calls */

static void later_run(struct worker *w)
{
    struct later *l = w->later;

    w->later = NULL;
    w->later_tail = &w->later;
    w->in_later = true;
    while (l) {
        struct later *next = l->next;
        void (*fn)(void *) = l->fn;
        void *arg = l->arg;

        if (w->spares < LATER_SPARE_MAX) {
            l->next = w->spare;
            w->spare = l;
            w->spares++;
        } else {
            free(l);
        }
        fn(arg);
        l = next;
    }
    w->in_later = false;
}

static void later_cb(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    later_run(arg);
}

void worker_later(struct worker *w, void (*fn)(void *arg), void *arg)
{
    struct later *l = w->spare;
    bool first = w->later == NULL;

    if (l) {
        w->spare = l->next;
        w->spares--;
    } else if (!(l = malloc(sizeof *l))) {
        abort();
    }
    *l = (struct later){.fn = fn, .arg = arg};
    *w->later_tail = l;
    w->later_tail = &l->next;
    if (!first)
        return;
    /* At the end of this turn; but what a deferred call defers waits for a new turn, so that it
     * cannot starve the sockets. */
    if (w->in_later)
        event_add(w->later_ev, &(struct timeval){0, 0});
    else
        event_active(w->later_ev, 0, 0);
}

/* ---- life of one worker */

static void mail_cb(evutil_socket_t fd, short what, void *arg)
{
    struct worker *w = arg;

    (void)fd;
    (void)what;
    atomic_store_explicit(&w->pong, atomic_load_explicit(&w->ping, memory_order_relaxed),
                          memory_order_relaxed);
    mailbox_run(&w->mail);
}

static void drain_fn(void *arg)
{
    struct worker *w = arg;

    if (w->hooks->drain)
        w->hooks->drain(w, w->hooks->ctx);
}

static void stop_fn(void *arg)
{
    struct worker *w = arg;

    event_base_loopbreak(w->base);
}

static bool worker_open(struct worker *w, int index, const struct worker_hooks *hooks)
{
    struct event_config *cfg = event_config_new();

    w->index = index;
    w->hooks = hooks;
    w->later_tail = &w->later;
    if (!cfg)
        return false;
    /* One thread a base, so no locks; the change list saves an epoll_ctl where an event is taken
     * out and put in again in one turn (descriptors are never dup'ed in this program). */
    event_config_set_flag(cfg, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    w->base = event_base_new_with_config(cfg);
    event_config_free(cfg);
    if (!w->base)
        return false;
    if (!mailbox_init(&w->mail, MAILBOX_MAX)) {
        event_base_free(w->base);
        return false;
    }
    w->mail_ev = event_new(w->base, w->mail.fd, EV_READ | EV_PERSIST, mail_cb, w);
    w->later_ev = event_new(w->base, -1, 0, later_cb, w);
    if (!w->mail_ev || !w->later_ev || event_add(w->mail_ev, NULL) != 0)
        abort(); /* out of memory at start */
    return true;
}

static void later_finish(struct worker *w)
{
    for (int i = 0; w->later; i++) {
        assert(i < LATER_ROUNDS_MAX);
        later_run(w);
    }
}

static void worker_close(struct worker *w, bool was_set_up)
{
    mailbox_close(&w->mail);
    mailbox_run(&w->mail);
    later_finish(w);
    if (was_set_up && w->hooks && w->hooks->teardown)
        w->hooks->teardown(w, w->hooks->ctx);
    mailbox_run(&w->mail);
    later_finish(w);
    event_free(w->later_ev);
    event_free(w->mail_ev);
    mailbox_free(&w->mail);
    event_base_free(w->base);
    while (w->spare) {
        struct later *l = w->spare;
        w->spare = l->next;
        free(l);
    }
    w->spares = 0;
    w->base = NULL;
}

static void set_state(struct worker *w, enum worker_state state)
{
    pthread_mutex_lock(&start_lock);
    w->state = state;
    pthread_cond_broadcast(&start_cond);
    pthread_mutex_unlock(&start_lock);
}

/* Its own turns are short, and it waits for PostgreSQL, mostly on the same processors: a worker
 * that is woken lets the backend that woke it finish its answer.  Otherwise each packet of an
 * answer interrupts its own sender; measured with two processors, pages of a queue came 20 %
 * faster.  Beside a report that keeps every processor busy a request may wait some milliseconds
 * longer.  Where it is not allowed (the systemd unit says it itself) nothing is lost. */
static void run_in_turn(void)
{
    struct sched_param none = {0};

    (void)sched_setscheduler(0, SCHED_BATCH, &none);
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    bool ok;

    run_in_turn();
    ok = !w->hooks->setup || w->hooks->setup(w, w->hooks->ctx);

    set_state(w, ok ? W_RUNNING : W_FAILED);
    /* A worker whose setup failed turns until the others are stopped with it. */
    event_base_dispatch(w->base);
    worker_close(w, ok);
    return NULL;
}

/* ---- all workers */

static bool worker_spawn(struct worker *w)
{
    sigset_t all, old;
    int rc;

    /* Signals are the main thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    rc = pthread_create(&w->thread, NULL, worker_main, w);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc == 0;
}

bool workers_start(int n, const struct worker_hooks *hooks)
{
    bool ok = true;

    assert(workers_n == 0 && n >= 1 && n <= WORKERS_MAX);
    signal(SIGPIPE, SIG_IGN);
    workers_hooks = *hooks;
    /* All are opened before any runs: worker_post works from the first setup on. */
    for (int i = 0; i < n && ok; i++) {
        workers[i] = (struct worker){0};
        ok = worker_open(&workers[i], i, &workers_hooks);
        if (ok)
            workers_n++;
    }
    for (int i = 0; i < workers_n; i++) {
        if (ok && worker_spawn(&workers[i]))
            continue;
        ok = false;
        workers[i].state = W_FAILED;
        workers[i].solo = true; /* no thread to join */
    }
    pthread_mutex_lock(&start_lock);
    for (int i = 0; i < workers_n; i++) {
        while (workers[i].state == W_STARTING)
            pthread_cond_wait(&start_cond, &start_lock);
        ok = ok && workers[i].state == W_RUNNING;
    }
    pthread_mutex_unlock(&start_lock);
    if (!ok)
        workers_stop();
    return ok;
}

int workers_count(void)
{
    return workers_n;
}

struct worker *worker_at(int index)
{
    assert(index >= 0 && index < workers_n);
    return &workers[index];
}

void workers_drain(void)
{
    for (int i = 0; i < workers_n; i++) {
        struct worker *w = &workers[i];

        if (atomic_exchange(&w->draining, true))
            continue;
        w->drain_letter = (struct letter){.fn = drain_fn, .arg = w};
        mailbox_post_letter(&w->mail, &w->drain_letter);
    }
}

void workers_stop(void)
{
    for (int i = 0; i < workers_n; i++) {
        struct worker *w = &workers[i];

        w->stop_letter = (struct letter){.fn = stop_fn, .arg = w};
        mailbox_post_letter(&w->mail, &w->stop_letter);
    }
    for (int i = 0; i < workers_n; i++) {
        if (workers[i].solo)
            worker_close(&workers[i], false);
        else
            pthread_join(workers[i].thread, NULL);
    }
    workers_n = 0;
}

bool workers_alive(void)
{
    bool alive = true;

    for (int i = 0; i < workers_n; i++) {
        struct worker *w = &workers[i];
        uint64_t asked = atomic_load_explicit(&w->ping, memory_order_relaxed);

        if (atomic_load_explicit(&w->pong, memory_order_relaxed) != asked) {
            alive = false;
            continue; /* still owes the last answer */
        }
        atomic_store_explicit(&w->ping, asked + 1, memory_order_relaxed);
        mailbox_wake(&w->mail);
    }
    return alive;
}

/* ---- one worker */

struct event_base *worker_base(struct worker *w)
{
    return w->base;
}

int worker_index(const struct worker *w)
{
    return w->index;
}

void *worker_get(struct worker *w, enum worker_slot slot)
{
    return w->slot[slot];
}

void worker_set(struct worker *w, enum worker_slot slot, void *object)
{
    w->slot[slot] = object;
}

bool worker_post(struct worker *w, void (*fn)(void *arg), void *arg)
{
    return mailbox_post(&w->mail, fn, arg);
}

struct mailbox *worker_mailbox(struct worker *w)
{
    return &w->mail;
}

/* ---- a worker on the calling thread */

struct worker *worker_solo_new(void)
{
    struct worker *w = calloc(1, sizeof *w);

    signal(SIGPIPE, SIG_IGN);
    if (!w || !worker_open(w, 0, NULL))
        abort();
    w->solo = true;
    return w;
}

static void solo_timeout(void *arg)
{
    (void)arg; /* its firing ends the turn */
}

bool worker_solo_turn(struct worker *w, bool (*finished)(void *ctx), void *ctx, int64_t ms)
{
    int64_t end = clock_mono_us() + ms * 1000;
    struct timer *t = timer_new(w, solo_timeout, NULL);
    bool done = false;

    assert(w->solo);
    for (;;) {
        int64_t left = end - clock_mono_us();

        done = finished && finished(ctx);
        if (done || left <= 0)
            break;
        timer_start(t, left / 1000 + 1);
        event_base_loop(w->base, EVLOOP_ONCE);
    }
    timer_free(t);
    return done || !finished;
}

struct worker *worker_solo_free(struct worker *w)
{
    if (w) {
        worker_close(w, false);
        free(w);
    }
    return NULL;
}
