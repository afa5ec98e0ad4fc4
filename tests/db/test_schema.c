/* Migrations and start-up refusals against real clusters.
 * Throw-away clusters; run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <pthread.h>

#include "server/core/embed.h"
#include "server/db/check.h"
#include "server/db/migrate.h"
#include "tests/lib/cluster.h"

#define F(name, sql)                                                                               \
    {                                                                                              \
        name, sql, &(sql)[sizeof(sql) - 1]                                                         \
    }

static const struct embedded two[] = {
    F("0001_first.sql", "CREATE TABLE public.a (id int);\nCREATE INDEX ON public.a (id);"),
    F("0002_second.sql", "ALTER TABLE public.a ADD b text;"),
    {0, 0, 0},
};
static const struct embedded three[] = {
    F("0001_first.sql", "CREATE TABLE public.a (id int);\nCREATE INDEX ON public.a (id);"),
    F("0002_second.sql", "ALTER TABLE public.a ADD b text;"),
    F("0003_third.sql", "CREATE TABLE public.c ();"),
    {0, 0, 0},
};

static struct cluster cluster;
static char conninfo[300];
static struct arena *arena;
static struct text2 why;

static void admin(const char *sql)
{
    PGconn *pg = PQconnectdb(cluster.conninfo);
    PGresult *res = PQexec(pg, sql);

    assert_int_equal(PQresultStatus(res), PGRES_COMMAND_OK);
    PQclear(res);
    PQfinish(pg);
}

static const char *value(const char *sql)
{
    static char text[128];
    PGconn *pg = PQconnectdb(conninfo);
    PGresult *res = PQexec(pg, sql);

    snprintf(text, sizeof text, "%s", PQntuples(res) ? PQgetvalue(res, 0, 0) : "");
    PQclear(res);
    PQfinish(pg);
    return text;
}

static int setup(void **state)
{
    (void)state;
    admin("DROP DATABASE IF EXISTS m WITH (FORCE)");
    admin("CREATE DATABASE m");
    snprintf(conninfo, sizeof conninfo, "%s dbname=m", cluster.conninfo);
    arena = arena_new(1 << 20);
    why = (struct text2){NULL, NULL};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static bool up(const struct embedded *files)
{
    return migrations_up(arena, conninfo, files, NULL, NULL, &why);
}

static void an_empty_database_is_brought_up_and_twice_is_once(void **state)
{
    struct migrations m;

    (void)state;
    assert_true(migrations_status(arena, conninfo, two, &m, &why));
    assert_int_equal(m.n, 2);
    assert_int_equal(m.applied, 0);
    assert_int_equal(m.item[0].state, MIGRATION_PENDING);
    assert_true(up(two));
    assert_true(up(two));
    assert_true(migrations_status(arena, conninfo, two, &m, &why));
    assert_int_equal(m.applied, 2);
    assert_int_equal(m.known, 2);
    assert_true(m.sound);
    assert_int_equal(m.item[1].state, MIGRATION_APPLIED);
    assert_int_equal(strlen(m.item[1].applied_at), 20);
    assert_true(up(three));
    assert_string_equal(value("SELECT count(*) FROM schema_migration"), "3");
}

static void an_altered_migration_is_refused_and_named(void **state)
{
    static const struct embedded altered[] = {
        F("0001_first.sql", "CREATE TABLE public.a (id int8);"),
        F("0002_second.sql", "ALTER TABLE public.a ADD b text;"),
        F("0003_third.sql", "CREATE TABLE public.c ();"),
        {0, 0, 0},
    };
    struct findings f;

    (void)state;
    assert_true(up(two));
    assert_false(up(altered));
    assert_non_null(strstr(why.en, "altered"));
    assert_non_null(strstr(why.vi, "0001_first.sql"));
    assert_string_equal(value("SELECT to_regclass('c') IS NULL"), "t");
    findings_init(&f, arena);
    check_database(conninfo, altered, &f);
    assert_non_null(findings_get(&f, "schema-altered"));
}

static void a_newer_database_is_refused(void **state)
{
    struct migrations m;
    struct findings f;

    (void)state;
    assert_true(up(three));
    assert_false(up(two));
    assert_non_null(strstr(why.en, "newer"));
    assert_true(migrations_status(arena, conninfo, two, &m, &why));
    assert_false(m.sound);
    assert_int_equal(m.item[2].state, MIGRATION_UNKNOWN);
    assert_string_equal(m.item[2].name, "0003_third.sql");
    findings_init(&f, arena);
    check_database(conninfo, two, &f);
    assert_non_null(findings_get(&f, "schema-new"));
}

static void a_failing_file_leaves_nothing_of_itself_and_tells_the_line(void **state)
{
    static const struct embedded bad[] = {
        F("0001_first.sql", "CREATE TABLE public.a (id int);"),
        F("0002_bad.sql", "CREATE TABLE public.ờ (id int);\n-- chữ có dấu\nSELECT nothing;\n"),
        {0, 0, 0},
    };
    static const struct embedded commits[] = {
        F("0001_first.sql", "CREATE TABLE public.a (id int);"),
        F("0002_commits.sql", "CREATE TABLE public.d ();\nCOMMIT;"),
        {0, 0, 0},
    };

    (void)state;
    assert_false(up(bad));
    assert_non_null(strstr(why.en, "0002_bad.sql:3"));
    assert_string_equal(value("SELECT to_regclass('public.ờ') IS NULL"), "t");
    assert_string_equal(value("SELECT max(version) FROM schema_migration"), "1");
    assert_false(up(commits));
    assert_non_null(strstr(why.en, "own transaction"));
}

static void numbers_must_be_consecutive(void **state)
{
    static const struct embedded gap[] = {
        F("0001_a.sql", "SELECT 1"), F("0003_b.sql", "SELECT 1"), {0, 0, 0}};
    static const struct embedded odd[] = {F("1_a.sql", "SELECT 1"), {0, 0, 0}};
    static const struct embedded none[] = {{0, 0, 0}};

    (void)state;
    assert_int_equal(migrations_known(gap), -1);
    assert_int_equal(migrations_known(odd), -1);
    assert_int_equal(migrations_known(none), 0);
    assert_int_equal(migrations_known(two), 2);
    assert_true(migrations_known(embed_migrations) >= 0); /* our own */
    assert_false(up(gap));
}

