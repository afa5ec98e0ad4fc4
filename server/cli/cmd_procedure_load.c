/* motcuad procedure load: publishes procedure files into the database as immutable versions by
 * hash. All files are checked before the first goes in; the same text again changes nothing;
 * another text under a version in use is refused.  Owns what it reads for the run.  Main thread. */
#include "server/cli/procedure_file.h"
#include "server/cli/settings.h"
#include "server/store/store.h"

#define FILES_MAX 500
#define WHY_MAX   ((size_t)1 << 20)

enum { O_AUTHOR = SETTINGS_OPTIONS_N, O_APPROVER, O_DATABASE, O_COUNT };
static const struct cli_option options[] = {
    SETTINGS_OPTIONS, {"--author", false}, {"--approver", false}, {"--database", false}};

struct load {
    struct cli *c;
    struct arena *a;
    struct settings settings;
    const char *value[O_COUNT];
    const char *path[FILES_MAX];
    struct procedure_file file[FILES_MAX];
    size_t n;
};

/* Reads and checks every file against the organisation; false when one is wrong. */
static bool check_all(struct load *l)
{
    const struct organisation *org;
    struct buf out;
    size_t i, wrong = 0;

    if (!organisation_file_load(l->c, l->a, &org))
        return false;
    buf_init(&out, (size_t)16 << 20);
    for (i = 0; i < l->n; i++) {
        procedure_file_load(l->a, l->path[i], org, &l->file[i]);
        if (l->file[i].procedure)
            continue;
        report_diags(l->c, l->path[i], l->file[i].text, &l->file[i].diags, &out);
        buf_str(&out, l->c->json ? "\n" : "");
        wrong++;
    }
    (void)cli_put(l->c->json ? l->c->out : l->c->err, &out);
    buf_free(&out);
    return wrong == 0;
}

static int publish_all_files(struct load *l, const char *conninfo)
{
    const struct two_persons two = {l->value[O_AUTHOR], l->value[O_APPROVER]};
    struct buf why;
    int code = CLI_FINE;
    size_t i;

    buf_init(&why, WHY_MAX);
    for (i = 0; code == CLI_FINE && i < l->n; i++) {
        const struct procedure *p = l->file[i].procedure;
        buf_clear(&why);
        if (!store_publish_procedure(conninfo, l->file[i].text, two, &why))
            code = cli_refuse(l->c, "không công bố được %s: %s", "cannot publish %s: %s",
                              l->path[i], buf_cstr(&why));
        else if (!l->c->json)
            fprintf(l->c->out, "%s %s: %s v%d\n",
                    l->c->lang == LANG_EN ? "published" : "đã công bố", l->path[i], p->code,
                    p->version);
    }
    buf_free(&why);
    return code;
}

static int load(struct load *l)
{
    struct config *cfg = NULL;
    const char *conninfo = l->value[O_DATABASE];
    int code;

    if (!check_all(l))
        return CLI_REFUSED;
    if (!conninfo) {
        cfg = settings_need(l->c, l->a, &l->settings, CONFIG_FOR_DATABASE);
        if (!cfg)
            return CLI_REFUSED;
        conninfo = config_conninfo(cfg, CONFIG_DB_APP);
    }
    code = publish_all_files(l, conninfo);
    config_free(cfg);
    return code;
}

static int read_words(struct load *l, const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r;

    while ((r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND && l->n == FILES_MAX)
            return cli_misuse(l->c, verb, "quá nhiều tệp (tối đa %d)",
                              "too many files (at most %d)", FILES_MAX);
        if (r == CLI_OPERAND)
            l->path[l->n++] = it.operand;
        else if (r < 0)
            return cli_bad_option(l->c, verb, &it, r, options, O_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            l->value[r] = it.value;
        else if (!settings_take(l->a, &l->settings, r, it.value))
            return cli_misuse(l->c, verb, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (!l->n)
        return cli_misuse(l->c, verb, "thiếu tệp thủ tục", "the procedure file is missing");
    /* Whoever publishes a procedure is not its editor (NĐ 118 art. 38; separation of duty). */
    if (!l->value[O_AUTHOR] || !l->value[O_APPROVER] ||
        strcmp(l->value[O_AUTHOR], l->value[O_APPROVER]) == 0)
        return cli_misuse(l->c, verb, "cần --author và --approver, hai người khác nhau",
                          "wants --author and --approver, two different people");
    return CLI_FINE;
}

int procedure_load_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct arena *a = arena_new(PROCEDURE_ARENA_MAX);
    struct load *l = ARENA_NEW(a, struct load);
    int code;

    l->c = c;
    l->a = a;
    code = read_words(l, verb, argc, argv);
    if (code == CLI_FINE)
        code = load(l);
    arena_free(a);
    return code;
}
