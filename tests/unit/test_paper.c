/* Papers as data: amounts and times in the words of official papers, what may be printed, templates
 * with every mistake named, the form that the rules in force choose.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/utf8.h"
#include "common/paper/paper.h"

#define GOOD                                                                                       \
    "paper: receipt\nsize: a5\nfont: 100\nforms:\n"                                                \
    "  - {name: M1, title: OLD, regimes: [nd61-2018]}\n"                                           \
    "  - {name: M2, title: NEW}\n"                                                                 \
    "  - {name: CT, title: POLICE, sectors: [G01-CA05]}\n"                                         \
    "copies:\n  - {copy: one, title: Liên 1}\n  - {copy: two, title: Liên 2}\n"                  \
    "body:\n  - line: \"Mã: **{code}** {applicant|upper} {number|dots}\"\n"                       \
    "  - table: components\n    columns: [{title: TT, text: \"{row.no}\"}]\n"

static struct arena *a;
static struct diags diags;
static struct paper_record record;

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)64 << 20);
    diags_init(&diags, a);
    paper_record_init(&record, a);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static const char *got(struct buf *b)
{
    const char *s = arena_strdup(a, buf_cstr(b));

    buf_free(b);
    return s;
}

/* ---- words */

static void amounts_are_written_as_they_are_said(void **state)
{
    static const struct {
        int64_t dong;
        const char *vi, *en, *figures;
    } cases[] = {
        {0, "Không đồng", "Zero dong", "0"},
        {5, "Năm đồng", "Five dong", "5"},
        {10, "Mười đồng", "Ten dong", "10"},
        {15, "Mười lăm đồng", "Fifteen dong", "15"},
        {21, "Hai mươi mốt đồng", "Twenty-one dong", "21"},
        {55, "Năm mươi lăm đồng", "Fifty-five dong", "55"},
        {105, "Một trăm linh năm đồng", "One hundred five dong", "105"},
        {111, "Một trăm mười một đồng", "One hundred eleven dong", "111"},
        {8000, "Tám nghìn đồng", "Eight thousand dong", "8.000"},
        {24000, "Hai mươi bốn nghìn đồng", "Twenty-four thousand dong", "24.000"},
        {150000, "Một trăm năm mươi nghìn đồng", "One hundred fifty thousand dong", "150.000"},
        {1005, "Một nghìn không trăm linh năm đồng", "One thousand five dong", "1.005"},
        {1250000, "Một triệu hai trăm năm mươi nghìn đồng",
         "One million two hundred fifty thousand dong", "1.250.000"},
        {1000000001, "Một tỷ không trăm linh một đồng", "One billion one dong", "1.000.000.001"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;

        buf_init(&b, 1024);
        paper_money_words(cases[i].dong, LANG_VI, &b);
        assert_string_equal(got(&b), cases[i].vi);
        paper_money_words(cases[i].dong, LANG_EN, &b);
        assert_string_equal(got(&b), cases[i].en);
        paper_money(cases[i].dong, &b);
        assert_string_equal(got(&b), cases[i].figures);
    }
}

static void the_largest_amount_still_has_words(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4096);
    paper_money_words(INT64_MAX, LANG_VI, &b);
    assert_true(buf_ok(&b) && b.n > 50);
    buf_free(&b);
}