static void *up_in_thread(void *arg)
{
    struct arena *a = arena_new(1 << 20);
    struct text2 because;

    *(bool *)arg = migrations_up(a, conninfo, three, NULL, NULL, &because);
    arena_free(a);
    return NULL;
}

static void two_at_once_take_turns(void **state)
{
    pthread_t t[4];
    bool ok[4] = {false};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, up_in_thread, &ok[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < 4; i++)
        assert_true(ok[i]);
    assert_string_equal(value("SELECT count(*) FROM schema_migration"), "3");
}

/* ---- refusals */

static void an_old_schema_is_refused_with_its_cure(void **state)
{
    struct findings f;

    (void)state;
    assert_true(up(two));
    findings_init(&f, arena);
    check_database(conninfo, two, &f);
    assert_int_equal(f.n, 0);
    check_database(conninfo, three, &f);
    assert_non_null(findings_get(&f, "schema-old"));
    assert_non_null(strstr(findings_get(&f, "schema-old")->cure.en, "motcuad migrate up"));
    assert_true(findings_refuse(&f));
}

static void an_unreachable_database_is_said_so(void **state)
{
    struct findings f;

    (void)state;
    findings_init(&f, arena);
    check_database("host=/nowhere/at/all dbname=x", two, &f);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].code, "database-unreachable");
}

