/* The templates in force: those built in, or those of a folder.  Read once, never changed; the
 * owner frees them.  Any thread afterwards. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/core/embed.h"
#include "server/print/print.h"

#define ARENA_MAX ((size_t)64 << 20)
#define FILE_MAX  ((size_t)1 << 20)

struct print_papers {
    struct arena *arena;
    struct paper_set set;
};

static bool add(struct print_papers *p, const char *name, struct span text, enum lang lang,
                struct buf *ret_error)
{
    struct diags d;
    struct paper_template *t;

    diags_init(&d, p->arena);
    t = paper_template_compile(p->arena, text, &d);
    if (t && p->set.n < PAPER_TEMPLATES_MAX) {
        p->set.item[p->set.n++] = t;
        return true;
    }
    diags_print(&d, name, text, lang, ret_error);
    if (t)
        buf_printf(ret_error, "%s: > %d\n", name, PAPER_TEMPLATES_MAX);
    return false;
}

static bool add_file(struct print_papers *p, const char *dir, const char *name, enum lang lang,
                     struct buf *ret_error)
{
    const char *path = arena_printf(p->arena, "%s/%s", dir, name);
    char *text = arena_alloc(p->arena, FILE_MAX + 1);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, FILE_MAX + 1, f) : 0;
    bool ok = f && !ferror(f) && n <= FILE_MAX;

    if (!ok)
        buf_printf(ret_error, "%s: %s\n", path, f ? "?" : strerror(errno));
    if (f)
        (void)fclose(f);
    return ok && add(p, path, (struct span){text, n}, lang, ret_error);
}

static int is_yaml(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return n > 5 && e->d_name[0] != '.' && strcmp(e->d_name + n - 5, ".yaml") == 0;
}

static bool add_folder(struct print_papers *p, const char *dir, enum lang lang,
                       struct buf *ret_error)
{
    struct dirent **list = NULL;
    int n = scandir(dir, &list, is_yaml, alphasort);
    bool ok = n > 0;

    if (n <= 0)
        buf_printf(ret_error, "%s: %s\n", dir, n < 0 ? strerror(errno) : "no *.yaml");
    for (int i = 0; i < n; i++) {
        ok = add_file(p, dir, list[i]->d_name, lang, ret_error) && ok;
        free(list[i]);
    }
    free(list);
    return ok;
}

static bool add_embedded(struct print_papers *p, enum lang lang, struct buf *ret_error)
{
    bool ok = true;

    for (const struct embedded *e = embed_papers; e->name; e++)
        ok = add(p, e->name, (struct span){e->data, (size_t)(e->end - e->data)}, lang, ret_error) &&
             ok;
    return ok;
}

struct print_papers *print_papers_load(const char *dir, enum lang lang, struct buf *ret_error)
{
    struct print_papers *p = calloc(1, sizeof *p);
    bool ok;

    if (!p)
        abort();
    p->arena = arena_new(ARENA_MAX);
    ok = dir && *dir ? add_folder(p, dir, lang, ret_error) : add_embedded(p, lang, ret_error);
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
