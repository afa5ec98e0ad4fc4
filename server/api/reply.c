/* Answers: headers that every one carries, problems (RFC 9457), JSON, files.
 * A request is finished here exactly once.  The worker's thread. */
#include <assert.h>
#include <stdio.h>

#include "server/api/packing.h"
#include "server/api/req.h"

#define HEADERS_MAX       24
#define PROBLEM_EXTRA_MAX 4
#define SECOND_US         1000000

#define LIT(s)                                                                                     \
    {                                                                                              \
        (s), sizeof(s) - 1                                                                         \
    } /* for constants */

/* What guards every answer (nosniff, HSTS, no-store …) is written by the layer below. */

/* No script runs on these pages; the staff client brings its own policy (client.c). */
static const struct span page_policy =
    LIT("default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'");
static const struct span data_policy =
    LIT("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox");

struct head {
    struct http_header field[HEADERS_MAX];
    unsigned n;
};

static void put(struct head *h, const char *name, struct span value)
{
    assert(h->n < HEADERS_MAX);
    h->field[h->n++] = (struct http_header){span_of(name), value};
}

static bool given(const struct http_header *extra, unsigned n, const char *name)
{
    unsigned i;

    for (i = 0; i < n; i++)
        if (span_is(extra[i].name, name))
            return true;
    return false;
}

/* Routes of pages answer pages; an address that nobody serves, too, when a browser asks. */
static bool is_page(const struct req *rq)
{
    struct span accept;

    if (rq->route)
        return (rq->route->flags & ROUTE_HTML) != 0;
    accept = http_field(rq->http, "accept");
    return !rq->ops && span_starts(accept, "text/html");
}

static bool packs(const struct req *rq)
{
    return rq->route && (rq->route->flags & ROUTE_PACK);
}

static void common(struct head *h, const struct req *rq, const struct http_header *extra,
                   unsigned n)
{
    if (!given(extra, n, "Content-Security-Policy"))
        put(h, "Content-Security-Policy", is_page(rq) ? page_policy : data_policy);
    put(h, "X-Request-Id", span_of(rq->id));
    if (!given(extra, n, "Vary"))
        put(h, "Vary",
            packs(rq) ? SPAN_LIT("Accept-Language, Cookie, Accept-Encoding")
                      : SPAN_LIT("Accept-Language, Cookie"));
}

static void add_extra(struct head *h, const struct http_header *extra, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        assert(h->n < HEADERS_MAX);
        h->field[h->n++] = extra[i];
    }
}

/* The body as gzip where that is asked for and pays.  An ETag names the bytes that are sent: of
 * packed ones it is a weak one. */
static struct span packed(struct head *h, const struct req *rq, struct span body)
{
    struct span out = SPAN_NONE;
    unsigned i;

    if (packing_accepts(http_field(rq->http, "accept-encoding"), "gzip"))
        out = packing_pack(rq->api->packing, body);
    if (!out.p)
        return body;
    put(h, "Content-Encoding", SPAN_LIT("gzip"));
    for (i = 0; i < h->n; i++)
        if (span_is(h->field[i].name, "ETag"))
            h->field[i].value =
                span_of(arena_printf(rq->arena, "W/%.*s", SPAN_FMT(h->field[i].value)));
    return out;
}

void reply_body(struct req *rq, int status, const char *type, struct span body,
                const struct http_header *extra, unsigned n)
{
    struct head h = {.n = 0};

    assert(rq->magic == REQ_MAGIC && rq->http);
    common(&h, rq, extra, n);
    if (body.n || type)
        put(&h, "Content-Type", span_of(type));
    put(&h, "Content-Language", rq->lang == LANG_EN ? SPAN_LIT("en") : SPAN_LIT("vi"));
    add_extra(&h, extra, n);
    if (status == 200 && packs(rq))
        body = packed(&h, rq, body);
    req_mark_answered(rq);
    http_reply(rq->http, &(struct http_answer){status, h.field, h.n, body});
    req_answered(rq, status, body.n);
}

void reply_empty(struct req *rq, int status, const struct http_header *extra, unsigned n)
{
    struct head h = {.n = 0};

    assert(rq->magic == REQ_MAGIC && rq->http);
    common(&h, rq, extra, n);
    add_extra(&h, extra, n);
    req_mark_answered(rq);
    http_reply(rq->http, &(struct http_answer){status, h.field, h.n, SPAN_NONE});
    req_answered(rq, status, 0);
}

struct http_stream *reply_stream(struct req *rq, void (*on_closed)(void *owner), void *owner)
{
    struct head h = {.n = 0};
    struct http_stream *st;

    assert(rq->magic == REQ_MAGIC && rq->http);
    common(&h, rq, NULL, 0);
    put(&h, "Content-Type", SPAN_LIT("text/event-stream"));
    put(&h, "X-Accel-Buffering", SPAN_LIT("no")); /* a proxy in front must not hold pieces back */
    req_mark_answered(rq);
    st = http_reply_stream(rq->http, &(struct http_answer){200, h.field, h.n, SPAN_NONE}, on_closed,
                           owner);
    req_answered(rq, 200, 0);
    return st;
}

