/* motcuad report registers, close-register: register books, as the API does it.  Main thread. */
#include "server/cli/report_verb.h"
#include "server/store/registers.h"

static void book_line(const json_t *b, struct buf *out)
{
    const char *closed = json_str(b, "closed"), *digest = json_str(b, "digest");
    const char *by = json_str(b, "closed_by_name");

    buf_printf(out, "%4lld  %-12s %7lld %4lld  %-25s  %s  %s%s%s\n",
               (long long)json_i64(b, "year", 0), json_str(b, "field"),
               (long long)json_i64(b, "last", 0), (long long)json_i64(b, "volumes", 0),
               closed ? closed : "–", json_str(b, "title"), by ? by : "", by ? "  " : "",
               digest ? digest : "");
}

static void book_lines(const struct cli *c, const json_t *j, struct buf *out)
{
    const json_t *item;
    size_t i;

    buf_printf(out, "%s\n",
               report_say(c, " năm  lĩnh vực     số cuối quyển  khóa sổ",
                          "year  field         last no. vol.  closed"));
    json_array_foreach(json_object_get(j, "items"), i, item) book_line(item, out);
    if (i == 0)
        buf_printf(out, "%s\n", report_say(c, "chưa có sổ nào", "no book yet"));
}

static void closed_line(const struct cli *c, const json_t *j, struct buf *out)
{
    (void)c;
    book_line(j, out);
}

static int register_of(struct cli *c, struct asking *k, const char *const *value, bool year,
                       struct register_query *q)
{
    int64_t y = 0;

    *q = (struct register_query){.settled = (int)asking_config(k)->report_settled,
                                 .size = (int)asking_config(k)->register_volume,
                                 .lang = c->lang};
    if (!value[O_AGENCY])
        return report_bad(c, "--agency", NULL);
    if ((year || value[O_YEAR]) &&
        (!value[O_YEAR] || !span_i64(span_of(value[O_YEAR]), 2000, 2200, &y)))
        return report_bad(c, "--year", value[O_YEAR]);
    q->year = (int)y;
    store_set_registers(asking_store(k), asking_config(k)->register_fields.item,
                        asking_config(k)->register_fields.n);
    return report_agency(c, k, value[O_AGENCY], &q->agency) ? CLI_FINE : CLI_REFUSED;
}

int report_registers(struct cli *c, struct asking *k, const struct figures_query *query,
                     const char *const *value)
{
    struct register_query q;
    int code = register_of(c, k, value, false, &q);

    (void)query;
    if (code != CLI_FINE)
        return code;
    store_register_books(asking_store(k), asking_viewer(), &q, asking_heard, k);
    return report_answer(c, k, book_lines, NULL);
}

int report_close_register(struct cli *c, struct asking *k, const struct figures_query *query,
                          const char *const *value)
{
    struct viewer v = *asking_viewer();
    struct register_query q;
    int code = register_of(c, k, value, true, &q);

    (void)query;
    if (code != CLI_FINE)
        return code;
    q.field = value[O_OPERAND];
    v.user = value[O_AUTHOR] ? report_account(k, value[O_AUTHOR]) : 0;
    if (!q.field)
        return report_bad(c, "report close-register", q.field);
    if (!v.user)
        return report_bad(c, "--author", value[O_AUTHOR]);
    if (!value[O_LAST] || !span_i64(span_of(value[O_LAST]), 1, INT32_MAX, &q.last))
        return report_bad(c, "--last", value[O_LAST]);
    store_register_close(asking_store(k), &v, &q, asking_heard, k);
    return report_answer(c, k, closed_line, NULL);
}
