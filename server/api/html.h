/* Plain pages: the frame of server/web/layout.html around a content, texts escaped.
 * Not for other rooms.  The caller owns the buffers.  Any thread. */
#ifndef SERVER_API_HTML_H
#define SERVER_API_HTML_H

#include "server/api/req.h"

void html_text(struct buf *out, const char *s); /* escaped */
/* "17:00 thứ Tư 23/12/2026", "17:00, Wednesday 23 December 2026": the day is not torn apart */
void html_when(struct buf *out, instant t, enum lang lang);
/* A file of server/web/; SPAN_NONE when there is none. */
struct span web_file(const char *name);
/* "start.vi.html" or "start.en.html" */
struct span web_text(const char *name, enum lang lang);
/* Answers the page: layout with title and content (HTML). */
void reply_page(struct req *rq, int status, const char *title, struct span content);
/* The same with more to it; every member but title and content may be left out. */
struct page {
    const char *title;
    struct span content;
    const char *frame;  /* file of server/web/ in place of layout.html */
    const char *style;  /* a second sheet: "hall.css" */
    const char *script; /* a module of our own: only then may scripts run, and ask our own API */
    const char *query;  /* kept by the link to the other language: "&amp;hall=X", escaped */
    const char *body;   /* class of the body */
    int refresh;        /* seconds; without a script only, when there is one */
    const char *to;     /* where the refresh leads, escaped; NULL: here */
    const struct http_header *extra;
    unsigned extras;
};
void reply_page_of(struct req *rq, int status, const struct page *p);

/* Fields of a plain HTML form, decoded; false after answering 400: it cannot be read, or has a
 * field that the route does not name. */
#define FORM_FIELDS_MAX 12
struct form {
    struct http_param field[FORM_FIELDS_MAX];
    int n;
};
bool form_read(struct req *rq, struct form *ret);
struct span form_get(const struct form *f, const char *name); /* SPAN_NONE: not there */
/* A text that people typed, trimmed and composed, at most max characters; NULL: none, or not fit.
 */
const char *form_text(struct req *rq, const struct form *f, const char *name, size_t max);
/* What ?lang= or Accept-Language asks for, into rq->lang. */
void page_lang(struct req *rq);
const char *page_lang_word(const struct req *rq); /* "vi" or "en", for links */
extern const struct route_param page_lang_params[];

#endif
