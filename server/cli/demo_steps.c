/* What an officer of the demonstration would do next with an open dossier, and when.
 * Nothing is decided here: every choice is asked of common/dossier/ and may be refused there. */
#include <string.h>

#include "common/access/access.h"
#include "common/dossier/regime.h"
#include "common/time/worktime.h"
#include "server/cli/demo_inside.h"

#define MINUTE_US INT64_C(60000000)

static const struct calendar *calendar_of(void *ctx, const char *name)
{
    return snapshot_calendar(ctx, name);
}

static const struct officer_load *nobody(void *ctx, int agency, enum role role, size_t *ret_n)
{
    (void)ctx;
    (void)agency;
    (void)role;
    *ret_n = 0;
    return NULL;
}

static struct context context_for(struct stage *st, struct story *s, struct arena *a,
                                  const struct known_person *who)
{
    return (struct context){
        .arena = a,
        .now = s->next,
        .actor = {.user = who->user, .agency = who->agency, .roles = who->person->roles},
        .procedure = snapshot_procedure_hash(st->snap, s->state->procedure_hash),
        .org = st->snap->org,
        .regime = regime_named(st->snap->regimes, s->state->regime),
        .calendar = calendar_of,
        .officers = nobody,
        .ctx = st->snap,
    };
}

static bool fits(const struct stage *st, const struct known_person *k, int agency, enum role role,
                 dayno d)
{
    return access_work(st->snap->org, k->agency, k->person->roles, agency, role, d) == ERR_OK;
}

const struct known_person *stage_person(const struct stage *st, int agency, enum role role,
                                        int which)
{
    dayno d = lminute_day(lminute_of(st->now));
    size_t i;
    int n = 0;

    for (i = 0; i < st->persons; i++)
        n += fits(st, &st->person[i], agency, role, d);
    which = n ? which % n : 0;
    for (i = 0; i < st->persons; i++)
        if (fits(st, &st->person[i], agency, role, d) && which-- == 0)
            return &st->person[i];
    return NULL;
}

const struct known_person *stage_user(const struct stage *st, int64_t user)
{
    size_t i;

    for (i = 0; i < st->persons; i++)
        if (st->person[i].user == user)
            return &st->person[i];
    return NULL;
}

/* How much this action is wanted now; 0: not at all. */
static int wish(struct story *s, const struct action *act)
{
    switch (act->effect) {
    case EFFECT_NUMBER:
        return s->state->result.numbered_by ? 0 : 90;
    case EFFECT_RELEASE:
        return 80;
    case EFFECT_HAND_OVER:
        return 70;
    case EFFECT_APPROVE:
        return 60;
    case EFFECT_FORWARD:
        return 50 + (act->to >= 0 && s->p->step[act->to].is_split ? demo_below(&s->rnd, 2) : 0);
    case EFFECT_REFUSE:
        return s->refused ? 95 : 1;
    case EFFECT_RETURN:
        return !s->sent_back && demo_chance(&s->rnd, 6) ? 85 : 2;
    default:
        return 0;
    }
}

static const struct action *wanted(struct story *s, const struct possible *p, size_t n)
{
    const struct action *best = NULL;
    int most = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        int w;
        if (p[i].kind != CMD_ACT || !p[i].action ||
            (!p[i].allowed && p[i].why_not != ERR_R_NEEDS_DRAFT &&
             p[i].why_not != ERR_R_NEEDS_RESULT))
            continue;
        w = wish(s, p[i].action);
        if (w > most) {
            most = w;
            best = p[i].action;
        }
    }
    return best;
}

static const char *reason_for(struct story *s, const char *for_what)
{
    size_t i, n = 0, k;

    for (i = 0; i < s->p->reasons; i++)
        n += strcmp(s->p->reason[i].for_what, for_what) == 0;
    k = n ? (size_t)demo_below(&s->rnd, (int)n) : 0;
    for (i = 0; i < s->p->reasons; i++)
        if (strcmp(s->p->reason[i].for_what, for_what) == 0 && k-- == 0)
            return s->p->reason[i].reason;
    return NULL;
}

static void fill(struct stage *st, struct story *s, struct arena *a, const struct action *act,
                 struct command *c)
{
    const struct step *to =
        act->to >= 0 && (size_t)act->to < s->p->steps ? &s->p->step[act->to] : NULL;

