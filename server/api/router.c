/* The joined table of routes, checked once, matched per method on raw path segments.
 * Everything is constant after router_init; any thread. */
#include "server/api/route.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUTES_MAX 320

#define T(name) extern const struct route_table routes_##name;
#include "server/api/tables.def"
#undef T

static const struct route_table *const tables[] = {
#define T(name) &routes_##name,
#include "server/api/tables.def"
#undef T
};

struct compiled {
    const struct route *route;
    struct span segment[SEGMENTS_MAX];
    uint32_t mark[SEGMENTS_MAX];
    bool param[SEGMENTS_MAX];
    size_t segments;
};

static struct compiled compiled[ROUTES_MAX];
static const struct route *routes[ROUTES_MAX];
static size_t count;
/* compiled[] is sorted by number of segments: where each number begins */
static size_t first[SEGMENTS_MAX + 2];

static const struct {
    const char *name;
    unsigned roles;
    struct text2 title;
} permissions[PERM_COUNT] = {
#define R(x)      (1u << ROLE_##x)
#define ALL_ROLES ((1u << ROLE_SYSTEM) - 1u)
#define OFFICERS                                                                                   \
    (R(RECEIVER) | R(RETURNER) | R(CASHIER) | R(CLERK) | R(SPECIALIST) | R(DIVISION_HEAD) |        \
     R(LEADER) | R(OFFICE_SPECIALIST) | R(COMMITTEE_LEADER) | R(ONESTOP_HEAD))
#define HEADS                        (R(DIVISION_HEAD) | R(LEADER) | R(COMMITTEE_LEADER) | R(ONESTOP_HEAD))
#define READERS                      (R(AUDITOR) | R(SUPERVISOR))
#define P(name, text, roles, vi, en) [PERM_##name] = {text, roles, {vi, en}},
#include "server/api/permissions.def"
#undef P
};

unsigned permission_roles(enum permission p)
{
    return permissions[p].roles;
}

const char *permission_name(enum permission p)
{
    return permissions[p].name;
}

struct text2 permission_title(enum permission p)
{
    return permissions[p].title;
}

const char *http_method_name(enum http_method m)
{
    static const char *const names[HTTP_METHODS] = {"GET", "HEAD",  "POST",
                                                    "PUT", "PATCH", "DELETE"};
    return names[m];
}

static _Noreturn void broken(const struct route *r, const char *why)
{
    fprintf(stderr, "route %s %s: %s\n", http_method_name(r->method), r->pattern, why);
    abort();
}

/* Splits at '/', the first one dropped; false when there are too many segments. */
static bool split(struct span path, struct span out[SEGMENTS_MAX], size_t *ret_n)
{
    size_t i, n = 0, from = 1;

    if (path.n == 0 || path.p[0] != '/')
        return false;
    for (i = 1; i <= path.n; i++) {
        if (i < path.n && path.p[i] != '/')
            continue;
        if (n == SEGMENTS_MAX)
            return false;
        out[n++] = (struct span){path.p + from, i - from};
        from = i + 1;
    }
    *ret_n = n;
    return true;
}

static void check_row(const struct route *r)
{
    bool writes = r->method != HTTP_GET && r->method != HTTP_HEAD;

    if (r->pattern[0] != '/' || !r->handle || !r->summary.vi || !r->summary.en)
        broken(r, "incomplete");
    if (r->permission >= PERM_COUNT)
        broken(r, "no permission");
    if (r->method == HTTP_HEAD)
        broken(r, "HEAD comes with GET");
    if (!writes && (r->body || r->stream || r->body_max))
        broken(r, "a body on a read");
    if ((r->flags & ROUTE_STREAM) && !r->stream)
        broken(r, "streams to nobody");
    if (r->body && r->body_max == 0)
        broken(r, "a body without a limit");
    if (r->vouch && (r->permission != PERM_PUBLIC || r->stream))
        broken(r, "signed, and more");
    if (r->permission == PERM_PUBLIC && (r->flags & (ROUTE_KEY | ROUTE_MATCH)))
        broken(r, "a public act");
}

