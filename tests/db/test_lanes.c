/* Values in binary, feeding of idle connections, the life of connections, notifications.
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
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/db_fixture.h"

static const int64_t i64v[] = {INT64_MIN, -1, 0, INT64_MAX};
static const bool nulls[] = {false, true, false, false};
static const int32_t i32v[] = {INT32_MIN, 0, INT32_MAX};
static const bool boolv[] = {true, false};
static const char *const textv[] = {"Nguyễn Thị Đào", NULL, "", "a\"{},\\'"};
static const instant timev[] = {0, INSTANT_NONE, INT64_C(1772420400123456)};

static void echo_done(void *owner, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct span s;
    int64_t v;

    assert_int_equal(out->e, ERR_OK);
    assert_int_equal(db_count(r), 1);
    assert_true(db_get_i64(r, 0, 0) == INT64_MIN);
    assert_int_equal(db_get_i64(r, 0, 1), -42);
    assert_true(db_get_bool(r, 0, 2));
    assert_true(span_is(db_get_span(r, 0, 3), "hạn trả kết quả"));
    assert_int_equal(db_get_span(r, 0, 4).n, 4);
    assert_memory_equal(db_get_span(r, 0, 4).p, "\0\xff\n\\", 4);
    assert_true(db_get_time(r, 0, 5) == INT64_C(1772420400123456));
    assert_int_equal(db_get_day(r, 0, 6), 20514);
    assert_int_equal(db_array_count(r, 0, 7), 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(db_array_i64(r, 0, 7, i, &v), !nulls[i]);
        assert_true(nulls[i] || v == i64v[i]);
    }
    assert_int_equal(db_array_count(r, 0, 8), 3);
    for (int i = 0; i < 3; i++)
        assert_true(db_array_i64(r, 0, 8, i, &v) && v == i32v[i]);
    assert_int_equal(db_array_count(r, 0, 9), 2);
    assert_true(db_array_span(r, 0, 9, 0, &s) && s.n == 1 && s.p[0] == 1);
    assert_int_equal(db_array_count(r, 0, 10), 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(db_array_span(r, 0, 10, i, &s), textv[i] != NULL);
        assert_true(!textv[i] || span_is(s, textv[i]));
    }
    assert_int_equal(db_array_count(r, 0, 11), 2);
    assert_true(db_array_span(r, 0, 11, 0, &s) && s.n == 3 && memcmp(s.p, "\0\1\2", 3) == 0);
    assert_false(db_array_span(r, 0, 11, 1, &s));
    assert_int_equal(db_array_count(r, 0, 12), 3);
    assert_false(db_array_span(r, 0, 12, 1, &s));
    assert_int_equal(db_get_i64(r, 0, 13), 2);
    assert_true(span_is(db_get_span(r, 0, 14), "{\"a\": 1}"));
    assert_true(db_get_time(r, 0, 15) == INT64_MAX);
    (*(int *)owner)++;
}

static void every_type_makes_the_round_trip_in_binary(void **state)
{
    struct arena *a = arena_new(65536);
    struct db_args *p = db_args(a, 13);
    struct span bytes[] = {{"\0\1\2", 3}, {NULL, 0}};
    int done = 0;

    (void)state;
    db_i64(p, INT64_MIN);
    db_i32(p, -42);
    db_bool(p, true);
    db_text(p, "hạn trả kết quả");
    db_bytes(p, "\0\xff\n\\", 4);
    db_time(p, INT64_C(1772420400123456));
    db_day(p, 20514);
    db_i64s(p, i64v, nulls, 4);
    db_i32s(p, i32v, NULL, 3);
    db_bools(p, boolv, 2);
    db_texts(p, textv, 4);
    db_bytess(p, bytes, 2);
    db_times(p, timev, 3);
    assert_true(db_call(db, LANE_READ, "echo", p, echo_done, &done));
    arena_free(a);
    assert_true(worker_solo_turn(w, counted, &done, MOST_MS));
}

static void nulls_done(void *owner, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;

    assert_int_equal(out->e, ERR_OK);
    for (int i = 0; i < 7; i++)
        assert_true(db_is_null(r, 0, i));
    assert_int_equal(db_get_i64(r, 0, 0), 0);
    assert_false(db_get_bool(r, 0, 2));
    assert_null(db_get_span(r, 0, 3).p);
    assert_true(db_get_time(r, 0, 5) == INSTANT_NONE);
    assert_int_equal(db_get_day(r, 0, 6), INT32_MIN);
    for (int i = 7; i < 13; i++) {
        assert_false(db_is_null(r, 0, i)); /* empty, not null */
        assert_int_equal(db_array_count(r, 0, i), 0);
    }
    (*(int *)owner)++;
}

