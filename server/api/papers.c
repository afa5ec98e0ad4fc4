/* From a filled record to a PDF: numbers of its books -> earlier prints -> drawn in the job pool ->
 * noted in the print log -> answered; several, when each of them is noted, bound into one file.
 * Nothing leaves that was not noted.  The request belongs to
 * its worker; while it is drawn or noted it is held, the job and its bytes with it. */
#include <stdlib.h>
#include <string.h>

#include "server/api/page.h"
#include "server/api/paper_fill.h"
#include "server/print/print.h"
#include "server/store/prints.h"
#include "server/store/registers.h"

#define TRIES_MAX      4 /* after somebody printed the same at the same moment */
#define TEMPLATE_ARENA ((size_t)8 << 20)
#define COPIES_MAX     20

struct drawing { /* of the job; freed when it is answered, or nobody waits any more */
    struct req *rq;
    struct printing *const *of; /* of the request's arena: it is held */
    size_t n;
    struct print_order *order; /* as they are drawn: by the templates of their first prints */
    struct arena *arena;       /* of the orders, and of templates that are not in force */
    enum print_fault fault;
    struct print_facts facts;
    struct buf pdf;
    uint8_t template[SHA256_BYTES], plain[SHA256_BYTES], given[SHA256_BYTES];
};

struct printing { /* in the request's arena */
    struct paper_fill f;
    enum paper_kind kind;
    struct paper_record record;
    struct print_key key;
    struct print_order order;
    const char *copy; /* key, or NULL */
    int copies, tries;
    int last; /* number of the last print */
    bool reprint;
    uint8_t digest[SHA256_BYTES], original[SHA256_BYTES]; /* of the record; of the first bytes */
    const char *source; /* of the template of the first print, when it is another one */
    struct drawing *drawing;
    struct papers_bound *bound; /* one of several; NULL: alone */
};

struct papers_bound { /* in the request's arena */
    size_t n, at;
    struct printing *paper[PAPERS_BOUND_MAX];
};

/* ---------------------------------------------------------------- what is asked for */

static const char *const sheets[] = {"a5", "a4", "80mm", NULL};
static const char *const yes_no[] = {"no", "yes", NULL};

static struct printing *printing_of(struct req *rq)
{
    return rq->mine;
}

static bool bad(struct req *rq, const char *vi, const char *en)
{
    reply_detail(rq, ERR_BAD_REQUEST, vi, en);
    return false;
}

static bool sheet_fits(struct req *rq, struct print_order *o, int asked)
{
    bool a5 = o->template->size == PAPER_A5;

    o->sheet = PRINT_OWN;
    if (asked == 2)
        o->sheet = PRINT_ROLL;
    else if (asked == 1 && a5)
        o->sheet = PRINT_A4;
    if ((asked == 0 && !a5) || (asked == 2 && !o->template->rolls))
        return bad(rq, "Giấy này không có mẫu cho khổ ấy.", "This paper has no form of that size.");
    return true;
}

static bool copy_fits(struct req *rq, struct printing *x)
{
    struct span asked = req_query(rq, "copy");

    x->order.copy = x->order.template->copies ? 0 : -1;
    if (asked.p && span_is(asked, "all"))
        x->order.copy = -1;
    else if (asked.p)
        x->order.copy = paper_copy_of(x->order.template, asked);
    if (asked.p && x->order.copy < 0 && !span_is(asked, "all"))
        return bad(rq, "Giấy này không có liên ấy.", "This paper has no such copy.");
    x->copy = x->order.copy >= 0 ? x->order.template->copy[x->order.copy].copy : NULL;
    return true;
}

/* False after answering. */
static bool order_read(struct req *rq, struct printing *x)
{
    const struct paper_set *set = rq->api->conf->papers;
    int paper, english;
    int64_t copies;

    x->order.template =
        set ? paper_choose(set, x->kind, x->f.regime, x->f.sector, &x->order.form) : NULL;
    if (!x->order.template) {
        reply_detail(rq, ERR_NOT_FOUND, "Chưa có mẫu in cho giấy này.",
                     "There is no template of this paper.");
        return false;
    }
    if (!req_query_choice(rq, "paper", sheets, -1, &paper) ||
        !req_query_choice(rq, "english", yes_no, 0, &english) ||
        !req_query_i64(rq, "copies", 1, COPIES_MAX, 1, &copies) ||
        !sheet_fits(rq, &x->order, paper) || !copy_fits(rq, x))
        return false;
    x->order.english = english == 1;
    x->copies = (int)copies;
    x->order.record = &x->record;
    x->key.paper = x->f.about
                       ? arena_printf(rq->arena, "%s/%s", paper_kind_name(x->kind), x->f.about)
                       : paper_kind_name(x->kind);
    x->key.variant = arena_printf(rq->arena, "%s/%s%s%s", PRINT_SHEET_WORDS[x->order.sheet],
                                  x->copy ? x->copy : "all", x->order.english ? "/en" : "",
                                  x->record.field[PF_SECRET] ? "/secret" : "");
    return true;
}

