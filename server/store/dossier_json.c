/* A dossier as JSON.  Nothing is owned; everything goes into the caller's buffer.  Any worker. */
#include "server/store/dossier_json.h"

#include "common/dossier/timers.h"
#include "common/paper/paper.h"
#include "server/store/inside.h"

struct telling {
    struct jw *w;
    const struct dossier *s;
    const struct snapshot *snap;
    const struct procedure *p;
    enum lang lang;
    bool whole;
};

/* Days that were printed before: a page of a queue has two hundred instants of few days. */
#define DAY_CHARS (RFC3339_CHARS - CLOCK_CHARS)
static const char *day_text(dayno d)
{
    static _Thread_local struct {
        dayno day;
        char text[16]; /* "": nothing yet */
    } kept[64];
    unsigned at = (unsigned)d % 64;

    if (kept[at].day != d || !kept[at].text[0]) {
        kept[at].day = d;
        day_iso(d, kept[at].text);
    }
    return kept[at].text;
}

void jw_time(struct jw *w, instant t)
{
    unsigned second;
    const char *day;
    char *to;

    if (t < TIME_FIRST || t >= DUE_NEVER) {
        jw_null(w);
        return;
    }
    day = day_text(instant_day(t, &second));
    to = buf_room(w->b, RFC3339_CHARS + 2 + w->comma);
    if (to) {
        *to = ',';
        to += w->comma;
        *to = '"';
        memcpy(to + 1, day, DAY_CHARS);
        clock_rfc3339(second, to + 1 + DAY_CHARS);
        to[1 + RFC3339_CHARS] = '"';
    }
    w->comma = true;
}

void jw_agency(struct jw *w, const struct organisation *o, int id, enum lang lang)
{
    int i = organisation_of_id(o, id);

    if (i < 0) {
        jw_null(w);
        return;
    }
    jw_open(w);
    jw_kstr(w, "agency", o->agency[i].agency);
    jw_kstr(w, "name", text2_in(o->agency[i].name, lang));
    jw_close(w);
}

void jw_officer(struct jw *w, int64_t officer)
{
    if (officer)
        jw_i64(w, officer);
    else
        jw_null(w);
}

JW_INLINE void agency_json(const struct telling *r, const char *key, int id)
{
    jw_kagency(r->w, key, r->snap->org, id, r->lang);
}

static const struct step *step_of(const struct telling *r, int step)
{
    return r->p && step >= 0 && (size_t)step < r->p->steps ? &r->p->step[step] : NULL;
}

static void step_json(const struct telling *r, int step)
{
    const struct step *st = step_of(r, step);

    jw_kstr(r->w, "step", st ? st->step : NULL);
    jw_kstr(r->w, "title", st ? text2_in(st->title, r->lang) : NULL);
}

/* Which branch of a split; branch from 1, 0: none, says nothing. */
static void branch_json(const struct telling *r, const struct step *st, int branch)
{
    if (branch <= 0 || !st || (size_t)branch > st->branches)
        return;
    jw_kstr(r->w, "branch", st->branch[branch - 1].branch);
    jw_kstr(r->w, "branch_title", text2_in(st->branch[branch - 1].title, r->lang));
}

/* What somebody owes a request or a join, beside the work of the step. */
static void owed_json(const struct telling *r, const struct task *t)
{
    const struct request *q = dossier_request(r->s, t->request);
    const struct step *st = step_of(r, t->step);

    if (q) {
        jw_ki64(r->w, "request", q->request);
        jw_kstr(r->w, "owes", request_kind_name(q->kind));
        jw_kstr(r->w, "answers", request_answers(q));
    }
    branch_json(r, st, t->branch);
}

static void words_json(const struct telling *r, const char *key, const char **word, size_t n)
{
    jw_key(r->w, key);
    jw_list(r->w);
    for (size_t i = 0; i < n; i++)
        jw_str(r->w, word[i]);
    jw_end(r->w);
}

