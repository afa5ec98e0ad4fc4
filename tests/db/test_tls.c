/* The database over TCP with TLS: encrypted both ways, with everything in flight at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "server/jobs/self_signed.h"
#include "tests/lib/db_fixture.h"

/* Below those that outgoing connections take: nobody else sits on it when the server begins. */
static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    for (int port = 12000 + getpid() % 8000;; port++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        int r;

        a.sin_port = htons((uint16_t)port);
        r = bind(fd, (struct sockaddr *)&a, sizeof a);
        close(fd);
        if (r == 0)
            return port;
    }
}

/* Certificate and key belong to the user whom the server runs as, or it refuses them. */
static void give_certificate(char path[2][256])
{
    static const char *const name[2] = {"cert.pem", "key.pem"};
    char data[192];
    struct stat st;
    struct buf why;

    buf_init(&why, 4096);
    assert_true(self_signed_ensure(cluster.dir, &why));
    buf_free(&why);
    snprintf(data, sizeof data, "%s/data", cluster.dir);
    assert_int_equal(stat(data, &st), 0);
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], 256, "%s/%s", cluster.dir, name[i]);
        assert_int_equal(chown(path[i], st.st_uid, st.st_gid), 0);
    }
}

static int setup(void **state)
{
    char path[2][256], cert[300], key[300], port[32];
    const char *settings[] = {"listen_addresses=127.0.0.1", "ssl=on", port, cert, key, NULL};
    int at = free_port();

    (void)state;
    cluster_start(&cluster, "db-tls", NULL);
    give_certificate(path);
    snprintf(cert, sizeof cert, "ssl_cert_file=%s", path[0]);
    snprintf(key, sizeof key, "ssl_key_file=%s", path[1]);
    snprintf(port, sizeof port, "port=%d", at);
    cluster_stop(&cluster);
    cluster_restart(&cluster, settings);
    snprintf(cluster.conninfo, sizeof cluster.conninfo,
             "host=127.0.0.1 port=%d user=postgres dbname=postgres sslmode=require", at);
    side = PQconnectdb(cluster.conninfo);
    assert_int_equal(PQstatus(side), CONNECTION_OK);
    assert_int_equal(PQsslInUse(side), 1);
    sql("CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE child (id bigint, t_id bigint "
        "REFERENCES t DEFERRABLE INITIALLY DEFERRED); CREATE FUNCTION warn(i bigint) RETURNS "
        "bigint "
        "LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'w'; RETURN i; END $$");
    open_db(&base_conf);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db = db_free(db);
    w = worker_solo_free(w);
    PQfinish(side);
    cluster_remove(&cluster);
    return 0;
}

static void calls_are_answered_and_encrypted(void **state)
{
    static struct seen s[64];

    (void)state;
    memset(s, 0, sizeof s);
    for (int i = 0; i < 64; i++)
        assert_true(call(i % 2 ? LANE_READ : LANE_ACT, "one", i, true, &s[i]));
    wait_all(s, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(s[i].value, i);
    assert_string_equal(
        sql("SELECT count(*) FROM pg_stat_ssl WHERE NOT ssl AND pid IN "
            "(SELECT pid FROM pg_stat_activity WHERE application_name = 'motcuad')"),
        "0");
}

/* Both directions hold far more than one record and than the buffers of the sockets. */
static void big_answers_and_big_questions_pass_each_other(void **state)
{
    enum { N = 6, BIG = 3000000 };
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
    for (int i = 0; i < N; i++) {
        assert_true(call(LANE_READ, "big", BIG, false, &s[2 * i]));
        assert_true(db_call(db, LANE_READ, "echo", p, note, &s[2 * i + 1]));
    }
    wait_all(s, 2 * N);
    for (int i = 0; i < 2 * N; i++)
        assert_int_equal(s[i].e, ERR_OK);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_answered_and_encrypted),
        cmocka_unit_test(big_answers_and_big_questions_pass_each_other),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
