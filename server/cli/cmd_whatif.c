/* motcuad whatif: a period counted again by other limits, another calendar, another rule, beside
 * what really was; the same as the API's.  Owns its arena for the length of a run.  Main thread. */
#include "server/store/whatif.h"

#include <string.h>

#include "server/cli/report_verb.h"

static int run(struct cli *c, int argc, char **argv);

extern const struct cli_verb cmd_whatif;
const struct cli_verb cmd_whatif = {
    "whatif",
    run,
    {"nếu như: tính lại một kỳ theo thời hạn, lịch, quy định giả định",
     "what if: a period counted again by other limits, calendars, rules"},
    {"whatif --from NGÀY --to NGÀY [--agency CƠ-QUAN] [--procedure MÃ] [--limit MÃ=THỜI-HẠN]… "
     "[--step MÃ/BƯỚC=THỜI-HẠN]… [--calendar TÊN[=TỆP]] [--supplement restart|continue|counts] "
     "[--regime TÊN] [--exclusions-count] [--seconds SỐ] [--config TỆP]",
     "whatif --from DATE --to DATE [--agency AGENCY] [--procedure CODE] [--limit CODE=LIMIT]… "
     "[--step CODE/STEP=LIMIT]… [--calendar NAME[=FILE]] [--supplement restart|continue|counts] "
     "[--regime NAME] [--exclusions-count] [--seconds NUMBER] [--config FILE]"},
};

enum {
    W_FROM = SETTINGS_OPTIONS_N,
    W_TO,
    W_AGENCY,
    W_PROCEDURE,
    W_LIMIT,
    W_STEP,
    W_CALENDAR,
    W_SUPPLEMENT,
    W_REGIME,
    W_EXCLUSIONS,
    W_SECONDS,
    W_COUNT
};
static const struct cli_option options[] = {SETTINGS_OPTIONS,
                                            {"--from", false},
                                            {"--to", false},
                                            {"--agency", false},
                                            {"--procedure", false},
                                            {"--limit", false},
                                            {"--step", false},
                                            {"--calendar", false},
                                            {"--supplement", false},
                                            {"--regime", false},
                                            {"--exclusions-count", true},
                                            {"--seconds", false}};

#define OUT_MAX  ((size_t)32 << 20)
#define FILE_MAX ((size_t)1 << 20)

/* ---------------------------------------------------------------- suppositions */

struct asked {
    struct arena *a;
    struct whatif_in in;
    struct whatif_limit_in limit[WHATIF_LIMITS_MAX];
};

static int misuse(struct cli *c, const char *option, const char *value)
{
    return cli_misuse(c, &cmd_whatif, "%s không hiểu \"%s\"", "%s does not understand \"%s\"",
                      option, value ? value : "");
}

/* "1.005416=10 working_day", "1.005416/appraise=4 working_day". */
static int take_limit(struct cli *c, struct asked *k, bool step, const char *value)
{
    struct span left, limit, code, key;
    struct whatif_limit_in *l = &k->limit[k->in.limits];

    if (k->in.limits == WHATIF_LIMITS_MAX || !span_cut(span_of(value), '=', &left, &limit))
        return misuse(c, step ? "--step" : "--limit", value);
    *l = (struct whatif_limit_in){.procedure = arena_span(k->a, left),
                                  .limit = arena_span(k->a, limit)};
    if (step) {
        if (!span_cut(left, '/', &code, &key))
            return misuse(c, "--step", value);
        l->procedure = arena_span(k->a, code);
        l->step = arena_span(k->a, key);
    }
    k->in.limit = k->limit;
    k->in.limits++;
    return CLI_FINE;
}

static int take_calendar(struct cli *c, struct asked *k, const char *value)
{
    struct span name, path, text;
    struct text2 why;

    k->in.calendar = value;
    if (!span_cut(span_of(value), '=', &name, &path))
        return CLI_FINE;
    k->in.calendar = arena_span(k->a, name);
    if (!cli_file_read(k->a, arena_span(k->a, path), FILE_MAX, &text, &why))
        return cli_refuse(c, "%s: %s", "%s: %s", arena_span(k->a, path), text2_in(why, c->lang));
    k->in.calendar_text = arena_span(k->a, text);
    return CLI_FINE;
}

static int take(struct cli *c, struct asked *k, int option, const char *value)
{
    struct whatif_in *in = &k->in;
    int64_t n;

    switch (option) {
    case W_FROM:
        in->from = value;
        return CLI_FINE;
    case W_TO:
        in->to = value;
        return CLI_FINE;
    case W_AGENCY:
        in->agency = value;
        return CLI_FINE;
    case W_PROCEDURE:
        in->procedure = value;
        return CLI_FINE;
    case W_LIMIT:
    case W_STEP:
        return take_limit(c, k, option == W_STEP, value);
    case W_CALENDAR:
        return take_calendar(c, k, value);
    case W_REGIME:
        in->regime = value;
        return CLI_FINE;
    case W_EXCLUSIONS:
        in->exclusions_count = true;
        return CLI_FINE;
    case W_SECONDS:
        if (!span_i64(span_of(value), 1, WHATIF_SECONDS_MAX, &n))
            return misuse(c, "--seconds", value);
        in->seconds = (int)n;
        return CLI_FINE;
    default:
        for (int i = 0; WHATIF_SUPPLEMENT_WORDS[i]; i++)
            if (strcmp(value, WHATIF_SUPPLEMENT_WORDS[i]) == 0) {
                in->supplement = i;
                return CLI_FINE;
            }
        return misuse(c, "--supplement", value);
    }
}

