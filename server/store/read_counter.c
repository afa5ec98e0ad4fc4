/* What a counter looks up.  Rows become JSON here; the worker owns what is under way, its thread.
 */
#include "common/access/access.h"
#include "common/base/json_in.h"
#include "server/store/counter.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

#define DAY_US INT64_C(86400000000)

/* ---------------------------------------------------------------- a person */

#define P_BODY FOUND_COLUMNS /* of people_known.sql, behind those of a search */

struct person_asked {
    const char *identity; /* as dossier_search keeps it */
    enum lang lang;
    bool personal;
};

static const char *const person_texts[] = {"kind", "name",    "id_type",   "id_number", "birth",
                                           "sex",  "address", "area_code", "phone",     "email"};

/* Whichever of the people of the dossier has that number. */
static const json_t *person_in(struct arena *a, const json_t *content, const char *identity)
{
    static const char *const people[] = {"applicant", "owner", "authorised"};

    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const json_t *who = json_object_get(content, people[i]);
        const char *number = json_str(who, "id_number");
        const char *signs = number ? signs_only(a, number, true, true) : NULL;

        if (signs && strcmp(signs, identity) == 0)
            return who;
    }
    return NULL;
}

static void person_json(struct jw *w, const json_t *who)
{
    jw_key(w, "person");
    if (!who) {
        jw_null(w);
        return;
    }
    jw_open(w);
    for (size_t i = 0; i < sizeof person_texts / sizeof *person_texts; i++)
        if (json_str(who, person_texts[i])) {
            jw_key_any(w, person_texts[i]);
            jw_str(w, json_str(who, person_texts[i]));
        }
    jw_close(w);
}

static void person_came(struct pending *p, const struct db_outcome *out)
{
    const struct person_asked *q = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct json_fault fault;
    json_t *content = n && q->personal ? json_read(db_get_span(r, 0, P_BODY), &fault) : NULL;
    struct jw w = json_answer(p);

    jw_open(&w);
    person_json(&w, content ? person_in(p->own, content, q->identity) : NULL);
    jw_key(&w, "dossiers");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        found_json(&w, p->st, q->lang, r, i);
    jw_end(&w);
    jw_close(&w);
    json_decref(content);
    pending_json(p, n);
}

static void nobody(void *arg)
{
    struct jw w = json_answer(arg);

    jw_raw(&w, SPAN_LIT("{\"person\":null,\"dossiers\":[]}"));
    pending_json(arg, 0);
}

void store_person(struct store *st, const struct viewer *v, const char *id_number, enum lang lang,
                  store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, person_came);
    struct person_asked *q = ARENA_NEW(p->own, struct person_asked);
    struct db_args *args = read_args(p, 3);
    const int32_t *seen;
    size_t n = viewer_agencies(st, v, p->own, &seen);

    q->identity = signs_only(p->own, id_number, true, true);
    q->lang = lang;
    q->personal = !access_reads_only(v->roles) && !v->all;
    p->mine = q;
    p->json = done;
    if (!q->identity) {
        worker_later(st->worker, nobody, p);
        return;
    }
    db_i32s(args, seen, NULL, n);
    db_text(args, q->identity);
    db_i32(args, PERSON_DOSSIERS);
    pending_send(p, LANE_READ, "people_known", args);
}

/* ---------------------------------------------------------------- duplicates */

static void duplicates_came(struct pending *p, const struct db_outcome *out)
{
    const enum lang *lang = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        found_json(&w, p->st, *lang, out->rows, i);
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_duplicates(struct store *st, const struct viewer *v, const uint8_t chain[SHA256_BYTES],
                      enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, duplicates_came);
    struct db_args *args = read_args(p, 4);
    enum lang *kept = ARENA_NEW(p->own, enum lang);
    const int32_t *seen;
    size_t n = viewer_agencies(st, v, p->own, &seen);

    *kept = lang;
    p->mine = kept;
    p->json = done;
    db_bytes(args, chain, SHA256_BYTES);
    db_time(args, clock_now() - DAY_US);
    db_i32s(args, seen, NULL, n);
    db_i32(args, DUPLICATES_MAX);
    pending_send(p, LANE_READ, "duplicates", args);
}

/* ---------------------------------------------------------------- a day at the counter */

enum { D_AT, D_KIND, D_OUTCOME, D_CODE, D_PROCEDURE, D_VERSION, D_NAME, D_DUE, D_AMOUNT, D_METHOD };

/* What an event of the counter is called there; the order of the counts. */
static const struct {
    const char *kind, *outcome, *what, *count;
} day_acts[] = {
    {"ATTEMPT_DECIDED", "accepted", "accepted", "accepted"},
    {"ATTEMPT_DECIDED", "returned", "returned", "returned"},
    {"ATTEMPT_DECIDED", "rejected", "rejected", "rejected"},
    {"RESULT_HANDED_OVER", NULL, "handed_over", "handed_over"},
    {"FIN_PAID", NULL, "paid", "payments"},
    {"REFUNDED", NULL, "refunded", "refunds"},
};
#define DAY_ACTS (sizeof day_acts / sizeof *day_acts)

