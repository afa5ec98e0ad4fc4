/* Bodies of intake acts: tables of what may come, and their translation.
 * Everything lives in the request's arena.  The worker's thread. */
#include "server/api/intake.h"

#include "common/base/digest.h"

#define COMPONENTS_MAX 200
#define FILES_MAX      20
#define REASONS_MAX    20
#define COPIES_MAX     999
#define UNITS_MAX      100000
#define FEE_TOLD_MAX   INT64_C(1000000000000000)
#define TEXT_MAX       500
#define ADDRESS_MAX    300
#define NOTE_CHARS     1000

static const char *const kinds[] = {"citizen", "enterprise", "state", "other", NULL};
/* căn cước, chứng minh nhân dân, hộ chiếu, mã số thuế, mã định danh tổ chức */
static const char *const id_types[] = {"cccd", "cmnd", "passport", "tax", "organisation", NULL};
static const char *const sexes[] = {"unknown", "male", "female", "other", NULL};
static const char *const outcomes[] = {"accept", "return", "reject", NULL};
static const char *const channels[] = {"counter", "online", "post", NULL};
static const char *const result_ways[] = {"counter", "post", "online", NULL};

static const struct bind_key person_keys[] = {
    BIND_WORDS(struct person_in, kind, 0, kinds, "loại đối tượng", "kind of person"),
    BIND(struct person_in, TEXT, name, BIND_REQUIRED, 1, 200, "họ tên hoặc tên tổ chức",
         "name of the person or body"),
    BIND_WORDS(struct person_in, id_type, 0, id_types, "loại giấy tờ", "kind of identity paper"),
    BIND(struct person_in, WORD, id_number, 0, 1, 30, "số định danh", "identity number"),
    BIND(struct person_in, DATE, birth, 0, 0, 0, "ngày sinh", "date of birth"),
    BIND_WORDS(struct person_in, sex, 0, sexes, "giới tính", "sex"),
    BIND(struct person_in, TEXT, address, 0, 0, ADDRESS_MAX, "địa chỉ", "address"),
    BIND(struct person_in, WORD, area_code, 0, 1, 20, "mã xã", "code of the commune"),
    BIND(struct person_in, WORD, phone, 0, 6, 20, "số điện thoại", "phone"),
    BIND(struct person_in, WORD, email, 0, 3, 120, "thư điện tử", "e-mail"),
};
static const struct bind_shape person_shape = BIND_SHAPE("Person", struct person_in, person_keys);

static const struct bind_key component_keys[] = {
    BIND(struct component_in, WORD, component, BIND_REQUIRED, 1, 64, "thành phần", "component"),
    BIND(struct component_in, INT, originals, 0, 0, COPIES_MAX, "bản chính", "originals"),
    BIND(struct component_in, INT, certified, 0, 0, COPIES_MAX, "bản chứng thực",
         "certified copies"),
    BIND(struct component_in, INT, copies, 0, 0, COPIES_MAX, "bản sao", "plain copies"),
    BIND(struct component_in, BOOL, presented, 0, 0, 0, "xuất trình, đã đối chiếu",
         "shown and compared"),
    BIND_MANY(struct component_in, TEXTS, files, files_n, 0, 0, FILES_MAX, NULL,
              "mã băm các tệp đã gửi", "hashes of uploaded files"),
    BIND(struct component_in, TEXT, reused, 0, 1, 200,
         "tái sử dụng: số kết quả hoặc mã hồ sơ đang giữ, thay cho giấy tờ (cần files)",
         "used again: number of the result, or the dossier that holds it, in place of a paper "
         "(needs files)"),
};
const struct bind_shape intake_component_shape =
    BIND_SHAPE("CheckedComponent", struct component_in, component_keys);

#define PROCEDURE                                                                                  \
    {                                                                                              \
        "procedure", BIND_WORD, BIND_REQUIRED, offsetof(struct intake_in, procedure), 0, 1, 40,    \
            NULL, NULL,                                                                            \
        {                                                                                          \
            "mã thủ tục", "code of the procedure"                                                  \
        }                                                                                          \
    }
#define CHANNEL BIND_WORDS(struct intake_in, channel, 0, channels, "kênh thực hiện", "channel")
#define RECEIVING                                                                                  \
    BIND(struct intake_in, WORD, receiving, 0, 1, 64,                                              \
         "đơn vị tiếp nhận; mặc định là đơn vị của người thực hiện",                               \
         "receiving unit; default: the actor's own")
