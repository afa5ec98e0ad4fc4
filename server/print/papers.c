/* The templates in force: those built in, or those of a folder.  Read once, never changed; the
 * owner frees them.  Any thread afterwards. */
#include <stdlib.h>

#include "server/core/texts.h"
#include "server/print/print.h"

#define ARENA_MAX ((size_t)64 << 20)

struct print_papers {
    struct arena *arena;
    struct paper_set set;
};

struct reading {
    struct print_papers *p;
    enum lang lang;
    struct buf *error;
};

static bool add(void *ctx, const char *name, struct span text)
{
    const struct reading *r = ctx;
    struct print_papers *p = r->p;
    struct diags d;
    struct paper_template *t;

    diags_init(&d, p->arena);
    t = paper_template_compile(p->arena, text, &d);
    if (t && p->set.n < PAPER_TEMPLATES_MAX) {
        p->set.item[p->set.n++] = t;
        return true;
    }
    diags_print(&d, name, text, r->lang, r->error);
    if (t)
        buf_printf(r->error, "%s: > %d\n", name, PAPER_TEMPLATES_MAX);
    return false;
}

struct print_papers *print_papers_load(const char *dir, enum lang lang, struct buf *ret_error)
{
    struct print_papers *p = calloc(1, sizeof *p);
    struct reading r = {p, lang, ret_error};
    bool ok;

    if (!p)
        abort();
    p->arena = arena_new(ARENA_MAX);
    ok = texts_each(p->arena, dir, embed_papers, add, &r, ret_error);
    arena_scratch_free(p->arena); /* trees of the templates: each reload keeps what it read */
    return ok ? p : print_papers_free(p);
}

struct print_papers *print_papers_free(struct print_papers *p)
{
    if (p)
        arena_free(p->arena);
    free(p);
    return NULL;
}

const struct paper_set *print_papers_set(const struct print_papers *p)
{
    return &p->set;
}
