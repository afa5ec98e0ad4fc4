/* Public list of procedures and one page a procedure, in the order of headings that the national
 * portal has made usual: name, code, steps, ways to file, papers, fee, time, legal basis, result.
 * From the snapshot; only how long it usually takes is asked of the database, and a page without
 * that is a page, too.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/html.h"
#include "server/api/procedures.h"

#include "common/base/json_in.h"
#include "common/base/utf8.h"
#include "server/store/figures.h"

#define QUERY_CHARS 80
#define WORDS_MAX   12
#define USUAL_DAYS  365 /* usual is what came in the last year … */
#define USUAL_LEAST 5   /* … unless that are so few that one could be meant */

static dayno today(void)
{
    return lminute_day(lminute_of(clock_now()));
}

/* In force today; the snapshot holds older and later versions, too. */
static bool in_force(const struct snapshot *s, size_t i)
{
    return snapshot_procedure(s, s->procedure[i]->code, today()) == s->procedure[i];
}

static void quantity_html(struct quantity q, enum lang lang, struct buf *b)
{
    struct buf words;

    buf_init(&words, 256);
    quantity_words(q, lang, &words);
    html_text(b, buf_cstr(&words));
    buf_free(&words);
}

/* 1.250.000 đồng, 1,250,000 dong */
static void money_html(const struct req *rq, int64_t amount, struct buf *b)
{
    char digits[24], sign = rq->lang == LANG_EN ? ',' : '.';
    int n = snprintf(digits, sizeof digits, "%lld", (long long)amount), i;

    for (i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            buf_char(b, sign);
        buf_char(b, digits[i]);
    }
    buf_str(b, say(rq, " đồng", " dong"));
}

/* ---------------------------------------------------------------- the list */

struct search {
    struct span word[WORDS_MAX]; /* folded */
    size_t words;
    struct span field; /* code; SPAN_NONE: all */
    const char *typed;
};

static void search_read(struct req *rq, struct search *ret)
{
    struct span q = req_query(rq, "q"), rest, one;
    bool more = true;

    *ret = (struct search){.field = req_query(rq, "field"), .typed = ""};
    if (ret->field.n == 0)
        ret->field = SPAN_NONE;
    if (q.n == 0 || utf8_length(q) > QUERY_CHARS)
        return;
    ret->typed = arena_span(rq->arena, q);
    rest = text_fold(rq->arena, q);
    while (more && rest.n && ret->words < WORDS_MAX) {
        more = span_cut(rest, ' ', &one, &rest);
        if (one.n)
            ret->word[ret->words++] = one;
    }
}

static bool fits(struct req *rq, const struct search *s, const struct procedure *p)
{
    const char *all;
    size_t i;

    if (s->field.p && !span_is(s->field, p->field_code))
        return false;
    if (s->words == 0)
        return true;
    all = arena_printf(rq->arena, "%s %s %s %s %s", p->code, p->name.vi,
                       p->name.en ? p->name.en : "", p->field.vi, p->field.en ? p->field.en : "");
    all = arena_span(rq->arena, text_fold(rq->arena, span_of(all)));
    for (i = 0; i < s->words; i++)
        if (!memmem(all, strlen(all), s->word[i].p, s->word[i].n))
            return false;
    return true;
}

/* Fields in the order of the procedures, each once. */
static size_t fields_of(struct req *rq, const struct procedure ***ret)
{
    const struct snapshot *s = req_snapshot(rq);
    const struct procedure **f =
        ARENA_ARRAY(rq->arena, const struct procedure *, s->procedures + 1);
    size_t n = 0, i, k;

    for (i = 0; i < s->procedures; i++) {
        if (!in_force(s, i))
            continue;
        for (k = 0; k < n && strcmp(f[k]->field_code, s->procedure[i]->field_code) != 0; k++)
            ;
        if (k == n)
            f[n++] = s->procedure[i];
    }
    *ret = f;
    return n;
}

