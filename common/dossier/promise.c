/* The promise before acceptance: reads the intake twice, once as far as it has come and once as if
 * it were to be accepted, and lets acceptance's own functions count what is there. Everything lives
 * in the context's arena.  Any thread. */
#include "common/dossier/promise.h"
#include "common/dossier/inside.h"

/* What was refused since the last call; d is fine again. */
static size_t refusals_taken(struct deciding *d, const struct refusal **ret)
{
    size_t n = d->refusals;

    *ret = d->refusal;
    d->refusal = NULL;
    d->refusals = d->refusal_cap = 0;
    return n;
}

static bool same_refusal(const struct refusal *a, const struct refusal *b)
{
    return a->e == b->e &&
           (a->pointer == b->pointer ||
            (a->pointer && b->pointer && strcmp(a->pointer, b->pointer) == 0)) &&
           (a->detail.vi == b->detail.vi ||
            (a->detail.vi && b->detail.vi && strcmp(a->detail.vi, b->detail.vi) == 0));
}

/* Those of a complete reading that an incomplete one does not have. */
static void tell_wanting(struct deciding *d, const struct refusal *wrong, size_t wrongs,
                         struct promise *ret)
{
    const struct refusal *all;
    size_t i, k, n = refusals_taken(d, &all), m = 0;
    struct refusal *more = ARENA_ARRAY(d->a, struct refusal, n ? n : 1);

    for (i = 0; i < n; i++) {
        for (k = 0; k < wrongs && !same_refusal(&all[i], &wrong[k]); k++)
            ;
        if (k == wrongs)
            more[m++] = all[i];
    }
    ret->wanting = more;
    ret->wantings = m;
}

static size_t legal_clock(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->clocks && s->clock[i].kind != CLOCK_LEGAL; i++)
        ;
    return i;
}

static void add_wrong(struct deciding *d, struct promise *ret)
{
    const struct refusal *more;
    size_t n = refusals_taken(d, &more);
    struct refusal *all = ARENA_ARRAY(d->a, struct refusal, ret->wrongs + n ? ret->wrongs + n : 1);

    if (ret->wrongs)
        memcpy(all, ret->wrong, ret->wrongs * sizeof *all);
    if (n)
        memcpy(all + ret->wrongs, more, n * sizeof *all);
    ret->wrong = all;
    ret->wrongs += n;
}

void dossier_promise(const struct command *cmd, const struct context *ctx, struct promise *ret)
{
    struct intake_facts facts, whole;
    struct deciding d;
    bool readable;

    *ret = (struct promise){0};
    deciding_init(&d, NULL, 1, cmd, ctx);
    if (!ctx->procedure) {
        refuse(&d, ERR_R_NOT_IN_FORCE, "/procedure", NULL, NULL);
        add_wrong(&d, ret);
        return;
    }
    refuse_verdict(&d, check_intake(&d), NULL);
    check_in_force(&d);
    check_claimed(&d);
    readable = intake_read(&d, false, &facts) && fine(&d);
    add_wrong(&d, ret);
    (void)intake_read(&d, true, &whole);
    tell_wanting(&d, ret->wrong, ret->wrongs, ret);
    ret->receiving = facts.receiving;
    ret->competent = facts.competent;
    ret->case_code = facts.case_code;
    ret->components = components_told(&d, &facts, &ret->component);
    if (!readable)
        return;
    intake_promised(&d, &facts);
    add_wrong(&d, ret);
    if (d.s && d.s->accepted != INSTANT_NONE && legal_clock(d.s) < d.s->clocks) {
        ret->state = d.s;
        ret->clock = legal_clock(d.s);
    }
}
