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
    {"O011", "parent: XA, valid_from: 2025-07-01}\n",
     "parent: XA, valid_from: 2025-07-01, serves: [XA, STC]}\n"
     "  - {agency: T2, id: 6, code: H24.92, type: onestop, name: {vi: Trung tâm 2, en: Centre 2}, parent: XA, valid_from: 2025-07-01, serves: [HP, XA]}\n", 7, 137},
    {"O001", "parent: XA, valid_from: 2025-07-01}", "parent: XA, valid_from: 2025-07-01, serves: [XA, XB]}", 6, 133},
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

/* Công an: the police of a commune stand under the city's, yet work for the commune (địa bàn). */
static const char POLICE[] =
    "agencies:\n"
    "  - {agency: HP, id: 1, code: H24, type: province, name: {vi: A, en: A}, valid_from: "
    "2018-01-01}\n"
    "  - {agency: XA, id: 2, code: H24.1, type: commune, name: {vi: A, en: A}, parent: HP, "
    "valid_from: 2018-01-01}\n"
    "  - {agency: TT, id: 3, code: H24.2, type: onestop, name: {vi: A, en: A}, parent: XA, "
    "valid_from: 2018-01-01}\n"
    "  - {agency: YB, id: 4, code: H24.3, type: commune, name: {vi: A, en: A}, parent: HP, "
    "valid_from: 2018-01-01, valid_to: 2025-06-30, successor: XA}\n"
    "  - {agency: ZC, id: 5, code: H24.4, type: commune, name: {vi: A, en: A}, parent: HP, "
    "valid_from: 2018-01-01}\n"
    "  - {agency: CA, id: 6, code: H24.5, type: vertical, name: {vi: A, en: A}, parent: HP, "
    "valid_from: 2018-01-01}\n"
    "  - {agency: CA_XA, id: 7, code: H24.6, type: vertical, name: {vi: A, en: A}, parent: CA, "
    "valid_from: 2018-01-01, valid_to: 2026-06-30, successor: CA_LIEN, serves: [XA]}\n"
    "  - {agency: CA_YB, id: 8, code: H24.7, type: vertical, name: {vi: A, en: A}, parent: CA, "
    "valid_from: 2018-01-01, valid_to: 2025-06-30, successor: CA_XA, serves: [YB]}\n"
    "  - {agency: CA_LIEN, id: 9, code: H24.8, type: vertical, name: {vi: A, en: A}, parent: CA, "
    "valid_from: 2025-07-01}\n"
    "  - {agency: CT, id: 10, code: H24.9, type: vertical, name: {vi: A, en: A}, parent: HP, "
    "valid_from: 2018-01-01}\n";

static void the_unit_of_a_body_works_for_its_places(void **state)
{
    static const struct {
        const char *body, *place, *day, *unit;
    } want[] = {
        {"CA", "XA", "2026-01-05", "CA_XA"},
        {"CA", "TT", "2026-01-05", "CA_XA"},   /* its one-stop unit: as the commune */
        {"CA", "YB", "2025-06-30", "CA_YB"},   /* before the merger */
        {"CA", "YB", "2025-07-01", "CA_XA"},   /* the commune that took over has its own */
        {"CA", "XA", "2026-07-01", "CA_LIEN"}, /* the unit ended: who took over from it */
        {"CA", "ZC", "2026-01-05", "CA"},      /* nobody named: the body itself */
        {"CA", "HP", "2026-01-05", "CA"},
        {"CA", "CA_LIEN", "2026-01-05", "CA_LIEN"}, /* one of them already */
        {"CT", "XA", "2026-01-05", "CT"},           /* police do not stand in for the tax office */
        {"CA", "XA", "2017-01-05", NULL},           /* not yet there */
    };
    struct arena *a = arena_new(1 << 24);
    struct diags d;
    struct organisation *o = compile(a, POLICE, &d);

    (void)state;
    assert_non_null(o);
    assert_int_equal(d.n, 0);
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        dayno day;
        int unit;

        assert_true(day_parse(span_of(want[i].day), &day));
        unit = organisation_serving(o, organisation_find(o, want[i].body),
                                    organisation_find(o, want[i].place), day);
        assert_string_equal(unit < 0 ? "none" : o->agency[unit].agency,
                            want[i].unit ? want[i].unit : "none");
    }
    assert_int_equal(organisation_serving(o, -1, 0, 0), -1);
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

/* Both schemes of identifiers occur side by side; agencies that ended keep theirs. */
static void an_agency_is_found_by_its_code_of_either_scheme(void **state)
{
    static const struct {
        const char *code, *agency;
    } cases[] = {
        {"H24", "HP"},
        {"000.00.00.H24", "HP"},
        {"H24.11", "STC"},
        {"000.00.11.H24", "STC"},
        {"H23.01", "HD"},
        {"000.00.01.H23", "HD"},
        {"H24.99", NULL},
        {"000.00.99.H24", NULL},
        {"000.11.00.H24", "STC"}, /* the level in between is not used */
        {"000.00.00.00", NULL},
        {"...", NULL},
        {"", NULL},
        {"0.", NULL},
    };
    struct arena *a = arena_new(1 << 20);
    struct organisation *o;
    struct diags d;
    size_t i;

    (void)state;
    diags_init(&d, a);
    o = organisation_compile(a, span_of(GOOD), &d);
    assert_non_null(o);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        int at = organisation_of_code(o, cases[i].code);

        assert_int_equal(at >= 0, cases[i].agency != NULL);
        if (at >= 0)
            assert_string_equal(o->agency[at].agency, cases[i].agency);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_told_at_its_place),
        cmocka_unit_test(successors_act_after_the_end),
        cmocka_unit_test(the_tree_answers_for_places_and_calendars),
        cmocka_unit_test(the_unit_of_a_body_works_for_its_places),
        cmocka_unit_test(an_agency_is_found_by_its_code_of_either_scheme),
        cmocka_unit_test(roles_have_names_both_ways),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
