/* Taking a number at a kiosk: at most two touches, a slip for 80 mm paper, no script needed.  A
 * device is opened once with a code, or the office leaves it open to whoever reaches the page.
 * The worker's thread. */
#include "server/api/halls.h"
#include "server/api/html.h"

#include "common/base/digest.h"

#define BODY_MAX     1024
#define KEY_BYTES    16
#define COOKIE       "motcua-kiosk"
#define COOKIE_DAYS  365
#define HOME_SECONDS 12 /* the slip's page leads back by itself */
#define IDLE_SECONDS 30 /* waiting times on the buttons are renewed */

struct kiosk {
    struct hall_at at;
    const struct hall_priority *group; /* chosen by the first touch, or NULL */
};

/* ---------------------------------------------------------------- who may */

static void token_of(const struct req *rq, char out[2 * SHA256_BYTES + 1])
{
    const char *token = rq->api->conf->kiosk_token;
    struct sha256_stream *s = sha256_new();
    uint8_t digest[SHA256_BYTES];

    sha256_add(s, "kiosk", 5);
    sha256_add(s, token, strlen(token));
    sha256_end(s, digest);
    hex_encode(digest, sizeof digest, out);
}

static const char *cookie_name(const struct req *rq)
{
    return rq->api->conf->plain_cookie ? COOKIE : "__Host-" COOKIE;
}

static bool kiosk_open(const struct req *rq)
{
    const struct api_conf *conf = rq->api->conf;
    struct span given = http_cookie(rq->http, cookie_name(rq));
    char token[2 * SHA256_BYTES + 1];

    if (conf->kiosk_open)
        return true;
    if (!conf->kiosk_token || !*conf->kiosk_token || given.n != 2 * SHA256_BYTES)
        return false;
    token_of(rq, token);
    return ct_equal(given.p, token, given.n);
}

/* ---------------------------------------------------------------- pieces */

static void key_html(struct buf *b)
{
    uint8_t key[KEY_BYTES];
    char hex[2 * KEY_BYTES + 1];

    random_bytes(key, sizeof key);
    hex_encode(key, sizeof key, hex);
    buf_printf(b, "<input type=\"hidden\" name=\"key\" value=\"%s\">\n", hex);
}

const char *minutes_words(const struct req *rq, int minutes)
{
    if (minutes < 0)
        return "";
    if (minutes == 0)
        return say(rq, "không phải chờ", "no wait");
    return arena_printf(rq->arena, "%s %d %s", say(rq, "khoảng", "about"), minutes,
                        say(rq, "phút", minutes == 1 ? "minute" : "minutes"));
}

static void head_html(struct req *rq, const struct kiosk *k, struct buf *b)
{
    const char *group = k->group ? arena_printf(rq->arena, "&amp;uu-tien=%s", k->group->group) : "";

    buf_str(b, "<header class=\"bar\"><h1>");
    html_text(b, hall_name(rq, k->at));
    buf_printf(b,
               "</h1><a class=\"touch\" href=\"/lay-so?hall=%s%s&amp;lang=%s\" lang=\"%s\" "
               "hreflang=\"%s\">%s</a></header>\n",
               k->at.hall->hall, group, rq->lang == LANG_EN ? "vi" : "en",
               rq->lang == LANG_EN ? "vi" : "en", rq->lang == LANG_EN ? "vi" : "en",
               rq->lang == LANG_EN ? "Tiếng Việt" : "English");
}

static void services_html(struct req *rq, const struct kiosk *k, const struct lane_told *lane,
                          struct buf *b)
{
    const struct hall *h = k->at.hall;

