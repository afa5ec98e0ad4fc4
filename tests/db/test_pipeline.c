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
#include <libpq-fe.h>

#include "server/core/embed.h"
#include "server/core/log.h"
#include "server/db/db.h"
#include "tests/lib/cluster.h"

#define S(name, sql)                                                                               \
    {                                                                                              \
        name ".sql", sql, &(sql)[sizeof(sql) - 1]                                                  \
    }

static const struct embedded statements[] = {
    S("add", "INSERT INTO t (id) VALUES ($1::int8)"),
    S("boom", "SELECT 1 / $1::int4"),
    S("count", "SELECT count(*) FROM t WHERE id >= $1::int8"),
    S("deferred", "INSERT INTO child (id, t_id) VALUES ($1::int8, -1)"),
    S("echo",
      "SELECT $1::int8, $2::int4, $3::bool, $4::text, $5::bytea, $6::timestamptz, $7::date, "
      "$8::int8[], $9::int4[], $10::bool[], $11::text[], $12::bytea[], $13::timestamptz[], "
      "2::int2, '{\"a\": 1}'::jsonb, 'infinity'::timestamptz"),
    S("follow", "SELECT id FROM t WHERE id = $1::int8"),
    S("one", "SELECT $1::int8"),
    S("settings",
      "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
      "current_setting('TimeZone'), current_setting('client_encoding'), "
      "current_setting('application_name'), current_setting('default_transaction_read_only'), "
      "current_setting('idle_in_transaction_session_timeout'), pg_backend_pid()"),
    S("big", "SELECT repeat('x', $1::int4)"),
    S("sleep", "SELECT pg_sleep($1::int4 / 1000.0)::text"),
    S("warn", "INSERT INTO t SELECT warn($1::int8)"),
    {0, 0, 0},
};

static struct cluster cluster;
static PGconn *side; /* a plain session beside, for looking and killing */
static struct worker *w;
static struct db *db;

static const struct db_conf base_conf = {
    .conns = {1, 1, 1},
    .queue_max = {64, 64, 4},
    .depth_max = 16,
    .statement_timeout_ms = {1000, 1000, 3000},
    .wait_ms_max = 1500,
    .statements = statements,
};

static const char *sql(const char *text)
{
    static char value[256];
    PGresult *res = PQexec(side, text);

    value[0] = '\0';
    if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK) {
        print_message("%s", PQerrorMessage(side));
        PQclear(res);
        fail();
    }
    if (PQntuples(res) > 0)
        snprintf(value, sizeof value, "%s", PQgetvalue(res, 0, 0));
    PQclear(res);
    return value;
}

static bool is_ready(void *ctx)
{
    (void)ctx;
    return db_ready(db);
}

static void open_db(const struct db_conf *conf)
{
    struct db_conf c = *conf;

    c.conninfo = cluster.conninfo;
    w = worker_solo_new();
    db = db_new(w, &c);
    assert_true(worker_solo_turn(w, is_ready, NULL, 10000));
}

static int setup(void **state)
{
    (void)state;
    sql("TRUNCATE t, child");
    open_db(&base_conf);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db = db_free(db);
    w = worker_solo_free(w);
    return 0;
}

/* ---- calls and what came of them */

struct seen {
    int times;
    enum err e;
    int rows;
    int64_t value;
    char state[6];
    char text[64];
};

static bool returned; /* set when the calling function has returned */

static void note(void *owner, const struct db_outcome *out)
{
    struct seen *s = owner;

    assert_true(returned);
    s->times++;
    s->e = out->e;
    snprintf(s->state, sizeof s->state, "%s", out->sqlstate);
    assert_true((out->rows != NULL) == (out->e == ERR_OK));
    if (!out->rows || db_count(out->rows) == 0)
        return;
    s->rows = db_count(out->rows);
    if (db_get_span(out->rows, 0, 0).n == 8)
        s->value = db_get_i64(out->rows, 0, 0);
    else
        snprintf(s->text, sizeof s->text, "%.*s", SPAN_FMT(db_get_span(out->rows, 0, 0)));
}

static bool call(enum db_lane lane, const char *stmt, int64_t v, bool wide, struct seen *s)
{
    struct arena *a = arena_new(4096);
    struct db_args *p = db_args(a, 1);
    bool ok;

    if (wide)
        db_i64(p, v);
    else
        db_i32(p, (int32_t)v);
    returned = false;
    ok = db_call(db, lane, stmt, p, note, s);
    returned = true;
    arena_free(a);
    return ok;
}

