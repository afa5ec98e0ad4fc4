/* Agencies that have ended: what is open there moves to their successors, page by page, by two
 * persons.  Doing it again finds what is left.  Blocking. */
#include "server/store/running_inside.h"

struct succeeding {
    int agency;
    struct ask ask;
};

static enum err read_page(const struct each *x, int64_t after, int limit, struct page *ret)
{
    const struct succeeding *k = x->mine;
    const struct organisation *o = x->r->snap->org;
    struct db_args *p = blocking_args(x->r->b, 3);
    struct arena *a = arena_new((size_t)1 << 20);
    int32_t *id = ARENA_ARRAY(a, int32_t, o->agencies + 1);
    size_t n = agencies_ended(o, k->agency, lminute_day(lminute_of(clock_now())), id);
    enum err e;

    db_i32s(p, id, NULL, n);
    db_i64(p, after);
    db_i32(p, limit);
    e = page_of(x->r, "running_succession", p, limit, ret);
    arena_free(a);
    return e;
}

static struct command succeed(const struct each *x)
{
    struct succeeding *k = x->mine;

    return (struct command){.kind = CMD_SUCCEED,
                            .agency = k->agency,
                            .ask = &k->ask,
                            .approver = x->by->approver,
                            .note = x->by->note};
}

enum err running_succeed(struct running *r, const struct run_by *by, int agency, int64_t after,
                         int limit, struct each_sum *sum, struct page_read *ret)
{
    struct succeeding k = {agency, {.document = by->document}};
    struct each x = {
        .r = r, .by = by, .sum = sum, .mine = &k, .read = read_page, .command = succeed};

    return running_each(&x, after, limit, ret);
}
