/* The keys of a procedure file: one table, from which come the reading, the refusal of unknown
 * keys and the JSON Schema.  Constants.  Any thread. */
#include "common/procedure/read.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define MONEY_MAX INT64_C(999999999999)

static const char *const KIND_WORDS[] = {"citizen", "enterprise", "internal", NULL};
static const char *const NEED_WORDS[] = {"required", "if_any", "one_of", "when", "note", NULL};
static const char *const FORM_WORDS[] = {"text", "money",  "integer", "date",
                                         "bool", "choice", NULL};
static const char *const PER_WORDS[] = {"dossier", "page", "copy", "person", NULL};
static const char *const NEEDS_WORDS[] = {"draft", "reason", "result", "file",
                                          "note",  "paid",   NULL};
static const char *const FOR_WORDS[] = {"supplement", "refuse", "return", "late", NULL};
static const char *const CAUSE_WORDS[] = {"applicant", "guidance", "officer", "data", NULL};
static const char *const ON_DUE_WORDS[] = {"agree", "remind", NULL};
static const char *const CLOCK_WORDS[] = {"restart", "continue", NULL};
static const char *const CHANNEL_WORDS[] = {"counter", "online", "post", NULL};

#define QUANTITY                                                                                   \
    .kind = SHAPE_HOOK, .hook = read_quantity, .schema = "{\"$ref\":\"#/$defs/quantity\"}"
#define CONDITION                 .kind = SHAPE_HOOK, .hook = read_condition, .schema = "{\"type\":\"string\"}"
#define DATE                      .kind = SHAPE_HOOK, .hook = shape_date, .schema = SHAPE_DATE_SCHEMA
#define WORD_LATER                .kind = SHAPE_HOOK, .schema = "{\"type\":\"string\"}"
#define SAYS(vietnamese, english) .vi = vietnamese, .en = english

#define T struct component
static const struct shape_key COMPONENT_KEYS[] = {
    {.key = "component",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, code),
     SAYS("khóa của thành phần", "key of the component")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("tên thành phần hồ sơ", "name of the component")},
    {.key = "need",
     .kind = SHAPE_CHOICE,
     .at = offsetof(T, need),
     .words = NEED_WORDS,
     SAYS("bắt buộc (mặc định), nếu có, một trong nhóm, khi có điều kiện, ghi chú",
          "required (default), if any, one of a group, when a condition holds, a note")},
    {.key = "group",
     .kind = SHAPE_WORD,
     .at = offsetof(T, group),
     SAYS("nhóm, với need: one_of", "group, with need: one_of")},
    {.key = "when",
     CONDITION,
     .at = offsetof(T, when),
     SAYS("điều kiện, với need: when", "condition, with need: when")},
    {.key = "originals",
     .kind = SHAPE_INT,
     .max = 99,
     .at = offsetof(T, originals),
     SAYS("số bản chính", "originals")},
    {.key = "certified",
     .kind = SHAPE_INT,
     .max = 99,
     .at = offsetof(T, certified),
     SAYS("số bản sao chứng thực", "certified copies")},
    {.key = "copies",
     .kind = SHAPE_INT,
     .max = 99,
     .at = offsetof(T, copies),
     SAYS("số bản sao", "plain copies")},
    {.key = "present",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, present_only),
     SAYS("chỉ xuất trình, trả lại ngay", "shown and given back")},
    {.key = "national",
     .kind = SHAPE_TEXT,
     .at = offsetof(T, national),
     SAYS("mã giấy tờ quốc gia", "national code of the paper")},
};
static const struct shape COMPONENT_SHAPE = {"component", sizeof(T), COMPONENT_KEYS,
                                             COUNT(COMPONENT_KEYS), "component"};
#undef T

