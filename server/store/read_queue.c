/* Work queues by due, their counts by urgency, and what waits for a decision at intake.
 * The worker's thread. */
#include "common/base/utf8.h"
#include "common/time/worktime.h"
#include "server/store/dossier_json.h"
#include "server/store/inside.h"

/* Columns of queue_*.sql; queue_officer.sql ends with the name of the applicant. */
enum {
    Q_DOSSIER,
    Q_TASK,
    Q_SEQ,
    Q_CODE,
    Q_PROCEDURE,
    Q_VERSION,
    Q_STEP,
    Q_AGENCY,
    Q_ROLE,
    Q_OPENED,
    Q_RECEIVED,
    Q_DUE,
    Q_PROMISED,
    Q_NAME,
    Q_OFFICER,
    Q_OFFICER_NAME,
    Q_OFFICER_AWAY
};

const char *const URGENCY_WORDS[] = {"overdue", "today", "soon", "later", NULL};

static int urgency_of(const struct queue_query *q, instant due)
{
    return due < q->now ? 0 : due < q->today_end ? 1 : due < q->soon_end ? 2 : 3;
}

/* What the row before said: lists name the same few things again and again. */
struct last {
    struct span procedure, step;
    int64_t version;
    const struct procedure *p;
    const struct step *st;
};

static const struct step *step_named(const struct procedure *p, struct span step)
{
    for (size_t i = 0; p && i < p->steps; i++)
        if (span_is(step, p->step[i].step))
            return &p->step[i];
    return NULL;
}

static void look_up(const struct store *st, struct last *l, struct span procedure, int64_t version,
                    struct span step)
{
    bool same = span_eq(l->procedure, procedure) && l->version == version;

    if (!same) {
        l->p = procedure_numbered(st->snap, procedure, (int)version);
        l->procedure = procedure;
        l->version = version;
    }
    if (!same || !span_eq(l->step, step)) {
        l->st = step_named(l->p, step);
        l->step = step;
    }
}

/* What a task is and who has it.  Rows of a page have few different ones, each with long names. */
struct whose {
    struct span procedure, step;
    int64_t version, agency, role, officer;
    struct span officer_name;
    bool away;
};

static struct whose whose_of(const struct queue_query *q, const struct db_rows *r, int i)
{
    struct whose o = {.procedure = db_get_span(r, i, Q_PROCEDURE),
                      .step = db_get_span(r, i, Q_STEP),
                      .version = db_get_i64(r, i, Q_VERSION),
                      .agency = db_get_i64(r, i, Q_AGENCY),
                      .role = db_get_i64(r, i, Q_ROLE)};

    if (q->scope == QUEUE_MINE) {
        o.officer = q->officer;
        o.officer_name = span_of(q->officer_name);
    } else {
        o.officer = db_get_i64(r, i, Q_OFFICER);
        o.officer_name = db_get_span(r, i, Q_OFFICER_NAME);
        o.away = db_get_bool(r, i, Q_OFFICER_AWAY);
    }
    return o;
}

static bool whose_same(const struct whose *a, const struct whose *b)
{
    return a->agency == b->agency && a->role == b->role && a->officer == b->officer &&
           a->version == b->version && a->away == b->away && span_eq(a->step, b->step) &&
           span_eq(a->procedure, b->procedure);
}

static void whose_json(struct jw *w, const struct store *st, const struct queue_query *q,
                       const struct whose *o, struct last *last)
{
    struct text2 title;

    look_up(st, last, o->procedure, o->version, o->step);
    jw_kspan(w, "procedure", o->procedure);
    jw_kstr(w, "procedure_name", last->p ? text2_in(last->p->name, q->lang) : NULL);
    jw_kspan(w, "step", o->step);
    title = last->st ? last->st->title : task_key_title(last->p, o->step);
    jw_kstr(w, "title", title.vi ? text2_in(title, q->lang) : NULL);
    jw_kstr(w, "agency", agency_key(st, (int)o->agency));
    jw_kstr(w, "role", o->role >= 0 && o->role < ROLE_COUNT ? role_name((enum role)o->role) : NULL);
    jw_kofficer(w, "officer", o->officer);
    jw_ktext(w, "officer_name", o->officer_name);
    jw_kbool(w, "officer_away", o->away);
}

