/* What an intake brings, checked whole: channel, units, case, components, form, reasons; every
 * mistake is refused at once with the place of the input.  Lives in the decision's arena.
 * Any thread. */
#include <stdio.h>

#include "common/access/access.h"
#include "common/base/utf8.h"
#include "common/dossier/inside.h"
#include "common/dossier/promise.h"

/* ---------------------------------------------------------------- words */

bool words_fit(struct deciding *d, const char *s, size_t max, bool lines, const char *pointer)
{
    struct span t = span_of(s);

    if (!s)
        return true;
    if (t.n > max) {
        refuse(d, ERR_INVALID, pointer, "Quá dài: tối đa %zu byte", "Too long: at most %zu bytes",
               max);
        return false;
    }
    if (text_check(t, lines) == TEXT_FINE)
        return true;
    refuse(d, ERR_INVALID, pointer, "Có ký tự không được phép", "Characters that are not allowed");
    return false;
}

bool file_fits(struct deciding *d, const char *file, const char *pointer)
{
    uint8_t hash[SHA256_BYTES];

    if (!file)
        return true;
    if (strlen(file) == 2 * SHA256_BYTES && hex_decode(file, 2 * SHA256_BYTES, hash))
        return true;
    refuse(d, ERR_INVALID, pointer, "Tệp phải được nêu bằng mã băm SHA-256",
           "A file is named by its SHA-256 digest");
    return false;
}

bool reason_fits(struct deciding *d, const char *code, const char *for_what, const char *pointer)
{
    const struct reason *r = procedure_reason(d->p, code);

    if (!words_fit(d, code, WORD_MAX, false, pointer))
        return false;
    if (d->p->reasons == 0) /* the procedure keeps no catalogue */
        return true;
    if (!r || (r->for_what && strcmp(r->for_what, for_what) != 0)) {
        refuse(d, ERR_R_UNKNOWN_REASON, pointer, "Lý do “%s” không có trong danh mục cho việc này",
               "The catalogue has no reason “%s” for this", code);
        return false;
    }
    return true;
}

bool reason_incomplete(const struct procedure *p, const char *code)
{
    const struct reason *r = code ? procedure_reason(p, code) : NULL;

    return r && r->incomplete;
}

/* ---------------------------------------------------------------- units */

/* The agency that acts today for what a file names; index or -1. */
static int agency_today(const struct deciding *d, const char *key)
{
    int i = key ? organisation_find(d->c->org, key) : -1;

    return access_valid_on(d->c->org, i, d->today);
}

static bool receives(const struct deciding *d, int i)
{
    size_t k;

    if (d->p->reception_any || d->p->receptions == 0)
        return d->c->org->agency[i].type == AGENCY_ONESTOP;
    for (k = 0; k < d->p->receptions; k++)
        if (agency_today(d, d->p->reception[k]) == i)
            return true;
    return false;
}

static void read_receiving(struct deciding *d, int id, struct intake_facts *f)
{
    int i = organisation_of_id(d->c->org, id);

    f->receiving = id;
    if (i < 0 || access_valid_on(d->c->org, i, d->today) != i)
        refuse(d, ERR_INVALID, "/receiving", "Đơn vị tiếp nhận không tồn tại hoặc đã hết hiệu lực",
               "The receiving unit does not exist or is no longer valid");
    else if (!receives(d, i))
        refuse(d, ERR_INVALID, "/receiving", "Đơn vị này không tiếp nhận thủ tục %s",
               "This unit does not receive procedure %s", d->p->code);
}

static void read_competent(struct deciding *d, int id, struct intake_facts *f)
{
    const struct organisation *o = d->c->org;
    int ours = agency_today(d, d->p->competent), i = ours;

    if (id != 0) {
        i = organisation_of_id(o, id);
        if (access_valid_on(o, i, d->today) != i)
            i = -1;
        if (i >= 0 && ours >= 0 && !access_competent_like(o, i, ours))
            i = -1;
    }
    if (i < 0 || ours < 0)
        refuse(d, id ? ERR_INVALID : ERR_R_NOT_IN_FORCE, "/competent",
               "Không có cơ quan có thẩm quyền phù hợp còn hiệu lực trong ngày",
               "There is no fitting competent agency valid on that day");
    else
        f->competent = o->agency[i].id;
}

