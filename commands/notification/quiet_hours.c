/*
 * Quiet hours, by the clocks of their zone: they last while their end comes before their next beginning.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
#include "core/time/cron.h"
#include "core/time/timezone.h"

/* The next time that the clocks of the zone show "22:00". */
static bool next_time(
    const struct decision *decision,
    const struct zone *zone,
    struct text clock,
    struct timestamp *out)
{
    struct text cron_text = text_format(
        decision->arena, "%.*s %.*s * * *", TEXT_ARGS(text_slice(clock, 3, 2)),
        TEXT_ARGS(text_slice(clock, 0, 2)));
    char why[CRON_WHY_BYTES];
    struct cron cron;

    return cron_read(cron_text, &cron, why) && cron_next(&cron, zone, decision->now, out);
}

bool channel_is_quiet(
    const struct decision *decision,
    const struct channel_definition *channel,
    struct timestamp *out_until)
{
    const struct quiet_hours *hours = channel->quiet_hours;
    const struct zone *zone;
    struct timestamp begin;
    struct timestamp end;

    if (hours == NULL)
        return false;
    zone = timezone_list_zone(decision->policy->timezones, hours->timezone);
    if (zone == NULL || !next_time(decision, zone, hours->from, &begin) ||
        !next_time(decision, zone, hours->to, &end) || begin.us < end.us)
        return false;
    *out_until = end;
    return true;
}
