/* A page is asked for, its rows are written by the pool, and so on; then the file is the answer. An
 * export under way is held by its request until the last callback; its file has no name, so nothing
 * is left when it is given up. */
#include "server/api/export.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/json_in.h"
#include "server/api/paper_fill.h"
#include "server/store/events.h"

#define EXPORT_WORD_MAX 64

const char *const EXPORT_WORDS[] = {"json", "csv", "xlsx", "pdf", NULL};

struct under_way {
    struct req *rq;
    struct export e;
    enum sheet_format format;
    enum lang lang;
    struct paper_record head; /* of a PDF */
    struct snapshot *snap;    /* of a PDF, counted */
    struct sheet *sheet;      /* NULL: not begun, or handed out */
    char *dir;
    struct buf page;
    int64_t after;    /* -1: that was the last page */
    char *progress;   /* the caller's word for it, or NULL */
    int64_t rows, of; /* written by now; there will be, -1: unknown */
    bool asked_of;
    int64_t until; /* monotonic microseconds: given up then */
    int fd;
    size_t size;
    bool failed, full;
};

const char *export_media(unsigned i)
{
    static const char *const media[] = {
        "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/pdf"};

    return i < 3 ? media[i] : NULL;
}

const char *export_sheets(unsigned i)
{
    return i < 2 ? export_media(i) : NULL;
}

int export_asked(struct req *rq)
{
    struct span accept = http_field(rq->http, "accept");
    int format;

    if (!req_query_choice(rq, "format", EXPORT_WORDS, -1, &format))
        return -1;
    if (format >= 0)
        return format;
    for (unsigned i = 0; export_media(i); i++)
        if (accept.p && span_starts(accept, export_media(i)))
            return (int)i + 1;
    return 0;
}

static void forget(struct under_way *x)
{
    if (x->sheet)
        sheet_drop(x->sheet);
    if (x->fd >= 0)
        (void)close(x->fd);
    buf_free(&x->page);
    snapshot_unref(x->snap);
    free(x->dir);
    free(x->progress);
    free(x);
}

/* ---------------------------------------------------------------- rows (pool) */

static const char *in(const struct under_way *x, struct text2 t)
{
    return text2_in(t, x->lang);
}

static const struct text2 FIGURES_SHEET = {"Số liệu", "Figures"};

/* What the file is about, for whoever opens it a year later. */
static void about(struct under_way *x)
{
    const char *const line[] = {x->e.period, x->e.scope, x->e.judged};

    if (x->format == SHEET_PDF || !x->e.title.vi) /* it stands above its rows */
        return;
    sheet_note(x->sheet, in(x, x->e.title), x->e.period ? x->e.period : "");
    for (size_t i = 1; i < sizeof line / sizeof *line; i++)
        if (line[i])
            sheet_note(x->sheet, "", line[i]);
}

static bool begin(struct under_way *x)
{
    struct sheet_column column[EXPORT_COLUMNS];
    struct sheet_head head = {&x->head, x->lang};
    struct text2 page = x->e.sheet.vi ? x->e.sheet : FIGURES_SHEET;

    for (size_t i = 0; i < x->e.columns; i++)
        column[i] = (struct sheet_column){in(x, x->e.column[i].title), x->e.column[i].kind,
                                          x->e.column[i].width};
    if (x->format == SHEET_PDF && x->e.title.vi)
        page = x->e.title;
    x->sheet = sheet_open(x->format, x->dir, in(x, page), &head, column, x->e.columns);
    if (x->sheet)
        about(x);
    for (size_t i = 0; x->sheet && i < x->e.notes; i++)
        sheet_note(x->sheet, in(x, x->e.note[i].title), in(x, x->e.note[i].about));
    return x->sheet != NULL;
}

/* "2026-11-22T17:00:00+07:00" as people and sheets read it. */
static struct span readable(const struct under_way *x, struct span t, char out[20])
{
    if (t.n != 25 || t.p[10] != 'T' || t.p[19] != '+')
        return t;
    if (x->format == SHEET_PDF)
        return (struct span){
            out, (size_t)snprintf(out, 20, "%.5s %.2s/%.2s/%.4s", t.p + 11, t.p + 8, t.p + 5, t.p)};
    memcpy(out, t.p, 19);
    out[10] = ' ';
    return (struct span){out, 19};
}

static const json_t *value_of(const json_t *item, const json_t *part, const char *each,
                              const struct export_column *c, size_t *nth)
{
    const json_t *v = json_object_get(item, c->key);

    if (each && strcmp(c->key, each) == 0)
        v = part;
    else if (json_is_array(v))
        v = json_array_get(v, (*nth)++);
    return v && c->sub ? json_object_get(v, c->sub) : v;
}

static struct span word_of(const struct under_way *x, size_t column, struct span t)
{
    for (const struct export_word *w = x->e.words[column]; w && w->key; w++)
        if (span_is(t, w->key))
            return span_of(in(x, w->title));
    if (x->e.agency[column] && x->format == SHEET_PDF) {
        const struct organisation *o = x->snap->org;
        int at = organisation_find(o, arena_span(x->rq->arena, t));

        return at < 0 ? t : span_of(in(x, o->agency[at].name));
    }
    return t;
}

