/* Random numbers of a play: one seed repeats it.  One thread. */
#ifndef TESTS_LIB_DICE_H
#define TESTS_LIB_DICE_H

#include <stdbool.h>
#include <stdint.h>

void dice_seed(uint64_t seed);
unsigned dice(unsigned n); /* 0 … n-1 */
static inline bool one_in(unsigned n)
{
    return dice(n) == 0;
}

#endif
