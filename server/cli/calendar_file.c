/* Calendars from files.  Everything lives in the caller's arena.  Main thread. */
#include "server/cli/calendar_file.h"

struct source {
    struct arena *a;
    const char *dir; /* of the file that extends */
    const char *config_dir;
};

static bool find_extended(void *ctx, const char *name, struct span *ret_text, const char **ret_file)
{
    struct source *s = ctx;
    struct text2 why;
    const char *path = arena_printf(s->a, "%s/%s.yaml", s->dir, name);

    if (!cli_file_read(s->a, path, YAML_BYTES_MAX, ret_text, &why)) {
        path = arena_printf(s->a, "%s/calendars/%s.yaml", s->config_dir, name);
        if (!cli_file_read(s->a, path, YAML_BYTES_MAX, ret_text, &why))
            return false;
    }
    *ret_file = path;
    return true;
}

bool calendar_file_load(struct cli *c, struct arena *a, const char *what, struct calendar_file *ret,
                        struct text2 *ret_why)
{
    bool word = !strchr(what, '/') && !strchr(what, '.');
    const char *path =
        word ? arena_printf(a, "%s/calendars/%s.yaml", c->config_dir, what) : arena_strdup(a, what);
    const char *slash = strrchr(path, '/');
    struct source s = {a, slash ? arena_strndup(a, path, (size_t)(slash - path)) : ".",
                       c->config_dir};

    *ret = (struct calendar_file){.path = path};
    diags_init(&ret->diags, a);
    if (!cli_file_read(a, path, YAML_BYTES_MAX, &ret->text, ret_why))
        return false;
    ret->calendar = calendar_compile(a, ret->text, find_extended, &s, &ret->diags);
    return true;
}

#define REPORT_MAX ((size_t)4 << 20)

struct calendar *calendar_file_need(struct cli *c, struct arena *a, const char *what)
{
    struct calendar_file file;
    struct text2 why;
    struct buf out;

    if (!calendar_file_load(c, a, what, &file, &why)) {
        (void)cli_refuse(c, "%s", "%s", text2_in(why, c->lang));
        return NULL;
    }
    if (file.calendar)
        return file.calendar;
    buf_init(&out, REPORT_MAX);
    diags_print(&file.diags, file.path, file.text, c->lang, &out);
    (void)cli_put(c->err, &out);
    buf_free(&out);
    (void)cli_refuse(c, "lịch %s có %zu lỗi", "mistakes in calendar %s: %zu", file.path,
                     file.diags.errors);
    return NULL;
}
