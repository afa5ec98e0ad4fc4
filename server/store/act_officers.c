/* Officers of (agency, role) and how much each has open: cached per worker, refreshed when older
 * than some seconds, moved by this worker's own decisions in between, so that a burst spreads its
 * work. The store owns the lists.  The worker's thread. */
#include <stdlib.h>

#include "server/store/inside.h"

/* Slots are taken from the front: behind the first free one there is nothing. */
static bool taken(const struct store *st, int i)
{
    return i < OFFICERS_MAX && st->officers[i].loaded;
}

static struct officers *find(struct store *st, int agency, enum role role)
{
    for (int i = 0; taken(st, i); i++)
        if (st->officers[i].agency == agency && st->officers[i].role == role)
            return &st->officers[i];
    return NULL;
}

const struct officer_load *officers_cached(struct job *j, int agency, enum role role, size_t *ret_n)
{
    struct officers *o = find(j->st, agency, role);

    *ret_n = 0;
    if (!o || (clock_mono_us() - o->loaded > OFFICERS_MS * 1000 && j->misses == 0 &&
               clock_mono_us() - o->asked > OFFICERS_MS * 1000)) {
        if (o) /* one asks anew; whoever comes meanwhile goes by what is here */
            o->asked = clock_mono_us();
        j->missed = true;
        j->miss_agency = agency;
        j->miss_role = role;
        return NULL;
    }
    *ret_n = o->n;
    return o->item;
}

static struct officers *place_for(struct store *st, int agency, enum role role)
{
    struct officers *o = find(st, agency, role), *oldest = &st->officers[0];

    if (o)
        return o;
    for (int i = 0; i < OFFICERS_MAX; i++)
        if (st->officers[i].loaded < oldest->loaded)
            oldest = &st->officers[i];
    return oldest;
}

/* Whom this worker gave work meanwhile comes later in turn, also where not all was looked at. */
static instant last_of(const struct officers *was, int64_t user, instant last)
{
    for (size_t i = 0; i < was->n; i++)
        if (was->item[i].user == user && was->item[i].last_assigned > last)
            return was->item[i].last_assigned;
    return last;
}

static void come(void *owner, const struct db_outcome *out)
{
    struct job *j = owner;
    struct officers *o, was;
    int n;

    if (out->e != ERR_OK) {
        act_finish(j, out->e);
        return;
    }
    /* Others asked at the same time: the list that came first has been moved since by decisions. */
    o = find(j->st, j->miss_agency, j->miss_role);
    if (o && o->loaded > j->miss_at) {
        act_decide(j);
        return;
    }
    o = place_for(j->st, j->miss_agency, j->miss_role);
    was = *o;
    n = db_count(out->rows);
    *o = (struct officers){.agency = j->miss_agency,
                           .role = j->miss_role,
                           .loaded = clock_mono_us(),
                           .item = calloc(n ? (size_t)n : 1, sizeof *o->item),
                           .n = (size_t)n};
    if (!o->item)
        abort();
    for (int i = 0; i < n; i++)
        o->item[i] =
            (struct officer_load){.user = db_get_i64(out->rows, i, 0),
                                  .absent = db_get_bool(out->rows, i, 1),
                                  .open_tasks = (int)db_get_i64(out->rows, i, 2),
                                  .last_assigned = last_of(&was, db_get_i64(out->rows, i, 0),
                                                           db_get_time(out->rows, i, 3))};
    free(was.item);
    act_decide(j);
}

static void overloaded(void *arg)
{
    act_finish(arg, ERR_OVERLOADED);
}

void officers_load(struct job *j)
{
    struct arena *a = arena_new(ARGS_MAX);
    struct db_args *p = db_args(a, 2);
    bool sent;

    j->stage = JOB_LOADING;
    j->miss_at = clock_mono_us();
    db_i32(p, j->miss_agency);
    db_i32(p, (int32_t)j->miss_role);
    sent = db_call(j->st->db, LANE_READ, "officer_loads", p, come, j);
    arena_free(a);
    if (!sent)
        worker_later(j->st->worker, overloaded, j);
}

static void shift(struct store *st, int64_t user, int by, instant at)
{
    for (int i = 0; user && taken(st, i); i++)
        for (size_t k = 0; k < st->officers[i].n; k++) {
            struct officer_load *o = &st->officers[i].item[k];

            if (o->user != user)
                continue;
            o->open_tasks += by;
            if (by > 0)
                o->last_assigned = at;
        }
}

static bool moved(const struct change *c, int64_t task)
{
    for (size_t i = 0; i < c->opens; i++)
        if (c->open[i]->task == task)
            return true;
    for (size_t i = 0; i < c->closes; i++)
        if (c->close[i] == task)
            return true;
    return false;
}

void officers_moved(struct store *st, const struct job *j)
{
    const struct change *c = &j->change;

    for (size_t i = 0; i < c->opens; i++)
        shift(st, c->open[i]->officer, 1, c->open[i]->opened);
    for (size_t k = 0; j->before && k < j->before->tasks; k++)
        if (moved(c, j->before->task[k].task))
            shift(st, j->before->task[k].officer, -1, 0);
}

void officers_free(struct store *st)
{
    for (int i = 0; i < OFFICERS_MAX; i++)
        free(st->officers[i].item);
}
