/* Configuration: layers, every mistake with its place, refusals of what is unsafe. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/core/config.h"

static char dir[] = "/tmp/motcua-config-XXXXXX";
static char file[64], secret[64], cert[64];
static struct arena *arena;
static struct diags diags;
static struct config *cfg;

static void write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static int group_setup(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(file, sizeof file, "%s/motcua.yaml", dir);
    snprintf(secret, sizeof secret, "%s/secret", dir);
    snprintf(cert, sizeof cert, "%s/cert", dir);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    unlink(file);
    unlink(secret);
    unlink(cert);
    return rmdir(dir);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)8 << 20);
    write_file(secret, "bi mat\n", 0600);
    write_file(cert, "x", 0644);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cfg = config_free(cfg);
    arena = arena_free(arena);
    return 0;
}

static void load(const char *text, const char *const *env, const struct config_flag *flag, size_t n)
{
    struct config_input in = {file, true, env, flag, n, CONFIG_FOR_SERVICE};

    cfg = config_free(cfg);
    diags_init(&diags, arena);
    write_file(file, text, 0644);
    cfg = config_load(&in, &diags);
    assert_non_null(cfg);
}

/* A configuration without mistakes, to which one is added. */
#define SOUND "listen: []\nlisten_plain: [127.0.0.1:8080]\n"

static void check_found(const char *code, int line, int col)
{
    for (size_t i = 0; i < diags.n; i++)
        if (strcmp(diags.item[i].code, code) == 0 && diags.item[i].at.line == line &&
            (col == 0 || diags.item[i].at.col == col))
            return;
    for (size_t i = 0; i < diags.n; i++)
        print_message("# %d:%d %s %s\n", diags.item[i].at.line, diags.item[i].at.col,
                      diags.item[i].code, diags.item[i].text.en);
    fail_msg("no %s at %d:%d", code, line, col);
}

static void built_in_values_are_the_safe_ones(void **state)
{
    struct config_input in = {"/nowhere/motcua.yaml", false, NULL, NULL, 0, CONFIG_FOR_SERVICE};

    (void)state;
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    check_found("C011", 0, 0); /* HTTPS is the default, so a certificate is missing */
    assert_int_equal(diags.errors, 1);
    assert_int_equal(cfg->listen.n, 1);
    assert_true(config_address_local(cfg->listen.item[0]));
    assert_int_equal(cfg->listen_plain.n, 0);
    assert_false(cfg->demo);
    assert_int_equal(cfg->log_level, 2);
    assert_int_equal(cfg->session_idle, 30);
    assert_string_equal(cfg->calendars_directory, "/nowhere/calendars");
    in.file_wanted = true;
    config_free(cfg);
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    check_found("C008", 0, 0);
}

static void later_layers_win_and_say_so(void **state)
{
    const char *const env[] = {"PATH=/bin",           "MOTCUA_WORKERS=3",
                               "MOTCUA_RATE_ACTOR=7", "MOTCUA_PUBLIC_HOSTS= a.vn , b.vn,",
                               "MOTCUA_TEST_SEED=1",  NULL};
    const struct config_flag flag[] = {{"rate.actor", "9"}, {"log.level", "debug"}};
    struct buf b;

    (void)state;
    load(SOUND "workers: 2\nrate:\n  actor: 5\n  public: 6\n", env, flag, 2);
    assert_int_equal(diags.errors, 0);
    assert_int_equal(cfg->workers, 3);
    assert_int_equal(cfg->rate_actor, 9);
    assert_int_equal(cfg->rate_public, 6);
    assert_int_equal(cfg->rate_sign_in, 10);
    assert_int_equal(cfg->log_level, 3);
    assert_int_equal(cfg->public_hosts.n, 2);
    assert_string_equal(cfg->public_hosts.item[1], "b.vn");
    assert_int_equal(cfg->origin[CONFIG_KEY_workers].source, CONFIG_ENV);
    assert_int_equal(cfg->origin[CONFIG_KEY_rate_actor].source, CONFIG_FLAG);
    assert_int_equal(cfg->origin[CONFIG_KEY_rate_public].source, CONFIG_FILE);
    assert_int_equal(cfg->origin[CONFIG_KEY_rate_public].at.line, 6);
    assert_int_equal(cfg->origin[CONFIG_KEY_rate_sign_in].source, CONFIG_BUILT_IN);
    buf_init(&b, 65536);
    config_show(cfg, LANG_EN, &b);
    assert_non_null(strstr(buf_cstr(&b), "= 3   [environment]"));
    assert_non_null(strstr(buf_cstr(&b), "motcua.yaml:6]"));
    assert_non_null(strstr(buf_cstr(&b), "= 9 /s   [command line]"));
    buf_free(&b);
}