static void requests_json(const struct telling *r)
{
    jw_key(r->w, "requests");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->requests; i++) {
        const struct request *q = &r->s->request[i];

        jw_open(r->w);
        jw_ki64(r->w, "request", q->request);
        jw_kstr(r->w, "kind", request_kind_name(q->kind));
        jw_ktext2(r->w, "title", request_kind_title(q->kind), r->lang);
        jw_kstr(r->w, "state", request_state_name(q->state));
        jw_ktext2(r->w, "state_title", request_state_title(q->state), r->lang);
        jw_kofficer(r->w, "by", q->by);
        jw_kofficer(r->w, "agreed_by", q->agreed_by);
        jw_kofficer(r->w, "sent_by", q->sent_by);
        jw_kofficer(r->w, "done_by", q->done_by);
        agency_json(r, "at", q->agency);
        agency_json(r, "to", q->to_agency);
        jw_ktime(r->w, "asked", q->asked);
        jw_ktime(r->w, "sent", q->sent);
        jw_ktime(r->w, "done", q->done);
        jw_ktime(r->w, "due", q->due);
        jw_kstr(r->w, "reason", q->reason);
        jw_kstr(r->w, "exception", q->exception);
        jw_kstr(r->w, "document", q->document);
        jw_kstr(r->w, "end_document", q->end_document);
        words_json(r, "missing", q->missing, q->missings);
        words_json(r, "reasons", q->reason_code, q->reason_codes);
        jw_kbool(r->w, "late", q->late);
        jw_kbool(r->w, "extra", q->extra);
        jw_kbool(r->w, "overdue", q->overdue);
        jw_kbool(r->w, "stops", q->stops);
        jw_ki64(r->w, "amount", q->amount);
        jw_kstr(r->w, "outcome", q->outcome);
        jw_kstr(r->w, "reference", q->reference);
        jw_kstr(r->w, "method", q->method);
        jw_kofficer(r->w, "receipt", q->receipt);
        jw_kofficer(r->w, "refunds", q->refunds);
        jw_close(r->w);
    }
    jw_end(r->w);
}

void dossier_fees(struct jw *w, const struct dossier *s, const struct procedure *p, enum lang lang)
{
    jw_key(w, "fees");
    jw_list(w);
    for (size_t i = 0; i < s->fee_dues; i++) {
        const struct fee_due *f = &s->fee_due[i];
        const struct fee_item *item = procedure_fee_item(p, s->case_code, f->fee);

        jw_open(w);
        jw_kstr(w, "fee", f->fee);
        jw_kstr(w, "title", item ? text2_in(item->title, lang) : f->fee);
        jw_kbool(w, "charge", f->charge);
        jw_ki64(w, "units", f->units);
        jw_ki64(w, "full", f->full);
        jw_ki64(w, "amount", f->amount);
        jw_kstr(w, "exemption", f->exemption);
        jw_close(w);
    }
    jw_end(w);
}

static void tasks_json(const struct telling *r)
{
    jw_key(r->w, "tasks");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->tasks; i++) {
        const struct task *t = &r->s->task[i];

        jw_open(r->w);
        jw_ki64(r->w, "task", t->task);
        step_json(r, t->step);
        owed_json(r, t);
        jw_ki64(r->w, "visit", t->visit);
        agency_json(r, "at", t->agency);
        jw_kstr(r->w, "role", role_name(t->role));
        jw_kofficer(r->w, "officer", t->officer);
        if (t->nobody_left)
            jw_kstr(r->w, "nobody_left", text2_in(rung_title(CLOCK_STEP, RUNG_NOBODY), r->lang));
        jw_kofficer(r->w, "from_officer", t->from_officer);
        jw_ktime(r->w, "opened", t->opened);
        jw_ktime(r->w, "received", t->received);
        jw_ktime(r->w, "due", t->due);
        jw_close(r->w);
    }
    jw_end(r->w);
}

static void done_json(const struct telling *r)
{
    jw_key(r->w, "done");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->dones; i++) {
        const struct step_done *d = &r->s->done[i];

        jw_open(r->w);
        step_json(r, d->step);
        jw_ki64(r->w, "visit", d->visit);
        agency_json(r, "at", d->agency);
        jw_kofficer(r->w, "officer", d->officer);
        branch_json(r, step_of(r, d->step), d->branch);
        jw_kstr(r->w, "action", d->action);
        if (d->outcome)
            jw_kstr(r->w, "outcome", d->outcome);
        jw_ktime(r->w, "started", d->started);
        jw_ktime(r->w, "finished", d->finished);
        jw_ktime(r->w, "due", d->due);
        jw_close(r->w);
    }
    jw_end(r->w);
}

