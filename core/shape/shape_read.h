/*
 * From parsed JSON to structs. Query strings and paths arrive here too, as objects of texts, so
 * that there is one set of rules. For files of core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_READ_H
#define CORE_SHAPE_SHAPE_READ_H

#include "core/shape/shape_check.h"

#include <jansson.h>

/* Reads members (an object; anything else counts as empty) into a copy of `out`, which is written
 * back when there were no violations. `reading` knows source and arena. */
MUST_USE enum status shape_read(
    struct reading *reading,
    const struct shape *shape,
    json_t *members,
    void *out,
    struct error *error);

/* Coerces a value that is not null and checks it; the member at `out` is written, or violations
 * are added. False after a violation. */
bool shape_read_value(
    struct reading *reading, const struct field_path *where, json_t *from, void *out);

/* The same for the kinds that have no values inside, with the member itself at `at`. */
bool shape_read_scalar(
    struct reading *reading, const struct field_path *where, json_t *from, void *at);

/* Of lenient shapes (shape_lenient.c): parses a body, repaired where it must be, to an object or
 * "malformed_json"; notes a member that nobody knows; puts what was altered into the shape's list. */
MUST_USE enum status
reading_parse(struct reading *reading, struct text body, json_t **out, struct error *error);
void reading_drop_unknown(struct reading *reading, struct text prefix, struct text name);
void reading_list_altered(const struct reading *reading, const struct shape *shape, void *value);

/* The member of a field, borrowed from its object, or NULL. */
json_t *shape_member(json_t *members, const struct field *field);

#endif
