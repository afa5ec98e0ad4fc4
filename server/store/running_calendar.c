/* A calendar over all open dossiers: what it would move, and the recalculation that moves it.
 * Everything of a page lies in the run's arena.  Blocking. */
#include "server/store/dossier_json.h"
#include "server/store/running_inside.h"

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
    struct ask ask;
    bool promise;
    struct recalculated *sum;
};

static struct command recalculate(const struct each *x)
{
    struct recalculating *k = x->mine;

    return (struct command){.kind = CMD_RECALCULATE,
                            .ask = &k->ask,
                            .approver = x->by->approver,
                            .note = x->by->note,
                            .promise = k->promise};
}

static void moved(const struct each *x, const struct running_change *c)
{
    struct recalculating *k = x->mine;

    if (c->decision.after->current_due != c->before->current_due ||
        c->decision.after->basis_due != c->before->basis_due)
        k->sum->promises++;
}

static enum err read_page(const struct each *x, int64_t after, int limit, struct page *ret)
{
    return page_load(x->r, after, limit, NULL, ret);
}

static void count_kept(const struct each *x, const struct dossier *s)
{
    struct recalculating *k = x->mine;
    struct context c = running_context(x->r, s, x->by);
    struct dues_again g;

    if (!k->promise)
        return;
    dossier_recompute_dues(s, &c, &g);
    k->sum->kept += g.promise == PROMISE_EARLIER || g.promise == PROMISE_OVERDUE;
}

enum err running_recalculate(struct running *r, const struct run_by *by, bool promise,
                             int64_t after, int limit, struct recalculated *sum,
                             struct page_read *ret)
{
    struct recalculating k = {{.document = by->document}, promise, sum};
    struct each x = {.r = r,
                     .by = by,
                     .sum = &sum->each,
                     .mine = &k,
                     .read = read_page,
                     .command = recalculate,
                     .seen = count_kept,
                     .moved = moved};

    return running_each(&x, after, limit, ret);
}
