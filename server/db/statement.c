/* Statements by name, and the calls made of them.
 * The db owns its table; a call belongs to the list it stands in.  The worker's thread. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/metrics.h"
#include "server/db/inside.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct statement *)a)->name, ((const struct statement *)b)->name);
}

struct statements *statements_new(const struct embedded *files)
{
    struct statements *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    for (const struct embedded *f = files; f->name; f++) {
        struct statement *one = &s->item[s->n++];
        size_t n = strlen(f->name);

        assert(s->n <= DB_STATEMENTS_MAX && n > 4 && n - 4 < sizeof one->name);
        memcpy(one->name, f->name, n - 4);
        one->name[n - 4] = '\0';
        one->sql = f->data;
        one->brief = strncmp(f->data, BRIEF, strlen(BRIEF)) == 0;
    }
    qsort(s->item, (size_t)s->n, sizeof s->item[0], by_name);
    return s;
}

int statement_find(const struct statements *s, const char *name)
{
    int lo = 0, hi = s->n - 1;

    while (lo <= hi) {
        int mid = (lo + hi) / 2, cmp = strcmp(name, s->item[mid].name);

        if (cmp == 0)
            return mid;
        if (cmp < 0)
            hi = mid - 1;
        else
            lo = mid + 1;
    }
    return -1;
}

/* ---- calls */

struct call *call_new(enum db_lane lane, int stmt, const struct db_args *args, db_done *done,
                      void *owner)
{
    size_t n = args ? (size_t)args->n : 0, bytes = 0;
    struct call *k;
    char *at;

    for (size_t i = 0; i < n; i++)
        bytes += (size_t)args->len[i];
    k = malloc(sizeof *k + n * (sizeof *k->value + sizeof *k->len) + bytes);
    if (!k)
        return NULL;
    *k = (struct call){.lane = lane, .stmt = stmt, .done = done, .owner = owner, .n = (int)n};
    k->value = (const char **)(k + 1);
    k->len = (int *)(k->value + n);
    at = (char *)(k->len + n);
    for (size_t i = 0; i < n; i++) {
        size_t len = (size_t)args->len[i];

        k->len[i] = args->len[i];
        k->value[i] = args->value[i] ? at : NULL;
        if (len)
            memcpy(at, args->value[i], len);
        at += len;
    }
    return k;
}

void call_free(struct call *k)
{
    PQclear(k->result);
    free(k);
}

void call_finish(struct call *k, enum err e)
{
    struct db_rows rows = {.value = NULL};
    struct db_outcome out = {e, NULL, k->sqlstate};

    if (e == ERR_OK && k->result && !rows_open(&rows, k->result))
        out.e = k->lane == LANE_ACT ? ERR_OUTCOME_UNKNOWN : ERR_INTERNAL;
    if (out.e == ERR_OK)
        out.rows = &rows;
    else
        metric_add(METRIC_DB_ERRORS, 1);
    if (k->done)
        k->done(k->owner, &out);
    rows_close(&rows);
    call_free(k);
}

void calls_init(struct call_list *l)
{
    *l = (struct call_list){.tail = &l->head};
}

void calls_push(struct call_list *l, struct call *k)
{
    k->next = NULL;
    *l->tail = k;
    l->tail = &k->next;
    l->n++;
}

void calls_unshift(struct call_list *l, struct call *k)
{
    k->next = l->head;
    if (!l->head)
        l->tail = &k->next;
    l->head = k;
    l->n++;
}

struct call *calls_pop(struct call_list *l)
{
    struct call *k = l->head;

    if (!k)
        return NULL;
    l->head = k->next;
    if (!l->head)
        l->tail = &l->head;
    l->n--;
    return k;
}

void calls_orphan(struct call_list *l, void *owner)
{
    for (struct call *k = l->head; k; k = k->next) {
        if (k->owner == owner) {
            k->done = NULL;
            k->owner = NULL;
        }
    }
}
