/* What a compiled procedure answers for one dossier: limit, components, fee, steps, and the walk
 * through it.  Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/json_in.h"
#include "common/procedure/diagram.h"

/* clang-format off */
static const char FILE_TEXT[] =
    "procedure: \"9.000003\"\nversion: 2\nvalid_from: 2026-01-01\nkind: citizen\n"
    "name: {vi: Cấp đổi, en: Exchange}\nfield: {code: DD, vi: Đất đai, en: Land}\n"
    "competent: CN\nreception: [MC]\nchannels: [counter, online]\nbasis: [luật]\n"
    "results:\n  - {result: paper, vi: Giấy, en: Paper}\n  - {result: notice, vi: Thông báo, en: Notice}\n"
    "fee:\n  items:\n"
    "    - {fee: page, vi: Trang, en: Page, amount: 2000, per: page, above: {units: 2, amount: 1000}, cap: 5000}\n"
    "    - {fee: entry, vi: Vào sổ, en: Entry, charge: true, amount: 20_000, by_channel: {online: 10000}, when: \"not form.poor\"}\n"
    "limit: {legal: 5 working_day_eod, committed: 3 working_day_eod, by_channel: {online: 2 working_day_eod},\n"
    "  add: [{when: place.island or place.mountain, limit: 10 working_day_eod, basis: luật}]}\n"
    "cases:\n"
    "  - {case: \"01\", vi: Thường, en: Plain}\n"
    "  - {case: \"02\", vi: Đo đạc, en: Survey, when: form.survey, limit: 7.5 working_day,\n"
    "     components: [{component: map, vi: Bản vẽ, en: Drawing, originals: 2}], fee: {amount: 0}}\n"
    "sets: 3\n"
    "components:\n"
    "  - {component: form, vi: Đơn, en: Form, originals: 1}\n"
    "  - {component: tax, vi: Thuế, en: Tax, need: when, when: form.value > 100, copies: 1}\n"
    "  - {component: other, vi: Khác, en: Other, need: if_any, copies: 1}\n"
    "form:\n"
    "  - {field: survey, vi: Đo, en: Survey, type: bool}\n"
    "  - {field: poor, vi: Nghèo, en: Poor, type: bool}\n"
    "  - {field: value, vi: Giá trị, en: Value, type: money}\n"
    "stops: [{reason: tax, vi: Thuế, en: Tax, basis: luật}]\n"
    "supplement: {within: 2 working_day, clock: continue, times: 1, basis: luật}\n"
    "steps:\n"
    "  - {step: receive, vi: Nhận, en: Receive, at: reception, role: receiver, limit: 1 half_day, actions: [{action: forward, to: work}]}\n"
    "  - {step: work, vi: Xử lý, en: Work, at: CN, role: specialist, limit: 1 working_day, assign: \"same_as:receive\",\n"
    "     actions: [{action: tax, effect: exclude, stop: tax}, {action: forward, to: check, when: form.value > 100}, {action: short, vi: Tắt, en: Short, to: give, when: form.value <= 100}]}\n"
    "  - {step: check, vi: Duyệt, en: Check, at: competent, role: leader, limit: 2 hour, not_by: [work],\n"
    "     actions: [{action: approve, to: give}, {action: return, to: work}, {action: refuse, to: give}]}\n"
    "  - {step: give, vi: Trả, en: Give, at: reception, role: returner, actions: [{action: hand_over}]}\n"
    "anywhere:\n"
    "  - {action: withdraw, to: end}\n"
    "  - {action: supplement, in: [work, check], needs: [reason]}\n";

static const char CALENDAR[] =
    "calendar: plain\nname: {vi: Giờ, en: Hours}\ntimezone: Asia/Ho_Chi_Minh\n"
    "week:\n  mon: [07:30-11:30, 13:00-17:00]\n  tue: [07:30-11:30, 13:00-17:00]\n  wed: [07:30-11:30, 13:00-17:00]\n"
    "  thu: [07:30-11:30, 13:00-17:00]\n  fri: [07:30-11:30, 13:00-17:00]\n"
    "from: 2026-01-01\nuntil: 2026-12-31\n";
