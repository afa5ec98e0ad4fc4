/* Acts on one dossier: each route binds its own body and sends one command.
 * The worker's thread. */
#include "server/api/acting.h"
#include "server/api/intake.h"

#define BODY_SMALL ((size_t)16 * 1024)
#define BODY_LARGE ((size_t)256 * 1024)
#define TASK_MAX   1000000
#define NOTE_CHARS 1000
#define WORDS_MAX  50
#define DONG_MAX   INT64_C(1000000000000000)

struct act_in { /* one struct for all: each shape binds what its act takes */
    int64_t task, officer;
    const char *action, *reason, *note, *text, *file, *file_name, *component, *number, *signer,
        *date;
    /* actions that ask for something: what the request says */
    const char *document, *result, *exception, *to, *limit, *method;
    const char **missing, **reasons;
    size_t missing_n, reasons_n;
    int64_t amount;
    int to_whom;
    bool refusal;
};

static const char *const to_whoms[] = {"none", "owner", "authorised", "post", NULL};

#define TASK                                                                                       \
    BIND(struct act_in, I64, task, 0, 1, TASK_MAX, "số việc, khi có nhiều việc đang mở",           \
         "number of the task, when several are open")
#define NOTE(flags)                                                                                \
    BIND(struct act_in, LINES, note, (flags), (flags) ? 1 : 0, NOTE_CHARS, "ghi chú", "note")
#define FILE_HASH(flags)                                                                           \
    BIND(struct act_in, HASH, file, (flags), 0, 0, "mã băm tệp đã gửi", "hash of an uploaded file")
#define FILE_NAME BIND(struct act_in, TEXT, file_name, 0, 1, 200, "tên tệp", "name of the file")
#define REASON    BIND(struct act_in, WORD, reason, 0, 1, 64, "mã lý do", "reason code")

static const struct bind_key task_keys[] = {TASK};
static const struct bind_shape task_shape = BIND_SHAPE("TaskOnly", struct act_in, task_keys);
static const struct bind_key assign_keys[] = {
    TASK,
    BIND(struct act_in, I64, officer, BIND_REQUIRED, 0, INT64_MAX,
         "người được giao; 0: trả lại hàng đợi", "officer; 0: back to the queue"),
    NOTE(0),
};
static const struct bind_shape assign_shape = BIND_SHAPE("Assign", struct act_in, assign_keys);
static const struct bind_key draft_keys[] = {
    TASK,
    BIND(struct act_in, LINES, text, BIND_REQUIRED, 1, NOTE_CHARS, "kết luận dự thảo",
         "conclusion of the draft"),
    BIND(struct act_in, BOOL, refusal, 0, 0, 0, "dự thảo từ chối", "draft of a refusal"),
    REASON,
    FILE_HASH(0),
};
static const struct bind_shape draft_shape = BIND_SHAPE("Draft", struct act_in, draft_keys);
static const struct bind_key act_keys[] = {
    TASK,
    BIND(struct act_in, WORD, action, BIND_REQUIRED, 1, 64, "hành động của bước",
         "action of the step"),
    REASON,
    NOTE(0),
    BIND(struct act_in, I64, officer, 0, 1, INT64_MAX, "người được chọn cho bước sau",
         "officer chosen for the next step"),
    BIND(struct act_in, TEXT, number, 0, 1, 100, "số văn bản; bỏ trống để hệ thống cấp",
         "number of the result; left out: the next one is given"),
    BIND(struct act_in, DATE, date, 0, 0, 0, "ngày văn bản", "date of the result"),
    BIND(struct act_in, TEXT, signer, 0, 1, 200, "người ký", "signer"),
    FILE_HASH(0),
    FILE_NAME,
    BIND_WORDS(struct act_in, to_whom, 0, to_whoms, "trả cho ai", "handed over to whom"),
    BIND(struct act_in, WORD, result, 0, 1, 64, "kết quả nào, khi thủ tục có nhiều kết quả",
         "which result, where the procedure has several"),
    BIND(struct act_in, TEXT, document, 0, 1, 100, "văn bản bắt đầu thời gian không tính",
         "document that begins excluded time"),
    BIND(struct act_in, LINES, text, 0, 1, NOTE_CHARS, "nội dung yêu cầu", "what is asked for"),
    BIND(struct act_in, LINES, exception, 0, 1, NOTE_CHARS, "căn cứ ngoại lệ, căn cứ pháp lý",
         "legal basis of an exception"),
    BIND_MANY(struct act_in, TEXTS, reasons, reasons_n, 0, 0, WORDS_MAX, NULL, "mã các lý do",
              "reason codes"),
    BIND_MANY(struct act_in, TEXTS, missing, missing_n, 0, 0, WORDS_MAX, NULL,
              "thành phần cần bổ sung", "components asked for"),
    BIND(struct act_in, WORD, to, 0, 1, 64, "cơ quan được hỏi", "agency that is asked"),
    BIND(struct act_in, TEXT, limit, 0, 1, 64, "thời hạn trả lời, như “5 working_day”",
         "limit of the answer, like “5 working_day”"),
    BIND(struct act_in, I64, amount, 0, 0, DONG_MAX, "số tiền, đồng", "amount in dong"),
    BIND(struct act_in, WORD, method, 0, 1, 32,
         "bổ sung do chính người tiếp nhận gửi: đã báo người nộp bằng cách nào",
         "a supplement that the receiving officer sends herself: how the applicant was told"),
};
static const struct bind_shape act_shape = BIND_SHAPE("Act", struct act_in, act_keys);
static const struct bind_key attach_keys[] = {
    TASK,      FILE_HASH(BIND_REQUIRED),
    FILE_NAME, BIND(struct act_in, WORD, component, 0, 1, 64, "thành phần", "component"),
    NOTE(0),
};
static const struct bind_shape attach_shape = BIND_SHAPE("Attach", struct act_in, attach_keys);
static const struct bind_key note_keys[] = {
    NOTE(BIND_REQUIRED),
    BIND(struct act_in, WORD, reason, 0, 1, 64, "mã phản ánh, kiến nghị của danh mục lý do",
         "code of a complaint, from the catalogue of reasons"),
};
static const struct bind_shape note_shape = BIND_SHAPE("Note", struct act_in, note_keys);

