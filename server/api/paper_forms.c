/* Papers that speak of one moment of a dossier: forms 01 to 05 and the receipt of the result
 * (domain: statutory forms).  The worker's thread. */
#include <string.h>

#include "server/api/paper_fill.h"

static const json_t *data_of(const json_t *event)
{
    return json_object_get(event, "data");
}

static bool is(const json_t *obj, const char *key, const char *word)
{
    const char *s = json_str(obj, key);

    return s && strcmp(s, word) == 0;
}

static int receiving_of(const struct paper_fill *f)
{
    return fill_agency(f, json_object_get(f->d, "receiving"));
}

static void about_event(struct paper_fill *f, const json_t *event)
{
    f->about = arena_printf(f->rq->arena, "%lld", (long long)json_i64(event, "seq", 0));
    paper_set(f->r, PF_OFFICER, json_str(event, "name"));
    fill_time(f, PF_AT, json_str(event, "at"));
}

/* The request asked for (?request=N), else the last of its kind that was sent. */
static const json_t *request_of(const struct paper_fill *f, const char *kind, const char *moment)
{
    const json_t *list = json_object_get(f->d, "requests");
    struct span asked = req_query(f->rq, "request");
    int64_t wanted = 0;
    size_t i = json_array_size(list);

    if (asked.p && !span_i64(asked, 1, INT64_MAX, &wanted))
        return NULL;
    while (i-- > 0) {
        const json_t *q = json_array_get(list, i);

        if (is(q, "kind", kind) && json_str(q, moment) &&
            (!wanted || json_i64(q, "request", 0) == wanted))
            return q;
    }
    return NULL;
}

static void about_request(struct paper_fill *f, const json_t *q)
{
    f->about = arena_printf(f->rq->arena, "%lld", (long long)json_i64(q, "request", 0));
}

/* ---- 01 */

/* What is charged, with the reason where it is nothing. */
static void fees(struct paper_fill *f)
{
    const json_t *list = json_object_get(f->d, "fees");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);
        const char *why = json_str(x, "exemption");
        const struct fee_exempt *e =
            why && f->p ? procedure_exemption(f->p, json_str(f->d, "case"), why) : NULL;
        struct paper_row *row = paper_add(f->r, PL_FEES);
        struct buf b;

        buf_init(&b, 64);
        paper_money(json_i64(x, "amount", 0), &b);
        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", i + 1));
        paper_cell(f->r, row, PC_TITLE, json_str(x, "title"));
        paper_cell(f->r, row, PC_AMOUNT, buf_cstr(&b));
        if (why)
            paper_cell(f->r, row, PC_NOTE,
                       arena_printf(f->rq->arena, "(%s)", e ? e->title.vi : why));
        buf_free(&b);
    }
}

/* [fee, charge, units, full, amount, exemption], as the payload of an event has them. */
static json_t *fees_then(const struct paper_fill *f, const json_t *list, const char *variant)
{
    json_t *out = json_array();

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);
        const char *fee = json_string_value(json_array_get(x, 0));
        const struct fee_item *item = f->p && fee ? procedure_fee_item(f->p, variant, fee) : NULL;
        const char *title = item ? item->title.vi : fee;

        (void)json_array_append_new(out, json_pack("{s:s?, s:I, s:O?}", "title", title, "amount",
                                                   json_integer_value(json_array_get(x, 4)),
                                                   "exemption", json_array_get(x, 5)));
    }
    return out;
}

/* The receipt says what was promised: whatever became of version, case and fee since, it is what
 * was printed first. */
static void as_accepted(struct paper_fill *f, const json_t *data)
{
    static const char *const kept[] = {"procedure", "version", "case", "fee"};
    const json_t *asked = data_of(fill_event(f, "SUBMITTED"));
    const struct procedure *p;
    json_t *d = json_deep_copy(f->d);

    (void)json_array_append_new(f->rq->json, d);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        json_t *then = json_object_get(data, kept[i]);

        if (!then)
            then = json_object_get(asked, kept[i]);
        if (then || i > 1)
            (void)json_object_set(d, kept[i], then ? then : json_null());
    }
    p = procedure_numbered(f->snap, span_of(json_str(d, "procedure")),
                           (int)json_i64(d, "version", 0));
    if (p) {
        f->p = p;
        f->sector = p->field_code;
    }
    f->d = d;
    (void)json_object_set_new(d, "fees",
                              fees_then(f, json_object_get(data, "fees"), json_str(d, "case")));
}

