/* Every mistake an administrator can make in a procedure file is told with its code, at its place,
 * with the word that was probably meant.  Each case changes one thing in a good file; the sign §
 * stands where the mistake must be reported.  Owns its arenas; one thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/procedure/procedure.h"

/* clang-format off */
static const char ORGANISATION[] =
    "agencies:\n"
    "  - {agency: HP, id: 1, code: H24, type: province, name: {vi: UBND, en: UBND}, valid_from: 2018-01-01}\n"
    "  - {agency: STC, id: 2, code: H24.11, type: department, name: {vi: Sở, en: Department}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: MC, id: 3, code: H24.01, type: onestop, name: {vi: Một cửa, en: One-stop}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: OLD, id: 4, code: H23.01, type: district, name: {vi: Huyện, en: District}, valid_from: 2010-01-01, valid_to: 2019-12-31, successor: STC}\n"
    "  - {agency: XA, id: 5, code: H24.90, type: commune, name: {vi: Xã, en: Commune}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: CA, id: 6, code: H24.91, type: vertical, name: {vi: Công an, en: Police}, parent: HP, valid_from: 2018-01-01}\n"
    "  - {agency: CA_XA, id: 7, code: H24.92, type: vertical, name: {vi: Công an xã, en: Its police}, parent: CA, valid_from: 2018-01-01, serves: [XA]}\n"
    "people:\n"
    "  - {login: an, name: An, agency: MC, roles: [receiver, returner, onestop_head]}\n"
    "  - {login: binh, name: Bình, agency: STC, roles: [specialist, leader]}\n";

static const char GOOD[] =
    "procedure: \"9.000001\"\n"
    "version: 1\n"
    "valid_from: 2021-12-01\n"
    "valid_to: 2030-12-31\n"
    "kind: internal\n"
    "name: {vi: \"Mua sắm tài sản\", en: \"Purchase of assets\"}\n"
    "field: {code: QLCS, vi: \"Quản lý công sản\", en: \"Public assets\"}\n"
    "competent: STC\n"
    "reception: any\n"
    "channels: [counter, post, online]\n"
    "basis: [\"Nghị định 151/2017/NĐ-CP\"]\n"
    "result: {vi: \"Quyết định\", en: \"Decision\"}\n"
    "fee: {fee: fee, vi: Phí, en: Fee, amount: 2000, per: page, above: {units: 2, amount: 1000}, cap: 200000, when: \"channel != 'post'\"}\n"
    "limit:\n"
    "  legal: 12 working_day\n"
    "  committed: 10 working_day\n"
    "  by_channel: {online: 11 working_day}\n"
    "  add: [{when: \"place.island\", limit: 10 working_day, basis: luật}]\n"
    "components:\n"
    "  - {component: request, vi: Đơn, en: Request, need: required, originals: 1}\n"
    "  - {component: assets, vi: Danh mục, en: List, need: if_any, copies: 1}\n"
    "form:\n"
    "  - {field: estimate, vi: Dự toán, en: Estimate, type: money, min: 1, max: 500_000_000}\n"
    "  - {field: funds, vi: Nguồn, en: Funds, type: choice, choices: [{choice: budget, vi: Ngân sách, en: Budget}, {choice: other, vi: Khác, en: Other}]}\n"
    "  - {field: since, vi: Từ ngày, en: Since, type: date}\n"
    "stops: [{reason: tax, vi: Nghĩa vụ tài chính, en: Taxes, basis: luật}]\n"
    "reasons: [{reason: missing, vi: Thiếu giấy, en: Missing, for: supplement, incomplete: true}]\n"
    "steps:\n"
    "  - step: receive\n"
    "    vi: Tiếp nhận\n"
    "    en: Receive\n"
    "    at: reception\n"
    "    role: receiver\n"
    "    limit: 0.5 working_day\n"
    "    portal: 2\n"
    "    actions:\n"
    "      - {action: forward, to: appraise}\n"
    "  - step: appraise\n"
    "    vi: Thẩm định\n"
    "    en: Appraise\n"
    "    at: STC\n"
    "    role: specialist\n"
    "    limit: 6 working_day\n"
    "    assign: least_loaded\n"
    "    warn: [50%, due, \"due - 4 hour\"]\n"
    "    actions:\n"
    "      - {action: forward, to: approve, needs: [draft]}\n"
    "      - {action: exclude, stop: tax}\n"
    "  - step: approve\n"
    "    vi: Phê duyệt\n"
    "    en: Approve\n"
    "    at: competent\n"
    "    role: leader\n"
    "    limit: 2 working_day\n"
    "    not_by: appraise\n"
    "    escalate: {at: \"due + 4 hour\", to: onestop_head}\n"
    "    actions:\n"
    "      - {action: approve, to: return, when: \"form.estimate <= 500000\"}\n"
    "      - {action: forward, to: return, when: \"form.estimate > 500000\"}\n"
    "      - {action: return, to: appraise}\n"
    "  - step: return\n"
    "    vi: Trả kết quả\n"
    "    en: Hand over\n"
    "    at: reception\n"
    "    role: returner\n"
    "    limit: 1 half_day\n"
    "    actions:\n"
    "      - {action: release, needs: [paid]}\n"
    "      - {action: hand_over}\n"
    "spans:\n"
    "  - {span: department, vi: Tại Sở, en: At the department, from: \"enter appraise\", to: \"leave approve\", limit: 9 working_day}\n";

