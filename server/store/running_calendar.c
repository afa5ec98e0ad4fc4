/* A calendar over all open dossiers: what it would move, and the recalculation that moves it.
 * Everything of a page lies in the run's arena.  Blocking. */
#include "server/store/dossier_json.h"
#include "server/store/running_inside.h"

#define CHANGES_MAX BATCH_MAX /* of one commit: officers' acts go between */
#define AGAIN_MAX   5         /* times a dossier is decided again after a race */

/* ---------------------------------------------------------------- preview */

enum err running_preview(struct running *r, const struct calendars *k, int64_t after, int limit,
                         preview_item *item, void *ctx, struct page_read *ret)
{
    struct page page;
    enum err e = page_load(r, after, limit, NULL, &page);

    if (e != ERR_OK)
        return e;
    r->calendars = k;
    for (size_t i = 0; i < page.n; i++) {
        struct context c = running_context(r, page.s[i], NULL);
        struct dues_again again;
        struct preview_item it = {r->snap, c.procedure, page.s[i], &again};

        dossier_recompute_dues(page.s[i], &c, &again);
        if (again.moves || again.fault != TIME_FINE)
            item(ctx, &it);
    }
    r->calendars = NULL;
    *ret = page.read;
    return ERR_OK;
}

const char *const PROMISE_WORDS[] = {"moves", "same", "earlier", "overdue", NULL};

static const char *step_key(const struct preview_item *it, int step)
{
    return it->p && step >= 0 && (size_t)step < it->p->steps ? it->p->step[step].step : NULL;
}

static void target_json(struct jw *w, const struct preview_item *it, const struct due_move *m)
{
    const struct clock *c = &it->s->clock[m->clock];

    jw_open(w);
    jw_kstr(w, "clock", CLOCK_KIND_WORDS[c->kind]);
    jw_kstr(w, "step", c->kind == CLOCK_STEP ? step_key(it, c->subject) : NULL);
    jw_ktime(w, "before", m->before);
    jw_ktime(w, "after", m->after);
    jw_ki64(w, "minutes", m->minutes);
    jw_close(w);
}

static void promise_json(struct jw *w, const struct preview_item *it)
{
    const struct dues_again *g = it->again;
    int64_t minutes = 0;

    for (size_t i = 0; i < g->moves; i++)
        if (it->s->clock[g->move[i].clock].kind == CLOCK_LEGAL)
            minutes = g->move[i].minutes;
    jw_key(w, "promise");
    jw_open(w);
    jw_kstr(w, "outcome", PROMISE_WORDS[g->promise]);
    jw_ktime(w, "before", it->s->current_due);
    jw_ktime(w, "after", g->current);
    jw_ki64(w, "minutes", minutes);
    jw_close(w);
}

/* The applicant hears of a new date through the one-stop unit; officers of their new targets. */
static void tell_json(struct jw *w, const struct preview_item *it, enum lang lang)
{
    const struct organisation *o = it->snap->org;

    jw_key(w, "tell");
    jw_open(w);
    jw_kbool(w, "applicant", it->again->promise == PROMISE_MOVES);
    jw_kagency(w, "onestop", o, it->s->receiving, lang);
    jw_key(w, "officers");
    jw_list(w);
    for (size_t i = 0; i < it->s->tasks; i++) {
        const struct task *t = &it->s->task[i];

        jw_open(w);
        jw_ki64(w, "task", t->task);
        jw_kagency(w, "agency", o, t->agency, lang);
        jw_kstr(w, "role", role_name(t->role));
        jw_kofficer(w, "officer", t->officer);
        jw_close(w);
    }
    jw_end(w);
    jw_close(w);
}

void preview_item_json(struct jw *w, const struct preview_item *it, enum lang lang)
{
    const struct dues_again *g = it->again;

    jw_open(w);
    jw_kstr(w, "code", it->s->code);
    jw_kstr(w, "procedure", it->s->procedure);
    jw_ki64(w, "version", it->s->version);
    jw_kstr(w, "fault", g->fault == TIME_FINE ? NULL : text2_in(time_fault_text(g->fault), lang));
    promise_json(w, it);
    jw_key(w, "targets");
    jw_list(w);
    for (size_t i = 0; i < g->moves; i++)
        if (it->s->clock[g->move[i].clock].kind != CLOCK_LEGAL)
            target_json(w, it, &g->move[i]);
    jw_end(w);
    tell_json(w, it, lang);
    jw_close(w);
}

/* ---------------------------------------------------------------- recalculation */

struct recalculating {
    struct running *r;
    const struct run_by *by;
    bool promise;
    struct ask ask;
    struct recalculated *sum;
    struct running_change change[CHANGES_MAX];
    size_t n;
};