static void unsafe_settings_of_a_real_server_are_found(void **state)
{
    static const char *const unsafe[] = {"fsync=off", "full_page_writes=off",
                                         "synchronous_commit=off", NULL};
    struct findings f;

    (void)state;
    cluster_stop(&cluster);
    cluster_restart(&cluster, unsafe);
    findings_init(&f, arena);
    check_database(cluster.conninfo, NULL, &f);
    cluster_stop(&cluster);
    cluster_restart(&cluster, NULL);
    assert_int_equal(f.n, 3);
    assert_non_null(findings_get(&f, "fsync-off"));
    assert_non_null(findings_get(&f, "full-page-writes-off"));
    assert_non_null(findings_get(&f, "synchronous-commit-off"));
    findings_init(&f, arena);
    check_database(cluster.conninfo, NULL, &f);
    assert_int_equal(f.n, 0);
}

static void each_server_fact_has_its_own_refusal(void **state)
{
    static const struct {
        struct server_facts s;
        const char *code;
    } cases[] = {
        {{"off", "on", "on", "on", 150020, false}, "fsync-off"},
        {{"on", "off", "on", "on", 150020, false}, "full-page-writes-off"},
        {{"on", "on", "off", "on", 150020, false}, "synchronous-commit-off"},
        {{"on", "on", "local", "on", 150020, false}, "synchronous-commit-off"},
        {{"on", "on", "remote_write", "on", 150020, false}, "synchronous-commit-off"},
        {{"on", "on", "on", "off", 150020, false}, "checksums-off"},
        {{"on", "on", "on", "on", 150019, false}, "server-too-old"},
        {{"on", "on", "on", "on", 140099, false}, "server-too-old"},
        {{"on", "on", "on", "on", 150020, true}, "server-standby"},
        {{"on", "on", "on", "on", 150020, false}, NULL},
        {{"on", "on", "remote_apply", "on", 160000, false}, NULL},
    };
    struct findings f;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        findings_init(&f, arena);
        check_server(&cases[i].s, &f);
        assert_int_equal(f.n, cases[i].code ? 1 : 0);
        if (cases[i].code)
            assert_string_equal(f.item[0].code, cases[i].code);
    }
}

static void old_libraries_are_refused_and_the_installed_ones_pass(void **state)
{
    struct findings f;

    (void)state;
    findings_init(&f, arena);
    check_libraries(150019, 0x30000150UL, &f);
    assert_int_equal(f.n, 2);
    assert_non_null(findings_get(&f, "libpq-too-old"));
    assert_non_null(strstr(findings_get(&f, "openssl-too-old")->reason.en, "3.0.21"));
    findings_init(&f, arena);
    check_libraries(150020, 0x30000160UL, &f);
    check_libraries(0, 0, &f);
    check_libevent_here(&f);
    check_libevent("2.1.12-stable-8+deb12u1", &f);
    check_libevent("2.1.13-1", &f);
    assert_int_equal(f.n, 0);
    check_libevent("2.1.12-stable-8", &f);
    assert_non_null(findings_get(&f, "libevent-too-old"));
    findings_init(&f, arena);
    check_libevent("", &f);
    assert_non_null(findings_get(&f, "libevent-unknown"));
    assert_false(findings_refuse(&f)); /* told, not refused */
}

static void the_version_is_that_of_the_package_that_is_installed(void **state)
{
    static const char status[] = "Package: libevent-core-2.1-7-dbg\nStatus: install ok installed\n"
                                 "Version: 9\n\n"
                                 "Package: libevent-core-2.1-7\nStatus: deinstall ok config-files\n"
                                 "Version: 1.0\n\n"
                                 "Package: libevent-core-2.1-7\nStatus: install ok installed\n"
                                 "Section: libs\nVersion: 2.1.12-stable-8+deb12u1\n"
                                 "Description: Package: libevent-extra-2.1-7\n\n"
                                 "Package: gone\nStatus: deinstall ok config-files\nVersion: 7\n";
    static const struct {
        const char *package, *version;
    } cases[] = {{"libevent-core-2.1-7", "2.1.12-stable-8+deb12u1"},
                 {"gone", ""},
                 {"libevent-extra-2.1-7", ""},
                 {"never-heard-of", ""}};
    char version[DPKG_VALUE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dpkg_version(status, cases[i].package, version);
        assert_string_equal(version, cases[i].version);
    }
}

