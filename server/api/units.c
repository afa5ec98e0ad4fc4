/* The organisation for those who keep it: how many work where, which roles there are, the text as
 * published, and what another text would change.  Handlers on the worker's thread. */
#include "server/api/defects.h"
#include "server/api/procedures.h"
#include "server/store/dossier_json.h"

#define TEXT_CHARS 400000
#define BODY_TEXT  ((size_t)1 << 20)

static void units(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_units(rq->api->store, rq->lang, json_came, rq);
}

static void roles(struct req *rq)
{
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_key(&w, "roles");
    jw_list(&w);
    for (unsigned r = 0; r < ROLE_COUNT; r++) {
        if (r == ROLE_SYSTEM) /* nobody holds it */
            continue;
        jw_open(&w);
        jw_kstr(&w, "role", role_name((enum role)r));
        jw_ktext2(&w, "title", role_title((enum role)r), rq->lang);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void text(struct req *rq)
{
    const struct snapshot_text *t;
    uint8_t hash[SHA256_BYTES];
    size_t n;

    for (t = snapshot_texts(req_snapshot(rq), &n); n > 0; n--, t++)
        if (t->kind == 'o') {
            sha256(t->source.p, t->source.n, hash);
            reply_text(rq, "application/yaml", hash, t->source);
            return;
        }
    reply_problem(rq, ERR_NOT_FOUND);
}

/* ---------------------------------------------------------------- a text that is looked at */

static bool same_agency(const struct organisation *o, const struct agency *x,
                        const struct organisation *p, const struct agency *y)
{
    const char *up = x->parent < 0 ? "" : o->agency[x->parent].agency;
    const char *up2 = y->parent < 0 ? "" : p->agency[y->parent].agency;
    const char *next = x->successor < 0 ? "" : o->agency[x->successor].agency;
    const char *next2 = y->successor < 0 ? "" : p->agency[y->successor].agency;
    const char *code = x->code ? x->code : "", *code2 = y->code ? y->code : "";
    const char *k = x->calendar ? x->calendar : "", *k2 = y->calendar ? y->calendar : "";

    return x->id == y->id && x->type == y->type && strcmp(up, up2) == 0 &&
           strcmp(next, next2) == 0 && strcmp(code, code2) == 0 && strcmp(k, k2) == 0 &&
           strcmp(x->name.vi, y->name.vi) == 0 && x->valid_from == y->valid_from &&
           x->valid_to == y->valid_to && x->island == y->island && x->mountain == y->mountain;
}

enum differs { ADDED, REMOVED, CHANGED };

/* Keys of agencies that `to` has and `from` has not, or has otherwise. */
static void keys_json(struct jw *w, const char *key, const struct organisation *from,
                      const struct organisation *to, enum differs what)
{
    jw_key(w, key);
    jw_list(w);
    for (size_t i = 0; i < to->agencies; i++) {
        const struct agency *y = &to->agency[i];
        int at = organisation_find(from, y->agency);

        if (what == CHANGED ? at >= 0 && !same_agency(from, &from->agency[at], to, y) : at < 0)
            jw_str(w, y->agency);
    }
    jw_end(w);
}

/* Procedures in force that would no longer compile: they name an agency or a role that is gone. */
static void breaks_json(struct changing *g, struct jw *w, const struct organisation *o)
{
    struct procedure_env env = {.org = o};
    dayno today = lminute_day(lminute_of(clock_now()));

    jw_key(w, "breaks");
    jw_list(w);
    for (size_t i = 0; i < g->snap->procedures; i++) {
        const struct procedure *p = g->snap->procedure[i];
        struct arena *a;
        struct diags d;

        if (p->valid_to < today)
            continue;
        a = arena_new((size_t)256 << 20);
        diags_init(&d, a);
        if (!procedure_compile(a, span_of(p->source), &env, &d))
            jw_str(w, arena_printf(a, "%s v%d", p->code, p->version));
        arena_free(a);
    }
    jw_end(w);
}

static void check_work(struct changing *g)
{
    const char *const *in = g->mine;
    struct arena *a = arena_new((size_t)256 << 20);
    struct jw w = jw_to(&g->out);
    const struct organisation *o;
    struct diags d;

    diags_init(&d, a);
    o = organisation_compile(a, span_of(*in), &d);
    jw_open(&w);
    defects_json(&w, &d, g->lang);
    jw_key(&w, "summary");
    if (o) {
        jw_open(&w);
        jw_ki64(&w, "agencies", (int64_t)o->agencies);
        keys_json(&w, "added", g->snap->org, o, ADDED);
        keys_json(&w, "removed", o, g->snap->org, REMOVED);
        keys_json(&w, "changed", g->snap->org, o, CHANGED);
        breaks_json(g, &w, o);
        jw_close(&w);
    } else {
        jw_null(&w);
    }
    jw_close(&w);
    arena_free(a);
}

static void check(struct req *rq)
{
    changing_study(rq, check_work, rq->body, NULL);
}

/* ---------------------------------------------------------------- tables */

struct check_in {
    const char *text;
};
static const struct bind_key check_keys[] = {
    BIND(struct check_in, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp tổ chức",
         "text of the organisation file"),
};
static const struct bind_shape check_shape =
    BIND_SHAPE("OrganisationText", struct check_in, check_keys);

static const struct answer_key role_keys[] = {
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_TEXT("title", 0, "tên", "title"),
};
static const struct answer_shape role_shape = A_SHAPE("RoleItem", role_keys);
static const struct answer_key roles_keys[] = {
    A_LIST("roles", 0, &role_shape, "vai trò", "roles"),
};
static const struct answer_shape roles_shape = A_SHAPE("Roles", roles_keys);
static const struct answer_key count_keys[] = {
    A_NAME("role", 0, answer_role, "vai trò", "role"),
    A_TEXT("title", 0, "tên", "title"),
    A_INT("officers", 0, "số người", "people"),
};
static const struct answer_shape count_shape = A_SHAPE("RoleCount", count_keys);
static const struct answer_key unit_keys[] = {
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "đơn vị", "agency"),
    A_INT("officers", 0, "số tài khoản đang dùng", "active accounts"),
    A_LIST("roles", 0, &count_shape, "theo vai trò", "by role"),
};
static const struct answer_shape unit_shape = A_SHAPE("Unit", unit_keys);
static const struct answer_key units_keys[] = {
    A_LIST("agencies", 0, &unit_shape, "đơn vị có người", "agencies with people"),
};
static const struct answer_shape units_shape = A_SHAPE("Units", units_keys);
static const struct answer_key summary_keys[] = {
    A_INT("agencies", 0, "số cơ quan", "agencies"),
    A_WORDS("added", 0, NULL, "thêm mới", "new ones"),
    A_WORDS("removed", 0, NULL, "không còn trong tệp", "no longer in the file"),
    A_WORDS("changed", 0, NULL, "thay đổi", "changed ones"),
    A_WORDS("breaks", 0, NULL, "thủ tục sẽ không còn hợp lệ", "procedures that would break"),
};
static const struct answer_shape summary_shape = A_SHAPE("CheckedOrganisation", summary_keys);
static const struct answer_key checked_keys[] = {
    A_WITH(&answer_defects),
    A_OBJECT("summary", ANSWER_NULL, &summary_shape, "tóm tắt; null: có lỗi",
             "null: it has errors"),
};
static const struct answer_shape checked_shape = A_SHAPE("OrganisationCheck", checked_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/organisation/units",
     .permission = PERM_CONFIG_READ,
     .lane = LANE_READ,
     .handle = units,
     .answer = &units_shape,
     .summary = {"Mỗi đơn vị có bao nhiêu người, vai trò gì", "How many work where, by role"}},
    {.method = HTTP_GET,
     .pattern = "/v1/roles",
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = roles,
     .answer = &roles_shape,
     .summary = {"Các vai trò", "Roles"}},
    {.method = HTTP_GET,
     .pattern = "/v1/organisation/text",
     .permission = PERM_CONFIG_READ,
     .lane = LANE_READ,
     .handle = text,
     .media = "application/yaml",
     .summary = {"Nội dung tệp tổ chức đúng như đã công bố", "The text as it was published"}},
    {.method = HTTP_POST,
     .pattern = "/v1/organisation/check",
     .permission = PERM_CONFIGURE,
     .lane = LANE_REPORT,
     .handle = check,
     .body = &check_shape,
     .body_max = BODY_TEXT,
     .answer = &checked_shape,
     .summary = {"Kiểm tra tệp tổ chức: lỗi, thay đổi, thủ tục bị ảnh hưởng",
                 "Check an organisation: mistakes, changes, procedures that would break"}},
};
ROUTE_TABLE(routes_units, rows);
