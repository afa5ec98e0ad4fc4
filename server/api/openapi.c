/* The OpenAPI 3.1 document and the permission matrix, printed from the tables of routes and shapes,
 * so that neither can drift from the program.  Any thread. */
#include <stdio.h>

#include "server/api/req.h"

static void parameter(struct jw *w, const char *name, const char *in, bool required,
                      const char *about)
{
    jw_open(w);
    jw_kstr(w, "name", name);
    jw_kstr(w, "in", in);
    jw_kbool(w, "required", required);
    if (about)
        jw_kstr(w, "description", about);
    jw_key(w, "schema");
    jw_open(w);
    jw_kstr(w, "type", "string");
    jw_close(w);
    jw_close(w);
}

static void path_parameters(struct jw *w, const char *pattern)
{
    const char *p = pattern, *end;
    char name[40];

    while ((p = strchr(p, '{')) && (end = strchr(p, '}'))) {
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - p - 1), p + 1);
        parameter(w, name, "path", true, NULL);
        p = end;
    }
}

static void parameters(struct jw *w, const struct route *r)
{
    const struct route_param *q;

    jw_key(w, "parameters");
    jw_list(w);
    path_parameters(w, r->pattern);
    for (q = r->query; q && q->name; q++)
        parameter(w, q->name, "query", false, q->about.en);
    if (r->flags & ROUTE_KEY)
        parameter(
            w, "Idempotency-Key", "header", true,
            "8 to 128 letters, digits and - _ : . ; the same key and body get the same answer");
    if (r->flags & ROUTE_MATCH)
        parameter(w, "If-Match", "header", true, "the dossier's ETag");
    if (route_acts(r))
        parameter(w, "On-Behalf-Of", "header", false,
                  "login of whom the act is done for: a delegation must allow it");
    for (q = r->headers; q && q->name; q++)
        parameter(w, q->name, "header", true, q->about.en);
    if (r->method != HTTP_GET && r->permission != PERM_PUBLIC)
        parameter(w, "X-CSRF-Token", "header", true, "csrf of the session");
    jw_end(w);
}

static void form_schema(struct jw *w, const struct route_param *field)
{
    jw_key(w, "schema");
    jw_open(w);
    jw_kstr(w, "type", "object");
    jw_kbool(w, "additionalProperties", false);
    jw_key(w, "properties");
    jw_open(w);
    for (; field->name; field++) {
        jw_key(w, field->name);
        jw_open(w);
        jw_kstr(w, "type", "string");
        jw_kstr(w, "description", field->about.en);
        jw_kstr(w, "x-description-vi", field->about.vi);
        jw_close(w);
    }
    jw_close(w);
    jw_close(w);
}

static void body_schema(struct jw *w, const struct bind_shape *shape)
{
    struct buf schema;

    buf_init(&schema, ANSWER_MAX);
    bind_schema(shape, &schema);
    jw_kraw(w, "schema", (struct span){schema.p, schema.n});
    buf_free(&schema);
}

static void body(struct jw *w, const struct route *r)
{
    if (!r->body && !r->stream && !r->form)
        return;
    jw_key(w, "requestBody");
    jw_open(w);
    jw_kbool(w, "required", true);
    jw_key(w, "content");
    jw_open(w);
    jw_key(w, r->body   ? "application/json"
              : r->form ? "application/x-www-form-urlencoded"
                        : "application/octet-stream");
    jw_open(w);
    if (r->body)
        body_schema(w, r->body);
    else if (r->form)
        form_schema(w, r->form);
    jw_close(w);
    jw_close(w);
    jw_close(w);
}

/* ---- what comes back */

static bool no_content(const struct route *r)
{
    return !r->answer && !r->media && !r->medias && !(r->flags & ROUTE_HTML);
}

static int status_of(const struct route *r)
{
    return r->status ? r->status : no_content(r) ? 204 : 200;
}