static void limit_then(struct paper_fill *f, const json_t *limit)
{
    struct quantity q = {.num = json_integer_value(json_array_get(limit, 0)),
                         .den = json_integer_value(json_array_get(limit, 1)),
                         .unit = (enum unit)json_integer_value(json_array_get(limit, 2))};
    struct buf b;

    if (json_array_size(limit) != 3 || q.den == 0)
        return;
    buf_init(&b, 256);
    quantity_words(q, LANG_VI, &b);
    paper_set(f->r, PF_LIMIT, buf_cstr(&b));
    buf_free(&b);
}

bool fill_receipt(struct paper_fill *f)
{
    const char *accepted = json_str(f->d, "accepted");
    const json_t *decided = fill_event(f, "ACCEPTED");

    if (!accepted)
        return fill_nothing(f, "Hồ sơ chưa được tiếp nhận.", "The dossier was not accepted.");
    fill_issuer(f, receiving_of(f), fill_instant(accepted));
    as_accepted(f, data_of(decided));
    fill_dossier(f);
    limit_then(f, json_object_get(data_of(decided), "committed"));
    fill_components(f);
    fees(f);
    paper_set(f->r, PF_OFFICER, json_str(decided, "name"));
    return true;
}

/* ---- 02: before acceptance, or asked for by whoever works on it */

static void missing(struct paper_fill *f, const json_t *codes)
{
    for (size_t i = 0; i < json_array_size(codes); i++) {
        struct paper_row *row = paper_add(f->r, PL_COMPONENTS);

        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", i + 1));
        paper_cell(f->r, row, PC_TITLE,
                   fill_component(f, json_string_value(json_array_get(codes, i))));
    }
}

static bool supplement_before(struct paper_fill *f, const json_t *decided)
{
    fill_issuer(f, receiving_of(f), fill_instant(json_str(decided, "at")));
    fill_dossier(f);
    about_event(f, decided);
    missing(f, json_object_get(data_of(decided), "missing"));
    fill_reasons(f, json_object_get(data_of(decided), "reasons"));
    paper_set(f->r, PF_NOTE, json_str(data_of(decided), "note"));
    return true;
}

/* What is to be supplemented, in the words of whoever asked for it. */
static const char *asked_words(const struct paper_fill *f, int64_t request)
{
    const char *words = NULL;

    for (size_t i = 0; i < json_array_size(f->history); i++) {
        const json_t *e = json_array_get(f->history, i);
        const char *text = json_str(data_of(e), "text");

        if (text && json_i64(data_of(e), "request", 0) == request &&
            (is(e, "kind", "SUPPLEMENT_DRAFTED") || is(e, "kind", "SUPPLEMENT_SENT")))
            words = text;
    }
    return words;
}

static bool supplement_asked(struct paper_fill *f, const json_t *q)
{
    fill_issuer(f, receiving_of(f), fill_instant(json_str(q, "sent")));
    fill_dossier(f);
    about_request(f, q);
    missing(f, json_object_get(q, "missing"));
    fill_reasons(f, json_object_get(q, "reasons"));
    fill_time(f, PF_UNTIL, json_str(q, "due"));
    fill_time(f, PF_AT, json_str(q, "sent"));
    paper_set(f->r, PF_NOTE, asked_words(f, json_i64(q, "request", 0)));
    paper_set(f->r, PF_DOCUMENT, json_str(q, "document"));
    paper_set(f->r, PF_BY, fill_agency_name(f, fill_agency(f, json_object_get(q, "at"))));
    paper_set(f->r, PF_OFFICER, fill_officer(f, json_i64(q, "sent_by", 0)));
    return true;
}

bool fill_supplement(struct paper_fill *f)
{
    const json_t *q = request_of(f, "supplement", "sent");
    const json_t *decided = fill_event(f, "ATTEMPT_DECIDED");

    if (q)
        return supplement_asked(f, q);
    if (decided && !is(data_of(decided), "outcome", "accepted") &&
        !is(f->d, "status", "REJECTED_INTAKE"))
        return supplement_before(f, decided);
    return fill_nothing(f, "Hồ sơ này chưa có yêu cầu bổ sung nào được gửi.",
                        "No supplement was asked for.");
}

/* ---- 03: at intake, or after examination */

/* After examination: who received it, who refused it, and what was drafted as refusal. */
static void refused_later(struct paper_fill *f, const json_t *refused)
{
    const json_t *draft = data_of(fill_event(f, "DRAFT_SUBMITTED"));

    paper_set(f->r, PF_OFFICER, json_str(fill_event(f, "ACCEPTED"), "name"));
    paper_set(f->r, PF_SIGNER, json_str(refused, "name"));
    if (json_flag(draft, "refusal", false))
        paper_set(f->r, PF_DOCUMENT, json_str(draft, "text"));
}

