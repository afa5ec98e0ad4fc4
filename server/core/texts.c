/* Texts of configuration, built in or of a folder.  What is read lives in the caller's arena.  The
 * thread that starts or reloads the service. */
#include "server/core/texts.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)1 << 20)

static int is_yaml(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return n > 5 && e->d_name[0] != '.' && strcmp(e->d_name + n - 5, ".yaml") == 0;
}

static bool add_file(struct arena *a, const char *dir, const char *name,
                     bool (*add)(void *ctx, const char *name, struct span text), void *ctx,
                     struct buf *ret_error)
{
    const char *path = arena_printf(a, "%s/%s", dir, name);
    char *text = arena_alloc(a, FILE_MAX + 1);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, FILE_MAX + 1, f) : 0;
    bool ok = f && !ferror(f) && n <= FILE_MAX;

    if (!ok)
        buf_printf(ret_error, "%s: %s\n", path, f ? "?" : strerror(errno));
    if (f)
        (void)fclose(f);
    return ok && add(ctx, path, (struct span){text, n});
}

bool texts_each(struct arena *a, const char *dir, const struct embedded *built_in,
                bool (*add)(void *ctx, const char *name, struct span text), void *ctx,
                struct buf *ret_error)
{
    struct dirent **list = NULL;
    bool ok = true;
    int n;

    if (!dir || !*dir) {
        for (const struct embedded *e = built_in; e->name; e++)
            ok = add(ctx, e->name, (struct span){e->data, (size_t)(e->end - e->data)}) && ok;
        return ok;
    }
    n = scandir(dir, &list, is_yaml, alphasort);
    ok = n > 0;
    if (n <= 0)
        buf_printf(ret_error, "%s: %s\n", dir, n < 0 ? strerror(errno) : "no *.yaml");
    for (int i = 0; i < n; i++) {
        ok = add_file(a, dir, list[i]->d_name, add, ctx, ret_error) && ok;
        free(list[i]);
    }
    free(list);
    return ok;
}
