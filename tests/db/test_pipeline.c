/* Pipelines against a real PostgreSQL: each behaviour of server/db that a handler relies on.
 * A throw-away cluster; run from the top of the tree. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/lib/db_fixture.h"

/* For those who ask what happens when a time is over. */
static void soon(int statement_ms, int wait_ms)
{
    struct db_conf c = base_conf;

    db_teardown(NULL);
    c.statement_timeout_ms[LANE_ACT] = c.statement_timeout_ms[LANE_READ] = statement_ms;
    c.wait_ms_max = wait_ms;
    open_db(&c);
}

static void session_settings_differ_by_lane(void **state)
{
    const char *names[3] = {"50s", "50s", "1min"};

    (void)state;
    for (int lane = 0; lane < LANES; lane++) {
        struct seen s = {0};

        returned = false;
        assert_true(db_call(db, (enum db_lane)lane, "settings", NULL, note, &s));
        returned = true;
        wait_all(&s, 1);
        assert_int_equal(s.e, ERR_OK);
        assert_string_equal(s.text, names[lane]);
    }
    assert_string_equal(sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                            "'motcuad'"),
                        "3");
}

static void settings_row(void *owner, const struct db_outcome *out)
{
    int *done = owner;

    assert_int_equal(out->e, ERR_OK);
    assert_true(span_is(db_get_span(out->rows, 0, 1), "2s"));
    assert_true(span_is(db_get_span(out->rows, 0, 2), "UTC"));
    assert_true(span_is(db_get_span(out->rows, 0, 3), "UTF8"));
    assert_true(span_is(db_get_span(out->rows, 0, 4), "motcuad"));
    assert_true(span_is(db_get_span(out->rows, 0, 5), "on"));
    assert_true(span_is(db_get_span(out->rows, 0, 6), "10s"));
    (*done)++;
}

static void lanes_for_reading_are_read_only_sessions_in_utc_and_utf8(void **state)
{
    struct seen s = {0};
    int done = 0;

    (void)state;
    assert_true(db_call(db, LANE_READ, "settings", NULL, settings_row, &done));
    assert_true(worker_solo_turn(w, counted, &done, MOST_MS));
    assert_true(call(LANE_READ, "add", 1, true, &s));
    wait_all(&s, 1);
    assert_int_equal(s.e, ERR_INTERNAL); /* our own mistake, and the session stays */
    assert_string_equal(s.state, "25006");
    memset(&s, 0, sizeof s);
    assert_true(call(LANE_READ, "one", 5, true, &s));
    wait_all(&s, 1);
    assert_int_equal(s.value, 5);
}

static void an_error_in_the_middle_does_not_poison_its_neighbours(void **state)
{
    struct seen s[9] = {{0}};

    (void)state;
    for (int i = 0; i < 9; i++) {
        if (i == 4)
            assert_true(call(LANE_ACT, "boom", 0, false, &s[i]));
        else
            assert_true(call(LANE_ACT, "add", i + 1, true, &s[i]));
    }
    wait_all(s, 9);
    for (int i = 0; i < 9; i++)
        assert_int_equal(s[i].e, i == 4 ? ERR_INVALID : ERR_OK);
    assert_string_equal(s[4].state, "22012");
    assert_string_equal(sql("SELECT count(*) FROM t"), "8");
}

static void an_error_at_commit_belongs_to_its_own_call(void **state)
{
    struct seen s[3] = {{0}};

    (void)state;
    assert_true(call(LANE_ACT, "add", 1, true, &s[0]));
    assert_true(call(LANE_ACT, "deferred", 1, true, &s[1])); /* constraint checked at commit */
    assert_true(call(LANE_ACT, "add", 2, true, &s[2]));
    wait_all(s, 3);
    assert_int_equal(s[0].e, ERR_OK);
    assert_int_equal(s[1].e, ERR_INVALID);
    assert_string_equal(s[1].state, "23503");
    assert_int_equal(s[2].e, ERR_OK);
    assert_string_equal(sql("SELECT count(*) FROM child"), "0");
}

