/* Agencies that have ended: what is open there is listed, or moved to their successors, dossier by
 * dossier down the one write path.  Doing it again finds what is left.  The pending call owns the
 * list, each act its arena.  The worker's thread. */
#include "common/access/access.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

#define TURN_MOST 500 /* dossiers of one call */
#define ACT_ARENA ((size_t)32 << 20)

struct succeeding {
    struct pending *p;
    struct succession s;
    struct moved *item;
    int n, running;
};

struct moved {
    struct succeeding *m;
    struct act act;
    const char *code;
    int from; /* the ended agency that it was found by */
    enum err e;
    bool tried;
};

static void answer(struct succeeding *m)
{
    struct pending *p = m->p;
    struct jw w = json_answer(p);
    int64_t done = 0, refused = 0;

    jw_open(&w);
    jw_kbool(&w, "applied", m->s.apply);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < m->n; i++) {
        const struct moved *it = &m->item[i];

        done += it->tried && it->e == ERR_OK;
        refused += it->tried && it->e != ERR_OK;
        jw_open(&w);
        jw_kstr(&w, "code", it->code);
        jw_kstr(&w, "from", agency_key(p->st, it->from));
        jw_kstr(&w, "outcome", !it->tried ? NULL : it->e == ERR_OK ? "done" : err_code(it->e));
        jw_close(&w);
    }
    jw_end(&w);
    jw_ki64(&w, "done", done);
    jw_ki64(&w, "refused", refused);
    jw_kbool(&w, "more", m->n == TURN_MOST);
    jw_close(&w);
    pending_json(p, 0);
}

static void moved(void *owner, struct act *a)
{
    struct moved *it = owner;
    struct succeeding *m = it->m;

    it->e = a->e;
    it->tried = true;
    arena_free(a->arena);
    if (--m->running == 0)
        answer(m);
}

static void go(struct succeeding *m, struct moved *it, int64_t seq)
{
    it->act = (struct act){.code = it->code,
                           .if_match = seq,
                           .actor = m->s.actor,
                           .cmd = {.kind = CMD_SUCCEED,
                                   .agency = m->s.agency,
                                   .approver = m->s.approver,
                                   .note = m->s.note},
                           .arena = arena_new(ACT_ARENA),
                           .owner = it,
                           .done = moved};
    m->running++;
    store_act(m->p->st, &it->act);
}

static bool among(const struct succeeding *m, int id)
{
    const struct organisation *o = m->p->st->snap->org;
    dayno today = lminute_day(lminute_of(clock_now()));
    int i = organisation_of_id(o, id);

    return i >= 0 && o->agency[i].valid_to < today && (m->s.agency == 0 || m->s.agency == id);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    struct succeeding *m = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r), i;
    int64_t *seq = ARENA_ARRAY(p->own, int64_t, n > 0 ? (size_t)n : 1);

    m->n = n;
    m->item = ARENA_ARRAY(p->own, struct moved, n > 0 ? (size_t)n : 1);
    for (i = 0; i < n; i++) {
        struct moved *it = &m->item[i];
        int receiving = (int)db_get_i64(r, i, 3), competent = (int)db_get_i64(r, i, 4);

        it->m = m;
        it->code = arena_span(p->own, db_get_span(r, i, 1));
        it->from = among(m, competent) ? competent : among(m, receiving) ? receiving : 0;
        seq[i] = db_get_i64(r, i, 2);
    }
    /* Acts come back later, never within store_act. */
    for (i = 0; i < n && m->s.apply; i++)
        go(m, &m->item[i], seq[i]);
    if (m->running == 0)
        answer(m);
}

void store_succeed(struct store *st, const struct succession *s, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct succeeding *m = ARENA_NEW(p->own, struct succeeding);
    const struct organisation *o = st->snap->org;
    int32_t *id = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    struct db_args *args = read_args(p, 3);
    size_t n = 0;

    *m = (struct succeeding){.p = p,
                             .s = *s}; /* its texts live as long as the request, which waits */
    p->mine = m;
    p->json = done;
    for (size_t i = 0; i < o->agencies; i++)
        if (among(m, o->agency[i].id) && o->agency[i].successor >= 0)
            id[n++] = o->agency[i].id;
    db_i32s(args, id, NULL, n);
    db_i64(args, 0);
    db_i32(args, TURN_MOST);
    pending_send(p, LANE_READ, "succession_list", args);
}
