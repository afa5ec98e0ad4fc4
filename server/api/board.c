/* The calling board for a screen in the hall: numbers and counters in letters of 8 % of its height,
 * renewed by a small module, which also sounds; without scripts by the page itself.
 * The worker's thread. */
#include "server/api/halls.h"
#include "server/api/html.h"

#define REFRESH_SECONDS 5
#define ROWS_MAX        5

static void called_html(struct req *rq, const struct board_told *t, struct buf *b)
{
    buf_printf(b,
               "<table id=\"called\"><caption class=\"hidden\">%s</caption>\n<thead "
               "class=\"hidden\"><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th></tr>"
               "</thead>\n<tbody>\n",
               say(rq, "Đang gọi", "Called now"), say(rq, "Số", "Number"),
               say(rq, "Quầy", "Counter"));
    for (size_t i = 0; i < ROWS_MAX; i++) {
        const struct ticket_told *c = i < t->calleds ? &t->called[i] : NULL;

        if (c)
            buf_printf(b, "<tr class=\"%s\"><td>%s</td><td>%s %d</td></tr>\n",
                       c->state == TICKET_CALLED ? "now" : "past", ticket_name(rq, c),
                       say(rq, "QUẦY", "COUNTER"), c->counter);
        else
            buf_str(b, "<tr class=\"past\"><td></td><td></td></tr>\n");
    }
    buf_str(b, "</tbody></table>\n");
}

static void next_html(struct req *rq, const struct board_told *t, struct buf *b)
{
    buf_printf(b, "<p id=\"next\"><span>%s</span>", say(rq, "Sắp gọi:", "Next:"));
    for (size_t i = 0; i < t->nexts; i++)
        buf_printf(b, " <b>%s</b>", ticket_name(rq, &t->next[i]));
    buf_str(b, "</p>\n");
}

static void clock_html(struct buf *b)
{
    int at = lminute_clock(lminute_of(clock_now()));

    buf_printf(b, "<span id=\"clock\">%02d:%02d</span>", at / 60, at % 60);
}

static void board_came(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    const struct hall_at *at;
    struct buf b;

    if (!req_came(rq, e))
        return;
    at = rq->mine;
    buf_init(&b, 65536);
    buf_printf(&b,
               "<main id=\"board\" data-hall=\"%s\" data-counter=\"%s\" data-card=\"%s\">\n"
               "<h1><span>%s</span> ",
               at->hall->hall, say(rq, "QUẦY", "COUNTER"), say(rq, "Thẻ", "Card"),
               say(rq, "Mời đến quầy", "Now calling"));
    clock_html(&b);
    buf_str(&b, "</h1>\n");
    called_html(rq, t->board, &b);
    next_html(rq, t->board, &b);
    buf_printf(&b,
               "<p id=\"lost\" role=\"alert\" hidden>%s</p>\n"
               "<button type=\"button\" id=\"sound\" hidden>%s</button>\n</main>\n",
               say(rq, "MẤT KẾT NỐI", "NO CONNECTION"), say(rq, "Bật âm thanh", "Sound on"));
    reply_page_of(rq, 200,
                  &(struct page){.title = say(rq, "Bảng gọi số", "Calling board"),
                                 .content = {b.p, b.n},
                                 .frame = "hall.html",
                                 .body = "board",
                                 .script = "board.js",
                                 .refresh = REFRESH_SECONDS});
    buf_free(&b);
}

static void board(struct req *rq)
{
    struct hall_at *at = ARENA_NEW(rq->arena, struct hall_at);

    page_lang(rq);
    if (!hall_of_query(rq, req_query(rq, "hall"), at)) {
        halls_page(rq);
        return;
    }
    rq->mine = at;
    rq->wait = WAIT_STORE;
    store_ticket_board(rq->api->store, *at, board_came, rq);
}

static const struct route_param board_params[] = {
    {"hall", {"sảnh tiếp nhận", "reception hall"}},
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};
static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/bang-goi",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = board,
     .query = board_params,
     .summary = {"Bảng gọi số", "Calling board"}},
};
ROUTE_TABLE(routes_board, rows);
