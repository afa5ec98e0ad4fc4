/* motcuad procedure import-catalogue: records of the national catalogue into drafts of procedure
 * files, one a procedure, and a report of every hazard.  Owns what it reads for the run.  Main
 * thread. */
#include <errno.h>

#include "common/base/json_out.h"
#include "common/procedure/import.h"
#include "server/cli/procedure_file.h"

struct importing {
    struct cli *c;
    struct arena *a;
    const char *path, *folder; /* folder NULL: one draft on the output */
    const struct organisation *org;
    struct diags d;
    size_t drafts;
    bool broken;
};

/* Never over a file that is there: somebody may have completed it. */
static bool put_draft(struct importing *m, const char *code, const struct buf *draft)
{
    const char *path = arena_printf(m->a, "%s/%s.yaml", m->folder, code);
    FILE *f = fopen(path, "wbxe");
    bool ok = f && cli_put(f, draft);

    if (f)
        ok = fclose(f) == 0 && ok;
    if (ok && !m->c->json)
        fprintf(m->c->err, "%s %s\n", m->c->lang == LANG_EN ? "draft" : "bản nháp", path);
    if (!ok)
        (void)cli_refuse(m->c, "không ghi được %s: %s", "cannot write %s: %s", path,
                         errno == EEXIST && m->c->lang == LANG_EN ? "it is there already"
                         : errno == EEXIST                        ? "tệp đã có"
                                                                  : "?");
    return ok;
}

static void one(struct importing *m, const struct yaml_node *record)
{
    const char *code;
    struct buf draft;

    buf_init(&draft, IMPORT_DRAFT_MAX);
    if (import_draft(m->a, record, m->org, &m->d, &draft, &code)) {
        m->drafts++;
        if (!m->folder)
            m->broken = !cli_put(m->c->out, &draft) || m->broken;
        else
            m->broken = !put_draft(m, code, &draft) || m->broken;
    } else {
        m->broken = true;
    }
    buf_free(&draft);
}

/* The hazards: beside the draft on the error stream, else on the output. */
static void report(struct importing *m, struct span text)
{
    struct buf out;

    buf_init(&out, (size_t)16 << 20);
    report_diags(m->c, m->path, text, &m->d, &out);
    if (m->c->json)
        buf_char(&out, '\n');
    else if (m->d.n)
        buf_printf(&out,
                   m->c->lang == LANG_EN
                       ? "%zu drafts, %zu points to be decided, %zu to be looked at\n"
                       : "%zu bản nháp, %zu điểm phải quyết định, %zu điểm cần xem lại\n",
                   m->drafts, m->d.errors, m->d.n - m->d.errors);
    m->broken = !cli_put(m->folder ? m->c->out : m->c->err, &out) || m->broken;
    buf_free(&out);
}

static int import(struct importing *m)
{
    const struct yaml_node **record;
    struct span text;
    struct text2 why;
    size_t i, n;

    diags_init(&m->d, m->a);
    if (!organisation_file_load(m->c, m->a, &m->org))
        return CLI_REFUSED;
    if (!cli_file_read(m->a, m->path, YAML_BYTES_MAX, &text, &why))
        return cli_refuse(m->c, "%s: %s", "%s: %s", m->path, text2_in(why, m->c->lang));
    if (import_records(m->a, text, &record, &n, &m->d)) {
        if (n > 1 && !m->folder)
            return cli_refuse(m->c, "có %zu bản ghi: cần --out THƯ-MỤC",
                              "there are %zu records: --out FOLDER is needed", n);
        for (i = 0; i < n; i++)
            one(m, record[i]);
    }
    report(m, text);
    return m->drafts && !m->broken ? CLI_FINE : CLI_REFUSED;
}

int procedure_import_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    static const struct cli_option specs[] = {{"--out", false}};
    struct importing m = {.c = c};
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r;

    while ((r = cli_next(&it, specs, 1)) != CLI_END) {
        if (r < CLI_OPERAND)
            return cli_bad_option(c, verb, &it, r, specs, 1);
        if (r == CLI_OPERAND && m.path)
            return cli_misuse(c, verb, "mỗi lần một tệp", "one file at a time");
        if (r == CLI_OPERAND)
            m.path = it.operand;
        else
            m.folder = it.value;
    }
    if (!m.path)
        return cli_misuse(c, verb, "thiếu tệp danh mục", "the file of the catalogue is missing");
    m.a = arena_new(PROCEDURE_ARENA_MAX);
    r = import(&m);
    arena_free(m.a);
    return r;
}
