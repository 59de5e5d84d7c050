/*
 * The address that events came from, as a filter has it. It has another digest each day
 * (keyed_digest.h), so the index has a list of each day's events; a digest is made when the search comes
 * to its day.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TIMELINE_ORIGIN_H
#define EVENTLOG_TIMELINE_ORIGIN_H

#include "core/base/arena.h"
#include "eventlog/index_key.h"

struct keyring;
struct timeline_origin;

/* In the days from `first_day` on (keyed_digest_day), `days` of them. Keyring and address are borrowed, as
 * is the arena, in which all lies. Used by one thread. */
struct timeline_origin *timeline_origin_of_days(
    struct keyring *keyring,
    struct text address,
    int64_t first_day,
    size_t days,
    struct arena *arena);

/* By digests of days that are not known, joined. In the arena; the digests are borrowed. */
struct timeline_origin *timeline_origin_of_digests(struct bytes joined, struct arena *arena);

/* Of all its days, joined, in the arena. */
struct bytes timeline_origin_digests(struct timeline_origin *origin, struct arena *arena);

/* Is it known which day each digest is of? */
bool timeline_origin_has_days(const struct timeline_origin *origin);

/* Number of its days. */
size_t timeline_origin_count(const struct timeline_origin *origin);

/* Its keys of the days from `first` to `last`, fewer where it has not all of them; with days that are not
 * known, all. `out` has room for so many. */
size_t timeline_origin_keys(
    struct timeline_origin *origin, int64_t first, int64_t last, struct index_key *out);

/* Did the event come from there? */
bool timeline_origin_has(struct timeline_origin *origin, const struct record *record);

#endif