#define T struct form_field
static const struct shape_key FORM_KEYS[] = {
    {.key = "field",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, field),
     SAYS("khóa của trường; điều kiện đọc là form.KHÓA", "key; conditions read it as form.KEY")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("nhãn", "label")},
    {.key = "type",
     .kind = SHAPE_CHOICE,
     .required = true,
     .at = offsetof(T, type),
     .words = FORM_WORDS,
     SAYS("kiểu dữ liệu", "type")},
    {.key = "required",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, required),
     SAYS("bắt buộc nhập", "must be filled in")},
    {.key = "min",
     .kind = SHAPE_I64,
     .min = -MONEY_MAX,
     .max = MONEY_MAX,
     .at = offsetof(T, min),
     SAYS("nhỏ nhất (văn bản: số ký tự)", "least (text: characters)")},
    {.key = "max",
     .kind = SHAPE_I64,
     .min = -MONEY_MAX,
     .max = MONEY_MAX,
     .at = offsetof(T, max),
     SAYS("lớn nhất (văn bản: số ký tự)", "most (text: characters)")},
    {.key = "choices",
     .kind = SHAPE_HOOK,
     .hook = read_choices,
     .sub = &CHOICE_SHAPE,
     .schema = "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/choice\"}}",
     SAYS("các lựa chọn, với type: choice", "the choices, with type: choice")},
};
static const struct shape FORM_SHAPE = {"form", sizeof(T), FORM_KEYS, COUNT(FORM_KEYS), "field"};
#undef T

#define T struct choice_item
static const struct shape_key CHOICE_KEYS[] = {
    {.key = "choice",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, choice),
     SAYS("giá trị lưu", "stored value")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("nhãn", "label")},
};
const struct shape CHOICE_SHAPE = {"choice", sizeof(T), CHOICE_KEYS, COUNT(CHOICE_KEYS), "choice"};
#undef T

#define T struct limit
static const struct shape_key LIMIT_CHANNEL_KEYS[] = {
    {.key = "counter",
     QUANTITY,
     .at = offsetof(T, by_channel[CHANNEL_COUNTER]),
     SAYS("trực tiếp", "at the counter")},
    {.key = "online",
     QUANTITY,
     .at = offsetof(T, by_channel[CHANNEL_ONLINE]),
     SAYS("trực tuyến", "online")},
    {.key = "post",
     QUANTITY,
     .at = offsetof(T, by_channel[CHANNEL_POST]),
     SAYS("bưu chính", "by post")},
};
static const struct shape LIMIT_CHANNEL_SHAPE = {"limit_by_channel", sizeof(T), LIMIT_CHANNEL_KEYS,
                                                 COUNT(LIMIT_CHANNEL_KEYS), NULL};
static const struct shape_key ADD_KEYS[] = {
    {.key = "when",
     CONDITION,
     .required = true,
     .at = offsetof(struct limit_add, when),
     SAYS("điều kiện được cộng", "when it is added")},
    {.key = "limit",
     QUANTITY,
     .required = true,
     .at = offsetof(struct limit_add, limit),
     SAYS("cộng thêm bao nhiêu", "how much is added")},
    {.key = "basis",
     .kind = SHAPE_TEXT,
     .at = offsetof(struct limit_add, basis),
     SAYS("căn cứ", "legal basis")},
};
static const struct shape ADD_SHAPE = {"limit_add", sizeof(struct limit_add), ADD_KEYS,
                                       COUNT(ADD_KEYS), NULL};
static const struct shape_key LIMIT_KEYS[] = {
    {.key = "legal",
     QUANTITY,
     .required = true,
     .at = offsetof(T, legal),
     SAYS("thời hạn theo luật", "limit set by law")},
    {.key = "committed",
     QUANTITY,
     .at = offsetof(T, committed),
     SAYS("thời hạn cam kết trên giấy hẹn; mặc định như luật",
          "what the slip promises; default: that of the law")},
    {.key = "by_channel",
     .kind = SHAPE_MAP,
     .sub = &LIMIT_CHANNEL_SHAPE,
     SAYS("thời hạn riêng từng kênh, thay cho cả hai", "by channel, in place of both")},
    {.key = "add",
     .kind = SHAPE_LIST,
     .max = 16,
     .sub = &ADD_SHAPE,
     .at = offsetof(T, add),
     .at_n = offsetof(T, adds),
     SAYS("cộng thêm khi có điều kiện", "additions")},
    {.key = "exceeds",
     .kind = SHAPE_TEXT,
     .at = offsetof(T, exceeds),
     SAYS("lý do tổng các bước vượt thời hạn luật (P201, P204 thành cảnh báo)",
          "why the steps add up to more than the law allows (P201, P204 become warnings)")},
};
const struct shape LIMIT_SHAPE = {"limit", sizeof(T), LIMIT_KEYS, COUNT(LIMIT_KEYS), NULL};
#undef T
#define LIMIT_SCHEMA "{\"oneOf\":[{\"$ref\":\"#/$defs/quantity\"},{\"$ref\":\"#/$defs/limit\"}]}"
#define LIMIT        .kind = SHAPE_HOOK, .hook = read_limit, .sub = &LIMIT_SHAPE, .schema = LIMIT_SCHEMA

