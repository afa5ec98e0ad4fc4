/* Scores by an index, and its formulas in words.  Owns nothing.  Any thread. */
#include "common/figures/index.h"

#include <string.h>

const char *const INDEX_MEASURE_WORDS[] = {"share", "average", "rungs", "marks", "entered", NULL};
const char *const INDEX_MARK_WORDS[] = {"agency_time", "contacts", "agencies", NULL};

const struct index *index_on(const struct indices *all, struct span name, dayno d)
{
    for (size_t i = 0; i < all->n; i++)
        if (span_is(name, all->item[i]->index) && d >= all->item[i]->valid_from &&
            d <= all->item[i]->valid_to)
            return all->item[i];
    return NULL;
}

void index_hash(struct span rest, uint8_t ret[SHA256_BYTES])
{
    struct sha256_stream *h = sha256_new();
    struct span line;

    for (bool more = true; more;) {
        more = span_cut(rest, '\n', &line, &rest);
        if (!span_starts(line, "#") && !span_starts(line, "valid_to:")) {
            sha256_add(h, line.p, line.n);
            sha256_add(h, "\n", 1);
        }
    }
    sha256_end(h, ret);
}

static int64_t sum_of(const struct figure_row *r, figure_set which)
{
    int64_t n = 0;

    for (int i = 0; i < FIGURES; i++)
        if (figure_in(which, i))
            n += r->n[i];
    return n;
}

/* max × n / of, rounded half up to `unit`; in 128 bits, since money times points exceeds 64. */
static int64_t part(int64_t max, int64_t n, int64_t of, int64_t unit)
{
    figure_set x, y = (figure_set)of * (figure_set)unit;

    if (n >= of)
        return max;
    if (n <= 0)
        return 0;
    x = (figure_set)max * (figure_set)n;
    return (int64_t)((x + x + y) / (y + y)) * unit;
}

/* n of `of`, and how many cases stand behind it. */
static int64_t counted(const struct index_component *c, size_t at, const struct index_input *in,
                       struct index_points *p)
{
    const int64_t *m = in->mark[c->mark];
    int64_t best = 0, cases = 0;

    switch (c->measure) {
    case MEASURE_MARKS:
        p->n = m[1] + 2 * m[2];
        p->of = 2 * (m[0] + m[1] + m[2]);
        return p->of / 2;
    case MEASURE_ENTERED:
        p->n = in->entered[at].n;
        p->of = in->entered[at].of;
        return p->of;
    case MEASURE_AVERAGE:
        for (size_t i = 0; i < c->steps; i++)
            best = c->step[i].points > best ? c->step[i].points : best;
        for (size_t i = 0; i < c->steps; i++) {
            int64_t n = sum_of(&in->row, c->step[i].of);

            p->n += n * c->step[i].points / INDEX_POINT;
            cases += n;
        }
        p->of = cases * best / INDEX_POINT;
        return cases;
    default:
        p->n = sum_of(&in->row, c->n);
        p->of = sum_of(&in->row, c->of);
        return p->of;
    }
}

static int64_t rung(const struct index_component *c, const struct index_input *in,
                    const struct index_points *p)
{
    int64_t best = 0;

    if (sum_of(&in->row, c->unless) > 0)
        return 0;
    for (size_t i = 0; i < c->steps; i++)
        if (p->n * 100 >= p->of * c->step[i].at && c->step[i].points > best)
            best = c->step[i].points;
    return best;
}

static void measure(const struct index_component *c, size_t at, const struct index_input *in,
                    int64_t unit, struct index_points *p)
{
    int64_t cases = counted(c, at, in, p);

    p->measured = p->of > 0 && (c->measure == MEASURE_ENTERED || cases >= c->minimum);
    if (!p->measured)
        return;
    if (c->measure == MEASURE_RUNGS)
        p->points = rung(c, in, p);
    else if (p->n * 100 < p->of * c->zero_below)
        p->points = 0;
    else
        p->points = part(c->max, p->n * 100, p->of * c->full_at, unit);
}

static int band_of(const struct index *x, int64_t score)
{
    for (size_t i = 0; i < x->bands; i++)
        if (score >= x->band[i].from)
            return (int)i;
    return -1;
}

void index_score(const struct index *x, const struct index_input *in, struct index_score *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < x->components; i++) {
        struct index_points *p = &ret->component[i];

        measure(&x->component[i], i, in, x->unit, p);
        ret->points += p->points;
        ret->measured += p->measured ? x->component[i].max : 0;
    }
    ret->score = -1;
    if (ret->measured > 0 && ret->measured * 100 >= x->max * x->least)
        ret->score = x->measured ? part(x->max, ret->points, ret->measured, 1) : ret->points;
    ret->band = ret->score < 0 ? -1 : band_of(x, ret->score);
}

figure_set index_figures(const struct index_component *c)
{
    figure_set all = c->n | c->of | c->unless;

    for (size_t i = 0; i < c->steps; i++)
        all |= c->step[i].of;
    return all;
}

bool index_told_of_officers(const struct index_component *c)
{
    static const enum figure_id known[] = {FIGURE_RESOLVED, FIGURE_RESOLVED_EARLY,
                                           FIGURE_RESOLVED_ON_TIME, FIGURE_RESOLVED_LATE};
    figure_set rest = index_figures(c);

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        rest &= ~((figure_set)1 << known[i]);
    return rest == 0;
}

