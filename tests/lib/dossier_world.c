/* A small world for tests of dossiers.  Owned by the test; one thread. */
#include "tests/lib/dossier_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/access/access.h"

static const char org_text[] =
    "agencies:\n"
    "  - {agency: HP, id: 1, code: H24, type: province, valid_from: 2018-01-01, calendar: office, "
    "name: {vi: Thành phố, en: City}}\n"
    "  - {agency: VPUB, id: 2, code: H24.01, type: office, parent: HP, valid_from: 2018-01-01, "
    "name: {vi: Văn phòng, en: Office}}\n"
    "  - {agency: TT, id: 10, code: H24.02, type: onestop, parent: VPUB, valid_from: 2018-01-01, "
    "name: {vi: Trung tâm, en: Centre}}\n"
    "  - {agency: STC, id: 11, code: H24.11, type: department, parent: HP, valid_from: 2018-01-01, "
    "name: {vi: Sở Tài chính, en: Finance}}\n"
    "  - {agency: STC_DIV, id: 12, code: H24.11.01, type: division, parent: STC, valid_from: "
    "2018-01-01, name: {vi: Phòng, en: Division}}\n"
    "  - {agency: XA, id: 30, code: H24.130, type: commune, parent: HP, valid_from: 2025-07-01, "
    "calendar: cutoff, name: {vi: Xã An, en: An}}\n"
    "  - {agency: XB, id: 31, code: H24.131, type: commune, parent: HP, valid_from: 2025-07-01, "
    "name: {vi: Đặc khu Bình, en: Binh}, island: true}\n"
    "  - {agency: TT_XA, id: 20, code: H24.130.01, type: onestop, parent: XA, valid_from: "
    "2025-07-01, name: {vi: Trung tâm xã, en: Centre of An}}\n"
    "  - {agency: OLD, id: 90, code: H23.11, type: department, parent: HP, valid_from: 2018-01-01, "
    "valid_to: 2025-06-30, successor: STC, name: {vi: Sở cũ, en: Old}}\n"
    "  - {agency: SXD, id: 13, code: H24.13, type: department, parent: HP, valid_from: 2018-01-01, "
    "name: {vi: Sở Xây dựng, en: Construction}}\n"
    "  - {agency: CT, id: 40, code: H24.90, type: vertical, parent: HP, valid_from: 2018-01-01, "
    "name: {vi: Thuế, en: Tax}}\n"
    "  - {agency: CA, id: 41, code: H24.91, type: vertical, parent: HP, valid_from: 2018-01-01, "
    "name: {vi: Công an thành phố, en: City police}}\n"
    "  - {agency: XA_CA, id: 42, code: H24.130.05, type: vertical, parent: CA, valid_from: "
    "2025-07-01, name: {vi: Công an xã An, en: Police of An}}\n"
    "  - {agency: XB_CA, id: 43, code: H24.131.05, type: vertical, parent: CA, valid_from: "
    "2025-07-01, name: {vi: Công an đặc khu Bình, en: Police of Binh}}\n"
    "people:\n"
    "  - {login: rec, name: Rê, agency: TT, roles: [receiver, returner]}\n";

static const char week_text[] = "week:\n"
                                "  mon: [07:30-11:30, 13:00-17:00]\n"
                                "  tue: [07:30-11:30, 13:00-17:00]\n"
                                "  wed: [07:30-11:30, 13:00-17:00]\n"
                                "  thu: [07:30-11:30, 13:00-17:00]\n"
                                "  fri: [07:30-11:30, 13:00-17:00]\n";

static const char regime_118[] =
    "regime: nd118\n"
    "name: {vi: Nghị định 118, en: Decree 118}\n"
    "valid_from: 2025-07-01\n"
    "code_owner: competent\n"
    "supplement: {max: 1, within: 3 working_day_eod, clock: restart, close_after_days: 15}\n"
    "extension: {max: 1, days_before: 1}\n"
    "online: {alert: 2 hour, answer: 8 hour}\n"
    "transfer_cutoff: \"15:00\"\n"
    "basis: [Điều 17]\n";
