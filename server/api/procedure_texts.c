/* Texts of procedures for those who write them: published versions, and what a text not yet
 * published would be: its mistakes, dates of a dry run, differences, picture.  What computes runs
 * in a pool. Handlers on the worker's thread. */
#include "common/procedure/dry_run.h"
#include "server/api/defects.h"
#include "server/api/procedures.h"
#include "server/store/dossier_json.h"

#include "common/base/utf8.h"

#include <jansson.h>

#define TEXT_CHARS  400000
#define BODY_TEXT   ((size_t)1 << 20)
#define STUDY_ARENA ((size_t)512 << 20)

/* ---------------------------------------------------------------- published */

static void versions(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_procedure_versions(rq->api->store, rq->param[0], rq->lang, json_came, rq);
}

static const struct procedure *published(const struct snapshot *s, const char *code, int version)
{
    dayno today = lminute_day(lminute_of(clock_now()));

    return version ? procedure_numbered(s, span_of(code), version)
                   : snapshot_procedure(s, code, today);
}

void reply_text(struct req *rq, const char *media, const uint8_t hash[SHA256_BYTES],
                struct span text)
{
    char tag[2 * SHA256_BYTES + 3] = "\"";
    struct http_header h = {SPAN_LIT("ETag"), SPAN_NONE};

    hex_encode(hash, SHA256_BYTES, tag + 1);
    tag[2 * SHA256_BYTES + 1] = '"';
    tag[2 * SHA256_BYTES + 2] = '\0';
    h.value = span_of(tag);
    if (span_eq(http_field(rq->http, "if-none-match"), h.value))
        reply_empty(rq, 304, &h, 1);
    else
        reply_body(rq, 200, media, text, &h, 1);
}

static void text(struct req *rq)
{
    const struct procedure *p;
    int64_t version;

    if (!req_query_i64(rq, "version", 1, 1000000, 0, &version))
        return;
    p = published(req_snapshot(rq), rq->param[0], (int)version);
    if (p)
        reply_text(rq, "application/yaml", p->hash, span_of(p->source));
    else
        reply_problem(rq, ERR_NOT_FOUND);
}

/* ---------------------------------------------------------------- one that is looked at */

struct text_of { /* a text, or a published version */
    const char *text, *procedure;
    int version;
};

/* NULL after changing_fail. */
static const struct procedure *procedure_of(struct changing *g, struct arena *a,
                                            const struct text_of *t)
{
    const struct procedure *p;
    struct diags d;

    if (!t->text) {
        p = t->procedure ? published(g->snap, t->procedure, t->version) : NULL;
        if (!p)
            changing_fail(g, ERR_NOT_FOUND, NULL);
        return p;
    }
    p = snapshot_procedure_compile(g->snap, a, span_of(t->text), &d);
    if (!p)
        changing_fail_defects(g, &d);
    return p;
}

/* ---------------------------------------------------------------- check */

static void summary_step_json(struct jw *w, const struct step *s, enum lang lang)
{
    jw_open(w);
    jw_kstr(w, "step", s->step);
    jw_ktext2(w, "title", s->title, lang);
    jw_ki64(w, "line", s->mark.line);
    if (s->has_limit)
        procedure_quantity_json(w, "limit", s->limit, lang);
    else
        jw_knull(w, "limit");
    jw_close(w);
}

static void summary_json(struct changing *g, struct jw *w, const struct procedure *p)
{
    const struct procedure *same = procedure_numbered(g->snap, span_of(p->code), p->version);
    struct quantity working, calendar;

    procedure_sum(p, &working, &calendar);
    jw_open(w);
    procedure_head_json(w, p, g->snap, g->lang);
    jw_kbool(w, "published", same != NULL);
    jw_ki64(w, "components", (int64_t)p->components);
    jw_ki64(w, "fees", (int64_t)p->fees);
    procedure_quantity_json(w, "working", working, g->lang);
    procedure_quantity_json(w, "calendar", calendar, g->lang);
    jw_key(w, "steps");
    jw_list(w);
    for (size_t i = 0; i < p->steps; i++)
        summary_step_json(w, &p->step[i], g->lang);
    jw_end(w);
    jw_close(w);
}

