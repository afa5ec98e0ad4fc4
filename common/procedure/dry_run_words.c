/* A dry run in words and as JSON, and what it is tried with: fields, case, calendars.  The verb and
 * the API tell the same.  Lives in the caller's arena; one thread at a time. */
#include "common/procedure/dry_run.h"

static const struct calendar *named(struct dry_case *d, const char *name)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        if (strcmp(d->known[i].name, name) == 0)
            return d->known[i].calendar;
    if (d->n == DRY_CALENDARS_MAX)
        return d->known[0].calendar;
    d->known[d->n].name = name;
    d->known[d->n].calendar = d->load(d->ctx, name);
    if (!d->known[d->n].calendar)
        d->missing = name;
    return d->known[d->n++].calendar;
}

/* Where a step or a branch is done, when the procedure names the agency or its body. */
static int agency_named(const struct dry_case *d, int step, int branch)
{
    const struct step *s = step >= 0 ? &d->p->step[step] : NULL;
    enum place at = !s ? AT_COMPETENT : branch ? s->branch[branch - 1].at : s->at;
    const char *agency = !s ? NULL : branch ? s->branch[branch - 1].agency : s->agency;
    int competent;

    if (!d->org || !agency || (s->is_split && !branch))
        return -1;
    competent = organisation_find(d->org, d->p->competent);
    return place_on(d->org, at, agency, competent, competent, d->p->valid_from);
}

/* The calendar asked for stands for all; else that of the step's agency, the procedure's own,
 * "office". */
static const struct calendar *calendar_of(void *ctx, int step, int branch)
{
    struct dry_case *d = ctx;
    const char *name = d->calendar;
    int i = agency_named(d, step, branch);

    if (!name && i < 0)
        name = d->p->calendar;
    if (!name && d->org && (i >= 0 || (i = organisation_find(d->org, d->p->competent)) >= 0))
        name = organisation_calendar(d->org, i);
    return named(d, name ? name : "office");
}

/* The value of a field as its form types it. */
static bool field_value(const struct form_field *f, struct span text, struct value *ret)
{
    struct value v = {0};
    dayno day;

    switch (f->type) {
    case FORM_MONEY:
    case FORM_INTEGER:
        v.type = span_i64(text, INT64_MIN / 2, INT64_MAX / 2, &v.i) ? VALUE_INT : VALUE_NONE;
        break;
    case FORM_DATE:
        v.type = day_parse(text, &day) ? VALUE_DATE : VALUE_NONE;
        v.i = v.type == VALUE_DATE ? day : 0;
        break;
    case FORM_BOOL:
        v.i = span_is(text, "true");
        v.type = v.i || span_is(text, "false") ? VALUE_BOOL : VALUE_NONE;
        break;
    case FORM_TEXT:
    case FORM_CHOICE:
        v = (struct value){VALUE_TEXT, 0, text};
        break;
    }
    *ret = v;
    return v.type != VALUE_NONE;
}

void dry_case_begin(struct dry_case *d)
{
    d->facts.p = d->p;
    d->facts.form = ARENA_ARRAY(d->a, struct value, d->p->forms + 1);
}

bool dry_case_set(struct dry_case *d, struct span field, struct span value)
{
    size_t i;

    for (i = 0; i < d->p->forms; i++)
        if (span_is(field, d->p->form[i].field))
            return field_value(&d->p->form[i], value, &d->facts.form[i]);
    return false;
}

/* A case that chooses itself by its condition. */
static void choose_case(struct dry_case *d)
{
    size_t i;

    for (i = 0; !d->facts.case_code && i < d->p->cases_n; i++)
        if (d->p->cases[i].when && expr_eval(d->p->cases[i].when, facts_get, &d->facts))
            d->facts.case_code = d->p->cases[i].code;
}

enum time_fault dry_case_run(struct dry_case *d, lminute at, struct dry_run *ret)
{
    size_t i, k;

    for (i = 0; i < d->p->steps; i++) /* all of them first: each refusal names its calendar */
        for (k = 0; k <= d->p->step[i].branches; k++)
            (void)calendar_of(d, (int)i, (int)k);
    if (!calendar_of(d, STEP_NONE, 0) || d->missing)
        return TIME_NEVER_OPEN;
    choose_case(d);
    return procedure_dry_run(d->a, d->p, &d->facts, at, calendar_of, d, ret);
}