/* ---------------------------------------------------------------- its number */

static void number_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    json_t *j;

    (void)version;
    if (!req_back(rq))
        return;
    j = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!j) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    if (json_i64(j, "number", 0) > 0)
        fill_text(&printing_of(rq)->f, PF_NUMBER, "%02lld", (long long)json_i64(j, "number", 0));
    json_decref(j);
    req_resume(rq);
}

/* From the book of the agency that issues it, in the year that it speaks of. */
static enum flow take_number(struct req *rq)
{
    struct printing *x = printing_of(rq);
    const struct paper_fill *f = &x->f;
    struct civil made;

    if (!paper_kind_numbered(x->kind) || !f->issuer || x->record.made == INSTANT_NONE ||
        x->record.field[PF_NUMBER])
        return FLOW_NEXT;
    made = civil_of_day(lminute_day(lminute_of(x->record.made)));
    store_paper_number(rq->api->store, &x->key, f->snap->org->agency[f->issuer - 1].id,
                       paper_kind_name(x->kind), made.year, number_came, rq);
    return req_held(rq);
}

/* ---------------------------------------------------------------- where it stands in the register
 */

static void place_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct json_fault fault;
    json_t *j;

    (void)version;
    if (!req_back(rq))
        return;
    j = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!j) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    if (json_i64(j, "number", 0) > 0) {
        fill_text(&printing_of(rq)->f, PF_BOOK, "%s", json_str(j, "volume"));
        fill_text(&printing_of(rq)->f, PF_BOOK_NO, "%02lld", (long long)json_i64(j, "number", 0));
    }
    json_decref(j);
    req_resume(rq);
}

/* The receipt of a dossier says what it said when it was first printed; the control slip is
 * written on. */
static enum flow find_place(struct req *rq)
{
    const struct printing *x = printing_of(rq);
    const struct api_conf *conf = rq->api->conf;

    if (!x->f.dossier || (x->kind != PAPER_RECEIPT && x->kind != PAPER_CONTROL))
        return FLOW_NEXT;
    store_register_number(rq->api->store, x->key.subject,
                          x->kind == PAPER_RECEIPT ? x->key.paper : NULL, conf->report_settled,
                          conf->register_volume, place_came, rq);
    return req_held(rq);
}

/* ---------------------------------------------------------------- earlier prints */

static bool digest_of(const json_t *obj, const char *key, uint8_t out[SHA256_BYTES])
{
    const char *hex = json_str(obj, key);

    return hex && strlen(hex) == 2 * SHA256_BYTES && hex_decode(hex, 2 * SHA256_BYTES, out);
}

static void before_came(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct printing *x;
    struct json_fault fault;
    const json_t *first;
    uint8_t record[SHA256_BYTES];
    json_t *j;

    (void)version;
    if (!req_back(rq))
        return;
    x = printing_of(rq);
    j = e == ERR_OK ? json_read(json, &fault) : NULL;
    if (!j) {
        reply_problem(rq, e == ERR_OK ? ERR_INTERNAL : e);
        return;
    }
    x->last = (int)json_i64(j, "last", 0);
    first = json_object_get(j, "original");
    x->reprint = json_is_object(first) && digest_of(first, "record", record) &&
                 digest_of(first, "plain", x->original) &&
                 (paper_kind_once(x->kind) || memcmp(record, x->digest, sizeof record) == 0);
    x->source = x->reprint ? arena_strdup(rq->arena, json_str(first, "source")) : NULL;
    json_decref(j);
    req_resume(rq);
}

static enum flow look_back(struct req *rq)
{
    struct printing *x = printing_of(rq);

