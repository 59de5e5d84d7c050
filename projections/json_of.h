/*
 * A struct as a JSON value of a row: metadata, results, changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_JSON_OF_H
#define PROJECTIONS_JSON_OF_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

/* In the arena. */
struct json json_of(struct arena *arena, const struct shape *shape, const void *value);

#endif
