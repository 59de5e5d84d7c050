/*
 * Rows from and to PostgreSQL, set-wise: one select a table before a batch; after it what changed.
 *
 *                        live, in one pipeline         in a rebuild
 *   appended             insert                        COPY, a megabyte at a time
 *   new                  upsert                        COPY
 *   changed              update of those columns       upsert
 *   gone                 delete                        delete
 *   erased               update or delete              noted, until the set is whole (erase.c)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/erasures.h"
#include "projections/rows_internal.h"

/* Keeps one statement's parameters within a few megabytes. */
enum { ROWS_PER_STATEMENT = 1000, BYTES_PER_COPY = 1 << 20 };

static void remember(struct slot *slot, const void *found, size_t count)
{
    const char *row = found;

    for (struct cell *cell = slot->wanted.first; cell != NULL; cell = cell->next_wanted) {
        cell->is_wanted = false;
        cell->stored = STORED_NO;
    }
    for (size_t i = 0; i < count; i++, row += slot->table->shape->size) {
        struct cell *cell = map_get(slot->cells, *(const struct uuid *)(const void *)row);
        cell->stored = STORED_YES;
        if (!cell->is_dirty)
            cell->row = row;
    }
    slot->wanted = (struct chain){0};
}

static enum status fetch_slot(struct rows *rows, struct slot *slot, struct error *error)
{
    struct uuid *keys;
    const void *found = NULL;
    size_t count = 0;
    size_t n = 0;
    enum status status;

    arena_reset(rows->scratch);
    keys = arena_array(rows->scratch, slot->wanted.count, sizeof(*keys));
    for (const struct cell *cell = slot->wanted.first; cell != NULL; cell = cell->next_wanted)
        keys[n++] = cell->key;
    status = db_fetch(rows->db, slot->table, keys, n, rows->kept, &found, &count, error);
    if (status == STATUS_OK)
        remember(slot, found, count);
    return status;
}

enum status rows_fetch(struct rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        struct slot *slot = &rows->slots[i];
        enum status status = STATUS_OK;
        if (slot->wanted.count > 0)
            status = fetch_slot(rows, slot, error);
        if (status != STATUS_OK) {
            rows->failed = slot->table;
            return status;
        }
    }
    return STATUS_OK;
}

static bool is_gone(const struct cell *cell)
{
    return cell->row == NULL && cell->stored != STORED_NO;
}

static enum status delete_gone(struct rows *rows, const struct slot *slot, struct error *error)
{
    struct uuid *keys;
    size_t count = 0;

    arena_reset(rows->scratch);
    keys = arena_array(rows->scratch, slot->dirty.count, sizeof(*keys));
    for (const struct cell *cell = slot->dirty.first; cell != NULL; cell = cell->next_dirty) {
        if (is_gone(cell))
            keys[count++] = cell->key;
    }
    return db_delete(rows->db, slot->table, keys, count, rows->scratch, error);
}

static enum status note_erasures(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t at = 0; status == STATUS_OK && at < slot->erased_count;) {
        struct erasure_due_row due[ROWS_PER_STATEMENT];
        const void *list[ROWS_PER_STATEMENT];
        size_t count = 0;
        for (; count < ROWS_PER_STATEMENT && at < slot->erased_count; count++, at++) {
            due[count] =
                (struct erasure_due_row){slot->erased[at].of, text_from(slot->table->name)};
            list[count] = &due[count];
        }
        arena_reset(rows->scratch);
        status = db_insert(rows->db, &erasures_due_table, list, count, rows->scratch, error);
    }
    return status;
}

static enum status erase_by(
    struct rows *rows,
    const struct slot *slot,
    const struct table_erasure *erasure,
    struct error *error)
{
    struct uuid *ids;
    size_t count = 0;

    arena_reset(rows->scratch);
    ids = arena_array(rows->scratch, slot->erased_count, sizeof(*ids));
    for (size_t i = 0; i < slot->erased_count; i++) {
        if (rows_is_erased_by(&slot->erased[i], erasure))
            ids[count++] = slot->erased[i].of;
    }
    return db_erase(rows->db, slot->table, erasure, ids, count, rows->scratch, error);
}

/* What is stored, once all else is. A rebuild that has all rows in memory has done it there; rows that
 * are looked up are erased before they are. */
static enum status erase(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;

    if (slot->erased_count == 0 || (rows->is_complete && !slot->table->is_append_only))
        return STATUS_OK;
    if (rows->erases_later && slot->table->is_append_only)
        return note_erasures(rows, slot, error);
    for (const struct table_erasure *erasure = slot->table->erasures;
         status == STATUS_OK && erasure->of != NULL; erasure++)
        status = erase_by(rows, slot, erasure, error);
    return status;
}

/* In a rebuild. */

static enum status
copy(struct rows *rows, const struct table *table, struct buf *list, struct error *error)
{
    enum status status = db_copy_in(rows->db, table, list, rows->is_frozen, error);

    buf_clear(list);
    return status;
}

static enum status copy_new(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;
    AUTO_BUF list = {0};

    buf_init(&list, (size_t)1 << 30);
    for (const struct cell *cell = slot->dirty.first; cell != NULL; cell = cell->next_dirty) {
        if (cell->row == NULL || cell->stored != STORED_NO)
            continue;
        db_copy_add(&list, slot->table, cell->row);
        if (list.size >= BYTES_PER_COPY && status == STATUS_OK)
            status = copy(rows, slot->table, &list, error);
    }
    return status == STATUS_OK ? copy(rows, slot->table, &list, error) : status;
}

