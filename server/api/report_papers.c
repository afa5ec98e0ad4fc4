/* Forms II.06a and II.06b on paper, from the figures as on the screen or from a frozen report.  The
 * worker's thread; drawn in the printing pool. */
#include <stdlib.h>
#include <string.h>

#include "server/api/figures.h"
#include "server/api/paper_fill.h"
#include "server/store/frozen.h"

#define SHEET_PARAMS                                                                               \
    {"paper", {"a4", "a4"}},                                                                       \
    {                                                                                              \
        "copies",                                                                                  \
        {                                                                                          \
            "số bản in", "how many are printed"                                                    \
        }                                                                                          \
    }
static const struct route_param form_params[] = {FIGURE_PARAMS, SHEET_PARAMS, {NULL, {NULL, NULL}}};
static const struct route_param file_params[] = {
    {"format", {"csv, xlsx hoặc pdf", "csv, xlsx or pdf"}},
    EXPORT_PROGRESS_PARAM,
    {NULL, {NULL, NULL}},
};
static const struct route_param frozen_params[] = {SHEET_PARAMS, {NULL, {NULL, NULL}}};

struct forming {
    struct paper_fill f;
    struct paper_record record;
    struct figures_query q; /* from, to and what it asks for */
    bool b;
    const char *subject;
};

/* ---------------------------------------------------------------- lines */

static const struct {
    const char *kind;
    bool head; /* level, field, total: bold */
} kinds[] = {
    {"level", true}, {"field", true}, {"procedure", false}, {"agency", false}, {"total", true}};

static bool is_head(const char *kind)
{
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].head;
    return true;
}

static const char *roman(size_t n)
{
    static const char *const r[] = {"", "I", "II", "III", "IV", "V"};

    return n < sizeof r / sizeof *r ? r[n] : "";
}

/* I. level, fields without a number, what stands under them counted through. */
static const char *number_of(struct forming *x, const char *kind, size_t *level, size_t *no)
{
    if (kind && strcmp(kind, "level") == 0) {
        *no = 0;
        return roman(++*level);
    }
    return is_head(kind) ? "" : arena_printf(x->f.rq->arena, "%zu", ++*no);
}

static void lines(struct forming *x, const json_t *items)
{
    size_t level = 0, no = 0, i;
    const json_t *item;

    json_array_foreach(items, i, item)
    {
        struct paper_row *row = paper_add(&x->record, PL_LINES);
        const char *kind = json_str(item, "kind"), *title = json_str(item, "title");

        if (!row)
            return;
        paper_cell(&x->record, row, PC_NO, number_of(x, kind, &level, &no));
        paper_cell(&x->record, row, is_head(kind) ? PC_NAME : PC_TITLE,
                   title ? title : json_str(item, "key"));
        for (int k = 0; k < FORM_COLUMNS; k++)
            paper_cell(
                &x->record, row, (enum paper_cell)(PC_C1 + k),
                arena_printf(x->f.rq->arena, "%lld", (long long)json_i64(item, FORM_WORDS[k], 0)));
    }
}

/* ---------------------------------------------------------------- what stands above and below */

static void fill(struct forming *x)
{
    const struct organisation *o = x->f.snap->org;
    const json_t *items = json_object_get(x->f.d, "items"), *total;
    int unit = organisation_of_id(o, x->q.agency ? x->q.agency : x->f.rq->viewer.agency);

    total = json_array_get(items, json_array_size(items) - 1);
    /* dated by the last day that it tells of */
    fill_issuer(&x->f, organisation_of_id(o, x->f.rq->viewer.agency),
                fill_instant(json_str(x->f.d, "as_of")) - INT64_C(1000000));
    paper_set(&x->record, PF_AGENCY, fill_agency_name(&x->f, unit));
    paper_set(&x->record, PF_OFFICER, x->f.rq->user.name);
    paper_set(&x->record, PF_PERIOD, figures_period_words(x->f.rq, &x->q, LANG_VI));
    paper_set(&x->record, PF_SUMMARY, figures_scope_words(x->f.rq, &x->q, false, LANG_VI));
    paper_set(&x->record, PF_STAGE,
              figures_judged_words(x->f.rq, x->q.basis, fill_instant(json_str(x->f.d, "as_of")),
                                   LANG_VI));
    fill_text(
        &x->f, PF_NOTE,
        "Cột (10) có %lld hồ sơ đang chờ, thời hạn dừng. Ngoài biểu: %lld hồ sơ dừng, rút, kết "
        "thúc do không bổ sung.",
        (long long)json_i64(total, "waiting", 0), (long long)json_i64(total, "ended_other", 0));
    lines(x, items);
}

/* rq->json is the form's answer. */
static void draw(struct req *rq, struct forming *x)
{
    if (json_array_size(json_object_get(rq->json, "items")) > PAPER_ROWS_MAX) {
        reply_detail(
            rq, ERR_BAD_REQUEST,
            "Biểu dài hơn 1.000 dòng: hãy chọn cơ quan hoặc lĩnh vực, hoặc tải XLSX.",
            "The form has more than 1,000 lines: choose an agency or a field, or take XLSX.");
        return;
    }
    x->f.d = rq->json;
    fill(x);
    papers_print(rq, &x->f, x->b ? PAPER_FORM_B : PAPER_FORM_A, x->subject);
}

/* ---------------------------------------------------------------- as on the screen */

static struct forming *begin(struct req *rq, bool b)
{
    struct forming *x = ARENA_NEW(rq->arena, struct forming);

    x->b = b;
    x->f.rq = rq;
    x->f.r = &x->record;
    x->f.snap = req_snapshot(rq);
    paper_record_init(&x->record, rq->arena);
    rq->mine = x;
    return x;
}

