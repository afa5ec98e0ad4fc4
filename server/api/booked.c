/* An appointment by its code: looked at, saved as a calendar file, cancelled.  Codes travel in
 * bodies, never in addresses.  Nothing is owned.  The worker's thread. */
#include "server/api/halls.h"
#include "server/api/html.h"
#include "server/print/print.h"

#define BODY_MAX 1024

/* ---------------------------------------------------------------- one appointment */

static bool place_of(struct req *rq, const struct appointment_seen *a, struct hall_at *ret)
{
    const struct snapshot *s = req_snapshot(rq);
    int i = organisation_of_id(s->org, a->hall);

    return i >= 0 && store_hall_at(s, span_of(s->org->agency[i].agency), ret);
}

static void code_form_html(struct req *rq, const char *action, const char *code, const char *word,
                           const char *class, struct buf *b)
{
    buf_printf(
        b,
        "<form method=\"post\" action=\"/dat-lich/%s?lang=%s\"><input type=\"hidden\" "
        "name=\"code\" value=\"%s\"><button type=\"submit\" class=\"%s\">%s</button></form>\n",
        action, page_lang_word(rq), code, class, word);
}

static void appointment_html(struct req *rq, const struct appointment_seen *a, struct buf *b)
{
    struct hall_at at;
    bool known = place_of(rq, a, &at);

    buf_printf(b, "<p class=\"ticket\"><span>%s</span> <strong>%s</strong></p>\n",
               say(rq, "Mã lịch hẹn", "Code"), code_words(rq, a->code));
    if (!a->cancelled && !a->arrived) {
        buf_printf(b, "<div class=\"qr\" role=\"img\" aria-label=\"%s\">",
                   say(rq, "Mã QR của lịch hẹn", "QR code of the appointment"));
        (void)print_code_svg(true, rq->arena, a->code, b); /* eight signs always fit */
        buf_str(b, "</div>\n");
    }
    buf_printf(b, "<dl>\n<dt>%s</dt><dd>", say(rq, "Lúc", "When"));
    html_when(b, a->slot, rq->lang);
    buf_str(b, "</dd>\n");
    if (known) {
        buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Tại", "Where"));
        html_text(b, hall_name(rq, at));
        if (at.hall->address.vi) {
            buf_str(b, "<br>");
            html_text(b, text2_in(at.hall->address, rq->lang));
        }
        buf_str(b, "</dd>\n");
    }
    if (known && a->service >= 0) {
        buf_printf(b, "<dt>%s</dt><dd>", say(rq, "Việc", "Service"));
        html_text(b, text2_in(at.hall->service[a->service].name, rq->lang));
        buf_str(b, "</dd>\n");
    }
    buf_str(b, "</dl>\n");
    if (a->cancelled || a->arrived)
        return;
    buf_printf(b, "<p>%s</p>\n<div class=\"acts\">\n",
               say(rq,
                   "Khi đến, quét hoặc gõ mã này ở máy lấy số. Đến muộn quá lâu thì chờ như "
                   "người không hẹn.",
                   "When you come, scan or type this code at the kiosk. Whoever comes much too "
                   "late waits as without an appointment."));
    code_form_html(rq, "lich", a->code, say(rq, "Tải về lịch (.ics)", "Save to calendar (.ics)"),
                   "", b);
    code_form_html(rq, "huy", a->code, say(rq, "Hủy lịch hẹn", "Cancel the appointment"), "quiet",
                   b);
    buf_str(b, "</div>\n");
}

void appointment_page(struct req *rq, const char *title, const struct appointment_seen *a,
                      int status)
{
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s</h1>\n", title);
    appointment_html(rq, a, &b);
    reply_page(rq, status, title, (struct span){b.p, b.n});
    buf_free(&b);
}

static void code_page(struct req *rq, int status, const char *notice)
{
    struct buf b;

    buf_init(&b, 8192);
    buf_printf(&b, "<h1>%s</h1>\n", say(rq, "Lịch hẹn của tôi", "My appointment"));
    if (notice)
        buf_printf(&b, "<p class=\"notice\" role=\"alert\">%s</p>\n", notice);
    buf_printf(&b,
               "<form method=\"post\" action=\"/dat-lich/ma?lang=%s\">\n<p><label for=\"code\">%s"
               "</label> <span class=\"hint\" id=\"code-hint\">%s</span>\n<input type=\"text\" "
               "id=\"code\" "
               "name=\"code\" aria-describedby=\"code-hint\" required maxlength=\"12\" "
               "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\"></p>\n"
               "<p><button type=\"submit\">%s</button></p>\n</form>\n",
               page_lang_word(rq), say(rq, "Mã lịch hẹn", "Code of the appointment"),
               say(rq, "Tám chữ và số, ví dụ 7QKM-3XNP", "Eight letters and digits, 7QKM-3XNP"),
               say(rq, "Xem lịch hẹn", "Look at it"));
    reply_page(rq, status, say(rq, "Lịch hẹn của tôi", "My appointment"), (struct span){b.p, b.n});
    buf_free(&b);
}