static const struct text2 TOTAL = {"Tổng số", "Total"};

/* part: of x->e.each, at this place; NULL: none. */
static void row_of(struct under_way *x, const json_t *item, const json_t *part, size_t at,
                   bool total)
{
    struct sheet_cell cell[EXPORT_COLUMNS];
    char text[EXPORT_COLUMNS][20];
    size_t nth = 0;

    for (size_t i = 0; i < x->e.columns; i++) {
        const struct export_column *c = &x->e.column[i];
        const json_t *v = value_of(item, part, x->e.each, c, &nth);

        bool again = at > 0 && strcmp(c->key, x->e.each) != 0;

        if (again && c->kind != CELL_TEXT)
            v = NULL; /* told in the first row, so that a sum is right */
        cell[i] = (struct sheet_cell){.empty = true};
        if (json_is_string(v))
            cell[i] = (struct sheet_cell){
                .text =
                    word_of(x, i,
                            readable(x, (struct span){json_string_value(v), json_string_length(v)},
                                     text[i]))};
        else if (json_is_integer(v))
            cell[i] = (struct sheet_cell){.n = json_integer_value(v)};
        else if (total && strcmp(c->key, x->lang == LANG_EN ? "title_en" : "title") == 0)
            cell[i] = (struct sheet_cell){.text = span_of(in(x, TOTAL))};
        cell[i].again = again;
        /* a column of texts shows a number as one */
        if (json_is_integer(v) && c->kind == CELL_TEXT)
            cell[i].text = (struct span){
                text[i], (size_t)snprintf(text[i], sizeof text[i], "%lld", (long long)cell[i].n)};
    }
    (void)sheet_row(x->sheet, cell);
}

static void row(struct under_way *x, const json_t *item, bool total)
{
    const json_t *parts = x->e.each ? json_object_get(item, x->e.each) : NULL;
    size_t n = json_array_size(parts);

    for (size_t i = 0; i < n || i == 0; i++)
        row_of(x, item, json_array_get(parts, i), i, total);
}

static void write_page(void *job)
{
    struct under_way *x = job;
    /* our own text, however many values: the bounds of what comes in do not hold here */
    json_t *j = json_loadb(buf_cstr(&x->page), x->page.n, 0, NULL), *item;
    const char *next;
    struct span head, id;
    size_t i;

    x->after = -1;
    if (j && !x->sheet && x->e.widen)
        x->e.widen(&x->e, j);
    if (!j || (!x->sheet && !begin(x))) {
        x->failed = true;
        json_decref(j);
        return;
    }
    json_array_foreach(json_object_get(j, "items"), i, item) row(x, item, false);
    x->rows += (int64_t)i;
    if (sheet_full(x->sheet)) {
        x->full = true;
        json_decref(j);
        return;
    }
    next = json_str(j, "next");
    if (next && span_cut(span_of(next), '.', &head, &id))
        x->failed = !span_i64(id, 0, INT64_MAX, &x->after) ||
                    (x->e.ret_after && !span_i64(head, INT64_MIN + 1, INT64_MAX, x->e.ret_after));
    if (x->after < 0) {
        if (x->e.total && json_is_object(json_object_get(j, "total")))
            row(x, json_object_get(j, "total"), true);
        x->fd = sheet_close(x->sheet, &x->full, &x->size);
        x->sheet = NULL;
        x->failed = x->failed || x->fd < 0;
    }
    json_decref(j);
}

/* ---------------------------------------------------------------- how far it is (loop) */

static bool is_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '-'))
            return false;
    return s.n > 0 && s.n <= EXPORT_WORD_MAX;
}

/* Only whoever thought of the word knows which file that is. */
static void tell_progress(struct under_way *x, bool done)
{
    struct req *rq = x->rq;

    if (!x->progress)
        return;
    store_publish(
        rq->api->store, "export", rq->viewer.agency,
        arena_printf(rq->arena, "{\"export\":\"%s\",\"rows\":%lld,\"of\":%s,\"done\":%s}",
                     x->progress, (long long)x->rows,
                     x->of < 0 ? "null" : arena_printf(rq->arena, "%lld", (long long)x->of),
                     done ? "true" : "false"));
}

/* ---------------------------------------------------------------- pages (loop) */

static void page_heard(void *owner, enum err e, struct span json, int64_t version);

static void ask(struct under_way *x)
{
    struct req *rq = x->rq;
    int64_t page = clock_mono_us() + EXPORT_PAGE_MS * INT64_C(1000);

    rq->deadline = page < x->until ? page : x->until;
    (void)req_held(rq);
    if (rq->frozen) {
        char *text = json_dumps(json_object_get(rq->json, "answer"), JSON_COMPACT);

        page_heard(rq, text ? ERR_OK : ERR_INTERNAL, text ? span_of(text) : SPAN_NONE, 0);
        free(text);
        return;
    }
    x->e.ask(rq, x->e.question, x->after, page_heard);
}

