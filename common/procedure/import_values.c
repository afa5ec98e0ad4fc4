/* Limits, cases, fees and papers of a record of the national catalogue: what is a number and agrees
 * with itself is taken, the rest is left out and told.  Everything lives in the caller's arena; one
 * thread at a time. */
#include "common/procedure/importing.h"

/* ---------------------------------------------------------------- limits and cases */

struct told { /* a limit as one place of the record tells it */
    bool clear;
    struct quantity limit;
    const char *said; /* in the record's own words */
};

static bool same_limit(struct quantity a, struct quantity b)
{
    return a.unit == b.unit && quantity_cmp(a, b) == 0;
}

/* WORKING_DAY and DAY are promises to the end of a day (the day of receipt is not counted). */
static struct told limit_of(struct import *i, const struct yaml_node *map, const char *key,
                            const char *unit_key)
{
    static const char *const units[][2] = {{"WORKING_DAY", "working_day_eod"},
                                           {"DAY", "calendar_day"},
                                           {"HOUR", "hour"},
                                           {"MONTH", "month"}};
    const char *number = import_said(i, map, key), *unit = import_said(i, map, unit_key);
    struct told t = {.said = arena_printf(i->a, "%s %s", number, unit)};
    size_t u;

    for (u = 0; u < sizeof units / sizeof *units && strcmp(units[u][0], unit) != 0; u++)
        ;
    if (u == sizeof units / sizeof *units) {
        HAZARD(i, ERROR, import_at(map, unit_key), "N003",
               "đơn vị \"%s\" không nói là giờ, ngày hay tháng: thời hạn để trống",
               "the unit \"%s\" does not say hours, days or months: the limit is left out", unit);
        return t;
    }
    t.clear = quantity_parse(span_of(arena_printf(i->a, "%s %s", number, units[u][1])), &t.limit) &&
              t.limit.num > 0;
    if (!t.clear)
        HAZARD(i, ERROR, import_at(map, key), "N004",
               "thời hạn là lời văn, không phải số: \"%s\"; để trống",
               "the limit is words, not a number: \"%s\"; left out", number);
    return t;
}

struct limits {
    struct told by_channel[CHANNELS];
    bool has[CHANNELS];
    enum channel first; /* the counter where it is offered */
    bool clear;
    const char *said;
};

static void read_channels(struct import *i, struct limits *l)
{
    const struct yaml_node *list = import_list(i->record, "executionMethods");
    enum channel c;
    size_t k;

    for (k = 0; k < list->n; k++) {
        if (!import_channel(i, list->item[k], &c) || l->has[c])
            continue;
        l->has[c] = true;
        l->by_channel[c] = limit_of(i, list->item[k], "processingTime", "processingTimeUnit");
        l->clear = l->clear && l->by_channel[c].clear;
        l->said = arena_printf(i->a, "%s%s%s: %s", l->said, *l->said ? "; " : "", channel_name(c),
                               l->by_channel[c].said);
    }
    for (l->first = 0; l->first < CHANNELS && !l->has[l->first]; l->first++)
        ;
    l->clear = l->clear && l->first < CHANNELS;
}

/* The time of a case differs from that of the channels in a third of the records that were looked
 * at: which of them is the law's cannot be told from the record. */
static void compare_cases(struct import *i, struct limits *l)
{
    const struct yaml_node *list = import_list(i->record, "cases");
    size_t k;
    int c;

    for (k = 0; k < list->n; k++) {
        const struct yaml_node *time = yaml_get(list->item[k], "processingDay");
        struct told t;
        bool same = true;

        if (!time || time->kind != YAML_MAP)
            continue;
        t = limit_of(i, time, "qty", "type");
        for (c = 0; c < CHANNELS && t.clear; c++)
            same = same && (!l->has[c] || !l->by_channel[c].clear ||
                            same_limit(t.limit, l->by_channel[c].limit));
        l->said = arena_printf(i->a, "%s; %s: %s", l->said, import_said(i, list->item[k], "code"),
                               t.said);
        l->clear = l->clear && t.clear && same;
        if (!same)
            HAZARD(i, ERROR, time->at, "N005",
                   "trường hợp này %s, còn theo kênh thì khác (%s): thời hạn để trống",
                   "this case has %s, the channels have another (%s): the limit is left out",
                   t.said, l->said);
    }
}

static void write_cases(struct import *i)
{
    const struct yaml_node *list = import_list(i->record, "cases");
    bool used[100] = {false};
    size_t k, n;

    if (list->n < 2) /* one case is the procedure itself */
        return;
    buf_str(i->out, "cases:\n");
    for (k = 0; k < list->n; k++) {
        const char *code = import_said(i, list->item[k], "code"), *dot = strrchr(code, '.');
        int64_t number = 0;

        if (!dot || !span_i64(span_of(dot + 1), 1, 99, &number) || used[number]) {
            for (n = 1; n < 99 && used[n]; n++)
                ;
            HAZARD(i, WARNING, import_at(list->item[k], "code"), "N006",
                   "mã trường hợp \"%s\" lặp lại hoặc không đúng dạng: đánh số lại %02zu",
                   "the case code \"%s\" is used twice or malformed: numbered anew, %02zu", code,
                   n);
            number = (int64_t)n;
        }
        used[number] = true;
        buf_printf(i->out, "  - {case: \"%02d\", vi: ", (int)number);
        import_quoted(i, import_said(i, list->item[k], "name"));
        buf_str(i->out, "}\n");
    }
}