static void search_html(struct req *rq, const struct search *s, const struct procedure **field,
                        size_t fields, struct buf *b)
{
    size_t i;

    buf_printf(
        b,
        "<form method=\"get\" action=\"/thu-tuc\" role=\"search\" class=\"search\">\n<input "
        "type=\"hidden\" name=\"lang\" value=\"%s\">\n<p><label for=\"q\">%s</label> <span "
        "class=\"hint\" id=\"q-hint\">%s</span>\n<input id=\"q\" name=\"q\" type=\"search\" "
        "class=\"plain\" maxlength=\"%d\" aria-describedby=\"q-hint\" value=\"",
        page_lang_word(rq), say(rq, "Tìm thủ tục", "Find a procedure"),
        say(rq, "Có dấu hay không dấu, hoặc mã thủ tục", "With or without accents, or its code"),
        QUERY_CHARS);
    html_text(b, s->typed);
    buf_printf(b,
               "\"></p>\n<p><label for=\"field\">%s</label>\n<select id=\"field\" name=\"field\">\n"
               "<option value=\"\">%s</option>\n",
               say(rq, "Lĩnh vực", "Field"), say(rq, "Tất cả", "All"));
    for (i = 0; i < fields; i++) {
        buf_str(b, "<option value=\"");
        html_text(b, field[i]->field_code);
        buf_printf(b, "\"%s>", span_is(s->field, field[i]->field_code) ? " selected" : "");
        html_text(b, text2_in(field[i]->field, rq->lang));
        buf_str(b, "</option>\n");
    }
    buf_printf(b, "</select></p>\n<p><button type=\"submit\">%s</button></p>\n</form>\n",
               say(rq, "Tìm", "Find"));
}

static void item_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    buf_printf(b, "<li><a href=\"/thu-tuc/%s?lang=%s\">", p->code, page_lang_word(rq));
    html_text(b, text2_in(p->name, rq->lang));
    buf_printf(b, "</a><br><span class=\"hint\">%s · ", p->code);
    quantity_html(p->limit.committed, rq->lang, b);
    buf_str(b, "</span></li>\n");
}

/* Groups by field; how many were found. */
static size_t found_html(struct req *rq, const struct search *s, const struct procedure **field,
                         size_t fields, struct buf *b)
{
    const struct snapshot *snap = req_snapshot(rq);
    size_t found = 0, i, k;

    for (k = 0; k < fields; k++) {
        bool open = false;

        for (i = 0; i < snap->procedures; i++) {
            const struct procedure *p = snap->procedure[i];

            if (strcmp(p->field_code, field[k]->field_code) != 0 || !in_force(snap, i) ||
                !fits(rq, s, p))
                continue;
            if (!open) {
                buf_str(b, "<h2>");
                html_text(b, text2_in(field[k]->field, rq->lang));
                buf_str(b, "</h2>\n<ul class=\"links\">\n");
                open = true;
            }
            item_html(rq, p, b);
            found++;
        }
        if (open)
            buf_str(b, "</ul>\n");
    }
    return found;
}

static void list(struct req *rq)
{
    const struct procedure **field;
    struct search s;
    struct buf b, found;
    size_t fields, n;

    page_lang(rq);
    search_read(rq, &s);
    fields = fields_of(rq, &field);
    buf_init(&b, ANSWER_MAX);
    buf_init(&found, ANSWER_MAX);
    n = found_html(rq, &s, field, fields, &found);
    buf_printf(&b, "<h1>%s</h1>\n", say(rq, "Thủ tục hành chính", "Administrative procedures"));
    search_html(rq, &s, field, fields, &b);
    buf_printf(&b, "<p role=\"status\">%zu %s</p>\n", n,
               say(rq, "thủ tục", n == 1 ? "procedure" : "procedures"));
    buf_span(&b, (struct span){found.p, found.n});
    if (n == 0)
        buf_printf(&b, "<p class=\"notice\">%s</p>\n",
                   say(rq, "Không tìm thấy. Thử ít chữ hơn, hoặc chọn lĩnh vực.",
                       "Nothing was found. Try fewer words, or choose a field."));
    reply_page(rq, 200, say(rq, "Thủ tục hành chính", "Administrative procedures"),
               (struct span){b.p, b.n});
    buf_free(&found);
    buf_free(&b);
}

/* ---------------------------------------------------------------- one procedure */

static const char *place_name(struct req *rq, const struct procedure *p, const struct step *st)
{
    return text2_in(place_title(rq->arena, p, req_snapshot(rq)->org, st->at, st->agency), rq->lang);
}

static void steps_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    size_t i;

    buf_printf(b, "<h2 id=\"steps\">%s</h2>\n<ol>\n", say(rq, "Trình tự thực hiện", "Steps"));
    for (i = 0; i < p->steps; i++) {
        buf_str(b, "<li>");
        html_text(b, text2_in(p->step[i].title, rq->lang));
        buf_str(b, " <span class=\"hint\">");
        html_text(b, place_name(rq, p, &p->step[i]));
        if (p->step[i].has_limit) {
            buf_str(b, ", ");
            quantity_html(p->step[i].limit, rq->lang, b);
        }
        buf_str(b, "</span></li>\n");
    }
    buf_printf(b,
               "</ol>\n<figure class=\"wide\"><a href=\"/thu-tuc/%s/so-do.svg?lang=%s\"><img "
               "src=\"/thu-tuc/%s/so-do.svg?lang=%s\" alt=\"%s\" loading=\"lazy\"></a></figure>\n",
               p->code, page_lang_word(rq), p->code, page_lang_word(rq),
               say(rq, "Lưu đồ các bước nêu trên; chạm để mở lớn",
                   "Diagram of the steps above; touch to enlarge"));
    if (p->reconstructed)
        buf_printf(b, "<p class=\"hint\">%s</p>\n",
                   say(rq, "Một số bước nội bộ được dựng lại từ nguồn công khai.",
                       "Some inner steps are reconstructed from public sources."));
}

