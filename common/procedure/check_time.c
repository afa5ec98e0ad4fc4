/* Checks of time: what the steps add up to on the longest way against what the law allows, for
 * every case and channel, with the numbers; working days in a procedure that promises calendar days
 * (the unit trap).  Sums are kept in 10^-9 days, exact for every quantity a file can hold.
 * Owns nothing.  One thread at a time. */
#include "common/procedure/graph.h"
#include "common/procedure/read.h"

#define DAY        INT64_C(1000000000)
#define DAY_HOURS  8  /* only to compare hours with days; counting itself uses the calendar */
#define MONTH_DAYS 30 /* Civil Code 2015 art. 146 */

struct load { /* working and calendar time, never mixed */
    int64_t work, calendar;
};

struct variant {
    const struct procedure *p;
    struct facts facts;
    bool case_known;
    const struct limit *limit;
    struct quantity legal;
    struct mark at;
    const char *name; /* "trường hợp 02, online", or "" */
};

static struct load load_of(struct quantity q)
{
    int64_t days;

    if (q.den == 0)
        return (struct load){0, 0};
    days = q.num / q.den * DAY + q.num % q.den * DAY / q.den;
    if (q.unit == UNIT_HOUR)
        days /= DAY_HOURS;
    else if (q.unit == UNIT_HALF_DAY)
        days /= 2;
    else if (q.unit == UNIT_MONTH)
        days *= MONTH_DAYS;
    if (q.unit == UNIT_CALENDAR_DAY || q.unit == UNIT_MONTH)
        return (struct load){0, days};
    return (struct load){days, 0};
}

static int64_t weight(struct load l)
{
    return l.work / 5 * 7 + l.calendar;
}

static struct load load_max(struct load a, struct load b)
{
    return weight(b) > weight(a) ? b : a;
}

static struct load step_load(const struct step *s)
{
    struct load l = {0, 0};
    size_t k;

    if (!s->is_split)
        return load_of(s->limit);
    for (k = 0; k < s->branches; k++)
        if (!s->branch[k].stop) /* an excluded wait is not counted */
            l = load_max(l, load_of(s->branch[k].limit));
    return l;
}

static struct value known_fact(void *ctx, const char *name)
{
    struct variant *v = ctx;

    if (strcmp(name, "case") == 0 && !v->case_known)
        return (struct value){0};
    if (strcmp(name, "case") == 0 || strcmp(name, "channel") == 0)
        return facts_get(&v->facts, name);
    return (struct value){0};
}

/* The longest way from step i to the goal (STEP_END: any end), returns and circles left out.
 * False when the goal is not reached. */
struct search {
    struct variant *v;
    int goal;
    step_set path, done, good;
    struct load best[STEPS_MAX];
};

static bool longest(struct search *s, int i, struct load *ret);

static void try_way(struct search *s, int to, bool *found, struct load *best)
{
    struct load l = {0, 0};

    if (to == STEP_END ? s->goal != STEP_END : to < 0 || (s->path & STEP_BIT(to)) != 0)
        return;
    if (to >= 0 && !longest(s, to, &l))
        return;
    *best = *found ? load_max(*best, l) : l;
    *found = true;
}

static bool longest(struct search *s, int i, struct load *ret)
{
    const struct step *st = &s->v->p->step[i];
    struct load best = {0, 0}, own = step_load(st);
    bool found = i == s->goal;
    size_t k;

    if (s->done & STEP_BIT(i)) {
        *ret = s->best[i];
        return (s->good & STEP_BIT(i)) != 0;
    }
    s->path |= STEP_BIT(i);
    for (k = 0; i != s->goal && k < st->actions; k++) {
        const struct action *a = &st->action[k];
        if (action_leads(a) && a->effect != EFFECT_RETURN &&
            (!a->when || expr_partial(a->when, known_fact, s->v) != TRI_FALSE))
            try_way(s, a->to, &found, &best);
    }
    if (i != s->goal && st->is_split)
        try_way(s, st->then, &found, &best);
    s->path &= ~STEP_BIT(i);
    s->done |= STEP_BIT(i);
    if (found)
        s->good |= STEP_BIT(i);
    s->best[i] = (struct load){best.work + own.work, best.calendar + own.calendar};
    *ret = s->best[i];
    return found;
}