/* What was met on this page, and where its members stand in the answer: from there they are copied,
 * or (queue_query.shared) the rows only name its place in the list that ends the page. */
struct met {
    struct whose whose;
    size_t at, n;
};
struct written {
    struct met *item;
    size_t n;
    struct last last;
};

/* A page has few of them, again and again: looked for from the newest.  Where each row is of
 * another thing the search ends here, and something may be told twice. */
#define MET_LOOK 32

static struct met *met_before(const struct written *done, const struct whose *o)
{
    size_t until = done->n > MET_LOOK ? done->n - MET_LOOK : 0;

    for (size_t i = done->n; i > until; i--)
        if (whose_same(&done->item[i - 1].whose, o))
            return &done->item[i - 1];
    return NULL;
}

static struct met *met_now(struct written *done, const struct whose *o)
{
    struct met *m = &done->item[done->n++];

    *m = (struct met){.whose = *o};
    return m;
}

static void shared_json(struct jw *w, const struct store *st, const struct queue_query *q,
                        const struct whose *o, struct written *done)
{
    struct met *m = met_before(done, o);

    if (q->shared) {
        m = m ? m : met_now(done, o);
        jw_ki64(w, "share", m - done->item);
    } else if (m) {
        jw_again(w, m->at, m->n);
    } else {
        m = met_now(done, o);
        m->at = w->b->n;
        whose_json(w, st, q, o, &done->last);
        m->n = w->b->n - m->at;
    }
}

static void shared_list(struct jw *w, const struct store *st, const struct queue_query *q,
                        struct written *done)
{
    jw_key(w, "shared");
    jw_list(w);
    for (size_t i = 0; i < done->n; i++) {
        int at = organisation_of_id(st->snap->org, (int)done->item[i].whose.agency);

        jw_open(w);
        whose_json(w, st, q, &done->item[i].whose, &done->last);
        jw_kstr(w, "agency_name",
                at >= 0 ? text2_in(st->snap->org->agency[at].name, q->lang) : NULL);
        jw_close(w);
    }
    jw_end(w);
}

/* Of the working time from handing on to the due instant, by the agency's calendar; a limit that
 * was moved counts from the beginning all the same.  Null where there is no limit. */
static void used_json(struct jw *w, const struct store *st, int agency, instant opened, instant now,
                      instant due)
{
    int i = organisation_of_id(st->snap->org, agency);
    const char *name = i >= 0 ? organisation_calendar(st->snap->org, i) : NULL;
    const struct calendar *c = name ? snapshot_calendar(st->snap, name) : NULL;
    int64_t whole = 0, gone = 0;

    jw_key(w, "used_percent");
    if (c && due < DUE_NEVER &&
        worktime_elapsed(c, lminute_of(opened), lminute_of(due), &whole) == TIME_FINE &&
        worktime_elapsed(c, lminute_of(opened), lminute_of(now), &gone) == TIME_FINE && whole > 0)
        jw_i64(w, gone > 0 ? gone * 100 / whole : 0);
    else
        jw_null(w);
}

static void task_json(struct jw *w, const struct store *st, const struct queue_query *q,
                      const struct db_rows *r, int i, struct written *done)
{
    struct whose o = whose_of(q, r, i);
    instant due = db_get_time(r, i, Q_DUE);

    jw_open(w);
    jw_kspan(w, "code", db_get_span(r, i, Q_CODE));
    jw_ki64(w, "task", db_get_i64(r, i, Q_TASK));
    jw_ki64(w, "seq", db_get_i64(r, i, Q_SEQ));
    shared_json(w, st, q, &o, done);
    jw_ktext(w, "applicant", db_get_span(r, i, Q_NAME));
    jw_ktime(w, "opened", db_get_time(r, i, Q_OPENED));
    jw_ktime(w, "received", db_get_time(r, i, Q_RECEIVED));
    jw_ktime(w, "due", due);
    jw_ktime(w, "promised", db_get_time(r, i, Q_PROMISED));
    jw_kstr(w, "urgency", URGENCY_WORDS[urgency_of(q, due)]);
    if (q->used)
        used_json(w, st, (int)o.agency, db_get_time(r, i, Q_OPENED), q->now, due);
    jw_close(w);
}

