/* Random play: lawful and unlawful acts by anybody at any time over fixed and random procedures and
 * random calendars.  After every act: the fold of the history is the state, refusals change nothing
 * (the world proves it), the dues and the promise are those of a second reading of the history with
 * a counter of minutes (tests/lib/dossier_proof.h), and somebody can go on.  Some dossiers are led
 * to their end by kind people: none is stuck.  SEED= repeats a run, ACTS= says how long.
 * One thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "common/access/access.h"
#include "common/dossier/inside.h"
#include "common/figures/spent.h"
#include "tests/lib/dice.h"
#include "tests/lib/dossier_play.h"
#include "tests/lib/dossier_proof.h"
#include "tests/lib/dossier_split.h"
#include "tests/lib/random_rules.h"

/* The other compiler plays other games, and fewer: the same ones would prove nothing more. */
#ifdef __clang__
#define ACTS  30000
#define FIRST 1000001
#else
#define ACTS  80000
#define FIRST 1
#endif
#define MET_ACTS     80000 /* the play that `met` was counted in */
#define ACTS_RULES   800   /* with one procedure and one pair of calendars */
#define ACTS_DOSSIER 120
#define DAYS         800 /* that the counter of minutes knows */

static uint64_t seed;
static size_t seen[EV_COUNT];                                    /* events that the play came to */
static size_t commands[CMD_KINDS], asked[REQ_KINDS], for_others; /* accepted acts by kind */
static size_t explained;                                         /* lines */
static size_t moved_asked; /* to another version while branches were being asked */
static struct proof proof;

/* ---------------------------------------------------------------- the rules of a game */

struct rules {
    struct world *w;
    struct procedure *next; /* another version, or NULL */
    struct arena *a;
    struct fixture_calendar calendar[4]; /* office, cutoff; the same corrected */
    struct brute counter[4];
};

static void take_calendars(struct rules *r, int corrected)
{
    int i;

    for (i = 0; i < 2; i++)
        proof.calendar[i] = &r->counter[i + 2 * corrected];
    memcpy(&r->w->office, &r->calendar[2 * corrected].calendar, sizeof r->w->office);
    memcpy(&r->w->cutoff, &r->calendar[1 + 2 * corrected].calendar, sizeof r->w->cutoff);
}

static void make_calendars(struct rules *r)
{
    int i;

    random_calendar(&r->calendar[0], "office");
    random_calendar(&r->calendar[1], "cutoff");
    random_correction(&r->calendar[0], &r->calendar[2]);
    random_correction(&r->calendar[1], &r->calendar[3]);
    for (i = 0; i < 4; i++) {
        fixture_make(r->a, &r->calendar[i]);
        brute_fill(&r->counter[i], &r->calendar[i], civil_day((struct civil){2026, 1, 1}), DAYS);
    }
    take_calendars(r, 0);
}

static struct procedure *compiled(struct arena *a, const char *text)
{
    struct procedure_env env = {.org = NULL};
    struct procedure *p;
    struct diags d;
    struct buf b;

    diags_init(&d, a);
    p = procedure_compile(a, span_of(text), &env, &d);
    if (p)
        return p;
    buf_init(&b, 1 << 20);
    diags_print(&d, "random", span_of(text), LANG_EN, &b);
    fail_msg("seed %llu: the checker refuses\n%s\n%s", (unsigned long long)seed, text,
             buf_cstr(&b));
    return NULL;
}

#define RESULTS                                                                                    \
    "results: [{result: birth, vi: Khai sinh, en: Birth, required: true}, {result: residence, "    \
    "vi: Thường trú, en: Residence, required: true}]\n"

/* The straight procedures, and splits with every join, with excluded waits, results, children. */
static const char *text_of(size_t i)
{
    static const char *const names[] = {"finance", "trivial", "officers"};
    static const struct split splits[] = {
        {.join = "all"},
        {.join = "any", .tax = ", stop: tax"},
        {.join = "2", .tax = ", stop: tax", .police = ", stop: survey"},
        {.join = "all", .police = ", result: residence", .more = RESULTS},
        {.join = "all", .tax = ", procedure: \"1.004222\""},
    };

    if (i < 3)
        return world_procedure(names[i]);
    return i - 3 < sizeof splits / sizeof *splits ? split_text(splits[i - 3]) : NULL;
}