#define T struct fee_item
static const struct shape_key ABOVE_KEYS[] = {
    {.key = "units",
     .kind = SHAPE_I64,
     .required = true,
     .min = 1,
     .max = 100000,
     .at = offsetof(T, above),
     SAYS("từ đơn vị sau đơn vị này", "from the unit after this one")},
    {.key = "amount",
     .kind = SHAPE_I64,
     .required = true,
     .max = MONEY_MAX,
     .at = offsetof(T, above_amount),
     SAYS("mức thu khi đó, đồng", "the amount then, in dong")},
};
static const struct shape ABOVE_SHAPE = {"above", sizeof(T), ABOVE_KEYS, COUNT(ABOVE_KEYS), NULL};
static const struct shape_key FEE_KEYS[] = {
    {.key = "fee",
     .kind = SHAPE_WORD,
     .at = offsetof(T, fee),
     SAYS("khóa của khoản thu; mặc định \"fee\"", "key of the item; default \"fee\"")},
    {.key = "vi", .kind = SHAPE_TITLE, .at = offsetof(T, title), SAYS("tên khoản thu", "name")},
    {.key = "charge",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, charge),
     SAYS("true: lệ phí; false: phí", "true: state charge (lệ phí), false: fee (phí)")},
    {.key = "amount",
     .kind = SHAPE_I64,
     .required = true,
     .max = MONEY_MAX,
     .at = offsetof(T, amount),
     SAYS("mức thu, đồng", "amount in dong")},
    {.key = "by_channel",
     .kind = SHAPE_HOOK,
     .hook = read_fee_channels,
     .schema = "{\"type\":\"object\",\"properties\":{\"counter\":{\"type\":\"integer\"},"
               "\"online\":{\"type\":\"integer\"},\"post\":{\"type\":\"integer\"}},"
               "\"additionalProperties\":false}",
     SAYS("mức thu riêng từng kênh", "amount by channel")},
    {.key = "per",
     .kind = SHAPE_CHOICE,
     .at = offsetof(T, per),
     .words = PER_WORDS,
     SAYS("thu theo hồ sơ (mặc định), trang, bản, người",
          "per dossier (default), page, copy, person")},
    {.key = "above",
     .kind = SHAPE_MAP,
     .sub = &ABOVE_SHAPE,
     SAYS("mức thu khác từ đơn vị nào đó", "another amount from some unit on")},
    {.key = "cap",
     .kind = SHAPE_I64,
     .min = 1,
     .max = MONEY_MAX,
     .at = offsetof(T, cap),
     SAYS("tối đa, đồng", "at most, in dong")},
    {.key = "when",
     CONDITION,
     .at = offsetof(T, when),
     SAYS("chỉ thu khi (miễn: \"not …\")", "charged only when (exemptions: \"not …\")")},
    {.key = "basis", .kind = SHAPE_TEXT, .at = offsetof(T, basis), SAYS("căn cứ", "legal basis")},
    {.key = "unverified",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, unverified),
     SAYS("chưa đối chiếu với văn bản", "not checked against its source")},
};
const struct shape FEE_ITEM_SHAPE = {"fee_item", sizeof(T), FEE_KEYS, COUNT(FEE_KEYS), "fee"};
#undef T
#define FEE_SCHEMA                                                                                 \
    "{\"oneOf\":[{\"$ref\":\"#/$defs/fee_item\"},{\"type\":\"object\",\"properties\":{\"items\":"  \
    "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/fee_item\"}}},\"required\":[\"items\"],"    \
    "\"additionalProperties\":false}]}"

#define T struct procedure_case
static const struct shape_key CASE_KEYS[] = {
    {.key = "case",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, code),
     SAYS("mã trường hợp, \"01\"", "code of the case, \"01\"")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("tên trường hợp", "name of the case")},
    {.key = "when",
     CONDITION,
     .at = offsetof(T, when),
     SAYS("tự chọn khi điều kiện đúng; không có: người tiếp nhận chọn",
          "chosen by itself when it holds; without: chosen by hand")},
    {.key = "limit", LIMIT, .at = offsetof(T, limit), SAYS("thời hạn riêng", "limit of its own")},
    {.key = "components",
     .kind = SHAPE_LIST,
     .max = 100,
     .sub = &COMPONENT_SHAPE,
     .at = offsetof(T, component),
     .at_n = offsetof(T, components),
     SAYS("thành phần hồ sơ riêng", "components of its own")},
    {.key = "fee",
     .kind = SHAPE_HOOK,
     .hook = read_fee,
     .schema = FEE_SCHEMA,
     .at = 0,
     SAYS("khoản thu riêng", "fees of its own")},
};
static const struct shape CASE_SHAPE = {"case", sizeof(T), CASE_KEYS, COUNT(CASE_KEYS), "case"};
#undef T