/* Vietnamese writes a decimal comma. */
static const char *days_text(struct arena *a, int64_t nano, enum lang lang)
{
    int64_t milli = (nano + 500000) / 1000000;
    const char *t = arena_printf(a, "%lld", (long long)(milli / 1000));

    if (milli % 1000 == 0)
        return t;
    t = arena_printf(a, "%s%c%03lld", t, lang == LANG_VI ? ',' : '.', (long long)(milli % 1000));
    while (t[strlen(t) - 1] == '0')
        t = arena_strndup(a, t, strlen(t) - 1);
    return t;
}

static const char *limit_words(struct arena *a, struct quantity q, enum lang lang)
{
    struct buf b;
    const char *s;

    buf_init(&b, 200);
    quantity_words(q, lang, &b);
    s = arena_strdup(a, buf_cstr(&b));
    buf_free(&b);
    return s;
}

/* Least calendar days that so many working days can take, five a week. */
static int64_t working_span(int64_t work)
{
    return work + 2 * DAY * (work / (5 * DAY));
}

struct said { /* the numbers of a message, as text */
    const char *sum, *other, *limit;
};

static struct said said_of(struct arena *a, int64_t sum, int64_t other, struct quantity limit,
                           enum lang lang)
{
    return (struct said){days_text(a, sum, lang), days_text(a, other, lang),
                         limit_words(a, limit, lang)};
}

/* Both formats take: sum, other number, limit in words, name of the variant. */
#define SAY(sev, v, code, vi_text, en_text, a, b, q)                                               \
    do {                                                                                           \
        struct arena *to_ = c->diags->arena;                                                       \
        struct said vi_ = said_of(to_, a, b, q, LANG_VI), en_ = said_of(to_, a, b, q, LANG_EN);    \
        struct text2 both_ = {                                                                     \
            arena_printf(to_, vi_text, vi_.sum, vi_.other, vi_.limit, (v)->name),                  \
            arena_printf(to_, en_text, en_.sum, en_.other, en_.limit, (v)->name)};                 \
        diag_add_text(c->diags, sev, (v)->at, code, both_);                                        \
    } while (0)

/* Steps and limit in different kinds of days. */
static void check_mixed(struct compile *c, const struct variant *v, struct load sum,
                        struct load limit, enum diag_severity sev)
{
    int64_t least = working_span(sum.work) + sum.calendar;

    if (limit.calendar && least > limit.calendar)
        SAY(sev, v, "P204",
            "bẫy đơn vị: các bước %s ngày làm việc chiếm ít nhất %s ngày lịch, quá hạn %s%s",
            "unit trap: the steps' %s working days take at least %s calendar days, over the limit "
            "of %s%s",
            sum.work, least, v->legal);
    else if (!limit.calendar && sum.work + sum.calendar / 7 * 5 > limit.work)
        SAY(sev, v, "P204", "bẫy đơn vị: các bước %s ngày làm việc và %s ngày lịch vượt hạn %s%s",
            "unit trap: the steps' %s working and %s calendar days exceed the limit of %s%s",
            sum.work, sum.calendar, v->legal);
    else
        SAY(DIAG_WARNING, v, "P205",
            "khác đơn vị: các bước tính %s ngày làm việc và %s ngày lịch, hạn là %s%s",
            "different units: the steps count %s working and %s calendar days, the limit is %s%s",
            sum.work, sum.calendar, v->legal);
}

