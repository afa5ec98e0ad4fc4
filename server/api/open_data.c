/* Figures for everybody to use (dữ liệu mở): nothing of persons, rows of few dossiers put together,
 * a dictionary of every column.  The worker's thread. */
#include <stdlib.h>
#include <string.h>

#include "server/api/figures.h"

/* A row of fewer dossiers could tell a neighbour whose it is: such rows stand together in one. */
#define FEW   5
#define OTHER "other"

static const enum figure_by open_by[] = {BY_TOTAL, BY_AGENCY, BY_PROCEDURE, BY_CHANNEL,
                                         BY_FIELD, BY_MONTH,  BY_QUARTER,   BY_YEAR};
static const char *const open_by_words[] = {"total", "agency",  "procedure", "channel", "field",
                                            "month", "quarter", "year",      NULL};
static const char *const open_kinds[] = {"word", "text", "integer", "tenths", NULL};

static const struct route_param open_params[] = {
    {"from", {"từ ngày; mặc định đầu tháng này", "from; default: first day of this month"}},
    {"to", {"đến trước ngày; mặc định ngày mai", "up to, exclusive; default: tomorrow"}},
    {"period", {"thay from, to: kỳ báo cáo", "instead of from and to: reporting period"}},
    {"as_of", {"tính đến thời điểm", "as known at this instant"}},
    {"basis", {"original, basis (mặc định) hoặc current", "original, basis or current"}},
    {"agency", {"cơ quan, cả cấp dưới", "agency, with those under it"}},
    {"by", {"total, agency, procedure, field, channel, month, quarter, year", "dimension"}},
    {"format", {"json (mặc định), csv hoặc xlsx", "json, csv or xlsx"}},
    EXPORT_PROGRESS_PARAM,
    {NULL, {NULL, NULL}},
};

struct opening {
    struct req *rq;
    struct figures_query q;
    store_json *done; /* of a file; NULL: the answer is JSON */
};

/* ---------------------------------------------------------------- rows put together */

struct open_row {
    const char *key, *title, *title_en;
    struct figure_row row;
};

static int64_t base_of(const struct figure_row *r)
{
    int64_t work = r->n[FIGURE_TOTAL] + r->n[FIGURE_ENDED_OTHER],
            first = r->n[FIGURE_FIRST_DECIDED];

    return work > first ? work : first;
}

static int most_first(const void *a, const void *b)
{
    int64_t x = base_of(&((const struct open_row *)a)->row);
    int64_t y = base_of(&((const struct open_row *)b)->row);

    return (x < y) - (x > y);
}

static size_t rows_of(struct req *rq, const json_t *items, struct open_row **ret)
{
    size_t n = json_array_size(items), i;
    struct open_row *r = ARENA_ARRAY(rq->arena, struct open_row, n + 1);
    const json_t *item;

    json_array_foreach(items, i, item)
    {
        r[i] = (struct open_row){.key = json_str(item, "key"),
                                 .title = json_str(item, "title"),
                                 .title_en = json_str(item, "title_en")};
        for (int k = 0; k < FIGURES; k++)
            r[i].row.n[k] = json_i64(item, FIGURE[k].name, 0);
    }
    *ret = r;
    return n;
}

/* Rows of too few go into one; while that itself is of too few, the smallest of the others, too. */
static size_t put_together(struct open_row *r, size_t n, bool *ret_other)
{
    struct open_row other = {.key = OTHER, .title = "Các dòng ít hồ sơ", .title_en = "Rows of few"};
    size_t kept = n;

    if (n == 0)
        return 0;
    qsort(r, n, sizeof *r, most_first);
    while (kept > 0 && base_of(&r[kept - 1].row) == 0)
        kept--; /* nothing in it: nothing to tell */
    while (kept > 0 && (base_of(&r[kept - 1].row) < FEW ||
                        (base_of(&other.row) > 0 && base_of(&other.row) < FEW)))
        figures_sum(&other.row, &r[--kept].row);
    *ret_other = base_of(&other.row) > 0;
    /* all of it is too few: nothing is told but that */
    if (*ret_other && base_of(&other.row) < FEW)
        other.row = (struct figure_row){{0}};
    if (*ret_other)
        r[kept++] = other;
    return kept;
}

static int by_key(const void *a, const void *b)
{
    const struct open_row *x = a, *y = b;

    if (!x->key || !y->key)
        return (x->key != NULL) - (y->key != NULL);
    return strcmp(x->key, y->key);
}

/* The dossiers in the work; the other topics tell of money and of single agencies' answers. */
static bool told(int figure)
{
    return figure_topic_of((enum figure_id)figure) == TOPIC_DOSSIERS;
}

