/* Pictures of procedures: alone, inside a page, with what is in each step now, with the way of one
 * dossier, with the mistakes of a text that is being written.  The worker's thread; drawing in a
 * pool where it takes long. */
#include "server/api/defects.h"
#include "server/api/procedures.h"
#include "server/api/state.h"
#include "server/store/dossier_json.h"

#define TEXT_CHARS   400000
#define BODY_TEXT    ((size_t)1 << 20)
#define SKETCH_ARENA ((size_t)512 << 20)
#define SVG          "image/svg+xml"

/* ---------------------------------------------------------------- alone, inside a page */

void reply_diagram(struct req *rq, const struct procedure *p)
{
    static const struct http_header policy = {
        {"Content-Security-Policy", 23},
        {"default-src 'none'; style-src 'unsafe-inline'; sandbox", 54}};
    struct buf *b = reply_buf(rq);

    procedure_diagram(p, req_snapshot(rq)->org, DIAGRAM_SVG, rq->lang, b);
    reply_body(rq, 200, SVG, (struct span){b->p, b->n}, &policy, 1);
}

static void reply_picture(struct req *rq, const struct procedure *p,
                          const struct picture_mark *mark)
{
    struct buf *b = reply_buf(rq);

    procedure_picture(p, req_snapshot(rq)->org, mark, rq->lang, b);
    reply_body(rq, 200, SVG, (struct span){b->p, b->n}, NULL, 0);
}

/* ---------------------------------------------------------------- what is in each step now */

struct live {
    const struct procedure *p;
    struct live_query q;
};

static struct picture_mark live_mark(struct req *rq, const struct live_step *s)
{
    struct picture_mark m = {.flags = s->late || s->overdue ? MARK_LATE : 0};
    bool en = rq->lang == LANG_EN;
    int64_t late = s->late > s->overdue ? s->late : s->overdue;

    m.badge = late ? arena_printf(rq->arena, en ? "%lld · ▲ %lld late" : "%lld · ▲ %lld trễ",
                                  (long long)s->open, (long long)late)
                   : arena_printf(rq->arena, "%lld", (long long)s->open);
    m.say = arena_printf(rq->arena,
                         en ? "%lld dossiers here; %lld past the step's due, %lld past the promise"
                            : "%lld hồ sơ ở bước này; %lld quá hạn bước, %lld quá ngày hẹn trả",
                         (long long)s->open, (long long)s->late, (long long)s->overdue);
    return m;
}

static void live_came(void *owner, enum err e, const struct live_step *step, size_t n)
{
    struct req *rq = owner;
    const struct live *k;
    struct picture_mark *mark;

    if (!req_came(rq, e))
        return;
    k = rq->mine;
    mark = ARENA_ARRAY(rq->arena, struct picture_mark, k->p->steps + 1);
    for (size_t i = 0; i < n; i++) {
        int at = procedure_step(k->p, step[i].step);

        if (at >= 0)
            mark[at] = live_mark(rq, &step[i]);
    }
    reply_picture(rq, k->p, mark);
}

/* Numbers only: who keeps procedures sees those of everywhere, others of what they may see. */
static void reply_live(struct req *rq, struct live *k)
{
    struct viewer v = rq->viewer;

    v.all = v.all || (v.roles & (1u << ROLE_BUSINESS_ADMIN));
    rq->mine = k;
    rq->wait = WAIT_STORE;
    store_procedure_live(rq->api->store, &v, &k->q, rq->arena, live_came, rq);
}

static const char *const yes_no[] = {"0", "1", NULL};

static void diagram(struct req *rq)
{
    const struct snapshot *s = req_snapshot(rq);
    struct live *k = ARENA_NEW(rq->arena, struct live);
    dayno today = lminute_day(lminute_of(clock_now()));
    int live, page;
    int64_t version;

    k->q.since = INSTANT_NONE;
    if (!req_query_choice(rq, "live", yes_no, 0, &live) ||
        !req_query_choice(rq, "page", yes_no, 0, &page) ||
        !req_query_i64(rq, "version", 1, 1000000, 0, &version) || !query_agency(rq, &k->q.agency) ||
        (req_query(rq, "from").p && !query_day(rq, "from", today, &k->q.since)))
        return;
    k->p = version ? procedure_numbered(s, span_of(rq->param[0]), (int)version)
                   : snapshot_procedure(s, rq->param[0], today);
    if (!k->p) {
        reply_problem(rq, ERR_NOT_FOUND);
        return;
    }
    k->q.procedure = k->p->code;
    k->q.version = k->p->version;
    if (live)
        reply_live(rq, k);
    else if (page)
        reply_picture(rq, k->p, NULL);
    else
        reply_diagram(rq, k->p);
}

/* ---------------------------------------------------------------- the way of one dossier */

