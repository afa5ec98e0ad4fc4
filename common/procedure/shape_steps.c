/* Keys of how a dossier moves: steps, acts, branches, timers, spans.  Constants.  Any thread. */
#include "common/procedure/shape_parts.h"

static const char *const NEEDS_WORDS[] = {"draft", "reason", "result", "file",
                                          "note",  "paid",   NULL};
#define ON_DUE                                                                                     \
    .kind = SHAPE_HOOK, .hook = read_on_due,                                                       \
    .schema = "{\"type\":\"string\",\"pattern\":\"^(agree|remind|escalate:[a-z_]+)$\"}"

static const char *const OF_WORDS[] = {"reception", "competent", NULL};
#define AT_VI "nơi làm: reception, competent, cơ quan, hoặc {under, of}"
#define AT_EN "where: reception, competent, an agency, or {under, of}"
#define PLACE                                                                                      \
    .kind = SHAPE_HOOK, .sub = &PLACE_SHAPE,                                                       \
    .schema = "{\"oneOf\":[{\"type\":\"string\"},{\"$ref\":\"#/$defs/place\"}]}"

#define T struct place_raw
static const struct shape_key PLACE_KEYS[] = {
    {.key = "under",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, under),
     SAYS("đơn vị thuộc cơ quan này (ngành dọc)", "a unit of this body")},
    {.key = "of",
     .kind = SHAPE_CHOICE,
     .required = true,
     .at = offsetof(T, of),
     .words = OF_WORDS,
     SAYS("phụ trách nơi tiếp nhận hay nơi giải quyết",
          "that works for where it was received, or for who is competent")},
};
const struct shape PLACE_SHAPE = {"place", sizeof(T), PLACE_KEYS, COUNT(PLACE_KEYS), NULL};
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
        {.key = "limit",                                                                           \
         QUANTITY,                                                                                 \
         .at = offsetof(T, limit),                                                                 \
         SAYS("thời hạn cho ý kiến (consult)", "time for the opinion (consult)")},                 \
        {.key = "on_due",                                                                          \
         ON_DUE,                                                                                   \
         .at = offsetof(T, on_due),                                                                \
         SAYS("hết hạn không trả lời (consult): agree, remind, escalate:VAI-TRÒ",                  \
              "no answer in time (consult): agree, remind, escalate:ROLE")},                       \
        {.key = "whom",                                                                            \
         PLACE,                                                                                    \
         SAYS("lấy ý kiến cơ quan nào (consult), viết như at",                                     \
              "who is asked (consult), written like at")},                                         \
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
const struct shape ANYWHERE_SHAPE = {"anywhere", sizeof(struct procedure_anywhere), ANYWHERE_KEYS,
                                     COUNT(ANYWHERE_KEYS), "action"};
#undef T

#define T struct branch
static const struct shape_key BRANCH_KEYS[] = {
    {.key = "branch",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, branch),
     SAYS("khóa của nhánh", "key of the branch")},
    {.key = "vi", .kind = SHAPE_TITLE, .at = offsetof(T, title), SAYS("tên nhánh", "name")},
    {.key = "at", PLACE, .required = true, SAYS(AT_VI, AT_EN)},
    {.key = "role",
     .kind = SHAPE_WORD,
     .required = true,
     .at = offsetof(T, role),
     SAYS("vai trò", "role")},
    {.key = "limit", QUANTITY, .at = offsetof(T, limit), SAYS("thời hạn", "limit")},
    {.key = "on_due",
     ON_DUE,
     .at = offsetof(T, on_due),
     SAYS("quá hạn: agree coi như đồng ý, remind nhắc, escalate:VAI-TRÒ nhắc và báo lên",
          "when due: agree is consent, remind, escalate:ROLE reminds and tells")},
    {.key = "stop",
     .kind = SHAPE_WORD,
     .at = offsetof(T, stop),
     SAYS("thời gian chờ là khoảng không tính này", "waiting is this exclusion")},
    {.key = "procedure",
     .kind = SHAPE_TEXT,
     .at = offsetof(T, procedure),
     SAYS("mở hồ sơ con theo thủ tục này", "opens a sub-dossier of this procedure")},
    {.key = "result",
     .kind = SHAPE_WORD,
     .at = offsetof(T, result),
     SAYS("kết quả nào trong results do nhánh này cấp", "which of results this branch gives")},
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
    {.key = "at", PLACE, SAYS(AT_VI, AT_EN)},
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
     SAYS("việc tự động theo giờ", "timed acts")},
    {.key = "split",
     .kind = SHAPE_MAP,
     .sub = &SPLIT_SHAPE,
     SAYS("các nhánh song song", "parallel branches")},
    {.key = "then", WORD_LATER, SAYS("sau khi các nhánh nhập lại", "after the join")},
};
const struct shape STEP_SHAPE = {"step", sizeof(T), STEP_KEYS, COUNT(STEP_KEYS), "step"};
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
const struct shape SPAN_SHAPE = {"span", sizeof(struct span_limit), SPAN_KEYS, COUNT(SPAN_KEYS),
                                 "span"};
