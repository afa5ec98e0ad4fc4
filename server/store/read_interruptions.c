/* What interrupted dossiers, from the history: counts by kind, and the list behind each count. What
 * the rules do not allow by themselves is marked there.  The worker's thread. */
#include "common/dossier/payload.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

const char *const INTERRUPTION_WORDS[] = {"supplement", "adjustment", "exclusion", "suspension",
                                          "consult",    "payment",    "case",      "late_entry",
                                          "withdrawn",  "stopped",    "closed",    "corrected",
                                          "refund",     "unmatched",  NULL};
static const enum event_kind kinds[] = {
    EV_SUPPLEMENT_SENT, EV_DUE_ADJUSTED, EV_EXCLUSION_STARTED, EV_SUSPENDED,    EV_CONSULT_SENT,
    EV_FIN_REQUESTED,   EV_CASE_CHANGED, EV_LATE_ENTRY,        EV_WITHDRAWN,    EV_STOPPED,
    EV_CLOSED,          EV_CORRECTED,    EV_REFUNDED,          EV_FIN_UNMATCHED};
#define KINDS (sizeof kinds / sizeof *kinds)
_Static_assert(sizeof INTERRUPTION_WORDS / sizeof *INTERRUPTION_WORDS == KINDS + 1, "both lists");

enum {
    I_AT,
    I_DOSSIER,
    I_SEQ,
    I_CODE,
    I_PROCEDURE,
    I_COMPETENT,
    I_KIND,
    I_ACTOR,
    I_AGENCY,
    I_PAYLOAD
};
enum { C_KIND, C_ALL, C_LATE, C_EXTRA, C_OVERDUE };

static const char *word_of(struct span kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (span_is(kind, event_name(kinds[i])))
            return INTERRUPTION_WORDS[i];
    return NULL;
}

static void count_json(struct jw *w, const struct db_rows *r, int i)
{
    jw_open(w);
    jw_kstr(w, "kind", word_of(db_get_span(r, i, C_KIND)));
    jw_ki64(w, "n", db_get_i64(r, i, C_ALL));
    jw_ki64(w, "late", db_get_i64(r, i, C_LATE));
    jw_ki64(w, "extra", db_get_i64(r, i, C_EXTRA));
    jw_ki64(w, "overdue", db_get_i64(r, i, C_OVERDUE));
    jw_close(w);
}

static void counts_came(struct pending *p, const struct db_outcome *out)
{
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        count_json(&w, out->rows, i);
    jw_end(&w);
    jw_knull(&w, "next");
    jw_close(&w);
    pending_json(p, 0);
}

static void item_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct interruptions_query *q = p->mine;
    struct span kind = db_get_span(r, i, I_KIND);
    struct payload pl;
    enum event_kind k;
    bool read = event_of_name(arena_span(p->own, kind), &k) &&
                payload_read(p->own, k, arena_span(p->own, db_get_span(r, i, I_PAYLOAD)), &pl);

    jw_open(w);
    jw_ktime(w, "at", db_get_time(r, i, I_AT));
    jw_kspan(w, "code", db_get_span(r, i, I_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, I_PROCEDURE));
    jw_kagency(w, "competent", p->st->snap->org, (int)db_get_i64(r, i, I_COMPETENT), q->lang);
    jw_kstr(w, "kind", word_of(kind));
    jw_kofficer(w, "by", db_get_i64(r, i, I_ACTOR));
    jw_kagency(w, "at_agency", p->st->snap->org, (int)db_get_i64(r, i, I_AGENCY), q->lang);
    jw_kbool(w, "late", read && pl.late);
    jw_kbool(w, "extra", read && pl.extra);
    jw_kbool(w, "overdue", read && pl.overdue);
    jw_kstr(w, "reason", read ? pl.reason : NULL);
    jw_kstr(w, "exception", read ? pl.exception : NULL);
    jw_kstr(w, "document", read ? pl.document : NULL);
    jw_close(w);
}

static void items_came(struct pending *p, const struct db_outcome *out)
{
    const struct interruptions_query *q = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        item_json(p, &w, r, i);
    pending_page(p, &w, n >= q->limit && n > 0, n ? db_get_time(r, n - 1, I_AT) : 0,
                 n ? db_get_i64(r, n - 1, I_DOSSIER) : 0);
}

void store_interruptions(struct store *st, const struct viewer *v,
                         const struct interruptions_query *q, store_json *done, void *owner)
{
    bool list = q->limit > 0;
    struct pending *p = pending_new(st, owner, list ? items_came : counts_came);
    struct interruptions_query *kept = ARENA_NEW(p->own, struct interruptions_query);
    struct db_args *args = read_args(p, list ? 8 : 4);
    const char *names[KINDS];
    const int32_t *id;
    size_t n = agencies_asked(p, v, q->agency, &id), k = 0;

    *kept = *q;
    p->mine = kept;
    p->json = done;
    for (size_t i = 0; i < KINDS; i++)
        if (q->kind < 0 || (size_t)q->kind == i)
            names[k++] = event_name(kinds[i]);
    db_i32s(args, id, NULL, n);
    db_texts(args, names, k);
    db_time(args, q->from);
    db_time(args, q->to);
    if (list) {
        db_bool(args, q->irregular);
        db_time(args, q->after);
        db_i64(args, q->after_id);
        db_i32(args, q->limit);
    }
    pending_send(p, LANE_REPORT, list ? "interruptions" : "interruptions_count", args);
}
