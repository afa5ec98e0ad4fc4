/* Indices: what they are made of, agencies and officers scored with the evidence behind each point.
 * The rules are in common/figures/index.c, the numbers in config/indices/.  The worker's thread. */
#include "server/store/indices.h"

#include "server/api/figures.h"
#include "server/api/state.h"

static const struct route_param score_params[] = {
    FIGURE_PARAMS, FORMAT_PARAM, {NULL, {NULL, NULL}}};
static const struct route_param behind_params[] = {
    {"component", {"thành phần (bắt buộc)", "component (required)"}},
    {"points",
     {"điểm: 2, 1, 0; với chỉ số 1: trước hạn, đúng hạn, quá hạn",
      "points: 2, 1, 0; of indicator 1: early, on time, late"}},
    {"person", {"cán bộ được chấm; bỏ trống: cơ quan", "officer who is scored; none: the agency"}},
    FIGURE_PARAMS,
    PAGE_PARAMS,
    FORMAT_PARAM,
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

static const struct export_word TYPE_TOLD[] = {{"province", {"Tỉnh, thành phố", "Province"}},
                                               {"office", {"Văn phòng", "Office"}},
                                               {"onestop", {"Bộ phận một cửa", "One-stop unit"}},
                                               {"department", {"Sở, ngành", "Department"}},
                                               {"division", {"Phòng", "Division"}},
                                               {"vertical", {"Ngành dọc", "Vertical"}},
                                               {"commune", {"Xã, phường, đặc khu", "Commune"}},
                                               {NULL, {NULL, NULL}}};

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
             {"score", {"Điểm", "Score"}, CELL_THOUSANDTHS, 14},
             {"points", {"Điểm đạt", "Points"}, CELL_THOUSANDTHS, 14},
             {"measured", {"Điểm tối đa đo được", "Measurable"}, CELL_THOUSANDTHS, 14}};
    struct export e = {.ask = ask_scores, .question = (void *)(uintptr_t)s};
    bool en = rq->lang == LANG_EN;
    char day[16];

    day_iso(lminute_day(lminute_of(s->q.from)), day);
    e.name = arena_printf(rq->arena, "%s_%s", s->x->index, day);
    figures_export_head(rq, &e, s->x->title, &s->q);
    e.column[e.columns++] = (struct export_column){
        en ? "title_en" : "title", NULL, {"Cơ quan", "Agency"}, CELL_TEXT, 40};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        if (strcmp(c[i].key, "type") == 0)
            e.words[e.columns] = TYPE_TOLD;
        e.column[e.columns++] =
            (struct export_column){c[i].key, NULL, c[i].title, c[i].kind, c[i].width};
    }
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
        {"points", NULL, {"Điểm", "Points"}, CELL_THOUSANDTHS, 14},
        {"measured", NULL, {"Điểm tối đa đo được", "Measurable"}, CELL_THOUSANDTHS, 14},
        {en ? "band_title_en" : "band_title", NULL, {"Xếp loại", "Band"}, CELL_TEXT, 30}};
    struct export e = {.ask = ask_scores, .question = (void *)(uintptr_t)s};
    char day[16];

    day_iso(lminute_day(lminute_of(s->q.from)), day);
    e.name = arena_printf(rq->arena, "%s_officers_%s", s->x->index, day);
    figures_export_head(rq, &e, s->x->officers->title, &s->q);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        e.column[e.columns++] = c[i];
    export_begin(rq, file, &e);
}

