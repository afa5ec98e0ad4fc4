/* Kind people: they lead a dossier to its end, whoever can do something next.  Same owners as the
 * world; one thread. */
#include <string.h>

#include "common/dossier/inside.h"
#include "tests/lib/dice.h"
#include "tests/lib/dossier_desk.h"
#include "tests/lib/dossier_play.h"

struct kind {
    struct world *w;
    void (*after)(void *);
    void *arg;
};

static bool did(struct kind *k, struct play *p)
{
    if (!world_do(k->w, &p->c) || k->w->d.events == 0)
        return false;
    k->after(k->arg);
    return true;
}

static bool drafted_last(const struct world *w)
{
    return w->events && w->event[w->events - 1].kind == EV_DRAFT_SUBMITTED;
}

static struct play kindly(struct world *w, const struct possible *x)
{
    struct play p = {.c = {.kind = x->kind,
                           .task = x->task,
                           .action = x->action ? x->action->action : NULL,
                           .note = "Ghi chú",
                           .text = "Kết luận",
                           .file = FILE_A,
                           .signer = "Người ký",
                           .date = lminute_day(lminute_of(w->c.now)),
                           .number = x->kind == CMD_ANSWER ? "15/KQ" : NULL,
                           .to_whom = "owner",
                           .request = x->request}};
    const struct request *r = dossier_request(w->s, x->request);

    p.ask = (struct ask){.document = "14/CV",
                         .text = "Nội dung",
                         .method = x->kind == CMD_ASK || x->kind == CMD_ACT ? NULL : "cash",
                         .limit = {2, 1, UNIT_WORKING_DAY},
                         .amount = r                    ? r->amount
                                   : x->kind == CMD_PAY ? dossier_fee_left(w->s)
                                                        : 0};
    return p;
}

/* Somebody has to be chosen for what comes next. */
static bool did_choosing(struct kind *k, struct play *p)
{
    size_t i;

    for (i = 0; i < k->w->officers; i++) {
        p->c.officer = k->w->officer[i].load.user;
        if (did(k, p))
            return true;
    }
    p->c.officer = 0;
    return false;
}

static bool try_answers(struct kind *k, const struct possible *x)
{
    const char *word = x->answers ? x->answers : "";

    while (*word) {
        struct play p = kindly(k->w, x);
        char one[32] = {0};
        size_t n = strcspn(word, " ");

        memcpy(one, word, n < sizeof one ? n : 0);
        p.ask.outcome = arena_strdup(k->w->a, one);
        if (strcmp(one, "send") == 0)
            p.ask.method = "sms";
        p.c.ask = &p.ask;
        if (did(k, &p) || did_choosing(k, &p))
            return true;
        word += n + (word[n] == ' ');
    }
    return false;
}

static bool leads_on(const struct action *a)
{
    return a->to != STEP_NONE || a->effect == EFFECT_NUMBER || a->effect == EFFECT_RELEASE ||
           a->effect == EFFECT_HAND_OVER;
}

static bool try_action(struct kind *k, const struct possible *x, bool back)
{
    struct play p = kindly(k->w, x);

    if (!leads_on(x->action) || x->action->effect == EFFECT_REFUSE ||
        (x->action->effect == EFFECT_RETURN) != back)
        return false;
    if (x->action->effect == EFFECT_NUMBER && k->w->s->result.numbered_by)
        return false;
    p.c.reason = back ? "wrong" : NULL;
    p.c.ask = &p.ask;
    return did(k, &p) || did_choosing(k, &p);
}

static bool try_possible(struct kind *k, const struct possible *x, unsigned round)
{
    struct play p = kindly(k->w, x);

    p.c.ask = &p.ask;
    switch (x->kind) {
    case CMD_ANSWER:
        return round == 0 && try_answers(k, x);
    case CMD_ACT:
        return (round == 1 || round == 5) && try_action(k, x, round == 5);
    case CMD_PAY:
        return round == 2 && did(k, &p);
    case CMD_DRAFT:
        return (k->w->s->draft.by == 0 ? round == 2 : round == 4 && !drafted_last(k->w)) &&
               did(k, &p);
    case CMD_RECEIVE:
    case CMD_CLAIM:
        return round == 3 && did(k, &p);
    case CMD_CLOSE:
    case CMD_CANCEL:
        return round == 6 && did(k, &p);
    default:
        return false;
    }
}

static bool everybody_tries(struct kind *k, unsigned round)
{
    struct world *w = k->w;
    size_t first = dice((unsigned)w->officers), i, j;

    for (i = 0; i < w->officers; i++) {
        struct possible *p;
        size_t n, from;

        world_by(w, w->officer[(first + i) % w->officers].load.user);
        n = dossier_possible(w->s, &w->c, &p);
        /* Not always the first way: two steps that hand on to each other would go on for ever. */
        from = n ? dice((unsigned)n) : 0;
        for (j = 0; j < n; j++)
            if (p[(from + j) % n].allowed && try_possible(k, &p[(from + j) % n], round))
                return true;
    }
    return false;
}

/* Whoever is away comes back; then the next timer is waited for. */
static bool waits_for_timer(struct kind *k)
{
    struct world *w = k->w;
    instant next = dossier_next_timer(w->s, &w->c);
    struct play p = {.c = {.kind = CMD_FIRE}};

    if (next == INSTANT_NONE)
        return false;
    if (next > w->c.now)
        w->c.now = next;
    w->c.regime = regime_on(&w->regimes, lminute_day(lminute_of(w->c.now)));
    world_by(w, 0);
    return did(k, &p);
}

bool play_kindly(struct world *w, void (*after)(void *), void *arg)
{
    struct kind k = {w, after, arg};
    unsigned round;

    w->c.now += (int64_t)(1 + dice(600)) * 1000000;
    w->c.delegations = 0;
    for (round = 0; round < w->officers; round++)
        w->officer[round].load.absent = false;
    if (play_ended(w)) {
        struct play p = {.c = {.kind = CMD_SUCCEED}};

        world_by(w, 0);
        if (did(&k, &p))
            return true;
    }
    for (round = 0; round < 7; round++)
        if (everybody_tries(&k, round))
            return true;
    return waits_for_timer(&k);
}
