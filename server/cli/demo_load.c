/* The demonstration's loader: sets the stage, writes the stories, plays them in the order of time.
 * Owns everything for the length of a call; sets the clock back meanwhile, and only here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/time/worktime.h"
#include "server/cli/demo_inside.h"
#include "server/jobs/files.h"

#define STAGE_ARENA ((size_t)64 << 20)
#define READY_MS    20000
#define CALL_MS     10000
#define MINUTE_US   INT64_C(60000000)
#define DAYS_BACK   120
#define TOLD_EVERY  500

/* ---- the stage */

static bool ready(void *ctx)
{
    return db_ready(ctx);
}

struct finding_user {
    bool done;
    int64_t user;
};

static void user_found(void *owner, enum err e, const struct session_user *u)
{
    struct finding_user *f = owner;

    f->done = true;
    f->user = e == ERR_OK && u ? u->user : 0;
}

static bool user_done(void *ctx)
{
    return ((struct finding_user *)ctx)->done;
}

static void find_people(struct stage *st)
{
    const struct organisation *o = st->snap->org;
    size_t i;

    st->person = ARENA_ARRAY(st->arena, struct known_person, o->persons + 1);
    for (i = 0; i < o->persons; i++) {
        struct finding_user f = {false, 0};
        struct arena *a = arena_new((size_t)1 << 20);

        store_user_by_login(st->store, o->person[i].login, a, user_found, &f);
        (void)worker_solo_turn(st->worker, user_done, &f, CALL_MS);
        if (f.done && f.user)
            st->person[st->persons++] =
                (struct known_person){&o->person[i], o->agency[o->person[i].agency].id, f.user};
        arena_free(a);
    }
}

