/* Rules by date of receipt: the shipped decrees, what is read from a file, every mistake named.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/dossier/regime.h"

#define GOOD                                                                                       \
    "regime: x\nname: {vi: Tên, en: Name}\nvalid_from: 2025-07-01\nvalid_to: 2026-06-30\n"        \
    "code_owner: competent\n"                                                                      \
    "supplement: {max: 1, within: 3 working_day_eod, clock: restart, close_after_days: 15}\n"      \
    "extension: {max: 1, days_before: 1}\nonline: {alert: 2 hour, answer: 8 hour}\n"               \
    "transfer_cutoff: \"15:00\"\nbasis: [Điều 17]\n"

static struct arena *a;
static struct diags diags;

static bool compile(struct regimes *all, const char *text)
{
    diags_init(&diags, a);
    return regime_compile(a, all, span_of(text), &diags);
}

static bool said(const char *code)
{
    size_t i;

    for (i = 0; i < diags.n; i++)
        if (strcmp(diags.item[i].code, code) == 0)
            return true;
    return false;
}

static int setup(void **state)
{
    (void)state;
    a = arena_new((size_t)64 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    a = arena_free(a);
    return 0;
}

static void a_file_says_all_its_rules(void **state)
{
    struct regimes all = {0};
    const struct regime *r;

    (void)state;
    assert_true(compile(&all, GOOD));
    r = regime_named(&all, "x");
    assert_non_null(r);
    assert_true(r->code_owner_competent && r->supplement_restarts && r->has_online);
    assert_int_equal(r->supplement_max, 1);
    assert_int_equal(r->supplement_within.num, 3);
    assert_int_equal(r->supplement_within.unit, UNIT_WORKING_DAY_EOD);
    assert_int_equal(r->supplement_close_days, 15);
    assert_int_equal(r->extension_max, 1);
    assert_int_equal(r->extension_days_before, 1);
    assert_int_equal(r->online_alert.num, 2);
    assert_int_equal(r->online_answer.num, 8);
    assert_int_equal(r->transfer_cutoff, 900);
    assert_int_equal(r->bases, 1);
    assert_null(regime_named(&all, "y"));
}

static void the_day_of_receipt_chooses(void **state)
{
    struct regimes all = {0};

    (void)state;
    assert_true(compile(&all, GOOD));
    assert_null(regime_on(&all, civil_day((struct civil){2025, 6, 30})));
    assert_non_null(regime_on(&all, civil_day((struct civil){2025, 7, 1})));
    assert_non_null(regime_on(&all, civil_day((struct civil){2026, 6, 30})));
    assert_null(regime_on(&all, civil_day((struct civil){2026, 7, 1})));
}

static char *without(const char *old, const char *new)
{
    const char *at = strstr(GOOD, old);

    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - GOOD), GOOD, new, at + strlen(old));
}

static void every_mistake_has_its_code(void **state)
{
    static const struct {
        const char *old, *new, *code;
    } cases[] = {
        {"regime: x\n", "", "Y017"},
        {"valid_from: 2025-07-01", "valid_from: tomorrow", "Y016"},
        {"valid_to: 2026-06-30", "valid_to: 2025-06-30", "G002"},
        {"code_owner: competent", "code_owner: competant", "G004"},
        {"clock: restart", "clock: pause", "G004"},
        {"3 working_day_eod", "3 workdays", "G003"},
        {"8 hour", "soon", "G003"},
        {"max: 1, within", "max: -1, within", "Y014"},
        {"days_before: 1", "days_before: x", "Y014"},
        {"\"15:00\"", "\"25:00\"", "G005"},
        {"basis: [Điều 17]", "basis: {a: b}", "Y012"},
        {"basis: [Điều 17]", "basis: [[x]]", "Y011"},
        {"basis: [Điều 17]", "basis: [Điều 17]\nbases: []", "Y010"},
        {"basis: [Điều 17]", "basis: [Điều 17]\narticles: {extention: Điều 19}", "Y010"},
        {"supplement: {max: 1, within: 3 working_day_eod, clock: restart, close_after_days: 15}\n",
         "", "Y017"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regimes all = {0};

        if (compile(&all, without(cases[i].old, cases[i].new)) || !said(cases[i].code))
            fail_msg("%s -> %s wants %s", cases[i].old, cases[i].new, cases[i].code);
        assert_int_equal(all.n, 0);
    }
}

static void two_decrees_never_hold_on_one_day(void **state)
{
    struct regimes all = {0};

    (void)state;
    assert_true(compile(&all, GOOD));
    assert_false(compile(&all, GOOD));
    assert_true(said("G006"));
    assert_false(compile(&all, without("regime: x", "regime: y")));
    assert_true(said("G001"));
    assert_int_equal(all.n, 1);
    assert_false(compile(&all, "[1]"));
    assert_false(compile(&all, "a: [\n"));
}

static bool shipped(struct regimes *all, const char *path)
{
    char *text = arena_alloc(a, 65536);
    FILE *f = fopen(path, "r");
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, 65536, f);
    assert_int_equal(fclose(f), 0);
    diags_init(&diags, a);
    return regime_compile(a, all, (struct span){text, n}, &diags);
}

static void the_shipped_decrees_follow_each_other(void **state)
{
    struct regimes all = {0};
    const struct regime *r;

    (void)state;
    assert_true(shipped(&all, "config/regimes/nd61-2018.yaml"));
    assert_true(shipped(&all, "config/regimes/nd118-2025.yaml"));
    r = regime_on(&all, civil_day((struct civil){2025, 6, 30}));
    assert_string_equal(r->regime, "nd61-2018");
    assert_false(r->code_owner_competent);
    assert_false(r->has_online);
    r = regime_on(&all, civil_day((struct civil){2025, 7, 1}));
    assert_string_equal(r->regime, "nd118-2025");
    assert_true(r->code_owner_competent);
}

/* A name is pinned on dossiers: it goes on meaning the same, only its end and its words may come.
 */
static void a_name_goes_on_meaning_the_same_rules(void **state)
{
    static const struct {
        const char *from, *to;
        bool same;
    } cases[] = {
        {"2026-06-30", "2026-12-31", true},
        {"vi: Tên", "vi: Tên khác", true},
        {"2025-07-01", "2025-07-02", false},
        {"max: 1, within", "max: 2, within", false},
        {"3 working_day_eod", "4 working_day_eod", false},
        {"clock: restart", "clock: continue", false},
        {"close_after_days: 15", "close_after_days: 0", false},
        {"days_before: 1", "days_before: 2", false},
        {"answer: 8 hour", "answer: 9 hour", false},
        {"15:00", "16:00", false},
        {"owner: competent", "owner: receiving", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regimes was = {0}, is = {0};
        const char *good = GOOD, *at = strstr(good, cases[i].from);

        assert_non_null(at);
        assert_true(compile(&was, GOOD));
        assert_true(compile(&is, arena_printf(a, "%.*s%s%s", (int)(at - good), good, cases[i].to,
                                              at + strlen(cases[i].from))));
        assert_int_equal(regime_same_rules(&was.item[0], &is.item[0]), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_says_all_its_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(the_day_of_receipt_chooses, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_goes_on_meaning_the_same_rules, setup, teardown),
        cmocka_unit_test_setup_teardown(every_mistake_has_its_code, setup, teardown),
        cmocka_unit_test_setup_teardown(two_decrees_never_hold_on_one_day, setup, teardown),
        cmocka_unit_test_setup_teardown(the_shipped_decrees_follow_each_other, setup, teardown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
