/* The dossiers behind a number: which row, which column of two dimensions, page by page. Everything
 * lies in the call's arena.  The worker's thread. */
#include "common/dossier/dossier.h"
#include "server/store/dossier_json.h"
#include "server/store/figures_inside.h"

/* ---------------------------------------------------------------- the list behind a number */

/* What the statements compare with for the row `key` of a dimension: agencies that it stands for,
 * codes of its procedures. */
static size_t values_of(struct pending *p, const struct figures *f, enum figure_by by,
                        const char *key, const char ***ret)
{
    const struct organisation *o = p->st->snap->org;
    const char **v = ARENA_ARRAY(p->own, const char *, o->agencies + CHANNELS + 1);
    size_t n = 0;
    int at;

    switch (by) {
    case BY_FIELD:
        return figures_codes(p, key, ret);
    case BY_AGENCY:
    case BY_RECEIVING:
    case BY_COMPETENT:
        at = organisation_find(o, key);
        for (size_t i = 0; i < o->agencies && at >= 0; i++) {
            int id = o->agency[i].id;

            if (f->q.successor ? figures_heir(o, f, id) == o->agency[at].id : (int)i == at)
                v[n++] = arena_printf(p->own, "%d", id);
        }
        break;
    case BY_CHANNEL:
        for (int i = 0; i < CHANNELS; i++)
            if (strcmp(channel_name((enum channel)i), key) == 0)
                v[n++] = arena_printf(p->own, "%d", i);
        break;
    default:
        v[n++] = key;
        break;
    }
    *ret = v;
    return n;
}

void figures_key(struct pending *p, const struct figures *f, struct db_args *args)
{
    const char **v;
    size_t n;

    if (!f->q.key) {
        db_null(args);
        return;
    }
    n = values_of(p, f, f->q.by, f->q.key, &v);
    db_texts(args, v, n);
}

/* ---------------------------------------------------------------- of one column only */

static bool among(const char *s, const char **v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i], s) == 0)
            return true;
    return false;
}

/* Those of `id` that are among the values. */
static size_t narrowed(struct pending *p, const int32_t *id, size_t n, const char **v,
                       size_t values, const int32_t **ret)
{
    int32_t *kept = ARENA_ARRAY(p->own, int32_t, n + 1);
    size_t some = 0;

    for (size_t i = 0; i < n; i++)
        if (among(arena_printf(p->own, "%d", id[i]), v, values))
            kept[some++] = id[i];
    *ret = kept;
    return some;
}

static void narrow_procedures(struct figures *f, const char **v, size_t n)
{
    size_t some = 0;

    for (size_t i = 0; i < n; i++)
        if (f->procedures_any || among(v[i], f->procedure, f->procedures))
            v[some++] = v[i];
    f->procedure = v;
    f->procedures = some;
    f->procedures_any = false;
}

/* The units that received it, the competent ones of items: those asked for already, else any. */
static void narrow_units(struct pending *p, struct figures *f, const char **v, size_t n,
                         const int32_t **unit, size_t *units)
{
    const struct organisation *o = p->st->snap->org;
    int32_t *every = ARENA_ARRAY(p->own, int32_t, o->agencies + 1);

    for (size_t i = 0; i < o->agencies; i++)
        every[i] = o->agency[i].id;
    *units = *units ? narrowed(p, *unit, *units, v, n, unit)
                    : narrowed(p, every, o->agencies, v, n, unit);
    if (*units == 0)
        f->agencies = 0;
}

void figures_narrow(struct pending *p, struct figures *f)
{
    struct figures_query *q = &f->q;
    const char **v;
    size_t n = values_of(p, f, q->across, q->across_key, &v);
    int64_t id;
    bool none = false;

    switch (q->across) {
    case BY_AGENCY:
    case BY_COMPETENT:
        if (q->across == BY_COMPETENT && q->topic != TOPIC_DOSSIERS)
            narrow_units(p, f, v, n, &f->competent, &f->competents);
        else
            f->agencies = narrowed(p, f->agency, f->agencies, v, n, &f->agency);
        break;
    case BY_RECEIVING:
        narrow_units(p, f, v, n, &f->receiving, &f->receivings);
        break;
    case BY_PROCEDURE:
    case BY_FIELD:
        narrow_procedures(f, v, n);
        break;
    case BY_CHANNEL:
        none = n == 0 || !span_i64(span_of(v[0]), 0, CHANNELS - 1, &id) ||
               (q->channel >= 0 && q->channel != id);
        q->channel = none ? q->channel : (int)id;
        break;
    case BY_OFFICER:
        none = !span_i64(span_of(q->across_key), 0, INT64_MAX, &id) ||
               (q->officer >= 0 && q->officer != id);
        q->officer = none ? q->officer : id;
        break;
    case BY_APPLICANT:
        none = q->applicant && strcmp(q->applicant, q->across_key) != 0;
        q->applicant = q->across_key;
        break;
    default:
        break;
    }
    if (none)
        f->agencies = 0;
}

