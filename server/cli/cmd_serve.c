/* motcuad serve: the daemon on a PostgreSQL given in the configuration.
 * Owns its arena and the service for the length of a run.  Main thread. */
#include "server/cli/service.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_serve = {
    "serve",
    run,
    {"chạy dịch vụ", "run the service"},
    {"serve [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…", "serve [--config FILE] [--set KEY=VALUE]…"},
};

static const struct cli_option options[] = {SETTINGS_OPTIONS};

struct serving {
    struct cli *c;
    struct arena *arena;
    struct settings settings;
};

static struct config *load_again(void *ctx)
{
    struct serving *sv = ctx;

    return settings_need(sv->c, sv->arena, &sv->settings, CONFIG_FOR_SERVICE);
}

static int serve(struct serving *sv)
{
    struct config *cfg = load_again(sv);
    struct service *s;
    int code;

    if (!cfg)
        return CLI_REFUSED;
    s = service_start(sv->c, cfg, load_again, sv);
    if (!s)
        return CLI_REFUSED;
    code = service_run(s, NULL, NULL);
    service_stop(s);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct serving sv = {.c = c, .arena = arena_new((size_t)64 << 20)};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, SETTINGS_OPTIONS_N)) != CLI_END) {
        if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_serve, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_serve, &it, r, options, SETTINGS_OPTIONS_N);
        else if (!settings_take(sv.arena, &sv.settings, r, it.value))
            code = cli_misuse(c, &cmd_serve, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE)
        code = serve(&sv);
    arena_free(sv.arena);
    return code;
}