static void check_work(struct changing *g)
{
    const struct text_of *in = g->mine;
    struct arena *a = arena_new(STUDY_ARENA);
    struct jw w = jw_to(&g->out);
    const struct procedure *p;
    struct diags d;

    p = snapshot_procedure_compile(g->snap, a, span_of(in->text), &d);
    jw_open(&w);
    defects_json(&w, &d, g->lang);
    jw_key(&w, "summary");
    if (p)
        summary_json(g, &w, p);
    else
        jw_null(&w);
    jw_close(&w);
    arena_free(a);
}

static void check(struct req *rq)
{
    changing_study(rq, check_work, rq->body, NULL);
}

/* ---------------------------------------------------------------- dry run */

struct dry_in {
    struct text_of of;
    const char *received_at, *case_code, *calendar;
    int channel;
    bool island, mountain;
    const json_t *form;
};

static const struct calendar *calendar_named(void *ctx, const char *name)
{
    const struct changing *g = ctx;

    return snapshot_calendar(g->snap, name);
}

/* As people type it: texts as they are, numbers and truth values in words. */
static struct span value_text(struct arena *a, const json_t *v)
{
    if (json_is_string(v))
        return span_of(json_string_value(v));
    if (json_is_integer(v))
        return span_of(arena_printf(a, "%lld", (long long)json_integer_value(v)));
    return json_is_boolean(v) ? span_of(json_is_true(v) ? "true" : "false") : SPAN_NONE;
}

static bool fill_form(struct changing *g, struct dry_case *d, const json_t *form)
{
    const char *key;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)form, key, v)
    {
        struct span text = value_text(d->a, v);

        if (text.p && dry_case_set(d, span_of(key), text))
            continue;
        changing_fail(g, ERR_R_FORM,
                      arena_printf(g->rq->arena,
                                   g->lang == LANG_EN ? "form: %s is wrong" : "form: %s không đúng",
                                   text_check(span_of(key), false) == TEXT_FINE ? key : "…"));
        return false;
    }
    return true;
}

static void dry_run_with(struct changing *g, struct dry_case *d, const struct dry_in *in)
{
    struct dry_run r;
    enum time_fault fault;
    instant at = 0;

    if (!instant_parse(span_of(in->received_at), &at)) {
        changing_fail(g, ERR_INVALID,
                      say(g->rq, "received_at phải là một thời điểm như 2026-12-22T09:00",
                          "received_at must be a moment like 2026-12-22T09:00"));
        return;
    }
    if (in->case_code && !procedure_case_of(d->p, in->case_code)) {
        changing_fail(g, ERR_R_UNKNOWN_CASE, NULL);
        return;
    }
    dry_case_begin(d);
    if (in->form && !fill_form(g, d, in->form))
        return;
    fault = dry_case_run(d, lminute_of(at), &r);
    if (d->missing)
        changing_fail(
            g, ERR_INVALID,
            arena_printf(g->rq->arena,
                         g->lang == LANG_EN ? "no such calendar: \"%s\"" : "không có lịch \"%s\"",
                         d->missing));
    else if (fault != TIME_FINE)
        changing_fail(g, ERR_R_CALENDAR_END, text2_in(time_fault_text(fault), g->lang));
    else
        dry_run_json(d, &r, true, &g->out);
}

static void dry_work(struct changing *g)
{
    const struct dry_in *in = g->mine;
    struct dry_case d = {.a = arena_new(STUDY_ARENA),
                         .org = g->snap->org,
                         .lang = g->lang,
                         .calendar = in->calendar,
                         .load = calendar_named,
                         .ctx = g,
                         .facts = {.channel = (enum channel)in->channel,
                                   .case_code = in->case_code,
                                   .island = in->island,
                                   .mountain = in->mountain}};

    d.p = procedure_of(g, d.a, &in->of);
    if (d.p)
        dry_run_with(g, &d, in);
    arena_free(d.a);
}

