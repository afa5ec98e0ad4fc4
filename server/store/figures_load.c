/* What officers hold today and what falls due next: for whoever gives out work.  Everything lies in
 * the call's arena.  The worker's thread. */
#include <string.h>

#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

enum {
    O_AGENCY,
    O_OFFICER,
    O_NAME,
    O_ABSENT,
    O_HOLDING,
    O_OVERDUE,
    O_TODAY,
    O_TOMORROW,
    O_WEEK,
    O_BROKEN,
    O_WAITING,
    O_OLDEST,
    O_LOGIN,
    O_AWAY_NEXT,
    O_ROLES
};
static const struct {
    int column;
    const char *key;
} counts[] = {
    {O_HOLDING, "holding"},   {O_OVERDUE, "overdue"}, {O_TODAY, "due_today"},
    {O_TOMORROW, "due_next"}, {O_WEEK, "due_week"},   {O_BROKEN, "promise_overdue"},
    {O_WAITING, "unopened"},
};
#define COUNTS (sizeof counts / sizeof *counts)

static void counts_json(struct jw *w, const int64_t *n)
{
    for (size_t i = 0; i < COUNTS; i++) {
        jw_key_any(w, counts[i].key);
        jw_i64(w, n[i]);
    }
}

/* ---------------------------------------------------------------- against what one can do */

static bool number_of(struct span item, struct span name, int64_t *ret)
{
    struct span key, value;

    return span_cut(item, '=', &key, &value) && key.n == name.n && name.p &&
           memcmp(key.p, name.p, key.n) == 0 && span_i64(value, 0, 100000, ret);
}

int64_t load_capacity_of(const struct load_capacity *c, struct span login, int64_t roles)
{
    int64_t most = -1, n;

    for (size_t i = 0; i < c->n; i++)
        if (number_of(span_of(c->item[i]), login, &n))
            return n;
    for (int r = 0; r < ROLE_COUNT; r++)
        for (size_t i = 0; ((roles >> r) & 1) && i < c->n; i++)
            if (number_of(span_of(c->item[i]), span_of(role_name((enum role)r)), &n) && n > most)
                most = n;
    return most;
}

void store_set_capacity(struct store *st, const char *const *item, size_t n)
{
    st->capacity = item;
    st->capacities = n;
}

struct day_load { /* of the next working day */
    int64_t todo, capacity;
    bool known;
};

static void kmaybe(struct jw *w, const char *key, int64_t n, bool known)
{
    jw_key_any(w, key);
    if (known)
        jw_i64(w, n);
    else
        jw_null(w);
}

static void day_json(struct jw *w, const struct day_load *d)
{
    bool any = d->known && d->capacity > 0;

    jw_ki64(w, "todo_next", d->todo);
    kmaybe(w, "capacity_next", d->capacity, d->known);
    kmaybe(w, "percent_next", any ? (d->todo * 200 + d->capacity) / (2 * d->capacity) : 0, any);
}

/* Whoever is on leave can do nothing; what lies with nobody has nobody's time. */
static struct day_load day_of_row(const struct load_query *q, const struct db_rows *r, int i)
{
    struct day_load d = {.known = true};
    int64_t one =
        load_capacity_of(&q->capacity, db_get_span(r, i, O_LOGIN), db_get_i64(r, i, O_ROLES));

    d.todo = db_get_i64(r, i, O_OVERDUE) + db_get_i64(r, i, O_TODAY) + db_get_i64(r, i, O_TOMORROW);
    d.known = db_get_i64(r, i, O_OFFICER) == 0 || db_get_bool(r, i, O_AWAY_NEXT) || one >= 0;
    if (db_get_i64(r, i, O_OFFICER) != 0 && !db_get_bool(r, i, O_AWAY_NEXT) && one > 0)
        d.capacity = one;
    return d;
}

static void load_came(struct pending *p, const struct db_outcome *out)
{
    const struct load_query *q = p->mine;
    const struct db_rows *r = out->rows;
    int64_t n[COUNTS], total[COUNTS] = {0};
    struct day_load sum = {.known = true};
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ktime(&w, "now", q->now);
    jw_ktime(&w, "next_day", q->edge[1]);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        instant oldest = db_get_time(r, i, O_OLDEST);
        struct day_load d = day_of_row(q, r, i);

        jw_open(&w);
        jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(r, i, O_AGENCY), q->lang);
        jw_kofficer(&w, "officer", db_get_i64(r, i, O_OFFICER));
        jw_ktext(&w, "login", db_get_span(r, i, O_LOGIN));
        jw_ktext(&w, "name", db_get_span(r, i, O_NAME));
        jw_kbool(&w, "absent", db_get_bool(r, i, O_ABSENT));
        for (size_t k = 0; k < COUNTS; k++)
            total[k] += n[k] = db_get_i64(r, i, counts[k].column);
        counts_json(&w, n);
        jw_kbool(&w, "absent_next", db_get_bool(r, i, O_AWAY_NEXT));
        day_json(&w, &d);
        sum.todo += d.todo;
        sum.capacity += d.capacity;
        jw_ktime(&w, "oldest_due", oldest == DUE_NEVER ? INSTANT_NONE : oldest);
        jw_close(&w);
    }
    jw_end(&w);
    jw_key(&w, "total");
    jw_open(&w);
    counts_json(&w, total);
    day_json(&w, &sum);
    jw_close(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

/* Roles that a step of some procedure is done by. */
static void put_roles(struct pending *p, struct db_args *args)
{
    const struct snapshot *s = p->st->snap;
    int32_t role[ROLE_COUNT];
    unsigned have = 0;
    enum role r;
    size_t n = 0;

    for (size_t i = 0; i < s->procedures; i++)
        for (size_t k = 0; k < s->procedure[i]->steps; k++)
            if (s->procedure[i]->step[k].role && role_of_name(s->procedure[i]->step[k].role, &r))
                have |= 1u << r;
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((have >> i) & 1)
            role[n++] = i;
    db_i32s(args, role, NULL, n);
}

/* Ends of today, of the next working day by the agency's calendar, of the week. */
static void set_edges(struct store *st, struct load_query *q)
{
    const struct organisation *o = st->snap->org;
    int at = organisation_of_id(o, q->agency);
    const char *name = organisation_calendar(o, at < 0 ? 0 : at);
    const struct calendar *cal = name ? snapshot_calendar(st->snap, name) : NULL;
    dayno today = lminute_day(lminute_of(q->now)), next = today + 1;

    if (cal && worktime_counted_after(cal, today, 1, &next) != TIME_FINE)
        next = today + 1;
    q->edge[0] = instant_of(day_start(today + 1));
    q->edge[1] = instant_of(day_start(next + 1));
    q->edge[2] = instant_of(day_start(today - day_weekday(today) + 7));
}

void store_figures_load(struct store *st, const struct viewer *v, int agency, enum lang lang,
                        store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, load_came);
    struct load_query *q = ARENA_NEW(p->own, struct load_query);
    struct db_args *args = read_args(p, 4);
    const int32_t *id;
    size_t n = agencies_asked(p, v, agency, &id);

    *q = (struct load_query){.agency = agency,
                             .now = clock_now(),
                             .lang = lang,
                             .capacity = {st->capacity, st->capacities}};
    set_edges(st, q);
    p->mine = q;
    p->json = done;
    db_i32s(args, id, NULL, n);
    db_time(args, q->now);
    db_times(args, q->edge, 3);
    put_roles(p, args);
    pending_send(p, LANE_REPORT, "figures_load", args);
}