static void unknown_code(struct req *rq)
{
    code_was_wrong(rq);
    code_page(rq, 404,
              say(rq, "Không có lịch hẹn với mã này.", "There is no appointment with this code."));
}

/* ---------------------------------------------------------------- by its code */

static const char *code_typed(struct req *rq)
{
    char code[APPOINTMENT_CODE + 1];
    struct form f;

    page_lang(rq);
    if (!form_read(rq, &f) || !code_allowed(rq))
        return NULL;
    if (appointment_code_read(form_get(&f, "code"), code))
        return arena_strdup(rq->arena, code);
    unknown_code(rq);
    return NULL;
}

static void seen(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e == ERR_NOT_FOUND)
        unknown_code(rq);
    else if (e != ERR_OK)
        reply_problem(rq, e);
    else
        appointment_page(
            rq,
            t->appointment->cancelled ? say(rq, "Lịch hẹn đã hủy", "The appointment is cancelled")
            : t->appointment->arrived
                ? say(rq, "Ông/bà đã đến theo lịch hẹn này", "You have come by this appointment")
                : say(rq, "Lịch hẹn của tôi", "My appointment"),
            t->appointment, 200);
}

static void ics(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;
    struct http_header h = {SPAN_LIT("Content-Disposition"),
                            SPAN_LIT("attachment; filename=\"lich-hen.ics\"")};
    struct appointment_told told;
    const struct appointment_seen *a;
    struct hall_at at = {0};
    struct buf b;

    if (!req_back(rq))
        return;
    if (e != ERR_OK) {
        if (e == ERR_NOT_FOUND)
            unknown_code(rq);
        else
            reply_problem(rq, e);
        return;
    }
    a = t->appointment;
    (void)place_of(rq, a, &at);
    told = (struct appointment_told){
        .uid = arena_printf(rq->arena, "%lld@lich-hen.motcua", (long long)a->id),
        .title = at.hall && a->service >= 0 ? text2_in(at.hall->service[a->service].name, rq->lang)
                                            : say(rq, "Lịch hẹn", "Appointment"),
        .place = at.hall
                     ? arena_printf(rq->arena, "%s, %s", hall_name(rq, at),
                                    at.hall->address.vi ? text2_in(at.hall->address, rq->lang) : "")
                     : "",
        .about = arena_printf(rq->arena, "%s: %s", say(rq, "Mã lịch hẹn", "Code"),
                              code_words(rq, a->code)),
        .from = a->slot,
        .made = a->booked,
        .minutes = a->minutes};
    buf_init(&b, 8192);
    appointment_ics(&told, &b);
    reply_body(rq, 200, "text/calendar; charset=utf-8", (struct span){b.p, b.n}, &h, 1);
    buf_free(&b);
}

static void ask_code(struct req *rq)
{
    page_lang(rq);
    code_page(rq, 200, NULL);
}

static void by_code(struct req *rq, void (*ask)(struct store *, const char *, store_hall *, void *),
                    store_hall *done, enum req_wait wait)
{
    const char *code = code_typed(rq);

    if (!code)
        return;
    rq->wait = wait;
    ask(rq->api->store, code, done, rq);
}

static void look(struct req *rq)
{
    by_code(rq, store_appointment_get, seen, WAIT_STORE);
}

static void save(struct req *rq)
{
    by_code(rq, store_appointment_get, ics, WAIT_STORE);
}

static void cancelled(void *owner, enum err e, const struct hall_told *t)
{
    struct req *rq = owner;

    if (e == ERR_CONFLICT) { /* she has come already: nothing to cancel */
        if (req_back(rq))
            code_page(rq, 409,
                      say(rq, "Lịch hẹn này đã được dùng, không hủy được nữa.",
                          "This appointment was used already."));
        return;
    }
    seen(owner, e, t);
}

static void cancel(struct req *rq)
{
    by_code(rq, store_appointment_cancel, cancelled, WAIT_HELD);
}

static const struct route_param code_fields[] = {
    {"code", {"mã lịch hẹn", "code of the appointment"}},
    {NULL, {NULL, NULL}},
};

#define FORM(path, fn, lane_, media_, vi, en)                                                      \
    {                                                                                              \
        .method = HTTP_POST, .pattern = (path), .permission = PERM_PUBLIC,                         \
        .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_FORM | ROUTE_LOW, .lane = (lane_),              \
        .handle = (fn), .form = code_fields, .body_max = BODY_MAX, .query = page_lang_params,      \
        .media = (media_), .summary = {                                                            \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/dat-lich/ma",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HTML | ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = ask_code,
     .query = page_lang_params,
     .summary = {"Lịch hẹn của tôi", "My appointment"}},
    FORM("/dat-lich/ma", look, LANE_READ, NULL, "Lịch hẹn của tôi", "My appointment"),
    FORM("/dat-lich/huy", cancel, LANE_ACT, NULL, "Hủy lịch hẹn", "Cancel an appointment"),
    FORM("/dat-lich/lich", save, LANE_READ, "text/calendar", "Tải về lịch", "Save to a calendar"),
};
ROUTE_TABLE(routes_booked, rows);
