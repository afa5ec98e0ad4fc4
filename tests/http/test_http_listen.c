/* Listening addresses and peers.  Each test closes what it opens.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/http/http.h"
#include "server/http/peer.h"

static void only_loopback_and_unix_sockets_are_local(void **state)
{
    static const struct {
        const char *address;
        bool local;
    } row[] = {
        {"127.0.0.1:8080", true},   {"127.9.9.9:1", true},
        {"localhost:8443", true},   {"[::1]:8443", true},
        {"unix:/run/a.sock", true}, {"0.0.0.0:80", false},
        {"[::]:80", false},         {"10.0.0.1:80", false},
        {"128.0.0.1:80", false},    {"[::ffff:1.2.3.4]:80", false},
        {"nonsense", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (http_address_is_local(row[i].address) != row[i].local)
            fail_msg("%s", row[i].address);
}

static void a_bad_address_is_refused_with_its_text(void **state)
{
    static const char *const row[] = {
        "",       "8080",         ":8080",    "127.0.0.1",     "127.0.0.1:", "127.0.0.1:65536",
        "a.b:80", "127.0.0.1:-1", "[::1]",    "[::1:80",       "::1:80",     "127.0.0.1:80x",
        "unix:",  "[]:80",        "1.2.3:80", "127.0.0.1: 80",
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct buf e;

        buf_init(&e, 4096);
        if (http_listen(row[i], &e) != -1 || e.n == 0)
            fail_msg("%s", row[i]);
        buf_free(&e);
    }
}

static void a_taken_port_says_so(void **state)
{
    struct sockaddr_in in;
    socklen_t n = sizeof in;
    char address[64];
    struct buf e;
    int fd;

    (void)state;
    buf_init(&e, 4096);
    fd = http_listen("127.0.0.1:0", &e);
    assert_true(fd >= 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &n), 0);
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(in.sin_port));
    assert_int_equal(http_listen(address, &e), -1);
    assert_non_null(strstr(buf_cstr(&e), "hãy chọn cổng khác"));
    close(fd);
    buf_free(&e);
}

static void a_stale_unix_socket_is_replaced_a_live_one_and_a_file_are_not(void **state)
{
    char dir[] = "/tmp/test_http_listen_XXXXXX", path[64], address[80];
    struct stat st;
    struct buf e;
    FILE *f;
    int fd;

    (void)state;
    buf_init(&e, 4096);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/s", dir);
    (void)snprintf(address, sizeof address, "unix:%s", path);
    fd = http_listen(address, &e);
    assert_true(fd >= 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    assert_int_equal(http_listen(address, &e), -1); /* alive */
    close(fd);
    fd = http_listen(address, &e); /* left behind */
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(unlink(path), 0);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(http_listen(address, &e), -1);
    assert_int_equal(stat(path, &st), 0); /* somebody's file stays */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir), 0);
    buf_free(&e);
}

static struct http_peer peer6(const char *text)
{
    struct sockaddr_in6 in = {.sin6_family = AF_INET6};

    assert_int_equal(inet_pton(AF_INET6, text, &in.sin6_addr), 1);
    return http_peer_of((struct sockaddr *)&in);
}

static struct http_peer peer4(const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};

    assert_int_equal(inet_pton(AF_INET, text, &in.sin_addr), 1);
    return http_peer_of((struct sockaddr *)&in);
}

static void a_peer_is_an_ipv4_address_or_an_ipv6_64(void **state)
{
    struct http_peer a = peer6("2001:db8:1:2::1"), b = peer6("2001:db8:1:2:ffff::9");
    struct http_peer c = peer6("2001:db8:1:3::1"), d = peer4("192.0.2.7");
    struct http_peer e = peer6("::ffff:192.0.2.7"), f = peer4("192.0.2.8");
    char text[48];

    (void)state;
    assert_true(http_peer_enter(&a, 2));
    assert_true(http_peer_enter(&b, 2));
    assert_false(http_peer_enter(&a, 2)); /* the same /64 */
    assert_true(http_peer_enter(&c, 2));
    http_peer_leave(&b);
    assert_true(http_peer_enter(&a, 2));
    assert_true(http_peer_enter(&d, 1));
    assert_false(http_peer_enter(&e, 1)); /* the same IPv4 address */
    assert_true(http_peer_enter(&f, 1));
    http_peer_leave(&a);
    http_peer_leave(&a);
    http_peer_leave(&c);
    http_peer_leave(&e);
    http_peer_leave(&f);
    http_peer_text(&e, text, sizeof text);
    assert_string_equal(text, "192.0.2.7");
    http_peer_text(&a, text, sizeof text);
    assert_string_equal(text, "2001:db8:1:2::1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_loopback_and_unix_sockets_are_local),
        cmocka_unit_test(a_bad_address_is_refused_with_its_text),
        cmocka_unit_test(a_taken_port_says_so),
        cmocka_unit_test(a_stale_unix_socket_is_replaced_a_live_one_and_a_file_are_not),
        cmocka_unit_test(a_peer_is_an_ipv4_address_or_an_ipv6_64),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
