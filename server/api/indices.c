/* Indices: what they are made of, agencies scored and ranked with the evidence behind each point,
 * values entered with their document.  The rules are in common/figures/index.c, the numbers in
 * config/indices/.  The worker's thread. */
#include "server/store/indices.h"

#include "server/api/figures.h"
#include "server/api/state.h"

#define BODY_SMALL ((size_t)16 * 1024)

static const struct route_param score_params[] = {
    FIGURE_PARAMS, FORMAT_PARAM, {NULL, {NULL, NULL}}};
static const struct route_param officers_params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"period",
     {"thay from, to: kỳ báo cáo như 2026-11", "instead: a reporting period like 2026-11"}},
    {"basis", {"original, basis (mặc định) hoặc current", "original, basis or current"}},
    {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},
    FORMAT_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param entered_params[] = {
    {"index", {"bộ chỉ số", "index"}},
    {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

/* ---------------------------------------------------------------- what they are made of */

static void said(struct req *rq, struct jw *w, const char *key, const char *key_en,
                 const struct index_component *c)
{
    struct buf b;

    buf_init(&b, 8192);
    index_formula(c, LANG_VI, &b);
    jw_key_any(w, key);
    jw_str(w, arena_strdup(rq->arena, buf_cstr(&b)));
    buf_free(&b);
    buf_init(&b, 8192);
    index_formula(c, LANG_EN, &b);
    jw_key_any(w, key_en);
    jw_str(w, arena_strdup(rq->arena, buf_cstr(&b)));
    buf_free(&b);
}

static void titles(struct jw *w, struct text2 t)
{
    jw_kstr(w, "title", t.vi);
    jw_kstr(w, "title_en", t.en);
}

static void component_json(struct req *rq, struct jw *w, const struct index_component *c)
{
    jw_open(w);
    jw_kstr(w, "component", c->component);
    titles(w, c->title);
    jw_ki64(w, "max", c->max);
    jw_kstr(w, "measure", INDEX_MEASURE_WORDS[c->measure]);
    said(rq, w, "formula", "formula_en", c);
    jw_ki64(w, "minimum", c->minimum);
    jw_kstr(w, "source", c->source);
    jw_kstr(w, "grade", c->grade);
    jw_close(w);
}

static void groups_json(struct req *rq, struct jw *w, const struct index *x)
{
    for (size_t g = 0; g < x->groups; g++) {
        jw_open(w);
        jw_kstr(w, "group", x->group[g].group);
        titles(w, x->group[g].title);
        jw_ki64(w, "max", x->group[g].max);
        jw_key(w, "components");
        jw_list(w);
        for (size_t i = 0; i < x->components; i++)
            if (x->component[i].group == g)
                component_json(rq, w, &x->component[i]);
        jw_end(w);
        jw_close(w);
    }
}

static void kday(struct jw *w, const char *key, dayno d)
{
    char text[16];

    day_iso(d, text);
    jw_key_any(w, key);
    if (civil_of_day(d).year == 9999)
        jw_null(w);
    else
        jw_str(w, text);
}

static void bands_json(struct jw *w, const struct index *x)
{
    jw_key(w, "bands");
    jw_list(w);
    for (size_t i = 0; i < x->bands; i++) {
        jw_open(w);
        jw_kstr(w, "band", x->band[i].band);
        titles(w, x->band[i].title);
        jw_ki64(w, "from", x->band[i].from);
        jw_close(w);
    }
    jw_end(w);
}

static void officers_json(struct jw *w, const struct index *x)
{
    jw_key(w, "officers");
    if (!x) {
        jw_null(w);
        return;
    }
    jw_open(w);
    jw_ki64(w, "max", x->max);
    jw_ki64(w, "fewest", x->fewest);
    jw_ki64(w, "unit", x->unit);
    bands_json(w, x);
    jw_key(w, "components");
    jw_list(w);
    for (size_t i = 0; i < x->components; i++)
        jw_str(w, x->component[i].component);
    jw_end(w);
    jw_close(w);
}

static void index_json(struct req *rq, struct jw *w, const struct index *x)
{
    jw_open(w);
    jw_kstr(w, "index", x->index);
    titles(w, x->title);
    kday(w, "valid_from", x->valid_from);
    kday(w, "valid_to", x->valid_to);
    jw_kstr(w, "basis", x->basis);
    jw_kstr(w, "source", x->source);
    jw_kstr(w, "grade", x->grade);
    jw_ki64(w, "max", x->max);
    jw_kbool(w, "scaled", x->measured);
    jw_ki64(w, "least", x->least);
    bands_json(w, x);
    officers_json(w, x->officers);
    jw_key(w, "groups");
    jw_list(w);
    groups_json(rq, w, x);
    jw_end(w);
    jw_close(w);
}

static void list(struct req *rq)
{
    const struct indices *all = rq->api->conf->indices;
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < all->n; i++)
        index_json(rq, &w, all->item[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    reply_json(rq, 200, (struct span){buf_cstr(b), b->n}, -1);
}

/* ---------------------------------------------------------------- scores */

struct score_asked {
    struct figures_query q;
    const struct index *x;
    bool officers, own; /* officers: herself alone */
};

static void ask_scores(struct req *rq, void *question, int64_t after, store_json *done)
{
    const struct score_asked *s = question;

    (void)after;
    if (s->officers)
        store_index_officers(rq->api->store, &rq->viewer, &s->q, s->x, s->own, done, rq);
    else
        store_index(rq->api->store, &rq->viewer, &s->q, s->x, done, rq);
}

static void export_scores(struct req *rq, int file, const struct score_asked *s)
{
    static const struct {
        const char *key;
        struct text2 title;
        enum cell_kind kind;
        int width;
    } c[] = {{"agency", {"Mã", "Key"}, CELL_TEXT, 14},
             {"type", {"Loại", "Type"}, CELL_TEXT, 12},
             {"rank", {"Hạng", "Rank"}, CELL_INT, 8},
             {"score", {"Điểm (phần nghìn)", "Score (thousandths)"}, CELL_INT, 14},
             {"points", {"Điểm đạt (phần nghìn)", "Points (thousandths)"}, CELL_INT, 14},
             {"measured", {"Điểm đo được (phần nghìn)", "Measurable (thousandths)"}, CELL_INT, 14}};
    struct export e = {.ask = ask_scores, .question = (void *)(uintptr_t)s};
    bool en = rq->lang == LANG_EN;
    char day[16];

    day_iso(lminute_day(lminute_of(s->q.from)), day);
    e.name = arena_printf(rq->arena, "%s_%s", s->x->index, day);
    e.column[e.columns++] = (struct export_column){
        en ? "title_en" : "title", NULL, {"Cơ quan", "Agency"}, CELL_TEXT, 40};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        e.column[e.columns++] =
            (struct export_column){c[i].key, NULL, c[i].title, c[i].kind, c[i].width};
    e.column[e.columns++] = (struct export_column){
        en ? "band_title_en" : "band_title", NULL, {"Xếp loại", "Band"}, CELL_TEXT, 14};
    export_begin(rq, file, &e);
}

static void export_officers(struct req *rq, int file, const struct score_asked *s)
{
    bool en = rq->lang == LANG_EN;
    const struct export_column c[] = {
        {"name", NULL, {"Cán bộ", "Officer"}, CELL_TEXT, 28},
        {"agency", NULL, {"Mã", "Key"}, CELL_TEXT, 14},
        {en ? "title_en" : "title", NULL, {"Cơ quan", "Agency"}, CELL_TEXT, 40},
        {"dossiers", NULL, {"Số hồ sơ", "Dossiers"}, CELL_INT, 10},
        {"points", NULL, {"Điểm (phần nghìn)", "Points (thousandths)"}, CELL_INT, 14},
        {"measured", NULL, {"Đo được (phần nghìn)", "Measurable (thousandths)"}, CELL_INT, 14},
        {en ? "band_title_en" : "band_title", NULL, {"Xếp loại", "Band"}, CELL_TEXT, 30}};
    struct export e = {.ask = ask_scores, .question = (void *)(uintptr_t)s};
    char day[16];

    day_iso(lminute_day(lminute_of(s->q.from)), day);
    e.name = arena_printf(rq->arena, "%s_officers_%s", s->x->index, day);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        e.column[e.columns++] = c[i];
    export_begin(rq, file, &e);
}

static void answer_scores(struct req *rq, bool officers)
{
    struct score_asked *s = ARENA_NEW(rq->arena, struct score_asked);
    int file;

    if (!figures_read(rq, &s->q) || (file = export_asked(rq)) < 0)
        return;
    s->officers = officers;
    s->own = !(rq->user.roles & permission_roles(PERM_FIGURES));
    s->x = index_on(rq->api->conf->indices, span_of(rq->param[0]),
                    lminute_day(lminute_of(s->q.to - 1)));
    if (!s->x || (officers && !s->x->officers)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    if (file > 0) {
        (officers ? export_officers : export_scores)(rq, file, s);
        return;
    }
    rq->wait = WAIT_STORE;
    ask_scores(rq, s, 0, page_came);
}

static void scores(struct req *rq)
{
    answer_scores(rq, false);
}

static void officer_scores(struct req *rq)
{
    answer_scores(rq, true);
}

/* ---------------------------------------------------------------- values entered */

struct entering {
    const char *index, *component, *agency, *from, *last, *document, *remark;
    int64_t n, of;
};
#define E struct entering
static const struct bind_key entering_keys[] = {
    BIND(E, WORD, index, BIND_REQUIRED, 1, 64, "bộ chỉ số", "index"),
    BIND(E, WORD, component, BIND_REQUIRED, 1, 64, "thành phần nhập tay",
         "component that is entered"),
    BIND(E, WORD, agency, BIND_REQUIRED, 1, 64, "cơ quan được đánh giá", "agency that is assessed"),
    BIND(E, DATE, from, BIND_REQUIRED, 0, 0, "từ ngày", "from this day"),
    BIND(E, DATE, last, BIND_REQUIRED, 0, 0, "đến hết ngày", "to this day, included"),
    BIND(E, I64, n, BIND_REQUIRED, 0, INT64_C(1000000000000), "đạt bao nhiêu", "how many"),
    BIND(E, I64, of, BIND_REQUIRED, 1, INT64_C(1000000000000),
         "trên bao nhiêu: số phiếu, số trường hợp hoặc điểm tối đa",
         "of how many: ballots, cases, or the most points"),
    BIND(E, TEXT, document, BIND_REQUIRED, 1, 200, "văn bản khảo sát, đánh giá",
         "document of the survey or assessment"),
    BIND(E, LINES, remark, 0, 0, 1000, "ghi chú", "remark"),
};
static const struct bind_shape entering_shape = BIND_SHAPE("Assessment", E, entering_keys);

static bool entered_component(struct req *rq, const struct entering *in, dayno last)
{
    const struct index *x = index_on(rq->api->conf->indices, span_of(in->index), last);

    for (size_t i = 0; x && i < x->components; i++)
        if (strcmp(x->component[i].component, in->component) == 0 &&
            x->component[i].measure == MEASURE_ENTERED)
            return true;
    violation_add(&rq->bad, x ? "/component" : "/index", "unknown",
                  "bộ chỉ số trong kỳ này không có thành phần nhập tay ấy",
                  "the index of that time has no such component to enter");
    return false;
}

static void enter(struct req *rq)
{
    const struct entering *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    int at = organisation_find(o, in->agency);
    struct assessment a = {.key = rq->key,
                           .index = in->index,
                           .component = in->component,
                           .n = in->n,
                           .of = in->of,
                           .document = in->document,
                           .remark = in->remark,
                           .by = rq->user.user};

    if (at < 0)
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
    if (!day_parse(span_of(in->from), &a.first) || !day_parse(span_of(in->last), &a.last) ||
        a.last < a.first)
        violation_add(&rq->bad, "/last", "period", "phải từ ngày from trở đi",
                      "must be from `from` on");
    else
        (void)entered_component(rq, in, a.last);
    if (in->n > in->of)
        violation_add(&rq->bad, "/n", "range", "không thể hơn `of`", "cannot be more than `of`");
    if (rq->bad.n) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    a.agency = o->agency[at].id;
    memcpy(a.body_hash, rq->body_hash, SHA256_BYTES);
    rq->wait = WAIT_HELD;
    store_assessment_put(rq->api->store, &a, json_came, rq);
}

static void entered(struct req *rq)
{
    struct page_query pg;
    struct span s = req_query(rq, "index");
    int agency;

    if (!query_agency(rq, &agency) || !page_read(rq, &pg))
        return;
    rq->wait = WAIT_STORE;
    store_assessments(rq->api->store, &rq->viewer, s.p ? arena_span(rq->arena, s) : NULL, agency,
                      pg.after_id, pg.limit, page_came, rq);
}

/* ---------------------------------------------------------------- answers */

#define TITLES                                                                                     \
    A_TEXT("title", 0, "tên", "name, Vietnamese"),                                                 \
        A_TEXT("title_en", 0, "tên tiếng Anh", "name, English")
static const struct answer_key part_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    TITLES,
    A_INT("max", 0, "điểm tối đa, phần nghìn", "most points, thousandths"),
    A_ENUM("measure", 0, INDEX_MEASURE_WORDS, "cách đo", "how it is measured"),
    A_TEXT("formula", 0, "công thức", "formula, Vietnamese"),
    A_TEXT("formula_en", 0, "công thức, tiếng Anh", "formula, English"),
    A_INT("minimum", 0, "số trường hợp ít nhất", "cases below which it is not measured"),
    A_TEXT("source", 0, "nguồn", "source"),
    A_WORD("grade", 0, "độ tin cậy, A đến D", "confidence, A to D"),
};
static const struct answer_shape part_shape = A_SHAPE("IndexComponent", part_keys);
static const struct answer_key group_keys[] = {
    A_WORD("group", 0, "nhóm", "group"),
    TITLES,
    A_INT("max", 0, "điểm tối đa, phần nghìn", "most points, thousandths"),
    A_LIST("components", 0, &part_shape, "thành phần", "components"),
};
static const struct answer_shape group_shape = A_SHAPE("IndexGroup", group_keys);
static const struct answer_key band_keys[] = {
    A_WORD("band", 0, "xếp loại", "band"),
    TITLES,
    A_INT("from", 0, "từ số điểm này, phần nghìn", "from these points on, thousandths"),
};
static const struct answer_shape band_shape = A_SHAPE("IndexBand", band_keys);
static const struct answer_key officers_keys[] = {
    A_INT("max", 0, "tổng điểm, phần nghìn", "points in all, thousandths"),
    A_INT("fewest", 0, "ít hồ sơ hơn thì không xếp loại", "below so many dossiers no band is told"),
    A_INT("unit", 0, "điểm mỗi thành phần làm tròn đến, phần nghìn",
          "points of a component are rounded to this, thousandths"),
    A_LIST("bands", 0, &band_shape, "xếp loại", "bands"),
    A_WORDS("components", 0, NULL, "các thành phần tính cho cán bộ", "components that count"),
};
static const struct answer_shape officers_shape = A_SHAPE("IndexOfficers", officers_keys);
static const struct answer_key index_keys[] = {
    A_WORD("index", 0, "bộ chỉ số", "index"),
    TITLES,
    A_DATE("valid_from", 0, "áp dụng từ", "in force from"),
    A_DATE("valid_to", ANSWER_NULL, "đến hết ngày", "to this day"),
    A_TEXT("basis", 0, "căn cứ", "law"),
    A_TEXT("source", 0, "nguồn", "source"),
    A_WORD("grade", 0, "độ tin cậy, A đến D", "confidence, A to D"),
    A_INT("max", 0, "tổng điểm, phần nghìn", "points in all, thousandths"),
    A_BOOL("scaled", 0, "tính trên phần đo được", "by what could be measured, scaled up"),
    A_INT("least", 0, "phần trăm phải đo được để xếp hạng", "percent measured to be ranked"),
    A_LIST("bands", 0, &band_shape, "xếp loại", "bands"),
    A_OBJECT("officers", ANSWER_NULL, &officers_shape, "chấm cán bộ; null: không",
             "how officers are scored; null: they are not"),
    A_LIST("groups", 0, &group_shape, "nhóm", "groups"),
};
static const struct answer_shape index_shape = A_SHAPE("Index", index_keys);
static const struct answer_key list_keys[] = {A_PAGE(&index_shape, "các bộ chỉ số", "indices")};
static const struct answer_shape list_shape = A_SHAPE("Indices", list_keys);

static const struct answer_key evidence_keys[] = {
    A_ENUM("figure", 0, FIGURE_WORDS, "số liệu", "figure"),
    A_INT("n", 0, "bao nhiêu", "how many"),
    A_WORD("list", 0, "danh sách đứng sau", "where its list is"),
};
static const struct answer_shape evidence_shape = A_SHAPE("Evidence", evidence_keys);
static const struct answer_key got_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_WORD("group", 0, "nhóm", "group"),
    A_INT("max", 0, "điểm tối đa, phần nghìn", "most points, thousandths"),
    A_BOOL("measured", 0, "đo được", "could be measured"),
    A_INT("points", 0, "điểm, phần nghìn", "points, thousandths"),
    A_INT("n", 0, "tử số", "numerator"),
    A_INT("of", 0, "mẫu số", "denominator"),
    A_TEXT("document", ANSWER_NULL, "văn bản của giá trị nhập", "document of an entered value"),
    A_LIST("evidence", 0, &evidence_shape, "số liệu đứng sau", "figures behind it"),
};
static const struct answer_shape got_shape = A_SHAPE("ComponentScore", got_keys);
static const struct answer_key score_keys[] = {
    A_WORD("agency", 0, "cơ quan", "agency"),
    TITLES,
    A_WORD("type", 0, "loại cơ quan: xếp hạng trong cùng loại", "type: ranked among its like"),
    A_INT("rank", ANSWER_NULL, "hạng; null: không xếp", "rank; null: not ranked"),
    A_INT("score", ANSWER_NULL, "điểm xếp hạng, phần nghìn", "score, thousandths"),
    A_WORD("band", ANSWER_NULL, "xếp loại", "band"),
    A_TEXT("band_title", ANSWER_NULL, "tên loại", "name of the band"),
    A_TEXT("band_title_en", ANSWER_NULL, "tên loại, tiếng Anh", "name of the band, English"),
    A_INT("points", 0, "điểm đạt, phần nghìn", "points reached, thousandths"),
    A_INT("measured", 0, "tổng điểm đo được, phần nghìn",
          "points that could be measured, thousandths"),
    A_LIST("components", 0, &got_shape, "từng thành phần", "component by component"),
};
static const struct answer_shape score_shape = A_SHAPE("AgencyScore", score_keys);
static const struct answer_key scores_keys[] = {
    A_WORD("index", 0, "bộ chỉ số", "index"),
    TITLES,
    A_INT("max", 0, "tổng điểm, phần nghìn", "points in all, thousandths"),
    A_WITH(&figures_head_shape),
    A_INT("counted", 0, "hồ sơ mới nhất đã chấm từng hồ sơ",
          "dossiers marked one by one, the newest"),
    A_INT("of", 0, "trong số", "of so many"),
    A_PAGE(&score_shape, "các cơ quan, cao nhất trước", "agencies, the best first"),
};
static const struct answer_shape scores_shape = A_SHAPE("IndexScores", scores_keys);
static const struct answer_key part_got_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_INT("max", 0, "điểm tối đa, phần nghìn", "most points, thousandths"),
    A_BOOL("measured", 0, "đo được", "could be measured"),
    A_INT("points", 0, "điểm, phần nghìn", "points, thousandths"),
    A_INT("n", 0, "tổng điểm các hồ sơ", "points of the dossiers added up"),
    A_INT("of", 0, "nhiều nhất có thể: 2 mỗi hồ sơ", "the most there could be: 2 a dossier"),
};
static const struct answer_shape part_got_shape = A_SHAPE("OfficerComponentScore", part_got_keys);
static const struct answer_key officer_keys[] = {
    A_INT("officer", 0, "cán bộ", "officer"),
    A_TEXT("name", ANSWER_NULL, "họ tên", "name"),
    A_WORD("agency", ANSWER_NULL, "nơi đã làm", "where the work was done"),
    A_TEXT("title", ANSWER_NULL, "tên cơ quan", "its name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "its name, English"),
    A_INT("dossiers", 0, "số hồ sơ đã xử lý", "dossiers she processed"),
    A_BOOL("few", 0, "quá ít hồ sơ để xếp loại", "too few dossiers to tell a band"),
    A_INT("points", 0, "tổng điểm, phần nghìn", "points added up, thousandths"),
    A_INT("measured", 0, "tổng điểm đo được, phần nghìn",
          "points that could be measured, thousandths"),
    A_WORD("band", ANSWER_NULL, "xếp loại; null: ít hồ sơ, hoặc chỉ số chưa đo có thể đổi loại",
           "band; null: few dossiers, or an indicator not measured could change it"),
    A_TEXT("band_title", ANSWER_NULL, "tên loại", "name of the band"),
    A_TEXT("band_title_en", ANSWER_NULL, "tên loại, tiếng Anh", "name of the band, English"),
    A_LIST("components", 0, &part_got_shape, "từng thành phần", "component by component"),
};
static const struct answer_shape officer_shape = A_SHAPE("OfficerScore", officer_keys);
static const struct answer_key officer_scores_keys[] = {
    A_WORD("index", 0, "bộ chỉ số", "index"),
    TITLES,
    A_INT("max", 0, "tổng điểm của cán bộ, phần nghìn", "points of an officer, thousandths"),
    A_WITH(&figures_head_shape),
    A_INT("counted", 0, "hồ sơ mới nhất đã xem", "dossiers looked at, the newest"),
    A_INT("of", 0, "trong số", "of so many"),
    A_INT("fewest", 0, "ít hồ sơ hơn thì không xếp loại", "below so many dossiers no band is told"),
    A_PAGE(&officer_shape, "cán bộ, ít hồ sơ đứng sau", "officers, those of few dossiers last"),
};
static const struct answer_shape officer_scores_shape =
    A_SHAPE("OfficerScores", officer_scores_keys);
static const struct answer_key put_keys[] = {
    A_INT("assessment", 0, "số của giá trị", "number of the value")};
static const struct answer_shape put_shape = A_SHAPE("AssessmentEntered", put_keys);
static const struct answer_key value_keys[] = {
    A_INT("assessment", 0, "số của giá trị", "number of the value"),
    A_WORD("index", 0, "bộ chỉ số", "index"),
    A_WORD("component", 0, "thành phần", "component"),
    A_WORD("agency", ANSWER_NULL, "cơ quan", "agency"),
    A_DATE("from", 0, "từ ngày", "from"),
    A_DATE("last", 0, "đến hết ngày", "to, included"),
    A_INT("n", 0, "đạt", "how many"),
    A_INT("of", 0, "trên", "of how many"),
    A_TEXT("document", 0, "văn bản", "document"),
    A_TEXT("remark", ANSWER_NULL, "ghi chú", "remark"),
    A_INT("by", ANSWER_NULL, "người nhập", "who entered it"),
    A_TEXT("by_name", ANSWER_NULL, "tên người nhập", "name"),
    A_TIME("at", 0, "lúc", "at"),
};
static const struct answer_shape value_shape = A_SHAPE("AssessmentValue", value_keys);
static const struct answer_key values_keys[] = {A_PAGE(&value_shape, "các giá trị", "values")};
static const struct answer_shape values_shape = A_SHAPE("Assessments", values_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/indices", .handle = list, .answer = &list_shape,
     .summary = {"Các bộ chỉ số: nhóm, thành phần, công thức, nguồn",
                 "Indices: groups, components, formulas, sources"}},
    {FIGURES_ROUTE, .pattern = "/v1/indices/{index}", .handle = scores, .answer = &scores_shape,
     .medias = export_media, .query = score_params,
     .summary = {"Chấm điểm, xếp hạng cơ quan, kèm bằng chứng của từng điểm",
                 "Agencies scored and ranked, with the evidence behind each point"}},
    {.method = HTTP_GET,
     .permission = PERM_OFFICER_SCORES,
     .lane = LANE_REPORT,
     .pattern = "/v1/indices/{index}/officers",
     .handle = officer_scores,
     .answer = &officer_scores_shape,
     .medias = export_media,
     .query = officers_params,
     .summary = {"Chấm điểm cán bộ theo bộ chỉ số, trong phạm vi được xem hoặc của mình",
                 "Officers scored by the index: those one may see, or oneself"}},
    {FIGURES_ROUTE, .pattern = "/v1/assessments", .handle = entered, .answer = &values_shape,
     .query = entered_params,
     .summary = {"Giá trị khảo sát, đánh giá đã nhập",
                 "Values of surveys and assessments entered"}},
    {.method = HTTP_POST,
     .pattern = "/v1/assessments",
     .permission = PERM_ASSESS,
     .flags = ROUTE_KEY,
     .lane = LANE_ACT,
     .handle = enter,
     .body = &entering_shape,
     .body_max = BODY_SMALL,
     .answer = &put_shape,
     .summary = {"Nhập giá trị khảo sát, đánh giá kèm văn bản; nhập lại là đính chính",
                 "Enter a value with its document; entering it again corrects it"}},
};
ROUTE_TABLE(routes_indices, rows);