struct several {
    struct seen *s;
    int n;
};

static bool all_answered(void *ctx)
{
    const struct several *v = ctx;

    for (int i = 0; i < v->n; i++)
        if (v->s[i].times == 0)
            return false;
    return true;
}

static void wait_all(struct seen *s, int n, int64_t ms)
{
    struct several v = {s, n};

    assert_true(worker_solo_turn(w, all_answered, &v, ms));
    worker_solo_turn(w, NULL, NULL, 5); /* a second answer would come now */
    for (int i = 0; i < n; i++)
        assert_int_equal(s[i].times, 1);
}

/* ---- the behaviours */

static void session_settings_differ_by_lane(void **state)
{
    const char *names[3] = {"1s", "1s", "3s"};

    (void)state;
    for (int lane = 0; lane < LANES; lane++) {
        struct seen s = {0};

        returned = false;
        assert_true(db_call(db, (enum db_lane)lane, "settings", NULL, note, &s));
        returned = true;
        wait_all(&s, 1, 2000);
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

static bool counted(void *ctx)
{
    return *(int *)ctx > 0;
}

static void lanes_for_reading_are_read_only_sessions_in_utc_and_utf8(void **state)
{
    struct seen s = {0};
    int done = 0;

    (void)state;
    assert_true(db_call(db, LANE_READ, "settings", NULL, settings_row, &done));
    assert_true(worker_solo_turn(w, counted, &done, 2000));
    assert_true(call(LANE_READ, "add", 1, true, &s));
    wait_all(&s, 1, 2000);
    assert_int_equal(s.e, ERR_INTERNAL); /* our own mistake, and the session stays */
    assert_string_equal(s.state, "25006");
    memset(&s, 0, sizeof s);
    assert_true(call(LANE_READ, "one", 5, true, &s));
    wait_all(&s, 1, 2000);
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
    wait_all(s, 9, 3000);
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
    wait_all(s, 3, 3000);
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
    wait_all(s, 2, 3000);
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
    wait_all(s, 3, 3000);
    assert_int_equal(s[0].e, ERR_OK);
    assert_int_equal(s[1].e, ERR_OUTCOME_UNKNOWN);
    assert_int_equal(s[2].e, ERR_OK);
    assert_string_equal(sql("SELECT count(*) FROM t"), "3"); /* it was stored all the same */
}

static void a_statement_timeout_is_a_timeout_and_the_session_goes_on(void **state)
{
    struct seen s[2] = {{0}};

    (void)state;
    assert_true(call(LANE_READ, "sleep", 5000, false, &s[0]));
    assert_true(call(LANE_READ, "one", 9, true, &s[1]));
    wait_all(s, 2, 4000);
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
    for (int i = 0; i < 500; i++) {
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
    assert_true(call(LANE_ACT, "sleep", 800, false, &s[1]));
    for (int i = 2; i < 6; i++)
        assert_true(call(LANE_ACT, "add", i, true, &s[i]));
    kill_backend("pg_sleep");
    wait_all(s, 6, 4000);
    assert_int_equal(s[0].e, ERR_OK);
    for (int i = 1; i < 6; i++)
        assert_int_equal(s[i].e, ERR_OUTCOME_UNKNOWN);
    assert_string_equal(sql("SELECT count(*) FROM t"), "1");
    assert_true(call(LANE_ACT, "add", 100, true, &after)); /* waits for the new connection */
    wait_all(&after, 1, 3000);
    assert_int_equal(after.e, ERR_OK);
}

static void reads_that_had_not_begun_are_sent_again_once(void **state)
{
    struct seen s[5] = {{0}};

    (void)state;
    assert_true(call(LANE_READ, "sleep", 900, false, &s[0]));
    for (int i = 1; i < 5; i++)
        assert_true(call(LANE_READ, "one", i, true, &s[i]));
    kill_backend("pg_sleep");
    wait_all(s, 5, 4000);
    assert_int_equal(s[0].e, ERR_UNAVAILABLE);
    for (int i = 1; i < 5; i++) {
        assert_int_equal(s[i].e, ERR_OK);
        assert_int_equal(s[i].value, i);
    }
}

static void a_server_that_hangs_is_given_up_after_its_timeout(void **state)
{
    struct seen s[2] = {{0}}, after = {0};
    pid_t backend;
    int64_t t = clock_mono_us();

    (void)state;
    assert_true(call(LANE_ACT, "sleep", 900, false, &s[0]));
    assert_true(call(LANE_ACT, "add", 1, true, &s[1]));
    wait_backend("pg_sleep");
    backend =
        (pid_t)atoll(sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'motcuad' "
                         "AND query LIKE '%pg_sleep%'"));
    assert_int_equal(kill(backend, SIGSTOP), 0);
    wait_all(s, 2, 6000);
    kill(backend, SIGCONT);
    assert_int_equal(s[0].e, ERR_OUTCOME_UNKNOWN);
    assert_int_equal(s[1].e, ERR_OUTCOME_UNKNOWN);
    assert_in_range(clock_mono_us() - t, 3000000, 4500000); /* 1 s and the grace of 2 s */
    assert_true(call(LANE_ACT, "add", 100, true, &after));
    wait_all(&after, 1, 3000);
    assert_int_equal(after.e, ERR_OK);
}

static void a_stopped_server_answers_within_the_wait_and_comes_back_by_itself(void **state)
{
    struct seen act = {0}, read = {0}, after = {0};
    int64_t t;

    (void)state;
    PQfinish(side);
    cluster_stop(&cluster);
    worker_solo_turn(w, NULL, NULL, 200);
    assert_false(db_ready(db));
    t = clock_mono_us();
    assert_true(call(LANE_ACT, "add", 1, true, &act));
    assert_true(call(LANE_READ, "one", 1, true, &read));
    wait_all(&act, 1, 4000);
    wait_all(&read, 1, 4000);
    assert_int_equal(act.e, ERR_UNAVAILABLE); /* never sent: certainly not done */
    assert_int_equal(read.e, ERR_UNAVAILABLE);
    assert_true(clock_mono_us() - t < 2500000);
    assert_true(strlen(db_fault(db)) > 0);
    cluster_restart(&cluster, NULL);
    side = PQconnectdb(cluster.conninfo);
    assert_true(worker_solo_turn(w, is_ready, NULL, 15000));
    assert_true(call(LANE_ACT, "add", 1, true, &after));
    wait_all(&after, 1, 3000);
    assert_int_equal(after.e, ERR_OK);
}

static void a_full_queue_refuses_at_once_and_a_long_wait_is_overload(void **state)
{
    struct seen s[6] = {{0}};

    (void)state;
    /* the report lane: one in flight, four waiting */
    assert_true(call(LANE_REPORT, "sleep", 2500, false, &s[0]));
    for (int i = 1; i < 5; i++)
        assert_true(call(LANE_REPORT, "one", i, true, &s[i]));
    assert_false(call(LANE_REPORT, "one", 5, true, &s[5]));
    wait_all(s, 5, 6000);
    assert_int_equal(s[0].e, ERR_OK);
    for (int i = 1; i < 5; i++)
        assert_int_equal(s[i].e, ERR_OVERLOADED); /* waited longer than 1.5 s */
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
    wait_all(stays, 2, 3000);
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
    wait_all(s, 2 * N, 30000);
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
            int r = (int)((seed = seed * 1103515245 + 12345) >> 16) % 8;
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
            else
                assert_true(call(lane, "one", round * 100 + i, true, &f[i].s));
        }
        for (int i = 0; i < n; i++) {
            struct several v = {&f[i].s, 1};

            assert_true(worker_solo_turn(w, all_answered, &v, 5000));
        }
        for (int i = 0; i < n; i++) {
            bool fails = f[i].kind <= 2 || f[i].kind == 5;

            assert_int_equal(f[i].s.times, 1);
            assert_int_equal(f[i].s.e, fails ? ERR_INVALID : ERR_OK);
            if (f[i].kind >= 6)
                assert_int_equal(f[i].s.value, round * 100 + i);
            stored += f[i].kind == 3 || f[i].kind == 4;
        }
    }
    assert_int_equal(atoll(sql("SELECT count(*) FROM t")), stored);
}

