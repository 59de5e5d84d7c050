/*
 * When recurring times come next, as the program says: for compare.py, which holds it against others.
 * A question a line, "<five fields of cron> TAB <time zone> TAB <seconds since 1970>"; the answer is seconds, or
 * "none".
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/recurrence.h"
#include "core/time/timezone.h"

#include <inttypes.h>
#include <stdio.h>

enum { LINE_BYTES = 1024 };

int main(void)
{
    struct timezone_list *zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    char line[LINE_BYTES];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        struct text rest = text_trim(text_from(line));
        struct recurrence recurrence = {.cadence = {CADENCE_CRON}};
        struct timestamp next;
        int64_t after = 0;
        recurrence.cron = text_cut(&rest, '\t');
        recurrence.timezone = text_cut(&rest, '\t');
        must(text_to_int64(rest, &after));
        if (recurrence_next(&recurrence, zones, (struct timestamp){after * US_PER_S}, &next))
            printf("%" PRId64 "\n", next.us / US_PER_S);
        else
            printf("none\n");
    }
    timezone_list_free(zones);
    return 0;
}
