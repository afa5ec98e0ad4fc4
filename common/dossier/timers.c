/* Which rungs a dossier's clocks have and when they come.  Lists live in the context's arena; the
 * dossier is only looked at.  Any thread. */
#include "common/dossier/timers.h"

#include <stdlib.h>

#include "common/dossier/inside.h"

/* ---------------------------------------------------------------- moments */

static const struct day_sessions *sessions_of(const struct calendar *cal, dayno d)
{
    return d < calendar_first_day(cal) || d > calendar_last_day(cal) ? NULL : calendar_day(cal, d);
}

/* So many minutes of session time before `at`; one that uses up a session ends at its opening. */
static bool minutes_back(const struct calendar *cal, lminute at, int64_t minutes, lminute *ret)
{
    const struct day_sessions *s;
    dayno d;
    int i;

    for (d = lminute_day(at); (s = sessions_of(cal, d)) != NULL; d--)
        for (i = s->n; i-- > 0;) {
            lminute open = day_start(d) + s->s[i].open, close = day_start(d) + s->s[i].close;
            lminute to = at < close ? at : close;

            if (to <= open)
                continue;
            if (minutes <= to - open) {
                *ret = to - minutes;
                return true;
            }
            minutes -= to - open;
        }
    return false;
}

static bool counted_back(const struct calendar *cal, dayno d, int64_t n, dayno *ret)
{
    while (n > 0) {
        d--;
        if (!sessions_of(cal, d))
            return false;
        n -= calendar_counted(cal, d);
    }
    *ret = d;
    return true;
}

static lminute months_away(lminute at, int64_t months)
{
    struct civil c = civil_of_day(lminute_day(at));
    int64_t m = (int64_t)c.year * 12 + c.month - 1 + months;
    int last;

    c.year = (int)(m / 12);
    c.month = (int)(m % 12) + 1;
    last = month_days(c.year, c.month);
    if (c.day > last)
        c.day = last;
    return day_start(civil_day(c)) + lminute_clock(at);
}

static bool minutes_away(const struct calendar *cal, lminute at, int sign, int64_t minutes,
                         lminute *ret)
{
    if (minutes == 0) {
        *ret = at;
        return true;
    }
    if (sign < 0)
        return minutes_back(cal, at, minutes, ret);
    return worktime_add(cal, at, minutes, ret) == TIME_FINE;
}

bool timer_shift(const struct calendar *cal, lminute at, int sign, struct quantity q, lminute *ret)
{
    int64_t den = q.den * (q.unit == UNIT_HALF_DAY ? 2 : 1), whole;
    dayno d = lminute_day(at);

    if (q.den <= 0)
        return false;
    whole = q.num / den;
    switch (q.unit) {
    case UNIT_HOUR:
        return minutes_away(cal, at, sign, q.num * 60 / q.den, ret);
    case UNIT_CALENDAR_DAY:
        *ret = at + sign * (q.num * DAY_MINUTES / q.den);
        return true;
    case UNIT_MONTH:
        *ret = months_away(at, sign * whole);
        return true;
    case UNIT_SAME_DAY:
        *ret = at;
        return true;
    default:
        break;
    }
    if (whole && sign < 0 && !counted_back(cal, d, whole, &d))
        return false;
    if (whole && sign > 0 && worktime_counted_after(cal, d, whole, &d) != TIME_FINE)
        return false;
    return minutes_away(cal, day_start(d) + lminute_clock(at), sign,
                        q.num % den * calendar_day_minutes(cal) / den, ret);
}

bool timer_share(const struct calendar *cal, const struct clock *c, int percent, lminute *ret)
{
    struct interval pause[WORKTIME_PAUSES_MAX];
    size_t n = clock_pauses(c, c->due, pause, WORKTIME_PAUSES_MAX), i;
    lminute start, at;
    int64_t total, gone;

    if (worktime_start(cal, lminute_of(c->received), &start) != TIME_FINE ||
        worktime_elapsed(cal, start, lminute_of(c->due), &total) != TIME_FINE)
        return false;
    for (i = 0; i < n; i++) {
        if (worktime_elapsed(cal, pause[i].from, pause[i].to, &gone) != TIME_FINE)
            return false;
        total -= gone;
    }
    if (total < 0 || worktime_add(cal, start, total * percent / 100, &at) != TIME_FINE)
        return false;
    for (i = 0; i < n && pause[i].from < at; i++)
        if (worktime_elapsed(cal, pause[i].from, pause[i].to, &gone) != TIME_FINE ||
            worktime_add(cal, at, gone, &at) != TIME_FINE)
            return false;
    *ret = at;
    return true;
}

