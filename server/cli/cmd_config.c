/* motcuad config: every mistake of the configuration with its place; where each value comes from;
 * the table of keys.
 * Owns its arena and configuration for the length of a run.  Main thread. */
#include <string.h>

#include "server/cli/settings.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_config = {
    "config",
    run,
    {"kiểm tra và xem cấu hình", "check and show the configuration"},
    {"config check|show|keys [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…",
     "config check|show|keys [--config FILE] [--set KEY=VALUE]…"},
};

static const struct cli_option options[] = {SETTINGS_OPTIONS};

#define OUT_MAX ((size_t)1 << 20)

static int check(struct cli *c, struct arena *a, const struct settings *s, bool show)
{
    const char *file = settings_file(c, a, s);
    struct diags d;
    struct config *cfg;
    struct buf out;
    bool put, sound;

    diags_init(&d, a);
    cfg = settings_load(c, a, s, CONFIG_FOR_SERVICE, &d);
    sound = d.errors == 0;
    buf_init(&out, OUT_MAX);
    if (show && c->json)
        config_show_json(cfg, &out);
    else if (show)
        config_show(cfg, c->lang, &out);
    else if (c->json)
        diags_json(&d, file, c->lang, &out);
    put = cli_put(c->out, &out);
    buf_clear(&out);
    if (show || !c->json)
        diags_print(&d, file, cfg->source, c->lang, &out);
    if (!show && !c->json && sound)
        buf_printf(&out, "%s: %s\n", file, c->lang == LANG_EN ? "sound" : "hợp lệ");
    put = cli_put(sound ? c->out : c->err, &out) && put;
    buf_free(&out);
    config_free(cfg);
    return sound && put ? CLI_FINE : CLI_REFUSED;
}

static int keys(struct cli *c)
{
    struct buf out;
    bool put;

    buf_init(&out, OUT_MAX);
    config_document(c->lang, &out);
    put = cli_put(c->out, &out);
    buf_free(&out);
    return put ? CLI_FINE : CLI_REFUSED;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    const char *what = NULL;
    int r, code;

    while ((r = cli_next(&it, options, SETTINGS_OPTIONS_N)) != CLI_END) {
        if (r == CLI_OPERAND && !what) {
            what = it.operand;
        } else if (r == CLI_OPERAND) {
            code =
                cli_misuse(c, &cmd_config, "thừa tham số: %s", "one word too many: %s", it.operand);
            goto out;
        } else if (r < 0) {
            code = cli_bad_option(c, &cmd_config, &it, r, options, SETTINGS_OPTIONS_N);
            goto out;
        } else if (!settings_take(a, &s, r, it.value)) {
            code = cli_misuse(c, &cmd_config, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
            goto out;
        }
    }
    if (what && (strcmp(what, "check") == 0 || strcmp(what, "show") == 0))
        code = check(c, a, &s, *what == 's');
    else if (what && strcmp(what, "keys") == 0)
        code = keys(c);
    else
        code = cli_misuse(c, &cmd_config, "cần check, show hoặc keys%s",
                          "wants check, show or keys%s", "");
out:
    arena_free(a);
    return code;
}