    paper_record_digest(&x->record, x->digest);
    rq->wait = WAIT_STORE;
    store_print_before(rq->api->store, &x->key, x->order.template->hash, before_came, rq);
    return FLOW_WAIT;
}

/* ---------------------------------------------------------------- drawing, in the pool */

/* By the template of the first print. */
static bool order_of(struct drawing *d, const struct printing *x, struct print_order *ret)
{
    const struct paper_template *t;
    struct diags diags;

    *ret = x->order;
    ret->reprint = x->reprint;
    if (!x->source)
        return true;
    diags_init(&diags, d->arena);
    t = paper_template_compile(d->arena, span_of(x->source), &diags);
    if (!t)
        return false;
    ret->template = t;
    ret->form = paper_form_of(t, x->f.regime, x->f.sector);
    ret->copy = x->copy ? paper_copy_of(t, span_of(x->copy)) : -1;
    return true;
}

static void draw_once(struct drawing *d, bool marked, uint8_t digest[SHA256_BYTES])
{
    d->order->reprint = marked;
    buf_clear(&d->pdf);
    d->fault = print_render(d->order, &d->pdf, &d->facts);
    sha256(d->pdf.p, d->pdf.n, digest);
}

/* One: as it is without a mark, which is what is compared, and as it is given. */
static void draw_one(struct drawing *d)
{
    bool reprint = d->order->reprint;

    memcpy(d->template, d->order->template->hash, SHA256_BYTES);
    draw_once(d, false, d->plain);
    memcpy(d->given, d->plain, SHA256_BYTES);
    if (d->fault == PRINT_FINE && reprint)
        draw_once(d, true, d->given);
}

static void draw_run(void *job)
{
    struct drawing *d = job;

    d->arena = arena_new(TEMPLATE_ARENA * d->n);
    d->order = ARENA_ARRAY(d->arena, struct print_order, d->n);
    for (size_t i = 0; i < d->n; i++)
        if (!order_of(d, d->of[i], &d->order[i])) {
            d->fault = PRINT_FAILED;
            return;
        }
    if (d->n == 1)
        draw_one(d);
    else
        d->fault = print_render_all(d->order, d->n, &d->pdf, &d->facts);
}

static void drawing_free(struct drawing *d)
{
    if (!d)
        return;
    buf_free(&d->pdf);
    arena_free(d->arena);
    free(d);
}

static void draw_done(void *job, bool ran)
{
    struct drawing *d = job;
    struct req *rq = d->rq;

    if (!req_back(rq)) {
        drawing_free(d);
        return;
    }
    if (ran && d->fault == PRINT_FINE) {
        printing_of(rq)->drawing = d;
        req_resume(rq);
        return;
    }
    if (ran && d->fault == PRINT_TOO_LONG)
        reply_detail(rq, ERR_BAD_REQUEST, "Giấy này dài quá: hãy chọn khoảng ngắn hơn.",
                     "This paper gets too long: ask for less.");
    else
        reply_problem(rq, ran ? ERR_INTERNAL : ERR_UNAVAILABLE);
    drawing_free(d);
}

static enum flow draw_all(struct req *rq, struct printing *const *of, size_t n)
{
    struct drawing *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    d->rq = rq;
    d->of = of;
    d->n = n;
    buf_init(&d->pdf, PRINT_BYTES_MAX);
    if (!pool_submit(rq->api->conf->printing, rq->api->worker, draw_run, draw_done, d)) {
        drawing_free(d);
        reply_problem(rq, ERR_OVERLOADED);
        return FLOW_DONE;
    }
    return req_held(rq);
}

static enum flow draw(struct req *rq)
{
    struct printing **one = ARENA_NEW(rq->arena, struct printing *);

    *one = printing_of(rq);
    return draw_all(rq, one, 1);
}

/* ---------------------------------------------------------------- noting, answering */

/* Shown by the browser's own viewer, which a sandbox would shut out. */
static const char pdf_policy[] =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; base-uri 'none'";

static void answer(struct req *rq, const struct printing *x, struct drawing *d)
{
    const char *code = x->bound ? NULL : x->record.field[PF_CODE];
    const char *name = arena_printf(rq->arena, "inline; filename=\"%s-%s.pdf\"",
                                    code ? code : "mot-cua", paper_kind_name(x->kind));
    struct http_header extra[] = {
        {SPAN_LIT("Content-Disposition"), span_of(name)},
        {SPAN_LIT("Content-Security-Policy"), span_of(pdf_policy)},
    };

    reply_body(rq, 200, "application/pdf", (struct span){d->pdf.p, d->pdf.n}, extra, 2);
}