/* "DUE.ID" of the last row when there may be more; NULL: there is not. */
static const char *cursor_after(struct pending *p, const struct db_rows *r, int limit, int due_col,
                                int id_col)
{
    int n = db_count(r);

    if (n < limit || n == 0)
        return NULL;
    return arena_printf(p->own, "%lld.%lld", (long long)db_get_time(r, n - 1, due_col),
                        (long long)db_get_i64(r, n - 1, id_col));
}

/* Tasks without a due are of steps without a limit, or of dossiers that wait: which, is asked. */
static size_t without_due(struct pending *p, const struct db_rows *r, int64_t **ret)
{
    size_t n = 0;

    for (int i = 0; i < db_count(r); i++)
        if (db_get_time(r, i, Q_DUE) >= DUE_NEVER) {
            if (!n)
                *ret = ARENA_ARRAY(p->own, int64_t, (size_t)db_count(r));
            (*ret)[n++] = db_get_i64(r, i, Q_DOSSIER);
        }
    return n;
}

static void queue_came(struct pending *p, const struct db_outcome *out)
{
    const struct queue_query *q = p->mine;
    struct written done = {.item = ARENA_ARRAY(p->own, struct met, (size_t)db_count(out->rows) + 1),
                           .last = {.version = -1}};
    struct jw w = json_answer(p);
    int64_t *id = NULL;
    size_t n = without_due(p, out->rows, &id);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(out->rows); i++)
        task_json(&w, p->st, q, out->rows, i, &done);
    jw_end(&w);
    if (q->shared)
        shared_list(&w, p->st, q, &done);
    stopped_json(p, w, id, n, cursor_after(p, out->rows, q->limit, Q_DUE, Q_DOSSIER), q->lang);
}

static bool looks_further(const struct queue_query *q)
{
    return q->field || q->by || q->channel || q->waiting || q->words || q->code || q->waits;
}

static void counts_came(struct pending *p, const struct db_outcome *out)
{
    const struct db_rows *r = out->rows;
    int64_t all = db_get_i64(r, 0, 0), over = db_get_i64(r, 0, 1), today = db_get_i64(r, 0, 2);
    int64_t soon = db_get_i64(r, 0, 3);
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_ki64(&w, "all", all);
    jw_ki64(&w, "overdue", over);
    jw_ki64(&w, "today", today);
    jw_ki64(&w, "soon", soon);
    jw_ki64(&w, "later", all - over - today - soon);
    jw_ki64(&w, "not_received", db_get_i64(r, 0, 4));
    if (looks_further(p->mine))
        jw_ki64(&w, "waiting", db_get_i64(r, 0, 5));
    jw_close(&w);
    pending_json(p, 0);
}

static void due_range(const struct queue_query *q, instant *ret_from, instant *ret_to)
{
    const instant edge[5] = {TIME_FIRST, q->now, q->today_end, q->soon_end, DUE_NEVER + 1};

    *ret_from = q->urgency < 0 ? edge[0] : edge[q->urgency];
    *ret_to = q->urgency < 0 ? edge[4] : edge[q->urgency + 1];
}

/* The first arguments say whose queue; answers the statement's last word. */
static const char *whose(struct pending *p, struct db_args *args, const struct viewer *v,
                         const struct queue_query *q)
{
    const int32_t *seen, *id = ARENA_NEW(p->own, int32_t);
    size_t n = 1;

    if (q->scope == QUEUE_MINE) {
        db_i64(args, q->officer);
        return "officer";
    }
    if (q->scope == QUEUE_ROLE && q->role != ROLE_COUNT) {
        db_i32(args, q->agency);
        db_i32(args, (int32_t)q->role);
        return "role";
    }
    n = viewer_agencies(p->st, v, p->own, &seen);
    if (q->scope == QUEUE_ALL) {
        db_i32s(args, seen, NULL, n);
        return "agencies";
    }
    id = &q->agency;
    db_i32s(args, id, NULL, 1);
    return "agencies";
}

/* Lists of other agencies are for those who may see them; one's own agency always. */
static bool may_list(struct store *st, const struct viewer *v, const struct queue_query *q,
                     struct arena *a)
{
    const int32_t *seen;
    size_t n;