/* ---- types */

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
    assert_true(worker_solo_turn(w, counted, &done, 2000));
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
    assert_true(worker_solo_turn(w, counted, &done, 2000));
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

    teardown(state);
    c.recycle_ms = 300;
    open_db(&c);
    snprintf(first, sizeof first, "%s",
             sql("SELECT string_agg(pid::text, ',' ORDER BY pid) FROM pg_stat_activity WHERE "
                 "application_name = 'motcuad'"));
    for (int i = 0; i < 300; i++) {
        memset(&s, 0, sizeof s);
        assert_true(call(LANE_READ, "one", i, true, &s));
        wait_all(&s, 1, 2000);
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
    wait_all(s, 3, 4000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s[i].e, ERR_OK);
    assert_true(worker_solo_turn(w, is_ready, NULL, 5000));
    assert_string_equal(sql("SELECT count(*) FROM pg_stat_activity JOIN old USING (pid)"), "0");
    sql("DROP TABLE old");
}

static void a_statement_that_does_not_fit_keeps_the_process_unready_and_is_named(void **state)
{
    static const struct embedded bad[] = {
        S("good", "SELECT 1"),
        S("broken", "SELECT nothing FROM nowhere"),
        {0, 0, 0},
    };
    struct db_conf c = base_conf;

    teardown(state);
    w = worker_solo_new();
    c.conninfo = cluster.conninfo;
    c.statements = bad;
    db = db_new(w, &c);
    assert_false(worker_solo_turn(w, is_ready, NULL, 700));
    assert_non_null(strstr(db_fault(db), "broken"));
}

