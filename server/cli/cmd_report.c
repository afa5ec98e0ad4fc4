/* motcuad report: frozen reports (report_frozen.c) and ii06a: the columns of form II.06a and the
 * first-submission rates; report catch-up: how late rungs of clocks fired; report cash: what was
 * received and given back.  The same figures as the API.  Owns its arena for the length of a run.
 * Main thread. */
#include <string.h>

#include "server/cli/indices_file.h"
#include "server/cli/report_verb.h"
#include "server/store/indices.h"

static int run(struct cli *c, int argc, char **argv);

const struct cli_verb cmd_report = {
    "report",
    run,
    {"báo cáo: biểu II.06a, tỷ lệ hợp lệ lần đầu; báo cáo đã chốt",
     "reports: form II.06a, first-submission-valid rates; frozen reports"},
    {"report ii06a --from NGÀY --to NGÀY [--as-of LÚC] [--basis original|basis|current] "
     "[--agency CƠ-QUAN] [--by total|agency|field|procedure|officer|month|…] [--config TỆP]\n"
     "report catch-up --from NGÀY --to NGÀY [--late PHÚT] [--agency CƠ-QUAN] [--config TỆP]\n"
     "report cash --from NGÀY --to NGÀY [--agency CƠ-QUAN] [--config TỆP]\n"
     "report topic CHUYÊN-ĐỀ --from NGÀY --to NGÀY [--by …] [--agency CƠ-QUAN] …\n"
     "report index BỘ-CHỈ-SỐ --from NGÀY --to NGÀY [--agency CƠ-QUAN] …\n"
     "report freeze ii06a|ii06b|figures|steps|reasons|topic|index|cross --from NGÀY --to NGÀY "
     "--author TÀI-KHOẢN [--topic …] [--index …] [--figure SỐ-LIỆU --by … --across …] "
     "[--remark GHI-CHÚ] [--as-of LÚC] …\n"
     "report frozen | show SỐ | verify SỐ | diff SỐ [--config TỆP]\n"
     "report registers --agency ĐƠN-VỊ [--year NĂM] [--config TỆP]\n"
     "report close-register LĨNH-VỰC --agency ĐƠN-VỊ --year NĂM --last SỐ-CUỐI --author TÀI-KHOẢN",
     "report ii06a --from DATE --to DATE [--as-of TIME] [--basis original|basis|current] "
     "[--agency AGENCY] [--by total|agency|field|procedure|officer|month|…] [--config FILE]\n"
     "report catch-up --from DATE --to DATE [--late MINUTES] [--agency AGENCY] [--config FILE]\n"
     "report cash --from DATE --to DATE [--agency AGENCY] [--config FILE]\n"
     "report topic TOPIC --from DATE --to DATE [--by …] [--agency AGENCY] …\n"
     "report index INDEX --from DATE --to DATE [--agency AGENCY] …\n"
     "report freeze ii06a|ii06b|figures|steps|reasons|topic|index|cross --from DATE --to DATE "
     "--author LOGIN [--topic …] [--index …] [--figure FIGURE --by … --across …] "
     "[--remark TEXT] [--as-of TIME] …\n"
     "report frozen | show NUMBER | verify NUMBER | diff NUMBER [--config FILE]\n"
     "report registers --agency UNIT [--year YEAR] [--config FILE]\n"
     "report close-register FIELD --agency UNIT --year YEAR --last NUMBER --author LOGIN"},
};

static const struct cli_option options[] = {
    SETTINGS_OPTIONS,    {"--from", false},   {"--to", false},     {"--as-of", false},
    {"--basis", false},  {"--agency", false}, {"--by", false},     {"--late", false},
    {"--remark", false}, {"--author", false}, {"--year", false},   {"--last", false},
    {"--topic", false},  {"--index", false},  {"--across", false}, {"--figure", false}};

#define OUT_MAX ((size_t)32 << 20)

const char *report_say(const struct cli *c, const char *vi, const char *en)
{
    return c->lang == LANG_EN ? en : vi;
}

void report_percent(struct buf *out, const json_t *rate, const struct cli *c)
{
    int64_t tenths = json_i64(rate, "tenths", -1);

    if (tenths < 0)
        buf_str(out, "–");
    else
        buf_printf(out, "%lld%c%lld %% (%lld/%lld)", (long long)(tenths / 10),
                   c->lang == LANG_EN ? '.' : ',', (long long)(tenths % 10),
                   (long long)json_i64(rate, "n", 0), (long long)json_i64(rate, "of", 0));
}

