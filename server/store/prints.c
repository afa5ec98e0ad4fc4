/* The print log, and what units received for lists on paper.  The worker owns what is under way;
 * its thread only. */
#include "server/store/prints.h"

#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

/* ---------------------------------------------------------------- the log */

static void hash_json(struct jw *w, const char *key, const struct db_rows *r, int i, int col)
{
    struct span b = db_get_span(r, i, col);
    char hex[2 * SHA256_BYTES + 1];

    if (b.n != SHA256_BYTES) {
        jw_knull(w, key);
        return;
    }
    hex_encode((const uint8_t *)b.p, b.n, hex);
    jw_kstr(w, key, hex);
}

enum { B_LAST, B_RECORD, B_TEMPLATE, B_PLAIN, B_SOURCE };

static void before_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ki64(&w, "last", db_get_i64(r, 0, B_LAST));
    jw_key(&w, "original");
    if (db_get_i64(r, 0, B_LAST) == 0) {
        jw_null(&w);
    } else {
        jw_open(&w);
        hash_json(&w, "record", r, 0, B_RECORD);
        hash_json(&w, "template", r, 0, B_TEMPLATE);
        hash_json(&w, "plain", r, 0, B_PLAIN);
        jw_ktext(&w, "source", db_get_span(r, 0, B_SOURCE));
        jw_close(&w);
    }
    jw_close(&w);
    pending_json(p, 0);
}

static void key_args(struct db_args *args, const struct print_key *k)
{
    db_text(args, k->subject);
    db_text(args, k->paper);
    db_text(args, k->variant);
}

/* A print that is noted meanwhile is found by store_print_put: its number is taken. */
void store_print_before(struct store *st, const struct print_key *k,
                        const uint8_t template[SHA256_BYTES], store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, before_came);
    struct db_args *args = read_args(p, 4);

    p->json = done;
    key_args(args, k);
    db_bytes(args, template, SHA256_BYTES);
    pending_send(p, LANE_READ, "print_before", args);
}

static void number_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    if (db_is_null(out->rows, 0, 0))
        jw_knull(&w, "number");
    else
        jw_ki64(&w, "number", db_get_i64(out->rows, 0, 0));
    jw_close(&w);
    pending_json(p, 0);
}

void store_paper_number(struct store *st, const struct print_key *k, int agency, const char *book,
                        int year, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, number_came);
    struct db_args *args = read_args(p, 5);

    p->json = done;
    db_text(args, k->subject);
    db_text(args, k->paper);
    db_i32(args, agency);
    db_text(args, book);
    db_i32(args, year);
    pending_send(p, LANE_ACT, "paper_number", args);
}

static void put_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w;

    if (!db_get_bool(out->rows, 0, 0)) {
        pending_fail(p, ERR_STALE);
        return;
    }
    w = json_answer(p);
    jw_raw(&w, SPAN_LIT("{}"));
    pending_json(p, 0);
}

void store_print_put(struct store *st, const struct print_entry *e, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, put_came);
    struct db_args *args = read_args(p, 17);

    p->json = done;
    key_args(args, &e->key);
    db_i32(args, e->nth);
    db_bool(args, e->reprint);
    db_bool(args, e->same);
    if (e->seq)
        db_i64(args, e->seq);
    else
        db_null(args);
    db_bytes(args, e->record, SHA256_BYTES);
    db_bytes(args, e->template, SHA256_BYTES);
    db_span(args, e->source);
    db_text(args, e->kind);
    db_bytes(args, e->plain, SHA256_BYTES);
    db_bytes(args, e->given, SHA256_BYTES);
    db_i32(args, e->pages);
    db_i32(args, e->copies);
    db_i64(args, e->by);
    db_i32(args, e->agency);
    pending_send(p, LANE_ACT, "print_put", args);
}

enum {
    L_AT,
    L_PAPER,
    L_VARIANT,
    L_NTH,
    L_REPRINT,
    L_SAME,
    L_COPIES,
    L_PAGES,
    L_TEMPLATE,
    L_GIVEN,
    L_BY,
    L_NAME,
    L_AGENCY
};

static void prints_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    const enum lang *lang = p->mine;
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        jw_open(&w);
        jw_ktime(&w, "at", db_get_time(r, i, L_AT));
        jw_kspan(&w, "paper", db_get_span(r, i, L_PAPER));
        jw_kspan(&w, "variant", db_get_span(r, i, L_VARIANT));
        jw_ki64(&w, "nth", db_get_i64(r, i, L_NTH));
        jw_kbool(&w, "reprint", db_get_bool(r, i, L_REPRINT));
        jw_kbool(&w, "same", db_get_bool(r, i, L_SAME));
        jw_ki64(&w, "copies", db_get_i64(r, i, L_COPIES));
        jw_ki64(&w, "pages", db_get_i64(r, i, L_PAGES));
        hash_json(&w, "template", r, i, L_TEMPLATE);
        hash_json(&w, "digest", r, i, L_GIVEN);
        jw_kofficer(&w, "by", db_get_i64(r, i, L_BY));
        jw_ktext(&w, "name", db_get_span(r, i, L_NAME));
        jw_kagency(&w, "agency", p->st->snap->org, (int)db_get_i64(r, i, L_AGENCY), *lang);
        jw_close(&w);
    }
    jw_end(&w);
    jw_close(&w);
    pending_json(p, 0);
}

