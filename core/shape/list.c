/*
 * Looking through lists.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/list.h"

bool list_has_uuid(const struct list *list, struct uuid id)
{
    const struct uuid *ids = list->items;

    for (size_t i = 0; i < list->count; i++) {
        if (uuid_equal(ids[i], id))
            return true;
    }
    return false;
}
