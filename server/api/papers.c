/* Papers as PDF: dossier -> record -> earlier prints -> drawn in the job pool -> noted in the print
 * log -> answered.  Nothing leaves that was not noted.  The request belongs to its worker; while it
 * is drawn or noted it is held, the job and its bytes with it. */
#include <stdlib.h>
#include <string.h>

#include "server/api/page.h"
#include "server/api/paper_control.h"
#include "server/print/print.h"
#include "server/store/dossier_json.h"
#include "server/store/prints.h"

#define TRIES_MAX      4 /* after somebody printed the same at the same moment */
#define TEMPLATE_ARENA ((size_t)8 << 20)
#define COPIES_MAX     20
#define SECRET_MAX     20

struct drawing { /* of the job; freed when it is answered, or nobody waits any more */
    struct req *rq;
    struct print_order order;
    bool reprint;
    char *source;                       /* another template than the present one, or NULL */
    const char *regime, *sector, *copy; /* of the request's arena: it is held */
    struct arena *arena;                /* of that template */
    enum print_fault fault;
    struct print_facts facts;
    struct buf pdf;
    uint8_t template[SHA256_BYTES], plain[SHA256_BYTES], given[SHA256_BYTES];
};

struct printing { /* in the request's arena */
    struct paper_fill f;
    enum paper_kind kind;
    const struct paper_task *task;
    struct paper_record record;
    struct print_key key;
    struct print_order order;
    const char *copy; /* key, or NULL */
    int copies, tries;
    int last; /* number of the last print */
    bool reprint;
    uint8_t digest[SHA256_BYTES], original[SHA256_BYTES]; /* of the record; of the first bytes */
    const char *source; /* of the template of the first print, when it is another one */
    struct drawing *drawing;
};

/* ---------------------------------------------------------------- what is asked for */

static const char *const sheets[] = {"a5", "a4", "80mm", NULL};
static const char *const yes_no[] = {"no", "yes", NULL};

#define COPY_PARAMS                                                                                \
    {"paper", {"a5, a4 hoặc 80mm; mặc định khổ của mẫu", "a5, a4 or 80mm; default: the form's"}},  \
        {"copy", {"liên nào; all: mọi liên", "which copy; all: each of them"}},                    \
        {"copies", {"số bản in", "how many are printed"}},                                         \
    {                                                                                              \
        "english",                                                                                 \
        {                                                                                          \
            "yes: thêm dòng tiếng Anh", "yes: with second lines in English"                        \
        }                                                                                          \
    }
static const struct route_param print_params[] = {
    COPY_PARAMS,
    {"secret", {"mã tra cứu, để in lên giấy", "tracking code, to be printed"}},
    {"request", {"số đề nghị; mặc định: đề nghị cuối", "number of the request; default: the last"}},
    {"event", {"sự kiện thu tiền; mặc định: lần cuối", "event of the payment; default: the last"}},
    {NULL, {NULL, NULL}},
};

static struct printing *printing_of(struct req *rq)
{
    return rq->mine;
}

static bool bad(struct req *rq, const char *vi, const char *en)
{
    reply_detail(rq, ERR_BAD_REQUEST, vi, en);
    return false;
}

static bool sheet_fits(struct req *rq, struct print_order *o, int asked)
{
    bool a5 = o->template->size == PAPER_A5;

    o->sheet = PRINT_OWN;
    if (asked == 2)
        o->sheet = PRINT_ROLL;
    else if (asked == 1 && a5)
        o->sheet = PRINT_A4;
    if ((asked == 0 && !a5) || (asked == 2 && !o->template->rolls))
        return bad(rq, "Giấy này không có mẫu cho khổ ấy.", "This paper has no form of that size.");
    return true;
}

static bool copy_fits(struct req *rq, struct printing *x)
{
    struct span asked = req_query(rq, "copy");

    x->order.copy = x->order.template->copies ? 0 : -1;
    if (asked.p && span_is(asked, "all"))
        x->order.copy = -1;
    else if (asked.p)
        x->order.copy = paper_copy_of(x->order.template, asked);
    if (asked.p && x->order.copy < 0 && !span_is(asked, "all"))
        return bad(rq, "Giấy này không có liên ấy.", "This paper has no such copy.");
    x->copy = x->order.copy >= 0 ? x->order.template->copy[x->order.copy].copy : NULL;
    return true;
}