    if (q->scope == QUEUE_MINE)
        return q->officer == v->user || v->all;
    if (q->scope == QUEUE_ALL || q->agency == v->agency)
        return true;
    n = viewer_agencies(st, v, a, &seen);
    for (size_t i = 0; i < n; i++)
        if (seen[i] == q->agency)
            return true;
    return false;
}

static void forbidden(void *arg)
{
    pending_fail(arg, ERR_FORBIDDEN);
}

/* Codes of procedures, of whichever version, that belong to the field; or the one asked for. */
static void put_procedures(struct pending *p, struct db_args *args, const struct queue_query *q)
{
    const struct snapshot *snap = p->st->snap;
    const char **code = ARENA_ARRAY(p->own, const char *, snap->procedures + 1);
    size_t n = 0;

    if (!q->field && !q->procedure) {
        db_null(args);
        return;
    }
    if (!q->field)
        code[n++] = q->procedure;
    for (size_t i = 0; q->field && i < snap->procedures; i++) {
        const struct procedure *pr = snap->procedure[i];

        if (pr->field_code && strcmp(pr->field_code, q->field) == 0 &&
            (!q->procedure || strcmp(q->procedure, pr->code) == 0))
            code[n++] = pr->code;
    }
    db_texts(args, code, n);
}

/* $1 to $3: whose. */
static void put_whose(struct pending *p, struct db_args *args, const struct viewer *v,
                      const struct queue_query *q)
{
    int32_t *own = ARENA_NEW(p->own, int32_t);
    const int32_t *seen = own;
    size_t n = 1;

    *own = q->agency;
    if (q->scope == QUEUE_ALL)
        n = viewer_agencies(p->st, v, p->own, &seen);
    if (q->scope == QUEUE_MINE) {
        db_null(args);
        db_i64(args, q->officer);
    } else {
        db_i32s(args, seen, NULL, n);
        db_null(args);
    }
    if (q->scope == QUEUE_ROLE && q->role != ROLE_COUNT)
        db_i32(args, (int32_t)q->role);
    else
        db_null(args);
}

/* $9 to $15. */
static void put_filters(struct pending *p, struct db_args *args, const struct queue_query *q)
{
    struct span folded = q->words ? text_fold(p->own, span_of(q->words)) : SPAN_NONE;

    db_text(args, q->step);
    if (q->by)
        db_i64(args, q->by);
    else
        db_null(args);
    if (q->channel)
        db_i32(args, q->channel - 1);
    else
        db_null(args);
    if (q->waiting)
        put_waiting(p, args);
    else
        db_null(args);
    db_text(args, folded.p ? arena_span(p->own, folded) : NULL);
    db_text(args, q->words ? code_typed(p->own, span_of(q->words)) : NULL);
    if (q->code)
        db_texts(args, q->code, q->codes);
    else
        db_null(args);
}

static void send_find(struct pending *p, const struct viewer *v, const struct queue_query *q)
{
    struct db_args *args = read_args(p, 16);
    instant from, to;

    due_range(q, &from, &to);
    put_whose(p, args, v, q);
    if (q->counts) {
        db_time(args, q->now);
        put_waiting(p, args);
        db_time(args, q->today_end);
        db_time(args, q->soon_end);
    } else {
        db_time(args, q->after_due == INSTANT_NONE ? TIME_FIRST : q->after_due);
        db_i64(args, q->after_id);
        db_time(args, from);
        db_time(args, to);
    }
    put_procedures(p, args, q);
    put_filters(p, args, q);
    if (!q->counts)
        db_i32(args, q->limit);
    pending_send(p, LANE_READ, q->counts ? "queue_find_counts" : "queue_find", args);
}

static const char *const *codes_kept(struct arena *a, const struct queue_query *q)
{
    const char **code = ARENA_ARRAY(a, const char *, q->codes + 1);

    for (size_t i = 0; i < q->codes; i++)
        code[i] = arena_strdup(a, q->code[i]);
    return code;
}

