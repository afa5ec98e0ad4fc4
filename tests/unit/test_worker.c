/* Workers, mailbox, timers and pool: the rules every room relies on.
 * Run it under ThreadSanitizer as well: make MODE=tsan build/tsan/tests/unit/test_worker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "server/core/mailbox.h"
#include "server/core/pool.h"
#include "server/core/worker.h"

#define MOST_MS 20000 /* of waiting for what comes at once */

static atomic_int setups, teardowns, drains;

static bool setup(struct worker *w, void *ctx)
{
    worker_set(w, WORKER_API, ctx);
    atomic_fetch_add(&setups, 1);
    return true;
}

static void drain(struct worker *w, void *ctx)
{
    (void)w;
    (void)ctx;
    atomic_fetch_add(&drains, 1);
}

static void teardown(struct worker *w, void *ctx)
{
    assert_ptr_equal(worker_get(w, WORKER_API), ctx);
    atomic_fetch_add(&teardowns, 1);
}

static const struct worker_hooks hooks = {setup, drain, teardown, NULL};

static void reset(void)
{
    setups = teardowns = drains = 0;
}

static void wait_for(atomic_int *v, int want)
{
    for (int i = 0; i < MOST_MS && atomic_load(v) != want; i++)
        usleep(1000);
    assert_int_equal(atomic_load(v), want);
}

static void workers_set_up_drain_once_and_tear_down(void **state)
{
    (void)state;
    reset();
    assert_true(workers_start(3, &hooks));
    assert_int_equal(workers_count(), 3);
    assert_int_equal(setups, 3);
    workers_drain();
    workers_drain();
    wait_for(&drains, 3);
    workers_stop();
    assert_int_equal(drains, 3);
    assert_int_equal(teardowns, 3);
    assert_int_equal(workers_count(), 0);
}

static bool setup_fails_on_second(struct worker *w, void *ctx)
{
    (void)ctx;
    if (worker_index(w) == 1)
        return false;
    return setup(w, ctx);
}

static void one_failed_setup_fails_the_start_and_only_the_others_are_torn_down(void **state)
{
    struct worker_hooks h = hooks;

    (void)state;
    reset();
    h.setup = setup_fails_on_second;
    assert_false(workers_start(3, &h));
    assert_int_equal(setups, 2);
    assert_int_equal(teardowns, 2);
    assert_int_equal(workers_count(), 0);
}

/* ---- mailbox */

#define SENDERS     4
#define PER_SENDER  2000
#define ORDER_MAGIC 1000000

static int last_seen[SENDERS];
static atomic_int received;

static void receive(void *arg)
{
    int v = (int)(intptr_t)arg, sender = v / ORDER_MAGIC, i = v % ORDER_MAGIC;

    /* each sender's own letters arrive in its order */
    assert_int_equal(i, last_seen[sender] + 1);
    last_seen[sender] = i;
    atomic_fetch_add(&received, 1);
}

static void *sender_main(void *arg)
{
    int sender = (int)(intptr_t)arg;

    for (int i = 1; i <= PER_SENDER; i++)
        while (!worker_post(worker_at(0), receive, (void *)(intptr_t)(sender * ORDER_MAGIC + i)))
            sched_yield();
    return NULL;
}

static void letters_of_each_sender_arrive_once_and_in_order(void **state)
{
    pthread_t t[SENDERS];

    (void)state;
    reset();
    received = 0;
    for (int i = 0; i < SENDERS; i++)
        last_seen[i] = 0;
    assert_true(workers_start(1, &hooks));
    for (int i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, sender_main, (void *)(intptr_t)i), 0);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(t[i], NULL);
    wait_for(&received, SENDERS * PER_SENDER);
    workers_stop();
}

static int ran;

static void count(void *arg)
{
    (void)arg;
    ran++;
}