void figures_export_scores(struct req *rq, int asked, const struct figures_query *q,
                           const char *index)
{
    struct score_asked *s = ARENA_NEW(rq->arena, struct score_asked);

    s->q = *q;
    s->x = index_on(rq->api->conf->indices, span_of(index), lminute_day(lminute_of(q->to - 1)));
    if (s->x)
        export_scores(rq, asked, s);
    else
        reply_problem(rq, ERR_NOT_FOUND);
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

/* ---------------------------------------------------------------- behind a mark */

/* Of an officer whatever is counted for her, of an agency what is marked dossier by dossier: the
 * rest has its figures' lists.  0: no mark is behind it. */
static int mark_asked(const struct index *x, struct span component, bool person)
{
    const struct index *of = person ? x->officers : x;

    for (size_t i = 0; of && i < of->components; i++) {
        const struct index_component *c = &of->component[i];

        if (!span_is(component, c->component))
            continue;
        if (c->measure == MEASURE_MARKS)
            return 2 + c->mark;
        return person && c->measure != MEASURE_ENTERED ? 1 : 0;
    }
    return 0;
}

struct behind_asked {
    struct figures_query q;
    const struct index *x;
    struct index_list l;
};

static void ask_behind(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct behind_asked *b = question;

    b->l.after_id = after;
    store_index_list(rq->api->store, &rq->viewer, &b->q, b->x, &b->l, done, rq);
}

static void export_behind(struct req *rq, int file, struct behind_asked *b)
{
    static const struct export_column c[] = {
        {"code", NULL, {"Mã hồ sơ", "Code"}, CELL_TEXT, 24},
        {"procedure", NULL, {"Thủ tục", "Procedure"}, CELL_TEXT, 14},
        {"agency", NULL, {"Cơ quan", "Agency"}, CELL_TEXT, 14},
        {"officer_name", NULL, {"Cán bộ", "Officer"}, CELL_TEXT, 24},
        {"finished", NULL, {"Có kết quả lúc", "Result at"}, CELL_TEXT, 20},
        {"points", NULL, {"Điểm", "Points"}, CELL_INT, 8}};
    struct export e = {.ask = ask_behind, .question = b, .ret_after = &b->l.after};
    const struct index *of = b->l.person ? b->x->officers : b->x;
    char day[16];

    day_iso(lminute_day(lminute_of(b->q.from)), day);
    e.name = arena_printf(rq->arena, "%s_%s_%s", b->x->index, b->l.component, day);
    for (size_t i = 0; i < of->components; i++)
        if (strcmp(of->component[i].component, b->l.component) == 0)
            figures_export_head(rq, &e, of->component[i].title, &b->q);
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        e.column[e.columns++] = c[i];
    b->q.limit = PAGE_MAX;
    export_begin(rq, file, &e);
}

static void behind(struct req *rq)
{
    struct behind_asked *b = ARENA_NEW(rq->arena, struct behind_asked);
    struct figures_query *q = &b->q;
    struct index_list *l = &b->l;
    struct page_query pg;
    struct span component = req_query(rq, "component");
    bool own = !(rq->user.roles & permission_roles(PERM_FIGURES));
    int64_t points;
    int file;

    *l = (struct index_list){.after = INSTANT_NONE};
    if (!figures_read(rq, q) || !page_read(rq, &pg) || (file = export_asked(rq)) < 0 ||
        !req_query_i64(rq, "points", 0, 2, 2, &points) ||
        !req_query_i64(rq, "person", 0, INT64_MAX, 0, &l->person))
        return;
    b->x =
        index_on(rq->api->conf->indices, span_of(rq->param[0]), lminute_day(lminute_of(q->to - 1)));
    l->mark = b->x && component.p ? mark_asked(b->x, component, l->person != 0) : 0;
    if (!l->mark || (own && l->person != rq->user.user)) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    l->component = arena_span(rq->arena, component);
    l->points = (int)points;
    if (file > 0) {
        export_behind(rq, file, b);
        return;
    }
    l->after = pg.after;
    l->after_id = pg.after_id;
    q->limit = pg.limit;
    rq->wait = WAIT_STORE;
    store_index_list(rq->api->store, &rq->viewer, q, b->x, l, page_came, rq);
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
static const struct answer_key mark_keys[] = {
    A_INT("points", 0, "điểm: 2, 1, 0", "points: 2, 1, 0"),
    A_INT("n", 0, "bao nhiêu", "how many"),
    A_WORD("list", 0, "danh sách đứng sau", "where its list is"),
};
static const struct answer_shape mark_shape = A_SHAPE("IndexMarks", mark_keys);
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
    A_LIST("marks", 0, &mark_shape, "điểm từng hồ sơ đứng sau", "marks behind it"),
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
    A_INT("counted", 0, "hồ sơ đã chấm từng hồ sơ", "dossiers marked one by one"),
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
    A_LIST("marks", 0, &mark_shape, "điểm từng hồ sơ đứng sau", "marks behind it"),
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
    A_INT("counted", 0, "hồ sơ đã chấm từng hồ sơ", "dossiers marked one by one"),
    A_INT("of", 0, "trong số", "of so many"),
    A_INT("fewest", 0, "ít hồ sơ hơn thì không xếp loại", "below so many dossiers no band is told"),
    A_PAGE(&officer_shape, "cán bộ, ít hồ sơ đứng sau", "officers, those of few dossiers last"),
};
static const struct answer_shape officer_scores_shape =
    A_SHAPE("OfficerScores", officer_scores_keys);
static const struct answer_key behind_row_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("agency", ANSWER_NULL, "cơ quan được chấm", "agency that is scored"),
    A_INT("officer", ANSWER_NULL, "cán bộ được chấm", "officer who is scored"),
    A_TEXT("officer_name", ANSWER_NULL, "họ tên", "name"),
    A_INT("points", 0, "điểm", "points"),
    A_TIME("finished", 0, "có kết quả lúc", "result at"),
};
static const struct answer_shape behind_row_shape = A_SHAPE("MarkedDossier", behind_row_keys);
static const struct answer_key behind_keys[] = {
    A_WITH(&figures_head_shape),
    A_WORD("component", 0, "thành phần", "component"),
    A_INT("points", 0, "điểm", "points"),
    A_PAGE(&behind_row_shape, "các hồ sơ, mới nhất trước", "dossiers, the newest first"),
};
static const struct answer_shape behind_shape = A_SHAPE("MarkedDossiers", behind_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .permission = PERM_OFFICER_SCORES,
     .lane = LANE_REPORT,
     .pattern = "/v1/indices",
     .handle = list,
     .answer = &list_shape,
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
     .query = score_params,
     .summary = {"Chấm điểm cán bộ theo bộ chỉ số, trong phạm vi được xem hoặc của mình",
                 "Officers scored by the index: those one may see, or oneself"}},
    {.method = HTTP_GET,
     .permission = PERM_OFFICER_SCORES,
     .lane = LANE_REPORT,
     .pattern = "/v1/indices/{index}/dossiers",
     .handle = behind,
     .answer = &behind_shape,
     .medias = export_media,
     .query = behind_params,
     .summary = {"Hồ sơ đứng sau một điểm của cơ quan, của cán bộ hoặc của mình",
                 "Dossiers behind a mark of an agency, of an officer or of oneself"}},
};
ROUTE_TABLE(routes_indices, rows);
