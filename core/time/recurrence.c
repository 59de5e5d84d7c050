/*
 * The table of cadences. Each but the interval is a cron: what it takes is fixed, the rest is any.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/recurrence.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/time/cron.h"
#include "core/time/timezone.h"

enum { MINUTE_S = 60, LONGEST_LABEL = 512 };

const char *const cadence_names[] = {"minutely", "custom", "hourly", "daily",
                                     "weekly",   "cron",   NULL};

static const struct field recurrence_fields[] = {
    {ENUM(recurrence, cadence, cadence_names), .tag = 1, .flags = REQUIRED,
     .doc = "How often it is done."},
    {INT64(recurrence, minute), .tag = 2, .doc = "Minute of the hour."},
    {INT64(recurrence, hour), .tag = 3, .doc = "Hour of the day."},
    {INT64(recurrence, day_of_week), .tag = 4, .doc = "Day of the week; 0 is Sunday."},
    {INT64(recurrence, interval_minutes), .tag = 5, .doc = "Minutes from one time to the next."},
    {TEXT(recurrence, cron), .tag = 6, .doc = "Five fields of cron."},
    {TEXT(recurrence, timezone), .tag = 7, .flags = REQUIRED, .doc = "IANA time zone."},
};
const struct shape recurrence_shape =
    SHAPE(recurrence, "How often something is done, and in which time zone.");

#define TIME_OF_DAY (RECURRENCE_MINUTE | RECURRENCE_HOUR)

/* In labels {M} is the minute, {H} the hour, {W} the day of the week, {N} the interval, {C} the cron. */
static const struct cadence_row {
    unsigned takes;
    const char *lacking;  /* something that it takes was not given */
    const char *too_much; /* something else was */
    const char *label;
} cadences[] = {
    [CADENCE_MINUTELY] =
        {0, NULL, "Minutely schedules do not accept hour, dayOfWeek, or intervalMinutes values.",
         "Every minute"},
    [CADENCE_CUSTOM] =
        {RECURRENCE_INTERVAL, "Custom schedules require an intervalMinutes value.",
         "Custom schedules do not accept hour or dayOfWeek values.", "Every {N} minutes"},
    [CADENCE_HOURLY] =
        {RECURRENCE_MINUTE, NULL, "Hourly schedules accept only the minute field.",
         "Every hour at :{M}"},
    [CADENCE_DAILY] =
        {TIME_OF_DAY, "Daily schedules require an hour value.",
         "Daily schedules do not accept dayOfWeek or intervalMinutes values.",
         "Every day at {H}:{M}"},
    [CADENCE_WEEKLY] =
        {TIME_OF_DAY | RECURRENCE_DAY_OF_WEEK,
         "Weekly schedules require both hour and dayOfWeek values.",
         "Weekly schedules do not accept an intervalMinutes value.", "Every {W} at {H}:{M}"},
    [CADENCE_CRON] =
        {RECURRENCE_CRON, "Cron schedules require a cron value.",
         "Cron schedules do not accept hour, dayOfWeek, or intervalMinutes values.", "{C}"},
};

static const struct cadence_row *row_of(const struct recurrence *recurrence)
{
    must(recurrence->cadence.is >= CADENCE_MINUTELY && recurrence->cadence.is <= CADENCE_CRON);
    return &cadences[recurrence->cadence.is];
}

static unsigned parts_of(const struct recurrence *recurrence)
{
    return (recurrence->minute != INT64_ABSENT ? RECURRENCE_MINUTE : 0U) |
           (recurrence->hour != INT64_ABSENT ? RECURRENCE_HOUR : 0U) |
           (recurrence->day_of_week != INT64_ABSENT ? RECURRENCE_DAY_OF_WEEK : 0U) |
           (recurrence->interval_minutes != INT64_ABSENT ? RECURRENCE_INTERVAL : 0U) |
           (text_is_present(recurrence->cron) ? RECURRENCE_CRON : 0U);
}

static bool refuse(struct arena *arena, struct text *why, const char *sentence)
{
    *why = text_copy(arena, text_from(sentence));
    return false;
}