bool fill_refusal(struct paper_fill *f)
{
    bool intake = is(f->d, "status", "REJECTED_INTAKE");
    const json_t *e = fill_event(f, intake ? "ATTEMPT_DECIDED" : "REFUSED");
    const char *code = json_str(data_of(e), "reason");
    const struct reason *r = code && f->p ? procedure_reason(f->p, code) : NULL;

    if (!e)
        return fill_nothing(f, "Hồ sơ này không bị từ chối.", "The dossier was not refused.");
    fill_issuer(f, intake ? receiving_of(f) : fill_agency(f, json_object_get(f->d, "competent")),
                fill_instant(json_str(e, "at")));
    fill_dossier(f);
    about_event(f, e);
    fill_reasons(f, json_object_get(data_of(e), "reasons"));
    paper_set(f->r, PF_REASON, r ? r->title.vi : code);
    paper_set(f->r, PF_NOTE, json_str(data_of(e), "note"));
    if (!intake)
        refused_later(f, e);
    return true;
}

/* ---- 04 */

/* What was promised until the request moved it: a later supplement changes nothing of what was
 * told. */
static instant promised_until(const struct paper_fill *f, int64_t request)
{
    int64_t due = INSTANT_NONE;

    for (size_t i = 0; i < json_array_size(f->history); i++) {
        const json_t *e = json_array_get(f->history, i), *data = data_of(e);
        int64_t moved = json_i64(data, "current", INSTANT_NONE);

        if (moved != INSTANT_NONE && json_i64(data, "request", 0) == request)
            break;
        if (is(e, "kind", "ACCEPTED"))
            due = json_i64(data, "due", INSTANT_NONE);
        else if (moved != INSTANT_NONE)
            due = moved;
    }
    return due;
}

bool fill_apology(struct paper_fill *f)
{
    const json_t *q = request_of(f, "extension", "sent");
    const char *code = json_str(q, "reason");
    const struct reason *r = code && f->p ? procedure_reason(f->p, code) : NULL;

    if (!q)
        return fill_nothing(f, "Hồ sơ này không có lần hẹn lại nào.",
                            "No other date was ever promised.");
    fill_issuer(f, fill_agency(f, json_object_get(f->d, "competent")),
                fill_instant(json_str(q, "sent")));
    fill_dossier(f);
    about_request(f, q);
    fill_moment(f, PF_DUE, promised_until(f, json_i64(q, "request", 0)));
    fill_time(f, PF_DUE_NEW, json_str(q, "due"));
    fill_time(f, PF_AT, json_str(q, "sent"));
    paper_set(f->r, PF_BY, fill_agency_name(f, receiving_of(f)));
    paper_set(f->r, PF_REASON, r ? r->title.vi : code);
    paper_set(f->r, PF_DOCUMENT, json_str(q, "document"));
    paper_set(f->r, PF_SIGNER, fill_officer(f, json_i64(q, "agreed_by", 0)));
    return true;
}

/* ---- 05 of Circular 03/2025: stopped or given up at the applicant's request, or closed */

static const char *last_step(const struct paper_fill *f)
{
    const json_t *e = fill_event(f, "STEP_STARTED");
    const char *key = json_str(data_of(e), "step");
    int i = key && f->p ? procedure_step(f->p, key) : STEP_NONE;

    return i >= 0 ? f->p->step[i].title.vi : NULL;
}

static const struct ending {
    const char *kind, *why;
} endings[] = {{"STOPPED", "Tổ chức, cá nhân đề nghị dừng giải quyết hồ sơ"},
               {"WITHDRAWN", "Tổ chức, cá nhân đề nghị rút hồ sơ"},
               {"CLOSED", "Quá thời hạn mà không bổ sung, hoàn thiện hồ sơ theo yêu cầu"}};

/* What was paid until the event. */
static void paid_until(struct paper_fill *f, int64_t seq)
{
    int64_t paid = 0;

    for (size_t i = 0; i < json_array_size(f->history); i++) {
        const json_t *e = json_array_get(f->history, i);
        int64_t amount = json_i64(data_of(e), "amount", 0);

        if (json_i64(e, "seq", 0) > seq)
            break;
        if (is(e, "kind", "FIN_PAID"))
            paid += amount;
        else if (is(e, "kind", "REFUNDED"))
            paid -= amount;
    }
    fill_money(f, PF_PAID, paid);
    if (paid > 0)
        fill_money(f, PF_AMOUNT, paid);
}