/* False after answering. */
static bool order_read(struct req *rq, struct printing *x)
{
    const struct paper_set *set = rq->api->conf->papers;
    int paper, english;
    int64_t copies;

    x->order.template =
        set ? paper_choose(set, x->kind, x->f.regime, x->f.sector, &x->order.form) : NULL;
    if (!x->order.template) {
        reply_detail(rq, ERR_NOT_FOUND, "Chưa có mẫu in cho giấy này.",
                     "There is no template of this paper.");
        return false;
    }
    if (!req_query_choice(rq, "paper", sheets, -1, &paper) ||
        !req_query_choice(rq, "english", yes_no, 0, &english) ||
        !req_query_i64(rq, "copies", 1, COPIES_MAX, 1, &copies) ||
        !sheet_fits(rq, &x->order, paper) || !copy_fits(rq, x))
        return false;
    x->order.english = english == 1;
    x->copies = (int)copies;
    x->order.record = &x->record;
    x->key.paper = x->f.about
                       ? arena_printf(rq->arena, "%s/%s", paper_kind_name(x->kind), x->f.about)
                       : paper_kind_name(x->kind);
    x->key.variant = arena_printf(rq->arena, "%s/%s%s%s", PRINT_SHEET_WORDS[x->order.sheet],
                                  x->copy ? x->copy : "all", x->order.english ? "/en" : "",
                                  x->record.field[PF_SECRET] ? "/secret" : "");
    return true;
}

/* ---------------------------------------------------------------- earlier prints */

static bool digest_of(const json_t *obj, const char *key, uint8_t out[SHA256_BYTES])
{
    const char *hex = json_str(obj, key);

    return hex && strlen(hex) == 2 * SHA256_BYTES && hex_decode(hex, 2 * SHA256_BYTES, out);
}

static void before_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct printing *x;
    struct json_fault fault;
    const json_t *first;
    uint8_t record[SHA256_BYTES];
    json_t *j;

    (void)version;
    if (!req_back(rq))
        return;
    x = printing_of(rq);
    j = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!j) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    x->last = (int)json_i64(j, "last", 0);
    first = json_object_get(j, "original");
    x->reprint = json_is_object(first) && digest_of(first, "record", record) &&
                 digest_of(first, "plain", x->original) &&
                 (paper_kind_once(x->kind) || memcmp(record, x->digest, sizeof record) == 0);
    x->source = x->reprint ? arena_strdup(rq->arena, json_str(first, "source")) : NULL;
    json_decref(j);
    req_resume(rq);
}

static enum flow look_back(struct req *rq)
{
    struct printing *x = printing_of(rq);

    rq->wait = WAIT_STORE;
    store_print_before(rq->api->store, &x->key, x->order.template->hash, before_came, rq);
    return FLOW_WAIT;
}

/* ---------------------------------------------------------------- drawing, in the pool */

/* By the template of the first print. */
static bool older_template(struct drawing *d)
{
    const struct paper_template *t;
    struct diags diags;

    if (!d->source)
        return true;
    d->arena = arena_new(TEMPLATE_ARENA);
    diags_init(&diags, d->arena);
    t = paper_template_compile(d->arena, span_of(d->source), &diags);
    if (!t)
        return false;
    d->order.template = t;
    d->order.form = paper_form_of(t, d->regime, d->sector);
    d->order.copy = d->copy ? paper_copy_of(t, span_of(d->copy)) : -1;
    return true;
}

static void draw_once(struct drawing *d, bool marked, uint8_t digest[SHA256_BYTES])
{
    d->order.reprint = marked;
    buf_clear(&d->pdf);
    d->fault = print_render(&d->order, &d->pdf, &d->facts);
    sha256(d->pdf.p, d->pdf.n, digest);
}

static void draw_run(void *job)
{
    struct drawing *d = job;

    if (!older_template(d)) {
        d->fault = PRINT_FAILED;
        return;
    }
    memcpy(d->template, d->order.template->hash, SHA256_BYTES);
    draw_once(d, false, d->plain);
    memcpy(d->given, d->plain, SHA256_BYTES);
    if (d->fault == PRINT_FINE && d->reprint)
        draw_once(d, true, d->given);
}

static void drawing_free(struct drawing *d)
{
    if (!d)
        return;
    buf_free(&d->pdf);
    arena_free(d->arena);
    free(d->source);
    free(d);
}

static void draw_done(void *job, bool ran)
{
    struct drawing *d = job;
    struct req *rq = d->rq;

    if (!req_back(rq)) {
        drawing_free(d);
        return;
    }
    if (ran && d->fault == PRINT_FINE) {
        printing_of(rq)->drawing = d;
        req_resume(rq);
        return;
    }
    if (ran && d->fault == PRINT_TOO_LONG)
        reply_detail(rq, ERR_BAD_REQUEST, "Giấy này dài quá: hãy chọn khoảng ngắn hơn.",
                     "This paper gets too long: ask for less.");
    else
        reply_problem(rq, ran ? ERR_INTERNAL : ERR_UNAVAILABLE);
    drawing_free(d);
}

