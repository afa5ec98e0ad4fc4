/* What is asked of "what if": how it is written, and whether it can be supposed, with the place and
 * the cure of each mistake.  Owns nothing.  Any thread. */
#include <string.h>

#include "server/store/running.h"
#include "server/store/whatif.h"

static void no(struct violations *v, const char *at, const char *vi, const char *en)
{
    violation_add_text(v, at, "unknown", (struct text2){vi, en});
}

static bool step_known(const struct snapshot *s, const char *procedure, const char *step)
{
    for (size_t i = 0; i < s->procedures; i++) {
        const struct procedure *p = s->procedure[i];

        if (strcmp(p->code, procedure) != 0)
            continue;
        if (!step)
            return true;
        for (size_t k = 0; k < p->steps; k++)
            if (strcmp(p->step[k].step, step) == 0)
                return true;
    }
    return false;
}

static void check_limits(const struct whatif_run *r, struct violations *v)
{
    for (size_t i = 0; i < r->in->limits; i++) {
        const struct whatif_limit_in *l = &r->in->limit[i];
        const char *at = arena_printf(v->arena, "/limit/%zu", i);
        struct quantity q;

        if (!step_known(r->snap, l->procedure, l->step))
            no(v, arena_printf(v->arena, "%s/%s", at, l->step ? "step" : "procedure"),
               "không có thủ tục hoặc bước này", "there is no such procedure or step");
        if (!quantity_parse(span_of(l->limit), &q))
            no(v, arena_printf(v->arena, "%s/limit", at),
               "phải có dạng \"10 working_day\", \"4 hour\"",
               "looks like \"10 working_day\", \"4 hour\"");
        else if (q.num == 0)
            no(v, arena_printf(v->arena, "%s/limit", at),
               "phải lớn hơn 0: không còn thời gian thì việc nào cũng trễ",
               "must be more than 0: with no time everything would be late");
    }
}

struct question_in whatif_question(const struct whatif_in *in)
{
    return (struct question_in){.report = 0,
                                .from = in->from,
                                .to = in->to,
                                .period = in->period,
                                .agency = in->agency,
                                .procedure = in->procedure,
                                .field = in->field};
}

/* A text that is none is told at once, with the place of its first mistake. */
static void check_calendar_text(const struct whatif_run *r, struct violations *v)
{
    struct arena *a = arena_new(CALENDAR_ARENA_MAX * 4);
    struct span text = span_of(r->in->calendar_text);
    struct calendars with;
    struct diags d;
    struct buf why;

    buf_init(&why, 65536);
    if (!snapshot_calendars_with(r->snap, a, r->in->calendar, text, &with, &why)) {
        struct text2 said = {"lịch này, hoặc lịch kế thừa nó, có lỗi",
                             "this calendar, or one that extends it, has mistakes"};

        diags_init(&d, a);
        (void)calendar_compile(a, text, snapshot_calendar_text, r->snap, &d);
        for (size_t i = d.n; i-- > 0;)
            if (d.item[i].severity == DIAG_ERROR)
                said = (struct text2){arena_printf(v->arena, "dòng %d: %s [%s]", d.item[i].at.line,
                                                   d.item[i].text.vi, d.item[i].code),
                                      arena_printf(v->arena, "line %d: %s [%s]", d.item[i].at.line,
                                                   d.item[i].text.en, d.item[i].code)};
        violation_add_text(v, "/calendar_text", "unknown", said);
    }
    buf_free(&why);
    arena_free(a);
}

bool whatif_check(const struct whatif_run *r, struct violations *v)
{
    const struct whatif_in *in = r->in;
    const struct question_in asked = whatif_question(in);
    struct report_question q;
    size_t before = v->n;

    (void)report_question_of(r->snap->org, r->report_day, &asked, "", &q, v);
    check_limits(r, v);
    if (in->regime && !regime_named(r->snap->regimes, in->regime))
        no(v, "/regime", "không có quy định này", "there are no such rules");
    if (in->regime && in->supplement != WHATIF_AS_IT_WAS)
        no(v, "/regime", "chọn regime hoặc supplement", "either regime or supplement");
    if (in->calendar && !in->calendar_text && !snapshot_calendar(r->snap, in->calendar))
        no(v, "/calendar", "không có lịch này", "there is no such calendar");
    if (in->calendar_text && !in->calendar)
        no(v, "/calendar", "lịch cần tên", "a calendar needs its name");
    else if (in->calendar_text)
        check_calendar_text(r, v);
    if (!in->limits && in->supplement == WHATIF_AS_IT_WAS && !in->regime && !in->calendar &&
        !in->exclusions_count)
        no(v, "", "chưa giả định điều gì khác", "nothing is supposed to be different");
    return v->n == before;
}

/* ---------------------------------------------------------------- what a person sends */

#define L struct whatif_limit_in
static const struct bind_key limit_keys[] = {
    BIND(L, WORD, procedure, BIND_REQUIRED, 1, 64, "mã thủ tục", "code of the procedure"),
    BIND(L, WORD, step, 0, 1, 64, "bước; bỏ trống: thời hạn giải quyết",
         "step; left out: the promise"),
    BIND(L, TEXT, limit, BIND_REQUIRED, 1, 40, "thời hạn, như \"10 working_day\"",
         "limit, like \"10 working_day\""),
};
static const struct bind_shape limit_shape = BIND_SHAPE("WhatIfLimit", L, limit_keys);
#define W struct whatif_in
static const struct bind_key whatif_keys[] = {
    BIND(W, DATE, from, 0, 0, 0, "từ ngày", "from"),
    BIND(W, DATE, to, 0, 0, 0, "đến trước ngày", "up to, exclusive"),
    BIND(W, WORD, period, 0, 4, 8, "thay from, to: kỳ báo cáo, như 2026-Q3",
         "instead of from and to: reporting period, like 2026-Q3"),
    BIND(W, WORD, agency, 0, 1, 64, "cơ quan, cả cấp dưới", "agency, with those under it"),
    BIND(W, WORD, procedure, 0, 1, 64, "chỉ thủ tục này", "only this procedure"),
    BIND(W, WORD, field, 0, 1, 64, "chỉ lĩnh vực này", "only this field"),
    BIND_MANY(W, LIST, limit, limits, 0, 1, WHATIF_LIMITS_MAX, &limit_shape,
              "thời hạn khác của thủ tục hoặc bước", "other limits of procedures or steps"),
    BIND_WORDS(W, supplement, 0, WHATIF_SUPPLEMENT_WORDS,
               "bổ sung thì thời hạn: như đã áp dụng, tính lại, tính tiếp, không dừng",
               "on supplements the clock: as it did, restarts, continues, runs on"),
    BIND(W, WORD, regime, 0, 1, 64, "bổ sung theo quy định này", "supplements by these rules"),
    BIND(W, BOOL, exclusions_count, 0, 0, 0, "thời gian loại trừ vẫn tính",
         "time excluded by law is counted"),
    BIND(W, WORD, calendar, 0, 1, 64,
         "lịch: cùng calendar_text thì thay lịch ấy, không thì dùng lịch này thay mọi lịch",
         "calendar: with calendar_text that one is replaced, else it stands for all"),
    BIND(W, LINES, calendar_text, 0, 1, 200000, "nội dung tệp lịch giả định",
         "text of the supposed calendar"),
    BIND(W, INT, seconds, 0, 1, WHATIF_SECONDS_MAX, "chạy tối đa, giây; mặc định 30",
         "runs at most, seconds; default 30"),
};
const struct bind_shape whatif_shape = BIND_SHAPE("WhatIfAsked", W, whatif_keys);