const char *counter_act_word(unsigned i)
{
    return i < DAY_ACTS ? day_acts[i].what : NULL;
}

static size_t day_act_of(const struct db_rows *r, int row)
{
    size_t i;

    for (i = 0; i < DAY_ACTS; i++)
        if (span_is(db_get_span(r, row, D_KIND), day_acts[i].kind) &&
            (!day_acts[i].outcome || span_is(db_get_span(r, row, D_OUTCOME), day_acts[i].outcome)))
            break;
    return i;
}

static void day_sums(struct jw *w, const struct db_rows *r, int n)
{
    int64_t count[DAY_ACTS + 1] = {0}, sum[DAY_ACTS + 1] = {0};

    for (int i = 0; i < n; i++) {
        size_t k = day_act_of(r, i);

        count[k]++;
        sum[k] += db_get_i64(r, i, D_AMOUNT);
    }
    jw_key(w, "counts");
    jw_open(w);
    for (size_t k = 0; k < DAY_ACTS; k++) {
        jw_key_any(w, day_acts[k].count);
        jw_i64(w, count[k]);
    }
    jw_close(w);
    jw_ki64(w, "collected", sum[4]);
    jw_ki64(w, "given_back", sum[5]);
}

static void day_row(struct jw *w, const struct store *st, enum lang lang, const struct db_rows *r,
                    int i)
{
    struct span procedure = db_get_span(r, i, D_PROCEDURE);
    const struct procedure *p =
        procedure_numbered(st->snap, procedure, (int)db_get_i64(r, i, D_VERSION));

    jw_open(w);
    jw_ktime(w, "at", db_get_time(r, i, D_AT));
    jw_kstr(w, "what", counter_act_word((unsigned)day_act_of(r, i)));
    jw_ktext(w, "code", db_get_span(r, i, D_CODE));
    jw_kspan(w, "procedure", procedure);
    jw_kstr(w, "procedure_name", p ? text2_in(p->name, lang) : NULL);
    jw_ktext(w, "applicant", db_get_span(r, i, D_NAME));
    jw_ktime(w, "due", db_get_time(r, i, D_DUE));
    if (!db_is_null(r, i, D_AMOUNT)) {
        jw_ki64(w, "amount", db_get_i64(r, i, D_AMOUNT));
        jw_kspan(w, "method", db_get_span(r, i, D_METHOD));
    }
    jw_close(w);
}

static void day_came(struct pending *p, const struct db_outcome *out)
{
    const struct day_query *q = p->mine;
    int n = db_count(out->rows) > DAY_ROWS_MAX ? DAY_ROWS_MAX : db_count(out->rows);
    struct jw w = json_answer(p);
    char day[16];

    day_iso(q->day, day);
    jw_open(&w);
    jw_kstr(&w, "day", day);
    day_sums(&w, out->rows, n);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        if (day_act_of(out->rows, i) < DAY_ACTS)
            day_row(&w, p->st, q->lang, out->rows, i);
    jw_end(&w);
    jw_kbool(&w, "more", db_count(out->rows) > n);
    jw_close(&w);
    pending_json(p, 0);
}

void store_counter_day(struct store *st, int64_t user, const struct day_query *q, store_json *done,
                       void *owner)
{
    struct pending *p = pending_new(st, owner, day_came);
    struct db_args *args = read_args(p, 4);
    struct day_query *kept = ARENA_NEW(p->own, struct day_query);

    *kept = *q;
    p->mine = kept;
    p->json = done;
    db_i64(args, user);
    db_time(args, q->from);
    db_time(args, q->to);
    db_i32(args, DAY_ROWS_MAX + 1);
    pending_send(p, LANE_READ, "counter_day", args);
}

/* ---------------------------------------------------------------- procedures in use */

static void used_came(struct pending *p, const struct db_outcome *out)
{
    const enum lang *lang = p->mine;
    dayno today = lminute_day(lminute_of(clock_now()));
    struct jw w = json_answer(p);
    int told = 0;

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows) && told < USED_MAX; i++) {
        const char *code = arena_span(p->own, db_get_span(out->rows, i, 0));
        const struct procedure *pr = snapshot_procedure(p->st->snap, code, today);

        if (!pr)
            continue;
        jw_open(&w);
        jw_kstr(&w, "procedure", pr->code);
        jw_ktext2(&w, "name", pr->name, *lang);
        jw_ki64(&w, "n", db_get_i64(out->rows, i, 1));
        jw_close(&w);
        told++;
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_procedures_used(struct store *st, int agency, enum lang lang, store_json *done,
                           void *owner)
{
    struct pending *p = pending_new(st, owner, used_came);
    struct db_args *args = read_args(p, 3);
    enum lang *kept = ARENA_NEW(p->own, enum lang);

    *kept = lang;
    p->mine = kept;
    p->json = done;
    db_i32(args, agency);
    db_time(args, clock_now() - USED_DAYS * DAY_US);
    db_i32(args, USED_MAX * 4); /* some may no longer be in force */
    figures_send(p, LANE_READ, "procedures_used", args);
}
