/* Booking an appointment without an account and without scripts: place, service, day, slot, phone;
 * then a code; what can be done with it is in booked.c.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/html.h"

#include "common/base/digest.h"
#include "common/base/utf8.h"

#define BODY_MAX       4096
#define KEY_BYTES      16
#define NAME_MAX_CHARS 100
#define PHONE_CHARS    20
#define DAYS_SHOWN     20

struct booking {
    struct hall_at at;
    int service;           /* -1: not chosen */
    const char *procedure; /* code, or NULL */
    dayno day;             /* INT32_MIN: not chosen */
    /* what was typed, for the form that is shown again */
    const char *notice, *name, *phone, *key;
    instant slot;
};

static void reply_booking(struct req *rq, int status, const struct booking *k, struct buf *b)
{
    struct buf q;

    buf_init(&q, 1024);
    if (k && k->at.hall)
        buf_printf(&q, "&amp;hall=%s", k->at.hall->hall);
    if (k && k->service >= 0 && k->at.hall)
        buf_printf(&q, "&amp;service=%s", k->at.hall->service[k->service].service);
    reply_page_of(
        rq, status,
        &(struct page){.title = k && k->notice
                                    ? say(rq, "Lỗi: Đặt lịch hẹn", "Error: Book an appointment")
                                    : say(rq, "Đặt lịch hẹn", "Book an appointment"),
                       .content = {b->p, b->n},
                       .query = buf_cstr(&q)});
    buf_free(&q);
}

/* "Thứ Hai 02/03/2026" */
static void day_html(const struct req *rq, dayno d, struct buf *b)
{
    struct civil c = civil_of_day(d);

    buf_printf(b, "%s %02d/%02d/%04d", weekday_name(day_weekday(d), rq->lang == LANG_EN), c.day,
               c.month, c.year);
}

static void address_html(struct req *rq, const struct booking *k, struct buf *b)
{
    buf_printf(b, "/dat-lich?lang=%s&amp;hall=%s", page_lang_word(rq), k->at.hall->hall);
    if (k->service >= 0)
        buf_printf(b, "&amp;service=%s", k->at.hall->service[k->service].service);
    if (k->procedure) {
        buf_str(b, "&amp;procedure=");
        html_text(b, k->procedure);
    }
}

/* What has been chosen so far, each with a way back. */
static void chosen_html(struct req *rq, const struct booking *k, struct buf *b)
{
    buf_str(b, "<dl class=\"chosen\">\n");
    buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Nơi", "Place"));
    html_text(b, hall_name(rq, k->at));
    buf_printf(b, " <a href=\"/dat-lich?lang=%s\">%s</a></dd>\n", page_lang_word(rq),
               say(rq, "chọn lại", "change"));
    if (k->service >= 0) {
        buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Việc", "Service"));
        html_text(b, text2_in(k->at.hall->service[k->service].name, rq->lang));
        buf_printf(b, " <a href=\"/dat-lich?lang=%s&amp;hall=%s\">%s</a></dd>\n",
                   page_lang_word(rq), k->at.hall->hall, say(rq, "chọn lại", "change"));
    }
    if (k->service >= 0 && k->day != INT32_MIN) {
        buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Ngày", "Day"));
        day_html(rq, k->day, b);
        buf_str(b, " <a href=\"");
        address_html(rq, k, b);
        buf_printf(b, "\">%s</a></dd>\n", say(rq, "chọn lại", "change"));
    }
    buf_str(b, "</dl>\n");
}

/* ---------------------------------------------------------------- choosing */

static bool gives(const struct hall *h)
{
    return h->slot_minutes > 0;
}

static void places_page(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    struct hall_at at;
    struct buf b;
    size_t n = 0;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s</h1>\n<p>%s</p>\n<ul class=\"links\">\n",
               say(rq, "Đặt lịch hẹn", "Book an appointment"),
               say(rq, "Chọn nơi ông/bà muốn đến.", "Choose where you want to go."));
    for (size_t i = 0; i < s->halls; i++) {
        if (!gives(s->hall[i]) || !store_hall_at(s, span_of(s->hall[i]->hall), &at))
            continue;
        buf_printf(&b, "<li><a href=\"/dat-lich?lang=%s&amp;hall=%s\">", page_lang_word(rq),
                   at.hall->hall);
        html_text(&b, hall_name(rq, at));
        buf_str(&b, "</a>");
        if (at.hall->address.vi) {
            buf_str(&b, "<br><span class=\"hint\">");
            html_text(&b, text2_in(at.hall->address, rq->lang));
            buf_str(&b, "</span>");
        }
        buf_str(&b, "</li>\n");
        n++;
    }
    buf_str(&b, "</ul>\n");
    if (n == 0)
        buf_printf(&b, "<p class=\"notice\">%s</p>\n",
                   say(rq, "Hiện chưa có nơi nào nhận đặt lịch hẹn; mời đến trực tiếp để lấy số.",
                       "No place takes appointments at present; please come and take a number."));
    buf_printf(&b, "<p><a href=\"/dat-lich/ma?lang=%s\">%s</a></p>\n", page_lang_word(rq),
               say(rq, "Đã có lịch hẹn: xem, tải về lịch hoặc hủy",
                   "Already booked: look at it, save it or cancel it"));
    reply_booking(rq, 200, NULL, &b);
    buf_free(&b);
}

