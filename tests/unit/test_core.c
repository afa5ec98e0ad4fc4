/* Log lines, metrics, service notification: what leaves the process beside its answers. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <pthread.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/core/notify.h"
#include "server/core/signals.h"
#include "server/core/worker.h"

/* Standard error becomes a packet socket: one write is one packet. */
static int old_stderr, log_in;

static int catch_log(void **state)
{
    int pair[2];

    (void)state;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) != 0)
        return -1;
    old_stderr = dup(STDERR_FILENO);
    dup2(pair[1], STDERR_FILENO);
    close(pair[1]);
    log_in = pair[0];
    return 0;
}

static int release_log(void **state)
{
    (void)state;
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
    close(log_in);
    return 0;
}

static char line[8192];

static json_t *next_line(void)
{
    ssize_t n = read(log_in, line, sizeof line - 1);
    json_t *j;

    if (n <= 0)
        return NULL;
    assert_int_equal(line[n - 1], '\n');
    line[n] = '\0';
    for (ssize_t i = 0; i < n - 1; i++)
        assert_false((unsigned char)line[i] < 0x20 || line[i] == 0x7F);
    j = json_loadb(line, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    return j;
}

static void a_line_is_one_json_object_in_one_write(void **state)
{
    json_t *j;

    (void)state;
    clock_set_for_tests(INT64_C(1772420400123456)); /* 2026-03-02T10:00:00.123456+07:00 */
    log_event(LOG_L_WARN, "listening", LOG_STR("address", "[::1]:8443"), LOG_INT("port", -8443));
    clock_set_for_tests(INSTANT_NONE);
    j = next_line();
    assert_non_null(j);
    assert_string_equal(json_string_value(json_object_get(j, "at")),
                        "2026-03-02T10:00:00.123456+07:00");
    assert_string_equal(json_string_value(json_object_get(j, "level")), "warn");
    assert_string_equal(json_string_value(json_object_get(j, "event")), "listening");
    assert_string_equal(json_string_value(json_object_get(j, "address")), "[::1]:8443");
    assert_int_equal(json_integer_value(json_object_get(j, "port")), -8443);
    json_decref(j);
    assert_null(next_line());
}

static void nothing_in_a_value_can_break_the_line_or_steer_a_terminal(void **state)
{
    static const char evil[] = "a\nb\r\t\x1b[31m\x01\x7f\"\\ \xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9 "
                               "\xff\xc3( Nguyễn";
    json_t *j;
    const char *back;

    (void)state;
    log_event(LOG_L_INFO, "e", LOG_STR("v", evil));
    j = next_line();
    back = json_string_value(json_object_get(j, "v"));
    assert_non_null(
        strstr(back, "a\nb\r\t\x1b[31m\x01\x7f\"\\ \xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9 "));
    assert_non_null(strstr(back, "Nguyễn"));
    assert_null(strstr(line, "\xc2\x85"));
    assert_null(strstr(line, "\xe2\x80\xa8"));
    assert_null(strstr(line, "\xe2\x80\xa9"));
    assert_non_null(strstr(line, "\\ufffd\\ufffd("));
    json_decref(j);
    for (int c = 1; c < 256; c++) { /* each byte alone */
        char one[2] = {(char)c, 0};

        log_event(LOG_L_INFO, one, LOG_STR(one, one));
        json_decref(next_line());
    }
}

static void a_line_is_bounded_and_stays_json(void **state)
{
    static char big[20001], esc[5000];
    json_t *j;

    (void)state;
    for (size_t i = 0; i + 3 <= 20000; i += 3)
        memcpy(big + i, "ễ", 3);
    memset(esc, 1, sizeof esc - 1);
    log_event(LOG_L_INFO, "big", LOG_STR("a", big), LOG_STR("b", big));
    j = next_line();
    assert_true(json_string_length(json_object_get(j, "a")) <= 1030);
    assert_null(json_object_get(j, "truncated"));
    json_decref(j);
    log_event(LOG_L_INFO, "big", LOG_STR("a", esc), LOG_STR("b", "x"));
    j = next_line();
    assert_true(strlen(line) <= 4096);
    assert_int_equal(json_integer_value(json_object_get(j, "truncated")), 1);
    json_decref(j);
}

static void the_level_is_kept(void **state)
{
    (void)state;
    log_plain(LOG_L_DEBUG, "quiet");
    assert_null(next_line());
    log_set_level(LOG_L_DEBUG);
    log_plain(LOG_L_DEBUG, "loud");
    json_decref(next_line());
    log_set_level(LOG_L_ERROR);
    log_plain(LOG_L_WARN, "quiet");
    assert_null(next_line());
    log_set_level(LOG_L_INFO);
}

/* ---- metrics */

static void *count_some(void *arg)
{
    for (int i = 0; i < 1000; i++)
        metric_add(METRIC_ACTS, 1);
    metric_set(METRIC_DB_QUEUE, 2);
    return arg;
}

static void metrics_are_summed_over_threads_also_after_their_end(void **state)
{
    pthread_t t[4];
    struct buf b;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, count_some, NULL), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    metric_observe(METRIC_HTTP_DURATION, 250);
    metric_observe(METRIC_HTTP_DURATION, 251);
    metric_observe(METRIC_HTTP_DURATION, 99000001);
    buf_init(&b, 65536);
    metrics_print(&b);
    assert_non_null(
        strstr(buf_cstr(&b), "# TYPE motcua_acts_total counter\nmotcua_acts_total 4000\n"));
    assert_non_null(strstr(buf_cstr(&b), "# TYPE motcua_db_queue gauge\nmotcua_db_queue 8\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_bucket{le=\"0.00025\"} 1\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_bucket{le=\"0.0005\"} 2\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_bucket{le=\"10\"} 2\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_bucket{le=\"+Inf\"} 3\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_sum 99.000502\n"));
    assert_non_null(strstr(buf_cstr(&b), "seconds_count 3\n"));
    buf_free(&b);
}