static const char regime_61[] =
    "regime: nd61\n"
    "name: {vi: Nghị định 61, en: Decree 61}\n"
    "valid_from: 2018-06-21\n"
    "valid_to: 2025-06-30\n"
    "code_owner: receiving\n"
    "supplement: {max: 1, within: 3 working_day_eod, clock: restart, close_after_days: 0}\n"
    "extension: {max: 1, days_before: 1}\n"
    "transfer_cutoff: \"15:00\"\n"
    "basis: [Điều 17]\n";

#define HEAD(code, competent, limit)                                                               \
    "procedure: \"" code "\"\n"                                                                    \
    "version: 1\n"                                                                                 \
    "valid_from: 2018-01-01\n"                                                                     \
    "kind: citizen\n"                                                                              \
    "name: {vi: Thủ tục, en: Procedure}\n"                                                     \
    "field: {code: TC, vi: Tài chính, en: Finance}\n"                                            \
    "competent: " competent "\n"                                                                   \
    "reception: any\n"                                                                             \
    "channels: [counter, online, post]\n"                                                          \
    "basis: [Luật]\n"                                                                            \
    "result: {vi: Quyết định, en: Decision}\n"                                                \
    "fee: {amount: 0}\n"                                                                           \
    "limit: " limit "\n"

static const char finance_text[] = HEAD("1.000001", "STC",
                                        "{legal: 12 working_day_eod, committed: 10 "
                                        "working_day_eod, by_channel: {online: 8 working_day_eod}, "
                                        "add: [{when: place.island, limit: 10 working_day_eod, "
                                        "basis: Luật}]}") "cases:\n"
                                                          "  - {case: \"01\", vi: Trường hợp một, "
                                                          "en: Case one, when: form.estimate > "
                                                          "1000000000, limit: 20 working_day_eod}\n"
                                                          "  - {case: \"02\", vi: Trường hợp hai, "
                                                          "en: Case two}\n"
                                                          "components:\n"
                                                          "  - {component: request, vi: Văn bản đề "
                                                          "nghị, en: Request, need: required, "
                                                          "originals: 1}\n"
                                                          "  - {component: extra, vi: Tài liệu "
                                                          "khác, en: Other, need: if_any, copies: "
                                                          "1}\n"
                                                          "  - {component: land, vi: Giấy tờ đất, "
                                                          "en: Land paper, need: one_of, group: "
                                                          "proof, originals: 1}\n"
                                                          "  - {component: house, vi: Giấy tờ nhà, "
                                                          "en: House paper, need: one_of, group: "
                                                          "proof, originals: 1}\n"
                                                          "  - {component: power, vi: Giấy ủy "
                                                          "quyền, en: Authorisation, need: when, "
                                                          "when: form.by_proxy = true, originals: "
                                                          "1}\n"
                                                          "form:\n"
                                                          "  - {field: estimate, vi: Giá dự toán, "
                                                          "en: Estimate, type: money, required: "
                                                          "true, min: 1, max: 900000000000}\n"
                                                          "  - {field: by_proxy, vi: Nộp thay, en: "
                                                          "By proxy, type: bool}\n"
                                                          "  - {field: who, vi: Tên người, en: "
                                                          "Name, type: text, max: 20}\n"
                                                          "  - {field: born, vi: Ngày sinh, en: "
                                                          "Born, type: date}\n"
                                                          "  - {field: source, vi: Nguồn vốn, en: "
                                                          "Source, type: choice, choices: "
                                                          "[{choice: state, vi: Nhà nước, en: "
                                                          "State}, {choice: own, vi: Tự có, en: "
                                                          "Own}]}\n"
                                                          "reasons:\n"
                                                          "  - {reason: missing, vi: Thiếu giấy "
                                                          "tờ, en: Missing, for: supplement, "
                                                          "attribution: applicant, incomplete: "
                                                          "true}\n"
                                                          "  - {reason: unclear, vi: Hướng dẫn "
                                                          "chưa rõ, en: Unclear, for: supplement, "
                                                          "attribution: guidance}\n"
                                                          "  - {reason: not_eligible, vi: Không đủ "
                                                          "điều kiện, en: Not eligible, for: "
                                                          "refuse, attribution: applicant}\n"
                                                          "  - {reason: not_completed, vi: Không "
                                                          "bổ sung, en: Not completed, for: "
                                                          "refuse, attribution: applicant, "
                                                          "incomplete: true}\n"
                                                          "  - {reason: wrong, vi: Dự thảo sai, "
                                                          "en: Draft wrong, for: return, "
                                                          "attribution: officer}\n"
                                                          "  - {reason: silent, vi: Quá hạn, "
                                                          "en: Not in time, for: close}\n"
                                                          "  - {reason: waited, vi: Chờ lâu, "
                                                          "en: Waited, for: complaint}\n"
                                                          "steps:\n"
                                                          "  - {step: receive, vi: Tiếp nhận, en: "
                                                          "Receive, at: reception, role: receiver, "
                                                          "limit: 0.5 working_day, public: {vi: Đã "
                                                          "tiếp nhận, en: Received}, portal: 2, "
                                                          "actions: [{action: forward, to: "
                                                          "appraise}]}\n"
                                                          "  - {step: appraise, vi: Thẩm định, en: "
                                                          "Appraise, at: STC, role: specialist, "
                                                          "limit: 4 working_day, assign: "
                                                          "least_loaded, public: {vi: Đang thẩm "
                                                          "định, en: Appraising}, portal: 4, "
                                                          "actions: [{action: forward, to: "
                                                          "approve, needs: [draft]}, {action: big, "
                                                          "vi: Trình lớn, en: Big, effect: "
                                                          "forward, to: approve, when: "
                                                          "form.estimate > 500000000, needs: "
                                                          "[draft, note]}, "
                                                          "{action: supplement, effect: "
                                                          "supplement, needs: [reason]}]}\n"
                                                          "  - {step: approve, vi: Phê duyệt, en: "
                                                          "Approve, at: STC, role: leader, not_by: "
                                                          "appraise, limit: 2 working_day, public: "
                                                          "{vi: Đang duyệt, en: Approving}, "
                                                          "portal: 4, "
                                                          "actions: [{action: approve, to: issue}, "
                                                          "{action: return, to: appraise, needs: "
                                                          "[reason]}, {action: refuse, to: issue, "
                                                          "needs: [reason]}]}\n"
                                                          "  - {step: issue, vi: Phát hành, en: "
                                                          "Issue, at: STC, role: clerk, limit: 0.5 "
                                                          "working_day, public: {vi: Đang phát "
                                                          "hành, en: Issuing}, portal: 4, "
                                                          "actions: [{action: number, needs: "
                                                          "[result]}, {action: release, to: hand}, "
                                                          "{action: return, to: approve, needs: "
                                                          "[reason]}]}\n"
                                                          "  - {step: hand, vi: Trả kết quả, en: "
                                                          "Hand over, at: reception, role: "
                                                          "returner, limit: 0.5 working_day, "
                                                          "public: {vi: Mời đến nhận, en: Ready}, "
                                                          "portal: 9, "
                                                          "actions: [{action: hand_over}]}\n"
                                                          "spans:\n"
                                                          "  - {span: dept, vi: Tại Sở, en: At the "
                                                          "department, from: enter appraise, to: "
                                                          "leave issue, limit: 7 working_day}\n";