static void refused(struct recalculating *x, const struct dossier *s, enum err e)
{
    size_t n = s->code ? strlen(s->code) : 0;

    x->sum->refused++;
    x->sum->why = e;
    if (n >= sizeof x->sum->last)
        n = sizeof x->sum->last - 1;
    memcpy(x->sum->last, s->code ? s->code : "", n);
    x->sum->last[n] = '\0';
}

/* False: nothing to store. */
static bool decide_one(struct recalculating *x, struct dossier *s, instant supplemented,
                       struct running_change *c)
{
    struct context ctx = running_context(x->r, s, x->by);

    *c = (struct running_change){.before = s,
                                 .supplemented = supplemented,
                                 .procedure = ctx.procedure,
                                 .cmd = {.kind = CMD_RECALCULATE,
                                         .ask = &x->ask,
                                         .approver = x->by->approver,
                                         .note = x->by->note,
                                         .promise = x->promise}};
    dossier_decide(s, 0, &c->cmd, &ctx, &c->decision);
    if (!c->decision.ok)
        refused(x, s, c->decision.refusal[0].e);
    return c->decision.ok && c->decision.events > 0;
}

static void count(struct recalculating *x, const struct running_change *c)
{
    x->sum->moved++;
    if (c->decision.after->current_due != c->before->current_due ||
        c->decision.after->basis_due != c->before->basis_due)
        x->sum->promises++;
}

/* What lost a race is read and decided again, alone. */
static enum err again(struct recalculating *x, int64_t id)
{
    for (int i = 0; i < AGAIN_MAX; i++) {
        struct running_change c;
        struct page page;
        bool stored;
        enum err e = page_load(x->r, id - 1, 1, NULL, &page);

        if (e != ERR_OK)
            return e;
        if (page.n == 0 || page.s[0]->id != id ||
            !decide_one(x, page.s[0], page.supplemented[0], &c))
            return ERR_OK; /* it has ended, or is right by now */
        e = changes_store(x->r, x->by, &c, 1, false, &stored);
        if (e != ERR_OK && e != ERR_RACE)
            return e;
        if (e == ERR_OK && stored) {
            count(x, &c);
            return ERR_OK;
        }
        if (i == AGAIN_MAX - 1)
            refused(x, page.s[0], ERR_RACE);
    }
    return ERR_OK;
}

/* Those of *lost come back later: the page's arena is still in use. */
static enum err flush(struct recalculating *x, int64_t *lost, size_t *losts)
{
    bool stored[CHANGES_MAX];
    enum err e;

    if (x->n == 0)
        return ERR_OK;
    e = changes_store(x->r, x->by, x->change, x->n, false, stored);
    if (e != ERR_OK && e != ERR_RACE)
        return e;
    for (size_t i = 0; i < x->n; i++)
        if (e == ERR_OK && stored[i])
            count(x, &x->change[i]);
        else
            lost[(*losts)++] = x->change[i].before->id;
    x->n = 0;
    return ERR_OK;
}

static void count_kept(struct recalculating *x, const struct dossier *s)
{
    struct context c = running_context(x->r, s, x->by);
    struct dues_again g;

    dossier_recompute_dues(s, &c, &g);
    x->sum->kept += g.promise == PROMISE_EARLIER || g.promise == PROMISE_OVERDUE;
}

enum err running_recalculate(struct running *r, const struct run_by *by, bool promise,
                             int64_t after, int limit, struct recalculated *sum,
                             struct page_read *ret)
{
    struct recalculating *x;
    int64_t lost[RUNNING_PAGE_MAX];
    size_t losts = 0;
    struct page page;
    enum err e = posts_load(r);

    if (e == ERR_OK)
        e = page_load(r, after, limit < RUNNING_PAGE_MAX ? limit : RUNNING_PAGE_MAX, NULL, &page);
    if (e != ERR_OK)
        return e;
    x = ARENA_NEW(r->arena, struct recalculating);
    *x = (struct recalculating){
        .r = r, .by = by, .promise = promise, .sum = sum, .ask = {.document = by->document}};
    for (size_t i = 0; i < page.n && e == ERR_OK; i++) {
        if (promise)
            count_kept(x, page.s[i]);
        if (decide_one(x, page.s[i], page.supplemented[i], &x->change[x->n]))
            x->n++;
        if (x->n == CHANGES_MAX)
            e = flush(x, lost, &losts);
    }
    if (e == ERR_OK)
        e = flush(x, lost, &losts);
    if (e == ERR_OK && losts) {
        struct recalculating own = *x; /* reading again empties the page's arena */

        for (size_t i = 0; i < losts && e == ERR_OK; i++)
            e = again(&own, lost[i]);
    }
    if (e != ERR_OK)
        return e;
    sum->read += page.read.read;
    *ret = page.read;
    return ERR_OK;
}
