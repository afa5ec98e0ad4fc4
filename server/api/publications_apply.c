/* Carrying out what two persons agreed to: texts are published in the order in which they need each
 * other, dates recalculated, running dossiers moved.  Each may be broken off and goes on when it is
 * approved once more.  The pool's thread. */
#include <jansson.h>
#include <stdlib.h>

#include "server/api/publishing.h"

#define ONE_CALL_US 8000000 /* a recalculation goes on so long, then the caller asks again */

bool publication_bound(struct changing *g, struct approving *x, const struct bind_shape *shape,
                       json_t **ret)
{
    struct json_fault fault;

    *ret = json_read(x->p->body, &fault);
    x->body = arena_alloc(g->rq->arena, shape->size);
    violations_init(&x->bad, g->rq->arena);
    if (*ret && bind_json(*ret, shape, x->body, &x->bad))
        return true;
    changing_fail(g, ERR_INTERNAL, NULL);
    return false;
}

static bool publish_one(struct changing *g, const struct text_in *t, struct two_persons who,
                        struct buf *why)
{
    struct span text = span_of(t->text);

    switch (t->kind) {
    case TEXT_CALENDAR:
        return store_publish_calendar(g->conninfo, t->name, text, who, why);
    case TEXT_REGIME:
        return store_publish_regime(g->conninfo, text, who, why);
    case TEXT_ORGANISATION:
        return store_publish_organisation(g->conninfo, text, who, why);
    default:
        return store_publish_procedure(g->conninfo, text, who, why);
    }
}

/* In the order in which they need each other; what is published already says nothing new. */
static void do_texts(struct changing *g, struct approving *x)
{
    const struct texts_in *in = x->body;
    struct two_persons who = {x->p->author_login, x->p->approver_login};
    struct buf why;

    buf_init(&why, 65536);
    for (int kind = 0; kind <= TEXT_PROCEDURE; kind++)
        for (size_t i = 0; g->e == ERR_OK && i < in->texts; i++)
            if (in->text[i].kind == kind && !publish_one(g, &in->text[i], who, &why))
                changing_fail(g, ERR_INVALID, buf_cstr(&why));
    buf_free(&why);
    if (g->e == ERR_OK)
        g->e = publication_progress(g->conninfo, x->id, 0,
                                    arena_printf(g->rq->arena, "{\"texts\":%zu}", in->texts), true);
}

static struct running *run_open(struct changing *g)
{
    struct running *r;
    struct buf why;

    buf_init(&why, 65536);
    r = running_open(g->conninfo, NULL, &why); /* the newest configuration */
    if (!r)
        changing_fail(g, ERR_UNAVAILABLE, NULL);
    buf_free(&why);
    return r;
}

/* The act is the author's; whoever approves is the second person. */
static bool run_as(struct changing *g, struct approving *x, struct running *r, const char *note,
                   struct run_by *ret)
{
    enum err e = running_actor(r, x->p->author_login, &ret->actor);

    ret->approver = g->actor.user;
    ret->document = x->p->document;
    ret->note = note;
    if (e != ERR_OK)
        changing_fail(g, e, NULL);
    return e == ERR_OK;
}

static int64_t number_in(json_t *o, const char *key)
{
    return o ? json_i64(o, key, 0) : 0;
}

/* One page more, and how far that came. */
typedef enum err page_fn(void *mine, struct running *r, const struct run_by *by, int64_t after,
                         struct page_read *ret);
typedef const char *sum_fn(void *mine, struct arena *a);

/* Goes on after the dossier it had come to, for some seconds; what was moved is not moved again. */
static void go_on(struct changing *g, struct approving *x, const char *note, page_fn *page_of,
                  sum_fn *sum_of, void *mine)
{
    int64_t until = clock_mono_us() + ONE_CALL_US;
    struct page_read page = {0, x->p->last};
    struct running *r = run_open(g);
    struct run_by by;
    enum err e = ERR_OK;

    if (r && run_as(g, x, r, note, &by))
        do {
            e = page_of(mine, r, &by, page.next, &page);
            if (e == ERR_OK)
                e = publication_progress(g->conninfo, x->id, page.next, sum_of(mine, g->rq->arena),
                                         page.next == 0);
        } while (e == ERR_OK && page.next && clock_mono_us() < until);
    if (e != ERR_OK)
        changing_fail(g, e, NULL);
    running_close(r);
}

static struct each_sum sum_before(json_t *before)
{
    return (struct each_sum){.read = number_in(before, "read"),
                             .moved = number_in(before, "moved"),
                             .refused = number_in(before, "refused")};
}

static enum err recalculate_page(void *mine, struct running *r, const struct run_by *by,
                                 int64_t after, struct page_read *ret)
{
    return running_recalculate(r, by, true, after, RUNNING_PAGE_MAX, mine, ret);
}

static const char *recalculated_text(void *mine, struct arena *a)
{
    const struct recalculated *s = mine;

    return arena_printf(a,
                        "{\"read\":%lld,\"moved\":%lld,\"promises\":%lld,\"kept\":%lld,"
                        "\"refused\":%lld}",
                        (long long)s->each.read, (long long)s->each.moved, (long long)s->promises,
                        (long long)s->kept, (long long)s->each.refused);
}

