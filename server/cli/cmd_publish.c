/* motcuad publish: brings the configuration folders into the database as immutable versions; the
 * same texts again change nothing.  Owns its arena for the length of a run.  Main thread. */
#include <string.h>

#include "server/cli/publishing.h"
#include "server/cli/settings.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_publish = {
    "publish",
    run,
    {"công bố lịch, quy định, tổ chức, thủ tục vào cơ sở dữ liệu",
     "publish calendars, rules, organisation and procedures into the database"},
    {"publish --author TÊN --approver TÊN [--people-password-file TỆP] [--config TỆP] "
     "[--set KHÓA=GIÁ-TRỊ]…",
     "publish --author NAME --approver NAME [--people-password-file FILE] [--config FILE] "
     "[--set KEY=VALUE]…"},
};

enum { O_AUTHOR = SETTINGS_OPTIONS_N, O_APPROVER, O_PEOPLE, O_COUNT };
static const struct cli_option options[] = {SETTINGS_OPTIONS,
                                            {"--author", false},
                                            {"--approver", false},
                                            {"--people-password-file", false}};

#define PASSWORD_FILE_MAX 1024

static void told(void *ctx, const char *path)
{
    struct cli *c = ctx;

    if (!c->json)
        fprintf(c->out, "%s %s\n", c->lang == LANG_EN ? "published" : "đã công bố", path);
}

static bool people(struct cli *c, struct arena *a, const struct publishing *p, const char *file)
{
    struct text2 why;
    struct span text;

    if (!file)
        return true;
    if (!cli_file_read(a, file, PASSWORD_FILE_MAX, &text, &why)) {
        (void)cli_refuse(c, "%s", "%s", text2_in(why, c->lang));
        return false;
    }
    return publish_people(p, arena_span(a, span_trim(text)));
}

static int publish(struct cli *c, struct arena *a, const struct settings *s, const char *author,
                   const char *approver, const char *people_file)
{
    struct config *cfg = settings_need(c, a, s, CONFIG_FOR_DATABASE);
    struct publishing p = {c, cfg, NULL, author, approver, told, c};
    bool ok;

    if (!cfg)
        return CLI_REFUSED;
    p.conninfo = config_conninfo(cfg, CONFIG_DB_APP);
    ok = publish_all(&p) && people(c, a, &p, people_file);
    config_free(cfg);
    return ok ? CLI_FINE : CLI_REFUSED;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    const char *value[O_COUNT] = {NULL};
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND)
            code = cli_misuse(c, &cmd_publish, "thừa tham số: %s", "one word too many: %s",
                              it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_publish, &it, r, options, O_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            value[r] = it.value;
        else if (!settings_take(a, &s, r, it.value))
            code = cli_misuse(c, &cmd_publish, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE &&
        (!value[O_AUTHOR] || !value[O_APPROVER] || strcmp(value[O_AUTHOR], value[O_APPROVER]) == 0))
        code = cli_misuse(c, &cmd_publish, "cần --author và --approver, hai người khác nhau%s",
                          "wants --author and --approver, two different people%s", "");
    if (code == CLI_FINE)
        code = publish(c, a, &s, value[O_AUTHOR], value[O_APPROVER], value[O_PEOPLE]);
    arena_free(a);
    return code;
}
