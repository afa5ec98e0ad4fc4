/* Running dossiers and another version of their procedure: the plan, which is the decision for
 * each, not stored; and the move, all of them in one transaction or none.  Blocking. */
#include "server/store/dossier_json.h"
#include "server/store/running_inside.h"

#include <stdio.h>
#include <stdlib.h>

#define MOVE_TRIES 4 /* acts that come between make the whole move decide again */

/* ---------------------------------------------------------------- one dossier */

struct one {
    struct running *r;
    const struct move_query *q;
    const struct run_by *by;
    struct ask ask;
};

static void decide_one(struct one *o, struct dossier *s, instant supplemented,
                       struct running_change *c)
{
    struct context ctx = running_context(o->r, s, o->by);

    ctx.target = o->q->to;
    *c = (struct running_change){.before = s,
                                 .supplemented = supplemented,
                                 .procedure = o->q->to,
                                 .cmd = {.kind = CMD_MIGRATE,
                                         .ask = &o->ask,
                                         .approver = o->by->approver,
                                         .note = o->by->note,
                                         .promise = o->q->promise,
                                         .map = o->q->map,
                                         .maps = o->q->maps}};
    dossier_decide(s, 0, &c->cmd, &ctx, &c->decision);
}

/* What the new version would promise, whether it is asked for or not. */
static instant by_new(struct one *o, struct dossier *s)
{
    struct move_query q = *o->q;
    struct one longer = *o;
    struct running_change c;

    q.promise = true;
    longer.q = &q;
    decide_one(&longer, s, INSTANT_NONE, &c);
    return c.decision.ok ? c.decision.after->current_due : INSTANT_NONE;
}

static void tell(struct one *o, struct dossier *s, const struct running_change *c, move_item *item,
                 void *ctx)
{
    struct move_item it = {.snap = o->r->snap,
                           .q = o->q,
                           .before = s,
                           .after = c->decision.ok ? c->decision.after : NULL,
                           .refusal = c->decision.refusal,
                           .refusals = c->decision.refusals,
                           .by_new = by_new(o, s)};

    item(ctx, &it);
}

enum err running_plan(struct running *r, const struct move_query *q, const struct run_by *by,
                      int64_t after, int limit, move_item *item, void *ctx, struct page_read *ret)
{
    struct one o = {r, q, by, {.document = by->document}};
    struct page page;
    enum err e = posts_load(r);

    if (e == ERR_OK)
        e = page_load(r, after, limit, q->from, &page);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < page.n; i++) {
        struct running_change c;

        decide_one(&o, page.s[i], page.supplemented[i], &c);
        tell(&o, page.s[i], &c, item, ctx);
    }
    *ret = page.read;
    return ERR_OK;
}

/* ---------------------------------------------------------------- all or none */

static enum err move_once(struct running *r, const struct move_query *q, const struct run_by *by,
                          move_item *item, void *ctx, struct moved *ret)
{
    struct one o = {r, q, by, {.document = by->document}};
    struct running_change *c;
    struct page page;
    bool *stored;
    enum err e = page_load(r, 0, MOVE_MAX + 1, q->from, &page);

    *ret = (struct moved){0, 0};
    if (e != ERR_OK)
        return e;
    if (page.n > MOVE_MAX)
        return ERR_TOO_LARGE;
    if (page.n == 0)
        return ERR_OK;
    c = ARENA_ARRAY(r->arena, struct running_change, page.n);
    for (size_t i = 0; i < page.n; i++) {
        decide_one(&o, page.s[i], page.supplemented[i], &c[i]);
        if (c[i].decision.ok)
            continue;
        tell(&o, page.s[i], &c[i], item, ctx);
        ret->problems++;
    }
    if (ret->problems)
        return ERR_CONFLICT;
    stored = ARENA_ARRAY(r->arena, bool, page.n);
    e = changes_store(r, by, c, page.n, true, stored);
    for (size_t i = 0; i < page.n && e == ERR_OK; i++)
        if (!stored[i])
            e = ERR_RACE;
    if (e == ERR_OK)
        ret->dossiers = (int64_t)page.n;
    return e;
}

enum err running_move(struct running *r, const struct move_query *q, const struct run_by *by,
                      move_item *item, void *ctx, struct moved *ret)
{
    enum err e = posts_load(r);

    for (int i = 0; i < MOVE_TRIES && (e == ERR_OK || e == ERR_RACE); i++) {
        e = move_once(r, q, by, item, ctx, ret);
        if (e != ERR_RACE)
            return e;
    }
    return e;
}

/* ---------------------------------------------------------------- the list */

const char *move_place(const struct procedure *p, const struct task *t, char ret[MOVE_PLACE])
{
    const struct step *st = t->step >= 0 && (size_t)t->step < p->steps ? &p->step[t->step] : NULL;
    bool asked = st && t->branch > 0 && (size_t)t->branch <= st->branches;

    if (!st)
        return NULL;
    (void)snprintf(ret, MOVE_PLACE, "%s%s%s", st->step, asked ? "/" : "",
                   asked ? st->branch[t->branch - 1].branch : "");
    return ret;
}

static const struct task *same_task(const struct dossier *s, int64_t task)
{
    for (size_t i = 0; s && i < s->tasks; i++)
        if (s->task[i].task == task)
            return &s->task[i];
    return NULL;
}

/* t NULL: asked with the move; to NULL: it cannot be moved. */
static void task_json(struct jw *w, const struct move_item *it, const struct task *t,
                      const struct task *to)
{
    char was[MOVE_PLACE], now[MOVE_PLACE];

    jw_open(w);
    jw_ki64(w, "task", t ? t->task : to->task);
    jw_kstr(w, "step", t ? move_place(it->q->from, t, was) : NULL);
    jw_kstr(w, "new_step", to ? move_place(it->q->to, to, now) : NULL);
    jw_ktime(w, "due", t ? t->due : INSTANT_NONE);
    jw_ktime(w, "new_due", to ? to->due : INSTANT_NONE);
    jw_kofficer(w, "officer", t ? t->officer : 0);
    jw_kofficer(w, "new_officer", to ? to->officer : 0);
    jw_close(w);
}

static void problems_json(struct jw *w, const struct move_item *it, enum lang lang)
{
    jw_key(w, "problems");
    jw_list(w);
    for (size_t i = 0; i < it->refusals; i++) {
        const struct refusal *f = &it->refusal[i];

        jw_open(w);
        jw_kstr(w, "code", err_code(f->e));
        jw_kstr(w, "pointer", f->pointer);
        jw_kstr(w, "detail", text2_in(f->detail, lang));
        jw_close(w);
    }
    jw_end(w);
}

void move_item_json(struct jw *w, const struct move_item *it, enum lang lang)
{
    jw_open(w);
    jw_kstr(w, "code", it->before->code);
    jw_kbool(w, "movable", it->after != NULL);
    jw_key(w, "tasks");
    jw_list(w);
    for (size_t i = 0; i < it->before->tasks; i++)
        task_json(w, it, &it->before->task[i], same_task(it->after, it->before->task[i].task));
    for (size_t i = 0; it->after && i < it->after->tasks; i++)
        if (!same_task(it->before, it->after->task[i].task))
            task_json(w, it, NULL, &it->after->task[i]);
    jw_end(w);
    jw_key(w, "promise");
    jw_open(w);
    jw_ktime(w, "before", it->before->current_due);
    jw_ktime(w, "after", it->after ? it->after->current_due : INSTANT_NONE);
    jw_ktime(w, "if_asked", it->by_new);
    jw_close(w);
    problems_json(w, it, lang);
    jw_close(w);
}
