/* motcuad simulate: plays scenario files through the same decisions as the server, without one.
 * Owns what it reads for the run.  Main thread. */
#include <string.h>

#include "common/dossier/simulate.h"
#include "server/cli/cli.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_simulate;
const struct cli_verb cmd_simulate = {
    .name = "simulate",
    .run = run,
    .summary = {"chạy kịch bản của thủ tục, so với kết quả mong đợi",
                "plays scenarios of procedures and compares with what they expect"},
    .usage = {"simulate TỆP.scenario.yaml…", "simulate FILE.scenario.yaml…"},
};

#define FILE_BYTES_MAX    ((size_t)1 << 20)
#define ACCOUNT_BYTES_MAX ((size_t)32 << 20)

struct beside { /* names in a scenario are relative to it */
    struct arena *arena;
    const char *scenario;
};

static bool read_beside(void *ctx, const char *name, struct span *ret_text)
{
    struct beside *b = ctx;
    const char *slash = strrchr(b->scenario, '/');
    struct text2 why;
    const char *path = name;

    if (name[0] != '/' && slash)
        path = arena_printf(b->arena, "%.*s/%s", (int)(slash - b->scenario), b->scenario, name);
    return cli_file_read(b->arena, path, FILE_BYTES_MAX, ret_text, &why);
}

static int simulate_file(struct cli *c, const char *path)
{
    struct arena *a = arena_new(SIMULATE_ARENA_MAX);
    struct beside b = {a, path};
    struct simulate_result r = {0};
    struct span text;
    struct text2 why;
    struct buf out;
    int code = CLI_REFUSED;

    if (!cli_file_read(a, path, FILE_BYTES_MAX, &text, &why)) {
        code = cli_refuse(c, "%s: %s", "%s: %s", path, text2_in(why, c->lang));
    } else {
        buf_init(&out, ACCOUNT_BYTES_MAX);
        simulate_run(a, path, text, read_beside, &b, c->lang,
                     c->json ? SIMULATE_JSON : SIMULATE_TEXT, &out, &r);
        if (cli_put(r.valid || c->json ? c->out : c->err, &out) && r.valid && r.differences == 0)
            code = CLI_FINE;
        buf_free(&out);
    }
    arena_free(a);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r, files = 0, code = CLI_FINE;

    while ((r = cli_next(&it, NULL, 0)) != CLI_END) {
        if (r != CLI_OPERAND)
            return cli_bad_option(c, &cmd_simulate, &it, r, NULL, 0);
        files++;
        if (simulate_file(c, it.operand) != CLI_FINE)
            code = CLI_REFUSED;
    }
    if (files == 0)
        return cli_misuse(c, &cmd_simulate, "thiếu tên tệp kịch bản",
                          "the name of a scenario file is missing");
    return code;
}
