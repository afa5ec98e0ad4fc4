/* "Vì sao hạn này?": the way from receipt to due, line by line, out of the calculator's landmarks.
 * Each counting line carries its number; they sum to the budget (asserted here, tested outside).
 * Owns nothing.  Any thread. */
#include <assert.h>

#include "common/base/json_out.h"
#include "common/time/worktime_trace.h"

struct explainer {
    const struct calendar *c;
    enum lang lang;
    bool json;
    struct jw w;
    struct buf *out;
    struct buf text; /* the line being made */
    int64_t days, minutes;
};

enum amount { AMOUNT_NONE, AMOUNT_DAYS, AMOUNT_MONTHS, AMOUNT_MINUTES, AMOUNT_PAUSED };

#define LINE_MAX_BYTES 4096
#define BASIS_FIRST    "Bộ luật Dân sự 2015, Điều 147.2"
#define BASIS_MONTH    "Bộ luật Dân sự 2015, Điều 148.3"
#define BASIS_MOVE     "Bộ luật Dân sự 2015, Điều 148.5"

static const char *say(const struct explainer *x, const char *vi, const char *en)
{
    return x->lang == LANG_EN ? en : vi;
}

static void put_minute(struct explainer *x, lminute m)
{
    char words[64];

    lminute_words(m, x->lang == LANG_EN, words);
    buf_str(&x->text, words);
}

/* "thứ Hai 16/02/2026" */
static void put_day(struct explainer *x, dayno d)
{
    struct civil c = civil_of_day(d);

    buf_printf(&x->text, "%s %02d/%02d/%04d", weekday_name(day_weekday(d), x->lang == LANG_EN),
               c.day, c.month, c.year);
}

static void put_days(struct explainer *x, dayno from, dayno to)
{
    put_day(x, from);
    if (from == to)
        return;
    buf_str(&x->text, " – ");
    put_day(x, to);
}

static void put_amount(struct explainer *x, enum amount kind, int64_t n)
{
    static const char *const key[] = {NULL, "days", "months", "minutes", "paused"};
    static const struct text2 one[] = {
        {NULL, NULL}, {"ngày", "day"}, {"tháng", "month"}, {"phút", "minute"}, {"phút", "minute"}};

    if (kind == AMOUNT_NONE)
        return;
    if (x->json)
        jw_ki64(&x->w, key[kind], n);
    else
        buf_printf(x->out, ": +%lld %s%s", (long long)n, text2_in(one[kind], x->lang),
                   x->lang == LANG_EN && n != 1 ? "s" : "");
}

/* One line: its kind, the days or minutes it speaks of, its number, its text, its legal ground. */
static void emit(struct explainer *x, const char *kind, const char *from, const char *to,
                 enum amount amount, int64_t n, const char *basis)
{
    if (x->json) {
        jw_open(&x->w);
        jw_kstr(&x->w, "kind", kind);
        jw_kstr(&x->w, "from", from);
        if (to)
            jw_kstr(&x->w, "to", to);
        put_amount(x, amount, n);
        jw_kstr(&x->w, "text", buf_cstr(&x->text));
        if (basis)
            jw_kstr(&x->w, "basis", basis);
        jw_close(&x->w);
    } else {
        buf_str(x->out, buf_cstr(&x->text));
        put_amount(x, amount, n);
        if (basis)
            buf_printf(x->out, " [%s]", basis);
        buf_char(x->out, '\n');
    }
    buf_clear(&x->text);
}

static void emit_days(struct explainer *x, const char *kind, dayno from, dayno to,
                      enum amount amount, int64_t n, const char *basis)
{
    char a[16], b[16];

    day_iso(from, a);
    day_iso(to, b);
    emit(x, kind, a, b, amount, n, basis);
}

static void emit_minute(struct explainer *x, const char *kind, lminute at, const char *basis)
{
    char a[32];

    instant_rfc3339(instant_of(at), a);
    emit(x, kind, a, NULL, AMOUNT_NONE, 0, basis);
}

static void emit_minutes(struct explainer *x, const char *kind, lminute from, lminute to,
                         enum amount amount, int64_t n)
{
    char a[32], b[32];

    instant_rfc3339(instant_of(from), a);
    instant_rfc3339(instant_of(to), b);
    emit(x, kind, a, b, amount, n, NULL);
}

