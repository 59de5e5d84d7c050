/*
 * From instants to wall times and back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/zone.h"

#include "core/time/calendar.h"
#include "core/time/zone_internal.h"

#include <unicode/ucal.h>

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, MINUTES = 60 };

const struct zone *zone_of_icu(struct text name, struct arena *arena)
{
    struct zone *zone = arena_one(arena, struct zone);
    UChar *wide = arena_array(arena, name.size + 1, sizeof(*wide));

    for (size_t i = 0; i < name.size; i++)
        wide[i] = (UChar)(unsigned char)name.data[i];
    wide[name.size] = 0;
    *zone = (struct zone){.icu_name = wide};
    return zone;
}

/* Opened for each question: this is for systems without a tz database only. */
static int64_t icu_offset(const struct zone *zone, int64_t instant)
{
    UErrorCode error = U_ZERO_ERROR;
    UCalendar *calendar = ucal_open(zone->icu_name, -1, "en", UCAL_GREGORIAN, &error);
    int64_t ms = 0;

    if (U_FAILURE(error))
        return 0;
    ucal_setMillis(calendar, (double)instant * 1000, &error);
    ms = (int64_t)ucal_get(calendar, UCAL_ZONE_OFFSET, &error) +
         ucal_get(calendar, UCAL_DST_OFFSET, &error);
    ucal_close(calendar);
    return U_FAILURE(error) ? 0 : ms / 1000;
}

/* The number of changes up to this instant. */
static size_t changes_until(const struct zone *zone, int64_t instant)
{
    size_t low = 0;
    size_t high = zone->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].at <= instant)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t zone_offset(const struct zone *zone, int64_t instant)
{
    size_t passed;

    if (zone->icu_name != NULL)
        return icu_offset(zone, instant);
    passed = changes_until(zone, instant);
    if (passed == zone->count && zone->has_rule)
        return zone_rule_offset(&zone->rule, instant);
    return passed == 0 ? zone->first_offset : zone->changes[passed - 1].offset;
}

int64_t zone_wall(const struct zone *zone, int64_t instant)
{
    return instant + zone_offset(zone, instant);
}

/* Clocks are not put forward or back twice within half a day: looking that often finds every offset
 * by which they might show it. */
static bool find_shown(const struct zone *zone, int64_t wall, int64_t *out)
{
    bool is_found = false;

    for (int64_t at = wall - DAY_S; at <= wall + DAY_S; at += DAY_S / 2) {
        int64_t instant = wall - zone_offset(zone, at);
        if (zone_wall(zone, instant) == wall && (!is_found || instant < *out)) {
            *out = instant;
            is_found = true;
        }
    }
    return is_found;
}

/* The first later wall time of its day, in such steps, that is shown. */
static bool find_later(const struct zone *zone, int64_t wall, int64_t step, int64_t *out)
{
    int64_t midnight = (calendar_day(wall) + 1) * DAY_S;

    for (int64_t later = wall + step; later < midnight; later += step) {
        if (find_shown(zone, later, out))
            return true;
    }
    return false;
}

int64_t zone_instant(const struct zone *zone, int64_t wall, bool *out_is_shown)
{
    int64_t instant = 0;
    bool is_shown = find_shown(zone, wall, &instant);

    if (out_is_shown != NULL)
        *out_is_shown = is_shown;
    if (is_shown || find_later(zone, wall, HOUR_S, &instant) ||
        find_later(zone, wall, MINUTE_S, &instant))
        return instant;
    return wall - zone_offset(zone, wall);
}

struct text zone_local_time(const struct zone *zone, struct timestamp at, struct arena *arena)
{
    int64_t instant = at.us / US_PER_S;
    int64_t offset = zone == NULL ? 0 : zone_offset(zone, instant);
    int64_t minutes = (offset < 0 ? -offset : offset) / MINUTE_S;
    struct calendar_date date = calendar_date(calendar_day(instant + offset));
    int64_t second = instant + offset - calendar_day(instant + offset) * DAY_S;

    return text_format(
        arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", (int)date.year, date.month, date.day,
        (int)(second / HOUR_S), (int)(second / MINUTE_S % MINUTES), (int)(second % MINUTE_S),
        offset < 0 ? '-' : '+', (int)(minutes / MINUTES), (int)(minutes % MINUTES));
}
