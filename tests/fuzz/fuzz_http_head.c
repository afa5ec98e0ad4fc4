/* Fuzz target: the head parser on arbitrary bytes.  Nothing outlives a run.  One thread.
 * Checks what must hold for any input, not only that nothing crashes. */
#include <stdlib.h>

#include "server/http/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static bool inside(struct span s, const char *p, size_t n)
{
    return !s.p || (s.p >= p && s.p + s.n <= p + n);
}

static void check_accepted(const char *p, size_t n, const struct http_head *h, size_t used)
{
    struct arena *a = arena_new(1 << 20);
    struct http_param q[16];
    struct span s;

    require(used >= 4 && used <= n && memcmp(p + used - 2, "\r\n", 2) == 0);
    require(h->method < HTTP_METHODS && h->path.n > 0 && h->path.p[0] == '/');
    require(inside(h->target, p, used) && inside(h->query, p, used) && inside(h->host, p, used));
    require(!(h->chunked && h->content_length >= 0));
    require(h->minor == 0 || h->minor == 1);
    for (unsigned i = 0; i < h->fields; i++) {
        require(inside(h->field[i].name, p, used) && h->field[i].name.n > 0);
        require(inside(h->field[i].value, p, used));
        for (size_t k = 0; k < h->field[i].value.n; k++)
            require(http_is(h->field[i].value.p[k], HTTP_C_VALUE));
    }
    (void)http_decode(a, h->path, false, &s);
    (void)http_query(a, h->query, q, 16);
    (void)http_head_cookie(h, "s");
    (void)http_head_lang(h);
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_limits lim = http_limits_default;
    struct arena *a = arena_new(1 << 20);
    char *p = malloc(size ? size : 1);
    struct http_head h;
    size_t used = 0;
    enum err e = ERR_OK;
    enum http_parse r;

    require(p != NULL);
    if (size)
        memcpy(p, data, size);
    r = http_parse_head(p, size, &lim, a, &h, &used, &e);
    if (r == HTTP_PARSE_DONE) {
        check_accepted(p, size, &h, used);
        /* one byte less is not yet a head */
        require(http_parse_head(p, used - 1, &lim, a, &h, &used, &e) == HTTP_PARSE_MORE);
    } else if (r == HTTP_PARSE_BAD) {
        require(err_status(e) >= 400);
    } else {
        require(size < lim.head_max);
    }
    free(p);
    arena_free(a);
    return 0;
}
