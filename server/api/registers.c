/* Register books (sổ theo dõi hồ sơ): which there are, their entries, closing one when its year is
 * over.  Their print: paper_lists.c.  The worker's thread. */
#include "server/api/registers.h"

#include "server/api/export.h"
#include "server/api/page.h"

#define BODY_SMALL ((size_t)4096)

/* ---------------------------------------------------------------- what is asked for */

#define AGENCY_PARAM                                                                               \
    {                                                                                              \
        "agency",                                                                                  \
        {                                                                                          \
            "đơn vị tiếp nhận; mặc định đơn vị của tôi", "receiving unit; default: mine"           \
        }                                                                                          \
    }
static const struct route_param book_params[] = {
    AGENCY_PARAM,
    {"field", {"lĩnh vực: mã", "field: its code"}},
    {"year", {"năm của sổ", "year of the book"}},
    {NULL, {NULL, NULL}},
};
static const struct route_param entry_params[] = {
    AGENCY_PARAM,
    {"field", {"lĩnh vực: mã", "field: its code"}},
    {"year", {"năm của sổ; mặc định năm nay", "year of the book; default: this year"}},
    {"volume", {"quyển số; mặc định cả sổ", "which volume; default: the whole book"}},
    {"format", {"json, csv, xlsx", "json, csv, xlsx"}},
    EXPORT_PROGRESS_PARAM,
    PAGE_PARAMS,
    {NULL, {NULL, NULL}},
};

static int this_year(void)
{
    return civil_of_day(lminute_day(lminute_of(clock_now()))).year;
}

static bool read_any(struct req *rq, int year, struct register_query *q)
{
    struct span field = req_query(rq, "field");
    int64_t y;

    *q = (struct register_query){.settled = rq->api->conf->report_settled,
                                 .size = rq->api->conf->register_volume,
                                 .lang = rq->lang};
    if (!query_agency(rq, &q->agency) || !req_query_i64(rq, "year", 2000, 2200, year, &y))
        return false;
    if (!q->agency)
        q->agency = rq->viewer.agency;
    q->year = (int)y;
    q->field = field.p ? arena_span(rq->arena, field) : NULL;
    return true;
}

bool register_asked(struct req *rq, struct register_query *ret)
{
    int64_t volume;

    if (!read_any(rq, this_year(), ret) || !req_query_i64(rq, "volume", 1, INT32_MAX, 0, &volume))
        return false;
    ret->volume = (int)volume;
    if (ret->field)
        return true;
    reply_detail(rq, ERR_BAD_REQUEST, "Mỗi lĩnh vực một sổ: hãy chọn field, xem /v1/registers.",
                 "Each field has a book of its own: choose one by field, see /v1/registers.");
    return false;
}

/* ---------------------------------------------------------------- books, entries */

static void books(struct req *rq)
{
    struct register_query q;

    if (!read_any(rq, 0, &q))
        return;
    rq->wait = WAIT_STORE;
    store_register_books(rq->api->store, &rq->viewer, &q, page_came, rq);
}

static void ask_page(struct req *rq, void *question, int64_t after, store_json *done)
{
    struct register_query *q = question;

    q->after = after;
    rq->wait = WAIT_STORE;
    store_register_entries(rq->api->store, &rq->viewer, q, done, rq);
}

static void text(struct export *e, const char *key, const char *sub, const char *vi, const char *en,
                 int width)
{
    e->column[e->columns++] = (struct export_column){key, sub, {vi, en}, CELL_TEXT, width};
}

static void export_book(struct req *rq, int asked, struct register_query *q)
{
    struct export e = {.ask = ask_page, .question = q};

    e.name = arena_printf(rq->arena, "so-theo-doi_%s_%d", q->field, q->year);
    e.column[e.columns++] = (struct export_column){"number", NULL, {"TT", "No."}, CELL_INT, 8};
    e.column[e.columns++] = (struct export_column){"volume", NULL, {"Quyển", "Vol."}, CELL_INT, 8};
    text(&e, "code", NULL, "Mã hồ sơ", "Code", 24);
    text(&e, "procedure_name", NULL, "Tên thủ tục", "Procedure", 40);
    text(&e, "summary", NULL, "Nội dung", "Contents", 30);
    e.column[e.columns++] =
        (struct export_column){"sets", NULL, {"Số lượng hồ sơ (bộ)", "Sets"}, CELL_INT, 10};
    text(&e, "name", NULL, "Tên cá nhân, tổ chức", "Name", 30);
    text(&e, "address", NULL, "Địa chỉ", "Address", 30);
    text(&e, "phone", NULL, "Số điện thoại", "Telephone", 14);
    text(&e, "competent", "name", "Cơ quan chủ trì giải quyết", "Competent agency", 30);
    text(&e, "accepted", NULL, "Nhận hồ sơ", "Received", 20);
    text(&e, "due", NULL, "Hẹn trả kết quả", "Due", 20);
    text(&e, "finished", NULL, "Nhận kết quả", "Result came", 20);
    text(&e, "returned", NULL, "Ngày trả", "Handed over", 20);
    text(&e, "result_by", NULL, "Phương thức nhận", "How it is collected", 14);
    text(&e, "note", NULL, "Ghi chú", "Note", 30);
    q->limit = REGISTER_PAGE;
    export_begin(rq, asked, &e);
}