static void check_sum(struct compile *c, const struct variant *v, struct load sum)
{
    struct load limit = load_of(v->legal), promised = load_of(v->limit->committed);
    enum diag_severity sev = v->limit->exceeds ? DIAG_WARNING : DIAG_ERROR;
    bool calendar = limit.calendar > 0;
    int64_t total = calendar ? sum.calendar : sum.work;
    int64_t most = calendar ? limit.calendar : limit.work;
    int64_t promise = calendar ? promised.calendar : promised.work;

    if ((calendar && sum.work) || (!calendar && sum.calendar)) {
        check_mixed(c, v, sum, limit, sev);
        return;
    }
    if (total > most)
        SAY(sev, v, v->limit->exceeds ? "P202" : "P201",
            "các bước cộng lại %s ngày, dài hơn hạn luật %s ngày (%s)%s",
            "the steps add up to %s days, more than the legal %s days (%s)%s", total, most,
            v->legal);
    else if (promise && total > promise && !v->limit->has_channel[v->facts.channel])
        SAY(DIAG_WARNING, v, "P203",
            "các bước cộng lại %s ngày, dài hơn hạn cam kết %s ngày (%s)%s",
            "the steps add up to %s days, more than the promised %s days (%s)%s", total, promise,
            v->limit->committed);
}

static void check_variant(struct compile *c, struct variant *v)
{
    struct search s = {.v = v, .goal = STEP_END};
    struct load sum;

    if (v->legal.den && longest(&s, 0, &sum))
        check_sum(c, v, sum);
}

/* One limit, as such and for every channel that has its own. */
static void check_limit_sums(struct compile *c, const struct limit *l, const struct yaml_node *map,
                             struct variant v)
{
    const struct yaml_node *node = yaml_get(map, "limit");
    const char *name = v.name;
    int ch;

    v.limit = l;
    v.legal = l->legal;
    v.at = node && node->kind == YAML_MAP ? mark_of(node, "legal") : node ? node->at : v.at;
    for (ch = 0; ch < CHANNELS; ch++)
        if ((c->p->channels & (1U << ch)) && !l->has_channel[ch]) {
            v.facts.channel = (enum channel)ch;
            check_variant(c, &v);
            break;
        }
    for (ch = 0; ch < CHANNELS; ch++) {
        if (!l->has_channel[ch])
            continue;
        v.facts.channel = (enum channel)ch;
        v.legal = l->by_channel[ch];
        v.at = mark_of(yaml_get(node, "by_channel"), channel_name((enum channel)ch));
        v.name = arena_printf(c->arena, "%s%s%s", name, *name ? ", " : " — ",
                              channel_name((enum channel)ch));
        check_variant(c, &v);
    }
}

static void check_limit(struct compile *c, const struct limit *l, const struct yaml_node *map)
{
    const struct yaml_node *node = yaml_get(map, "limit");
    struct load legal = load_of(l->legal), promise = load_of(l->committed);
    struct quantity sum;
    size_t i;
    int ch;

    if (l->legal.den && l->legal.num == 0)
        diag_add_text(c->diags, DIAG_ERROR, mark_of(map, "limit"), "P210",
                      (struct text2){"thời hạn bằng không", "a limit of nothing"});
    if (l->legal.den && (!legal.calendar == !promise.calendar) && weight(promise) > weight(legal))
        diag_add_text(
            c->diags, DIAG_ERROR, mark_of(node, "committed"), "P207",
            (struct text2){arena_printf(c->arena, "hạn cam kết %s dài hơn hạn luật %s",
                                        limit_words(c->arena, l->committed, LANG_VI),
                                        limit_words(c->arena, l->legal, LANG_VI)),
                           arena_printf(c->arena, "the promise of %s is longer than the legal %s",
                                        limit_words(c->arena, l->committed, LANG_EN),
                                        limit_words(c->arena, l->legal, LANG_EN))});
    for (i = 0; i < l->adds; i++)
        if (l->legal.den && l->add[i].limit.den && !quantity_add(l->legal, l->add[i].limit, &sum))
            diag_add_text(c->diags, DIAG_ERROR, mark_of(item_node(node, "add", i), "limit"), "P208",
                          (struct text2){"không cộng được vào hạn: khác đơn vị",
                                         "cannot be added to the limit: another unit"});
    for (ch = 0; ch < CHANNELS; ch++)
        if (l->has_channel[ch] && !(c->p->channels & (1U << ch)))
            diag_add(c->diags, DIAG_WARNING,
                     mark_of(yaml_get(node, "by_channel"), channel_name((enum channel)ch)), "P211",
                     "có hạn cho kênh \"%s\" nhưng thủ tục không nhận kênh ấy",
                     "a limit for channel \"%s\", which the procedure does not offer",
                     channel_name((enum channel)ch));
}