static enum flow draw(struct req *rq)
{
    struct printing *x = printing_of(rq);
    struct drawing *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    d->rq = rq;
    d->order = x->order;
    d->reprint = x->reprint;
    d->regime = x->f.regime;
    d->sector = x->f.sector;
    d->copy = x->copy;
    if (x->source && !(d->source = strdup(x->source)))
        abort();
    buf_init(&d->pdf, PRINT_BYTES_MAX);
    if (!pool_submit(rq->api->conf->printing, rq->api->worker, draw_run, draw_done, d)) {
        drawing_free(d);
        reply_problem(rq, ERR_OVERLOADED);
        return FLOW_DONE;
    }
    return req_held(rq);
}

/* ---------------------------------------------------------------- noting, answering */

/* Shown by the browser's own viewer, which a sandbox would shut out. */
static const char pdf_policy[] =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; base-uri 'none'";

static void answer(struct req *rq, const struct printing *x, struct drawing *d)
{
    const char *name = arena_printf(rq->arena, "inline; filename=\"%s-%s.pdf\"",
                                    x->record.field[PF_CODE] ? x->record.field[PF_CODE] : "mot-cua",
                                    paper_kind_name(x->kind));
    struct http_header extra[] = {
        {SPAN_LIT("Content-Disposition"), span_of(name)},
        {SPAN_LIT("Content-Security-Policy"), span_of(pdf_policy)},
    };

    reply_body(rq, 200, "application/pdf", (struct span){d->pdf.p, d->pdf.n}, extra, 2);
}

static void print_begin(struct req *rq);

static void noted(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct printing *x = printing_of(rq);
    struct drawing *d = x->drawing;

    (void)json;
    (void)version;
    x->drawing = NULL;
    if (!req_back(rq)) {
        drawing_free(d);
        return;
    }
    if (e == ERR_STALE && ++x->tries < TRIES_MAX) {
        drawing_free(d);
        print_begin(rq);
        return;
    }
    if (e == ERR_OK)
        answer(rq, x, d);
    else
        reply_problem(rq, e == ERR_STALE ? ERR_OVERLOADED : e);
    drawing_free(d);
}

static enum flow note(struct req *rq)
{
    struct printing *x = printing_of(rq);
    struct drawing *d = x->drawing;
    const struct paper_template *t = x->order.template;
    struct print_entry e = {
        .key = x->key,
        .nth = x->last + 1,
        .reprint = x->reprint,
        .same = !x->reprint || memcmp(d->plain, x->original, SHA256_BYTES) == 0,
        .seq = x->task ? json_i64(x->f.d, "seq", 0) : 0,
        .source = x->source ? span_of(x->source) : (struct span){t->source, t->source_len},
        .kind = paper_kind_name(x->kind),
        .pages = d->facts.pages,
        .copies = x->copies,
        .by = rq->user.user,
        .agency = rq->user.agency,
    };

    memcpy(e.record, x->digest, SHA256_BYTES);
    memcpy(e.template, d->template, SHA256_BYTES);
    memcpy(e.plain, d->plain, SHA256_BYTES);
    memcpy(e.given, d->given, SHA256_BYTES);
    store_print_put(rq->api->store, &e, noted, rq);
    return req_held(rq);
}

static step_fn *const print_steps[] = {look_back, draw, note, NULL};

static void print_begin(struct req *rq)
{
    req_flow(rq, print_steps);
}

static void print_filled(struct req *rq, struct printing *x)
{
    if (!order_read(rq, x))
        return;
    paper_record_digest(&x->record, x->digest);
    print_begin(rq);
}

void papers_print(struct req *rq, const struct paper_fill *f, enum paper_kind kind,
                  const char *subject)
{
    struct printing *x = ARENA_NEW(rq->arena, struct printing);

    x->f = *f;
    x->kind = kind;
    x->record = *f->r;
    x->key.subject = subject;
    rq->mine = x;
    print_filled(rq, x);
}

/* ---------------------------------------------------------------- a dossier's papers */