    buf_printf(b, "<form method=\"post\" action=\"/lay-so?hall=%s&amp;lang=%s\" class=\"lanes\">\n",
               h->hall, page_lang_word(rq));
    key_html(b);
    if (k->group)
        buf_printf(b, "<input type=\"hidden\" name=\"uu-tien\" value=\"%s\">\n", k->group->group);
    for (size_t i = 0; i < h->services; i++) {
        buf_printf(b,
                   "<button type=\"submit\" name=\"service\" value=\"%s\"><span class=\"letter\" "
                   "aria-hidden=\"true\">%s</span><span class=\"name\">",
                   h->service[i].service, h->service[i].letter);
        html_text(b, text2_in(h->service[i].name, rq->lang));
        buf_str(b, "</span> <span class=\"wait\">");
        if (lane[i].waiting)
            buf_printf(b, "%d %s", lane[i].waiting, say(rq, "người chờ", "waiting"));
        else
            buf_str(b, say(rq, "Chưa có ai chờ", "Nobody waits"));
        if (lane[i].minutes > 0)
            buf_printf(b, " · %s", minutes_words(rq, lane[i].minutes));
        buf_str(b, "</span></button>\n");
    }
    buf_str(b, "</form>\n");
}

static void groups_html(struct req *rq, const struct kiosk *k, struct buf *b)
{
    const struct hall *h = k->at.hall;

    if (h->priorities == 0)
        return;
    if (k->group) {
        buf_str(b, "<p class=\"chosen\"><strong>");
        buf_str(b, say(rq, "Ưu tiên: ", "Priority: "));
        html_text(b, text2_in(k->group->name, rq->lang));
        buf_printf(b,
                   "</strong> <a class=\"touch\" href=\"/lay-so?hall=%s&amp;lang=%s\">%s</a></p>\n",
                   h->hall, page_lang_word(rq), say(rq, "Bỏ chọn", "Undo"));
        return;
    }
    buf_printf(b, "<nav class=\"groups\" aria-labelledby=\"first\"><h2 id=\"first\">%s</h2>\n",
               say(rq, "Thuộc diện ưu tiên? Chọn trước", "Do you go first? Choose before"));
    for (size_t i = 0; i < h->priorities; i++) {
        buf_printf(b, "<a class=\"touch\" href=\"/lay-so?hall=%s&amp;uu-tien=%s&amp;lang=%s\">",
                   h->hall, h->priority[i].group, page_lang_word(rq));
        html_text(b, text2_in(h->priority[i].name, rq->lang));
        buf_str(b, "</a>\n");
    }
    buf_str(b, "</nav>\n");
}

static void code_html(struct req *rq, const struct kiosk *k, struct buf *b)
{
    if (!k->at.hall->slot_minutes)
        return;
    buf_printf(b, "<form method=\"post\" action=\"/lay-so?hall=%s&amp;lang=%s\" class=\"code\">\n",
               k->at.hall->hall, page_lang_word(rq));
    key_html(b);
    buf_printf(
        b,
        "<label for=\"code\">%s</label>\n<input type=\"text\" id=\"code\" name=\"code\" "
        "maxlength=\"12\" "
        "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required "
        "autofocus> <button type=\"submit\">%s</button>\n</form>\n",
        say(rq, "Có lịch hẹn: quét hoặc gõ mã", "With an appointment: scan or type its code"),
        say(rq, "Lấy số", "Get a number"));
}

static void kiosk_page(struct req *rq, const struct kiosk *k, const struct lane_told *lane,
                       const char *notice)
{
    const char *home, *closed = hall_closed(rq, k->at);
    struct buf b;

    buf_init(&b, 262144);
    head_html(rq, k, &b);
    home = arena_printf(rq->arena, "/lay-so?hall=%s&amp;lang=%s", k->at.hall->hall,
                        k->group ? "vi" : page_lang_word(rq));
    buf_printf(&b, "<main data-home=\"%s\">\n", home);
    if (notice || closed)
        buf_printf(&b, "<p class=\"notice\" role=\"alert\">%s</p>\n", notice ? notice : closed);
    if (!closed) {
        buf_printf(&b, "<h2>%s</h2>\n",
                   say(rq, "Chạm vào việc cần làm để lấy số", "Touch what you came for"));
        services_html(rq, k, lane, &b);
        groups_html(rq, k, &b);
        code_html(rq, k, &b);
    }
    buf_str(&b, "</main>\n");
    reply_page_of(rq, notice ? 422 : 200,
                  &(struct page){.title = say(rq, "Lấy số thứ tự", "Take a number"),
                                 .content = {b.p, b.n},
                                 .frame = "hall.html",
                                 .body = "kiosk",
                                 .script = "kiosk.js",
                                 .refresh = IDLE_SECONDS,
                                 .to = home});
    buf_free(&b);
}

