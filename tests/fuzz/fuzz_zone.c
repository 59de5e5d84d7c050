/*
 * Files of time zones. Of one that is read, clocks are at most 193 hours off, and a wall time that is shown is
 * shown at the instant that is found for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, MOST_OFFSET = 26 * 3600 + 167 * 3600 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t walls[] = {0, 1, 1772550000, 1774747800, 4102444800, 253402300799, -86401};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const struct zone *zone = zone_read((struct bytes){data, size}, arena);

    for (size_t i = 0; zone != NULL && i < COUNT_OF(walls); i++) {
        int64_t offset = zone_offset(zone, walls[i]);
        bool is_shown;
        int64_t instant = zone_instant(zone, walls[i], &is_shown);
        must(offset > -MOST_OFFSET && offset < MOST_OFFSET);
        must(!is_shown || zone_wall(zone, instant) == walls[i]);
    }
    return 0;
}
