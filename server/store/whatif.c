/* What if, over a period: which dossiers, then their states page by page, counted by the rules of
 * common/figures; written as JSON at the end or when the time is over.  The run owns its arenas and
 * connection.  Any thread, blocking. */
#include "server/store/whatif.h"

#include <stdlib.h>

#include "server/store/blocking.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"
#include "server/store/running.h"

#define CALL_MS       60000
#define PAGE          500
#define FOLLOW_MOST   1000
#define PAGE_ARENA    ((size_t)512 << 20)
#define RUN_ARENA     ((size_t)512 << 20)
#define TELL_US       INT64_C(500000)
#define SECOND_US     INT64_C(1000000)
#define SECONDS_USUAL 30
#define CHANGED_MAX   200 /* dossiers that came out otherwise are named so far */

/* ---------------------------------------------------------------- suppositions */

struct by_name { /* which calendar stands for a name */
    struct snapshot *snap;
    const struct calendars *edited; /* NULL: the published ones */
    const struct calendar *instead; /* of all of them */
    instant at;                     /* those of then; INSTANT_NONE: of now */
};

static const struct calendar *calendar(void *ctx, const char *name)
{
    const struct by_name *n = ctx;

    if (n->instead)
        return n->instead;
    if (!n->edited)
        return n->at == INSTANT_NONE ? snapshot_calendar(n->snap, name)
                                     : snapshot_calendar_at(n->snap, name, n->at);
    for (size_t i = 0; i < n->edited->n; i++)
        if (strcmp(calendar_name(n->edited->item[i]), name) == 0)
            return n->edited->item[i];
    return NULL;
}

/* ---------------------------------------------------------------- a run */

struct procedure_row {
    const char *code;
    struct figure_row real, supposed;
};
struct step_row {
    const struct procedure *p;
    int step;
    int64_t n, within, within_if, norm, norm_if;
};
struct changed {
    const char *code;
    struct whatif_one one;
};
struct run {
    const struct whatif_run *r;
    struct arena *a, *page; /* of the run; of the page under way */
    struct blocking *b;
    struct report_question q;
    instant end;
    struct whatif w;
    struct by_name real, supposed;
    struct calendars edited;
    int64_t *id;
    int32_t *facts;
    size_t n, at;
    int64_t of;
    struct figure_row real_row, supposed_row;
    struct procedure_row *row;
    size_t rows, rows_cap;
    struct step_row *step;
    size_t steps, steps_cap;
    struct changed *changed;
    size_t changes, changed_cap;
    int64_t apart, better, worse;
};

static const struct whatif_limit *limits_of(struct run *x)
{
    const struct whatif_in *in = x->r->in;
    struct whatif_limit *l = ARENA_ARRAY(x->a, struct whatif_limit, in->limits + 1);

    for (size_t i = 0; i < in->limits; i++) {
        l[i] =
            (struct whatif_limit){.procedure = in->limit[i].procedure, .step = in->limit[i].step};
        (void)quantity_parse(span_of(in->limit[i].limit), &l[i].limit);
    }
    return l;
}

static bool suppose(struct run *x, struct buf *why)
{
    const struct whatif_in *in = x->r->in;
    struct snapshot *s = x->r->snap;

    x->real = x->supposed = (struct by_name){.snap = s, .at = INSTANT_NONE};
    if (in->calendar_text) {
        if (!snapshot_calendars_with(s, x->a, in->calendar, span_of(in->calendar_text), &x->edited,
                                     why))
            return false;
        x->supposed.edited = &x->edited;
    } else if (in->calendar) {
        x->supposed.instead = snapshot_calendar(s, in->calendar);
    }
    x->w = (struct whatif){.limit = limits_of(x),
                           .limits = in->limits,
                           .supplement = (enum whatif_supplement)in->supplement,
                           .exclusions_count = in->exclusions_count,
                           .calendar = calendar,
                           .real = &x->real,
                           .supposed = &x->supposed};
    if (in->regime)
        x->w.supplement = regime_named(s->regimes, in->regime)->supplement_restarts
                              ? WHATIF_RESTARTS
                              : WHATIF_CONTINUES;
    return true;
}

/* ---------------------------------------------------------------- which dossiers */