/* ---------------------------------------------------------------- form */

static const enum value_type value_of_form[] = {
    [FORM_TEXT] = VALUE_TEXT, [FORM_MONEY] = VALUE_INT, [FORM_INTEGER] = VALUE_INT,
    [FORM_DATE] = VALUE_DATE, [FORM_BOOL] = VALUE_BOOL, [FORM_CHOICE] = VALUE_TEXT,
};

static bool is_choice(const struct form_field *f, struct span s)
{
    size_t i;

    for (i = 0; i < f->choices; i++)
        if (span_is(s, f->choice[i]))
            return true;
    return false;
}

static void form_wrong(struct deciding *d, const struct form_field *f, const char *vi,
                       const char *en)
{
    struct text2 title = f->title;

    if (!title.vi)
        title.vi = f->field;
    refuse_verdict(d,
                   (struct verdict){ERR_R_FORM,
                                    {arena_printf(d->a, "%s: %s", title.vi, vi),
                                     arena_printf(d->a, "%s: %s", text2_in(title, LANG_EN), en)}},
                   arena_printf(d->a, "/form/%s", f->field));
}

static void check_field(struct deciding *d, const struct form_field *f, const struct value *v)
{
    bool ranged = f->min != 0 || f->max != 0;
    int64_t size = v->i;

    if (v->type != value_of_form[f->type]) {
        form_wrong(d, f, "sai kiểu dữ liệu", "wrong type");
        return;
    }
    if (f->type == FORM_CHOICE && !is_choice(f, v->s)) {
        form_wrong(d, f, "không có trong danh sách lựa chọn", "not one of the choices");
        return;
    }
    if (f->type == FORM_TEXT) {
        size = (int64_t)utf8_length(v->s);
        if (v->s.n > NOTE_MAX || text_check(v->s, true) != TEXT_FINE) {
            form_wrong(d, f, "quá dài hoặc có ký tự không được phép",
                       "too long or with characters that are not allowed");
            return;
        }
    }
    if (f->type == FORM_MONEY && size < 0)
        form_wrong(d, f, "số tiền không được âm", "an amount is never negative");
    else if (ranged && f->type <= FORM_INTEGER && (size < f->min || (f->max != 0 && size > f->max)))
        form_wrong(d, f, "ngoài khoảng cho phép", "out of range");
}

/* Nothing given for what lies here already, submitted under the very same version: as submitted. */
static bool as_submitted(const struct deciding *d, size_t given)
{
    return given == 0 && d->s && d->s->status == DS_SUBMITTED &&
           memcmp(d->s->procedure_hash, d->p->hash, SHA256_BYTES) == 0;
}

static void read_form(struct deciding *d, const struct intake *in, bool wants_complete,
                      struct intake_facts *f)
{
    size_t i;

    f->form = ARENA_ARRAY(d->a, struct value, d->p->forms ? d->p->forms : 1);
    if (as_submitted(d, in->forms)) {
        if (d->s->forms == d->p->forms && d->p->forms)
            memcpy(f->form, d->s->form, d->p->forms * sizeof *f->form);
        f->form_complete = d->s->form_complete;
        if (wants_complete && !f->form_complete)
            refuse(d, ERR_R_FORM, "/form", "Tờ khai đã nộp còn thiếu thông tin bắt buộc",
                   "Required data is missing in the form as submitted");
        return;
    }
    if (in->forms != 0 && in->forms != d->p->forms) {
        refuse(d, ERR_R_FORM, "/form", "Tờ khai không khớp với thủ tục",
               "The form does not fit the procedure");
        return;
    }
    f->form_complete = true;
    for (i = 0; i < d->p->forms; i++) {
        const struct form_field *field = &d->p->form[i];

        if (in->forms)
            f->form[i] = in->form[i];
        if (f->form[i].type != VALUE_NONE)
            check_field(d, field, &f->form[i]);
        else if (field->required) {
            f->form_complete = false;
            if (wants_complete)
                form_wrong(d, field, "bắt buộc phải có", "is required");
        }
    }
}