static void count_heard(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct under_way *x = rq->mine;
    json_t *j;

    (void)version;
    if (!req_back(rq)) {
        forget(x);
        return;
    }
    j = e == ERR_OK ? json_loadb(json.p, json.n, 0, NULL)
                    : NULL; /* without it there is no number */
    x->of = j ? x->e.counted(j, x->e.question) : -1;
    json_decref(j);
    tell_progress(x, false);
    ask(x);
}

/* Another page follows; before the first of them, how many rows there will be. */
static void go_on(struct under_way *x)
{
    if (x->progress && x->e.count && !x->asked_of) {
        x->asked_of = true;
        (void)req_held(x->rq);
        x->e.count(x->rq, x->e.question, count_heard);
        return;
    }
    tell_progress(x, false);
    ask(x);
}

static void written(void *job, bool ran)
{
    struct under_way *x = job;
    struct req *rq = x->rq;
    int fd = x->fd;

    if (!req_back(rq)) {
        forget(x);
        return;
    }
    if (ran && !x->failed && x->after >= 0) {
        go_on(x);
        return;
    }
    tell_progress(x, true);
    rq->mine = NULL;
    if (ran && x->full) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "PDF nhận nhiều nhất 1.000 dòng: hãy thu hẹp kỳ, cơ quan, lĩnh vực, hoặc tải "
                     "XLSX, CSV.",
                     "A PDF takes 1,000 rows at most: choose a shorter period, an agency, a field, "
                     "or take XLSX or CSV.");
    } else if (!ran || x->failed) {
        reply_problem(rq, ran ? ERR_INTERNAL : ERR_UNAVAILABLE);
    } else {
        x->fd = -1;
        reply_file(rq, sheet_media(x->format),
                   arena_printf(rq->arena, "%s.%s", x->e.name, EXPORT_WORDS[x->format + 1]), fd,
                   x->size);
    }
    forget(x);
}

static void page_heard(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct under_way *x = rq->mine;

    (void)version;
    if (!req_back(rq)) {
        forget(x);
        return;
    }
    if (e == ERR_OK) {
        buf_clear(&x->page);
        buf_span(&x->page, json);
        (void)req_held(rq);
        if (buf_ok(&x->page) &&
            pool_submit(rq->api->conf->filing, rq->api->worker, write_page, written, x))
            return;
        e = ERR_OVERLOADED;
        rq->wait = WAIT_NONE;
    }
    rq->mine = NULL;
    forget(x);
    reply_problem(rq, e);
}

/* Unit of whoever asks, its place and day, what is told. */
static void head_of(struct under_way *x)
{
    struct req *rq = x->rq;
    struct paper_fill f = {.rq = rq, .r = &x->head};
    struct paper_record *r = &x->head;

    f.snap = x->snap = snapshot_ref(store_snapshot(rq->api->store));
    paper_record_init(r, rq->arena);
    fill_issuer(&f, organisation_of_id(f.snap->org, rq->viewer.agency),
                x->e.made ? x->e.made : clock_now());
    if (r->field[PF_PLACE])
        fill_text(&f, PF_DATED, "%s, %s", r->field[PF_PLACE], r->field[PF_DATED]);
    paper_set(r, PF_PERIOD, x->e.period);
    paper_set(r, PF_SUMMARY, x->e.scope);
    paper_set(r, PF_STAGE, x->e.judged);
    paper_set(r, PF_OFFICER, rq->user.name);
}

void export_begin(struct req *rq, int asked, const struct export *e)
{
    struct span word = req_query(rq, "progress");
    struct under_way *x;

    if (word.p && !is_word(word)) {
        reply_detail(rq, ERR_BAD_REQUEST, "progress: chữ, số, gạch ngang, nhiều nhất 64 ký tự.",
                     "progress: letters, digits, dashes, 64 characters at most.");
        return;
    }
    if (asked == EXPORT_PDF && !e->title.vi) {
        reply_detail(rq, ERR_BAD_REQUEST,
                     "Ở đây không có PDF: chọn csv hoặc xlsx; sổ in tại /v1/reports/register.pdf.",
                     "There is no PDF here: take csv or xlsx; books are printed at "
                     "/v1/reports/register.pdf.");
        return;
    }
    x = calloc(1, sizeof *x);
    if (!x)
        abort();
    *x = (struct under_way){.rq = rq,
                            .e = *e,
                            .format = (enum sheet_format)(asked - 1),
                            .lang = rq->lang,
                            .dir = strdup(rq->api->conf->files_dir),
                            .progress = word.p ? strndup(word.p, word.n) : NULL,
                            .of = -1,
                            .fd = -1};
    if (!x->dir || (word.p && !x->progress))
        abort();
    buf_init(&x->page, ANSWER_MAX);
    if (x->format == SHEET_PDF)
        head_of(x);
    rq->mine = x;
    x->until = clock_mono_us() + EXPORT_MS * INT64_C(1000);
    store_audit(rq->api->store, "export", rq->user.user, http_peer(rq->http),
                arena_printf(rq->arena, "{\"what\":\"%s\",\"format\":\"%s\"}", e->name,
                             EXPORT_WORDS[asked]));
    ask(x);
}
