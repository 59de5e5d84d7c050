/*
 * How often something is done: every minute, each hour at a minute, as a line of cron says …, in a time
 * zone. What a cadence takes is a row of a table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_TIME_RECURRENCE_H
#define CORE_TIME_RECURRENCE_H

#include "core/shape/shape.h"

struct timezone_list;

enum cadence {
    CADENCE_MINUTELY = 1,
    CADENCE_CUSTOM = 2,
    CADENCE_HOURLY = 3,
    CADENCE_DAILY = 4,
    CADENCE_WEEKLY = 5,
    CADENCE_CRON = 6
};
extern const char *const cadence_names[];

enum { RECURRENCE_LONGEST_CRON = 200, RECURRENCE_LONGEST_ZONE = 80 };
enum { RECURRENCE_MOST_MINUTES = 10080 };

/* What its cadence does not take is absent; but a minute is 0. */
struct recurrence {
    struct enum_value cadence;
    int64_t minute;
    int64_t hour;
    int64_t day_of_week; /* 0: Sunday */
    int64_t interval_minutes;
    struct text cron;
    struct text timezone; /* as the tz database spells it */
};
extern const struct shape recurrence_shape;

/* Values that a cadence may take, as bits. */
enum recurrence_part {
    RECURRENCE_MINUTE = 1 << 0,
    RECURRENCE_HOUR = 1 << 1,
    RECURRENCE_DAY_OF_WEEK = 1 << 2,
    RECURRENCE_INTERVAL = 1 << 3,
    RECURRENCE_CRON = 1 << 4
};

/* Is it as its cadence wants it? `given`: the parts that somebody gave, null or not. Makes it so that what
 * is not taken is absent; else fills `why`, in the arena. The time zone is not looked at. */
MUST_USE bool recurrence_settle(
    struct recurrence *recurrence, unsigned given, struct arena *arena, struct text *why);

/* The first time after another one. False where there is none: the zone is unknown, or the year 9999 is
 * over. */
MUST_USE bool recurrence_next(
    const struct recurrence *recurrence,
    const struct timezone_list *zones,
    struct timestamp after,
    struct timestamp *out);

/* "Every day at 07:30 Europe/Berlin", in the arena. */
struct text recurrence_label(const struct recurrence *recurrence, struct arena *arena);

#endif
