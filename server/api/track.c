/* Public tracking: a code and the secret of the receipt give one plain sentence, the stages and the
 * due instant; nothing personal.  A wrong pair and an unknown code get the same bytes after the
 * same work.  Plain HTML, no JavaScript.  The worker's thread. */
#include "common/dossier/code.h"
#include "server/api/html.h"

#define FORM_FIELDS 4
#define CODE_MAX    64
#define BODY_MAX    1024

struct look_up {
    const char *code, *secret;
};

/* The texts of the form with the code that the address named, if any: "{{code}}". */
static void form_html(struct req *rq, const char *notice, struct buf *b)
{
    struct span text = web_text("track-form", rq->lang), before, rest;
    struct span code = req_query(rq, "code");

    buf_printf(b, "<h1>%s</h1>\n", say(rq, "Tra cứu hồ sơ", "Track a dossier"));
    if (notice)
        buf_printf(b, "<p class=\"notice\" role=\"alert\">%s</p>\n", notice);
    while (span_cut(text, '{', &before, &rest)) {
        buf_span(b, before);
        if (span_starts(rest, "{code}}")) {
            html_text(b, code.n <= CODE_MAX ? arena_span(rq->arena, code) : "");
            rest = (struct span){rest.p + 7, rest.n - 7};
        }
        text = rest;
    }
    buf_span(b, before);
}

static void form_page(struct req *rq, int status, const char *title, const char *notice)
{
    struct buf b;

    buf_init(&b, 65536);
    form_html(rq, notice, &b);
    reply_page_of(rq, status,
                  &(struct page){.title = title,
                                 .content = {b.p, b.n},
                                 .script = status == 200 ? "track.js" : NULL});
    buf_free(&b);
}

static void form(struct req *rq)
{
    page_lang(rq);
    form_page(rq, 200, say(rq, "Tra cứu hồ sơ", "Track a dossier"), NULL);
}

static void not_found(struct req *rq)
{
    form_page(rq, 404, say(rq, "Không tìm thấy", "Not found"),
              say(rq,
                  "Không tìm thấy hồ sơ với mã đã nhập. Hãy xem lại mã tra cứu in trên giấy tiếp "
                  "nhận (mã 12 ký tự cần thêm mã hồ sơ); nếu vẫn không được, xin hỏi nơi đã nộp "
                  "hồ sơ.",
                  "No dossier has this code. Please check the tracking code on the receipt (one of "
                  "12 signs needs the dossier code, too); if that does not help, ask where you "
                  "submitted it."));
}

/* ---- what is told of a dossier */

/* What is awaited when it is not the agencies' work: one sentence a status; {o} is the office, {d}
 * the day by which, as far as there is one. */
static const struct {
    enum dossier_status status;
    struct text2 sentence;
} waits[] = {
    {DS_SUPPLEMENT,
     {"Đang chờ ông/bà bổ sung giấy tờ theo phiếu yêu cầu bổ sung, nộp tại {o}{d}; thời hạn giải "
      "quyết tạm dừng cho đến khi nhận đủ.",
      "Waiting for the papers that you were asked for, to be submitted at {o}{d}; the time limit "
      "stands still until they are complete."}},
    {DS_FIN_OBLIGATION,
     {"Đang chờ ông/bà thực hiện nghĩa vụ tài chính theo thông báo đã gửi{d}; chi tiết "
      "xin hỏi tại {o}.",
      "Waiting for your payment as you were notified{d}; for details ask at {o}."}},
    {DS_EXCLUDED,
     {"Đang chờ một việc mà luật không tính vào thời hạn (đo đạc, niêm yết, xác định thuế …){d}; "
      "chi "
      "tiết xin hỏi tại {o}.",
      "Waiting for something that the law does not count (survey, posting, tax …){d}; for details "
      "ask "
      "at {o}."}},
    {DS_SUSPENDED,
     {"Đang tạm dừng giải quyết theo quy định; chi tiết xin hỏi tại {o}.",
      "Suspended as the law provides; for details ask at {o}."}},
    {DS_WITHDRAWN,
     {"Hồ sơ đã được rút theo yêu cầu của người nộp.",
      "The dossier was withdrawn at the applicant's request."}},
    {DS_STOPPED,
     {"Hồ sơ đã dừng giải quyết theo yêu cầu của người nộp.",
      "The dossier was stopped at the applicant's request."}},
    {DS_CLOSED,
     {"Hồ sơ đã kết thúc vì quá thời hạn mà chưa được bổ sung giấy tờ.",
      "The dossier was closed because the missing papers did not come in time."}},
};

static struct text2 wait_of(enum dossier_status status)
{
    size_t i;

    for (i = 0; i < sizeof waits / sizeof *waits; i++)
        if (waits[i].status == status)
            return waits[i].sentence;
    return (struct text2){NULL, NULL};
}

