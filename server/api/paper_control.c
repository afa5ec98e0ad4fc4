/* The process-control slip (phiếu kiểm soát quá trình giải quyết hồ sơ): each step with who gave
 * and who took it, due and done, planned and used working time; on paper and as JSON.  And the
 * transfer slip (phiếu chuyển xử lý, Decree 61/2018 art. 19.6, 118/2025 art. 20).  The worker's
 * thread. */
#include "server/api/paper_control.h"

#include <string.h>

#include "server/store/dossier_json.h"

const char *const CONTROL_OUTCOMES[] = {"early", "on_time", "late", NULL};
static const struct text2 outcome_titles[] = {
    {"Trước hạn", "Early"}, {"Đúng hạn", "On time"}, {"Quá hạn", "Late"}};

/* ---- planned and used */

static void planned_and_used(const struct paper_fill *f, instant end, struct control_step *x)
{
    const struct step_visit v = {
        .step = x->step, .visit = x->visit, .branch = x->branch, .from = x->started, .to = end};
    const struct clock *c;

    x->used = dossier_used_minutes(f->s, f->snap, &v, &c);
    x->has_plan = c != NULL;
    if (c)
        x->planned = c->budget;
}

/* Handing over has no time of its own: it is neither early nor late. */
static bool timeless(const struct control_step *x)
{
    return x->has_plan && x->planned.num == 0;
}

static int outcome_of(const struct control_step *x)
{
    if (timeless(x) || x->done == INSTANT_NONE || x->due == INSTANT_NONE || x->due >= DUE_NEVER)
        return -1;
    if (x->done > x->due)
        return 2;
    return lminute_day(lminute_of(x->done)) < lminute_day(lminute_of(x->due)) ? 0 : 1;
}

/* Whoever finished last before it began; the receiver gives the first. */
static int64_t giver_of(const struct paper_fill *f, instant started, int *ret_agency)
{
    const struct step_done *last = NULL;

    for (size_t i = 0; i < f->s->dones; i++) {
        const struct step_done *d = &f->s->done[i];

        if (!d->branch && d->finished <= started && (!last || d->finished >= last->finished))
            last = d;
    }
    *ret_agency = last ? last->agency : f->s->receiving;
    return last ? last->officer : 0;
}

size_t control_steps(const struct paper_fill *f, instant now, struct control_step **ret)
{
    const struct dossier *s = f->s;
    size_t n = 0, cap = s->dones + s->tasks;
    struct control_step *list = ARENA_ARRAY(f->rq->arena, struct control_step, cap + 1);

    for (size_t i = 0; i < s->dones; i++) {
        const struct step_done *d = &s->done[i];

        list[n++] = (struct control_step){.step = d->step,
                                          .visit = d->visit,
                                          .branch = d->branch,
                                          .agency = d->agency,
                                          .officer = d->officer,
                                          .started = d->started,
                                          .due = d->due,
                                          .done = d->finished};
    }
    for (size_t i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        if (t->request == 0)
            list[n++] = (struct control_step){.step = t->step,
                                              .visit = t->visit,
                                              .branch = t->branch,
                                              .agency = t->agency,
                                              .officer = t->officer,
                                              .started = t->opened,
                                              .due = t->due,
                                              .done = INSTANT_NONE};
    }
    for (size_t i = 0; i < n; i++) {
        list[i].giver = giver_of(f, list[i].started, &list[i].from_agency);
        planned_and_used(f, list[i].done == INSTANT_NONE ? now : list[i].done, &list[i]);
        list[i].outcome = outcome_of(&list[i]);
    }
    *ret = list;
    return n;
}

static const char *step_title(const struct paper_fill *f, const struct control_step *x)
{
    const struct step *st =
        f->p && x->step >= 0 && (size_t)x->step < f->p->steps ? &f->p->step[x->step] : NULL;

    if (!st)
        return NULL;
    if (x->branch > 0 && (size_t)x->branch <= st->branches)
        return st->branch[x->branch - 1].title.vi;
    return st->title.vi;
}

/* ---- on paper */

static void cell_time(struct paper_fill *f, struct paper_row *row, enum paper_cell c, instant t,
                      bool in_words)
{
    struct buf b;

    if (t == INSTANT_NONE || t >= DUE_NEVER)
        return;
    buf_init(&b, 128);
    if (in_words)
        paper_time_words(t, LANG_VI, &b);
    else
        paper_time_short(t, &b);
    paper_cell(f->r, row, c, buf_cstr(&b));
    buf_free(&b);
}

static const char *agency_name(const struct paper_fill *f, int id)
{
    return fill_agency_name(f, organisation_of_id(f->snap->org, id));
}

