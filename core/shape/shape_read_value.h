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

/* The kinds that have a file of their own (shape_read_number.c, shape_read_inner.c). */
bool read_int64(
    struct reading *reading, const struct place *place, const json_t *from, int64_t *out);
bool read_double(
    struct reading *reading, const struct place *place, const json_t *from, double *out);
bool read_object(struct reading *reading, const struct place *place, json_t *from, void *out);
bool read_list(struct reading *reading, const struct place *place, json_t *from, struct list *out);

/* Tells a value of a wrong kind so, and is false. */
static inline bool refuse(struct reading *reading, const struct place *place)
{
    violate_kind(reading, place);
    return false;
}

/* The text of a JSON string; absent for anything else. */
static inline struct text text_of_string(const json_t *from)
{
    return (struct text){json_string_value(from), json_string_length(from)};
}

#endif