#define CASE                                                                                       \
    {                                                                                              \
        "case", BIND_WORD, 0, offsetof(struct intake_in, case_code), 0, 1, 20, NULL, NULL,         \
        {                                                                                          \
            "trường hợp", "case of the procedure"                                                  \
        }                                                                                          \
    }
#define PLACES                                                                                     \
    BIND(struct intake_in, WORD, competent, 0, 1, 64, "cơ quan có thẩm quyền",                     \
         "competent agency"),                                                                      \
        BIND(struct intake_in, BOOL, island, 0, 0, 0, "ở đảo", "on an island"),                    \
        BIND(struct intake_in, BOOL, mountain, 0, 0, 0, "ở miền núi", "in the mountains")
#define CONTENT                                                                                    \
    CASE, PLACES,                                                                                  \
        BIND_SUB(struct intake_in, applicant, 0, &person_shape, "người nộp", "who submits"),       \
        BIND_SUB(struct intake_in, owner, 0, &person_shape, "chủ hồ sơ, nếu khác người nộp",       \
                 "owner, if not the one who submits"),                                             \
        BIND_SUB(struct intake_in, authorised, 0, &person_shape, "người được ủy quyền",            \
                 "authorised person"),                                                             \
        BIND(struct intake_in, TEXT, authorised_document, 0, 1, TEXT_MAX, "văn bản ủy quyền",      \
             "document of authorisation"),                                                         \
        BIND(struct intake_in, TEXT, summary, 0, 1, TEXT_MAX, "trích yếu", "subject"),             \
        BIND_WORDS(struct intake_in, result_by, 0, result_ways, "hình thức nhận kết quả",          \
                   "how the result is collected"),                                                 \
        BIND(struct intake_in, TEXT, result_address, 0, 1, ADDRESS_MAX, "địa chỉ nhận kết quả",    \
             "where the result is sent"),                                                          \
        CHECKED
#define CHECKED                                                                                    \
    BIND(struct intake_in, JSON, form, 0, 0, 0, "tờ khai: trường và giá trị",                      \
         "form: fields and values"),                                                               \
        BIND_MANY(struct intake_in, LIST, components, components_n, 0, 0, COMPONENTS_MAX,          \
                  &intake_component_shape, "thành phần hồ sơ đã kiểm", "components checked off"),  \
        BIND(struct intake_in, INT, fee_units, 0, 0, UNITS_MAX,                                    \
             "số trang, bản hoặc người để tính phí", "pages, copies or persons for the fee"),      \
        BIND(struct intake_in, WORD, exemption, 0, 1, 64, "trường hợp miễn phí; none: không miễn", \
             "exemption from the fee; none: not exempt"),                                          \
        BIND(struct intake_in, TEXT, evidence, 0, 1, 100, "giấy tờ chứng minh được miễn",          \
             "paper that proves the exemption")
#define FEE                                                                                        \
    BIND(struct intake_in, I64, fee, 0, 0, FEE_TOLD_MAX,                                           \
         "số tiền đã báo, chỉ để so với biểu mức thu", "amount told, only compared")
#define DECISION                                                                                   \
    BIND_MANY(struct intake_in, TEXTS, reasons, reasons_n, 0, 0, REASONS_MAX, NULL, "mã lý do",    \
              "reason codes"),                                                                     \
        BIND_MANY(struct intake_in, TEXTS, missing, missing_n, 0, 0, COMPONENTS_MAX, NULL,         \
                  "thành phần cần bổ sung", "components asked for"),                               \
        BIND(struct intake_in, LINES, note, 0, 0, NOTE_CHARS, "nội dung, hướng dẫn", "note"),      \
        BIND(struct intake_in, I64, ticket, 0, 1, INT64_MAX, "phiếu số của lượt tiếp này",         \
             "queue ticket of this visit")