static const struct bind_key relative_keys[] = {
    BIND(struct act_in, LINES, note, BIND_REQUIRED, 1, NOTE_CHARS, "quan hệ với người nộp hồ sơ",
         "relation to the applicant"),
};
static const struct bind_shape relative_shape =
    BIND_SHAPE("DeclareRelative", struct act_in, relative_keys);

/* What an action says that asks for something, or opens a split; NULL after a violation. */
static struct ask *ask_of(struct req *rq, const struct act_in *in)
{
    struct ask *a = ARENA_NEW(rq->arena, struct ask);
    bool good = acting_agency(rq, in->to, &a->to_agency);

    good = acting_limit(rq, in->limit, &a->limit) && good;
    a->document = in->document;
    a->result = in->result;
    a->exception = in->exception;
    a->text = in->text;
    a->missing = in->missing;
    a->missings = in->missing_n;
    a->reason_code = in->reasons;
    a->reason_codes = in->reasons_n;
    a->amount = in->amount;
    a->method = in->method;
    return good ? a : NULL;
}

static void go(struct req *rq, enum command_kind kind)
{
    const struct act_in *in = rq->body;
    struct act *act = acting_new(rq, kind, rq->param[0]);
    struct command *cmd = &act->cmd;
    dayno date = 0; /* not given */

    if (in->date && !day_parse(span_of(in->date), &date)) {
        reply_problem(rq, ERR_INVALID); /* the shape refused it already */
        return;
    }
    cmd->ask = kind == CMD_ACT ? ask_of(rq, in) : NULL;
    if (kind == CMD_ACT && !cmd->ask) {
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    cmd->task = in->task;
    cmd->officer = in->officer;
    cmd->action = in->action;
    cmd->reason = in->reason;
    cmd->note = in->note;
    cmd->text = in->text;
    cmd->refusal = in->refusal;
    cmd->file = in->file;
    cmd->file_name = in->file_name;
    cmd->file_component = in->component;
    cmd->number = in->number;
    cmd->signer = in->signer;
    cmd->date = date;
    cmd->to_whom = in->to_whom ? to_whoms[in->to_whom] : NULL;
    acting_go(rq, act);
}

static void receive(struct req *rq)
{
    go(rq, CMD_RECEIVE);
}
static void claim(struct req *rq)
{
    go(rq, CMD_CLAIM);
}
static void assign(struct req *rq)
{
    go(rq, CMD_ASSIGN);
}
static void draft(struct req *rq)
{
    go(rq, CMD_DRAFT);
}
static void step_act(struct req *rq)
{
    go(rq, CMD_ACT);
}
static void take_back(struct req *rq)
{
    go(rq, CMD_TAKE_BACK);
}
static void attach(struct req *rq)
{
    go(rq, CMD_ATTACH);
}
static void note(struct req *rq)
{
    go(rq, CMD_NOTE);
}
static void declare(struct req *rq)
{
    go(rq, CMD_DECLARE);
}

/* ---- correction of a wrong result: a dossier of its own, linked both ways */

/* The corrected dossier is told by the links job, after the commit that makes this one. */
static void original_came(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;
    struct intake_in *in = rq->body;
    const struct procedure *p;
    struct link_news *of;
    struct act *act;

    if (!req_back(rq))
        return;
    if (e != ERR_OK || !s || strcmp(s->procedure, in->procedure) != 0) {
        violation_add_text(
            &rq->bad, "/corrects", "unknown-dossier",
            (struct text2){"không có hồ sơ này của thủ tục", "no such dossier of this procedure"});
        reply_invalid(rq, ERR_INVALID, &rq->bad);
        return;
    }
    of = ARENA_NEW(rq->arena, struct link_news);
    *of = (struct link_news){.kind = LINK_CORRECTS,
                             .dossier = s->id,
                             .code = arena_strdup(rq->arena, s->code),
                             .due = INSTANT_NONE,
                             .finished = s->finished};
    p = snapshot_procedure(req_snapshot(rq), in->procedure, lminute_day(lminute_of(clock_now())));
    act = acting_new(rq, CMD_TAKE_IN, NULL);
    act->procedure = p ? p->code : in->procedure;
    if (!intake_translate(rq, p, act, &act->cmd))
        return;
    ((struct intake *)(uintptr_t)act->cmd.intake)->link = of;
    if (!in->competent)
        ((struct intake *)(uintptr_t)act->cmd.intake)->competent = s->competent;
    acting_go(rq, act);
}

/* Taking in at the counter: accepted at once, or returned or refused with its reasons. */
static void take_in(struct req *rq)
{
    static const enum command_kind kinds[] = {
        [OUTCOME_ACCEPT] = CMD_TAKE_IN,
        [OUTCOME_RETURN] = CMD_RETURN_INTAKE,
        [OUTCOME_REJECT] = CMD_REJECT_INTAKE,
    };
    const struct intake_in *in = rq->body;
    struct act *act = acting_new(rq, kinds[in->outcome], NULL);
    dayno today = lminute_day(lminute_of(clock_now()));
    const struct procedure *p = snapshot_procedure(req_snapshot(rq), in->procedure, today);

    if (!p) {
        violation_add(&rq->bad, "/procedure", "not-in-force",
                      "không có thủ tục “%s” đang có hiệu lực", "no procedure “%s” is in force",
                      in->procedure);
        reply_invalid(rq, ERR_R_NOT_IN_FORCE, &rq->bad);
        return;
    }
    if (in->corrects) {
        rq->wait = WAIT_STORE;
        store_dossier_state(rq->api->store, &rq->viewer, in->corrects, rq->arena, original_came,
                            rq);
        return;
    }
    act->procedure = p->code;
    if (intake_translate(rq, p, act, &act->cmd))
        acting_go(rq, act);
}

#define ACT(path, perm, fn, shape, vi, en)                                                         \
    {                                                                                              \
        .method = HTTP_POST, .pattern = "/v1/dossiers/{code}/" path, .permission = (perm),         \
        .flags = ROUTE_KEY | ROUTE_MATCH | ROUTE_ETAG, .lane = LANE_ACT, .handle = (fn),           \
        .body = &(shape), .body_max = BODY_SMALL, .answer = &answer_state, .summary = {            \
            vi,                                                                                    \
            en                                                                                     \
        }                                                                                          \
    }

static const struct route rows[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/dossiers",
     .permission = PERM_INTAKE,
     .flags = ROUTE_KEY | ROUTE_ETAG | ROUTE_MAKES,
     .answer = &answer_created,
     .status = 201,
     .lane = LANE_ACT,
     .handle = take_in,
     .body = &intake_take_in_shape,
     .body_max = BODY_LARGE,
     .summary = {"Tiếp nhận, trả lại hoặc từ chối tại quầy",
                 "Take in, return or refuse at the counter"}},
    ACT("receive", PERM_DOSSIER_ACT, receive, task_shape, "Xác nhận đã nhận hồ sơ",
        "Confirm that the dossier was received"),
    ACT("claim", PERM_DOSSIER_ACT, claim, task_shape, "Nhận xử lý", "Take it from the queue"),
    ACT("assign", PERM_ASSIGN, assign, assign_shape, "Phân công", "Assign to an officer"),
    ACT("draft", PERM_DOSSIER_ACT, draft, draft_shape, "Dự thảo kết quả", "Draft the result"),
    ACT("act", PERM_DOSSIER_ACT, step_act, act_shape, "Thực hiện hành động của bước",
        "Do an action of the step"),
    ACT("take-back", PERM_DOSSIER_ACT, take_back, task_shape, "Thu hồi bước vừa chuyển",
        "Take back what was just handed on"),
    ACT("attach", PERM_DOSSIER_ACT, attach, attach_shape, "Đính kèm tệp", "Attach a file"),
    ACT("note", PERM_DOSSIER_ACT, note, note_shape, "Ghi chú", "Leave a note"),
    ACT("declare-relative", PERM_DOSSIER_ACT, declare, relative_shape,
        "Khai báo người nộp là người thân: hồ sơ chuyển cho người khác",
        "Declare that the applicant is a close relative: the dossier goes to somebody else"),
};
ROUTE_TABLE(routes_acts, rows);