static void step_row(struct paper_fill *f, const struct control_step *x)
{
    struct paper_row *row = paper_add(f->r, PL_STEPS);
    struct buf b;

    buf_init(&b, 256);
    paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", f->r->list[PL_STEPS].n));
    paper_cell(f->r, row, PC_TITLE, step_title(f, x));
    paper_cell(f->r, row, PC_FROM, agency_name(f, x->from_agency));
    paper_cell(f->r, row, PC_TO, agency_name(f, x->agency));
    paper_cell(f->r, row, PC_GIVER, fill_officer(f, x->giver));
    paper_cell(f->r, row, PC_TAKER, fill_officer(f, x->officer));
    cell_time(f, row, PC_RECEIVED, x->started, true);
    if (!timeless(x))
        cell_time(f, row, PC_DUE, x->due, false);
    cell_time(f, row, PC_DONE, x->done, false);
    if (x->has_plan && !timeless(x))
        quantity_words(x->planned, LANG_VI, &b);
    paper_cell(f->r, row, PC_PLANNED, buf_cstr(&b));
    buf_clear(&b);
    if (x->done != INSTANT_NONE) {
        paper_minutes_words(x->used, LANG_VI, &b);
        paper_cell(f->r, row, PC_USED, buf_cstr(&b));
    }
    paper_cell(f->r, row, PC_OUTCOME, x->outcome >= 0 ? outcome_titles[x->outcome].vi : NULL);
    buf_free(&b);
}

/* Agencies that had a step, beside the one that answers for the whole. */
static void cooperating(struct paper_fill *f, const struct control_step *x, size_t n)
{
    struct buf b;

    buf_init(&b, 4096);
    for (size_t i = 0; i < n; i++) {
        const char *name = agency_name(f, x[i].agency);
        bool again = x[i].agency == f->s->competent || x[i].agency == f->s->receiving;

        for (size_t k = 0; k < i; k++)
            again = again || x[k].agency == x[i].agency;
        if (name && !again)
            buf_printf(&b, "%s%s", b.n ? "; " : "", name);
    }
    paper_set(f->r, PF_COOPERATING, buf_cstr(&b));
    buf_free(&b);
}

bool fill_control(struct paper_fill *f)
{
    struct control_step *x;
    size_t n;

    if (f->s->accepted == INSTANT_NONE)
        return fill_nothing(f, "Hồ sơ chưa được tiếp nhận.", "The dossier was not accepted.");
    fill_issuer(f, fill_agency(f, json_object_get(f->d, "receiving")), f->s->accepted);
    fill_dossier(f);
    n = control_steps(f, f->s->last_at, &x);
    for (size_t i = 0; i < n; i++)
        step_row(f, &x[i]);
    cooperating(f, x, n);
    return true;
}

/* ---- the transfer slip: what lies with whom now, and until when */

static void part_row(struct paper_fill *f, int agency, const char *title, struct quantity limit,
                     bool has_limit, instant due)
{
    struct paper_row *row = paper_add(f->r, PL_AGENCIES);
    struct buf b;

    buf_init(&b, 256);
    paper_cell(f->r, row, PC_NO, arena_printf(f->rq->arena, "%zu", f->r->list[PL_AGENCIES].n));
    paper_cell(f->r, row, PC_AGENCY, agency_name(f, agency));
    paper_cell(f->r, row, PC_TITLE, title);
    if (has_limit)
        quantity_words(limit, LANG_VI, &b);
    paper_cell(f->r, row, PC_PLANNED, buf_cstr(&b));
    cell_time(f, row, PC_DUE, due, true);
    buf_free(&b);
}

bool fill_transfer(struct paper_fill *f)
{
    struct control_step *x;
    size_t n;

    if (!dossier_status_open(f->s->status))
        return fill_nothing(f, "Hồ sơ không còn ở bước nào để chuyển xử lý.",
                            "The dossier lies with nobody any more.");
    fill_issuer(f, fill_agency(f, json_object_get(f->d, "receiving")), f->s->last_at);
    fill_dossier(f);
    n = control_steps(f, f->s->last_at, &x);
    for (size_t i = 0; i < n; i++)
        if (x[i].done == INSTANT_NONE)
            part_row(f, x[i].agency, step_title(f, &x[i]), x[i].planned, x[i].has_plan, x[i].due);
    for (size_t i = 0; i < f->s->requests; i++) {
        const struct request *q = &f->s->request[i];

        if (q->kind == REQ_CONSULT && q->state == RS_OPEN)
            part_row(f, q->to_agency, q->reason ? q->reason : request_kind_title(q->kind).vi,
                     (struct quantity){.den = 1}, false, q->due);
    }
    if (f->r->list[PL_AGENCIES].n == 0)
        return fill_nothing(f, "Hồ sơ không ở bước nào để chuyển xử lý.",
                            "The dossier lies with nobody now.");
    return true;
}