static void dry(struct req *rq)
{
    changing_study(rq, dry_work, rq->body, NULL);
}

/* ---------------------------------------------------------------- difference */

struct diff_in {
    struct text_of of;
    int against; /* 0: the version in force */
};

void procedure_diff_json(struct jw *w, const struct procedure *from, const struct procedure *to,
                         enum lang lang)
{
    struct span rest, line;
    struct buf lines;
    bool more = true;

    buf_init(&lines, (size_t)8 << 20);
    if (from)
        (void)procedure_diff(from, to, lang, &lines);
    rest = (struct span){lines.p, lines.n};
    jw_key(w, "lines");
    jw_list(w);
    while (more && rest.n) {
        more = span_cut(rest, '\n', &line, &rest);
        if (line.n)
            jw_span(w, line);
    }
    jw_end(w);
    buf_free(&lines);
}

static void diff_json(struct changing *g, const struct procedure *from, const struct procedure *to)
{
    struct jw w = jw_to(&g->out);

    jw_open(&w);
    jw_kstr(&w, "procedure", to->code);
    jw_ki64(&w, "version", to->version);
    jw_ki64(&w, "against", from->version);
    procedure_diff_json(&w, from, to, g->lang);
    jw_close(&w);
}

static void diff_work(struct changing *g)
{
    const struct diff_in *in = g->mine;
    struct arena *a = arena_new(STUDY_ARENA);
    const struct procedure *to = procedure_of(g, a, &in->of);
    const struct procedure *from = to ? published(g->snap, to->code, in->against) : NULL;

    if (from)
        diff_json(g, from, to);
    else if (to)
        changing_fail(g, ERR_NOT_FOUND,
                      say(g->rq, "Chưa công bố phiên bản nào để so sánh.",
                          "No version is published to compare with."));
    arena_free(a);
}

static void diff(struct req *rq)
{
    changing_study(rq, diff_work, rq->body, NULL);
}

/* ---------------------------------------------------------------- bodies */

static const struct bind_key check_keys[] = {
    BIND(struct text_of, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp thủ tục",
         "text of the procedure file"),
};
static const struct bind_shape check_shape =
    BIND_SHAPE("ProcedureText", struct text_of, check_keys);

#define OF_KEYS(T)                                                                                 \
    {"text",     BIND_LINES,                                                                       \
     0,          offsetof(T, of.text),                                                             \
     0,          1,                                                                                \
     TEXT_CHARS, NULL,                                                                             \
     NULL,       {"nội dung chưa công bố", "a text not yet published"}},                           \
        {"procedure", BIND_WORD,                                                                   \
         0,           offsetof(T, of.procedure),                                                   \
         0,           1,                                                                           \
         64,          NULL,                                                                        \
         NULL,        {"hoặc mã thủ tục đã công bố", "or the code of a published procedure"}},     \
    {                                                                                              \
        "version", BIND_INT, 0, offsetof(T, of.version), 0, 1, 1000000, NULL, NULL,                \
        {                                                                                          \
            "phiên bản; bỏ trống: đang có hiệu lực", "its version; left out: the one in force"     \
        }                                                                                          \
    }
static const char *const channels[] = {"counter", "online", "post", NULL};
static const struct bind_key dry_keys[] = {
    OF_KEYS(struct dry_in),
    BIND(struct dry_in, WORD, received_at, BIND_REQUIRED, 1, 40, "tiếp nhận lúc", "received at"),
    {"case",
     BIND_WORD,
     0,
     offsetof(struct dry_in, case_code),
     0,
     1,
     64,
     NULL,
     NULL,
     {"trường hợp", "case"}},
    BIND(struct dry_in, WORD, calendar, 0, 1, 64, "một lịch thay cho mọi lịch",
         "one calendar instead of all"),
    BIND_WORDS(struct dry_in, channel, 0, channels, "kênh", "channel"),
    BIND(struct dry_in, BOOL, island, 0, 0, 0, "ở đảo", "on an island"),
    BIND(struct dry_in, BOOL, mountain, 0, 0, 0, "ở miền núi", "in the mountains"),
    BIND(struct dry_in, JSON, form, 0, 0, 0, "giá trị tờ khai", "values of the form"),
};
static const struct bind_shape dry_shape = BIND_SHAPE("DryRunQuery", struct dry_in, dry_keys);
static const struct bind_key diff_keys[] = {
    OF_KEYS(struct diff_in),
    BIND(struct diff_in, INT, against, 0, 1, 1000000,
         "so với phiên bản; mặc định: đang có hiệu lực",
         "against this version; default: the one in force"),
};
static const struct bind_shape diff_shape = BIND_SHAPE("DiffQuery", struct diff_in, diff_keys);