static void entries(struct req *rq)
{
    struct register_query *q = ARENA_NEW(rq->arena, struct register_query);
    int asked = export_asked(rq);
    struct page_query pg;

    if (asked < 0 || !register_asked(rq, q) || !page_read(rq, &pg))
        return;
    if (asked > 0) {
        export_book(rq, asked, q);
        return;
    }
    q->limit = pg.limit;
    store_audit(rq->api->store, "register", rq->user.user, http_peer(rq->http),
                arena_printf(rq->arena, "{\"agency\":%d,\"year\":%d,\"after\":%lld}", q->agency,
                             q->year, (long long)pg.after_id));
    ask_page(rq, q, pg.after_id, page_came);
}

/* ---------------------------------------------------------------- closing */

struct closing {
    const char *agency, *field;
    int64_t year, last;
};
#define C struct closing
static const struct bind_key closing_keys[] = {
    BIND(C, WORD, agency, BIND_REQUIRED, 1, 64, "đơn vị tiếp nhận", "receiving unit"),
    BIND(C, WORD, field, BIND_REQUIRED, 1, 64, "lĩnh vực: mã", "field: its code"),
    BIND(C, I64, year, BIND_REQUIRED, 2000, 2200, "năm của sổ", "year of the book"),
    BIND(C, I64, last, BIND_REQUIRED, 1, INT32_MAX, "số cuối như đã xem",
         "its last number as it was seen"),
};
static const struct bind_shape closing_shape = BIND_SHAPE("RegisterClosing", C, closing_keys);

static void closed(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;

    (void)version;
    if (!req_back(rq))
        return;
    if (e == ERR_OK)
        reply_json(rq, 200, json, -1);
    else if (e == ERR_CONFLICT)
        reply_detail(rq, e, "Chưa hết năm của sổ, hoặc có hồ sơ của năm ấy còn đang ghi: khóa sau.",
                     "Its year is not over, or acts of it are still under way: close it later.");
    else if (e == ERR_R_WRONG_STATUS)
        reply_detail(rq, ERR_CONFLICT, "Sổ này đã khóa: xem ai, lúc nào tại /v1/registers.",
                     "This book is closed already: /v1/registers tells when and by whom.");
    else if (e == ERR_STALE)
        reply_detail(rq, ERR_CONFLICT, "Số cuối của sổ đã khác: xem lại sổ rồi khóa.",
                     "Its last number is another one now: look at the book again, then close it.");
    else
        reply_problem(rq, e);
}

