/*
 * COPY … FROM STDIN in the binary format, in slices.
 *
 *   "PGCOPY\n\377\r\n\0" · int32 flags 0 · int32 extension 0
 *   per row: int16 columns · per column: int32 length (-1: null) · bytes
 *   int16 -1
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"

enum { SLICE_BYTES = 256 << 10, LONGEST_STATEMENT = 1 << 16 };

void db_copy_add(struct buf *out, const struct table *table, const void *row)
{
    const struct shape *shape = table->shape;

    buf_add_u16be(out, (uint16_t)shape_count(shape));
    for (size_t i = 0; i < shape_count(shape); i++)
        db_bind_column_sized(shape_field_at(shape, i), row, out);
}

static enum status
begin(struct db *db, const struct table *table, bool is_frozen, struct error *error)
{
    AUTO_RESULT result = NULL;
    AUTO_BUF text = {0};

    buf_init(&text, LONGEST_STATEMENT);
    buf_printf(&text, "copy %s (", table->name);
    table_print_columns(table, NULL, &text);
    buf_printf(&text, ") from stdin (format binary, freeze %s)", is_frozen ? "on" : "off");
    return connection_answer(db, PQsendQuery(db->conn, text.data), PGRES_COPY_IN, &result, error);
}

/* Slice by slice, so that what is not taken is not gathered in memory. */
static enum status send_slice(struct db *db, const char *data, size_t size, struct error *error)
{
    if (PQputCopyData(db->conn, data, (int)size) != 1)
        return connection_lost(db, error);
    return connection_flush(db, error);
}

static enum status send_rows(struct db *db, const struct buf *rows, struct error *error)
{
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    static const char end[] = {'\377', '\377'};
    enum status status = send_slice(db, head, sizeof(head), error);

    for (size_t at = 0; status == STATUS_OK && at < rows->size; at += SLICE_BYTES) {
        size_t left = rows->size - at;
        status = send_slice(db, rows->data + at, left < SLICE_BYTES ? left : SLICE_BYTES, error);
    }
    return status == STATUS_OK ? send_slice(db, end, sizeof(end), error) : status;
}

enum status db_copy_in(
    struct db *db,
    const struct table *table,
    const struct buf *rows,
    bool is_frozen,
    struct error *error)
{
    AUTO_RESULT result = NULL;
    enum status status;

    if (buf_is_full(rows))
        return error_set(error, STATUS_TOO_LARGE, "the rows of %s are too large", table->name);
    if (rows->size == 0)
        return STATUS_OK;
    status = begin(db, table, is_frozen, error);
    if (status != STATUS_OK)
        return status;
    status = send_rows(db, rows, error);
    if (status != STATUS_OK)
        return status;
    return connection_answer(db, PQputCopyEnd(db->conn, NULL), PGRES_COMMAND_OK, &result, error);
}
