/*
 * What handlers see: looking up, changing, adding rows; and the memory behind it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "projections/projector.h"
#include "projections/rows_internal.h"

#include <stdlib.h>

/* No caller can make these grow beyond a batch's events, or a rebuild's own bounds. */
static const size_t memory_ceiling = (size_t)8 << 30;

void pointers_add(struct pointers *pointers, const void *item)
{
    if (pointers->count == pointers->capacity) {
        pointers->capacity = pointers->capacity == 0 ? 64 : pointers->capacity * 2;
        pointers->items = heap_resize(pointers->items, pointers->capacity * sizeof(void *));
    }
    pointers->items[pointers->count++] = item;
}

void pointers_free(struct pointers *pointers)
{
    heap_free(pointers->items);
    *pointers = (struct pointers){0};
}

static int compare_slots(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct slot *)a)->table;
    uintptr_t y = (uintptr_t)((const struct slot *)b)->table;

    return x < y ? -1 : x > y;
}

static size_t count_tables(void)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            count++;
    }
    return count;
}

static void add_slots(struct rows *rows)
{
    rows->slots = heap_array(count_tables(), sizeof(struct slot));
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct table *const *tables = projector_catalog[i]->tables;
        for (size_t j = 0; tables[j] != NULL; j++)
            rows->slots[rows->slot_count++] = (struct slot){.table = tables[j], .cells = map_new()};
    }
    qsort(rows->slots, rows->slot_count, sizeof(struct slot), compare_slots);
    for (size_t i = 1; i < rows->slot_count; i++)
        must(rows->slots[i - 1].table != rows->slots[i].table); /* two projectors of one table */
}

struct rows *rows_new(struct db *db)
{
    struct rows *rows = heap_new(sizeof(*rows));

    rows->db = db;
    rows->kept = arena_new(memory_ceiling);
    rows->fresh = arena_new(memory_ceiling);
    rows->scratch = arena_new(memory_ceiling);
    add_slots(rows);
    return rows;
}

void rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < rows->slot_count; i++) {
        struct slot *slot = &rows->slots[i];
        map_free(slot->cells);
        pointers_free(&slot->appended);
    }
    heap_free(rows->slots);
    arena_free(rows->kept);
    arena_free(rows->fresh);
    arena_free(rows->scratch);
    heap_free(rows);
}

/* A map that was large once is cheaper made anew than wiped after each small batch. */
static void forget_cells(struct slot *slot)
{
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
        slot->appended.count = 0;
    }
    arena_reset(rows->kept);
    arena_reset(rows->fresh);
    rows->appended = 0;
    rows->is_complete = false;
    rows->status = STATUS_OK;
    rows->failed = NULL;
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
        void *row;
        if (cell->row == NULL)
            continue;
        copy = arena_one(into, struct cell);
        row = arena_take(into, slot->table->shape->size);
        shape_copy(slot->table->shape, into, cell->row, row);
        *copy = *cell;
        copy->row = row;
        map_put(cells, key, copy);
    }
    map_free(slot->cells);
    slot->cells = cells;
}

void rows_compact(struct rows *rows)
{
    struct arena *kept = arena_new(memory_ceiling);

    for (size_t i = 0; i < rows->slot_count; i++)
        compact_slot(&rows->slots[i], kept);
    arena_free(rows->kept);
    rows->kept = kept;
}

static struct slot *slot_of(struct rows *rows, const struct table *table)
{
    const struct slot wanted = {.table = table};
    struct slot *slot =
        bsearch(&wanted, rows->slots, rows->slot_count, sizeof(struct slot), compare_slots);

    must(slot != NULL); /* a table that no projector names */
    return slot;
}

static struct cell *cell_of(struct rows *rows, struct slot *slot, struct uuid key)
{
    struct cell *cell = map_get(slot->cells, key);

    if (cell != NULL)
        return cell;
    cell = arena_one(rows->kept, struct cell);
    cell->key = key;
    cell->stored = rows->is_complete ? STORED_NO : STORED_UNKNOWN;
    map_put(slot->cells, key, cell);
    return cell;
}

void rows_prefetch(struct rows *rows, const struct table *table, struct uuid key)
{
    struct slot *slot = slot_of(rows, table);
    struct cell *cell;

    must(!table->is_append_only);
    if (!uuid_is_present(key))
        return;
    cell = cell_of(rows, slot, key);
    if (cell->stored != STORED_UNKNOWN || cell->is_dirty || cell->is_wanted)
        return;
    cell->is_wanted = true;
    cell->next_wanted = NULL;
    if (slot->wanted.last == NULL)
        slot->wanted.first = cell;
    else
        slot->wanted.last->next_wanted = cell;
    slot->wanted.last = cell;
    slot->wanted.count++;
}

const void *rows_get(struct rows *rows, const struct table *table, struct uuid key)
{
    const struct cell *cell;

    if (!uuid_is_present(key))
        return NULL;
    rows_prefetch(rows, table, key);
    cell = cell_of(rows, slot_of(rows, table), key);
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

void rows_put(struct rows *rows, const struct table *table, const void *row)
{
    const struct uuid *key = field_at(&table->shape->fields[0], row);
    struct cell *cell = touch(rows, slot_of(rows, table), *key);
    void *copy = arena_take(rows->kept, table->shape->size);

    shape_copy(table->shape, rows->kept, row, copy);
    cell->row = copy;
}

void rows_delete(struct rows *rows, const struct table *table, struct uuid key)
{
    if (uuid_is_present(key))
        touch(rows, slot_of(rows, table), key)->row = NULL;
}

void rows_append(struct rows *rows, const struct table *table, const void *row)
{
    void *copy = arena_take(rows->fresh, table->shape->size);

    must(table->is_append_only);
    shape_copy(table->shape, rows->fresh, row, copy);
    pointers_add(&slot_of(rows, table)->appended, copy);
    rows->appended++;
}

struct arena *rows_arena(struct rows *rows)
{
    return rows->batch;
}

struct uuid row_id(const struct record *record, const struct table *table, unsigned n)
{
    const uint8_t number[4] = {
        (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    const struct bytes pieces[] = {
        {record->entry.event_id.bytes, sizeof(record->entry.event_id.bytes)},
        bytes_of_text(text_from(table->name)),
        {number, sizeof(number)}};
    struct digest digest;

    if (n == 0)
        return record->entry.event_id;
    digest = sha256_of(pieces, COUNT_OF(pieces));
    return uuid_v8(digest.bytes);
}
