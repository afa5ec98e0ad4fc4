/* Procedures in force: the list, one with its components, form, fees and steps, its diagram.
 * From the snapshot; nothing is asked of the database.  The worker's thread. */
#include "server/api/procedures.h"
#include "server/store/dossier_json.h"

#include "common/base/digest.h"

static const char *const kind_names[] = {"citizen", "enterprise", "internal", NULL};
static const char *const need_names[] = {"required", "if_any", "one_of", "when", "note", NULL};
static const char *const type_names[] = {"text", "money",  "integer", "date",
                                         "bool", "choice", NULL};
static const char *const per_names[] = {"dossier", "page", "copy", "person", NULL};

void procedure_quantity_json(struct jw *w, const char *key, struct quantity q, enum lang lang)
{
    struct buf text, words;

    buf_init(&text, 64);
    buf_init(&words, 128);
    quantity_print(q, &text);
    quantity_words(q, lang, &words);
    jw_key(w, key);
    jw_open(w);
    jw_kstr(w, "limit", buf_cstr(&text));
    jw_kstr(w, "words", buf_cstr(&words));
    jw_close(w);
    buf_free(&text);
    buf_free(&words);
}

void procedure_head_json(struct jw *w, const struct procedure *p, const struct snapshot *s,
                         enum lang lang)
{
    int i = organisation_find(s->org, p->competent), c;
    char day[16];

    jw_kstr(w, "procedure", p->code);
    jw_ki64(w, "version", p->version);
    jw_ktext2(w, "name", p->name, lang);
    jw_kstr(w, "kind", kind_names[p->kind]);
    jw_key(w, "field");
    jw_open(w);
    jw_kstr(w, "code", p->field_code);
    jw_ktext2(w, "name", p->field, lang);
    jw_close(w);
    jw_kagency(w, "competent", s->org, i >= 0 ? s->org->agency[i].id : 0, lang);
    day_iso(p->valid_from, day);
    jw_kstr(w, "valid_from", day);
    jw_key(w, "channels");
    jw_list(w);
    for (c = 0; c < CHANNELS; c++)
        if ((p->channels >> c) & 1u)
            jw_str(w, channel_name((enum channel)c));
    jw_end(w);
    procedure_quantity_json(w, "legal", p->limit.legal, lang);
    procedure_quantity_json(w, "committed", p->limit.committed, lang);
    jw_kbool(w, "executable", !p->not_executable);
}