/* Fixed procedures first, then random ones. */
static void rules_make(struct rules *r, size_t game)
{
    const char *text = text_of(game);
    struct buf one, two;

    buf_init(&one, 1 << 20);
    buf_init(&two, 1 << 20);
    random_procedure(&one, &two);
    *r = (struct rules){.a = arena_new((size_t)1 << 30)};
    r->w = world_new(text ? text : buf_cstr(&one));
    if (!text)
        r->next = compiled(r->a, arena_strdup(r->a, buf_cstr(&two)));
    buf_free(&one);
    buf_free(&two);
    play_people(r->w);
    if (!text && one_in(2))
        play_merger(r->w);
    make_calendars(r);
}

static void rules_free(struct rules *r)
{
    int i;

    for (i = 0; i < 4; i++)
        brute_free(&r->counter[i]);
    world_free(r->w);
    arena_free(r->a);
}

/* ---------------------------------------------------------------- nobody is stuck */

/* Something that leads on, not a note, not a request, not an end. */
static bool leads_on(const struct possible *p)
{
    return p->allowed && (p->kind == CMD_ACT || p->kind == CMD_ANSWER || p->kind == CMD_RECEIVE ||
                          p->kind == CMD_CLAIM || p->kind == CMD_CLOSE || p->kind == CMD_DRAFT ||
                          p->kind == CMD_CANCEL || p->kind == CMD_PAY);
}

/* Somebody in the world may lead every open dossier on, or a timer lies ahead. */
static bool somebody_can(struct world *w)
{
    struct actor actor = w->c.actor;
    size_t first = dice((unsigned)w->officers), i, k, n;
    bool can = false;

    for (i = 0; i < w->officers && !can; i++) {
        struct possible *p;

        world_by(w, w->officer[(first + i) % w->officers].load.user);
        n = dossier_possible(w->s, &w->c, &p);
        for (k = 0; k < n; k++)
            can = can || leads_on(&p[k]);
    }
    w->c.actor = actor;
    return can || play_ended(w) || dossier_next_timer(w->s, &w->c) != INSTANT_NONE;
}

/* Fired all that had come: nothing that has come is left. */
static void check_fired(struct world *w, const struct command *c)
{
    instant next = dossier_next_timer(w->s, &w->c);

    if (c->kind == CMD_FIRE && !c->rung && w->d.events < 64)
        PROVE(&proof, next == INSTANT_NONE || next > w->c.now);
}

/* Work of one step, or branches of one split: never both, never nothing. */
static void check_tasks(const struct dossier *s)
{
    size_t steps = 0, branches = 0, i, k;

    for (i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        assert_false(conflict_declared(s, t->officer)); /* nor holds it */
        steps += t->request == 0 && t->branch == 0;
        branches += t->branch != 0;
        if (t->request)
            assert_int_equal(s->request[t->request - 1].task, t->task);
        for (k = 0; k < i; k++)
            if (t->branch && s->task[k].branch) {
                assert_int_equal(s->task[k].step, t->step);
                assert_int_equal(s->task[k].visit, t->visit);
                assert_int_not_equal(s->task[k].branch, t->branch);
            }
    }
    if (dossier_status_open(s->status))
        assert_true(steps == 1 ? branches == 0 : steps == 0 && branches > 0);
    else
        assert_int_equal(steps + branches, 0);
}

static bool work_waits(const struct dossier *s)
{
    return requests_stop(s);
}

static void check_dues_shown(const struct dossier *s)
{
    bool still = work_waits(s);
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->finished == INSTANT_NONE && !still && s->task[i].request == 0)
            PROVE(&proof, s->task[i].due <= s->current_due);
}

