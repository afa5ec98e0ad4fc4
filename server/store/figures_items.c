/* The items behind a number: answers, supplements, opinions, payments … one by one.  Everything
 * lies in the call's arena.  The worker's thread. */
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

enum {
    I_DOSSIER,
    I_CODE,
    I_PROCEDURE,
    I_PLACE,
    I_RECEIVING,
    I_CHANNEL,
    I_FACTS,
    I_OFFICER,
    I_OFFICER_NAME,
    I_OPENED,
    I_DUE,
    I_CLOSED,
    I_AMOUNT
};

static void item_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    int64_t channel = db_get_i64(r, i, I_CHANNEL);
    int32_t facts = (int32_t)db_get_i64(r, i, I_FACTS);

    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, I_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, I_PROCEDURE));
    jw_kstr(w, "agency", agency_key(p->st, (int)db_get_i64(r, i, I_PLACE)));
    jw_kstr(w, "receiving", agency_key(p->st, (int)db_get_i64(r, i, I_RECEIVING)));
    jw_kstr(w, "channel",
            channel >= 0 && channel < CHANNELS ? channel_name((enum channel)channel) : NULL);
    jw_kstr(w, "class", FIGURE_ITEM_WORDS[figure_item_class(facts)]);
    jw_kofficer(w, "officer", db_get_i64(r, i, I_OFFICER));
    jw_ktext(w, "officer_name", db_get_span(r, i, I_OFFICER_NAME));
    jw_ktime(w, "since", db_get_time(r, i, I_OPENED));
    jw_ktime(w, "due", db_get_time(r, i, I_DUE));
    jw_ktime(w, "finished", db_get_time(r, i, I_CLOSED));
    jw_ki64(w, "amount", db_get_i64(r, i, I_AMOUNT));
    jw_close(w);
}

static void items_came(struct pending *p, const struct db_outcome *out)
{
    figures_list_tell(p, out->rows, item_json, I_DOSSIER);
}

void store_figures_items(struct store *st, const struct viewer *v, const struct figures_query *q,
                         store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, items_came);
    struct figures *f = figures_new(p, v, q);
    const struct figure_def *d = &FIGURE[q->figure];
    struct db_args *args = read_args(p, 19);

    p->json = done;
    f->q.topic = figure_topic_of(q->figure);
    figures_listed(f, q->limit);
    figures_items_args(p, f, figures_by_of(f), args);
    figures_key(p, f, args);
    db_i32(args, d->classes);
    db_i32(args, d->needs | figures_kind(d));
    db_i32(args, d->without | (FACT_KINDS & ~figures_kind(d)));
    db_i32(args, d->channels);
    db_i64(args, q->after_id);
    db_i32(args, f->q.limit);
    figures_send(p, LANE_REPORT, "figures_items_list", args);
}
