/*
 * Lines of cron. Of one that is read, the next times rise, show what it names in UTC, and none lies between two of
 * them: the next time after the minute before it is the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/cron.h"
#include "core/time/timezone.h"
#include "core/time/zone.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST_INPUT = 300, TIMES = 5, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static const struct timezone_list *zones_of_the_system(void)
{
    static struct timezone_list *zones;

    if (zones == NULL)
        zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    return zones;
}

static void check_time(const struct cron *cron, const struct zone *zone, struct timestamp at)
{
    int64_t second = at.us / US_PER_S;
    struct timestamp again;

    must(second % MINUTE_S == 0);
    must((cron->minutes >> (second / MINUTE_S % 60) & 1) != 0);
    must((cron->hours >> (second % DAY_S / HOUR_S) & 1) != 0);
    must(cron_next(cron, zone, timestamp_plus_us(at, -1), &again));
    must(again.us == at.us);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct zone *zone = timezone_list_zone(zones_of_the_system(), text_lit("UTC"));
    struct timestamp at = {INT64_C(1772550000) * US_PER_S};
    struct cron cron;
    char why[CRON_WHY_BYTES] = "";

    if (size > LONGEST_INPUT)
        return 0;
    if (!cron_read((struct text){(const char *)data, size}, &cron, why)) {
        must(strlen(why) > 0);
        return 0;
    }
    for (int i = 0; i < TIMES; i++) {
        struct timestamp next;
        must(cron_next(&cron, zone, at, &next) && next.us > at.us);
        check_time(&cron, zone, next);
        at = next;
    }
    return 0;
}