static void nulls_and_empty_arrays_stay_what_they_are(void **state)
{
    struct arena *a = arena_new(65536);
    struct db_args *p = db_args(a, 13);
    int done = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        db_null(p);
    db_text(p, NULL);
    db_null(p);
    db_time(p, INSTANT_NONE);
    db_null(p);
    db_i64s(p, NULL, NULL, 0);
    db_i32s(p, NULL, NULL, 0);
    db_bools(p, NULL, 0);
    db_texts(p, NULL, 0);
    db_bytess(p, NULL, 0);
    db_times(p, NULL, 0);
    assert_true(db_call(db, LANE_READ, "echo", p, nulls_done, &done));
    arena_free(a);
    assert_true(worker_solo_turn(w, counted, &done, MOST_MS));
}

/* ---- feeding */

static struct {
    int waiting, in_flight, fed, asked;
    struct seen s[64];
} coal;

static void coal_done(void *owner, const struct db_outcome *out)
{
    coal.in_flight--;
    assert_int_equal(coal.in_flight, 0); /* one connection: never two batches at a time */
    note(owner, out);
}

static bool coal_feed(void *ctx)
{
    struct arena *a;
    struct db_args *p;

    assert_ptr_equal(ctx, &coal);
    coal.asked++;
    assert_int_equal(coal.in_flight, 0); /* asked only when idle */
    if (coal.waiting == 0)
        return false;
    a = arena_new(4096);
    p = db_args(a, 1);
    db_i64(p, coal.waiting); /* all that wait go out together */
    coal.waiting = 0;
    coal.in_flight++;
    returned = false;
    assert_true(db_call(db, LANE_ACT, "one", p, coal_done, &coal.s[coal.fed++]));
    returned = true;
    arena_free(a);
    return true;
}

static bool coal_idle(void *ctx)
{
    (void)ctx;
    return coal.waiting == 0 && coal.in_flight == 0;
}

static void the_feeder_is_asked_only_when_a_connection_is_idle(void **state)
{
    int64_t carried = 0;

    (void)state;
    memset(&coal, 0, sizeof coal);
    db_lane_feeder(db, LANE_ACT, coal_feed, &coal);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 10; i++) {
            coal.waiting++;
            db_lane_kick(db, LANE_ACT);
        }
        assert_true(worker_solo_turn(w, coal_idle, NULL, 2000));
    }
    assert_int_equal(coal.fed, 20); /* ten at a time, not one by one */
    for (int i = 0; i < coal.fed; i++)
        carried += coal.s[i].value;
    assert_int_equal(carried, 200);
    assert_true(coal.asked <= 60);
    db_lane_feeder(db, LANE_ACT, NULL, NULL);
}

/* ---- life of connections */

static void a_connection_grown_old_is_made_anew_without_losing_a_call(void **state)
{
    struct db_conf c = base_conf;
    struct seen s = {0};
    char first[64], again[64];

    db_teardown(state);
    c.recycle_ms = 300;
    open_db(&c);
    snprintf(first, sizeof first, "%s",
             sql("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity WHERE "
                 "application_name = 'motcuad'"));
    for (int i = 0; i < 300; i++) {
        memset(&s, 0, sizeof s);
        assert_true(call(LANE_READ, "one", i, true, &s));
        wait_all(&s, 1);
        assert_int_equal(s.e, ERR_OK);
    }
    snprintf(again, sizeof again, "%s",
             sql("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity WHERE "
                 "application_name = 'motcuad'"));
    assert_string_not_equal(first, again);
}

static void db_recycle_replaces_every_session(void **state)
{
    struct seen s[3] = {{0}};

    (void)state;
    sql("CREATE TABLE IF NOT EXISTS old AS SELECT pid FROM pg_stat_activity "
        "WHERE application_name = 'motcuad'");
    assert_true(call(LANE_READ, "sleep", 100, false, &s[0]));
    db_recycle(db);
    assert_true(call(LANE_READ, "one", 1, true, &s[1]));
    assert_true(call(LANE_ACT, "one", 1, true, &s[2]));
    wait_all(s, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s[i].e, ERR_OK);
    assert_true(worker_solo_turn(w, is_ready, NULL, 5000));
    assert_string_equal(sql("SELECT count(*) FROM pg_stat_activity JOIN old USING (pid)"), "0");
    sql("DROP TABLE old");
}

static bool fault_names(void *what)
{
    return strstr(db_fault(db), what) != NULL;
}

