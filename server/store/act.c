/* The write path: load, decide, store; a lost race is decided again.
 * A job is an act under way, owned by the store; acts belong to whoever asked.  The worker's
 * thread. */
#include <assert.h>
#include <stdlib.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/inside.h"

#define ID_MAX    64 /* bytes of a code */
#define SINCE_MAX 32 /* events that an earlier If-Match may lie behind */

/* ---------------------------------------------------------------- a job's life */

static void unlink_job(struct job *j)
{
    struct store *st = j->st;

    if (j->prev)
        j->prev->next = j->next;
    else
        st->jobs = j->next;
    if (j->next)
        j->next->prev = j->prev;
    st->jobs_n--;
}

/* Takes it out of the queue of waiting changes, if it stands there. */
static void unqueue(struct job *j)
{
    struct waiting *q = &j->st->waits[j->by_itself];
    struct job **at = &q->head;

    if (j->stage != JOB_WAITING)
        return;
    while (*at && *at != j)
        at = &(*at)->queued;
    if (!*at)
        return;
    *at = j->queued;
    if (!*at)
        q->tail = at;
    q->n--;
}

static void free_job(struct job *j)
{
    unqueue(j);
    unlink_job(j);
    snapshot_unref(j->snap);
    free(j);
}

void act_finish(struct job *j, enum err e)
{
    struct act *a = j->act;

    free_job(j);
    if (!a)
        return;
    a->e = e;
    if (err_status(e) >= 500)
        a->current = NULL; /* decided, not stored */
    if (e == ERR_OK)
        metric_add(METRIC_ACTS, 1);
    a->done(a->owner, a);
}

static void forget_in_batch(struct job *j)
{
    for (size_t i = 0; i < sizeof j->st->batches / sizeof *j->st->batches; i++) {
        struct batch *b = j->st->batches[i];

        for (int k = 0; b && k < b->n; k++)
            if (b->job[k] == j)
                b->job[k] = NULL;
    }
}

void act_orphan(struct job *j)
{
    db_orphan(j->st->db, j);
    forget_in_batch(j);
    free_job(j);
}

static void refused_now(void *arg)
{
    act_finish(arg, ERR_OVERLOADED);
}

static void again(void *arg)
{
    act_load(arg);
}

int acts_waiting(const struct store *st)
{
    return st->waits[ACTS_ASKED].n + st->waits[ACTS_BY_THEMSELVES].n;
}

struct job *act_new(struct store *st, struct act *a)
{
    struct job *j = calloc(1, sizeof *j);

    if (!j)
        abort();
    j->st = st;
    j->act = a;
    j->since = clock_mono_us();
    j->next = st->jobs;
    if (j->next)
        j->next->prev = j;
    st->jobs = j;
    a->e = ERR_OK;
    a->refusal = NULL;
    a->refusals = 0;
    a->current = NULL;
    a->assigned = NULL;
    a->reply_json = SPAN_NONE;
    a->replayed = false;
    a->track_secret = NULL;
    a->fired = 0;
    a->next_timer = INSTANT_NONE;
    j->cmd = a->cmd;
    st->jobs_n++;
    return j;
}

void store_act(struct store *st, struct act *a)
{
    struct job *j = act_new(st, a);

    if (st->jobs_n > ACTS_MAX || st->closing)
        worker_later(st->worker, refused_now, j);
    else
        act_load(j);
}

/* ---------------------------------------------------------------- numbers of new dossiers */

static void ids_drawn(void *owner, const struct db_outcome *out)
{
    struct store *st = owner;
    struct job *j, *next;

    st->ids_due = false;
    if (out->e == ERR_OK && db_count(out->rows) == 1) {
        st->next_id = db_get_i64(out->rows, 0, 0);
        st->last_id = st->next_id + IDS_BLOCK - 1;
    }
    for (j = st->jobs; j; j = next) {
        next = j->next;
        if (j->stage == JOB_LOADING && j->load_again) {
            j->load_again = false;
            if (out->e == ERR_OK)
                worker_later(st->worker, again, j);
            else
                act_finish(j, out->e == ERR_OUTCOME_UNKNOWN ? ERR_UNAVAILABLE : out->e);
        }
    }
}

/* False: none is there yet, the job goes on when a block has come. */
static bool take_id(struct job *j)
{
    struct store *st = j->st;

    if (j->new_id)
        return true;
    if (st->next_id <= st->last_id && st->last_id > 0) {
        j->new_id = st->next_id++;
        return true;
    }
    j->load_again = true;
    if (!st->ids_due) {
        st->ids_due = true;
        if (!db_call(st->db, LANE_ACT, "dossier_ids", NULL, ids_drawn, st)) {
            st->ids_due = false;
            j->load_again = false;
            worker_later(st->worker, refused_now, j);
        }
    }
    return false;
}

