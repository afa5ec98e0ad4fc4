/* Random rules.  Owned by the caller; one thread. */
#include "tests/lib/random_rules.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/dice.h"

/* ---------------------------------------------------------------- calendars */

static struct fixture_day sessions(bool whole)
{
    static const int opens[] = {420, 450, 480}, noons[] = {660, 690, 720}, ends[] = {960, 1020};
    struct fixture_day d = {.n = whole ? 2 : 1};

    d.open[0] = opens[dice(3)];
    d.close[0] = noons[dice(3)];
    d.open[1] = 780 + 30 * (int)dice(2);
    d.close[1] = ends[dice(2)];
    return d;
}

static dayno day_of(int year, int month, int day)
{
    return civil_day((struct civil){year, month, day});
}

void random_calendar(struct fixture_calendar *c, const char *name)
{
    struct fixture_day usual = sessions(true), half = sessions(false);
    bool same = !one_in(3);
    int i;

    memset(c, 0, sizeof *c);
    c->name = name;
    for (i = 0; i < 5; i++)
        c->week[i] = same ? usual : sessions(!one_in(6));
    if (one_in(2)) { /* Saturday morning, counted or not */
        c->week[5] = half;
        c->uncounted[5] = one_in(2);
    }
    c->holiday[c->holidays++] = day_of(2025, 1, 1);
    c->holiday[c->holidays++] = day_of(2028, 12, 31);
    for (i = 0; i < 12; i++)
        c->holiday[c->holidays++] = day_of(2026, 3, 1) + 20 * i + (int)dice(20);
    c->make_up[0].day = day_of(2026, 3, 8) + 7 * (int)dice(8); /* a Sunday that works */
    c->make_up[0].as = 0;
    c->make_ups = (int)dice(2);
    for (i = 0; i < c->holidays; i++)
        if (c->make_ups && c->holiday[i] == c->make_up[0].day)
            c->make_ups = 0;
    c->cutoff = one_in(3) ? 15 * 60 : -1;
    c->day_minutes = 420 + 30 * (int)dice(3);
}

void random_correction(const struct fixture_calendar *from, struct fixture_calendar *to)
{
    dayno d = day_of(2026, 3, 5) + (dayno)dice(80);
    int i;

    *to = *from;
    to->calendar = NULL;
    for (i = 0; i < to->holidays; i++)
        if (to->holiday[i] == d || (to->make_ups && to->make_up[0].day == d))
            return;
    to->holiday[to->holidays++] = d;
    if (one_in(3)) /* and one that turns out to be a working day */
        to->holiday[4] = to->holiday[--to->holidays];
}

/* ---------------------------------------------------------------- procedures */

#define MIDDLE_MAX 6

struct shape { /* drawn once, written for both versions */
    unsigned middle;
    int split; /* which of the middle steps; -1: none */
    struct {
        unsigned agency, limit, assign, returns, asks, warn, timer, not_first, skip, escalate;
    } m[MIDDLE_MAX];
    unsigned join, tax_stop, police_stop, deemed, branch_days;
    unsigned join_then, fourth; /* of the second version: another join, a branch more */
    unsigned limit, unit, committed, cases, span, supplement, fee, archive, paid;
};

static void draw(struct shape *s)
{
    unsigned i;

    memset(s, 0, sizeof *s);
    s->middle = 1 + dice(MIDDLE_MAX - 1);
    s->split = s->middle > 1 && dice(3) ? 1 + (int)dice(s->middle - 1) : -1;
    for (i = 0; i < s->middle; i++) {
        s->m[i].agency = i ? dice(3) : 0;
        s->m[i].limit = dice(4);
        s->m[i].assign = dice(4);
        s->m[i].returns = dice(4);
        s->m[i].asks = dice(16);
        s->m[i].warn = dice(3);
        s->m[i].timer = dice(5);
        s->m[i].not_first = i && one_in(4);
        s->m[i].skip = dice(3);
        s->m[i].escalate = dice(2);
    }
    s->join = dice(3);
    s->join_then = dice(3);
    s->fourth = dice(3); /* 1: one that excludes time, 2: an ordinary one */
    s->tax_stop = dice(2);
    s->police_stop = dice(3) == 0;
    s->deemed = dice(2);
    s->branch_days = 1 + dice(3);
    s->limit = 25 + dice(15);
    s->unit = dice(3);
    s->committed = dice(2);
    s->cases = dice(2);
    s->span = dice(2);
    s->supplement = dice(4);
    s->fee = dice(3);
    s->archive = dice(2);
    s->paid = dice(2);
}

static const char *const agencies[] = {"STC", "SXD", "CT"};