static void close_book(struct req *rq)
{
    const struct closing *in = rq->body;
    const struct organisation *o = req_snapshot(rq)->org;
    int at = organisation_find(o, in->agency);
    struct register_query q = {.field = in->field,
                               .year = (int)in->year,
                               .last = in->last,
                               .settled = rq->api->conf->report_settled,
                               .size = rq->api->conf->register_volume,
                               .lang = rq->lang};

    if (at < 0) {
        violation_add(&rq->bad, "/agency", "unknown", "không có cơ quan này",
                      "there is no such agency");
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    q.agency = o->agency[at].id;
    rq->wait = WAIT_HELD;
    store_register_close(rq->api->store, &rq->viewer, &q, closed, rq);
}

/* ---------------------------------------------------------------- answers */

#define BOOK_KEYS(maybe)                                                                           \
    A_OBJECT("agency", ANSWER_NULL | (maybe), &answer_agency, "đơn vị tiếp nhận",                  \
             "receiving unit"),                                                                    \
        A_WORD("field", (maybe), "lĩnh vực", "field"),                                             \
        A_TEXT("title", (maybe), "tên lĩnh vực", "name of the field"),                             \
        A_TEXT("title_en", (maybe), "tên lĩnh vực, tiếng Anh", "name of the field, English"),      \
        A_INT("year", (maybe), "năm", "year"), A_INT("last", (maybe), "số cuối", "last number"),   \
        A_INT("volumes", (maybe), "số quyển", "volumes"),                                          \
        A_TIME("closed", ANSWER_NULL | (maybe), "khóa sổ lúc; null: đang mở",                      \
               "closed at; null: it is open"),                                                     \
        A_INT("closed_by", ANSWER_NULL | (maybe), "người khóa", "who closed it"),                  \
        A_TEXT("closed_by_name", ANSWER_NULL | (maybe), "tên người khóa", "name"),                 \
        A_HASH("digest", ANSWER_NULL | (maybe), "SHA-256 của sổ đã khóa", "SHA-256 of it, closed")

static const struct answer_key book_keys[] = {BOOK_KEYS(0)};
static const struct answer_shape book_shape = A_SHAPE("RegisterBook", book_keys);
static const struct answer_key books_keys[] = {A_PAGE(&book_shape, "các sổ", "the books")};
static const struct answer_shape books_shape = A_SHAPE("RegisterBooks", books_keys);

static const struct answer_key entry_keys[] = {
    A_INT("number", 0, "số thứ tự", "number"),
    A_INT("volume", 0, "quyển số", "volume"),
    A_WORD("code", 0, "mã hồ sơ", "code"),
    A_WORD("procedure", 0, "thủ tục", "procedure"),
    A_TEXT("procedure_name", ANSWER_NULL, "tên thủ tục", "name of the procedure"),
    A_INT("sets", 0, "số lượng hồ sơ (bộ)", "sets of papers handed in"),
    A_TEXT("sector", ANSWER_NULL, "lĩnh vực", "sector"),
    A_TIME("accepted", 0, "nhận hồ sơ", "received"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_TIME("finished", ANSWER_NULL, "có kết quả", "its result came"),
    A_TIME("returned", ANSWER_NULL, "trả kết quả", "handed over"),
    A_OBJECT("competent", ANSWER_NULL, &answer_agency, "cơ quan giải quyết", "competent agency"),
    A_INT("fee", 0, "phí, lệ phí, đồng", "fee in dong"),
    A_TEXT("officer", ANSWER_NULL, "người tiếp nhận", "who took it in"),
    A_TEXT("name", ANSWER_NULL, "tên cá nhân, tổ chức", "name"),
    A_TEXT("address", ANSWER_NULL, "địa chỉ", "address"),
    A_TEXT("phone", ANSWER_NULL, "điện thoại", "telephone"),
    A_TEXT("summary", ANSWER_NULL, "nội dung", "contents"),
    A_TEXT("result_by", ANSWER_NULL, "phương thức nhận kết quả", "how the result is collected"),
    A_TEXT("note", ANSWER_NULL, "ghi chú", "note"),
};
static const struct answer_shape entry_shape = A_SHAPE("RegisterEntry", entry_keys);
static const struct answer_key entries_keys[] = {
    BOOK_KEYS(ANSWER_MAYBE),
    A_PAGE(&entry_shape, "các dòng của sổ", "entries of the book"),
};
static const struct answer_shape entries_shape = A_SHAPE("RegisterEntries", entries_keys);

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/registers",
     .permission = PERM_REGISTERS,
     .lane = LANE_REPORT,
     .handle = books,
     .query = book_params,
     .answer = &books_shape,
     .summary = {"Các sổ theo dõi hồ sơ theo đơn vị, lĩnh vực, năm",
                 "Register books by unit, field and year"}},
    {.method = HTTP_GET,
     .pattern = "/v1/registers/entries",
     .permission = PERM_RECEIPT,
     .lane = LANE_REPORT,
     .handle = entries,
     .query = entry_params,
     .answer = &entries_shape,
     .medias = export_sheets,
     .summary = {"Các dòng của một sổ, theo số thứ tự", "Entries of a register book, by number"}},
    {.method = HTTP_POST,
     .pattern = "/v1/registers/close",
     .permission = PERM_REGISTER_CLOSE,
     .lane = LANE_ACT,
     .handle = close_book,
     .body = &closing_shape,
     .body_max = BODY_SMALL,
     .answer = &book_shape,
     .summary = {"Khóa sổ khi hết năm: sau đó không ghi thêm được",
                 "Close a book after its year: nothing can be added then"}},
};
ROUTE_TABLE(routes_registers, rows);