static void column(struct buf *out, const json_t *item, const char *key)
{
    const json_t *v = json_object_get(item, key);

    if (json_is_integer(v))
        buf_printf(out, " %7lld", (long long)json_integer_value(v));
    else
        buf_printf(out, " %7s", "–");
}

static void rates(const struct cli *c, const json_t *item, struct buf *out)
{
    static const enum figure_id beside[] = {FIGURE_PENDING_WAITING, FIGURE_ENDED_OTHER};
    const char *title;

    for (int i = 0; i < RATES; i++) {
        if (rate_topic_of((enum rate_id)i) != TOPIC_DOSSIERS)
            continue;
        title = c->lang == LANG_EN ? RATE[i].title.en : RATE[i].title.vi;
        buf_printf(out, "    %s: ", title);
        report_percent(out, json_object_get(item, RATE[i].name), c);
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        const struct figure_def *f = &FIGURE[beside[i]];

        buf_printf(out, "    %s: %lld\n", c->lang == LANG_EN ? f->title.en : f->title.vi,
                   (long long)json_i64(item, f->name, 0));
    }
}

const char *report_name(const struct cli *c, const json_t *item)
{
    const char *title = json_str(item, c->lang == LANG_EN ? "title_en" : "title");

    if (!title)
        title = json_str(item, "title");
    if (!title)
        title = json_str(item, "key");
    return title ? title : report_say(c, "Toàn bộ", "All");
}

static void table(const struct cli *c, const json_t *j, struct buf *out)
{
    static const enum figure_id column_of[FORM_COLUMNS] = {
        FIGURE_TOTAL,    FIGURE_RECEIVED_ONLINE, FIGURE_RECEIVED_OTHER,   FIGURE_CARRIED,
        FIGURE_RESOLVED, FIGURE_RESOLVED_EARLY,  FIGURE_RESOLVED_ON_TIME, FIGURE_RESOLVED_LATE,
        FIGURE_PENDING,  FIGURE_PENDING_WITHIN,  FIGURE_PENDING_OVERDUE};
    const json_t *item;
    size_t i, k;

    buf_printf(out, "%s  %s … %s, %s %s, %s: %s\n",
               report_say(c, "Biểu II.06a/VPCP/KSTT", "Form II.06a/VPCP/KSTT"), json_str(j, "from"),
               json_str(j, "to"), report_say(c, "tính đến", "as of"), json_str(j, "as_of"),
               report_say(c, "xét theo hạn", "judged by due"), json_str(j, "basis"));
    buf_str(out, "   ");
    for (k = 1; k <= FORM_COLUMNS; k++)
        buf_printf(out, k < 10 ? "     (%zu)" : "    (%zu)", k);
    buf_char(out, '\n');
    json_array_foreach(json_object_get(j, "items"), i, item)
    {
        buf_printf(out, "%s\n   ", report_name(c, item));
        for (k = 0; k < FORM_COLUMNS; k++)
            column(out, item, FIGURE[column_of[k]].name);
        buf_char(out, '\n');
        rates(c, item, out);
    }
}

/* ---------------------------------------------------------------- the query */

static int word_of(const char *s, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(s, words[i]) == 0)
            return i;
    return -1;
}

int report_bad(struct cli *c, const char *option, const char *value)
{
    return cli_misuse(c, &cmd_report, "%s không hiểu \"%s\"", "%s does not understand \"%s\"",
                      option, value ? value : "");
}

static int query_of(struct cli *c, const char *const *value, struct figures_query *q)
{
    dayno from, to;
    int basis = value[O_BASIS] ? word_of(value[O_BASIS], DUE_BASIS_WORDS) : DUE_BASIS;
    int by = value[O_BY] ? word_of(value[O_BY], FIGURE_BY_WORDS) : BY_TOTAL;

    *q = (struct figures_query)FIGURES_QUERY_ANY;
    if (!value[O_FROM] || !day_parse(span_of(value[O_FROM]), &from))
        return report_bad(c, "--from", value[O_FROM]);
    if (!value[O_TO] || !day_parse(span_of(value[O_TO]), &to))
        return report_bad(c, "--to", value[O_TO]);
    if (to <= from)
        return cli_misuse(c, &cmd_report, "--to phải sau --from (ngày --to không tính)",
                          "--to must be after --from (the day of --to is not counted)");
    if (value[O_AS_OF] && !instant_parse(span_of(value[O_AS_OF]), &q->as_of))
        return report_bad(c, "--as-of", value[O_AS_OF]);
    if (basis < 0)
        return report_bad(c, "--basis", value[O_BASIS]);
    if (by < 0)
        return report_bad(c, "--by", value[O_BY]);
    q->from = instant_of(day_start(from));
    q->to = instant_of(day_start(to));
    q->basis = (enum due_basis)basis;
    q->by = (enum figure_by)by;
    return CLI_FINE;
}