/* Two neighbouring days off are told in one line when they are off for the same reason. */
static bool same_reason(const struct calendar *c, dayno a, dayno b)
{
    const char *basis_a = calendar_day_basis(c, a), *basis_b = calendar_day_basis(c, b);
    const char *name_a = calendar_day_name(c, a).vi, *name_b = calendar_day_name(c, b).vi;

    return span_eq(span_of(basis_a), span_of(basis_b)) &&
           span_eq(span_of(name_a), span_of(name_b)) &&
           calendar_day_grade(c, a) == calendar_day_grade(c, b) &&
           (calendar_day_kind(c, a) >= DAY_HOLIDAY) == (calendar_day_kind(c, b) >= DAY_HOLIDAY) &&
           (calendar_day(c, a)->n > 0) == (calendar_day(c, b)->n > 0);
}

static const char *reason_of(const struct explainer *x, dayno d)
{
    struct text2 name = calendar_day_name(x->c, d);
    enum day_kind kind = calendar_day_kind(x->c, d);

    if (calendar_day(x->c, d)->n > 0)
        return say(x, "có tiếp nhận nhưng không tính là ngày làm việc",
                   "open for reception, not counted as a working day");
    if (name.vi && *name.vi)
        return text2_in(name, x->lang);
    if (kind == DAY_HOLIDAY)
        return say(x, "nghỉ lễ", "public holiday");
    if (kind == DAY_EXCEPTION)
        return say(x, "đóng cửa", "closed");
    return say(x, "nghỉ hằng tuần", "weekly rest");
}

static void skip_line(struct explainer *x, dayno from, dayno to)
{
    put_days(x, from, to);
    buf_printf(&x->text, ": %s", reason_of(x, from));
    if (calendar_day_grade(x->c, from) == 'D')
        buf_str(&x->text, say(x, " (dự kiến, chưa có thông báo chính thức)",
                              " (forecast, no official notice yet)"));
    emit_days(x, "skip", from, to, AMOUNT_NONE, 0, calendar_day_basis(x->c, from));
}

static bool day_counts(const struct explainer *x, dayno d, bool by_session)
{
    return by_session ? calendar_day(x->c, d)->n > 0 : calendar_counted(x->c, d);
}

/* Last day of the run that begins at d: alike in counting and, for days off, in reason. */
static dayno run_end(const struct explainer *x, dayno d, dayno last, bool by_session)
{
    bool counts = day_counts(x, d, by_session);

    while (d < last && day_counts(x, d + 1, by_session) == counts &&
           (counts || same_reason(x->c, d, d + 1)))
        d++;
    return d;
}

static void skip_lines(struct explainer *x, dayno from, dayno to, bool by_session)
{
    dayno d, end;

    for (d = from; d <= to; d = end + 1) {
        end = run_end(x, d, to, by_session);
        if (!day_counts(x, d, by_session))
            skip_line(x, d, end);
    }
}

/* Make-up days among counted ones are named: people ask why a Saturday counts. */
static void count_line(struct explainer *x, dayno from, dayno to)
{
    dayno d;

    put_days(x, from, to);
    for (d = from; d <= to; d++)
        if (calendar_day_kind(x->c, d) == DAY_MAKE_UP) {
            buf_str(&x->text, say(x, ", có ngày làm bù ", ", with the make-up day "));
            put_day(x, d);
        }
    x->days += to - from + 1;
    emit_days(x, "count", from, to, AMOUNT_DAYS, to - from + 1, NULL);
}

static void working_days(struct explainer *x, dayno from, dayno to)
{
    dayno d, end;

    for (d = from; d <= to; d = end + 1) {
        end = run_end(x, d, to, false);
        if (calendar_counted(x->c, d))
            count_line(x, d, end);
        else
            skip_line(x, d, end);
    }
}

static int64_t worked(const struct explainer *x, lminute from, lminute to)
{
    int64_t minutes = 0;
    enum time_fault f = worktime_elapsed(x->c, from, to, &minutes);

    assert(f == TIME_FINE); /* landmarks lie inside the calendar */
    return minutes;
}

