/* Names of statuses, classes and commands: stored, on the wire, and for people.  Pure values. */
#include "common/dossier/inside.h"

static const struct {
    const char *name;
    struct text2 title;
} statuses[DS_COUNT] = {
    [DS_NONE] = {"NONE", {"Chưa có", "None"}},
    [DS_SUBMITTED] = {"SUBMITTED", {"Chờ tiếp nhận", "Waiting for reception"}},
    [DS_INTAKE_SUPPLEMENT] = {"INTAKE_SUPPLEMENT",
                              {"Chờ bổ sung trước tiếp nhận", "To be completed before reception"}},
    [DS_REJECTED_INTAKE] = {"REJECTED_INTAKE", {"Không được tiếp nhận", "Not accepted"}},
    [DS_ACCEPTED] = {"ACCEPTED", {"Được tiếp nhận", "Accepted"}},
    [DS_PROCESSING] = {"PROCESSING", {"Đang xử lý", "In process"}},
    [DS_APPROVED] = {"APPROVED", {"Đã phê duyệt, chờ phát hành", "Approved, to be issued"}},
    [DS_RELEASED] = {"RELEASED",
                     {"Có kết quả tại Bộ phận Một cửa", "Result ready at the one-stop unit"}},
    [DS_RETURNED] = {"RETURNED", {"Đã trả kết quả", "Result handed over"}},
    [DS_CONSULTING] = {"CONSULTING", {"Đang lấy ý kiến", "Consulting"}},
    [DS_SUPPLEMENT] = {"SUPPLEMENT", {"Yêu cầu bổ sung giấy tờ", "Supplement requested"}},
    [DS_FIN_OBLIGATION] = {"FIN_OBLIGATION",
                           {"Yêu cầu thực hiện nghĩa vụ tài chính", "Financial obligation"}},
    [DS_SUSPENDED] = {"SUSPENDED", {"Tạm dừng xử lý", "Suspended"}},
    [DS_WITHDRAWN] = {"WITHDRAWN", {"Công dân yêu cầu rút hồ sơ", "Withdrawn"}},
    [DS_STOPPED] = {"STOPPED", {"Dừng thực hiện theo yêu cầu", "Stopped on request"}},
    [DS_CLOSED] = {"CLOSED", {"Kết thúc do quá hạn bổ sung", "Closed"}},
    [DS_EXCLUDED] = {"EXCLUDED", {"Đang chờ, thời gian không tính vào thời hạn", "Excluded time"}},
};

const char *const MONEY_WORDS[] = {
    [MONEY_NONE] = "none",         [MONEY_REQUESTED] = "requested", [MONEY_PAID] = "paid",
    [MONEY_REFUNDED] = "refunded", [MONEY_EXEMPT] = "exempt",       [MONEY_EXEMPT + 1] = NULL,
};
const char *const HANDOVER_WORDS[] = {
    [HANDOVER_NONE] = "none",     [HANDOVER_READY] = "ready",   [HANDOVER_HANDED] = "handed",
    [HANDOVER_POSTED] = "posted", [HANDOVER_POSTED + 1] = NULL,
};
const char *const SYNC_WORDS[] = {
    [SYNC_PENDING] = "pending", [SYNC_SENT] = "sent",     [SYNC_CONFIRMED] = "confirmed",
    [SYNC_FAILED] = "failed",   [SYNC_FAILED + 1] = NULL,
};
const char *const DUE_BASIS_WORDS[] = {
    [DUE_ORIGINAL] = "original",
    [DUE_BASIS] = "basis",
    [DUE_CURRENT] = "current",
    [DUE_CURRENT + 1] = NULL,
};
const char *const CLOCK_KIND_WORDS[] = {
    [CLOCK_LEGAL] = "legal",
    [CLOCK_STEP] = "step",
    [CLOCK_INTAKE] = "intake",
    [CLOCK_SPAN] = "span",
    [CLOCK_SUPPLEMENT] = "supplement",
    [CLOCK_CONSULT] = "consult",
    [CLOCK_BRANCH] = "branch",
    [CLOCK_PAPER] = "paper",
    [CLOCK_KINDS] = NULL,
};
const char *const CLOCK_STATE_WORDS[] = {
    [CLOCK_RUNNING] = "running",
    [CLOCK_STOPPED] = "stopped",
    [CLOCK_ENDED] = "ended",
    [CLOCK_ENDED + 1] = NULL,
};

