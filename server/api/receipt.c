/* Data of the slips of an intake: form 01 (giấy tiếp nhận và hẹn trả), 02 (yêu cầu bổ sung), 03 (từ
 * chối), with the fields of the statutory layouts as far as they exist here.  The slip's place and
 * date, numbers in the register book and signatures are the printer's.  The worker's thread. */
#include "server/api/state.h"
#include "server/store/dossier_json.h"

struct slip {
    struct arena *arena;
    const struct snapshot *snap;
    const struct procedure *p;
    const json_t *d, *content, *decided; /* dossier, its content, the last decision's event */
    int receiving;                       /* index of the unit */
    enum lang lang;
    struct jw *w;
};

static const json_t *last_event(const json_t *history, const char *kind)
{
    size_t i = json_array_size(history);

    while (i-- > 0) {
        const json_t *e = json_array_get(history, i);
        const char *k = json_str(e, "kind");
        if (k && strcmp(k, kind) == 0)
            return e;
    }
    return NULL;
}

static void unit_json(const struct slip *s)
{
    const struct organisation *o = s->snap->org;
    const struct agency *ag = s->receiving >= 0 ? &o->agency[s->receiving] : NULL;

    jw_kstr(s->w, "superior",
            ag && ag->parent >= 0 ? text2_in(o->agency[ag->parent].name, s->lang) : NULL);
    jw_kstr(s->w, "unit", ag ? text2_in(ag->name, s->lang) : NULL);
}

static void person_json(const struct slip *s, const char *key)
{
    static const char *const fields[] = {"name",  "address", "phone",
                                         "email", "id_type", "id_number"};
    const json_t *p = json_object_get(s->content, key);
    size_t i;

    jw_key(s->w, key);
    if (!p) {
        jw_null(s->w);
        return;
    }
    jw_open(s->w);
    for (i = 0; i < sizeof fields / sizeof *fields; i++)
        jw_kstr(s->w, fields[i], json_str(p, fields[i]));
    jw_close(s->w);
}

static const char *component_title(const struct slip *s, const char *code)
{
    const char *variant = json_str(s->d, "case");
    size_t i, n = 0;
    const struct component *c = procedure_components(s->p, variant, &n);

    for (i = 0; i < n; i++)
        if (code && strcmp(c[i].code, code) == 0)
            return text2_in(c[i].title, s->lang);
    return code;
}

static void components_json(const struct slip *s)
{
    const json_t *list = json_object_get(s->content, "components");
    size_t i;

    jw_key(s->w, "components");
    jw_list(s->w);
    for (i = 0; i < json_array_size(list); i++) {
        const json_t *c = json_array_get(list, i);
        jw_open(s->w);
        jw_ki64(s->w, "no", (int64_t)i + 1);
        jw_kstr(s->w, "title", component_title(s, json_str(c, "component")));
        jw_ki64(s->w, "originals", json_i64(c, "originals", 0));
        jw_ki64(s->w, "certified", json_i64(c, "certified", 0));
        jw_ki64(s->w, "copies", json_i64(c, "copies", 0));
        jw_kbool(s->w, "presented", json_flag(c, "presented", false));
        if (json_str(c, "reused"))
            jw_kstr(s->w, "reused", json_str(c, "reused"));
        jw_close(s->w);
    }
    jw_end(s->w);
    jw_ki64(s->w, "sets", s->p ? s->p->sets : 1);
}

static void words_of_time(const struct slip *s, const char *key, const char *words_key,
                          const char *text)
{
    char words[64];
    instant t;

    jw_kstr(s->w, key, text);
    if (!text || !instant_parse(span_of(text), &t)) {
        jw_knull(s->w, words_key);
        return;
    }
    lminute_words(lminute_of(t), s->lang == LANG_EN, words);
    jw_kstr(s->w, words_key, words);
}

/* Each fee with what it was computed from, why nothing is charged, and whether it is paid: amounts
 * are exact, so all of the fee is paid or none. */