int index_score_officer(const struct index *officers, const struct index_officer *o,
                        struct index_score *ret)
{
    struct index_input in;

    memset(&in, 0, sizeof in);
    for (int c = CLASS_EARLY; c <= CLASS_LATE; c++)
        figures_add(&in.row, c, o->resolved[c]);
    memcpy(in.mark, o->mark, sizeof in.mark);
    memcpy(in.entered, o->entered, sizeof in.entered);
    index_score(officers, &in, ret);
    if (o->dossiers < officers->fewest ||
        ret->band != band_of(officers, ret->points + officers->max - ret->measured))
        ret->band = -1;
    return ret->band;
}

/* ---------------------------------------------------------------- in words */

static const char *say(enum lang lang, struct text2 t)
{
    return lang == LANG_EN ? t.en : t.vi;
}

static void points(int64_t thousandths, enum lang lang, struct buf *out)
{
    int64_t rest = thousandths % INDEX_POINT;

    buf_printf(out, "%lld", (long long)(thousandths / INDEX_POINT));
    if (rest) {
        char digits[8];
        size_t n = 3;

        for (size_t i = 3; i-- > 0; rest /= 10)
            digits[i] = (char)('0' + rest % 10);
        while (n > 1 && digits[n - 1] == '0')
            n--;
        buf_char(out, lang == LANG_EN ? '.' : ',');
        buf_span(out, (struct span){digits, n});
    }
}

static void sum(figure_set which, enum lang lang, struct buf *out)
{
    int n = 0, left = 0;

    for (int i = 0; i < FIGURES; i++)
        n += figure_in(which, i);
    if (n > 1)
        buf_char(out, '(');
    for (int i = 0; i < FIGURES; i++)
        if (figure_in(which, i)) {
            buf_str(out, left++ ? " + " : "");
            buf_str(out, say(lang, FIGURE[i].title));
        }
    if (n > 1)
        buf_char(out, ')');
}

static void rungs(const struct index_component *c, enum lang lang, struct buf *out)
{
    sum(c->n, lang, out);
    buf_str(out, " / ");
    sum(c->of, lang, out);
    for (size_t i = 0; i < c->steps; i++) {
        buf_printf(out, "%s≥ %d %%: ", i ? "; " : ": ", c->step[i].at);
        points(c->step[i].points, lang, out);
    }
    if (c->unless) {
        buf_str(out, say(lang, (struct text2){"; 0 nếu có ", "; 0 when there is "}));
        sum(c->unless, lang, out);
    }
}

static const struct text2 mark_words[MARKS] = {
    {"Mỗi hồ sơ, mỗi cơ quan tham gia: 2 điểm khi nhanh hơn định mức các bước, 1 khi bằng, 0 khi "
     "chậm; "
     "lấy trung bình",
     "Each dossier and agency that took part: 2 when faster than the norms of its steps, 1 when "
     "equal, "
     "0 when slower; averaged"},
    {"Mỗi hồ sơ: 2 điểm khi không phải liên hệ lại, 1 khi một lần, 0 khi nhiều hơn mà không do "
     "người nộp; "
     "lấy trung bình",
     "Each dossier: 2 without another contact, 1 with one, 0 with more unless it is the "
     "applicant's "
     "doing; averaged"},
    {"Mỗi hồ sơ: 2 điểm khi không phải liên hệ cơ quan nào, 1 khi chỉ Bộ phận Một cửa, 0 khi hơn; "
     "lấy trung "
     "bình",
     "Each dossier: 2 when no agency had to be contacted, 1 when the one-stop unit only, 0 when "
     "more; "
     "averaged"},
};

void index_formula(const struct index_component *c, enum lang lang, struct buf *out)
{
    switch (c->measure) {
    case MEASURE_ENTERED:
        buf_str(out, say(lang, (struct text2){"Giá trị nhập kèm văn bản",
                                              "A value entered with its document"}));
        break;
    case MEASURE_MARKS:
        buf_str(out, say(lang, mark_words[c->mark]));
        break;
    case MEASURE_RUNGS:
        rungs(c, lang, out);
        return;
    case MEASURE_AVERAGE:
        for (size_t i = 0; i < c->steps; i++) {
            buf_str(out, i ? "; " : "");
            points(c->step[i].points, lang, out);
            buf_str(out, say(lang, (struct text2){" điểm: ", " points: "}));
            sum(c->step[i].of, lang, out);
        }
        buf_str(out, say(lang, (struct text2){"; lấy trung bình", "; averaged"}));
        return;
    default:
        sum(c->n, lang, out);
        buf_str(out, " / ");
        sum(c->of, lang, out);
        break;
    }
    buf_str(out, " × ");
    points(c->max, lang, out);
    if (c->full_at < 100)
        buf_printf(out, "%s %d %%", say(lang, (struct text2){"; đủ điểm từ", "; full from"}),
                   c->full_at);
    if (c->zero_below > 0)
        buf_printf(out, "%s %d %%: 0", say(lang, (struct text2){"; dưới", "; below"}),
                   c->zero_below);
}