/* ---------------------------------------------------------------- in words */

/* The steps before it used the dossier's time up: its officer has nothing left. */
static bool no_time(const struct dry_case *d, const struct dry_step *t)
{
    const struct step *s = &d->p->step[t->step];

    return t->capped && t->due <= t->start && s->has_limit && s->limit.num;
}

static bool rounds_days(enum unit u)
{
    return u == UNIT_CALENDAR_DAY || u == UNIT_WORKING_DAY_EOD || u == UNIT_MONTH;
}

/* Says which steps are left without time, why, and what follows from it. */
static void print_no_time(const struct dry_case *d, const struct dry_run *r, struct buf *out)
{
    bool en = d->lang == LANG_EN, rounding = false;
    size_t i, n = 0;

    for (i = 0; i < r->steps; i++) {
        const struct step *s = &d->p->step[r->step[i].step];
        rounding |= s->has_limit && rounds_days(s->limit.unit);
        if (!no_time(d, &r->step[i]))
            continue;
        if (!n++)
            buf_str(out, en ? "\nNo time is left for step" : "\nKhông còn thời gian cho bước");
        buf_printf(out, n > 1 ? ", %zu" : " %zu", i + 1);
    }
    if (!n)
        return;
    buf_str(out, en ? " when every step before uses its whole limit.\n"
                    : " nếu các bước trước đều dùng hết hạn của mình.\n");
    if (rounding)
        buf_str(out, en ? "A limit in days does not count the day it begins and ends at a closing "
                          "hour, so steps in a row\nlast longer than the sum of their days. "
                        : "Hạn tính bằng ngày không kể ngày bắt đầu và hết ở giờ đóng cửa, nên các "
                          "bước nối nhau dài hơn\ntổng số ngày của chúng. ");
    buf_str(out,
            en ? "The dossier's due stays: steps before must end\nearlier than their limits, or "
                 "get shorter ones.\n"
               : "Hạn của hồ sơ không đổi: các bước trước phải xong sớm hơn\nhạn của mình, hoặc "
                 "được đặt hạn ngắn hơn.\n");
}

static void print_branches(const struct dry_case *d, const struct dry_step *t, struct buf *out)
{
    const struct step *s = &d->p->step[t->step];
    bool en = d->lang == LANG_EN;
    char to[64];
    size_t k;

    for (k = 0; k < t->branches; k++) {
        lminute_words(t->branch_due[k], en, to);
        buf_printf(out, "    - %s → %s", text2_in(s->branch[k].title, d->lang), to);
        if (s->branch[k].has_limit) {
            buf_str(out, " (");
            quantity_words(s->branch[k].limit, d->lang, out);
            buf_char(out, ')');
        }
        if (s->branch[k].stop)
            buf_str(out, en ? ", not counted" : ", không tính vào thời hạn");
        buf_char(out, '\n');
    }
    if (t->branches && s->join < 0)
        buf_str(out,
                en ? "    joins with the first answer\n" : "    nhập lại khi có một trả lời\n");
    else if (t->branches && s->join > 0)
        buf_printf(out, en ? "    joins with %d answers\n" : "    nhập lại khi có %d trả lời\n",
                   s->join);
}

void dry_run_text(const struct dry_case *d, const struct dry_run *r, struct buf *out)
{
    bool en = d->lang == LANG_EN;
    char from[64], to[64];
    size_t i;

    lminute_words(r->start, en, from);
    lminute_words(r->due, en, to);
    buf_printf(out, "%s — %s\n%s ", d->p->code, text2_in(d->p->name, d->lang),
               en ? "Promised:" : "Hẹn:");
    quantity_words(r->limit, d->lang, out);
    buf_printf(out, en ? ", from %s to %s\n\n" : ", từ %s đến %s\n\n", from, to);
    for (i = 0; i < r->steps; i++) {
        const struct step *s = &d->p->step[r->step[i].step];
        lminute_words(r->step[i].start, en, from);
        lminute_words(r->step[i].due, en, to);
        buf_printf(out, "%2zu. %s\n    %s → %s", i + 1, text2_in(s->title, d->lang), from, to);
        if (s->has_limit) {
            buf_str(out, " (");
            quantity_words(s->limit, d->lang, out);
            buf_char(out, ')');
        }
        if (no_time(d, &r->step[i]))
            buf_str(out, en ? ", no time left before the dossier's due"
                            : ", không còn thời gian trước hạn của hồ sơ");
        else if (r->step[i].capped)
            buf_str(out, en ? ", cut short by the dossier's due" : ", rút ngắn theo hạn của hồ sơ");
        buf_char(out, '\n');
        print_branches(d, &r->step[i], out);
    }
    print_no_time(d, r, out);
    if (r->stuck)
        buf_str(out, en ? "\nNo act leads on from the last step with these facts.\n"
                        : "\nVới các dữ kiện này, bước cuối không có thao tác nào đi tiếp.\n");
}

