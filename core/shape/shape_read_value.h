/*
 * One value by the kind of its field. For files of core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_READ_VALUE_H
#define CORE_SHAPE_SHAPE_READ_VALUE_H

#include "core/shape/shape_check.h"

#include <jansson.h>

/* Coerces a value that is not null and checks it; the member at `out` is written, or violations
 * are added. False after a violation. */
bool read_value(struct reading *reading, const struct place *place, json_t *from, void *out);

#endif