static const char trivial_text[] = HEAD(
    "2.000815", "XA", "same_day") "immediate: true\n"
                                  "calendar: cutoff\n"
                                  "components:\n"
                                  "  - {component: original, vi: Bản chính, en: Original, need: "
                                  "required, originals: 1, present: true}\n"
                                  "steps:\n"
                                  "  - {step: certify, vi: Chứng thực, en: Certify, at: reception, "
                                  "role: receiver, public: {vi: Đã nhận, en: Received}, portal: 2, "
                                  "actions: [{action: hand_over, needs: [result]}]}\n";

static const char officer_text[] = HEAD(
    "3.000003", "STC",
    "20 working_day_eod") "components:\n"
                          "  - {component: request, vi: Đơn, en: Request, need: required, "
                          "originals: 1}\n"
                          "steps:\n"
                          "  - {step: receive, vi: Nhận, en: Receive, at: STC_DIV, role: clerk, "
                          "public: {vi: Nhận, en: Received}, portal: 2, actions: [{action: "
                          "forward, to: one}, {action: two, vi: Hai, en: Two, effect: forward, to: "
                          "two}, "
                          "{action: three, vi: Ba, en: Three, effect: forward, to: three}]}\n"
                          "  - {step: one, vi: Một, en: One, at: STC, role: specialist, limit: 3 "
                          "working_day, assign: round_robin, not_by: same, public: {vi: Xử lý, en: "
                          "In process}, portal: 4, actions: [{action: forward, to: two}, {action: "
                          "release, to: hand}]}\n"
                          "  - {step: two, vi: Hai, en: Two, at: STC, role: specialist, limit: 3 "
                          "working_day, assign: chosen, public: {vi: Xử lý, en: In process}, "
                          "portal: 4, actions: [{action: forward, to: same}, {action: return, to: "
                          "one, needs: [reason]}]}\n"
                          "  - {step: three, vi: Ba, en: Three, at: STC, role: specialist, limit: "
                          "3 working_day, assign: pull, not_by: two, public: {vi: Xử lý, en: In "
                          "process}, portal: 4, actions: [{action: forward, to: same}]}\n"
                          "  - {step: same, vi: Cùng, en: Same, at: STC, role: specialist, limit: "
                          "3 working_day, assign: same_as:two, public: {vi: Xử lý, en: In "
                          "process}, portal: 4, actions: [{action: forward, to: three}, {action: "
                          "release, to: hand}, {action: one, vi: Một, en: One, effect: forward, "
                          "to: one}]}\n"
                          "  - {step: hand, vi: Trả, en: Hand, at: reception, role: returner, "
                          "public: {vi: Trả, en: Ready}, portal: 9, actions: [{action: "
                          "hand_over}]}\n";