/* ---------------------------------------------------------------- loading */

/* Columns of act_load from the idempotency row on. */
struct earlier {
    bool there;
    int64_t account, dossier, seq;
    struct span body, assigned, answer, salt;
};

static struct earlier earlier_of(const struct db_rows *r, int col)
{
    return (struct earlier){.there = !db_is_null(r, 0, col),
                            .account = db_get_i64(r, 0, col),
                            .body = db_get_span(r, 0, col + 1),
                            .dossier = db_get_i64(r, 0, col + 2),
                            .seq = db_get_i64(r, 0, col + 3),
                            .assigned = db_get_span(r, 0, col + 4),
                            .answer = db_get_span(r, 0, col + 5),
                            .salt = db_get_span(r, 0, col + 6)};
}

static bool accepting(enum command_kind k)
{
    return k == CMD_TAKE_IN || k == CMD_ACCEPT;
}

/* The same request again: the same answer, the secret of the receipt too. */
static void replay(struct job *j, const struct earlier *was)
{
    struct act *a = j->act;
    uint8_t hash[SHA256_BYTES];

    if (was->account != a->actor.user || was->body.n != SHA256_BYTES ||
        memcmp(was->body.p, a->body_hash, SHA256_BYTES) != 0) {
        act_finish(j, ERR_KEY_REUSED);
        return;
    }
    a->replayed = true;
    a->seq = was->seq;
    a->assigned = was->assigned.p ? arena_span(a->arena, was->assigned) : NULL;
    a->reply_json = arena_copy(a->arena, was->answer);
    if (accepting(a->cmd.kind) && was->salt.n == 16)
        track_secret_of(a->idempotency_key, (const uint8_t *)was->salt.p, a->arena,
                        &a->track_secret, hash);
    act_finish(j, ERR_OK);
}

static bool row_read(struct job *j, const struct db_rows *r)
{
    struct act *a = j->act;
    struct span salt = db_get_span(r, 0, 14);
    struct dossier *s =
        dossier_of_row(a->arena, db_get_span(r, 0, 7), db_get_i64(r, 0, 0), db_get_i64(r, 0, 1),
                       db_get_span(r, 0, 2), db_get_span(r, 0, 3), db_get_span(r, 0, 4));

    if (!s) {
        log_event(LOG_L_ERROR, "state cannot be read", LOG_STR("code", a->code));
        return false;
    }
    j->before = s;
    j->submission = db_is_null(r, 0, 5) ? NULL : arena_span(a->arena, db_get_span(r, 0, 5));
    j->supplemented = db_get_time(r, 0, 6);
    if (salt.n == sizeof j->salt && !j->salted) {
        memcpy(j->salt, salt.p, sizeof j->salt);
        j->salted = true;
    }
    return true;
}

/* Told, never a ground to refuse: people may well need the same thing twice. */
static void note_duplicate(struct act *a, const struct db_rows *r, int col)
{
    if (!db_is_null(r, 0, col))
        a->duplicate = arena_span(a->arena, db_get_span(r, 0, col));
}

static void stale(struct job *j)
{
    struct act *a = j->act;

    a->current = j->before;
    a->seq = j->before->seq;
    act_finish(j, ERR_STALE);
}

/* The state is what the client saw, or what came since does not matter to her. */
static void go_on(struct job *j)
{
    if (j->act->behalf)
        delegations_load(j);
    else if (past_wanted(j))
        past_load(j);
    else
        act_decide(j);
}

static void since_came(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;
    int64_t n = j->before->seq - j->act->if_match;
    enum event_kind kind[SINCE_MAX];

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    for (int i = 0; i < db_count(out->rows) && i < SINCE_MAX; i++)
        if (!event_of_name(arena_span(j->act->arena, db_get_span(out->rows, i, 0)), &kind[i]))
            kind[i] = EV_NONE;
    if (db_count(out->rows) == n && events_unseen_harmless(kind, (size_t)n))
        go_on(j);
    else
        stale(j);
}