/* clang-format on */

static struct procedure *compile(struct arena *a, const char *text)
{
    struct diags d;
    struct procedure *p;
    struct buf out;

    diags_init(&d, a);
    p = procedure_compile(a, span_of(text), NULL, &d);
    buf_init(&out, 1 << 16);
    diags_print(&d, "file", span_of(text), LANG_EN, &out);
    if (!p || d.n)
        print_error("%s", buf_cstr(&out));
    buf_free(&out);
    assert_non_null(p);
    assert_int_equal(d.n, 0);
    return p;
}

static void limit_is(const struct procedure *p, const struct facts *f, bool legal, const char *want)
{
    struct buf b;

    buf_init(&b, 100);
    quantity_print(procedure_limit(p, f, legal), &b);
    assert_string_equal(buf_cstr(&b), want);
    buf_free(&b);
}

static void limits_follow_case_channel_and_place(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    struct facts f = {.p = p, .case_code = "01"};

    (void)state;
    assert_int_equal(p->sets, 3);
    limit_is(p, &f, true, "5 working_day_eod");
    limit_is(p, &f, false, "3 working_day_eod");
    f.channel = CHANNEL_ONLINE;
    limit_is(p, &f, true, "2 working_day_eod");
    limit_is(p, &f, false, "2 working_day_eod");
    f.channel = CHANNEL_COUNTER;
    f.island = true;
    limit_is(p, &f, true, "15 working_day_eod");
    limit_is(p, &f, false, "13 working_day_eod");
    f.case_code = "02"; /* its own limit knows no additions */
    limit_is(p, &f, true, "7.5 working_day");
    arena_free(a);
}

static void fees_follow_units_channel_and_exemption(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    struct value form[3] = {{VALUE_BOOL, 0, {0}}, {VALUE_BOOL, 0, {0}}, {0}};
    struct facts f = {.p = p, .form = form};

    (void)state;
    assert_int_equal(procedure_fee(p, &f, 0), 22000);
    assert_int_equal(procedure_fee(p, &f, 1), 22000);
    assert_int_equal(procedure_fee(p, &f, 2), 24000);
    assert_int_equal(procedure_fee(p, &f, 3), 25000); /* 2000 + 2000 + 1000 */
    assert_int_equal(procedure_fee(p, &f, 9), 25000); /* capped */
    f.channel = CHANNEL_ONLINE;
    assert_int_equal(procedure_fee(p, &f, 1), 12000);
    form[1].i = 1; /* exempt */
    assert_int_equal(procedure_fee(p, &f, 1), 2000);
    f.case_code = "02";
    assert_int_equal(procedure_fee(p, &f, 5), 0);
    assert_true(procedure_fee(p, &(struct facts){.p = p}, INT64_MAX) > 0);
    arena_free(a);
}

/* Tariffs as published: thường trú, tạm trú alone and by list (Circular 75/2022/TT-BTC). */
#define TARIFF                                                                                     \
    "fee:\n  items:\n"                                                                             \
    "    - {fee: permanent, vi: Thường trú, en: Permanent, charge: true, amount: 20000, "      \
    "by_channel: {online: 10000}, when: \"form.what = 'permanent'\", exempt: ["                    \
    "{exemption: poor, vi: Hộ nghèo, en: Poor, basis: luật}, "                                \
    "{exemption: child, vi: Trẻ em, en: Child, basis: luật, when: \"form.age < 16\"}]}\n"      \
    "    - {fee: single, vi: Tạm trú, en: Single, charge: true, amount: 15000, "                \
    "by_channel: {online: 7000}, when: \"form.what = 'single'\", exempt: ["                        \
    "{exemption: poor, vi: Hộ nghèo, en: Poor, basis: luật}]}\n"                              \
    "    - {fee: list, vi: Theo danh sách, en: List, charge: true, amount: 10000, per: person, "  \
    "count: persons, by_channel: {online: 5000}, when: \"form.what = 'list'\"}\n"                  \
    "    - {fee: copy, vi: Bản sao, en: Copy, amount: 8000, per: copy, "                         \
    "when: \"form.what = 'single'\"}\n"

