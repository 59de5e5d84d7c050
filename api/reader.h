/*
 * A connection to the read models that follows the serving set: of a worker, of the sender. One
 * thread each.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_READER_H
#define API_READER_H

#include "core/db/db.h"
#include "eventlog/progress.h"

struct reader {
    const char *conninfo;            /* NULL: never connects */
    const struct progress *progress; /* of the read models */
    struct db *db;                   /* NULL: not connected */
    uint64_t generation;             /* of the set that `db` looks at */
    int64_t retry_at_us;             /* no earlier attempt to connect */
};

/* The connection, looking at the serving set; UNAVAILABLE without one. Borrowed. */
MUST_USE enum status reader_db(struct reader *reader, struct db **out, struct error *error);

/* Closes it; the next reader_db() opens another. After a query said UNAVAILABLE, and at the end. */
void reader_close(struct reader *reader);

#endif