static void header_ref(struct jw *w, const char *name, const char *component)
{
    char ref[96];

    (void)snprintf(ref, sizeof ref, "#/components/headers/%s", component);
    jw_key(w, name);
    jw_open(w);
    jw_kstr(w, "$ref", ref);
    jw_close(w);
}

static bool is_paged(const struct route *r)
{
    const struct route_param *q;

    for (q = r->query; q && q->name; q++)
        if (strcmp(q->name, "cursor") == 0)
            return true;
    return false;
}

static void headers(struct jw *w, const struct route *r)
{
    if (!(r->flags & (ROUTE_ETAG | ROUTE_MAKES | ROUTE_KEY)) && !is_paged(r))
        return;
    jw_key(w, "headers");
    jw_open(w);
    if (r->flags & ROUTE_ETAG)
        header_ref(w, "ETag", "ETag");
    if (r->flags & ROUTE_MAKES)
        header_ref(w, "Location", "Location");
    if (r->flags & ROUTE_KEY)
        header_ref(w, "Idempotent-Replayed", "IdempotentReplayed");
    if (is_paged(r))
        header_ref(w, "Link", "Link");
    jw_close(w);
}

/* Pages and texts are strings; other media speak for themselves. */
static void medium(struct jw *w, const char *media)
{
    jw_key(w, media);
    jw_open(w);
    if (strncmp(media, "text/", 5) == 0)
        jw_kraw(w, "schema", SPAN_LIT("{\"type\":\"string\"}"));
    jw_close(w);
}

static void content(struct jw *w, const struct route *r)
{
    char ref[96];
    unsigned i;

    if (no_content(r))
        return;
    jw_key(w, "content");
    jw_open(w);
    for (i = 0; r->medias && r->medias(i); i++)
        medium(w, r->medias(i));
    if (r->media)
        medium(w, r->media);
    else if (r->flags & ROUTE_HTML)
        medium(w, "text/html");
    if (r->answer) {
        (void)snprintf(ref, sizeof ref, "#/components/schemas/%s", r->answer->name);
        jw_key(w, "application/json");
        jw_open(w);
        jw_key(w, "schema");
        jw_open(w);
        jw_kstr(w, "$ref", ref);
        jw_close(w);
        jw_close(w);
    }
    jw_close(w);
}

static void well(struct jw *w, const struct route *r)
{
    char status[8];

    (void)snprintf(status, sizeof status, "%d", status_of(r));
    jw_key(w, status);
    jw_open(w);
    jw_kstr(w, "description", status_of(r) == 201 ? "Created" : "Done");
    headers(w, r);
    content(w, r);
    jw_close(w);
}

static void refused(struct jw *w, const char *status, const char *response)
{
    char ref[96];

    (void)snprintf(ref, sizeof ref, "#/components/responses/%s", response);
    jw_key(w, status);
    jw_open(w);
    jw_kstr(w, "$ref", ref);
    jw_close(w);
}

static void answers(struct jw *w, const struct route *r)
{
    bool page = (r->flags & ROUTE_HTML) != 0;

    jw_key(w, "responses");
    jw_open(w);
    well(w, r);
    if (r->permission != PERM_PUBLIC) {
        refused(w, "401", "Unauthenticated");
        refused(w, "403", "Problem");
    }
    if (r->flags & ROUTE_MATCH) {
        refused(w, "409", "Problem");
        refused(w, "412", "Stale");
        refused(w, "428", "Problem");
    }
    if (r->body)
        refused(w, "422", "Problem");
    refused(w, "429", page ? "PageLater" : "Later");
    refused(w, "503", page ? "PageLater" : "Later");
    refused(w, "default", page ? "Page" : "Problem");
    jw_close(w);
}

/* ---- one operation */

/* "getDossiersByCodeHistory": unique because method and pattern are. */
static void operation_id(const struct route *r, struct buf *out)
{
    static const char *const methods[] = {"get", "head", "post", "put", "patch", "delete"};
    const char *p = r->pattern;
    bool upper = true;

    buf_str(out, methods[r->method]);
    if (strncmp(p, "/v1/", 4) == 0)
        p += 3;
    else
        buf_str(out, "Root"); /* keeps /problems apart from a /v1/problems to come */
    for (; *p; p++) {
        bool letter =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
        if (*p == '{')
            buf_str(out, "By");
        if (letter)
            buf_char(out, upper && *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p);
        upper = !letter;
    }
}