/* A minute is asked for by all but cron, also by those that do not use it. */
bool recurrence_settle(
    struct recurrence *recurrence, unsigned given, struct arena *arena, struct text *why)
{
    const struct cadence_row *row = row_of(recurrence);
    unsigned has = parts_of(recurrence);
    bool is_cron = recurrence->cadence.is == CADENCE_CRON;
    struct cron cron;
    char reason[CRON_WHY_BYTES];

    if (!is_cron && (has & RECURRENCE_MINUTE) == 0)
        return refuse(arena, why, "minute must be an integer number");
    if ((row->takes & ~has) != 0)
        return refuse(arena, why, row->lacking);
    if (!is_cron && (given & RECURRENCE_CRON) != 0)
        return refuse(arena, why, "Only cron schedules accept a cron value.");
    if ((given & ~row->takes & ~(unsigned)RECURRENCE_MINUTE) != 0)
        return refuse(arena, why, row->too_much);
    if (is_cron && !cron_read(recurrence->cron, &cron, reason)) {
        *why = text_format(arena, "cron: %s", reason);
        return false;
    }
    if ((row->takes & RECURRENCE_MINUTE) == 0)
        recurrence->minute = 0;
    return true;
}

static struct cron cron_of(const struct recurrence *recurrence)
{
    unsigned takes = row_of(recurrence)->takes;
    char why[CRON_WHY_BYTES];
    struct cron cron = {
        .minutes = UINT64_MAX,
        .hours = UINT64_MAX,
        .days = UINT64_MAX,
        .months = UINT64_MAX,
        .weekdays = UINT64_MAX,
        .has_any_hour = (takes & RECURRENCE_HOUR) == 0,
        .has_any_day = true,
        .has_any_weekday = (takes & RECURRENCE_DAY_OF_WEEK) == 0,
    };

    if ((takes & RECURRENCE_CRON) != 0)
        must(cron_read(recurrence->cron, &cron, why));
    if ((takes & RECURRENCE_MINUTE) != 0)
        cron.minutes = UINT64_C(1) << recurrence->minute;
    if ((takes & RECURRENCE_HOUR) != 0)
        cron.hours = UINT64_C(1) << recurrence->hour;
    if ((takes & RECURRENCE_DAY_OF_WEEK) != 0)
        cron.weekdays = UINT64_C(1) << recurrence->day_of_week;
    return cron;
}

bool recurrence_next(
    const struct recurrence *recurrence,
    const struct timezone_list *zones,
    struct timestamp after,
    struct timestamp *out)
{
    const struct zone *zone = timezone_list_zone(zones, recurrence->timezone);
    struct cron cron;

    if (recurrence->cadence.is == CADENCE_CUSTOM) {
        int64_t minutes = after.us / US_PER_S / MINUTE_S + recurrence->interval_minutes;
        *out = (struct timestamp){minutes * MINUTE_S * US_PER_S};
        return true;
    }
    if (zone == NULL)
        return false;
    cron = cron_of(recurrence);
    return cron_next(&cron, zone, after, out);
}

static void add_part(const struct recurrence *recurrence, char part, struct buf *out)
{
    static const char *const weekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

    if (part == 'M')
        buf_printf(out, "%02d", (int)recurrence->minute);
    else if (part == 'H')
        buf_printf(out, "%02d", (int)recurrence->hour);
    else if (part == 'W')
        buf_add_c(out, weekdays[recurrence->day_of_week]);
    else if (part == 'N')
        buf_add_int64(out, recurrence->interval_minutes);
    else
        buf_add_text(out, recurrence->cron);
}

struct text recurrence_label(const struct recurrence *recurrence, struct arena *arena)
{
    AUTO_BUF out = {0};

    buf_init(&out, LONGEST_LABEL);
    for (const char *c = row_of(recurrence)->label; *c != '\0'; c++) {
        if (*c == '{') {
            add_part(recurrence, c[1], &out);
            c += 2;
        } else {
            buf_add_char(&out, *c);
        }
    }
    buf_add_char(&out, ' ');
    buf_add_text(&out, recurrence->timezone);
    return text_copy(arena, buf_text(&out));
}