/* Session time from one minute to another, a line for each run of open days. */
static int64_t consume(struct explainer *x, const char *kind, lminute from, lminute to)
{
    dayno last = lminute_day(to - 1), d, end;
    int64_t sum = 0;

    if (to <= from)
        return 0;
    for (d = lminute_day(from); d <= last; d = end + 1) {
        lminute a, b;
        int64_t n;

        end = run_end(x, d, last, true);
        if (!day_counts(x, d, true)) {
            skip_line(x, d, end);
            continue;
        }
        a = day_start(d) > from ? day_start(d) + calendar_day(x->c, d)->s[0].open : from;
        b = day_start(end) + DAY_MINUTES;
        if (b < to) {
            const struct day_sessions *s = calendar_day(x->c, end);
            b = day_start(end) + s->s[s->n - 1].close;
        } else {
            b = to;
        }
        n = worked(x, a, b);
        if (n == 0)
            continue;
        sum += n;
        put_minute(x, a);
        buf_str(&x->text, " – ");
        put_minute(x, b);
        emit_minutes(x, kind, a, b, AMOUNT_MINUTES, n);
    }
    return sum;
}

static void explain_receipt(struct explainer *x, const struct time_trace *t)
{
    buf_str(&x->text, say(x, "Nhận hồ sơ lúc ", "Received at "));
    put_minute(x, t->received);
    emit_minute(x, "received", t->received, NULL);
    if (t->cut_off) {
        buf_str(&x->text, say(x, "Sau giờ chốt ", "After the cut-off of "));
        buf_printf(&x->text, "%02d:%02d", x->c->cutoff / 60, x->c->cutoff % 60);
        buf_str(&x->text, say(x, ": tính như nhận lúc mở cửa ngày làm việc kế tiếp, ",
                              ": taken as received at the opening of the next working day, "));
        put_minute(x, t->start);
        emit_minute(x, "cutoff", t->start, NULL);
    } else if (t->waited) {
        buf_str(&x->text, say(x, "Ngoài giờ làm việc: tính như nhận lúc mở cửa kế tiếp, ",
                              "Outside office hours: taken as received at the next opening, "));
        put_minute(x, t->start);
        emit_minute(x, "waited", t->start, NULL);
    }
    skip_lines(x, lminute_day(t->received), t->day0, !t->cut_off);
}

static void explain_start(struct explainer *x, const struct time_trace *t, enum unit unit)
{
    if (unit == UNIT_HOUR || unit == UNIT_HALF_DAY || unit == UNIT_WORKING_DAY) {
        buf_str(&x->text, say(x, "Bắt đầu tính từ ", "Counting starts at "));
        put_minute(x, t->start);
        emit_minute(x, "start", t->start, NULL);
    } else if (unit == UNIT_SAME_DAY) {
        buf_str(&x->text, say(x, "Trả kết quả trong ngày ", "Due within the day "));
        put_day(x, t->day0);
        emit_days(x, "start", t->day0, t->day0, AMOUNT_NONE, 0, NULL);
    } else {
        buf_str(&x->text,
                say(x, "Ngày tiếp nhận không tính: ", "The day of receipt is not counted: "));
        put_day(x, t->day0);
        emit_days(x, "start", t->day0, t->day0, AMOUNT_NONE, 0, BASIS_FIRST);
    }
}

/* Plain days count whatever they are; only the last one may move. */
static void explain_plain(struct explainer *x, const struct time_trace *t, enum unit unit)
{
    bool month = unit == UNIT_MONTH;

    if (t->counted > t->day0) {
        if (month)
            buf_str(&x->text, say(x, "Ngày tương ứng của tháng: ", "The same day of the month: "));
        else
            buf_str(&x->text, say(x, "Tính cả ngày nghỉ: ", "Days off included: "));
        put_days(x, month ? t->counted : t->day0 + 1, t->counted);
        x->days += month ? 0 : t->counted - t->day0;
        emit_days(x, "count", t->day0 + 1, t->counted, month ? AMOUNT_MONTHS : AMOUNT_DAYS,
                  month ? t->whole : t->counted - t->day0, month ? BASIS_MONTH : NULL);
    }
    if (t->landed == t->counted)
        return;
    skip_lines(x, t->counted, t->landed, false);
    buf_str(&x->text, say(x, "Ngày cuối là ngày nghỉ, chuyển sang ngày làm việc tiếp theo: ",
                          "The last day is a day off and moves to the next working day: "));
    put_day(x, t->landed);
    emit_days(x, "move", t->landed, t->landed, AMOUNT_NONE, 0, BASIS_MOVE);
}

