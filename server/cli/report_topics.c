/* motcuad report topic, index: figures of a topic, agencies scored by an index, as the API tells
 * them.  Main thread. */
#include <string.h>

#include "server/cli/report_verb.h"
#include "server/store/indices.h"

/* ---------------------------------------------------------------- topics */

/* Each figure and rate of the topic that the answer has, a line each. */
static void topic_row(const struct cli *c, const json_t *item, struct buf *out)
{
    bool en = c->lang == LANG_EN;

    buf_printf(out, "%s\n", report_name(c, item));
    for (int i = 0; i < FIGURES; i++) {
        const json_t *v = json_object_get(item, FIGURE[i].name);

        if (json_is_integer(v))
            buf_printf(out, "  %15lld  %s\n", (long long)json_integer_value(v),
                       en ? FIGURE[i].title.en : FIGURE[i].title.vi);
    }
    for (int i = 0; i < RATES; i++) {
        const json_t *v = json_object_get(item, RATE[i].name);

        if (!v)
            continue;
        buf_printf(out, "    %s: ", en ? RATE[i].title.en : RATE[i].title.vi);
        report_percent(out, v, c);
        buf_char(out, '\n');
    }
}

static void topic_rows(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item, *items = json_object_get(j, "items");
    size_t i;

    buf_printf(out, "%s … %s, %s %s\n", json_str(j, "from"), json_str(j, "to"),
               report_say(c, "tính đến", "as of"), json_str(j, "as_of"));
    json_array_foreach(items, i, item) topic_row(c, item, out);
    if (json_array_size(items) != 1)
        topic_row(c, json_object_get(j, "total"), out);
}

int report_topic(struct cli *c, struct asking *k, const struct figures_query *query,
                 const char *const *value)
{
    struct figures_query q = *query;
    int t = 0;

    while (TOPIC_WORDS[t] && (!value[O_OPERAND] || strcmp(TOPIC_WORDS[t], value[O_OPERAND]) != 0))
        t++;
    if (!TOPIC_WORDS[t] || t == TOPIC_DOSSIERS)
        return report_bad(c, "report topic", value[O_OPERAND]);
    if (!report_agency(c, k, value[O_AGENCY], &q.agency))
        return CLI_REFUSED;
    q.topic = (enum figure_topic)t;
    q.uncollected = (int)asking_config(k)->report_uncollected;
    store_figures(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, topic_rows, NULL);
}

/* ---------------------------------------------------------------- indices */

static void points(struct buf *out, const json_t *item, const char *key, const struct cli *c)
{
    const json_t *v = json_object_get(item, key);
    long long n = (long long)json_integer_value(v);

    if (json_is_integer(v))
        buf_printf(out, " %4lld%c%03lld", n / INDEX_POINT, c->lang == LANG_EN ? '.' : ',',
                   n % INDEX_POINT);
    else
        buf_printf(out, " %8s", "–");
}

static void score_rows(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item;
    size_t i;

    buf_printf(out, "%s: %s … %s, %s %s\n", report_name(c, j), json_str(j, "from"),
               json_str(j, "to"), report_say(c, "tính đến", "as of"), json_str(j, "as_of"));
    buf_printf(
        out, "%s\n",
        report_say(c, " hạng     điểm    đo được  xếp loại", " rank    score measured  band"));
    json_array_foreach(json_object_get(j, "items"), i, item)
    {
        const char *band = json_str(item, c->lang == LANG_EN ? "band_title_en" : "band_title");
        int64_t rank = json_i64(item, "rank", 0);

        if (rank)
            buf_printf(out, "%5lld", (long long)rank);
        else
            buf_printf(out, "    –");
        points(out, item, "score", c);
        points(out, item, "measured", c);
        buf_printf(out, "  %-12s %-12s %s\n", band ? band : "–", json_str(item, "type"),
                   report_name(c, item));
    }
}

int report_index(struct cli *c, struct asking *k, const struct figures_query *query,
                 const char *const *value)
{
    struct figures_query q = *query;

    if (!value[O_OPERAND])
        return report_bad(c, "report index", NULL);
    if (!report_agency(c, k, value[O_AGENCY], &q.agency))
        return CLI_REFUSED;
    q.uncollected = (int)asking_config(k)->report_uncollected;
    store_index_named(asking_store(k), asking_viewer(), &q, value[O_OPERAND], asking_heard, k);
    return report_answer(c, k, score_rows, NULL);
}
