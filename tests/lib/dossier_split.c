/* Worlds whose procedure goes to three agencies at once: construction, tax, police.  The caller
 * owns the world.  One thread. */
#include "tests/lib/dossier_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/access/access.h"

#define HEAD_TEXT(then)                                                                              \
    "procedure: \"4.000001\"\nversion: 1\nvalid_from: 2018-01-01\nkind: citizen\n"                   \
    "name: {vi: Thủ tục, en: Procedure}\nfield: {code: XD, vi: Xây dựng, en: Building}\n"     \
    "competent: STC\nreception: any\nchannels: [counter, online, post]\nbasis: [Luật]\n"           \
    "fee: {amount: 0}\nlimit: 10 working_day_eod\n"                                                  \
    "components: [{component: request, vi: Đơn, en: Request, need: required, originals: 1}]\n"     \
    "stops:\n"                                                                                       \
    "  - {reason: tax, vi: Thuế, en: Tax, basis: Luật Quản lý thuế}\n"                      \
    "  - {reason: survey, vi: Đo đạc, en: Survey, basis: Luật Đất đai}\n"                  \
    "reasons: [{reason: paper, vi: Thiếu, en: Missing, for: supplement, attribution: applicant}, " \
    "{reason: wrong, vi: Sai, en: Wrong, for: return, attribution: officer}]\n"                      \
    "steps:\n"                                                                                       \
    "  - {step: receive, vi: Nhận, en: Receive, at: reception, role: receiver, limit: 0.5 "        \
    "working_day, actions: [{action: forward, to: opinions}]}\n" then

#define CONSTRUCTION                                                                               \
    "{branch: construction, vi: Xây dựng, en: Construction, at: SXD, role: specialist, limit: " \
    "3 working_day, on_due: agree%s}"
#define TAX_BRANCH                                                                                 \
    "{branch: tax, vi: Thuế, en: Tax, at: CT, role: specialist, limit: 5 working_day%s}"
#define POLICE                                                                                     \
    "{branch: police, vi: Công an, en: Police, at: CA, role: specialist, limit: 2 working_day%s}"

#define THEN                                                                                        \
    "    then: decide\n"                                                                            \
    "  - {step: decide, vi: Quyết, en: Decide, at: STC, role: leader, limit: 1 working_day, "     \
    "actions: [{action: approve, to: issue}, {action: again, vi: Hỏi lại, en: Again, effect: "  \
    "return, to: opinions}, {action: back, vi: Trả, en: Back, effect: return, to: back}, "        \
    "{action: easy, vi: Dễ, en: Easy, effect: forward, to: issue, when: \"step.opinions.outcome " \
    "= 'agree' and step.opinions.times = 2\"}]}\n"                                                  \
    "  - {step: issue, vi: Phát hành, en: Issue, at: STC, role: clerk, actions: [{action: "       \
    "number}, {action: release, to: hand}]}\n"                                                      \
    "  - {step: hand, vi: Trả, en: Hand over, at: reception, role: receiver, actions: [{action: " \
    "hand_over}]}\n"

const char *split_text(struct split x)
{
    static char text[8000], branches[2000];

    (void)snprintf(branches, sizeof branches, CONSTRUCTION ", " TAX_BRANCH ", " POLICE,
                   x.construction ? x.construction : "", x.tax ? x.tax : "",
                   x.police ? x.police : "");
    (void)snprintf(text, sizeof text,
                   HEAD_TEXT("%s  - step: opinions\n    vi: Ý kiến\n    en: Opinions\n    split: "
                             "{join: %s, branches: [%s]}\n") THEN "%s",
                   "", x.join, branches, x.more ? x.more : "result: {vi: Giấy, en: Paper}\n");
    return text;
}

struct world *split_world(struct split x)
{
    struct world *w = world_new(split_text(x));

    world_officer(w, REC, W_TT, ROLE_BIT(ROLE_RECEIVER) | ROLE_BIT(ROLE_RETURNER));
    world_officer(w, LEAD, W_STC, ROLE_BIT(ROLE_LEADER));
    world_officer(w, CLERK, W_STC, ROLE_BIT(ROLE_CLERK));
    world_officer(w, SPEC, W_STC, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SXD, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, SXD2, W_SXD, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, TAX, W_CT, ROLE_BIT(ROLE_SPECIALIST));
    world_officer(w, POL, W_CA, ROLE_BIT(ROLE_SPECIALIST));
    return w;
}

void split_take_in(struct world *w, int64_t id)
{
    struct intake in;

    world_reset(w, id);
    world_at(w, "2026-03-02T08:00"); /* a Monday */
    in = world_intake(w);
    world_by(w, REC);
    assert_true(DO(w, .kind = CMD_TAKE_IN, .intake = &in));
}

/* Tuesday 09:00: three agencies at once. */
void split_enter(struct world *w, int64_t id)
{
    struct ask begin = {.document = "25/PC"};

    split_take_in(w, id);
    world_at(w, "2026-03-03T09:00");
    assert_true(DO(w, .kind = CMD_ACT, .action = "forward", .ask = &begin));
}

const struct task *split_branch(const struct world *w, int branch)
{
    size_t i;

    for (i = 0; i < w->s->tasks; i++)
        if (w->s->task[i].branch == branch)
            return &w->s->task[i];
    return NULL;
}

const struct clock *split_clock_at(const struct world *w, enum clock_kind k, int subject)
{
    const struct clock *c = NULL;
    size_t i;

    for (i = 0; i < w->s->clocks; i++)
        if (w->s->clock[i].kind == k && w->s->clock[i].subject == subject)
            c = &w->s->clock[i];
    return c;
}

const struct clock *split_clock(const struct world *w, int branch)
{
    return split_clock_at(w, CLOCK_BRANCH, 1 * BRANCHES_MAX + branch - 1);
}

static const int64_t whose[] = {0, SXD, TAX, POL};

enum err split_try(struct world *w, int branch, const char *outcome)
{
    struct ask ask = {.outcome = outcome, .document = "77/CV", .text = "Ý kiến"};
    const struct task *t = split_branch(w, branch);

    world_by(w, whose[branch]);
    assert_non_null(t);
    if (t && t->received == INSTANT_NONE)
        assert_true(DO(w, .kind = CMD_RECEIVE, .task = t->task));
    return TRY(w, .kind = CMD_ANSWER, .task = t ? t->task : 0, .ask = &ask);
}

void split_answer(struct world *w, int branch, const char *outcome)
{
    assert_int_equal(split_try(w, branch, outcome), ERR_OK);
}
