/*
 * Watching the wall clock against the clock since boot and against the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/clock.h"

static const int64_t HARMLESS_LAG_US = INT64_C(5) * US_PER_S;
static const int64_t JUMP_US = INT64_C(3600) * US_PER_S;

struct clock_watch clock_watch_begin(struct timestamp wall, int64_t boot_us)
{
    return (struct clock_watch){.offset_us = wall.us - boot_us};
}

bool clock_watch_look(
    struct clock_watch *watch, struct timestamp wall, int64_t boot_us, struct timestamp last)
{
    int64_t moved = wall.us - boot_us - watch->offset_us;
    int64_t behind = last.us - wall.us;
    bool was_behind = watch->is_behind;
    bool had_jumped = watch->has_jumped;

    watch->behind_us = behind > 0 ? (uint64_t)behind : 0;
    watch->is_behind = behind > HARMLESS_LAG_US;
    watch->has_jumped = had_jumped || moved > JUMP_US || moved < -JUMP_US;
    return (watch->is_behind && !was_behind) || (watch->has_jumped && !had_jumped);
}
