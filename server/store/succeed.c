/* Agencies that have ended: what is open there is listed, page by page.  Moving it is
 * running_succeed.c.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

size_t agencies_ended(const struct organisation *o, int agency, dayno today, int32_t *ret)
{
    size_t n = 0, i;

    for (i = 0; i < o->agencies; i++) {
        const struct agency *a = &o->agency[i];

        if (a->valid_to < today && a->successor >= 0 && (agency == 0 || agency == a->id))
            ret[n++] = a->id;
    }
    return n;
}

static bool among(const int32_t *id, size_t n, int agency)
{
    for (size_t i = 0; i < n; i++)
        if (id[i] == agency)
            return true;
    return false;
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    const struct succession_query *q = p->mine;
    const struct organisation *o = p->st->snap->org;
    const struct db_rows *r = out->rows;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    size_t ended = agencies_ended(o, q->agency, lminute_day(lminute_of(clock_now())), id);
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        int receiving = (int)db_get_i64(r, i, 3), competent = (int)db_get_i64(r, i, 4);

        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, 1));
        jw_kstr(&w, "from",
                agency_key(p->st, among(id, ended, competent)   ? competent
                                  : among(id, ended, receiving) ? receiving
                                                                : 0));
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "next");
    if (n > 0 && n == q->limit)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, 0)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_succession(struct store *st, const struct succession_query *q, store_json *done,
                      void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct succession_query *kept = ARENA_NEW(p->own, struct succession_query);
    const struct organisation *o = st->snap->org;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    struct db_args *args = read_args(p, 3);
    size_t n = agencies_ended(o, q->agency, lminute_day(lminute_of(clock_now())), id);

    *kept = *q;
    p->mine = kept;
    p->json = done;
    db_i32s(args, id, NULL, n);
    db_i64(args, q->after);
    db_i32(args, q->limit);
    pending_send(p, LANE_READ, "succession_list", args);
}
