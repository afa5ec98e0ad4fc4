/* One act of the administrators on each dossier of a page: decided, stored some at a time, so that
 * officers' acts go between; what lost a race is read and decided again.  May be repeated: who has
 * it already decides nothing.  Everything of a page lies in the run's arena.  Blocking. */
#include "server/store/running_inside.h"

#include <stdlib.h>

#define CHANGES_MAX BATCH_MAX /* of one commit */
#define AGAIN_MAX   5         /* times a dossier is decided again after a race */

struct going {
    const struct each *x;
    struct running_change change[CHANGES_MAX];
    size_t n;
    int64_t lost[RUNNING_PAGE_MAX]; /* come back later: the page's arena is still in use */
    size_t losts;
};

static void refused(const struct each *x, const struct dossier *s, enum err e)
{
    const char *code = s->code ? s->code : "";
    size_t n = strlen(code);

    x->sum->refused++;
    x->sum->why = e;
    if (n >= sizeof x->sum->last)
        n = sizeof x->sum->last - 1;
    memcpy(x->sum->last, code, n);
    x->sum->last[n] = '\0';
}

/* False: nothing to store. */
static bool decide_one(const struct each *x, struct dossier *s, instant supplemented,
                       struct running_change *c)
{
    struct context ctx = running_context(x->r, s, x->by);

    *c = (struct running_change){.before = s,
                                 .supplemented = supplemented,
                                 .procedure = ctx.procedure,
                                 .cmd = x->command(x)};
    dossier_decide(s, 0, &c->cmd, &ctx, &c->decision);
    if (!c->decision.ok)
        refused(x, s, c->decision.refusal[0].e);
    return c->decision.ok && c->decision.events > 0;
}

static void count(const struct each *x, const struct running_change *c)
{
    x->sum->moved++;
    if (x->moved)
        x->moved(x, c);
}

static enum err again(const struct each *x, int64_t id)
{
    for (int i = 0; i < AGAIN_MAX; i++) {
        struct running_change c;
        struct page page;
        bool stored;
        enum err e = x->read(x, id - 1, 1, &page);

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

static enum err flush(struct going *g)
{
    const struct each *x = g->x;
    bool stored[CHANGES_MAX];
    enum err e;

    if (g->n == 0)
        return ERR_OK;
    e = changes_store(x->r, x->by, g->change, g->n, false, stored);
    if (e != ERR_OK && e != ERR_RACE)
        return e;
    for (size_t i = 0; i < g->n; i++)
        if (e == ERR_OK && stored[i])
            count(x, &g->change[i]);
        else
            g->lost[g->losts++] = g->change[i].before->id;
    g->n = 0;
    return ERR_OK;
}

static enum err whole_page(struct going *g, const struct page *page)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < page->n && e == ERR_OK; i++) {
        if (g->x->seen)
            g->x->seen(g->x, page->s[i]);
        if (decide_one(g->x, page->s[i], page->supplemented[i], &g->change[g->n]))
            g->n++;
        if (g->n == CHANGES_MAX)
            e = flush(g);
    }
    return e == ERR_OK ? flush(g) : e;
}

enum err running_each(const struct each *x, int64_t after, int limit, struct page_read *ret)
{
    struct going *g = calloc(1, sizeof *g);
    struct page page;
    enum err e = posts_load(x->r);

    if (!g)
        abort();
    g->x = x;
    if (e == ERR_OK)
        e = x->read(x, after, limit < RUNNING_PAGE_MAX ? limit : RUNNING_PAGE_MAX, &page);
    if (e == ERR_OK) {
        *ret = page.read;
        e = whole_page(g, &page);
    }
    for (size_t i = 0; i < g->losts && e == ERR_OK; i++)
        e = again(x, g->lost[i]);
    if (e == ERR_OK)
        x->sum->read += ret->read;
    free(g);
    return e;
}
