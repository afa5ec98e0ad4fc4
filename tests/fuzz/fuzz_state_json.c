/* Any bytes as a stored state or as the payload of an event: refused or read, and what is read
 * writes itself the same way twice.  First byte: what to read it as. */
#include <stdlib.h>

#include "common/dossier/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void as_state(struct arena *a, struct span text)
{
    struct dossier *s = dossier_of_json(a, text), *again;
    struct buf one, two;

    if (!s)
        return;
    buf_init(&one, (size_t)1 << 22);
    buf_init(&two, (size_t)1 << 22);
    dossier_to_json(s, &one);
    must(buf_ok(&one));
    again = dossier_of_json(a, (struct span){one.p, one.n});
    must(again != NULL);
    dossier_to_json(again, &two);
    must(one.n == two.n && memcmp(one.p, two.p, one.n) == 0);
    buf_free(&one);
    buf_free(&two);
}

static void as_payload(struct arena *a, enum event_kind k, struct span text)
{
    struct payload p, again;
    const char *one, *two;

    if (!payload_read(a, k, arena_span(a, text), &p))
        return;
    one = payload_write(a, k, &p);
    must(one && payload_read(a, k, one, &again));
    two = payload_write(a, k, &again);
    must(two && strcmp(one, two) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a;
    struct span text;

    if (size < 1 || size > 65536)
        return 0;
    a = arena_new((size_t)1 << 30);
    text = (struct span){(const char *)data + 1, size - 1};
    if (data[0] % EV_COUNT == 0)
        as_state(a, text);
    else
        as_payload(a, (enum event_kind)(data[0] % EV_COUNT), text);
    arena_free(a);
    return 0;
}
