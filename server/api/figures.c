/* Figures by any dimension, what each of them means, the dossiers behind each, and forms II.06a and
 * II.06b. What is counted is defined in common/figures.  The worker's thread. */
#include "server/api/figures.h"

#include "common/procedure/procedure.h"

static const struct route_param rows_params[] = {
    FIGURE_PARAMS,
    {"by", {"chia theo chiều nào", "by which dimension"}},
    {"figures",
     {"chỉ các số liệu, tỷ lệ này, cách nhau bằng dấu phẩy: đếm ít hơn, nhanh hơn",
      "only these figures and rates, parted by commas: less is counted, sooner"}},
    {"compare", {"1: cùng kỳ trước liền kề", "1: with the period before"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param list_params[] = {
    FIGURE_PARAMS,
    {"figure", {"số liệu cần liệt kê", "the number whose dossiers are listed"}},
    {"by", {"chiều của dòng key", "dimension of the row key"}},
    {"key", {"dòng nào; không có: tổng số", "of which row; none: the total"}},
    {"across", {"chiều của cột across_key", "dimension of the column across_key"}},
    {"across_key", {"chỉ trong cột nào", "only in which column"}},
    PAGE_PARAMS,
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param form_params[] = {FIGURE_PARAMS, FORMAT_PARAM, {NULL, {NULL, NULL}}};

/* ---------------------------------------------------------------- what is asked */

/* period=2026-11, 2026-Q4, 2026-H2, 2026: a reporting period with the day on which it closes. */
static bool read_reporting(struct req *rq, struct figures_query *q)
{
    struct span s = req_query(rq, "period");
    dayno from, to;

    if (!s.p)
        return true;
    if (req_query(rq, "from").p || req_query(rq, "to").p ||
        !period_parse(s, rq->api->conf->report_day, &from, &to)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "period là 2026-11, 2026-Q4, 2026-H2 hoặc 2026, không đi cùng from, to.",
                     "period is 2026-11, 2026-Q4, 2026-H2 or 2026, without from and to.");
        return false;
    }
    q->from = instant_of(day_start(from));
    q->to = instant_of(day_start(to));
    return true;
}

static bool read_channel(struct req *rq, struct figures_query *q)
{
    struct span s = req_query(rq, "channel");

    for (int i = 0; s.p && i < CHANNELS; i++)
        if (span_is(s, channel_name((enum channel)i)))
            q->channel = i;
    if (s.p && q->channel < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "channel: counter, online hoặc post.",
                     "channel: counter, online or post.");
        return false;
    }
    return true;
}

static const char *text_of(struct req *rq, const char *name)
{
    struct span s = req_query(rq, name);

    return s.p ? arena_span(rq->arena, s) : NULL;
}

static bool read_as_of(struct req *rq, struct figures_query *q)
{
    struct span s = req_query(rq, "as_of");

    if (!s.p)
        return true;
    if (instant_parse(s, &q->as_of) && q->as_of > q->from)
        return true;
    if (q->as_of != INSTANT_NONE) {
        reply_detail(rq, ERR_BAD_REQUEST, "as_of phải sau from: trước đó kỳ chưa bắt đầu.",
                     "as_of must be after `from`: before it the period had not begun.");
        return false;
    }
    reply_detail(rq, ERR_BAD_REQUEST, "as_of phải có dạng 2026-03-02T10:00:00+07:00.",
                 "as_of looks like 2026-03-02T10:00:00+07:00.");
    return false;
}

static bool field_known(const struct snapshot *s, const char *code)
{
    for (size_t i = 0; i < s->procedures; i++)
        if (s->procedure[i]->field_code && strcmp(s->procedure[i]->field_code, code) == 0)
            return true;
    return false;
}

/* "1.005416"; the history may know procedures that the configuration no more has. */
static bool like_procedure(const char *code)
{
    size_t dot = strcspn(code, ".");

    return dot > 0 && code[dot] && code[dot + 1] && strlen(code) <= 16 &&
           strspn(code, "0123456789") == dot &&
           strspn(code + dot + 1, "0123456789") == strlen(code + dot + 1);
}

/* A code that cannot be would be answered with noughts. */
static bool read_codes(struct req *rq, struct figures_query *q)
{
    const struct snapshot *s = req_snapshot(rq);

    q->field = text_of(rq, "field");
    q->procedure = text_of(rq, "procedure");
    q->applicant = text_of(rq, "applicant");
    if (q->field && !field_known(s, q->field))
        reply_detail(rq, ERR_BAD_REQUEST, "field: không có lĩnh vực này trong các thủ tục.",
                     "field: no procedure is of such a field.");
    else if (q->procedure && !like_procedure(q->procedure))
        reply_detail(rq, ERR_BAD_REQUEST,
                     "procedure: mã thủ tục như 1.005416, xem ở /v1/procedures.",
                     "procedure: a code like 1.005416, as /v1/procedures tells them.");
    else if (q->applicant && !figures_applicant(q->applicant).vi)
        reply_detail(rq, ERR_BAD_REQUEST, "applicant: citizen, enterprise, state hoặc other.",
                     "applicant: citizen, enterprise, state or other.");
    else
        return true;
    return false;
}

bool figures_not_long(struct req *rq, const struct figures_query *q)
{
    if (figures_too_long(q))
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Kỳ này có hơn 400 ngày (tuần, tháng): chọn kỳ ngắn hơn, hoặc chia theo tuần, "
                     "tháng, quý, năm.",
                     "There are more than 400 days (weeks, months) from `from` to `to`: choose a "
                     "shorter time, or by week, month, quarter, year.");
    return !figures_too_long(q);
}

bool figures_read(struct req *rq, struct figures_query *q)
{
    struct period when;
    int basis, agencies, by;
    int64_t compare;

    *q = (struct figures_query)FIGURES_QUERY_ANY;
    if (!query_period(rq, month_begin(), &when))
        return false;
    q->from = when.from;
    q->to = when.to;
    if (!read_reporting(rq, q) || !read_as_of(rq, q) ||
        !req_query_choice(rq, "basis", DUE_BASIS_WORDS, DUE_BASIS, &basis) ||
        !req_query_choice(rq, "agencies", FIGURE_AGENCIES_WORDS, 0, &agencies) ||
        !req_query_choice(rq, "by", FIGURE_BY_WORDS, BY_TOTAL, &by) ||
        !req_query_i64(rq, "compare", 0, 1, 0, &compare) || !query_agency(rq, &q->agency) ||
        !query_agency_as(rq, "receiving", &q->receiving) || !read_channel(rq, q) ||
        !req_query_i64(rq, "officer", 0, INT64_MAX, -1, &q->officer) || !read_codes(rq, q))
        return false;
    q->basis = (enum due_basis)basis;
    q->successor = agencies == 1;
    q->by = (enum figure_by)by;
    q->compare = compare == 1;
    q->uncollected = rq->api->conf->report_uncollected;
    return figures_not_long(rq, q);
}

/* ---------------------------------------------------------------- the calls */

bool figures_asked(struct req *rq, struct span rest, struct figures_query *q)
{
    struct span name;

    for (bool more = rest.p != NULL; more;) {
        more = span_cut(rest, ',', &name, &rest);
        if (figures_ask(q, name) != TOPIC_DOSSIERS) {
            reply_detail(
                rq, ERR_BAD_REQUEST,
                "figures: tên số liệu, tỷ lệ như ở /v1/figures/definitions, cách nhau bằng "
                "dấu phẩy.",
                "figures: names of figures and rates as /v1/figures/definitions tells "
                "them, parted by commas.");
            return false;
        }
    }
    return true;
}

static void figures(struct req *rq)
{
    struct figures_query q;
    int file;

    if (!figures_read(rq, &q) || !figures_asked(rq, req_query(rq, "figures"), &q) ||
        (file = export_asked(rq)) < 0)
        return;
    if (file > 0) {
        figures_export_rows(rq, file, &q);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &q, page_came, rq);
}

bool figures_names_row(enum figure_by by, const char *key)
{
    return !key || (by != BY_TOTAL && !figures_by_time(by));
}

static void list(struct req *rq)
{
    struct figures_query q;
    struct page_query pg;
    int figure, file, across;

    if (!figures_read(rq, &q) || (file = export_asked(rq)) < 0 ||
        !req_query_choice(rq, "figure", FIGURE_WORDS, -1, &figure) ||
        !req_query_choice(rq, "across", FIGURE_BY_WORDS, BY_TOTAL, &across) || !page_read(rq, &pg))
        return;
    q.key = text_of(rq, "key");
    q.across = (enum figure_by)across;
    q.across_key = text_of(rq, "across_key");
    if (figure < 0 || !figures_names_row(q.by, q.key) ||
        !figures_names_row(q.across, q.across_key)) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Cần figure: số liệu nào; key đi cùng by, across_key đi cùng across; kỳ thì "
                     "dùng from và to.",
                     "figure says which number; key goes with by, across_key with across; periods "
                     "by from and to.");
        return;
    }
    q.figure = (enum figure_id)figure;
    if (figure_topic_of(q.figure) != TOPIC_DOSSIERS) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Số liệu này thuộc chuyên đề: /v1/figures/topics/{topic}/items.",
                     "That number is of a topic: /v1/figures/topics/{topic}/items.");
        return;
    }
    if (file > 0) {
        figures_export_list(rq, file, &q);
        return;
    }
    q.limit = pg.limit;
    q.after_id = pg.after_id;
    rq->wait = WAIT_STORE;
    store_figures_list(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void form(struct req *rq, bool b)
{
    struct figures_query q;
    int file;

    if (!figures_read(rq, &q) || (file = export_asked(rq)) < 0)
        return;
    if (file == EXPORT_PDF) {
        figures_print_form(rq, &q, b);
        return;
    }
    if (file > 0) {
        figures_export_form(rq, file, &q, b);
        return;
    }
    rq->wait = WAIT_STORE;
    store_figures_form(rq->api->store, &rq->viewer, &q, b, page_came, rq);
}

static void ii06a(struct req *rq)
{
    form(rq, false);
}

static void ii06b(struct req *rq)
{
    form(rq, true);
}

/* ---------------------------------------------------------------- what each means */

#define ALL_TOPICS TOPICS /* the last word of topic_choice */
static const char *const topic_choice[] = {
#define T(id, name, ...) name,
#include "common/figures/topics.def"
#undef T
    "all", NULL};

static void names_json(struct jw *w, figure_set which)
{
    jw_list(w);
    for (int i = 0; i < FIGURES; i++)
        if (figure_in(which, i))
            jw_str(w, FIGURE[i].name);
    jw_end(w);
}

static void said_json(struct jw *w, const char *name, struct text2 title, struct text2 about)
{
    jw_kstr(w, "name", name);
    jw_kstr(w, "title", title.vi);
    jw_kstr(w, "title_en", title.en);
    jw_kstr(w, "about", about.vi);
    jw_kstr(w, "about_en", about.en);
}

static void figures_json(struct jw *w, int topic)
{
    for (int i = 0; i < FIGURES; i++) {
        enum figure_topic t = figure_topic_of((enum figure_id)i);

        if (topic != ALL_TOPICS && (int)t != topic)
            continue;
        jw_open(w);
        said_json(w, FIGURE[i].name, FIGURE[i].title, FIGURE[i].about);
        jw_kbool(w, "first_submissions", FIGURE[i].stream == STREAM_FIRST);
        jw_kstr(w, "topic", TOPIC[t].name);
        jw_kbool(w, "money", FIGURE[i].money);
        jw_close(w);
    }
}

static void topics_json(struct jw *w)
{
    for (int i = 0; i < TOPICS; i++) {
        jw_open(w);
        jw_kstr(w, "topic", TOPIC[i].name);
        jw_kstr(w, "title", TOPIC[i].title.vi);
        jw_kstr(w, "title_en", TOPIC[i].title.en);
        jw_kstr(w, "cut_off", TOPIC[i].cut.vi);
        jw_kstr(w, "cut_off_en", TOPIC[i].cut.en);
        jw_kstr(w, "law", TOPIC[i].law.vi);
        jw_kstr(w, "law_en", TOPIC[i].law.en);
        jw_close(w);
    }
}

static void rates_json(struct jw *w, int topic)
{
    for (int i = 0; i < RATES; i++) {
        enum figure_topic t = rate_topic_of((enum rate_id)i);

        if (topic != ALL_TOPICS && (int)t != topic)
            continue;
        jw_open(w);
        said_json(w, RATE[i].name, RATE[i].title, RATE[i].about);
        jw_kstr(w, "topic", TOPIC[t].name);
        jw_key(w, "numerator");
        names_json(w, RATE[i].n);
        jw_key(w, "denominator");
        names_json(w, RATE[i].of);
        jw_close(w);
    }
}

static void definitions(struct req *rq)
{
    int topic;
    struct buf *b;
    struct jw w;

    if (!req_query_choice(rq, "topic", topic_choice, TOPIC_DOSSIERS, &topic))
        return;
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_key(&w, "topics");
    jw_list(&w);
    topics_json(&w);
    jw_end(&w);
    jw_key(&w, "figures");
    jw_list(&w);
    figures_json(&w, topic);
    jw_end(&w);
    jw_key(&w, "rates");
    jw_list(&w);
    rates_json(&w, topic);
    jw_end(&w);
    jw_key(&w, "rules");
    jw_list(&w);
    for (const struct text2 *t = FIGURE_RULES; t->vi; t++) {
        jw_open(&w);
        jw_kstr(&w, "about", t->vi);
        jw_kstr(&w, "about_en", t->en);
        jw_close(&w);
    }
    jw_end(&w);
    jw_ki64(&w, "report_day", rq->api->conf->report_day);
    jw_ki64(&w, "uncollected_days", rq->api->conf->report_uncollected);
    jw_close(&w);
    reply_json(rq, 200, (struct span){buf_cstr(b), b->n}, -1);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key rate_keys[] = {
    A_INT("n", 0, "tử số", "numerator"),
    A_INT("of", 0, "mẫu số", "denominator"),
    A_INT("tenths", ANSWER_NULL, "phần nghìn, làm tròn; null: mẫu số bằng không",
          "tenths of a percent, rounded; null: nothing below"),
};
const struct answer_shape figures_rate_shape = A_SHAPE("Rate", rate_keys);
static const struct answer_key count_keys[] = {
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen)                   \
    A_INT(name, ANSWER_MAYBE, vi, en),
#include "common/figures/figures.def"
#undef F
#define R(id, name, n, of, vi, en, avi, aen)                                                       \
    A_OBJECT(name, ANSWER_MAYBE, &figures_rate_shape, vi, en),
#include "common/figures/rates.def"
#undef R
};
const struct answer_shape figures_count_shape = A_SHAPE("FigureCounts", count_keys);
static const struct answer_key row_keys[] = {
    A_WORD("key", ANSWER_NULL, "mã của dòng: cơ quan, thủ tục, kỳ…; null: tổng số",
           "the row: agency, procedure, period …; null: the total"),
    A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_TIME("from", ANSWER_MAYBE, "từ (kỳ)", "from, of a period"),
    A_TIME("to", ANSWER_MAYBE, "đến trước (kỳ)", "up to, of a period"),
    A_WITH(&figures_count_shape),
    A_OBJECT("previous", ANSWER_MAYBE, &figures_count_shape, "kỳ trước (compare=1)",
             "the period before (compare=1)"),
};
static const struct answer_shape row_shape = A_SHAPE("FigureRow", row_keys);
static const struct answer_key head_keys[] = {
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_TIME("as_of", 0, "theo lịch sử đến", "as the history tells up to"),
    A_ENUM("basis", 0, DUE_BASIS_WORDS, "hạn dùng để xét", "due that is judged by"),
    A_ENUM("agencies", 0, FIGURE_AGENCIES_WORDS, "tính cho cơ quan", "counted with which agency"),
    A_ENUM("by", 0, FIGURE_BY_WORDS, "chia theo", "dimension"),
};
const struct answer_shape figures_head_shape = A_SHAPE("FigureHead", head_keys);
static const struct answer_key figures_keys[] = {
    A_WITH(&figures_head_shape),
    A_OBJECT("total", 0, &row_shape, "tổng số", "the total"),
    A_PAGE(&row_shape, "từng dòng", "the rows"),
};
static const struct answer_shape figures_shape = A_SHAPE("Figures", figures_keys);
static const struct answer_key behind_keys[] = {
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency", ANSWER_NULL, "tính cho cơ quan", "agency it counts with"),
    A_WORD("receiving", ANSWER_NULL, "nơi tiếp nhận", "receiving unit"),
    A_NAME("channel", ANSWER_NULL, answer_channel, "kênh", "channel"),
    A_NAME("class", ANSWER_NULL, answer_class, "loại khi hết kỳ; null: lần nộp đầu",
           "class at the end of the period; null: a first submission"),
    A_INT("officer", ANSWER_NULL, "người thụ lý", "officer"),
    A_TEXT("officer_name", ANSWER_NULL, "tên người thụ lý", "name of the officer"),
    A_TIME("accepted", ANSWER_NULL, "tiếp nhận lúc", "accepted at"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_TIME("finished", ANSWER_NULL, "có kết quả hoặc kết thúc lúc", "resolved or ended at"),
};
static const struct answer_shape behind_shape = A_SHAPE("FigureDossier", behind_keys);
static const struct answer_key list_keys[] = {
    A_WITH(&figures_head_shape),
    A_ENUM("figure", 0, FIGURE_WORDS, "số liệu", "the number"),
    A_PAGE(&behind_shape, "hồ sơ đứng sau con số", "dossiers behind the number"),
};
static const struct answer_shape list_shape = A_SHAPE("FigureDossiers", list_keys);

static const char *const line_words[] = {"level", "field", "procedure", "agency", "total", NULL};
static const struct answer_key line_keys[] = {
    A_ENUM("kind", 0, line_words, "loại dòng", "kind of line"),
    A_WORD("key", ANSWER_NULL, "mã", "code"),
    A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
    A_INT("c1", 0, "nhận giải quyết, tổng số (1)", "in the work, total (1)"),
    A_INT("c2", 0, "nhận trực tuyến (2)", "received online (2)"),
    A_INT("c3", 0, "nhận trực tiếp, bưu chính công ích (3)",
          "received at the counter, by post (3)"),
    A_INT("c4", 0, "từ kỳ trước (4)", "carried over (4)"),
    A_INT("c5", 0, "đã giải quyết, tổng số (5)", "resolved, total (5)"),
    A_INT("c6", 0, "trước hạn (6)", "early (6)"),
    A_INT("c7", 0, "đúng hạn (7)", "on time (7)"),
    A_INT("c8", 0, "quá hạn (8)", "late (8)"),
    A_INT("c9", 0, "đang giải quyết, tổng số (9)", "pending, total (9)"),
    A_INT("c10", 0, "trong hạn (10)", "within (10)"),
    A_INT("c11", 0, "quá hạn (11)", "overdue (11)"),
    A_INT("waiting", 0, "trong (10): đang chờ, thời hạn dừng",
          "of (10): waiting while the clock stands still"),
    A_INT("ended_other", 0, "ngoài biểu: dừng, rút, kết thúc do không bổ sung",
          "beside the form: stopped, withdrawn, closed unanswered"),
};
static const struct answer_shape line_shape = A_SHAPE("FormLine", line_keys);
static const struct answer_key form_keys[] = {
    A_TEXT("form", 0, "biểu", "the form"),
    A_WITH(&figures_head_shape),
    A_PAGE(&line_shape, "dòng của biểu", "lines of the form"),
};
static const struct answer_shape form_shape = A_SHAPE("Form", form_keys);

#define SAID_KEYS                                                                                  \
    A_WORD("name", 0, "tên trong dữ liệu", "name in data"),                                        \
        A_TEXT("title", 0, "tên", "title, Vietnamese"),                                            \
        A_TEXT("title_en", 0, "tên tiếng Anh", "title, English"),                                  \
        A_TEXT("about", 0, "giải thích", "explanation, Vietnamese"),                               \
        A_TEXT("about_en", 0, "giải thích, tiếng Anh", "explanation, English")
static const struct answer_key said_keys[] = {
    SAID_KEYS,
    A_BOOL("first_submissions", 0, "đếm lần nộp đầu, không phải hồ sơ",
           "counts first submissions, not the work"),
    A_ENUM("topic", 0, TOPIC_WORDS, "chuyên đề", "topic"),
    A_BOOL("money", 0, "cộng số tiền, đồng", "adds up đồng"),
};
static const struct answer_shape said_shape = A_SHAPE("FigureDefinition", said_keys);
static const struct answer_key rate_said_keys[] = {
    SAID_KEYS,
    A_ENUM("topic", 0, TOPIC_WORDS, "chuyên đề", "topic"),
    A_WORDS("numerator", 0, FIGURE_WORDS, "tử số", "numerator"),
    A_WORDS("denominator", 0, FIGURE_WORDS, "mẫu số", "denominator"),
};
static const struct answer_shape rate_said_shape = A_SHAPE("RateDefinition", rate_said_keys);
static const struct answer_key rule_keys[] = {
    A_TEXT("about", 0, "quy tắc", "rule, Vietnamese"),
    A_TEXT("about_en", 0, "quy tắc, tiếng Anh", "rule, English"),
};
static const struct answer_shape rule_shape = A_SHAPE("FigureRule", rule_keys);
static const struct answer_key topic_keys[] = {
    A_ENUM("topic", 0, TOPIC_WORDS, "chuyên đề", "topic"),
    A_TEXT("title", 0, "tên", "title, Vietnamese"),
    A_TEXT("title_en", 0, "tên tiếng Anh", "title, English"),
    A_TEXT("cut_off", 0, "mốc tính", "cut-off, Vietnamese"),
    A_TEXT("cut_off_en", 0, "mốc tính, tiếng Anh", "cut-off, English"),
    A_TEXT("law", 0, "căn cứ", "law, Vietnamese"),
    A_TEXT("law_en", 0, "căn cứ, tiếng Anh", "law, English"),
};
static const struct answer_shape topic_shape = A_SHAPE("FigureTopic", topic_keys);
static const struct answer_key definitions_keys[] = {
    A_LIST("topics", 0, &topic_shape, "chuyên đề", "topics"),
    A_LIST("figures", 0, &said_shape, "số liệu", "figures"),
    A_LIST("rates", 0, &rate_said_shape, "tỷ lệ", "rates"),
    A_LIST("rules", 0, &rule_shape, "quy tắc chung", "rules for all"),
    A_INT("report_day", 0, "ngày chốt của kỳ báo cáo", "day on which reporting periods close"),
    A_INT("uncollected_days", 0, "kết quả tồn lâu khi quá số ngày này",
          "results lie long beyond so many days"),
};
static const struct route_param definitions_params[] = {
    {"topic",
     {"chuyên đề; mặc định dossiers; all: tất cả", "topic; default: dossiers; all of them: all"}},
    {NULL, {NULL, NULL}},
};
static const struct answer_shape definitions_shape = A_SHAPE("FigureDefinitions", definitions_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .flags = ROUTE_PACK, .pattern = "/v1/figures", .handle = figures,
     .answer = &figures_shape, .medias = export_media, .query = rows_params,
     .summary = {"Số liệu của một kỳ theo một chiều: đúng hạn, hợp lệ lần đầu",
                 "Figures of a period by a dimension: on time, valid at first submission"}},
    {FIGURES_ROUTE, .pattern = "/v1/figures/dossiers", .handle = list, .answer = &list_shape,
     .medias = export_media, .query = list_params,
     .summary = {"Hồ sơ đứng sau một con số", "The dossiers behind a number"}},
    {FIGURES_ROUTE, .flags = ROUTE_PACK, .pattern = "/v1/figures/definitions",
     .handle = definitions, .answer = &definitions_shape, .query = definitions_params,
     .summary = {"Mỗi số liệu, tỷ lệ nghĩa là gì", "What each figure and rate means"}},
    {FIGURES_ROUTE, .pattern = "/v1/reports/ii06a", .handle = ii06a, .answer = &form_shape,
     .medias = export_media, .query = form_params,
     .summary = {"Biểu II.06a: theo cấp, lĩnh vực, thủ tục",
                 "Form II.06a: by level, field, procedure"}},
    {FIGURES_ROUTE, .pattern = "/v1/reports/ii06b", .handle = ii06b, .answer = &form_shape,
     .medias = export_media, .query = form_params,
     .summary = {"Biểu II.06b: theo cấp, cơ quan", "Form II.06b: by level and agency"}},
};
ROUTE_TABLE(routes_figures, rows);