static void mailbox_refuses_beyond_its_bound_and_when_closed_but_never_loses_a_letter(void **state)
{
    struct mailbox mb;
    struct letter mine = {.fn = count};

    (void)state;
    ran = 0;
    assert_true(mailbox_init(&mb, 3));
    for (int i = 0; i < 3; i++)
        assert_true(mailbox_post(&mb, count, NULL));
    assert_false(mailbox_post(&mb, count, NULL));
    assert_true(mailbox_post_letter(&mb, &mine)); /* results have their own bound */
    mailbox_run(&mb);
    assert_int_equal(ran, 4);
    assert_true(mailbox_post(&mb, count, NULL));
    mailbox_close(&mb);
    assert_false(mailbox_post(&mb, count, NULL));
    assert_false(mailbox_post_letter(&mb, &mine));
    mailbox_run(&mb);
    assert_int_equal(ran, 5);
    mailbox_free(&mb);
}

/* ---- deferred calls and timers */

static char trace[64];
static size_t trace_n;

static void mark(void *arg)
{
    trace[trace_n++] = *(const char *)arg;
    trace[trace_n] = '\0';
}

static void *m(const char *letter)
{
    return (void *)(uintptr_t)letter;
}

static bool traced(void *want)
{
    return trace_n >= *(size_t *)want;
}

static struct worker *solo;

static void mark_then_later(void *arg)
{
    mark(arg);
    worker_later(solo, mark, m("c"));
    mark(m("b"));
}

static void a_deferred_call_never_runs_before_return_and_keeps_order(void **state)
{
    size_t want = 4;

    (void)state;
    trace_n = 0;
    solo = worker_solo_new();
    worker_later(solo, mark_then_later, m("a"));
    worker_later(solo, mark, m("x"));
    assert_int_equal(trace_n, 0);
    assert_true(worker_solo_turn(solo, traced, &want, MOST_MS));
    assert_string_equal(trace, "abxc");
    solo = worker_solo_free(solo);
}

static struct timer *suicidal;

static void free_myself(void *arg)
{
    mark(arg);
    suicidal = timer_free(suicidal);
}

/* On the loop, where one turn has one time: a pause between two lines changes no order. */
static void start_timers(void *arg)
{
    struct timer **t = arg;

    timer_start(t[0], 20);
    timer_start(t[1], 5);
    timer_start(t[2], 10);
    timer_start(suicidal, 30);
    timer_stop(t[2]);
}

static void timers_fire_by_time_once_and_may_free_themselves(void **state)
{
    struct timer *a, *b, *never;
    size_t want = 3;

    (void)state;
    trace_n = 0;
    solo = worker_solo_new();
    a = timer_new(solo, mark, m("2"));
    b = timer_new(solo, mark, m("1"));
    never = timer_new(solo, mark, m("!"));
    suicidal = timer_new(solo, free_myself, m("3"));
    worker_later(solo, start_timers, (struct timer *[]){a, b, never});
    assert_true(worker_solo_turn(solo, traced, &want, MOST_MS));
    assert_true(worker_solo_turn(solo, NULL, NULL, 30));
    assert_string_equal(trace, "123");
    assert_null(suicidal);
    timer_free(a);
    timer_free(b);
    timer_start(never, 10);
    assert_null(timer_free(never)); /* armed */
    assert_null(timer_free(NULL));
    solo = worker_solo_free(solo);
}

static atomic_bool gate;

static void block(void *arg)
{
    (void)arg;
    while (!atomic_load(&gate))
        usleep(500);
}

/* workers_alive() asks and says whether the last question was answered: asked until it says so. */
static void wait_alive(bool want)
{
    bool alive = !want;

    for (int i = 0; i < MOST_MS && alive != want; i++) {
        usleep(1000);
        alive = workers_alive();
    }
    assert_int_equal(alive, want);
}

