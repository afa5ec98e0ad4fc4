/* Fuzz target: the chunk decoder.  Nothing outlives a run.  One thread.
 * The first byte chooses how the rest is cut; cutting must never change the result. */
#include <stdlib.h>

#include "server/http/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static enum http_parse run(const char *p, size_t n, size_t step, struct buf *out, size_t *ret_at)
{
    struct http_chunks c;
    enum http_parse r = HTTP_PARSE_MORE;
    size_t at = 0, end = 0;

    http_chunks_init(&c);
    while (end < n && r == HTTP_PARSE_MORE) {
        end = n - end < step ? n : end + step;
        while (at < end && r == HTTP_PARSE_MORE) {
            struct span data = SPAN_NONE;
            size_t used = 0;

            r = http_chunks_feed(&c, p + at, end - at, &used, &data);
            if (r == HTTP_PARSE_BAD)
                break;
            require(used > 0 && used <= end - at);
            require(!data.p || (data.p >= p + at && data.p + data.n <= p + end));
            buf_span(out, data);
            at += used;
        }
    }
    *ret_at = at;
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole, cut;
    size_t at_whole, at_cut;
    enum http_parse r;
    char *p;

    if (size < 2)
        return 0;
    p = malloc(size - 1);
    require(p != NULL);
    memcpy(p, data + 1, size - 1);
    buf_init(&whole, 1 << 20);
    buf_init(&cut, 1 << 20);
    r = run(p, size - 1, size - 1, &whole, &at_whole);
    require(r == run(p, size - 1, (size_t)data[0] + 1, &cut, &at_cut));
    if (r == HTTP_PARSE_DONE)
        require(at_whole == at_cut &&
                span_eq((struct span){whole.p, whole.n}, (struct span){cut.p, cut.n}));
    buf_free(&whole);
    buf_free(&cut);
    free(p);
    return 0;
}