const char *const LINK_KIND_WORDS[] = {
    [LINK_NONE] = "none",
    [LINK_PARENT] = "parent",
    [LINK_CHILD] = "child",
    [LINK_CORRECTS] = "corrects",
    [LINK_CORRECTED_BY] = "corrected_by",
    [LINK_CORRECTED_BY + 1] = NULL,
};

const char *dossier_status_name(enum dossier_status s)
{
    return s < DS_COUNT ? statuses[s].name : "";
}

struct text2 dossier_status_title(enum dossier_status s)
{
    return s < DS_COUNT ? statuses[s].title : (struct text2){"", ""};
}

bool dossier_status_of_name(const char *name, enum dossier_status *ret)
{
    unsigned i;

    for (i = 0; i < DS_COUNT; i++)
        if (strcmp(name, statuses[i].name) == 0) {
            *ret = (enum dossier_status)i;
            return true;
        }
    return false;
}

bool dossier_status_open(enum dossier_status s)
{
    return (s >= DS_ACCEPTED && s < DS_WITHDRAWN && s != DS_RETURNED) || s == DS_EXCLUDED;
}

const char *dossier_class_name(enum dossier_class c)
{
    static const char *const names[CLASS_COUNT] = {
        [CLASS_EARLY] = "early",
        [CLASS_ON_TIME] = "on_time",
        [CLASS_LATE] = "late",
        [CLASS_PENDING_WITHIN] = "pending_within",
        [CLASS_PENDING_OVERDUE] = "pending_overdue",
        [CLASS_WAITING] = "waiting",
        [CLASS_ENDED_OTHER] = "ended_other",
        [CLASS_NOT_RECEIVED] = "not_received",
    };

    return c < CLASS_COUNT ? names[c] : "";
}

const char *command_name(enum command_kind k)
{
    const struct act_rule *r = act_rule_of(k);

    return r ? r->name : "";
}

bool command_of_name(const char *name, enum command_kind *ret)
{
    unsigned k;

    for (k = 0; k < CMD_KINDS; k++)
        if (strcmp(name, command_name((enum command_kind)k)) == 0) {
            *ret = (enum command_kind)k;
            return true;
        }
    return false;
}

static const struct {
    const char *name;
    struct text2 title;
} request_kinds[REQ_KINDS] = {
    [REQ_NONE] = {"none", {"", ""}},
    [REQ_SUPPLEMENT] = {"supplement", {"Yêu cầu bổ sung hồ sơ", "Supplement"}},
    [REQ_EXTENSION] = {"extension", {"Xin lỗi và hẹn lại ngày trả", "Extension with apology"}},
    [REQ_EXCLUSION] = {"exclusion", {"Thời gian không tính vào thời hạn", "Excluded time"}},
    [REQ_SUSPENSION] = {"suspension", {"Tạm dừng có căn cứ", "Suspension with a legal basis"}},
    [REQ_CONSULT] = {"consult", {"Lấy ý kiến phối hợp", "Consultation"}},
    [REQ_PAYMENT] = {"payment", {"Yêu cầu nộp tiền", "Payment"}},
    [REQ_REFUND] = {"refund", {"Hoàn phí, lệ phí", "Refund"}},
    [REQ_PAPER] = {"paper", {"Chuyển hồ sơ giấy", "Paper sent on"}},
    [REQ_CASE] = {"case", {"Đổi trường hợp", "Change of case"}},
    [REQ_LATE_ENTRY] = {"late_entry", {"Nhập bù sau sự cố", "Late entry"}},
    [REQ_LINKED] = {"linked",
                    {"Hồ sơ liên thông kết thúc không có kết quả", "A linked dossier ended"}},
    [REQ_UNMATCHED] = {"unmatched", {"Khoản nộp không khớp", "Payment that does not fit"}},
};