/* ---------------------------------------------------------------- choosing */

static void lanes_came(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;

    if (req_came(rq, e))
        kiosk_page(rq, rq->mine, t->lane, NULL);
}

static void closed_page(struct req *rq)
{
    struct buf b;

    buf_init(&b, 8192);
    buf_printf(
        &b, "<h1>%s</h1>\n<p>%s</p>\n",
        say(rq, "Máy này chưa được mở để lấy số", "This device is not open for taking numbers"),
        say(rq, "Xin mời đến bàn hướng dẫn để lấy số.", "Please ask for a number at the desk."));
    if (rq->api->conf->kiosk_token && *rq->api->conf->kiosk_token)
        buf_printf(&b,
                   "<form method=\"post\" action=\"/lay-so/mo?lang=%s\">\n<p><label "
                   "for=\"token\">%s</label>\n<input id=\"token\" name=\"token\" type=\"password\" "
                   "maxlength=\"200\" required autocomplete=\"off\"></p>\n<p><button "
                   "type=\"submit\">%s</button></p>"
                   "\n</form>\n",
                   page_lang_word(rq),
                   say(rq, "Mã mở ki-ốt (cán bộ nhập một lần)",
                       "Code of the kiosk (typed once by an officer)"),
                   say(rq, "Mở ki-ốt", "Open the kiosk"));
    reply_page(rq, 403, say(rq, "Lấy số thứ tự", "Take a number"), (struct span){b.p, b.n});
    buf_free(&b);
}

/* Which hall, when there are several: a page of links. */
void halls_page(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    struct hall_at at;
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s</h1>\n<ul class=\"links\">\n",
               say(rq, "Chọn nơi tiếp nhận", "Choose the reception hall"));
    for (size_t i = 0; i < s->halls; i++) {
        if (!store_hall_at(s, span_of(s->hall[i]->hall), &at))
            continue;
        buf_printf(&b, "<li><a href=\"?hall=%s&amp;lang=%s\">", at.hall->hall, page_lang_word(rq));
        html_text(&b, hall_name(rq, at));
        buf_str(&b, "</a></li>\n");
    }
    buf_str(&b, "</ul>\n");
    reply_page(rq, 200, say(rq, "Chọn nơi tiếp nhận", "Choose the reception hall"),
               (struct span){b.p, b.n});
    buf_free(&b);
}

/* False after answering: not open, or which hall is to be chosen. */
static bool kiosk_begin(struct req *rq, struct kiosk **ret)
{
    struct kiosk *k = *ret = ARENA_NEW(rq->arena, struct kiosk);

    page_lang(rq);
    if (!kiosk_open(rq)) {
        closed_page(rq);
        return false;
    }
    if (!hall_of_query(rq, req_query(rq, "hall"), &k->at)) {
        halls_page(rq);
        return false;
    }
    k->group = hall_priority(k->at.hall, req_query(rq, "uu-tien"));
    rq->mine = k;
    return true;
}

static void choose(struct req *rq)
{
    struct kiosk *k;

    if (!kiosk_begin(rq, &k))
        return;
    rq->wait = WAIT_STORE;
    store_ticket_lanes(rq->api->store, k->at, lanes_came, rq);
}

/* ---------------------------------------------------------------- the slip */

