/* motcuad dossier show CODE: state, clocks with their reasons, history.  Owns its arena for the
 * length of a run.  Main thread. */
#include <string.h>

#include "common/base/json_in.h"
#include "server/cli/asking.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_dossier = {
    "dossier",
    run,
    {"xem một hồ sơ: trạng thái, đồng hồ và lý do, lịch sử",
     "show a dossier: its state, clocks with reasons, history"},
    {"dossier show MÃ [--config TỆP] [--set KHÓA=GIÁ-TRỊ]…",
     "dossier show CODE [--config FILE] [--set KEY=VALUE]…"},
};

static const struct cli_option options[] = {SETTINGS_OPTIONS};

#define OUT_MAX ((size_t)32 << 20)

static const char *say(const struct cli *c, const char *vi, const char *en)
{
    return c->lang == LANG_EN ? en : vi;
}

static const char *text(const json_t *obj, const char *key)
{
    const char *s = json_str(obj, key);

    return s ? s : "–";
}

static const char *at_agency(const json_t *obj, const char *key)
{
    return text(json_object_get(obj, key), "name");
}

static void head(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *due = json_object_get(j, "due");

    buf_printf(out, "%s  %s\n", text(j, "code"), text(j, "status_title"));
    buf_printf(out, "%-22s %s v%lld %s\n", say(c, "Thủ tục", "Procedure"), text(j, "procedure"),
               (long long)json_i64(j, "version", 0), text(j, "procedure_name"));
    buf_printf(out, "%-22s %s\n", say(c, "Nơi nhận", "Received at"), at_agency(j, "receiving"));
    buf_printf(out, "%-22s %s\n", say(c, "Thẩm quyền", "Competent"), at_agency(j, "competent"));
    buf_printf(out, "%-22s %s\n", say(c, "Tiếp nhận", "Accepted"), text(j, "accepted"));
    if (json_is_object(due))
        buf_printf(out, "%-22s %s (%s %s, %s %s)\n", say(c, "Hẹn trả", "Due"), text(due, "current"),
                   say(c, "gốc", "original"), text(due, "original"),
                   say(c, "xét theo", "judged by"), text(due, "basis"));
    buf_printf(out, "%-22s %s\n", say(c, "Có kết quả", "Result ready"), text(j, "finished"));
    buf_printf(out, "%-22s %s\n", say(c, "Xếp loại", "Class"), text(j, "class"));
}

static void tasks(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *t;
    size_t i;

    json_array_foreach(json_object_get(j, "tasks"), i, t)
        buf_printf(out, "%-22s %s, %s, %s %s\n", say(c, "Đang ở", "Lies at"), text(t, "title"),
                   at_agency(t, "at"), say(c, "hạn", "due"), text(t, "due"));
}

static void history(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *e;
    size_t i;

    buf_printf(out, "\n%s\n", say(c, "Lịch sử", "History"));
    json_array_foreach(json_object_get(j, "history"), i, e)
        buf_printf(out, "%4lld  %s  %s  %s%s%s\n", (long long)json_i64(e, "seq", 0), text(e, "at"),
                   text(e, "title"), text(e, "name"), json_str(e, "assigned") ? "  " : "",
                   json_str(e, "assigned") ? json_str(e, "assigned") : "");
}

static const struct calendar *calendar_named(void *ctx, const char *name)
{
    return snapshot_calendar(ctx, name);
}

static void clocks(const struct cli *c, struct asking *k, struct arena *a, const struct dossier *s,
                   struct buf *out)
{
    union {
        const struct snapshot *in;
        void *out;
    } snap = {.in = asking_snapshot(k)};
    struct context ctx = {.arena = a,
                          .now = clock_now(),
                          .procedure = snapshot_procedure_hash(snap.in, s->procedure_hash),
                          .org = snap.in->org,
                          .regime = regime_named(snap.in->regimes, s->regime),
                          .calendar = calendar_named,
                          .ctx = snap.out};

    buf_printf(out, "\n%s\n", say(c, "Đồng hồ", "Clocks"));
    for (size_t i = 0; ctx.procedure && i < s->clocks; i++) {
        (void)dossier_explain_clock(s, i, &ctx, c->lang, EXPLAIN_TEXT, out);
        buf_char(out, '\n');
    }
}

static int no_dossier(struct cli *c, const char *code, enum err e)
{
    return cli_refuse(c, "%s: %s", "%s: %s", code, err_title(e, c->lang));
}

static int print(struct cli *c, struct buf *out)
{
    int code = cli_put(c->out, out) ? CLI_FINE : CLI_REFUSED;

    buf_free(out);
    return code;
}

static int show(struct cli *c, struct arena *a, struct asking *k, const char *code)
{
    const struct dossier *s = NULL;
    struct json_fault fault;
    struct span json = SPAN_NONE;
    struct buf out;
    json_t *j;
    enum err e;

    store_dossier(asking_store(k), asking_viewer(), code, DOSSIER_HISTORY, c->lang, asking_heard,
                  k);
    e = asking_wait(k, &json);
    if (e != ERR_OK)
        return no_dossier(c, code, e);
    buf_init(&out, OUT_MAX);
    if (c->json) {
        buf_span(&out, json);
        buf_char(&out, '\n');
        return print(c, &out);
    }
    store_dossier_state(asking_store(k), asking_viewer(), code, a, asking_state, k);
    e = asking_wait_state(k, &s);
    j = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!j) {
        buf_free(&out);
        return no_dossier(c, code, e == ERR_OK ? ERR_INTERNAL : e);
    }
    head(c, j, &out);
    tasks(c, j, &out);
    clocks(c, k, a, s, &out);
    history(c, j, &out);
    json_decref(j);
    return print(c, &out);
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    const char *word[2] = {NULL, NULL};
    struct asking *k;
    int r, n = 0, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, SETTINGS_OPTIONS_N)) != CLI_END) {
        if (r == CLI_OPERAND && n < 2)
            word[n++] = it.operand;
        else if (r == CLI_OPERAND)
            code = cli_misuse(c, &cmd_dossier, "thừa tham số: %s", "one word too many: %s",
                              it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_dossier, &it, r, options, SETTINGS_OPTIONS_N);
        else if (!settings_take(a, &s, r, it.value))
            code = cli_misuse(c, &cmd_dossier, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    if (code == CLI_FINE && (n < 2 || strcmp(word[0], "show") != 0))
        code =
            cli_misuse(c, &cmd_dossier, "cần: show và mã hồ sơ%s", "wants: show and a code%s", "");
    if (code == CLI_FINE) {
        k = asking_open(c, a, &s);
        code = k ? show(c, a, k, word[1]) : CLI_REFUSED;
        asking_close(k);
    }
    arena_free(a);
    return code;
}