bool report_agency(struct cli *c, struct asking *k, const char *agency, int *ret)
{
    const struct organisation *o = asking_snapshot(k)->org;
    int at = agency ? organisation_find(o, agency) : -1;

    if (agency && at < 0) {
        (void)cli_refuse(c, "không có cơ quan \"%s\"", "no such agency: \"%s\"", agency);
        return false;
    }
    *ret = at >= 0 ? o->agency[at].id : 0;
    return true;
}

/* Waits for what was asked and prints it: as it came, or as `print` says. */
int report_answer(struct cli *c, struct asking *k,
                  void (*print)(const struct cli *c, const json_t *j, struct buf *out),
                  const char *must)
{
    struct span json = SPAN_NONE;
    struct buf out;
    json_t *j;
    enum err e = asking_wait(k, &json);
    int code;

    if (e != ERR_OK)
        return cli_refuse(c, "%s", "%s", err_title(e, c->lang));
    buf_init(&out, OUT_MAX);
    /* our own text, however many values: the bounds of what comes in do not hold here */
    j = json_loadb(json.p, json.n, 0, NULL);
    if (c->json) {
        buf_span(&out, json);
        buf_char(&out, '\n');
    } else if (j) {
        print(c, j, &out);
    }
    code = cli_put(c->out, &out) && (!must || json_flag(j, must, false)) ? CLI_FINE : CLI_REFUSED;
    json_decref(j);
    buf_free(&out);
    return code;
}

static int ii06a(struct cli *c, struct asking *k, const struct figures_query *query,
                 const char *const *value)
{
    struct figures_query q = *query;

    if (!report_agency(c, k, value[O_AGENCY], &q.agency))
        return CLI_REFUSED;
    store_figures(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, table, NULL);
}

/* ---------------------------------------------------------------- how late rungs fired */

static void late_table(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item;
    size_t i;

    buf_printf(out, "%s\n",
               report_say(c, "   số mốc      trễ  trễ nhất (phút)",
                          "    rungs     late  the latest (minutes)"));
    json_array_foreach(json_object_get(j, "items"), i, item)
    {
        buf_printf(out, " %8lld %8lld %8lld  %s  %s\n", (long long)json_i64(item, "n", 0),
                   (long long)json_i64(item, "late", 0),
                   (long long)json_i64(item, "most_late_minutes", 0), json_str(item, "rung"),
                   json_str(item, "title"));
    }
    if (i == 0)
        buf_printf(out, "%s\n", report_say(c, "không có mốc nào", "none"));
}

static int catch_up(struct cli *c, struct asking *k, const struct figures_query *period,
                    const char *const *value)
{
    struct catch_up_query q = {.from = period->from,
                               .to = period->to,
                               .late_minutes = 5,
                               .after = INSTANT_NONE,
                               .lang = c->lang};

    if (value[O_LATE] && !span_i64(span_of(value[O_LATE]), 0, INT32_MAX, &q.late_minutes))
        return report_bad(c, "--late", value[O_LATE]);
    if (!report_agency(c, k, value[O_AGENCY], &q.agency))
        return CLI_REFUSED;
    store_catch_up(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, late_table, NULL);
}

/* ---------------------------------------------------------------- cash book */

static void cash_line(const json_t *sum, const char *what, const char *by, const char *where,
                      struct buf *out)
{
    buf_printf(out, " %6lld %15lld %15lld %15lld %15lld  %s%s%s%s%s\n",
               (long long)json_i64(sum, "n", 0), (long long)json_i64(sum, "amount", 0),
               (long long)json_i64(sum, "fee", 0), (long long)json_i64(sum, "charge", 0),
               (long long)json_i64(sum, "duty", 0), what, by ? ", " : "", by ? by : "",
               where ? ", " : "", where ? where : "");
}

static void cash_table(const struct cli *c, const json_t *j, struct buf *out)
{
    const char *received = report_say(c, "đã thu", "received"),
               *back = report_say(c, "đã hoàn", "given back");
    const json_t *item;
    size_t i;

    buf_printf(
        out, "%s %s … %s\n%s\n", report_say(c, "Sổ thu phí, lệ phí", "Cash book"),
        json_str(j, "from"), json_str(j, "to"),
        report_say(c, "  số lần         số tiền             phí          lệ phí  nghĩa vụ khác",
                   "   times          amount            fees   state charges    obligations"));
    cash_line(json_object_get(j, "received"), received, NULL, NULL, out);
    cash_line(json_object_get(j, "given_back"), back, NULL, NULL, out);
    json_array_foreach(json_object_get(j, "items"), i, item)
        cash_line(item, json_flag(item, "refund", false) ? back : received,
                  json_str(item, "method"), json_str(json_object_get(item, "agency"), "name"), out);
}