static void dossier_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    struct paper_fill *f;

    (void)version;
    if (!req_back(rq))
        return;
    rq->json = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!rq->json) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    f = &printing_of(rq)->f;
    f->d = rq->json;
    f->content = json_object_get(f->d, "content");
    f->history = json_object_get(f->d, "history");
    f->snap = req_snapshot(rq);
    f->p = procedure_numbered(f->snap, span_of(json_str(f->d, "procedure")),
                              (int)json_i64(f->d, "version", 0));
    f->regime = json_str(f->d, "regime");
    f->sector = f->p ? f->p->field_code : NULL;
    req_resume(rq);
}

static enum flow read_dossier(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], true, LANG_VI, dossier_came, rq);
    return FLOW_WAIT;
}

static void state_came(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK || !s) {
        reply_problem(rq, e == ERR_OK ? ERR_NOT_FOUND : e);
        return;
    }
    printing_of(rq)->f.s = s;
    req_resume(rq);
}

static enum flow read_state(struct req *rq)
{
    if (!printing_of(rq)->task->state)
        return FLOW_NEXT;
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, state_came, rq);
    return FLOW_WAIT;
}

static void tracked(void *owner, enum err e, const struct track_answer *t)
{
    struct req *rq = owner;

    if (!req_back(rq))
        return;
    if (e != ERR_OK)
        reply_problem(rq, e);
    else if (!t->found)
        (void)bad(rq, "Mã tra cứu không phải của hồ sơ này.",
                  "This tracking code is not that of the dossier.");
    else
        req_resume(rq);
}

/* A wrong secret on paper would send somebody home with nothing. */
static enum flow check_secret(struct req *rq)
{
    struct span secret = req_query(rq, "secret");

    if (!secret.p)
        return FLOW_NEXT;
    if (secret.n > SECRET_MAX) {
        (void)bad(rq, "Mã tra cứu không đúng dạng.", "A tracking code does not look like that.");
        return FLOW_DONE;
    }
    rq->wait = WAIT_STORE;
    store_track(rq->api->store, rq->param[0], arena_span(rq->arena, secret), rq->arena, tracked,
                rq);
    return FLOW_WAIT;
}

static enum flow fill(struct req *rq)
{
    struct printing *x = printing_of(rq);

    if (json_flag(x->f.d, "masked", false)) {
        reply_detail(rq, ERR_FORBIDDEN, "Người chỉ xem không in giấy tờ có dữ liệu cá nhân.",
                     "Those who only read do not print papers with personal data.");
        return FLOW_DONE;
    }
    if (!x->task->fill(&x->f)) {
        reply_detail(rq, ERR_R_WRONG_STATUS, x->f.why.vi, x->f.why.en);
        return FLOW_DONE;
    }
    print_filled(rq, x);
    return FLOW_DONE;
}

static step_fn *const dossier_steps[] = {read_dossier, read_state, check_secret, fill, NULL};

static struct printing *begin(struct req *rq, const struct paper_task *task)
{
    struct printing *x = ARENA_NEW(rq->arena, struct printing);

    x->task = task;
    x->kind = task->kind;
    x->f.rq = rq;
    x->f.r = &x->record;
    x->key.subject = rq->param[0];
    paper_record_init(&x->record, rq->arena);
    rq->mine = x;
    return x;
}

static void start(struct req *rq, const struct paper_task *task)
{
    (void)begin(rq, task);
    req_flow(rq, dossier_steps);
}

#define PAPER(name, kind, filled, wants_state)                                                     \
    static void name(struct req *rq)                                                               \
    {                                                                                              \
        static const struct paper_task task = {kind, filled, wants_state};                         \
        start(rq, &task);                                                                          \
    }
PAPER(receipt, PAPER_RECEIPT, fill_receipt, false)
PAPER(supplement, PAPER_SUPPLEMENT, fill_supplement, false)
PAPER(refusal, PAPER_REFUSAL, fill_refusal, false)
PAPER(apology, PAPER_APOLOGY, fill_apology, false)
PAPER(stop, PAPER_STOP, fill_stop, false)
PAPER(control, PAPER_CONTROL, fill_control, true)
PAPER(transfer, PAPER_TRANSFER, fill_transfer, true)
PAPER(result, PAPER_RESULT, fill_result, false)
PAPER(fee, PAPER_FEE, fill_fee, false)

/* ---------------------------------------------------------------- the control slip as JSON */

static enum flow tell_control(struct req *rq)
{
    struct printing *x = printing_of(rq);
    struct buf *b = reply_buf(rq);

    control_json(&x->f, b);
    reply_json(rq, 200, (struct span){b->p, b->n}, x->f.s->seq);
    return FLOW_DONE;
}

static step_fn *const control_steps_json[] = {read_dossier, read_state, tell_control, NULL};