static bool mentions(const struct expr *e, const char *field)
{
    const char *at = e ? expr_text(e) : NULL;
    size_t n = strlen(field);

    while (at && (at = strstr(at, field)) != NULL) {
        char after = at[n];
        bool word = (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') ||
                    (after >= '0' && after <= '9') || after == '_' || after == '.';

        if (!word)
            return true;
        at += n;
    }
    return false;
}

static bool limit_mentions(const struct limit *l, const char *field)
{
    size_t i;

    for (i = 0; i < l->adds; i++)
        if (mentions(l->add[i].when, field))
            return true;
    return false;
}

static bool fee_mentions(const struct fee_item *fee, size_t n, const char *field)
{
    size_t i, k;

    for (i = 0; i < n; i++) {
        if (mentions(fee[i].when, field) ||
            (fee[i].count && strcmp(fee[i].count, field + strlen("form.")) == 0))
            return true;
        for (k = 0; k < fee[i].exempts; k++)
            if (mentions(fee[i].exempt[k].when, field))
                return true;
    }
    return false;
}

static bool read_by_condition(const struct procedure *p, const char *field)
{
    size_t i, k;

    if (limit_mentions(&p->limit, field) || fee_mentions(p->fee, p->fees, field))
        return true;
    for (i = 0; i < p->cases_n; i++)
        if (mentions(p->cases[i].when, field) ||
            (p->cases[i].has_limit && limit_mentions(&p->cases[i].limit, field)) ||
            fee_mentions(p->cases[i].fee, p->cases[i].fees, field))
            return true;
    for (i = 0; i < p->steps; i++)
        for (k = 0; k < p->step[i].actions; k++)
            if (mentions(p->step[i].action[k].when, field))
                return true;
    return false;
}

bool form_field_read(const struct procedure *p, const char *field)
{
    char name[256];

    (void)snprintf(name, sizeof name, "form.%s", field);
    return read_by_condition(p, name);
}

/* Only what conditions still read: the rest of the form may be personal and lies elsewhere. */
struct value *form_kept(struct deciding *d, const struct value *form)
{
    struct value *kept = ARENA_ARRAY(d->a, struct value, d->p->forms ? d->p->forms : 1);
    size_t i;

    for (i = 0; i < d->p->forms; i++)
        if (form[i].type != VALUE_NONE &&
            read_by_condition(d->p, arena_printf(d->a, "form.%s", d->p->form[i].field)))
            kept[i] = form[i];
    return kept;
}

/* ---------------------------------------------------------------- components */

static const struct component *component_of(const struct component *c, size_t n, const char *code)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (code && strcmp(c[i].code, code) == 0)
            return &c[i];
    return NULL;
}

static bool ticked(const struct intake *in, const char *code)
{
    size_t i;

    for (i = 0; i < in->checks; i++) {
        const struct check_off *k = &in->check[i];

        if (strcmp(k->component, code) == 0)
            return k->originals + k->certified + k->copies > 0 || k->presented || k->files > 0;
    }
    return false;
}

static bool group_ticked(const struct intake *in, const struct component *c, size_t n,
                         const char *group)
{
    size_t i;

    for (i = 0; i < n; i++)
        if (c[i].need == NEED_ONE_OF && c[i].group && strcmp(c[i].group, group) == 0 &&
            ticked(in, c[i].code))
            return true;
    return false;
}

/* The first of its group speaks for the whole group. */
static bool heads_group(const struct component *c, size_t i)
{
    size_t k;

    for (k = 0; k < i; k++)
        if (c[k].need == NEED_ONE_OF && c[k].group && strcmp(c[k].group, c[i].group) == 0)
            return false;
    return true;
}

static bool wanting(const struct intake *in, const struct component *c, size_t n, size_t i,
                    const struct facts *f)
{
    if (c[i].need == NEED_ONE_OF && c[i].group)
        return heads_group(c, i) && !group_ticked(in, c, n, c[i].group);
    return component_required(&c[i], f) && !ticked(in, c[i].code);
}

