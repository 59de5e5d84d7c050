/*
 * JSON as other programs write it when they put bytes of unknown origin into it. For files of
 * core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_JSON_REPAIR_H
#define CORE_SHAPE_JSON_REPAIR_H

#include "core/base/arena.h"
#include "core/base/text.h"

enum { JSON_DEPTH_MAX = 64 };

/* The document with everything replaced that json_tree_parse() refuses although it is clear what was
 * meant; in the arena. What is not JSON at all stays so:
 *   - U+FFFD for bytes that are no UTF-8, NUL, \u0000, half a surrogate pair, unknown escapes;
 *   - escapes for raw control characters in strings;
 *   - the largest number of its sign for one beyond the range of a double;
 *   - null for what is nested deeper than JSON_DEPTH_MAX. */
struct text json_repair(struct text document, struct arena *arena);

#endif
