/* The usual time of a procedure (median and 90th percentile), for the public page.  Everything lies
 * in the call's arena.  The worker's thread. */
#include "server/store/figures_inside.h"

static void usual_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);
    int64_t n = db_get_i64(out->rows, 0, 0);

    jw_open(&w);
    jw_ki64(&w, "n", n);
    if (n > 0) {
        jw_ki64(&w, "median_days", db_get_i64(out->rows, 0, 1));
        jw_ki64(&w, "p90_days", db_get_i64(out->rows, 0, 2));
    }
    jw_close(&w);
    pending_json(p, 0);
}

void store_figures_usual(struct store *st, const char *procedure, instant since, store_json *done,
                         void *owner)
{
    struct pending *p = pending_new(st, owner, usual_came);
    struct db_args *args = read_args(p, 3);

    p->json = done;
    db_text(args, procedure);
    db_time(args, since);
    db_i32(args, USUAL_MOST);
    pending_send(p, LANE_READ, "figures_usual", args);
}
