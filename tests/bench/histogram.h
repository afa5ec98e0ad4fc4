/* Latency histogram: logarithmic buckets with three digits, microseconds.
 * The caller embeds it; one thread. */
#ifndef TESTS_BENCH_HISTOGRAM_H
#define TESTS_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB     1024 /* buckets for each doubling: better than 0.1 % */
#define HISTOGRAM_BUCKETS (32 * HISTOGRAM_SUB)

struct histogram {
    uint64_t count[HISTOGRAM_BUCKETS];
    uint64_t n;
    int64_t max;
};

static inline unsigned histogram_bucket(int64_t us)
{
    uint64_t v = us < 0 ? 0 : (uint64_t)us;
    unsigned top, shift;

    if (v < 2 * HISTOGRAM_SUB)
        return (unsigned)v;
    top = 63 - (unsigned)__builtin_clzll(v);
    shift = top - 10; /* keeps 11 significant bits: the leading one and log2(SUB) more */
    v = (uint64_t)(shift + 1) * HISTOGRAM_SUB + ((v >> shift) - HISTOGRAM_SUB);
    return v < HISTOGRAM_BUCKETS ? (unsigned)v : HISTOGRAM_BUCKETS - 1;
}

static inline int64_t histogram_value(unsigned b)
{
    unsigned shift;

    if (b < 2 * HISTOGRAM_SUB)
        return (int64_t)b;
    shift = b / HISTOGRAM_SUB - 1;
    return (int64_t)(((uint64_t)(b % HISTOGRAM_SUB) + HISTOGRAM_SUB) << shift);
}

static inline void histogram_add(struct histogram *h, int64_t us)
{
    h->count[histogram_bucket(us)]++;
    h->n++;
    if (us > h->max)
        h->max = us;
}

/* Value below which a share of p/10000 lies. */
static inline int64_t histogram_at(const struct histogram *h, unsigned p)
{
    uint64_t want = (h->n * p + 9999) / 10000, sum = 0;
    unsigned b;

    for (b = 0; b < HISTOGRAM_BUCKETS && h->n; b++) {
        sum += h->count[b];
        if (sum >= want && h->count[b])
            return histogram_value(b);
    }
    return h->max;
}

#endif
