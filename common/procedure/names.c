/* Names of channels and effects in files and on screens.  Constants.  Any thread. */
#include "common/procedure/names.h"

static const char *const CHANNEL_NAME[CHANNELS + 1] = {"counter", "online", "post", NULL};
static const struct text2 CHANNEL_TITLE[] = {
    {"Trực tiếp", "At the counter"}, {"Trực tuyến", "Online"}, {"Bưu chính", "By post"}};

const char *const EFFECT_WORDS[EFFECT_COUNT + 1] = {
    "forward", "return",  "approve", "refuse",   "number", "release", "hand_over", "supplement",
    "exclude", "consult", "payment", "withdraw", "stop",   "suspend", NULL};
static const struct text2 EFFECT_TITLE[EFFECT_COUNT] = {
    {"Chuyển bước tiếp theo", "Hand on"},
    {"Trả lại bước trước", "Return"},
    {"Phê duyệt", "Approve"},
    {"Từ chối giải quyết", "Refuse"},
    {"Cấp số, đóng dấu", "Number and seal"},
    {"Chuyển kết quả về Bộ phận Một cửa", "Release the result"},
    {"Trả kết quả", "Hand over the result"},
    {"Yêu cầu bổ sung", "Ask for a supplement"},
    {"Tạm dừng tính thời hạn", "Exclude time"},
    {"Lấy ý kiến", "Consult"},
    {"Yêu cầu nghĩa vụ tài chính", "Ask for payment"},
    {"Rút hồ sơ", "Withdraw"},
    {"Dừng giải quyết", "Stop"},
    {"Tạm đình chỉ", "Suspend"}};

const char *const *channel_words(void)
{
    return CHANNEL_NAME;
}

const char *channel_name(enum channel c)
{
    return CHANNEL_NAME[c];
}

struct text2 channel_title(enum channel c)
{
    return CHANNEL_TITLE[c];
}

const char *effect_name(enum effect e)
{
    return EFFECT_WORDS[e];
}

struct text2 effect_title(enum effect e)
{
    return EFFECT_TITLE[e];
}

bool effect_of_name(const char *name, enum effect *ret)
{
    int e;

    for (e = 0; e < EFFECT_COUNT; e++)
        if (strcmp(EFFECT_WORDS[e], name) == 0) {
            *ret = (enum effect)e;
            return true;
        }
    return false;
}