/* ---------------------------------------------------------------- the list */

struct listing {
    const struct dossier *s;
    const struct context *c;
    struct due_rung *item;
    size_t n, cap;
};

static const struct calendar *calendar_of(const struct listing *l, const struct clock *c)
{
    return c->calendar ? l->c->calendar(l->c->ctx, c->calendar) : NULL;
}

static struct due_rung *add(struct listing *l, const struct clock *c, int rung, instant at)
{
    struct due_rung *r = &ARENA_PUSH(l->c->arena, l->item, l->n, l->cap);

    *r = (struct due_rung){.rung = {c->kind, c->subject, c->visit, rung},
                           .at = at,
                           .fired = (c->fired >> rung & 1) != 0,
                           .agency = l->s->receiving,
                           .role = ROLE_RECEIVER};
    return r;
}

/* Whoever holds the task, else the role whose queue it waits in. */
static void concerns(struct due_rung *r, const struct task *t)
{
    if (!t)
        return;
    r->task = t->task;
    r->agency = t->agency;
    r->role = t->role;
    r->officer = t->officer;
}

static const struct task *work_of_step(const struct dossier *s)
{
    size_t i;

    for (i = 0; i < s->tasks; i++)
        if (s->task[i].request == 0)
            return &s->task[i];
    return NULL;
}

/* ---------------------------------------------------------------- the promise */

/* Until then a supplement may be asked for.  Nothing to tell when one was asked, when it is
 * decided, or when the promise comes first. */
static void supplement_window(struct listing *l, const struct clock *c, const struct calendar *cal)
{
    const struct regime *g = l->c->regime;
    const struct supplement *own = &l->c->procedure->supplement;
    struct quantity within = own->given && own->within.den ? own->within : g->supplement_within;
    lminute at;

    if (c->received != l->s->accepted || requests_made(l->s, REQ_SUPPLEMENT) > 0 ||
        l->s->result.approved_by != 0 ||
        worktime_due(cal, lminute_of(l->s->accepted), within, &at) != TIME_FINE ||
        instant_of(at) >= l->s->current_due)
        return;
    concerns(add(l, c, RUNG_SUPPLEMENT_WINDOW, instant_of(at)), work_of_step(l->s));
}

/* First opening of the last day on which an apology is still in time; none where that day is not
 * after the day of receipt. */
static void apology(struct listing *l, const struct clock *c, const struct calendar *cal)
{
    dayno d = lminute_day(lminute_of(l->s->current_due));
    instant at;

    if (requests_made(l->s, REQ_EXTENSION) >= l->c->regime->extension_max ||
        !counted_back(cal, d, l->c->regime->extension_days_before, &d) ||
        d <= lminute_day(lminute_of(c->received)))
        return;
    at = instant_of(day_start(d) + calendar_day(cal, d)->s[0].open);
    concerns(add(l, c, RUNG_APOLOGY, at), work_of_step(l->s));
}

static bool leaves_reception(const struct procedure *p)
{
    size_t i;

    for (i = 1; i < p->steps; i++)
        if (p->step[i].at != AT_RECEPTION)
            return true;
    return false;
}

/* Received by the cut-off: by the last close of that day; later, or on a day off: by the opening of
 * the next working day. */
static void transfer(struct listing *l, const struct clock *c, const struct calendar *cal)
{
    const struct dossier *s = l->s;
    const struct procedure *p = l->c->procedure;
    lminute accepted = lminute_of(s->accepted);
    dayno d = lminute_day(accepted);
    const struct day_sessions *day = sessions_of(cal, d);
    const struct task *t = work_of_step(s);
    lminute at;

    if (c->received != s->accepted || s->dones > 0 || !t || t->step != 0 || !day ||
        p->step[0].at != AT_RECEPTION || !leaves_reception(p))
        return;
    if (calendar_counted(cal, d) && lminute_clock(accepted) <= l->c->regime->transfer_cutoff)
        at = day_start(d) + day->s[day->n - 1].close;
    else if (worktime_counted_after(cal, d, 1, &d) == TIME_FINE)
        at = day_start(d) + calendar_day(cal, d)->s[0].open;
    else
        return;
    if (instant_of(at) < s->current_due)
        concerns(add(l, c, RUNG_TRANSFER, instant_of(at)), t);
}

static bool extended(const struct dossier *s, const struct clock *c)
{
    size_t i;

    for (i = 0; i < s->requests; i++)
        if (s->request[i].kind == REQ_EXTENSION && s->request[i].state == RS_DONE &&
            s->request[i].sent >= c->received)
            return true;
    return false;
}

