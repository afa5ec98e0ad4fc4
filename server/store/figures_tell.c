/* Figures as JSON: names of rows, counts, rates.  Owns nothing.  The worker's thread. */
#include <assert.h>
#include <stdlib.h>

#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

/* ---------------------------------------------------------------- names */

static dayno day_of(instant t)
{
    return lminute_day(lminute_of(t));
}

static void name_agency(struct pending *p, const struct figures *f, struct figures_item *it,
                        struct span key)
{
    const struct organisation *o = p->st->snap->org;
    int64_t id;
    int at;

    if (!span_i64(key, 0, INT32_MAX, &id))
        return;
    if (f->q.successor)
        id = figures_heir(o, f, (int)id);
    at = organisation_of_id(o, (int)id);
    it->order = at;
    it->key = at < 0 ? arena_span(p->own, key) : o->agency[at].agency;
    if (at >= 0)
        it->title = o->agency[at].name;
}

/* As it is called at the end of the report, else by the newest version. */
const struct procedure *figures_procedure(struct pending *p, const struct figures *f,
                                          const char *code)
{
    const struct snapshot *s = p->st->snap;
    const struct procedure *pr = snapshot_procedure(s, code, day_of(f->end - 1));

    for (size_t i = s->procedures; i-- > 0 && !pr;)
        if (strcmp(s->procedure[i]->code, code) == 0)
            pr = s->procedure[i];
    return pr;
}

static void name_procedure(struct pending *p, const struct figures *f, struct figures_item *it,
                           const char *code)
{
    const struct procedure *pr = figures_procedure(p, f, code);

    if (f->q.by == BY_FIELD) {
        it->key = pr ? pr->field_code : NULL;
        if (pr)
            it->title = pr->field;
        return;
    }
    it->key = code;
    if (pr)
        it->title = pr->name;
}

static void name_period(struct pending *p, const struct figures *f, struct figures_item *it)
{
    struct civil c = civil_of_day(day_of(it->from)), e = civil_of_day(day_of(it->to - 1));
    char iso[16];

    day_iso(day_of(it->from), iso);
    switch (f->q.by) {
    case BY_MONTH:
        it->key = arena_printf(p->own, "%04d-%02d", c.year, c.month);
        it->title.vi = arena_printf(p->own, "Tháng %d/%d", c.month, c.year);
        break;
    case BY_QUARTER:
        it->key = arena_printf(p->own, "%04d-Q%d", c.year, (c.month + 2) / 3);
        it->title.vi = arena_printf(p->own, "Quý %d/%d", (c.month + 2) / 3, c.year);
        break;
    case BY_YEAR:
        it->key = arena_printf(p->own, "%04d", c.year);
        it->title.vi = arena_printf(p->own, "Năm %d", c.year);
        break;
    case BY_WEEK:
        it->key = arena_strdup(p->own, iso);
        it->title.vi =
            arena_printf(p->own, "%02d/%02d–%02d/%02d/%d", c.day, c.month, e.day, e.month, e.year);
        it->title.en = it->title.vi;
        return;
    default:
        it->key = arena_strdup(p->own, iso);
        it->title.vi = arena_printf(p->own, "%02d/%02d/%d", c.day, c.month, c.year);
        it->title.en = it->title.vi;
        return;
    }
    it->title.en = it->key;
}

static const struct {
    const char *key;
    struct text2 title;
} applicants[] = {
    {"citizen", {"Cá nhân", "Citizen"}},
    {"enterprise", {"Tổ chức, doanh nghiệp", "Enterprise"}},
    {"state", {"Cơ quan nhà nước", "State body"}},
    {"other", {"Khác", "Other"}},
};

struct text2 figures_applicant(const char *key)
{
    for (size_t i = 0; i < sizeof applicants / sizeof *applicants; i++)
        if (strcmp(key, applicants[i].key) == 0)
            return applicants[i].title;
    return (struct text2){NULL, NULL};
}

void figures_name(struct pending *p, const struct figures *f, struct figures_item *it,
                  struct span key, struct span officer)
{
    int64_t n;

