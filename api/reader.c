/*
 * Connecting, following the set that serves, and asking once more where a connection is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/reader.h"

#include "core/base/failpoint.h"

enum { STATEMENT_TIMEOUT_MS = 10000, CONNECT_TIMEOUT_S = 2, RETRY_AFTER_US = 500000 };

void reader_close(struct reader *reader)
{
    db_close(reader->db);
    reader->db = NULL;
}

/* Where the projector is connected there is no reason to hold back. */
static enum status connect_db(struct reader *reader, struct error *error)
{
    int64_t now_us = monotonic_us();
    enum status status;

    if (reader->db != NULL)
        return STATUS_OK;
    if (reader->conninfo == NULL ||
        (now_us < reader->retry_at_us && !reader->progress->is_connected))
        return error_set_code(
            error, STATUS_UNAVAILABLE, "database_unavailable",
            "The read models are away at the moment. Try again.");
    status = db_open(reader->conninfo, CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_MS, &reader->db, error);
    reader->generation = 0;
    if (status != STATUS_OK)
        reader->retry_at_us = now_us + RETRY_AFTER_US;
    else if (reader->is_stopping != NULL)
        db_stop_when(reader->db, reader->is_stopping, reader->context);
    return status;
}

/* Looks at the set that serves now; the search path names nothing else. */
static enum status follow_set(struct reader *reader, uint64_t generation, struct error *error)
{
    AUTO_ARENA arena = arena_new(65536);
    struct text schema = text_lit("");
    enum status status;

    if (reader->generation == generation)
        return STATUS_OK;
    status = db_value(reader->db, arena, "select schema from fleetledger.serving", &schema, error);
    if (status == STATUS_OK && schema.size == 0)
        status = error_set_code(
            error, STATUS_UNAVAILABLE, "read_model_unavailable",
            "The read models are being built. Try again.");
    if (status == STATUS_OK)
        status = db_use_schema(reader->db, schema, error);
    if (status == STATUS_OK)
        reader->generation = generation;
    return status;
}

/* What the primary shows is read before its rows are. */
enum status reader_read(
    struct reader *reader, struct reading *reading, struct arena *arena, struct error *error)
{
    uint64_t shown = reader->progress->size;
    enum status status;

    if (reader->replicas != NULL && replica_links_read(reader->replicas, reading, arena))
        return STATUS_OK;
    status = reader_query(reader, reading->sql, reading->params, arena, &reading->rows, error);
    if (status == STATUS_OK)
        reading->size = shown;
    return status;
}

enum status reader_query(
    struct reader *reader,
    const struct sql *sql,
    const void *params,
    struct arena *arena,
    struct list *out_rows,
    struct error *error)
{
    enum status status = STATUS_UNAVAILABLE;
    bool is_lost = true;

    for (int tries = 2; is_lost && tries > 0; tries--) {
        status = connect_db(reader, error);
        if (status != STATUS_OK)
            return status;
        status = follow_set(reader, reader->progress->generation, error);
        if (status == STATUS_OK)
            status = failpoint_pass(FAILPOINT_READ, error);
        if (status == STATUS_OK)
            status =
                db_query(reader->db, sql, params, arena, &out_rows->items, &out_rows->count, error);
        is_lost = status == STATUS_UNAVAILABLE && !db_is_alive(reader->db);
        if (!db_is_alive(reader->db))
            reader_close(reader);
    }
    return status;
}