static int cash(struct cli *c, struct asking *k, const struct figures_query *period,
                const char *const *value)
{
    struct cash_query q = {.from = period->from,
                           .to = period->to,
                           .refund = -1,
                           .after = INSTANT_NONE,
                           .lang = c->lang};

    if (!report_agency(c, k, value[O_AGENCY], &q.agency))
        return CLI_REFUSED;
    store_cash(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, cash_table, NULL);
}

/* ---------------------------------------------------------------- which one */

static const struct report {
    const char *name;
    report_run *run;
    bool days, operand; /* asks for --from and --to; takes a word more */
    bool indices;       /* may ask for one */
} reports[] = {{"ii06a", ii06a, true, false, false},
               {"catch-up", catch_up, true, false, false},
               {"cash", cash, true, false, false},
               {"freeze", report_freeze, true, true, true},
               {"frozen", report_frozen, false, false, false},
               {"show", report_show, false, true, false},
               {"verify", report_verify, false, true, true},
               {"diff", report_diff, false, true, false},
               {"topic", report_topic, true, true, false},
               {"index", report_index, true, true, true},
               {"registers", report_registers, false, false, false},
               {"close-register", report_close_register, false, true, false}};
#define REPORTS (sizeof reports / sizeof *reports)

static const struct report *report_named(const char *name)
{
    for (size_t i = 0; name && i < REPORTS; i++)
        if (strcmp(reports[i].name, name) == 0)
            return &reports[i];
    return NULL;
}

static bool takes_word(const char *name)
{
    const struct report *r = report_named(name);

    return r && r->operand;
}

/* Those of the configuration; false after saying what is wrong with them. */
static bool indices_known(struct cli *c, struct asking *k, struct arena *a)
{
    struct indices *all = ARENA_NEW(a, struct indices);

    if (!indices_read(c, a, asking_config(k)->indices_directory, all))
        return false;
    store_set_indices(asking_store(k), all);
    return true;
}

static int run(struct cli *c, int argc, char **argv)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    struct settings s = {.file = NULL};
    const char *value[O_VALUES] = {NULL}, *name = NULL;
    struct figures_query q;
    struct asking *k;
    const struct report *which;
    int r, code = CLI_FINE;

    while (code == CLI_FINE && (r = cli_next(&it, options, O_COUNT)) != CLI_END) {
        if (r == CLI_OPERAND && !name)
            name = it.operand;
        else if (r == CLI_OPERAND && !value[O_OPERAND] && takes_word(name))
            value[O_OPERAND] = it.operand;
        else if (r == CLI_OPERAND)
            code =
                cli_misuse(c, &cmd_report, "thừa tham số: %s", "one word too many: %s", it.operand);
        else if (r < 0)
            code = cli_bad_option(c, &cmd_report, &it, r, options, O_COUNT);
        else if (r >= SETTINGS_OPTIONS_N)
            value[r] = it.value;
        else if (!settings_take(a, &s, r, it.value))
            code = cli_misuse(c, &cmd_report, "--set cần KHÓA=GIÁ-TRỊ, không phải \"%s\"",
                              "--set wants KEY=VALUE, not \"%s\"", it.value);
    }
    which = report_named(name);
    if (code == CLI_FINE && !which)
        code = cli_misuse(
            c, &cmd_report,
            "không có báo cáo \"%s\", hiện có: ii06a, catch-up, cash, "
            "freeze, frozen, show, verify, diff, topic, index, registers, close-register",
            "no such report: \"%s\", there are: ii06a, catch-up, cash, freeze, frozen, "
            "show, verify, diff, topic, index, registers, close-register",
            name ? name : "");
    q = (struct figures_query)FIGURES_QUERY_ANY;
    if (code == CLI_FINE && which->days)
        code = query_of(c, value, &q);
    if (code == CLI_FINE) {
        k = asking_open(c, a, &s);
        code = k && (!which->indices || indices_known(c, k, a)) ? which->run(c, k, &q, value)
                                                                : CLI_REFUSED;
        asking_close(k);
    }
    arena_free(a);
    return code;
}
