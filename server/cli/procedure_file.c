/* Procedure and organisation files read for verbs, and how their mistakes are printed.
 * The caller's arena owns what is read.  Main thread. */
#include "server/cli/procedure_file.h"

#include <dirent.h>
#include <stdlib.h>

#include "common/base/json_out.h"
#include "common/base/yaml.h"

void procedure_file_load(struct arena *a, const char *path, const struct organisation *org,
                         struct procedure_file *ret)
{
    struct procedure_env env = {.org = org};
    struct text2 why;

    *ret = (struct procedure_file){.path = path};
    diags_init(&ret->diags, a);
    if (cli_file_read(a, path, YAML_BYTES_MAX, &ret->text, &why))
        ret->procedure = procedure_compile(a, ret->text, &env, &ret->diags);
    else
        diag_add_text(&ret->diags, DIAG_ERROR, (struct mark){0, 0}, "P000", why);
}

void report_diags(struct cli *c, const char *path, struct span text, const struct diags *d,
                  struct buf *out)
{
    struct jw w = jw_to(out);
    struct buf one;

    if (!c->json) {
        diags_print(d, path, text, c->lang, out);
        return;
    }
    buf_init(&one, (size_t)8 << 20);
    diags_json(d, path, c->lang, &one);
    jw_open(&w);
    jw_kstr(&w, "file", path);
    jw_kbool(&w, "fine", d->errors == 0);
    jw_kraw(&w, "mistakes", (struct span){one.p, one.n});
    jw_close(&w);
    buf_free(&one);
}

struct procedure *procedure_file_need(struct cli *c, struct arena *a, const char *path,
                                      const struct organisation *org)
{
    struct procedure_file file;
    struct buf out;

    procedure_file_load(a, path, org, &file);
    if (file.procedure)
        return file.procedure;
    buf_init(&out, (size_t)8 << 20);
    report_diags(c, path, file.text, &file.diags, &out);
    if (c->json)
        buf_char(&out, '\n');
    (void)cli_put(c->json ? c->out : c->err, &out);
    buf_free(&out);
    return NULL;
}

bool organisation_file_load(struct cli *c, struct arena *a, const struct organisation **ret)
{
    const char *path = arena_printf(a, "%s/organisation.yaml", c->config_dir);
    const struct organisation *org;
    struct span text;
    struct text2 why;
    struct diags d;
    struct buf out;

    *ret = NULL;
    diags_init(&d, a);
    if (!cli_file_read(a, path, YAML_BYTES_MAX, &text, &why))
        return true;
    org = organisation_compile(a, text, &d);
    *ret = org;
    if (org)
        return true;
    buf_init(&out, (size_t)8 << 20);
    report_diags(c, path, text, &d, &out);
    (void)cli_put(c->err, &out);
    buf_free(&out);
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n > m && strcmp(s + n - m, end) == 0;
}

bool list_yaml(struct arena *a, const char *folder, const char ***ret, size_t *ret_n)
{
    DIR *d = opendir(folder);
    const char **path = NULL;
    size_t n = 0, cap = 0;
    struct dirent *e;

    if (!d)
        return false;
    while ((e = readdir(d)) && n < 5000)
        if (ends_with(e->d_name, ".yaml") && !ends_with(e->d_name, ".scenario.yaml"))
            ARENA_PUSH(a, path, n, cap) = arena_printf(a, "%s/%s", folder, e->d_name);
    (void)closedir(d); /* was only read */
    if (n)
        qsort(path, n, sizeof *path, by_name);
    *ret = path;
    *ret_n = n;
    return true;
}