static void check_span_sum(struct compile *c, struct variant *v, size_t i)
{
    const struct span_limit *sp = &c->p->span[i];
    struct search s = {.v = v, .goal = sp->to_step};
    struct load sum, span = load_of(sp->limit), own;
    int64_t total, most;

    if (sp->from_step < 0 || sp->to_step < 0 || !sp->limit.den || !longest(&s, sp->from_step, &sum))
        return;
    own = step_load(&c->p->step[sp->from_step]);
    if (!sp->from_enter)
        sum = (struct load){sum.work - own.work, sum.calendar - own.calendar};
    own = step_load(&c->p->step[sp->to_step]);
    if (sp->to_enter)
        sum = (struct load){sum.work - own.work, sum.calendar - own.calendar};
    total = span.calendar ? sum.calendar : sum.work;
    most = span.calendar ? span.calendar : span.work;
    if (total > most)
        diag_add_text(
            c->diags, DIAG_WARNING, mark_of(item_node(c->root, "spans", i), "limit"), "P209",
            (struct text2){
                arena_printf(c->arena,
                             "các bước trong khoảng \"%s\" cộng lại %s ngày, dài hơn %s ngày",
                             sp->span, days_text(c->arena, total, LANG_VI),
                             days_text(c->arena, most, LANG_VI)),
                arena_printf(c->arena,
                             "the steps of span \"%s\" add up to %s days, more than %s days",
                             sp->span, days_text(c->arena, total, LANG_EN),
                             days_text(c->arena, most, LANG_EN))});
}

void check_time(struct compile *c)
{
    const struct procedure *p = c->p;
    struct variant v = {.p = p, .facts = {.p = p}, .name = ""};
    bool main_used = p->cases_n == 0;
    size_t i;

    check_limit(c, &p->limit, c->root);
    for (i = 0; i < p->cases_n; i++)
        if (p->cases[i].has_limit)
            check_limit(c, &p->cases[i].limit, item_node(c->root, "cases", i));
    if (!p->steps || c->uncertain)
        return;
    for (i = 0; i < p->spans; i++)
        check_span_sum(c, &v, i);
    v.case_known = true;
    for (i = 0; i < p->cases_n; i++) {
        const struct procedure_case *pc = &p->cases[i];
        v.facts.case_code = pc->code;
        v.at = mark_of(item_node(c->root, "cases", i), "case");
        v.name = arena_printf(c->arena, " — %s", pc->code);
        if (pc->has_limit)
            check_limit_sums(c, &pc->limit, item_node(c->root, "cases", i), v);
        else if (!main_used)
            check_limit_sums(c, &p->limit, c->root, v);
        main_used = main_used || !pc->has_limit;
    }
    v.facts.case_code = NULL;
    v.name = "";
    if (p->cases_n == 0)
        check_limit_sums(c, &p->limit, c->root, v);
}

static struct quantity days_of(int64_t nano, enum unit unit)
{
    struct quantity q = {nano, DAY, unit};

    for (int64_t by = 10; by > 1 && q.den > 1;)
        if (q.num % by == 0 && q.den % by == 0)
            q = (struct quantity){q.num / by, q.den / by, unit};
        else
            by = by == 10 ? 5 : by == 5 ? 2 : 1;
    return q;
}

void procedure_sum(const struct procedure *p, struct quantity *ret_working,
                   struct quantity *ret_calendar)
{
    struct variant v = {.p = p, .facts = {.p = p}, .name = ""};
    struct search s = {.v = &v, .goal = STEP_END};
    struct load l = {0, 0};

    if (p->steps && !longest(&s, 0, &l))
        l = (struct load){0, 0};
    *ret_working = days_of(l.work, UNIT_WORKING_DAY);
    *ret_calendar = days_of(l.calendar, UNIT_CALENDAR_DAY);
}
