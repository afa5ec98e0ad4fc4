/* Clock and randomness of the house, both seams.
 * No objects but the test clock.  Any thread. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "server/core/worker.h"

static _Atomic instant test_clock = INSTANT_NONE;

static int64_t read_clock_us(clockid_t id)
{
    struct timespec ts;

    if (clock_gettime(id, &ts) != 0)
        abort();
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

instant clock_now(void)
{
    instant t = atomic_load_explicit(&test_clock, memory_order_relaxed);

    return t != INSTANT_NONE ? t : read_clock_us(CLOCK_REALTIME);
}

int64_t clock_mono_us(void)
{
    return read_clock_us(CLOCK_MONOTONIC);
}

void clock_set_for_tests(instant now)
{
    atomic_store_explicit(&test_clock, now, memory_order_relaxed);
}

void random_bytes(void *p, size_t n)
{
    unsigned char *at = p;

    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fputs("no random bytes from the system\n", stderr);
            abort();
        }
        at += got;
        n -= (size_t)got;
    }
}