static bool rate_told(int rate)
{
    return rate_topic_of((enum rate_id)rate) == TOPIC_DOSSIERS;
}

static void row_json(struct jw *w, const struct open_row *r)
{
    jw_open(w);
    jw_kstr(w, "key", r->key);
    jw_kstr(w, "title", r->title);
    jw_kstr(w, "title_en", r->title_en);
    for (int i = 0; i < FIGURES; i++) {
        if (!told(i))
            continue;
        jw_key_any(w, FIGURE[i].name);
        jw_i64(w, r->row.n[i]);
    }
    for (int i = 0; i < RATES; i++) {
        struct rate x = figures_rate(&r->row, (enum rate_id)i);

        if (!rate_told(i))
            continue;
        jw_key_any(w, RATE[i].name);
        if (x.tenths >= 0)
            jw_i64(w, x.tenths);
        else
            jw_null(w);
    }
    jw_close(w);
}

/* ---------------------------------------------------------------- dictionary */

static void column_json(struct jw *w, const char *name, int kind, struct text2 title,
                        struct text2 about)
{
    jw_open(w);
    jw_kstr(w, "name", name);
    jw_kstr(w, "kind", open_kinds[kind]);
    jw_kstr(w, "title", title.vi);
    jw_kstr(w, "title_en", title.en);
    jw_kstr(w, "about", about.vi);
    jw_kstr(w, "about_en", about.en);
    jw_close(w);
}

static void dictionary_json(struct jw *w)
{
    static const struct text2 key = {"Mã dòng", "Key of the row"}, name = {"Tên", "Name"};
    static const struct text2 said = {
        "Mã cơ quan, thủ tục, lĩnh vực, kênh hoặc kỳ; other: các dòng dưới 5 hồ sơ gộp lại",
        "Code of the agency, procedure, field, channel or period; other: rows of fewer than 5 "
        "dossiers, "
        "put together"};

    jw_key(w, "dictionary");
    jw_list(w);
    column_json(w, "key", 0, key, said);
    column_json(w, "title", 1, name, name);
    column_json(w, "title_en", 1, name, name);
    for (int i = 0; i < FIGURES; i++)
        if (told(i))
            column_json(w, FIGURE[i].name, 2, FIGURE[i].title, FIGURE[i].about);
    for (int i = 0; i < RATES; i++)
        if (rate_told(i))
            column_json(w, RATE[i].name, 3, RATE[i].title, RATE[i].about);
    jw_end(w);
}

/* ---------------------------------------------------------------- the answer */

static void head_json(struct jw *w, const json_t *j)
{
    static const char *const keys[] = {"from", "to", "as_of", "basis", "by", NULL};

    jw_ki64(w, "few", FEW);
    for (int i = 0; keys[i]; i++) {
        jw_key_any(w, keys[i]);
        jw_str(w, json_str(j, keys[i]));
    }
}

/* Into the buffer of answers; empty when it cannot be. */
static struct span compose(struct opening *o, struct span json)
{
    json_t *j = json_loadb(json.p, json.n, 0, NULL);
    struct buf *out = reply_buf(o->rq);
    struct jw w = jw_to(out);
    struct open_row *r;
    bool other = false;
    size_t n;

    if (!j)
        return SPAN_NONE;
    n = rows_of(o->rq, json_object_get(j, "items"), &r);
    n = put_together(r, n, &other);
    if (n > 1)
        qsort(r, n - other, sizeof *r, by_key);
    jw_open(&w);
    head_json(&w, j);
    jw_kbool(&w, "together", other);
    if (!o->done)
        dictionary_json(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < n; i++)
        row_json(&w, &r[i]);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    json_decref(j);
    return buf_ok(out) ? (struct span){out->p, out->n} : SPAN_NONE;
}

/* The request is held: it is there. */
static void file_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct opening *o = owner;
    struct span said = e == ERR_OK ? compose(o, json) : SPAN_NONE;

    o->done(o->rq, e == ERR_OK && !said.p ? ERR_INTERNAL : e, said, version);
}

static void ask(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct opening *o = question;

    (void)after;
    o->done = done;
    store_figures(rq->api->store, &rq->viewer, &o->q, file_came, o);
}

static void json_heard(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct span said;

    (void)version;
    if (!req_back(rq))
        return;
    said = e == ERR_OK ? compose(rq->mine, json) : SPAN_NONE;
    if (said.p)
        reply_json(rq, 200, said, -1);
    else
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
}

/* ---------------------------------------------------------------- as a file */