void store_prints(struct store *st, const char *code, enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, prints_came);
    struct db_args *args = read_args(p, 2);
    enum lang *kept = ARENA_NEW(p->own, enum lang);

    *kept = lang;
    p->mine = kept;
    p->json = done;
    db_text(args, code);
    db_i32(args, PRINTS_MAX);
    pending_send(p, LANE_READ, "print_list", args);
}

/* ---------------------------------------------------------------- what was received */

enum {
    R_CODE,
    R_PROCEDURE,
    R_VERSION,
    R_ACCEPTED,
    R_DUE,
    R_FINISHED,
    R_RETURNED,
    R_COMPETENT,
    R_NAME,
    R_ADDRESS,
    R_PHONE,
    R_SUMMARY,
    R_RESULT_BY,
    R_FEE,
    R_OFFICER
};
_Static_assert(R_OFFICER + 1 == RECEIVED_COLUMNS, "columns of print_received.sql");

void received_members(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct snapshot *snap = p->st->snap;
    const struct procedure *pr =
        procedure_numbered(snap, db_get_span(r, i, R_PROCEDURE), (int)db_get_i64(r, i, R_VERSION));

    jw_kspan(w, "code", db_get_span(r, i, R_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, R_PROCEDURE));
    jw_kstr(w, "procedure_name", pr ? text2_in(pr->name, LANG_VI) : NULL);
    jw_ki64(w, "sets", pr ? pr->sets : 1);
    jw_kstr(w, "sector", pr ? text2_in(pr->field, LANG_VI) : NULL);
    jw_ktime(w, "accepted", db_get_time(r, i, R_ACCEPTED));
    jw_ktime(w, "due", db_get_time(r, i, R_DUE));
    jw_ktime(w, "finished", db_get_time(r, i, R_FINISHED));
    jw_ktime(w, "returned", db_get_time(r, i, R_RETURNED));
    jw_kagency(w, "competent", snap->org, (int)db_get_i64(r, i, R_COMPETENT), LANG_VI);
    jw_ki64(w, "fee", db_get_i64(r, i, R_FEE));
    jw_ktext(w, "officer", db_get_span(r, i, R_OFFICER));
    jw_ktext(w, "name", db_get_span(r, i, R_NAME));
    jw_ktext(w, "address", db_get_span(r, i, R_ADDRESS));
    jw_ktext(w, "phone", db_get_span(r, i, R_PHONE));
    jw_ktext(w, "summary", db_get_span(r, i, R_SUMMARY));
    jw_ktext(w, "result_by", db_get_span(r, i, R_RESULT_BY));
}

/* results: with the number of each. */
static void list_tell(struct pending *p, const struct db_rows *r, bool results)
{
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n && i < RECEIVED_MAX; i++) {
        jw_open(&w);
        received_members(p, &w, r, i);
        if (results) {
            jw_ktext(&w, "result", db_get_span(r, i, RECEIVED_COLUMNS));
            jw_kbool(&w, "refusal", db_get_bool(r, i, RECEIVED_COLUMNS + 1));
        }
        jw_close(&w);
    }
    jw_end(&w);
    jw_kbool(&w, "more", n > RECEIVED_MAX);
    jw_close(&w);
    pending_json(p, 0);
}

static void received_came(struct pending *p, const struct db_outcome *out)
{
    list_tell(p, out->rows, false);
}

static void results_came(struct pending *p, const struct db_outcome *out)
{
    list_tell(p, out->rows, true);
}

/* Units, time and competent agencies: the arguments that both begin with. */
static void list_args(struct pending *p, const struct viewer *v, const struct received_query *q,
                      struct db_args *args)
{
    const struct organisation *o = p->st->snap->org;
    int32_t *under = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);
    int top = organisation_of_id(o, q->competent);
    const int32_t *id;
    size_t k = 0, n = agencies_asked(p, v, q->agency, &id);

    for (size_t i = 0; top >= 0 && i < o->agencies; i++)
        if (organisation_within(o, (int)i, top))
            under[k++] = o->agency[i].id;
    db_i32s(args, id, NULL, n);
    db_time(args, q->from);
    db_time(args, q->to);
    if (top >= 0)
        db_i32s(args, under, NULL, k);
    else
        db_null(args);
}

void store_received(struct store *st, const struct viewer *v, const struct received_query *q,
                    store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, received_came);
    struct db_args *args = read_args(p, 6);

    p->json = done;
    list_args(p, v, q, args);
    if (q->officer)
        db_i64(args, q->officer);
    else
        db_null(args);
    db_i32(args, RECEIVED_MAX + 1);
    pending_send(p, LANE_REPORT, "print_received", args);
}

void store_results_ready(struct store *st, const struct viewer *v, const struct received_query *q,
                         store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, results_came);
    struct db_args *args = read_args(p, 5);

    p->json = done;
    list_args(p, v, q, args);
    db_i32(args, RECEIVED_MAX + 1);
    figures_send(p, LANE_REPORT, "print_results", args);
}
