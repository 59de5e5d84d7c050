/*
 * What handlers see: looking up, changing, adding rows; and the memory behind it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "projections/projector.h"
#include "projections/rows_internal.h"

#include <string.h>

/* No caller can make these grow beyond a batch's events, or a rebuild's own bounds. */
static const size_t memory_ceiling = (size_t)8 << 30;

/* In a rebuild, rows that are appended go out in portions of this size. */
enum { APPENDED_BYTES = 1 << 20 };

/* Live, about ten thousand rows stay in memory. */
static const size_t trim_bytes = (size_t)16 << 20;

static size_t count_tables(void)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            count++;
    }
    return count;
}

static void add_slot(struct rows *rows, const struct table *table)
{
    struct slot *slot = &rows->slots[rows->slot_count];

    for (size_t i = 0; i < rows->slot_count; i++)
        must(rows->slots[i].table != table); /* two projectors of one table */
    *slot = (struct slot){.table = table, .cells = map_new()};
    buf_init(&slot->copied, memory_ceiling);
    rows->slot_count++;
}

struct rows *rows_new(struct db *db)
{
    struct rows *rows = heap_new(sizeof(*rows));

    rows->db = db;
    rows->kept = arena_new(memory_ceiling);
    rows->scratch = arena_new(memory_ceiling);
    rows->slots = heap_array(count_tables(), sizeof(struct slot));
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            add_slot(rows, projector_catalog[i]->tables[j]);
    }
    return rows;
}

void rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < rows->slot_count; i++) {
        map_free(rows->slots[i].cells);
        buf_fini(&rows->slots[i].copied);
        heap_free(rows->slots[i].appended);
        heap_free(rows->slots[i].erased);
    }
    heap_free(rows->slots);
    arena_free(rows->kept);
    arena_free(rows->scratch);
    heap_free(rows);
}

/* A map that was large once is cheaper made anew than wiped after each small batch. */
static void forget_cells(struct slot *slot)
{
    slot->recent = NULL;
    if (map_count(slot->cells) > 10000) {
        map_free(slot->cells);
        slot->cells = map_new();
    } else {
        map_clear(slot->cells);
    }
}

void rows_forget(struct rows *rows)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        struct slot *slot = &rows->slots[i];
        forget_cells(slot);
        slot->wanted = (struct chain){0};
        slot->dirty = (struct chain){0};
        buf_clear(&slot->copied);
        slot->appended_count = 0;
        slot->erased_count = 0;
    }
    arena_reset(rows->kept);
    rows->is_complete = false;
    rows->status = STATUS_OK;
    rows->failed = NULL;
}

void rows_trim(struct rows *rows)
{
    if (arena_used(rows->kept) > trim_bytes)
        rows_forget(rows);
}

static void compact_slot(struct slot *slot, struct arena *into)
{
    struct map *cells = map_new();
    size_t cursor = 0;
    struct uuid key;
    void *value;

    must(slot->dirty.count == 0 && slot->wanted.count == 0);
    while (map_next(slot->cells, &cursor, &key, &value)) {
        const struct cell *cell = value;
        struct cell *copy;
        if (cell->row == NULL)
            continue;
        copy = arena_one(into, struct cell);
        *copy = *cell;
        copy->own = arena_take(into, slot->table->shape->size);
        shape_copy(slot->table->shape, into, cell->row, copy->own);
        copy->row = copy->own;
        map_put(cells, key, copy);
    }
    map_free(slot->cells);
    slot->cells = cells;
    slot->recent = NULL;
}

void rows_compact(struct rows *rows)
{
    struct arena *kept = arena_new(memory_ceiling);

    for (size_t i = 0; i < rows->slot_count; i++)
        compact_slot(&rows->slots[i], kept);
    arena_free(rows->kept);
    rows->kept = kept;
}

/* A dozen of them: looking at each is faster than any index. */
static struct slot *slot_of(struct rows *rows, const struct table *table)
{
    for (size_t i = 0; i < rows->slot_count; i++) {
        if (rows->slots[i].table == table)
            return &rows->slots[i];
    }
    must_fail(__FILE__, __LINE__, "a table that a projector names");
}

static struct cell *find_cell(struct slot *slot, struct uuid key)
{
    struct cell *cell = slot->recent;

    if (cell != NULL && uuid_equal(cell->key, key))
        return cell;
    cell = map_get(slot->cells, key);
    if (cell != NULL)
        slot->recent = cell;
    return cell;
}

static struct cell *cell_of(struct rows *rows, struct slot *slot, struct uuid key)
{
    struct cell *cell = find_cell(slot, key);

    if (cell != NULL)
        return cell;
    cell = arena_one(rows->kept, struct cell);
    cell->key = key;
    cell->stored = rows->is_complete ? STORED_NO : STORED_UNKNOWN;
    map_put(slot->cells, key, cell);
    slot->recent = cell;
    return cell;
}

static struct cell *want(struct rows *rows, struct slot *slot, struct uuid key)
{
    struct cell *cell = cell_of(rows, slot, key);

    must(!slot->table->is_append_only);
    if (cell->stored != STORED_UNKNOWN || cell->is_dirty || cell->is_wanted)
        return cell;
    cell->is_wanted = true;
    cell->next_wanted = NULL;
    if (slot->wanted.last == NULL)
        slot->wanted.first = cell;
    else
        slot->wanted.last->next_wanted = cell;
    slot->wanted.last = cell;
    slot->wanted.count++;
    return cell;
}

void rows_prefetch(struct rows *rows, const struct table *table, struct uuid key)
{
    if (uuid_is_present(key))
        want(rows, slot_of(rows, table), key);
}