void import_limit(struct import *i)
{
    struct limits l = {.clear = true, .said = ""};
    int c;

    read_channels(i, &l);
    compare_cases(i, &l);
    if (!l.clear) {
        import_gap(i, "limit", l.said);
    } else {
        const char *comma = "";

        buf_str(i->out, "limit:\n  legal: ");
        quantity_print(l.by_channel[l.first].limit, i->out);
        buf_char(i->out, '\n');
        for (c = 0; c < CHANNELS; c++) {
            if (!l.has[c] || same_limit(l.by_channel[c].limit, l.by_channel[l.first].limit))
                continue;
            buf_printf(i->out, "%s%s: ", *comma ? comma : "  by_channel: {",
                       channel_name((enum channel)c));
            quantity_print(l.by_channel[c].limit, i->out);
            comma = ", ";
        }
        buf_str(i->out, *comma ? "}\n" : "");
    }
    write_cases(i);
}

/* ---------------------------------------------------------------- fees */

struct tariff { /* one fee over the channels */
    const char *what;
    bool has[CHANNELS];
    int64_t amount[CHANNELS];
};
struct tariffs {
    struct tariff item[FEE_ITEMS_MAX];
    size_t n;
    bool clear;
    const char *said;
};

#define DONG_MIN 1000 /* no fee is smaller: 5, 20, 150 are dollars or thousands */

static void unclear_money(struct import *i, const struct yaml_node *fee, struct tariffs *t,
                          const char *code, const char *vi, const char *en)
{
    HAZARD(i, ERROR, import_at(fee, "value"), code, "\"%s %s\": %s; lệ phí để trống (%s)",
           "\"%s %s\": %s; the fee is left out (%s)", import_said(i, fee, "value"),
           import_said(i, fee, "text"), vi, en);
    t->clear = false;
}

static void read_fee(struct import *i, const struct yaml_node *fee, enum channel c,
                     struct tariffs *t)
{
    const char *value = import_said(i, fee, "value"), *text = import_said(i, fee, "text");
    int64_t amount = 0;
    size_t k;

    t->said = arena_printf(i->a, "%s%s%s: %s %s", t->said, *t->said ? "; " : "", channel_name(c),
                           value, text);
    if (import_speaks(i, text, "usd") || import_speaks(i, text, "do la") ||
        import_speaks(i, value, "usd") || strchr(text, '$') || strchr(value, '$')) {
        unclear_money(i, fee, t, "N007", "ngoại tệ", "foreign currency");
        return;
    }
    if (!span_i64(span_of(value), 0, INT64_C(1000000000000), &amount)) {
        unclear_money(i, fee, t, "N008", "không phải số tiền", "not an amount");
        return;
    }
    if (amount > 0 && amount < DONG_MIN)
        unclear_money(i, fee, t, "N009", "nghìn đồng hay đô la?", "thousands or dollars?");
    for (k = 0; k < t->n && strcmp(t->item[k].what, text) != 0; k++)
        ;
    if (k == t->n && t->n == FEE_ITEMS_MAX) {
        unclear_money(i, fee, t, "N008", "quá nhiều khoản", "too many items");
        return;
    }
    if (k == t->n)
        t->item[t->n++] = (struct tariff){.what = text};
    t->item[k].has[c] = true;
    t->item[k].amount[c] = amount;
}

/* The same fee a thousand times as much on another channel: one of them is in thousands. */
static void compare_channels(struct import *i, struct tariffs *t)
{
    size_t k;
    int a, b;

    for (k = 0; k < t->n; k++)
        for (a = 0; a < CHANNELS; a++)
            for (b = 0; b < CHANNELS; b++)
                if (t->item[k].has[a] && t->item[k].has[b] && t->item[k].amount[a] > 0 &&
                    t->item[k].amount[b] == 1000 * t->item[k].amount[a]) {
                    HAZARD(i, ERROR, import_at(i->record, "executionMethods"), "N009",
                           "cùng một khoản (%s) mà kênh này gấp 1.000 lần kênh kia: để trống",
                           "the same fee (%s) is 1,000 times as much on another channel: left out",
                           t->item[k].what);
                    t->clear = false;
                }
}

static void write_tariff(struct import *i, const struct tariff *t, size_t number)
{
    const char *comma = "";
    int c, first;

    for (first = 0; first < CHANNELS && !t->has[first]; first++)
        ;
    buf_printf(i->out, "    - {fee: f%zu, vi: ", number);
    import_quoted(i, *t->what ? t->what : "Phí, lệ phí");
    buf_printf(i->out, ", amount: %lld", (long long)t->amount[first]);
    for (c = 0; c < CHANNELS; c++)
        if (t->has[c] && t->amount[c] != t->amount[first]) {
            buf_printf(i->out, "%s%s: %lld", *comma ? comma : ", by_channel: {",
                       channel_name((enum channel)c), (long long)t->amount[c]);
            comma = ", ";
        }
    buf_printf(i->out, "%s, unverified: true}\n", *comma ? "}" : "");
}

