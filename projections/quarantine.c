/*
 * The quarantine's rows, and a copy of them in memory. There are few: a list is searched.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/quarantine.h"

#include "core/base/heap.h"
#include "migrations/migrate.h"

enum { QUARANTINE_BYTES = 4 << 20 };

struct quarantine_row {
    struct text table_name; /* "*": all of them */
    int64_t position;
};
static const struct field quarantine_row_fields[] = {
    {TEXT(quarantine_row, table_name), .doc = "Table that does without the event."},
    {INT64(quarantine_row, position), .doc = "Position of the event."},
};
static const struct shape quarantine_row_shape =
    SHAPE(quarantine_row, "An event that is not applied to a table.");

static const struct sql add_row = {
    .name = "quarantine.add",
    .text = "insert into fleetledger.quarantine (table_name, position, at)"
            " values (:table_name, :position, now())"
            " on conflict do nothing",
    .params = &quarantine_row_shape};
static const struct sql list_rows = {
    .name = "quarantine.list",
    .text = "select table_name, position from fleetledger.quarantine"
            " order by position limit 10000",
    .row = &quarantine_row_shape};

struct quarantine {
    struct arena *arena;
    const struct quarantine_row *rows;
    size_t count;
    bool is_expired;
};

struct quarantine *quarantine_new(void)
{
    struct quarantine *quarantine = heap_new(sizeof(*quarantine));

    quarantine->arena = arena_new(QUARANTINE_BYTES);
    quarantine->is_expired = true;
    return quarantine;
}

void quarantine_free(struct quarantine *quarantine)
{
    if (quarantine == NULL)
        return;
    arena_free(quarantine->arena);
    heap_free(quarantine);
}

void quarantine_expire(struct quarantine *quarantine)
{
    quarantine->is_expired = true;
}

enum status
quarantine_add(struct db *db, const char *table, struct position position, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    const struct quarantine_row params = {text_from(table), (int64_t)position.value};
    enum status status = migrate_registry(db, error);

    return status == STATUS_OK ? db_query(db, &add_row, &params, arena, NULL, NULL, error) : status;
}

enum status quarantine_refresh(struct quarantine *quarantine, struct db *db, struct error *error)
{
    const void *rows = NULL;
    enum status status;

    if (!quarantine->is_expired)
        return STATUS_OK;
    quarantine->count = 0;
    arena_reset(quarantine->arena);
    status = db_query(db, &list_rows, NULL, quarantine->arena, &rows, &quarantine->count, error);
    if (status != STATUS_OK)
        return status;
    quarantine->rows = rows;
    quarantine->is_expired = false;
    return STATUS_OK;
}

static bool names(const struct quarantine_row *row, const struct projector *projector)
{
    if (text_is(row->table_name, "*"))
        return true;
    for (size_t i = 0; projector->tables[i] != NULL; i++) {
        if (text_is(row->table_name, projector->tables[i]->name))
            return true;
    }
    return false;
}

bool quarantine_holds(
    const struct quarantine *quarantine,
    struct position position,
    const struct projector *projector)
{
    for (size_t i = 0; i < quarantine->count; i++) {
        const struct quarantine_row *row = &quarantine->rows[i];
        if (row->position == (int64_t)position.value && names(row, projector))
            return true;
    }
    return false;
}
