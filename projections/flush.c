/*
 * Rows from and to PostgreSQL, set-wise: one select a table before a batch, one statement a table
 * and kind of change after it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/rows_internal.h"

/* Keeps one statement's parameters within a few megabytes. */
enum { ROWS_PER_STATEMENT = 1000, BYTES_PER_COPY = 1 << 20 };

/* The rows of a slot that one kind of statement takes. */
static bool is_new(const struct rows *rows, const struct cell *cell)
{
    return cell->row != NULL && cell->stored == STORED_NO && rows->is_bulk;
}

static bool is_changed(const struct rows *rows, const struct cell *cell)
{
    return cell->row != NULL && !is_new(rows, cell);
}

static bool is_gone(const struct cell *cell)
{
    return cell->row == NULL && cell->stored != STORED_NO;
}

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
        if (!is_new(rows, cell))
            continue;
        db_copy_add(&list, slot->table, cell->row);
        if (list.size >= BYTES_PER_COPY && status == STATUS_OK)
            status = copy(rows, slot->table, &list, error);
    }
    return status == STATUS_OK ? copy(rows, slot->table, &list, error) : status;
}

static enum status upsert(
    struct rows *rows,
    const struct table *table,
    const void *const *list,
    size_t count,
    struct error *error)
{
    arena_reset(rows->scratch);
    return count == 0 ? STATUS_OK : db_upsert(rows->db, table, list, count, rows->scratch, error);
}

static enum status upsert_changed(struct rows *rows, const struct slot *slot, struct error *error)
{
    const void *list[ROWS_PER_STATEMENT];
    size_t count = 0;
    enum status status = STATUS_OK;

    for (const struct cell *cell = slot->dirty.first; status == STATUS_OK && cell != NULL;
         cell = cell->next_dirty) {
        if (is_changed(rows, cell))
            list[count++] = cell->row;
        if (count < ROWS_PER_STATEMENT)
            continue;
        status = upsert(rows, slot->table, list, count, error);
        count = 0;
    }
    return status == STATUS_OK ? upsert(rows, slot->table, list, count, error) : status;
}

static enum status delete_rows(struct rows *rows, const struct slot *slot, struct error *error)
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

static enum status write_changes(struct rows *rows, struct slot *slot, struct error *error)
{
    enum status status = delete_rows(rows, slot, error);

    if (status == STATUS_OK)
        status = copy_new(rows, slot, error);
    if (status == STATUS_OK)
        status = upsert_changed(rows, slot, error);
    return status;
}

static void note_written(struct slot *slot)
{
    for (struct cell *cell = slot->dirty.first; cell != NULL; cell = cell->next_dirty) {
        cell->stored = cell->row == NULL ? STORED_NO : STORED_YES;
        cell->is_dirty = false;
    }
    slot->dirty = (struct chain){0};
}

enum status rows_flush_appended(struct rows *rows, struct slot *slot, struct error *error)
{
    enum status status = copy(rows, slot->table, &slot->appended, error);

    if (status != STATUS_OK)
        rows->failed = slot->table;
    return status;
}

enum status rows_flush(struct rows *rows, struct error *error)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        struct slot *slot = &rows->slots[i];
        enum status status = STATUS_OK;
        if (slot->dirty.count > 0)
            status = write_changes(rows, slot, error);
        if (status == STATUS_OK)
            status = rows_flush_appended(rows, slot, error);
        if (status != STATUS_OK) {
            rows->failed = slot->table;
            return status;
        }
        note_written(slot);
    }
    return STATUS_OK;
}