static void limit_of(struct buf *out, unsigned kind, unsigned more)
{
    static const char *const limits[] = {"0.5 working_day", "1.25 working_day", "6 hour",
                                         "2 working_day"};
    static const char *const longer[] = {"0.75 working_day", "1.5 working_day", "7 hour",
                                         "2 working_day"};

    buf_printf(out, "    limit: %s\n", (more ? longer : limits)[kind % 4]);
}

static void head(struct buf *out, const struct shape *s, int version)
{
    static const char *const units[] = {"working_day_eod", "working_day", "calendar_day"};
    unsigned legal = s->limit * (s->unit == 2 ? 2 : 1) + (version > 1 ? 3 : 0);

    buf_printf(out,
               "procedure: \"8.000001\"\nversion: %d\nvalid_from: 2018-01-01\nkind: citizen\n"
               "name: {vi: Thủ tục, en: Procedure}\nfield: {code: XD, vi: Xây dựng, en: Building}\n"
               "competent: STC\nreception: any\nchannels: [counter, online, post]\nbasis: [Luật]\n"
               "result: {vi: Giấy, en: Paper}\nfee: {amount: %u}\n",
               version, s->fee == 0 ? 50000u : 0u);
    buf_printf(out, "limit: {legal: %u %s%s", legal, units[s->unit], s->committed ? "" : "}\n");
    if (s->committed)
        buf_printf(out, ", committed: %u %s}\n", legal - 2, units[s->unit]);
    if (s->cases)
        buf_printf(out,
                   "cases: [{case: \"01\", vi: Một, en: One, limit: %u %s}, {case: \"02\", vi: "
                   "Hai, en: Two}]\n",
                   legal + 10, units[s->unit]);
    if (s->supplement == 0)
        buf_str(out, "supplement: {within: 7 working_day_eod, clock: continue, times: 2, basis: "
                     "Luật}\n");
    if (s->supplement == 1)
        buf_str(out, "supplement: {within: 5 working_day_eod, clock: restart, times: 1, basis: "
                     "Luật}\n");
    buf_str(out,
            "components: [{component: request, vi: Đơn, en: Request, need: required, originals: "
            "1}]\n"
            "form: [{field: estimate, vi: Giá, en: Price, type: money, required: true, min: 1, "
            "max: 900000000000}]\n"
            "stops:\n  - {reason: tax, vi: Thuế, en: Tax, basis: Luật Quản lý thuế}\n"
            "  - {reason: survey, vi: Đo đạc, en: Survey, basis: Luật Đất đai}\n"
            "reasons:\n"
            "  - {reason: missing, vi: Thiếu, en: Missing, for: supplement, attribution: "
            "applicant, incomplete: true}\n"
            "  - {reason: not_eligible, vi: Không đủ, en: Not eligible, for: refuse, attribution: "
            "applicant}\n"
            "  - {reason: wrong, vi: Sai, en: Wrong, for: return, attribution: officer}\n"
            "  - {reason: overload, vi: Quá tải, en: Overload, for: late, attribution: officer}\n"
            "steps:\n  - step: receive\n    vi: Nhận\n    en: Receive\n    at: reception\n"
            "    role: receiver\n    limit: 0.5 working_day\n"
            "    actions: [{action: forward, to: m0}]\n");
}

static void next_of(const struct shape *s, unsigned i, char out[16])
{
    (void)snprintf(out, 16, i + 1 < s->middle ? "m%u" : "approve", i + 1);
}

static void branch(struct buf *out, char key, const char *agency, unsigned days, const char *more)
{
    buf_printf(out,
               "        - {branch: %c, vi: Hỏi, en: Ask, at: %s, role: specialist, limit: %u "
               "working_day%s}\n",
               key, agency, days, more);
}

/* The second version asks in another order, with other limits, and some of them one agency more. */
static void split(struct buf *out, const struct shape *s, unsigned i, int version)
{
    static const char *const joins[] = {"all", "any", "2"};
    static const char order[2][4] = {"abc", "cba"};
    unsigned more = version > 1;
    char next[16];
    int k;

    next_of(s, i, next);
    buf_printf(out,
               "  - step: m%u\n    vi: Ý kiến\n    en: Opinions\n    split:\n      join: %s\n"
               "      branches:\n",
               i, joins[more ? s->join_then : s->join]);
    if (more && s->fourth)
        branch(out, 'd', "STC", 3, s->fourth == 1 ? ", stop: survey" : "");
    for (k = 0; k < 3; k++)
        switch (order[more][k]) {
        case 'a':
            branch(out, 'a', "SXD", s->branch_days + more, s->deemed ? ", on_due: agree" : "");
            break;
        case 'b':
            branch(out, 'b', "CT", 2, s->tax_stop ? ", stop: tax" : "");
            break;
        default:
            branch(out, 'c', "CA", 1 + more, s->police_stop ? ", stop: survey" : "");
        }
    buf_printf(out, "    then: %s\n", next);
}

