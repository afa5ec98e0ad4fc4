/* motcuad organisation: checks the file of agencies and demo accounts.
 * Owns what it reads for the run.  Main thread. */
#include "common/base/json_in.h"
#include "common/base/yaml.h"
#include "server/cli/asking.h"
#include "server/cli/procedure_file.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_organisation;
const struct cli_verb cmd_organisation = {
    .name = "organisation",
    .run = run,
    .summary = {"kiểm tra tệp tổ chức; chuyển hồ sơ sang cơ quan kế thừa",
                "checks the organisation file; moves dossiers to successor agencies"},
    .usage = {"organisation check [TỆP] | organisation succeed --dry-run|--apply [--note CĂN-CỨ] "
              "[--config TỆP] [--set KHÓA=GIÁ-TRỊ]",
              "organisation check [FILE] | organisation succeed --dry-run|--apply [--note BASIS] "
              "[--config FILE] [--set KEY=VALUE]"},
};

static int tell(struct cli *c, struct span json)
{
    struct json_fault fault;
    json_t *j = json_read(json, &fault), *one;
    struct buf out;
    size_t i;
    int code;

    buf_init(&out, (size_t)8 << 20);
    if (c->json || !j) {
        buf_span(&out, json);
        buf_char(&out, '\n');
    } else {
        json_array_foreach(json_object_get(j, "items"), i, one)
            buf_printf(&out, "%-24s %-12s %s\n", json_str(one, "code"),
                       json_str(one, "from") ? json_str(one, "from") : "-",
                       json_str(one, "outcome") ? json_str(one, "outcome") : "");
        buf_printf(&out,
                   c->lang == LANG_EN ? "%zu dossiers, %lld moved, %lld refused\n"
                                      : "%zu hồ sơ, %lld đã chuyển, %lld không chuyển được\n",
                   json_array_size(json_object_get(j, "items")), (long long)json_i64(j, "done", 0),
                   (long long)json_i64(j, "refused", 0));
    }
    code = cli_put(c->out, &out) && json_i64(j, "refused", 0) == 0 ? CLI_FINE : CLI_REFUSED;
    buf_free(&out);
    json_decref(j);
    return code;
}

/* The system does it; whoever runs verbs on the server is known to the machine's own records. */
static int succeed(struct cli *c, struct settings *set, struct arena *a, bool apply,
                   const char *note)
{
    struct asking *ask = asking_open(c, a, set);
    struct succession s = {.actor = {.user = 0}, .apply = apply, .note = note};
    struct span json;
    int code = CLI_REFUSED;
    enum err e;

    if (!ask)
        return CLI_REFUSED;
    store_succeed(asking_store(ask), &s, asking_heard, ask);
    e = asking_wait(ask, &json);
    if (e != ERR_OK)
        (void)cli_refuse(c, "không chuyển được: %s", "not moved: %s", err_title(e, c->lang));
    else
        code = tell(c, json);
    asking_close(ask);
    return code;
}

enum { O_DRY = SETTINGS_OPTIONS_N, O_APPLY, O_NOTE, O_COUNT };
static const struct cli_option options[O_COUNT] = {
    SETTINGS_OPTIONS,
    [O_DRY] = {"--dry-run", true},
    [O_APPLY] = {"--apply", true},
    [O_NOTE] = {"--note", true},
};

static int run_succeed(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct settings set = {0};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 2};
    bool dry = false, apply = false;
    const char *note = NULL;
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND)
            code = cli_misuse(c, &cmd_organisation, "thừa tham số: %s", "one word too many: %s",
                              it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_organisation, &it, r, options, O_COUNT);
        else if (r == O_DRY)
            dry = true;
        else if (r == O_APPLY)
            apply = true;
        else if (r == O_NOTE)
            note = it.value;
        else if (!settings_take(a, &set, r, it.value))
            code = cli_misuse(c, &cmd_organisation, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE && dry == apply)
        code = cli_misuse(c, &cmd_organisation, "cần một trong hai: --dry-run hoặc --apply%s",
                          "one of --dry-run and --apply is wanted%s", "");
    if (code == CLI_FINE)
        code = succeed(c, &set, a, apply, note);
    arena_free(a);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct organisation *org = NULL;
    struct arena *a;
    const char *path;
    struct span text = SPAN_NONE;
    struct text2 why;
    struct diags d;
    struct buf out;
    bool ok;

    if (argc >= 2 && strcmp(argv[1], "succeed") == 0)
        return run_succeed(c, argc, argv);
    if (argc < 2 || argc > 3 || strcmp(argv[1], "check") != 0)
        return cli_misuse(c, &cmd_organisation, "cần: organisation check [TỆP]",
                          "wanted: organisation check [FILE]");
    a = arena_new(PROCEDURE_ARENA_MAX);
    path = argc == 3 ? argv[2] : arena_printf(a, "%s/organisation.yaml", c->config_dir);
    diags_init(&d, a);
    if (cli_file_read(a, path, YAML_BYTES_MAX, &text, &why))
        org = organisation_compile(a, text, &d);
    else
        diag_add_text(&d, DIAG_ERROR, (struct mark){0, 0}, "O000", why);
    buf_init(&out, (size_t)8 << 20);
    report_diags(c, path, text, &d, &out);
    if (c->json)
        buf_char(&out, '\n');
    else if (org)
        buf_printf(&out,
                   c->lang == LANG_EN ? "%s: fine, %zu agencies, %zu demo accounts\n"
                                      : "%s: đúng, %zu cơ quan, %zu tài khoản mẫu\n",
                   path, org->agencies, org->persons);
    ok = cli_put(c->out, &out) && org;
    buf_free(&out);
    arena_free(a);
    return ok ? CLI_FINE : CLI_REFUSED;
}