/* Digitised, and used again, is what has a file, never a tick. */
void check_reused(struct deciding *d, const struct check_off *k, size_t i)
{
    if (k->reused && k->files == 0)
        refuse(d, ERR_INVALID, arena_printf(d->a, "/components/%zu/reused", i),
               "Tái sử dụng thành phần “%s” phải có tệp đang giữ",
               "Using “%s” again needs the file that is held", k->component);
}

static void check_ticks(struct deciding *d, const struct intake *in, const struct component *c,
                        size_t n)
{
    size_t i;

    if (in->checks > CHECKS_MAX)
        refuse(d, ERR_TOO_LARGE, "/components", NULL, NULL);
    for (i = 0; i < in->checks && i < CHECKS_MAX; i++) {
        const struct check_off *k = &in->check[i];
        const char *at = arena_printf(d->a, "/components/%zu", i);

        if (!component_of(c, n, k->component))
            refuse(d, ERR_R_UNKNOWN_COMPONENT, at, "Thủ tục không có thành phần “%s”",
                   "The procedure has no component “%s”", k->component);
        else if (k->originals < 0 || k->certified < 0 || k->copies < 0 || k->originals > 999 ||
                 k->certified > 999 || k->copies > 999)
            refuse(d, ERR_INVALID, at, "Số bản không hợp lệ", "Wrong number of copies");
        else
            check_reused(d, k, i);
    }
}

static void read_components(struct deciding *d, const struct intake *in, bool wants_complete,
                            struct intake_facts *f)
{
    size_t n = 0, i;
    const struct component *c = procedure_components(d->p, f->case_code, &n);

    if (as_submitted(d, in->checks)) {
        f->components_complete = d->s->components_complete;
        if (wants_complete && !f->components_complete)
            refuse(d, ERR_R_COMPONENT_MISSING, "/components",
                   "Hồ sơ đã nộp còn thiếu thành phần bắt buộc",
                   "Required components are missing in what was submitted");
        return;
    }
    check_ticks(d, in, c, n);
    if (in->checks > CHECKS_MAX)
        return;
    f->components_complete = true;
    for (i = 0; i < n; i++) {
        if (!wanting(in, c, n, i, &f->facts))
            continue;
        f->components_complete = false;
        if (wants_complete)
            refuse_verdict(d,
                           (struct verdict){ERR_R_COMPONENT_MISSING,
                                            text2_join(d->a, (struct text2){"Thiếu: ", "Missing: "},
                                                       c[i].title)},
                           "/components");
    }
}

size_t components_told(struct deciding *d, const struct intake_facts *f,
                       struct component_told **ret)
{
    size_t n = 0, i;
    const struct component *c = procedure_components(d->p, f->case_code, &n);
    struct component_told *told = ARENA_ARRAY(d->a, struct component_told, n ? n : 1);

    for (i = 0; i < n; i++)
        told[i] = (struct component_told){.component = &c[i],
                                          .applies = c[i].need != NEED_WHEN ||
                                                     component_required(&c[i], &f->facts),
                                          .wanting = wanting(d->cmd->intake, c, n, i, &f->facts)};
    *ret = told;
    return n;
}

/* ---------------------------------------------------------------- the whole */