static void versions_compare_as_dpkg_does(void **state)
{
    static const char *const rising[] = {"1.0~rc1-1", "1.0-1",   "1.0-1+b1", "1.0-1.1",
                                         "1.0-2",     "1.0-10",  "1.0a-1",   "1.0.1-1",
                                         "1.1-1",     "1:0.1-1", "1:0.1-2"};
    size_t n = sizeof rising / sizeof rising[0];

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int cmp = debian_version_compare(rising[i], rising[j]);

            assert_int_equal((cmp > 0) - (cmp < 0), (i > j) - (i < j));
        }
}

static void a_host_name_in_a_connection_string_is_refused(void **state)
{
    static const struct {
        const char *conninfo, *code;
    } cases[] = {
        {"host=/var/run/postgresql dbname=m", NULL},
        {"dbname=m", NULL},
        {"host=10.0.0.5 dbname=m", NULL},
        {"host=::1", NULL},
        {"host=10.0.0.5,10.0.0.6 port=5432,5433", NULL},
        {"host=db.example hostaddr=10.0.0.5 sslmode=verify-full", NULL},
        {"host=db.example", "conninfo-name"},
        {"host=10.0.0.5,db.example", "conninfo-name"},
        {"postgresql://db.example/m", "conninfo-name"},
        {"host=", NULL},
        {"what is this", "conninfo-bad"},
    };
    struct findings f;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        findings_init(&f, arena);
        check_conninfo("database.app", cases[i].conninfo, &f);
        assert_int_equal(f.n, cases[i].code ? 1 : 0);
        if (cases[i].code)
            assert_string_equal(f.item[0].code, cases[i].code);
    }
}

static void findings_are_printed_with_reason_and_cure_in_both_languages(void **state)
{
    struct findings f;
    struct buf b;

    (void)state;
    findings_init(&f, arena);
    check_server(&(struct server_facts){"off", "on", "on", "on", 150020, false}, &f);
    buf_init(&b, 4096);
    findings_print(&f, LANG_VI, &b);
    assert_non_null(
        strstr(buf_cstr(&b), "từ chối: PostgreSQL đang chạy với fsync = off: mất điện"));
    assert_non_null(strstr(buf_cstr(&b), "cách sửa: đặt lại"));
    buf_clear(&b);
    findings_print(&f, LANG_EN, &b);
    assert_non_null(strstr(buf_cstr(&b), "refused: PostgreSQL runs with fsync = off: a power"));
    buf_free(&b);
}

static int group_setup(void **state)
{
    (void)state;
    cluster_start(&cluster, "schema", NULL);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    cluster_remove(&cluster);
    return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(an_empty_database_is_brought_up_and_twice_is_once),
        T(an_altered_migration_is_refused_and_named),
        T(a_newer_database_is_refused),
        T(a_failing_file_leaves_nothing_of_itself_and_tells_the_line),
        T(numbers_must_be_consecutive),
        T(two_at_once_take_turns),
        T(an_old_schema_is_refused_with_its_cure),
        T(an_unreachable_database_is_said_so),
        T(unsafe_settings_of_a_real_server_are_found),
        T(each_server_fact_has_its_own_refusal),
        T(old_libraries_are_refused_and_the_installed_ones_pass),
        T(the_version_is_that_of_the_package_that_is_installed),
        T(versions_compare_as_dpkg_does),
        T(a_host_name_in_a_connection_string_is_refused),
        T(findings_are_printed_with_reason_and_cure_in_both_languages),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