/* Decree 30/2020, appendix I: a zero before days below 10 and months 1 and 2, not before others. */
static void days_have_their_zeros(void **state)
{
    static const struct {
        const char *at, *vi, *en, *brief;
    } cases[] = {
        {"2026-02-03T09:05:59+07:00", "09 giờ 05 phút, ngày 03 tháng 02 năm 2026",
         "09:05, 3 February 2026", "09:05 03/02/2026"},
        {"2026-11-22T17:00:00+07:00", "17 giờ 00 phút, ngày 22 tháng 11 năm 2026",
         "17:00, 22 November 2026", "17:00 22/11/2026"},
        {"2026-05-31T17:30:00Z", "00 giờ 30 phút, ngày 01 tháng 6 năm 2026", "00:30, 1 June 2026",
         "00:30 01/06/2026"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        instant t;
        struct buf b;

        assert_true(instant_parse(span_of(cases[i].at), &t));
        buf_init(&b, 1024);
        paper_time_words(t, LANG_VI, &b);
        assert_string_equal(got(&b), cases[i].vi);
        paper_time_words(t, LANG_EN, &b);
        assert_string_equal(got(&b), cases[i].en);
        paper_time_short(t, &b);
        assert_string_equal(got(&b), cases[i].brief);
    }
}

static void working_time_is_told_in_days_of_eight_hours(void **state)
{
    static const struct {
        int64_t minutes;
        const char *vi, *en;
    } cases[] = {{0, "0 phút", "0 minutes"},
                 {45, "45 phút", "45 minutes"},
                 {481, "1 ngày 1 phút", "1 day 1 minute"},
                 {600, "1 ngày 2 giờ", "1 day 2 hours"},
                 {-60, "−1 giờ", "−1 hour"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;

        buf_init(&b, 256);
        paper_minutes_words(cases[i].minutes, LANG_VI, &b);
        assert_string_equal(got(&b), cases[i].vi);
        paper_minutes_words(cases[i].minutes, LANG_EN, &b);
        assert_string_equal(got(&b), cases[i].en);
    }
}

/* ---- records */

static void only_what_can_be_printed_comes_into_a_record(void **state)
{
    static const struct {
        const char *typed, *kept; /* NULL: nothing */
    } cases[] = {
        {NULL, NULL},
        {"", NULL},
        {" \t\n ", NULL},
        {"Nguyễn  Văn\tAn\n", "Nguyễn Văn An"},
        {"Nguye\xCC\x82\xCC\x83n", "Nguyễn"}, /* NFD */
        {"a\x1b[31mb\x7f", "a [31mb"},
        {"\xE2\x80\xAEtxt.exe\xE2\x80\xAC", "txt.exe"},   /* direction overrides */
        {"a\xFF\xFE b", "a b"},                           /* not UTF-8 */
        {"\xF0\x9F\x8F\xA0 nhà", "\xF0\x9F\x8F\xA0 nhà"}, /* emoji are symbols */
        {"\xD7\xA9\xD7\x9C", "\xD7\xA9\xD7\x9C"},         /* Hebrew */
        {"*không đậm* {code}", "*không đậm* {code}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        paper_set(&record, PF_APPLICANT, cases[i].typed);
        if (cases[i].kept)
            assert_string_equal(record.field[PF_APPLICANT], cases[i].kept);
        else
            assert_null(record.field[PF_APPLICANT]);
    }
}

static void a_value_and_a_list_have_their_most(void **state)
{
    char *text = arena_alloc(a, 10001);

    (void)state;
    memset(text, 'x', 10000);
    paper_set(&record, PF_NOTE, text);
    assert_int_equal(utf8_length(span_of(record.field[PF_NOTE])), PAPER_TEXT_MAX + 1);
    for (int i = 0; i < PAPER_ROWS_MAX; i++)
        assert_non_null(paper_add(&record, PL_DOSSIERS));
    assert_null(paper_add(&record, PL_DOSSIERS));
    paper_cell(&record, NULL, PC_NO, "1"); /* a full list is no mistake of the caller */
}

static void records_that_say_the_same_have_the_same_digest(void **state)
{
    uint8_t one[SHA256_BYTES], two[SHA256_BYTES];

    (void)state;
    paper_set(&record, PF_APPLICANT, "Thuỷ Nguyễn");
    paper_record_digest(&record, one);
    paper_set(&record, PF_APPLICANT, "Thu\x79\xCC\x89 Nguye\xCC\x82\xCC\x83n");
    paper_record_digest(&record, two);
    assert_memory_equal(one, two, sizeof one); /* NFD typed */
    paper_set(&record, PF_APPLICANT, NULL);
    paper_set(&record, PF_OWNER, "Thuỷ Nguyễn");
    paper_record_digest(&record, two);
    assert_memory_not_equal(one, two, sizeof one); /* the same words in another place */
    paper_set(&record, PF_APPLICANT, "Thuỷ Nguyễn");
    record.made = 5;
    paper_set(&record, PF_OWNER, NULL);
    paper_record_digest(&record, two);
    assert_memory_not_equal(one, two, sizeof one); /* of another moment */
}

/* ---- templates */

static struct paper_template *compile(const char *text)
{
    diags_init(&diags, a);
    return paper_template_compile(a, span_of(text), &diags);
}

static const char *replaced(const char *from, const char *to)
{
    const char *good = GOOD, *at = strstr(good, from);

    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

static void every_mistake_in_a_template_has_its_code(void **state)
{
    static const struct {
        const char *from, *to, *code;
    } cases[] = {
        {"{code}", "{kode}", "A001"},
        {"|upper", "|lower", "A001"},
        {"table: components", "table: component", "A001"},
        {"**{code}**", "**{code}", "A002"},
        {"{code}", "{code", "A001"}, /* runs on to the next brace */
        {"{number|dots}", "{number|dots", "A002"},
        {"  - line:", "  - rule: true\n    line:", "A003"},
        {"  - table: components\n    columns", "  - columns", "A004"},
        {"{applicant|upper}", "{row.no}", "A005"},
        {"size: a5", "size: a3", "Y020"},
        {"paper: receipt", "paper: recipe", "Y020"},
        {"font: 100", "font: 5", "Y014"},
        {"font: 100", "fonts: 100", "Y010"},
        {"copy: two", "copy: one", "Y022"},
        {"text: \"{row.no}\"", "text: {a: b}", "Y011"},
    };

    (void)state;
    assert_non_null(compile(GOOD));
    assert_int_equal(diags.n, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool found = false;

        assert_null(compile(replaced(cases[i].from, cases[i].to)));
        for (size_t k = 0; k < diags.n; k++)
            found = found || strcmp(diags.item[k].code, cases[i].code) == 0;
        if (!found)
            print_error("%s -> %s\n", cases[i].from, cases[i].to);
        assert_true(found);
    }
}

static void the_nearest_field_is_named(void **state)
{
    (void)state;
    assert_null(compile(replaced("{applicant|upper}", "{aplicant}")));
    assert_string_equal(diags.item[0].nearest, "applicant");
}

static void rules_and_sector_choose_the_form(void **state)
{
    static const struct {
        const char *regime, *sector, *title;
    } cases[] = {
        {"nd61-2018", "G15-TC03", "OLD"},
        {"nd118-2025", "G15-TC03", "NEW"},
        {NULL, NULL, "NEW"}, /* before acceptance */
        {"nd118-2025", "G01-CA05", "POLICE"},
        {"nd61-2018", "G01-CA05", "POLICE"}, /* a sector's own form goes before */
    };
    struct paper_set set = {.item = {compile(GOOD)}, .n = 1};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct paper_form *f = NULL;

        assert_non_null(paper_choose(&set, PAPER_RECEIPT, cases[i].regime, cases[i].sector, &f));
        assert_string_equal(f->title, cases[i].title);
    }
    assert_null(paper_choose(&set, PAPER_FEE, NULL, NULL, &(const struct paper_form *){NULL}));
    assert_int_equal(paper_copy_of(set.item[0], SPAN_LIT("two")), 1);
    assert_int_equal(paper_copy_of(set.item[0], SPAN_LIT("three")), -1);
}

static void fields_are_filled_and_never_read_as_markup(void **state)
{
    const struct paper_template *t = compile(GOOD);
    struct paper_words w = {.styles = 0};

    (void)state;
    paper_set(&record, PF_CODE, "**{unit}**");
    paper_set(&record, PF_APPLICANT, "đặng thị ước");
    buf_init(&w.text, 4096);
    assert_true(paper_merge(a, &t->body[0].text.item[0], &record, NULL, &w));
    assert_string_equal(got(&w.text), "Mã: **{unit}** ĐẶNG THỊ ƯỚC " PAPER_DOTTED);
    assert_int_equal(w.styles, 1);
    assert_int_equal(w.style[0].from, strlen("Mã: "));
    assert_int_equal(w.style[0].to, strlen("Mã: **{unit}**"));
}

static void a_line_without_anything_to_say_is_left_out(void **state)
{
    const struct paper_template *t =
        compile(replaced("**{code}** {applicant|upper} {number|dots}", "{code} {applicant}"));
    struct paper_words w = {.styles = 0};

    (void)state;
    buf_init(&w.text, 4096);
    assert_false(paper_merge(a, &t->body[0].text.item[0], &record, NULL, &w));
    paper_set(&record, PF_APPLICANT, "An");
    assert_true(paper_merge(a, &t->body[0].text.item[0], &record, NULL, &w));
    buf_free(&w.text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(amounts_are_written_as_they_are_said),
        T(the_largest_amount_still_has_words),
        T(days_have_their_zeros),
        T(working_time_is_told_in_days_of_eight_hours),
        T(only_what_can_be_printed_comes_into_a_record),
        T(a_value_and_a_list_have_their_most),
        T(records_that_say_the_same_have_the_same_digest),
        T(every_mistake_in_a_template_has_its_code),
        T(the_nearest_field_is_named),
        T(rules_and_sector_choose_the_form),
        T(fields_are_filled_and_never_read_as_markup),
        T(a_line_without_anything_to_say_is_left_out),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
