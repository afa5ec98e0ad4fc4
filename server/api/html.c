/* Frames and escaping for the plain pages.  Nothing is owned.  Any thread. */
#include "server/api/html.h"

#include "server/core/embed.h"

const struct route_param page_lang_params[] = {
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};

void html_text(struct buf *out, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '<')
            buf_str(out, "&lt;");
        else if (*s == '>')
            buf_str(out, "&gt;");
        else if (*s == '&')
            buf_str(out, "&amp;");
        else if (*s == '"')
            buf_str(out, "&quot;");
        else if (*s == '\'')
            buf_str(out, "&#39;");
        else
            buf_char(out, *s);
    }
}

void html_when(struct buf *out, instant t, enum lang lang)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    bool english = lang == LANG_EN;
    lminute m = lminute_of(t);
    dayno d = lminute_day(m);
    struct civil c = civil_of_day(d);
    const char *day = weekday_name(day_weekday(d), english);
    char rfc[32];

    instant_rfc3339(t, rfc);
    buf_printf(out, "<time datetime=\"%s\">%02d:%02d%s ", rfc, lminute_clock(m) / 60,
               lminute_clock(m) % 60, english ? "," : "");
    for (; *day; day++)
        if (*day == ' ')
            buf_str(out, "&nbsp;");
        else
            buf_char(out, *day);
    if (english)
        buf_printf(out, " %d&nbsp;%s %d</time>", c.day, months[c.month - 1], c.year);
    else
        buf_printf(out, " %02d/%02d/%04d</time>", c.day, c.month, c.year);
}

struct span web_file(const char *name)
{
    const struct embedded *e;

    for (e = embed_web; e->name; e++)
        if (strcmp(e->name, name) == 0)
            return (struct span){e->data, (size_t)(e->end - e->data)};
    return SPAN_NONE;
}

struct span web_text(const char *name, enum lang lang)
{
    char file[80];

    (void)snprintf(file, sizeof file, "%s.%s.html", name, lang == LANG_EN ? "en" : "vi");
    return web_file(file);
}

void page_lang(struct req *rq)
{
    struct span s = req_query(rq, "lang");

    if (span_is(s, "en"))
        rq->lang = LANG_EN;
    else if (span_is(s, "vi"))
        rq->lang = LANG_VI;
}

#define SCRIPT_POLICY                                                                              \
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "                \
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "          \
    "require-trusted-types-for 'script'; trusted-types 'none'"

const char *page_lang_word(const struct req *rq)
{
    return rq->lang == LANG_EN ? "en" : "vi";
}

/* What stands in the head beside the title. */
static void head_html(struct buf *b, const struct page *p)
{
    if (p->style)
        buf_printf(b, "<link rel=\"stylesheet\" href=\"/web/%s\">\n", p->style);
    if (p->script)
        buf_printf(b, "<script type=\"module\" src=\"/web/%s\"></script>\n", p->script);
    if (p->refresh)
        buf_printf(b, "%s<meta http-equiv=\"refresh\" content=\"%d%s%s\">%s\n",
                   p->script ? "<noscript>" : "", p->refresh, p->to ? ";url=" : "",
                   p->to ? p->to : "", p->script ? "</noscript>" : "");
}

/* {{name}} in the frame; anything else between braces stays as it is. */
static bool fill_one(struct buf *b, struct span name, const struct req *rq, const struct page *p)
{
    bool english = rq->lang == LANG_EN;
    const struct {
        const char *name, *text;
    } words[] = {
        {"lang", english ? "en" : "vi"},
        {"other", english ? "vi" : "en"},
        {"other_name", english ? "Tiếng Việt" : "English"},
        {"track", english ? "Track" : "Tra cứu"},
        {"procedures", english ? "Procedures" : "Thủ tục"},
        {"book", english ? "Appointment" : "Đặt lịch hẹn"},
        {"skip", english ? "To the content" : "Đến nội dung chính"},
        {"about", english
                      ? "Track a dossier, read what a procedure asks for, book an appointment"
                      : "Tra cứu hồ sơ, xem thủ tục hành chính, đặt lịch hẹn tại Bộ phận Một cửa"},
        {"menu", english ? "Main menu" : "Mục chính"},
        {"query", p->query ? p->query : ""},
        {"body", p->body ? p->body : ""},
    };
    size_t i;

    for (i = 0; i < sizeof words / sizeof *words; i++)
        if (span_is(name, words[i].name)) {
            buf_str(b, words[i].text);
            return true;
        }
    if (span_is(name, "title"))
        html_text(b, p->title);
    else if (span_is(name, "content"))
        buf_span(b, p->content);
    else if (span_is(name, "head"))
        head_html(b, p);
    else
        return false;
    return true;
}