/* ---- as JSON */

static void step_json(const struct paper_fill *f, const struct control_step *x, struct jw *w)
{
    const struct step *st =
        f->p && x->step >= 0 && (size_t)x->step < f->p->steps ? &f->p->step[x->step] : NULL;
    const struct organisation *o = f->snap->org;
    enum lang lang = f->rq->lang;
    struct buf b;

    buf_init(&b, 256);
    jw_open(w);
    jw_kstr(w, "step", st ? st->step : NULL);
    jw_kstr(w, "title", st ? text2_in(st->title, lang) : NULL);
    jw_ki64(w, "visit", x->visit);
    if (st && x->branch > 0 && (size_t)x->branch <= st->branches) {
        jw_kstr(w, "branch", st->branch[x->branch - 1].branch);
        jw_kstr(w, "branch_title", text2_in(st->branch[x->branch - 1].title, lang));
    }
    jw_kagency(w, "from", o, x->from_agency, lang);
    jw_kagency(w, "at", o, x->agency, lang);
    jw_kstr(w, "giver", fill_officer(f, x->giver));
    jw_kstr(w, "taker", fill_officer(f, x->officer));
    jw_ktime(w, "started", x->started);
    jw_ktime(w, "due", x->due);
    jw_ktime(w, "finished", x->done);
    if (x->has_plan)
        quantity_words(x->planned, lang, &b);
    jw_kstr(w, "planned", b.n ? buf_cstr(&b) : NULL);
    buf_clear(&b);
    paper_minutes_words(x->used, lang, &b);
    jw_ki64(w, "used_minutes", x->used);
    jw_kstr(w, "used", buf_cstr(&b));
    jw_kstr(w, "outcome", x->outcome >= 0 ? CONTROL_OUTCOMES[x->outcome] : NULL);
    jw_close(w);
    buf_free(&b);
}

void control_json(const struct paper_fill *f, struct buf *out)
{
    struct control_step *x;
    size_t n = control_steps(f, clock_now(), &x);
    struct jw w = jw_to(out);

    jw_open(&w);
    jw_kstr(&w, "code", json_str(f->d, "code"));
    jw_ktime(&w, "received", f->s->accepted);
    jw_ktime(&w, "due", f->s->original_due);
    jw_key(&w, "steps");
    jw_list(&w);
    for (size_t i = 0; i < n; i++)
        step_json(f, &x[i], &w);
    jw_end(&w);
    jw_close(&w);
}

static const struct answer_key step_keys[] = {
    A_WORD("step", ANSWER_NULL, "bước", "step"),
    A_TEXT("title", ANSWER_NULL, "tên bước", "title of the step"),
    A_INT("visit", 0, "lần thứ mấy", "how many times at this step"),
    A_WORD("branch", ANSWER_MAYBE, "nhánh song song", "parallel branch"),
    A_TEXT("branch_title", ANSWER_MAYBE, "tên nhánh", "title of the branch"),
    A_OBJECT("from", ANSWER_NULL, &answer_agency, "cơ quan giao", "agency that gave it"),
    A_OBJECT("at", ANSWER_NULL, &answer_agency, "cơ quan nhận", "agency that took it"),
    A_TEXT("giver", ANSWER_NULL, "người giao", "who gave it"),
    A_TEXT("taker", ANSWER_NULL, "người nhận", "who took it"),
    A_TIME("started", ANSWER_NULL, "giao lúc", "given at"),
    A_TIME("due", ANSWER_NULL, "hạn của bước", "due"),
    A_TIME("finished", ANSWER_NULL, "xong lúc", "finished at"),
    A_TEXT("planned", ANSWER_NULL, "thời hạn của bước", "limit of the step"),
    A_INT("used_minutes", 0, "đã dùng, phút làm việc", "working minutes used"),
    A_TEXT("used", 0, "đã dùng, bằng lời", "the same in words"),
    A_ENUM("outcome", ANSWER_NULL, CONTROL_OUTCOMES, "trước, đúng hay quá hạn",
           "early, on time or late"),
};
static const struct answer_shape step_shape = A_SHAPE("ControlStep", step_keys);
static const struct answer_key slip_keys[] = {
    A_WORD("code", ANSWER_NULL, "mã hồ sơ", "code"),
    A_TIME("received", ANSWER_NULL, "nhận lúc", "received at"),
    A_TIME("due", ANSWER_NULL, "hẹn trả", "due"),
    A_LIST("steps", 0, &step_shape, "từng bước, theo thứ tự", "steps, in order"),
};
const struct answer_shape control_shape = A_SHAPE("ControlSlip", slip_keys);
