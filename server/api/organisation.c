/* The organisation and the catalogue of reasons, from the snapshot.  The worker's thread. */
#include "server/api/page.h"
#include "server/api/state.h"
#include "server/store/dossier_json.h"

static const char *const types[] = {"province", "office",   "onestop", "department", "division",
                                    "vertical", "district", "commune", NULL};

static const struct route_param on_params[] = {
    {"on",
     {"còn hiệu lực trong ngày; mặc định hôm nay, all: tất cả",
      "valid on this day; default: today, all: every one"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param reason_params[] = {
    {"procedure", {"mã thủ tục; bỏ trống: mọi thủ tục", "code; left out: all procedures"}},
    {NULL, {NULL, NULL}},
};

static void agency_json(struct jw *w, const struct organisation *o, const struct agency *ag,
                        enum lang lang)
{
    char day[16];

    jw_open(w);
    jw_kstr(w, "agency", ag->agency);
    jw_ki64(w, "id", ag->id);
    jw_kstr(w, "code", ag->code);
    jw_ktext2(w, "name", ag->name, lang);
    jw_kstr(w, "type", types[ag->type]);
    jw_kstr(w, "parent", ag->parent >= 0 ? o->agency[ag->parent].agency : NULL);
    jw_kstr(w, "successor", ag->successor >= 0 ? o->agency[ag->successor].agency : NULL);
    day_iso(ag->valid_from, day);
    jw_kstr(w, "valid_from", day);
    if (ag->valid_to == INT32_MAX) {
        jw_knull(w, "valid_to");
    } else {
        day_iso(ag->valid_to, day);
        jw_kstr(w, "valid_to", day);
    }
    jw_kstr(w, "calendar", organisation_calendar(o, (int)(ag - o->agency)));
    jw_kbool(w, "island", ag->island);
    jw_kbool(w, "mountain", ag->mountain);
    jw_close(w);
}

static void organisation(struct req *rq)
{
    const struct organisation *o = req_snapshot(rq)->org;
    struct span on = req_query(rq, "on");
    dayno day = lminute_day(lminute_of(clock_now()));
    bool all = span_is(on, "all");
    struct buf *b;
    struct jw w;
    size_t i;

    if (on.p && !all && !day_parse(on, &day)) {
        reply_detail(rq, ERR_BAD_REQUEST, "on phải là một ngày như 2026-03-02, hoặc all.",
                     "on must be a date like 2026-03-02, or all.");
        return;
    }
    b = reply_buf(rq);
    w = jw_to(b);
    jw_open(&w);
    jw_key(&w, "agencies");
    jw_list(&w);
    for (i = 0; i < o->agencies; i++)
        if (all || (o->agency[i].valid_from <= day && day <= o->agency[i].valid_to))
            agency_json(&w, o, &o->agency[i], rq->lang);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void reason_json(struct jw *w, const struct procedure *p, const struct reason *r,
                        enum lang lang)
{
    jw_open(w);
    jw_kstr(w, "procedure", p->code);
    jw_kstr(w, "reason", r->reason);
    jw_ktext2(w, "title", r->title, lang);
    jw_kstr(w, "for", r->for_what);
    jw_kstr(w, "attribution", r->attribution);
    jw_kbool(w, "incomplete", r->incomplete);
    jw_close(w);
}

static void reasons(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    struct span code = req_query(rq, "procedure");
    dayno today = lminute_day(lminute_of(clock_now()));
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);
    size_t i, k;

    jw_open(&w);
    jw_key(&w, "reasons");
    jw_list(&w);
    for (i = 0; i < s->procedures; i++) {
        const struct procedure *p = s->procedure[i];
        if ((code.p && !span_is(code, p->code)) || snapshot_procedure(s, p->code, today) != p)
            continue;
        for (k = 0; k < p->reasons; k++)
            reason_json(&w, p, &p->reason[k], rq->lang);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void regimes(struct req *rq)
{
    const struct regimes *all = req_snapshot(rq)->regimes;
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (size_t i = 0; i < all->n; i++) {
        char day[16];

        jw_open(&w);
        jw_kstr(&w, "regime", all->item[i].regime);
        jw_ktext2(&w, "title", all->item[i].name, rq->lang);
        day_iso(all->item[i].valid_from, day);
        jw_kstr(&w, "valid_from", day);
        day_iso(all->item[i].valid_to, day);
        jw_kstr(&w, "valid_to", all->item[i].valid_to == INT32_MAX ? NULL : day);
        jw_kbool(&w, "supplement_restarts", all->item[i].supplement_restarts);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

/* ---- officers: whom a head may give work to */

static const struct route_param officer_params[] = {
    {"agency", {"cơ quan; mặc định của người hỏi", "agency; default: the asker's own"}},
    {NULL, {NULL, NULL}},
};

static void officers(struct req *rq)
{
    const struct organisation *o = req_snapshot(rq)->org;
    struct span key = req_query(rq, "agency");
    int i = key.p ? organisation_find(o, arena_span(rq->arena, key))
                  : organisation_of_id(o, rq->user.agency);

    if (i < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, "Không có cơ quan này.", "There is no such agency.");
        return;
    }
    rq->wait = WAIT_STORE;
    /* who enters what officers were found to be like chooses them at every agency */
    store_officers(rq->api->store, &rq->viewer, o->agency[i].id,
                   (rq->user.roles & permission_roles(PERM_ASSESS)) != 0, json_came, rq);
}

static const struct answer_key agency_keys[] = {
    A_WORD("agency", 0, "khóa", "key"),
    A_INT("id", 0, "số", "id"),
    A_WORD("code", ANSWER_NULL, "mã định danh", "code"),
    A_TEXT("name", 0, "tên", "name"),
    A_ENUM("type", 0, types, "loại", "type"),
    A_WORD("parent", ANSWER_NULL, "trực thuộc", "belongs to"),
    A_WORD("successor", ANSWER_NULL, "cơ quan kế thừa", "successor"),
    A_DATE("valid_from", 0, "từ ngày", "from"),
    A_DATE("valid_to", ANSWER_NULL, "đến ngày", "to"),
    A_WORD("calendar", ANSWER_NULL, "lịch làm việc", "calendar"),
    A_BOOL("island", 0, "ở đảo", "on an island"),
    A_BOOL("mountain", 0, "ở miền núi", "in the mountains"),
};
static const struct answer_shape agency_shape = A_SHAPE("AgencyItem", agency_keys);
static const struct answer_key organisation_keys[] = {
    A_LIST("agencies", 0, &agency_shape, "cơ quan", "agencies"),
};
static const struct answer_shape organisation_shape = A_SHAPE("Organisation", organisation_keys);
static const struct answer_key reason_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_WORD("reason", 0, "mã lý do", "code of the reason"),
    A_TEXT("title", 0, "lý do", "reason"),
    A_WORD("for", 0, "dùng khi", "used for"),
    A_WORD("attribution", ANSWER_NULL, "do ai", "whose fault"),
    A_BOOL("incomplete", 0, "thiếu thành phần", "something is missing"),
};
static const struct answer_shape reason_shape = A_SHAPE("Reason", reason_keys);
static const struct answer_key reasons_keys[] = {
    A_LIST("reasons", 0, &reason_shape, "lý do", "reasons"),
};
static const struct answer_shape reasons_shape = A_SHAPE("Reasons", reasons_keys);
static const struct answer_key regime_keys[] = {
    A_WORD("regime", 0, "khóa", "key"),
    A_TEXT("title", 0, "tên văn bản", "title"),
    A_DATE("valid_from", 0, "từ ngày", "from"),
    A_DATE("valid_to", ANSWER_NULL, "đến ngày", "to"),
    A_BOOL("supplement_restarts", 0, "bổ sung xong thì tính lại từ đầu",
           "the clock restarts after a supplement"),
};
static const struct answer_shape regime_shape = A_SHAPE("Regime", regime_keys);
static const struct answer_key regimes_keys[] = {
    A_LIST("items", 0, &regime_shape, "các quy định", "the rules"),
};
static const struct answer_shape regimes_shape = A_SHAPE("Regimes", regimes_keys);
static const struct answer_key officer_keys[] = {
    A_INT("officer", 0, "số tài khoản", "account"),
    A_TEXT("name", 0, "họ tên", "name"),
    A_WORD("login", 0, "tên đăng nhập", "login"),
    A_NAMES("roles", 0, answer_role, "vai trò", "roles"),
    A_INT("open_tasks", 0, "việc đang mở", "open tasks"),
    A_BOOL("absent", 0, "vắng mặt", "absent"),
};
static const struct answer_shape officer_shape = A_SHAPE("Officer", officer_keys);
static const struct answer_key officers_keys[] = {
    A_LIST("items", 0, &officer_shape, "cán bộ", "officers"),
};
static const struct answer_shape officers_shape = A_SHAPE("Officers", officers_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/officers",
     .permission = PERM_ASSIGN,
     .lane = LANE_READ,
     .handle = officers,
     .answer = &officers_shape,
     .query = officer_params,
     .summary = {"Cán bộ của cơ quan và số việc đang mở", "Officers of an agency and their load"}},
    {.method = HTTP_GET,
     .pattern = "/v1/organisation",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = organisation,
     .answer = &organisation_shape,
     .query = on_params,
     .summary = {"Cơ quan, đơn vị", "Agencies"}},
    {.method = HTTP_GET,
     .pattern = "/v1/regimes",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = regimes,
     .answer = &regimes_shape,
     .summary = {"Quy định về một cửa theo thời gian", "One-stop rules by their time"}},
    {.method = HTTP_GET,
     .pattern = "/v1/reasons",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = reasons,
     .answer = &reasons_shape,
     .query = reason_params,
     .summary = {"Danh mục lý do", "Catalogue of reasons"}},
};
ROUTE_TABLE(routes_organisation, rows);
