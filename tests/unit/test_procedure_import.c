/* Records of the national catalogue as they are found: each hazard is told at its place, what it
 * makes unclear is left out of the draft, and the draft passes the check only when nothing is left
 * to decide.  Each case changes one thing in a clear record; § stands where the hazard must be
 * reported.  Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/procedure/import.h"
#include "common/procedure/procedure.h"

/* clang-format off */
static const char ORGANISATION[] =
    "agencies:\n"
    "  - {agency: HP, id: 1, code: H24, type: province, name: {vi: UBND, en: UBND}, valid_from: 2018-01-01}\n"
    "  - {agency: STC, id: 2, code: H24.11, type: department, name: {vi: Sở, en: Department}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: OLD, id: 3, code: H24.08, type: department, name: {vi: Cũ, en: Old}, parent: HP, valid_from: 2018-01-01, valid_to: 2025-02-28, successor: STC}\n"
    "people:\n"
    "  - {login: a, name: A, agency: STC, roles: [receiver, returner, specialist, leader, clerk]}\n";

static const char CLEAR[] =
    "{\"id\": 4711, \"code\": \"1.234567\", \"name\": \"Cấp giấy  chứng nhận\",\n"
    "\"state\": \"ACTIVE\", \"type\": \"STANDARD\", \"isInternal\": false,\n"
    "\"categories\": [{\"code\": \"G12-TC01\", \"name\": \"Quản lý công sản\"}],\n"
    "\"subjectTypes\": [{\"code\": \"DT01\", \"name\": \"Công dân Việt Nam\"}, {\"code\": \"DT12\", \"name\": \"Doanh nghiệp\"}],\n"
    "\"executionSteps\": [{\"name\": \"Bước 1\", \"description\": \"Nộp hồ sơ\"}],\n"
    "\"executionMethods\": [\n"
    "{\"submissionMethod\": \"DIRECT\", \"processingTime\": \"10\", \"processingTimeUnit\": \"WORKING_DAY\", \"fees\": [{\"type\": \"FEE\", \"value\": 20000, \"text\": \"Lệ phí\"}]},\n"
    "{\"submissionMethod\": \"ONLINE\", \"processingTime\": 10, \"processingTimeUnit\": \"WORKING_DAY\", \"fees\": [{\"type\": \"FEE\", \"value\": 10000, \"text\": \"Lệ phí\"}]}],\n"
    "\"cases\": [{\"code\": \"1.234567.01\", \"name\": \"Cấp mới\", \"processingDay\": {\"qty\": 10, \"type\": \"WORKING_DAY\"}},\n"
    "{\"code\": \"1.234567.02\", \"name\": \"Cấp lại\", \"processingDay\": {\"qty\": 10, \"type\": \"WORKING_DAY\"}}],\n"
    "\"executionCases\": [{\"name\": \"Giấy tờ phải nộp\", \"profileComponents\": [\n"
    "{\"code\": \"G12-KQ000001\", \"name\": \"Đơn đề nghị\", \"original_qty\": 1, \"copy_qty\": 0},\n"
    "{\"code\": \"G12-KQ000002\", \"name\": \"Văn bản ủy quyền (nếu có)\", \"original_qty\": 0, \"copy_qty\": 1}]},\n"
    "{\"name\": \"Giấy tờ phải xuất trình\", \"profileComponents\": [\n"
    "{\"code\": \"TP-H24.000044\", \"name\": \"Căn cước\", \"original_qty\": 1, \"copy_qty\": 0}]}],\n"
    "\"results\": [{\"code\": \"KQ.G12.000009\", \"name\": \"Giấy chứng nhận\"}],\n"
    "\"legalBasis\": [{\"code\": \"151/2017/NĐ-CP\", \"name\": \"Nghị định\"}],\n"
    "\"departmentsAuthority\": [{\"code\": \"000.00.11.H24\", \"name\": \"Sở Tài chính\"}],\n"
    "\"procedureProposal\": {\"proposalNumber\": \"163/QĐ-BTP\", \"decisionDate\": \"2026-01-15\"},\n"
    "\"returningMethods\": null}\n";

