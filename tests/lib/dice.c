/* splitmix64.  One thread. */
#include "tests/lib/dice.h"

static uint64_t state = 1;

void dice_seed(uint64_t seed)
{
    state = seed;
}

unsigned dice(unsigned n)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return (unsigned)(z >> 33) % n;
}