static void fees_json(const struct slip *s)
{
    const json_t *list = json_object_get(s->d, "fees");
    bool paid = json_i64(s->d, "fee_owed", 0) == 0;
    size_t i;

    jw_key(s->w, "fees");
    jw_list(s->w);
    for (i = 0; i < json_array_size(list); i++) {
        const json_t *f = json_array_get(list, i);
        const char *why = json_str(f, "exemption");
        const struct fee_exempt *x =
            why ? procedure_exemption(s->p, json_str(s->d, "case"), why) : NULL;

        jw_open(s->w);
        jw_ki64(s->w, "no", (int64_t)i + 1);
        jw_kstr(s->w, "title", json_str(f, "title"));
        jw_kbool(s->w, "charge", json_flag(f, "charge", false));
        jw_ki64(s->w, "units", json_i64(f, "units", 0));
        jw_ki64(s->w, "full", json_i64(f, "full", 0));
        jw_ki64(s->w, "amount", json_i64(f, "amount", 0));
        jw_kstr(s->w, "exemption", x ? text2_in(x->title, s->lang) : why);
        jw_kstr(s->w, "basis", x ? x->basis : NULL);
        jw_kbool(s->w, "paid", paid);
        jw_close(s->w);
    }
    jw_end(s->w);
    jw_kstr(s->w, "evidence", json_str(s->d, "evidence"));
    jw_ki64(s->w, "paid", json_i64(s->d, "paid", 0));
    jw_ki64(s->w, "owed", json_i64(s->d, "owed", 0));
}

/* 01: what was promised. */
static void promise_json(const struct slip *s)
{
    jw_kstr(s->w, "limit", state_limit(s->arena, s->d, s->lang));
    words_of_time(s, "received", "received_words", json_str(s->d, "accepted"));
    words_of_time(s, "due", "due_words", json_str(json_object_get(s->d, "due"), "original"));
    jw_ki64(s->w, "fee", json_i64(s->d, "fee", 0));
    fees_json(s);
    jw_kstr(s->w, "result_by", json_str(s->content, "result_by"));
    jw_kstr(s->w, "result_address", json_str(s->content, "result_address"));
    jw_kstr(s->w, "track", "/tra-cuu");
}

/* 02 and 03: why, and what is asked for. */
static void reasons_json(const struct slip *s)
{
    const json_t *data = json_object_get(s->decided, "data");
    const json_t *list = json_object_get(data, "reasons");
    size_t i;

    jw_key(s->w, "reasons");
    jw_list(s->w);
    for (i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        const struct reason *r = code ? procedure_reason(s->p, code) : NULL;
        jw_open(s->w);
        jw_kstr(s->w, "reason", code);
        jw_kstr(s->w, "title", r ? text2_in(r->title, s->lang) : code);
        jw_close(s->w);
    }
    jw_end(s->w);
    list = json_object_get(data, "missing");
    jw_key(s->w, "missing");
    jw_list(s->w);
    for (i = 0; i < json_array_size(list); i++)
        jw_str(s->w, component_title(s, json_string_value(json_array_get(list, i))));
    jw_end(s->w);
    jw_kstr(s->w, "note", json_str(data, "note"));
    words_of_time(s, "decided", "decided_words", json_str(s->decided, "at"));
}

static const char *const forms[] = {"01", "02", "03", NULL};

static const char *form_of(const json_t *d)
{
    const char *status = json_str(d, "status");

    if (json_str(d, "accepted"))
        return forms[0];
    if (status && strcmp(status, "INTAKE_SUPPLEMENT") == 0)
        return forms[1];
    return status && strcmp(status, "REJECTED_INTAKE") == 0 ? forms[2] : NULL;
}

static void slip_json(const struct slip *s, const char *form)
{
    struct jw *w = s->w;

    jw_open(w);
    jw_kstr(w, "form", form);
    unit_json(s);
    jw_kstr(w, "code", json_str(s->d, "code"));
    jw_kstr(w, "procedure", json_str(s->d, "procedure"));
    jw_ktext2(w, "procedure_name", s->p->name, s->lang);
    jw_kstr(w, "summary", json_str(s->content, "summary"));
    jw_kstr(w, "channel", json_str(s->d, "channel"));
    person_json(s, "applicant");
    person_json(s, "owner");
    person_json(s, "authorised");
    components_json(s);
    if (form[1] == '1')
        promise_json(s);
    else
        reasons_json(s);
    jw_kstr(w, "officer", json_str(s->decided, "name"));
    jw_close(w);
}

