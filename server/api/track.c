/* Public tracking: a code and the secret of the receipt give one plain sentence, the stages and the
 * due instant; nothing personal.  A wrong pair and an unknown code get the same bytes after the
 * same work.  Plain HTML, no JavaScript.  The worker's thread. */
#include <stdio.h>

#include "server/api/html.h"

#define FORM_FIELDS 4
#define CODE_MAX    64
#define BODY_MAX    1024

struct look_up {
    const char *code, *secret;
};

static void form_html(struct buf *b, enum lang lang)
{
    struct span s = web_text("track-form", lang);

    buf_span(b, s);
}

static void form(struct req *rq)
{
    struct buf b;

    page_lang(rq);
    buf_init(&b, 65536);
    form_html(&b, rq->lang);
    reply_page(rq, 200, say(rq, "Tra cứu hồ sơ", "Track a dossier"), (struct span){b.p, b.n});
    buf_free(&b);
}

static void not_found(struct req *rq)
{
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(
        &b, "<p class=\"notice\" role=\"status\">%s</p>\n",
        say(rq,
            "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. Hãy xem lại hai mã in trên "
            "giấy tiếp nhận.",
            "No dossier has this code and tracking code. Please check both on the receipt."));
    form_html(&b, rq->lang);
    reply_page(rq, 404, say(rq, "Không tìm thấy", "Not found"), (struct span){b.p, b.n});
    buf_free(&b);
}

static void due_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    char words[64];
    instant now = clock_now();

    if (t->finished != INSTANT_NONE) {
        lminute_words(lminute_of(t->finished), rq->lang == LANG_EN, words);
        buf_printf(b, "<p>%s <strong>%s</strong></p>\n",
                   say(rq, "Có kết quả từ:", "Result ready since:"), words);
        return;
    }
    if (t->due == INSTANT_NONE)
        return;
    lminute_words(lminute_of(t->due), rq->lang == LANG_EN, words);
    buf_printf(b, "<p>%s <strong>%s</strong>%s</p>\n",
               say(rq, "Dự kiến trả kết quả:", "Result expected:"), words,
               now > t->due ? say(rq, " — đã quá hẹn, xin lỗi ông/bà.", " — overdue; we apologise.")
                            : say(rq, " — trong hạn.", " — in time."));
}

/* Four public stages, not the inner steps. */
static void stages_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    static const struct text2 names[] = {{"Đã tiếp nhận", "Received"},
                                         {"Đang giải quyết", "Being processed"},
                                         {"Có kết quả", "Result ready"},
                                         {"Đã trả kết quả", "Result handed over"}};
    int now = t->portal >= 10 ? 3 : t->portal == 9 ? 2 : t->portal == 2 ? 0 : 1, i;

    buf_str(b, "<ol class=\"stages\">\n");
    for (i = 0; i < 4; i++)
        buf_printf(b, "<li class=\"%s\"%s>%s</li>\n",
                   i < now    ? "done"
                   : i == now ? "now"
                              : "ahead",
                   i == now ? " aria-current=\"step\"" : "", text2_in(names[i], rq->lang));
    buf_str(b, "</ol>\n");
}

static void found(struct req *rq, const struct track_answer *t)
{
    struct buf b;

    buf_init(&b, 65536);
    buf_str(&b, "<h1>");
    html_text(&b, t->code);
    buf_str(&b, "</h1>\n<p class=\"sentence\">");
    html_text(&b, text2_in(t->sentence.vi ? t->sentence : t->stage, rq->lang));
    buf_str(&b, "</p>\n");
    due_html(rq, t, &b);
    stages_html(rq, t, &b);
    if (t->office.vi) {
        buf_printf(&b, "<p>%s ", say(rq, "Nơi trả kết quả:", "Collect at:"));
        html_text(&b, text2_in(t->office, rq->lang));
        buf_str(&b, "</p>\n");
    }
    reply_page(rq, 200, say(rq, "Tra cứu hồ sơ", "Track a dossier"), (struct span){b.p, b.n});
    buf_free(&b);
}

static void tracked(void *owner, enum err e, const struct track_answer *t)
{
    struct req *rq = owner;
    const struct look_up *look;
    int64_t wait;

    if (!req_back(rq))
        return;
    look = rq->mine;
    if (e != ERR_OK) {
        reply_problem(rq, e);
        return;
    }
    if (t && t->found) {
        found(rq, t);
        return;
    }
    (void)limits_take_peer(rq->api->conf->limits, LIMIT_SECRET, http_peer(rq->http), look->code,
                           clock_mono_us(), &wait);
    not_found(rq);
}

/* Codes are typed by hand: blanks go, small letters grow. */
static const char *code_typed(struct req *rq, struct span s)
{
    char *out = arena_alloc(rq->arena, s.n + 1);
    size_t i, n = 0;

    for (i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ' || c == '\t')
            continue;
        out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    out[n] = '\0';
    return n <= CODE_MAX ? out : "";
}

static bool read_form(struct req *rq, struct look_up *ret)
{
    struct http_param field[FORM_FIELDS];
    int i, n = http_query(rq->arena, http_body(rq->http), field, FORM_FIELDS);

    *ret = (struct look_up){"", ""};
    for (i = 0; i < n; i++) {
        if (span_is(field[i].name, "code"))
            ret->code = code_typed(rq, field[i].value);
        else if (span_is(field[i].name, "secret"))
            ret->secret = code_typed(rq, field[i].value);
        else
            return false;
    }
    return n >= 0;
}

static void look_up(struct req *rq)
{
    struct look_up *look = ARENA_NEW(rq->arena, struct look_up);
    struct limits *l = rq->api->conf->limits;
    const char *peer = http_peer(rq->http);
    int64_t wait;

    page_lang(rq);
    rq->mine = look;
    if (!read_form(rq, look)) {
        reply_problem(rq, ERR_BAD_REQUEST);
        return;
    }
    if (!limits_take_peer(l, LIMIT_TRACK, peer, NULL, clock_mono_us(), &wait) ||
        !limits_room_peer(l, LIMIT_SECRET, peer, look->code, clock_mono_us(), &wait)) {
        reply_wait(rq, ERR_TOO_MANY, wait);
        return;
    }
    rq->wait = WAIT_STORE;
    store_track(rq->api->store, look->code, look->secret, rq->arena, tracked, rq);
}

static const struct route_param form_fields[] = {
    {"code", {"mã hồ sơ", "code of the dossier"}},
    {"secret", {"mã tra cứu in trên giấy tiếp nhận", "tracking code of the receipt"}},
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/tra-cuu",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = form,
     .query = page_lang_params,
     .summary = {"Tra cứu hồ sơ", "Track a dossier"}},
    {.method = HTTP_POST,
     .pattern = "/tra-cuu",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_FORM | ROUTE_LOW,
     .lane = LANE_READ,
     .handle = look_up,
     .form = form_fields,
     .body_max = BODY_MAX,
     .query = page_lang_params,
     .summary = {"Tra cứu hồ sơ", "Track a dossier"}},
};
ROUTE_TABLE(routes_track, rows);