static void list(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    dayno today = lminute_day(lminute_of(clock_now()));
    struct buf *b = reply_buf(rq);
    struct jw w = jw_to(b);
    size_t i;

    jw_open(&w);
    jw_key(&w, "procedures");
    jw_list(&w);
    for (i = 0; i < s->procedures; i++) {
        if (snapshot_procedure(s, s->procedure[i]->code, today) != s->procedure[i])
            continue;
        jw_open(&w);
        procedure_head_json(&w, s->procedure[i], s, rq->lang);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static void components_json(struct jw *w, const char *key, const struct component *c, size_t n,
                            enum lang lang)
{
    size_t i;

    jw_key(w, key);
    jw_list(w);
    for (i = 0; i < n; i++) {
        jw_open(w);
        jw_kstr(w, "component", c[i].code);
        jw_ktext2(w, "title", c[i].title, lang);
        jw_kstr(w, "need", need_names[c[i].need]);
        if (c[i].group)
            jw_kstr(w, "group", c[i].group);
        if (c[i].when)
            jw_kstr(w, "when", expr_text(c[i].when));
        jw_ki64(w, "originals", c[i].originals);
        jw_ki64(w, "certified", c[i].certified);
        jw_ki64(w, "copies", c[i].copies);
        jw_kbool(w, "present_only", c[i].present_only);
        jw_close(w);
    }
    jw_end(w);
}

static void form_json(struct jw *w, const struct procedure *p, enum lang lang)
{
    size_t i, k;

    jw_key(w, "form");
    jw_list(w);
    for (i = 0; i < p->forms; i++) {
        const struct form_field *f = &p->form[i];
        jw_open(w);
        jw_kstr(w, "field", f->field);
        jw_ktext2(w, "title", f->title, lang);
        jw_kstr(w, "type", type_names[f->type]);
        jw_kbool(w, "required", f->required);
        if (f->min || f->max) {
            jw_ki64(w, "min", f->min);
            jw_ki64(w, "max", f->max);
        }
        if (f->choices) {
            jw_key(w, "choices");
            jw_list(w);
            for (k = 0; k < f->choices; k++) {
                jw_open(w);
                jw_kstr(w, "choice", f->choice[k]);
                jw_ktext2(w, "title", f->choice_title[k], lang);
                jw_close(w);
            }
            jw_end(w);
        }
        jw_close(w);
    }
    jw_end(w);
}

/* Those that the officer chooses; the others hold by themselves. */
static void exempt_json(struct jw *w, const struct fee_item *f, enum lang lang)
{
    size_t i;

    jw_key(w, "exempt");
    jw_list(w);
    for (i = 0; i < f->exempts; i++) {
        if (f->exempt[i].when)
            continue;
        jw_open(w);
        jw_kstr(w, "exemption", f->exempt[i].exemption);
        jw_ktext2(w, "title", f->exempt[i].title, lang);
        jw_kstr(w, "basis", f->exempt[i].basis);
        jw_close(w);
    }
    jw_end(w);
}

static void fees_json(struct jw *w, const struct fee_item *f, size_t n, enum lang lang)
{
    size_t i;

    jw_key(w, "fees");
    jw_list(w);
    for (i = 0; i < n; i++) {
        jw_open(w);
        jw_kstr(w, "fee", f[i].fee);
        jw_ktext2(w, "title", f[i].title, lang);
        jw_kbool(w, "charge", f[i].charge);
        jw_ki64(w, "amount", f[i].amount);
        jw_kstr(w, "per", per_names[f[i].per]);
        jw_kstr(w, "basis", f[i].basis);
        jw_kbool(w, "unverified", f[i].unverified);
        exempt_json(w, &f[i], lang);
        jw_close(w);
    }
    jw_end(w);
}

static void cases_json(struct jw *w, const struct procedure *p, enum lang lang)
{
    size_t i;

    jw_key(w, "cases");
    jw_list(w);
    for (i = 0; i < p->cases_n; i++) {
        const struct procedure_case *c = &p->cases[i];
        jw_open(w);
        jw_kstr(w, "case", c->code);
        jw_ktext2(w, "title", c->title, lang);
        if (c->when)
            jw_kstr(w, "when", expr_text(c->when));
        if (c->has_limit)
            procedure_quantity_json(w, "legal", c->limit.legal, lang);
        if (c->component)
            components_json(w, "components", c->component, c->components, lang);
        if (c->has_fee)
            fees_json(w, c->fee, c->fees, lang);
        jw_close(w);
    }
    jw_end(w);
}

static void step_json(struct jw *w, struct req *rq, const struct procedure *p,
                      const struct step *st)
{
    enum lang lang = rq->lang;
    size_t i;

    jw_open(w);
    jw_kstr(w, "step", st->step);
    jw_ktext2(w, "title", st->title, lang);
    jw_ktext2(w, "work", st->work, lang);
    jw_kstr(w, "at", place_word(rq->arena, st->at, st->agency));
    jw_kstr(w, "role", st->role);
    if (st->has_limit)
        procedure_quantity_json(w, "limit", st->limit, lang);
    jw_key(w, "actions");
    jw_list(w);
    for (i = 0; i < st->actions; i++) {
        const struct action *a = &st->action[i];
        jw_open(w);
        jw_kstr(w, "action", a->action);
        jw_ktext2(w, "title", a->title, lang);
        jw_kstr(w, "effect", effect_name(a->effect));
        if (a->to >= 0 && (size_t)a->to < p->steps)
            jw_kstr(w, "to", p->step[a->to].step);
        if (a->when)
            jw_kstr(w, "when", expr_text(a->when));
        jw_close(w);
    }
    jw_end(w);
    jw_close(w);
}

static const struct procedure *asked(struct req *rq)
{
    dayno today = lminute_day(lminute_of(clock_now()));
    const struct procedure *p = snapshot_procedure(req_snapshot(rq), rq->param[0], today);

    if (!p)
        reply_problem(rq, ERR_NOT_FOUND);
    return p;
}

static void one(struct req *rq)
{
    const struct procedure *p = asked(rq);
    char hex[2 * SHA256_BYTES + 1];
    struct buf *b;
    struct jw w;
    size_t i;

    if (!p)
        return;
    b = reply_buf(rq);
    w = jw_to(b);
    hex_encode(p->hash, sizeof p->hash, hex);
    jw_open(&w);
    procedure_head_json(&w, p, req_snapshot(rq), rq->lang);
    jw_kstr(&w, "hash", hex);
    jw_ktext2(&w, "result", p->result, rq->lang);
    jw_kbool(&w, "reconstructed", p->reconstructed);
    jw_kbool(&w, "immediate", p->immediate);
    jw_ki64(&w, "sets", p->sets);
    jw_key(&w, "basis");
    jw_list(&w);
    for (i = 0; i < p->bases; i++)
        jw_str(&w, p->basis[i]);
    jw_end(&w);
    components_json(&w, "components", p->component, p->components, rq->lang);
    form_json(&w, p, rq->lang);
    fees_json(&w, p->fee, p->fees, rq->lang);
    cases_json(&w, p, rq->lang);
    jw_key(&w, "steps");
    jw_list(&w);
    for (i = 0; i < p->steps; i++)
        step_json(&w, rq, p, &p->step[i]);
    jw_end(&w);
    jw_close(&w);
    reply_json(rq, 200, (struct span){b->p, b->n}, -1);
}

static const struct answer_key field_keys[] = {
    A_WORD("code", 0, "mã lĩnh vực", "code of the field"),
    A_TEXT("name", 0, "lĩnh vực", "field"),
};
static const struct answer_shape field_shape = A_SHAPE("Field", field_keys);
static const struct answer_key head_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code"),
    A_INT("version", 0, "phiên bản", "version"),
    A_TEXT("name", 0, "tên", "name"),
    A_ENUM("kind", 0, kind_names, "đối tượng thực hiện", "for whom"),
    A_OBJECT("field", 0, &field_shape, "lĩnh vực", "field"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "cơ quan có thẩm quyền", "competent agency"),
    A_DATE("valid_from", 0, "có hiệu lực từ", "in force from"),
    A_NAMES("channels", 0, answer_channel, "kênh tiếp nhận", "channels"),
    A_OBJECT("legal", 0, &answer_quantity, "thời hạn theo luật", "legal limit"),
    A_OBJECT("committed", 0, &answer_quantity, "thời hạn hẹn trả", "promised limit"),
    A_BOOL("executable", 0, "chạy được", "can be executed"),
};
const struct answer_shape answer_procedure_head = A_SHAPE("ProcedureItem", head_keys);
static const struct answer_key list_keys[] = {
    A_LIST("procedures", 0, &answer_procedure_head, "thủ tục", "procedures"),
};
static const struct answer_shape list_shape = A_SHAPE("Procedures", list_keys);
static const struct answer_key component_keys[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_TEXT("title", 0, "tên", "title"),
    A_ENUM("need", 0, need_names, "khi nào phải có", "when it is needed"),
    A_WORD("group", ANSWER_MAYBE, "nhóm chọn một", "group of which one is needed"),
    A_TEXT("when", ANSWER_MAYBE, "điều kiện", "condition"),
    A_INT("originals", 0, "bản chính", "originals"),
    A_INT("certified", 0, "bản chứng thực", "certified copies"),
    A_INT("copies", 0, "bản sao", "plain copies"),
    A_BOOL("present_only", 0, "chỉ xuất trình", "only shown"),
};
static const struct answer_shape component_shape = A_SHAPE("Component", component_keys);
static const struct answer_key choice_keys[] = {
    A_WORD("choice", 0, "giá trị", "value"),
    A_TEXT("title", 0, "tên", "title"),
};
static const struct answer_shape choice_shape = A_SHAPE("Choice", choice_keys);
static const struct answer_key form_keys[] = {
    A_WORD("field", 0, "trường", "field"),
    A_TEXT("title", 0, "tên", "title"),
    A_ENUM("type", 0, type_names, "kiểu", "type"),
    A_BOOL("required", 0, "bắt buộc", "required"),
    A_INT("min", ANSWER_MAYBE, "nhỏ nhất", "least"),
    A_INT("max", ANSWER_MAYBE, "lớn nhất", "most"),
    A_LIST("choices", ANSWER_MAYBE, &choice_shape, "lựa chọn", "choices"),
};
static const struct answer_shape form_shape = A_SHAPE("FormField", form_keys);
static const struct answer_key exempt_keys[] = {
    A_WORD("exemption", 0, "trường hợp miễn", "exemption"),
    A_TEXT("title", 0, "tên", "title"),
    A_TEXT("basis", ANSWER_NULL, "căn cứ", "legal basis"),
};
static const struct answer_shape exempt_shape = A_SHAPE("Exemption", exempt_keys);
static const struct answer_key fee_keys[] = {
    A_WORD("fee", ANSWER_NULL, "khoản", "item"),
    A_TEXT("title", ANSWER_NULL, "tên", "title"),
    A_BOOL("charge", 0, "lệ phí", "a charge rather than a fee"),
    A_INT("amount", 0, "mức, đồng", "amount in dong"),
    A_ENUM("per", 0, per_names, "tính theo", "per"),
    A_TEXT("basis", ANSWER_NULL, "căn cứ", "legal basis"),
    A_BOOL("unverified", 0, "chưa kiểm chứng", "not verified"),
    A_LIST("exempt", 0, &exempt_shape, "trường hợp miễn do cán bộ chọn",
           "exemptions that the officer chooses"),
};
static const struct answer_shape fee_shape = A_SHAPE("Fee", fee_keys);
static const struct answer_key case_keys[] = {
    A_WORD("case", 0, "trường hợp", "case"),
    A_TEXT("title", 0, "tên", "title"),
    A_TEXT("when", ANSWER_MAYBE, "điều kiện", "condition"),
    A_OBJECT("legal", ANSWER_MAYBE, &answer_quantity, "thời hạn riêng", "its own limit"),
    A_LIST("components", ANSWER_MAYBE, &component_shape, "thành phần riêng", "its own components"),
    A_LIST("fees", ANSWER_MAYBE, &fee_shape, "phí riêng", "its own fees"),
};
static const struct answer_shape case_shape = A_SHAPE("Case", case_keys);
static const struct answer_key action_keys[] = {
    A_WORD("action", 0, "hành động", "action"),
    A_TEXT("title", 0, "tên", "title"),
    A_NAME("effect", 0, answer_effect, "tác dụng", "effect"),
    A_WORD("to", ANSWER_MAYBE, "sang bước", "to step"),
    A_TEXT("when", ANSWER_MAYBE, "điều kiện", "condition"),
};
static const struct answer_shape action_shape = A_SHAPE("Action", action_keys);
static const struct answer_key step_keys[] = {
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", 0, "tên", "title"),
    A_TEXT("work", ANSWER_NULL, "việc phải làm", "what is done"),
    A_WORD("at", 0, "nơi làm", "where: reception, competent, or an agency"),
    A_WORD("role", ANSWER_NULL, "vai trò", "role"),
    A_OBJECT("limit", ANSWER_MAYBE, &answer_quantity, "thời hạn", "limit"),
    A_LIST("actions", 0, &action_shape, "hành động", "actions"),
};
static const struct answer_shape step_shape = A_SHAPE("Step", step_keys);
static const struct answer_key one_keys[] = {
    A_WITH(&answer_procedure_head),
    A_HASH("hash", 0, "mã băm định nghĩa", "hash of the definition"),
    A_TEXT("result", ANSWER_NULL, "kết quả", "result"),
    A_BOOL("reconstructed", 0, "dựng lại từ nguồn công khai", "reconstructed"),
    A_BOOL("immediate", 0, "trả ngay", "answered at once"),
    A_INT("sets", 0, "số lượng hồ sơ (bộ)", "sets of papers handed in"),
    A_TEXTS("basis", 0, "căn cứ", "legal basis"),
    A_LIST("components", 0, &component_shape, "thành phần hồ sơ", "components"),
    A_LIST("form", 0, &form_shape, "tờ khai", "form"),
    A_LIST("fees", 0, &fee_shape, "phí, lệ phí", "fees"),
    A_LIST("cases", 0, &case_shape, "trường hợp", "cases"),
    A_LIST("steps", 0, &step_shape, "các bước", "steps"),
};
static const struct answer_shape one_shape = A_SHAPE("Procedure", one_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/procedures",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = list,
     .answer = &list_shape,
     .summary = {"Thủ tục đang có hiệu lực", "Procedures in force"}},
    {.method = HTTP_GET,
     .pattern = "/v1/procedures/{code}",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_READ,
     .handle = one,
     .answer = &one_shape,
     .summary = {"Một thủ tục: thành phần, tờ khai, phí, các bước",
                 "A procedure: components, form, fees, steps"}},
};
ROUTE_TABLE(routes_procedures, rows);
