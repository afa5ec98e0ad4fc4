/* Delegations and absences: entered, ended, listed.  What the rules forbid is decided in
 * common/access/delegation.c.  The worker's thread. */
#include "server/store/stand_in.h"

#include "common/access/access.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

const char *const ABSENCE_WORDS[] = {"leave", "sick", "mission", "training", "other", NULL};

#define LOGINS_MAX 2

/* ---------------------------------------------------------------- entering */

struct entering {
    struct stand_in_entry e;
    bool absence;
};

struct named {
    int64_t id;
    int agency;
    unsigned roles;
};

/* An account that is there and active. */
static bool found(const struct db_rows *r, const char *login, struct named *ret)
{
    for (int i = 0; i < db_count(r); i++)
        if (span_is(db_get_span(r, i, 1), login) && db_get_bool(r, i, 4)) {
            *ret = (struct named){db_get_i64(r, i, 0), (int)db_get_i64(r, i, 2),
                                  (unsigned)db_get_i64(r, i, 3)};
            return true;
        }
    return false;
}

static void put_came(struct pending *p, const struct db_outcome *out)
{
    const struct entering *x = p->mine;
    struct jw w = json_answer(p);

    if (db_count(out->rows) != 1 || db_get_i64(out->rows, 0, 0) == 2) {
        pending_fail(p, ERR_KEY_REUSED);
        return;
    }
    jw_open(&w);
    jw_ki64(&w, x->absence ? "absence" : "delegation", db_get_i64(out->rows, 0, 1));
    jw_close(&w);
    pending_json(p, db_get_i64(out->rows, 0, 0)); /* 1: the same request before */
}

static void put_delegation(struct pending *p, const struct entering *x, const struct named *from,
                           const struct named *to, int agency)
{
    struct db_args *args = read_args(p, 11);
    const struct stand_in_entry *e = &x->e;

    db_text(args, e->key);
    db_bytes(args, e->body_hash, SHA256_BYTES);
    db_i64(args, e->by);
    db_i64(args, from->id);
    db_i64(args, to->id);
    db_i32(args, agency);
    db_i32(args, (int32_t)e->kinds);
    db_texts(args, e->procedure, e->procedures);
    db_day(args, e->first);
    db_day(args, e->last);
    db_text(args, e->document);
    p->rows = put_came;
    pending_send(p, LANE_ACT, "delegation_put", args);
}

static void put_absence(struct pending *p, const struct entering *x, const struct named *who)
{
    struct db_args *args = read_args(p, 7);
    const struct stand_in_entry *e = &x->e;

    db_text(args, e->key);
    db_bytes(args, e->body_hash, SHA256_BYTES);
    db_i64(args, e->by);
    db_i64(args, who->id);
    db_day(args, e->first);
    db_day(args, e->last);
    db_text(args, e->reason);
    p->rows = put_came;
    pending_send(p, LANE_ACT, "absence_put", args);
}

static void people_came(struct pending *p, const struct db_outcome *out)
{
    const struct entering *x = p->mine;
    const struct stand_in_entry *e = &x->e;
    dayno today = lminute_day(lminute_of(clock_now()));
    struct named from, to = {0};
    struct delegation_entry entry;
    enum err err;

    if (!found(out->rows, e->from, &from) || (!x->absence && !found(out->rows, e->to, &to))) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    entry = (struct delegation_entry){.by = e->by,
                                      .from = from.id,
                                      .to = to.id,
                                      .by_agency = e->by_agency,
                                      .agency = e->agency ? e->agency : from.agency,
                                      .by_roles = e->by_roles,
                                      .from_roles = from.roles};
    err = delegation_may_enter(&entry, p->st->snap->org, today);
    /* Nobody lends what she has not. */
    if (err == ERR_OK && !x->absence && from.roles == 0)
        err = ERR_R_NOT_YOUR_ROLE;
    if (err == ERR_OK && from.id == to.id)
        err = ERR_R_SEPARATION;
    if (err != ERR_OK)
        pending_fail(p, err);
    else if (x->absence)
        put_absence(p, x, &from);
    else
        put_delegation(p, x, &from, &to, entry.agency);
}