const char *world_procedure(const char *name)
{
    if (strcmp(name, "finance") == 0)
        return finance_text;
    if (strcmp(name, "trivial") == 0)
        return trivial_text;
    if (strcmp(name, "officers") == 0)
        return officer_text;
    return NULL;
}

static void die(const struct diags *d, const char *what, struct span text)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    diags_print(d, what, text, LANG_EN, &b);
    fprintf(stderr, "%s\n", buf_cstr(&b));
    abort();
}

static struct calendar *calendar(struct arena *a, const char *name, bool cutoff)
{
    char *text =
        arena_printf(a,
                     "calendar: %s\nname: {vi: Lịch, en: Calendar}\ntimezone: Asia/Ho_Chi_Minh\n"
                     "%s%sfrom: 2018-01-01\nuntil: 2030-12-31\n",
                     name, cutoff ? "cutoff: 15:00\n" : "", week_text);
    struct calendar *c;
    struct diags d;

    diags_init(&d, a);
    c = calendar_compile(a, span_of(text), NULL, NULL, &d);
    if (!c)
        die(&d, name, span_of(text));
    return c;
}

static const struct calendar *find_calendar(void *ctx, const char *name)
{
    struct world *w = ctx;

    if (strcmp(name, "office") == 0)
        return w->office;
    return strcmp(name, "cutoff") == 0 ? w->cutoff : NULL;
}

static const struct officer_load *find_officers(void *ctx, int agency, enum role role,
                                                size_t *ret_n)
{
    struct world *w = ctx;
    size_t i, n = 0;

    for (i = 0; i < w->officers; i++)
        if (w->officer[i].agency == agency && w->officer[i].roles & ROLE_BIT(role))
            w->found[n++] = w->officer[i].load;
    *ret_n = n;
    return w->found;
}

struct world *world_new(const char *procedure)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct world *w = ARENA_NEW(a, struct world);
    struct procedure_env env;
    struct diags d;

    w->base = a;
    w->a = arena_new((size_t)1 << 30);
    diags_init(&d, a);
    w->org = organisation_compile(a, span_of(org_text), &d);
    if (!w->org)
        die(&d, "organisation", span_of(org_text));
    if (!regime_compile(a, &w->regimes, span_of(regime_118), &d) ||
        !regime_compile(a, &w->regimes, span_of(regime_61), &d))
        die(&d, "regime", span_of(regime_118));
    w->office = calendar(a, "office", false);
    w->cutoff = calendar(a, "cutoff", true);
    env = (struct procedure_env){.org = NULL};
    if (!procedure)
        procedure = finance_text;
    w->p = procedure_compile(a, span_of(procedure), &env, &d);
    if (!w->p)
        die(&d, "procedure", span_of(procedure));
    w->c = (struct context){.arena = w->a,
                            .procedure = w->p,
                            .org = w->org,
                            .calendar = find_calendar,
                            .officers = find_officers,
                            .ctx = w};
    w->id = 7;
    world_at(w, "2026-03-02T08:00");
    return w;
}