struct hazard {
    const char *code, *from, *to; /* one thing changed; § where the hazard is told */
    const char *has, *has_not;    /* the draft */
};
static const struct hazard HAZARDS[] = {
    {"N001", "\"1.234567\"", "\"1.2345\"", NULL, NULL},
    {"N001", "\"Cấp giấy  chứng nhận\"", "null", NULL, NULL},
    {"N002", "\"1.234567\"", "§\" 1.234567\"", "procedure: \"1.234567\"", NULL},
    /* same-day procedures carry the unit OTHER: nobody can tell from the record */
    {"N003", "\"10\", \"processingTimeUnit\": \"WORKING_DAY\"", "\"1\", \"processingTimeUnit\": §\"OTHER\"", "# limit:", "limit:\n"},
    {"N003", "{\"qty\": 10, \"type\": \"WORKING_DAY\"}}],", "{\"qty\": 1, \"type\": §\"OTHER\"}}],", "# limit:", "limit:\n"},
    {"N004", "\"10\", \"processingTimeUnit\"", "§\"Không quá 15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ\", \"processingTimeUnit\"", "Không quá 15 ngày", "limit:\n"},
    {"N004", "\"10\", \"processingTimeUnit\"", "§\"0\", \"processingTimeUnit\"", "# limit:", "limit:\n"},
    {"N005", "{\"qty\": 10, \"type\": \"WORKING_DAY\"}}],", "§{\"qty\": 20, \"type\": \"DAY\"}}],", "1.234567.02: 20 DAY", "limit:\n"},
    {"N006", "\"1.234567.02\"", "§\"1.234567.01\"", "{case: \"02\", vi: \"Cấp lại\"}", NULL},
    {"N007", "\"value\": 20000, \"text\": \"Lệ phí\"", "\"value\": §150, \"text\": \"USD\"", "# fee:", "\nfee:"},
    {"N008", "\"value\": 20000", "\"value\": §\"Theo mô tả\"", "Theo mô tả", "\nfee:"},
    {"N009", "\"value\": 20000", "\"value\": §100", "# fee:", "\nfee:"},
    {"N009", "\"value\": 20000", "\"value\": 10000000", "# fee:", "\nfee:"}, /* online 10000 */
    {"N010", "{\"code\": \"G12-KQ000001\", \"name\": \"Đơn đề nghị\", \"original_qty\": 1", "§{\"code\": \"G12-KQ000001\", \"name\": \"Đơn đề nghị\", \"original_qty\": 0", "vi: \"Đơn đề nghị\", need: note, national", "vi: \"Đơn đề nghị\", need: required"},
    {"N011", "{\"code\": \"G12-KQ000001\", \"name\": \"Đơn đề nghị\"", "§{\"code\": \"G12-KQ000001\", \"name\": \"Đơn, đối với hộ kinh doanh\"", "need: if_any, originals: 1", NULL},
    {"N012", "[{\"code\": \"000.00.11.H24\"", "§[{\"code\": \"000.00.99.H24\"", "# competent:", "\ncompetent:"},
    {"N013", "\"procedureProposal\": ", "\"procedureProposal\": §", "163/QĐ-BTP", "\nvalid_from"},
    {"N014", "\"categories\": [{\"code\": \"G12-TC01\", \"name\": \"Quản lý công sản\"}]", "\"categories\": §[]", "# field:", "\nfield:"},
    {"N014", "\"legalBasis\": [{\"code\": \"151/2017/NĐ-CP\", \"name\": \"Nghị định\"}]", "\"legalBasis\": §[]", "# basis:", "\nbasis:"},
    {"N014", "\"results\": [{\"code\": \"KQ.G12.000009\", \"name\": \"Giấy chứng nhận\"}]", "\"results\": §[]", "# results:", "\nresults:"},
    {"N015", "\"name\": \"Quản lý công sản\"}", "\"name\": \"Quản lý công sản\"}, §{\"code\": \"X\", \"name\": \"Khác\"}", "field: {code: G12-TC01", NULL},
    {"N016", "\"name\": \"Giấy chứng nhận\"}]", "\"name\": \"Giấy chứng nhận\"}, §{\"code\": \"KQ.G12.000010\", \"name\": \"Văn bản\"}]", "{result: r2, vi: \"Văn bản\", national: \"KQ.G12.000010\"}", "required: true"},
    {"N017", "{\"code\": \"TP-H24.000044\"", "§{\"code\": \"G12-KQ000001\"", NULL, "Căn cước"},
};
/* clang-format on */