/* ---------------------------------------------------------------- answers */

static const struct answer_key version_keys[] = {
    A_INT("version", 0, "phiên bản", "version"),
    A_HASH("hash", 0, "mã băm", "hash of the text"),
    A_TEXT("name", ANSWER_NULL, "tên; null: vừa công bố, đang nạp",
           "name; null: published a moment ago"),
    A_DATE("valid_from", ANSWER_NULL, "có hiệu lực từ", "in force from"),
    A_DATE("valid_to", ANSWER_NULL, "đến hết; null: chưa định", "until; null: open"),
    A_BOOL("in_force", 0, "đang có hiệu lực", "in force today"),
    A_WORD("author", 0, "người soạn", "author"),
    A_WORD("approver", 0, "người duyệt", "approver"),
    A_TIME("published", 0, "công bố lúc", "published at"),
    A_INT("open", 0, "hồ sơ đang mở theo phiên bản này", "open dossiers that follow it"),
};
static const struct answer_shape version_shape = A_SHAPE("ProcedureVersion", version_keys);
static const struct answer_key versions_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code"),
    A_LIST("versions", 0, &version_shape, "các phiên bản, mới nhất trước", "the newest first"),
};
static const struct answer_shape versions_shape = A_SHAPE("ProcedureVersions", versions_keys);

static const struct answer_key summary_step_keys[] = {
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", 0, "tên", "title"),
    A_INT("line", 0, "dòng của bước", "line where it begins"),
    A_OBJECT("limit", ANSWER_NULL, &answer_quantity, "thời hạn", "limit"),
};
static const struct answer_shape summary_step_shape = A_SHAPE("CheckedStep", summary_step_keys);
static const struct answer_key summary_keys[] = {
    A_WITH(&answer_procedure_head),
    A_BOOL("published", 0, "phiên bản này đã công bố", "this version is published"),
    A_INT("components", 0, "số thành phần", "components"),
    A_INT("fees", 0, "số khoản phí", "fees"),
    A_OBJECT("working", 0, &answer_quantity, "các bước cộng lại, ngày làm việc",
             "the steps add up to, working days"),
    A_OBJECT("calendar", 0, &answer_quantity, "và ngày theo lịch", "and calendar days"),
    A_LIST("steps", 0, &summary_step_shape, "các bước", "steps"),
};
static const struct answer_shape summary_shape = A_SHAPE("CheckedProcedure", summary_keys);
static const struct answer_key checked_keys[] = {
    A_WITH(&answer_defects),
    A_OBJECT("summary", ANSWER_NULL, &summary_shape, "tóm tắt; null: có lỗi",
             "null: it has errors"),
};
static const struct answer_shape checked_shape = A_SHAPE("ProcedureCheck", checked_keys);

