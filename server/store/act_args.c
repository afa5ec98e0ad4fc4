/* The arguments of motcua.store_acts: a sheet for each group of parallel arrays, filled row by row
 * from the jobs of a batch.  Everything lies in the batch's arena.  The worker's thread. */
#include <assert.h>

#include "server/store/inside.h"

#define COLUMNS_MAX 20
#define PARAMS      94

/* One column by its letter: I int8, i int4, t text, b bytea, T timestamptz, f bool. */
union cell {
    int64_t i;
    const char *t;
    struct span b;
};

struct sheet {
    struct arena *a;
    const char *types;
    union cell *cell;
    size_t n, cap; /* rows */
};

struct sheets {
    struct sheet acts, events, tasks, closes, news, stones, dues, contents, words, files, timers,
        messages;
};

static void sheet_init(struct sheet *s, struct arena *a, const char *types)
{
    *s = (struct sheet){.a = a, .types = types};
    assert(strlen(types) <= COLUMNS_MAX);
}

static void row(struct sheet *s, const union cell *cells)
{
    size_t width = strlen(s->types);

    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 4;

        s->cell = arena_grow(s->a, s->cell, s->n * width, cap * width, sizeof *s->cell);
        s->cap = cap;
    }
    memcpy(s->cell + s->n * width, cells, width * sizeof *cells);
    s->n++;
}
#define ROW(sheet, ...) row((sheet), (const union cell[]){__VA_ARGS__})
#define C_I(v)                                                                                     \
    {                                                                                              \
        .i = (int64_t)(v)                                                                          \
    }
#define C_T(v)                                                                                     \
    {                                                                                              \
        .t = (v)                                                                                   \
    }
#define C_B(p_, n_)                                                                                \
    {                                                                                              \
        .b = {(const char *)(p_), (n_) }                                                           \
    }

static void put_column(struct db_args *p, const struct sheet *s, size_t col)
{
    size_t width = strlen(s->types), n = s->n;
    const union cell *at = s->cell + col;
    struct arena *a = s->a;

    switch (s->types[col]) {
    case 'I':
    case 'T': {
        int64_t *v = ARENA_ARRAY(a, int64_t, n);
        for (size_t i = 0; i < n; i++)
            v[i] = at[i * width].i;
        if (s->types[col] == 'I')
            db_i64s(p, v, NULL, n);
        else
            db_times(p, v, n);
        break;
    }
    case 'i': {
        int32_t *v = ARENA_ARRAY(a, int32_t, n);
        for (size_t i = 0; i < n; i++)
            v[i] = (int32_t)at[i * width].i;
        db_i32s(p, v, NULL, n);
        break;
    }
    case 'f': {
        bool *v = ARENA_ARRAY(a, bool, n);
        for (size_t i = 0; i < n; i++)
            v[i] = at[i * width].i != 0;
        db_bools(p, v, n);
        break;
    }
    case 't': {
        const char **v = ARENA_ARRAY(a, const char *, n);
        for (size_t i = 0; i < n; i++)
            v[i] = at[i * width].t;
        db_texts(p, v, n);
        break;
    }
    default: {
        struct span *v = ARENA_ARRAY(a, struct span, n);
        for (size_t i = 0; i < n; i++)
            v[i] = at[i * width].b;
        db_bytess(p, v, n);
        break;
    }
    }
}

/* An empty group goes as nulls, which cost nothing. */
static void put_sheet(struct db_args *p, const struct sheet *s)
{
    for (size_t col = 0; s->types[col]; col++)
        if (s->n)
            put_column(p, s, col);
        else
            db_null(p);
}

/* ---------------------------------------------------------------- one change */

static void fill_act(struct sheet *s, const struct job *j)
{
    const struct act *a = j->act;
    const struct change *c = &j->change;
    const struct dossier *d = c->after;

    ROW(s, C_I(c->dossier), C_I(c->expect_seq), C_B(c->expect_head, SHA256_BYTES), C_I(d->seq),
        C_I(j->snap->epoch), C_I(a->actor.user), C_T(a->idempotency_key),
        C_B(a->body_hash, SHA256_BYTES), C_T(j->reply), C_I(d->status), C_I(d->money),
        C_I(d->handover), C_I(d->sync), C_T(c->state));
}

static void fill_events(struct sheet *s, const struct job *j, int act)
{
    const struct change *c = &j->change;

    for (size_t i = 0; i < c->events; i++) {
        const struct event *e = &c->event[i];

        ROW(s, C_I(act), C_I(e->seq), C_T(event_name(e->kind)), C_I(e->at), C_I(e->actor),
            C_I(e->on_behalf_of), C_I(e->agency),
            C_T(e->role < ROLE_COUNT ? role_name(e->role) : ""), C_T(e->payload ? e->payload : ""),
            C_B(c->digest[i], SHA256_BYTES), C_T(e->assign.counter), C_T(e->assign.prefix),
            C_I(e->assign.width));
    }
}

