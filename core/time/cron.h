/*
 * Recurring times as five fields of cron say them, in a time zone.
 *
 *   minute  hour  day of month  month  day of week          "0,30 8-17 * * MON-FRI"
 *
 * A field is a list, with commas, of values, ranges (a-b) or *; the latter two may have a step (a-b/n).
 * Months and days of the week have names of three letters in any case; 0 and 7 are Sunday. Where both
 * days are restricted, either will do, as POSIX says; only * alone restricts nothing.
 *
 * Clocks that are put forward or back: where hours are named, each wall time is one instant, by the rule
 * of zone_instant(); where the hour is *, time goes on as it does, and both rounds of an hour count.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_CRON_H
#define CORE_TIME_CRON_H

#include "core/base/text.h"
#include "core/base/timestamp.h"

struct zone;

/* Bit n is set: value n is one of them. */
struct cron {
    uint64_t minutes;
    uint64_t hours;
    uint64_t days;
    uint64_t months;
    uint64_t weekdays; /* 0: Sunday */
    bool has_any_hour; /* the field was * */
    bool has_any_day;
    bool has_any_weekday;
};

enum { CRON_WHY_BYTES = 160 };

/* False where it is none, or names no day that any year has: `why` says which field, and what would do. */
MUST_USE bool cron_read(struct text text, struct cron *out, char why[CRON_WHY_BYTES]);

/* The first time after another one. False where there is none before the year 10000. */
MUST_USE bool cron_next(
    const struct cron *cron,
    const struct zone *zone,
    struct timestamp after,
    struct timestamp *out);

#endif