static void unique_violation_is_a_conflict(void **state)
{
    struct seen s[2] = {{0}};

    (void)state;
    assert_true(call(LANE_ACT, "add", 7, true, &s[0]));
    assert_true(call(LANE_ACT, "add", 7, true, &s[1]));
    wait_all(s, 2);
    assert_int_equal(s[0].e, ERR_OK);
    assert_int_equal(s[1].e, ERR_CONFLICT);
}

static void a_warning_makes_an_act_unknown_but_not_its_neighbours(void **state)
{
    struct seen s[3] = {{0}};

    (void)state;
    assert_true(call(LANE_ACT, "add", 1, true, &s[0]));
    assert_true(call(LANE_ACT, "warn", 2, true, &s[1]));
    assert_true(call(LANE_ACT, "add", 3, true, &s[2]));
    wait_all(s, 3);
    assert_int_equal(s[0].e, ERR_OK);
    assert_int_equal(s[1].e, ERR_OUTCOME_UNKNOWN);
    assert_int_equal(s[2].e, ERR_OK);
    assert_string_equal(sql("SELECT count(*) FROM t"), "3"); /* it was stored all the same */
}

static void a_statement_timeout_is_a_timeout_and_the_session_goes_on(void **state)
{
    struct seen s[2] = {{0}};

    (void)state;
    soon(1000, base_conf.wait_ms_max);
    assert_true(call(LANE_READ, "sleep", 40000, false, &s[0]));
    assert_true(call(LANE_READ, "one", 9, true, &s[1]));
    wait_all(s, 2);
    assert_int_equal(s[0].e, ERR_TIMEOUT);
    assert_string_equal(s[0].state, "57014");
    assert_int_equal(s[1].e, ERR_OK);
    assert_int_equal(s[1].value, 9);
}

static void wait_backend(const char *what)
{
    char q[200];

    snprintf(q, sizeof q,
             "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'motcuad' "
             "AND query LIKE '%%%s%%' AND state = 'active'",
             what);
    for (int i = 0; i < 4000; i++) {
        worker_solo_turn(w, NULL, NULL, 5);
        if (strcmp(sql(q), "1") == 0)
            return;
    }
    fail_msg("%s does not run", what);
}

static void kill_backend(const char *what)
{
    char q[200];

    wait_backend(what);
    snprintf(q, sizeof q,
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
             "application_name = 'motcuad' AND query LIKE '%%%s%%'",
             what);
    sql(q);
}

static void a_killed_backend_fails_the_acts_as_unknown_and_recovers(void **state)
{
    struct seen s[6] = {{0}}, after = {0};

    (void)state;
    assert_true(call(LANE_ACT, "add", 1, true, &s[0]));
    assert_true(call(LANE_ACT, "sleep", 40000, false, &s[1]));
    for (int i = 2; i < 6; i++)
        assert_true(call(LANE_ACT, "add", i, true, &s[i]));
    kill_backend("pg_sleep");
    wait_all(s, 6);
    assert_int_equal(s[0].e, ERR_OK);
    for (int i = 1; i < 6; i++)
        assert_int_equal(s[i].e, ERR_OUTCOME_UNKNOWN);
    assert_string_equal(sql("SELECT count(*) FROM t"), "1");
    assert_true(call(LANE_ACT, "add", 100, true, &after)); /* waits for the new connection */
    wait_all(&after, 1);
    assert_int_equal(after.e, ERR_OK);
}

static void reads_that_had_not_begun_are_sent_again_once(void **state)
{
    struct seen s[5] = {{0}};

    (void)state;
    assert_true(call(LANE_READ, "sleep", 40000, false, &s[0]));
    for (int i = 1; i < 5; i++)
        assert_true(call(LANE_READ, "one", i, true, &s[i]));
    kill_backend("pg_sleep");
    wait_all(s, 5);
    assert_int_equal(s[0].e, ERR_UNAVAILABLE);
    for (int i = 1; i < 5; i++) {
        assert_int_equal(s[i].e, ERR_OK);
        assert_int_equal(s[i].value, i);
    }
}