static bool has_ended(const struct track_answer *t)
{
    return t->status >= DS_WITHDRAWN && t->finished == INSTANT_NONE;
}

static void office_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    if (t->office.vi)
        html_text(b, text2_in(t->office, rq->lang));
    else
        buf_str(b, say(rq, "nơi đã nộp hồ sơ", "the place where you submitted it"));
}

static void wait_html(struct req *rq, const struct track_answer *t, struct text2 text,
                      struct buf *b)
{
    struct span rest = span_of(text2_in(text, rq->lang)), piece;
    bool more = true;

    while (more) {
        more = span_cut(rest, '{', &piece, &rest);
        buf_span(b, piece);
        if (!more)
            break;
        if (span_starts(rest, "o"))
            office_html(rq, t, b);
        else if (t->awaited != INSTANT_NONE) {
            buf_str(b, say(rq, " trước ", " by "));
            html_when(b, t->awaited, rq->lang);
        }
        rest = (struct span){rest.p + 2, rest.n - 2}; /* the letter and the brace */
    }
}

/* "Đang thẩm định tại Sở Tài chính (bước 2/8); hẹn trả kết quả lúc …": where, what, by when. */
static void work_html(struct req *rq, const struct track_answer *t, bool late, struct buf *b)
{
    html_text(b, text2_in(t->stage, rq->lang));
    /* some public texts name the agency themselves */
    if (t->place.vi && !strstr(text2_in(t->stage, rq->lang), text2_in(t->place, rq->lang))) {
        buf_str(b, say(rq, " tại ", " at "));
        html_text(b, text2_in(t->place, rq->lang));
    }
    if (t->step > 0 && rq->lang == LANG_EN)
        buf_printf(b, " (step %d of %d)", t->step, t->steps);
    else if (t->step > 0)
        buf_printf(b, " (bước %d/%d)", t->step, t->steps);
    if (t->due == INSTANT_NONE) {
        buf_char(b, '.');
        return;
    }
    buf_str(b, late ? say(rq, "; đã quá thời điểm hẹn trả kết quả ", "; the result was due at ")
                    : say(rq, "; hẹn trả kết quả lúc ", "; the result is due at "));
    html_when(b, t->due, rq->lang);
    buf_str(b, late ? say(rq, ", chúng tôi xin lỗi ông/bà vì sự chậm trễ này.",
                          ", and we apologise for the delay.")
                    : ".");
}

static void result_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    if (t->returned != INSTANT_NONE) {
        buf_str(b, say(rq, "Kết quả đã được trả lúc ", "The result was handed over at "));
        html_when(b, t->returned, rq->lang);
    } else {
        buf_str(b, say(rq, "Đã có kết quả từ ", "The result has been ready since "));
        html_when(b, t->finished, rq->lang);
        buf_str(b, say(rq, ", mời ông/bà đến nhận tại ", "; please collect it at "));
        office_html(rq, t, b);
    }
    buf_char(b, '.');
}

static void sentence_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    struct text2 wait = wait_of(t->status);
    bool done = t->finished != INSTANT_NONE || t->returned != INSTANT_NONE;
    bool late = !done && !wait.vi && t->due != INSTANT_NONE && clock_now() > t->due;

    buf_printf(b, "<p class=\"sentence%s\">", late ? " late" : "");
    if (done)
        result_html(rq, t, b);
    else if (wait.vi)
        wait_html(rq, t, wait, b);
    else
        work_html(rq, t, late, b);
    buf_str(b, "</p>\n");
}

/* Four public stages, not the inner steps; each with its moment as far as there is one. */
static void stages_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    static const struct text2 names[] = {{"Đã tiếp nhận", "Received"},
                                         {"Đang giải quyết", "Being processed"},
                                         {"Có kết quả", "Result ready"},
                                         {"Đã trả kết quả", "Result handed over"}};
    const instant at[] = {t->accepted, INSTANT_NONE, t->finished, t->returned};
    int now = t->portal >= 10 ? 3 : t->portal == 9 ? 2 : t->portal == 2 ? 0 : 1, i;

    buf_str(b, "<ol class=\"stages\">\n");
    for (i = 0; i < 4; i++) {
        const char *class = i < now || (i == now && i == 3) ? "done" : i == now ? "now" : "ahead";

        buf_printf(b, "<li class=\"%s\"%s>%s", class, i == now ? " aria-current=\"step\"" : "",
                   text2_in(names[i], rq->lang));
        if (i <= now && at[i] != INSTANT_NONE) {
            buf_str(b, " <span class=\"hint\">");
            html_when(b, at[i], rq->lang);
            buf_str(b, "</span>");
        }
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ol>\n");
}

