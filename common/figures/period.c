/* Reporting periods by name, and the rules that hold for all figures.  Owns nothing.  Any thread.
 */
#include "common/figures/period.h"

#include <stddef.h>

/* The first day of reporting month m (counted from year 0). */
static dayno opens(int m, int day)
{
    if (day > 1)
        m--;
    return civil_day((struct civil){m / 12, m % 12 + 1, day});
}

bool period_parse(struct span s, int day, dayno *ret_from, dayno *ret_to)
{
    struct span year, rest;
    int64_t y, n = 1;
    int months = 12, first;

    if (!span_cut(s, '-', &year, &rest)) {
        year = s;
        rest = SPAN_NONE;
    }
    if (year.n != 4 || !span_i64(year, 1990, 2199, &y))
        return false;
    if (rest.n == 2 && (rest.p[0] == 'Q' || rest.p[0] == 'H')) {
        months = rest.p[0] == 'Q' ? 3 : 6;
        if (!span_i64((struct span){rest.p + 1, 1}, 1, 12 / months, &n))
            return false;
    } else if (rest.p) {
        months = 1;
        if (rest.n != 2 || !span_i64(rest, 1, 12, &n))
            return false;
    }
    first = (int)y * 12 + (int)(n - 1) * months;
    *ret_from = opens(first, day);
    *ret_to = opens(first + months, day);
    return true;
}

const struct text2 FIGURE_RULES[] = {
    {"Kỳ [từ, đến): tính theo lịch sử đến hết kỳ, không theo trạng thái hiện nay; lập lại sau một "
     "năm vẫn ra con "
     "số ấy.",
     "A period [from, to) is counted from the history up to its end, not from the present state: "
     "asked a year "
     "later it gives the same."},
    {"Mốc cắt: kỳ chưa hết thì tính đến bây giờ; as_of tính đến thời điểm đã chọn.",
     "Cut-off: a period that is not over is counted up to now; as_of up to the instant chosen."},
    {"basis: ngày hẹn ban đầu, chỉ lùi khi tính lại do bổ sung hoặc trừ thời gian không tính, "
     "không lùi vì xin lỗi; "
     "original: ngày hẹn đầu tiên; current: ngày hẹn sau cùng.",
     "basis: the first due date, moved only by a lawful restart or excluded time, never by an "
     "apology; original: "
     "the first date; current: the last one."},
    {"Hồ sơ tính cho cơ quan có trách nhiệm khi hết kỳ, một lần; lần nộp đầu tính cho nơi đã xét.",
     "A dossier counts once, with the agency responsible at the end of the period; a first "
     "submission with the "
     "unit that decided it."},
    {"Nơi tiếp nhận: đơn vị đã tiếp nhận, dù về sau sáp nhập; phi địa giới xét theo địa bàn lúc "
     "tiếp nhận.",
     "Receiving unit: the one that took it in, whatever was merged later; outside the territory by "
     "the territories of that time."},
    {"Người thụ lý: người dự thảo kết quả, không có dự thảo thì người phê duyệt; chưa xong thì "
     "người đang giữ; lần "
     "nộp đầu thì người tiếp nhận.",
     "Officer: who drafted the result, without a draft who approved it; while it is open who holds "
     "it; of a first "
     "submission who decided it."},
    {"Tỷ lệ hợp lệ lần đầu có thể giảm khi yêu cầu bổ sung đến sau; con số ổn định sau 30 ngày.",
     "The first-submission rate may still fall when papers are asked for later; it is final after "
     "30 days."},
    {NULL, NULL},
};