/* ---- service notification */

static void readiness_reaches_path_and_abstract_sockets_and_silence_is_fine(void **state)
{
    char path[64], got[64];
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd;
    ssize_t n;

    (void)state;
    unsetenv("NOTIFY_SOCKET");
    assert_true(notify_send("READY=1"));
    for (int abstract = 0; abstract < 2; abstract++) {
        fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        snprintf(path, sizeof path, "/tmp/motcua-notify-%d", (int)getpid());
        memcpy(at.sun_path, path, strlen(path) + 1);
        if (abstract) {
            path[0] = '@';
            at.sun_path[0] = '\0';
        }
        assert_int_equal(bind(fd, (const struct sockaddr *)&at,
                              (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))),
                         0);
        setenv("NOTIFY_SOCKET", path, 1);
        assert_true(notify_send("READY=1"));
        n = recv(fd, got, sizeof got, MSG_DONTWAIT);
        assert_int_equal(n, 7);
        assert_memory_equal(got, "READY=1", 7);
        close(fd);
        if (!abstract)
            unlink(path);
    }
    assert_false(notify_send("READY=1")); /* nobody there any more */
    setenv("NOTIFY_SOCKET", "relative", 1);
    assert_false(notify_send("READY=1"));
    unsetenv("NOTIFY_SOCKET");
}

static void sockets_and_watchdog_are_taken_only_when_meant_for_us(void **state)
{
    char pid[16];
    int first = -1, spare;

    (void)state;
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    assert_int_equal(notify_listen_fds(&first), 0);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", "1", 1);
    assert_int_equal(notify_listen_fds(&first), 0);
    setenv("LISTEN_PID", "x", 1);
    assert_int_equal(notify_listen_fds(&first), -1);
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", "999", 1);
    assert_int_equal(notify_listen_fds(&first), -1);
    setenv("LISTEN_FDS", "1", 1);
    spare = dup2(STDOUT_FILENO, 3); /* some open descriptor in the place of the first socket */
    assert_int_equal(spare, 3);
    assert_int_equal(notify_listen_fds(&first), 1);
    assert_true(fcntl(3, F_GETFD) & FD_CLOEXEC);
    close(3);
    assert_int_equal(first, 3);
    assert_null(getenv("LISTEN_FDS"));
    assert_int_equal(notify_watchdog_us(), 0);
    setenv("WATCHDOG_USEC", "10000000", 1);
    assert_int_equal(notify_watchdog_us(), 10000000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(notify_watchdog_us(), 0);
    setenv("WATCHDOG_PID", pid, 1);
    assert_int_equal(notify_watchdog_us(), 10000000);
}

static void signals_are_taken_where_the_main_thread_waits(void **state)
{
    (void)state;
    signals_init();
    assert_int_equal(signals_wait(1), SIGNAL_NONE);
    kill(getpid(), SIGHUP);
    assert_int_equal(signals_wait(1000), SIGNAL_RELOAD);
    kill(getpid(), SIGTERM);
    assert_int_equal(signals_wait(1000), SIGNAL_STOP);
    kill(getpid(), SIGPIPE); /* ignored: we are still here */
    assert_int_equal(signals_wait(1), SIGNAL_NONE);
}

int main(void)
{
#define LOGGED(f) cmocka_unit_test_setup_teardown(f, catch_log, release_log)
    const struct CMUnitTest tests[] = {
        LOGGED(a_line_is_one_json_object_in_one_write),
        LOGGED(nothing_in_a_value_can_break_the_line_or_steer_a_terminal),
        LOGGED(a_line_is_bounded_and_stays_json),
        LOGGED(the_level_is_kept),
        cmocka_unit_test(metrics_are_summed_over_threads_also_after_their_end),
        cmocka_unit_test(readiness_reaches_path_and_abstract_sockets_and_silence_is_fine),
        cmocka_unit_test(sockets_and_watchdog_are_taken_only_when_meant_for_us),
        cmocka_unit_test(signals_are_taken_where_the_main_thread_waits),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
