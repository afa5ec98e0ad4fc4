/* Loads the configuration for a verb.
 * The caller owns arena and configuration.  Main thread. */
#include "server/cli/settings.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#define REPORT_MAX ((size_t)1 << 20)

bool settings_take(struct arena *a, struct settings *s, int option, const char *value)
{
    const char *eq = strchr(value, '=');

    if (option == 0) {
        s->file = value;
        return true;
    }
    if (!eq || eq == value || s->flags == SETTINGS_FLAGS_MAX)
        return false;
    s->flag[s->flags++] =
        (struct config_flag){arena_strndup(a, value, (size_t)(eq - value)), eq + 1};
    return true;
}

void settings_set(struct settings *s, const char *key, const char *value)
{
    assert(s->flags < SETTINGS_FLAGS_MAX);
    s->flag[s->flags++] = (struct config_flag){key, value};
}

const char *settings_file(const struct cli *c, struct arena *a, const struct settings *s)
{
    return s->file ? s->file : arena_printf(a, "%s/motcua.yaml", c->config_dir);
}

struct config *settings_load(const struct cli *c, struct arena *a, const struct settings *s,
                             enum config_use use, struct diags *d)
{
    struct config_input in = {.file = settings_file(c, a, s),
                              .file_wanted = s->file != NULL,
                              .env = (const char *const *)environ,
                              .flag = s->flag,
                              .flags = s->flags,
                              .use = use};

    return config_load(&in, d);
}

struct config *settings_need(struct cli *c, struct arena *a, const struct settings *s,
                             enum config_use use)
{
    struct diags d;
    struct config *cfg;
    struct buf out;

    diags_init(&d, a);
    cfg = settings_load(c, a, s, use, &d);
    if (d.n > 0) {
        buf_init(&out, REPORT_MAX);
        diags_print(&d, settings_file(c, a, s), cfg->source, c->lang, &out);
        (void)cli_put(c->err, &out); /* the exit code says the same */
        buf_free(&out);
    }
    return d.errors ? config_free(cfg) : cfg;
}