static const struct procedure *version_of(const struct snapshot *snap, const json_t *d)
{
    const char *code = json_str(d, "procedure");
    size_t i;

    for (i = 0; code && i < snap->procedures; i++)
        if (strcmp(snap->procedure[i]->code, code) == 0 &&
            snap->procedure[i]->version == (int)json_i64(d, "version", 0))
            return snap->procedure[i];
    return NULL;
}

static void dossier_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    struct slip s = {.arena = rq->arena};
    const char *form, *code;
    struct buf *b;
    struct jw w;

    if (!req_back(rq))
        return;
    rq->json = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!rq->json) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    s.snap = req_snapshot(rq);
    s.lang = rq->lang;
    s.d = rq->json;
    s.content = json_object_get(s.d, "content");
    s.decided = last_event(json_object_get(s.d, "history"), "ATTEMPT_DECIDED");
    code = json_str(json_object_get(s.d, "receiving"), "agency");
    s.receiving = code ? organisation_find(s.snap->org, code) : -1;
    s.p = version_of(s.snap, s.d);
    form = form_of(s.d);
    if (!form || !s.p) {
        reply_detail(rq, ERR_R_WRONG_STATUS, "Chưa có quyết định tiếp nhận nào để in.",
                     "There is no decision of intake to print yet.");
        return;
    }
    b = reply_buf(rq);
    w = jw_to(b);
    s.w = &w;
    slip_json(&s, form);
    reply_json(rq, 200, (struct span){b->p, b->n}, version);
}

static void receipt(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], DOSSIER_HISTORY, rq->lang,
                  dossier_came, rq);
}