static const char *changed(struct arena *a, const struct hazard *h, struct mark *ret)
{
    const char *from = strstr(CLEAR, h->from), *sign, *p;
    char *text;

    assert_non_null(from);
    text = arena_printf(a, "%.*s%s%s", (int)(from - CLEAR), CLEAR, h->to, from + strlen(h->from));
    *ret = (struct mark){0, 0};
    sign = strstr(text, "§");
    if (sign) {
        *ret = (struct mark){1, 1};
        for (p = text; p < sign; p++) {
            ret->line += *p == '\n';
            ret->col = *p == '\n' ? 1 : ret->col + (((unsigned char)*p & 0xC0) != 0x80);
        }
        memmove(text + (sign - text), sign + strlen("§"), strlen(sign + strlen("§")) + 1);
    }
    return text;
}

static const char *draft_of(struct arena *a, const char *json, struct diags *d)
{
    const struct yaml_node **record;
    struct organisation *org;
    const char *code, *text = NULL;
    struct diags od;
    struct buf out;
    size_t n;

    diags_init(&od, a);
    org = organisation_compile(a, span_of(ORGANISATION), &od);
    assert_non_null(org);
    diags_init(d, a);
    assert_true(import_records(a, span_of(json), &record, &n, d));
    assert_int_equal(n, 1);
    buf_init(&out, IMPORT_DRAFT_MAX);
    if (import_draft(a, record[0], org, d, &out, &code)) {
        assert_string_equal(code, "1.234567");
        text = arena_strdup(a, buf_cstr(&out));
    }
    buf_free(&out);
    return text;
}

static bool told(const struct diags *d, const char *code, struct mark at)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        if (strcmp(d->item[i].code, code) == 0 &&
            (at.line == 0 || (d->item[i].at.line == at.line && d->item[i].at.col == at.col)))
            return true;
    return false;
}

/* Errors that the checker finds in the draft. */
static size_t mistakes(struct arena *a, const char *draft, struct diags *d)
{
    diags_init(d, a);
    (void)procedure_compile(a, span_of(draft), NULL, d);
    return d->errors;
}

static const char *with_date(struct arena *a, const char *draft)
{
    return arena_printf(a, "%s\nvalid_from: 2026-03-01\n", draft);
}

static void a_clear_record_lacks_only_its_first_day(void **state)
{
    struct arena *a = arena_new((size_t)32 << 20);
    const char *draft;
    struct procedure *p;
    struct diags d;

    (void)state;
    draft = draft_of(a, CLEAR, &d);
    assert_int_equal(d.n, 1);
    assert_string_equal(d.item[0].code, "N013");
    assert_int_equal(mistakes(a, draft, &d), 1); /* valid_from */
    assert_string_equal(d.item[0].code, "Y017");
    diags_init(&d, a);
    p = procedure_compile(a, span_of(with_date(a, draft)), NULL, &d);
    assert_non_null(p);
    assert_string_equal(p->name.vi, "Cấp giấy chứng nhận");
    assert_string_equal(p->competent, "STC");
    assert_int_equal(p->kind, KIND_CITIZEN);
    assert_int_equal(p->limit.legal.num, 10);
    assert_int_equal(p->limit.legal.unit, UNIT_WORKING_DAY_EOD);
    assert_int_equal(p->cases_n, 2);
    assert_int_equal(p->fees, 1);
    assert_int_equal(p->fee[0].amount, 20000);
    assert_true(p->fee[0].unverified);
    assert_int_equal(p->fee[0].by_channel[CHANNEL_ONLINE], 10000);
    assert_int_equal(p->components, 3);
    assert_int_equal(p->component[0].need, NEED_REQUIRED);
    assert_int_equal(p->component[1].need, NEED_IF_ANY);
    assert_true(p->component[2].present_only);
    assert_string_equal(p->component[2].national, "TP-H24.000044");
    assert_string_equal(p->results[0].national, "KQ.G12.000009");
    assert_true(p->reconstructed);
    arena_free(a);
}

