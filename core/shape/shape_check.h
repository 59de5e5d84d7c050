/*
 * Checking what came from outside, and the words in which it is refused: one reading gathers all
 * violations of a request. For files of core/shape only.
 *
 *   body, query or path  ──►  shape_read.c  ──►  [here]  ──►  struct
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_CHECK_H
#define CORE_SHAPE_SHAPE_CHECK_H

#include "core/base/arena.h"
#include "core/base/fault.h"
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
void violate_whole(struct reading *reading, struct text path, struct text sentence);

/* Adds "<prefix>property <name> should not exist" (the name is clipped when it is very long). */
void violate_unknown(struct reading *reading, struct text prefix, struct text name);

/* Everything that a value of a wrong kind, or none where one is required, is told. */
void violate_kind(struct reading *reading, const struct place *place);

/* Trims and lowers as the row says, then checks. False after a violation. `value` ends in the
 * arena. */
bool check_text(struct reading *reading, const struct place *place, struct text *value);

/* Bounds of numbers; false after a violation. */
bool check_number(struct reading *reading, const struct place *place, double value);

/* Bounds and repeats of a list that has been read. */
bool check_list(struct reading *reading, const struct place *place, const struct list *list);

bool text_looks_like_email(struct text t);

/* STATUS_OK, or the fault of all violations. */
enum status reading_end(const struct reading *reading, struct fault *fault);

#endif
