/* A dossier's papers: dossier -> record; papers.c draws it.  What was printed of a dossier.  All
 * lies in the request's arena; the worker's thread. */
#include "server/api/page.h"
#include "server/api/paper_control.h"
#include "server/store/dossier_json.h"
#include "server/store/prints.h"

#define SECRET_MAX 20
#define CODE_MAX   40

struct several { /* papers of one kind of several dossiers, in the request's arena */
    const char *code[PAPERS_BOUND_MAX];
    size_t n, at;
    struct papers_bound *bound;
};

struct telling { /* in the request's arena */
    struct paper_fill f;
    const struct paper_task *task;
    const char *code;
    struct paper_record record;
    struct several *several; /* NULL: one dossier */
};

static struct telling *telling_of(struct req *rq)
{
    return rq->mine;
}

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
static const struct route_param several_params[] = {
    COPY_PARAMS,
    {"codes",
     {"mã hồ sơ, cách nhau bằng dấu phẩy, tối đa 50", "codes, parted by commas, at most 50"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param print_params[] = {
    COPY_PARAMS,
    {"secret", {"mã tra cứu, để in lên giấy", "tracking code, to be printed"}},
    {"request", {"số đề nghị; mặc định: đề nghị cuối", "number of the request; default: the last"}},
    {"event", {"sự kiện thu tiền; mặc định: lần cuối", "event of the payment; default: the last"}},
    {NULL, {NULL, NULL}},
};

static void next_of_several(struct req *rq);

/* This one cannot be printed: the answer, or one mistake of several. */
static void unprintable(struct req *rq, enum err e, struct text2 why)
{
    struct telling *x = telling_of(rq);

    if (!x->several) {
        if (why.vi)
            reply_detail(rq, e, why.vi, why.en);
        else
            reply_problem(rq, e);
        return;
    }
    if (!why.vi)
        why = (struct text2){err_title(e, LANG_VI), err_title(e, LANG_EN)};
    violation_add_text(&rq->bad, arena_printf(rq->arena, "/codes/%zu", x->several->at), err_code(e),
                       why);
    next_of_several(rq);
}

static void dossier_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    struct paper_fill *f;
    json_t *d;

    (void)version;
    if (!req_back(rq))
        return;
    d = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (e == ERR_NOT_FOUND) {
        unprintable(rq, e, (struct text2){NULL, NULL});
        return;
    }
    if (!d) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    if (!rq->json)
        rq->json = json_array(); /* lives as long as the request */
    (void)json_array_append_new(rq->json, d);
    f = &telling_of(rq)->f;
    f->d = d;
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
    store_dossier(rq->api->store, &rq->viewer, telling_of(rq)->code, DOSSIER_HISTORY, LANG_VI,
                  dossier_came, rq);
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
    telling_of(rq)->f.s = s;
    req_resume(rq);
}

static enum flow read_state(struct req *rq)
{
    if (!telling_of(rq)->task->state)
        return FLOW_NEXT;
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, telling_of(rq)->code, rq->arena, state_came,
                        rq);
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
        reply_detail(rq, ERR_BAD_REQUEST, "Mã tra cứu không phải của hồ sơ này.",
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
        reply_detail(rq, ERR_BAD_REQUEST, "Mã tra cứu không đúng dạng.",
                     "A tracking code does not look like that.");
        return FLOW_DONE;
    }
    rq->wait = WAIT_STORE;
    store_track(rq->api->store, rq->param[0], arena_span(rq->arena, secret), rq->arena, tracked,
                rq);
    return FLOW_WAIT;
}

static enum flow fill(struct req *rq)
{
    struct telling *x = telling_of(rq);

    if (json_flag(x->f.d, "masked", false))
        unprintable(rq, ERR_FORBIDDEN,
                    (struct text2){"Người chỉ xem không in giấy tờ có dữ liệu cá nhân.",
                                   "Those who only read do not print papers with personal data."});
    else if (!x->task->fill(&x->f))
        unprintable(rq, ERR_R_WRONG_STATUS, x->f.why);
    else if (!x->several)
        papers_print(rq, &x->f, x->task->kind, x->code);
    else if (papers_bind(rq, &x->several->bound, &x->f, x->task->kind, x->code))
        next_of_several(rq);
    return FLOW_DONE;
}

static step_fn *const dossier_steps[] = {read_dossier, read_state, check_secret, fill, NULL};

static struct telling *begin(struct req *rq, const struct paper_task *task, const char *code)
{
    struct telling *x = ARENA_NEW(rq->arena, struct telling);

    x->task = task;
    x->code = code;
    x->f.rq = rq;
    x->f.r = &x->record;
    x->f.dossier = true;
    paper_record_init(&x->record, rq->arena);
    rq->mine = x;
    return x;
}

static void start(struct req *rq, const struct paper_task *task)
{
    (void)begin(rq, task, rq->param[0]);
    req_flow(rq, dossier_steps);
}

/* ---------------------------------------------------------------- those of several dossiers */

static void start_of_several(struct req *rq, const struct paper_task *task, struct several *all)
{
    begin(rq, task, all->code[all->at])->several = all;
    req_flow(rq, dossier_steps);
}

/* All or nothing: who prints twenty wants to know which of them is missing before the paper comes.
 */
static void next_of_several(struct req *rq)
{
    const struct telling *x = telling_of(rq);
    struct several *all = x->several;

    if (++all->at < all->n)
        start_of_several(rq, x->task, all);
    else if (rq->bad.n)
        reply_invalid(rq, ERR_INVALID, &rq->bad);
    else
        papers_print_bound(rq, all->bound);
}

static void start_several(struct req *rq, const struct paper_task *task)
{
    struct several *all = ARENA_NEW(rq->arena, struct several);
    struct span rest = req_query(rq, "codes"), one = SPAN_NONE;

    while (rest.n && all->n < PAPERS_BOUND_MAX) {
        (void)span_cut(rest, ',', &one, &rest);
        if (one.n == 0 || one.n > CODE_MAX)
            break;
        all->code[all->n++] = arena_span(rq->arena, one);
    }
    if (rest.n || all->n == 0 || one.n == 0 || one.n > CODE_MAX)
        reply_detail(rq, ERR_BAD_REQUEST,
                     "codes: mã hồ sơ cách nhau bằng dấu phẩy, từ 1 đến 50 mã.",
                     "codes: codes of dossiers parted by commas, 1 to 50.");
    else
        start_of_several(rq, task, all);
}

#define PAPER(name, kind, filled, wants_state)                                                     \
    static void name(struct req *rq)                                                               \
    {                                                                                              \
        static const struct paper_task task = {kind, filled, wants_state};                         \
        start(rq, &task);                                                                          \
    }
#define PAPERS(name, kind, filled, wants_state)                                                    \
    static void name(struct req *rq)                                                               \
    {                                                                                              \
        static const struct paper_task task = {kind, filled, wants_state};                         \
        start_several(rq, &task);                                                                  \
    }
PAPER(receipt, PAPER_RECEIPT, fill_receipt, false)
PAPERS(receipts, PAPER_RECEIPT, fill_receipt, false)
PAPERS(controls, PAPER_CONTROL, fill_control, true)
PAPER(supplement, PAPER_SUPPLEMENT, fill_supplement, false)
PAPER(refusal, PAPER_REFUSAL, fill_refusal, false)
PAPER(apology, PAPER_APOLOGY, fill_apology, false)
PAPER(stop, PAPER_STOP, fill_stop, false)
PAPER(control, PAPER_CONTROL, fill_control, true)
PAPER(journal, PAPER_JOURNAL, fill_journal, false)
PAPER(transfer, PAPER_TRANSFER, fill_transfer, true)
PAPER(result, PAPER_RESULT, fill_result, false)
PAPER(fee, PAPER_FEE, fill_fee, false)

/* ---------------------------------------------------------------- the control slip as JSON */

static enum flow tell_control(struct req *rq)
{
    struct telling *x = telling_of(rq);
    struct buf *b = reply_buf(rq);

    control_json(&x->f, b);
    reply_json(rq, 200, (struct span){b->p, b->n}, x->f.s->seq);
    return FLOW_DONE;
}

static step_fn *const control_steps_json[] = {read_dossier, read_state, tell_control, NULL};

static void control_slip(struct req *rq)
{
    static const struct paper_task task = {PAPER_CONTROL, NULL, true};

    (void)begin(rq, &task, rq->param[0]);
    req_flow(rq, control_steps_json);
}

/* ---------------------------------------------------------------- the print log */

static void seen(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)json;
    (void)version;
    if (!req_came(rq, e))
        return;
    rq->wait = WAIT_STORE;
    store_prints(rq->api->store, rq->param[0], rq->lang, json_came, rq);
}

/* Whoever may see the dossier may see what was printed of it. */
static void prints(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier(rq->api->store, &rq->viewer, rq->param[0], 0, rq->lang, seen, rq);
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
#define SEVERAL(path, perm, fn, vi_text, en_text)                                                  \
    {                                                                                              \
        .method = HTTP_GET, .pattern = "/v1/papers/" path, .permission = (perm),                   \
        .lane = LANE_READ, .handle = (fn), .query = several_params, .media = "application/pdf",    \
        .summary = {                                                                               \
            vi_text,                                                                               \
            en_text                                                                                \
        }                                                                                          \
    }
static const struct route rows[] = {
    SEVERAL("receipts.pdf", PERM_RECEIPT, receipts, "In giấy tiếp nhận của nhiều hồ sơ, một tệp",
            "Print the receipts of several dossiers, one file"),
    SEVERAL("control-slips.pdf", PERM_PRINT, controls,
            "In phiếu kiểm soát của nhiều hồ sơ, một tệp",
            "Print the control slips of several dossiers, one file"),
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
    PDF("journal.pdf", PERM_PRINT, journal, "In phiếu quá trình xử lý",
        "Print the record of processing"),
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
