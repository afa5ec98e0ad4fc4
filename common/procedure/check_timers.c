/* What a step does by itself, checked when it is defined: warnings, escalation, timed acts.
 * Diagnostics lie in the compile's arena.  Any thread. */
#include "common/procedure/read.h"

static void check_does(struct compile *c, const struct yaml_node *n, const struct step *s,
                       const struct timer *t, size_t i)
{
    const char **words = ARENA_ARRAY(c->arena, const char *, s->actions + 1);
    const struct mark at = mark_of(item_node(n, "timers", i), "do");
    const struct action *act = step_action(s, t->action);
    size_t k;

    if (act && (act->effect == EFFECT_APPROVE || act->effect == EFFECT_REFUSE)) {
        diag_add(c->diags, DIAG_ERROR, at, "P126",
                 "hệ thống không quyết định: \"%s\" phải do người có thẩm quyền làm",
                 "the system decides nothing: \"%s\" is for a person", t->action);
        return;
    }
    if (act || strcmp(t->action, "remind") == 0)
        return;
    words[0] = "remind";
    for (k = 0; k < s->actions; k++)
        words[k + 1] = s->action[k].action;
    diag_add(c->diags, DIAG_ERROR, at, "P107", "bước \"%s\" không có thao tác \"%s\"",
             "step \"%s\" has no action \"%s\"", s->step, t->action);
    diag_nearest(c->diags, t->action, words, s->actions + 1);
}

/* Their numbers are bits that a running clock keeps (timers.h of the dossier). */
static void check_count(struct compile *c, const struct yaml_node *n, const char *key, size_t count)
{
    if (count > STEP_RUNGS_MAX)
        diag_add(c->diags, DIAG_ERROR, mark_of(n, key), "P127",
                 "%zu mốc: một bước có nhiều nhất %d", "%zu of them: a step has %d at most", count,
                 STEP_RUNGS_MAX);
}

/* As long before the end as the step lasts, or longer: it would come when the step begins. */
static void check_early(struct compile *c, struct mark at, const struct step *s,
                        const struct moment *m)
{
    bool early = !m->percent && m->sign < 0 && m->apart.unit == s->limit.unit && m->apart.den > 0 &&
                 m->apart.num * s->limit.den >= s->limit.num * m->apart.den;

    if (early && s->has_limit)
        diag_add(c->diags, DIAG_WARNING, at, "P206",
                 "mốc này đến ngay khi bước bắt đầu: sớm bằng cả thời hạn của bước",
                 "this comes as soon as the step begins: the step lasts no longer");
}

void check_step_timers(struct compile *c, const struct yaml_node *n, struct step *s)
{
    const struct yaml_node *warn = yaml_get(n, "warn"), *up = yaml_get(n, "escalate");
    struct moment m;
    size_t i;

    check_count(c, n, "warn", s->warns);
    check_count(c, n, "timers", s->timers);
    for (i = 0; i < s->warns && warn && warn->n == s->warns; i++) {
        m = (struct moment){.percent = s->warn[i].percent,
                            .sign = s->warn[i].due ? 0 : -1,
                            .apart = s->warn[i].before};
        check_early(c, warn->item[i]->at, s, &m);
    }
    if (s->escalate_at && moment_parse(span_of(s->escalate_at), &m))
        check_early(c, mark_of(up, "at"), s, &m);
    for (i = 0; i < s->timers; i++) {
        struct timer *t = &s->timer[i];

        if (t->when && moment_parse(span_of(t->when), &t->moment))
            check_early(c, mark_of(item_node(n, "timers", i), "at"), s, &t->moment);
        check_does(c, n, s, t, i);
    }
}
