/* Whose clocks stand still on a page of a queue, why and since when.  Asked only when a page has
 * tasks without a due.  The worker's thread. */
#include "common/dossier/payload.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

struct stopped { /* in the call's arena */
    struct span kept;
    const char *next; /* cursor, or NULL */
    enum lang lang;
};

/* Columns of queue_stopped.sql. */
enum { S_CODE, S_STATUS, S_PROCEDURE, S_VERSION, S_KIND, S_AT, S_PAYLOAD };

void put_waiting(struct pending *p, struct db_args *args)
{
    int32_t *status = ARENA_ARRAY(p->own, int32_t, DS_COUNT);
    size_t n = 0;

    for (int i = 0; i < DS_COUNT; i++)
        if (dossier_status_waits((enum dossier_status)i))
            status[n++] = i;
    db_i32s(args, status, NULL, n);
}

/* The lawful reason as the procedure names it, or the exception that was granted. */
static const char *reason_of(const struct procedure *p, const struct payload *pl, enum lang lang)
{
    for (size_t i = 0; p && pl->reason && i < p->stops; i++)
        if (strcmp(p->stop[i].reason, pl->reason) == 0)
            return text2_in(p->stop[i].title, lang);
    return pl->exception;
}

static void one_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct stopped *x = p->mine;
    const struct procedure *pr = procedure_numbered(p->st->snap, db_get_span(r, i, S_PROCEDURE),
                                                    (int)db_get_i64(r, i, S_VERSION));
    struct payload pl;
    enum event_kind k;
    bool read = event_of_name(arena_span(p->own, db_get_span(r, i, S_KIND)), &k) &&
                payload_read(p->own, k, arena_span(p->own, db_get_span(r, i, S_PAYLOAD)), &pl);

    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, S_CODE));
    jw_ktext2(w, "status", dossier_status_title((enum dossier_status)db_get_i64(r, i, S_STATUS)),
              x->lang);
    jw_ktime(w, "since", read ? db_get_time(r, i, S_AT) : INSTANT_NONE);
    jw_kstr(w, "reason", read ? reason_of(pr, &pl, x->lang) : NULL);
    jw_close(w);
}

/* "next" comes last: the API makes its Link of it. */
static void list_json(struct pending *p, struct jw w, const struct db_rows *r, const char *next)
{
    jw_key(&w, "stopped");
    jw_list(&w);
    for (int i = 0; r && i < db_count(r); i++)
        one_json(p, &w, r, i);
    jw_end(&w);
    jw_kstr(&w, "next", next);
    jw_close(&w);
    pending_json(p, 0);
}

static void stopped_came(struct pending *p, const struct db_outcome *out)
{
    const struct stopped *x = p->mine;

    list_json(p, json_go_on(p, x->kept), out->rows, x->next);
}

void stopped_json(struct pending *p, struct jw w, const int64_t *dossier, size_t n,
                  const char *next, enum lang lang)
{
    struct stopped *x;
    struct db_args *args;

    if (n == 0) {
        list_json(p, w, NULL, next);
        return;
    }
    x = ARENA_NEW(p->own, struct stopped);
    *x = (struct stopped){json_keep(p), next, lang};
    p->mine = x;
    p->rows = stopped_came;
    args = read_args(p, 2);
    db_i64s(args, dossier, NULL, n);
    put_waiting(p, args);
    pending_send(p, LANE_READ, "queue_stopped", args);
}