#define TARIFF_FORM                                                                                \
    "form:\n"                                                                                      \
    "  - {field: what, vi: A, en: A, type: choice, choices: [{choice: permanent, vi: A, en: A}, "  \
    "{choice: single, vi: B, en: B}, {choice: list, vi: C, en: C}]}\n"                             \
    "  - {field: persons, vi: Số người, en: Persons, type: integer}\n"                        \
    "  - {field: age, vi: Tuổi, en: Age, type: integer}\n"

static const char TARIFF_TEXT[] =
    "procedure: \"9.000003\"\nversion: 1\nvalid_from: 2026-01-01\nkind: citizen\n"
    "name: {vi: Cư trú, en: Residence}\nfield: {code: CT, vi: Cư trú, en: Residence}\n"
    "competent: STC\nreception: any\nchannels: [counter, online, post]\nbasis: [luật]\n"
    "result: {vi: Kết quả, en: Result}\n" TARIFF
    "limit: 3 working_day\ncomponents: []\n" TARIFF_FORM "steps:\n"
    "  - step: do\n    vi: Làm\n    en: Do\n    at: reception\n    role: receiver\n"
    "    limit: 1 working_day\n    actions:\n      - {action: hand_over}\n";

static void the_published_tariffs_come_out_to_the_dong(void **state)
{
    enum channel desk = CHANNEL_COUNTER, online = CHANNEL_ONLINE;
    static const char permanent[] = "permanent", single[] = "single", list[] = "list";
    const struct {
        const char *what;
        enum channel channel;
        int64_t persons, age, units;
        const char *exemption;
        int64_t fee, charge; /* phí, lệ phí */
        const char *exempt;  /* of the first line */
    } row[] = {
        {permanent, desk, 0, 30, 0, NULL, 0, 20000, NULL},
        {permanent, online, 0, 30, 0, NULL, 0, 10000, NULL},
        {permanent, CHANNEL_POST, 0, 30, 0, NULL, 0, 20000, NULL},
        {permanent, desk, 0, 30, 0, "poor", 0, 0, "poor"},
        {permanent, desk, 0, 15, 0, NULL, 0, 0, "child"},
        {permanent, desk, 0, 16, 0, NULL, 0, 20000, NULL},
        {permanent, desk, 0, 15, 0, "poor", 0, 0, "poor"},
        {single, desk, 0, 0, 0, NULL, 8000, 15000, NULL},
        {single, desk, 0, 0, 3, NULL, 24000, 15000, NULL},
        {single, online, 0, 0, 1, NULL, 8000, 7000, NULL},
        {single, desk, 0, 0, 1, "poor", 8000, 0, "poor"}, /* exempt from the charge alone */
        {single, desk, 0, 0, 1, "child", 8000, 15000, NULL},
        {list, desk, 15, 0, 0, NULL, 0, 150000, NULL},
        {list, desk, 15, 0, 2, NULL, 0, 150000, NULL}, /* the form counts, not what is told */
        {list, online, 15, 0, 0, NULL, 0, 75000, NULL},
        {list, desk, 0, 0, 4, NULL, 0, 10000, NULL}, /* never fewer than one */
    };
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, TARIFF_TEXT);
    struct fee_line line[FEE_ITEMS_MAX];
    size_t i, k, n;

    (void)state;
    for (i = 0; i < sizeof row / sizeof *row; i++) {
        struct value form[3] = {{VALUE_TEXT, 0, span_of(row[i].what)},
                                {VALUE_INT, row[i].persons, {0}},
                                {VALUE_INT, row[i].age, {0}}};
        struct facts f = {.p = p, .channel = row[i].channel, .form = form};
        int64_t fee = 0, charge = 0;

        n = procedure_fee_lines(p, &f, row[i].units, row[i].exemption, line);
        assert_true(n > 0);
        for (k = 0; k < n; k++)
            *(line[k].item->charge ? &charge : &fee) += line[k].amount;
        if (fee != row[i].fee || charge != row[i].charge)
            print_error("row %zu: %lld, %lld\n", i, (long long)fee, (long long)charge);
        assert_int_equal(fee, row[i].fee);
        assert_int_equal(charge, row[i].charge);
        if (!row[i].exempt)
            assert_null(line[0].exempt);
        else {
            assert_string_equal(line[0].exempt->exemption, row[i].exempt);
            assert_true(line[0].full > 0);
        }
    }
    assert_non_null(procedure_exemption(p, NULL, "poor"));
    assert_null(procedure_exemption(p, NULL, "rich"));
    assert_null(procedure_exemption(p, NULL, NULL));
    arena_free(a);
}