static void services_page(struct req *rq, const struct booking *k)
{
    const struct hall *h = k->at.hall;
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s</h1>\n", say(rq, "Đặt lịch hẹn", "Book an appointment"));
    chosen_html(rq, k, &b);
    buf_printf(&b, "<h2>%s</h2>\n<ul class=\"links\">\n",
               say(rq, "Ông/bà cần làm việc gì?", "What do you come for?"));
    for (size_t i = 0; i < h->services; i++) {
        if (h->service[i].slots == 0)
            continue;
        buf_printf(&b, "<li><a href=\"/dat-lich?lang=%s&amp;hall=%s&amp;service=%s\">",
                   page_lang_word(rq), h->hall, h->service[i].service);
        html_text(&b, text2_in(h->service[i].name, rq->lang));
        buf_str(&b, "</a></li>\n");
    }
    buf_printf(&b, "</ul>\n<p class=\"hint\">%s</p>\n",
               say(rq, "Việc khác không cần hẹn: mời đến lấy số trong giờ làm việc.",
                   "Other matters need no appointment: take a number during office hours."));
    reply_booking(rq, 200, k, &b);
    buf_free(&b);
}

static void days_page(struct req *rq, const struct booking *k)
{
    const struct hall *h = k->at.hall;
    const struct calendar *c = snapshot_calendar(req_snapshot(rq), h->calendar);
    dayno today = lminute_day(lminute_of(clock_now()));
    int clock[HALL_SLOTS_MAX], shown = 0;
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s</h1>\n", say(rq, "Đặt lịch hẹn", "Book an appointment"));
    chosen_html(rq, k, &b);
    buf_printf(&b, "<h2>%s</h2>\n<ul class=\"links days\">\n",
               say(rq, "Chọn ngày", "Choose a day"));
    for (dayno d = today; c && d <= today + h->days_ahead && shown < DAYS_SHOWN; d++) {
        size_t n = slots_of_day(h, c, d, clock);

        if (n == 0 || !slot_bookable(h, c, instant_of(day_start(d) + clock[n - 1]), clock_now()))
            continue;
        buf_str(&b, "<li><a href=\"");
        address_html(rq, k, &b);
        buf_printf(&b, "&amp;day=");
        {
            char iso[16];

            day_iso(d, iso);
            buf_printf(&b, "%s\">", iso);
        }
        day_html(rq, d, &b);
        buf_str(&b, "</a></li>\n");
        shown++;
    }
    buf_str(&b, "</ul>\n");
    reply_booking(rq, 200, k, &b);
    buf_free(&b);
}

/* ---------------------------------------------------------------- slots and the form */

static void slots_html(struct req *rq, const struct booking *k, const struct hall_told *t,
                       struct buf *b)
{
    buf_printf(b, "<fieldset><legend>%s</legend>\n<div class=\"slots\">\n",
               say(rq, "Giờ hẹn", "Time"));
    for (size_t i = 0; i < t->slots; i++) {
        instant at = instant_of(day_start(k->day) + t->slot[i].clock);
        char rfc[32];

        if (t->slot[i].left == 0)
            continue;
        instant_rfc3339(at, rfc);
        buf_printf(b,
                   "<label class=\"slot\"><input type=\"radio\" name=\"slot\" value=\"%s\" "
                   "required%s> %02d:%02d <span class=\"hint\">%s %d</span></label>\n",
                   rfc, at == k->slot ? " checked" : "", t->slot[i].clock / 60,
                   t->slot[i].clock % 60, say(rq, "còn", "left:"), t->slot[i].left);
    }
    buf_str(b, "</div>\n</fieldset>\n");
}