static void brief_reads_of_one_turn_are_one_transaction_and_others_are_not(void **state)
{
    struct seen s[6] = {{0}};

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_true(call(LANE_READ, "brief_since", i, true, &s[i]));
    assert_true(call(LANE_READ, "one", 5, true, &s[3])); /* ends the group before it */
    for (int i = 4; i < 6; i++)
        assert_true(call(LANE_READ, "brief_since", i, true, &s[i]));
    wait_all(s, 6);
    for (int i = 0; i < 6; i++)
        assert_int_equal(s[i].e, ERR_OK);
    assert_true(s[0].value > 0 && s[1].value == s[0].value && s[2].value == s[0].value);
    assert_int_equal(s[3].value, 5);
    assert_true(s[4].value > s[0].value && s[5].value == s[4].value);
}

static void what_was_passed_over_after_an_error_in_a_group_is_asked_again(void **state)
{
    for (int fresh = 0; fresh < 2; fresh++) {
        struct seen s[12] = {{0}};

        for (int i = 0; i < 12; i++)
            assert_true(i == 3 || i == 7 ? call(LANE_READ, "brief_boom", 0, false, &s[i])
                                         : call(LANE_READ, "brief_one", i, true, &s[i]));
        wait_all(s, 12);
        for (int i = 0; i < 12; i++) {
            assert_int_equal(s[i].times, 1);
            assert_int_equal(s[i].e, i == 3 || i == 7 ? ERR_INVALID : ERR_OK);
            if (i != 3 && i != 7)
                assert_int_equal(s[i].value, i);
        }
        if (fresh == 0) { /* then a session in which nothing is prepared: a Parse is passed over */
            struct seen slow = {0};

            assert_true(call(LANE_READ, "sleep", 40000, false, &slow));
            kill_backend("pg_sleep");
            wait_all(&slow, 1);
        }
    }
    (void)state;
}

static void brief_reads_that_had_not_begun_are_sent_again_once(void **state)
{
    struct seen s[5] = {{0}};

    (void)state;
    assert_true(call(LANE_READ, "sleep", 40000, false, &s[0]));
    for (int i = 1; i < 5; i++)
        assert_true(call(LANE_READ, "brief_one", i, true, &s[i]));
    kill_backend("pg_sleep");
    wait_all(s, 5);
    assert_int_equal(s[0].e, ERR_UNAVAILABLE);
    for (int i = 1; i < 5; i++)
        assert_true(s[i].e == ERR_OK && s[i].value == i);
}

static void pid_row(void *owner, const struct db_outcome *out)
{
    assert_int_equal(out->e, ERR_OK);
    *(pid_t *)owner = (pid_t)db_get_i64(out->rows, 0, 7);
}

static void a_server_that_hangs_is_given_up_after_its_timeout(void **state)
{
    struct seen s[2] = {{0}}, after = {0};
    struct several both = {s, 2};
    pid_t backend = 0;
    int64_t t;
    bool over;

    (void)state;
    soon(1000, base_conf.wait_ms_max);
    assert_true(db_call(db, LANE_ACT, "settings", NULL, pid_row, &backend));
    assert_true(worker_solo_turn(w, counted, &backend, MOST_MS));
    assert_int_equal(kill(backend, SIGSTOP), 0);
    t = clock_mono_us();
    assert_true(call(LANE_ACT, "add", 1, true, &s[0]));
    assert_true(call(LANE_ACT, "add", 2, true, &s[1]));
    over = worker_solo_turn(w, all_answered, &both,
                            MOST_MS); /* it stands still for good: nothing else ends this */
    kill(backend, SIGCONT);
    assert_true(over);
    wait_all(s, 2);
    assert_int_equal(s[0].e, ERR_OUTCOME_UNKNOWN);
    assert_int_equal(s[1].e, ERR_OUTCOME_UNKNOWN);
    assert_true(clock_mono_us() - t >= 3000000); /* 1 s and the grace of 2 s */
    assert_true(call(LANE_ACT, "add", 100, true, &after));
    wait_all(&after, 1);
    assert_int_equal(after.e, ERR_OK);
}

