/* A procedure with errors, mended so far that it can be drawn: what is missing becomes empty, what
 * leads nowhere is left out.  For pictures while it is written, never for anything that counts. One
 * thread at a time. */
#include "common/procedure/read.h"

static const char *some(const char *s)
{
    return s ? s : "";
}

static void mend_title(struct text2 *t, const char *instead)
{
    if (!t->vi)
        *t = (struct text2){some(instead), NULL};
}

static int way_in(const struct procedure *p, int to)
{
    return to >= (int)p->steps ? STEP_NONE : to;
}

static void mend_step(const struct procedure *p, struct step *s)
{
    size_t i, kept = 0;

    s->step = some(s->step);
    s->role = some(s->role);
    mend_title(&s->title, s->step);
    s->is_split = s->is_split && s->branches > 0;
    s->has_limit = s->limit.den != 0;
    s->then = way_in(p, s->then);
    for (i = 0; i < s->branches; i++) {
        struct branch *b = &s->branch[i];

        b->branch = some(b->branch);
        b->role = some(b->role);
        b->has_limit = b->limit.den != 0;
        mend_title(&b->title, b->branch);
    }
    for (i = 0; i < s->actions; i++) {
        s->action[i].action = some(s->action[i].action);
        mend_title(&s->action[i].title, s->action[i].action);
        s->action[i].to = way_in(p, s->action[i].to);
    }
    for (i = 0; i < s->timers; i++)
        if (s->timer[i].action && s->timer[i].when)
            s->timer[kept++] = s->timer[i];
    s->timers = kept;
}

void sketch_mend(struct procedure *p)
{
    size_t i, kept = 0;

    p->code = some(p->code);
    p->competent = some(p->competent);
    mend_title(&p->name, p->code);
    if (!p->limit.legal.den)
        p->limit.legal = (struct quantity){0, 1, UNIT_WORKING_DAY};
    for (i = 0; i < p->steps; i++)
        mend_step(p, &p->step[i]);
    for (i = 0; i < p->forms; i++)
        mend_title(&p->form[i].title, p->form[i].field);
    for (i = 0; i < p->spans; i++) {
        struct span_limit *s = &p->span[i];

        mend_title(&s->title, s->span);
        if (s->from_step >= 0 && s->to_step >= 0 && s->limit.den)
            p->span[kept++] = *s;
    }
    p->spans = kept;
}
