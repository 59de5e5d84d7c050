/*
 * Upcasters: how a body that was written under an old schema becomes one of the newest. A row holds
 * the frozen shape of one old schema and the function that raises it by one; rows chain.
 *
 *   stored body ──old shape──► struct v1 ──raise──► struct v2 ──raise──► struct of the newest
 *
 * Rows are never removed: a ledger may hold every schema that was ever released. A raised personal
 * field keeps its tag, since its box is sealed with it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_UPCAST_UPCAST_H
#define EVENTLOG_UPCAST_UPCAST_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"
#include "eventlog/event_type.h"

struct upcast {
    const char *type;          /* stored name of the event type */
    int64_t from_schema;       /* the row raises it by one */
    const struct shape *shape; /* of from_schema, frozen */
    /* Fills `raised`, every field of which is absent, from `old`. Pure; what it makes anew lies in
     * the arena. */
    void (*raise)(const void *old, struct arena *arena, void *raised);
};

/* All rows, ended by one without a type. */
extern const struct upcast upcasts[];

/* Decodes the packed fields of `schema` (at most the type's own) and raises them to the type's
 * newest, by the rows of `table`. Fields absent: the event in the arena is absent throughout.
 * STATUS_CORRUPT when the bytes do not fit the shape, or a row is missing. */
MUST_USE enum status upcast_decode(
    const struct upcast *table,
    const struct event_type *type,
    int64_t schema,
    struct bytes fields,
    struct arena *arena,
    const void **out,
    struct error *error);

#endif