#define T struct action
#define ACTION_KEYS_LIST                                                                           \
    {.key = "action",                                                                              \
     .kind = SHAPE_WORD,                                                                           \
     .required = true,                                                                             \
     .at = offsetof(T, action),                                                                    \
     SAYS("khóa của thao tác", "key of the action")},                                              \
        {.key = "vi",                                                                              \
         .kind = SHAPE_TITLE,                                                                      \
         .at = offsetof(T, title),                                                                 \
         SAYS("chữ trên nút; mặc định theo hiệu lực",                                              \
              "text of its button; default: the effect's")},                                       \
        {.key = "effect",                                                                          \
         .kind = SHAPE_CHOICE,                                                                     \
         .at = offsetof(T, effect),                                                                \
         .words = EFFECT_WORDS,                                                                    \
         SAYS("hiệu lực; mặc định theo tên thao tác, rồi forward",                                 \
              "what it does; default: as it is named, then forward")},                             \
        {.key = "to",                                                                              \
         WORD_LATER,                                                                               \
         SAYS("bước đến, end, hoặc back; không có: ở lại bước",                                    \
              "next step, end or back; without: stays in the step")},                              \
        {.key = "needs",                                                                           \
         .kind = SHAPE_BITS,                                                                       \
         .at = offsetof(T, needs),                                                                 \
         .words = NEEDS_WORDS,                                                                     \
         SAYS("phải có trước khi làm", "what must be there before")},                              \
        {.key = "when",                                                                            \
         CONDITION,                                                                                \
         .at = offsetof(T, when),                                                                  \
         SAYS("chỉ làm được khi", "possible only when")},                                          \
        {.key = "stop",                                                                            \
         .kind = SHAPE_WORD,                                                                       \
         .at = offsetof(T, stop),                                                                  \
         SAYS("khoảng không tính nào (effect: exclude)", "which exclusion (effect: exclude)")},    \
        {.key = "basis",                                                                           \
         .kind = SHAPE_TEXT,                                                                       \
         .at = offsetof(T, basis),                                                                 \
         SAYS("căn cứ", "legal basis")},

static const struct shape_key ACTION_KEYS[] = {ACTION_KEYS_LIST};
static const struct shape ACTION_SHAPE = {"action", sizeof(T), ACTION_KEYS, COUNT(ACTION_KEYS),
                                          "action"};
static const struct shape_key ANYWHERE_KEYS[] = {
    ACTION_KEYS_LIST{
        .key = "in",
        .kind = SHAPE_TEXTS,
        .min = 1,
        .at = offsetof(struct procedure_anywhere, in),
        .at_n = offsetof(struct procedure_anywhere, ins),
        SAYS("chỉ ở các bước này; mặc định: mọi bước", "only in these steps; default: all")},
};
static const struct shape ANYWHERE_SHAPE = {"anywhere", sizeof(struct procedure_anywhere),
                                            ANYWHERE_KEYS, COUNT(ANYWHERE_KEYS), "action"};
#undef T

#define T struct branch
static const struct shape_key BRANCH_KEYS[] = {
    {.key = "branch",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, branch),
     SAYS("khóa của nhánh", "key of the branch")},
    {.key = "vi", .kind = SHAPE_TITLE, .at = offsetof(T, title), SAYS("tên nhánh", "name")},
    {.key = "at",
     WORD_LATER,
     .required = true,
     SAYS("reception, competent hoặc cơ quan", "reception, competent or an agency")},
    {.key = "role",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, role),
     SAYS("vai trò", "role")},
    {.key = "limit", QUANTITY, .at = offsetof(T, limit), SAYS("thời hạn", "limit")},
    {.key = "on_due",
     .kind = SHAPE_CHOICE_TEXT,
     .at = offsetof(T, on_due),
     .words = ON_DUE_WORDS,
     SAYS("quá hạn coi như đồng ý, hoặc nhắc", "silence is consent, or remind")},
    {.key = "stop",
     .kind = SHAPE_WORD,
     .at = offsetof(T, stop),
     SAYS("thời gian chờ là khoảng không tính này", "waiting is this exclusion")},
    {.key = "procedure",
     .kind = SHAPE_TEXT,
     .at = offsetof(T, procedure),
     SAYS("mở hồ sơ con theo thủ tục này", "opens a sub-dossier of this procedure")},
};
static const struct shape BRANCH_SHAPE = {"branch", sizeof(T), BRANCH_KEYS, COUNT(BRANCH_KEYS),
                                          "branch"};