static const char *tag_of(const struct route *r)
{
    if (r->flags & ROUTE_OPS)
        return "operations";
    return strncmp(r->pattern, "/v1/", 4) == 0 ? "api" : "public";
}

static void operation(struct jw *w, const struct route *r)
{
    static const char *const methods[] = {"get", "head", "post", "put", "patch", "delete"};
    struct buf id;

    buf_init(&id, 256);
    operation_id(r, &id);
    jw_key(w, methods[r->method]);
    jw_open(w);
    jw_kstr(w, "operationId", buf_cstr(&id));
    jw_key(w, "tags");
    jw_list(w);
    jw_str(w, tag_of(r));
    jw_end(w);
    jw_kstr(w, "summary", r->summary.en);
    jw_kstr(w, "x-summary-vi", r->summary.vi);
    jw_kstr(w, "x-permission", permission_name(r->permission));
    parameters(w, r);
    body(w, r);
    answers(w, r);
    jw_key(w, "security");
    jw_list(w);
    if (r->permission != PERM_PUBLIC)
        jw_raw(w, SPAN_LIT("{\"session\":[]}"));
    jw_end(w);
    jw_close(w);
    buf_free(&id);
}

/* Each path once, with the methods that share it. */
static void paths(struct jw *w)
{
    size_t i, j, n = router_count();

    jw_key(w, "paths");
    jw_open(w);
    for (i = 0; i < n; i++) {
        const struct route *r = router_at(i);
        for (j = 0; j < i && strcmp(router_at(j)->pattern, r->pattern) != 0; j++)
            ;
        if (j < i)
            continue;
        jw_key(w, r->pattern);
        jw_open(w);
        for (j = i; j < n; j++)
            if (strcmp(router_at(j)->pattern, r->pattern) == 0)
                operation(w, router_at(j));
        jw_close(w);
    }
    jw_close(w);
}

/* ---- components */

static void response(struct jw *w, const char *name, const char *about, bool page,
                     const char *header, const char *component)
{
    jw_key(w, name);
    jw_open(w);
    jw_kstr(w, "description", about);
    if (header) {
        jw_key(w, "headers");
        jw_open(w);
        header_ref(w, header, component);
        jw_close(w);
    }
    jw_key(w, "content");
    jw_raw(w, page ? SPAN_LIT("{\"text/html\":{\"schema\":{\"type\":\"string\"}}}")
                   : SPAN_LIT("{\"application/problem+json\":{\"schema\":{\"$ref\":"
                              "\"#/components/schemas/Problem\"}}}"));
    jw_close(w);
}

static void responses(struct jw *w)
{
    jw_key(w, "responses");
    jw_open(w);
    response(w, "Problem", "RFC 9457 problem", false, NULL, NULL);
    response(w, "Unauthenticated", "Not signed in", false, "WWW-Authenticate", "WWWAuthenticate");
    response(w, "Stale", "The dossier has changed: `current` is its state, ETag its version", false,
             "ETag", "ETagOfCurrent");
    response(w, "Later", "Too much at once: come again later", false, "Retry-After", "RetryAfter");
    response(w, "Page", "A page that says what is wrong", true, NULL, NULL);
    response(w, "PageLater", "Too much at once: come again later", true, "Retry-After",
             "RetryAfter");
    jw_close(w);
}

static void header(struct jw *w, const char *name, bool required, const char *type,
                   const char *about)
{
    jw_key(w, name);
    jw_open(w);
    jw_kstr(w, "description", about);
    jw_kbool(w, "required", required);
    jw_key(w, "schema");
    jw_open(w);
    jw_kstr(w, "type", type);
    jw_close(w);
    jw_close(w);
}