/* Which papers are asked for, by their names in the procedure. */
static void missing_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    if (t->status != DS_SUPPLEMENT || t->missings == 0)
        return;
    buf_printf(b, "<h2>%s</h2>\n<ul>\n", say(rq, "Cần ông/bà bổ sung", "What you are asked for"));
    for (size_t i = 0; i < t->missings; i++) {
        buf_str(b, "<li>");
        html_text(b, text2_in(t->missing[i], rq->lang));
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul>\n");
}

static void hotline_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    if (!t->hotline)
        return;
    buf_printf(b, "<p>%s <a href=\"tel:", say(rq, "Đường dây nóng:", "Hotline:"));
    for (const char *p = t->hotline; *p; p++)
        if ((*p >= '0' && *p <= '9') || *p == '+')
            buf_char(b, *p);
    buf_str(b, "\">");
    for (const char *p = t->hotline; *p; p++) { /* not torn at the end of a line */
        if (*p == ' ')
            buf_str(b, "&nbsp;");
        else
            html_text(b, (const char[]){*p, '\0'});
    }
    buf_str(b, "</a></p>\n");
}

/* Where to go with the receipt, while something is still to be collected. */
static void collect_html(struct req *rq, const struct track_answer *t, struct buf *b)
{
    if (!t->office.vi || t->finished != INSTANT_NONE || has_ended(t))
        return;
    buf_printf(b, "<p>%s ", say(rq, "Nơi trả kết quả:", "Collect at:"));
    html_text(b, text2_in(t->office, rq->lang));
    buf_str(b, "</p>\n");
}

static void found(struct req *rq, const struct track_answer *t)
{
    struct buf b;

    buf_init(&b, 65536);
    buf_printf(&b, "<h1>%s <span class=\"code\">", say(rq, "Hồ sơ", "Dossier"));
    html_text(&b, t->code);
    buf_str(&b, "</span></h1>\n");
    sentence_html(rq, t, &b);
    if (!has_ended(t))
        stages_html(rq, t, &b);
    missing_html(rq, t, &b);
    collect_html(rq, t, &b);
    hotline_html(rq, t, &b);
    buf_printf(&b, "<p><a href=\"/tra-cuu?lang=%s\">%s</a></p>\n",
               rq->lang == LANG_EN ? "en" : "vi",
               say(rq, "Tra cứu hồ sơ khác", "Track another dossier"));
    reply_page(rq, 200, say(rq, "Tra cứu hồ sơ", "Track a dossier"), (struct span){b.p, b.n});
    buf_free(&b);
}

static void tracked(void *owner, enum err e, const struct track_answer *t)
{
    struct req *rq = owner;
    const struct look_up *look;
    int64_t wait;

    if (!req_came(rq, e))
        return;
    look = rq->mine;
    if (t && t->found) {
        found(rq, t);
        return;
    }
    if (*look->code)
        (void)limits_take_peer(rq->api->conf->limits, LIMIT_SECRET, http_peer(rq->http), look->code,
                               clock_mono_us(), &wait);
    not_found(rq);
}

/* Province, the first part of every code: nobody need type it. */
static const char *root_code(struct req *rq)
{
    const struct organisation *o = req_snapshot(rq)->org;

    for (size_t i = 0; i < o->agencies; i++)
        if (o->agency[i].parent < 0)
            return o->agency[i].code;
    return "";
}

static bool read_form(struct req *rq, struct look_up *ret)
{
    struct http_param field[FORM_FIELDS];
    int i, n = http_query(rq->arena, http_body(rq->http), field, FORM_FIELDS);

    *ret = (struct look_up){"", ""};
    for (i = 0; i < n; i++) {
        if (span_is(field[i].name, "code"))
            ret->code = dossier_code_typed(rq->arena, root_code(rq), field[i].value);
        else if (span_is(field[i].name, "secret"))
            ret->secret = field[i].value.n <= CODE_MAX ? arena_span(rq->arena, field[i].value) : "";
        else
            return false;
    }
    return n >= 0;
}

/* Tries of one dossier's secret are counted apart; a secret alone is long enough for LIMIT_TRACK.
 */
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
        (*look->code &&
         !limits_room_peer(l, LIMIT_SECRET, peer, look->code, clock_mono_us(), &wait))) {
        reply_wait_why(rq, ERR_TOO_MANY, wait,
                       "Đã tra cứu hoặc nhập sai mã quá nhiều lần từ địa chỉ này.",
                       "There were too many look-ups or wrong codes from this address.");
        return;
    }
    rq->wait = WAIT_STORE;
    store_track(rq->api->store, look->code, look->secret, rq->arena, tracked, rq);
}

static const struct route_param form_params[] = {
    {"code", {"mã hồ sơ, điền sẵn", "code of the dossier, filled in"}},
    {"lang", {"vi hoặc en", "vi or en"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param form_fields[] = {
    {"code",
     {"mã hồ sơ; không cần khi mã tra cứu có 16 ký tự",
      "code of the dossier; not needed with a tracking code of 16 signs"}},
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
     .query = form_params,
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
