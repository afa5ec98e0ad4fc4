/* Any bytes as answers of a database server: nothing is read beyond what came, rows lie within it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/db/db.h"
#include "server/db/pgwire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct pgwire *w, const struct db_rows *r)
{
    for (int i = 0; i < r->n * r->cols; i++) {
        const struct pgwire_value *v = &r->value[i];

        assert(!v->p || (v->p >= w->in && v->p + v->len <= w->in + w->in_n));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pgwire w = {.fd = -1};
    struct pgwire_message m;
    struct db_rows r;

    w.in = malloc(size ? size : 1);
    if (!w.in)
        return 0;
    memcpy(w.in, data, size);
    w.in_n = w.in_cap = size;
    while (pgwire_next(&w, &m)) {
        (void)strlen(pgwire_field(&m, 'M'));
        (void)pgwire_jsonb(&m);
        if (m.type != 'Z')
            continue;
        if (pgwire_rows(&w, &r))
            look(&w, &r);
        pgwire_begin(&w);
    }
    pgwire_close(&w);
    return 0;
}
