/*
 * One reading of a request gathers all its violations, in the words and the order that clients
 * know. For files of core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_VIOLATION_H
#define CORE_SHAPE_SHAPE_VIOLATION_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

enum source { SOURCE_BODY, SOURCE_QUERY, SOURCE_PATH };

struct reading {
    struct arena *arena;
    enum source source;
    struct violations *violations; /* NULL until the first */
    struct text first_field;       /* of the first violation */
};

/* Where in the request a value stands. */
struct place {
    struct text prefix; /* "payload.", or "" at the top */
    const struct field *field;
    bool is_item; /* "each value in …" */
};

/* "prefix.jsonName", in the arena. */
struct text place_path(struct reading *reading, const struct place *place);

/* Adds "<path> <printed>", once. */
void violate(struct reading *reading, const struct place *place, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Adds a whole sentence about the field at `path`, both in the arena. */
void violate_int64(struct reading *reading, struct text path, struct text sentence);

/* Adds "<prefix>property <name> should not exist" (the name is clipped when it is very long). */
void violate_unknown(struct reading *reading, struct text prefix, struct text name);

/* STATUS_OK, or the error of all violations. */
enum status reading_end(const struct reading *reading, struct error *error);

#endif