static void times(struct buf *out, const struct shape *s, unsigned i)
{
    static const char *const warns[] = {"", "    warn: [50%, due]\n", "    warn: [80%]\n"};
    static const char *const timers[] = {
        "", "    timers: [{at: due, do: remind}]\n", "    timers: [{at: \"80%\", do: forward}]\n",
        "    timers: [{at: \"due + 2 hour\", do: remind}, {at: due, do: forward}]\n", ""};

    buf_str(out, warns[s->m[i].warn]);
    buf_str(out, timers[s->m[i].timer]);
    if (s->m[i].escalate)
        buf_str(out, "    escalate: {at: \"due + 4 hour\", to: leader}\n");
}

static void asks(struct buf *out, unsigned bits)
{
    if (bits & 1)
        buf_str(out, "      - {action: supplement, effect: supplement, needs: [reason]}\n");
    if (bits & 2)
        buf_str(out, "      - {action: tax, vi: Thuế, en: Tax, effect: exclude, stop: tax}\n");
    if (bits & 4)
        buf_str(out, "      - {action: pay, vi: Nộp, en: Pay, effect: payment, stop: survey}\n");
    if (bits & 8)
        buf_str(out, "      - {action: consult, vi: Hỏi, en: Ask, effect: consult}\n");
}

static void middle(struct buf *out, const struct shape *s, unsigned i, int version)
{
    static const char *const assign[] = {"pull", "round_robin", "least_loaded", "chosen"};
    char next[16];

    next_of(s, i, next);
    buf_printf(out,
               "  - step: m%u\n    vi: Xử lý\n    en: Work\n    at: %s\n    role: specialist\n"
               "    assign: %s\n",
               i, agencies[s->m[i].agency], assign[s->m[i].assign]);
    limit_of(out, s->m[i].limit, version > 1);
    if (s->m[i].not_first && (int)i - 1 != s->split)
        buf_printf(out, "    not_by: m%u\n", i - 1);
    times(out, s, i);
    buf_printf(out, "    actions:\n      - {action: forward, to: %s%s}\n", next,
               i == 0 ? ", needs: [draft]" : "");
    if (s->m[i].skip == 0 && strcmp(next, "approve") != 0)
        buf_str(out, "      - {action: skip, vi: Bỏ qua, en: Skip, effect: forward, to: approve, "
                     "when: \"form.estimate > 500000000\"}\n");
    if (i && s->m[i].returns == 0)
        buf_printf(out, "      - {action: return, to: m%u, needs: [reason]}\n", 0u);
    if (i && s->m[i].returns == 1 && (int)i - 1 != s->split)
        buf_str(out, "      - {action: origin, vi: Trả, en: Back, effect: return, to: back}\n");
    asks(out, s->m[i].asks);
}

static void tail(struct buf *out, const struct shape *s)
{
    buf_printf(out,
               "  - step: approve\n    vi: Duyệt\n    en: Approve\n    at: STC\n    role: leader\n"
               "    limit: 1 working_day\n    actions:\n"
               "      - {action: approve, to: issue}\n"
               "      - {action: return, to: m0, needs: [reason]}\n"
               "      - {action: refuse, to: issue, needs: [reason]}\n"
               "  - step: issue\n    vi: Phát hành\n    en: Issue\n    at: STC\n    role: clerk\n"
               "    limit: 0.5 working_day\n    actions:\n"
               "      - {action: number, needs: [result]}\n      - {action: release, to: hand}\n"
               "  - step: hand\n    vi: Trả\n    en: Hand over\n    at: reception\n"
               "    role: returner\n    actions:\n      - {action: hand_over%s%s}\n",
               s->archive ? ", to: archive" : "", s->fee == 0 && s->paid ? ", needs: [paid]" : "");
    if (s->archive)
        buf_str(out, "  - step: archive\n    vi: Lưu\n    en: Archive\n    at: STC\n    role: "
                     "clerk\n    actions: [{action: file_away, vi: Lưu, en: File, effect: forward, "
                     "to: end}]\n");
    if (s->span)
        buf_printf(out,
                   "spans: [{span: dept, vi: Sở, en: Department, from: \"enter m0\", to: \"leave "
                   "issue\", limit: 20 working_day}]\n");
}

static void write_version(struct buf *out, const struct shape *s, int version)
{
    unsigned i;

    head(out, s, version);
    for (i = 0; i < s->middle; i++)
        if ((int)i == s->split)
            split(out, s, i, version);
        else
            middle(out, s, i, version);
    tail(out, s);
}

void random_procedure(struct buf *out, struct buf *ret_next_version)
{
    struct shape s;

    draw(&s);
    write_version(out, &s, 1);
    write_version(ret_next_version, &s, 2);
}