static const struct bind_key take_in_keys[] = {
    BIND_WORDS(struct intake_in, outcome, 0, outcomes, "kết quả kiểm tra",
               "outcome of the check: accept (default), return, reject"),
    PROCEDURE,
    CHANNEL,
    RECEIVING,
    CONTENT,
    FEE,
    BIND(struct intake_in, WORD, claimed, 0, 10, 40,
         "nhập bù: lúc thực sự nộp, 2026-03-02T10:00:00+07:00",
         "late entry: when it was really handed in"),
    BIND(struct intake_in, TEXT, document, 0, 1, 100,
         "nhập bù: biên bản sự cố; đính chính: biên bản phát hiện sai sót",
         "late entry: minutes of the outage; correction: minutes of the detection"),
    BIND(struct intake_in, WORD, corrects, 0, 1, 64, "đính chính kết quả của hồ sơ nào",
         "dossier whose wrong result is corrected"),
    DECISION,
};
const struct bind_shape intake_take_in_shape = BIND_SHAPE("TakeIn", struct intake_in, take_in_keys);

static const struct bind_key submit_keys[] = {PROCEDURE, CHANNEL, RECEIVING, CONTENT};
const struct bind_shape intake_submit_shape = BIND_SHAPE("Submit", struct intake_in, submit_keys);

static const struct bind_key decide_keys[] = {RECEIVING, CONTENT, FEE, DECISION};
const struct bind_shape intake_decide_shape =
    BIND_SHAPE("DecideIntake", struct intake_in, decide_keys);

static const struct bind_key promise_keys[] = {
    PROCEDURE,
    CHANNEL,
    RECEIVING,
    CASE,
    PLACES,
    BIND_WORDS(struct intake_in, applicant_kind, 0, kinds, "loại đối tượng nộp",
               "kind of person who submits"),
    CHECKED,
    FEE,
    BIND(struct intake_in, WORD, claimed, 0, 10, 40, "nhập bù: lúc thực sự nộp",
         "late entry: when it was really handed in"),
};
const struct bind_shape intake_promise_shape =
    BIND_SHAPE("PromiseAsked", struct intake_in, promise_keys);

/* The same, as it is told: masked for who only looks on. */
static const struct answer_key person_out[] = {
    A_ENUM("kind", ANSWER_MAYBE, kinds, "loại đối tượng", "kind of person"),
    A_TEXT("name", 0, "họ tên hoặc tên tổ chức", "name"),
    A_ENUM("id_type", ANSWER_MAYBE, id_types, "loại giấy tờ", "kind of identity paper"),
    A_WORD("id_number", ANSWER_MAYBE, "số định danh", "identity number"),
    A_DATE("birth", ANSWER_MAYBE, "ngày sinh", "date of birth"),
    A_ENUM("sex", ANSWER_MAYBE, sexes, "giới tính", "sex"),
    A_TEXT("address", ANSWER_MAYBE, "địa chỉ", "address"),
    A_WORD("area_code", ANSWER_MAYBE, "mã xã", "code of the commune"),
    A_WORD("phone", ANSWER_MAYBE, "số điện thoại", "phone"),
    A_WORD("email", ANSWER_MAYBE, "thư điện tử", "e-mail"),
};
const struct answer_shape intake_person_answer = A_SHAPE("PersonTold", person_out);
static const struct answer_key component_out[] = {
    A_WORD("component", 0, "thành phần", "component"),
    A_INT("originals", 0, "bản chính", "originals"),
    A_INT("certified", 0, "bản chứng thực", "certified copies"),
    A_INT("copies", 0, "bản sao", "plain copies"),
    A_BOOL("presented", 0, "xuất trình, đã đối chiếu", "shown and compared"),
    A_TEXTS("files", 0, "mã băm các tệp", "hashes of the files"),
    A_TEXT("reused", ANSWER_MAYBE, "tái sử dụng từ", "used again from"),
};
static const struct answer_shape component_answer = A_SHAPE("ComponentTold", component_out);
static const struct answer_key content_out[] = {
    A_OBJECT("applicant", ANSWER_MAYBE, &intake_person_answer, "người nộp", "who submits"),
    A_OBJECT("owner", ANSWER_MAYBE, &intake_person_answer, "chủ hồ sơ", "owner"),
    A_OBJECT("authorised", ANSWER_MAYBE, &intake_person_answer, "người được ủy quyền",
             "authorised person"),
    A_TEXT("authorised_document", ANSWER_MAYBE, "văn bản ủy quyền", "document of authorisation"),
    A_TEXT("summary", ANSWER_MAYBE, "trích yếu", "subject"),
    A_ENUM("result_by", ANSWER_MAYBE, result_ways, "hình thức nhận kết quả",
           "how the result is collected"),
    A_TEXT("result_address", ANSWER_MAYBE, "địa chỉ nhận kết quả", "where the result is sent"),
    A_VALUES("form", ANSWER_MAYBE, "tờ khai", "form: fields and values"),
    A_LIST("components", ANSWER_MAYBE, &component_answer, "thành phần hồ sơ", "components"),
};
const struct answer_shape intake_content_answer = A_SHAPE("Content", content_out);

