/*
 * Looking into JSON that has been validated before, where no shape fits it: what clients are sent
 * and what they report. Names are compared as their decoders read them, escapes resolved, the last
 * of equal ones counting; so no spelling hides a member from us that a client would see.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_JSON_PEEK_H
#define CORE_SHAPE_JSON_PEEK_H

#include "core/base/arena.h"
#include "core/base/text.h"

#include <stdbool.h>

/* The member's value as it is written, or absent. Borrowed from `object`. */
struct text json_peek_member(struct arena *arena, struct text object, const char *name);

/* The next member of an object: its name, escapes resolved, in the arena, and its value as it is written.
 * Start with `*cursor` 0. False after the last one, and for what is no object. */
bool json_peek_pair(
    struct arena *arena,
    struct text object,
    size_t *cursor,
    struct text *out_name,
    struct text *out_value);

/* The object without its members of these names (up to NULL), in the arena; what is no object as it is. */
struct text json_peek_without(struct arena *arena, struct text object, const char *const *names);

/* A string value with its escapes resolved, in the arena; absent for a value of another kind. */
struct text json_peek_text(struct arena *arena, struct text value);

/* A number value; false for a value of another kind. */
bool json_peek_number(struct text value, double *out);

/* The next value of an array as it is written: start with `*cursor` 0. False after the last one,
 * and for what is no array. */
bool json_peek_item(struct text array, size_t *cursor, struct text *out);

#endif