static void clocks_json(const struct telling *r)
{
    jw_key(r->w, "clocks");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->clocks; i++) {
        const struct clock *c = &r->s->clock[i];
        struct buf q;

        buf_init(&q, 256);
        quantity_print(c->budget, &q);
        jw_open(r->w);
        jw_kstr(r->w, "clock", CLOCK_KIND_WORDS[c->kind]);
        if (c->kind == CLOCK_STEP)
            step_json(r, c->subject);
        if (c->kind == CLOCK_BRANCH) {
            step_json(r, c->subject / BRANCHES_MAX);
            branch_json(r, step_of(r, c->subject / BRANCHES_MAX), c->subject % BRANCHES_MAX + 1);
        }
        jw_kstr(r->w, "budget", buf_cstr(&q));
        jw_kstr(r->w, "calendar", c->calendar);
        jw_kstr(r->w, "state", CLOCK_STATE_WORDS[c->state]);
        jw_ktime(r->w, "received", c->received);
        jw_ktime(r->w, "due", c->due);
        jw_close(r->w);
        buf_free(&q);
    }
    jw_end(r->w);
}

static void result_json(const struct telling *r)
{
    const struct dossier_result *x = &r->s->result;
    char day[16];

    jw_key(r->w, "result");
    if (!x->approved_by && !x->number) {
        jw_null(r->w);
        return;
    }
    jw_open(r->w);
    jw_kbool(r->w, "refusal", x->refusal);
    jw_kofficer(r->w, "approved_by", x->approved_by);
    jw_ktime(r->w, "approved", x->approved_at);
    jw_kstr(r->w, "number", x->number);
    if (x->date)
        day_iso(x->date, day);
    jw_kstr(r->w, "date", x->date ? day : NULL);
    jw_kstr(r->w, "signer", x->signer);
    jw_kstr(r->w, "file", x->file);
    jw_close(r->w);
}

/* Several results of one dossier (nhóm thủ tục). */
static void parts_json(const struct telling *r)
{
    char day[16];

    jw_key(r->w, "results");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->parts; i++) {
        const struct part *x = &r->s->part[i];
        const char *title = NULL;

        for (size_t k = 0; r->p && k < r->p->results_n; k++)
            if (strcmp(r->p->results[k].result, x->result) == 0)
                title = text2_in(r->p->results[k].title, r->lang);
        jw_open(r->w);
        jw_kstr(r->w, "result", x->result);
        jw_kstr(r->w, "title", title);
        jw_kbool(r->w, "refusal", x->refusal);
        jw_kstr(r->w, "number", x->number);
        if (x->date)
            day_iso(x->date, day);
        jw_kstr(r->w, "date", x->date ? day : NULL);
        jw_kstr(r->w, "signer", x->signer);
        jw_kstr(r->w, "file", x->file);
        jw_kofficer(r->w, "by", x->by);
        jw_ktime(r->w, "at", x->at);
        jw_close(r->w);
    }
    jw_end(r->w);
}

/* Other dossiers: by their code, and what they last told. */
static void links_json(const struct telling *r)
{
    jw_key(r->w, "links");
    jw_list(r->w);
    for (size_t i = 0; i < r->s->links; i++) {
        const struct link *l = &r->s->link[i];

        jw_open(r->w);
        jw_kstr(r->w, "link", LINK_KIND_WORDS[l->kind]);
        jw_kstr(r->w, "code", l->code);
        jw_ktime(r->w, "due", l->due);
        jw_ktime(r->w, "finished", l->finished);
        jw_kstr(r->w, "ended", l->ended);
        jw_close(r->w);
    }
    jw_end(r->w);
}