static void file(struct req *rq, struct opening *o, int asked, const char *by)
{
    struct export e = {.ask = ask, .question = o};
    char from[16], to[16];

    day_iso(lminute_day(lminute_of(o->q.from)), from);
    day_iso(lminute_day(lminute_of(o->q.to - 1)), to);
    e.name = arena_printf(rq->arena, "du-lieu-mo_%s_%s_%s", by, from, to);
    e.column[e.columns++] = (struct export_column){"key", NULL, {"key", "key"}, CELL_TEXT, 16};
    e.column[e.columns++] =
        (struct export_column){"title", NULL, {"title", "title"}, CELL_TEXT, 40};
    e.column[e.columns++] =
        (struct export_column){"title_en", NULL, {"title_en", "title_en"}, CELL_TEXT, 40};
    for (int i = 0; i < FIGURES && e.columns < EXPORT_COLUMNS; i++)
        if (told(i))
            e.column[e.columns++] = (struct export_column){
                FIGURE[i].name, NULL, {FIGURE[i].name, FIGURE[i].name}, CELL_INT, 12};
    for (int i = 0; i < RATES && e.columns < EXPORT_COLUMNS; i++)
        if (rate_told(i))
            e.column[e.columns++] = (struct export_column){
                RATE[i].name, NULL, {RATE[i].name, RATE[i].name}, CELL_TENTHS, 12};
    export_begin(rq, asked, &e);
}

static void figures(struct req *rq)
{
    struct opening *o = ARENA_NEW(rq->arena, struct opening);
    int by, asked;

    o->rq = rq;
    if (!req_query_choice(rq, "by", open_by_words, 0, &by) || !figures_read(rq, &o->q) ||
        (asked = export_asked(rq)) < 0)
        return;
    o->q.by = open_by[by];
    if (asked > 0) {
        file(rq, o, asked, open_by_words[by]);
        return;
    }
    rq->mine = o;
    rq->wait = WAIT_STORE;
    store_figures(rq->api->store, &rq->viewer, &o->q, json_heard, rq);
}

/* ---------------------------------------------------------------- answers */

static const struct answer_key column_keys[] = {
    A_WORD("name", 0, "tên cột", "name of the column"),
    A_ENUM("kind", 0, open_kinds, "kiểu; tenths: phần nghìn", "kind; tenths: of a percent"),
    A_TEXT("title", 0, "tên", "title, Vietnamese"),
    A_TEXT("title_en", 0, "tên tiếng Anh", "title, English"),
    A_TEXT("about", 0, "giải thích", "explanation, Vietnamese"),
    A_TEXT("about_en", 0, "giải thích, tiếng Anh", "explanation, English"),
};
static const struct answer_shape column_shape = A_SHAPE("OpenColumn", column_keys);
static const struct answer_key open_row_keys[] = {
    A_WORD("key", ANSWER_NULL, "mã dòng; other: các dòng ít hồ sơ gộp lại",
           "the row; other: rows of few put together"),
    A_TEXT("title", ANSWER_NULL, "tên", "name, Vietnamese"),
    A_TEXT("title_en", ANSWER_NULL, "tên tiếng Anh", "name, English"),
#define F(id, name, stream, classes, needs, without, channels, vi, en, avi, aen)                   \
    A_INT(name, 0, vi, en),
#include "common/figures/figures.def"
#undef F
#define R(id, name, n, of, vi, en, avi, aen) A_INT(name, ANSWER_NULL, vi, en),
#include "common/figures/rates.def"
#undef R
};
static const struct answer_shape open_row_shape = A_SHAPE("OpenRow", open_row_keys);
static const struct answer_key open_keys[] = {
    A_INT("few", 0, "dòng dưới ngần ấy hồ sơ được gộp", "rows of fewer dossiers are put together"),
    A_TIME("from", 0, "từ", "from"),
    A_TIME("to", 0, "đến trước", "up to, exclusive"),
    A_TIME("as_of", 0, "theo lịch sử đến", "as the history tells up to"),
    A_ENUM("basis", 0, DUE_BASIS_WORDS, "hạn dùng để xét", "due that is judged by"),
    A_ENUM("by", 0, open_by_words, "chia theo", "dimension"),
    A_BOOL("together", 0, "có dòng đã gộp", "some were put together"),
    A_LIST("dictionary", 0, &column_shape, "từ điển dữ liệu", "data dictionary"),
    A_PAGE(&open_row_shape, "từng dòng", "the rows"),
};
static const struct answer_shape open_shape = A_SHAPE("OpenFigures", open_keys);

static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/open-data/figures", .handle = figures, .answer = &open_shape,
     .medias = export_sheets, .query = open_params,
     .summary = {"Dữ liệu mở: số liệu không có dữ liệu cá nhân, kèm từ điển",
                 "Open data: figures without anything of persons, with their dictionary"}},
};
ROUTE_TABLE(routes_open_data, rows);