#undef T

#define T struct step
static const struct shape_key SPLIT_KEYS[] = {
    {.key = "join",
     WORD_LATER,
     .required = true,
     SAYS("chờ all, any hoặc số nhánh", "waits for all, any, or a number")},
    {.key = "branches",
     .kind = SHAPE_LIST,
     .required = true,
     .min = 1,
     .max = 16,
     .sub = &BRANCH_SHAPE,
     .at = offsetof(T, branch),
     .at_n = offsetof(T, branches),
     SAYS("các nhánh", "the branches")},
};
static const struct shape SPLIT_SHAPE = {"split", sizeof(T), SPLIT_KEYS, COUNT(SPLIT_KEYS), NULL};
static const struct shape_key ESCALATE_KEYS[] = {
    {.key = "at",
     .kind = SHAPE_HOOK,
     .hook = read_moment,
     .required = true,
     .at = offsetof(T, escalate_at),
     .schema = "{\"$ref\":\"#/$defs/moment\"}",
     SAYS("lúc nào", "when")},
    {.key = "to",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, escalate_to),
     SAYS("báo cho vai trò nào", "to which role")},
};
static const struct shape ESCALATE_SHAPE = {"escalate", sizeof(T), ESCALATE_KEYS,
                                            COUNT(ESCALATE_KEYS), NULL};
static const struct shape_key TIMER_KEYS[] = {
    {.key = "at",
     .kind = SHAPE_HOOK,
     .hook = read_moment,
     .required = true,
     .at = offsetof(struct timer, when),
     .schema = "{\"$ref\":\"#/$defs/moment\"}",
     SAYS("lúc nào", "when")},
    {.key = "do",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(struct timer, action),
     SAYS("thao tác của bước, hoặc remind", "an action of the step, or remind")},
};
static const struct shape TIMER_SHAPE = {"timer", sizeof(struct timer), TIMER_KEYS,
                                         COUNT(TIMER_KEYS), NULL};
static const struct shape_key STEP_KEYS[] = {
    {.key = "step",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, step),
     SAYS("khóa của bước", "key of the step")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("tên bước", "name of the step")},
    {.key = "work",
     .kind = SHAPE_LOOSE2,
     .at = offsetof(T, work),
     SAYS("nội dung công việc", "what is done")},
    {.key = "at",
     WORD_LATER,
     SAYS("nơi làm: reception, competent, hoặc cơ quan",
          "where: reception, competent, or an agency")},
    {.key = "role",
     .kind = SHAPE_WORD,
     .at = offsetof(T, role),
     SAYS("vai trò làm", "who: a role")},
    {.key = "limit", QUANTITY, .at = offsetof(T, limit), SAYS("thời gian của bước", "its time")},
    {.key = "assign",
     WORD_LATER,
     SAYS("cách giao: pull (mặc định), round_robin, least_loaded, chosen, same_as:BƯỚC",
          "how it is given out: pull (default), round_robin, least_loaded, chosen, same_as:STEP")},
    {.key = "not_by",
     .kind = SHAPE_HOOK,
     .schema =
         "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}",
     SAYS("không phải người đã làm các bước này", "not the person who did these steps")},
    {.key = "public",
     .kind = SHAPE_TEXT2,
     .at = offsetof(T, public_text),
     SAYS("người dân đọc thấy", "what citizens read")},
    {.key = "portal",
     .kind = SHAPE_INT,
     .min = 1,
     .max = 10,
     .at = offsetof(T, portal),
     SAYS("trạng thái trên Cổng Dịch vụ công quốc gia", "status at the national portal")},
    {.key = "actions",
     .kind = SHAPE_LIST,
     .max = 32,
     .sub = &ACTION_SHAPE,
     .at = offsetof(T, action),
     .at_n = offsetof(T, actions),
     SAYS("các thao tác", "actions")},
    {.key = "warn",
     .kind = SHAPE_HOOK,
     .schema = "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/moment\"}}",
     SAYS("các mốc cảnh báo", "rungs of early warning")},
    {.key = "escalate",
     .kind = SHAPE_MAP,
     .sub = &ESCALATE_SHAPE,
     SAYS("báo lên cấp trên", "escalation")},
    {.key = "timers",
     .kind = SHAPE_LIST,
     .min = 1,
     .max = 16,
     .sub = &TIMER_SHAPE,
     .at = offsetof(T, timer),
     .at_n = offsetof(T, timers),
     SAYS("việc tự động theo giờ (máy chưa chạy)", "timed acts (not executable yet)")},
    {.key = "split",
     .kind = SHAPE_MAP,
     .sub = &SPLIT_SHAPE,
     SAYS("các nhánh song song (máy chưa chạy)", "parallel branches (not executable yet)")},
    {.key = "then", WORD_LATER, SAYS("sau khi các nhánh nhập lại", "after the join")},
};
static const struct shape STEP_SHAPE = {"step", sizeof(T), STEP_KEYS, COUNT(STEP_KEYS), "step"};
#undef T

