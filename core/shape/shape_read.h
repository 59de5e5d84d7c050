/*
 * From parsed JSON to structs: coercing, checking, gathering violations. Query strings and paths
 * arrive here too, as objects of texts, so that there is one set of rules. For files of core/shape
 * only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_SHAPE_READ_H
#define CORE_SHAPE_SHAPE_READ_H

#include "core/base/buf.h"
#include "core/shape/shape_check.h"

#include <jansson.h>

/* Reads the members of an object (anything else counts as empty) into the fields that the source
 * may fill; `prefix` stands before their names in violations. */
void read_members(
    struct reading *reading,
    const struct shape *shape,
    struct text prefix,
    json_t *members,
    void *out);

/* The member of a field, borrowed from its object, or NULL. */
json_t *member_of(json_t *members, const struct field *field);

/* Reads into a copy of `out`, which is written back when nothing was violated. `reading` knows
 * source and arena. */
MUST_USE enum status read_checked(
    struct reading *reading,
    const struct shape *shape,
    json_t *members,
    void *out,
    struct error *error);

/* The tree as compact text. */
void json_tree_write(json_t *tree, struct buf *out);

/* Compact text of a tree, in the arena. */
struct text json_tree_text(json_t *tree, struct arena *arena);

/* Parses a document of any kind, or only an object or array; *out is given to the caller
 * (json_decref). STATUS_INVALID with code "malformed_json" otherwise. */
MUST_USE enum status
json_tree_parse(struct text document, bool is_any_allowed, json_t **out, struct error *error);

static inline void json_tree_release(json_t **tree)
{
    json_decref(*tree);
}
#define AUTO_JSON CLEANUP(json_tree_release) json_t *

#endif
