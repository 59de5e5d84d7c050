/*
 * Gathering violations, each sentence once, as many as an error keeps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_violation.h"

#include "core/shape/shape_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_SHOWN_NAME = 120 };

struct text place_path(struct reading *reading, const struct place *place)
{
    char name[64];

    field_json_name(place->field, name);
    return text_format(reading->arena, "%.*s%s", TEXT_ARGS(place->prefix), name);
}

void violate_int64(struct reading *reading, struct text path, struct text sentence)
{
    struct violations *violations = reading->violations;

    if (violations == NULL) {
        violations = arena_one(reading->arena, struct violations);
        reading->violations = violations;
        reading->first_field = path;
    }
    for (size_t i = 0; i < violations->count; i++) {
        if (text_equal(violations->items[i], sentence))
            return;
    }
    if (violations->count < COUNT_OF(violations->items))
        violations->items[violations->count++] = sentence;
}

static bool has_room(const struct reading *reading)
{
    return reading->violations == NULL ||
           reading->violations->count < COUNT_OF(reading->violations->items);
}

void violate(struct reading *reading, const struct place *place, const char *format, ...)
{
    char what[1024];
    struct text path;
    va_list args;

    if (!has_room(reading))
        return;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    path = place_path(reading, place);
    violate_int64(
        reading, path,
        text_format(
            reading->arena, "%s%.*s %s", place->is_item ? "each value in " : "", TEXT_ARGS(path),
            what));
}

/* At most `size` bytes, not cutting a character in two. */
static struct text clipped(struct text t, size_t size)
{
    if (t.size <= size)
        return t;
    while (size > 0 && ((unsigned char)t.data[size] & 0xC0) == 0x80)
        size--;
    return text_slice(t, 0, size);
}

void violate_unknown(struct reading *reading, struct text prefix, struct text name)
{
    struct text path;

    if (!has_room(reading))
        return;
    path = text_format(
        reading->arena, "%.*s%.*s", TEXT_ARGS(prefix),
        TEXT_ARGS(clipped(name, LONGEST_SHOWN_NAME)));
    violate_int64(
        reading, path,
        text_format(
            reading->arena, "%.*sproperty %.*s should not exist", TEXT_ARGS(prefix),
            TEXT_ARGS(text_slice(path, prefix.size, path.size))));
}

/* All sentences, as many as fit. */
static void join(const struct violations *violations, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < violations->count; i++) {
        struct text item = violations->items[i];
        size_t separator = i == 0 ? 0 : 2;
        if (used + separator + 1 >= size)
            break;
        memcpy(out + used, "; ", separator);
        used += separator;
        item = clipped(item, size - 1 - used);
        memcpy(out + used, item.data, item.size);
        used += item.size;
    }
    out[used] = '\0';
}

enum status reading_end(const struct reading *reading, struct error *error)
{
    char joined[ERROR_TEXT_SIZE];
    char field[ERROR_FIELD_SIZE];

    if (arena_is_full(reading->arena))
        return error_set(error, STATUS_TOO_LARGE, "The request is too large to be read.");
    if (reading->violations == NULL)
        return STATUS_OK;
    join(reading->violations, joined, sizeof(joined));
    error_set_code(error, STATUS_INVALID, "validation_failed", "%s", joined);
    snprintf(
        field, sizeof(field), "%.*s", TEXT_ARGS(clipped(reading->first_field, sizeof(field) - 1)));
    error_field(error, field);
    if (error != NULL)
        error->violations = reading->violations;
    return STATUS_INVALID;
}
