/*
 * A time zone: what its clocks show at an instant, and when they show something. As a file of the tz
 * database has it (RFC 8536), or asked of ICU where there is no database.
 *
 * Instants are seconds since 1970 UTC. A wall time is what a clock on the wall shows, counted in the
 * same way as if it were UTC. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_ZONE_H
#define CORE_TIME_ZONE_H

#include "core/base/arena.h"
#include "core/base/timestamp.h"

struct zone;

/* Of the bytes of such a file, in the arena; NULL where they are none. */
const struct zone *zone_read(struct bytes file, struct arena *arena);

/* As ICU knows it by that name, in the arena. */
const struct zone *zone_of_icu(struct text name, struct arena *arena);

/* Seconds that its clocks are ahead of UTC. */
int64_t zone_offset(const struct zone *zone, int64_t instant);

/* What its clocks show. */
int64_t zone_wall(const struct zone *zone, int64_t instant);

/* The one rule for clocks that are put forward or back. The first instant at which they show it; where
 * they never do, the first later one of that day with the same minute, else with any; of a day that they
 * leave out, about when it would have been. `out_is_shown` (may be NULL): they do show it. */
int64_t zone_instant(const struct zone *zone, int64_t wall, bool *out_is_shown);

/* "2026-03-29T03:30:00+02:00", in the arena. A zone that is NULL is UTC. */
struct text zone_local_time(const struct zone *zone, struct timestamp at, struct arena *arena);

#endif