static void a_stuck_loop_is_noticed_and_forgiven(void **state)
{
    (void)state;
    reset();
    assert_true(workers_start(2, &hooks));
    gate = false;
    assert_true(workers_alive());
    for (int i = 0; i < 3; i++)
        wait_alive(true);
    assert_true(worker_post(worker_at(1), block, NULL));
    wait_alive(false);
    for (int i = 0; i < 3; i++)
        assert_false(workers_alive()); /* as long as it is stuck */
    gate = true;
    wait_alive(true);
    workers_stop();
}

/* ---- pool */

struct job {
    int worker;
    bool ran, came_back;
    pthread_t loop;
};

static atomic_int backs;

static void job_run(void *arg)
{
    struct job *j = arg;

    while (!atomic_load(&gate))
        usleep(500);
    j->ran = true;
}

static void job_done(void *arg, bool did_run)
{
    struct job *j = arg;

    assert_int_equal(j->ran, did_run);
    assert_false(j->came_back);
    j->came_back = true;
    atomic_fetch_add(&backs, 1);
}

static void every_job_comes_back_to_its_loop(void **state)
{
    static struct job job[500];
    struct pool *p;
    int taken = 0;

    (void)state;
    reset();
    backs = 0;
    gate = true;
    assert_true(workers_start(2, &hooks));
    p = pool_new("test", 3, 16);
    for (int i = 0; i < 500; i++) {
        job[i] = (struct job){.worker = i % 2};
        while (!pool_submit(p, worker_at(i % 2), job_run, job_done, &job[i]))
            sched_yield(); /* full: the bound is kept */
        taken++;
        assert_true(pool_queued(p) <= 16);
    }
    wait_for(&backs, taken);
    pool_free(p);
    workers_stop();
}

static void a_closing_pool_finishes_what_it_began_and_gives_the_rest_back(void **state)
{
    struct job job[5] = {{0}};
    struct pool *p;
    int done = 0;

    (void)state;
    reset();
    backs = 0;
    gate = false;
    assert_true(workers_start(1, &hooks));
    p = pool_new("test", 1, 4);
    assert_true(pool_submit(p, worker_at(0), job_run, job_done, &job[0]));
    while (pool_queued(p) > 0)
        usleep(500); /* the thread has taken it */
    for (int i = 1; i < 5; i++)
        assert_true(pool_submit(p, worker_at(0), job_run, job_done, &job[i]));
    assert_false(pool_submit(p, worker_at(0), job_run, job_done, NULL)); /* full */
    atomic_store(&gate, true);
    assert_null(pool_free(p));
    workers_stop(); /* delivers what waits */
    assert_int_equal(backs, 5);
    for (int i = 0; i < 5; i++)
        done += job[i].ran;
    assert_true(job[0].ran);
    assert_true(done >= 1);
    assert_null(pool_free(NULL));
}

static void the_test_clock_steers_and_lets_go(void **state)
{
    unsigned char a[32] = {0}, b[32] = {0};

    (void)state;
    clock_set_for_tests(123456789);
    assert_int_equal(clock_now(), 123456789);
    clock_set_for_tests(INSTANT_NONE);
    assert_true(clock_now() > INT64_C(1600000000) * 1000000);
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_set_up_drain_once_and_tear_down),
        cmocka_unit_test(one_failed_setup_fails_the_start_and_only_the_others_are_torn_down),
        cmocka_unit_test(letters_of_each_sender_arrive_once_and_in_order),
        cmocka_unit_test(mailbox_refuses_beyond_its_bound_and_when_closed_but_never_loses_a_letter),
        cmocka_unit_test(a_deferred_call_never_runs_before_return_and_keeps_order),
        cmocka_unit_test(timers_fire_by_time_once_and_may_free_themselves),
        cmocka_unit_test(a_stuck_loop_is_noticed_and_forgiven),
        cmocka_unit_test(every_job_comes_back_to_its_loop),
        cmocka_unit_test(a_closing_pool_finishes_what_it_began_and_gives_the_rest_back),
        cmocka_unit_test(the_test_clock_steers_and_lets_go),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