static void person_html(struct req *rq, const struct booking *k, struct buf *b)
{
    buf_printf(b,
               "<p><label for=\"phone\">%s</label> <span class=\"hint\" id=\"phone-hint\">%s</span>"
               "\n<input id=\"phone\" name=\"phone\" type=\"tel\" inputmode=\"tel\" "
               "autocomplete=\"tel\" aria-describedby=\"phone-hint\" required maxlength=\"%d\" "
               "value=\"",
               say(rq, "Số điện thoại", "Phone"),
               say(rq, "Để báo khi lịch thay đổi; tự xóa sau bốn tuần",
                   "To tell you of changes; forgotten after four weeks"),
               PHONE_CHARS);
    html_text(b, k->phone);
    buf_printf(b,
               "\"></p>\n<p><label for=\"name\">%s</label>\n<input type=\"text\" id=\"name\" "
               "name=\"name\" "
               "autocomplete=\"name\" class=\"plain\" maxlength=\"%d\" value=\"",
               say(rq, "Họ tên (không bắt buộc)", "Name (may be left out)"), NAME_MAX_CHARS);
    html_text(b, k->name);
    buf_str(b, "\"></p>\n");
}

static void hidden_html(struct req *rq, const struct booking *k, struct buf *b)
{
    uint8_t key[KEY_BYTES];
    char hex[2 * KEY_BYTES + 1];

    (void)rq;
    random_bytes(key, sizeof key);
    hex_encode(key, sizeof key, hex);
    buf_printf(b,
               "<input type=\"hidden\" name=\"key\" value=\"%s\">\n<input type=\"hidden\" "
               "name=\"hall\" value=\"%s\">\n<input type=\"hidden\" name=\"service\" "
               "value=\"%s\">\n",
               hex, k->at.hall->hall, k->at.hall->service[k->service].service);
    if (k->procedure) {
        buf_str(b, "<input type=\"hidden\" name=\"procedure\" value=\"");
        html_text(b, k->procedure);
        buf_str(b, "\">\n");
    }
}

static bool any_left(const struct hall_told *t)
{
    for (size_t i = 0; i < t->slots; i++)
        if (t->slot[i].left > 0)
            return true;
    return false;
}

static void slots_came(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    const struct booking *k;
    struct buf b;

    if (!req_came(rq, e))
        return;
    k = rq->mine;
    buf_init(&b, 262144);
    buf_printf(&b, "<h1>%s</h1>\n", say(rq, "Đặt lịch hẹn", "Book an appointment"));
    if (k->notice)
        buf_printf(&b, "<p class=\"notice\" role=\"alert\">%s</p>\n", k->notice);
    chosen_html(rq, k, &b);
    if (any_left(t)) {
        buf_printf(&b, "<form method=\"post\" action=\"/dat-lich?lang=%s\">\n", page_lang_word(rq));
        hidden_html(rq, k, &b);
        slots_html(rq, k, t, &b);
        person_html(rq, k, &b);
        buf_printf(&b, "<p><button type=\"submit\">%s</button></p>\n</form>\n",
                   say(rq, "Đặt lịch hẹn", "Book the appointment"));
    } else {
        buf_printf(&b, "<p class=\"notice\">%s</p>\n",
                   say(rq, "Ngày này đã hết chỗ. Mời chọn ngày khác.",
                       "Nothing is left on this day. Please choose another."));
    }
    reply_booking(rq, k->notice ? 422 : 200, k, &b);
    buf_free(&b);
}

static void slots_page(struct req *rq, struct booking *k)
{
    rq->mine = k;
    rq->wait = WAIT_STORE;
    store_slots(rq->api->store, k->at, k->service, k->day, slots_came, rq);
}

/* What of an address or a form is known; what is not right counts as not chosen. */
static void booking_read(struct req *rq, struct span hall, struct span service,
                         struct span procedure, struct booking *k)
{
    const struct snapshot *s = req_snapshot(rq);
    struct hall_at at;

    *k = (struct booking){.service = -1, .day = INT32_MIN, .slot = INSTANT_NONE};
    if (procedure.n && procedure.n <= 20 && text_check(procedure, false) == TEXT_FINE)
        k->procedure = arena_span(rq->arena, procedure);
    if (hall.p && store_hall_at(s, hall, &at) && gives(at.hall))
        k->at = at;
    /* the only hall that gives appointments (for this procedure) needs no choice */
    for (size_t i = 0, n = 0; !hall.p && i < s->halls; i++)
        if (gives(s->hall[i]) && store_hall_at(s, span_of(s->hall[i]->hall), &at)) {
            k->at = n++ ? (struct hall_at){0} : at;
        }
    if (!k->at.hall)
        return;
    k->service = k->procedure && !service.p
                     ? hall_service_of_procedure(rq, k->at.hall, k->procedure)
                     : hall_service(k->at.hall, service);
    if (k->service >= 0 && k->at.hall->service[k->service].slots == 0)
        k->service = -1;
}

static void begin(struct req *rq)
{
    struct booking *k = ARENA_NEW(rq->arena, struct booking);
    struct span day = req_query(rq, "day");

    page_lang(rq);
    booking_read(rq, req_query(rq, "hall"), req_query(rq, "service"), req_query(rq, "procedure"),
                 k);
    if (!k->at.hall)
        places_page(rq);
    else if (k->service < 0)
        services_page(rq, k);
    else if (!day.p || !day_parse(day, &k->day))
        days_page(rq, k);
    else
        slots_page(rq, k);
}