static void explain_reopened(struct explainer *x, const struct time_trace *t)
{
    if (!t->reopened)
        return;
    skip_lines(x, t->landed + 1, lminute_day(t->base), true);
    buf_str(&x->text, say(x, "Giờ đó không mở cửa, chuyển sang lúc mở cửa kế tiếp: ",
                          "Not open at that time: moved to the next opening: "));
    put_minute(x, t->base);
    emit_minute(x, "reopen", t->base, NULL);
}

static void explain_rest(struct explainer *x, const struct time_trace *t)
{
    if (t->absorbed) {
        buf_str(&x->text, say(x, "Phần lẻ của ngày nằm trong ngày làm việc đã chuyển đến",
                              "The fraction of a day lies within the working day moved to"));
        emit_days(x, "absorbed", t->landed, t->landed, AMOUNT_MINUTES, t->rest, NULL);
        x->minutes += t->rest;
        return;
    }
    if (t->rest == 0)
        return;
    if (!t->reopened && t->landed < lminute_day(t->from))
        skip_lines(x, t->landed + 1, lminute_day(t->from), false);
    x->minutes += consume(x, "work", t->from, t->unpaused);
}

static void explain_pauses(struct explainer *x, const struct time_trace *t,
                           const struct interval *pause, size_t n)
{
    size_t i;
    int64_t sum;

    for (i = 0; i < n; i++) {
        buf_str(&x->text, say(x, "Tạm dừng ", "Paused "));
        put_minute(x, pause[i].from);
        buf_str(&x->text, " – ");
        put_minute(x, pause[i].to);
        emit_minutes(x, "pause", pause[i].from, pause[i].to, AMOUNT_PAUSED,
                     worked(x, pause[i].from, pause[i].to));
    }
    sum = consume(x, "resume", t->unpaused, t->due);
    assert(sum == t->paused);
    (void)sum;
}

static void explain_due(struct explainer *x, const struct time_trace *t, struct quantity q)
{
    buf_str(&x->text, say(x, "Thời hạn ", "Limit "));
    quantity_words(q, x->lang, &x->text);
    if (t->paused) {
        buf_str(&x->text, say(x, ", cộng phút tạm dừng: ", ", plus minutes of pauses: "));
        buf_i64(&x->text, t->paused);
    }
    buf_str(&x->text, say(x, "; đến hạn lúc ", "; due at "));
    put_minute(x, t->due);
    emit_minute(x, "due", t->due, NULL);
}

/* The lines cannot say anything but what the landmarks say. */
static void check_sums(const struct explainer *x, const struct time_trace *t, enum unit unit)
{
    bool days = unit != UNIT_MONTH && unit != UNIT_SAME_DAY && unit != UNIT_HOUR;

    assert(!days || x->days == t->whole);
    assert(x->minutes == t->rest);
    (void)days;
}

static void explain_all(struct explainer *x, const struct time_trace *t, struct quantity q,
                        const struct interval *pause, size_t n)
{
    explain_receipt(x, t);
    explain_start(x, t, q.unit);
    if (q.unit == UNIT_CALENDAR_DAY || q.unit == UNIT_MONTH || q.unit == UNIT_SAME_DAY)
        explain_plain(x, t, q.unit);
    else if (t->whole > 0)
        working_days(x, t->day0 + 1, t->landed);
    explain_reopened(x, t);
    explain_rest(x, t);
    explain_pauses(x, t, pause, n);
    explain_due(x, t, q);
    check_sums(x, t, q.unit);
}

enum time_fault worktime_explain(const struct calendar *c, lminute received, struct quantity q,
                                 const struct interval *pause, size_t n, enum lang lang,
                                 enum explain_form form, struct buf *out)
{
    struct explainer x = {
        .c = c, .lang = lang, .json = form == EXPLAIN_JSON, .w = jw_to(out), .out = out};
    struct interval merged[WORKTIME_PAUSES_MAX];
    struct time_trace t;
    size_t m = 0;
    enum time_fault f = worktime_trace(c, received, q, &t);

    if (f == TIME_FINE)
        f = worktime_trace_pauses(c, pause, n, merged, &m, &t);
    if (f != TIME_FINE)
        return f;
    buf_init(&x.text, LINE_MAX_BYTES);
    if (x.json)
        jw_list(&x.w);
    explain_all(&x, &t, q, merged, m);
    if (x.json)
        jw_end(&x.w);
    buf_free(&x.text);
    return TIME_FINE;
}