static const struct shape_key SPAN_KEYS[] = {
    {.key = "span",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(struct span_limit, span),
     SAYS("khóa", "key")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .at = offsetof(struct span_limit, title),
     SAYS("tên", "name")},
    {.key = "from",
     WORD_LATER,
     .required = true,
     SAYS("mở: \"enter BƯỚC\" hoặc \"leave BƯỚC\"", "opened: \"enter STEP\" or \"leave STEP\"")},
    {.key = "to",
     WORD_LATER,
     .required = true,
     SAYS("đóng: \"enter BƯỚC\" hoặc \"leave BƯỚC\"", "closed: \"enter STEP\" or \"leave STEP\"")},
    {.key = "limit",
     QUANTITY,
     .required = true,
     .at = offsetof(struct span_limit, limit),
     SAYS("thời hạn", "limit")},
};
static const struct shape SPAN_SHAPE = {"span", sizeof(struct span_limit), SPAN_KEYS,
                                        COUNT(SPAN_KEYS), "span"};

static const struct shape_key STOP_KEYS[] = {
    {.key = "reason",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(struct stop_reason, reason),
     SAYS("khóa", "key")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(struct stop_reason, title),
     SAYS("tên", "name")},
    {.key = "basis",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(struct stop_reason, basis),
     SAYS("căn cứ", "legal basis")},
};
static const struct shape STOP_SHAPE = {"stop", sizeof(struct stop_reason), STOP_KEYS,
                                        COUNT(STOP_KEYS), "reason"};

#define T struct reason
static const struct shape_key REASON_KEYS[] = {
    {.key = "reason",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, reason),
     SAYS("mã lý do", "code of the reason")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, title),
     SAYS("lý do", "the reason")},
    {.key = "for",
     .kind = SHAPE_CHOICE_TEXT,
     .required = true,
     .at = offsetof(T, for_what),
     .words = FOR_WORDS,
     SAYS("dùng khi", "used for")},
    {.key = "attribution",
     .kind = SHAPE_CHOICE_TEXT,
     .at = offsetof(T, attribution),
     .words = CAUSE_WORDS,
     SAYS("do ai: người nộp, hướng dẫn, cán bộ, dữ liệu", "who caused it")},
    {.key = "incomplete",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, incomplete),
     SAYS("thiếu về hình thức: tính vào tỷ lệ hợp lệ ngay lần đầu",
          "formally incomplete: counts against first submission")},
};
static const struct shape REASON_SHAPE = {"reason", sizeof(T), REASON_KEYS, COUNT(REASON_KEYS),
                                          "reason"};
#undef T

#define T struct supplement
static const struct shape_key SUPPLEMENT_KEYS[] = {
    {.key = "within",
     QUANTITY,
     .at = offsetof(T, within),
     SAYS("được yêu cầu trong thời gian này kể từ khi nhận",
          "may be asked within this of receipt")},
    {.key = "clock",
     .kind = SHAPE_CHOICE,
     .at = offsetof(T, clock_choice),
     .words = CLOCK_WORDS,
     SAYS("thời hạn tính lại từ đầu hoặc tính tiếp", "clock restarts or continues")},
    {.key = "times",
     .kind = SHAPE_INT,
     .min = 1,
     .max = 9,
     .at = offsetof(T, times),
     SAYS("tối đa mấy lần", "how many times")},
    {.key = "basis",
     .kind = SHAPE_TEXT,
     .required = true,
     .at = offsetof(T, basis),
     SAYS("căn cứ của luật chuyên ngành", "the sector law it rests on")},
};
static const struct shape SUPPLEMENT_SHAPE = {"supplement", sizeof(T), SUPPLEMENT_KEYS,
                                              COUNT(SUPPLEMENT_KEYS), NULL};
