/*
 * What may be asked of a list of ids, as shapes have them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_LIST_H
#define CORE_SHAPE_LIST_H

#include "core/shape/shape.h"

/* Of UUIDs; none at all has none. */
bool list_has_uuid(const struct list *list, struct uuid id);

#endif