void world_free(struct world *w)
{
    arena_free(w->a);
    arena_free(w->base);
}

void world_reset(struct world *w, int64_t id)
{
    arena_reset(w->a);
    w->s = NULL;
    w->event = NULL;
    w->events = w->event_cap = 0;
    w->pasts = 0;
    w->c.procedure = w->p;
    w->c.target = NULL;
    w->id = id;
}

instant world_instant(const char *local)
{
    instant t;

    if (!instant_parse(span_of(local), &t))
        abort();
    return t;
}

void world_at(struct world *w, const char *local)
{
    w->c.now = world_instant(local);
    w->c.regime = regime_on(&w->regimes, lminute_day(lminute_of(w->c.now)));
}

void world_officer(struct world *w, int64_t user, int agency, unsigned roles)
{
    assert(w->officers < WORLD_OFFICERS);
    w->officer[w->officers++] = (struct world_officer){
        .load = {.user = user, .last_assigned = INSTANT_NONE}, .agency = agency, .roles = roles};
}

void world_by(struct world *w, int64_t user)
{
    size_t i;

    w->c.actor = (struct actor){.user = user};
    for (i = 0; i < w->officers; i++)
        if (w->officer[i].load.user == user) {
            w->c.actor.agency = w->officer[i].agency;
            w->c.actor.roles = w->officer[i].roles;
        }
}

void world_for(struct world *w, int64_t user, int64_t on_behalf_of)
{
    struct actor from;

    world_by(w, on_behalf_of);
    from = w->c.actor;
    world_by(w, user);
    w->c.actor.on_behalf_of = on_behalf_of;
    w->delegation = (struct delegation){.delegation = 5,
                                        .from = on_behalf_of,
                                        .to = user,
                                        .agency = from.agency,
                                        .kinds = DELEGATED_ALL,
                                        .valid_from = civil_day((struct civil){2018, 1, 1}),
                                        .valid_to = civil_day((struct civil){2030, 12, 31}),
                                        .document = "12/UQ-STC",
                                        .revoked = INSTANT_NONE,
                                        .roles = from.roles};
    w->c.delegation = &w->delegation;
    w->c.delegations = 1;
}

const char *world_json(struct world *w, const struct dossier *s)
{
    struct buf b;
    char *text;

    buf_init(&b, 1 << 20);
    dossier_to_json(s, &b);
    text = arena_strndup(w->a, buf_cstr(&b), b.n);
    buf_free(&b);
    return text;
}

static const char *next_number(struct world *w, const struct assign_number *n)
{
    size_t i;

    for (i = 0; i < w->counters && strcmp(w->counter[i].name, n->counter) != 0; i++)
        ;
    if (i == w->counters) {
        assert(w->counters < WORLD_COUNTERS);
        w->counters++;
        (void)snprintf(w->counter[i].name, sizeof w->counter[i].name, "%s", n->counter);
        w->counter[i].last = 0;
    }
    return arena_printf(w->a, "%s%0*lld", n->prefix, n->width, (long long)++w->counter[i].last);
}

__attribute__((unused)) static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "never so: %s\n", what);
        abort();
    }
}

static void remember(struct world *w, const struct event *e, const struct dossier *before)
{
    struct event *kept = ARENA_NEW(w->a, struct event);

    *kept = *e;
    if (w->pasts == PAST_MAX)
        memmove(w->past, w->past + 1, --w->pasts * sizeof *w->past);
    w->past[w->pasts++] = (struct past){kept, before};
}