/* ---- translation */

void identity_digest(const uint8_t salt[SHA256_BYTES], const char *id_number,
                     uint8_t out[SHA256_BYTES])
{
    struct sha256_stream *s = sha256_new();

    sha256_add(s, salt, SHA256_BYTES);
    sha256_add(s, id_number, strlen(id_number));
    sha256_end(s, out);
}

void intake_chain(const uint8_t salt[SHA256_BYTES], const char *id_number, const char *procedure,
                  uint8_t out[SHA256_BYTES])
{
    struct sha256_stream *s = sha256_new();
    uint8_t owner[SHA256_BYTES];

    identity_digest(salt, id_number, owner);
    sha256_add(s, owner, SHA256_BYTES);
    sha256_add(s, procedure, strlen(procedure));
    sha256_end(s, out);
}

/* Identity papers of the citizen have 12 or 9 digits; others differ too much to check. */
static void check_identity(struct req *rq, const struct person_in *p, const char *pointer)
{
    size_t n = p->id_number ? strlen(p->id_number) : 0;
    bool digits = n > 0 && strspn(p->id_number, "0123456789") == n;
    bool fits = p->id_type == 0 ? digits && n == 12 : p->id_type == 1 ? digits && n == 9 : true;

    if (!p->id_number || p->kind != 0 || fits)
        return;
    violation_add(&rq->bad, arena_printf(rq->arena, "%s/id_number", pointer), "identity",
                  "số căn cước có đúng 12 chữ số, chứng minh nhân dân 9 chữ số",
                  "an identity card number has exactly 12 digits, an old one 9");
}

static struct person_data person_of(struct req *rq, const struct person_in *p, const char *pointer)
{
    if (!p)
        return (struct person_data){0};
    check_identity(rq, p, pointer);
    return (struct person_data){.kind = kinds[p->kind],
                                .name = p->name,
                                .id_type = p->id_number ? id_types[p->id_type] : NULL,
                                .id_number = p->id_number,
                                .birth = p->birth,
                                .sex = p->sex ? sexes[p->sex] : NULL,
                                .address = p->address,
                                .area_code = p->area_code,
                                .phone = p->phone,
                                .email = p->email};
}

static int agency_named(struct req *rq, const char *key, const char *pointer)
{
    const struct organisation *o = req_snapshot(rq)->org;
    int i;

    if (!key)
        return 0;
    i = organisation_find(o, key);
    if (i >= 0)
        return o->agency[i].id;
    violation_add(&rq->bad, pointer, "unknown-agency", "không có cơ quan “%s”",
                  "there is no agency “%s”", key);
    return 0;
}

static bool form_value(struct req *rq, const struct form_field *f, const json_t *j,
                       const char *pointer, struct value *ret)
{
    const char *s = json_string_value(j);
    dayno d;

    switch (f->type) {
    case FORM_MONEY:
    case FORM_INTEGER:
        *ret = (struct value){VALUE_INT, json_integer_value(j), SPAN_NONE};
        return json_is_integer(j);
    case FORM_BOOL:
        *ret = (struct value){VALUE_BOOL, json_is_true(j), SPAN_NONE};
        return json_is_boolean(j);
    case FORM_DATE:
        if (!s || !day_parse(span_of(s), &d))
            return false;
        *ret = (struct value){VALUE_DATE, d, SPAN_NONE};
        return true;
    case FORM_TEXT:
    case FORM_CHOICE:
        if (!s)
            return false;
        s = bind_text((struct span){s, json_string_length(j)}, true, 0, 4000, pointer, &rq->bad);
        *ret = (struct value){VALUE_TEXT, 0, span_of(s ? s : "")};
        return true;
    }
    return false;
}

static const char *field_nearest(struct req *rq, const struct procedure *p, const char *key)
{
    const char **names = ARENA_ARRAY(rq->arena, const char *, p->forms ? p->forms : 1);
    size_t i;

    for (i = 0; i < p->forms; i++)
        names[i] = p->form[i].field;
    return word_nearest(key, names, p->forms);
}