static void legal_rungs(struct listing *l, const struct clock *c)
{
    const struct calendar *cal = calendar_of(l, c);

    if (l->s->current_due == INSTANT_NONE)
        return;
    if (cal && l->c->regime) {
        supplement_window(l, c, cal);
        apology(l, c, cal);
        transfer(l, c, cal);
    }
    concerns(add(l, c, extended(l->s, c) ? RUNG_EXTENDED : RUNG_DUE, l->s->current_due),
             work_of_step(l->s));
}

/* ---------------------------------------------------------------- the online answer */

static void intake_rungs(struct listing *l, const struct clock *c)
{
    const struct calendar *cal = calendar_of(l, c);
    lminute at;

    if (cal && l->c->regime && l->c->regime->has_online &&
        worktime_due(cal, lminute_of(c->received), l->c->regime->online_alert, &at) == TIME_FINE)
        (void)add(l, c, RUNG_ALERT, instant_of(at));
    (void)add(l, c, RUNG_ANSWER, c->due);
}

/* ---------------------------------------------------------------- steps */

static bool step_moment(const struct calendar *cal, const struct clock *c, bool percent, int share,
                        int sign, struct quantity apart, instant *ret)
{
    lminute at = lminute_of(c->due);

    *ret = c->due;
    if (!percent && sign == 0)
        return true;
    if (!cal ||
        !(percent ? timer_share(cal, c, share, &at) : timer_shift(cal, at, sign, apart, &at)))
        return false;
    *ret = instant_of(at);
    return true;
}

/* The one-stop unit's people sit where the dossier was received. */
static void escalated(struct listing *l, struct due_rung *r, const char *to)
{
    enum role role;

    r->officer = 0;
    if (!role_of_name(to, &role))
        return;
    r->role = role;
    if (role == ROLE_ONESTOP_HEAD || role == ROLE_RECEIVER || role == ROLE_RETURNER)
        r->agency = l->s->receiving;
}

static void step_timers(struct listing *l, const struct clock *c, const struct calendar *cal,
                        const struct step *st, const struct task *t)
{
    size_t i;

    for (i = 0; i < st->timers && RUNG_TIMER + i < RUNGS_MAX; i++) {
        const struct timer *tm = &st->timer[i];
        struct due_rung *r;
        instant at;

        if (!step_moment(cal, c, tm->moment.percent, tm->moment.share, tm->moment.sign,
                         tm->moment.apart, &at))
            continue;
        r = add(l, c, RUNG_TIMER + (int)i, at);
        concerns(r, t);
        if (strcmp(tm->action, "remind") != 0) {
            r->does = DOES_ACTION;
            r->action = tm->action;
        }
    }
}

static void step_rungs(struct listing *l, const struct clock *c)
{
    const struct procedure *p = l->c->procedure;
    const struct calendar *cal = calendar_of(l, c);
    const struct task *t = NULL;
    const struct step *st;
    struct moment m;
    instant at;
    size_t i;

    for (i = 0; i < l->s->tasks; i++)
        if (l->s->task[i].request == 0 && l->s->task[i].step == c->subject &&
            l->s->task[i].visit == c->visit)
            t = &l->s->task[i];
    if (!t || c->subject < 0 || (size_t)c->subject >= p->steps)
        return;
    st = &p->step[c->subject];
    for (i = 0; i < st->warns && i < RUNG_ESCALATE; i++) {
        const struct warn *w = &st->warn[i];

        /* What would lie before the step began warns of nothing new. */
        if (step_moment(cal, c, w->percent, w->share, w->due ? 0 : -1, w->before, &at) &&
            at > c->received)
            concerns(add(l, c, RUNG_WARN + (int)i, at), t);
    }
    if (st->escalate_to && st->escalate_at && moment_parse(span_of(st->escalate_at), &m) &&
        step_moment(cal, c, m.percent, m.share, m.sign, m.apart, &at)) {
        struct due_rung *r = add(l, c, RUNG_ESCALATE, at);

        concerns(r, t);
        escalated(l, r, st->escalate_to);
    }
    step_timers(l, c, cal, st, t);
}

/* ---------------------------------------------------------------- answers that are owed */

/* Overdue opinions are told to those over the one who asked, as a rule the head of the one-stop
 * unit (Decree 61/2018 art. 19.6; 118/2025 art. 19). */