/* Replaces the step `return` by a parallel one followed by it. */
#define SPLIT(join, branch) \
    "{action: approve, to: ask, when: \"form.estimate <= 500000\"}\n" \
    "      - {action: forward, to: return, when: \"form.estimate > 500000\"}\n" \
    "      - {action: return, to: appraise}\n" \
    "  - step: ask\n" \
    "    vi: Lấy ý kiến\n" \
    "    en: Ask\n" \
    "    split: {join: " join ", branches: [" branch "]}\n" \
    "    then: return"
#define APPROVE_ACTIONS \
    "{action: approve, to: return, when: \"form.estimate <= 500000\"}\n" \
    "      - {action: forward, to: return, when: \"form.estimate > 500000\"}\n" \
    "      - {action: return, to: appraise}"
#define TWENTY_FOUR "due, due, due, due, due, due, due, due, due, due, due, due, " \
    "due, due, due, due, due, due, due, due, due, due, due, due, "
#define BRANCH_A "{branch: a, vi: Thuế, en: Tax, at: STC, role: specialist, limit: 1 working_day}"

static const struct bad {
    const char *code, *find, *replace, *nearest;
    int also; /* other mistakes that necessarily come with it */
} BAD[] = {
    /* shape */
    {"Y001", "version: 1", "version: [1\nx", NULL, 0},
    {"Y003", "version: 1", "version: 1\n§version: 2", NULL, 0},
    {"Y004", "version: 1", "version: 1\n§[a]: 2", NULL, 0},
    {"Y007", "version: 1", "version: §&a 1", NULL, 0},
    {"Y006", "version: 1", "version: 1\n§---\na: 1", NULL, 0},
    {"Y010", "version: 1", "version: 1\n§calender: office", "calendar", 0},
    {"Y011", "kind: internal", "kind: internal\ncalendar: §[office]", NULL, 0},
    {"Y012", "channels: [counter, post, online]", "channels: §counter", NULL, 1},
    {"Y013", "field: {code: QLCS, vi: \"Quản lý công sản\", en: \"Public assets\"}", "field: §QLCS", NULL, 0},
    {"Y013", "spans:\n", "spans:\n  - §nothing\n", NULL, 0},
    {"Y013", "form:\n", "form:\n  - §nothing\n", NULL, 0},
    {"Y013", "steps:\n", "steps:\n  - §nothing\n", NULL, 0},
    {"Y013", "      - {action: release", "      - §nothing\n      - {action: release", NULL, 0},
    {"Y014", "version: 1", "version: §1.5", NULL, 0},
    {"Y014", "portal: 2", "portal: §11", NULL, 0},
    {"Y014", "kind: internal", "kind: internal\nsets: §0", NULL, 0},
    {"Y014", "amount: 2000,", "amount: §2000.5,", NULL, 0},
    {"Y015", "kind: internal", "kind: internal\nimmediate: §maybe", NULL, 0},
    {"Y016", "valid_from: 2021-12-01", "valid_from: §2021-13-01", NULL, 0},
    {"Y017", "version: 1\n", "", NULL, 0},
    {"Y018", "vi: Tiếp nhận\n    en: Receive", "en: Receive", NULL, 0},
    {"Y018", "name: {vi: \"Mua sắm tài sản\", ", "name: §{", NULL, 0},
    {"Y019", "name: {vi: \"Mua sắm tài sản\", en: \"Purchase of assets\"}", "name: §{vi: \"Mua sắm tài sản\"}", NULL, 0},
    {"Y019", "component: request, vi: Đơn, en: Request", "component: request, vi: Đơn", NULL, 0},
    {"Y020", "kind: internal", "kind: §interna", "internal", 0},
    {"Y020", "needs: [draft]", "needs: [§drafts]", "draft", 0},
    {"Y020", "type: date", "type: §dates", "date", 0},
    {"Y021", "component: assets", "component: §tài_sản", NULL, 0},
    {"Y022", "component: assets", "component: §request", NULL, 0},
    {"Y022", "field: since", "field: §funds", NULL, 0},
    {"Y022", "step: return\n    vi", "step: §approve\n    vi", NULL, 2},
    {"Y023", "channels: [counter, post, online]", "channels: §[]", NULL, 1},
    {"P001", "reception: any", "reception: §some", NULL, 0},
    {"P001", "assign: least_loaded", "assign: §least_load", "least_loaded", 0},
    {"P001", APPROVE_ACTIONS, SPLIT("§most", BRANCH_A), NULL, 0},
    {"P002", "limit: 6 working_day", "limit: §6 workin_day", "working_day", 0},
    {"P002", "legal: 12 working_day", "legal: §twelve", NULL, 0},
    {"P003", "50%, due,", "50%, §soon,", NULL, 0},
    {"P003", "50%, due,", "50%, §\"due + 1 hour\",", NULL, 0},
    {"P003", "at: \"due + 4 hour\"", "at: §\"after 4 hour\"", NULL, 0},
    {"P003", "from: \"enter appraise\"", "from: §\"at appraise\"", NULL, 0},
    {"P004", "need: if_any, copies", "need: §one_of, copies", NULL, 0},
    {"P004", "need: if_any, copies", "need: §when, copies", NULL, 0},
    {"P004", "result: {vi: \"Quyết định\", en: \"Decision\"}\n", "", NULL, 0},
    {"P004", "    at: STC\n", "", NULL, 0},
    {"P004", "stop: tax}\n", "effect: exclude}\n", NULL, 0},
    {"P004", "forward, to: appraise}", "§forward}\n      - {action: approve, to: appraise}", NULL, 0},
    {"P004", "per: page, above: {", "above: §{", NULL, 0},
    {"P004", "type: date}", "type: §choice}", NULL, 0},
    {"P005", "valid_to: 2030-12-31", "valid_to: §2020-12-31", NULL, 0},
    {"P006", "need: if_any, copies: 1", "need: if_any", NULL, 0},
    {"P008", "min: 1, max: 500_000_000", "min: 10, max: §9", NULL, 0},
    {"P008", "cap: 200000", "cap: §1000", NULL, 0},
    {"P009", "fee: {fee: fee, vi: Phí, en: Fee, amount: 2000, per: page, above: {units: 2, amount: 1000}, cap: 200000, when: \"channel != 'post'\"}", "fee: {amount: 0}", NULL, 0},
    {"P004", "per: page, above: {units: 2, amount: 1000}", "count: §pages", NULL, 1},
    {"P010", "amount: 2000, per: page, above: {units: 2, amount: 1000}, cap: 200000,", "amount: 0, exempt: §[{exemption: poor, vi: Hộ nghèo, en: Poor, basis: luật}],", NULL, 0},
    {"Y017", "cap: 200000,", "exempt: [§{exemption: poor, vi: Hộ nghèo, en: Poor}],", NULL, 0},
    {"Y022", "cap: 200000,", "exempt: [{exemption: poor, vi: A, en: A, basis: luật}, {exemption: §poor, vi: B, en: B, basis: luật}],", NULL, 0},
    {"P123", "per: page,", "per: page, count: §estimate,", NULL, 0},
    /* references and graph */
    {"P101", "to: approve, needs", "to: §aprove, needs", "approve", 0},
    {"P101", "to: approve, needs", "to: §nowhere_near, needs", NULL, 0},
    {"P102", "not_by: appraise", "not_by: §apraise", "appraise", 0},
    {"P102", "to: \"leave approve\"", "to: §\"leave aprove\"", "approve", 0},
    {"P103", "competent: STC", "competent: §STCC", "STC", 1},
    {"P103", "at: STC", "at: §SCT", "STC", 1},
    {"P103", "at: STC", "at: {under: §CAA, of: competent}", "CA", 1},
    {"Y017", "at: STC", "at: §{under: CA}", NULL, 1},
    {"Y020", "at: STC", "at: {under: CA, of: §commune}", NULL, 1},
    {"P128", "at: STC", "at: {under: §STC, of: competent}", NULL, 0},
    {"P129", "at: STC", "at: {under: §CA, of: competent}", NULL, 1},
    {"P106", "at: STC\n    role: specialist", "at: {under: CA, of: reception}\n    role: §specialist", NULL, 0},
    {"P004", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: §later, to: approve, limit: 2 working_day}", NULL, 0},
    {"Y020", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, on_due: §agreed}", NULL, 0},
    {"P002", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, limit: §soon}", NULL, 0},
    {"P210", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, limit: §0 hour}", NULL, 0},
    {"P105", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, on_due: §\"escalate:leadr\"}", "leader", 0},
    {"P108", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, on_due: §\"escalate:committee_leader\"}", NULL, 0},
    {"P103", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, whom: §CAA}", "CA", 0},
    {"P128", "{action: exclude, stop: tax}", "{action: exclude, stop: tax}\n      - {action: consult, whom: {under: §STC, of: reception}}", NULL, 0},
    {"P104", "at: STC", "at: §OLD", NULL, 0},
    {"P105", "role: leader", "role: §leadr", "leader", 0},
    {"P105", "to: onestop_head", "to: §onestophead", "onestop_head", 0},
    {"P106", "role: specialist", "role: §clerk", NULL, 0},
    {"P106", "at: STC\n    role: specialist", "at: reception\n    role: §specialist", NULL, 0},
    {"P107", "portal: 2", "portal: 2\n    timers: [{at: due, do: §forwrd}]", "forward", 0},
    {"P126", "to: onestop_head}\n", "to: onestop_head}\n    timers: [{at: due, do: §approve}]\n", NULL, 0},
    {"P127", "[50%, due,", "§[" TWENTY_FOUR "50%, due,", NULL, 0},
    {"P206", "at: \"due + 4 hour\"", "at: §\"due - 2 working_day\"", NULL, 0},
    {"P206", "portal: 2\n", "portal: 2\n    timers: [{at: §\"due - 6 working_day\", do: remind}]\n", NULL, 0},
    {"P108", "to: onestop_head", "to: §committee_leader", NULL, 0},
    {"P109", "{action: return, to: appraise}", "{action: §again, to: appraise}", NULL, 0},
    {"P110", "forward, to: appraise}\n  - step: appraise", "forward, to: return}\n  - step: §appraise", NULL, 1},
    {"P111", "      - {action: hand_over}\n", "", NULL, 0},
    {"P112", "      - {action: hand_over}\n", "      - {action: back, effect: return, to: receive}\n", NULL, 0},
    {"P113", APPROVE_ACTIONS, SPLIT("§3", BRANCH_A), NULL, 0},
    {"P114", APPROVE_ACTIONS, SPLIT("all", BRANCH_A ", {branch: §b, vi: B, en: B, at: STC, role: leader}"), NULL, 0},
    {"P124", APPROVE_ACTIONS, SPLIT("all", "{branch: a, vi: Thuế, en: Tax, at: STC, role: specialist, limit: 1 working_day, result: §receipt}"), NULL, 0},
    {"P004", APPROVE_ACTIONS, SPLIT("all", "{branch: a, vi: Thuế, en: Tax, at: STC, role: specialist, limit: 1 working_day, procedure: \"1.000001\", on_due: §agree}"), NULL, 0},
    {"P125", "result: {vi: \"Quyết định\", en: \"Decision\"}\n", "results: [{result: main, vi: Quyết định, en: Decision, required: true}, {result: §copy, vi: Bản sao, en: Copy, required: true}]\n", NULL, 1},
    {"P119", APPROVE_ACTIONS, SPLIT("all", BRANCH_A "]}\n    then: §end\n  - step: other\n    vi: Khác\n    en: Other\n    split: {join: all, branches: [{branch: b, vi: B, en: B, at: STC, role: specialist, limit: 1 hour}"), NULL, 1},
    {"P115", "not_by: appraise", "not_by: §return", NULL, 0},
    {"P115", "assign: least_loaded", "assign: §same_as:return", NULL, 0},
    {"P115", "not_by: appraise", "not_by: [appraise, §approve]", NULL, 0},
    {"P116", "stop: tax", "stop: §taxx", "tax", 0},
    {"P117", "from: \"enter appraise\", to: \"leave approve\"", "from: \"leave return\", to: §\"enter approve\"", NULL, 0},
    {"P118", "{action: forward, to: appraise}", "{action: §forward, effect: return, to: appraise}", NULL, 0},
    {"P119", "{action: return, to: appraise}", "{action: return, to: appraise}\n      - {action: §done, to: end}", NULL, 0},
    {"P121", "{action: forward, to: approve, needs: [draft]}", "{action: forward, to: approve}\n      - {action: now, effect: hand_over}", NULL, 0},
    {"P122", "form.estimate > 500000\"", "form.estimate > 900000\"", NULL, 0},
    /* time */
    {"P201", "limit: 6 working_day", "limit: 9.75 working_day", NULL, 2},
    {"P202", "legal: 12 working_day\n  committed: 10 working_day\n  by_channel: {online: 11 working_day}", "legal: §8 working_day\n  exceeds: như công bố", NULL, 0},
    {"P203", "committed: 10 working_day", "committed: 8.75 working_day", NULL, 0},
    {"P204", "legal: 12 working_day\n  committed: 10 working_day\n  by_channel: {online: 11 working_day}\n  add: [{when: \"place.island\", limit: 10 working_day, basis: luật}]", "legal: §10 calendar_day", NULL, 0},
    {"P205", "legal: 12 working_day\n  committed: 10 working_day\n  by_channel: {online: 11 working_day}\n  add: [{when: \"place.island\", limit: 10 working_day, basis: luật}]", "legal: §11 calendar_day", NULL, 0},
    {"P207", "committed: 10 working_day", "committed: §13 working_day", NULL, 0},
    {"P208", "limit: 10 working_day, basis", "limit: §10 calendar_day, basis", NULL, 0},
    {"P209", "limit: 9 working_day}", "limit: §7.5 working_day}", NULL, 0},
    {"P210", "legal: 12 working_day\n  committed: 10 working_day", "legal: 0 working_day\n  committed: 0 working_day", NULL, 1},
    {"P211", "channels: [counter, post, online]", "channels: [counter, post]", NULL, 0},
    /* conditions */
    {"P301", "form.estimate <= 500000", "form.estimate §== 500000", NULL, 0},
    {"P301", "form.estimate <= 500000", "form.estimate <= §5e5", NULL, 0},
    {"P301", "form.estimate <= 500000", "form.estimate <= 500000 §& true", NULL, 0},
    {"P302", "form.estimate <= 500000", "form.estimate <= §", NULL, 0},
    {"P302", "form.estimate <= 500000", "form.estimate <= 500000 §place.island", NULL, 0},
    {"P302", "form.estimate <= 500000", "(form.estimate <= 500000§", NULL, 0},
    {"P303", "form.estimate <= 500000", "§form.estimat <= 500000", "form.estimate", 0},
    {"P303", "form.estimate <= 500000", "not (true and §step.aprove.times > 1)", "step.approve.times", 0},
    {"P304", "form.estimate <= 500000", "form.estimate <= §'500000'", NULL, 0},
    {"P304", "form.estimate <= 500000", "form.since >= §2020", NULL, 0},
    {"P304", "form.estimate <= 500000", "§place.island > true", NULL, 0},
    {"P305", "form.estimate <= 500000", "place.island and §form.estimate", NULL, 0},
    {"P306", "form.estimate <= 500000", "((((((((((((((((§(form.estimate <= 500000)))))))))))))))))", NULL, 0},
    {"P307", "form.estimate <= 500000", "§form.estimate < 1 and form.estimate > 2", NULL, 0},
    {"P307", "form.estimate <= 500000", "§form.funds = 'budget' and form.funds = 'other'", NULL, 0},
    {"P307", "form.estimate <= 500000", "§place.island and not place.island", NULL, 0},
    {"P308", "form.estimate > 500000", "§form.estimate > 5 or not form.estimate > 5", NULL, 0},
    {"P309", "form.estimate <= 500000", "form.funds = §'budget", NULL, 0},
    {"P309", "form.estimate <= 500000", "form.funds in ['budget'§", NULL, 0},
    {"P310", "form.estimate <= 500000", "form.funds in ['budget', §'othr']", "other", 0},
    {"P310", "channel != 'post'", "channel != §'mail'", NULL, 0},
};
/* clang-format on */

