/* One figure or rate by two dimensions (bảng hai chiều): what is asked, what the answer looks like.
 * The counting is the store's.  The worker's thread. */
#include "server/api/figures.h"

static const struct route_param cross_params[] = {
    FIGURE_PARAMS,
    {"by", {"dòng chia theo chiều nào", "dimension of the rows"}},
    {"across", {"cột chia theo chiều nào", "dimension of the columns"}},
    {"figure",
     {"số liệu hoặc tỷ lệ nào, của chuyên đề nào cũng được", "which figure or rate, of any topic"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};

static void came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    if (e != ERR_LIMIT) {
        page_came(owner, e, json, version);
        return;
    }
    if (req_back(rq))
        reply_detail(rq, ERR_LIMIT,
                     "Bảng quá lớn: nhiều nhất 200 cột, 50.000 ô. Hãy lọc theo cơ quan, lĩnh vực "
                     "hoặc đổi dòng với cột.",
                     "The table is too large: 200 columns and 50,000 cells at most. Filter by "
                     "agency or field, or swap rows and columns.");
}

static void cross(struct req *rq)
{
    struct span name = req_query(rq, "figure");
    struct figures_query q;
    int across, file, topic;

    if (!figures_read(rq, &q) || (file = export_asked(rq)) < 0 ||
        !req_query_choice(rq, "across", FIGURE_BY_WORDS, BY_TOTAL, &across))
        return;
    q.across = (enum figure_by)across;
    topic = name.p ? figures_ask(&q, name) : -1;
    if (topic < 0 || !figures_crossable(q.by, q.across)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Cần figure: một số liệu hoặc tỷ lệ như ở /v1/figures/definitions?topic=all; "
                     "by và across: hai chiều khác nhau, nhiều nhất một chiều là kỳ.",
                     "figure names one figure or rate as /v1/figures/definitions?topic=all tells "
                     "them; by and across are two dimensions, at most one of them periods.");
        return;
    }
    q.topic = (enum figure_topic)topic;
    if (!figures_not_long(rq, &q))
        return;
    if (file > 0) {
        figures_export_cross(rq, file, &q);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures_cross(rq->api->store, &rq->viewer, &q, came, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key value_keys[] = {
    A_INT("n", 0, "số đếm; của tỷ lệ: tử số", "the number; of a rate: what stands above"),
    A_INT("of", ANSWER_MAYBE, "mẫu số (tỷ lệ)", "what stands below (rates)"),
    A_INT("tenths", ANSWER_MAYBE | ANSWER_NULL, "phần nghìn, làm tròn; null: mẫu số bằng không",
          "tenths of a percent, rounded; null: nothing below"),
};
static const struct answer_shape value_shape = A_SHAPE("CrossValue", value_keys);
#define NAME_KEYS                                                                                  \
    A_WORD("key", ANSWER_NULL, "mã; null: tổng số, hoặc không rõ",                                 \
           "key; null: the total, nobody"),                                                        \
        A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),                                   \
        A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),                         \
        A_TIME("from", ANSWER_MAYBE, "từ (kỳ)", "from, of a period"),                              \
        A_TIME("to", ANSWER_MAYBE, "đến trước (kỳ)", "up to, of a period")
static const struct answer_key column_keys[] = {NAME_KEYS};
static const struct answer_shape column_shape = A_SHAPE("CrossColumn", column_keys);
static const struct answer_key line_keys[] = {
    NAME_KEYS,
    A_OBJECT("value", 0, &value_shape, "cả dòng", "of the whole row"),
    A_LIST("cells", 0, &value_shape, "từng ô, theo thứ tự cột", "what stands in each column"),
};
static const struct answer_shape line_shape = A_SHAPE("CrossLine", line_keys);
static const struct answer_key cross_keys[] = {
    A_WITH(&figures_head_shape),
    A_ENUM("across", 0, FIGURE_BY_WORDS, "cột chia theo", "dimension of the columns"),
    A_WORD("figure", 0, "số liệu hoặc tỷ lệ", "the figure or rate"),
    A_BOOL("adds_up", 0,
           "các ô cộng lại bằng tổng; false: chia theo kỳ mà số liệu là của một thời điểm",
           "cells add up to the totals; false: by periods, and the number is of a moment"),
    A_LIST("columns", 0, &column_shape, "các cột", "the columns"),
    A_OBJECT("total", 0, &line_shape, "tổng số", "the total"),
    A_PAGE(&line_shape, "từng dòng", "the rows"),
};
static const struct answer_shape cross_shape = A_SHAPE("FigureCross", cross_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .flags = ROUTE_PACK, .pattern = "/v1/figures/cross", .handle = cross,
     .answer = &cross_shape, .medias = export_media, .query = cross_params,
     .summary = {"Một số liệu theo hai chiều, dòng và cột, có tổng",
                 "One figure by two dimensions, rows and columns, with totals"}},
};
ROUTE_TABLE(routes_figures_cross, rows);
