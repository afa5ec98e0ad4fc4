/* One dossier as jobs read it that carry news between dossiers.  The worker's thread. */
#include "server/store/inside.h"

static void come(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    store_linked *done = p->linked;
    void *owner = p->owner;
    struct dossier *s;
    struct span content;

    if (db_count(r) == 0) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    s = dossier_of_row(p->arena, db_get_span(r, 0, 5), db_get_i64(r, 0, 0), db_get_i64(r, 0, 1),
                       db_get_span(r, 0, 2), db_get_span(r, 0, 3), db_get_span(r, 0, 4));
    if (!s) {
        pending_fail(p, ERR_INTERNAL);
        return;
    }
    content = arena_copy(p->arena, db_get_span(r, 0, 6));
    pending_end(p);
    done(owner, ERR_OK, s, content);
}

void store_linked_dossier(struct store *st, int64_t dossier, struct arena *a, store_linked *done,
                          void *owner)
{
    struct pending *p = pending_new(st, owner, come);
    struct db_args *args = read_args(p, 1);

    p->linked = done;
    p->arena = a;
    db_i64(args, dossier);
    pending_send(p, LANE_READ, "link_dossier", args);
}
