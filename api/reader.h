/*
 * A connection to the read models that follows the serving set: of a worker, of the sender. One
 * thread each.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_READER_H
#define API_READER_H

#include "api/replicas.h"

struct reader {
    const char *conninfo;               /* of the primary; NULL: never connects */
    struct replica_links *replicas;     /* for reader_read(); NULL: none */
    const struct progress *progress;    /* of the read models */
    bool (*is_stopping)(void *context); /* see db_stop_when(); NULL: never */
    void *context;
    struct db *db;       /* NULL: not connected */
    uint64_t generation; /* of the set that `db` looks at */
    int64_t retry_at_us; /* no earlier attempt to connect */
};

/* Rows of the serving set, in the arena; statuses as db_query()'s. What is only read is read once
 * more, on a new connection, when the first one is lost; not when it does not answer in time. */
MUST_USE enum status reader_query(
    struct reader *reader,
    const struct sql *sql,
    const void *params,
    struct arena *arena,
    struct list *out_rows,
    struct error *error);

/* The same from a replica that shows what is wanted, if there is one, and says what size the rows
 * reflect. `reading->size` is shown by the primary already. */
MUST_USE enum status reader_read(
    struct reader *reader, struct reading *reading, struct arena *arena, struct error *error);

/* Closes the connection to the primary; the next query opens another. */
void reader_close(struct reader *reader);

#endif