static void ids_came(void *ctx, const struct db_rows *r)
{
    struct run *x = ctx;

    x->n = (size_t)db_count(r);
    x->id = ARENA_ARRAY(x->a, int64_t, x->n + 1);
    x->facts = ARENA_ARRAY(x->a, int32_t, x->n + 1);
    for (size_t i = 0; i < x->n; i++) {
        x->id[i] = db_get_i64(r, (int)i, 0);
        x->facts[i] = (int32_t)db_get_i64(r, (int)i, 1);
    }
    x->of = x->n ? db_get_i64(r, 0, 2) : 0;
}

static size_t agencies_within(const struct run *x, struct arena *a, const int32_t **ret)
{
    const struct organisation *o = x->r->snap->org;
    int scope = organisation_of_id(o, x->r->scope), named = organisation_of_id(o, x->q.q.agency);
    int32_t *id = ARENA_ARRAY(a, int32_t, o->agencies + 1);
    size_t n = 0;

    for (size_t i = 0; i < o->agencies; i++)
        if ((x->r->scope == 0 || organisation_within(o, (int)i, scope)) &&
            (x->q.q.agency == 0 || organisation_within(o, (int)i, named)))
            id[n++] = o->agency[i].id;
    *ret = id;
    return n;
}

static void put_procedures(const struct run *x, struct arena *a, struct db_args *p)
{
    const struct snapshot *s = x->r->snap;
    const char **code = ARENA_ARRAY(a, const char *, s->procedures + 1);
    size_t n = 0;

    if (!x->q.q.procedure && !x->q.q.field) {
        db_null(p);
        return;
    }
    for (size_t i = 0; i < s->procedures; i++)
        if ((!x->q.q.procedure || strcmp(s->procedure[i]->code, x->q.q.procedure) == 0) &&
            (!x->q.q.field || (s->procedure[i]->field_code &&
                               strcmp(s->procedure[i]->field_code, x->q.q.field) == 0)))
            code[n++] = s->procedure[i]->code;
    db_texts(p, code, n);
}

static void followed(void *ctx, const struct db_rows *r)
{
    *(int64_t *)ctx = db_get_i64(r, 0, 0);
}

/* What is counted knows every act committed by now. */
static enum err follow(struct run *x)
{
    int64_t n = FOLLOW_MOST;
    enum err e = ERR_OK;

    while (e == ERR_OK && n >= FOLLOW_MOST) {
        struct db_args *p = blocking_args(x->b, 1);

        db_i32(p, FOLLOW_MOST);
        e = blocking_call(x->b, LANE_ACT, "figures_catch_up", p, followed, &n);
    }
    return e;
}

static enum err find(struct run *x)
{
    instant now = clock_now(), bound[2];
    enum err e = follow(x);
    struct db_args *p = blocking_args(x->b, 7);
    struct arena *a = blocking_arena(x->b);
    const int32_t *agency;
    size_t n = agencies_within(x, a, &agency);

    if (e != ERR_OK)
        return e;

    x->end = x->q.q.to > now ? now + 1 : x->q.q.to;
    if (x->end < x->q.q.from)
        x->end = x->q.q.from;
    bound[0] = x->q.q.from;
    bound[1] = x->end;
    db_i32s(p, agency, NULL, n);
    db_times(p, bound, 2);
    db_time(p, x->q.q.to);
    db_bool(p, x->end <= now);
    figures_bodies(x->r->snap->org, a, p);
    put_procedures(x, a, p);
    db_i32(p, WHATIF_DOSSIERS_MAX);
    return blocking_call(x->b, LANE_READ, "whatif_dossiers", p, ids_came, x);
}

/* ---------------------------------------------------------------- counting one */

static struct procedure_row *row_of(struct run *x, const char *code)
{
    for (size_t i = x->rows; i-- > 0;)
        if (strcmp(x->row[i].code, code) == 0)
            return &x->row[i];
    ARENA_PUSH(x->a, x->row, x->rows, x->rows_cap) =
        (struct procedure_row){.code = arena_strdup(x->a, code)};
    return &x->row[x->rows - 1];
}

static struct step_row *step_of(struct run *x, const struct procedure *p, int step)
{
    for (size_t i = x->steps; i-- > 0;)
        if (strcmp(x->step[i].p->code, p->code) == 0 &&
            strcmp(x->step[i].p->step[x->step[i].step].step, p->step[step].step) == 0)
            return &x->step[i];
    ARENA_PUSH(x->a, x->step, x->steps, x->steps_cap) =
        (struct step_row){.p = p, .step = step, .norm = -1, .norm_if = -1};
    return &x->step[x->steps - 1];
}