static void control_slip(struct req *rq)
{
    static const struct paper_task task = {PAPER_CONTROL, NULL, true};

    (void)begin(rq, &task);
    req_flow(rq, control_steps_json);
}

/* ---------------------------------------------------------------- the print log */

static void seen(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (!req_back(rq))
        return;
    if (e != ERR_OK) {
        reply_problem(rq, e);
        return;
    }
    rq->wait = WAIT_STORE;
    store_prints(rq->api->store, rq->param[0], rq->lang, json_came, rq);
}

/* Whoever may see the dossier may see what was printed of it. */
static void prints(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], false, rq->lang, seen, rq);
}

static const struct answer_key print_keys[] = {
    A_TIME("at", 0, "lúc", "at"),
    A_WORD("paper", 0, "giấy nào, của đề nghị nào", "which paper, of which request"),
    A_WORD("variant", 0, "khổ, liên, ngôn ngữ", "sheet, copy, language"),
    A_INT("nth", 0, "lần in thứ mấy", "which print of it"),
    A_BOOL("reprint", 0, "bản in lại", "a reprint"),
    A_BOOL("same", 0, "nội dung như bản đầu", "says what the first one said"),
    A_INT("copies", 0, "số bản", "how many were printed"),
    A_INT("pages", 0, "số trang", "pages"),
    A_HASH("template", 0, "phiên bản mẫu in", "version of the template"),
    A_HASH("digest", 0, "SHA-256 của tệp PDF", "SHA-256 of the PDF"),
    A_INT("by", ANSWER_NULL, "người in", "who printed it"),
    A_TEXT("name", ANSWER_NULL, "tên người in", "name"),
    A_OBJECT("agency", ANSWER_NULL, &answer_agency, "cơ quan", "agency"),
};
static const struct answer_shape print_shape = A_SHAPE("Print", print_keys);
static const struct answer_key prints_keys[] = {
    A_LIST("items", 0, &print_shape, "các lần in, mới nhất trước", "prints, the newest first"),
};
static const struct answer_shape prints_shape = A_SHAPE("Prints", prints_keys);

#define PDF(path, perm, fn, vi_text, en_text)                                                      \
    {                                                                                              \
        .method = HTTP_GET, .pattern = "/v1/dossiers/{code}/" path, .permission = (perm),          \
        .lane = LANE_READ, .handle = (fn), .query = print_params, .media = "application/pdf",      \
        .summary = {                                                                               \
            vi_text,                                                                               \
            en_text                                                                                \
        }                                                                                          \
    }
static const struct route rows[] = {
    PDF("receipt.pdf", PERM_RECEIPT, receipt, "In giấy tiếp nhận và hẹn trả (Mẫu 01)",
        "Print the receipt with appointment (form 01)"),
    PDF("supplement-slip.pdf", PERM_PRINT, supplement, "In phiếu yêu cầu bổ sung (Mẫu 02)",
        "Print the request for a supplement (form 02)"),
    PDF("refusal.pdf", PERM_PRINT, refusal, "In phiếu từ chối (Mẫu 03)",
        "Print the refusal (form 03)"),
    PDF("apology.pdf", PERM_PRINT, apology, "In phiếu xin lỗi và hẹn lại (Mẫu 04)",
        "Print the apology with a new date (form 04)"),
    PDF("stop-notice.pdf", PERM_PRINT, stop, "In thông báo dừng giải quyết (Mẫu 05)",
        "Print the notice that it was stopped (form 05)"),
    PDF("control-slip.pdf", PERM_PRINT, control, "In phiếu kiểm soát quá trình giải quyết",
        "Print the process-control slip"),
    PDF("transfer-slip.pdf", PERM_PRINT, transfer, "In phiếu chuyển xử lý",
        "Print the transfer slip"),
    PDF("result-receipt.pdf", PERM_RECEIPT, result, "In giấy biên nhận trả kết quả",
        "Print the receipt of the result"),
    PDF("fee-receipt.pdf", PERM_RECEIPT, fee, "In biên lai thu phí, lệ phí",
        "Print the receipt of a payment"),
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/control-slip",
     .permission = PERM_DOSSIER_READ,
     .flags = ROUTE_ETAG,
     .lane = LANE_READ,
     .handle = control_slip,
     .answer = &control_shape,
     .summary = {"Phiếu kiểm soát: từng bước, kế hoạch và thực hiện",
                 "Process-control slip: each step, planned and used time"}},
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/prints",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_READ,
     .handle = prints,
     .answer = &prints_shape,
     .summary = {"Các lần in giấy tờ của hồ sơ", "What was printed of the dossier"}},
};
ROUTE_TABLE(routes_papers, rows);