static void form_field_read(struct req *rq, const struct procedure *p, const char *key,
                            const json_t *j, struct value *form)
{
    char *pointer = arena_printf(rq->arena, "/form/%.64s", key);
    const char *near;
    size_t i;

    for (i = 0; i < p->forms && strcmp(p->form[i].field, key) != 0; i++)
        ;
    if (i < p->forms) {
        if (!json_is_null(j) && !form_value(rq, &p->form[i], j, pointer, &form[i]))
            violation_add(&rq->bad, pointer, "wrong-type", "sai kiểu dữ liệu của “%s”",
                          "wrong type for “%s”", text2_in(p->form[i].title, rq->lang));
        return;
    }
    near = field_nearest(rq, p, key);
    if (near)
        violation_add(&rq->bad, pointer, "unknown-member",
                      "tờ khai không có trường này, ý bạn là \"%s\"?",
                      "the form has no such field, did you mean \"%s\"?", near);
    else
        violation_add_text(&rq->bad, pointer, "unknown-member",
                           (struct text2){"tờ khai không có trường này", "no such form field"});
}

static struct value *form_read(struct req *rq, const struct procedure *p, const json_t *obj)
{
    struct value *form = ARENA_ARRAY(rq->arena, struct value, p->forms ? p->forms : 1);
    const char *key;
    json_t *j;

    json_object_foreach((json_t *)(uintptr_t)obj, key, j) form_field_read(rq, p, key, j, form);
    return form;
}

/* As stored: only fields of the procedure, texts composed. */
static const char *form_json(struct req *rq, const struct procedure *p, const struct value *form)
{
    struct buf b;
    struct jw w;
    char day[16];
    const char *out;
    size_t i;

    buf_init(&b, ANSWER_MAX);
    w = jw_to(&b);
    jw_open(&w);
    for (i = 0; i < p->forms; i++) {
        if (form[i].type == VALUE_NONE)
            continue;
        jw_key(&w, p->form[i].field);
        if (form[i].type == VALUE_INT)
            jw_i64(&w, form[i].i);
        else if (form[i].type == VALUE_BOOL)
            jw_bool(&w, form[i].i != 0);
        else if (form[i].type == VALUE_TEXT)
            jw_span(&w, form[i].s);
        else {
            day_iso((dayno)form[i].i, day);
            jw_str(&w, day);
        }
    }
    jw_close(&w);
    out = arena_strndup(rq->arena, b.p, b.n);
    buf_free(&b);
    return out;
}

static const char *components_json(struct req *rq, const struct intake_in *in)
{
    struct buf b;
    struct jw w;
    const char *out;
    size_t i, k;

    buf_init(&b, ANSWER_MAX);
    w = jw_to(&b);
    jw_list(&w);
    for (i = 0; i < in->components_n; i++) {
        const struct component_in *c = &in->components[i];
        jw_open(&w);
        jw_kstr(&w, "component", c->component);
        jw_ki64(&w, "originals", c->originals);
        jw_ki64(&w, "certified", c->certified);
        jw_ki64(&w, "copies", c->copies);
        jw_kbool(&w, "presented", c->presented);
        jw_key(&w, "files");
        jw_list(&w);
        for (k = 0; k < c->files_n; k++)
            jw_str(&w, c->files[k]);
        jw_end(&w);
        if (c->reused)
            jw_kstr(&w, "reused", c->reused);
        jw_close(&w);
    }
    jw_end(&w);
    out = arena_strndup(rq->arena, b.p, b.n);
    buf_free(&b);
    return out;
}

struct check_off *intake_check_offs(struct req *rq, const struct component_in *in, size_t n)
{
    struct check_off *c = ARENA_ARRAY(rq->arena, struct check_off, n ? n : 1);
    size_t i;

    for (i = 0; i < n; i++)
        c[i] = (struct check_off){in[i].component, in[i].originals, in[i].certified, in[i].copies,
                                  in[i].presented, in[i].files,     in[i].files_n,   in[i].reused};
    return c;
}

static const uint8_t *party_key(struct req *rq, const struct person_data *p)
{
    uint8_t *key;

    if (!p->id_number)
        return NULL;
    key = arena_alloc(rq->arena, SHA256_BYTES);
    identity_digest(rq->api->conf->salt, p->id_number, key);
    return key;
}