static const struct answer_key person_keys[] = {
    A_TEXT("name", ANSWER_NULL, "họ tên hoặc tên tổ chức", "name"),
    A_TEXT("address", ANSWER_NULL, "địa chỉ", "address"),
    A_WORD("phone", ANSWER_NULL, "số điện thoại", "phone"),
    A_WORD("email", ANSWER_NULL, "thư điện tử", "e-mail"),
    A_WORD("id_type", ANSWER_NULL, "loại giấy tờ", "kind of identity paper"),
    A_WORD("id_number", ANSWER_NULL, "số định danh", "identity number"),
};
static const struct answer_shape person_shape = A_SHAPE("SlipPerson", person_keys);
static const struct answer_key component_keys[] = {
    A_INT("no", 0, "số thứ tự", "number"),
    A_TEXT("title", ANSWER_NULL, "thành phần", "component"),
    A_INT("originals", 0, "bản chính", "originals"),
    A_INT("certified", 0, "bản chứng thực", "certified copies"),
    A_INT("copies", 0, "bản sao", "plain copies"),
    A_BOOL("presented", 0, "xuất trình, đã đối chiếu", "shown and compared"),
    A_TEXT("reused", ANSWER_MAYBE, "tái sử dụng từ", "used again from"),
};
static const struct answer_shape component_shape = A_SHAPE("SlipComponent", component_keys);
static const struct answer_key fee_keys[] = {
    A_INT("no", 0, "số thứ tự", "number"),
    A_TEXT("title", ANSWER_NULL, "khoản thu", "item"),
    A_BOOL("charge", 0, "true: lệ phí; false: phí", "true: state charge, false: fee"),
    A_INT("units", 0, "số đơn vị", "units"),
    A_INT("full", 0, "mức thu, đồng", "amount without the exemption"),
    A_INT("amount", 0, "phải nộp, đồng", "amount to be paid"),
    A_TEXT("exemption", ANSWER_NULL, "lý do miễn", "why nothing is charged"),
    A_TEXT("basis", ANSWER_NULL, "căn cứ miễn", "legal basis of the exemption"),
    A_BOOL("paid", 0, "đã nộp", "it is paid"),
};
static const struct answer_shape fee_shape = A_SHAPE("SlipFee", fee_keys);
static const struct answer_key reason_keys[] = {
    A_WORD("reason", ANSWER_NULL, "mã lý do", "code of the reason"),
    A_TEXT("title", ANSWER_NULL, "lý do", "reason"),
};
static const struct answer_shape reason_shape = A_SHAPE("SlipReason", reason_keys);
static const struct answer_key slip_keys[] = {
    A_ENUM("form", 0, forms, "mẫu số", "number of the form"),
    A_TEXT("superior", ANSWER_NULL, "cơ quan chủ quản", "superior agency"),
    A_TEXT("unit", ANSWER_NULL, "đơn vị tiếp nhận", "receiving unit"),
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "mã thủ tục", "code of the procedure"),
    A_TEXT("procedure_name", 0, "tên thủ tục", "name of the procedure"),
    A_TEXT("summary", ANSWER_NULL, "trích yếu", "subject"),
    A_NAME("channel", 0, answer_channel, "kênh", "channel"),
    A_OBJECT("applicant", ANSWER_NULL, &person_shape, "người nộp", "who submits"),
    A_OBJECT("owner", ANSWER_NULL, &person_shape, "chủ hồ sơ", "owner"),
    A_OBJECT("authorised", ANSWER_NULL, &person_shape, "người được ủy quyền", "authorised person"),
    A_LIST("components", 0, &component_shape, "thành phần đã nhận", "components received"),
    A_INT("sets", 0, "số bộ", "sets"),
    /* 01 */
    A_TEXT("limit", ANSWER_MAYBE | ANSWER_NULL, "thời hạn giải quyết (01)", "time limit (01)"),
    A_TIME("received", ANSWER_MAYBE | ANSWER_NULL, "nhận lúc (01)", "received at (01)"),
    A_TEXT("received_words", ANSWER_MAYBE | ANSWER_NULL, "bằng lời (01)", "in words (01)"),
    A_TIME("due", ANSWER_MAYBE | ANSWER_NULL, "hẹn trả (01)", "due (01)"),
    A_TEXT("due_words", ANSWER_MAYBE | ANSWER_NULL, "bằng lời (01)", "in words (01)"),
    A_INT("fee", ANSWER_MAYBE, "phí, đồng (01)", "fee in dong (01)"),
    A_LIST("fees", ANSWER_MAYBE, &fee_shape, "từng khoản thu (01)", "each fee (01)"),
    A_TEXT("evidence", ANSWER_MAYBE | ANSWER_NULL, "giấy tờ chứng minh được miễn (01)",
           "proof of the exemption (01)"),
    A_INT("paid", ANSWER_MAYBE, "đã nộp, đồng (01)", "paid so far, dong (01)"),
    A_INT("owed", ANSWER_MAYBE, "còn phải nộp, đồng (01)", "still owed, dong (01)"),
    A_WORD("result_by", ANSWER_MAYBE | ANSWER_NULL, "cách nhận kết quả (01)",
           "how the result is collected (01)"),
    A_TEXT("result_address", ANSWER_MAYBE | ANSWER_NULL, "nơi nhận (01)", "where it is sent (01)"),
    A_TEXT("track", ANSWER_MAYBE, "trang tra cứu (01)", "page for tracking (01)"),
    /* 02, 03 */
    A_LIST("reasons", ANSWER_MAYBE, &reason_shape, "lý do (02, 03)", "reasons (02, 03)"),
    A_TEXTS("missing", ANSWER_MAYBE, "cần bổ sung (02)", "asked for (02)"),
    A_TEXT("note", ANSWER_MAYBE | ANSWER_NULL, "hướng dẫn (02, 03)", "guidance (02, 03)"),
    A_TIME("decided", ANSWER_MAYBE | ANSWER_NULL, "quyết định lúc (02, 03)", "decided (02, 03)"),
    A_TEXT("decided_words", ANSWER_MAYBE | ANSWER_NULL, "bằng lời (02, 03)", "in words (02, 03)"),
    A_TEXT("officer", ANSWER_NULL, "cán bộ", "officer"),
};
static const struct answer_shape slip_shape = A_SHAPE("Slip", slip_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/receipt",
     .permission = PERM_RECEIPT,
     .flags = ROUTE_ETAG,
     .lane = LANE_READ,
     .handle = receipt,
     .answer = &slip_shape,
     .summary = {"Dữ liệu giấy tiếp nhận (Mẫu 01, 02, 03)", "Data of the slip (forms 01, 02, 03)"}},
};
ROUTE_TABLE(routes_receipt, rows);