static void every_mistake_is_found_at_once_with_line_and_column(void **state)
{
    static const char text[] = SOUND /* 2 lines */
        "workes: 2\n"                /* 3 */
        "rate:\n"
        "  actor: viele\n"     /* 5 */
        "  public: 0\n"        /* 6 */
        "  sing_in: 4\n"       /* 7 */
        "demo: yes\n"          /* 8 */
        "log: {level: inof}\n" /* 9 */
        "database: hello\n"    /* 10 */
        "session:\n"
        "  idle: {a: 1}\n"         /* 12 */
        "public_hosts: [{a: 1}]\n" /* 13 */
        "limits:\n"
        "  head: 99999999999999999999\n"; /* 15 */

    (void)state;
    load(text, NULL, NULL, 0);
    check_found("Y010", 3, 1);
    check_found("C002", 5, 10);
    check_found("C003", 6, 11);
    check_found("Y010", 7, 3);
    check_found("C004", 8, 7);
    check_found("C005", 9, 14);
    check_found("Y013", 10, 11);
    check_found("C013", 12, 0);
    check_found("C013", 13, 0);
    check_found("C002", 15, 9);
    assert_int_equal(diags.errors, 10);
    for (size_t i = 0; i < diags.n; i++) {
        if (diags.item[i].at.line == 3)
            assert_string_equal(diags.item[i].nearest, "workers");
        if (diags.item[i].at.line == 7)
            assert_string_equal(diags.item[i].nearest, "sign_in");
        if (diags.item[i].at.line == 9)
            assert_string_equal(diags.item[i].nearest, "info");
        assert_true(strlen(diags.item[i].text.vi) > 5 && strlen(diags.item[i].text.en) > 5);
    }
}

static void unknown_variables_and_flags_are_mistakes(void **state)
{
    const char *const env[] = {"MOTCUA_WORKRES=3", NULL};
    const struct config_flag flag[] = {{"rate.acter", "9"}};

    (void)state;
    load(SOUND, env, flag, 1);
    assert_int_equal(diags.errors, 2);
    assert_string_equal(diags.item[0].code, "C001");
    assert_string_equal(diags.item[0].nearest, "MOTCUA_WORKERS");
    assert_string_equal(diags.item[1].nearest, "rate.actor");
}

static void plain_http_beyond_loopback_is_refused(void **state)
{
    static const struct {
        const char *address;
        const char *code; /* NULL: fine */
    } cases[] = {
        {"127.0.0.1:8080", NULL},
        {"127.9.9.9:1", NULL},
        {"'[::1]:8080'", NULL},
        {"unix:/run/m.sock", NULL},
        {"0.0.0.0:8080", "C010"},
        {"10.0.0.1:80", "C010"},
        {"'[::]:80'", "C010"},
        {"'[fd00::1]:80'", "C010"},
        {"localhost:80", "C006"},
        {"127.0.0.1", "C006"},
        {"127.0.0.1:99999", "C006"},
        {"127.0.0.1:http", "C006"},
        {"'::1:8080'", "C006"},
        {"unix:relative.sock", "C006"},
        {"127.0.0.1.evil.vn:80", "C006"},
        {"'[127.0.0.1]:80'", "C006"},
        {"1270.0.0.1:80", "C006"},
    };
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "listen: []\nlisten_plain: [%s]\n", cases[i].address);
        load(text, NULL, NULL, 0);
        assert_int_equal(diags.errors, cases[i].code ? 1 : 0);
        if (cases[i].code)
            check_found(cases[i].code, 2, 15);
        snprintf(text, sizeof text, "listen: []\nlisten_ops: [%s]\n", cases[i].address);
        load(text, NULL, NULL, 0);
        assert_int_equal(diags.errors, cases[i].code ? 1 : 0);
    }
}