static void header_components(struct jw *w)
{
    jw_key(w, "headers");
    jw_open(w);
    header(
        w, "ETag", true, "string",
        "the dossier's seq in quotes, for If-Match: the version of its history. What stands beside "
        "the history (names, what may be done now, `sync`) moves without it, so nothing is kept "
        "and nothing answered 304");
    header(w, "ETagOfCurrent", false, "string", "version of `current`");
    header(w, "Location", true, "string", "address of what was made");
    header(w, "Link", false, "string", "rel=\"next\": the next page");
    header(w, "IdempotentReplayed", false, "string", "true: the answer of an earlier request");
    header(w, "RetryAfter", true, "integer", "seconds to wait");
    header(w, "WWWAuthenticate", true, "string", "Cookie");
    jw_close(w);
}

/* Every shape that an answer may have; aborts on a broken table. */
static void all_shapes(struct answer_set *set)
{
    size_t i;

    set->n = 0;
    answer_collect(&answer_problem, set);
    for (i = 0; i < router_count(); i++)
        if (router_at(i)->answer)
            answer_collect(router_at(i)->answer, set);
}

static void schemas(struct jw *w)
{
    struct answer_set set;
    struct buf schema;
    size_t i;

    all_shapes(&set);
    buf_init(&schema, ANSWER_MAX);
    jw_key(w, "schemas");
    jw_open(w);
    for (i = 0; i < set.n; i++) {
        buf_clear(&schema);
        answer_schema(set.shape[i], &schema);
        jw_key(w, set.shape[i]->name);
        jw_raw(w, (struct span){schema.p, schema.n});
    }
    jw_close(w);
    buf_free(&schema);
}

static void tags(struct jw *w)
{
    jw_kraw(w, "tags",
            SPAN_LIT("[{\"name\":\"api\",\"description\":\"for signed-in programs and people\"},"
                     "{\"name\":\"public\",\"description\":\"plain pages, for everybody\"},"
                     "{\"name\":\"operations\",\"description\":\"on the listener of operations; "
                     "health also on the main one\"}]"));
}

void api_openapi(const char *version, struct buf *out)
{
    struct jw w = jw_to(out);

    jw_open(&w);
    jw_kstr(&w, "openapi", "3.1.0");
    jw_key(&w, "info");
    jw_open(&w);
    jw_kstr(&w, "title", "Một cửa");
    jw_kstr(&w, "version", version);
    jw_kstr(&w, "description",
            "Times are RFC 3339 with +07:00; money is in dong; titles follow Accept-Language (vi, "
            "en), codes are never translated. A write comes with Origin or Sec-Fetch-Site of the "
            "system itself and the session's X-CSRF-Token.");
    jw_close(&w);
    tags(&w);
    paths(&w);
    jw_key(&w, "components");
    jw_open(&w);
    responses(&w);
    header_components(&w);
    schemas(&w);
    jw_kraw(&w, "securitySchemes",
            SPAN_LIT("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
                     "\"__Host-motcua\"}}"));
    jw_close(&w);
    jw_close(&w);
}

void api_permissions(struct buf *out)
{
    struct jw w = jw_to(out);
    size_t i;
    unsigned r, roles;

    jw_open(&w);
    jw_key(&w, "routes");
    jw_list(&w);
    for (i = 0; i < router_count(); i++) {
        const struct route *rt = router_at(i);
        jw_open(&w);
        jw_kstr(&w, "method", http_method_name(rt->method));
        jw_kstr(&w, "pattern", rt->pattern);
        jw_kstr(&w, "permission", permission_name(rt->permission));
        jw_key(&w, "roles");
        jw_list(&w);
        roles = permission_roles(rt->permission);
        for (r = 0; r < ROLE_COUNT; r++)
            if ((roles >> r) & 1u)
                jw_str(&w, role_name((enum role)r));
        jw_end(&w);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
}

void api_check_tables(void)
{
    struct answer_set set;

    router_init();
    all_shapes(&set);
}
