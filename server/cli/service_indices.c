/* The indices that score agencies: read at the start, from the folder that the configuration names
 * or from the program.  They live until the service ends.  The main thread. */
#include "server/cli/service_inside.h"

#include <stdio.h>

#include "server/core/texts.h"

struct indices_reading {
    struct service *s;
    struct buf *error;
};

static bool index_add(void *ctx, const char *name, struct span text)
{
    const struct indices_reading *r = ctx;
    struct indices *all = &r->s->indices;
    struct diags d;
    const struct index *x;

    diags_init(&d, r->s->indices_arena);
    x = index_compile(r->s->indices_arena, text, &d);
    if (x && all->n < INDICES_MAX) {
        all->item[all->n++] = x;
        return true;
    }
    diags_print(&d, name, text, r->s->c->lang, r->error);
    return false;
}

bool service_indices(struct service *s)
{
    struct buf why;
    struct indices_reading r = {s, &why};
    bool ok;

    s->indices_arena = arena_new((size_t)16 << 20);
    buf_init(&why, 65536);
    ok =
        texts_each(s->indices_arena, s->cfg->indices_directory, embed_indices, index_add, &r, &why);
    if (!ok)
        fprintf(s->c->err, "motcuad: %s:\n%s",
                s->c->lang == LANG_EN ? "the indices cannot be used" : "không dùng được bộ chỉ số",
                buf_cstr(&why));
    buf_free(&why);
    return ok;
}