static void enter(struct store *st, const struct stand_in_entry *e, bool absence, store_json *done,
                  void *owner)
{
    struct pending *p = pending_new(st, owner, people_came);
    struct entering *x = ARENA_NEW(p->own, struct entering);
    struct db_args *args = read_args(p, 2);
    const char *login[LOGINS_MAX] = {e->from, e->to};

    *x = (struct entering){*e, absence}; /* its texts live as long as the request, which waits */
    p->mine = x;
    p->json = done;
    db_texts(args, login, absence ? 1 : 2);
    if (e->agency)
        db_i32(args, e->agency);
    else
        db_null(args);
    pending_send(p, LANE_READ, "people_named", args);
}

void store_delegation_put(struct store *st, const struct stand_in_entry *e, store_json *done,
                          void *owner)
{
    enter(st, e, false, done, owner);
}

void store_absence_put(struct store *st, const struct stand_in_entry *e, store_json *done,
                       void *owner)
{
    enter(st, e, true, done, owner);
}

/* ---------------------------------------------------------------- ending */

struct ending {
    struct stand_in_end e;
    bool absence;
};

static void ended(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_kbool(&w, "ended", db_get_bool(out->rows, 0, 0)); /* false: it had ended before */
    jw_close(&w);
    pending_json(p, 0);
}

/* Columns: whose it is, (who got it,) the agency, when it ended. */
static void one_came(struct pending *p, const struct db_outcome *out)
{
    const struct ending *x = p->mine;
    const struct db_rows *r = out->rows;
    dayno today = lminute_day(lminute_of(clock_now()));
    int64_t giver, holder;
    int agency;
    bool may;

    if (db_count(r) != 1) {
        pending_fail(p, ERR_NOT_FOUND);
        return;
    }
    giver = db_get_i64(r, 0, 0);
    holder = x->absence ? 0 : db_get_i64(r, 0, 1);
    agency = (int)db_get_i64(r, 0, x->absence ? 1 : 2);
    may = access_same_person(x->e.by, 0, giver) || access_same_person(x->e.by, 0, holder) ||
          (access_is_head(x->e.by_roles) &&
           access_acts_for(p->st->snap->org, x->e.by_agency, agency, today));
    if (!may) {
        pending_fail(p, ERR_NOT_FOUND); /* what is not hers to see is not there */
        return;
    }
    p->rows = ended;
    {
        struct db_args *args = read_args(p, 3);

        db_i64(args, x->e.id);
        db_i64(args, x->e.by);
        db_text(args, x->e.document);
        pending_send(p, LANE_ACT, x->absence ? "absence_end" : "delegation_end", args);
    }
}

static void end_one(struct store *st, const struct stand_in_end *e, bool absence, store_json *done,
                    void *owner)
{
    struct pending *p = pending_new(st, owner, one_came);
    struct ending *x = ARENA_NEW(p->own, struct ending);
    struct db_args *args = read_args(p, 1);

    *x = (struct ending){*e, absence};
    p->mine = x;
    p->json = done;
    db_i64(args, e->id);
    pending_send(p, LANE_READ, absence ? "absence_get" : "delegation_get", args);
}

void store_delegation_end(struct store *st, const struct stand_in_end *e, store_json *done,
                          void *owner)
{
    end_one(st, e, false, done, owner);
}

void store_absence_end(struct store *st, const struct stand_in_end *e, store_json *done,
                       void *owner)
{
    end_one(st, e, true, done, owner);
}

/* ---------------------------------------------------------------- lists */

static void jw_kday(struct jw *w, const char *key, dayno d)
{
    char text[16];

    day_iso(d, text);
    jw_kstr(w, key, text);
}