static void draft_json(const struct telling *r)
{
    const struct draft *x = &r->s->draft;

    jw_key(r->w, "draft");
    if (!x->by) {
        jw_null(r->w);
        return;
    }
    jw_open(r->w);
    jw_ki64(r->w, "by", x->by);
    jw_ktime(r->w, "at", x->at);
    jw_kbool(r->w, "refusal", x->refusal);
    jw_kstr(r->w, "text", x->text);
    jw_kstr(r->w, "file", x->file);
    jw_close(r->w);
}

static void promise_json(const struct telling *r)
{
    const struct dossier *s = r->s;

    jw_key(r->w, "due");
    if (s->accepted == INSTANT_NONE) {
        jw_null(r->w);
        return;
    }
    jw_open(r->w);
    jw_ktime(r->w, "original", s->original_due);
    jw_ktime(r->w, "basis", s->basis_due);
    jw_ktime(r->w, "current", s->current_due);
    jw_close(r->w);
}

static void procedure_json(const struct telling *r)
{
    jw_kstr(r->w, "procedure", r->s->procedure);
    if (r->whole) {
        jw_ki64(r->w, "version", r->s->version);
        jw_kstr(r->w, "procedure_name", r->p ? text2_in(r->p->name, r->lang) : NULL);
    }
    jw_kstr(r->w, "case", r->s->case_code);
    if (r->whole)
        jw_kstr(r->w, "regime", r->s->regime);
}

static void states_json(const struct telling *r)
{
    const struct dossier *s = r->s;
    struct jw *w = r->w;

    jw_kstr(w, "status", dossier_status_name(s->status));
    jw_ktext2(w, "status_title", dossier_status_title(s->status), r->lang);
    if (r->whole)
        jw_kstr(w, "class", dossier_class_name(dossier_class_at(s, DUE_BASIS, clock_now())));
    jw_kstr(w, "money", MONEY_WORDS[s->money]);
    jw_kstr(w, "handover", HANDOVER_WORDS[s->handover]);
}

void dossier_members(struct jw *w, const struct dossier *s, const char *code,
                     const char *submission, const struct snapshot *snap, enum lang lang,
                     bool whole)
{
    const struct telling r = {.w = w,
                              .s = s,
                              .snap = snap,
                              .p = snapshot_procedure_hash(snap, s->procedure_hash),
                              .lang = lang,
                              .whole = whole};

    if (code)
        jw_kstr(w, "code", code);
    if (whole)
        jw_kstr(w, "submission", submission);
    jw_ki64(w, "seq", s->seq);
    states_json(&r);
    procedure_json(&r);
    jw_kstr(w, "channel", channel_name(s->channel));
    agency_json(&r, "receiving", s->receiving);
    agency_json(&r, "competent", s->competent);
    jw_ki64(w, "attempts", s->attempts);
    if (whole)
        jw_kbool(w, "valid_first", dossier_valid_first(s));
    jw_ktime(w, "submitted", s->submitted);
    jw_ktime(w, "accepted", s->accepted);
    promise_json(&r);
    jw_ktime(w, "finished", s->finished);
    jw_ktime(w, "returned", s->returned);
    if (whole)
        jw_ktime(w, "ended", s->ended);
    jw_ki64(w, "fee", s->fee);
    tasks_json(&r);
    if (!whole)
        return;
    clocks_json(&r);
    draft_json(&r);
    result_json(&r);
    parts_json(&r);
    links_json(&r);
    done_json(&r);
    requests_json(&r);
    dossier_fees(w, s, r.p, lang);
    jw_kstr(w, "evidence", s->evidence);
    jw_ki64(w, "paid", s->paid);
    jw_ki64(w, "owed", dossier_owed(s));
    jw_ki64(w, "fee_owed", dossier_fee_left(s));
    jw_kbool(w, "by_officer", s->by_officer);
    jw_ktime(w, "claimed", s->claimed);
}

static int64_t elapsed(const struct calendar *c, instant from, instant to)
{
    int64_t minutes = 0;

    if (!c || from == INSTANT_NONE || to <= from ||
        worktime_elapsed(c, lminute_of(from), lminute_of(to), &minutes) != TIME_FINE)
        return 0;
    return minutes;
}