/* ---------------------------------------------------------------- a page of them */

enum {
    L_DOSSIER,
    L_CODE,
    L_PROCEDURE,
    L_PLACE,
    L_RECEIVING,
    L_CHANNEL,
    L_FACTS,
    L_OFFICER,
    L_OFFICER_NAME,
    L_ACCEPTED,
    L_DUE,
    L_CLOSED,
    L_CURSOR
};

static void dossier_json(struct pending *p, struct jw *w, const struct db_rows *r, int i)
{
    const struct figures *f = p->mine;
    int32_t facts = (int32_t)db_get_i64(r, i, L_FACTS);
    int64_t channel = db_get_i64(r, i, L_CHANNEL), officer = db_get_i64(r, i, L_OFFICER);
    bool work = FIGURE[f->q.figure].stream == STREAM_WORK;

    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, L_CODE));
    jw_kspan(w, "procedure", db_get_span(r, i, L_PROCEDURE));
    jw_kstr(w, "agency", agency_key(p->st, (int)db_get_i64(r, i, L_PLACE)));
    jw_kstr(w, "receiving", agency_key(p->st, (int)db_get_i64(r, i, L_RECEIVING)));
    jw_kstr(w, "channel",
            channel >= 0 && channel < CHANNELS ? channel_name((enum channel)channel) : NULL);
    jw_kstr(w, "class",
            work ? dossier_class_name((enum dossier_class)(facts & FACT_CLASS_MASK)) : NULL);
    jw_kofficer(w, "officer", officer);
    jw_ktext(w, "officer_name", db_get_span(r, i, L_OFFICER_NAME));
    jw_ktime(w, "accepted", db_get_time(r, i, L_ACCEPTED));
    jw_ktime(w, "due", db_get_time(r, i, L_DUE));
    jw_ktime(w, "finished", db_get_time(r, i, L_CLOSED));
    jw_close(w);
}

void figures_list_tell(struct pending *p, const struct db_rows *r, figures_row_tell *row,
                       int cursor)
{
    const struct figures *f = p->mine;
    int n = db_count(r);
    struct jw w = json_answer(p);

    jw_open(&w);
    figures_head_json(&w, f);
    jw_kstr(&w, "figure", FIGURE[f->q.figure].name);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < n; i++)
        row(p, &w, r, i);
    jw_end(&w);
    jw_key(&w, "next");
    if (n >= f->q.limit && n > 0)
        jw_str(&w, arena_printf(p->own, "0.%lld", (long long)db_get_i64(r, n - 1, cursor)));
    else
        jw_null(&w);
    jw_close(&w);
    pending_json(p, 0);
}

static void list_came(struct pending *p, const struct db_outcome *out)
{
    figures_list_tell(p, out->rows, dossier_json, L_CURSOR);
}

void store_figures_list(struct store *st, const struct viewer *v, const struct figures_query *q,
                        store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, list_came);
    struct figures *f = figures_new(p, v, q);
    const struct figure_def *d = &FIGURE[q->figure];
    struct db_args *args = read_args(p, 20);

    p->json = done;
    figures_listed(f, q->limit);
    figures_args(p, f, figures_by_of(f), args);
    figures_key(p, f, args);
    db_bool(args, d->stream == STREAM_FIRST);
    db_i32(args, d->classes);
    db_i32(args, d->needs);
    db_i32(args, d->without);
    db_i32(args, d->channels);
    db_i64(args, q->after_id);
    db_i32(args, f->q.limit);
    figures_send(p, LANE_REPORT,
                 figures_by_of(f) == BY_OFFICER || f->q.officer >= 0 ? "figures_list_officer"
                                                                     : "figures_list",
                 args);
}