/* GOOD with one replacement; the sign § is taken out and its place told. */
static char *changed(struct arena *a, const char *base, const struct bad *b, struct mark *ret)
{
    const char *at = strstr(base, b->find), *sign;
    char *text, *s;
    size_t n;

    assert_non_null(at);
    text = arena_printf(a, "%.*s%s%s", (int)(at - base), base, b->replace, at + strlen(b->find));
    *ret = (struct mark){0, 0};
    sign = strstr(text, "§");
    if (!sign)
        return text;
    n = (size_t)(sign - text);
    *ret = (struct mark){1, 1};
    for (s = text; s < text + n; s++) {
        if (*s == '\n')
            *ret = (struct mark){ret->line + 1, 1};
        else if (((unsigned char)*s & 0xc0) != 0x80)
            ret->col++;
    }
    memmove(text + n, sign + 2, strlen(sign + 2) + 1);
    return text;
}

static struct organisation *organisation(struct arena *a)
{
    struct diags d;
    struct organisation *o;

    diags_init(&d, a);
    o = organisation_compile(a, span_of(ORGANISATION), &d);
    assert_non_null(o);
    return o;
}

static const struct diag *find_diag(const struct diags *d, const struct bad *b, struct mark at)
{
    size_t i;

    for (i = 0; i < d->n; i++)
        if (strcmp(d->item[i].code, b->code) == 0 &&
            (at.line == 0 || (d->item[i].at.line == at.line && d->item[i].at.col == at.col)))
            return &d->item[i];
    return NULL;
}