/* ---------------------------------------------------------------- as JSON */

static void moment_json(struct jw *w, const char *key, lminute t)
{
    char at[32];

    instant_rfc3339(instant_of(t), at);
    jw_kstr(w, key, at);
}

/* Line by line, as `motcuad deadline` tells it; null where nothing is counted. */
static void why_json(struct jw *w, const struct calendar *c, lminute from, struct quantity q,
                     const struct interval *pause, size_t n, enum lang lang)
{
    struct buf text;

    buf_init(&text, (size_t)4 << 20);
    jw_key(w, "why");
    if (q.den && q.num && c &&
        worktime_explain(c, from, q, pause, n, lang, EXPLAIN_JSON, &text) == TIME_FINE &&
        buf_ok(&text))
        jw_raw(w, (struct span){text.p, text.n});
    else
        jw_null(w);
    buf_free(&text);
}

static void branches_json(struct dry_case *d, const struct dry_step *t, bool why, struct jw *w)
{
    const struct step *s = &d->p->step[t->step];
    size_t k;

    jw_key(w, "branches");
    jw_list(w);
    for (k = 0; k < t->branches; k++) {
        const struct branch *b = &s->branch[k];

        jw_open(w);
        jw_kstr(w, "branch", b->branch);
        jw_kstr(w, "title", text2_in(b->title, d->lang));
        moment_json(w, "due", t->branch_due[k]);
        jw_kstr(w, "excluded", b->stop);
        if (why)
            why_json(w, calendar_of(d, t->step, (int)k + 1), t->start, b->limit, NULL, 0, d->lang);
        jw_close(w);
    }
    jw_end(w);
}

static void step_json(struct dry_case *d, const struct dry_step *t, bool why, struct jw *w)
{
    const struct step *s = &d->p->step[t->step];

    jw_open(w);
    jw_kstr(w, "step", s->step);
    jw_kstr(w, "title", text2_in(s->title, d->lang));
    moment_json(w, "start", t->start);
    moment_json(w, "due", t->due);
    jw_kbool(w, "capped", t->capped);
    jw_kbool(w, "no_time", no_time(d, t));
    if (why)
        why_json(w, calendar_of(d, t->step, 0), t->start, s->limit, NULL, 0, d->lang);
    if (s->is_split)
        branches_json(d, t, why, w);
    jw_close(w);
}

void dry_run_json(struct dry_case *d, const struct dry_run *r, bool why, struct buf *out)
{
    struct jw w = jw_to(out);
    struct buf q;
    size_t i;

    buf_init(&q, 100);
    quantity_print(r->limit, &q);
    jw_open(&w);
    jw_kstr(&w, "procedure", d->p->code);
    jw_ki64(&w, "version", d->p->version);
    if (why)
        jw_kstr(&w, "case", d->facts.case_code);
    jw_kstr(&w, "limit", buf_cstr(&q));
    moment_json(&w, "start", r->start);
    moment_json(&w, "due", r->due);
    if (why)
        why_json(&w, calendar_of(d, STEP_NONE, 0), r->received, r->limit, r->pause, r->pauses,
                 d->lang);
    jw_key(&w, "steps");
    jw_list(&w);
    for (i = 0; i < r->steps; i++)
        step_json(d, &r->step[i], why, &w);
    jw_end(&w);
    jw_kbool(&w, "excluded", r->excluded);
    jw_kbool(&w, "stuck", r->stuck);
    jw_close(&w);
    buf_free(&q);
}