/* ---------------------------------------------------------------- the answer */

static void rate_line(const struct cli *c, const json_t *j, enum rate_id rate, struct buf *out)
{
    static const char *const side[] = {"real", "supposed"};

    buf_printf(out, "  %s:", c->lang == LANG_EN ? RATE[rate].title.en : RATE[rate].title.vi);
    for (int i = 0; i < 2; i++) {
        const json_t *r = json_object_get(json_object_get(j, side[i]), RATE[rate].name);
        int64_t tenths = json_i64(r, "tenths", -1);

        buf_printf(out, i ? " → " : " ");
        if (tenths < 0)
            buf_str(out, "–");
        else
            buf_printf(out, "%lld%c%lld %% (%lld/%lld)", (long long)(tenths / 10),
                       c->lang == LANG_EN ? '.' : ',', (long long)(tenths % 10),
                       (long long)json_i64(r, "n", 0), (long long)json_i64(r, "of", 0));
    }
    buf_char(out, '\n');
}

static void lines(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item;
    size_t i;

    buf_printf(out, "%s: %lld/%lld%s\n", report_say(c, "hồ sơ đã tính", "dossiers counted"),
               (long long)json_i64(j, "counted", 0), (long long)json_i64(j, "of", 0),
               json_flag(j, "limit", false) ? report_say(c, " (hết thời gian)", " (time was over)")
                                            : "");
    buf_printf(
        out, "%s: %lld · %s: %lld · %s: %lld\n",
        report_say(c, "trễ thành không trễ", "late that would not be"),
        (long long)json_i64(j, "better", 0),
        report_say(c, "không trễ thành trễ", "not late that would be"),
        (long long)json_i64(j, "worse", 0),
        report_say(c, "ngày hẹn đã dời, giữ nguyên", "dates moved by hand, left as they are"),
        (long long)json_i64(j, "apart", 0));
    rate_line(c, j, RATE_ON_TIME, out);
    rate_line(c, j, RATE_ON_TIME_OVERDUE, out);
    json_array_foreach(json_object_get(j, "procedures"), i, item)
    {
        buf_printf(out, "%s\n", json_str(item, "procedure"));
        rate_line(c, item, RATE_ON_TIME, out);
    }
    json_array_foreach(json_object_get(j, "steps"), i, item) buf_printf(
        out, "  %s/%s: %lld/%lld → %lld/%lld\n", json_str(item, "procedure"),
        json_str(item, "step"), (long long)json_i64(item, "within", 0),
        (long long)json_i64(item, "n", 0), (long long)json_i64(item, "within_supposed", 0),
        (long long)json_i64(item, "n", 0));
}

static int wrong(struct cli *c, const struct violations *v)
{
    for (size_t i = 0; i < v->n; i++)
        fprintf(c->err, "%s: %s\n", v->item[i].pointer, text2_in(v->item[i].text, c->lang));
    return CLI_REFUSED;
}

static int count(struct cli *c, struct asking *k, struct asked *q)
{
    struct whatif_run r = {.conninfo = asking_conninfo(k),
                           .snap = (struct snapshot *)(uintptr_t)asking_snapshot(k),
                           .report_day = 1,
                           .in = &q->in};
    struct buf json, why, out;
    struct violations v;
    json_t *j = NULL;
    int code = CLI_REFUSED;
    enum err e;

    violations_init(&v, q->a);
    if (!whatif_check(&r, &v))
        return wrong(c, &v);
    buf_init(&json, OUT_MAX);
    buf_init(&why, 65536);
    buf_init(&out, OUT_MAX);
    e = whatif_go(&r, &json, &why);
    if (e != ERR_OK)
        (void)cli_refuse(c, "%s %s", "%s %s", err_title(e, c->lang), why.n ? buf_cstr(&why) : "");
    else if (!c->json && (j = json_loadb(json.p, json.n, 0, NULL)))
        lines(c, j, &out);
    if (e == ERR_OK) {
        buf_char(&json, '\n');
        code = cli_put(c->out, c->json ? &json : &out) ? CLI_FINE : CLI_REFUSED;
    }
    json_decref(j);
    buf_free(&out);
    buf_free(&why);
    buf_free(&json);
    return code;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    struct asked *q = ARENA_NEW(a, struct asked);
    struct asking *k;
    int r, code = CLI_FINE;

    q->a = a;
    while (code == CLI_FINE && (r = cli_next(&it, options, W_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_whatif, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_whatif, &it, r, options, W_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            code = take(c, q, r, it.value);
        else if (!settings_take(a, &s, r, it.value))
            code = misuse(c, "--set", it.value);
    }
    if (code == CLI_FINE) {
        k = asking_open(c, a, &s);
        code = k ? count(c, k, q) : CLI_REFUSED;
        asking_close(k);
    }
    arena_free(a);
    return code;
}
