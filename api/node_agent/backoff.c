/*
 * Waits between tries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/backoff.h"

#include "core/base/random.h"
#include "core/base/timestamp.h"

enum { MOST_DOUBLINGS = 5, LONGEST_S = 30 };

int64_t backoff_next_us(struct backoff *backoff)
{
    unsigned doublings = backoff->failures < MOST_DOUBLINGS ? backoff->failures : MOST_DOUBLINGS;
    int64_t wait_us = (int64_t)(1U << doublings) * US_PER_S;
    uint32_t draw;

    if (wait_us > LONGEST_S * (int64_t)US_PER_S)
        wait_us = LONGEST_S * (int64_t)US_PER_S;
    backoff->failures++;
    random_fill(&draw, sizeof(draw));
    return wait_us * 4 / 5 + wait_us * 2 / 5 * (draw % 1024) / 1024;
}
