/*
 * What the files of this folder share: reading members by kind, items of lists seen as fields,
 * and numbers as text. For files of core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_INTERNAL_H
#define CORE_SHAPE_SHAPE_INTERNAL_H

#include "core/base/buf.h"
#include "core/shape/shape.h"

#include <string.h>

/* A list's item as a field at offset 0, without the bounds of the list. An item that is an object
 * stands in the array itself, not behind a pointer: such lists are walked by their shape. */
struct field list_item_field(const struct field *list);

/* Does the text spell the field's JSON name? */
bool field_json_name_is(const struct field *field, struct text name);

/* Enough for any int64_t or double. */
enum { NUMBER_TEXT_SIZE = 32 };

/* Shortest text that reads back as the same number; integers without fraction. */
void shape_print_double(double value, char out[NUMBER_TEXT_SIZE]);

/* Decimal and e-notation only (no hexadecimal, no "inf"); blanks around are allowed. False where
 * it is no finite number. */
bool shape_parse_double(struct text t, double *out);

/* Members. */
static inline struct text field_text(const struct field *field, const void *value)
{
    return *(const struct text *)field_at(field, value);
}

static inline const struct list *field_list(const struct field *field, const void *value)
{
    return field_at(field, value);
}

static inline const struct personal *field_personal(const struct field *field, const void *value)
{
    return field_at(field, value);
}

static inline int64_t field_int64(const struct field *field, const void *value)
{
    return *(const int64_t *)field_at(field, value);
}

static inline double field_double(const struct field *field, const void *value)
{
    return *(const double *)field_at(field, value);
}

/* Copied rather than cast: the member's own type is a pointer to a struct unknown here. */
static inline const void *field_object(const struct field *field, const void *value)
{
    const void *object;

    memcpy(&object, field_at(field, value), sizeof(object));
    return object;
}

static inline void field_put_object(const struct field *field, void *value, const void *object)
{
    memcpy(field_in(field, value), &object, sizeof(object));
}

#endif