static void complain(const struct diags *d, const struct bad *b, const char *text, struct mark at)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    diags_print(d, "bad", span_of(text), LANG_EN, &out);
    print_error("%s wanted at %d:%d for: %s\nreported:\n%s\n", b->code, at.line, at.col, b->replace,
                buf_cstr(&out));
    buf_free(&out);
}

static void the_good_file_has_nothing_to_tell(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure_env env = {.org = organisation(a)};
    struct diags d;
    const struct procedure *p;

    (void)state;
    diags_init(&d, a);
    p = procedure_compile(a, span_of(GOOD), &env, &d);
    if (d.n)
        complain(&d, &(struct bad){.code = "none", .replace = ""}, GOOD, (struct mark){0, 0});
    assert_int_equal(d.n, 0);
    assert_non_null(p);
    assert_null(p->not_executable);
    arena_free(a);
}

static void each_mistake_is_told_at_its_place(void **state)
{
    size_t i, wrong = 0;

    (void)state;
    for (i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct arena *a = arena_new(1 << 24);
        struct procedure_env env = {.org = organisation(a)};
        const struct diag *found;
        struct diags d;
        struct mark at;
        const char *text = changed(a, GOOD, &BAD[i], &at);
        const struct procedure *p;

        diags_init(&d, a);
        p = procedure_compile(a, span_of(text), &env, &d);
        found = find_diag(&d, &BAD[i], at);
        if (!found || (int)d.n != 1 + BAD[i].also ||
            (found->nearest ? !BAD[i].nearest : BAD[i].nearest != NULL) ||
            (found->nearest && strcmp(found->nearest, BAD[i].nearest) != 0) || !found->text.en) {
            complain(&d, &BAD[i], text, at);
            wrong++;
        }
        assert_true((p == NULL) == (d.errors > 0));
        arena_free(a);
    }
    assert_int_equal(wrong, 0);
}

