/* Settles closed dossiers into the cells of figures, in small commits beside the acts of officers.
 * Owns nothing: what is under way is one flag of the store.  The worker's thread. */
#include "server/core/log.h"
#include "server/store/figures.h"
#include "server/store/inside.h"

#define SETTLE_MOST 200 /* a commit: some milliseconds of the lane of acts */

static void settled(void *owner, const struct db_outcome *out)
{
    struct store *st = owner;

    st->settling = false;
    if (out->e != ERR_OK)
        log_event(LOG_L_WARN, "figures not settled", LOG_STR("error", err_code(out->e)));
    else if (db_get_i64(out->rows, 0, 0) >= SETTLE_MOST)
        store_figures_settle(st);
}

void store_figures_settle(struct store *st)
{
    struct arena *a;
    struct db_args *args;

    if (st->settling || st->closing)
        return;
    a = arena_new(ARGS_MAX);
    args = db_args(a, 1);
    db_i32(args, SETTLE_MOST);
    st->settling = db_call(st->db, LANE_ACT, "figures_fold", args, settled, st);
    arena_free(a);
}
