/* gzip for answers that say what is published: same for many people, long, and without a secret
 * beside what somebody else may put in (BREACH).  Which those are, their routes say (ROUTE_PACK).
 * Owns its buffers and zlib's state.  The worker's thread. */
#include "server/api/packing.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/base/buf.h"

#define LEVEL    5
#define SLOTS    32
#define KEPT_MAX ((size_t)64 * 1024) /* longer ones are packed each time */
#define BODY_MAX ((size_t)4 << 20)   /* longer ones go as they are */
#define GZIP     (15 + 16)           /* zlib: the largest window, in gzip's frame */
#define MEMORY   8

struct slot {
    char *block; /* the body, and behind it what it was packed to */
    struct span raw, packed;
};

struct packing {
    z_stream z;
    struct buf out;
    struct slot slot[SLOTS];
};

struct packing *packing_new(void)
{
    struct packing *p = calloc(1, sizeof *p);

    if (!p || deflateInit2(&p->z, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    buf_init(&p->out, BODY_MAX);
    return p;
}

static void forget(struct slot *s)
{
    free(s->block);
    *s = (struct slot){NULL, SPAN_NONE, SPAN_NONE};
}

struct packing *packing_free(struct packing *p)
{
    if (!p)
        return NULL;
    (void)deflateEnd(&p->z);
    for (size_t i = 0; i < SLOTS; i++)
        forget(&p->slot[i]);
    buf_free(&p->out);
    free(p);
    return NULL;
}

static void remember(struct slot *s, struct span raw, struct span packed)
{
    char *block = malloc(raw.n + packed.n);

    forget(s);
    if (!block)
        return;
    memcpy(block, raw.p, raw.n);
    memcpy(block + raw.n, packed.p, packed.n);
    *s = (struct slot){block, {block, raw.n}, {block + raw.n, packed.n}};
}

struct span packing_pack(struct packing *p, struct span body)
{
    struct span packed;
    struct slot *s;

    if (body.n < PACK_MIN || body.n > BODY_MAX)
        return SPAN_NONE;
    s = &p->slot[adler32(1, (const Bytef *)body.p, (uInt)body.n) % SLOTS];
    if (s->raw.n == body.n && memcmp(s->raw.p, body.p, body.n) == 0)
        return s->packed;
    buf_clear(&p->out);
    if (deflateReset(&p->z) != Z_OK || !buf_room(&p->out, body.n))
        return SPAN_NONE;
    p->z.next_in = (z_const Bytef *)(uintptr_t)body.p;
    p->z.avail_in = (uInt)body.n;
    p->z.next_out = (Bytef *)p->out.p;
    p->z.avail_out = (uInt)body.n; /* what does not get smaller does not fit */
    if (deflate(&p->z, Z_FINISH) != Z_STREAM_END)
        return SPAN_NONE;
    packed = (struct span){p->out.p, body.n - p->z.avail_out};
    if (body.n <= KEPT_MAX)
        remember(s, body, packed);
    return packed;
}

bool packing_accepts(struct span rest, const char *coding)
{
    struct span item, name, q;

    while (rest.n) {
        (void)span_cut(rest, ',', &item, &rest);
        (void)span_cut(item, ';', &name, &q);
        q = span_trim(q);
        if (span_is(span_trim(name), coding))
            return !(span_is(q, "q=0") || span_is(q, "q=0.0") || span_is(q, "q=0.00") ||
                     span_is(q, "q=0.000"));
    }
    return false;
}