/* INV10: with a document, or a refusal with its reason. */
static void check_resolved(const struct dossier *s)
{
    if (s->finished != INSTANT_NONE)
        PROVE(&proof, s->result.refusal ? s->result.reason != NULL
                                        : s->parts > 0 || (s->result.number && s->result.date &&
                                                           s->result.signer && s->result.file));
    PROVE(&proof, s->ended == INSTANT_NONE || !dossier_status_open(s->status));
    PROVE(&proof, dossier_status_open(s->status) ? s->tasks > 0 : true);
}

/* Why this due date: the verb's text has every line of the API's JSON, in order, for any clock. */
static void check_explained(struct world *w)
{
    enum lang lang = one_in(2) ? LANG_VI : LANG_EN;
    size_t clock = dice((unsigned)w->s->clocks);
    struct buf text, json;
    const char *at, *line;

    buf_init(&text, 1 << 20);
    buf_init(&json, 1 << 20);
    PROVE(&proof, dossier_explain_clock(w->s, clock, &w->c, lang, EXPLAIN_TEXT, &text));
    PROVE(&proof, dossier_explain_clock(w->s, clock, &w->c, lang, EXPLAIN_JSON, &json));
    line = buf_cstr(&text);
    for (at = strstr(buf_cstr(&json), "\"text\":\""); at; at = strstr(at, "\"text\":\"")) {
        size_t n;

        at += 8;
        n = strcspn(at, "\"\\");
        line = memmem(line, strlen(line), at, n);
        PROVE(&proof, line != NULL && n > 0);
        line += n;
        explained++;
    }
    buf_free(&text);
    buf_free(&json);
}

static const struct calendar *calendar_of(void *ctx, const char *name)
{
    const struct world *w = ctx;

    return strcmp(name, "office") == 0 ? w->office : w->cutoff;
}

/* Where its time went, as it is kept. */
static const char *time_of(struct world *w, const struct dossier *s)
{
    struct spent x, again;
    const char *text = "?";
    struct buf b;

    buf_init(&b, 1 << 16);
    if (dossier_spent(w->a, s, calendar_of, w, &x)) {
        spent_text(&x, &b);
        text = arena_strdup(w->a, buf_cstr(&b));
        PROVE(&proof, spent_read(w->a, span_of(text), &again) && again.other == x.other);
    }
    buf_free(&b);
    return text;
}

static void check_always(struct world *w, const struct dossier *before)
{
    const struct dossier *s = w->s;
    size_t i;

    for (i = 0; i < w->d.events; i++) {
        const struct event *e = &w->d.event[i];

        seen[e->kind]++;
        PROVE(&proof, e->at == w->c.now); /* INV1, INV2 */
        PROVE(&proof, e->seq == (before ? before->seq : 0) + (int64_t)i + 1);
        /* drafter and approver differ, whatever was returned between */
        if ((e->kind == EV_APPROVED || e->kind == EV_REFUSED) && before)
            PROVE(&proof, before->draft.by == 0 || before->draft.by != e->actor);
        /* whoever declared a relative does nothing any more, but hand in */
        PROVE(&proof, !before || e->kind == EV_SUBMITTED || !conflict_declared(before, e->actor));
    }
    if (before && before->accepted != INSTANT_NONE)
        PROVE(&proof, s->code && strcmp(before->code, s->code) == 0);
    if (before && before->finished != INSTANT_NONE)
        PROVE(&proof,
              before->finished == s->finished && strcmp(time_of(w, before), time_of(w, s)) == 0);
    proof_take(&proof);
    if (s->clocks && one_in(8))
        check_explained(w);
    check_resolved(s);
    check_tasks(s);
    check_dues_shown(s);
    if (dossier_status_open(s->status))
        PROVE(&proof, somebody_can(w));
}

static int by_number(const void *a, const void *b)
{
    int64_t x = ((const struct task *)a)->task, y = ((const struct task *)b)->task;

    return x < y ? -1 : x > y;
}