static void components_follow_case_and_condition(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    struct value form[3] = {{0}, {0}, {VALUE_INT, 101, {0}}};
    struct facts f = {.p = p, .form = form};
    const struct component *c;
    size_t n;

    (void)state;
    c = procedure_components(p, NULL, &n);
    assert_int_equal(n, 3);
    assert_true(component_required(&c[0], &f));
    assert_true(component_required(&c[1], &f));
    assert_false(component_required(&c[2], &f));
    form[2].i = 100;
    assert_false(component_required(&c[1], &f));
    c = procedure_components(p, "02", &n);
    assert_int_equal(n, 1);
    assert_int_equal(c[0].originals, 2);
    assert_non_null(procedure_components(p, "01", &n));
    assert_int_equal(n, 3);
    arena_free(a);
}

static void steps_get_their_defaults(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    const struct step *work = &p->step[procedure_step(p, "work")];
    const struct action *act;

    (void)state;
    assert_string_equal(p->result.en, "Paper");
    assert_true(p->restart_continue);
    assert_int_equal(work->assign, ASSIGN_SAME_AS);
    assert_int_equal(work->same_as, 0);
    assert_int_equal(p->step[2].not_by[0], 1);
    act = step_action(&p->step[2], "return");
    assert_int_equal(act->effect, EFFECT_RETURN);
    assert_true(act->needs & NEEDS_REASON); /* a return always says why */
    assert_int_equal(step_action(&p->step[3], "hand_over")->to, STEP_END);
    /* acts open in many steps */
    assert_true(step_action(&p->step[0], "withdraw")->anywhere);
    assert_null(step_action(&p->step[0], "supplement"));
    assert_int_equal(step_action(work, "supplement")->effect, EFFECT_SUPPLEMENT);
    assert_int_equal(step_action(work, "supplement")->to, STEP_NONE);
    assert_string_equal(step_action(work, "tax")->stop, "tax");
    assert_int_equal(procedure_step(p, "nowhere"), STEP_NONE);
    assert_null(procedure_case_of(p, "09"));
    arena_free(a);
}