static void slip_html(struct req *rq, const struct kiosk *k, const struct ticket_told *t,
                      struct buf *b)
{
    buf_str(b, "<main class=\"slip\">\n<p class=\"office\">");
    html_text(b, hall_name(rq, k->at));
    buf_printf(b, "</p>\n<h1>%s <strong>%s</strong></h1>\n",
               t->card ? say(rq, "Mời lấy", "Please take")
                       : say(rq, "Số của ông/bà", "Your number"),
               ticket_name(rq, t));
    if (t->service >= 0) {
        buf_str(b, "<p class=\"service\">");
        html_text(b, text2_in(k->at.hall->service[t->service].name, rq->lang));
        buf_str(b, "</p>\n");
    }
    if (t->priority)
        buf_printf(b, "<p>%s</p>\n", say(rq, "Được ưu tiên", "Goes first"));
    if (t->state == TICKET_WAITING) {
        buf_printf(b, "<p class=\"ahead\">%s <strong>%d</strong> %s", say(rq, "Còn", "Before you:"),
                   t->ahead, say(rq, "người trước", t->ahead == 1 ? "person" : "people"));
        if (t->minutes > 0)
            buf_printf(b, " · %s", minutes_words(rq, t->minutes));
        buf_str(b, "</p>\n");
    }
    buf_str(b, "<p class=\"hint\">");
    html_when(b, t->issued, rq->lang);
    buf_printf(b, "</p>\n<p class=\"hint\">%s</p>\n",
               say(rq,
                   "Khi số hiện trên bảng, mời đến quầy được gọi. Ai có lịch hẹn hoặc được ưu "
                   "tiên có thể được gọi trước.",
                   "When your number is on the board, please go to the counter it names. People "
                   "with appointments or priority may be called before."));
    buf_printf(b, "<p class=\"screen\"><a class=\"touch\" href=\"/lay-so?hall=%s\">%s</a></p>\n",
               k->at.hall->hall, say(rq, "Xong", "Done"));
    buf_str(b, "</main>\n");
}

static void refuse(struct req *rq, const struct kiosk *k, const char *why)
{
    struct lane_told *none = ARENA_ARRAY(rq->arena, struct lane_told, k->at.hall->services + 1);

    for (size_t i = 0; i < k->at.hall->services; i++)
        none[i].minutes = -1;
    kiosk_page(rq, k, none, why);
}

static void issued(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    struct kiosk *k;
    struct buf b;

    if (!req_back(rq))
        return;
    k = rq->mine;
    if (e == ERR_NOT_FOUND || e == ERR_R_TOO_LATE) {
        if (e == ERR_NOT_FOUND)
            code_was_wrong(rq);
        refuse(rq, k,
               e == ERR_NOT_FOUND
                   ? say(rq, "Không có lịch hẹn với mã này tại đây. Mời chọn việc bên dưới.",
                         "There is no appointment with this code here. Please choose below.")
                   : say(rq,
                         "Lịch hẹn này không phải hôm nay, hoặc đã hủy. Mời chọn việc bên dưới.",
                         "This appointment is not for today, or was cancelled. Please choose "
                         "below."));
        return;
    }
    if (e == ERR_CONFLICT) {
        refuse(rq, k,
               say(rq, "Đã hết thẻ số, xin chờ một lát hoặc hỏi bàn hướng dẫn.",
                   "All cards are out: please wait a moment or ask at the desk."));
        return;
    }
    if (e != ERR_OK) {
        reply_problem(rq, e);
        return;
    }
    buf_init(&b, 65536);
    slip_html(rq, k, t->ticket, &b);
    reply_page_of(
        rq, 200,
        &(struct page){.title = ticket_name(rq, t->ticket),
                       .content = {b.p, b.n},
                       .frame = "hall.html",
                       .body = "kiosk",
                       .script = t->ticket->card ? NULL : "print.js",
                       .refresh = HOME_SECONDS,
                       .to = arena_printf(rq->arena, "/lay-so?hall=%s", k->at.hall->hall)});
    buf_free(&b);
}