static void do_recalculation(struct changing *g, struct approving *x)
{
    const struct recalculation_in *in = x->body;
    struct json_fault fault;
    json_t *before = x->p->report.n ? json_read(x->p->report, &fault) : NULL;
    struct recalculated sum = {.each = sum_before(before),
                               .promises = number_in(before, "promises"),
                               .kept = number_in(before, "kept")};

    json_decref(before);
    go_on(g, x, in->note, recalculate_page, recalculated_text, &sum);
}

struct succeeding {
    int agency;
    struct each_sum sum;
};

static enum err succeed_page(void *mine, struct running *r, const struct run_by *by, int64_t after,
                             struct page_read *ret)
{
    struct succeeding *k = mine;

    return running_succeed(r, by, k->agency, after, RUNNING_PAGE_MAX, &k->sum, ret);
}

static const char *succeeded_text(void *mine, struct arena *a)
{
    const struct each_sum *s = &((struct succeeding *)mine)->sum;

    return arena_printf(a, "{\"read\":%lld,\"moved\":%lld,\"refused\":%lld}", (long long)s->read,
                        (long long)s->moved, (long long)s->refused);
}

static void do_succession(struct changing *g, struct approving *x)
{
    const struct succession_in *in = x->body;
    const struct organisation *o = g->snap->org;
    int at = in->agency ? organisation_find(o, in->agency) : -1;
    struct json_fault fault;
    json_t *before = x->p->report.n ? json_read(x->p->report, &fault) : NULL;
    struct succeeding k = {at >= 0 ? o->agency[at].id : 0, sum_before(before)};

    json_decref(before);
    if (in->agency && at < 0)
        changing_fail(g, ERR_CONFLICT, NULL);
    else
        go_on(g, x, in->note, succeed_page, succeeded_text, &k);
}

struct problem_count {
    int64_t n;
    char first[64];
    const char *why;
    struct arena *a;
    enum lang lang;
};

static void count_problem(void *ctx, const struct move_item *it)
{
    struct problem_count *k = ctx;

    if (k->n++ == 0) {
        size_t n = it->before->code ? strlen(it->before->code) : 0;

        n = n < sizeof k->first ? n : sizeof k->first - 1;
        memcpy(k->first, it->before->code ? it->before->code : "", n);
        k->first[n] = '\0';
        k->why = arena_strdup(k->a, text2_in(it->refusal[0].detail, k->lang));
    }
}

/* All or none; what stands in the way is told, and the plan lists it all. */
static void do_move(struct changing *g, struct approving *x, const char *procedure)
{
    const struct move_in *in = x->body;
    struct problem_count k = {.a = g->rq->arena, .lang = g->lang};
    struct running *r = run_open(g);
    struct move_query q;
    struct moved m = {0, 0};
    struct run_by by;
    enum err e;

    if (r && run_as(g, x, r, in->note, &by) &&
        move_query_of(g, running_snapshot(r), procedure, in, &q)) {
        e = running_move(r, &q, &by, count_problem, &k, &m);
        if (e == ERR_OK)
            e = publication_progress(
                g->conninfo, x->id, 0,
                arena_printf(g->rq->arena, "{\"moved\":%lld}", (long long)m.dossiers), true);
        if (e == ERR_CONFLICT)
            changing_fail(g, e,
                          g->lang == LANG_EN
                              ? arena_printf(g->rq->arena, "%lld dossiers cannot be moved; %s: %s",
                                             (long long)k.n, k.first, k.why)
                              : arena_printf(g->rq->arena, "%lld hồ sơ không chuyển được; %s: %s",
                                             (long long)k.n, k.first, k.why));
        else if (e != ERR_OK)
            changing_fail(g, e, NULL);
    }
    running_close(r);
}

void publication_carry_out(struct changing *g, struct approving *x)
{
    json_t *body = NULL, *procedure;
    const char *code = NULL;

    if (strcmp(x->p->kind, "move") == 0) {
        struct json_fault fault;
        json_t *whole = json_read(x->p->body, &fault);

        procedure = whole ? json_object_get(whole, "procedure") : NULL;
        code = procedure ? arena_strdup(g->rq->arena, json_string_value(procedure)) : "";
        if (whole) {
            char *text;

            (void)json_object_del(whole, "procedure");
            text = json_dumps(whole, JSON_COMPACT);
            x->p->body = span_of(arena_strdup(g->rq->arena, text ? text : "{}"));
            free(text);
        }
        json_decref(whole);
    }
    if (publication_bound(g, x, publication_body(x->p->kind), &body)) {
        if (strcmp(x->p->kind, "texts") == 0)
            do_texts(g, x);
        else if (code)
            do_move(g, x, code);
        else if (strcmp(x->p->kind, "succession") == 0)
            do_succession(g, x);
        else
            do_recalculation(g, x);
    }
    json_decref(body);
}
