/* motcuad doctor: what serve would refuse, all of it at once, each with its reason and cure.
 * Owns its arena and configuration for the length of a run.  Main thread, blocking. */
#include "common/base/json_out.h"
#include "server/cli/settings.h"
#include "server/core/embed.h"
#include "server/db/check.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_doctor = {
    "doctor",
    run,
    {"kiểm tra môi trường trước khi phục vụ", "check the environment before service"},
    {"doctor [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…", "doctor [--config FILE] [--set KEY=VALUE]…"},
};

static const struct cli_option options[] = {SETTINGS_OPTIONS};

#define OUT_MAX ((size_t)1 << 20)

static void json_findings(const struct findings *f, enum lang lang, struct buf *out)
{
    struct jw w = jw_to(out);

    jw_list(&w);
    for (int i = 0; i < f->n; i++) {
        jw_open(&w);
        jw_kstr(&w, "code", f->item[i].code);
        jw_kbool(&w, "refuses", f->item[i].refuses);
        jw_kstr(&w, "reason", text2_in(f->item[i].reason, lang));
        jw_kstr(&w, "cure", text2_in(f->item[i].cure, lang));
        jw_close(&w);
    }
    jw_end(&w);
    buf_char(out, '\n');
}

static int examine(struct cli *c, struct arena *a, const struct settings *s)
{
    struct findings *f = ARENA_NEW(a, struct findings);
    struct config *cfg = settings_need(c, a, s, CONFIG_FOR_SERVICE);
    bool sound = cfg != NULL, put;
    struct buf out;

    findings_init(f, a);
    check_libraries(0, 0, f);
    check_libevent_here(f);
    if (cfg) {
        const char *app = config_conninfo(cfg, CONFIG_DB_APP);

        check_conninfo("database.app", app, f);
        if (!findings_get(f, "conninfo-bad"))
            check_database(app, embed_migrations, f);
    }
    sound = sound && !findings_refuse(f);
    buf_init(&out, OUT_MAX);
    if (c->json)
        json_findings(f, c->lang, &out);
    else
        findings_print(f, c->lang, &out);
    if (sound && !c->json)
        buf_printf(&out, "%s\n", c->lang == LANG_EN ? "fit for service" : "sẵn sàng phục vụ");
    put = cli_put(c->out, &out);
    buf_free(&out);
    config_free(cfg);
    return sound && put ? CLI_FINE : CLI_REFUSED;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, SETTINGS_OPTIONS_N)) != CLI_END) {
        if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_doctor, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_doctor, &it, r, options, SETTINGS_OPTIONS_N);
        else if (!settings_take(a, &s, r, it.value))
            code = cli_misuse(c, &cmd_doctor, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE)
        code = examine(c, a, &s);
    arena_free(a);
    return code;
}