    c->kind = CMD_ACT;
    c->action = act->action;
    if (to && to->is_split) { /* the slip with which excluded time begins */
        struct ask *ask = ARENA_NEW(a, struct ask);

        ask->document = arena_printf(a, "Phiếu chuyển %d/PC", 100 + s->number);
        c->ask = ask;
    }
    if (act->effect == EFFECT_RETURN || act->effect == EFFECT_REFUSE ||
        (act->needs & NEEDS_REASON)) {
        c->reason = reason_for(s, act->effect == EFFECT_REFUSE ? "refuse" : "return");
        c->note = act->effect == EFFECT_REFUSE ? "Không đủ điều kiện theo quy định."
                                               : "Đề nghị chỉnh sửa dự thảo.";
        s->sent_back = s->sent_back || act->effect == EFFECT_RETURN;
    }
    if (act->effect == EFFECT_NUMBER) {
        c->date = lminute_day(lminute_of(s->next));
        c->signer = "Lãnh đạo cơ quan";
        c->file = st->result_file;
    }
    if (act->needs & NEEDS_FILE)
        c->file = st->result_file;
    if (act->needs & NEEDS_NOTE)
        c->note = "Đã kiểm tra.";
    if (act->effect == EFFECT_HAND_OVER) {
        c->to_whom = "owner";
        c->note = "Đã đối chiếu giấy tờ của người nhận.";
    }
    if (to && to->assign == ASSIGN_CHOSEN) {
        enum role role = ROLE_SPECIALIST;
        const struct known_person *k;
        if (role_of_name(to->role, &role) &&
            (k = stage_person(st, s->state->competent, role, demo_below(&s->rnd, 8))))
            c->officer = k->user;
    }
}

/* A branch is answered: agreed to, or with the result that it gives. */
static void fill_branch(struct stage *st, struct story *s, struct arena *a, const struct task *t,
                        struct command *c)
{
    const struct branch *b = &s->p->step[t->step].branch[t->branch - 1];
    struct ask *ask = ARENA_NEW(a, struct ask);

    c->kind = CMD_ANSWER;
    c->ask = ask;
    ask->outcome = b->result ? "done" : "agree";
    ask->document = arena_printf(a, "%d/CV", 300 + s->number);
    ask->text = "Thống nhất.";
    if (!b->result)
        return;
    c->number = arena_printf(a, "%d/KQ", 500 + s->number);
    c->date = lminute_day(lminute_of(s->next));
    c->signer = "Lãnh đạo cơ quan";
    c->file = st->result_file;
}

static bool choose_for(struct stage *st, struct story *s, struct arena *a,
                       const struct known_person *who, struct demo_choice *ret)
{
    const struct task *t = story_work(s);
    struct context ctx = context_for(st, s, a, who);
    const struct action *act;
    struct possible *p = NULL;
    size_t n = dossier_possible(s->state, &ctx, &p);

    ret->who = who;
    ret->cmd = (struct command){.task = t->task};
    if (t->received == INSTANT_NONE) {
        ret->cmd.kind = CMD_RECEIVE;
        return true;
    }
    if (t->branch) {
        fill_branch(st, s, a, t, &ret->cmd);
        return true;
    }
    act = wanted(s, p, n);
    if (!act)
        return false;
    if (((act->needs & NEEDS_DRAFT) || act->effect == EFFECT_APPROVE) && !s->state->draft.by &&
        (act->needs & NEEDS_DRAFT)) {
        ret->cmd.kind = CMD_DRAFT;
        ret->cmd.text = "Hồ sơ đủ điều kiện, đề nghị giải quyết theo quy định.";
        return true;
    }
    fill(st, s, a, act, &ret->cmd);
    return true;
}

bool story_choose(struct stage *st, struct story *s, struct arena *a, struct demo_choice *ret)
{
    const struct task *t;
    const struct known_person *who;
    int i, from;

    t = story_work(s);
    if (!t)
        return false;
    if (t->officer) {
        who = stage_user(st, t->officer);
        return who && choose_for(st, s, a, who, ret);
    }
    from = demo_below(&s->rnd, 8);
    for (i = 0; i < 8; i++) {
        who = stage_person(st, t->agency, t->role, from + i);
        if (!who)
            return false;
        if (choose_for(st, s, a, who, ret))
            return true;
    }
    return false;
}

instant story_office(struct stage *st, struct story *s, instant t)
{
    lminute start;

    if (worktime_start(st->office, lminute_of(t), &start) != TIME_FINE)
        return t;
    if (instant_of(start) > t)
        t = instant_of(start) + demo_below(&s->rnd, 50) * MINUTE_US;
    return t + demo_below(&s->rnd, 60) * 1000000 + 137;
}

/* Who keeps in time keeps in time: what office hours push behind a due instant is done before it.
 */
static instant in_time(struct story *s, instant t, instant due)
{
    instant latest = due - (5 + demo_below(&s->rnd, 40)) * MINUTE_US;

    if (due == INSTANT_NONE || t <= latest)
        return t;
    return latest > s->next + 2 * MINUTE_US ? latest : s->next + 2 * MINUTE_US;
}

instant story_pace(struct stage *st, struct story *s)
{
    const struct task *t = story_work(s);
    int64_t span, wait;
    instant next;

    if (!t) /* only what is owed beside the work is left */
        return story_office(st, s, s->next + 60 * MINUTE_US);
    span = t->due > t->opened ? t->due - t->opened : 60 * MINUTE_US;
    if (t->received == INSTANT_NONE)
        wait = span / 100 * (3 + demo_below(&s->rnd, 12));
    else
        wait = span / 100 * (s->pace / 2 + demo_below(&s->rnd, s->pace));
    if (wait < 3 * MINUTE_US)
        wait = 3 * MINUTE_US;
    next = story_office(st, s, s->next + wait);
    if (s->pace > 100 || s->state->finished != INSTANT_NONE)
        return next;
    return in_time(s, in_time(s, next, t->due), s->state->current_due);
}