static void fill(struct buf *out, struct span frame, const struct req *rq, const struct page *p)
{
    struct span rest = frame, before, name;

    while (span_cut(rest, '{', &before, &rest)) {
        size_t n;

        buf_span(out, before);
        for (n = 1; span_starts(rest, "{") && n < rest.n && rest.p[n] != '}'; n++)
            ;
        name = (struct span){rest.p + 1, n - 1};
        if (n > 1 && n + 2 <= rest.n && rest.p[n + 1] == '}' && fill_one(out, name, rq, p))
            rest = (struct span){rest.p + n + 2, rest.n - n - 2};
        else
            buf_char(out, '{');
    }
    buf_span(out, before);
}

void reply_page_of(struct req *rq, int status, const struct page *p)
{
    struct http_header h[8];
    unsigned n = 0;
    struct buf b;

    for (; n < p->extras && n < 7; n++)
        h[n] = p->extra[n];
    if (p->script)
        h[n++] = (struct http_header){SPAN_LIT("Content-Security-Policy"), SPAN_LIT(SCRIPT_POLICY)};
    buf_init(&b, ANSWER_MAX);
    fill(&b, web_file(p->frame ? p->frame : "layout.html"), rq, p);
    reply_body(rq, status, "text/html; charset=utf-8", (struct span){b.p, b.n}, h, n);
    buf_free(&b);
}

void reply_page(struct req *rq, int status, const char *title, struct span content)
{
    reply_page_of(rq, status, &(struct page){.title = title, .content = content});
}

/* ---- plain forms */

bool form_read(struct req *rq, struct form *ret)
{
    const struct route_param *known;
    int i;

    ret->n = http_query(rq->arena, http_body(rq->http), ret->field, FORM_FIELDS_MAX);
    for (i = 0; i < ret->n; i++) {
        for (known = rq->route->form; known->name && !span_is(ret->field[i].name, known->name);
             known++)
            ;
        if (!known->name)
            break;
    }
    if (ret->n >= 0 && i == ret->n)
        return true;
    reply_problem(rq, ERR_BAD_REQUEST);
    return false;
}

struct span form_get(const struct form *f, const char *name)
{
    int i;

    for (i = 0; i < f->n; i++)
        if (span_is(f->field[i].name, name))
            return f->field[i].value;
    return SPAN_NONE;
}

const char *form_text(struct req *rq, const struct form *f, const char *name, size_t max)
{
    struct span s = span_trim(form_get(f, name));
    struct violations bad;

    if (s.n == 0)
        return NULL;
    violations_init(&bad, rq->arena);
    return bind_text(s, false, 1, (int64_t)max, "", &bad);
}

void page_problem(struct req *rq, enum err e, const char *detail, const struct http_header *extra,
                  unsigned n)
{
    struct buf b;

    page_lang(rq);
    buf_init(&b, 8192);
    buf_str(&b, "<h1>");
    html_text(&b, err_title(e, rq->lang));
    buf_str(&b, "</h1>\n");
    if (detail) {
        buf_str(&b, "<p>");
        html_text(&b, detail);
        buf_str(&b, "</p>\n");
    }
    buf_printf(&b, "<p><a href=\"/?lang=%s\">%s</a></p>\n", rq->lang == LANG_EN ? "en" : "vi",
               rq->lang == LANG_EN ? "To the start page" : "Về trang đầu");
    reply_page_of(
        rq, err_status(e),
        &(struct page){
            .title = err_title(e, rq->lang), .content = {b.p, b.n}, .extra = extra, .extras = n});
    buf_free(&b);
}
