/* The simulator: every scenario that travels with a procedure plays as it says; a wrong expectation
 * is found; mistakes of a scenario file are named with their place.  One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

#include "common/base/arena.h"
#include "common/dossier/simulate.h"

struct beside {
    struct arena *a;
    const char *scenario;
};

static bool slurp(struct arena *a, const char *path, struct span *ret)
{
    FILE *f = fopen(path, "r");
    char *p = arena_alloc(a, (size_t)1 << 20);

    if (!f)
        return false;
    *ret = (struct span){p, fread(p, 1, (size_t)1 << 20, f)};
    return fclose(f) == 0;
}

static bool read_beside(void *ctx, const char *name, struct span *ret)
{
    struct beside *b = ctx;
    const char *slash = strrchr(b->scenario, '/');

    return slurp(b->a, arena_printf(b->a, "%.*s/%s", (int)(slash - b->scenario), b->scenario, name),
                 ret);
}

static bool plays(const char *path)
{
    struct arena *a = arena_new(SIMULATE_ARENA_MAX);
    struct beside b = {a, path};
    struct simulate_result r = {0};
    struct span text;
    struct buf out;

    buf_init(&out, 1 << 22);
    assert_true(slurp(a, path, &text));
    simulate_run(a, path, text, read_beside, &b, LANG_EN, SIMULATE_TEXT, &out, &r);
    if (!r.valid || r.differences)
        fprintf(stderr, "%s\n", buf_cstr(&out));
    buf_free(&out);
    arena_free(a);
    return r.valid && r.differences == 0 && r.steps > 0;
}

static void shipped_scenarios_play_as_they_say(void **state)
{
    glob_t g;
    size_t i, wrong = 0;

    (void)state;
    assert_int_equal(glob("config/procedures/*.scenario.yaml", 0, NULL, &g), 0);
    assert_true(g.gl_pathc >= 15);
    for (i = 0; i < g.gl_pathc; i++)
        wrong += !plays(g.gl_pathv[i]);
    globfree(&g);
    assert_int_equal(wrong, 0);
}

/* ---------------------------------------------------------------- made-up scenarios */

#define HEAD                                                                                       \
    "procedure: config/procedures/1.005416.yaml\n"                                                 \
    "calendar: config/calendars/office.yaml\norganisation: config/organisation.yaml\n"             \
    "regime: config/regimes/nd118-2025.yaml\n"
#define TAKE_IN                                                                                    \
    "  - {at: 2026-11-23T08:10, by: lan.tiepnhan, do: take-in, with: {receiving: TTPVHCC, "        \
    "applicant: state, form: {estimate: 450000000}}}\n"

static bool read_here(void *ctx, const char *name, struct span *ret)
{
    return slurp(ctx, name, ret);
}

static struct simulate_result run(const char *text, enum simulate_form form, struct buf *out)
{
    struct arena *a = arena_new(SIMULATE_ARENA_MAX);
    struct simulate_result r;

    buf_clear(out);
    simulate_run(a, "x.scenario.yaml", (struct span){text, strlen(text)}, read_here, a, LANG_EN,
                 form, out, &r);
    arena_free(a);
    return r;
}

static void what_differs_is_marked_with_its_line(void **state)
{
    static const struct {
        const char *expect, *said;
    } cases[] = {
        {"{state: PROCESSING}", "state: expected PROCESSING, got ACCEPTED"},
        {"{due: 2026-12-24T17:00}", "due: expected 2026-12-24T17:00, got 2026-12-23T17:00"},
        {"{step: appraise}", "step: expected appraise, got receive"},
        {"{officer: none}", "officer: expected none, got lan.tiepnhan"},
        {"{code: H24.11-261123-0002}", "code: expected H24.11-261123-0002"},
        {"{class: late}", "class.basis: expected late, got pending_within"},
        {"{class: {original: early}}", "class.original: expected early"},
        {"{clock: {legal: ended}}", "clock.legal: expected ended, got running"},
        {"{clock: {intake: running}}", "clock.intake: expected running, got none"},
        {"{possible: [approve]}", "possible: expected approve, got not possible"},
        {"{not_possible: forward}", "not_possible: expected forward, got possible"},
    };
    struct buf out;
    size_t i;

    (void)state;
    buf_init(&out, 1 << 22);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000];
        struct simulate_result r;

        (void)snprintf(text, sizeof text,
                       "%ssteps:\n%s  - {at: 2026-11-23T09:00, by: lan.tiepnhan, expect: %s}\n",
                       HEAD, TAKE_IN, cases[i].expect);
        r = run(text, SIMULATE_TEXT, &out);
        assert_true(r.valid);
        assert_int_equal(r.differences, 1);
        assert_int_equal(r.steps, 2);
        if (!strstr(buf_cstr(&out), cases[i].said) || !strstr(out.p, "x.scenario.yaml:7:"))
            fail_msg("%s", buf_cstr(&out));
    }
    buf_free(&out);
}