const char *request_kind_name(enum request_kind k)
{
    return k < REQ_KINDS ? request_kinds[k].name : "";
}

struct text2 request_kind_title(enum request_kind k)
{
    return k < REQ_KINDS ? request_kinds[k].title : (struct text2){"", ""};
}

bool request_kind_of_name(const char *name, enum request_kind *ret)
{
    unsigned k;

    for (k = REQ_SUPPLEMENT; k < REQ_KINDS; k++)
        if (strcmp(name, request_kinds[k].name) == 0) {
            *ret = (enum request_kind)k;
            return true;
        }
    return false;
}

static const struct {
    const char *name;
    struct text2 title;
} request_states[RS_COUNT] = {
    [RS_ASKED] = {"asked", {"Chờ phê duyệt", "Waits for agreement"}},
    [RS_AGREED] = {"agreed", {"Chờ Bộ phận Một cửa gửi", "To be sent by the one-stop unit"}},
    [RS_OPEN] = {"open", {"Đang chờ", "Waiting"}},
    [RS_DONE] = {"done", {"Đã xong", "Done"}},
    [RS_DECLINED] = {"declined", {"Không chấp thuận", "Declined"}},
    [RS_CANCELLED] = {"cancelled", {"Đã hủy", "Cancelled"}},
    [RS_LAPSED] = {"lapsed", {"Quá hạn chưa có trả lời", "Not answered in time"}},
};

const char *const TOLD_WORDS[] = {"phone", "sms", "email", "in_person", "post", "portal", NULL};

struct text2 told_title(const char *word)
{
    static const struct text2 titles[] = {
        {"điện thoại", "phone"},   {"tin nhắn", "a text message"},
        {"thư điện tử", "e-mail"}, {"trực tiếp", "word of mouth"},
        {"bưu chính", "letter"},   {"Cổng Dịch vụ công", "the portal"},
    };
    size_t i;

    for (i = 0; word && TOLD_WORDS[i]; i++)
        if (strcmp(word, TOLD_WORDS[i]) == 0)
            return titles[i];
    return (struct text2){NULL, NULL};
}

const char *request_state_name(enum request_state s)
{
    return s < RS_COUNT ? request_states[s].name : "";
}

struct text2 request_state_title(enum request_state s)
{
    return s < RS_COUNT ? request_states[s].title : (struct text2){"", ""};
}

struct text2 task_key_title(const struct procedure *p, struct span key)
{
    struct span step = key, branch = SPAN_NONE;
    enum request_kind kind;
    char word[32];
    size_t i, k;

    if (key.n > 1 && key.n <= sizeof word && key.p[0] == '@') {
        memcpy(word, key.p + 1, key.n - 1);
        word[key.n - 1] = '\0';
        if (strcmp(word, "close") == 0)
            return (struct text2){"Danh sách chờ kết thúc: quá hạn bổ sung",
                                  "To be closed: no supplement came"};
        return request_kind_of_name(word, &kind) ? request_kind_title(kind)
                                                 : (struct text2){NULL, NULL};
    }
    (void)span_cut(key, '/', &step, &branch);
    for (i = 0; p && i < p->steps; i++) {
        const struct step *st = &p->step[i];

        if (!span_is(step, st->step))
            continue;
        for (k = 0; branch.n && k < st->branches; k++)
            if (span_is(branch, st->branch[k].branch))
                return st->branch[k].title;
        return st->title;
    }
    return (struct text2){NULL, NULL};
}