static void an_unsafe_server_is_refused_at_every_connection(void **state)
{
    (void)state;
    teardown(state);
    sql("ALTER SYSTEM SET synchronous_commit = off");
    sql("SELECT pg_reload_conf()");
    w = worker_solo_new();
    {
        struct db_conf c = base_conf;

        c.conninfo = cluster.conninfo;
        db = db_new(w, &c);
        assert_false(worker_solo_turn(w, is_ready, NULL, 700));
        assert_non_null(strstr(db_fault(db), "synchronous-commit-off"));
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
    teardown(state);
    assert_int_equal(s[0].e, ERR_OUTCOME_UNKNOWN);
    for (int i = 0; i < 4; i++)
        assert_int_equal(s[i].times, 1);
    assert_int_equal(s[3].e, ERR_UNAVAILABLE);
    setup(state);
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
    assert_true(worker_solo_turn(w, greeted, &h, 3000));
    sql("SELECT pg_notify('motcua_task', '42')");
    assert_true(worker_solo_turn(w, told, &h, 2000));
    assert_string_equal(h.last, "motcua_task=42");
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
    assert_true(worker_solo_turn(w, greeted_again, &h, 5000)); /* told that it was deaf */
    h.news = 0;
    sql("SELECT pg_notify('motcua_config', '7')");
    assert_true(worker_solo_turn(w, told, &h, 2000));
    assert_null(db_listen_free(l));
}

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
        assert_true(worker_solo_turn(w, all_answered, &v, 5000));
    }
    t = cpu_us() - t;
    print_message("# %lld.%03lld us of CPU per call, %d in flight\n", (long long)(t / N),
                  (long long)(t % N * 1000 / N), BURST);
    assert_true(t / N < 1000); /* only a guard against something absurd */
}

static int group_setup(void **state)
{
    (void)state;
    cluster_start(&cluster, "pipeline", NULL);
    log_set_level(LOG_L_ERROR);
    side = PQconnectdb(cluster.conninfo);
    sql("CREATE TABLE t (id int8 PRIMARY KEY CHECK (id <> 0))");
    sql("CREATE TABLE child (id int8, t_id int8 REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    sql("CREATE FUNCTION warn(v int8) RETURNS int8 LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE WARNING 'canceling wait'; RETURN v; END $$");
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    PQfinish(side);
    cluster_remove(&cluster);
    return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
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
        T(a_server_that_hangs_is_given_up_after_its_timeout),
        T(a_stopped_server_answers_within_the_wait_and_comes_back_by_itself),
        T(a_full_queue_refuses_at_once_and_a_long_wait_is_overload),
        T(an_orphan_is_never_called_and_the_order_stays),
        T(a_reader_nobody_reads_for_does_not_block_big_answers_and_big_questions),
        T(every_type_makes_the_round_trip_in_binary),
        T(nulls_and_empty_arrays_stay_what_they_are),
        T(the_feeder_is_asked_only_when_a_connection_is_idle),
        T(a_connection_grown_old_is_made_anew_without_losing_a_call),
        T(db_recycle_replaces_every_session),
        T(a_statement_that_does_not_fit_keeps_the_process_unready_and_is_named),
        T(an_unsafe_server_is_refused_at_every_connection),
        T(closing_answers_everything),
        T(notifications_arrive_and_the_listener_comes_back),
        T(random_pipelines_with_errors_anywhere_keep_their_answers),
        T(cost_of_a_trivial_call),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