static void count_steps(struct run *x, const struct dossier *s)
{
    const struct procedure *p = procedure_numbered(x->r->snap, span_of(s->procedure), s->version);
    struct spent real, supposed;
    bool told;

    x->real.at = x->supposed.at = s->finished; /* as reports tell of its steps */
    told = p && whatif_steps(x->page, s, p, &x->w, &real, &supposed);
    x->real.at = x->supposed.at = INSTANT_NONE;
    if (!told)
        return;
    for (size_t i = 0; i < real.steps && i < supposed.steps; i++) {
        const struct step_spent *a = &real.step[i], *b = &supposed.step[i];
        struct step_row *row;

        if (a->norm < 0 || b->norm < 0 || a->step < 0 || (size_t)a->step >= p->steps)
            continue;
        row = step_of(x, p, a->step);
        row->n++;
        row->within += a->minutes <= a->norm;
        row->within_if += b->minutes <= b->norm;
        row->norm = a->norm;
        row->norm_if = b->norm;
    }
}

static bool kept_its_word(enum dossier_class c)
{
    return c != CLASS_LATE && c != CLASS_PENDING_OVERDUE;
}

static void count_one(struct run *x, const struct dossier *s, int32_t facts)
{
    enum dossier_class told = (enum dossier_class)(facts & FACT_CLASS_MASK);
    struct procedure_row *row = row_of(x, s->procedure);
    struct whatif_one one;
    int32_t other;

    whatif_class(s, &x->w, x->end, &one);
    /* the figures' own class is the real one; where the state says another, it has moved since */
    if (one.real != told)
        one = (struct whatif_one){.real = told, .supposed = told, .apart = true};
    other = (facts & ~FACT_CLASS_MASK) | (int32_t)one.supposed;
    figures_add(&x->real_row, facts, 1);
    figures_add(&x->supposed_row, other, 1);
    figures_add(&row->real, facts, 1);
    figures_add(&row->supposed, other, 1);
    x->apart += one.apart;
    x->better += !kept_its_word(one.real) && kept_its_word(one.supposed);
    x->worse += kept_its_word(one.real) && !kept_its_word(one.supposed);
    if (one.real != one.supposed && x->changes < CHANGED_MAX && s->code)
        ARENA_PUSH(x->a, x->changed, x->changes, x->changed_cap) =
            (struct changed){arena_strdup(x->a, s->code), one};
    if (one.real <= CLASS_LATE)
        count_steps(x, s);
}

static void states_came(void *ctx, const struct db_rows *r)
{
    struct run *x = ctx;

    for (int i = 0; i < db_count(r); i++) {
        struct dossier *s = dossier_of_json(x->page, db_get_span(r, i, 2));
        int64_t id = db_get_i64(r, i, 0);

        if (s && !db_is_null(r, i, 1))
            s->code = arena_span(x->page, db_get_span(r, i, 1));
        for (size_t k = x->at; s && k < x->n && k < x->at + PAGE; k++)
            if (x->id[k] == id)
                count_one(x, s, x->facts[k]);
    }
}

/* ---------------------------------------------------------------- the answer */

/* What dates move; nothing is supposed of first submissions, so none are told. */
static void rates_json(struct jw *w, const char *key, const struct figure_row *row)
{
    struct figures_query q = FIGURES_QUERY_ANY;

    for (int i = 0; i < FIGURES; i++)
        if (FIGURE[i].stream == STREAM_WORK)
            q.figures |= (figure_set)1 << i;
    for (int i = 0; i < RATES; i++)
        if (((RATE[i].n | RATE[i].of) & ~q.figures) == 0)
            q.rates |= UINT64_C(1) << i;
    jw_key_any(w, key);
    jw_open(w);
    figures_row_json(w, row, &q);
    jw_close(w);
}

static void kmaybe(struct jw *w, const char *key, int64_t n)
{
    jw_key_any(w, key);
    if (n < 0)
        jw_null(w);
    else
        jw_i64(w, n);
}

