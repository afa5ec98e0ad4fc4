/* motcuad migrate: brings the schema up to what this program carries, or tells where it stands.
 * Owns its arena for the length of a run.  Main thread, blocking. */
#include <string.h>

#include "common/base/json_out.h"
#include "server/cli/settings.h"
#include "server/core/embed.h"
#include "server/db/migrate.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_migrate = {
    "migrate",
    run,
    {"nâng cấp lược đồ cơ sở dữ liệu", "bring the database schema up to date"},
    {"migrate up|status [--database CONNINFO] [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…",
     "migrate up|status [--database CONNINFO] [--config FILE] [--set KEY=VALUE]…"},
};

enum { O_DATABASE = SETTINGS_OPTIONS_N, O_COUNT };
static const struct cli_option options[] = {SETTINGS_OPTIONS, {"--database", false}};

static void told(void *ctx, const char *name)
{
    struct cli *c = ctx;

    if (!c->json)
        fprintf(c->out, "%s %s\n", c->lang == LANG_EN ? "applied" : "đã áp dụng", name);
}

static int up(struct cli *c, struct arena *a, const char *conninfo)
{
    struct migrations m;
    struct text2 why;
    struct buf out;
    struct jw w;
    bool put;

    if (!migrations_up(a, conninfo, embed_migrations, told, c, &why) ||
        !migrations_status(a, conninfo, embed_migrations, &m, &why))
        return cli_refuse(c, "%s", "%s", text2_in(why, c->lang));
    buf_init(&out, 4096);
    w = jw_to(&out);
    if (c->json) {
        jw_open(&w);
        jw_ki64(&w, "version", m.applied);
        jw_close(&w);
        buf_char(&out, '\n');
    } else {
        buf_printf(&out, "%s %d\n",
                   c->lang == LANG_EN ? "the schema is at version" : "lược đồ ở phiên bản",
                   m.applied);
    }
    put = cli_put(c->out, &out);
    buf_free(&out);
    return put ? CLI_FINE : CLI_REFUSED;
}

static void print_status(const struct cli *c, const struct migrations *m, struct buf *out)
{
    static const struct text2 word[] = {{"đã áp dụng", "applied"},
                                        {"chờ áp dụng", "pending"},
                                        {"ĐÃ BỊ SỬA", "ALTERED"},
                                        {"CHƯA BIẾT", "UNKNOWN"}};

    for (int i = 0; i < m->n; i++)
        buf_printf(out, "%-40s %s %s\n", m->item[i].name, text2_in(word[m->item[i].state], c->lang),
                   m->item[i].applied_at);
}

static void json_status(const struct migrations *m, struct buf *out)
{
    static const char *const word[] = {"applied", "pending", "altered", "unknown"};
    struct jw w = jw_to(out);

    jw_open(&w);
    jw_ki64(&w, "version", m->applied);
    jw_ki64(&w, "known", m->known);
    jw_key(&w, "migrations");
    jw_list(&w);
    for (int i = 0; i < m->n; i++) {
        jw_open(&w);
        jw_kstr(&w, "name", m->item[i].name);
        jw_kstr(&w, "state", word[m->item[i].state]);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    buf_char(out, '\n');
}

static int status(struct cli *c, struct arena *a, const char *conninfo)
{
    struct migrations m;
    struct text2 why;
    struct buf out;
    bool put;

    if (!migrations_status(a, conninfo, embed_migrations, &m, &why))
        return cli_refuse(c, "%s", "%s", text2_in(why, c->lang));
    buf_init(&out, 1 << 20);
    if (c->json)
        json_status(&m, &out);
    else
        print_status(c, &m, &out);
    put = cli_put(c->out, &out);
    buf_free(&out);
    return put && m.sound && m.applied == m.known ? CLI_FINE : CLI_REFUSED;
}

static int act(struct cli *c, struct arena *a, const char *what, const struct settings *s,
               const char *conninfo)
{
    struct config *cfg = NULL;
    int code;

    if (!conninfo) {
        cfg = settings_need(c, a, s, CONFIG_FOR_MIGRATE);
        if (!cfg)
            return CLI_REFUSED;
        conninfo = config_conninfo(cfg, CONFIG_DB_MIGRATE);
    }
    code = *what == 'u' ? up(c, a, conninfo) : status(c, a, conninfo);
    config_free(cfg);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    const char *what = NULL, *conninfo = NULL;
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND && !what)
            what = it.operand;
        else if (r == CLI_OPERAND)
            code = cli_misuse(c, &cmd_migrate, "thừa tham số: %s", "one word too many: %s",
                              it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_migrate, &it, r, options, O_COUNT);
        else if (r == O_DATABASE)
            conninfo = it.value;
        else if (!settings_take(a, &s, r, it.value))
            code = cli_misuse(c, &cmd_migrate, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE && what && (strcmp(what, "up") == 0 || strcmp(what, "status") == 0))
        code = act(c, a, what, &s, conninfo);
    else if (code == CLI_FINE)
        code = cli_misuse(c, &cmd_migrate, "cần up hoặc status%s", "wants up or status%s", "");
    arena_free(a);
    return code;
}