static void told_besides(struct listing *l, const struct clock *c, const struct task *asker,
                         const char *role)
{
    struct due_rung *r = add(l, c, RUNG_ANSWER_TOLD, c->due);

    concerns(r, asker);
    escalated(l, r, role);
}

static void answer_rung(struct listing *l, const struct clock *c)
{
    const struct request *q = dossier_request(l->s, c->subject);
    struct due_rung *r;

    if (!q || !request_open(q))
        return;
    r = add(l, c, RUNG_ANSWER_DUE, c->due);
    concerns(r, task_of(l->s, q->task));
    if (c->kind == CLOCK_SUPPLEMENT)
        r->does = DOES_LAPSE;
    else if (c->kind == CLOCK_CONSULT && q->silent)
        r->does = DOES_DEEM;
    if (q->tells)
        told_besides(l, c, task_of(l->s, q->from), q->tells);
}

static void branch_rung(struct listing *l, const struct clock *c)
{
    const struct procedure *p = l->c->procedure;
    int step = c->subject / BRANCHES_MAX, k = c->subject % BRANCHES_MAX;
    const struct branch *b;
    struct due_rung *r;
    size_t i;

    if (c->subject < 0 || (size_t)step >= p->steps || (size_t)k >= p->step[step].branches)
        return;
    b = &p->step[step].branch[k];
    for (i = 0; i < l->s->tasks; i++) {
        const struct task *t = &l->s->task[i];

        if (t->step != step || t->branch != k + 1 || t->request != 0)
            continue;
        r = add(l, c, RUNG_ANSWER_DUE, c->due);
        concerns(r, t);
        if (b->on_due && strcmp(b->on_due, "agree") == 0)
            r->does = DOES_DEEM;
        if (on_due_role(b->on_due))
            told_besides(l, c, t, on_due_role(b->on_due));
        return;
    }
}

static void span_rung(struct listing *l, const struct clock *c)
{
    concerns(add(l, c, RUNG_ANSWER_DUE, c->due), work_of_step(l->s));
}

static void (*const listers[CLOCK_KINDS])(struct listing *, const struct clock *) = {
    [CLOCK_LEGAL] = legal_rungs,  [CLOCK_STEP] = step_rungs,        [CLOCK_INTAKE] = intake_rungs,
    [CLOCK_SPAN] = span_rung,     [CLOCK_SUPPLEMENT] = answer_rung, [CLOCK_CONSULT] = answer_rung,
    [CLOCK_BRANCH] = branch_rung, [CLOCK_PAPER] = answer_rung,
};

static int in_order(const void *x, const void *y)
{
    const struct due_rung *a = x, *b = y;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->rung.clock != b->rung.clock)
        return a->rung.clock < b->rung.clock ? -1 : 1;
    if (a->rung.subject != b->rung.subject)
        return a->rung.subject < b->rung.subject ? -1 : 1;
    if (a->rung.visit != b->rung.visit)
        return a->rung.visit < b->rung.visit ? -1 : 1;
    return a->rung.rung - b->rung.rung;
}

static struct listing list(const struct dossier *s, const struct context *ctx)
{
    struct listing l = {.s = s, .c = ctx};
    size_t i;

    for (i = 0; s && ctx->procedure && i < s->clocks; i++)
        if (s->clock[i].state == CLOCK_RUNNING)
            listers[s->clock[i].kind](&l, &s->clock[i]);
    return l;
}

size_t dossier_timers(const struct dossier *s, const struct context *ctx, struct due_rung **ret)
{
    struct listing l = list(s, ctx);

    if (l.n > 1)
        qsort(l.item, l.n, sizeof *l.item, in_order);
    *ret = l.item;
    return l.n;
}

instant dossier_next_timer(const struct dossier *s, const struct context *ctx)
{
    struct listing l = list(s, ctx);
    instant next = INSTANT_NONE;
    size_t i;

    for (i = 0; i < l.n; i++)
        if (!l.item[i].fired && (next == INSTANT_NONE || l.item[i].at < next))
            next = l.item[i].at;
    return next;
}

/* ---------------------------------------------------------------- words */

struct rung_words {
    const char *word;
    struct text2 title;
};