static void ways_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    int c;

    buf_printf(b, "<h2>%s</h2>\n<ul>\n", say(rq, "Cách thức thực hiện", "Ways to file"));
    for (c = 0; c < CHANNELS; c++) {
        if (!((p->channels >> c) & 1u))
            continue;
        buf_str(b, "<li>");
        html_text(b, text2_in(channel_title((enum channel)c), rq->lang));
        if (p->limit.has_channel[c]) {
            buf_str(b, ": ");
            quantity_html(p->limit.by_channel[c], rq->lang, b);
        }
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul>\n");
}

static void count_html(struct req *rq, int n, const char *vi, const char *en, bool *more,
                       struct buf *b)
{
    if (n == 0)
        return;
    buf_printf(b, "%s%d %s", *more ? ", " : "", n, say(rq, vi, en));
    *more = true;
}

static void paper_html(struct req *rq, const struct component *c, struct buf *b)
{
    static const struct text2 needs[] = {{NULL, NULL},
                                         {"nếu có", "if there is one"},
                                         {"một trong các giấy tờ cùng nhóm", "one of its group"},
                                         {"khi thuộc trường hợp", "in certain cases"},
                                         {"lưu ý", "note"}};
    bool more = false;

    buf_str(b, "<tr><td>");
    html_text(b, text2_in(c->title, rq->lang));
    if (needs[c->need].vi && !strstr(c->title.vi, needs[c->need].vi))
        buf_printf(b, " <span class=\"hint\">(%s)</span>", text2_in(needs[c->need], rq->lang));
    buf_str(b, "</td><td>");
    if (c->present_only) {
        buf_str(b, say(rq, "xuất trình", "to show"));
        more = true;
    }
    count_html(rq, c->originals, "bản chính", c->originals == 1 ? "original" : "originals", &more,
               b);
    count_html(rq, c->certified, "bản sao chứng thực", "certified", &more, b);
    count_html(rq, c->copies, "bản sao", c->copies == 1 ? "copy" : "copies", &more, b);
    buf_str(b, "</td></tr>\n");
}

static void papers_html(struct req *rq, const char *title, int level, const struct component *c,
                        size_t n, struct buf *b)
{
    size_t i;

    buf_printf(b, "<h%d>", level);
    html_text(b, title);
    buf_printf(b, "</h%d>\n", level);
    if (n == 0) {
        buf_printf(b, "<p>%s</p>\n", say(rq, "Không có.", "None."));
        return;
    }
    buf_printf(b,
               "<table>\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr></thead>"
               "\n<tbody>\n",
               say(rq, "Giấy tờ", "Paper"), say(rq, "Số lượng", "How many"));
    for (i = 0; i < n; i++)
        paper_html(rq, &c[i], b);
    buf_str(b, "</tbody></table>\n");
}

static void fee_html(struct req *rq, const struct fee_item *f, struct buf *b)
{
    static const struct text2 pers[] = {
        {"", ""}, {" một trang", " a page"}, {" một bản", " a copy"}, {" một người", " a person"}};
    size_t i;

    buf_str(b, "<li>");
    if (f->title.vi) {
        html_text(b, text2_in(f->title, rq->lang));
        buf_str(b, ": ");
    } else {
        buf_str(b, f->charge ? say(rq, "Lệ phí: ", "Charge: ") : say(rq, "Phí: ", "Fee: "));
    }
    if (f->amount == 0)
        buf_str(b, say(rq, "không thu", "none"));
    else
        money_html(rq, f->amount, b);
    if (f->amount)
        buf_str(b, text2_in(pers[f->per], rq->lang));
    for (i = 0; i < CHANNELS; i++)
        if (f->has_channel[i]) {
            buf_str(b, "; ");
            html_text(b, text2_in(channel_title((enum channel)i), rq->lang));
            buf_str(b, ": ");
            money_html(rq, f->by_channel[i], b);
        }
    for (i = 0; i < f->exempts; i++) {
        buf_str(b, i ? ", " : say(rq, "; miễn: ", "; exempt: "));
        html_text(b, text2_in(f->exempt[i].title, rq->lang));
    }
    buf_str(b, "</li>\n");
}