void import_fee(struct import *i)
{
    const struct yaml_node *methods = import_list(i->record, "executionMethods");
    struct tariffs t = {.clear = true, .said = ""};
    enum channel c;
    size_t k, f;

    for (k = 0; k < methods->n; k++) {
        const struct yaml_node *fees = import_list(methods->item[k], "fees");

        for (f = 0; f < fees->n && import_channel(i, methods->item[k], &c); f++)
            read_fee(i, fees->item[f], c, &t);
    }
    compare_channels(i, &t);
    if (!t.clear) {
        import_gap(i, "fee", t.said);
        return;
    }
    if (t.n == 0) {
        buf_str(i->out, "fee: {amount: 0}\n");
        return;
    }
    buf_str(i->out, "fee:\n  items:\n");
    for (k = 0; k < t.n; k++)
        write_tariff(i, &t.item[k], k + 1);
}

/* ---------------------------------------------------------------- papers */

static bool number_of(struct import *i, const struct yaml_node *paper, const char *key,
                      int64_t *ret)
{
    *ret = 0;
    return span_i64(span_of(import_said(i, paper, key)), 0, 999, ret);
}

/* How strongly a paper is asked for stands in the catalogue's words alone. */
static const char *need_of(struct import *i, const struct yaml_node *paper, const char *group,
                           bool papers)
{
    static const char *const some[] = {"mot trong", "truong hop", "doi voi", "hoac"};
    const char *name = import_said(i, paper, "name");
    size_t k;

    if (!papers) {
        HAZARD(i, WARNING, paper->at, "N010",
               "0 bản chính, 0 bản sao: là ghi chú, không phải giấy tờ phải nộp (%s)",
               "no originals, no copies: a note, not a paper to hand in (%s)", name);
        return "note";
    }
    if (import_speaks(i, group, "luu y") || import_speaks(i, group, "ghi chu"))
        return "note";
    if (import_speaks(i, name, "neu co"))
        return "if_any";
    for (k = 0; k < sizeof some / sizeof *some; k++)
        if (import_speaks(i, name, some[k]) || import_speaks(i, group, some[k])) {
            HAZARD(i, WARNING, paper->at, "N011",
                   "giấy tờ chỉ phải nộp trong một số trường hợp (%s): xem lại need",
                   "a paper asked for in some cases only (%s): look at need", name);
            return "if_any";
        }
    return "required";
}

static bool seen(struct import *i, const struct yaml_node *groups, size_t group, size_t paper,
                 const char *code)
{
    size_t g, k;

    for (g = 0; g <= group && *code; g++) {
        const struct yaml_node *list = import_list(groups->item[g], "profileComponents");

        for (k = 0; k < list->n && (g < group || k < paper); k++)
            if (strcmp(import_said(i, list->item[k], "code"), code) == 0)
                return true;
    }
    return false;
}

static void write_paper(struct import *i, const struct yaml_node *paper, const char *group,
                        size_t number)
{
    const char *code = import_said(i, paper, "code"), *need;
    int64_t originals, copies;

    (void)number_of(i, paper, "original_qty", &originals);
    (void)number_of(i, paper, "copy_qty", &copies);
    need = need_of(i, paper, group, originals + copies > 0);
    buf_printf(i->out, "  - {component: c%zu, vi: ", number);
    import_quoted(i, import_said(i, paper, "name"));
    buf_printf(i->out, ", need: %s", need);
    if (originals)
        buf_printf(i->out, ", originals: %d", (int)originals);
    if (copies)
        buf_printf(i->out, ", copies: %d", (int)copies);
    if (import_speaks(i, group, "xuat trinh"))
        buf_str(i->out, ", present: true");
    if (*code) {
        buf_str(i->out, ", national: ");
        import_quoted(i, code);
    }
    buf_str(i->out, "}\n");
}

void import_components(struct import *i)
{
    const struct yaml_node *groups = import_list(i->record, "executionCases");
    size_t g, k, n = 0;

    buf_str(i->out, "components:");
    for (g = 0; g < groups->n; g++) {
        const char *group = import_said(i, groups->item[g], "name");
        const struct yaml_node *list = import_list(groups->item[g], "profileComponents");

        for (k = 0; k < list->n; k++) {
            const char *code = import_said(i, list->item[k], "code");

            if (seen(i, groups, g, k, code)) {
                HAZARD(i, WARNING, list->item[k]->at, "N017",
                       "giấy tờ %s đã có ở trên: bỏ dòng này",
                       "the paper %s stands above already: this line is left out", code);
                continue;
            }
            if (n == 0 || k == 0)
                buf_printf(i->out, "%s  # %s\n", n == 0 ? "\n" : "", group);
            write_paper(i, list->item[k], group, ++n);
        }
    }
    buf_str(i->out, n ? "" : " []\n");
}