void store_queue(struct store *st, const struct viewer *v, const struct queue_query *q,
                 store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, q->counts ? counts_came : queue_came);
    struct db_args *args = read_args(p, 10);
    struct queue_query *mine = ARENA_NEW(p->own, struct queue_query);
    instant from, to;
    const char *word;

    *mine = *q;
    mine->limit = q->limit < 1 ? 1 : q->limit > QUEUE_LIMIT ? QUEUE_LIMIT : q->limit;
    mine->procedure = arena_strdup(p->own, q->procedure);
    mine->step = arena_strdup(p->own, q->step);
    mine->officer_name = arena_strdup(p->own, q->officer_name);
    mine->field = arena_strdup(p->own, q->field);
    mine->words = arena_strdup(p->own, q->words);
    mine->code = q->code ? codes_kept(p->own, q) : NULL;
    p->mine = mine;
    p->json = done;
    if (!may_list(st, v, q, p->own)) {
        worker_later(st->worker, forbidden, p);
        return;
    }
    if (looks_further(mine)) {
        send_find(p, v, mine);
        return;
    }
    word = whose(p, args, v, mine);
    if (q->counts) {
        db_time(args, q->now);
        db_time(args, q->today_end);
        db_time(args, q->soon_end);
    } else {
        due_range(q, &from, &to);
        db_time(args, q->after_due == INSTANT_NONE ? TIME_FIRST : q->after_due);
        db_i64(args, q->after_id);
        db_time(args, from);
        db_time(args, to);
    }
    db_text(args, mine->procedure);
    db_text(args, mine->step);
    if (!q->counts)
        db_i32(args, mine->limit);
    pending_send(p, LANE_READ,
                 arena_printf(p->own, q->counts ? "queue_counts_%s" : "queue_%s", word), args);
}

/* ---------------------------------------------------------------- waiting at intake */

enum {
    S_ID,
    S_SEQ,
    S_CODE,
    S_PROCEDURE,
    S_VERSION,
    S_STATUS,
    S_CHANNEL,
    S_AT,
    S_SUBMITTED,
    S_NAME
};

/* What the rows are written with when they come. */
struct kept {
    int limit;
    enum lang lang;
};

static void submissions_came(struct pending *p, const struct db_outcome *out)
{
    const struct kept *k = p->mine;
    const struct db_rows *r = out->rows;
    struct last last = {.version = -1};
    struct jw w = json_answer(p);

    jw_open(&w);
    jw_key(&w, "items");
    jw_list(&w);
    for (int i = 0; i < db_count(r); i++) {
        struct span code = db_get_span(r, i, S_PROCEDURE);
        int64_t status = db_get_i64(r, i, S_STATUS);

        jw_open(&w);
        jw_kspan(&w, "code", db_get_span(r, i, S_CODE));
        jw_ki64(&w, "seq", db_get_i64(r, i, S_SEQ));
        look_up(p->st, &last, code, db_get_i64(r, i, S_VERSION), SPAN_NONE);
        jw_kspan(&w, "procedure", code);
        jw_kstr(&w, "procedure_name", last.p ? text2_in(last.p->name, k->lang) : NULL);
        jw_kstr(&w, "status", dossier_status_name((enum dossier_status)status));
        jw_kstr(&w, "channel", channel_name((enum channel)db_get_i64(r, i, S_CHANNEL)));
        jw_kstr(&w, "receiving", agency_key(p->st, (int)db_get_i64(r, i, S_AT)));
        jw_ktext(&w, "applicant", db_get_span(r, i, S_NAME));
        jw_ktime(&w, "submitted", db_get_time(r, i, S_SUBMITTED));
        jw_close(&w);
    }
    jw_end(&w);
    jw_kstr(&w, "next", cursor_after(p, r, k->limit, S_SUBMITTED, S_ID));
    jw_close(&w);
    pending_json(p, 0);
}

void store_submissions(struct store *st, const struct viewer *v, instant after, int64_t after_id,
                       int limit, enum lang lang, store_json *done, void *owner)
{
    struct pending *p = pending_new(st, owner, submissions_came);
    struct db_args *args = read_args(p, 4);
    struct kept *kept = ARENA_NEW(p->own, struct kept);
    const int32_t *seen;
    size_t n = viewer_agencies(st, v, p->own, &seen);

    kept->limit = limit < 1 ? 1 : limit > QUEUE_LIMIT ? QUEUE_LIMIT : limit;
    kept->lang = lang;
    p->mine = kept;
    p->json = done;
    db_i32s(args, seen, NULL, n);
    db_time(args, after == INSTANT_NONE ? TIME_FIRST : after);
    db_i64(args, after_id);
    db_i32(args, kept->limit);
    pending_send(p, LANE_READ, "submissions", args);
}
