/* Requests on a dossier: ask, answer, take back; and the ends without a result.  Each route binds
 * its body and sends one command.  The worker's thread. */
#include "server/api/acting.h"
#include "server/api/intake.h"

#define BODY_MAX   ((size_t)64 * 1024)
#define TASK_MAX   1000000
#define NOTE_CHARS 1000
#define WORDS_MAX  50
#define DONG_MAX   INT64_C(1000000000000000)

struct ask_in { /* one struct for all: each shape binds what its act takes */
    int64_t task, request, amount;
    const char *kind, *reason, *exception, *document, *text, *note, *file, *to, *limit, *until,
        *case_code, *outcome, *reference, *method, *result, *number, *signer, *date;
    const char **missing, **reasons;
    size_t missing_n, reasons_n;
    struct component_in *components;
    size_t components_n;
    int on_due, how;
    bool stops;
};

static const char *const methods[] = {"cash", "transfer", "online", "post", NULL};
static const char *const on_dues[] = {"none", "agree", "remind", NULL};

#define TASK                                                                                       \
    BIND(struct ask_in, I64, task, 0, 1, TASK_MAX, "số việc, khi có nhiều việc đang mở",           \
         "number of the task, when several are open")
#define NOTE(flags)                                                                                \
    BIND(struct ask_in, LINES, note, (flags), (flags) ? 1 : 0, NOTE_CHARS, "ghi chú, lý do",       \
         "note, reason")
#define WORD_OF(field, max, vi, en) BIND(struct ask_in, WORD, field, 0, 1, max, vi, en)
#define TEXT_OF(field, max, vi, en) BIND(struct ask_in, TEXT, field, 0, 1, max, vi, en)
#define DOCUMENT                    TEXT_OF(document, 100, "số, ký hiệu văn bản", "number of the document")
#define FILE_HASH                                                                                  \
    BIND(struct ask_in, HASH, file, 0, 0, 0, "mã băm tệp đã gửi", "hash of an uploaded file")
#define WORDS(text) BIND(struct ask_in, LINES, text, 0, 1, NOTE_CHARS, "nội dung", "what is said")
#define AMOUNT      BIND(struct ask_in, I64, amount, 0, 0, DONG_MAX, "số tiền, đồng", "amount in dong")

static const struct bind_key ask_keys[] = {
    TASK,
    BIND(struct ask_in, WORD, kind, BIND_REQUIRED, 1, 32, "loại đề nghị", "kind of request"),
    WORD_OF(method, 32,
            "bổ sung do chính người tiếp nhận gửi: đã báo người nộp bằng cách nào (phone, sms, "
            "email, in_person, post, portal)",
            "a supplement that the receiving officer sends herself: how the applicant was told "
            "(phone, sms, email, in_person, post, portal)"),
    WORD_OF(reason, 64, "mã lý do", "reason code"),
    BIND_MANY(struct ask_in, TEXTS, reasons, reasons_n, 0, 0, WORDS_MAX, NULL, "mã các lý do",
              "reason codes"),
    BIND_MANY(struct ask_in, TEXTS, missing, missing_n, 0, 0, WORDS_MAX, NULL,
              "thành phần cần bổ sung", "components asked for"),
    BIND(struct ask_in, LINES, exception, 0, 1, NOTE_CHARS, "căn cứ ngoại lệ, căn cứ pháp lý",
         "legal basis of an exception"),
    DOCUMENT,
    WORDS(text),
    NOTE(0),
    FILE_HASH,
    WORD_OF(to, 64, "cơ quan được hỏi hoặc nhận", "agency that is asked or receives"),
    TEXT_OF(limit, 64, "thời hạn trả lời, như “5 working_day”", "limit, like “5 working_day”"),
    BIND_WORDS(struct ask_in, on_due, 0, on_dues, "hết hạn không trả lời thì",
               "when nobody answers in time"),
    BIND(struct ask_in, DATE, until, 0, 0, 0, "ngày hẹn lại", "new day"),
    AMOUNT,
    BIND(struct ask_in, I64, request, 0, 1, TASK_MAX, "hoàn phí: khoản đã nộp nào",
         "refund: which payment"),
    BIND(struct ask_in, BOOL, stops, 0, 0, 0, "thời gian chờ không tính vào thời hạn",
         "the time until it is paid is excluded"),
    {"case",
     BIND_WORD,
     0,
     offsetof(struct ask_in, case_code),
     0,
     1,
     20,
     NULL,
     NULL,
     {"trường hợp mới", "new case"}},
};
static const struct bind_shape ask_shape = BIND_SHAPE("Ask", struct ask_in, ask_keys);

