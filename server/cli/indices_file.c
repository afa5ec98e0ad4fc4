/* The indices that score agencies, read from the folder that the configuration names or from the
 * program; they live in the arena of who asks.  Main thread. */
#include "server/cli/indices_file.h"

#include "server/core/embed.h"
#include "server/core/texts.h"

struct reading {
    struct cli *c;
    struct arena *a;
    struct indices *all;
    struct buf *error;
};

static bool index_add(void *ctx, const char *name, struct span text)
{
    const struct reading *r = ctx;
    struct diags d;
    const struct index *x;

    diags_init(&d, r->a);
    x = index_compile(r->a, text, &d);
    if (x && r->all->n < INDICES_MAX) {
        r->all->item[r->all->n++] = x;
        return true;
    }
    diags_print(&d, name, text, r->c->lang, r->error);
    return false;
}

bool indices_read(struct cli *c, struct arena *a, const char *folder, struct indices *ret)
{
    struct buf why;
    struct reading r = {c, a, ret, &why};
    bool ok;

    buf_init(&why, 65536);
    ok = texts_each(a, folder, embed_indices, index_add, &r, &why);
    if (!ok)
        fprintf(c->err, "motcuad: %s:\n%s",
                c->lang == LANG_EN ? "the indices cannot be used" : "không dùng được bộ chỉ số",
                buf_cstr(&why));
    buf_free(&why);
    return ok;
}
