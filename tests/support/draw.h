/*
 * Numbers that look random and are the same each time, on every machine: SplitMix64, whose state is all of
 * it, so that a case is had again by its seed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_DRAW_H
#define TESTS_SUPPORT_DRAW_H

#include <stdint.h>

static inline uint64_t draw_any(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline uint64_t draw_below(uint64_t *state, uint64_t limit)
{
    return draw_any(state) % limit;
}

#endif