/* What the store does: numbers are given, the events are chained, the state is kept. */
static void keep(struct world *w)
{
    struct dossier *s = w->s, *back;
    const struct procedure *p = w->c.procedure;
    uint8_t pinned[SHA256_BYTES];
    size_t i;

    dossier_change(w->a, w->s, &w->d, &w->change);
    for (i = 0; i < w->d.events; i++) {
        struct event e = w->d.event[i];
        uint8_t head[SHA256_BYTES] = {0};

        if (e.assign.counter)
            e.assigned = next_number(w, &e.assign);
        e.assign = (struct assign_number){0};
        if (s)
            memcpy(head, s->head, sizeof head);
        if (w->c.target && event_pins(w->a, &e, pinned) &&
            memcmp(pinned, w->c.target->hash, SHA256_BYTES) == 0)
            p = w->c.target;
        remember(w, &e, s);
        s = dossier_apply(w->a, s, w->id, &e, p);
        must(s != NULL, "an event of decide does not apply");
        event_hash(head, w->change.digest[i], e.assigned, s->head);
        ARENA_PUSH(w->a, w->event, w->events, w->event_cap) = e;
    }
    must(strcmp(world_json(w, s), w->change.state) == 0, "fold differs from decide's state");
    back = dossier_of_json(w->a, (struct span){w->change.state, w->change.state_len});
    must(back != NULL, "the state does not survive its JSON");
    must(strcmp(world_json(w, back), w->change.state) == 0, "the state changes through its JSON");
    /* as the store does: what are columns comes beside the JSON */
    back->id = w->id;
    back->seq = s->seq;
    back->code = s->code;
    memcpy(back->head, s->head, SHA256_BYTES);
    if (back->result.number_given)
        back->result.number = s->result.number;
    w->s = back;
    w->c.procedure = p;
}

bool world_do(struct world *w, const struct command *cmd)
{
    const char *before = w->s ? world_json(w, w->s) : NULL;

    w->c.past = w->past;
    w->c.pasts = w->pasts;
    dossier_decide(w->s, w->id, cmd, &w->c, &w->d);
    must(w->d.ok == (w->d.refusals == 0), "refused without a reason");
    must(w->d.ok || (w->d.events == 0 && !w->d.after), "refused with events");
    if (before)
        must(strcmp(before, world_json(w, w->s)) == 0, "decide changed the state it was given");
    if (w->d.ok && w->d.events)
        keep(w);
    return w->d.ok;
}

enum err world_try(struct world *w, const struct command *cmd)
{
    return world_do(w, cmd) ? ERR_OK : w->d.refusal[0].e;
}

bool world_act(struct world *w, const char *action)
{
    return world_do(w, &(struct command){.kind = CMD_ACT, .action = action});
}

bool refused_with(const struct world *w, enum err e, const char *pointer)
{
    size_t i;

    for (i = 0; i < w->d.refusals; i++) {
        const struct refusal *r = &w->d.refusal[i];

        if (r->e == e && (!pointer || (r->pointer && strcmp(pointer, r->pointer) == 0)))
            return true;
    }
    return false;
}

struct intake world_intake(struct world *w)
{
    struct value *form = ARENA_ARRAY(w->a, struct value, w->p->forms ? w->p->forms : 1);
    struct check_off *check = ARENA_ARRAY(w->a, struct check_off, w->p->components + 1);
    size_t i, n = 0;

    for (i = 0; i < w->p->forms; i++)
        if (w->p->form[i].type == FORM_MONEY)
            form[i] = (struct value){.type = VALUE_INT, .i = 300000000};
    for (i = 0; i < w->p->components; i++)
        if (w->p->component[i].need != NEED_WHEN)
            check[n++] = (struct check_off){.component = w->p->component[i].code, .originals = 1};
    return (struct intake){.channel = CHANNEL_COUNTER,
                           .receiving = W_TT,
                           .applicant_kind = "citizen",
                           .form = form,
                           .forms = w->p->forms,
                           .check = check,
                           .checks = n};
}

bool world_explained(struct world *w, enum clock_kind kind, enum lang lang, const char *wanted)
{
    struct buf b;
    bool there;
    size_t i;

    buf_init(&b, 1 << 16);
    for (i = 0; i < w->s->clocks; i++)
        if (w->s->clock[i].kind == kind)
            (void)dossier_explain_clock(w->s, i, &w->c, lang, EXPLAIN_TEXT, &b);
    there = strstr(buf_cstr(&b), wanted) != NULL;
    if (!there)
        fprintf(stderr, "not there: %s\n%s\n", wanted, buf_cstr(&b));
    buf_free(&b);
    return there;
}
