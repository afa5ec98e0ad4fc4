/* What figures are counted from follows the acts, in small commits behind theirs: rows of dossiers
 * and items a second later or when somebody asks, cells of what is closed now and then.
 * Owns nothing: what is under way are flags of the store.  The worker's thread. */
#include "server/core/log.h"
#include "server/store/figures_inside.h"

#define FOLLOW_MS   1000 /* after an act */
#define FOLLOW_MOST 25   /* a commit: some milliseconds of the lane of acts (0.2 to 0.6 each) */
#define ASKED_MOST  500  /* somebody waits */

/* ---------------------------------------------------------------- behind the acts */

static void step(struct store *st);

static void stepped(void *owner, const struct db_outcome *out)
{
    struct store *st = owner;

    st->settling = false;
    if (out->e != ERR_OK) {
        log_event(LOG_L_WARN, "figures not settled", LOG_STR("error", err_code(out->e)));
        st->cells_due = st->cells_now = false;
    } else if (db_get_i64(out->rows, 0, 0) >= FOLLOW_MOST) {
        step(st);
    } else if (st->cells_due && !st->cells_now) {
        st->cells_now = true;
        step(st);
    } else {
        st->cells_due = st->cells_now = false;
    }
}

static void step(struct store *st)
{
    struct arena *a;
    struct db_args *args;

    if (st->closing)
        return;
    a = arena_new(ARGS_MAX);
    args = db_args(a, 1);
    db_i32(args, FOLLOW_MOST);
    st->settling = db_call(st->db, LANE_ACT, st->cells_now ? "figures_fold" : "figures_catch_up",
                           args, stepped, st);
    arena_free(a);
}

void store_figures_settle(struct store *st)
{
    st->cells_due = true;
    if (!st->settling)
        step(st);
}

static void follow(void *arg)
{
    struct store *st = arg;

    st->following = false;
    if (st->settling)
        figures_follow(st);
    else
        step(st);
}

void figures_follow(struct store *st)
{
    if (st->following || st->closing)
        return;
    if (!st->follow)
        st->follow = timer_new(st->worker, follow, st);
    timer_start(st->follow, FOLLOW_MS);
    st->following = true;
}

/* ---------------------------------------------------------------- before it is counted */

static void catch_up(struct pending *p)
{
    struct db_args *args = read_args(p, 1);

    db_i32(args, ASKED_MOST);
    pending_send(p, LANE_ACT, "figures_catch_up", args);
}

static void caught_up(struct pending *p, const struct db_outcome *out)
{
    if (db_get_i64(out->rows, 0, 0) >= ASKED_MOST) {
        catch_up(p);
        return;
    }
    p->rows = p->counts.rows;
    pending_send(p, p->counts.lane, p->counts.stmt, p->counts.args);
}

void figures_send(struct pending *p, enum db_lane lane, const char *stmt,
                  const struct db_args *args)
{
    p->counts.lane = lane;
    p->counts.stmt = stmt;
    p->counts.args = args;
    p->counts.rows = p->rows;
    p->rows = caught_up;
    catch_up(p);
}