/* Every field that a condition may read: its value in the facts, and its words on the picture. */
static void conditions_read_the_facts_and_speak_of_them(void **state)
{
    static const struct {
        const char *text, *vi, *en;
        bool holds;
    } cases[] = {
        {"case = '02'", "trường hợp = 02 (Đo đạc)", "case = 02 (Survey)", true},
        {"channel in ['online', 'post']", "kênh nộp thuộc Trực tuyến, Bưu chính",
         "channel in Online, By post", true},
        {"applicant.kind != 'state'", "người nộp ≠ state", "applicant ≠ state", true},
        {"place.island and not place.mountain", "ở hải đảo và không ở miền núi",
         "on an island and not in the mountains", true},
        {"step.work.times >= 2", "step.work.times ≥ 2", "step.work.times ≥ 2", true},
        {"form.value < 1_500_000", "Giá trị < 1.500.000", "Value < 1,500,000", true},
        {"form.value > -7 and (form.survey = true or form.poor)",
         "Giá trị > -7 và (Đo = có hoặc Nghèo)", "Value > -7 and (Survey = yes or Poor)", true},
        {"not (form.survey and form.poor)", "không (Đo và Nghèo)", "not (Survey and Poor)", true},
        {"(form.poor or form.survey) and form.value = 1", "(Nghèo hoặc Đo) và Giá trị = 1",
         "(Poor or Survey) and Value = 1", false},
    };
    struct value form[3] = {{VALUE_BOOL, 1, {0}}, {VALUE_BOOL, 0, {0}}, {VALUE_INT, 900, {0}}};
    int times[4] = {1, 2, 0, 0};
    const char *at = strstr(FILE_TEXT, "form.value <= 100}");
    struct arena *a = arena_new(1 << 25);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct facts f = {.channel = CHANNEL_ONLINE,
                          .case_code = "02",
                          .island = true,
                          .applicant_kind = "citizen",
                          .form = form,
                          .times = times};
        struct diags d;
        const struct expr *when;
        diags_init(&d, a);
        f.p = procedure_compile(a,
                                span_of(arena_printf(a, "%.*s\"%s\"%s", (int)(at - FILE_TEXT),
                                                     FILE_TEXT, cases[i].text, at + 17)),
                                NULL, &d);
        assert_non_null(f.p);
        when = step_action(&f.p->step[1], "short")->when;
        assert_int_equal(expr_eval(when, facts_get, &f), cases[i].holds);
        assert_string_equal(condition_words(a, f.p, when, LANG_VI), cases[i].vi);
        assert_string_equal(condition_words(a, f.p, when, LANG_EN), cases[i].en);
        assert_int_equal(facts_get(&f, "form.nothing").type, VALUE_NONE);
    }
    arena_free(a);
}

static void moments_say_when(void **state)
{
    static const struct {
        const char *text, *vi, *en;
    } cases[] = {
        {"80%", "khi dùng 80% thời gian", "at 80%"},
        {"due", "khi đến hạn", "when due"},
        {"due - 4 hour", "trước hạn 4 giờ làm việc", "4 working hours before due"},
        {"due + 1.5 working_day", "sau hạn 1,5 ngày làm việc", "1.5 working days after due"}};
    static const char *const wrong[] = {"",        "0%",         "501%",          "x%",
                                        "due + ",  "due 4 hour", "due - 4 hours", "after due",
                                        "due - %", "-5%"};
    struct arena *a = arena_new(1 << 20);
    struct moment m;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(moment_parse(span_of(cases[i].text), &m));
        assert_string_equal(moment_words(a, &m, LANG_VI), cases[i].vi);
        assert_string_equal(moment_words(a, &m, LANG_EN), cases[i].en);
    }
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(moment_parse(span_of(wrong[i]), &m));
    arena_free(a);
}

static const struct calendar *one_calendar(void *ctx, int step, int branch)
{
    (void)step;
    (void)branch;
    return ctx;
}

static void due_is(lminute m, const char *want)
{
    char at[64];

    lminute_words(m, true, at);
    assert_string_equal(at, want);
}

