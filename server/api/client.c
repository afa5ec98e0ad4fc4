/* The staff client: its page and its files, carried inside the program, and the accounts of the
 * demonstration for its sign-in.  Constant data.  The worker's thread. */
#include "server/api/html.h"
#include "server/api/packing.h"
#include "server/core/embed.h"
#include "server/store/dossier_json.h"

/* Scripts of our own only, and none of them may turn text into markup (Trusted Types). */
#define CLIENT_POLICY                                                                              \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "        \
    "font-src 'self'; connect-src 'self'; frame-src 'self' blob:; form-action 'self'; "            \
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "                \
    "trusted-types 'none'"

static struct span client_file(const char *name)
{
    const struct embedded *e;

    for (e = embed_client; e->name; e++)
        if (strcmp(e->name, name) == 0)
            return (struct span){e->data, (size_t)(e->end - e->data)};
    return SPAN_NONE;
}

static bool ends(const char *s, const char *tail)
{
    size_t n = strlen(s), m = strlen(tail);

    return n >= m && strcmp(s + n - m, tail) == 0;
}

static const char *media_of(const char *name)
{
    static const struct {
        const char *tail, *media;
    } list[] = {
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".woff2", "font/woff2"},
        {".html", "text/html; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
    };
    size_t i;

    for (i = 0; i < sizeof list / sizeof *list; i++)
        if (ends(name, list[i].tail))
            return list[i].media;
    return NULL;
}

/* The file as the browser likes it best: brotli, gzip, plain. */
static void reply_client(struct req *rq, const char *name, const char *cache)
{
    static const char *const coding[] = {"br", "gzip", NULL}, *const tail[] = {".br", ".gz", ""};
    struct http_header h[4] = {
        {SPAN_LIT("Cache-Control"), span_of(cache)},
        {SPAN_LIT("Vary"), SPAN_LIT("Accept-Encoding")},
        {SPAN_LIT("Content-Security-Policy"), SPAN_LIT(CLIENT_POLICY)},
    };
    struct span body = SPAN_NONE;
    const char *media = media_of(name);
    struct span accept = http_field(rq->http, "accept-encoding");
    unsigned i, n = 3;

    for (i = 0; media && i < 3 && !body.p; i++)
        if (!coding[i] || packing_accepts(accept, coding[i])) {
            body = client_file(arena_printf(rq->arena, "%s%s", name, tail[i]));
            if (body.p && coding[i])
                h[n++] = (struct http_header){SPAN_LIT("Content-Encoding"), span_of(coding[i])};
        }
    if (!body.p) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    reply_body(rq, 200, media, body, h, n);
}

/* A name holds the build, so what it names never changes; an older build's page loads anew. */
static void file(struct req *rq)
{
    if (!span_is(client_file("BUILD"), rq->param[0])) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    reply_client(rq, rq->param[1], "public, max-age=31536000, immutable");
}

static void shell(struct req *rq)
{
    page_lang(rq);
    if (client_file("index.html").p) {
        reply_client(rq, "index.html", "no-cache");
        return;
    }
    reply_page(rq, 200, say(rq, "Giao diện làm việc", "Staff client"),
               web_text("no-client", rq->lang));
}

/* ---- accounts of the demonstration */

static void person_json(struct jw *w, const struct organisation *o, const struct person *p,
                        enum lang lang)
{
    unsigned r;

    jw_open(w);
    jw_kstr(w, "login", p->login);
    jw_kstr(w, "name", p->name);
    jw_ktext2(w, "agency", o->agency[p->agency].name, lang);
    jw_key(w, "roles");
    jw_list(w);
    for (r = 0; r < ROLE_COUNT; r++)
        if (p->roles & (1u << r))
            jw_str(w, text2_in(role_title((enum role)r), lang));
    jw_end(w);
    jw_close(w);
}

static void demo(struct req *rq)
{
    const struct organisation *o = req_snapshot(rq)->org;
    const char *password = rq->api->conf->demo_password;
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);
    size_t i;

    jw_open(&w);
    jw_kbool(&w, "sso", rq->api->conf->sso != NULL);
    jw_kbool(&w, "demo", password != NULL);
    jw_kstr(&w, "password", password);
    jw_key(&w, "accounts");
    jw_list(&w);
    for (i = 0; password && i < o->persons; i++)
        person_json(&w, o, &o->person[i], rq->lang);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static const struct answer_key person_keys[] = {
    A_WORD("login", 0, "tên đăng nhập", "user name"),
    A_TEXT("name", 0, "họ tên", "name"),
    A_TEXT("agency", 0, "đơn vị", "agency"),
    A_TEXTS("roles", 0, "vai trò", "roles"),
};
static const struct answer_shape person_shape = A_SHAPE("DemoAccount", person_keys);
static const struct answer_key demo_keys[] = {
    A_BOOL("sso", 0, "đăng nhập được bằng tài khoản đơn vị",
           "the unit's own accounts sign in, too"),
    A_BOOL("demo", 0, "đang trình diễn", "this is the demonstration"),
    A_TEXT("password", ANSWER_NULL, "mật khẩu chung của dữ liệu trình diễn",
           "the password of all demonstration accounts"),
    A_LIST("accounts", 0, &person_shape, "tài khoản", "accounts"),
};
static const struct answer_shape demo_shape = A_SHAPE("Demonstration", demo_keys);

#define SHELL(path)                                                                                \
    {                                                                                              \
        .method = HTTP_GET, .pattern = (path), .permission = PERM_PUBLIC,                          \
        .flags = ROUTE_HTML | ROUTE_HIDDEN | ROUTE_ANY_QUERY, .lane = LANE_READ, .handle = shell,  \
        .summary = {                                                                               \
            "Giao diện làm việc",                                                                  \
            "Staff client"                                                                         \
        }                                                                                          \
    }

static const struct route rows[] = {
    SHELL("/lam-viec"),
    SHELL("/lam-viec/{screen}"),
    SHELL("/lam-viec/{screen}/{item}"),
    SHELL("/lam-viec/{screen}/{item}/{part}"),
    {.method = HTTP_GET,
     .pattern = "/web/{build}/{file}",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HIDDEN,
     .lane = LANE_READ,
     .handle = file,
     .media = "text/javascript",
     .summary = {"Tệp của giao diện làm việc", "File of the staff client"}},
    {.method = HTTP_GET,
     .pattern = "/v1/demo",
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = demo,
     .answer = &demo_shape,
     .summary = {"Có phải bản trình diễn; các tài khoản của nó",
                 "Whether this is the demonstration; its accounts"}},
};
ROUTE_TABLE(routes_client, rows);
