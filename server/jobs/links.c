/* Brings news between dossiers, one message at a time: reads what waits, looks at the dossier as it
 * is now, acts on the other one, notes what came of it.  After a crash the message still waits, and
 * bringing it again changes nothing (idempotency key of a child; news that are known).  The object
 * belongs to the service; its worker's thread. */
#include "server/jobs/links.h"

#include <stdlib.h>

#include "common/base/json_in.h"
#include "server/core/log.h"
#include "server/core/metrics.h"

#define LOOK_MS      2000
#define AGAIN_MS     5000 /* after the database did not answer */
#define OTHERS_MS    7000 /* another daemon has the lease */
#define LEASE_S      20
#define BATCH        16
#define ARENA_MAX    ((size_t)64 << 20)
#define DOCUMENT_MAX 256 /* longer than any that a decision lets through */

struct news { /* one message */
    int64_t id, dossier, task;
    enum { NEWS_TELL, NEWS_OPEN, NEWS_HEAR } what;
    char document[DOCUMENT_MAX]; /* minutes of a correction; "": none */
};

struct links {
    struct worker *w;
    struct store *st;
    struct timer *wake;
    char holder[33];
    struct arena *arena; /* of the message under way */
    struct news batch[BATCH];
    size_t n, at;
    struct act act;
    const struct dossier *from; /* the dossier that the message is of */
    size_t link;                /* which of its links is dealt with now */
};

static void next_news(struct links *l);
static void next_link(struct links *l);

/* ---------------------------------------------------------------- what came of it */

static void settled(void *owner, enum err e, int64_t messages)
{
    struct links *l = owner;

    (void)messages;
    if (e != ERR_OK) {
        timer_start(l->wake, AGAIN_MS);
        return;
    }
    l->at++;
    next_news(l);
}

static void settle(struct links *l, enum err e)
{
    const struct news *n = &l->batch[l->at];
    const char *fault = e == ERR_OK ? NULL : err_code(e);

    metric_add(e == ERR_OK ? METRIC_OUTBOX_DELIVERED : METRIC_OUTBOX_FAILED, 1);
    if (e != ERR_OK)
        log_event(LOG_L_WARN, "link not brought", LOG_INT("dossier", n->dossier),
                  LOG_INT("task", n->task), LOG_STR("error", fault));
    store_outbox_settle(l->st, "link", &n->id, &fault, 1, settled, l);
}

/* ---------------------------------------------------------------- bringing */

static void act_begin(struct links *l)
{
    l->act = (struct act){.arena = l->arena, .if_match = -1, .owner = l};
}

static void child_opened(void *owner, struct act *a)
{
    struct links *l = owner;

    if (a->e == ERR_OK && !a->replayed)
        log_event(LOG_L_INFO, "child opened", LOG_INT("parent", l->batch[l->at].dossier),
                  LOG_INT("child", a->current ? a->current->id : 0));
    settle(l, a->e);
}

static void open_child(struct links *l, const struct dossier *s, struct span content)
{
    const struct news *n = &l->batch[l->at];

    act_begin(l);
    if (!link_child_act(store_snapshot(l->st), s, n->task, content, clock_now(), &l->act)) {
        settle(l, ERR_OK);
        return;
    }
    l->act.done = child_opened;
    store_act(l->st, &l->act);
}

static void told(void *owner, struct act *a)
{
    struct links *l = owner;

    if (a->e != ERR_OK) {
        settle(l, a->e);
        return;
    }
    l->link++;
    next_link(l);
}

/* Of these two one is the other's parent, child, correction: what the second tells the first. */
static void bring(struct links *l, const char *code, const struct dossier *from,
                  enum link_kind kind, int64_t task, void (*done)(void *owner, struct act *a))
{
    struct link_news *n = ARENA_NEW(l->arena, struct link_news);
    struct ask *minutes = ARENA_NEW(l->arena, struct ask);

    *n = (struct link_news){.kind = kind,
                            .dossier = from->id,
                            .code = from->code,
                            .task = task,
                            .due = kind == LINK_PARENT ? INSTANT_NONE : from->current_due,
                            .finished = kind == LINK_PARENT ? INSTANT_NONE : from->finished,
                            .refusal = from->result.refusal,
                            .number = from->result.number,
                            .signer = from->result.signer,
                            .file = from->result.file,
                            .date = from->result.date,
                            .ended = dossier_end_word(from)};
    if (l->batch[l->at].document[0])
        minutes->document = l->batch[l->at].document;
    act_begin(l);
    l->act.code = code ? code : "";
    l->act.cmd = (struct command){.kind = CMD_LINK, .link = n, .ask = minutes};
    l->act.done = done;
    store_act(l->st, &l->act);
}

/* A parent that had ended before it knew this child says so now. */
static void parent_told(void *owner, struct act *a)
{
    struct links *l = owner;
    const struct dossier *parent = a->current;

    if (a->e == ERR_OK && parent && dossier_end_word(parent) && l->from->code &&
        !dossier_end_word(l->from))
        bring(l, l->from->code, parent, LINK_PARENT, 0, told);
    else
        told(owner, a);
}