/* Working minutes of its own calendar, in days and hours. */
static const char *spent_words(struct req *rq, int64_t minutes, int day)
{
    bool en = rq->lang == LANG_EN;
    int64_t days = day > 0 ? minutes / day : 0, rest = minutes - days * day;
    const char *s = "";

    if (days)
        s = arena_printf(rq->arena, en ? "%lld d " : "%lld ngày ", (long long)days);
    if (rest >= 60)
        s = arena_printf(rq->arena, en ? "%s%lld h " : "%s%lld giờ ", s, (long long)(rest / 60));
    if (rest % 60 && !days)
        s = arena_printf(rq->arena, en ? "%s%lld min " : "%s%lld phút ", s, (long long)(rest % 60));
    if (!*s)
        return en ? "0 h" : "0 giờ";
    return arena_strndup(rq->arena, s, strlen(s) - 1);
}

struct way { /* one step of a dossier's way */
    bool done, now, late;
    int64_t minutes;
    int day; /* minutes of a working day where it was done */
};

static const struct calendar *calendar_of(const struct snapshot *snap, const struct dossier *s,
                                          int step)
{
    const char *name = "office";

    for (size_t i = 0; i < s->clocks; i++)
        if (s->clock[i].kind == CLOCK_STEP && s->clock[i].subject == step && s->clock[i].calendar)
            name = s->clock[i].calendar;
    return snapshot_calendar(snap, name);
}

static void spend(const struct snapshot *snap, const struct dossier *s, int step, instant from,
                  instant to, instant due, struct way *w)
{
    const struct calendar *k = calendar_of(snap, s, step);
    int64_t minutes;

    w->late |= due != INSTANT_NONE && due < DUE_NEVER && to > due;
    if (k && worktime_elapsed(k, lminute_of(from), lminute_of(to), &minutes) == TIME_FINE) {
        w->minutes += minutes > 0 ? minutes : 0;
        w->day = calendar_day_minutes(k);
    }
}

static struct way *way_of(struct req *rq, const struct procedure *p, const struct dossier *s)
{
    struct way *w = ARENA_ARRAY(rq->arena, struct way, p->steps + 1);
    const struct snapshot *snap = req_snapshot(rq);

    for (size_t i = 0; i < s->dones; i++) {
        const struct step_done *d = &s->done[i];

        if (d->step < 0 || (size_t)d->step >= p->steps)
            continue;
        w[d->step].done = true;
        if (!d->branch) /* branches run beside each other: their times do not add up */
            spend(snap, s, d->step, d->started, d->finished, d->due, &w[d->step]);
    }
    for (size_t i = 0; i < s->tasks; i++) {
        const struct task *t = &s->task[i];

        if (t->step < 0 || (size_t)t->step >= p->steps || t->request)
            continue;
        w[t->step].now = true;
        if (!t->branch)
            spend(snap, s, t->step, t->opened, clock_now(), t->due, &w[t->step]);
    }
    return w;
}

static struct picture_mark way_mark(struct req *rq, const struct step *s, const struct way *w)
{
    bool en = rq->lang == LANG_EN;
    const char *spent = spent_words(rq, w->minutes, w->day);
    const char *state = w->now    ? (en ? "now" : "đang ở đây")
                        : w->done ? (en ? "done" : "đã xong")
                                  : (en ? "ahead" : "chưa đến");
    struct picture_mark m = {.flags = (w->now    ? MARK_NOW
                                       : w->done ? MARK_DONE
                                                 : MARK_AHEAD) |
                                      (w->late ? MARK_LATE : 0u)};
    struct buf plan;

    if (!w->now && !w->done) {
        m.say = state;
        return m;
    }
    buf_init(&plan, 200);
    if (s->has_limit)
        quantity_words(s->limit, rq->lang, &plan);
    m.badge = arena_printf(rq->arena, "%s %s%s", w->now ? "●" : "✓", s->is_split ? "" : spent,
                           w->late ? " ▲" : "");
    m.say = arena_printf(rq->arena,
                         en ? "%s; used %s of working time%s%s%s" : "%s; đã dùng %s làm việc%s%s%s",
                         state, spent, plan.n ? (en ? ", planned " : ", kế hoạch ") : "",
                         buf_cstr(&plan), w->late ? (en ? ", late" : ", trễ hạn") : "");
    buf_free(&plan);
    return m;
}

static void dossier_came(void *owner, enum err e, const struct dossier *s)
{
    struct req *rq = owner;
    const struct procedure *p;
    struct picture_mark *mark;
    const struct way *w;

    if (!req_back(rq))
        return;
    p = e == ERR_OK && s ? snapshot_procedure_hash(req_snapshot(rq), s->procedure_hash) : NULL;
    if (!p) {
        reply_problem(rq, e != ERR_OK ? e : s ? ERR_STALE_CONFIG : ERR_NOT_FOUND);
        return;
    }
    w = way_of(rq, p, s);
    mark = ARENA_ARRAY(rq->arena, struct picture_mark, p->steps + 1);
    for (size_t i = 0; i < p->steps; i++)
        mark[i] = way_mark(rq, &p->step[i], &w[i]);
    reply_picture(rq, p, mark);
}