    switch (f->q.by) {
    case BY_AGENCY:
    case BY_RECEIVING:
    case BY_COMPETENT:
        name_agency(p, f, it, key);
        return;
    case BY_PROCEDURE:
    case BY_FIELD:
        name_procedure(p, f, it, arena_span(p->own, key));
        return;
    case BY_CHANNEL:
        if (span_i64(key, 0, CHANNELS - 1, &n)) {
            it->key = channel_name((enum channel)n);
            it->title = channel_title((enum channel)n);
        }
        return;
    case BY_OFFICER:
        it->key = arena_span(p->own, key);
        it->title.vi = officer.n ? arena_span(p->own, officer) : "Chưa phân công";
        it->title.en = officer.n ? it->title.vi : "Nobody yet";
        return;
    case BY_APPLICANT:
        it->key = arena_span(p->own, key);
        it->title = figures_applicant(it->key);
        return;
    default:
        name_period(p, f, it);
        return;
    }
}

/* ---------------------------------------------------------------- rows */

void figures_rate_json(struct jw *w, struct rate r)
{
    jw_open(w);
    jw_ki64(w, "n", r.n);
    jw_ki64(w, "of", r.of);
    if (r.tenths >= 0)
        jw_ki64(w, "tenths", r.tenths);
    else
        jw_knull(w, "tenths");
    jw_close(w);
}

bool figures_told(const struct figures_query *q, enum figure_id i)
{
    bool all = q->figures == 0 && q->rates == 0;

    return figure_topic_of(i) == q->topic && (all || figure_in(q->figures, (int)i));
}

int figures_ask(struct figures_query *q, struct span name)
{
    for (int i = 0; i < FIGURES; i++)
        if (span_is(name, FIGURE[i].name)) {
            q->figures |= (figure_set)1 << i;
            return (int)figure_topic_of((enum figure_id)i);
        }
    for (int i = 0; i < RATES; i++)
        if (span_is(name, RATE[i].name)) {
            q->rates |= UINT64_C(1) << i;
            return (int)rate_topic_of((enum rate_id)i);
        }
    return -1;
}

const char *figures_asked_name(const struct figures_query *q)
{
    for (int i = 0; i < FIGURES; i++)
        if (figure_in(q->figures, i))
            return FIGURE[i].name;
    for (int i = 0; i < RATES; i++)
        if ((q->rates >> i) & 1)
            return RATE[i].name;
    return NULL;
}

bool rates_told(const struct figures_query *q, enum rate_id i)
{
    bool all = q->figures == 0 && q->rates == 0;

    return rate_topic_of(i) == q->topic && (all || ((q->rates >> i) & 1));
}

enum {
    WANT_ENDED = 1,
    WANT_PENDING = 2,
    WANT_FIRST = 4,
    WANT_SUPPLEMENTED = 8,
    WANT_ANYWHERE = 16, /* nobody asks whether it came from elsewhere */
    WANT_WHENEVER = 32  /* nor whether it was received in the period */
};
#define ENDED_CLASSES                                                                              \
    (1 << CLASS_EARLY | 1 << CLASS_ON_TIME | 1 << CLASS_LATE | 1 << CLASS_ENDED_OTHER)

int32_t figures_wanted(const struct figures_query *q)
{
    figure_set which = q->figures;
    int32_t want = WANT_ANYWHERE | WANT_WHENEVER, needs = FACT_SUPPLEMENTED;

    for (int i = 0; i < RATES; i++)
        if ((q->rates >> i) & 1)
            which |= RATE[i].n | RATE[i].of;
    if (which == 0)
        return WANT_ENDED | WANT_PENDING | WANT_FIRST;
    for (int i = 0; i < FIGURES; i++) {
        if (!figure_in(which, i))
            continue;
        if ((FIGURE[i].needs | FIGURE[i].without) & FACT_ELSEWHERE)
            want &= ~WANT_ANYWHERE;
        if ((FIGURE[i].needs | FIGURE[i].without) & FACT_RECEIVED)
            want &= ~WANT_WHENEVER;
        if (FIGURE[i].stream == STREAM_FIRST) {
            want |= WANT_FIRST;
            continue;
        }
        want |= (FIGURE[i].classes & ENDED_CLASSES ? WANT_ENDED : 0) |
                (FIGURE[i].classes & ~ENDED_CLASSES ? WANT_PENDING : 0);
        needs &= FIGURE[i].needs;
    }
    return want | (needs && !(want & WANT_FIRST) ? WANT_SUPPLEMENTED : 0);
}