/* What the queues know a task by: the step, "@supplement" for what a request owes, "step/branch".
 */
static const char *task_key(struct arena *a, const struct dossier *d, const struct procedure *p,
                            const struct task *t)
{
    const struct step *st = &p->step[t->step];
    const struct request *r = dossier_request(d, t->request);

    if (r && r->state == RS_LAPSED)
        return "@close"; /* the list for closing: a person decides */
    if (r)
        return arena_printf(a, "@%s", request_kind_name(r->kind));
    if (t->branch > 0 && (size_t)t->branch <= st->branches)
        return arena_printf(a, "%s/%s", st->step, st->branch[t->branch - 1].branch);
    return st->step;
}

static void fill_tasks(struct sheets *s, const struct job *j, int act)
{
    const struct change *c = &j->change;
    const struct dossier *d = c->after;
    instant promised = d->current_due == INSTANT_NONE ? DUE_NEVER : d->current_due;

    for (size_t i = 0; i < c->opens; i++) {
        const struct task *t = c->open[i];

        ROW(&s->tasks, C_I(act), C_I(t->task), C_I(t->agency), C_I(t->role), C_I(t->officer),
            C_T(d->procedure), C_I(d->version), C_T(task_key(s->tasks.a, d, j->procedure, t)),
            C_I(t->due == INSTANT_NONE ? DUE_NEVER : t->due), C_I(promised), C_I(t->opened),
            C_I(t->received));
    }
    for (size_t i = 0; i < c->closes; i++)
        ROW(&s->closes, C_I(act), C_I(c->close[i]));
}

static instant supplemented_at(const struct job *j)
{
    const struct dossier *d = j->change.after;

    if (!d->supplemented_later)
        return INSTANT_NONE;
    return j->before && j->before->supplemented_later ? j->supplemented : j->change.event[0].at;
}

static bool stone_moved(const struct dossier *b, const struct dossier *d)
{
    return !b || b->submitted != d->submitted || b->first_decided != d->first_decided ||
           b->first_accepted != d->first_accepted ||
           b->refused_incomplete != d->refused_incomplete || b->accepted != d->accepted ||
           b->original_due != d->original_due || b->basis_due != d->basis_due ||
           b->current_due != d->current_due || b->supplemented_later != d->supplemented_later ||
           b->finished != d->finished || b->returned != d->returned || b->ended != d->ended ||
           b->channel != d->channel || b->receiving != d->receiving || b->competent != d->competent;
}

static void fill_milestones(struct sheets *s, const struct job *j, int act)
{
    const struct dossier *d = j->change.after;
    const uint8_t *chain = j->cmd.intake ? j->cmd.intake->chain_key : NULL;

    if (!j->before)
        ROW(&s->news, C_I(act), C_T(j->submission), C_T(d->procedure), C_I(d->version),
            C_B(d->procedure_hash, SHA256_BYTES), C_B(chain, chain ? SHA256_BYTES : 0));
    if (stone_moved(j->before, d))
        ROW(&s->stones, C_I(act), C_I(d->channel), C_I(d->receiving), C_I(d->competent),
            C_I(d->submitted), C_I(d->first_decided), C_I(d->first_accepted),
            C_I(d->refused_incomplete), C_I(d->accepted), C_I(d->original_due), C_I(d->basis_due),
            C_I(d->current_due), C_I(supplemented_at(j)), C_I(d->finished), C_I(d->returned),
            C_I(d->ended), C_I(d->finished != INSTANT_NONE ? d->finished : d->ended),
            C_B(j->accepts ? j->track_hash : NULL, j->accepts ? SHA256_BYTES : 0));
}

static void fill_ledger(struct sheets *s, const struct job *j, int act)
{
    const struct change *c = &j->change;

    for (size_t i = 0; i < c->dues; i++)
        ROW(&s->dues, C_I(act), C_I(c->due[i].seq), C_I(c->due[i].at), C_I(c->due[i].original),
            C_I(c->due[i].basis), C_I(c->due[i].current), C_T(c->due[i].cause));
}