/* All but what counts events and instants. */
static const char *worth(struct world *w, const struct dossier *s)
{
    struct dossier copy = *s;

    copy.last_at = INSTANT_NONE;
    copy.last_task = 0;
    /* In which order tasks stand says nothing; what was pulled back before stands last. */
    copy.task = ARENA_ARRAY(w->a, struct task, s->tasks + 1);
    for (size_t i = 0; i < s->tasks; i++)
        copy.task[i] = s->task[i];
    qsort(copy.task, copy.tasks, sizeof *copy.task, by_number);
    return world_json(w, &copy);
}

static size_t undone;

/* Within ten seconds whoever did it takes it back, and everything is as it was. */
static void sometimes_undo(struct world *w, const struct dossier *before)
{
    const struct dossier *now = w->s;
    int64_t late = (int64_t)dice(14) * 1000000;

    if (!before || w->d.events == 0 || dice(12))
        return;
    w->c.now += late;
    if (!DO(w, .kind = CMD_TAKE_BACK) || w->d.events == 0)
        return;
    check_always(w, now);
    if (!strstr(w->d.event[0].payload, "\"undone\""))
        return;
    assert_true(late <= 10000000);
    assert_string_equal(worth(w, w->s), worth(w, before));
    undone++;
}

/* ---------------------------------------------------------------- playing */

static void after_kind(void *arg)
{
    struct world *w = arg;
    size_t i;

    for (i = 0; i < w->d.events; i++)
        seen[w->d.event[i].kind]++;
    proof_take(&proof);
}

/* Whatever was done to it: kind people bring it to its end. */
static void lead_to_end(struct world *w)
{
    int i;

    for (i = 0; i < 400 && dossier_status_open(w->s->status); i++)
        PROVE(&proof, play_kindly(w, after_kind, w));
    PROVE(&proof, !dossier_status_open(w->s->status));
}

static bool one_act(struct rules *r)
{
    struct world *w = r->w;
    struct dossier *before = w->s;
    struct play p;

    if (one_in(150))
        take_calendars(r, 1);
    play_random(w, r->next, &p);
    if (!world_do(w, &p.c)) {
        PROVE(&proof, !refused_with(w, ERR_INTERNAL, NULL));
        return false;
    }
    if (w->d.events == 0)
        return false;
    commands[p.c.kind]++;
    for (size_t i = 0; i < w->s->tasks && p.c.kind == CMD_MIGRATE; i++)
        if (w->s->task[i].branch) {
            moved_asked++;
            break;
        }
    for_others += w->d.event[0].on_behalf_of != 0;
    for (size_t i = before ? before->requests : 0; i < w->s->requests; i++)
        asked[w->s->request[i].kind]++;
    check_always(w, before);
    check_fired(w, &p.c);
    sometimes_undo(w, before);
    return true;
}

struct played {
    size_t acts, accepted, finished, led, games;
};

static void play(struct rules *r, size_t acts, struct played *t)
{
    struct world *w = r->w;
    size_t done = 0, k;
    int64_t id = 0;

    while (done < acts) {
        world_at(w, one_in(2) ? "2026-03-02T08:00" : "2026-04-16T15:30");
        world_reset(w, ++id);
        proof_begin(&proof, w);
        take_calendars(r, 0);
        for (k = 0; k < ACTS_DOSSIER && done < acts; k++, done++) {
            t->accepted += one_act(r);
            if (w->s && w->s->status == DS_RETURNED && dice(4))
                break;
        }
        if (w->s && dossier_status_open(w->s->status) && one_in(2)) {
            lead_to_end(w);
            t->led++;
        }
        t->finished += w->s && w->s->status == DS_RETURNED;
    }
    t->acts += done;
    t->games++;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *given = getenv(name);
    int64_t n;

    return given && span_i64(span_of(given), 1, INT64_MAX, &n) ? (uint64_t)n : otherwise;
}

