/* Job pool: a few threads that take jobs in order and send each one home.
 * The pool owns threads and queue; the job stays its submitter's throughout.
 * pool_submit and pool_queued: any thread; new and free: the main thread. */
#include "server/core/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "server/core/mailbox.h"
#include "server/core/worker_inside.h"

#define POOL_THREADS_MAX 16

struct task {
    struct letter letter; /* carries the result home: cannot be refused for want of memory */
    struct task *next;
    struct worker *home;
    void (*run)(void *job);
    void (*done)(void *job, bool ran);
    void *job;
    bool ran;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct task *head, **tail;
    int queued, queue_max;
    bool closing;
    int threads;
    pthread_t thread[POOL_THREADS_MAX];
};

static void task_home(void *arg)
{
    struct task *t = arg;
    void (*done)(void *, bool) = t->done;
    void *job = t->job;
    bool ran = t->ran;

    free(t);
    done(job, ran);
}

static void task_send(struct task *t, bool ran)
{
    bool taken;

    t->ran = ran;
    t->letter = (struct letter){.fn = task_home, .arg = t};
    taken = mailbox_post_letter(worker_mailbox(t->home), &t->letter);
    assert(taken); /* pools are freed before the workers stop */
}

static void *pool_main(void *arg)
{
    struct pool *p = arg;

    pthread_mutex_lock(&p->lock);
    for (;;) {
        struct task *t;

        while (!p->head && !p->closing)
            pthread_cond_wait(&p->work, &p->lock);
        if (p->closing)
            break;
        t = p->head;
        p->head = t->next;
        if (!p->head)
            p->tail = &p->head;
        p->queued--;
        pthread_mutex_unlock(&p->lock);
        t->run(t->job);
        task_send(t, true);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

struct pool *pool_new(const char *name, int threads, int queue_max)
{
    struct pool *p = calloc(1, sizeof *p);
    sigset_t all, old;

    assert(threads >= 1 && threads <= POOL_THREADS_MAX && queue_max >= 1);
    if (!p)
        abort();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    p->tail = &p->head;
    p->queue_max = queue_max;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&p->thread[i], NULL, pool_main, p) != 0)
            abort(); /* only at start: no threads, no service */
        pthread_setname_np(p->thread[i], name);
        p->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return p;
}

struct pool *pool_free(struct pool *p)
{
    if (!p)
        return NULL;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->threads; i++)
        pthread_join(p->thread[i], NULL);
    while (p->head) {
        struct task *t = p->head;

        p->head = t->next;
        task_send(t, false);
    }
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
    return NULL;
}

bool pool_submit(struct pool *p, struct worker *w, void (*run)(void *job),
                 void (*done)(void *job, bool ran), void *job)
{
    struct task *t = malloc(sizeof *t);
    bool taken;

    if (!t)
        return false;
    *t = (struct task){.home = w, .run = run, .done = done, .job = job};
    pthread_mutex_lock(&p->lock);
    taken = !p->closing && p->queued < p->queue_max;
    if (taken) {
        *p->tail = t;
        p->tail = &t->next;
        p->queued++;
        pthread_cond_signal(&p->work);
    }
    pthread_mutex_unlock(&p->lock);
    if (!taken)
        free(t);
    return taken;
}

int pool_queued(struct pool *p)
{
    int n;

    pthread_mutex_lock(&p->lock);
    n = p->queued;
    pthread_mutex_unlock(&p->lock);
    return n;
}