/* ---------------------------------------------------------------- booking */

static void booked(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    struct booking *k;

    if (!req_back(rq))
        return;
    k = rq->mine;
    if (e == ERR_OK) {
        appointment_page(rq, say(rq, "Đã đặt lịch hẹn", "Your appointment is booked"),
                         t->appointment, 200);
        return;
    }
    if (e != ERR_CONFLICT && e != ERR_TOO_MANY) {
        reply_problem(rq, e);
        return;
    }
    k->notice = e == ERR_CONFLICT
                    ? say(rq, "Khung giờ này vừa hết chỗ. Mời chọn giờ khác.",
                          "This slot has just been taken. Please choose another.")
                    : say(rq, "Số điện thoại này đã đặt đủ số lịch hẹn trong ngày.",
                          "This phone has all the appointments of that day it may have.");
    slots_page(rq, k);
}

/* NULL, or what is wrong with what was typed. */
static const char *form_fault(struct req *rq, const struct booking *k, char phone[PHONE_MAX + 1])
{
    const struct calendar *c = snapshot_calendar(req_snapshot(rq), k->at.hall->calendar);

    if (k->slot == INSTANT_NONE || !c || !slot_bookable(k->at.hall, c, k->slot, clock_now()))
        return say(rq, "Chọn một giờ hẹn.", "Choose a time.");
    if (!phone_read(span_of(k->phone ? k->phone : ""), phone))
        return say(rq, "Số điện thoại chưa đúng, ví dụ: 0912 345 678.",
                   "The phone is not right, for example: 0912 345 678.");
    return NULL;
}

static void book(struct req *rq)
{
    struct booking *k = ARENA_NEW(rq->arena, struct booking);
    char phone[PHONE_MAX + 1], code[APPOINTMENT_CODE + 1];
    struct appointment_new n;
    struct form f;

    page_lang(rq);
    if (!form_read(rq, &f))
        return;
    booking_read(rq, form_get(&f, "hall"), form_get(&f, "service"), form_get(&f, "procedure"), k);
    k->key = form_text(rq, &f, "key", 64);
    if (!k->at.hall || k->service < 0 || !k->key || strlen(k->key) < KEY_BYTES) {
        reply_problem(rq, ERR_BAD_REQUEST);
        return;
    }
    k->name = form_text(rq, &f, "name", NAME_MAX_CHARS);
    k->phone = form_text(rq, &f, "phone", PHONE_CHARS);
    if (!instant_parse(form_get(&f, "slot"), &k->slot))
        k->slot = INSTANT_NONE;
    k->day = lminute_day(lminute_of(k->slot == INSTANT_NONE ? clock_now() : k->slot));
    k->notice = form_fault(rq, k, phone);
    if (k->notice) {
        slots_page(rq, k);
        return;
    }
    if (!booking_allowed(rq))
        return;
    code_of_key(rq, k->key, code);
    n = (struct appointment_new){.at = k->at,
                                 .service = k->service,
                                 .procedure = k->procedure,
                                 .slot = k->slot,
                                 .name = k->name,
                                 .phone = arena_strdup(rq->arena, phone),
                                 .code = arena_strdup(rq->arena, code)};
    rq->mine = k;
    rq->wait = WAIT_HELD;
    store_appointment_book(rq->api->store, &n, booked, rq);
}

static const struct route_param begin_params[] = {
    {"hall", {"sảnh tiếp nhận", "reception hall"}},
    {"service", {"dịch vụ", "service"}},
    {"procedure", {"mã thủ tục", "code of a procedure"}},
    {"day", {"ngày", "day"}},
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param book_fields[] = {
    {"key", {"khóa chống lặp", "idempotency key"}},
    {"hall", {"sảnh tiếp nhận", "reception hall"}},
    {"service", {"dịch vụ", "service"}},
    {"procedure", {"mã thủ tục", "code of a procedure"}},
    {"slot", {"khung giờ", "slot"}},
    {"phone", {"số điện thoại", "phone"}},
    {"name", {"họ tên", "name"}},
    {NULL, {NULL, NULL}},
};
static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/dat-lich",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = begin,
     .query = begin_params,
     .summary = {"Đặt lịch hẹn", "Book an appointment"}},
    {.method = HTTP_POST,
     .pattern = "/dat-lich",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_FORM | ROUTE_LOW,
     .lane = LANE_ACT,
     .handle = book,
     .form = book_fields,
     .body_max = BODY_MAX,
     .query = page_lang_params,
     .summary = {"Đặt lịch hẹn", "Book an appointment"}},
};
ROUTE_TABLE(routes_booking, rows);
