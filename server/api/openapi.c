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
    if (r->method != HTTP_GET && r->permission != PERM_PUBLIC)
        parameter(w, "X-CSRF-Token", "header", true, "csrf of the session");
    jw_end(w);
}

static void body(struct jw *w, const struct route *r)
{
    struct buf schema;

    if (!r->body && !r->stream)
        return;
    jw_key(w, "requestBody");
    jw_open(w);
    jw_kbool(w, "required", true);
    jw_key(w, "content");
    jw_open(w);
    jw_key(w, r->body ? "application/json" : "application/octet-stream");
    jw_open(w);
    if (r->body) {
        buf_init(&schema, ANSWER_MAX);
        bind_schema(r->body, &schema);
        jw_kraw(w, "schema", (struct span){schema.p, schema.n});
        buf_free(&schema);
    }
    jw_close(w);
    jw_close(w);
    jw_close(w);
}

static void answer(struct jw *w, const char *status, const char *about, const char *ref)
{
    jw_key(w, status);
    jw_open(w);
    if (ref)
        jw_kstr(w, "$ref", ref);
    else
        jw_kstr(w, "description", about);
    jw_close(w);
}

static void answers(struct jw *w, const struct route *r)
{
    static const char problem[] = "#/components/responses/Problem";
    bool creates = r->method == HTTP_POST && !(r->flags & ROUTE_MATCH);

    jw_key(w, "responses");
    jw_open(w);
    if (r->method == HTTP_DELETE)
        answer(w, "204", "Done", NULL);
    else
        answer(w, creates ? "201" : "200", creates ? "Created" : "Done", NULL);
    if (r->permission != PERM_PUBLIC) {
        answer(w, "401", NULL, problem);
        answer(w, "403", NULL, problem);
    }
    if (r->flags & ROUTE_MATCH) {
        answer(w, "409", NULL, problem);
        answer(w, "412", NULL, problem);
        answer(w, "428", NULL, problem);
    }
    if (r->body)
        answer(w, "422", NULL, problem);
    answer(w, "default", NULL, problem);
    jw_close(w);
}

static void operation(struct jw *w, const struct route *r)
{
    static const char *const methods[] = {"get", "head", "post", "put", "patch", "delete"};

    jw_key(w, methods[r->method]);
    jw_open(w);
    jw_kstr(w, "summary", r->summary.en);
    jw_kstr(w, "x-summary-vi", r->summary.vi);
    jw_kstr(w, "x-permission", permission_name(r->permission));
    parameters(w, r);
    body(w, r);
    answers(w, r);
    jw_key(w, "security");
    jw_list(w);
    if (r->permission != PERM_PUBLIC) {
        jw_open(w);
        jw_key(w, "session");
        jw_list(w);
        jw_end(w);
        jw_close(w);
    }
    jw_end(w);
    jw_close(w);
}

/* Each path once, with the methods that share it. */
static void paths(struct jw *w)
{
    size_t i, j, n = router_count();

    jw_key(w, "paths");
    jw_open(w);
    for (i = 0; i < n; i++) {
        const struct route *r = router_at(i);
        if (r->flags & ROUTE_HIDDEN)
            continue;
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

static void problem_schema(struct jw *w)
{
    jw_kraw(w, "responses",
            SPAN_LIT("{\"Problem\":{\"description\":\"RFC 9457 problem\",\"content\":{"
                     "\"application/problem+json\":{\"schema\":{\"$ref\":"
                     "\"#/components/schemas/Problem\"}}}}}"));
    jw_kraw(w, "schemas",
            SPAN_LIT("{\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\","
                     "\"status\",\"code\"],\"properties\":{\"type\":{\"type\":\"string\"},"
                     "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
                     "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
                     "\"instance\":{\"type\":\"string\"},\"current\":{\"type\":\"object\"},"
                     "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
                     "\"properties\":{\"pointer\":{\"type\":\"string\"},\"code\":"
                     "{\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}}}}}"));
    jw_kraw(w, "securitySchemes",
            SPAN_LIT("{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":"
                     "\"__Host-motcua\"}}"));
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
    paths(&w);
    jw_key(&w, "components");
    jw_open(&w);
    problem_schema(&w);
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
    router_init();
}