static void a_refusal_must_be_expected_and_an_expected_one_must_come(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 22);
    assert_int_equal(run(HEAD "steps:\n" TAKE_IN
                              "  - {at: 2026-11-23T09:00, by: specialist@STC, do: forward}\n",
                         SIMULATE_TEXT, &out)
                         .differences,
                     1);
    assert_non_null(strstr(buf_cstr(&out), "refused: expected none, got not-your-agency"));
    assert_int_equal(run(HEAD "steps:\n" TAKE_IN
                              "  - {at: 2026-11-23T09:00, by: lan.tiepnhan, do: forward, "
                              "expect: {refused: needs-draft}}\n",
                         SIMULATE_TEXT, &out)
                         .differences,
                     1);
    assert_int_equal(run(HEAD "steps:\n" TAKE_IN
                              "  - {at: 2026-11-23T09:00, by: specialist@STC, do: forward, "
                              "expect: {refused: [not-your-agency]}}\n",
                         SIMULATE_JSON, &out)
                         .differences,
                     0);
    assert_non_null(strstr(buf_cstr(&out), "\"code\":\"not-your-agency\""));
    buf_free(&out);
}

static void mistakes_of_a_scenario_are_named_with_their_place(void **state)
{
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"[1]", "Y013"},
        {"steps: [\n", "Y001"},
        {HEAD, "Y017"},
        {HEAD "steps: []\n", "S008"},
        {HEAD "stops: []\nsteps:\n" TAKE_IN, "Y010"},
        {"procedure: none.yaml\ncalendar: none.yaml\nsteps:\n" TAKE_IN, "S001"},
        {HEAD "steps:\n  - {at: soon, by: receiver, do: take-in}\n", "S002"},
        {HEAD "steps:\n" TAKE_IN "  - {at: 2026-11-22T08:00, by: receiver, do: forward}\n", "S003"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, by: reciever, do: take-in}\n", "S004"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, by: receiver, do: takein}\n", "S005"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, by: receiver@NOWHERE, do: take-in}\n", "S006"},
        {HEAD
         "steps:\n  - {at: 2026-11-22T08:00, by: receiver, do: take-in, with: {receiving: X}}\n",
         "S006"},
        {HEAD
         "steps:\n  - {at: 2026-11-22T08:00, by: receiver, do: take-in, with: {form: {x: 1}}}\n",
         "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, by: receiver, do: claim, with: {note: x}}\n",
         "Y010"},
        {HEAD
         "steps:\n  - {at: 2026-11-22T08:00, by: receiver, do: take-in, with: {channel: fax}}\n",
         "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {state: DONE}}\n", "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {class: soon}}\n", "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {step: recieve}}\n", "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {refused: because}}\n", "S007"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {due: later}}\n", "S002"},
        {HEAD "steps:\n  - {at: 2026-11-22T08:00, expect: {duo: x}}\n", "Y010"},
        {HEAD "people:\n  - {login: a, agency: X, roles: [leader]}\nsteps:\n" TAKE_IN, "S006"},
        {HEAD "people:\n  - {login: a, agency: STC, roles: [king]}\nsteps:\n" TAKE_IN, "S004"},
        {HEAD
         "people:\n  - {login: a, agency: STC, roles: [leader], absent: [x]}\nsteps:\n" TAKE_IN,
         "S002"},
    };
    struct buf out;
    size_t i;

    (void)state;
    buf_init(&out, 1 << 22);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[16];

        (void)snprintf(code, sizeof code, "[%s]", cases[i].code);
        assert_false(run(cases[i].text, SIMULATE_TEXT, &out).valid);
        if (!strstr(buf_cstr(&out), code) || !strstr(out.p, "x.scenario.yaml:"))
            fail_msg("%s wants %s: %s", cases[i].text, cases[i].code, out.p);
        assert_false(run(cases[i].text, SIMULATE_JSON, &out).valid);
        assert_non_null(strstr(buf_cstr(&out), "\"errors\":["));
    }
    buf_free(&out);
}

static void without_an_organisation_the_agencies_are_made_up(void **state)
{
    static const char text[] =
        "procedure: config/procedures/1.005416.yaml\ncalendar: config/calendars/office.yaml\n"
        "regime: config/regimes/nd118-2025.yaml\nsteps:\n"
        "  - {at: 2026-11-23T08:10, by: receiver, do: take_in, with: {form: {estimate: 1}}, "
        "expect: {state: ACCEPTED}}\n"
        "  - {at: 2026-11-23T08:20, by: receiver, do: forward, expect: {step: appraise, officer: "
        "none}}\n"
        "  - {at: 2026-11-23T08:30, by: specialist, do: claim, expect: {officer: "
        "specialist@STC}}\n";
    struct simulate_result r;
    struct buf out;

    (void)state;
    buf_init(&out, 1 << 22);
    r = run(text, SIMULATE_TEXT, &out);
    if (!r.valid || r.differences)
        fail_msg("%s", buf_cstr(&out));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_scenarios_play_as_they_say),
        cmocka_unit_test(what_differs_is_marked_with_its_line),
        cmocka_unit_test(a_refusal_must_be_expected_and_an_expected_one_must_come),
        cmocka_unit_test(mistakes_of_a_scenario_are_named_with_their_place),
        cmocka_unit_test(without_an_organisation_the_agencies_are_made_up),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
