/*
 * Parsed JSON as jansson's trees: parsed within limits, written back compact. For files of
 * core/shape only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_SHAPE_JSON_TREE_H
#define CORE_SHAPE_JSON_TREE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

#include <jansson.h>

#include <stdbool.h>

/* Parses a document of any kind, or only an object or array, nested at most 64 deep; *out is given
 * to the caller (json_decref). STATUS_INVALID with code "malformed_json" otherwise,
 * STATUS_UNAVAILABLE where there is no memory. */
MUST_USE enum status
json_tree_parse(struct text document, bool is_any_allowed, json_t **out, struct error *error);

static inline void json_tree_release(json_t **tree)
{
    json_decref(*tree);
}
#define AUTO_JSON CLEANUP(json_tree_release) json_t *

/* Appends the tree as compact text. */
void json_tree_write(json_t *tree, struct buf *out);

/* The same, in the arena. */
struct text json_tree_text(json_t *tree, struct arena *arena);

#endif