static void person_json(struct jw *w, const char *key, const struct db_rows *r, int i, int col)
{
    jw_key(w, key);
    jw_open(w);
    jw_kspan(w, "login", db_get_span(r, i, col));
    jw_kspan(w, "name", db_get_span(r, i, col + 1));
    jw_close(w);
}

static void delegation_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    int64_t kinds = db_get_i64(r, i, 6);
    struct span s;

    jw_open(w);
    jw_ki64(w, "delegation", db_get_i64(r, i, 0));
    person_json(w, "from", r, i, 1);
    person_json(w, "to", r, i, 3);
    jw_kstr(w, "agency", agency_key(p->st, (int)db_get_i64(r, i, 5)));
    jw_key(w, "kinds");
    jw_list(w);
    for (unsigned k = 0; k < DELEGATED_KINDS; k++)
        if (kinds >> k & 1)
            jw_str(w, DELEGATED_WORDS[k]);
    jw_end(w);
    jw_key(w, "procedures");
    jw_list(w);
    for (int k = 0; k < db_array_count(r, i, 7); k++)
        if (db_array_span(r, i, 7, k, &s))
            jw_span(w, s);
    jw_end(w);
    jw_kday(w, "valid_from", db_get_day(r, i, 8));
    jw_kday(w, "valid_to", db_get_day(r, i, 9));
    jw_kspan(w, "document", db_get_span(r, i, 10));
    jw_ktime(w, "entered", db_get_time(r, i, 11));
    jw_ktime(w, "revoked", db_get_time(r, i, 12));
    jw_close(w);
}

struct asked {
    int limit;
};

static void delegations_came(struct pending *p, const struct db_outcome *out)
{
    const struct asked *asked = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        delegation_json(p, &w, r, i);
    jw_end(&w);
    jw_key(&w, "next");
    if (n == asked->limit && n > 0)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, 0)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

/* The first two arguments of a list: one person, or the agencies that she may see. */
static void whose(struct pending *p, struct db_args *args, const struct viewer *v, bool mine)
{
    const int32_t *seen;
    size_t n;

    if (mine) {
        db_i64(args, v->user);
        db_null(args);
        return;
    }
    n = viewer_agencies(p->st, v, p->own, &seen);
    db_null(args);
    db_i32s(args, seen, NULL, n);
}

void store_delegations(struct store *st, const struct viewer *v, bool mine, int64_t before,
                       int limit, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, delegations_came);
    struct db_args *args = read_args(p, 4);
    struct asked *asked = ARENA_NEW(p->own, struct asked);

    asked->limit = limit < 1 ? 1 : limit > QUEUE_LIMIT ? QUEUE_LIMIT : limit;
    p->mine = asked;
    p->json = done;
    whose(p, args, v, mine);
    db_i64(args, before > 0 ? before : INT64_MAX);
    db_i32(args, asked->limit);
    pending_send(p, LANE_READ, "delegation_list", args);
}

static void absences_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_ki64(&w, "absence", db_get_i64(r, i, 0));
        person_json(&w, "officer", r, i, 1);
        jw_kstr(&w, "agency", agency_key(p->st, (int)db_get_i64(r, i, 3)));
        jw_kday(&w, "from", db_get_day(r, i, 4));
        jw_kday(&w, "to", db_get_day(r, i, 5));
        jw_kspan(&w, "reason", db_get_span(r, i, 6));
        jw_ktime(&w, "entered", db_get_time(r, i, 7));
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_absences(struct store *st, const struct viewer *v, bool mine, dayno since, int limit,
                    store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, absences_came);
    struct db_args *args = read_args(p, 4);

    p->json = done;
    whose(p, args, v, mine);
    db_day(args, since);
    db_i32(args, limit < 1 ? 1 : limit > QUEUE_LIMIT ? QUEUE_LIMIT : limit);
    pending_send(p, LANE_READ, "absence_list", args);
}