/* What a play of so many acts must have come to: a rare path that is never taken proves nothing. */
static const struct {
    enum event_kind kind;
    size_t least; /* in MET_ACTS acts */
} met[] = {
    {EV_SUPPLEMENT_RECEIVED, 20}, {EV_SUPPLEMENT_TIMEOUT, 2},  {EV_EXCLUSION_STARTED, 50},
    {EV_EXCLUSION_ENDED, 50},     {EV_SUSPENDED, 2},           {EV_RESUMED, 2},
    {EV_CONSULT_ANSWERED, 20},    {EV_BRANCH_CLOSED, 20},      {EV_PULLED_BACK, 20},
    {EV_RETURNED_TO_STEP, 10},    {EV_WITHDRAWN, 10},          {EV_STOPPED, 10},
    {EV_REQUEST_CANCELLED, 10},   {EV_REMINDED, 300},          {EV_FIN_PAID, 50},
    {EV_DUE_ADJUSTED, 5},         {EV_RESULT_HANDED_OVER, 50}, {EV_REFUNDED, 5},
    {EV_LATE_ENTRY, 10},          {EV_REQUEST_DECLINED, 10},   {EV_LINKED, 100},
    {EV_LINK_ENDED, 20},          {EV_LINK_DECIDED, 10},       {EV_CORRECTED, 20},
    {EV_FIN_UNMATCHED, 10},       {EV_FIN_SENT_BACK, 5},       {EV_MIGRATED, 20},
    {EV_PAPER_RECEIVED, 3},       {EV_ORG_SUCCESSION, 4},      {EV_RELATIVE_DECLARED, 20},
    {EV_NOBODY_LEFT, 5},          {EV_CASE_CHANGED, 3},
};

static void check_met(size_t acts)
{
    size_t i;

    for (i = 1; i < EV_COUNT; i++)
        print_message("# %s: %zu\n", event_name((enum event_kind)i), seen[i]);
    for (i = 0; i < CMD_KINDS; i++)
        print_message("# accepted %s: %zu\n", command_name((enum command_kind)i), commands[i]);
    for (i = 1; i < REQ_KINDS; i++)
        print_message("# opened %s: %zu\n", request_kind_name((enum request_kind)i), asked[i]);
    for (i = 0; i < CLOCK_KINDS; i++)
        print_message("# rungs proved of %s: %zu\n", CLOCK_KIND_WORDS[i], proof.proved[i]);
    print_message(
        "# in somebody else's name: %zu, undone: %zu, lines of reasons compared: %zu, moved while "
        "branches were asked: %zu\n",
        for_others, undone, explained, moved_asked);
    for (i = 0; i < sizeof met / sizeof *met; i++)
        if (seen[met[i].kind] < met[i].least * acts / MET_ACTS)
            fail_msg("the play came to %s %zu times", event_name(met[i].kind), seen[met[i].kind]);
    assert_true(moved_asked * MET_ACTS >= 3 * acts);
    assert_true(explained * MET_ACTS >= 1000 * acts);
    assert_true(for_others * MET_ACTS >= 20 * acts && undone * MET_ACTS >= 20 * acts);
    assert_true(proof.proved[CLOCK_STEP] * MET_ACTS >= 100 * acts);
    assert_true(proof.proved[CLOCK_LEGAL] * MET_ACTS >= 100 * acts);
}

static void whatever_people_do_the_invariants_hold(void **state)
{
    size_t acts = (size_t)number_of("ACTS", ACTS), game;
    uint64_t first = number_of("SEED", FIRST);
    struct played t = {0};

    (void)state;
    for (game = 0; t.acts < acts; game++) {
        struct rules r;

        /* Every game from a seed of its own: a failure repeats quickly. */
        proof.seed = seed = first + game;
        dice_seed(seed);
        rules_make(&r, getenv("SEED") ? (size_t)(seed - 1) : game);
        play(&r, ACTS_RULES, &t);
        rules_free(&r);
    }
    print_message("# seed %llu: %zu acts in %zu games, %zu accepted, %zu dossiers to their end, "
                  "%zu led there\n",
                  (unsigned long long)first, t.acts, t.games, t.accepted, t.finished, t.led);
    assert_true(t.accepted * 20 > t.acts && t.finished > 5);
    check_met(t.acts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_people_do_the_invariants_hold),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
