/*
 * The next time of a cron, day by day: days are few, and most of them are passed over by their date.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/cron.h"

#include "core/time/calendar.h"
#include "core/time/zone.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, MINUTES = 60, HOURS = 24 };
enum { LAST_YEAR = 9999, LONGEST_SHIFT_S = 4 * HOUR_S };

static bool has(uint64_t values, int64_t value)
{
    return (values >> value & 1) != 0;
}

static bool is_day(const struct cron *cron, int64_t day, struct calendar_date date)
{
    bool is_of_month = has(cron->days, date.day);
    bool is_of_week = has(cron->weekdays, calendar_weekday(day));

    if (!has(cron->months, date.month))
        return false;
    if (cron->has_any_day || cron->has_any_weekday)
        return is_of_month && is_of_week;
    return is_of_month || is_of_week;
}

static int64_t minute_of_day(int64_t wall)
{
    return (wall - calendar_day(wall) * DAY_S) / MINUTE_S;
}

/* When a day begins, or somewhat before. */
static int64_t day_begin(const struct zone *zone, int64_t day)
{
    bool is_shown;
    int64_t midnight = zone_instant(zone, day * DAY_S, &is_shown);

    return is_shown ? midnight : midnight - LONGEST_SHIFT_S;
}

/* By instants: the first minute whose wall time is one of them. */
static bool find_by_instant(
    const struct cron *cron, const struct zone *zone, int64_t day, int64_t after, int64_t *out)
{
    int64_t begin = day_begin(zone, day);
    int64_t instant = (begin > after ? begin - 1 : after) / MINUTE_S * MINUTE_S;
    int64_t wall;

    do {
        instant += MINUTE_S;
        wall = zone_wall(zone, instant);
        if (calendar_day(wall) == day && has(cron->minutes, minute_of_day(wall) % MINUTES)) {
            *out = instant;
            return true;
        }
    } while (calendar_day(wall) <= day);
    return false;
}

/* By wall times, each of which is one instant. Those that are shown come in order, so that the first of
 * them after `after` ends the search; one that is left out may come behind it. */
static bool find_by_wall(
    const struct cron *cron, const struct zone *zone, int64_t day, int64_t after, int64_t *out)
{
    int64_t from = zone_wall(zone, after) - LONGEST_SHIFT_S;
    bool is_found = false;
    bool is_over = false;

    for (int64_t i = 0; i < HOURS * MINUTES && !is_over; i++) {
        int64_t wall = day * DAY_S + i * MINUTE_S;
        int64_t instant;
        bool is_shown;
        if (wall < from || !has(cron->hours, i / MINUTES) || !has(cron->minutes, i % MINUTES))
            continue;
        instant = zone_instant(zone, wall, &is_shown);
        if (instant <= after)
            continue;
        if (!is_found || instant < *out)
            *out = instant;
        is_found = true;
        is_over = is_shown;
    }
    return is_found;
}

bool cron_next(
    const struct cron *cron, const struct zone *zone, struct timestamp after, struct timestamp *out)
{
    int64_t after_s = after.us / US_PER_S;
    int64_t day = calendar_day(zone_wall(zone, after_s));
    struct calendar_date date = calendar_date(day);

    for (; date.year <= LAST_YEAR; date = calendar_date(++day)) {
        int64_t found = 0;
        if (!is_day(cron, day, date))
            continue;
        if (cron->has_any_hour ? find_by_instant(cron, zone, day, after_s, &found)
                               : find_by_wall(cron, zone, day, after_s, &found)) {
            *out = (struct timestamp){found * US_PER_S};
            return true;
        }
    }
    return false;
}