static void digests(struct req *rq, const struct intake_in *in, struct content *c, struct intake *k)
{
    const struct person_data *owner = c->owner.name ? &c->owner : &c->applicant;
    uint8_t *key;

    k->party_key[0] = party_key(rq, &c->applicant);
    k->party_key[1] = party_key(rq, &c->authorised);
    if (owner->id_number) {
        key = arena_alloc(rq->arena, SHA256_BYTES);
        identity_digest(rq->api->conf->salt, owner->id_number, key);
        k->owner_key = key;
        if (in->procedure) {
            uint8_t *chain = arena_alloc(rq->arena, SHA256_BYTES);

            intake_chain(rq->api->conf->salt, owner->id_number, in->procedure, chain);
            k->chain_key = chain;
        }
    }
}

/* The fee is computed where it is decided; here only what is told of it. */
static void fee_told_of(struct req *rq, const struct intake_in *in, struct intake *k)
{
    k->fee = in->fee;
    k->quantity = in->fee_units;
    k->exemption = in->exemption && strcmp(in->exemption, "none") == 0 ? "" : in->exemption;
    k->evidence = in->evidence;
    k->document = in->document;
    if (in->claimed && !instant_parse(span_of(in->claimed), &k->claimed))
        violation_add_text(&rq->bad, "/claimed", "wrong-type",
                           (struct text2){"thời điểm có dạng 2026-03-02T10:00:00+07:00",
                                          "an instant looks like 2026-03-02T10:00:00+07:00"});
}

static struct content *content_of(struct req *rq, const struct intake_in *in)
{
    struct content *c = ARENA_NEW(rq->arena, struct content);

    c->applicant = person_of(rq, in->applicant, "/applicant");
    c->owner = person_of(rq, in->owner, "/owner");
    c->authorised = person_of(rq, in->authorised, "/authorised");
    c->authorised_document = in->authorised_document;
    c->summary = in->summary;
    c->result_by = result_ways[in->result_by];
    c->result_address = in->result_address;
    c->form_json = "{}";
    c->components_json = components_json(rq, in);
    random_bytes(c->salt, sizeof c->salt);
    return c;
}

/* Everything but who it is about.  *ret_form_json: NULL when no form came. */
static struct intake *facts_of(struct req *rq, const struct procedure *p,
                               const struct intake_in *in, const char **ret_form_json)
{
    struct intake *k = ARENA_NEW(rq->arena, struct intake);

    k->channel = (enum channel)in->channel;
    k->receiving = in->receiving ? agency_named(rq, in->receiving, "/receiving")
                                 : (in->procedure ? rq->user.agency : 0);
    k->competent = agency_named(rq, in->competent, "/competent");
    k->case_code = in->case_code;
    k->island = in->island;
    k->mountain = in->mountain;
    k->check = intake_check_offs(rq, in->components, in->components_n);
    k->checks = in->components_n;
    k->reason = in->reasons;
    k->reasons = in->reasons_n;
    k->missing = in->missing;
    k->missings = in->missing_n;
    k->note = in->note;
    *ret_form_json = NULL;
    if (p && in->form) {
        k->form = form_read(rq, p, in->form);
        k->forms = p->forms;
        *ret_form_json = form_json(rq, p, k->form);
    }
    fee_told_of(rq, in, k);
    return k;
}

bool intake_preview(struct req *rq, const struct procedure *p, struct command *cmd)
{
    const struct intake_in *in = rq->body;
    const char *form;
    struct intake *k = facts_of(rq, p, in, &form);

    k->applicant_kind = kinds[in->applicant_kind];
    cmd->intake = k;
    if (rq->bad.n)
        reply_invalid(rq, ERR_INVALID, &rq->bad);
    return rq->bad.n == 0;
}

bool intake_translate(struct req *rq, const struct procedure *p, struct act *act,
                      struct command *cmd)
{
    const struct intake_in *in = rq->body;
    const char *form;
    struct content *c = content_of(rq, in);
    struct intake *k = facts_of(rq, p, in, &form);

    k->applicant_kind = in->applicant ? c->applicant.kind : NULL;
    k->ticket = in->ticket;
    if (form)
        c->form_json = form;
    if (in->procedure && !in->applicant)
        violation_add_text(&rq->bad, "/applicant", "missing",
                           (struct text2){"thiếu thông tin bắt buộc", "is missing"});
    digests(rq, in, c, k);
    if (rq->bad.n) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return false;
    }
    cmd->intake = k;
    act->content = in->applicant ? c : NULL;
    act->identity_key_salt = rq->api->conf->salt;
    return true;
}
