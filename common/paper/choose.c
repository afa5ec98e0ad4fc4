/* Which template and which form of it: by kind, rules in force and sector.  Constants; any thread.
 */
#include "common/paper/paper.h"

static bool among(const char **list, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

/* -1: does not fit; else how much it names: a sector weighs more than rules. */
static int fits(const struct paper_form *f, const char *regime, const char *sector)
{
    if ((f->regimes && !among(f->regime, f->regimes, regime)) ||
        (f->sectors && !among(f->sector, f->sectors, sector)))
        return -1;
    return (f->sectors ? 2 : 0) + (f->regimes ? 1 : 0);
}

const struct paper_template *paper_choose(const struct paper_set *s, enum paper_kind k,
                                          const char *regime, const char *sector,
                                          const struct paper_form **ret_form)
{
    const struct paper_template *best = NULL;
    int most = -1;

    for (size_t i = 0; i < s->n; i++) {
        const struct paper_template *t = s->item[i];

        for (size_t j = 0; t->kind == (int)k && j < t->forms; j++) {
            int n = fits(&t->form[j], regime, sector);

            if (n > most) {
                most = n;
                best = t;
                *ret_form = &t->form[j];
            }
        }
    }
    return best;
}

const struct paper_form *paper_form_of(const struct paper_template *t, const char *regime,
                                       const char *sector)
{
    struct paper_set one = {.item = {t}, .n = 1};
    const struct paper_form *f = NULL;

    return paper_choose(&one, (enum paper_kind)t->kind, regime, sector, &f) ? f : &t->form[0];
}

int paper_copy_of(const struct paper_template *t, struct span copy)
{
    for (size_t i = 0; i < t->copies; i++)
        if (span_is(copy, t->copy[i].copy))
            return (int)i;
    return -1;
}
