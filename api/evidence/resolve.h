/*
 * Names on the command line, where the API takes ids: "--actor anna@example.org", "entity node web-1".
 *
 *   given ─┬─ an id ───────────────────────────────────────────► as it is
 *          └─ all else ─► GET /entities?name=… (names.h) ─► one ─► its id
 *                                                      none, several ─► refused, with what would be right
 *
 * The workspace comes first: the others are looked for in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_RESOLVE_H
#define API_EVIDENCE_RESOLVE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape_params.h"

#include <stdio.h>

struct source;

struct resolving {
    struct source *source;
    struct param *params; /* names become ids, "node" becomes "entity" */
    size_t count;
    struct text workspace; /* where it is none of the params; absent: all. Becomes an id, too */
    struct arena *arena;
    FILE *err; /* told of others that were called so once */
};

/* Params of one's own, in the arena. */
struct param *resolve_copy(const struct param *params, size_t count, struct arena *arena);

/* STATUS_NOT_FOUND, code "name_unknown", where there is none of the name; STATUS_INVALID, "name_ambiguous",
 * where there are several; the error's field is the param. Else statuses as source_get(). */
MUST_USE enum status resolve_names(struct resolving *resolving, struct error *error);

#endif