/* The rows that one kind of statement takes, in portions. */
struct portion {
    struct rows *rows;
    struct table_columns columns; /* no bits: all of them, and the row may be new */
    const void *list[ROWS_PER_STATEMENT];
    size_t count;
};

static enum status write_portion(struct portion *portion, struct error *error)
{
    struct rows *rows = portion->rows;
    const struct table *table = portion->columns.table;
    size_t count = portion->count;

    portion->count = 0;
    arena_reset(rows->scratch);
    if (count == 0)
        return STATUS_OK;
    if (portion->columns.bits == 0)
        return db_upsert(rows->db, table, portion->list, count, rows->scratch, error);
    return db_update(rows->db, &portion->columns, portion->list, count, rows->scratch, error);
}

static enum status add_to_portion(struct portion *portion, const void *row, struct error *error)
{
    portion->list[portion->count++] = row;
    return portion->count < ROWS_PER_STATEMENT ? STATUS_OK : write_portion(portion, error);
}

static enum status upsert_changed(struct rows *rows, const struct slot *slot, struct error *error)
{
    struct portion portion = {.rows = rows, .columns = {slot->table, 0}, .count = 0};
    enum status status = STATUS_OK;

    for (const struct cell *cell = slot->dirty.first; status == STATUS_OK && cell != NULL;
         cell = cell->next_dirty) {
        if (cell->row != NULL && cell->stored != STORED_NO)
            status = add_to_portion(&portion, cell->row, error);
    }
    return status == STATUS_OK ? write_portion(&portion, error) : status;
}

enum status rows_copy_appended(struct rows *rows, struct slot *slot, struct error *error)
{
    enum status status = copy(rows, slot->table, &slot->copied, error);

    if (status != STATUS_OK)
        rows->failed = slot->table;
    return status;
}

static enum status copy_slot(struct rows *rows, struct slot *slot, struct error *error)
{
    enum status status = delete_gone(rows, slot, error);

    if (status == STATUS_OK)
        status = copy_new(rows, slot, error);
    if (status == STATUS_OK)
        status = upsert_changed(rows, slot, error);
    if (status == STATUS_OK)
        status = copy(rows, slot->table, &slot->copied, error);
    return status == STATUS_OK ? erase(rows, slot, error) : status;
}

enum status rows_copy(struct rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        enum status status = copy_slot(rows, &rows->slots[i], error);
        if (status != STATUS_OK) {
            rows->failed = rows->slots[i].table;
            return status;
        }
    }
    return STATUS_OK;
}

/* Live. */

/* What to write of a row: no bits for all of it. */
static uint64_t columns_to_write(const struct cell *cell)
{
    return cell->stored == STORED_YES && cell->changed != UINT64_MAX ? cell->changed : 0;
}

/* The rows of which the same columns changed go together; `first` is one of them. */
static enum status
send_alike(struct rows *rows, const struct slot *slot, struct cell *first, struct error *error)
{
    struct portion portion = {
        .rows = rows, .columns = {slot->table, columns_to_write(first)}, .count = 0};
    enum status status = STATUS_OK;

    for (struct cell *cell = first; status == STATUS_OK && cell != NULL; cell = cell->next_dirty) {
        if (cell->row == NULL || cell->is_sent || columns_to_write(cell) != portion.columns.bits)
            continue;
        cell->is_sent = true;
        status = add_to_portion(&portion, cell->row, error);
    }
    return status == STATUS_OK ? write_portion(&portion, error) : status;
}

static enum status send_changed(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;

    for (struct cell *cell = slot->dirty.first; status == STATUS_OK && cell != NULL;
         cell = cell->next_dirty) {
        bool is_unchanged = cell->stored == STORED_YES && cell->changed == 0;
        if (cell->row != NULL && !cell->is_sent && !is_unchanged)
            status = send_alike(rows, slot, cell, error);
    }
    return status;
}

static enum status send_appended(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t at = 0; status == STATUS_OK && at < slot->appended_count;
         at += ROWS_PER_STATEMENT) {
        size_t left = slot->appended_count - at;
        arena_reset(rows->scratch);
        status = db_insert(
            rows->db, slot->table, slot->appended + at,
            left < ROWS_PER_STATEMENT ? left : ROWS_PER_STATEMENT, rows->scratch, error);
    }
    return status;
}

static enum status send_slot(struct rows *rows, const struct slot *slot, struct error *error)
{
    enum status status = STATUS_OK;

    if (slot->dirty.count > 0)
        status = delete_gone(rows, slot, error);
    if (status == STATUS_OK)
        status = send_changed(rows, slot, error);
    if (status == STATUS_OK)
        status = send_appended(rows, slot, error);
    return status == STATUS_OK ? erase(rows, slot, error) : status;
}

enum status rows_send(struct rows *rows, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < rows->slot_count; i++) {
        db_pipeline_tag(rows->db, rows->slots[i].table);
        status = send_slot(rows, &rows->slots[i], error);
    }
    return status;
}

void rows_written(struct rows *rows)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        struct slot *slot = &rows->slots[i];
        for (struct cell *cell = slot->dirty.first; cell != NULL; cell = cell->next_dirty) {
            cell->stored = cell->row == NULL ? STORED_NO : STORED_YES;
            cell->changed = 0;
            cell->is_dirty = false;
            cell->is_sent = false;
        }
        slot->dirty = (struct chain){0};
        slot->appended_count = 0;
        slot->erased_count = 0;
    }
}
