/* Each late dossier by itself: how late, and where its working time went, by step, agency and
 * officer, applicant and excluded time.  Everything lies in the call's arena.  The worker's thread.
 */
#include "common/base/json_in.h"
#include "server/store/dossier_json.h"
#include "server/store/index_inside.h"

enum {
    L_DOSSIER,
    L_VERSION,
    L_STATE,
    L_CLOSED,
    L_CODE,
    L_PROCEDURE,
    L_COMPETENT,
    L_NAMES,
    L_OF,
    L_SPENT
};

static const char *name_of(struct pending *p, const json_t *names, int64_t officer)
{
    return json_str(names, arena_printf(p->own, "%lld", (long long)officer));
}

static void step_json(struct pending *p, struct jw *w, const struct procedure *pr,
                      const struct step_spent *x, const json_t *names)
{
    const struct step *st = pr && (size_t)x->step < pr->steps ? &pr->step[x->step] : NULL;

    jw_open(w);
    jw_kstr(w, "step", st ? st->step : NULL);
    jw_kstr(w, "title", st ? st->title.vi : NULL);
    jw_kstr(w, "title_en", st ? st->title.en : NULL);
    jw_kstr(w, "agency", agency_key(p->st, x->agency));
    jw_kofficer(w, "officer", x->officer);
    jw_kstr(w, "officer_name", name_of(p, names, x->officer));
    jw_ki64(w, "minutes", x->minutes);
    jw_key(w, "norm_minutes");
    if (x->norm >= 0)
        jw_i64(w, x->norm);
    else
        jw_null(w);
    jw_ki64(w, "beyond_minutes", x->norm >= 0 && x->minutes > x->norm ? x->minutes - x->norm : 0);
    jw_close(w);
}

/* one: what is read of this dossier lies there.  False: its time cannot be told (nothing written).
 */
static bool late_json(struct pending *p, struct arena *one, struct jw *w, const struct db_rows *r,
                      int i)
{
    const struct figures *f = p->mine;
    const struct dossier *d = dossier_of_json(one, db_get_span(r, i, L_STATE));
    const struct procedure *pr;
    struct json_fault fault;
    struct spent x;
    json_t *names;

    if (!d ||
        (!spent_read(one, db_get_span(r, i, L_SPENT), &x) && !index_spent(one, p->st->snap, d, &x)))
        return false;
    pr = procedure_numbered(p->st->snap, span_of(d->procedure), d->version);
    names = json_read(db_get_span(r, i, L_NAMES), &fault);
    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, L_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, L_PROCEDURE));
    jw_kstr(w, "agency", agency_key(p->st, (int)db_get_i64(r, i, L_COMPETENT)));
    jw_ktime(w, "due",
             f->q.basis == DUE_ORIGINAL ? d->original_due
             : f->q.basis == DUE_BASIS  ? d->basis_due
                                        : d->current_due);
    jw_ktime(w, "finished", d->finished);
    jw_ki64(w, "late_minutes", x.late[f->q.basis]);
    jw_ki64(w, "minutes", x.total);
    jw_ki64(w, "applicant", x.applicant);
    jw_ki64(w, "excluded", x.excluded);
    jw_ki64(w, "other", x.other);
    jw_key(w, "steps");
    jw_list(w);
    for (size_t k = 0; k < x.steps; k++)
        step_json(p, w, pr, &x.step[k], names);
    jw_end(w);
    jw_close(w);
    json_decref(names);
    return true;
}

static void late_came(struct pending *p, const struct db_outcome *out)
{
    const struct figures *f = p->mine;
    const struct db_rows *r = out->rows;
    struct arena *one = arena_new((size_t)16 << 20);
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    figures_head_json(&w, f);
    jw_ki64(&w, "of", n ? db_get_i64(r, 0, L_OF) : 0);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++) {
        arena_reset(one);
        (void)late_json(p, one, &w, r, i);
    }
    jw_end(&w);
    jw_key(&w, "next");
    if (n > 0 && n >= f->q.limit)
        jw_str(&w, arena_printf(p->own, "%lld.%lld", (long long)db_get_time(r, n - 1, L_CLOSED),
                                (long long)db_get_i64(r, n - 1, L_DOSSIER)));
    else
        jw_null(&w);
    jw_close(&w);
    arena_free(one);
    pending_json(p, 0);
}

void store_figures_late(struct store *st, const struct viewer *v, const struct figures_query *q,
                        instant after, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, late_came);
    struct figures *f = figures_new(p, v, q);
    struct db_args *args = read_args(p, 13);

    p->json = done;
    figures_listed(f, q->limit);
    db_i32s(args, f->agency, NULL, f->agencies);
    db_time(args, f->q.from);
    db_time(args, f->end);
    figures_filters(f, args);
    db_time(args, after);
    if (after == INSTANT_NONE)
        db_null(args);
    else
        db_i64(args, f->q.after_id);
    db_i32(args, f->q.limit);
    db_bool(args, f->end <= f->now);
    db_i32(args, (int32_t)figures_cells_for(p, f, BY_TOTAL, BY_TOTAL));
    figures_send(p, LANE_REPORT, "figures_late", args);
}
