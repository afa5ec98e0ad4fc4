/* motcuad procedure dry-run: when each step would be due, from a given moment, by the calendars of
 * the places where the steps are done.  Owns what it reads for the run.  Main thread. */
#include <stdlib.h>

#include "common/base/json_out.h"
#include "server/cli/calendar_file.h"
#include "server/cli/procedure_file.h"

struct dry {
    struct cli *c;
    struct arena *a;
    const struct cli_verb *verb;
    const struct procedure *p;
    const struct organisation *org;
    struct facts facts;
    const char *calendar_name; /* --calendar, or NULL */
    struct {
        const char *name;
        const struct calendar *calendar;
    } known[16];
    size_t n;
    bool failed;
};

static const struct calendar *calendar_named(struct dry *d, const char *name)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        if (strcmp(d->known[i].name, name) == 0)
            return d->known[i].calendar;
    if (d->n == sizeof d->known / sizeof d->known[0])
        return d->known[0].calendar;
    d->known[d->n].name = name;
    d->known[d->n].calendar = calendar_file_need(d->c, d->a, name);
    d->failed = d->failed || !d->known[d->n].calendar;
    return d->known[d->n++].calendar;
}

/* Where a step or a branch is done, when the procedure names the agency. */
static const char *agency_named(const struct procedure *p, int step, int branch)
{
    const struct step *s = step >= 0 ? &p->step[step] : NULL;

    if (s && branch)
        return s->branch[branch - 1].at == AT_AGENCY ? s->branch[branch - 1].agency : NULL;
    return s && !s->is_split && s->at == AT_AGENCY ? s->agency : NULL;
}

/* --calendar stands for all; else that of the step's agency, the procedure's own, "office". */
static const struct calendar *calendar_of(void *ctx, int step, int branch)
{
    struct dry *d = ctx;
    const char *agency = agency_named(d->p, step, branch);
    const char *name = d->calendar_name;
    int i;

    if (!name && !agency)
        name = d->p->calendar;
    if (!name && d->org && (i = organisation_find(d->org, agency ? agency : d->p->competent)) >= 0)
        name = organisation_calendar(d->org, i);
    return calendar_named(d, name ? name : "office");
}

static bool set_field(struct dry *d, const char *text)
{
    struct span name, value;
    struct value v = {0};
    dayno day;
    size_t i;

    if (!span_cut(span_of(text), '=', &name, &value) || !span_starts(name, "form."))
        return false;
    name = (struct span){name.p + 5, name.n - 5};
    for (i = 0; i < d->p->forms && !span_is(name, d->p->form[i].field); i++)
        ;
    if (i == d->p->forms)
        return false;
    switch (d->p->form[i].type) {
    case FORM_MONEY:
    case FORM_INTEGER:
        v.type = span_i64(value, INT64_MIN / 2, INT64_MAX / 2, &v.i) ? VALUE_INT : VALUE_NONE;
        break;
    case FORM_DATE:
        v.type = day_parse(value, &day) ? VALUE_DATE : VALUE_NONE;
        v.i = v.type == VALUE_DATE ? day : 0;
        break;
    case FORM_BOOL:
        v.i = span_is(value, "true");
        v.type = v.i || span_is(value, "false") ? VALUE_BOOL : VALUE_NONE;
        break;
    case FORM_TEXT:
    case FORM_CHOICE:
        v = (struct value){VALUE_TEXT, 0, value};
        break;
    }
    d->facts.form[i] = v;
    return v.type != VALUE_NONE;
}

/* A case that chooses itself by its condition. */
static void choose_case(struct dry *d)
{
    size_t i;

    for (i = 0; !d->facts.case_code && i < d->p->cases_n; i++)
        if (d->p->cases[i].when && expr_eval(d->p->cases[i].when, facts_get, &d->facts))
            d->facts.case_code = d->p->cases[i].code;
}

/* The steps before it used the dossier's time up: its officer has nothing left. */
static bool no_time(const struct dry *d, const struct dry_step *t)
{
    const struct step *s = &d->p->step[t->step];

    return t->capped && t->due <= t->start && s->has_limit && s->limit.num;
}

static bool rounds_days(enum unit u)
{
    return u == UNIT_CALENDAR_DAY || u == UNIT_WORKING_DAY_EOD || u == UNIT_MONTH;
}