/* The name of a file as people gave it: quoted for old readers, RFC 8187 for the others. */
static struct span disposition(struct req *rq, const char *name)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buf b;
    struct span out;
    const char *p;

    buf_init(&b, 4096);
    buf_str(&b, "attachment; filename=\"");
    for (p = name; *p; p++)
        buf_char(&b, (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
                             (*p >= 'A' && *p <= 'Z') || *p == '.' || *p == '-'
                         ? *p
                         : '_');
    buf_str(&b, "\"; filename*=UTF-8''");
    for (p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            c == '.' || c == '-') {
            buf_char(&b, (char)c);
            continue;
        }
        buf_char(&b, '%');
        buf_char(&b, hex[c >> 4]);
        buf_char(&b, hex[c & 15]);
    }
    out = buf_ok(&b) ? (struct span){arena_strndup(rq->arena, b.p, b.n), b.n}
                     : SPAN_LIT("attachment");
    buf_free(&b);
    return out;
}

void reply_file(struct req *rq, const char *type, const char *name, int fd, size_t size)
{
    struct head h = {.n = 0};

    assert(rq->magic == REQ_MAGIC && rq->http);
    common(&h, rq, NULL, 0);
    put(&h, "Content-Type", span_of(type));
    put(&h, "Content-Disposition", disposition(rq, name));
    req_mark_answered(rq);
    http_reply_file(rq->http, &(struct http_answer){200, h.field, h.n, SPAN_NONE}, fd, size);
    req_answered(rq, 200, size);
}

void reply_json(struct req *rq, int status, struct span body, int64_t etag)
{
    struct http_header h;
    char tag[32];

    (void)snprintf(tag, sizeof tag, "\"%lld\"", (long long)etag);
    h = (struct http_header){SPAN_LIT("ETag"), span_of(tag)};
    reply_body(rq, status, "application/json", body, &h, etag >= 0 ? 1 : 0);
}

struct buf *reply_buf(struct req *rq)
{
    struct buf *b = &rq->api->out;

    if (b->cap > ((size_t)1 << 20)) /* one large answer does not keep its room for ever */
        buf_free(b);
    buf_clear(b);
    return b;
}

static const struct answer_key violation_keys[] = {
    A_TEXT("pointer", 0, "con trỏ JSON; rỗng: cả nội dung", "JSON pointer; empty: the whole"),
    A_WORD("code", 0, "mã", "code"),
    A_TEXT("message", 0, "điều sai", "what is wrong"),
};
static const struct answer_shape violation_shape = A_SHAPE("Violation", violation_keys);
static const struct answer_key problem_keys[] = {
    A_TEXT("type", 0, "địa chỉ trang nói về lỗi", "address of the page about it"),
    A_TEXT("title", 0, "tên lỗi", "title"),
    A_INT("status", 0, "mã trạng thái HTTP", "HTTP status"),
    A_NAME("code", 0, answer_error, "mã lỗi", "code of the error"),
    A_TEXT("detail", ANSWER_MAYBE, "lý do", "reason"),
    A_WORD("instance", ANSWER_MAYBE, "số hiệu yêu cầu, có trong nhật ký",
           "id of the request, as logged"),
    A_LIST("errors", ANSWER_MAYBE, &violation_shape, "mọi chỗ sai", "all that is wrong"),
    A_INT("more", ANSWER_MAYBE, "số chỗ sai không liệt kê", "more that are not listed"),
    A_OBJECT("current", ANSWER_MAYBE, &answer_state, "hồ sơ lúc này", "the dossier as it is now"),
    A_OBJECT("draft", ANSWER_MAYBE, &answer_draft, "bản nháp lúc này", "the draft as it is now"),
};
const struct answer_shape answer_problem = A_SHAPE("Problem", problem_keys);

void problem_json(enum err e, enum lang lang, const char *detail, const char *id,
                  const struct violations *v, struct span current, struct buf *out)
{
    struct jw w = jw_to(out);
    char type[80];
    size_t i;

    (void)snprintf(type, sizeof type, "/problems/%s", err_code(e));
    jw_open(&w);
    jw_kstr(&w, "type", type);
    jw_kstr(&w, "title", err_title(e, lang));
    jw_ki64(&w, "status", err_status(e));
    jw_kstr(&w, "code", err_code(e));
    if (detail)
        jw_kstr(&w, "detail", detail);
    if (id)
        jw_kstr(&w, "instance", id);
    if (v && v->n) {
        jw_key(&w, "errors");
        jw_list(&w);
        for (i = 0; i < v->n; i++) {
            jw_open(&w);
            jw_kstr(&w, "pointer", v->item[i].pointer);
            jw_kstr(&w, "code", v->item[i].code);
            jw_kstr(&w, "message", text2_in(v->item[i].text, lang));
            jw_close(&w);
        }
        jw_end(&w);
        if (v->dropped)
            jw_ki64(&w, "more", (int64_t)v->dropped);
    }
    if (current.n)
        jw_kraw(&w, "current", current);
    jw_close(&w);
}

