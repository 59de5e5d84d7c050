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
    result = PQexec(db->conn, text.data);
    return db_result_check(db, result, PGRES_COPY_IN, error);
}

/* False when the connection does not take it. */
static bool send_rows(struct db *db, const struct buf *rows)
{
    static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
    static const char end[] = {'\377', '\377'};
    bool is_sent = PQputCopyData(db->conn, head, sizeof(head)) == 1;

    for (size_t at = 0; is_sent && at < rows->size; at += SLICE_BYTES) {
        size_t left = rows->size - at;
        is_sent = PQputCopyData(
                      db->conn, rows->data + at, left < SLICE_BYTES ? (int)left : SLICE_BYTES) == 1;
    }
    return is_sent && PQputCopyData(db->conn, end, sizeof(end)) == 1;
}

enum status db_copy_in(
    struct db *db,
    const struct table *table,
    const struct buf *rows,
    bool is_frozen,
    struct error *error)
{
    AUTO_RESULT result = NULL;
    AUTO_RESULT after = NULL;
    enum status status;

    if (buf_is_full(rows))
        return error_set(error, STATUS_TOO_LARGE, "the rows of %s are too large", table->name);
    if (rows->size == 0)
        return STATUS_OK;
    status = begin(db, table, is_frozen, error);
    if (status != STATUS_OK)
        return status;
    /* What went wrong on the way is said by the result, which must be fetched in any case. */
    if (send_rows(db, rows))
        PQputCopyEnd(db->conn, NULL);
    else
        PQputCopyEnd(db->conn, "the rows could not be sent");
    result = PQgetResult(db->conn);
    status = db_result_check(db, result, PGRES_COMMAND_OK, error);
    after = PQgetResult(db->conn);
    return status;
}
