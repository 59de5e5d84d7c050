/*
 * Events of one type, of all or of those that name a person, the newest first: where what they have is from.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_WALK_H
#define API_EVIDENCE_ACCESS_WALK_H

#include "core/base/error.h"
#include "eventlog/record.h"

struct call;

struct access_walk {
    const struct event_type *type;
    struct uuid user_id;      /* absent: whomever they name */
    struct uuid workspace_id; /* absent: wherever */
    uint64_t size;            /* of the ledger, as far as is looked */
    bool (*each)(
        const struct record *record, void *context); /* false: enough. Lent during the call */
    void *context;
};

/* STATUS_TOO_LARGE (history_too_long) where that takes too many steps. LANE_PLAIN. */
MUST_USE enum status
access_walk(struct call *call, const struct access_walk *walk, struct error *error);

#endif