static const struct bind_key answer_keys[] = {
    TASK,
    BIND(struct ask_in, WORD, outcome, BIND_REQUIRED, 1, 32, "câu trả lời", "the answer"),
    DOCUMENT,
    WORDS(text),
    NOTE(0),
    FILE_HASH,
    AMOUNT,
    TEXT_OF(reference, 100, "số biên lai, mã giao dịch, số công văn",
            "receipt, transaction, letter"),
    WORD_OF(method, 32,
            "hình thức nộp; khi gửi: đã báo người nộp bằng cách nào (phone, sms, email, in_person, "
            "post, portal), bắt buộc khi hẹn lại",
            "how it was paid; when it is sent: how the applicant was told (phone, sms, email, "
            "in_person, post, portal), required for a new date"),
    BIND_MANY(struct ask_in, LIST, components, components_n, 0, 0, 200, &intake_component_shape,
              "thành phần đã nộp", "components that were brought"),
    WORD_OF(result, 64, "kết quả nào của thủ tục", "which of the results"),
    TEXT_OF(number, 100, "số văn bản", "number of the result"),
    TEXT_OF(signer, 200, "người ký", "signer"),
    BIND(struct ask_in, DATE, date, 0, 0, 0, "ngày văn bản", "date of the result"),
};
static const struct bind_shape answer_shape = BIND_SHAPE("Answer", struct ask_in, answer_keys);

static const struct bind_key pay_keys[] = {
    BIND(struct ask_in, I64, request, 0, 1, TASK_MAX,
         "số đề nghị nộp tiền; không có: khoản duy nhất còn phải nộp",
         "request for payment; without: the only amount that is owed"),
    BIND(struct ask_in, I64, amount, BIND_REQUIRED, 1, DONG_MAX, "số tiền, đồng", "amount in dong"),
    {"method",
     BIND_CHOICE,
     0,
     offsetof(struct ask_in, how),
     0,
     0,
     0,
     NULL,
     methods,
     {"hình thức nộp; mặc định cash", "how it was paid; default cash"}},
    TEXT_OF(reference, 100, "số biên lai hoặc mã giao dịch; tiền mặt bỏ trống thì được cấp số",
            "receipt or transaction; left out for cash: the next number is given"),
    DOCUMENT,
    NOTE(0),
};
static const struct bind_shape pay_shape = BIND_SHAPE("Pay", struct ask_in, pay_keys);

static const struct bind_key cancel_keys[] = {
    BIND(struct ask_in, I64, request, BIND_REQUIRED, 1, TASK_MAX, "số đề nghị",
         "number of the request"),
    DOCUMENT,
    NOTE(BIND_REQUIRED),
};
static const struct bind_shape cancel_shape = BIND_SHAPE("Cancel", struct ask_in, cancel_keys);

static const struct bind_key end_keys[] = {
    BIND(struct ask_in, TEXT, document, BIND_REQUIRED, 1, 100, "đơn, thông báo",
         "the written request, the notice"),
    NOTE(0),
};
static const struct bind_shape end_shape = BIND_SHAPE("End", struct ask_in, end_keys);
static const struct bind_key close_keys[] = {
    BIND(struct ask_in, TEXT, document, BIND_REQUIRED, 1, 100, "thông báo", "the notice"),
    WORD_OF(reason, 64, "mã lý do kết thúc", "code of the reason"),
    NOTE(0),
};
static const struct bind_shape close_shape = BIND_SHAPE("Close", struct ask_in, close_keys);

/* ---- from the body to the command */

