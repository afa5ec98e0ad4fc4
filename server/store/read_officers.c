/* Who works at an agency, for those who give out work; how many work where.  The worker's thread.
 */
#include "common/access/access.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

enum { O_ID, O_NAME, O_ROLES, O_AWAY, O_OPEN, O_LOGIN };

static void officer_json(struct jw *w, const struct db_rows *r, int i)
{
    int64_t roles = db_get_i64(r, i, O_ROLES);
    unsigned k;

    jw_open(w);
    jw_ki64(w, "officer", db_get_i64(r, i, O_ID));
    jw_kspan(w, "name", db_get_span(r, i, O_NAME));
    jw_kspan(w, "login", db_get_span(r, i, O_LOGIN));
    jw_key(w, "roles");
    jw_list(w);
    for (k = 0; k < ROLE_COUNT; k++)
        if ((roles >> k) & 1)
            jw_str(w, role_name((enum role)k));
    jw_end(w);
    jw_ki64(w, "open_tasks", db_get_i64(r, i, O_OPEN));
    jw_kbool(w, "absent", db_get_bool(r, i, O_AWAY));
    jw_close(w);
}

static void officers_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);
    int i;

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (i = 0; i < db_count(out->rows); i++)
        officer_json(&w, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

static void forbidden(void *arg)
{
    pending_fail(arg, ERR_FORBIDDEN);
}

void store_officers(struct store *st, const struct viewer *v, int agency, bool any,
                    store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, officers_came);
    struct db_args *args = read_args(p, 1);

    p->json = done;
    if (!any && !v->all && !access_may_read(st->snap->org, v->agency, v->roles, agency)) {
        worker_later(st->worker, forbidden, p);
        return;
    }
    db_i32(args, agency);
    pending_send(p, LANE_READ, "officers", args);
}

/* ---------------------------------------------------------------- how many, where */

enum { N_AGENCY, N_ROLE, N_OFFICERS };

/* Rows come by agency, the whole of it (role null) before its roles. */
static void units_came(struct pending *p, const struct db_outcome *out)
{
    const enum lang *lang = p->mine;
    struct jw w = json_answer(p);
    bool open = false;

    jw_open(&w);
    jw_key(&w, "agencies");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++) {
        enum role role = (enum role)db_get_i64(out->rows, i, N_ROLE);

        if (db_is_null(out->rows, i, N_ROLE)) {
            if (open) {
                jw_end(&w);
                jw_close(&w);
            }
            open = true;
            jw_open(&w);
            jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(out->rows, i, N_AGENCY),
                       *lang);
            jw_ki64(&w, "officers", db_get_i64(out->rows, i, N_OFFICERS));
            jw_key(&w, "roles");
            jw_list(&w);
        } else if (role < ROLE_COUNT) {
            jw_open(&w);
            jw_kstr(&w, "role", role_name(role));
            jw_ktext2(&w, "title", role_title(role), *lang);
            jw_ki64(&w, "officers", db_get_i64(out->rows, i, N_OFFICERS));
            jw_close(&w);
        }
    }
    if (open) {
        jw_end(&w);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, -1);
}

void store_units(struct store *st, enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, units_came);
    enum lang *kept = ARENA_NEW(p->own, enum lang);

    *kept = lang;
    p->json = done;
    p->mine = kept;
    pending_send(p, LANE_READ, "units", NULL);
}
