/* motcuad procedure: checks, compares, draws and tries procedure files without a database, and
 * loads them into one. Owns what it reads for the run.  Main thread. */
#include "common/base/json_out.h"
#include "server/cli/procedure_file.h"
#include "server/cli/running_verbs.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_procedure;
const struct cli_verb cmd_procedure = {
    .name = "procedure",
    .run = run,
    .summary = {"kiểm tra, so sánh, công bố, vẽ và chạy thử tệp thủ tục",
                "checks, compares, publishes, draws and tries procedure files"},
    .usage =
        {"procedure check [TỆP]…\n"
         "       motcuad procedure diff TỆP-CŨ TỆP-MỚI\n"
         "       motcuad procedure load TỆP… --author TÊN --approver TÊN [--database "
         "CHUỖI-KẾT-NỐI]\n"
         "       motcuad procedure diagram TỆP [--format svg|bpmn|mermaid|dot] [--out TỆP]\n"
         "       motcuad procedure dry-run TỆP --at LÚC [--channel counter|online|post] "
         "[--case MÃ]\n"
         "               [--set form.X=GIÁ-TRỊ]… [--island] [--mountain] [--calendar LỊCH]\n"
         "       motcuad procedure import-catalogue TỆP-JSON [--out THƯ-MỤC]\n"
         "       motcuad procedure schema\n"
         "       motcuad procedure codes\n"
         "       motcuad procedure move --from MÃ@CŨ --to MÃ@MỚI [--map BƯỚC-CŨ:BƯỚC-MỚI]… "
         "--plan|--apply\n"
         "               --author TÊN --approver TÊN --document SỐ [--promise]",
         "procedure check [FILE]…\n"
         "       motcuad procedure diff OLD NEW\n"
         "       motcuad procedure load FILE… --author NAME --approver NAME [--database CONNINFO]\n"
         "       motcuad procedure diagram FILE [--format svg|bpmn|mermaid|dot] [--out FILE]\n"
         "       motcuad procedure dry-run FILE --at TIME [--channel counter|online|post] "
         "[--case CODE]\n"
         "               [--set form.X=VALUE]… [--island] [--mountain] [--calendar CALENDAR]\n"
         "       motcuad procedure import-catalogue JSON-FILE [--out FOLDER]\n"
         "       motcuad procedure schema\n"
         "       motcuad procedure codes\n"
         "       motcuad procedure move --from CODE@OLD --to CODE@NEW [--map OLD-STEP:NEW-STEP]… "
         "--plan|--apply\n"
         "               --author NAME --approver NAME --document NUMBER [--promise]"},
};

#define OUT_MAX ((size_t)64 << 20)

static int check(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new(PROCEDURE_ARENA_MAX), *one;
    const struct organisation *org = NULL;
    const char **path = NULL, *folder = arena_printf(a, "%s/procedures", c->config_dir);
    size_t n = 0, i, wrong = 0;
    struct procedure_file f;
    struct buf out;
    bool fine = organisation_file_load(c, a, &org);

    if (argc > 1) {
        n = (size_t)(argc - 1);
        path = ARENA_ARRAY(a, const char *, n);
        for (i = 0; i < n; i++)
            path[i] = argv[i + 1];
    } else if (!list_yaml(a, folder, &path, &n)) {
        (void)cli_refuse(c, "không đọc được thư mục %s", "cannot read the folder %s", folder);
        fine = false;
    }
    buf_init(&out, OUT_MAX);
    if (c->json)
        buf_char(&out, '[');
    for (i = 0; i < n; i++) {
        one = arena_new(PROCEDURE_ARENA_MAX);
        procedure_file_load(one, path[i], org, &f);
        buf_str(&out, c->json && i ? "," : "");
        report_diags(c, f.path, f.text, &f.diags, &out);
        if (!c->json && f.procedure)
            buf_printf(&out, "%s: %s%s%s\n", f.path, c->lang == LANG_EN ? "fine" : "đúng",
                       !f.procedure->not_executable ? ""
                       : c->lang == LANG_EN         ? ", not yet executable: "
                                                    : ", máy chưa chạy được: ",
                       f.procedure->not_executable ? f.procedure->not_executable : "");
        wrong += f.procedure == NULL;
        arena_free(one);
    }
    buf_str(&out, c->json ? "]\n" : "");
    fine = cli_put(c->out, &out) && fine && wrong == 0;
    buf_free(&out);
    arena_free(a);
    return fine ? CLI_FINE : CLI_REFUSED;
}

static int diff(struct cli *c, int argc, char **argv)
{
    struct arena *a;
    struct procedure *from, *to;
    struct buf out;
    int r = CLI_REFUSED;

    if (argc != 3)
        return cli_misuse(c, &cmd_procedure, "diff cần hai tệp", "diff needs two files");
    a = arena_new(PROCEDURE_ARENA_MAX);
    from = procedure_file_need(c, a, argv[1], NULL);
    to = procedure_file_need(c, a, argv[2], NULL);
    buf_init(&out, OUT_MAX);
    if (from && to) {
        if (!procedure_diff(from, to, c->lang, &out))
            buf_str(&out, c->lang == LANG_EN ? "no difference\n" : "không có gì khác\n");
        if (c->json) {
            struct buf text = out;
            struct jw w;
            buf_init(&out, OUT_MAX);
            w = jw_to(&out);
            jw_open(&w);
            jw_kspan(&w, "difference", (struct span){text.p, text.n});
            jw_close(&w);
            buf_char(&out, '\n');
            buf_free(&text);
        }
        r = cli_put(c->out, &out) ? CLI_FINE : CLI_REFUSED;
    }
    buf_free(&out);
    arena_free(a);
    return r;
}