static bool kind_of(struct req *rq, const char *word, enum request_kind *ret)
{
    struct buf list;
    unsigned k;

    if (!word || request_kind_of_name(word, ret))
        return true;
    buf_init(&list, 1024);
    for (k = REQ_SUPPLEMENT; k <= REQ_CASE; k++)
        buf_printf(&list, "%s%s", k > REQ_SUPPLEMENT ? ", " : "",
                   request_kind_name((enum request_kind)k));
    violation_add(&rq->bad, "/kind", "bad-value",
                  "không có loại đề nghị “%s”: phải là một trong %s",
                  "there is no request “%s”: must be one of %s", word, buf_cstr(&list));
    buf_free(&list);
    return false;
}

static struct ask *ask_of(struct req *rq, const struct ask_in *in)
{
    struct ask *a = ARENA_NEW(rq->arena, struct ask);
    bool good = kind_of(rq, in->kind, &a->kind);

    good = acting_agency(rq, in->to, &a->to_agency) && good;
    good = acting_limit(rq, in->limit, &a->limit) && good;
    good = (!in->until || day_parse(span_of(in->until), &a->until)) && good;
    a->reason = in->reason;
    a->exception = in->exception;
    a->document = in->document;
    a->text = in->text;
    a->missing = in->missing;
    a->missings = in->missing_n;
    a->reason_code = in->reasons;
    a->reason_codes = in->reasons_n;
    a->on_due = in->on_due ? on_dues[in->on_due] : NULL;
    a->case_code = in->case_code;
    a->amount = in->amount;
    a->stops = in->stops;
    a->outcome = in->outcome;
    a->reference = in->reference;
    a->method = in->method;
    a->result = in->result;
    a->check = intake_check_offs(rq, in->components, in->components_n);
    a->checks = in->components_n;
    return good ? a : NULL;
}

static void go(struct req *rq, enum command_kind kind)
{
    const struct ask_in *in = rq->body;
    struct act *act = acting_new(rq, kind, rq->param[0]);
    struct command *cmd = &act->cmd;

    cmd->ask = ask_of(rq, in);
    if (!cmd->ask) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    cmd->task = in->task;
    cmd->request = in->request;
    cmd->note = in->note;
    cmd->file = in->file;
    cmd->number = in->number;
    cmd->signer = in->signer;
    if (in->date && !day_parse(span_of(in->date), &cmd->date)) {
        reply_problem(rq, ERR_INVALID); /* the shape refused it already */
        return;
    }
    acting_go(rq, act);
}

static void ask(struct req *rq)
{
    go(rq, CMD_ASK);
}
static void answer(struct req *rq)
{
    go(rq, CMD_ANSWER);
}
static void pay(struct req *rq)
{
    struct ask_in *in = rq->body;

    in->method = methods[in->how];
    go(rq, CMD_PAY);
}
static void cancel(struct req *rq)
{
    go(rq, CMD_CANCEL);
}
static void withdraw(struct req *rq)
{
    go(rq, CMD_WITHDRAW);
}
static void stop(struct req *rq)
{
    go(rq, CMD_STOP);
}
static void close_it(struct req *rq)
{
    go(rq, CMD_CLOSE);
}

/* ---- as told (dossier_json.c) */