/* Whoever is told to come later is told when, on whichever way the refusal came about. */
static void problem(struct req *rq, enum err e, const char *detail, const struct violations *v,
                    struct span current, const struct http_header *given_extra, unsigned n)
{
    struct http_header extra[PROBLEM_EXTRA_MAX];
    struct buf b;

    assert(n < PROBLEM_EXTRA_MAX);
    if (n)
        memcpy(extra, given_extra, n * sizeof *extra);
    if (err_status(e) == 503 && !given(extra, n, "Retry-After"))
        extra[n++] = (struct http_header){SPAN_LIT("Retry-After"),
                                          e == ERR_FIGURES_ANEW ? SPAN_LIT("60") : SPAN_LIT("2")};
    if (is_page(rq)) {
        if (!rq->route && e == ERR_NOT_FOUND && !detail)
            detail =
                say(rq, "Không có trang nào ở địa chỉ này.", "There is no page at this address.");
        page_problem(rq, e, detail, extra, n);
        return;
    }
    buf_init(&b, ANSWER_MAX);
    problem_json(e, rq->lang, detail, rq->id, v, current, &b);
    reply_body(rq, err_status(e), "application/problem+json", (struct span){b.p, b.n}, extra, n);
    buf_free(&b);
}

static unsigned problem_extra(enum err e, struct http_header h[1])
{
    if (e == ERR_UNAUTHENTICATED || e == ERR_BAD_CREDENTIALS) {
        h[0] = (struct http_header){SPAN_LIT("WWW-Authenticate"), SPAN_LIT("Cookie")};
        return 1;
    }
    return 0;
}

void reply_problem(struct req *rq, enum err e)
{
    struct http_header h[1];
    unsigned n = problem_extra(e, h);

    problem(rq, e, NULL, NULL, SPAN_NONE, h, n);
}

void reply_detail(struct req *rq, enum err e, const char *vi, const char *en)
{
    struct http_header h[1];
    unsigned n = problem_extra(e, h);

    problem(rq, e, say(rq, vi, en), NULL, SPAN_NONE, h, n);
}

void reply_invalid(struct req *rq, enum err e, const struct violations *v)
{
    problem(rq, e, NULL, v, SPAN_NONE, NULL, 0);
}

/* "12 phút": a minute and less in seconds, more in minutes, never too early. */
static void wait_words(int64_t seconds, enum lang lang, struct buf *out)
{
    int64_t n = seconds > 60 ? (seconds + 59) / 60 : seconds;
    const char *en = seconds > 60 ? "minute" : "second", *vi = seconds > 60 ? "phút" : "giây";

    if (lang == LANG_EN)
        buf_printf(out, "Try again in %lld %s%s.", (long long)n, en, n == 1 ? "" : "s");
    else
        buf_printf(out, "Hãy thử lại sau %lld %s.", (long long)n, vi);
}

void reply_wait_why(struct req *rq, enum err e, int64_t wait_us, const char *vi, const char *en)
{
    int64_t s = wait_us > SECOND_US ? (wait_us + SECOND_US - 1) / SECOND_US : 1;
    struct http_header h = {SPAN_LIT("Retry-After"), SPAN_NONE};
    struct buf text;

    h.value = span_of(arena_printf(rq->arena, "%lld", (long long)s));
    buf_init(&text, 1024);
    if (vi)
        buf_printf(&text, "%s ", say(rq, vi, en));
    wait_words(s, rq->lang, &text);
    problem(rq, e, buf_cstr(&text), NULL, SPAN_NONE, &h, 1);
    buf_free(&text);
}

void reply_wait(struct req *rq, enum err e, int64_t wait_us)
{
    reply_wait_why(rq, e, wait_us, NULL, NULL);
}

struct text2 refusal_words(struct arena *a, enum err e, struct text2 t)
{
    if (!t.vi)
        t = (struct text2){err_title(e, LANG_VI), err_title(e, LANG_EN)};
    if (!err_cure(e, LANG_VI))
        return t;
    return (struct text2){arena_printf(a, "%s. %s", t.vi, err_cure(e, LANG_VI)),
                          arena_printf(a, "%s. %s", text2_in(t, LANG_EN), err_cure(e, LANG_EN))};
}

void reply_refused(struct req *rq, enum err e, const struct refusal *r, size_t n,
                   struct span current, int64_t etag)
{
    struct violations v;
    struct http_header h;
    char tag[32];
    size_t i;

    violations_init(&v, rq->arena);
    for (i = 0; i < n; i++)
        violation_add_text(&v, r[i].pointer ? r[i].pointer : "", err_code(r[i].e),
                           refusal_words(rq->arena, r[i].e, r[i].detail));
    (void)snprintf(tag, sizeof tag, "\"%lld\"", (long long)etag);
    h = (struct http_header){SPAN_LIT("ETag"), span_of(tag)};
    problem(rq, e, v.n ? text2_in(v.item[0].text, rq->lang) : NULL, &v, current, &h,
            etag >= 0 ? 1 : 0);
}