static void rows_json(struct jw *w, const struct run *x)
{
    jw_key(w, "procedures");
    jw_list(w);
    for (size_t i = 0; i < x->rows; i++) {
        jw_open(w);
        jw_kstr(w, "procedure", x->row[i].code);
        rates_json(w, "real", &x->row[i].real);
        rates_json(w, "supposed", &x->row[i].supposed);
        jw_close(w);
    }
    jw_end(w);
    jw_key(w, "steps");
    jw_list(w);
    for (size_t i = 0; i < x->steps; i++) {
        const struct step_row *r = &x->step[i];

        jw_open(w);
        jw_kstr(w, "procedure", r->p->code);
        jw_kstr(w, "step", r->p->step[r->step].step);
        jw_kstr(w, "title", r->p->step[r->step].title.vi);
        jw_kstr(w, "title_en", r->p->step[r->step].title.en);
        jw_ki64(w, "n", r->n);
        jw_ki64(w, "within", r->within);
        jw_ki64(w, "within_supposed", r->within_if);
        kmaybe(w, "norm_minutes", r->norm);
        kmaybe(w, "norm_minutes_supposed", r->norm_if);
        jw_close(w);
    }
    jw_end(w);
}

static void changed_json(struct jw *w, const struct run *x)
{
    jw_key(w, "changed");
    jw_list(w);
    for (size_t i = 0; i < x->changes; i++) {
        const struct changed *c = &x->changed[i];

        jw_open(w);
        jw_kstr(w, "code", c->code);
        jw_kstr(w, "class", dossier_class_name(c->one.real));
        jw_kstr(w, "class_supposed", dossier_class_name(c->one.supposed));
        jw_ktime(w, "due", c->one.due);
        jw_ktime(w, "due_supposed", c->one.supposed_due);
        jw_close(w);
    }
    jw_end(w);
}

static void tell(const struct run *x, bool limit, struct buf *out)
{
    struct jw w = jw_to(out);

    jw_open(&w);
    jw_ktime(&w, "from", x->q.q.from);
    jw_ktime(&w, "to", x->q.q.to);
    jw_ki64(&w, "counted", (int64_t)x->at);
    jw_ki64(&w, "of", x->of);
    jw_kbool(&w, "limit", limit);
    jw_ki64(&w, "apart", x->apart);
    jw_ki64(&w, "better", x->better);
    jw_ki64(&w, "worse", x->worse);
    rates_json(&w, "real", &x->real_row);
    rates_json(&w, "supposed", &x->supposed_row);
    rows_json(&w, x);
    changed_json(&w, x);
    jw_close(&w);
}

/* ---------------------------------------------------------------- going */

static enum err page_of(struct run *x)
{
    struct db_args *p = blocking_args(x->b, 1);
    size_t n = x->n - x->at < PAGE ? x->n - x->at : PAGE;
    enum err e;

    db_i64s(p, x->id + x->at, NULL, n);
    e = blocking_call(x->b, LANE_READ, "whatif_states", p, states_came, x);
    arena_reset(x->page);
    x->at += n;
    return e;
}

static enum err pages(struct run *x, bool *ret_limit)
{
    int seconds = x->r->in->seconds ? x->r->in->seconds : SECONDS_USUAL;
    int64_t began = clock_mono_us(), told = began, now;
    enum err e = ERR_OK;

    while (e == ERR_OK && x->at < x->n && !*ret_limit) {
        e = page_of(x);
        now = clock_mono_us();
        *ret_limit = x->at < x->n && now - began > seconds * SECOND_US;
        if (now - told < TELL_US || !x->r->progress)
            continue;
        told = now;
        if (!x->r->progress(x->r->ctx, (int64_t)x->at, x->of))
            e = ERR_CONFLICT;
    }
    return e;
}

static enum err go(struct run *x, struct buf *ret_json, struct buf *ret_error)
{
    bool limit = false;
    enum err e;

    if (!suppose(x, ret_error))
        return ERR_INVALID;
    x->b = blocking_open(x->r->conninfo, CALL_MS, ret_error);
    if (!x->b)
        return ERR_UNAVAILABLE;
    e = find(x);
    if (e == ERR_OK)
        e = pages(x, &limit);
    if (e == ERR_OK)
        tell(x, limit || x->of > (int64_t)x->n, ret_json);
    return e == ERR_OK && !buf_ok(ret_json) ? ERR_TOO_LARGE : e;
}

enum err whatif_go(const struct whatif_run *r, struct buf *ret_json, struct buf *ret_error)
{
    const struct question_in asked = whatif_question(r->in);
    struct run x = {.r = r, .a = arena_new(RUN_ARENA), .page = arena_new(PAGE_ARENA)};
    struct violations v;
    enum err e = ERR_INVALID;

    violations_init(&v, x.a);
    if (report_question_of(r->snap->org, r->report_day, &asked, "", &x.q, &v) &&
        whatif_check(r, &v))
        e = go(&x, ret_json, ret_error);
    blocking_close(x.b);
    arena_free(x.page);
    arena_free(x.a);
    return e;
}