int64_t dossier_used_minutes(const struct dossier *s, const struct snapshot *snap,
                             const struct step_visit *v, const struct clock **ret_clock)
{
    enum clock_kind kind = v->branch ? CLOCK_BRANCH : CLOCK_STEP;
    int subject = v->branch ? v->step * BRANCHES_MAX + v->branch - 1 : v->step;
    const struct clock *c = NULL;
    const struct calendar *cal;
    const char *name;
    int64_t used = 0;

    for (size_t i = 0; i < s->clocks && !c; i++)
        if (s->clock[i].kind == kind && s->clock[i].subject == subject &&
            s->clock[i].visit == v->visit)
            c = &s->clock[i];
    if (ret_clock)
        *ret_clock = c;
    name = c && c->calendar ? c->calendar : s->calendar;
    cal = name ? snapshot_calendar(snap, name) : NULL;
    if (!c)
        return elapsed(cal, v->from, v->to);
    for (size_t i = 0; i < c->intervals; i++) {
        instant to = c->interval[i].to;

        if (c->interval[i].running)
            used +=
                elapsed(cal, c->interval[i].from, to == INSTANT_NONE || to > v->to ? v->to : to);
    }
    return used;
}

/* Null: it has not been there. */
static void used_json(struct jw *w, const struct dossier *s, const struct snapshot *snap, int step,
                      enum lang lang)
{
    struct step_visit v = {.step = step, .to = clock_now()};
    int64_t used = -1;
    struct buf words;

    for (size_t i = 0; i < s->tasks; i++)
        if (s->task[i].step == step && s->task[i].branch == 0 && s->task[i].request == 0) {
            v.visit = s->task[i].visit;
            v.from = s->task[i].opened;
            used = (used < 0 ? 0 : used) + dossier_used_minutes(s, snap, &v, NULL);
        }
    for (size_t i = 0; i < s->dones; i++)
        if (s->done[i].step == step && s->done[i].branch == 0) {
            v.visit = s->done[i].visit;
            v.from = s->done[i].started;
            v.to = s->done[i].finished;
            used = (used < 0 ? 0 : used) + dossier_used_minutes(s, snap, &v, NULL);
        }
    buf_init(&words, 128);
    if (used >= 0)
        paper_minutes_words(used, lang, &words);
    jw_kstr(w, "used", used >= 0 ? buf_cstr(&words) : NULL);
    buf_free(&words);
}

static void definition_steps(struct jw *w, const struct dossier *s, const struct snapshot *snap,
                             const struct procedure *p, enum lang lang)
{
    jw_key(w, "steps");
    jw_list(w);
    for (size_t i = 0; i < p->steps; i++) {
        const struct step *st = &p->step[i];
        struct buf words;

        buf_init(&words, 128);
        if (st->has_limit)
            quantity_words(st->limit, lang, &words);
        jw_open(w);
        jw_kstr(w, "step", st->step);
        jw_ktext2(w, "title", st->title, lang);
        jw_kstr(w, "limit", st->has_limit ? buf_cstr(&words) : NULL);
        used_json(w, s, snap, (int)i, lang);
        jw_close(w);
        buf_free(&words);
    }
    jw_end(w);
}

static void definition_components(struct jw *w, const struct procedure *p, const char *case_code,
                                  enum lang lang)
{
    size_t n, i;
    const struct component *c = procedure_components(p, case_code, &n);

    jw_key(w, "components");
    jw_list(w);
    for (i = 0; i < n; i++) {
        jw_open(w);
        jw_kstr(w, "component", c[i].code);
        jw_ktext2(w, "title", c[i].title, lang);
        jw_kbool(w, "required", c[i].need == NEED_REQUIRED);
        jw_close(w);
    }
    jw_end(w);
}

void dossier_definition(struct jw *w, const struct dossier *s, const struct snapshot *snap,
                        enum lang lang)
{
    const struct procedure *p = snapshot_procedure_hash(snap, s->procedure_hash);

    jw_key(w, "definition");
    if (!p) {
        jw_null(w);
        return;
    }
    jw_open(w);
    definition_steps(w, s, snap, p, lang);
    definition_components(w, p, s->case_code, lang);
    jw_close(w);
}