/* Does a dossier or an item count in one period only, whichever they are?  What is told of where it
 * began: when nothing matters that comes later; else what was over in the period. */
static bool once(const struct figure_def *d)
{
    bool begun = d->stream >= STREAM_APOLOGY || (d->needs & FACT_RECEIVED);

    if (d->stream == STREAM_FIRST)
        return true;
    if (d->stream != STREAM_WORK && begun)
        return (~d->classes & 0x7f) == 0 && ((d->needs | d->without) & FACT_ITEM_OUTCOMES) == 0;
    return (d->classes & ~ENDED_CLASSES) == 0;
}

bool figures_flow(const struct figures_query *q)
{
    figure_set which = q->figures;

    for (int i = 0; i < RATES; i++)
        if ((q->rates >> i) & 1)
            which |= RATE[i].n | RATE[i].of;
    for (int i = 0; i < FIGURES; i++)
        if (figure_in(which, i) && !once(&FIGURE[i]))
            return false;
    return true;
}

void figures_row_json(struct jw *w, const struct figure_row *r, const struct figures_query *q)
{
    assert(!figures_identity(r));
    for (int i = 0; i < FIGURES; i++) {
        if (!figures_told(q, (enum figure_id)i))
            continue;
        jw_key_any(w, FIGURE[i].name);
        jw_i64(w, r->n[i]);
    }
    for (int i = 0; i < RATES; i++)
        if (rates_told(q, (enum rate_id)i)) {
            jw_key_any(w, RATE[i].name);
            figures_rate_json(w, figures_rate(r, (enum rate_id)i));
        }
}

static void item_json(struct jw *w, const struct figures *f, const struct figures_item *it)
{
    jw_open(w);
    jw_kstr(w, "key", it->key);
    jw_kstr(w, "title", it->title.vi);
    jw_kstr(w, "title_en", it->title.en);
    if (it->from != INSTANT_NONE) {
        jw_ktime(w, "from", it->from);
        jw_ktime(w, "to", it->to);
    }
    figures_row_json(w, &it->row, &f->q);
    if (f->q.compare && it->from == INSTANT_NONE) {
        jw_key(w, "previous");
        jw_open(w);
        figures_row_json(w, &it->previous, &f->q);
        jw_close(w);
    }
    jw_close(w);
}

void figures_head_json(struct jw *w, const struct figures *f)
{
    jw_ktime(w, "from", f->q.from);
    jw_ktime(w, "to", f->q.to);
    jw_ktime(w, "as_of", f->end);
    jw_kstr(w, "basis", DUE_BASIS_WORDS[f->q.basis]);
    jw_kstr(w, "agencies", FIGURE_AGENCIES_WORDS[f->q.successor]);
    jw_kstr(w, "by", FIGURE_BY_WORDS[f->q.by]);
}

static void tell(struct pending *p, struct figures *f)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    figures_head_json(&w, f);
    jw_key(&w, "items");
    jw_list(&w);
    if (f->q.by == BY_TOTAL)
        item_json(&w, f, &f->total);
    for (size_t i = 0; i < f->items; i++)
        item_json(&w, f, &f->item[i]);
    jw_end(&w);
    jw_key(&w, "total");
    item_json(&w, f, &f->total);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

/* Of periods first the whole is asked, then the series: what is carried over is no sum. */
static void counts_came(struct pending *p, const struct db_outcome *out)
{
    struct figures *f = p->mine;

    figures_take(p, f, out->rows);
    if (figures_by_time(f->q.by) && !f->series) {
        f->series = true;
        figures_periods(p, f);
        figures_count(p, f);
        return;
    }
    tell(p, f);
}

void store_figures(struct store *st, const struct viewer *v, const struct figures_query *q,
                   store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, counts_came);
    struct figures *f = figures_new(p, v, q);

    p->json = done;
    f->total.from = f->total.to = INSTANT_NONE;
    figures_count(p, f);
}