static void take(struct req *rq)
{
    struct kiosk *k;
    struct form f;
    const char *closed;
    struct ticket_issue i = {.service = -1};
    char code[APPOINTMENT_CODE + 1];
    struct span typed;
    int64_t wait;

    if (!kiosk_begin(rq, &k) || !form_read(rq, &f))
        return;
    if (!limits_take_peer(rq->api->conf->limits, LIMIT_KIOSK, http_peer(rq->http), NULL,
                          clock_mono_us(), &wait)) {
        reply_wait(rq, ERR_TOO_MANY, wait);
        return;
    }
    i.at = k->at;
    i.key = form_text(rq, &f, "key", 64);
    i.service = hall_service(k->at.hall, form_get(&f, "service"));
    k->group = hall_priority(k->at.hall, form_get(&f, "uu-tien"));
    i.priority = k->group ? k->group->group : NULL;
    typed = form_get(&f, "code");
    if (!i.key || strlen(i.key) < KEY_BYTES || (i.service < 0 && !typed.p)) {
        reply_problem(rq, ERR_BAD_REQUEST);
        return;
    }
    if ((closed = hall_closed(rq, k->at))) {
        refuse(rq, k, closed);
        return;
    }
    if (typed.p && !code_allowed(rq))
        return;
    if (typed.p && !appointment_code_read(typed, code)) {
        code_was_wrong(rq);
        refuse(rq, k,
               say(rq, "Mã lịch hẹn có tám chữ và số.",
                   "The code of an appointment has eight letters and digits."));
        return;
    }
    if (typed.p)
        i.code = arena_strdup(rq->arena, code);
    sha256(http_body(rq->http).p, http_body(rq->http).n, i.body_hash);
    rq->wait = WAIT_HELD;
    store_ticket_issue(rq->api->store, &i, issued, rq);
}

/* ---------------------------------------------------------------- opening a device */

static void open_device(struct req *rq)
{
    const struct api_conf *conf = rq->api->conf;
    char token[2 * SHA256_BYTES + 1], cookie[256];
    struct http_header h = {SPAN_LIT("Set-Cookie"), SPAN_NONE};
    struct form f;
    struct span typed;
    int64_t wait;

    page_lang(rq);
    if (!form_read(rq, &f))
        return;
    if (!limits_room_peer(conf->limits, LIMIT_SECRET, http_peer(rq->http), "kiosk", clock_mono_us(),
                          &wait)) {
        reply_wait(rq, ERR_TOO_MANY, wait);
        return;
    }
    typed = form_get(&f, "token");
    if (!conf->kiosk_token || !*conf->kiosk_token || typed.n != strlen(conf->kiosk_token) ||
        !ct_equal(typed.p, conf->kiosk_token, typed.n)) {
        (void)limits_take_peer(conf->limits, LIMIT_SECRET, http_peer(rq->http), "kiosk",
                               clock_mono_us(), &wait);
        closed_page(rq);
        return;
    }
    token_of(rq, token);
    (void)snprintf(cookie, sizeof cookie, "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s",
                   cookie_name(rq), token, COOKIE_DAYS * 86400,
                   conf->plain_cookie ? "" : "; Secure");
    h.value = span_of(cookie);
    reply_page_of(rq, 200,
                  &(struct page){
                      .title = say(rq, "Đã mở ki-ốt", "The kiosk is open"),
                      .content = SPAN_LIT(
                          "<h1>OK</h1>\n<p><a class=\"button\" href=\"/lay-so\">/lay-so</a></p>\n"),
                      .extra = &h,
                      .extras = 1});
}

static const struct route_param kiosk_params[] = {
    {"hall", {"sảnh tiếp nhận", "reception hall"}},
    {"uu-tien", {"nhóm ưu tiên", "group that goes first"}},
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param take_fields[] = {
    {"key", {"khóa chống lặp", "idempotency key"}},
    {"service", {"dịch vụ", "service"}},
    {"uu-tien", {"nhóm ưu tiên", "group that goes first"}},
    {"code", {"mã lịch hẹn", "code of an appointment"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param open_fields[] = {
    {"token", {"mã mở ki-ốt", "code of the kiosk"}},
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/lay-so",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = choose,
     .query = kiosk_params,
     .summary = {"Ki-ốt lấy số", "Kiosk: take a number"}},
    {.method = HTTP_POST,
     .pattern = "/lay-so",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_FORM,
     .lane = LANE_ACT,
     .handle = take,
     .form = take_fields,
     .body_max = BODY_MAX,
     .query = kiosk_params,
     .summary = {"Ki-ốt lấy số", "Kiosk: take a number"}},
    {.method = HTTP_POST,
     .pattern = "/lay-so/mo",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_FORM | ROUTE_LOW,
     .lane = LANE_READ,
     .handle = open_device,
     .form = open_fields,
     .body_max = BODY_MAX,
     .query = page_lang_params,
     .summary = {"Mở ki-ốt", "Open a kiosk"}},
};
ROUTE_TABLE(routes_kiosk, rows);
