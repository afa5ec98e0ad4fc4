/* Metrics: each thread counts in a block of its own; reading sums the blocks.
 * Blocks are static and outlive their threads.  Any thread. */
#include "server/core/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>

#define BLOCKS 96 /* workers, pools, main; more threads share the last block */

enum kind { KIND_counter, KIND_gauge, KIND_histogram };

static const struct metric_info {
    enum kind kind;
    const char *name;
    const char *help;
} info[METRIC_COUNT] = {
#define M(id, kind, text, help) [METRIC_##id] = {KIND_##kind, text, help},
#include "server/core/metrics.def"
#undef M
};

/* Upper bounds in microseconds and as Prometheus wants them: seconds. */
static const struct bound {
    int64_t us;
    const char *le;
} bounds[] = {
    {250, "0.00025"}, {500, "0.0005"},  {1000, "0.001"},  {2500, "0.0025"}, {5000, "0.005"},
    {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},  {250000, "0.25"},
    {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"}, {5000000, "5"},   {10000000, "10"},
};
#define BOUNDS (sizeof bounds / sizeof bounds[0])

#define H(id, kind, text, help) HIST_##kind(id)
#define HIST_counter(id)
#define HIST_gauge(id)
#define HIST_histogram(id) HIST_OF_##id,
enum {
#define M H
#include "server/core/metrics.def"
#undef M
    HISTOGRAMS
};
#undef HIST_histogram
#define HIST_histogram(id) [METRIC_##id] = HIST_OF_##id,
static const int hist_of[METRIC_COUNT] = {
#define M H
#include "server/core/metrics.def"
#undef M
};

struct histogram {
    _Atomic int64_t bucket[BOUNDS + 1];
    _Atomic int64_t sum_us;
};

struct block {
    _Alignas(64) _Atomic int64_t value[METRIC_COUNT];
    struct histogram hist[HISTOGRAMS + 1]; /* +1: the list may hold none */
};

static struct block blocks[BLOCKS];
static atomic_int blocks_used;
static _Thread_local struct block *mine;

static struct block *my_block(void)
{
    if (!mine) {
        int i = atomic_fetch_add(&blocks_used, 1);

        mine = &blocks[i < BLOCKS ? i : BLOCKS - 1];
    }
    return mine;
}

void metric_add(enum metric m, int64_t v)
{
    assert(info[m].kind != KIND_histogram);
    atomic_fetch_add_explicit(&my_block()->value[m], v, memory_order_relaxed);
}

void metric_set(enum metric m, int64_t v)
{
    assert(info[m].kind == KIND_gauge);
    atomic_store_explicit(&my_block()->value[m], v, memory_order_relaxed);
}

void metric_observe(enum metric m, int64_t microseconds)
{
    struct histogram *h = &my_block()->hist[hist_of[m]];
    size_t i = 0;

    assert(info[m].kind == KIND_histogram);
    while (i < BOUNDS && microseconds > bounds[i].us)
        i++;
    atomic_fetch_add_explicit(&h->bucket[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->sum_us, microseconds, memory_order_relaxed);
}

static int64_t sum_value(enum metric m)
{
    int64_t v = 0;

    for (int i = 0; i < BLOCKS; i++)
        v += atomic_load_explicit(&blocks[i].value[m], memory_order_relaxed);
    return v;
}

static int64_t sum_bucket(int hist, size_t bucket)
{
    int64_t v = 0;

    for (int i = 0; i < BLOCKS; i++)
        v += atomic_load_explicit(&blocks[i].hist[hist].bucket[bucket], memory_order_relaxed);
    return v;
}

static void print_histogram(enum metric m, struct buf *out)
{
    int h = hist_of[m];
    int64_t count = 0, sum = 0;

    for (size_t b = 0; b <= BOUNDS; b++) {
        count += sum_bucket(h, b);
        buf_printf(out, "%s_bucket{le=\"%s\"} %lld\n", info[m].name,
                   b < BOUNDS ? bounds[b].le : "+Inf", (long long)count);
    }
    for (int i = 0; i < BLOCKS; i++)
        sum += atomic_load_explicit(&blocks[i].hist[h].sum_us, memory_order_relaxed);
    buf_printf(out, "%s_sum %lld.%06lld\n%s_count %lld\n", info[m].name, (long long)(sum / 1000000),
               (long long)(sum % 1000000), info[m].name, (long long)count);
}

void metrics_print(struct buf *out)
{
    static const char *const word[] = {"counter", "gauge", "histogram"};

    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric m = (enum metric)i;

        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", info[m].name, info[m].help, info[m].name,
                   word[info[m].kind]);
        if (info[m].kind == KIND_histogram)
            print_histogram(m, out);
        else
            buf_printf(out, "%s %lld\n", info[m].name, (long long)sum_value(m));
    }
}
