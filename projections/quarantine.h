/*
 * Events that an operator took out of a table's way: they are on record in the registry and passed
 * over by whoever builds a set.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_QUARANTINE_H
#define PROJECTIONS_QUARANTINE_H

#include "core/base/error.h"
#include "core/db/db.h"
#include "eventlog/position.h"
#include "projections/projector.h"

/* Records that `position` is not to be applied to `table` ("*": to any). Repeats do nothing. */
MUST_USE enum status
quarantine_add(struct db *db, const char *table, struct position position, struct error *error);

/* The quarantine as it was last read. */
struct quarantine;

struct quarantine *quarantine_new(void);
void quarantine_free(struct quarantine *quarantine); /* accepts NULL */

/* Reads it anew before the next quarantine_refresh() is done; so after anything failed. */
void quarantine_expire(struct quarantine *quarantine);
/* Reads it, if it was never read or has expired. */
MUST_USE enum status
quarantine_refresh(struct quarantine *quarantine, struct db *db, struct error *error);

/* Is the event kept from one of the projector's tables? Any thread, while nobody refreshes. */
bool quarantine_holds(
    const struct quarantine *quarantine,
    struct position position,
    const struct projector *projector);

#endif
