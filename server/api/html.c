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

/* {{name}} in the layout; anything else between braces stays as it is. */
static void fill(struct buf *out, struct span layout, const struct req *rq, const char *title,
                 struct span content)
{
    size_t i = 0;

    while (i < layout.n) {
        struct span rest = {layout.p + i, layout.n - i};
        if (span_starts(rest, "{{lang}}")) {
            buf_str(out, rq->lang == LANG_EN ? "en" : "vi");
            i += 8;
        } else if (span_starts(rest, "{{other}}")) {
            buf_str(out, rq->lang == LANG_EN ? "vi" : "en");
            i += 9;
        } else if (span_starts(rest, "{{other_name}}")) {
            buf_str(out, rq->lang == LANG_EN ? "Tiếng Việt" : "English");
            i += 14;
        } else if (span_starts(rest, "{{track}}")) {
            buf_str(out, rq->lang == LANG_EN ? "Track" : "Tra cứu");
            i += 9;
        } else if (span_starts(rest, "{{title}}")) {
            html_text(out, title);
            i += 9;
        } else if (span_starts(rest, "{{content}}")) {
            buf_span(out, content);
            i += 11;
        } else {
            buf_char(out, layout.p[i++]);
        }
    }
}

static void page(struct req *rq, int status, const char *title, struct span content,
                 const struct http_header *extra, unsigned n)
{
    struct buf b;

    buf_init(&b, ANSWER_MAX);
    fill(&b, web_file("layout.html"), rq, title, content);
    reply_body(rq, status, "text/html; charset=utf-8", (struct span){b.p, b.n}, extra, n);
    buf_free(&b);
}

void reply_page(struct req *rq, int status, const char *title, struct span content)
{
    page(rq, status, title, content, NULL, 0);
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
    page(rq, err_status(e), err_title(e, rq->lang), (struct span){b.p, b.n}, extra, n);
    buf_free(&b);
}
