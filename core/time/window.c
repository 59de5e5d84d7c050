/*
 * Windows: how they are written, and when they are open.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/window.h"

#include "core/base/must.h"
#include "core/time/cron.h"
#include "core/time/recurrence.h"
#include "core/time/timezone.h"

#define MINUTE_US (INT64_C(60) * US_PER_S)

static const struct field window_fields[] = {
    {TEXT(window, name), .tag = 1, .flags = REQUIRED | ONE_LINE | TRIM, .min = 1,
     .max = WINDOW_LONGEST_NAME, .doc = "Name of the window."},
    {TEXT(window, cron), .tag = 2, .flags = ONE_LINE | TRIM | OMIT_ABSENT,
     .max = RECURRENCE_LONGEST_CRON,
     .doc = "Times at which it begins, as five fields of cron; with timezone and minutes."},
    {TEXT(window, timezone), .tag = 3, .flags = ONE_LINE | TRIM | OMIT_ABSENT,
     .max = RECURRENCE_LONGEST_ZONE, .doc = "IANA time zone of the cron."},
    {INT64(window, minutes), .tag = 4, .flags = OMIT_ABSENT, .min = 1, .max = WINDOW_MOST_MINUTES,
     .doc = "Number of minutes that it lasts each time."},
    {TIMESTAMP(window, from), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Time at which it begins, if it is only once; with until."},
    {TIMESTAMP(window, until), .tag = 6, .flags = OMIT_ABSENT, .doc = "Time at which it ends."},
};
const struct shape window_shape = SHAPE(window, "A span of time, once or again and again.");
const struct shape window_order_shape = {
    .name = "window_order",
    .doc = "A span of time, once or again and again.",
    .fields = window_fields,
    .count = COUNT_OF(window_fields),
    .size = sizeof(struct window),
};

static bool refuse(struct arena *arena, struct text *why, const char *sentence)
{
    *why = text_copy(arena, text_from(sentence));
    return false;
}

bool window_settle(
    struct window *window, const struct timezone_list *zones, struct arena *arena, struct text *why)
{
    int recurring = text_is_present(window->cron) + text_is_present(window->timezone) +
                    (window->minutes != INT64_ABSENT);
    int once = timestamp_is_present(window->from) + timestamp_is_present(window->until);
    struct cron cron;
    char reason[CRON_WHY_BYTES];

    if (!(recurring == 3 && once == 0) && !(recurring == 0 && once == 2))
        return refuse(arena, why, "must have cron, timezone and minutes, or else from and until");
    if (once > 0 && window->from.us >= window->until.us)
        return refuse(arena, why, "must begin before it ends");
    if (once > 0)
        return true;
    if (!cron_read(window->cron, &cron, reason)) {
        *why = text_format(arena, "cron: %s", reason);
        return false;
    }
    window->timezone = timezone_list_find(zones, window->timezone);
    return text_is_present(window->timezone) ||
           refuse(arena, why, "timezone must be an IANA time zone, such as Europe/Berlin");
}

static bool begins_by(
    const struct cron *cron,
    const struct zone *zone,
    int64_t after_us,
    struct timestamp at,
    struct timestamp *out)
{
    return cron_next(cron, zone, (struct timestamp){after_us}, out) && out->us <= at.us;
}

/* When its last turn began that is not over. Turns begin at whole minutes, so halving comes to it. */
static bool find_turn(
    const struct cron *cron,
    const struct zone *zone,
    int64_t length_us,
    struct timestamp at,
    struct timestamp *out)
{
    int64_t before = at.us - length_us;
    int64_t beyond = at.us;

    if (!begins_by(cron, zone, before, at, out))
        return false;
    while (beyond - before > MINUTE_US) {
        int64_t middle = before + (beyond - before) / 2;
        struct timestamp later;
        if (begins_by(cron, zone, middle, at, &later)) {
            before = middle;
            *out = later;
        } else {
            beyond = middle;
        }
    }
    return true;
}

bool window_is_open(
    const struct window *window,
    const struct timezone_list *zones,
    struct timestamp at,
    struct timestamp *out_until)
{
    const struct zone *zone;
    struct timestamp begun;
    struct cron cron;
    char reason[CRON_WHY_BYTES];

    if (!text_is_present(window->cron)) {
        *out_until = window->until;
        return window->from.us <= at.us && at.us < window->until.us;
    }
    zone = timezone_list_zone(zones, window->timezone);
    must(cron_read(window->cron, &cron, reason));
    if (zone == NULL || !find_turn(&cron, zone, window->minutes * MINUTE_US, at, &begun))
        return false;
    *out_until = timestamp_plus_us(begun, window->minutes * MINUTE_US);
    return true;
}

const struct window *window_find_open(
    struct list windows,
    const struct timezone_list *zones,
    struct timestamp at,
    struct timestamp *out_until)
{
    const struct window *all = windows.items;

    for (size_t i = 0; i < windows.count; i++) {
        if (window_is_open(&all[i], zones, at, out_until))
            return &all[i];
    }
    return NULL;
}