/* Somebody or something was quicker than the client: was it anything to her? */
static void since_load(struct job *j)
{
    int64_t seen = j->act->if_match, is = j->before->seq;
    struct arena *args_arena;
    struct db_args *p;
    bool sent;

    if (seen > is || is - seen > SINCE_MAX) {
        stale(j);
        return;
    }
    args_arena = arena_new(ARGS_MAX);
    p = db_args(args_arena, 3);
    db_i64(p, j->before->id);
    db_i64(p, seen);
    db_i64(p, is);
    sent = db_call(j->st->db, LANE_READ, "act_since", p, since_came, j);
    arena_free(args_arena);
    if (!sent)
        worker_later(j->st->worker, refused_now, j);
}

static void loaded(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;
    struct act *a = j->act;
    struct earlier was;

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    was = earlier_of(out->rows, a->code ? 8 : 0);
    if (was.there) {
        replay(j, &was);
        return;
    }
    a->duplicate = NULL;
    if (!a->code) {
        j->earlier = db_get_i64(out->rows, 0, 7);
        note_duplicate(a, out->rows, 8);
    } else {
        if (a->code[0] == 'S' && a->code[1] == '-')
            note_duplicate(a, out->rows, 15);
        if (db_is_null(out->rows, 0, 0)) {
            act_finish(j, ERR_NOT_FOUND);
            return;
        }
        if (!row_read(j, out->rows)) {
            act_finish(j, ERR_INTERNAL);
            return;
        }
        /* Only the system acts on whatever it finds. */
        if (a->if_match == -1 && a->actor.user != 0) {
            act_finish(j, ERR_MATCH_MISSING);
            return;
        }
        if (a->if_match != -1 && a->if_match != j->before->seq) {
            since_load(j);
            return;
        }
    }
    go_on(j);
}

void act_load(struct job *j)
{
    struct act *a = j->act;
    const char *stmt = !a->code                                 ? "act_load_key"
                       : a->code[0] == 'S' && a->code[1] == '-' ? "act_load_submission"
                                                                : "act_load";
    struct arena *args_arena;
    struct db_args *p;
    bool sent;

    j->stage = JOB_LOADING;
    if (a->code && strlen(a->code) > ID_MAX) {
        a->code = "";
        stmt = "act_load";
    }
    if (!a->code && !take_id(j))
        return;
    args_arena = arena_new(ARGS_MAX);
    p = db_args(args_arena, 3);
    if (a->code)
        db_text(p, a->code);
    db_text(p, a->idempotency_key);
    if (!a->code) {
        const uint8_t *chain = a->cmd.intake ? a->cmd.intake->chain_key : NULL;

        if (chain)
            db_bytes(p, chain, SHA256_BYTES);
        else
            db_null(p);
        db_time(p, dossier_chain_since(clock_now()));
    }
    sent = db_call(j->st->db, LANE_READ, stmt, p, loaded, j);
    arena_free(args_arena);
    if (!sent)
        worker_later(j->st->worker, refused_now, j);
}

void act_again(struct job *j)
{
    metric_add(METRIC_ACT_RACES, 1);
    if (++j->redos > REDO_MAX) {
        act_finish(j, ERR_RACE);
        return;
    }
    j->missed = false;
    act_load(j);
}

/* ---------------------------------------------------------------- configuration that moved */

static void park_timer(void *arg)
{
    struct store *st = arg;

    act_unpark(st, false);
}

/* The database has a newer configuration than this worker: wait until it has come. */
void act_park(struct job *j)
{
    struct store *st = j->st;

    if (j->snap->epoch != st->snap->epoch) {
        act_again(j);
        return;
    }
    j->stage = JOB_PARKED;
    j->parked_until = clock_mono_us() + PARKED_MS * 1000;
    if (!st->parking)
        st->parking = timer_new(st->worker, park_timer, st);
    timer_start(st->parking, PARKED_MS + 10);
}

void act_unpark(struct store *st, bool all)
{
    int64_t now = clock_mono_us();
    struct job *j, *next;
    bool more = false;

    for (j = st->jobs; j; j = next) {
        next = j->next;
        if (j->stage != JOB_PARKED)
            continue;
        if (all)
            act_again(j);
        else if (j->parked_until <= now)
            act_finish(j, ERR_STALE_CONFIG);
        else
            more = true;
    }
    if (more)
        timer_start(st->parking, PARKED_MS / 4);
}

/* ---------------------------------------------------------------- waiting for a connection */

void act_queue(struct job *j)
{
    struct store *st = j->st;
    struct waiting *q = &st->waits[j->by_itself];

    j->stage = JOB_WAITING;
    j->queued = NULL;
    *q->tail = j;
    q->tail = &j->queued;
    q->n++;
    db_lane_kick(st->db, LANE_ACT);
}