static void fees_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    size_t i;

    buf_printf(b, "<h2>%s</h2>\n", say(rq, "Phí, lệ phí", "Fee"));
    if (p->fees == 0) {
        buf_printf(b, "<p>%s</p>\n", say(rq, "Không thu.", "None."));
        return;
    }
    buf_str(b, "<ul>\n");
    for (i = 0; i < p->fees; i++)
        fee_html(rq, &p->fee[i], b);
    buf_str(b, "</ul>\n");
}

/* 0: the result lay ready on the day of acceptance. */
static void days_html(struct req *rq, const char *vi, const char *en, int64_t days, struct buf *b)
{
    if (days == 0)
        buf_printf(b, "%s", say(rq, vi, en));
    else
        buf_printf(b, "%s %lld %s", say(rq, vi, en), (long long)days,
                   say(rq, "ngày", days == 1 ? "day" : "days"));
}

static void usual_html(struct req *rq, const json_t *usual, struct buf *b)
{
    int64_t n = json_i64(usual, "n", 0), median = json_i64(usual, "median_days", 0),
            p90 = json_i64(usual, "p90_days", 0);

    if (n < USUAL_LEAST)
        return;
    buf_printf(b, "<li>%s ", say(rq, "Thường mất:", "Usually:"));
    days_html(rq, median ? "một nửa số hồ sơ không quá" : "một nửa số hồ sơ trong ngày tiếp nhận",
              median ? "half of the dossiers took no more than"
                     : "half of the dossiers the same day",
              median, b);
    buf_str(b, ", ");
    days_html(rq, p90 ? "chín phần mười không quá" : "chín phần mười cũng trong ngày",
              p90 ? "nine of ten no more than" : "nine of ten the same day, too", p90, b);
    buf_printf(
        b, " <span class=\"hint\">%s %lld %s</span></li>\n",
        say(rq, "(ngày lịch từ khi tiếp nhận đến khi có kết quả, kể cả lúc chờ bổ sung; tính trên",
            "(calendar days from acceptance to result, waiting for papers included; of the"),
        (long long)n,
        say(rq, "hồ sơ mới nhất có kết quả trong 12 tháng qua)",
            "newest with a result in the last twelve months)"));
}

static void time_html(struct req *rq, const struct procedure *p, const json_t *usual, struct buf *b)
{
    size_t i;

    buf_printf(b, "<h2>%s</h2>\n<ul>\n<li>%s ", say(rq, "Thời hạn giải quyết", "Time"),
               say(rq, "Hẹn trả kết quả:", "Promised:"));
    quantity_html(p->limit.committed, rq->lang, b);
    buf_printf(b, "</li>\n<li>%s ", say(rq, "Theo luật:", "By law:"));
    quantity_html(p->limit.legal, rq->lang, b);
    buf_str(b, "</li>\n");
    for (i = 0; i < p->cases_n; i++) {
        if (!p->cases[i].has_limit)
            continue;
        buf_str(b, "<li>");
        html_text(b, text2_in(p->cases[i].title, rq->lang));
        buf_str(b, ": ");
        quantity_html(p->cases[i].limit.committed, rq->lang, b);
        buf_str(b, "</li>\n");
    }
    usual_html(rq, usual, b);
    buf_str(b, "</ul>\n");
}

static void basis_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    size_t i;

    buf_printf(b, "<h2>%s</h2>\n<ul>\n", say(rq, "Căn cứ pháp lý", "Legal basis"));
    for (i = 0; i < p->bases; i++) {
        buf_str(b, "<li lang=\"vi\">");
        html_text(b, p->basis[i]);
        buf_str(b, "</li>\n");
    }
    buf_printf(b, "</ul>\n<h2>%s</h2>\n", say(rq, "Kết quả", "Result"));
    if (p->results_n <= 1) {
        buf_str(b, "<p>");
        html_text(b, text2_in(p->result, rq->lang));
        buf_str(b, "</p>\n");
        return;
    }
    buf_str(b, "<ul>\n");
    for (i = 0; i < p->results_n; i++) {
        buf_str(b, "<li>");
        html_text(b, text2_in(p->results[i].title, rq->lang));
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul>\n");
}