/* What was kept on paper goes back; what was shown, used again or sent as a file was not kept. */
static void given_back(struct paper_fill *f)
{
    struct paper_rows *list = &f->r->list[PL_COMPONENTS];
    size_t n = 0;

    fill_components(f);
    for (size_t i = 0; i < list->n; i++) {
        struct paper_row *row = list->row[i];

        if (!row->cell[PC_ORIGINALS] && !row->cell[PC_CERTIFIED] && !row->cell[PC_COPIES])
            continue;
        list->row[n++] = row;
        paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", n));
    }
    list->n = n;
}

bool fill_stop(struct paper_fill *f)
{
    const struct ending *end = NULL;
    const json_t *e = NULL;
    const struct reason *r;
    const char *code;

    for (size_t i = 0; !e && i < sizeof endings / sizeof *endings; i++) {
        end = &endings[i];
        e = fill_event(f, end->kind);
    }
    if (!e)
        return fill_nothing(f, "Hồ sơ này không bị dừng.", "The dossier was not stopped.");
    code = json_str(data_of(e), "reason");
    r = code && f->p ? procedure_reason(f->p, code) : NULL;
    fill_issuer(f, receiving_of(f), fill_instant(json_str(e, "at")));
    fill_dossier(f);
    about_event(f, e);
    paper_set(f->r, PF_STAGE, last_step(f));
    paper_set(f->r, PF_REASON, r ? r->title.vi : end->why);
    paper_set(f->r, PF_NOTE, json_str(data_of(e), "note"));
    paper_set(f->r, PF_DOCUMENT, json_str(data_of(e), "document"));
    paid_until(f, json_i64(e, "seq", 0));
    given_back(f);
    return true;
}

/* ---- receipt of the result */

static void result_day(struct paper_fill *f, const json_t *result)
{
    const char *day = json_str(result, "date");
    dayno d;
    struct buf b;

    if (!day || !day_parse(span_of(day), &d))
        return;
    buf_init(&b, 64);
    paper_day_short(d, &b);
    paper_set(f->r, PF_RESULT_DATE, buf_cstr(&b));
    buf_free(&b);
}

static void result_row(struct paper_fill *f, const char *title, const json_t *result)
{
    struct paper_row *row = paper_add(f->r, PL_RESULTS);
    struct paper_rows *list = &f->r->list[PL_RESULTS];

    paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", list->n));
    paper_cell(f->r, row, PC_TITLE, title);
    paper_cell(f->r, row, PC_CODE, json_str(result, "number"));
    paper_cell(f->r, row, PC_DONE, f->r->field[PF_RESULT_DATE]);
    paper_cell(f->r, row, PC_BY, json_str(result, "signer"));
}

static void results(struct paper_fill *f)
{
    const json_t *list = json_object_get(f->d, "results");
    const json_t *one = json_object_get(f->d, "result");
    bool refused = json_flag(one, "refusal", false);

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);

        result_day(f, x);
        result_row(f, json_str(x, "title"), x);
    }
    result_day(f, one);
    if (json_array_size(list) == 0)
        result_row(f, refused ? "Văn bản từ chối giải quyết" : f->p ? f->p->result.vi : NULL, one);
    paper_set(f->r, PF_RESULT_NUMBER, json_str(one, "number"));
    paper_set(f->r, PF_SIGNER, json_str(one, "signer"));
}

/* Whoever took it, with her own number: that of another one is left for the pen. */
static void taken_by(struct paper_fill *f, const char *whom)
{
    const char *key = whom && strcmp(whom, "authorised") == 0 ? "authorised"
                      : f->r->field[PF_OWNER]                 ? "owner"
                                                              : "applicant";
    const json_t *p = json_object_get(f->content, key);

    if (whom && strcmp(whom, "post") == 0) {
        paper_set(f->r, PF_RECIPIENT, "Nhân viên bưu chính công ích");
        p = NULL;
    } else {
        paper_set(f->r, PF_RECIPIENT, json_str(p, "name"));
    }
    paper_set(f->r, PF_APPLICANT_PHONE, json_str(p, "phone"));
}

bool fill_result(struct paper_fill *f)
{
    const json_t *e = fill_event(f, "RESULT_HANDED_OVER");
    const json_t *data = data_of(e);

    if (!e)
        return fill_nothing(f, "Chưa trả kết quả.", "The result was not handed over.");
    fill_issuer(f, receiving_of(f), fill_instant(json_str(e, "at")));
    fill_dossier(f);
    about_event(f, e);
    results(f);
    taken_by(f, json_str(data, "to_whom"));
    paper_set(f->r, PF_NOTE, json_str(data, "note"));
    return true;
}
