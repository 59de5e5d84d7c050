/*
 * Time zones, asked of ICU's own list.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/timezone.h"

#include <unicode/ucal.h>
#include <unicode/uenum.h>

bool timezone_is_known(struct text name)
{
    UErrorCode error = U_ZERO_ERROR;
    UEnumeration *zones = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, NULL, NULL, &error);
    bool is_known = false;
    const char *zone;
    int32_t size;

    while (!is_known && U_SUCCESS(error) && (zone = uenum_next(zones, &size, &error)) != NULL)
        is_known = text_equal_ignoring_case(name, (struct text){zone, (size_t)size}) &&
                   !text_is(name, "Etc/Unknown");
    uenum_close(zones);
    return is_known;
}