const void *rows_get(struct rows *rows, const struct table *table, struct uuid key)
{
    struct slot *slot = slot_of(rows, table);
    const struct cell *cell;

    if (!uuid_is_present(key))
        return NULL;
    if (rows->is_complete) {
        if (rows->asked != NULL)
            rows->asked(table, key, rows->context);
        cell = find_cell(slot, key);
        return cell == NULL ? NULL : cell->row;
    }
    cell = want(rows, slot, key);
    if (cell->is_wanted && rows->status == STATUS_OK)
        rows->status = rows_fetch(rows, &rows->error);
    return cell->row;
}

/* The cell, noted as changed. */
static struct cell *touch(struct rows *rows, struct slot *slot, struct uuid key)
{
    struct cell *cell = cell_of(rows, slot, key);

    must(!slot->table->is_append_only && uuid_is_present(key));
    if (cell->is_dirty)
        return cell;
    cell->is_dirty = true;
    cell->next_dirty = NULL;
    if (slot->dirty.last == NULL)
        slot->dirty.first = cell;
    else
        slot->dirty.last->next_dirty = cell;
    slot->dirty.last = cell;
    slot->dirty.count++;
    return cell;
}

/* One that was fetched lies among others; one that was not known may differ in every column. */
static void make_own(struct rows *rows, const struct shape *shape, struct cell *cell)
{
    cell->own = arena_take(rows->kept, shape->size);
    if (cell->row != NULL) {
        memcpy(cell->own, cell->row, shape->size);
        return;
    }
    shape_clear(shape, cell->own);
    cell->changed = UINT64_MAX;
}

void rows_put(struct rows *rows, const struct table *table, const void *row)
{
    const struct uuid *key = field_at(shape_field_at(table->shape, 0), row);
    struct cell *cell = touch(rows, slot_of(rows, table), *key);

    if (cell->own == NULL)
        make_own(rows, table->shape, cell);
    cell->changed |= shape_update(table->shape, rows->kept, row, cell->own);
    cell->row = cell->own;
}

void rows_delete(struct rows *rows, const struct table *table, struct uuid key)
{
    struct cell *cell;

    if (!uuid_is_present(key))
        return;
    cell = touch(rows, slot_of(rows, table), key);
    cell->row = NULL;
    cell->own = NULL;
}

/* One in memory; what changes of it is written as any change is. */
static void erase_cell(
    struct rows *rows,
    const struct table *table,
    const struct table_erasure *erasure,
    const struct cell *cell,
    struct uuid of)
{
    void *row;
    bool goes = false;

    if (cell->row == NULL)
        return;
    row = arena_take(rows->batch, table->shape->size);
    memcpy(row, cell->row, table->shape->size);
    if (!table_erase_row(table, erasure, of, row, &goes))
        return;
    if (goes)
        rows_delete(rows, table, cell->key);
    else
        rows_put(rows, table, row);
}

static void erase(struct rows *rows, const struct table *table, struct erased erased)
{
    struct slot *slot = slot_of(rows, table);

    slot->erased = heap_resize(slot->erased, (slot->erased_count + 1) * sizeof(*slot->erased));
    slot->erased[slot->erased_count++] = erased;
    for (const struct table_erasure *erasure = table->erasures;
         !table->is_append_only && erasure->of != NULL; erasure++) {
        size_t cursor = 0;
        struct uuid key;
        void *cell;
        while (rows_is_erased_by(&erased, erasure) && map_next(slot->cells, &cursor, &key, &cell))
            erase_cell(rows, table, erasure, cell, erased.of);
    }
}

void rows_erase(struct rows *rows, const struct table *table, struct uuid of)
{
    erase(rows, table, (struct erased){of, NULL});
}

void rows_erase_by(struct rows *rows, const struct table *table, const char *column, struct uuid of)
{
    erase(rows, table, (struct erased){of, column});
}

static void append_copied(struct rows *rows, struct slot *slot, const void *row)
{
    db_copy_add(&slot->copied, slot->table, row);
    if (slot->copied.size >= APPENDED_BYTES && rows->status == STATUS_OK)
        rows->status = rows_copy_appended(rows, slot, &rows->error);
}

/* What is in the batch's memory stays there until it is written. */
static void append_kept(struct rows *rows, struct slot *slot, const void *row)
{
    void *copy = arena_take(rows->batch, slot->table->shape->size);

    shape_copy(slot->table->shape, rows->batch, row, copy);
    if (slot->appended_count == slot->appended_capacity) {
        slot->appended_capacity = slot->appended_capacity == 0 ? 64 : slot->appended_capacity * 2;
        slot->appended =
            heap_resize(slot->appended, slot->appended_capacity * sizeof(*slot->appended));
    }
    slot->appended[slot->appended_count++] = copy;
}

void rows_append(struct rows *rows, const struct table *table, const void *row)
{
    struct slot *slot = slot_of(rows, table);

    must(table->is_append_only);
    if (rows->is_bulk)
        append_copied(rows, slot, row);
    else
        append_kept(rows, slot, row);
}

struct arena *rows_arena(struct rows *rows)
{
    return rows->batch;
}

struct uuid rows_key(const struct bytes *pieces, size_t count)
{
    const struct digest digest = sha256_of(pieces, count);

    return uuid_v8(digest.bytes);
}

struct uuid row_id(const struct record *record, const struct table *table, unsigned n)
{
    const uint8_t number[4] = {
        (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    const struct bytes pieces[] = {
        {record->entry.event_id.bytes, sizeof(record->entry.event_id.bytes)},
        bytes_of_text(text_from(table->name)),
        {number, sizeof(number)}};

    return n == 0 ? record->entry.event_id : rows_key(pieces, COUNT_OF(pieces));
}
