/*
 * Rate limits per route and caller (a person, an address), in a sliding window: each hit counts for 60 seconds, the first
 * one beyond the limit blocks for 60 seconds, and blocked hits do not prolong that.
 *
 * The one structure that threads share without messages: a table in stripes, a lock each. It is
 * bounded: beyond its size the entry that was quiet longest makes room.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_THROTTLE_H
#define API_THROTTLE_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct throttle_table;

/* `limit`: hits a minute for each pair; 0: everything is let through. */
struct throttle_table *throttle_new(int64_t limit);
void throttle_free(struct throttle_table *table); /* accepts NULL */

struct throttle_verdict {
    bool is_allowed;
    int64_t limit;
    int64_t remaining;
    int64_t reset_s; /* until the oldest hit ends, or the block */
};

/* Counts a hit. `now_us` is monotonic. Any thread. */
struct throttle_verdict
throttle_hit(struct throttle_table *table, size_t route, struct text caller, int64_t now_us);

/* Is the caller blocked now? Counts nothing. */
struct throttle_verdict
throttle_look(struct throttle_table *table, size_t route, struct text caller, int64_t now_us);

#endif
