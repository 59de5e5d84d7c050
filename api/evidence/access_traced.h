/*
 * A row as it stood at a moment, folded from the ledger, and the events that set its fields.
 *
 * LANE_PLAIN: no read model is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_TRACED_H
#define API_EVIDENCE_ACCESS_TRACED_H

#include "core/base/error.h"
#include "core/db/table.h"

struct call;

enum { TRACED_MOST_FIELDS = 64 };

/* A row as it stood, and which events made it so. Positions are absent for none. */
struct traced {
    const struct table *table;
    const void *row;  /* NULL: there is none */
    const void *last; /* as it was when it went; NULL: it is there, or never was */
    int64_t made_at;
    int64_t removed_at;
    int64_t set_at[TRACED_MOST_FIELDS]; /* of each field */
};

/* Of what was never there all is absent. Statuses as fold_row(). */
MUST_USE enum status traced_look(
    struct call *call,
    const struct table *table,
    struct uuid id,
    uint64_t size,
    struct traced *out,
    struct error *error);

/* The position of the event that set a field last. */
int64_t traced_since(const struct traced *traced, const char *field);

#endif