static void https_needs_a_certificate_and_a_closed_key(void **state)
{
    char text[256];

    (void)state;
    load("listen: [0.0.0.0:8443]\n", NULL, NULL, 0);
    check_found("C011", 1, 9);
    snprintf(text, sizeof text, "listen: [0.0.0.0:8443]\ntls:\n  cert: cert\n  key: secret\n");
    load(text, NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_string_equal(cfg->tls_key, secret); /* beside the file */
    chmod(secret, 0640);
    load(text, NULL, NULL, 0);
    check_found("C009", 4, 8);
    chmod(secret, 0604);
    load(text, NULL, NULL, 0);
    check_found("C009", 4, 8);
    unlink(secret);
    load(text, NULL, NULL, 0);
    check_found("C008", 4, 8);
}

static void secrets_come_from_closed_files_and_are_never_shown(void **state)
{
    char env_file[128];
    const char *const env[] = {env_file, NULL};
    const char *const env_password[] = {"MOTCUA_DATABASE_APP=host=/x password=lo", NULL};
    struct buf b;

    (void)state;
    load(SOUND "database:\n  app: host=/x user=a\n  app_password_file: secret\n", NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_string_equal(cfg->database_app_password, "bi mat"); /* line end dropped */
    assert_string_equal(config_conninfo(cfg, CONFIG_DB_APP), "host=/x user=a password='bi mat'");
    assert_string_equal(config_conninfo(cfg, CONFIG_DB_REPORT), "host=/x user=a password='bi mat'");
    buf_init(&b, 65536);
    config_show(cfg, LANG_VI, &b);
    config_show_json(cfg, &b);
    assert_null(strstr(buf_cstr(&b), "bi mat"));
    assert_non_null(strstr(buf_cstr(&b), "database.app_password_file"));
    buf_free(&b);
    chmod(secret, 0644);
    load(SOUND "database:\n  app_password_file: secret\n", NULL, NULL, 0);
    check_found("C009", 4, 22);
    chmod(secret, 0400);
    snprintf(env_file, sizeof env_file, "MOTCUA_DATABASE_APP_PASSWORD_FILE=%s", secret);
    load(SOUND, env, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_string_equal(cfg->database_app_password, "bi mat");
    load(SOUND, env_password, NULL, 0);
    check_found("C007", 0, 0);
    for (size_t i = 0; i < diags.n; i++)
        assert_null(strstr(diags.item[i].text.en, "=lo"));
}

static void a_password_in_the_file_wants_a_closed_file_and_is_masked(void **state)
{
    struct config_input in = {file, true, NULL, NULL, 0, CONFIG_FOR_SERVICE};
    struct buf b;

    (void)state;
    load(SOUND "database:\n  app: host=/x password='mo\\'t hai' user=a\n"
               "  migrate: postgresql://u:ba@[::1]/m\n",
         NULL, NULL, 0);
    check_found("C009", 4, 8); /* mode 0644 */
    check_found("C009", 5, 12);
    config_free(cfg);
    chmod(file, 0600);
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    assert_int_equal(diags.errors, 0);
    buf_init(&b, 65536);
    config_show(cfg, LANG_VI, &b);
    assert_non_null(strstr(buf_cstr(&b), "host=/x password=*** user=a"));
    assert_non_null(strstr(buf_cstr(&b), "postgresql://u:***@[::1]/m"));
    assert_null(strstr(buf_cstr(&b), "hai"));
    buf_free(&b);
}

static void passwords_are_quoted_into_both_notations(void **state)
{
    struct config_input in = {file, true, NULL, NULL, 0, CONFIG_FOR_SERVICE};

    (void)state;
    write_file(secret, "a'b\\c &%", 0600);
    load(SOUND "database:\n  app: postgresql://u@/m?host=/x\n  app_password_file: secret\n"
               "  migrate: host=/x\n  migrate_password_file: secret\n",
         NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_string_equal(config_conninfo(cfg, CONFIG_DB_MIGRATE), "host=/x"); /* not ours to read */
    assert_string_equal(config_conninfo(cfg, CONFIG_DB_APP),
                        "postgresql://u@/m?host=/x&password=%61%27%62%5C%63%20%26%25");
    config_free(cfg);
    in.use = CONFIG_FOR_MIGRATE;
    cfg = config_load(&in, &diags);
    assert_string_equal(config_conninfo(cfg, CONFIG_DB_MIGRATE),
                        "host=/x password='a\\'b\\\\c &%'");
    assert_string_equal(cfg->database_app_password, "");
}

static void migrating_needs_neither_certificates_nor_the_service_s_secrets(void **state)
{
    struct config_input in = {file, true, NULL, NULL, 0, CONFIG_FOR_MIGRATE};

    (void)state;
    load("listen: [0.0.0.0:8443]\ntls: {cert: none, key: none}\nidentity: {salt_file: none}\n"
         "database: {app_password_file: none}\n",
         NULL, NULL, 0);
    assert_int_equal(diags.errors, 4);
    config_free(cfg);
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    assert_int_equal(diags.errors, 0);
}

static void a_short_salt_is_refused(void **state)
{
    (void)state;
    load(SOUND "identity: {salt_file: secret}\n", NULL, NULL, 0);
    check_found("C014", 3, 0);
    write_file(secret, "0123456789abcdef0123456789abcdef", 0600);
    load(SOUND "identity: {salt_file: secret}\n", NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_int_equal(strlen(cfg->identity_salt), 32);
}

static void what_people_can_do_in_a_day_is_checked(void **state)
{
    static const char *const bad[] = {"specialist",      "specialist=",
                                      "specialist=many", "=5",
                                      "specialist=-1",   "specialits=15",
                                      "lan=5",           "specialist=15, leader=4, specialist=20"};
    char text[512];

    (void)state;
    load(SOUND "reports: {capacity: [specialist=15, minh.congsan=0, leader=100000]}\n", NULL, NULL,
         0);
    assert_int_equal(diags.errors, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, "%sreports: {capacity: [%s]}\n", SOUND, bad[i]);
        load(text, NULL, NULL, 0);
        check_found("C015", 3, 0);
    }
}

static void roles_that_must_have_codes_are_roles_and_there_is_a_key(void **state)
{
    (void)state;
    load(SOUND "session: {second_factor: [supervisor]}\n", NULL, NULL, 0);
    check_found("C018", 3, 0);
    load(SOUND "session: {second_factor: [], second_factor_key_file: secret}\n", NULL, NULL, 0);
    check_found("C014", 3, 0);
    write_file(secret, "0123456789abcdef0123456789abcdef", 0600);
    load(SOUND "session: {second_factor: [superviser], second_factor_key_file: secret}\n", NULL,
         NULL, 0);
    check_found("C017", 3, 0);
    load(SOUND "session: {second_factor: [supervisor, auditor], second_factor_key_file: secret}\n",
         NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    assert_int_equal(cfg->second_factor.n, 2);
}

static void an_identity_provider_is_told_wholly(void **state)
{
    static const char *const bad[] = {
        "issuer: http://id.example.gov.vn, address: https://m.example.gov.vn, client_id: m",
        "issuer: https://, address: https://m.example.gov.vn, client_id: m",
        "issuer: https://a@id.example.gov.vn, address: https://m.example.gov.vn, client_id: m",
        "issuer: http://127.0.0.1.example.gov.vn, address: https://m.example.gov.vn, client_id: m",
        "issuer: https://id.example.gov.vn, client_id: m",
        "issuer: https://id.example.gov.vn, address: https://m.example.gov.vn/, client_id: m",
        "issuer: https://id.example.gov.vn, address: https://m.example.gov.vn",
    };
    char text[512];

    (void)state;
    load(SOUND "sso: {issuer: https://id.example.gov.vn/staff, address: https://m.example.gov.vn, "
               "client_id: m}\n",
         NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    load(SOUND "sso: {issuer: 'http://[::1]:8080/staff', address: 'http://localhost:1', "
               "client_id: m}\n",
         NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, "%ssso: {%s}\n", SOUND, bad[i]);
        load(text, NULL, NULL, 0);
        assert_int_equal(diags.errors, 1);
        assert_string_equal(diags.item[0].code, "C019");
    }
}

static void fields_that_share_a_register_book_are_checked(void **state)
{
    static const char *const bad[] = {"DD",           "DD=",          "DD=A",        "=A+B",
                                      "DD=A+",        "DD=A+B+A",     "DD=A+DD",     "D D=A+B",
                                      "A=B+C, D=B+E", "A=B+C, A=D+E", "A=B+C, D=A+E"};
    char text[512];

    (void)state;
    load(SOUND "reports: {register_fields: [DD-XD=G06-TN01+G09-XD02, X=Y+Z+W]}\n", NULL, NULL, 0);
    assert_int_equal(diags.errors, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, "%sreports: {register_fields: [%s]}\n", SOUND, bad[i]);
        load(text, NULL, NULL, 0);
        check_found("C016", 3, 0);
    }
}

static void a_reload_keeps_what_needs_a_restart(void **state)
{
    struct config *running;
    struct config_input in = {file, true, NULL, NULL, 0, CONFIG_FOR_SERVICE};

    (void)state;
    load(SOUND "workers: 2\nrate: {actor: 5}\n", NULL, NULL, 0);
    running = cfg;
    cfg = NULL;
    write_file(file, SOUND "workers: 4\nrate: {actor: 6}\n", 0644);
    diags_init(&diags, arena);
    cfg = config_load(&in, &diags);
    assert_int_equal(diags.errors, 0);
    config_keep_fixed(running, cfg, &diags);
    assert_int_equal(cfg->workers, 2);
    assert_int_equal(cfg->rate_actor, 6);
    assert_int_equal(diags.n, 1);
    assert_string_equal(diags.item[0].code, "C020");
    config_free(running);
}

static void mutated_files_never_crash_and_never_slip_through(void **state)
{
    static const char base[] =
        SOUND "workers: 2\nrate:\n  actor: 5\n  public: 6\nsession:\n"
              "  idle: 30\nlog:\n  level: warn\npublic_hosts: [a.vn, b.vn]\n";
    unsigned seed = 7;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char text[sizeof base + 8];
        size_t n = sizeof base - 1, at;

        memcpy(text, base, sizeof base);
        for (int j = 0; j < 1 + i % 3; j++) {
            at = (seed = seed * 1103515245 + 12345) / 65536 % n;
            if (j % 2)
                memmove(text + at, text + at + 1, n-- - at);
            else
                text[at] = (char)((seed = seed * 1103515245 + 12345) / 65536 % 255 + 1);
        }
        load(text, NULL, NULL, 0);
        /* What is accepted is within the table's bounds and safe. */
        if (diags.errors == 0) {
            assert_in_range(cfg->workers, 0, 64);
            assert_in_range(cfg->rate_actor, 1, 10000);
            assert_in_range(cfg->session_idle, 1, 1440);
            for (size_t k = 0; k < cfg->listen_plain.n; k++)
                assert_true(config_address_local(cfg->listen_plain.item[k]));
        }
        arena_reset(arena);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(built_in_values_are_the_safe_ones),
        T(later_layers_win_and_say_so),
        T(every_mistake_is_found_at_once_with_line_and_column),
        T(unknown_variables_and_flags_are_mistakes),
        T(plain_http_beyond_loopback_is_refused),
        T(https_needs_a_certificate_and_a_closed_key),
        T(secrets_come_from_closed_files_and_are_never_shown),
        T(a_password_in_the_file_wants_a_closed_file_and_is_masked),
        T(passwords_are_quoted_into_both_notations),
        T(migrating_needs_neither_certificates_nor_the_service_s_secrets),
        T(a_short_salt_is_refused),
        T(what_people_can_do_in_a_day_is_checked),
        T(roles_that_must_have_codes_are_roles_and_there_is_a_key),
        T(an_identity_provider_is_told_wholly),
        T(fields_that_share_a_register_book_are_checked),
        T(a_reload_keeps_what_needs_a_restart),
        T(mutated_files_never_crash_and_never_slip_through),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