/* A page of its own that says what it is; every result of the demonstration shows it. */
static const char decision[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    "/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 81>>stream\n"
    "BT /F1 16 Tf 72 760 Td (QUYET DINH - ban trinh dien, khong co gia tri phap ly) Tj ET\n"
    "endstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    "trailer<</Size 6/Root 1 0 R>>\n%%EOF\n";

static void registered(void *owner, enum err e, struct span json, int64_t version)
{
    (void)e;
    (void)json;
    (void)version;
    *(bool *)owner = true;
}

static bool flag(void *ctx)
{
    return *(bool *)ctx;
}

static bool store_decision(struct stage *st)
{
    struct file_writer *w = file_writer_new(st->load->files_dir);
    uint8_t hash[SHA256_BYTES];
    int64_t size;
    bool done = false;

    if (!file_writer_add(w, decision, sizeof decision - 1)) {
        file_writer_abandon(w);
        return false;
    }
    if (!file_writer_commit(w, hash, &size) || st->persons == 0)
        return false;
    hex_encode(hash, sizeof hash, st->result_file);
    store_file_register(st->store, hash, size, "application/pdf", "quyet-dinh.pdf",
                        st->person[0].user, registered, &done);
    return worker_solo_turn(st->worker, flag, &done, CALL_MS);
}

static bool stage_open(struct stage *st)
{
    const struct db_conf conf = {
        .conninfo = st->load->conninfo,
        .conns = {1, 1, 1},
        .queue_max = {64, 64, 64},
        .depth_max = 8,
        .statement_timeout_ms = {20000, 20000, 20000},
        .wait_ms_max = 20000,
    };
    struct buf why;

    buf_init(&why, 65536);
    st->snap = snapshot_load(st->load->conninfo, &why);
    if (!st->snap)
        (void)cli_refuse(st->load->c, "%s", "%s", buf_cstr(&why));
    buf_free(&why);
    if (!st->snap)
        return false;
    st->office = snapshot_calendar(st->snap, "office");
    st->worker = worker_solo_new();
    st->db = db_new(st->worker, &conf);
    if (!st->db || !worker_solo_turn(st->worker, ready, st->db, READY_MS)) {
        (void)cli_refuse(st->load->c, "không kết nối được cơ sở dữ liệu: %s",
                         "no connection to the database: %s", st->db ? db_fault(st->db) : "");
        return false;
    }
    st->store = store_new(st->worker, st->db, st->snap);
    find_people(st);
    return st->office && store_decision(st);
}

static void stage_close(struct stage *st)
{
    clock_set_for_tests(INSTANT_NONE);
    st->store = store_free(st->store);
    st->db = st->db ? db_free(st->db) : NULL;
    if (st->worker)
        st->worker = worker_solo_free(st->worker);
    snapshot_unref(st->snap);
    arena_free(st->arena);
}

/* ---- the stories */

static bool plays(const struct stage *st, const struct procedure *p)
{
    dayno today = lminute_day(lminute_of(st->now));

    return !p->not_executable && snapshot_procedure(st->snap, p->code, today) == p &&
           p->valid_from <= today - DAYS_BACK;
}

static const struct procedure *choose_procedure(struct stage *st, struct story *s)
{
    const struct snapshot *snap = st->snap;
    size_t i, n = 0, k;

    for (i = 0; i < snap->procedures; i++)
        n += plays(st, snap->procedure[i]);
    k = n ? (size_t)demo_below(&s->rnd, (int)n) : 0;
    if (s->plot || s->number % 6 == 0) {
        const char *code = s->plot ? plot_procedure(s->plot) : "1.005416";

        for (i = 0; i < snap->procedures; i++)
            if (plays(st, snap->procedure[i]) && strcmp(snap->procedure[i]->code, code) == 0)
                return snap->procedure[i];
    }
    for (i = 0; i < snap->procedures; i++)
        if (plays(st, snap->procedure[i]) && k-- == 0)
            return snap->procedure[i];
    return NULL;
}

/* An agency of the same type whose people are known: the one the file names stands for all. */
static int staffed_like(struct stage *st, struct story *s, int i)
{
    const struct organisation *o = st->snap->org;
    const struct agency *like = &o->agency[i];
    int found[64], n = 0, k;

    for (k = 0; (size_t)k < o->agencies && n < 64; k++)
        if (o->agency[k].type == like->type && o->agency[k].valid_to == INT32_MAX &&
            (like->type == AGENCY_COMMUNE || o->agency[k].parent == like->parent ||
             (o->agency[k].parent >= 0 && like->parent >= 0 &&
              o->agency[o->agency[k].parent].type == AGENCY_COMMUNE &&
              o->agency[like->parent].type == AGENCY_COMMUNE)) &&
            stage_person(st, o->agency[k].id, ROLE_SPECIALIST, 0))
            found[n++] = k;
    return n ? found[demo_below(&s->rnd, n)] : i;
}

/* The one-stop unit of a commune, with somebody who receives. */
static int counter_of(struct stage *st, int commune)
{
    const struct organisation *o = st->snap->org;
    int k;

    for (k = 0; (size_t)k < o->agencies; k++)
        if (o->agency[k].parent == commune && o->agency[k].type == AGENCY_ONESTOP &&
            stage_person(st, o->agency[k].id, ROLE_RECEIVER, 0))
            return o->agency[k].id;
    return 0;
}

static void choose_places(struct stage *st, struct story *s)
{
    static const char *const city[] = {"TTPVHCC", "TTPVHCC", "TTPVHCC_HB", "TTPVHCC_LTN"};
    const struct organisation *o = st->snap->org;
    int i = organisation_find(o, s->p->competent), commune, r;

    r = organisation_find(o, city[demo_below(&s->rnd, 4)]);
    s->receiving = r >= 0 ? o->agency[r].id : 0;
    if (i < 0 || o->agency[i].type == AGENCY_DEPARTMENT)
        return;
    i = staffed_like(st, s, i);
    s->competent = o->agency[i].id;
    commune = o->agency[i].type == AGENCY_COMMUNE ? i : o->agency[i].parent;
    if (commune >= 0 && o->agency[commune].type == AGENCY_COMMUNE && counter_of(st, commune) &&
        !demo_chance(&s->rnd, 8))
        s->receiving = counter_of(st, commune);
}

static void choose_channel(struct story *s)
{
    bool online = (s->p->channels >> CHANNEL_ONLINE) & 1u;
    bool counter = (s->p->channels >> CHANNEL_COUNTER) & 1u;

    s->channel =
        online && (!counter || demo_chance(&s->rnd, 55)) ? CHANNEL_ONLINE : CHANNEL_COUNTER;
}

/* More in the last weeks; in office hours, online ones at any time of the day. */
static instant choose_start(struct stage *st, struct story *s)
{
    int days = demo_chance(&s->rnd, 45) ? demo_below(&s->rnd, 25) : demo_below(&s->rnd, DAYS_BACK);
    dayno d = lminute_day(lminute_of(st->now)) - days;
    instant t = instant_of(day_start(d) + 7 * 60 + 30 + demo_below(&s->rnd, 9 * 60));

    return s->channel == CHANNEL_ONLINE ? t + demo_below(&s->rnd, 60) * 1000000
                                        : story_office(st, s, t);
}

/* At the counter of the city's centre, or of another commune where the paper has to follow; what
 * the plot needs is not taken away by chance. */
static void begin_plot(struct stage *st, struct story *s)
{
    dayno d = lminute_day(lminute_of(st->now));
    int r = organisation_find(st->snap->org, "TTPVHCC"), n;

    for (n = 0; n < plot_days(s->plot) && d > calendar_first_day(st->office);)
        n += calendar_counted(st->office, --d);
    s->channel = CHANNEL_COUNTER;
    s->receiving = r < 0 ? s->receiving : st->snap->org->agency[r].id;
    s->next = story_office(st, s, instant_of(day_start(d) + 7 * 60 + 45));
    s->rejects = s->returns = s->refused = false;
    s->sent_back = true; /* nothing is returned on the way */
}

static void write_story(struct stage *st, struct story *s, int number)
{
    int dice;

    *s = (struct story){.number = number,
                        .plot = plot_of(number),
                        .rnd = {st->load->seed * 1000003u + (uint64_t)number}};
    (void)demo_next(&s->rnd);
    s->p = choose_procedure(st, s);
    if (!s->p) {
        s->phase = PHASE_OVER;
        return;
    }
    choose_channel(s);
    choose_places(st, s);
    s->next = choose_start(st, s);
    dice = demo_below(&s->rnd, 100);
    s->rejects = dice < 2;
    s->returns = dice >= 2 && dice < 7;
    s->refused = demo_chance(&s->rnd, 4);
    /* most use half of their time, some nearly all, a few too much */
    dice = demo_below(&s->rnd, 100);
    s->pace = dice < 62 ? 45 + demo_below(&s->rnd, 25) : dice < 96 ? 72 : 150;
    s->pays = demo_chance(&s->rnd, 80);
    if (s->plot)
        begin_plot(st, s);
}

/* ---- playing */

static struct story *next_of(struct story *all, int n, instant now)
{
    struct story *best = NULL;
    int i;

    for (i = 0; i < n; i++)
        if (all[i].phase != PHASE_OVER && all[i].next != INSTANT_NONE && all[i].next < now &&
            (!best || all[i].next < best->next))
            best = &all[i];
    return best;
}

static void tell(const struct stage *st)
{
    struct cli *c = st->load->c;

    if (c->json || st->told.acts % TOLD_EVERY)
        return;
    fprintf(c->out, "  %d %s\n", st->told.acts, c->lang == LANG_EN ? "acts" : "thao tác");
    (void)fflush(c->out); /* only a sign of life */
}

static void timer_seen(void *ctx, instant at)
{
    struct stage *st = ctx;

    if (st->timer == INSTANT_NONE || at < st->timer)
        st->timer = at;
}

/* Warnings and timed acts come before what people do at the same moment, up to now. */
static bool comes_first(const struct stage *st, const struct story *s)
{
    return st->timer != INSTANT_NONE && st->timer < st->now && (!s || st->timer <= s->next);
}

static bool play_all(struct stage *st, struct story *all, int n)
{
    struct story *s;

    store_watch_timers(st->store, timer_seen, st);
    while ((s = next_of(all, n, st->now)) || comes_first(st, NULL)) {
        bool fine;

        if (st->load->stopped && st->load->stopped(st->load->ctx))
            return false;
        fine = comes_first(st, s) ? stage_fire(st) : story_play(st, s);
        if (!fine) {
            (void)cli_refuse(st->load->c, "không nạp được dữ liệu mẫu: %s",
                             "the demonstration's data could not be loaded: %s", st->trouble);
            return false;
        }
        tell(st);
    }
    return true;
}

bool demo_load(const struct demo_load *d, struct demo_told *ret)
{
    struct stage st = {
        .load = d, .arena = arena_new(STAGE_ARENA), .now = clock_now(), .timer = INSTANT_NONE};
    struct story *all = calloc((size_t)d->dossiers, sizeof *all);
    bool ok;
    int i;

    if (!all)
        abort();
    ok = stage_open(&st);
    for (i = 0; ok && i < d->dossiers; i++)
        write_story(&st, &all[i], i);
    ok = ok && play_all(&st, all, d->dossiers);
    for (i = 0; i < d->dossiers; i++) {
        st.told.dossiers += all[i].code != NULL;
        arena_free(all[i].arena);
    }
    *ret = st.told;
    if (ok && st.told.refused > d->dossiers / 10) /* a few may meet a day off or an empty office */
        fprintf(d->c->err, "motcuad: %d: %s\n", st.told.refused, st.trouble);
    stage_close(&st);
    free(all);
    return ok;
}
