/*
 * Rows of what is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/told.h"

bool told_at(const struct told_area *area, size_t index, struct told *out)
{
    if (area->rows == NULL)
        return area->at(index, out);
    for (size_t i = 0; area->rows[i].name != NULL; i++) {
        *out = area->rows[i];
        if (i == index)
            return true;
    }
    return false;
}