static void a_dry_run_walks_the_open_way(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    struct value form[3] = {{0}, {0}, {VALUE_INT, 500, {0}}};
    struct facts f = {.p = p, .form = form};
    struct dry_run r;
    struct diags d;
    struct calendar *c;
    instant at;

    (void)state;
    diags_init(&d, a);
    c = calendar_compile(a, span_of(CALENDAR), NULL, NULL, &d);
    assert_non_null(c);
    assert_true(instant_parse(SPAN_LIT("2026-03-02T09:00"), &at));
    assert_int_equal(procedure_dry_run(a, p, &f, lminute_of(at), one_calendar, c, &r), TIME_FINE);
    assert_int_equal(r.steps, 4);
    due_is(r.due, "17:00 Thursday 05/03/2026");
    due_is(r.step[0].due, "14:30 Monday 02/03/2026"); /* half of 8 hours */
    due_is(r.step[1].due, "14:30 Tuesday 03/03/2026");
    due_is(r.step[2].due, "16:30 Tuesday 03/03/2026");
    assert_int_equal(r.step[3].due, r.step[3].start);
    assert_false(r.stuck);
    form[2].i = 5; /* the short way */
    assert_int_equal(procedure_dry_run(a, p, &f, lminute_of(at), one_calendar, c, &r), TIME_FINE);
    assert_int_equal(r.steps, 3);
    form[2].type = VALUE_NONE; /* neither condition holds */
    assert_int_equal(procedure_dry_run(a, p, &f, lminute_of(at), one_calendar, c, &r), TIME_FINE);
    assert_true(r.stuck);
    assert_true(instant_parse(SPAN_LIT("2026-12-31T09:00"), &at));
    assert_int_equal(procedure_dry_run(a, p, &f, lminute_of(at), one_calendar, c, &r),
                     TIME_CALENDAR_ENDS);
    arena_free(a);
}

/* Three agencies at once: each has its own due, the join comes with as many as it waits for, and
 * excluded waits move the dossier's own due. */
static void a_dry_run_tells_every_branch_and_the_join(void **state)
{
    static const struct {
        const char *join, *stop, *joined, *due;
    } cases[] = {
        {"all", "", "09:00 Friday 06/03/2026", "17:00 Monday 09/03/2026"},
        {"2", "", "09:00 Wednesday 04/03/2026", "17:00 Monday 09/03/2026"},
        {"any", "", "09:00 Tuesday 03/03/2026", "17:00 Monday 09/03/2026"},
        /* from Monday 09:00 to Friday 09:00: four working days */
        {"all", ", stop: tax", "09:00 Friday 06/03/2026", "17:00 Friday 13/03/2026"},
        /* closed by the join on Tuesday 09:00: one working day */
        {"any", ", stop: tax", "09:00 Tuesday 03/03/2026", "17:00 Tuesday 10/03/2026"},
    };
    static const char text[] =
        "procedure: \"1.000001\"\nversion: 1\nvalid_from: 2026-01-01\nkind: citizen\n"
        "name: {vi: T, en: P}\nfield: {code: F, vi: T, en: F}\ncompetent: STC\n"
        "reception: any\nchannels: [counter]\nbasis: [L]\nresult: {vi: G, en: R}\n"
        "fee: {amount: 0}\ncomponents: []\n"
        "limit: 5 working_day_eod\nstops: [{reason: tax, vi: T, en: T, basis: L}]\nsteps:\n"
        "  - step: ask\n    vi: Hỏi\n    en: Ask\n    split: {join: %s, branches: [\n"
        "      {branch: a, vi: A, en: A, at: SXD, role: leader, limit: 2 working_day},\n"
        "      {branch: b, vi: B, en: B, at: CT, role: leader, limit: 4 working_day%s},\n"
        "      {branch: c, vi: C, en: C, at: CA, role: leader, limit: 1 working_day}]}\n"
        "    then: give\n"
        "  - {step: give, vi: Trả, en: Give, at: STC, role: leader, actions: [{action: "
        "hand_over}]}\n";
    struct arena *a = arena_new(1 << 24);
    struct calendar *c;
    struct diags d;
    instant at;
    size_t i;

    (void)state;
    diags_init(&d, a);
    c = calendar_compile(a, span_of(CALENDAR), NULL, NULL, &d);
    assert_true(instant_parse(SPAN_LIT("2026-03-02T09:00"), &at));
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct procedure *p = compile(a, arena_printf(a, text, cases[i].join, cases[i].stop));
        struct facts f = {.p = p};
        struct dry_run r;

        assert_int_equal(procedure_dry_run(a, p, &f, lminute_of(at), one_calendar, c, &r),
                         TIME_FINE);
        assert_int_equal(r.steps, 2);
        assert_int_equal(r.step[0].branches, 3);
        due_is(r.step[0].branch_due[0], "09:00 Wednesday 04/03/2026");
        due_is(r.step[0].branch_due[2], "09:00 Tuesday 03/03/2026");
        due_is(r.step[0].due, cases[i].joined);
        due_is(r.due, cases[i].due);
        assert_int_equal(r.excluded, cases[i].stop[0] != 0);
        assert_int_equal(r.step[1].start, r.step[0].due);
    }
    arena_free(a);
}