/* Tells nearly all segments apart without looking at their texts. */
static uint32_t mark(struct span s)
{
    return s.n ? (uint32_t)s.n << 16 | (uint32_t)(unsigned char)s.p[0] << 8 |
                     (unsigned char)s.p[s.n - 1]
               : 0;
}

static void compile(const struct route *r, struct compiled *c)
{
    size_t i, params = 0;

    c->route = r;
    if (!split(span_of(r->pattern), c->segment, &c->segments))
        broken(r, "too many segments");
    for (i = 0; i < c->segments; i++) {
        struct span s = c->segment[i];
        c->mark[i] = mark(s);
        c->param[i] = s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
        params += c->param[i];
    }
    if (params > PARAMS_MAX)
        broken(r, "too many parameters");
}

/* By number of segments; literal segments before parameters, so that the first match wins. */
static int by_shape(const void *pa, const void *pb)
{
    const struct compiled *a = pa, *b = pb;
    size_t i;

    if (a->segments != b->segments)
        return a->segments < b->segments ? -1 : 1;
    for (i = 0; i < a->segments; i++)
        if (a->param[i] != b->param[i])
            return a->param[i] ? 1 : -1;
    return a->route < b->route ? -1 : a->route > b->route;
}

void router_init(void)
{
    size_t t, i, j;

    count = 0;
    for (t = 0; t < sizeof tables / sizeof *tables; t++)
        for (i = 0; i < tables[t]->n; i++) {
            const struct route *r = &tables[t]->route[i];
            assert(count < ROUTES_MAX);
            check_row(r);
            for (j = 0; j < count; j++)
                if (routes[j]->method == r->method && strcmp(routes[j]->pattern, r->pattern) == 0)
                    broken(r, "twice");
            compile(r, &compiled[count]);
            routes[count++] = r;
        }
    qsort(compiled, count, sizeof *compiled, by_shape);
    for (i = 0, j = 0; i <= SEGMENTS_MAX + 1; i++) {
        while (j < count && compiled[j].segments < i)
            j++;
        first[i] = j;
    }
}

size_t router_count(void)
{
    return count;
}

const struct route *router_at(size_t i)
{
    return routes[i];
}

/* From the end: the beginnings are much the same. */
static bool fits(const struct compiled *c, const struct span *segment, const uint32_t *marks)
{
    for (size_t i = c->segments; i-- > 0;)
        if (c->param[i] ? segment[i].n == 0 : c->mark[i] != marks[i])
            return false;
    for (size_t i = 0; i < c->segments; i++)
        if (!c->param[i] && !span_eq(c->segment[i], segment[i]))
            return false;
    return true;
}

void router_match(enum http_method m, struct span raw_path, bool ops, struct route_match *ret)
{
    struct span segment[SEGMENTS_MAX];
    uint32_t marks[SEGMENTS_MAX];
    enum http_method want = m == HTTP_HEAD ? HTTP_GET : m;
    size_t i, k, n;

    *ret = (struct route_match){0};
    if (!split(raw_path, segment, &n))
        return;
    for (i = 0; i < n; i++)
        marks[i] = mark(segment[i]);
    for (i = first[n]; i < first[n + 1]; i++) {
        const struct compiled *c = &compiled[i];
        if ((ops && !(c->route->flags & ROUTE_OPS)) || !fits(c, segment, marks))
            continue;
        ret->allowed |= 1u << c->route->method;
        if (c->route->method != want || ret->route)
            continue;
        ret->route = c->route;
        for (k = 0; k < n; k++)
            if (c->param[k])
                ret->param[ret->params++] = segment[k];
    }
}

void router_allow(unsigned allowed, struct buf *out)
{
    unsigned m, n = 0;

    if (allowed & (1u << HTTP_GET))
        allowed |= 1u << HTTP_HEAD;
    for (m = 0; m < HTTP_METHODS; m++)
        if (allowed & (1u << m))
            buf_printf(out, "%s%s", n++ ? ", " : "", http_method_name((enum http_method)m));
}