static const struct answer_key request_keys[] = {
    A_INT("request", 0, "số trong hồ sơ", "number within the dossier"),
    A_NAME("kind", 0, answer_request, "loại", "kind"),
    A_TEXT("title", 0, "tên", "title"),
    A_NAME("state", 0, answer_request_state, "tình trạng", "state"),
    A_TEXT("state_title", 0, "tình trạng bằng lời", "state in words"),
    A_INT("by", ANSWER_NULL, "người đề nghị", "who asked"),
    A_INT("agreed_by", ANSWER_NULL, "người chấp thuận", "who agreed"),
    A_INT("sent_by", ANSWER_NULL, "người gửi", "who sent it"),
    A_INT("done_by", ANSWER_NULL, "người trả lời", "who answered"),
    A_OBJECT("at", ANSWER_NULL, &answer_agency, "cơ quan đề nghị", "agency that asked"),
    A_OBJECT("to", ANSWER_NULL, &answer_agency, "cơ quan được hỏi", "agency that is asked"),
    A_TIME("asked", ANSWER_NULL, "đề nghị lúc", "asked at"),
    A_TIME("sent", ANSWER_NULL, "gửi lúc", "sent at"),
    A_TIME("done", ANSWER_NULL, "xong lúc", "done at"),
    A_TIME("due", ANSWER_NULL, "hạn trả lời; gia hạn: ngày hẹn lại",
           "due; extension: the new date"),
    A_WORD("reason", ANSWER_NULL, "mã lý do", "reason code"),
    A_TEXT("exception", ANSWER_NULL, "căn cứ ngoại lệ", "legal basis of the exception"),
    A_TEXT("document", ANSWER_NULL, "văn bản", "document"),
    A_TEXT("end_document", ANSWER_NULL, "văn bản kết thúc", "document that ended it"),
    A_TEXTS("missing", 0, "thành phần cần bổ sung", "components asked for"),
    A_TEXTS("reasons", 0, "mã các lý do", "reason codes"),
    A_BOOL("late", 0, "quá thời gian được phép", "after the time that the rules allow"),
    A_BOOL("extra", 0, "quá số lần được phép", "more often than the rules allow"),
    A_BOOL("overdue", 0, "hồ sơ đã trễ khi gửi", "the promise had passed when it was sent"),
    A_BOOL("stops", 0, "thời hạn dừng", "the clocks stand still"),
    A_INT("amount", 0, "số tiền, đồng", "amount in dong"),
    A_WORD("outcome", ANSWER_NULL, "câu trả lời", "the answer"),
    A_TEXT("reference", ANSWER_NULL, "số biên lai, công văn", "receipt, letter"),
    A_WORD("method", ANSWER_NULL, "hình thức nộp; cách đã báo người nộp",
           "how it was paid; how the applicant was told"),
    A_INT("receipt", ANSWER_NULL, "sự kiện mang số biên lai được cấp",
          "event that carries the receipt number given"),
    A_INT("refunds", ANSWER_NULL, "hoàn cho khoản đã nộp nào", "payment that is given back"),
};
const struct answer_shape answer_requests = A_SHAPE("Request", request_keys);

#define ACT_ON(what, path, perm, fn, shape, vi, en)                                                \
    {                                                                                              \
        .method = HTTP_POST, .pattern = "/v1/" what "/" path, .permission = (perm),                \
        .flags = ROUTE_KEY | ROUTE_MATCH | ROUTE_ETAG, .lane = LANE_ACT, .handle = (fn),           \
        .body = &(shape), .body_max = BODY_MAX, .answer = &answer_state, .summary = {              \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }
#define ACT(path, perm, fn, shape, vi, en) ACT_ON("dossiers/{code}", path, perm, fn, shape, vi, en)

static const struct route rows[] = {
    ACT("ask", PERM_DOSSIER_ACT, ask, ask_shape,
        "Đề nghị: bổ sung, hẹn lại, tạm dừng, lấy ý kiến, nộp tiền …",
        "Ask: supplement, extension, suspension, opinion, payment …"),
    ACT("answer", PERM_DOSSIER_ACT, answer, answer_shape,
        "Trả lời: chấp thuận, gửi, đã đủ, đã nộp …", "Answer: agree, send, complete, paid …"),
    ACT("pay", PERM_CASH, pay, pay_shape, "Thu phí, lệ phí, nghĩa vụ tài chính",
        "Receive the fee or what a request asks for"),
    ACT("cancel", PERM_DOSSIER_ACT, cancel, cancel_shape, "Hủy đề nghị", "Take a request back"),
    ACT("withdraw", PERM_END, withdraw, end_shape, "Người nộp rút hồ sơ",
        "The applicant withdraws it"),
    ACT("stop", PERM_END, stop, end_shape, "Dừng thực hiện theo yêu cầu (Mẫu 05)",
        "Stop at the applicant's request (form 05)"),
    ACT("close", PERM_END, close_it, close_shape, "Kết thúc do không bổ sung",
        "Close: not supplemented in time"),
    ACT_ON("submissions/{id}", "withdraw", PERM_END, withdraw, end_shape,
           "Rút hồ sơ chưa tiếp nhận", "Withdraw what was not yet accepted"),
    ACT_ON("submissions/{id}", "close", PERM_END, close_it, close_shape,
           "Kết thúc hồ sơ chưa tiếp nhận do không bổ sung",
           "Close what was not completed before acceptance"),
};
ROUTE_TABLE(routes_requests, rows);