static void of_dossier(struct req *rq)
{
    rq->wait = WAIT_STORE;
    store_dossier_state(rq->api->store, &rq->viewer, rq->param[0], rq->arena, dossier_came, rq);
}

/* ---------------------------------------------------------------- while it is written */

struct sketch_in {
    const char *text;
};

static void sketch_work(struct changing *g)
{
    const struct sketch_in *in = g->mine;
    struct arena *a = arena_new(SKETCH_ARENA);
    struct procedure_env env = {.org = g->snap->org};
    struct picture_mark mark[STEPS_MAX] = {{0}};
    uint64_t faulty = 0;
    struct procedure *p;
    struct diags d;

    diags_init(&d, a);
    p = procedure_sketch(a, span_of(in->text), &env, &d, &faulty);
    for (size_t i = 0; p && i < p->steps; i++)
        if (faulty >> i & 1)
            mark[i] = (struct picture_mark){MARK_FAULT, g->lang == LANG_EN ? "! mistake" : "! lỗi",
                                            g->lang == LANG_EN ? "a mistake stands in this step"
                                                               : "có lỗi trong bước này"};
    if (p)
        procedure_picture(p, g->snap->org, mark, g->lang, &g->out);
    else
        changing_fail_defects(g, &d);
    arena_free(a);
}

static void sketch(struct req *rq)
{
    changing_study(rq, sketch_work, rq->body, SVG);
}

/* ---------------------------------------------------------------- the sheet */

static void style(struct req *rq)
{
    struct http_header h = {SPAN_LIT("Cache-Control"), SPAN_LIT("public, max-age=3600")};
    struct buf *b = reply_buf(rq);

    procedure_diagram_css(b);
    reply_body(rq, 200, "text/css; charset=utf-8", (struct span){b->p, b->n}, &h, 1);
}

static const struct bind_key sketch_keys[] = {
    BIND(struct sketch_in, LINES, text, BIND_REQUIRED, 1, TEXT_CHARS, "nội dung tệp thủ tục",
         "text of the procedure file"),
};
static const struct bind_shape sketch_shape =
    BIND_SHAPE("SketchText", struct sketch_in, sketch_keys);

static const struct route_param diagram_params[] = {
    {"live", {"1: số hồ sơ đang ở mỗi bước", "1: how many dossiers are in each step"}},
    {"page",
     {"1: để chèn vào trang; live luôn như vậy", "1: to be put into a page; live always is"}},
    {"version", {"phiên bản; mặc định: đang có hiệu lực", "version; default: the one in force"}},
    {"agency", {"live: việc ở đơn vị này và cấp dưới", "live: work at this agency and under it"}},
    {"from", {"live: vào bước từ ngày", "live: entered since this day"}},
    {NULL, {NULL, NULL}},
};

static const struct route rows[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/procedures/{code}/diagram.svg",
     .flags = ROUTE_PACK,
     .permission = PERM_CATALOGUE,
     .lane = LANE_REPORT,
     .handle = diagram,
     .media = SVG,
     .query = diagram_params,
     .summary = {"Lưu đồ của thủ tục", "Diagram of the procedure"}},
    {.method = HTTP_GET,
     .pattern = "/v1/dossiers/{code}/diagram.svg",
     .permission = PERM_DOSSIER_READ,
     .lane = LANE_READ,
     .handle = of_dossier,
     .media = SVG,
     .summary = {"Đường đi của hồ sơ trên lưu đồ", "The dossier's way on the diagram"}},
    {.method = HTTP_POST,
     .pattern = "/v1/procedures/diagram",
     .flags = ROUTE_PACK,
     .permission = PERM_CONFIGURE,
     .lane = LANE_REPORT,
     .handle = sketch,
     .body = &sketch_shape,
     .body_max = BODY_TEXT,
     .media = SVG,
     .summary = {"Lưu đồ của một tệp đang soạn, bước sai được đánh dấu",
                 "Diagram of a text being written, faulty steps marked"}},
    {.method = HTTP_GET,
     .pattern = "/web/diagram.css",
     .permission = PERM_PUBLIC,
     .flags = ROUTE_HIDDEN | ROUTE_PACK,
     .lane = LANE_READ,
     .handle = style,
     .media = "text/css",
     .summary = {"Kiểu trình bày của lưu đồ trong trang", "Style sheet of diagrams in pages"}},
};
ROUTE_TABLE(routes_diagrams, rows);
