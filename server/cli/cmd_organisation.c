/* motcuad organisation: checks the file of agencies and demo accounts.
 * Owns what it reads for the run.  Main thread. */
#include "common/base/yaml.h"
#include "server/cli/procedure_file.h"
#include "server/cli/running_verbs.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_organisation;
const struct cli_verb cmd_organisation = {
    .name = "organisation",
    .run = run,
    .summary = {"kiểm tra tệp tổ chức; chuyển hồ sơ sang cơ quan kế thừa",
                "checks the organisation file; moves dossiers to successor agencies"},
    .usage =
        {"organisation check [TỆP]\n"
         "organisation succeed --plan [--config TỆP] [--set KHÓA=GIÁ-TRỊ]\n"
         "organisation succeed --apply --author TÊN --approver TÊN --document SỐ [--note GHI-CHÚ]",
         "organisation check [FILE]\n"
         "organisation succeed --plan [--config FILE] [--set KEY=VALUE]\n"
         "organisation succeed --apply --author NAME --approver NAME --document NUMBER "
         "[--note NOTE]"},
};

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
        return succession_verb(c, &cmd_organisation, argc - 1, argv + 1);
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