/* What the dossier promised and came to, as it stands now, to whoever listens. */
static void tell(struct links *l, const struct link *to)
{
    switch (to->kind) {
    case LINK_PARENT:
        bring(l, to->code, l->from, LINK_CHILD, to->task, parent_told);
        break;
    case LINK_CORRECTS:
        bring(l, to->code, l->from, LINK_CORRECTED_BY, 0, told);
        break;
    default:
        bring(l, to->code, l->from, LINK_PARENT, 0, told);
        break;
    }
}

/* ---------------------------------------------------------------- hearing again */

static void child_come(void *owner, enum err e, const struct dossier *child, struct span content)
{
    struct links *l = owner;

    (void)content;
    if (e != ERR_OK)
        settle(l, e);
    else
        bring(l, l->from->code, child, LINK_CHILD, l->from->link[l->link].task, told);
}

static bool wanted(const struct links *l, const struct link *to)
{
    if (l->batch[l->at].what == NEWS_HEAR)
        return to->kind == LINK_CHILD && to->finished != INSTANT_NONE;
    return to->kind == LINK_PARENT || to->kind == LINK_CORRECTS ||
           (to->kind == LINK_CHILD && to->code && dossier_end_word(l->from));
}

static void next_link(struct links *l)
{
    const struct dossier *s = l->from;

    while (l->link < s->links && !wanted(l, &s->link[l->link]))
        l->link++;
    if (l->link >= s->links)
        settle(l, ERR_OK);
    else if (l->batch[l->at].what == NEWS_HEAR)
        store_linked_dossier(l->st, s->link[l->link].dossier, l->arena, child_come, l);
    else
        tell(l, &s->link[l->link]);
}

static void source_come(void *owner, enum err e, const struct dossier *s, struct span content)
{
    struct links *l = owner;

    if (e != ERR_OK) {
        settle(l, e);
        return;
    }
    l->from = s;
    l->link = 0;
    if (l->batch[l->at].what == NEWS_OPEN)
        open_child(l, s, content);
    else
        next_link(l);
}

static void next_news(struct links *l)
{
    if (l->at >= l->n) {
        timer_start(l->wake, l->n == BATCH ? 1 : LOOK_MS);
        return;
    }
    arena_reset(l->arena);
    store_linked_dossier(l->st, l->batch[l->at].dossier, l->arena, source_come, l);
}

/* ---------------------------------------------------------------- looking */

static void lease_come(void *owner, enum err e, bool mine)
{
    struct links *l = owner;

    if (e == ERR_OK && mine)
        next_news(l);
    else
        timer_start(l->wake, e == ERR_OK ? OTHERS_MS : AGAIN_MS);
}

static bool read_news(const struct outbox_row *row, struct news *ret)
{
    struct json_fault fault;
    json_t *body = json_read(row->body, &fault);
    const char *verb = json_str(body, "do");

    *ret = (struct news){.id = row->id, .dossier = row->dossier};
    ret->what = !verb                       ? NEWS_TELL
                : strcmp(verb, "open") == 0 ? NEWS_OPEN
                : strcmp(verb, "hear") == 0 ? NEWS_HEAR
                                            : NEWS_TELL;
    ret->task = json_i64(body, "task", 0);
    (void)snprintf(ret->document, sizeof ret->document, "%s",
                   json_str(body, "document") ? json_str(body, "document") : "");
    json_decref(body);
    return verb != NULL;
}

static void waiting_come(void *owner, enum err e, const struct outbox_row *row, size_t n)
{
    struct links *l = owner;
    size_t i;

    l->n = l->at = 0;
    for (i = 0; e == ERR_OK && i < n && l->n < BATCH; i++)
        if (read_news(&row[i], &l->batch[l->n]))
            l->n++;
    if (l->n == 0)
        timer_start(l->wake, e == ERR_OK ? LOOK_MS : AGAIN_MS);
    else
        store_job_take(l->st, "links", l->holder, LEASE_S, lease_come, l);
}

static void look(void *arg)
{
    struct links *l = arg;

    store_outbox(l->st, "link", clock_now(), BATCH, waiting_come, l);
}

/* ---------------------------------------------------------------- life */

struct links *links_new(void)
{
    struct links *l = calloc(1, sizeof *l);
    uint8_t bytes[16];

    if (!l)
        abort();
    random_bytes(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, l->holder);
    return l;
}

void links_open(struct links *l, struct worker *w, struct store *st)
{
    l->w = w;
    l->st = st;
    l->arena = arena_new(ARENA_MAX);
    l->wake = timer_new(w, look, l);
    timer_start(l->wake, LOOK_MS);
}

void links_close(struct links *l)
{
    if (!l->wake)
        return;
    store_orphan(l->st, l);
    l->wake = timer_free(l->wake);
    arena_free(l->arena);
    l->arena = NULL;
}

struct links *links_free(struct links *l)
{
    free(l);
    return NULL;
}
