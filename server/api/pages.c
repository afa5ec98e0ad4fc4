/* Plain pages for people: start, sign-in hint, meaning of an error, list of the API's routes.
 * They work without JavaScript and hold nothing personal.  The worker's thread. */
#include "common/base/digest.h"
#include "server/api/html.h"

static void start(struct req *rq)
{
    page_lang(rq);
    reply_page(rq, 200, say(rq, "Một cửa", "One-stop office"), web_text("start", rq->lang));
}

static void sign_in_hint(struct req *rq)
{
    page_lang(rq);
    reply_page(rq, 200, say(rq, "Đăng nhập", "Sign in"), web_text("sign-in", rq->lang));
}

/* Sheets and modules of these pages, by name; pages themselves are not files to fetch. */
static void file(struct req *rq)
{
    struct http_header h = {SPAN_LIT("Cache-Control"), SPAN_LIT("public, max-age=3600")};
    const char *dot = strrchr(rq->param[0], '.');
    bool sheet = dot && strcmp(dot, ".css") == 0, module = dot && strcmp(dot, ".js") == 0;
    struct span text = sheet || module ? web_file(rq->param[0]) : SPAN_NONE;

    if (text.p)
        reply_body(rq, 200, sheet ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
                   text, &h, 1);
    else
        reply_problem(rq, ERR_NOT_FOUND);
}

static void problem_page(struct req *rq)
{
    enum err e = err_of_code(rq->param[0]);
    struct buf b;

    page_lang(rq);
    if (e == ERR_COUNT || e == ERR_OK) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    buf_init(&b, 4096);
    buf_printf(&b,
               "<h1>%s</h1>\n<p>%s <code>%s</code>, %s %d.</p>\n<p><a href=\"/api?lang=%s\">%s</a>"
               "</p>\n",
               err_title(e, rq->lang), say(rq, "Mã lỗi của API:", "Code of the API's error:"),
               err_code(e), say(rq, "trạng thái HTTP", "HTTP status"), err_status(e),
               rq->lang == LANG_EN ? "en" : "vi", say(rq, "Các lời gọi API", "Calls of the API"));
    reply_page(rq, 200, err_title(e, rq->lang), (struct span){b.p, b.n});
    buf_free(&b);
}

/* A path may break before its slashes, not inside a word. */
static void path_html(struct buf *b, const char *path)
{
    for (; *path; path++) {
        if (*path == '/')
            buf_str(b, "<wbr>");
        buf_char(b, *path);
    }
}

static void api_page(struct req *rq)
{
    struct buf b;
    size_t i;

    page_lang(rq);
    buf_init(&b, 262144);
    buf_printf(&b, "<h1>API</h1>\n<p>%s <a href=\"/openapi.json\">openapi.json</a></p>\n",
               say(rq, "Mô tả đầy đủ cho máy đọc (OpenAPI 3.1):",
                   "The full description for machines (OpenAPI 3.1):"));
    buf_str(&b, "<div class=\"wide\"><table>\n<thead><tr><th>");
    buf_str(&b,
            say(rq, "Lời gọi</th><th>Việc</th><th>Quyền", "Call</th><th>What</th><th>Permission"));
    buf_str(&b, "</th></tr></thead>\n<tbody>\n");
    for (i = 0; i < router_count(); i++) {
        const struct route *r = router_at(i);
        if (r->flags & ROUTE_HIDDEN)
            continue;
        buf_printf(&b, "<tr><td><code>%s ", http_method_name(r->method));
        path_html(&b, r->pattern);
        buf_str(&b, "</code></td><td>");
        html_text(&b, text2_in(r->summary, rq->lang));
        buf_str(&b, "</td><td>");
        html_text(&b, text2_in(permission_title(r->permission), rq->lang));
        buf_str(&b, "</td></tr>\n");
    }
    buf_str(&b, "</tbody></table></div>\n");
    reply_page(rq, 200, "API", (struct span){b.p, b.n});
    buf_free(&b);
}

static void openapi(struct req *rq)
{
    struct buf *b = &rq->api->openapi;

    if (b->n == 0)
        api_openapi(rq->api->conf->version, b);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void permissions(struct req *rq)
{
    struct buf *b = reply_buf(rq);

    api_permissions(b);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

#define PAGE(path, fn, vi, en)                                                                     \
    {                                                                                              \
        .method = HTTP_GET, .pattern = (path), .permission = PERM_PUBLIC,                          \
        .flags = ROUTE_HTML | ROUTE_HIDDEN, .lane = LANE_READ, .handle = (fn),                     \
        .query = page_lang_params, .summary = {                                                    \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct answer_key matrix_keys[] = {
    A_WORD("method", 0, "phương thức", "method"),
    A_TEXT("pattern", 0, "đường dẫn", "path"),
    A_WORD("permission", 0, "quyền", "permission"),
    A_NAMES("roles", 0, answer_role, "vai trò được phép", "roles that may"),
};
static const struct answer_shape matrix_shape = A_SHAPE("PermittedRoute", matrix_keys);
static const struct answer_key permissions_keys[] = {
    A_LIST("routes", 0, &matrix_shape, "lời gọi", "calls"),
};
static const struct answer_shape permissions_shape = A_SHAPE("Permissions", permissions_keys);

static void any_object(struct buf *out)
{
    buf_str(out, "{\"type\":\"object\",\"description\":\"an OpenAPI 3.1 document\"}");
}
static const struct answer_shape openapi_shape = A_PRINTED("OpenApi", any_object);

static const char *file_medias(unsigned i)
{
    static const char *const list[] = {"text/css", "text/javascript"};

    return i < 2 ? list[i] : NULL;
}

static const struct route rows[] = {
    PAGE("/", start, "Trang đầu", "Start page"),
    PAGE("/dang-nhap", sign_in_hint, "Hướng dẫn đăng nhập", "How to sign in"),
    PAGE("/problems/{code}", problem_page, "Ý nghĩa một mã lỗi", "Meaning of an error code"),
    PAGE("/api", api_page, "Danh sách lời gọi", "List of calls"),
    {.method = HTTP_GET,
     .pattern = "/web/{file}",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HIDDEN | ROUTE_PACK,
     .lane = LANE_READ,
     .handle = file,
     .media = "text/css",
     .medias = file_medias,
     .summary = {"Kiểu trình bày, mô-đun của trang", "Style sheets and modules of pages"}},
    {.method = HTTP_GET,
     .pattern = "/openapi.json",
     .flags = ROUTE_PACK,
     .permission = PERM_PUBLIC,
     .lane = LANE_READ,
     .handle = openapi,
     .answer = &openapi_shape,
     .summary = {"Mô tả API, OpenAPI 3.1", "Description of the API, OpenAPI 3.1"}},
    {.method = HTTP_GET,
     .pattern = "/v1/permissions",
     .permission = PERM_AUDIT,
     .lane = LANE_READ,
     .handle = permissions,
     .answer = &permissions_shape,
     .summary = {"Ma trận quyền", "Permission matrix"}},
};
ROUTE_TABLE(routes_pages, rows);