#undef T

#define T struct procedure
static const struct shape_key FIELD_KEYS[] = {
    {.key = "code",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, field_code),
     SAYS("mã lĩnh vực", "code of the field")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(T, field),
     SAYS("tên lĩnh vực", "name of the field")},
};
static const struct shape FIELD_SHAPE = {"field", sizeof(T), FIELD_KEYS, COUNT(FIELD_KEYS), NULL};
static const struct shape_key RESULT_KEYS[] = {
    {.key = "result",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(struct procedure_result, result),
     SAYS("khóa", "key")},
    {.key = "vi",
     .kind = SHAPE_TITLE,
     .required = true,
     .at = offsetof(struct procedure_result, title),
     SAYS("tên kết quả", "name of the result")},
};
static const struct shape RESULT_SHAPE = {"result", sizeof(struct procedure_result), RESULT_KEYS,
                                          COUNT(RESULT_KEYS), "result"};
static const struct shape_key PROCEDURE_KEYS[] = {
    {.key = "procedure",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, code),
     SAYS("mã thủ tục hành chính", "code of the procedure")},
    {.key = "version",
     .kind = SHAPE_INT,
     .required = true,
     .min = 1,
     .max = 9999,
     .at = offsetof(T, version),
     SAYS("số phiên bản", "number of the version")},
    {.key = "valid_from",
     DATE,
     .required = true,
     .at = offsetof(T, valid_from),
     SAYS("ngày có hiệu lực", "in force from")},
    {.key = "valid_to",
     DATE,
     .at = offsetof(T, valid_to),
     SAYS("ngày cuối có hiệu lực", "last day in force")},
    {.key = "kind",
     .kind = SHAPE_CHOICE,
     .required = true,
     .at = offsetof(T, kind),
     .words = KIND_WORDS,
     SAYS("đối tượng: người dân, doanh nghiệp, nội bộ", "for citizens, enterprises, or internal")},
    {.key = "name",
     .kind = SHAPE_TEXT2,
     .required = true,
     .at = offsetof(T, name),
     SAYS("tên thủ tục", "name")},
    {.key = "field",
     .kind = SHAPE_MAP,
     .required = true,
     .sub = &FIELD_SHAPE,
     SAYS("lĩnh vực", "field")},
    {.key = "competent",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, competent),
     SAYS("cơ quan giải quyết", "agency that resolves")},
    {.key = "reception",
     .kind = SHAPE_HOOK,
     .required = true,
     .schema =
         "{\"oneOf\":[{\"const\":\"any\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}",
     SAYS("nơi tiếp nhận: any hoặc danh sách", "where it is received: any, or a list")},
    {.key = "channels",
     .kind = SHAPE_BITS,
     .required = true,
     .min = 1,
     .at = offsetof(T, channels),
     .words = CHANNEL_WORDS,
     SAYS("kênh tiếp nhận", "channels of receipt")},
    {.key = "basis",
     .kind = SHAPE_TEXTS,
     .required = true,
     .min = 1,
     .at = offsetof(T, basis),
     .at_n = offsetof(T, bases),
     SAYS("căn cứ pháp lý", "legal basis")},
    {.key = "result", .kind = SHAPE_TEXT2, .at = offsetof(T, result), SAYS("kết quả", "result")},
    {.key = "results",
     .kind = SHAPE_LIST,
     .min = 1,
     .max = 16,
     .sub = &RESULT_SHAPE,
     .at = offsetof(T, results),
     .at_n = offsetof(T, results_n),
     SAYS("nhiều kết quả, thay cho result", "several results, in place of result")},
    {.key = "calendar",
     .kind = SHAPE_WORD,
     .at = offsetof(T, calendar),
     SAYS("lịch làm việc; mặc định của cơ quan giải quyết",
          "calendar; default: that of the competent agency")},
    {.key = "reconstructed",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, reconstructed),
     SAYS("các bước nội bộ được dựng lại, chưa công bố", "internal steps reconstructed")},
    {.key = "immediate",
     .kind = SHAPE_BOOL,
     .at = offsetof(T, immediate),
     SAYS("trả kết quả ngay, không cần giấy hẹn", "result at once, no slip unless asked")},
    {.key = "note",
     .kind = SHAPE_LOOSE2,
     .at = offsetof(T, note),
     SAYS("ghi chú về nguồn", "where the facts come from")},
    {.key = "fee",
     .kind = SHAPE_HOOK,
     .required = true,
     .hook = read_fee,
     .schema = FEE_SCHEMA,
     .sub = &FEE_ITEM_SHAPE,
     SAYS("phí, lệ phí", "fees and charges")},
    {.key = "limit",
     LIMIT,
     .required = true,
     .at = offsetof(T, limit),
     SAYS("thời hạn giải quyết", "time limit")},
    {.key = "cases",
     .kind = SHAPE_LIST,
     .max = 32,
     .sub = &CASE_SHAPE,
     .at = offsetof(T, cases),
     .at_n = offsetof(T, cases_n),
     SAYS("các trường hợp", "cases")},
    {.key = "components",
     .kind = SHAPE_LIST,
     .required = true,
     .max = 100,
     .sub = &COMPONENT_SHAPE,
     .at = offsetof(T, component),
     .at_n = offsetof(T, components),
     SAYS("thành phần hồ sơ", "components of the dossier")},
    {.key = "form",
     .kind = SHAPE_LIST,
     .max = 60,
     .sub = &FORM_SHAPE,
     .at = offsetof(T, form),
     .at_n = offsetof(T, forms),
     SAYS("dữ liệu hỏi khi tiếp nhận", "data asked at intake")},
    {.key = "stops",
     .kind = SHAPE_LIST,
     .max = 16,
     .sub = &STOP_SHAPE,
     .at = offsetof(T, stop),
     .at_n = offsetof(T, stops),
     SAYS("khoảng thời gian không tính", "lawful exclusions")},
    {.key = "reasons",
     .kind = SHAPE_LIST,
     .max = 64,
     .sub = &REASON_SHAPE,
     .at = offsetof(T, reason),
     .at_n = offsetof(T, reasons),
     SAYS("danh mục lý do", "catalogue of reasons")},
    {.key = "supplement",
     .kind = SHAPE_MAP,
     .sub = &SUPPLEMENT_SHAPE,
     .at = offsetof(T, supplement),
     SAYS("quy định bổ sung riêng của luật chuyên ngành",
          "supplements, where the sector law differs")},
    {.key = "steps",
     .kind = SHAPE_LIST,
     .required = true,
     .min = 1,
     .max = STEPS_MAX,
     .sub = &STEP_SHAPE,
     .at = offsetof(T, step),
     .at_n = offsetof(T, steps),
     SAYS("các bước; bước đầu là nơi hồ sơ bắt đầu", "steps; a dossier starts in the first")},
    {.key = "anywhere",
     .kind = SHAPE_LIST,
     .max = 16,
     .sub = &ANYWHERE_SHAPE,
     .at = offsetof(struct procedure_raw, anywhere),
     .at_n = offsetof(struct procedure_raw, anywheres),
     SAYS("thao tác mở ở nhiều bước", "actions open in many steps")},
    {.key = "spans",
     .kind = SHAPE_LIST,
     .max = 16,
     .sub = &SPAN_SHAPE,
     .at = offsetof(T, span),
     .at_n = offsetof(T, spans),
     SAYS("thời hạn qua nhiều bước", "limits over several steps")},
};
const struct shape PROCEDURE_SHAPE = {"procedure", sizeof(struct procedure_raw), PROCEDURE_KEYS,
                                      COUNT(PROCEDURE_KEYS), NULL};

void procedure_json_schema(struct buf *out)
{
    static const struct shape_def extra[] = {
        {"quantity",
         "{\"type\":\"string\",\"pattern\":\"^(same_day|[0-9]+(\\\\.[0-9]{1,6})? (hour|half_day|"
         "working_day|working_day_eod|calendar_day|month))$\"}"},
        {"moment",
         "{\"type\":\"string\",\"pattern\":\"^(due|[0-9]{1,3}%|due [+-] [0-9]+(\\\\.[0-9]{1,6})? "
         "(hour|half_day|working_day|working_day_eod|calendar_day|month))$\"}"},
    };

    shape_schema(&PROCEDURE_SHAPE, "Thủ tục hành chính / Procedure", extra, COUNT(extra), out);
}