static void a_stopped_server_answers_within_the_wait_and_comes_back_by_itself(void **state)
{
    struct seen act = {0}, read = {0}, after = {0};

    (void)state;
    soon(50000, 1500);
    PQfinish(side);
    cluster_stop(&cluster);
    worker_solo_turn(w, NULL, NULL, 200);
    assert_false(db_ready(db));
    assert_true(
        call(LANE_ACT, "add", 1, true, &act)); /* the server stays away until these are answered */
    assert_true(call(LANE_READ, "one", 1, true, &read));
    wait_all(&act, 1);
    wait_all(&read, 1);
    assert_int_equal(act.e, ERR_UNAVAILABLE); /* never sent: certainly not done */
    assert_int_equal(read.e, ERR_UNAVAILABLE);
    assert_true(strlen(db_fault(db)) > 0);
    cluster_restart(&cluster, NULL);
    side = PQconnectdb(cluster.conninfo);
    assert_true(worker_solo_turn(w, is_ready, NULL, 15000));
    assert_true(call(LANE_ACT, "add", 1, true, &after));
    wait_all(&after, 1);
    assert_int_equal(after.e, ERR_OK);
}

static void a_full_queue_refuses_at_once_and_a_long_wait_is_overload(void **state)
{
    struct seen s[6] = {{0}};

    (void)state;
    /* the report lane: one in flight, four waiting */
    soon(50000, 1500);
    assert_true(call(LANE_REPORT, "sleep", 40000, false, &s[0]));
    for (int i = 1; i < 5; i++)
        assert_true(call(LANE_REPORT, "one", i, true, &s[i]));
    assert_false(call(LANE_REPORT, "one", 5, true, &s[5]));
    wait_all(s + 1, 4);
    for (int i = 1; i < 5; i++)
        assert_int_equal(s[i].e, ERR_OVERLOADED); /* waited longer than 1.5 s */
    assert_int_equal(s[0].times, 0);              /* what runs is not touched by that */
    kill_backend("pg_sleep");
    wait_all(s, 5);
    assert_int_equal(s[5].times, 0);
}

static void an_orphan_is_never_called_and_the_order_stays(void **state)
{
    struct seen gone[3] = {{0}}, stays[2] = {{0}};

    (void)state;
    assert_true(call(LANE_READ, "sleep", 100, false, &gone[0]));
    assert_true(call(LANE_READ, "one", 1, true, &stays[0]));
    assert_true(call(LANE_READ, "one", 2, true, &gone[0]));
    assert_true(call(LANE_ACT, "add", 3, true, &gone[0]));
    assert_true(call(LANE_READ, "one", 4, true, &stays[1]));
    db_orphan(db, &gone[0]);
    wait_all(stays, 2);
    assert_int_equal(stays[0].value, 1);
    assert_int_equal(stays[1].value, 4);
    assert_int_equal(gone[0].times, 0);
    assert_string_equal(sql("SELECT count(*) FROM t"), "1"); /* its act was carried out */
}

static void a_reader_nobody_reads_for_does_not_block_big_answers_and_big_questions(void **state)
{
    enum { N = 12, BIG = 3000000 };
    static char text[BIG + 1];
    static struct seen s[2 * N];
    struct arena *a = arena_new(2 * BIG);
    struct db_args *p = db_args(a, 13);

    (void)state;
    memset(text, 'y', BIG);
    memset(s, 0, sizeof s);
    db_i64(p, 1);
    db_i32(p, 1);
    db_bool(p, true);
    db_text(p, text);
    for (int i = 0; i < 9; i++)
        db_null(p);
    returned = true;
    /* Both directions hold far more than the socket buffers. */
    for (int i = 0; i < N; i++) {
        assert_true(call(LANE_READ, "big", BIG, false, &s[2 * i]));
        returned = true;
        if (i < 4)
            assert_true(db_call(db, LANE_READ, "echo", p, note, &s[2 * i + 1]));
        else
            s[2 * i + 1].times = 1;
    }
    wait_all(s, 2 * N);
    for (int i = 0; i < 2 * N; i++)
        assert_int_equal(s[i].e, ERR_OK);
    arena_free(a);
}

/* ---- ten thousand random pipelines */

struct fuzz {
    int kind;
    struct seen s;
};