static void each_hazard_is_told_and_nothing_is_guessed(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof HAZARDS / sizeof *HAZARDS; i++) {
        struct arena *a = arena_new((size_t)32 << 20);
        const struct hazard *h = &HAZARDS[i];
        struct mark at;
        struct diags d;
        const char *json = changed(a, h, &at), *draft;

        draft = draft_of(a, json, &d);
        if (!told(&d, h->code, at))
            print_error("%zu: %s is not told at %d:%d\n", i, h->code, at.line, at.col);
        assert_true(told(&d, h->code, at));
        assert_int_equal(!draft, strcmp(h->code, "N001") == 0);
        if (draft && h->has && !strstr(draft, h->has))
            print_error("%zu: no \"%s\" in\n%s\n", i, h->has, draft);
        assert_true(!draft || !h->has || strstr(draft, h->has));
        assert_true(!draft || !h->has_not || !strstr(draft, h->has_not));
        /* what is undecided is refused by the checker; else only the first day is missing */
        if (draft) {
            size_t undecided = d.errors > 1, left = mistakes(a, with_date(a, draft), &d);

            if (left != undecided)
                print_error("%zu (%s): %zu mistakes, %s\n", i, h->code, left, d.item[0].text.en);
            assert_int_equal(left, undecided);
        }
        arena_free(a);
    }
}

/* Notes of the catalogue never become papers that somebody must hand in. */
static void a_note_is_not_asked_for_at_intake(void **state)
{
    struct arena *a = arena_new((size_t)32 << 20);
    const struct facts f = {0};
    struct procedure *p;
    struct diags d;
    struct mark at;
    size_t i, asked = 0;

    (void)state;
    for (i = 0; strcmp(HAZARDS[i].code, "N010") != 0; i++)
        ;
    p = procedure_compile(a, span_of(with_date(a, draft_of(a, changed(a, &HAZARDS[i], &at), &d))),
                          NULL, &d);
    assert_non_null(p);
    for (i = 0; i < p->components; i++)
        asked += component_required(&p->component[i], &f);
    assert_int_equal(asked, 1); /* the identity card that is shown */
    arena_free(a);
}

static void every_hazard_of_the_list_has_a_case(void **state)
{
#define C(code, severity, vi, en) {#code, #severity},
    static const char *const codes[][2] = {
#include "common/procedure/codes.def"
    };
#undef C
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool found = codes[i][0][0] != 'N';

        for (k = 0; k < sizeof HAZARDS / sizeof *HAZARDS && !found; k++)
            found = strcmp(HAZARDS[k].code, codes[i][0]) == 0;
        if (!found)
            print_error("no case for %s\n", codes[i][0]);
        assert_true(found);
    }
}

static void what_is_no_catalogue_is_refused(void **state)
{
    static const char *const bad[] = {"", "[]", "12", "{\"code\": "};
    struct arena *a = arena_new((size_t)32 << 20);
    const struct yaml_node **record;
    struct diags d;
    size_t i, n;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        diags_init(&d, a);
        assert_false(import_records(a, span_of(bad[i]), &record, &n, &d));
        assert_true(d.errors > 0);
    }
    diags_init(&d, a);
    assert_true(import_records(a, span_of("[{\"code\": \"1.000001\"}, 7]"), &record, &n, &d));
    assert_int_equal(n, 2);
    for (i = 0; i < n; i++) {
        const char *code;
        struct buf out;

        buf_init(&out, IMPORT_DRAFT_MAX);
        assert_false(import_draft(a, record[i], NULL, &d, &out, &code));
        buf_free(&out);
    }
    assert_int_equal(d.errors, 2);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_record_lacks_only_its_first_day),
        cmocka_unit_test(each_hazard_is_told_and_nothing_is_guessed),
        cmocka_unit_test(a_note_is_not_asked_for_at_intake),
        cmocka_unit_test(every_hazard_of_the_list_has_a_case),
        cmocka_unit_test(what_is_no_catalogue_is_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
