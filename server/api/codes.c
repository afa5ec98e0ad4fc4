/* Codes that the counter's own print sheets carry: QR and Code 128 as drawings.
 * The worker's thread. */
#include "server/api/page.h"
#include "server/print/print.h"

#define TEXT_CHARS 200

static const char *const kinds[] = {"qr.svg", "bar.svg", NULL};

static void code(struct req *rq)
{
    struct http_header keep = {SPAN_LIT("Cache-Control"), SPAN_LIT("private, max-age=86400")};
    struct span asked = req_query(rq, "text");
    const char *text = bind_text(asked, false, 1, TEXT_CHARS, "", &rq->bad);
    int kind = 0;
    struct buf *b;

    while (kinds[kind] && strcmp(kinds[kind], rq->param[0]) != 0)
        kind++;
    if (!kinds[kind]) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    b = reply_buf(rq);
    if (!text || !print_code_svg(kind == 0, rq->arena, text, b)) {
        reply_detail(rq, ERR_BAD_REQUEST, "text phải có 1 đến 200 ký tự mã hóa được.",
                     "text must be 1 to 200 characters that can be encoded.");
        return;
    }
    reply_body(rq, 200, "image/svg+xml", (struct span){b->p, b->n}, &keep, 1);
}

static const struct route_param code_params[] = {
    {"text", {"nội dung của mã", "what the code says"}},
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/codes/{kind}",
     .permission = PERM_RECEIPT,
     .lane = LANE_READ,
     .handle = code,
     .query = code_params,
     .media = "image/svg+xml",
     .summary = {"Mã QR (qr.svg) hoặc mã vạch (bar.svg) của một chuỗi",
                 "QR code (qr.svg) or bar code (bar.svg) of a text"}},
};
ROUTE_TABLE(routes_codes, rows);
