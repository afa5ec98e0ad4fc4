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
/* What ?lang= or Accept-Language asks for, into rq->lang. */
void page_lang(struct req *rq);
extern const struct route_param page_lang_params[];

#endif
