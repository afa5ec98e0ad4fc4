/* Figures by topic besides the dossiers in the work: answers to online submissions, supplements,
 * opinions, apologies, fees, results, paper, reception; and the items behind each number.  What is
 * counted is defined in common/figures.  The worker's thread. */
#include "server/api/figures.h"

static const struct route_param rows_params[] = {
    FIGURE_PARAMS,
    {"competent", {"cơ quan giải quyết, cả cấp dưới", "competent agency, with those under it"}},
    {"by", {"chia theo chiều nào", "by which dimension"}},
    {"compare", {"1: cùng kỳ trước liền kề", "1: with the period before"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param items_params[] = {
    FIGURE_PARAMS,
    {"competent", {"cơ quan giải quyết, cả cấp dưới", "competent agency, with those under it"}},
    {"figure", {"số liệu cần liệt kê", "the number whose items are listed"}},
    {"by", {"chiều của dòng key", "dimension of the row key"}},
    {"key", {"dòng nào; không có: tổng số", "of which row; none: the total"}},
    {"across", {"chiều của cột across_key", "dimension of the column across_key"}},
    {"across_key", {"chỉ trong cột nào", "only in which column"}},
    PAGE_PARAMS,
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};

/* The topic of the path and the competent agency; false after answering 404 or 400. */
static bool topic_read(struct req *rq, struct figures_query *q)
{
    struct span s = span_of(rq->param[0]);

    if (!query_agency_as(rq, "competent", &q->competent))
        return false;

    for (int i = 0; i < TOPICS; i++)
        if (i != TOPIC_DOSSIERS && span_is(s, TOPIC[i].name)) {
            q->topic = (enum figure_topic)i;
            return true;
        }
    reply_problem(rq, ERR_NOT_FOUND);
    return false;
}

static void topic(struct req *rq)
{
    struct figures_query q;
    int file;

    if (!figures_read(rq, &q) || !topic_read(rq, &q) || (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_rows(rq, file, &q);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void items(struct req *rq)
{
    struct figures_query q;
    struct page_query pg;
    struct span key = req_query(rq, "key"), column = req_query(rq, "across_key");
    int figure, file, across;

    if (!figures_read(rq, &q) || !topic_read(rq, &q) || (file = export_asked(rq)) < 0 ||
        !req_query_choice(rq, "figure", FIGURE_WORDS, -1, &figure) ||
        !req_query_choice(rq, "across", FIGURE_BY_WORDS, BY_TOTAL, &across) || !page_read(rq, &pg))
        return;
    q.key = key.p ? arena_span(rq->arena, key) : NULL;
    q.across = (enum figure_by)across;
    q.across_key = column.p ? arena_span(rq->arena, column) : NULL;
    if (figure < 0 || figure_topic_of((enum figure_id)figure) != q.topic ||
        !figures_names_row(q.by, q.key) || !figures_names_row(q.across, q.across_key)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Cần figure: số liệu của chuyên đề này; key đi cùng by, across_key đi cùng "
                     "across; kỳ thì dùng from và to.",
                     "figure says which number of this topic; key goes with by, across_key with "
                     "across; periods by from and to.");
        return;
    }
    q.figure = (enum figure_id)figure;
    if (file > 0) {
        figures_export_items(rq, file, &q);
        return;
    }
    q.limit = pg.limit;
    q.after_id = pg.after_id;
    rq->wait = WAIT_STORE;
    store_figures_items(rq->api->store, &rq->viewer, &q, page_came, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key count_keys[] = {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen)                   \
    A_INT(name, ANSWER_MAYBE, vi, en),
#define M F
#include "common/figures/topic_figures.def"
#undef M
#undef F
#define R(id, name, n, of, vi, en, avi, aen)                                                       \
    A_OBJECT(name, ANSWER_MAYBE, &figures_rate_shape, vi, en),
#include "common/figures/topic_rates.def"
#undef R
};
static const struct answer_shape count_shape = A_SHAPE("TopicCounts", count_keys);
static const struct answer_key row_keys[] = {
    A_WORD("key", ANSWER_NULL, "mã của dòng: cơ quan, thủ tục, kỳ…; null: tổng số",
           "the row: agency, procedure, period …; null: the total"),
    A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_TIME("from", ANSWER_MAYBE, "từ (kỳ)", "from, of a period"),
    A_TIME("to", ANSWER_MAYBE, "đến trước (kỳ)", "up to, of a period"),
    A_WITH(&count_shape),
    A_OBJECT("previous", ANSWER_MAYBE, &count_shape, "kỳ trước (compare=1)",
             "the period before (compare=1)"),
};
static const struct answer_shape row_shape = A_SHAPE("TopicRow", row_keys);
static const struct answer_key topic_keys[] = {
    A_WITH(&figures_head_shape),
    A_OBJECT("total", 0, &row_shape, "tổng số", "the total"),
    A_PAGE(&row_shape, "từng dòng: số liệu của chuyên đề", "the rows: figures of the topic"),
};
static const struct answer_shape topic_shape = A_SHAPE("TopicFigures", topic_keys);
static const struct answer_key item_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency", ANSWER_NULL, "tính cho cơ quan", "agency it counts with"),
    A_WORD("receiving", ANSWER_NULL, "nơi tiếp nhận", "receiving unit"),
    A_NAME("channel", ANSWER_NULL, answer_channel, "kênh", "channel"),
    A_ENUM("class", 0, FIGURE_ITEM_WORDS, "tình trạng khi hết kỳ",
           "state at the end of the period"),
    A_INT("officer", ANSWER_NULL, "cán bộ", "officer"),
    A_TEXT("officer_name", ANSWER_NULL, "tên cán bộ", "name of the officer"),
    A_TIME("since", 0, "từ lúc", "since"),
    A_TIME("due", ANSWER_NULL, "hạn", "due"),
    A_TIME("finished", ANSWER_NULL, "xong lúc", "finished at"),
    A_INT("amount", 0, "số tiền, đồng", "amount, đồng"),
};
static const struct answer_shape item_shape = A_SHAPE("TopicItem", item_keys);
static const struct answer_key items_keys[] = {
    A_WITH(&figures_head_shape),
    A_ENUM("figure", 0, FIGURE_WORDS, "số liệu", "the number"),
    A_PAGE(&item_shape, "từng mục đứng sau con số", "items behind the number"),
};
static const struct answer_shape items_shape = A_SHAPE("TopicItems", items_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/figures/topics/{topic}", .handle = topic,
     .answer = &topic_shape, .medias = export_media, .query = rows_params,
     .summary =
         {"Số liệu theo chuyên đề: trả lời trực tuyến, bổ sung, ý kiến, xin lỗi, phí, kết quả, "
          "hồ sơ giấy, tiếp nhận",
          "Figures by topic: online answers, supplements, opinions, apologies, fees, results, "
          "paper, reception"}},
    {FIGURES_ROUTE, .pattern = "/v1/figures/topics/{topic}/items", .handle = items,
     .answer = &items_shape, .medias = export_media, .query = items_params,
     .summary = {"Từng mục đứng sau một con số của chuyên đề",
                 "The items behind a topic's number"}},
};
ROUTE_TABLE(routes_figures_topics, rows);