static void a_statement_that_does_not_fit_keeps_the_process_unready_and_is_named(void **state)
{
    static const struct embedded bad[] = {
        S("good", "SELECT 1"),
        S("broken", "SELECT nothing FROM nowhere"),
        {0, 0, 0},
    };
    struct db_conf c = base_conf;
    char name[] = "broken";

    db_teardown(state);
    w = worker_solo_new();
    c.conninfo = cluster.conninfo;
    c.statements = bad;
    db = db_new(w, &c);
    assert_true(worker_solo_turn(w, fault_names, name, MOST_MS));
    assert_false(worker_solo_turn(w, is_ready, NULL, 300));
}

static void an_unsafe_server_is_refused_at_every_connection(void **state)
{
    char name[] = "synchronous-commit-off";

    db_teardown(state);
    sql("ALTER SYSTEM SET synchronous_commit = off");
    sql("SELECT pg_reload_conf()");
    for (int i = 0; i < 4000 && strcmp(sql("SHOW synchronous_commit"), "off") != 0; i++)
        usleep(5000); /* the server takes it a little later, new sessions before old ones */
    w = worker_solo_new();
    {
        struct db_conf c = base_conf;

        c.conninfo = cluster.conninfo;
        db = db_new(w, &c);
        assert_true(worker_solo_turn(w, fault_names, name, MOST_MS));
        assert_false(worker_solo_turn(w, is_ready, NULL, 300));
        sql("ALTER SYSTEM RESET synchronous_commit");
        sql("SELECT pg_reload_conf()");
        assert_true(worker_solo_turn(w, is_ready, NULL, 15000)); /* cured while running */
    }
}

static void closing_answers_everything(void **state)
{
    struct seen s[4] = {{0}};

    assert_true(call(LANE_ACT, "add", 1, true, &s[0]));
    assert_true(call(LANE_READ, "one", 1, true, &s[1]));
    assert_true(call(LANE_REPORT, "sleep", 100, false, &s[2]));
    assert_true(call(LANE_REPORT, "one", 1, true, &s[3]));
    db_teardown(state);
    assert_int_equal(s[0].e, ERR_OUTCOME_UNKNOWN);
    for (int i = 0; i < 4; i++)
        assert_int_equal(s[i].times, 1);
    assert_int_equal(s[3].e, ERR_UNAVAILABLE);
    db_setup(state);
}

/* ---- listening */

struct heard {
    int greetings, news;
    char last[64];
};

static void hear(void *ctx, const char *channel, const char *payload)
{
    struct heard *h = ctx;

    if (!*payload)
        h->greetings++;
    else
        h->news++;
    snprintf(h->last, sizeof h->last, "%s=%s", channel, payload);
}

static bool greeted(void *ctx)
{
    return ((struct heard *)ctx)->greetings >= 2;
}

static bool greeted_again(void *ctx)
{
    return ((struct heard *)ctx)->greetings >= 4;
}

static bool told(void *ctx)
{
    return ((struct heard *)ctx)->news >= 1;
}

static void notifications_arrive_and_the_listener_comes_back(void **state)
{
    static const char *const channels[] = {"motcua_config", "motcua_task", NULL};
    struct heard h = {0};
    struct db_listen *l = db_listen_new(w, cluster.conninfo, channels, hear, &h);

    (void)state;
    assert_true(worker_solo_turn(w, greeted, &h, MOST_MS));
    sql("SELECT pg_notify('motcua_task', '42')");
    assert_true(worker_solo_turn(w, told, &h, MOST_MS));
    assert_string_equal(h.last, "motcua_task=42");
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
    assert_true(worker_solo_turn(w, greeted_again, &h, MOST_MS)); /* told that it was deaf */
    h.news = 0;
    sql("SELECT pg_notify('motcua_config', '7')");
    assert_true(worker_solo_turn(w, told, &h, MOST_MS));
    assert_null(db_listen_free(l));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, db_setup, db_teardown)
    const struct CMUnitTest tests[] = {
        T(every_type_makes_the_round_trip_in_binary),
        T(nulls_and_empty_arrays_stay_what_they_are),
        T(the_feeder_is_asked_only_when_a_connection_is_idle),
        T(a_connection_grown_old_is_made_anew_without_losing_a_call),
        T(db_recycle_replaces_every_session),
        T(a_statement_that_does_not_fit_keeps_the_process_unready_and_is_named),
        T(an_unsafe_server_is_refused_at_every_connection),
        T(closing_answers_everything),
        T(notifications_arrive_and_the_listener_comes_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, db_group_setup, db_group_teardown);
}
