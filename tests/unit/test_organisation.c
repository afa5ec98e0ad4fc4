/* The organisation: who stands under whom, who takes over from whom, and what is refused.
 * Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/organisation.h"

/* clang-format off */
static const char GOOD[] =
    "agencies:\n"
    "  - {agency: HP, id: 1, code: H24, type: province, name: {vi: Thành phố, en: City}, calendar: office, valid_from: 2018-01-01}\n"
    "  - {agency: STC, id: 2, code: H24.11, type: department, name: {vi: Sở, en: Department}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: HD, id: 3, code: H23.01, type: district, name: {vi: Huyện, en: District}, valid_from: 2010-01-01, valid_to: 2025-06-30, successor: XA}\n"
    "  - {agency: XA, id: 4, code: H24.90, type: commune, name: {vi: Xã, en: Commune}, parent: HP, calendar: local, valid_from: 2025-07-01, island: true}\n"
    "  - {agency: TT, id: 5, code: H24.91, type: onestop, name: {vi: Trung tâm, en: Centre}, parent: XA, valid_from: 2025-07-01}\n"
    "people:\n"
    "  - {login: an, name: An, agency: TT, roles: [receiver, returner]}\n";

static const struct bad {
    const char *code, *find, *replace;
    int line, col;
} BAD[] = {
    {"O001", "parent: HP, valid_from: 2018", "parent: HQ, valid_from: 2018", 3, 98},
    {"O001", "successor: XA", "successor: XB", 4, 145},
    {"O001", "agency: TT, roles", "agency: TTT, roles", 8, 35},
    {"O002", "parent: HP, calendar: local", "parent: TT, calendar: local", 5, 91},
    {"O003", "id: 2", "id: 1", 3, 23},
    {"O004", "H24.11", "H24", 3, 32},
    {"O005", "valid_to: 2025-06-30, successor: XA", "valid_to: 2025-06-30", 4, 122},
    {"O006", "valid_to: 2025-06-30", "valid_to: 2009-06-30", 4, 122},
    {"O007", "valid_to: 2025-06-30", "valid_to: 2025-05-30", 4, 145},
    {"O008", "parent: XA, valid_from: 2025-07-01", "parent: XA, valid_from: 2024-07-01", 6, 97},
    {"O009", "[receiver, returner]", "[receiver, system]", 8, 46},
    {"O010", "valid_to: 2025-06-30, ", "", 4, 123},
    {"Y022", "agency: STC", "agency: HP", 3, 14},
    {"Y020", "type: department", "type: departement", 3, 46},
    {"Y020", "[receiver, returner]", "[reciever]", 8, 47},
    {"Y016", "valid_from: 2010-01-01", "valid_from: 2010-02-30", 4, 100},
    {"Y010", "island: true", "iland: true", 5, 136},
};
/* clang-format on */

static struct organisation *compile(struct arena *a, const char *text, struct diags *d)
{
    diags_init(d, a);
    return organisation_compile(a, span_of(text), d);
}

static void each_mistake_is_told_at_its_place(void **state)
{
    size_t i, wrong = 0;

    (void)state;
    for (i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct arena *a = arena_new(1 << 24);
        const char *at = strstr(GOOD, BAD[i].find);
        struct diags d;
        struct organisation *o;

        assert_non_null(at);
        o = compile(a,
                    arena_printf(a, "%.*s%s%s", (int)(at - GOOD), GOOD, BAD[i].replace,
                                 at + strlen(BAD[i].find)),
                    &d);
        if (d.n != 1 || strcmp(d.item[0].code, BAD[i].code) != 0 ||
            d.item[0].at.line != BAD[i].line || d.item[0].at.col != BAD[i].col) {
            print_error("%s for \"%s\": %s at %d:%d of %zu\n", BAD[i].code, BAD[i].replace,
                        d.n ? d.item[0].code : "none", d.n ? d.item[0].at.line : 0,
                        d.n ? d.item[0].at.col : 0, d.n);
            wrong++;
        }
        assert_int_equal(o == NULL, d.errors > 0);
        arena_free(a);
    }
    assert_int_equal(wrong, 0);
}

static void successors_act_after_the_end(void **state)
{
    struct arena *a = arena_new(1 << 24);
    dayno last = civil_day((struct civil){2025, 6, 30});
    struct diags d;
    struct organisation *o = compile(a, GOOD, &d);
    int district, commune;

    (void)state;
    assert_non_null(o);
    assert_int_equal(d.n, 0);
    district = organisation_find(o, "HD");
    commune = organisation_find(o, "XA");
    assert_int_equal(organisation_on(o, district, last), district);
    assert_int_equal(organisation_on(o, district, last + 1), commune);
    assert_int_equal(organisation_find(o, "none"), -1);
    assert_int_equal(organisation_of_id(o, 4), commune);
    assert_int_equal(organisation_of_id(o, 44), -1);
    arena_free(a);
}

static void the_tree_answers_for_places_and_calendars(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct diags d;
    struct organisation *o = compile(a, GOOD, &d);
    int hp = organisation_find(o, "HP"), tt = organisation_find(o, "TT");
    int stc = organisation_find(o, "STC"), xa = organisation_find(o, "XA");

    (void)state;
    assert_true(organisation_within(o, tt, xa));
    assert_true(organisation_within(o, tt, hp));
    assert_true(organisation_within(o, tt, tt));
    assert_false(organisation_within(o, xa, tt));
    assert_false(organisation_within(o, stc, xa));
    assert_string_equal(organisation_calendar(o, stc), "office");
    assert_string_equal(organisation_calendar(o, tt), "local");
    assert_null(organisation_calendar(o, organisation_find(o, "HD")));
    assert_true(o->agency[xa].island);
    assert_int_equal(o->person[0].roles, (1U << ROLE_RECEIVER) | (1U << ROLE_RETURNER));
    arena_free(a);
}

static void roles_have_names_both_ways(void **state)
{
    enum role r, back;

    (void)state;
    for (r = 0; r < ROLE_COUNT; r++) {
        assert_true(role_of_name(role_name(r), &back));
        assert_int_equal(back, r);
        assert_non_null(role_title(r).vi);
        assert_non_null(role_title(r).en);
    }
    assert_false(role_of_name("nobody", &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_told_at_its_place),
        cmocka_unit_test(successors_act_after_the_end),
        cmocka_unit_test(the_tree_answers_for_places_and_calendars),
        cmocka_unit_test(roles_have_names_both_ways),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