static const struct rung_words legal_words[] = {
    [RUNG_SUPPLEMENT_WINDOW] = {"legal.supplement_window",
                                {"Hết thời gian được yêu cầu bổ sung",
                                 "The time to ask for a supplement is over"}},
    [RUNG_APOLOGY] = {"legal.apology",
                      {"Ngày cuối để xin lỗi và hẹn lại", "Last day for an apology in time"}},
    [RUNG_DUE] = {"legal.due", {"Quá hạn giải quyết", "The promise is overdue"}},
    [RUNG_TRANSFER] = {"legal.transfer",
                       {"Chưa chuyển hồ sơ đúng thời hạn", "Not handed on in time"}},
    [RUNG_EXTENDED] = {"legal.extended", {"Quá ngày đã hẹn lại", "The new date has passed"}},
};
static const struct rung_words intake_words[] = {
    [RUNG_ALERT] = {"intake.alert",
                    {"Hồ sơ trực tuyến chờ tiếp nhận", "An online submission waits"}},
    [RUNG_ANSWER] = {"intake.due",
                     {"Quá hạn trả lời hồ sơ trực tuyến", "The online answer is overdue"}},
};
static const struct rung_words answer_words[CLOCK_KINDS] = {
    [CLOCK_SPAN] = {"span.due",
                    {"Hết thời hạn qua nhiều bước", "A limit over several steps is over"}},
    [CLOCK_SUPPLEMENT] = {"supplement.lapse",
                          {"Quá hạn bổ sung: đưa vào danh sách kết thúc",
                           "No supplement came: listed for closing"}},
    [CLOCK_CONSULT] = {"consult.due", {"Hết hạn cho ý kiến", "The opinion is due"}},
    [CLOCK_BRANCH] = {"branch.due", {"Hết hạn của nhánh", "The branch is due"}},
    [CLOCK_PAPER] = {"paper.due", {"Hết hạn chuyển hồ sơ giấy", "The paper is due"}},
};

static const struct rung_words told_words[CLOCK_KINDS] = {
    [CLOCK_CONSULT] = {"consult.told",
                       {"Quá hạn cho ý kiến: báo lên", "No opinion in time: told to those above"}},
    [CLOCK_BRANCH] = {"branch.told",
                      {"Quá hạn của nhánh: báo lên", "Branch overdue: told to those above"}},
};

#define NUMBERED(prefix)                                                                           \
    {                                                                                              \
        prefix "1", prefix "2", prefix "3", prefix "4", prefix "5", prefix "6", prefix "7",        \
            prefix "8", prefix "9", prefix "10", prefix "11", prefix "12", prefix "13",            \
            prefix "14", prefix "15", prefix "16", prefix "17", prefix "18", prefix "19",          \
            prefix "20", prefix "21", prefix "22", prefix "23", prefix "24"                        \
    }

static struct rung_words step_words(int rung)
{
    static const char *const warn[] = NUMBERED("step.warn"), *const timer[] =
                                                                 NUMBERED("step.timer");

    if (rung == RUNG_NOBODY)
        return (struct rung_words){
            "task.nobody",
            {"Không còn ai được xử lý: lãnh đạo tự làm hoặc giao người khác của cơ quan",
             "Nobody is left who may process it: a head does it, or names somebody else there"}};
    if (rung == RUNG_ESCALATE)
        return (struct rung_words){"step.escalate", {"Báo lên cấp trên", "Escalated"}};
    if (rung >= RUNG_TIMER && rung < RUNG_TIMER + 24)
        return (struct rung_words){timer[rung - RUNG_TIMER],
                                   {"Việc tự động của bước", "Timed act of the step"}};
    if (rung >= RUNG_WARN && rung < RUNG_WARN + 24)
        return (struct rung_words){warn[rung - RUNG_WARN],
                                   {"Sắp hết thời gian của bước", "The step's time runs out"}};
    return (struct rung_words){"", {"", ""}};
}

static struct rung_words words_of(enum clock_kind clock, int rung)
{
    if (rung < 0 || clock >= CLOCK_KINDS)
        return (struct rung_words){"", {"", ""}};
    if (clock == CLOCK_STEP)
        return step_words(rung);
    if (clock == CLOCK_LEGAL && (size_t)rung < sizeof legal_words / sizeof *legal_words)
        return legal_words[rung];
    if (clock == CLOCK_INTAKE && (size_t)rung < sizeof intake_words / sizeof *intake_words)
        return intake_words[rung];
    if (rung == RUNG_ANSWER_DUE && answer_words[clock].word)
        return answer_words[clock];
    if (rung == RUNG_ANSWER_TOLD && told_words[clock].word)
        return told_words[clock];
    return (struct rung_words){"", {"", ""}};
}

const char *rung_word(enum clock_kind clock, int rung)
{
    return words_of(clock, rung).word;
}

struct text2 rung_title(enum clock_kind clock, int rung)
{
    return words_of(clock, rung).title;
}