static void all_mistakes_are_told_at_once(void **state)
{
    static const char *const twice[][2] = {{"kind: internal", "kind: interna"},
                                           {"to: approve, needs", "to: aprove, needs"},
                                           {"role: leader", "role: lider"},
                                           {"form.estimate > 500000", "form.estimat > 500000"}};
    struct arena *a = arena_new(1 << 24);
    struct diags d;
    struct mark at;
    const char *text = GOOD;
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
        text = changed(a, text, &(struct bad){"", twice[i][0], twice[i][1], NULL, 0}, &at);
    diags_init(&d, a);
    assert_null(procedure_compile(a, span_of(text), NULL, &d));
    assert_int_equal(d.errors, 4);
    arena_free(a);
}

static void a_version_in_use_does_not_change(void **state)
{
    struct arena *a = arena_new(1 << 24);
    struct procedure_env env = {0};
    struct procedure *p;
    struct diags d;
    struct mark at;
    const char *text;

    (void)state;
    diags_init(&d, a);
    p = procedure_compile(a, span_of(GOOD), NULL, &d);
    assert_non_null(p);
    env.in_use = true;
    env.in_use_hash = p->hash;
    assert_non_null(procedure_compile(a, span_of(GOOD), &env, &d));
    text = changed(a, GOOD, &(struct bad){"", "vi: Trả kết quả", "vi: Trả", NULL, 0}, &at);
    assert_null(procedure_compile(a, span_of(text), &env, &d));
    assert_string_equal(d.item[0].code, "P120");
    assert_int_equal(d.item[0].at.line, 2);
    assert_int_equal(d.item[0].at.col, 10);
    arena_free(a);
}