static bool may_book(struct req *rq, const struct procedure *p)
{
    const struct snapshot *s = req_snapshot(rq);
    size_t i;

    for (i = 0; i < s->halls; i++) {
        int service = hall_service_of(s->hall[i], p->field_code);

        if (service >= 0 && s->hall[i]->service[service].slots > 0)
            return true;
    }
    return false;
}

static void head_html(struct req *rq, const struct procedure *p, struct buf *b)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int i = organisation_find(o, p->competent);

    buf_str(b, "<h1>");
    html_text(b, text2_in(p->name, rq->lang));
    buf_printf(b,
               "</h1>\n<dl>\n<dt>%s</dt><dd><span class=\"code\">%s</span></dd>\n<dt>%s</dt><dd>",
               say(rq, "Mã thủ tục", "Code"), p->code, say(rq, "Lĩnh vực", "Field"));
    html_text(b, text2_in(p->field, rq->lang));
    buf_str(b, "</dd>\n");
    if (i >= 0) {
        buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Cơ quan giải quyết", "Competent agency"));
        html_text(b, text2_in(o->agency[i].name, rq->lang));
        buf_str(b, "</dd>\n");
    }
    buf_str(b, "</dl>\n");
    if (may_book(rq, p))
        buf_printf(
            b, "<p><a class=\"button\" href=\"/dat-lich?procedure=%s&amp;lang=%s\">%s</a></p>\n",
            p->code, page_lang_word(rq), say(rq, "Đặt lịch hẹn", "Book an appointment"));
}

static const struct procedure *asked(struct req *rq)
{
    const struct procedure *p = snapshot_procedure(req_snapshot(rq), rq->param[0], today());

    page_lang(rq);
    if (!p)
        reply_problem(rq, ERR_NOT_FOUND);
    return p;
}

/* What is usual has come, or has not (NULL). */
static void one_html(struct req *rq, const json_t *usual)
{
    const struct procedure *p = asked(rq);
    struct buf b;
    size_t i;

    if (!p)
        return;
    buf_init(&b, ANSWER_MAX);
    head_html(rq, p, &b);
    steps_html(rq, p, &b);
    ways_html(rq, p, &b);
    papers_html(rq, say(rq, "Thành phần hồ sơ", "Papers"), 2, p->component, p->components, &b);
    if (p->components)
        buf_printf(&b, "<p>%s %02d%s</p>\n", say(rq, "Số lượng hồ sơ:", "Sets of papers:"), p->sets,
                   say(rq, " bộ", ""));
    for (i = 0; i < p->cases_n; i++)
        if (p->cases[i].component)
            papers_html(rq, text2_in(p->cases[i].title, rq->lang), 3, p->cases[i].component,
                        p->cases[i].components, &b);
    fees_html(rq, p, &b);
    time_html(rq, p, usual, &b);
    basis_html(rq, p, &b);
    reply_page_of(rq, 200,
                  &(struct page){.title = text2_in(p->name, rq->lang),
                                 .content = {b.p, b.n},
                                 .body = "procedure"});
    buf_free(&b);
}

static void usual_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    json_t *usual;

    (void)version;
    if (!req_back(rq))
        return;
    usual = e == ERR_OK ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    one_html(rq, usual);
    json_decref(usual);
}

static void one(struct req *rq)
{
    const struct procedure *p = asked(rq);

    if (!p)
        return;
    rq->wait = WAIT_STORE;
    store_figures_usual(rq->api->store, p->code,
                        clock_now() - USUAL_DAYS * INT64_C(86400) * 1000000, usual_came, rq);
}

static void diagram(struct req *rq)
{
    const struct procedure *p = asked(rq);

    if (p)
        reply_diagram(rq, p);
}

static const struct route_param list_params[] = {
    {"q", {"chữ cần tìm", "words to find"}},
    {"field", {"mã lĩnh vực", "code of a field"}},
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};

#define PAGE(path, fn, params, media_, vi, en)                                                     \
    {                                                                                              \
        .method = HTTP_GET, .pattern = (path), .permission = PERM_PUBLIC,                          \
        .flags = ROUTE_HTML | ROUTE_HIDDEN, .lane = LANE_READ, .handle = (fn), .query = (params),  \
        .media = (media_), .summary = {                                                            \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    PAGE("/thu-tuc", list, list_params, NULL, "Danh mục thủ tục", "List of procedures"),
    PAGE("/thu-tuc/{code}", one, page_lang_params, NULL, "Một thủ tục", "One procedure"),
    PAGE("/thu-tuc/{code}/so-do.svg", diagram, page_lang_params, "image/svg+xml",
         "Lưu đồ của thủ tục", "Diagram of the procedure"),
};
ROUTE_TABLE(routes_catalogue, rows);
