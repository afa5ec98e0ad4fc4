/* The fixture of the database tests.
 * Owns cluster, worker and db between setup and teardown.  Main thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/log.h"
#include "tests/lib/db_fixture.h"

static const struct embedded statements[] = {
    S("add", "INSERT INTO t (id) VALUES ($1::int8)"),
    S("boom", "SELECT 1 / $1::int4"),
    S("brief_boom", "-- Brief: \nSELECT 1 / $1::int4"),
    S("brief_one", "-- Brief: \nSELECT $1::int8"),
    S("brief_since",
      "-- Brief: \nSELECT (extract(epoch FROM now()) * 1000000)::int8 + 0 * $1::int8"),
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

struct cluster cluster;
PGconn *side; /* a plain session beside, for looking and killing */
struct worker *w;
struct db *db;

const struct db_conf base_conf = {
    .conns = {1, 1, 1},
    .queue_max = {64, 64, 4},
    .depth_max = 16,
    .statement_timeout_ms = {50000, 50000, 60000},
    .wait_ms_max = 50000,
    .statements = statements,
};

const char *sql(const char *text)
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

bool is_ready(void *ctx)
{
    (void)ctx;
    return db_ready(db);
}

void open_db(const struct db_conf *conf)
{
    struct db_conf c = *conf;

    c.conninfo = cluster.conninfo;
    w = worker_solo_new();
    db = db_new(w, &c);
    assert_true(worker_solo_turn(w, is_ready, NULL, 10000));
}

int db_setup(void **state)
{
    (void)state;
    sql("TRUNCATE t, child");
    open_db(&base_conf);
    return 0;
}

int db_teardown(void **state)
{
    (void)state;
    db = db_free(db);
    w = worker_solo_free(w);
    return 0;
}

/* ---- calls and what came of them */

bool returned; /* set when the calling function has returned */

void note(void *owner, const struct db_outcome *out)
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

bool call(enum db_lane lane, const char *stmt, int64_t v, bool wide, struct seen *s)
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

bool all_answered(void *ctx)
{
    const struct several *v = ctx;

    for (int i = 0; i < v->n; i++)
        if (v->s[i].times == 0)
            return false;
    return true;
}

void wait_all(struct seen *s, int n)
{
    struct several v = {s, n};

    assert_true(worker_solo_turn(w, all_answered, &v, MOST_MS));
    worker_solo_turn(w, NULL, NULL, 5); /* a second answer would come now */
    for (int i = 0; i < n; i++)
        assert_int_equal(s[i].times, 1);
}

/* ---- the behaviours */
bool counted(void *ctx)
{
    return *(int *)ctx > 0;
}

int db_group_setup(void **state)
{
    (void)state;
    cluster_start(&cluster, "db", NULL);
    log_set_level(LOG_L_ERROR);
    side = PQconnectdb(cluster.conninfo);
    sql("CREATE TABLE t (id int8 PRIMARY KEY CHECK (id <> 0))");
    sql("CREATE TABLE child (id int8, t_id int8 REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    sql("CREATE FUNCTION warn(v int8) RETURNS int8 LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE WARNING 'canceling wait'; RETURN v; END $$");
    return 0;
}

int db_group_teardown(void **state)
{
    (void)state;
    PQfinish(side);
    cluster_remove(&cluster);
    return 0;
}