/* Says which steps are left without time, why, and what follows from it. */
static void print_no_time(const struct dry *d, const struct dry_run *r, struct buf *out)
{
    bool en = d->c->lang == LANG_EN, rounding = false;
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

static void branches_json(const struct dry *d, const struct dry_step *t, struct jw *w)
{
    const struct step *s = &d->p->step[t->step];
    char at[32];
    size_t k;

    jw_key(w, "branches");
    jw_list(w);
    for (k = 0; k < t->branches; k++) {
        jw_open(w);
        jw_kstr(w, "branch", s->branch[k].branch);
        jw_kstr(w, "title", text2_in(s->branch[k].title, d->c->lang));
        instant_rfc3339(instant_of(t->branch_due[k]), at);
        jw_kstr(w, "due", at);
        jw_kstr(w, "excluded", s->branch[k].stop);
        jw_close(w);
    }
    jw_end(w);
}

static void print_branches(const struct dry *d, const struct dry_step *t, struct buf *out)
{
    const struct step *s = &d->p->step[t->step];
    bool en = d->c->lang == LANG_EN;
    char to[64];
    size_t k;

    for (k = 0; k < t->branches; k++) {
        lminute_words(t->branch_due[k], en, to);
        buf_printf(out, "    - %s → %s", text2_in(s->branch[k].title, d->c->lang), to);
        if (s->branch[k].has_limit) {
            buf_str(out, " (");
            quantity_words(s->branch[k].limit, d->c->lang, out);
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

static void print_json(const struct dry *d, const struct dry_run *r, struct buf *out)
{
    struct jw w = jw_to(out);
    struct buf q;
    char at[32];
    size_t i;

    buf_init(&q, 100);
    quantity_print(r->limit, &q);
    jw_open(&w);
    jw_kstr(&w, "procedure", d->p->code);
    jw_ki64(&w, "version", d->p->version);
    jw_kstr(&w, "limit", buf_cstr(&q));
    instant_rfc3339(instant_of(r->start), at);
    jw_kstr(&w, "start", at);
    instant_rfc3339(instant_of(r->due), at);
    jw_kstr(&w, "due", at);
    jw_key(&w, "steps");
    jw_list(&w);
    for (i = 0; i < r->steps; i++) {
        const struct step *s = &d->p->step[r->step[i].step];
        jw_open(&w);
        jw_kstr(&w, "step", s->step);
        jw_kstr(&w, "title", text2_in(s->title, d->c->lang));
        instant_rfc3339(instant_of(r->step[i].start), at);
        jw_kstr(&w, "start", at);
        instant_rfc3339(instant_of(r->step[i].due), at);
        jw_kstr(&w, "due", at);
        jw_kbool(&w, "capped", r->step[i].capped);
        jw_kbool(&w, "no_time", no_time(d, &r->step[i]));
        if (s->is_split)
            branches_json(d, &r->step[i], &w);
        jw_close(&w);
    }
    jw_end(&w);
    jw_kbool(&w, "excluded", r->excluded);
    jw_kbool(&w, "stuck", r->stuck);
    jw_close(&w);
    buf_char(out, '\n');
    buf_free(&q);
}

static void print_table(const struct dry *d, const struct dry_run *r, struct buf *out)
{
    bool en = d->c->lang == LANG_EN;
    char from[64], to[64];
    size_t i;

    lminute_words(r->start, en, from);
    lminute_words(r->due, en, to);
    buf_printf(out, "%s — %s\n%s ", d->p->code, text2_in(d->p->name, d->c->lang),
               en ? "Promised:" : "Hẹn:");
    quantity_words(r->limit, d->c->lang, out);
    buf_printf(out, en ? ", from %s to %s\n\n" : ", từ %s đến %s\n\n", from, to);
    for (i = 0; i < r->steps; i++) {
        const struct step *s = &d->p->step[r->step[i].step];
        lminute_words(r->step[i].start, en, from);
        lminute_words(r->step[i].due, en, to);
        buf_printf(out, "%2zu. %s\n    %s → %s", i + 1, text2_in(s->title, d->c->lang), from, to);
        if (s->has_limit) {
            buf_str(out, " (");
            quantity_words(s->limit, d->c->lang, out);
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

static int print(struct dry *d, lminute at)
{
    struct dry_run r;
    enum time_fault fault;
    struct buf out;
    bool ok;
    size_t i, k;

    for (i = 0; i < d->p->steps; i++) /* load them all first: each refusal names its file */
        for (k = 0; k <= d->p->step[i].branches; k++)
            (void)calendar_of(d, (int)i, (int)k);
    if (!calendar_of(d, STEP_NONE, 0) || d->failed)
        return CLI_REFUSED;
    choose_case(d);
    fault = procedure_dry_run(d->a, d->p, &d->facts, at, calendar_of, d, &r);
    if (fault != TIME_FINE)
        return cli_refuse(d->c, "%s", "%s", text2_in(time_fault_text(fault), d->c->lang));
    buf_init(&out, (size_t)1 << 20);
    if (d->c->json)
        print_json(d, &r, &out);
    else
        print_table(d, &r, &out);
    ok = cli_put(d->c->out, &out);
    buf_free(&out);
    return ok && !r.stuck ? CLI_FINE : CLI_REFUSED;
}

enum { O_AT, O_CHANNEL, O_CASE, O_SET, O_ISLAND, O_MOUNTAIN, O_CALENDAR, O_COUNT };
static const struct cli_option specs[O_COUNT] = {
    {"--at", false},    {"--channel", false}, {"--case", false},    {"--set", false},
    {"--island", true}, {"--mountain", true}, {"--calendar", false}};

#define SETS_MAX 60
struct asked { /* what the command line says */
    const char *path, *at, *channel, *set[SETS_MAX];
    size_t sets;
};

static int ask(struct dry *d, int argc, char **argv, struct asked *q)
{
    struct cli_args it = {.argc = argc, .argv = argv, .at = 1};
    int r;

    while ((r = cli_next(&it, specs, O_COUNT)) != CLI_END) {
        if (r < CLI_OPERAND)
            return cli_bad_option(d->c, d->verb, &it, r, specs, O_COUNT);
        if (r == CLI_OPERAND && q->path)
            return cli_misuse(d->c, d->verb, "mỗi lần chạy một tệp", "one file at a time");
        if (r == CLI_OPERAND)
            q->path = it.operand;
        else if (r == O_AT)
            q->at = it.value;
        else if (r == O_CHANNEL)
            q->channel = it.value;
        else if (r == O_CASE)
            d->facts.case_code = it.value;
        else if (r == O_CALENDAR)
            d->calendar_name = it.value;
        else if (r == O_SET && q->sets < SETS_MAX)
            q->set[q->sets++] = it.value;
        d->facts.island |= r == O_ISLAND;
        d->facts.mountain |= r == O_MOUNTAIN;
    }
    if (!q->path || !q->at)
        return cli_misuse(d->c, d->verb, "dry-run cần tệp thủ tục và --at LÚC",
                          "dry-run needs a procedure file and --at TIME");
    return CLI_FINE;
}

/* Channel, case and fields, once the procedure is known. */
static int take_facts(struct dry *d, const struct asked *q)
{
    int ch;
    size_t i;

    d->facts.p = d->p;
    d->facts.form = ARENA_ARRAY(d->a, struct value, d->p->forms + 1);
    for (ch = 0; q->channel && ch < CHANNELS; ch++)
        if (strcmp(channel_name((enum channel)ch), q->channel) == 0)
            break;
    if (q->channel && ch == CHANNELS)
        return cli_misuse(d->c, d->verb, "không có kênh \"%s\"", "no such channel: \"%s\"",
                          q->channel);
    if (q->channel)
        d->facts.channel = (enum channel)ch;
    if (d->facts.case_code && !procedure_case_of(d->p, d->facts.case_code))
        return cli_misuse(d->c, d->verb, "thủ tục không có trường hợp \"%s\"",
                          "the procedure has no case \"%s\"", d->facts.case_code);
    for (i = 0; i < q->sets; i++)
        if (!set_field(d, q->set[i]))
            return cli_misuse(d->c, d->verb, "--set form.TRƯỜNG=GIÁ-TRỊ: không hiểu \"%s\"",
                              "--set form.FIELD=VALUE: not understood: \"%s\"", q->set[i]);
    return CLI_FINE;
}

int procedure_dry_run_verb(struct cli *c, const struct cli_verb *verb, int argc, char **argv)
{
    struct dry d = {.c = c, .verb = verb, .a = arena_new(PROCEDURE_ARENA_MAX)};
    struct asked q = {0};
    instant at = 0;
    int r = ask(&d, argc, argv, &q);

    if (r == CLI_FINE && !instant_parse(span_of(q.at), &at))
        r = cli_misuse(c, verb, "--at \"%s\" không phải thời điểm (2026-03-02T10:00)",
                       "--at \"%s\" is not a moment (2026-03-02T10:00)", q.at);
    if (r == CLI_FINE && !organisation_file_load(c, d.a, &d.org))
        r = CLI_REFUSED;
    if (r == CLI_FINE && !(d.p = procedure_file_need(c, d.a, q.path, d.org)))
        r = CLI_REFUSED;
    if (r == CLI_FINE)
        r = take_facts(&d, &q);
    if (r == CLI_FINE)
        r = print(&d, lminute_of(at));
    arena_free(d.a);
    return r;
}
