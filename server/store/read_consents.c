/* Requests that needed another person's agreement and what became of them: late entries, refunds,
 * suspensions, apologies, supplements outside the rules.  From the history.  The worker's thread.
 */
#include "common/dossier/payload.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

const char *const CONSENT_WORDS[] = {"asked", "agreed", "declined", "cancelled", NULL};

enum {
    C_AT,
    C_DOSSIER,
    C_SEQ,
    C_CODE,
    C_PROCEDURE,
    C_COMPETENT,
    C_RECEIVING,
    C_KIND,
    C_ACTOR,
    C_PAYLOAD,
    C_STATE,
    C_DECIDED,
    C_DECIDER,
    C_NOTE
};

static void decided_json(struct jw *w, const struct db_rows *r, int i)
{
    if (db_is_null(r, i, C_DECIDED)) {
        jw_knull(w, "decided");
        jw_knull(w, "decided_by");
    } else {
        jw_ktime(w, "decided", db_get_time(r, i, C_DECIDED));
        jw_kofficer(w, "decided_by", db_get_i64(r, i, C_DECIDER));
    }
    jw_kspan(w, "note", db_get_span(r, i, C_NOTE));
}

static void item_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct consents_query *q = p->mine;
    const struct organisation *org = p->st->snap->org;
    int kind = (int)db_get_i64(r, i, C_KIND);
    struct payload pl;
    bool read =
        payload_read(p->own, EV_REQUESTED, arena_span(p->own, db_get_span(r, i, C_PAYLOAD)), &pl) ||
        payload_read(p->own, EV_SUPPLEMENT_DRAFTED,
                     arena_span(p->own, db_get_span(r, i, C_PAYLOAD)), &pl);

    jw_open(w);
    jw_ktime(w, "at", db_get_time(r, i, C_AT));
    jw_kspan(w, "code", db_get_span(r, i, C_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, C_PROCEDURE));
    jw_kagency(w, "competent", org, (int)db_get_i64(r, i, C_COMPETENT), q->lang);
    jw_kagency(w, "receiving", org, (int)db_get_i64(r, i, C_RECEIVING), q->lang);
    jw_kstr(w, "kind", request_kind_name((enum request_kind)kind));
    jw_ktext2(w, "title", request_kind_title((enum request_kind)kind), q->lang);
    jw_kspan(w, "state", db_get_span(r, i, C_STATE));
    jw_kofficer(w, "by", db_get_i64(r, i, C_ACTOR));
    jw_kstr(w, "reason", read ? pl.reason : NULL);
    jw_kstr(w, "exception", read ? pl.exception : NULL);
    jw_kstr(w, "document", read ? pl.document : NULL);
    if (read && kind == REQ_LATE_ENTRY && pl.wanted != INSTANT_NONE)
        jw_ktime(w, "claimed", pl.wanted);
    decided_json(w, r, i);
    jw_close(w);
}

static void came(struct pending *p, const struct db_outcome *out)
{
    const struct consents_query *q = p->mine;
    const struct db_rows *r = out->rows;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        item_json(p, &w, r, i);
    pending_page(p, &w, n >= q->limit && n > 0, n ? db_get_time(r, n - 1, C_AT) : 0,
                 n ? db_get_i64(r, n - 1, C_DOSSIER) : 0);
}

void store_consents(struct store *st, const struct viewer *v, const struct consents_query *q,
                    store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, came);
    struct consents_query *kept = ARENA_NEW(p->own, struct consents_query);
    struct db_args *args = read_args(p, 8);
    int32_t kinds[REQ_KINDS];
    const int32_t *id;
    size_t n = agencies_asked(p, v, q->agency, &id), k = 0;

    *kept = *q;
    p->mine = kept;
    p->json = done;
    for (int i = REQ_NONE + 1; i < REQ_KINDS; i++)
        if (q->kind < 0 || q->kind + 1 == i)
            kinds[k++] = i;
    db_i32s(args, id, NULL, n);
    db_i32s(args, kinds, NULL, k);
    db_time(args, q->from);
    db_time(args, q->to);
    db_text(args, q->state < 0 ? NULL : CONSENT_WORDS[q->state]);
    db_time(args, q->after);
    db_i64(args, q->after_id);
    db_i32(args, q->limit);
    pending_send(p, LANE_REPORT, "consents", args);
}