static const struct answer_key branch_keys[] = {
    A_WORD("branch", 0, "nhánh", "branch"),
    A_TEXT("title", 0, "tên", "title"),
    A_TIME("due", 0, "hạn", "due"),
    A_WORD("excluded", ANSWER_NULL, "lý do không tính thời gian", "why the wait is not counted"),
    A_LIST("why", ANSWER_NULL, &answer_why_line, "vì sao", "why"),
};
static const struct answer_shape branch_shape = A_SHAPE("DryRunBranch", branch_keys);
static const struct answer_key dry_step_keys[] = {
    A_WORD("step", 0, "bước", "step"),
    A_TEXT("title", 0, "tên", "title"),
    A_TIME("start", 0, "bắt đầu", "start"),
    A_TIME("due", 0, "hạn", "due"),
    A_BOOL("capped", 0, "rút ngắn theo hạn của hồ sơ", "cut short by the dossier's due"),
    A_BOOL("no_time", 0, "không còn thời gian", "no time is left"),
    A_LIST("why", ANSWER_NULL, &answer_why_line, "vì sao hạn này; null: bước không có hạn",
           "why it is due then; null: no limit"),
    A_LIST("branches", ANSWER_MAYBE, &branch_shape, "các nhánh", "branches"),
};
static const struct answer_shape dry_step_shape = A_SHAPE("DryRunStep", dry_step_keys);
static const struct answer_key dry_run_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code"),
    A_INT("version", 0, "phiên bản", "version"),
    A_WORD("case", ANSWER_NULL, "trường hợp", "case"),
    A_WORD("limit", 0, "thời hạn", "limit"),
    A_TIME("start", 0, "bắt đầu tính", "counts from"),
    A_TIME("due", 0, "ngày hẹn", "promised"),
    A_LIST("why", ANSWER_NULL, &answer_why_line, "vì sao ngày hẹn này", "why it is due then"),
    A_LIST("steps", 0, &dry_step_shape, "từng bước", "step by step"),
    A_BOOL("excluded", 0, "có thời gian không tính", "waits are not counted"),
    A_BOOL("stuck", 0, "bước cuối không có thao tác đi tiếp", "no act leads on from the last step"),
};
static const struct answer_shape dry_run_shape = A_SHAPE("DryRun", dry_run_keys);
static const struct answer_key diff_answer_keys[] = {
    A_WORD("procedure", 0, "mã thủ tục", "code"),
    A_INT("version", 0, "phiên bản", "version"),
    A_INT("against", 0, "so với phiên bản", "compared with version"),
    A_TEXTS("lines", 0, "từng điểm khác, bằng lời", "each difference in words"),
};
static const struct answer_shape diff_answer_shape = A_SHAPE("ProcedureDiff", diff_answer_keys);

static const struct route_param version_params[] = {
    {"version", {"phiên bản; mặc định: đang có hiệu lực", "version; default: the one in force"}},
    {NULL, {NULL, NULL}},
};

#define STUDY(path, fn, shape, reply, vi, en)                                                      \
    {                                                                                              \
        .method = HTTP_POST, .pattern = (path), .permission = PERM_CONFIGURE, .lane = LANE_REPORT, \
        .handle = (fn), .body = &(shape), .body_max = BODY_TEXT, .answer = &(reply), .summary = {  \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/procedures/{code}/versions",
     .permission = PERM_CONFIG_READ,
     .lane = LANE_REPORT,
     .handle = versions,
     .answer = &versions_shape,
     .summary = {"Các phiên bản đã công bố, hồ sơ đang theo",
                 "Published versions and who is on them"}},
    {.method = HTTP_GET,
     .pattern = "/v1/procedures/{code}/text",
     .flags = ROUTE_PACK,
     .permission = PERM_CONFIG_READ,
     .lane = LANE_READ,
     .handle = text,
     .media = "application/yaml",
     .query = version_params,
     .summary = {"Nội dung tệp thủ tục đúng như đã công bố", "The text as it was published"}},
    STUDY("/v1/procedures/check", check, check_shape, checked_shape,
          "Kiểm tra một tệp thủ tục: mọi lỗi cùng lúc, tóm tắt",
          "Check a text: all mistakes at once"),
    STUDY("/v1/procedures/dry-run", dry, dry_shape, dry_run_shape,
          "Chạy thử: hạn từng bước và vì sao", "Dry run: when each step is due and why"),
    STUDY("/v1/procedures/diff", diff, diff_shape, diff_answer_shape,
          "So với phiên bản đã công bố, bằng lời",
          "Differences from a published version, in words"),
};
ROUTE_TABLE(routes_procedure_texts, rows);