static void print_begin(struct req *rq);

static enum flow bind_all(struct req *rq)
{
    const struct papers_bound *b = printing_of(rq)->bound;

    return draw_all(rq, b->paper, b->n);
}

static enum flow answer_bound(struct req *rq)
{
    struct drawing *d = printing_of(rq)->drawing;

    answer(rq, printing_of(rq), d);
    drawing_free(d);
    return FLOW_DONE;
}

/* The next one; after the last all of them are drawn again, into one file. */
static void bound_next(struct req *rq, struct papers_bound *b)
{
    static step_fn *const bind_steps[] = {bind_all, answer_bound, NULL};

    if (++b->at < b->n)
        papers_print_bound(rq, b);
    else
        req_flow(rq, bind_steps);
}

static void noted(void *owner, enum err e, struct span json, int64_t version)
{
    struct req *rq = owner;
    struct printing *x = printing_of(rq);
    struct drawing *d = x->drawing;

    (void)json;
    (void)version;
    x->drawing = NULL;
    if (!req_back(rq)) {
        drawing_free(d);
        return;
    }
    if (e == ERR_STALE && ++x->tries < TRIES_MAX) {
        drawing_free(d);
        print_begin(rq);
        return;
    }
    if (e == ERR_OK && x->bound && x->bound->n > 1)
        bound_next(rq, x->bound);
    else if (e == ERR_OK)
        answer(rq, x, d);
    else
        reply_problem(rq, e == ERR_STALE ? ERR_OVERLOADED : e);
    drawing_free(d);
}

static enum flow note(struct req *rq)
{
    struct printing *x = printing_of(rq);
    struct drawing *d = x->drawing;
    const struct paper_template *t = x->order.template;
    struct print_entry e = {
        .key = x->key,
        .nth = x->last + 1,
        .reprint = x->reprint,
        .same = !x->reprint || memcmp(d->plain, x->original, SHA256_BYTES) == 0,
        .seq = x->f.dossier ? json_i64(x->f.d, "seq", 0) : 0,
        .source = x->source ? span_of(x->source) : (struct span){t->source, t->source_len},
        .kind = paper_kind_name(x->kind),
        .pages = d->facts.pages,
        .copies = x->copies,
        .by = rq->user.user,
        .agency = rq->user.agency,
    };

    memcpy(e.record, x->digest, SHA256_BYTES);
    memcpy(e.template, d->template, SHA256_BYTES);
    memcpy(e.plain, d->plain, SHA256_BYTES);
    memcpy(e.given, d->given, SHA256_BYTES);
    store_print_put(rq->api->store, &e, noted, rq);
    return req_held(rq);
}

static step_fn *const print_steps[] = {take_number, find_place, look_back, draw, note, NULL};

static void print_begin(struct req *rq)
{
    req_flow(rq, print_steps);
}

static struct printing *prepare(struct req *rq, const struct paper_fill *f, enum paper_kind kind,
                                const char *subject)
{
    struct printing *x = ARENA_NEW(rq->arena, struct printing);

    x->f = *f;
    x->kind = kind;
    x->record = *f->r;
    x->f.r = &x->record;
    x->key.subject = subject;
    return order_read(rq, x) ? x : NULL;
}

void papers_print(struct req *rq, const struct paper_fill *f, enum paper_kind kind,
                  const char *subject)
{
    struct printing *x = prepare(rq, f, kind, subject);

    rq->mine = x;
    if (x)
        print_begin(rq);
}

bool papers_bind(struct req *rq, struct papers_bound **bound, const struct paper_fill *f,
                 enum paper_kind kind, const char *subject)
{
    struct papers_bound *b = *bound ? *bound : ARENA_NEW(rq->arena, struct papers_bound);
    struct printing *x = prepare(rq, f, kind, subject);

    *bound = b;
    if (!x)
        return false;
    x->bound = b;
    b->paper[b->n++] = x;
    return true;
}

void papers_print_bound(struct req *rq, struct papers_bound *b)
{
    rq->mine = b->paper[b->at];
    print_begin(rq);
}
