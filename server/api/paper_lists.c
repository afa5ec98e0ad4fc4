/* Lists on paper: what was taken in on a day, what is handed over, the register book.  The worker's
 * thread. */
#include <string.h>

#include "server/api/page.h"
#include "server/api/paper_fill.h"
#include "server/api/registers.h"
#include "server/store/prints.h"

struct listing {
    struct paper_fill f;
    struct paper_record record;
    enum paper_kind kind;
    struct received_query q;
    int volume; /* of a register book; 0: the whole */
    const char *subject;
};

static const char *const whose[] = {"mine", "unit", NULL};

#define SHEET_PARAMS                                                                               \
    {"paper", {"a4", "a4"}}, {"copies", {"số bản in", "how many are printed"}},                    \
    {                                                                                              \
        "agency",                                                                                  \
        {                                                                                          \
            "đơn vị tiếp nhận", "receiving unit"                                                   \
        }                                                                                          \
    }
static const struct route_param day_params[] = {
    SHEET_PARAMS,
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {"whose", {"mine: tôi tiếp nhận; unit: cả đơn vị", "mine: taken in by me; unit: by all"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param hand_over_params[] = {
    SHEET_PARAMS,
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {"copy", {"giver, taker; all: cả hai liên", "giver, taker; all: both copies"}},
    {"to", {"cơ quan nhận; mặc định: mọi cơ quan", "agency that takes them; default: all"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param results_params[] = {
    SHEET_PARAMS,
    {"day", {"ngày; mặc định hôm nay", "day; default: today"}},
    {"copy", {"giver, taker; all: cả hai liên", "giver, taker; all: both copies"}},
    {"from", {"cơ quan giao; mặc định: mọi cơ quan", "agency that gives them; default: all"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param register_params[] = {
    SHEET_PARAMS,
    {"field", {"lĩnh vực: mã", "field: its code"}},
    {"year", {"năm của sổ; mặc định năm nay", "year of the book; default: this year"}},
    {"volume", {"quyển số; mặc định cả sổ", "which volume; default: the whole book"}},
    {NULL, {NULL, NULL}},
};

/* ---- rows */

static void cell_time(struct listing *l, struct paper_row *row, enum paper_cell c, const char *text,
                      bool day_only)
{
    instant t = fill_instant(text);
    struct buf b;

    if (t == INSTANT_NONE)
        return;
    buf_init(&b, 64);
    if (day_only)
        paper_day_short(lminute_day(lminute_of(t)), &b);
    else
        paper_time_short(t, &b);
    paper_cell(&l->record, row, c, buf_cstr(&b));
    buf_free(&b);
}

static const char *collected(const char *by)
{
    if (by && strcmp(by, "post") == 0)
        return "Bưu chính";
    return by && strcmp(by, "online") == 0 ? "Trực tuyến" : "Trực tiếp";
}

/* What is handed over, and by what it is marked: a fee was told, it goes on by post. */
static void result_of(struct listing *l, const json_t *d, struct paper_row *row)
{
    const char *number = json_str(d, "result"), *by = json_str(d, "result_by");
    const char *what = json_flag(d, "refusal", false) ? "Từ chối giải quyết" : "Kết quả";

    paper_cell(&l->record, row, PC_OUTCOME,
               number ? arena_printf(l->f.rq->arena, "%s số %s", what, number) : what);
    paper_cell(&l->record, row, PC_CHARGED, json_i64(d, "fee", 0) ? "X" : NULL);
    paper_cell(&l->record, row, PC_POSTED, by && strcmp(by, "post") == 0 ? "X" : NULL);
}

static void row_of(struct listing *l, const json_t *d, size_t no)
{
    struct paper_record *r = &l->record;
    struct arena *a = l->f.rq->arena;
    struct paper_row *row = paper_add(r, PL_DOSSIERS);
    const char *summary = json_str(d, "summary"), *name = json_str(d, "procedure_name");
    const char *phone = json_str(d, "phone"), *address = json_str(d, "address");
    struct buf b;

    buf_init(&b, 64);
    paper_cell(r, row, PC_NO, arena_printf(a, "%02zu", no));
    paper_cell(r, row, PC_CODE, json_str(d, "code"));
    paper_cell(r, row, PC_TITLE,
               summary && !(name && strcmp(summary, name) == 0) /* said once is enough */
                   ? arena_printf(a, "%s (%s)", name ? name : "", summary)
                   : name);
    paper_cell(r, row, PC_QUANTITY, arena_printf(a, "%02lld", (long long)json_i64(d, "sets", 1)));
    paper_cell(r, row, PC_NAME, json_str(d, "name"));
    paper_cell(r, row, PC_ADDRESS,
               arena_printf(a, "%s%s%s", address ? address : "", address && phone ? ", " : "",
                            phone ? phone : ""));
    paper_cell(r, row, PC_AGENCY, json_str(json_object_get(d, "competent"), "name"));
    cell_time(l, row, PC_RECEIVED, json_str(d, "accepted"), false);
    cell_time(l, row, PC_DUE, json_str(d, "due"), false);
    cell_time(l, row, PC_DONE, json_str(d, "finished"), true);
    cell_time(l, row, PC_RETURNED, json_str(d, "returned"), true);
    paper_cell(r, row, PC_TO, collected(json_str(d, "result_by")));
    paper_cell(r, row, PC_BY, json_str(d, "officer"));
    if (json_i64(d, "fee", 0))
        paper_money(json_i64(d, "fee", 0), &b);
    paper_cell(r, row, PC_AMOUNT, buf_cstr(&b));
    paper_cell(r, row, PC_NOTE, json_str(d, "note"));
    if (l->kind == PAPER_RESULTS)
        result_of(l, d, row);
    buf_free(&b);
}

static void period(struct listing *l)
{
    dayno first = lminute_day(lminute_of(l->q.from)), last = lminute_day(lminute_of(l->q.to) - 1);
    struct buf b;

    buf_init(&b, 256);
    buf_str(&b, first == last ? "" : "từ ");
    paper_day_words(first, LANG_VI, &b);
    if (first != last) {
        buf_str(&b, " đến ");
        paper_day_words(last, LANG_VI, &b);
    }
    paper_set(&l->record, PF_PERIOD, buf_cstr(&b));
    buf_free(&b);
}

static void totals(struct listing *l, size_t n, int64_t fee)
{
    fill_text(&l->f, PF_TOTAL, "%zu", n);
    fill_money(&l->f, PF_FEE, fee);
    paper_set(&l->record, PF_OFFICER, l->f.rq->user.name);
}

static void fill(struct listing *l)
{
    const json_t *items = json_object_get(l->f.d, "items");
    int unit =
        organisation_of_id(l->f.snap->org, l->q.agency ? l->q.agency : l->f.rq->viewer.agency);
    int64_t fee = 0;
    size_t n = 0;

    /* A list is dated by its period, so that it is the same when nothing was added. */
    fill_issuer(&l->f, unit, l->q.to - INT64_C(1000000));
    if (json_array_size(items) == 0)
        l->f.issuer = 0; /* nothing is handed over: it takes no number of the book */
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *d = json_array_get(items, i);

        row_of(l, d, ++n);
        fee += json_i64(d, "fee", 0);
    }
    paper_set(&l->record, PF_AGENCY,
              fill_agency_name(&l->f, organisation_of_id(l->f.snap->org, l->q.competent)));
    period(l);
    totals(l, n, fee);
}

static void received_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    struct listing *l;

    (void)version;
    if (!req_back(rq))
        return;
    l = rq->mine;
    rq->json = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!rq->json) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    if (json_flag(rq->json, "more", false)) {
        reply_detail(rq, ERR_BAD_REQUEST, "Danh sách quá dài: hãy chọn khoảng ngắn hơn.",
                     "The list is too long: ask for a shorter period.");
        return;
    }
    l->f.d = rq->json;
    fill(l);
    papers_print(rq, &l->f, l->kind, l->subject);
}

/* ---- what is asked for */

static struct listing *begin(struct req *rq, enum paper_kind kind)
{
    struct listing *l = ARENA_NEW(rq->arena, struct listing);

    l->kind = kind;
    l->f.rq = rq;
    l->f.r = &l->record;
    l->f.snap = req_snapshot(rq);
    paper_record_init(&l->record, rq->arena);
    rq->mine = l;
    return l;
}

static bool one_day(struct req *rq, struct listing *l)
{
    if (!query_day(rq, "day", lminute_day(lminute_of(clock_now())), &l->q.from))
        return false;
    l->q.to = instant_of(lminute_of(l->q.from) + DAY_MINUTES);
    return true;
}

/* The competent agency on the other side, by its key; false after answering 400. */
static bool giver_read(struct req *rq, struct listing *l, const char *param, const char *vi,
                       const char *en)
{
    struct span s = req_query(rq, param);
    int i = s.p ? organisation_find(l->f.snap->org, arena_span(rq->arena, s)) : -1;

    if (s.p && i < 0) {
        reply_detail(rq, ERR_BAD_REQUEST, vi, en);
        return false;
    }
    l->q.competent = i >= 0 ? l->f.snap->org->agency[i].id : 0;
    return true;
}

static void go(struct req *rq, struct listing *l)
{
    char from[16], to[16];

    day_iso(lminute_day(lminute_of(l->q.from)), from);
    day_iso(lminute_day(lminute_of(l->q.to)), to);
    l->subject = arena_printf(rq->arena, "%s..%s/%d/%d/%lld", from, to,
                              l->q.agency ? l->q.agency : rq->viewer.agency, l->q.competent,
                              (long long)l->q.officer);
    rq->wait = WAIT_STORE;
    if (l->kind == PAPER_RESULTS)
        store_results_ready(rq->api->store, &rq->viewer, &l->q, received_came, rq);
    else
        store_received(rq->api->store, &rq->viewer, &l->q, received_came, rq);
}

/* Those of one day that an agency (from) or any hands to the unit. */
static void results(struct req *rq)
{
    struct listing *l = begin(rq, PAPER_RESULTS);

    if (!one_day(rq, l) || !query_agency(rq, &l->q.agency) ||
        !giver_read(rq, l, "from", "Không có cơ quan giao ấy.",
                    "There is no such agency to give them."))
        return;
    go(rq, l);
}

static void day_sheet(struct req *rq)
{
    struct listing *l = begin(rq, PAPER_DAY);
    int who;

    if (!one_day(rq, l) || !query_agency(rq, &l->q.agency) ||
        !req_query_choice(rq, "whose", whose, 0, &who))
        return;
    if (who == 0)
        l->q.officer = rq->user.user;
    go(rq, l);
}

static void hand_over(struct req *rq)
{
    struct listing *l = begin(rq, PAPER_HANDOVER);

    if (!one_day(rq, l) || !query_agency(rq, &l->q.agency) ||
        !giver_read(rq, l, "to", "Không có cơ quan nhận ấy.",
                    "There is no such agency to take them."))
        return;
    go(rq, l);
}

/* ---- the register book */

/* "QLCS-01/2026": one volume; without its number: the whole book. */
static void book_name(struct listing *l, const char *field, int64_t year)
{
    if (l->volume || json_i64(l->f.d, "volumes", 0) == 1)
        fill_text(&l->f, PF_BOOK, "%s-%02d/%lld", field, l->volume ? l->volume : 1,
                  (long long)year);
    else
        fill_text(&l->f, PF_BOOK, "%s/%lld", field, (long long)year);
}

/* A book keeps the form that it was opened in, on the first day of its year. */
static const char *opened_under(const struct listing *l, int64_t year)
{
    const struct regime *r =
        regime_on(l->f.snap->regimes, civil_day((struct civil){(int)year, 1, 1}));

    return r ? r->regime : NULL;
}

static void book_closed(struct listing *l, instant closed)
{
    const char *by = json_str(l->f.d, "closed_by_name");
    struct buf b;

    if (closed == INSTANT_NONE)
        return;
    buf_init(&b, 64);
    paper_time_short(closed, &b);
    fill_text(&l->f, PF_NOTE, "Khóa sổ lúc %s, người khóa: %s, số cuối: %02lld. Mã SHA-256: %s.",
              buf_cstr(&b), by ? by : "", (long long)json_i64(l->f.d, "last", 0),
              json_str(l->f.d, "digest"));
    buf_free(&b);
}

static void fill_book(struct listing *l)
{
    const json_t *items = json_object_get(l->f.d, "items");
    size_t n = json_array_size(items);
    instant closed = fill_instant(json_str(l->f.d, "closed"));
    int64_t year = json_i64(l->f.d, "year", 0);

    fill_issuer(&l->f, fill_agency(&l->f, json_object_get(l->f.d, "agency")),
                closed != INSTANT_NONE
                    ? closed
                    : fill_instant(json_str(json_array_get(items, n - 1), "accepted")));
    for (size_t i = 0; i < n; i++)
        row_of(l, json_array_get(items, i),
               (size_t)json_i64(json_array_get(items, i), "number", 0));
    l->f.regime = opened_under(l, year);
    book_name(l, json_str(l->f.d, "field"), year);
    fill_text(&l->f, PF_PERIOD, "Năm %lld", (long long)year);
    paper_set(&l->record, PF_SECTOR, json_str(l->f.d, "title"));
    book_closed(l, closed);
    totals(l, n, 0);
}

static void book_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    struct listing *l;

    (void)version;
    if (!req_back(rq))
        return;
    l = rq->mine;
    rq->json = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (e == ERR_NOT_FOUND) {
        reply_detail(rq, e, "Không có sổ này: xem các sổ tại /v1/registers.",
                     "There is no such book: /v1/registers lists them.");
    } else if (!rq->json) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
    } else if (json_str(rq->json, "next")) {
        reply_detail(rq, ERR_BAD_REQUEST, "Sổ quá dài: hãy chọn từng quyển (volume).",
                     "The book is too long: print one volume at a time (volume).");
    } else {
        l->f.d = rq->json;
        fill_book(l);
        papers_print(rq, &l->f, l->kind, l->subject);
    }
}

static void register_book(struct req *rq)
{
    struct listing *l = begin(rq, PAPER_REGISTER);
    struct register_query q;

    if (!register_asked(rq, &q))
        return;
    l->volume = q.volume;
    l->subject =
        arena_printf(rq->arena, "register/%d/%s/%d/%d", q.agency, q.field, q.year, q.volume);
    q.limit = REGISTER_PAGE;
    rq->wait = WAIT_STORE;
    store_register_entries(rq->api->store, &rq->viewer, &q, book_came, rq);
}

#define PDF(path, perm, fn, params, vi_text, en_text)                                              \
    {                                                                                              \
        .method = HTTP_GET, .pattern = path, .permission = (perm), .lane = LANE_REPORT,            \
        .handle = (fn), .query = (params), .media = "application/pdf", .summary = {                \
            vi_text,                                                                               \
            en_text                                                                                \
        }                                                                                          \
    }
static const struct route rows[] = {
    PDF("/v1/intake/today.pdf", PERM_RECEIPT, day_sheet, day_params,
        "In danh sách hồ sơ tiếp nhận trong ngày", "Print what was taken in on a day"),
    PDF("/v1/intake/hand-over.pdf", PERM_RECEIPT, hand_over, hand_over_params,
        "In danh mục bàn giao hồ sơ", "Print the hand-over list"),
    PDF("/v1/results/hand-over.pdf", PERM_RECEIPT, results, results_params,
        "In phiếu bàn giao kết quả", "Print the hand-over list of results"),
    PDF("/v1/reports/register.pdf", PERM_RECEIPT, register_book, register_params,
        "In sổ theo dõi hồ sơ", "Print the register book"),
};
ROUTE_TABLE(routes_paper_lists, rows);