static bool heard(struct req *rq, enum err e, struct span json)
{
    rq->json = e == ERR_OK ? json_loadb(json.p, json.n, 0, NULL) : NULL;
    if (rq->json)
        return true;
    reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
    return false;
}

static void form_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (req_back(rq) && heard(rq, e, json))
        draw(rq, rq->mine);
}

void figures_print_form(struct req *rq, const struct figures_query *q, bool b)
{
    struct forming *x = begin(rq, b);
    char from[16], to[16];

    x->q = *q;
    day_iso(lminute_day(lminute_of(x->q.from)), from);
    day_iso(lminute_day(lminute_of(x->q.to)), to);
    x->subject = arena_printf(rq->arena, "%s..%s/%d", from, to,
                              x->q.agency ? x->q.agency : rq->viewer.agency);
    rq->wait = WAIT_STORE;
    store_figures_form(rq->api->store, &rq->viewer, &x->q, b, form_came, rq);
}

static void form(struct req *rq, bool b)
{
    struct figures_query q;

    if (figures_read(rq, &q))
        figures_print_form(rq, &q, b);
}

static void ii06a(struct req *rq)
{
    form(rq, false);
}

static void ii06b(struct req *rq)
{
    form(rq, true);
}

/* ---------------------------------------------------------------- as frozen */

static const char *text_of(struct req *rq, const json_t *j)
{
    char *text = json_dumps(j, JSON_COMPACT);
    const char *kept = text ? arena_strdup(rq->arena, text) : "";

    free(text);
    return kept;
}

static bool is_b(const char *report)
{
    return strcmp(report, "ii06b") == 0;
}

static bool is_form(const char *report)
{
    return is_b(report) || strcmp(report, "ii06a") == 0;
}

/* Its rows as they were frozen (export.h takes them from rq->json), as the call of the report would
 * give them. */
static void frozen_file(struct req *rq, int file, const char *report,
                        const struct report_question *asked)
{
    const struct figures_query *q = &asked->q;

    if (strcmp(report, "steps") == 0)
        figures_export_steps(rq, file, q, asked->late);
    else if (strcmp(report, "reasons") == 0)
        figures_export_reasons(rq, file, q);
    else if (strcmp(report, "index") == 0)
        figures_export_scores(rq, file, q, asked->index);
    else if (strcmp(report, "cross") == 0)
        figures_export_cross(rq, file, q);
    else if (is_form(report))
        figures_export_form(rq, file, q, is_b(report));
    else
        figures_export_rows(rq, file, q);
}

static void frozen_form(struct req *rq, const char *report, const struct report_question *asked)
{
    struct forming *x = begin(rq, is_b(report));
    json_t *whole = rq->json;

    x->q = asked->q;
    x->subject = arena_printf(rq->arena, "frozen/%s", rq->param[0]);
    paper_set(&x->record, PF_DOCUMENT, rq->frozen);
    rq->json = json_incref(json_object_get(whole, "answer"));
    json_decref(whole);
    draw(rq, x);
}

static void frozen_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct report_question asked;
    const char *question, *report;
    int file;

    if (!req_back(rq) || !heard(rq, e, json) || (file = export_asked(rq)) < 0)
        return;
    report = arena_strdup(rq->arena, json_str(rq->json, "report"));
    question = text_of(rq, json_object_get(rq->json, "question"));
    if (!report_question_read(rq->arena, req_snapshot(rq)->org, span_of(question), &asked)) {
        reply_problem(rq, ERR_INTERNAL);
        return;
    }
    asked.q.as_of = fill_instant(json_str(rq->json, "as_of"));
    rq->frozen = arena_printf(rq->arena,
                              rq->lang == LANG_EN && !is_form(report)
                                  ? "Frozen report %s, version %lld, SHA-256 %s"
                                  : "Bản chốt số %s, lần %lld, SHA-256 %s",
                              rq->param[0], (long long)version, json_str(rq->json, "digest"));
    if (is_form(report) && (file == 0 || file == EXPORT_PDF))
        frozen_form(rq, report, &asked);
    else if (file > 0)
        frozen_file(rq, file, report, &asked);
    else
        reply_detail(rq, ERR_BAD_REQUEST, "Chỉ in được biểu II.06a, II.06b; báo cáo khác ở …/file.",
                     "Only forms II.06a and II.06b are printed; others are at …/file.");
}

static void frozen(struct req *rq)
{
    int64_t id;

    if (!req_id(rq, &id))
        return;
    rq->wait = WAIT_STORE;
    store_frozen(rq->api->store, &rq->viewer, id, FROZEN_WHOLE, frozen_came, rq);
}

#define PDF(path, fn, params, vi_text, en_text)                                                    \
    {                                                                                              \
        .method = HTTP_GET, .pattern = path, .permission = PERM_FIGURES, .lane = LANE_REPORT,      \
        .handle = (fn), .query = (params), .media = "application/pdf", .summary = {                \
            vi_text,                                                                               \
            en_text                                                                                \
        }                                                                                          \
    }
static const struct route rows[] = {
    {FIGURES_ROUTE, .pattern = "/v1/reports/frozen/{id}/file", .handle = frozen,
     .media = "application/pdf", .medias = export_sheets, .query = file_params,
     .summary = {"Báo cáo đã chốt dưới dạng tệp", "A frozen report as a file"}},
    PDF("/v1/reports/ii06a.pdf", ii06a, form_params, "In biểu II.06a", "Print form II.06a"),
    PDF("/v1/reports/ii06b.pdf", ii06b, form_params, "In biểu II.06b", "Print form II.06b"),
    PDF("/v1/reports/frozen/{id}/form.pdf", frozen, frozen_params, "In biểu đã chốt",
        "Print a frozen form"),
};
ROUTE_TABLE(routes_report_papers, rows);
