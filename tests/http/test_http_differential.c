/* Compares our parser with Node's on mutated requests: nothing that Node refuses may be accepted.
 * Without arguments: runs node_differential.mjs, which prints TAP and starts this program again
 * with --driver.  As driver: one line of hexadecimal bytes in, one line of JSON out.  One thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/http/wire.h"

#define LINE_MAX_HEX ((size_t)256 * 1024)

static const char *const methods[HTTP_METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

struct seen {
    size_t used;
    size_t body_n;
    unsigned sum; /* of the body's bytes with their places */
};

static void body_add(struct seen *s, struct span piece)
{
    for (size_t i = 0; i < piece.n; i++)
        s->sum = (s->sum * 31 + (unsigned char)piece.p[i]) & 0xffffff;
    s->body_n += piece.n;
}

/* The body behind a head; false: refused or not complete. */
static bool body_read(const struct http_head *h, const char *p, size_t n, struct seen *s)
{
    struct http_chunks c;
    struct span piece;
    size_t used;

    if (!h->chunked) {
        size_t want = h->content_length > 0 ? (size_t)h->content_length : 0;

        if (want > n)
            return false;
        body_add(s, (struct span){p, want});
        s->used = want;
        return true;
    }
    http_chunks_init(&c);
    s->used = 0;
    while (s->used < n) {
        enum http_parse r = http_chunks_feed(&c, p + s->used, n - s->used, &used, &piece);

        if (r == HTTP_PARSE_BAD)
            return false;
        body_add(s, piece);
        s->used += used;
        if (r == HTTP_PARSE_DONE)
            return true;
    }
    return false;
}

/* All requests that a connection would run, as [[method, target in hex, body bytes, sum], …]. */
static void judge(const char *p, size_t n)
{
    struct arena *a = arena_new(1 << 20);
    size_t at = 0;
    bool more = true;

    printf("[");
    for (int i = 0; more && at < n; i++) {
        struct http_head h;
        struct seen s = {0};
        size_t used = 0;
        enum err e = ERR_OK;

        if (http_parse_head(p + at, n - at, &http_limits_default, a, &h, &used, &e) !=
                HTTP_PARSE_DONE ||
            !body_read(&h, p + at + used, n - at - used, &s))
            break;
        printf("%s[\"%s\",\"", i ? "," : "", methods[h.method]);
        for (size_t k = 0; k < h.target.n; k++)
            printf("%02x", (unsigned char)h.target.p[k]);
        printf("\",%zu,%u]", s.body_n, s.sum);
        at += used + s.used;
        more = h.keep_alive;
    }
    printf("]\n");
    arena_free(a);
}

static int driver(void)
{
    char *line = malloc(LINE_MAX_HEX + 2);

    if (!line)
        abort();
    while (fgets(line, (int)LINE_MAX_HEX + 2, stdin)) {
        size_t n = strcspn(line, "\n") / 2;
        char *bytes = malloc(n ? n : 1); /* exact, for the sanitizer */

        if (!bytes)
            abort();
        for (size_t i = 0; i < n; i++) {
            int hi = http_hex(line[2 * i]), lo = http_hex(line[2 * i + 1]);

            if (hi < 0 || lo < 0)
                return 2;
            bytes[i] = (char)(hi * 16 + lo);
        }
        judge(bytes, n);
        free(bytes);
        (void)fflush(stdout);
    }
    free(line);
    return 0;
}

int main(int argc, char **argv)
{
    static const char script[] = "tests/http/node_differential.mjs";
    int status = -1;
    pid_t child;

    if (argc > 1 && strcmp(argv[1], "--driver") == 0)
        return driver();
    child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "command -v node >/dev/null", (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return 1;
    if (status != 0) {
        printf("1..1\nok 1 - nothing that Node refuses is accepted # SKIP node is not installed\n");
        return 0;
    }
    execlp("node", "node", script, argv[0], (char *)NULL);
    perror(script);
    return 1;
}