/* Y002, Y005 and Y021 of length need files of their own; P120, the O codes and those of the
 * national catalogue (N, test_procedure_import.c) have theirs. */
static void every_code_of_the_list_has_a_case(void **state)
{
#define C(code, severity, vi, en) {#code, #severity},
    static const char *const codes[][2] = {
#include "common/procedure/codes.def"
    };
#undef C
    size_t i, k;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool found = codes[i][0][0] == 'O' || codes[i][0][0] == 'N' ||
                     strcmp(codes[i][0], "P120") == 0 || strcmp(codes[i][0], "Y002") == 0 ||
                     strcmp(codes[i][0], "Y005") == 0;
        for (k = 0; k < sizeof BAD / sizeof BAD[0] && !found; k++)
            found = strcmp(BAD[k].code, codes[i][0]) == 0;
        if (!found)
            print_error("no case for %s\n", codes[i][0]);
        assert_true(found);
    }
}

static void files_that_are_no_text_are_refused(void **state)
{
    struct arena *a = arena_new(1 << 26);
    char *deep = arena_alloc(a, 200);
    struct diags d;

    (void)state;
    diags_init(&d, a);
    memset(deep, '[', 199);
    assert_null(procedure_compile(a, span_of(deep), NULL, &d));
    assert_string_equal(d.item[0].code, "Y002");
    diags_init(&d, a);
    assert_null(procedure_compile(a, SPAN_LIT("name: \xff\xfe"), NULL, &d));
    assert_string_equal(d.item[0].code, "Y005");
    diags_init(&d, a);
    assert_null(procedure_compile(a, SPAN_LIT(""), NULL, &d));
    assert_null(procedure_compile(a, SPAN_LIT("- a\n"), NULL, &d));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_file_has_nothing_to_tell),
        cmocka_unit_test(each_mistake_is_told_at_its_place),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(a_version_in_use_does_not_change),
        cmocka_unit_test(every_code_of_the_list_has_a_case),
        cmocka_unit_test(files_that_are_no_text_are_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