static int write_out(struct cli *c, const char *path, const struct buf *out)
{
    FILE *f = path ? fopen(path, "wbe") : c->out;
    bool ok;

    if (!f)
        return cli_refuse(c, "không ghi được tệp %s", "cannot write %s", path);
    ok = cli_put(f, out);
    if (path)
        ok = fclose(f) == 0 && ok;
    return ok ? CLI_FINE
              : cli_refuse(c, "không ghi được %s", "cannot write %s", path ? path : "stdout");
}

static int draw(struct cli *c, const char *path, enum diagram_form form, const char *to)
{
    struct arena *a = arena_new(PROCEDURE_ARENA_MAX);
    const struct organisation *org;
    struct procedure *p = NULL;
    struct buf out;
    int r = CLI_REFUSED;

    buf_init(&out, OUT_MAX);
    if (organisation_file_load(c, a, &org))
        p = procedure_file_need(c, a, path, org);
    if (p) {
        procedure_diagram(p, org, form, c->lang, &out);
        r = write_out(c, to, &out);
    }
    buf_free(&out);
    arena_free(a);
    return r;
}

static int diagram(struct cli *c, int argc, char **argv)
{
    static const struct cli_option specs[] = {{"--format", false}, {"--out", false}};
    static const char *const forms[] = {"svg", "bpmn", "mermaid", "dot"};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    const char *path = NULL, *to = NULL, *format = "svg";
    int r, form;

    while ((r = cli_next(&it, specs, 2)) != CLI_END) {
        if (r < CLI_OPERAND)
            return cli_bad_option(c, &cmd_procedure, &it, r, specs, 2);
        if (r == CLI_OPERAND && path)
            return cli_misuse(c, &cmd_procedure, "mỗi lần vẽ một tệp", "one file at a time");
        if (r == CLI_OPERAND)
            path = it.operand;
        else if (r == 0)
            format = it.value;
        else
            to = it.value;
    }
    for (form = 0; form < 4 && strcmp(forms[form], format) != 0; form++)
        ;
    if (form == 4)
        return cli_misuse(c, &cmd_procedure,
                          "--format là svg, bpmn, mermaid hoặc dot, không phải "
                          "\"%s\"",
                          "--format is svg, bpmn, mermaid or dot, not \"%s\"", format);
    if (!path)
        return cli_misuse(c, &cmd_procedure, "thiếu tệp thủ tục", "the procedure file is missing");
    return draw(c, path, (enum diagram_form)form, to);
}

static int schema(struct cli *c)
{
    struct buf out;
    int r;

    buf_init(&out, OUT_MAX);
    procedure_json_schema(&out);
    r = cli_put(c->out, &out) ? CLI_FINE : CLI_REFUSED;
    buf_free(&out);
    return r;
}

/* The list of codes as a table for pages, or as JSON. */
static int codes(struct cli *c)
{
#define C(code, severity, vi, en) {#code, #severity, vi, en},
    static const char *const all[][4] = {
#include "common/procedure/codes.def"
    };
#undef C
    struct buf out;
    struct jw w = jw_to(&out);
    size_t i;
    int r;

    buf_init(&out, OUT_MAX);
    if (c->json)
        jw_list(&w);
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool error = strcmp(all[i][1], "ERROR") == 0;
        if (!c->json) {
            buf_printf(&out, "| `%s` | %s | %s | %s |\n", all[i][0],
                       error ? "lỗi / error" : "cảnh báo / warning", all[i][2], all[i][3]);
            continue;
        }
        jw_open(&w);
        jw_kstr(&w, "code", all[i][0]);
        jw_kstr(&w, "severity", error ? "error" : "warning");
        jw_kstr(&w, "text", c->lang == LANG_EN ? all[i][3] : all[i][2]);
        jw_close(&w);
    }
    if (c->json)
        jw_end(&w);
    r = cli_put(c->out, &out) ? CLI_FINE : CLI_REFUSED;
    buf_free(&out);
    return r;
}

static int run(struct cli *c, int argc, char **argv)
{
    static const char *const words[] = {"check",   "diff",    "load",
                                        "diagram", "dry-run", "import-catalogue",
                                        "schema",  "codes",   "move"};
    const char *what = argc > 1 ? argv[1] : "", *near;

    if (strcmp(what, "check") == 0)
        return check(c, argc - 1, argv + 1);
    if (strcmp(what, "diff") == 0)
        return diff(c, argc - 1, argv + 1);
    if (strcmp(what, "load") == 0)
        return procedure_load_verb(c, &cmd_procedure, argc - 1, argv + 1);
    if (strcmp(what, "move") == 0)
        return procedure_move_verb(c, &cmd_procedure, argc - 1, argv + 1);
    if (strcmp(what, "diagram") == 0)
        return diagram(c, argc - 1, argv + 1);
    if (strcmp(what, "dry-run") == 0)
        return procedure_dry_run_verb(c, &cmd_procedure, argc - 1, argv + 1);
    if (strcmp(what, "import-catalogue") == 0)
        return procedure_import_verb(c, &cmd_procedure, argc - 1, argv + 1);
    if (strcmp(what, "schema") == 0)
        return schema(c);
    if (strcmp(what, "codes") == 0)
        return codes(c);
    near = word_nearest(what, words, sizeof words / sizeof words[0]);
    if (near)
        return cli_misuse(c, &cmd_procedure, "không có \"procedure %s\", ý bạn là \"%s\"?",
                          "no such thing: \"procedure %s\", did you mean \"%s\"?", what, near);
    return cli_misuse(c, &cmd_procedure,
                      "cần check, diff, load, diagram, dry-run, import-catalogue, schema, codes "
                      "hoặc move",
                      "check, diff, load, diagram, dry-run, import-catalogue, schema, codes or "
                      "move is needed");
}