static bool known_applicant(const char *kind)
{
    static const char *const kinds[] = {"citizen", "enterprise", "state", "other"};
    size_t i;

    for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

const char *case_that_holds(const struct procedure *p, struct facts *f)
{
    size_t i;

    if (f->case_code)
        return f->case_code;
    for (i = 0; i < p->cases_n; i++)
        if (p->cases[i].when && expr_eval(p->cases[i].when, facts_get, f))
            return p->cases[i].code;
    return NULL;
}

static bool case_matters(const struct procedure_case *c)
{
    return !c->when && (c->has_limit || c->component || c->has_fee);
}

static const char *cases_told(const struct deciding *d, const char *before, enum lang lang)
{
    const char *told;
    struct buf list;
    size_t i;

    buf_init(&list, 65536); /* 32 cases at most, whatever their titles */
    for (i = 0; i < d->p->cases_n; i++)
        buf_printf(&list, "%s%s (%s)", i ? "; " : before, text2_in(d->p->cases[i].title, lang),
                   d->p->cases[i].code);
    told = arena_strndup(d->a, list.p, list.n);
    buf_free(&list);
    return told;
}

/* No promise on the ordinary limit when the dossier may be one of the others.  The clerk's list has
 * the titles, programs send the codes. */
static void want_case(struct deciding *d)
{
    struct verdict v = {ERR_R_CASE_MISSING, {NULL, NULL}};
    bool matters = false;
    size_t i;

    for (i = 0; i < d->p->cases_n; i++)
        matters = matters || case_matters(&d->p->cases[i]);
    if (!matters)
        return;
    v.detail.vi = cases_told(d, "Phải chọn trường hợp: ", LANG_VI);
    v.detail.en = cases_told(d, "Choose the case: ", LANG_EN);
    refuse_verdict(d, v, "/case");
}

static void read_case(struct deciding *d, const struct intake *in, bool wants_complete,
                      struct intake_facts *f)
{
    const char *code = in->case_code;
    const struct procedure_case *c;

    if (!code && d->s && d->s->status == DS_SUBMITTED)
        code = d->s->case_code;
    if (code) {
        c = procedure_case_of(d->p, code);
        if (!c)
            refuse(d, ERR_R_UNKNOWN_CASE, "/case", "Thủ tục không có trường hợp “%s”",
                   "The procedure has no case “%s”", code);
        else if (c->when && !expr_eval(c->when, facts_get, &f->facts))
            refuse(d, ERR_R_CONDITION, "/case", "Trường hợp “%s” không đúng với hồ sơ",
                   "Case “%s” does not hold for this dossier", code);
        f->case_code = c ? c->code : NULL;
    }
    if (!code)
        f->case_code = case_that_holds(d->p, &f->facts);
    f->facts.case_code = f->case_code;
    if (wants_complete && !code && !f->case_code)
        want_case(d);
}

static void take_plain(struct deciding *d, const struct intake *in, struct intake_facts *f)
{
    const struct dossier *s = d->s && d->s->status == DS_SUBMITTED ? d->s : NULL;

    /* An attempt once made keeps its channel: counted as online or not, never rewritten. */
    f->channel = s ? s->channel : in->channel;
    f->island = in->island || (s && s->island);
    f->mountain = in->mountain || (s && s->mountain);
    f->applicant = in->applicant_kind || !s ? in->applicant_kind : s->applicant_kind;
    if (in->applicant_kind && !known_applicant(in->applicant_kind)) {
        refuse(d, ERR_INVALID, "/applicant/kind", "Đối tượng nộp hồ sơ không hợp lệ",
               "Unknown kind of applicant");
        f->applicant = NULL;
    }
    if (f->channel >= CHANNELS || !(d->p->channels >> f->channel & 1))
        refuse(d, ERR_R_CHANNEL, "/channel", NULL, NULL);
}

bool intake_read(struct deciding *d, bool wants_complete, struct intake_facts *ret)
{
    static const struct intake nothing;
    const struct intake *in = d->cmd->intake;
    size_t before = d->refusals;

    *ret = (struct intake_facts){.channel = CHANNEL_COUNTER};
    if (!in && d->s && d->s->status == DS_SUBMITTED)
        in = &nothing;
    if (!in) {
        refuse(d, ERR_BAD_REQUEST, "", "Thiếu nội dung tiếp nhận", "The intake is missing");
        return false;
    }
    take_plain(d, in, ret);
    read_receiving(d, in->receiving ? in->receiving : d->s ? d->s->receiving : 0, ret);
    read_competent(d, in->competent ? in->competent : d->s ? d->s->competent : 0, ret);
    read_form(d, in, wants_complete, ret);
    ret->facts = (struct facts){.p = d->p,
                                .channel = ret->channel,
                                .island = ret->island,
                                .mountain = ret->mountain,
                                .applicant_kind = ret->applicant,
                                .form = ret->form};
    read_case(d, in, wants_complete, ret);
    read_components(d, in, wants_complete, ret);
    check_fee_told(d, ret);
    return d->refusals == before;
}
