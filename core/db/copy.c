/*
 * COPY … FROM STDIN in the binary format, in slices.
 *
 *   "PGCOPY\n\377\r\n\0" · int32 flags 0 · int32 extension 0
 *   per row: int16 columns · per column: int32 length (-1: null) · bytes
 *   int16 -1
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"

#include <stdio.h>

enum { SLICE_BYTES = 256 << 10, LARGEST_ROW = 256 << 20, LONGEST_STATEMENT = 1 << 16 };

static enum status begin(struct db *db, const struct table *table, struct error *error)
{
    AUTO_RESULT result = NULL;
    AUTO_BUF text = {0};

    buf_init(&text, LONGEST_STATEMENT);
    buf_printf(&text, "copy %s (", table->name);
    table_print_columns(table, NULL, &text);
    buf_add_c(&text, ") from stdin (format binary)");
    result = PQexec(db->conn, text.data);
    return db_result_check(db, result, PGRES_COPY_IN, error);
}

static void add_row(const struct shape *shape, const void *row, struct buf *slice)
{
    buf_add_u16be(slice, (uint16_t)shape_count(shape));
    for (size_t i = 0; i < shape_count(shape); i++)
        db_bind_column_sized(shape_field_at(shape, i), row, slice);
}

/* False when the connection does not take it, or a row was larger than can be. */
static bool send_slice(struct db *db, struct buf *slice)
{
    bool is_sent =
        !buf_is_full(slice) && PQputCopyData(db->conn, slice->data, (int)slice->size) == 1;

    buf_clear(slice);
    return is_sent;
}

static bool
send_rows(struct db *db, const struct shape *shape, const void *const *rows, size_t count)
{
    static const char signature[] = "PGCOPY\n\377\r\n";
    AUTO_BUF slice = {0};

    buf_init(&slice, SLICE_BYTES + LARGEST_ROW);
    buf_add(&slice, signature, sizeof(signature));
    buf_add_u64be(&slice, 0);
    for (size_t i = 0; i < count; i++) {
        add_row(shape, rows[i], &slice);
        if (slice.size >= SLICE_BYTES && !send_slice(db, &slice))
            return false;
    }
    buf_add_u16be(&slice, UINT16_MAX);
    return send_slice(db, &slice);
}

enum status db_copy_in(
    struct db *db,
    const struct table *table,
    const void *const *rows,
    size_t count,
    struct error *error)
{
    AUTO_RESULT result = NULL;
    AUTO_RESULT after = NULL;
    enum status status;

    if (count == 0)
        return STATUS_OK;
    status = begin(db, table, error);
    if (status != STATUS_OK)
        return status;
    /* What went wrong on the way is said by the result, which must be fetched in any case. */
    if (send_rows(db, table->shape, rows, count))
        PQputCopyEnd(db->conn, NULL);
    else
        PQputCopyEnd(db->conn, "the rows could not be sent");
    result = PQgetResult(db->conn);
    status = db_result_check(db, result, PGRES_COMMAND_OK, error);
    after = PQgetResult(db->conn);
    return status;
}