static void random_pipelines_with_errors_anywhere_keep_their_answers(void **state)
{
    enum { ROUNDS = 10000, DEPTH = 12 };
    struct fuzz f[DEPTH];
    unsigned seed = 20261122;
    int64_t next_id = 1, stored = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int n = 1 + (int)((seed = seed * 1103515245 + 12345) >> 16) % DEPTH;

        for (int i = 0; i < n; i++) {
            int r = (int)((seed = seed * 1103515245 + 12345) >> 16) % 12;
            enum db_lane lane = r < 5 ? LANE_ACT : LANE_READ;

            f[i] = (struct fuzz){.kind = r};
            if (r == 0)
                assert_true(call(lane, "boom", 0, false, &f[i].s));
            else if (r == 1)
                assert_true(call(lane, "add", 0, true, &f[i].s)); /* id 0: refused by a check */
            else if (r == 2)
                assert_true(call(lane, "deferred", next_id++, true, &f[i].s));
            else if (r < 5)
                assert_true(call(lane, "add", next_id++, true, &f[i].s));
            else if (r == 5)
                assert_true(call(lane, "boom", 0, false, &f[i].s));
            else if (r == 6)
                assert_true(call(lane, "brief_boom", 0, false, &f[i].s));
            else if (r < 10)
                assert_true(call(lane, "brief_one", round * 100 + i, true, &f[i].s));
            else
                assert_true(call(lane, "one", round * 100 + i, true, &f[i].s));
        }
        for (int i = 0; i < n; i++) {
            struct several v = {&f[i].s, 1};

            assert_true(worker_solo_turn(w, all_answered, &v, MOST_MS));
        }
        for (int i = 0; i < n; i++) {
            bool fails = f[i].kind <= 2 || f[i].kind == 5 || f[i].kind == 6;

            assert_int_equal(f[i].s.times, 1);
            assert_int_equal(f[i].s.e, fails ? ERR_INVALID : ERR_OK);
            if (f[i].kind >= 7)
                assert_int_equal(f[i].s.value, round * 100 + i);
            stored += f[i].kind == 3 || f[i].kind == 4;
        }
    }
    assert_int_equal(atoll(sql("SELECT count(*) FROM t")), stored);
}

/* ---- types */
/* ---- cost */

static int64_t cpu_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void cost_of_a_trivial_call(void **state)
{
    enum { N = 20000, BURST = 16 };
    static struct seen s[BURST];
    int64_t t;

    (void)state;
    t = cpu_us();
    for (int i = 0; i < N / BURST; i++) {
        struct several v = {s, BURST};

        memset(s, 0, sizeof s);
        for (int j = 0; j < BURST; j++)
            assert_true(call(LANE_READ, "one", j, true, &s[j]));
        assert_true(worker_solo_turn(w, all_answered, &v, MOST_MS));
    }
    t = cpu_us() - t;
    print_message("# %lld.%03lld us of CPU per call, %d in flight\n", (long long)(t / N),
                  (long long)(t % N * 1000 / N), BURST);
    assert_true(t / N < 1000); /* only a guard against something absurd */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, db_setup, db_teardown)
    const struct CMUnitTest tests[] = {
        T(session_settings_differ_by_lane),
        T(lanes_for_reading_are_read_only_sessions_in_utc_and_utf8),
        T(an_error_in_the_middle_does_not_poison_its_neighbours),
        T(an_error_at_commit_belongs_to_its_own_call),
        T(unique_violation_is_a_conflict),
        T(a_warning_makes_an_act_unknown_but_not_its_neighbours),
        T(a_statement_timeout_is_a_timeout_and_the_session_goes_on),
        T(a_killed_backend_fails_the_acts_as_unknown_and_recovers),
        T(reads_that_had_not_begun_are_sent_again_once),
        T(brief_reads_of_one_turn_are_one_transaction_and_others_are_not),
        T(what_was_passed_over_after_an_error_in_a_group_is_asked_again),
        T(brief_reads_that_had_not_begun_are_sent_again_once),
        T(a_server_that_hangs_is_given_up_after_its_timeout),
        T(a_stopped_server_answers_within_the_wait_and_comes_back_by_itself),
        T(a_full_queue_refuses_at_once_and_a_long_wait_is_overload),
        T(an_orphan_is_never_called_and_the_order_stays),
        T(a_reader_nobody_reads_for_does_not_block_big_answers_and_big_questions),
        T(random_pipelines_with_errors_anywhere_keep_their_answers),
        T(cost_of_a_trivial_call),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, db_group_setup, db_group_teardown);
}
