/* "Vì sao hạn này?" for any clock of a dossier: its name and budget, then the calculator's own
 * lines. Writes to the caller's buffer.  Any thread. */
#include "common/base/json_out.h"
#include "common/dossier/explaining.h"

#define PAUSES_MAX 64

static const struct text2 clock_titles[] = {
    [CLOCK_LEGAL] = {"Thời hạn giải quyết đã hẹn", "The promised time limit"},
    [CLOCK_STEP] = {"Thời hạn của bước", "The limit of the step"},
    [CLOCK_INTAKE] = {"Hạn trả lời hồ sơ trực tuyến", "The limit of the online answer"},
    [CLOCK_SPAN] = {"Thời hạn qua nhiều bước", "The limit over several steps"},
    [CLOCK_SUPPLEMENT] = {"Hạn bổ sung", "The limit for the supplement"},
    [CLOCK_CONSULT] = {"Hạn lấy ý kiến", "The limit for the opinion"},
    [CLOCK_BRANCH] = {"Thời hạn của nhánh", "The limit of the branch"},
    [CLOCK_PAPER] = {"Hạn chuyển hồ sơ giấy", "The limit for the paper"},
};

/* Who is asked, to whom the paper goes. */
static struct text2 asked_of(const struct dossier *s, const struct clock *c,
                             const struct organisation *org)
{
    const struct request *r = dossier_request(s, c->subject);
    int i = r && r->to_agency && org ? organisation_of_id(org, r->to_agency) : -1;

    return i >= 0 ? org->agency[i].name : (struct text2){NULL, NULL};
}

static struct text2 subject_of(const struct dossier *s, const struct clock *c,
                               const struct context *ctx)
{
    const struct procedure *p = ctx->procedure;

    if (c->kind == CLOCK_CONSULT || c->kind == CLOCK_PAPER)
        return asked_of(s, c, ctx->org);
    if (c->kind == CLOCK_STEP && p && c->subject >= 0 && (size_t)c->subject < p->steps)
        return p->step[c->subject].title;
    if (c->kind == CLOCK_BRANCH && p && c->subject >= 0) {
        const struct step *st = (size_t)(c->subject / BRANCHES_MAX) < p->steps
                                    ? &p->step[c->subject / BRANCHES_MAX]
                                    : NULL;

        if (st && (size_t)(c->subject % BRANCHES_MAX) < st->branches)
            return st->branch[c->subject % BRANCHES_MAX].title;
    }
    if (c->kind == CLOCK_SPAN && p && c->subject >= 0 && (size_t)c->subject < p->spans)
        return p->span[c->subject].title;
    return (struct text2){NULL, NULL};
}

static void text_head(const struct clock *c, struct text2 subject, enum lang lang, struct buf *out)
{
    char due[64];

    buf_str(out, text2_in(clock_titles[c->kind], lang));
    if (subject.vi)
        buf_printf(out, " “%s”", text2_in(subject, lang));
    buf_str(out, ": ");
    quantity_words(c->budget, lang, out);
    lminute_words(lminute_of(c->due), lang == LANG_EN, due);
    if (c->state == CLOCK_STOPPED)
        buf_str(out, lang == LANG_EN ? "; stands still\n" : "; đang dừng\n");
    else
        buf_printf(out, lang == LANG_EN ? "; due %s\n" : "; hạn %s\n", due);
}

static void json_head(struct jw *w, const struct clock *c, struct text2 subject, enum lang lang)
{
    struct buf q;
    char due[32];

    jw_open(w);
    jw_kstr(w, "clock", CLOCK_KIND_WORDS[c->kind]);
    jw_kstr(w, "title", text2_in(clock_titles[c->kind], lang));
    if (subject.vi)
        jw_kstr(w, "subject", text2_in(subject, lang));
    buf_init(&q, 200);
    quantity_print(c->budget, &q);
    jw_kstr(w, "budget", buf_cstr(&q));
    buf_free(&q);
    jw_kstr(w, "calendar", c->calendar);
    instant_rfc3339(c->due, due);
    jw_kstr(w, "due", due);
}

/* As the calendar counts today. */
static bool still_so(const struct calendar *cal, const struct clock *c,
                     const struct interval *pause, size_t n)
{
    lminute due;

    return worktime_due_paused(cal, lminute_of(c->received), c->budget, pause, n, &due) ==
               TIME_FINE &&
           due == lminute_of(c->due);
}

/* What is to be said beside the lines: the clock stands still, or a calendar corrected since then
 * does not move what was promised.  {NULL}: nothing. */
static struct text2 remark(const struct calendar *cal, const struct clock *c,
                           const struct interval *pause, size_t n)
{
    static const struct text2 still = {
        "Thời hạn đang dừng: hạn được tính lại khi tiếp tục.",
        "The clock stands still: the date will be given when it goes on."};
    static const struct text2 moved = {
        "Lịch làm việc đã được sửa sau khi hẹn: ngày hẹn đã cấp giữ nguyên.",
        "The calendar was corrected after this date was given: the date stands."};

    if (c->intervals && !c->interval[c->intervals - 1].running)
        return still;
    return still_so(cal, c, pause, n) ? (struct text2){NULL, NULL} : moved;
}

bool dossier_explain_clock(const struct dossier *s, size_t clock, const struct context *ctx,
                           enum lang lang, enum explain_form form, struct buf *out)
{
    struct interval pause[PAUSES_MAX];
    const struct calendar *cal;
    const struct clock *c;
    enum time_fault fault;
    struct text2 note;
    struct jw w = jw_to(out);
    size_t n;

    if (clock >= s->clocks)
        return false;
    c = &s->clock[clock];
    cal = ctx->calendar(ctx->ctx, c->calendar);
    if (!cal)
        return false;
    n = clock_pauses(c, ctx->now, pause, PAUSES_MAX);
    note = remark(cal, c, pause, n);
    if (form == EXPLAIN_JSON) {
        json_head(&w, c, subject_of(s, c, ctx), lang);
        jw_key(&w, "story");
    } else
        text_head(c, subject_of(s, c, ctx), lang, out);
    explain_story(s, c, ctx, lang, form, out);
    if (form == EXPLAIN_JSON) {
        w.comma = true;
        jw_key(&w, "lines");
    }
    fault = worktime_explain(cal, lminute_of(c->received), c->budget, pause, n, lang, form, out);
    if (fault != TIME_FINE)
        return false;
    if (form == EXPLAIN_JSON) {
        w.comma = true;
        if (note.vi)
            jw_kstr(&w, "note", text2_in(note, lang));
        jw_close(&w);
    } else if (note.vi)
        buf_printf(out, "%s\n", text2_in(note, lang));
    return buf_ok(out);
}