static void fill_words(struct sheet *s, const struct job *j, int act, int who,
                       const struct person_data *p)
{
    const struct dossier *d = j->change.after;
    struct search_words w;

    if (!p->name || !*p->name)
        return;
    search_words_of(s->a, p, &w);
    ROW(s, C_I(act), C_I(d->receiving), C_I(who), C_T(w.name), C_T(w.reversed), C_T(w.phone),
        C_T(w.identity));
    if (d->competent && d->competent != d->receiving)
        ROW(s, C_I(act), C_I(d->competent), C_I(who), C_T(w.name), C_T(w.reversed), C_T(w.phone),
            C_T(w.identity));
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static void fill_content(struct sheets *s, const struct job *j, int act)
{
    const struct content *c = j->act->content;

    if (!c)
        return;
    ROW(&s->contents, C_I(act), C_T(c->applicant.name ? c->applicant.name : ""),
        C_B(j->salt, sizeof j->salt), C_T(j->content_body));
    fill_words(&s->words, j, act, 0, &c->applicant);
    if (!same_text(c->owner.name, c->applicant.name) ||
        !same_text(c->owner.id_number, c->applicant.id_number))
        fill_words(&s->words, j, act, 1, &c->owner);
}

static void fill_file(struct sheet *s, const struct job *j, int act, const char *hex,
                      const char *component, const char *name)
{
    uint8_t *hash;

    if (!hex || strlen(hex) != 2 * (size_t)SHA256_BYTES)
        return;
    hash = arena_alloc(s->a, SHA256_BYTES);
    if (hex_decode(hex, 2 * (size_t)SHA256_BYTES, hash))
        ROW(s, C_I(act), C_B(hash, SHA256_BYTES), C_I(j->change.after->seq), C_T(component),
            C_T(name));
}

static void fill_files(struct sheet *s, const struct job *j, int act)
{
    const struct intake *in = j->cmd.intake;

    fill_file(s, j, act, j->cmd.file, j->cmd.file_component, j->cmd.file_name);
    for (size_t i = 0; in && i < in->checks; i++)
        for (size_t k = 0; k < in->check[i].files; k++)
            fill_file(s, j, act, in->check[i].file[k], in->check[i].component, NULL);
}

static void fill_timers(struct sheets *s, const struct job *j, int act)
{
    if (j->timer_moves)
        ROW(&s->timers, C_I(act), C_I(j->next_timer));
    for (size_t i = 0; i < j->messages; i++)
        ROW(&s->messages, C_I(act), C_T(j->message[i].kind), C_T(j->message[i].body));
}

static bool any_counter(const struct batch *b)
{
    for (int i = 0; i < b->n; i++)
        for (size_t k = 0; k < b->job[i]->change.events; k++)
            if (b->job[i]->change.event[k].assign.counter)
                return true;
    return false;
}

/* Without a number to give, the three columns that ask for one are null. */
static void put_events(struct db_args *p, const struct sheet *s, bool counters)
{
    for (size_t col = 0; s->types[col]; col++)
        if (col >= 10 && !counters)
            db_null(p);
        else
            put_column(p, s, col);
}

struct db_args *act_args(struct batch *b)
{
    struct db_args *p = db_args(b->arena, PARAMS);
    struct sheets s;

    sheet_init(&s.acts, b->arena, "IIbIIItbtiiiit");
    sheet_init(&s.events, b->arena, "iItTIIittbtti");
    sheet_init(&s.tasks, b->arena, "iiiiItitTTTT");
    sheet_init(&s.closes, b->arena, "ii");
    sheet_init(&s.news, b->arena, "ittibb");
    sheet_init(&s.stones, b->arena, "iiiiTTffTTTTTTTTTb");
    sheet_init(&s.dues, b->arena, "iITTTTt");
    sheet_init(&s.contents, b->arena, "itbt");
    sheet_init(&s.words, b->arena, "iiitttt");
    sheet_init(&s.files, b->arena, "ibItt");
    sheet_init(&s.timers, b->arena, "iT");
    sheet_init(&s.messages, b->arena, "itt");
    for (int i = 0; i < b->n; i++) {
        const struct job *j = b->job[i];

        fill_act(&s.acts, j);
        fill_events(&s.events, j, i + 1);
        fill_tasks(&s, j, i + 1);
        fill_milestones(&s, j, i + 1);
        fill_ledger(&s, j, i + 1);
        fill_content(&s, j, i + 1);
        fill_files(&s.files, j, i + 1);
        fill_timers(&s, j, i + 1);
    }
    put_sheet(p, &s.acts);
    put_events(p, &s.events, any_counter(b));
    put_sheet(p, &s.tasks);
    put_sheet(p, &s.closes);
    put_sheet(p, &s.news);
    put_sheet(p, &s.stones);
    put_sheet(p, &s.dues);
    put_sheet(p, &s.contents);
    put_sheet(p, &s.words);
    put_sheet(p, &s.files);
    put_sheet(p, &s.timers);
    put_sheet(p, &s.messages);
    db_bool(p, b->together);
    return p;
}