static void the_schema_is_json_and_names_every_definition(void **state)
{
    struct json_fault fault;
    struct buf out;
    const char *ref;
    json_t *root, *defs;

    (void)state;
    buf_init(&out, 1 << 20);
    procedure_json_schema(&out);
    assert_true(buf_ok(&out));
    root = json_read((struct span){out.p, out.n}, &fault);
    assert_non_null(root);
    defs = json_object_get(root, "$defs");
    for (ref = buf_cstr(&out); (ref = strstr(ref, "#/$defs/")); ref++) {
        char name[64];
        size_t n = strcspn(ref + 8, "\"");
        assert_true(n < sizeof name);
        memcpy(name, ref + 8, n);
        name[n] = '\0';
        if (!json_object_get(defs, name))
            fail_msg("%s is not defined", name);
    }
    assert_non_null(json_object_get(json_object_get(root, "properties"), "steps"));
    json_decref(root);
    buf_free(&out);
}

static void a_difference_says_what_changes(void **state)
{
    static const char *const changes[][3] = {
        {"committed: 3 working_day_eod", "committed: 4 working_day_eod",
         "Limit, promised: 3 working days → 4 working days\n"},
        {"{component: other, vi: Khác, en: Other, need: if_any, copies: 1}",
         "{component: more, vi: Thêm, en: More, need: if_any, copies: 1}",
         "Removed component: Other (other)\nAdded component: More (more)\n"},
        {"role: leader", "role: division_head", "step \"check\", role: leader → division_head\n"},
        {"when: form.value > 100}, {action: short", "when: form.value >= 100}, {action: short",
         "step \"work\", action \"forward\", condition: Value > 100 → Value ≥ 100\n"},
        {"amount: 20_000", "amount: 30_000", "fee \"entry\", amount (dong): 20000 → 30000\n"},
    };
    struct arena *a = arena_new(1 << 24);
    struct procedure *p = compile(a, FILE_TEXT);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(FILE_TEXT, changes[i][0]);
        struct procedure *q;
        struct buf out;
        assert_non_null(at);
        q = compile(a, arena_printf(a, "%.*s%s%s", (int)(at - FILE_TEXT), FILE_TEXT, changes[i][1],
                                    at + strlen(changes[i][0])));
        buf_init(&out, 1 << 16);
        assert_true(procedure_diff(p, q, LANG_EN, &out));
        assert_string_equal(buf_cstr(&out), changes[i][2]);
        buf_clear(&out);
        assert_false(procedure_diff(q, q, LANG_EN, &out));
        assert_int_equal(out.n, 0);
        buf_free(&out);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_follow_case_channel_and_place),
        cmocka_unit_test(fees_follow_units_channel_and_exemption),
        cmocka_unit_test(the_published_tariffs_come_out_to_the_dong),
        cmocka_unit_test(components_follow_case_and_condition),
        cmocka_unit_test(steps_get_their_defaults),
        cmocka_unit_test(conditions_read_the_facts_and_speak_of_them),
        cmocka_unit_test(moments_say_when),
        cmocka_unit_test(a_dry_run_walks_the_open_way),
        cmocka_unit_test(a_dry_run_tells_every_branch_and_the_join),
        cmocka_unit_test(the_schema_is_json_and_names_every_definition),
        cmocka_unit_test(a_difference_says_what_changes),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
