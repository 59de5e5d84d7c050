/*
 * Decoding by the schema that a body was written under, and raising it to the newest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/upcast/upcast.h"

#include "core/base/must.h"
#include "core/shape/shape_pack.h"

static const struct upcast *
row_of(const struct upcast *table, const struct event_type *type, int64_t schema)
{
    for (const struct upcast *row = table; row->type != NULL; row++) {
        if (row->from_schema == schema && text_is(text_from(row->type), type->name))
            return row;
    }
    return NULL;
}

static enum status missing_row(const struct event_type *type, int64_t schema, struct error *error)
{
    return error_set(
        error, STATUS_CORRUPT, "no upcaster for \"%s\" of schema %lld", type->name,
        (long long)schema);
}

static void *absent(const struct shape *shape, struct arena *arena)
{
    void *value = arena_take(arena, shape->size);

    shape_clear(shape, value);
    return value;
}

enum status upcast_decode(
    const struct upcast *table,
    const struct event_type *type,
    int64_t schema,
    struct bytes fields,
    struct arena *arena,
    const void **out,
    struct error *error)
{
    const struct upcast *row = schema < type->schema ? row_of(table, type, schema) : NULL;
    const struct shape *shape = row == NULL ? type->shape : row->shape;
    enum status status = STATUS_OK;
    void *value;

    if (!bytes_are_present(fields)) {
        *out = absent(type->shape, arena);
        return STATUS_OK;
    }
    if (schema < type->schema && row == NULL)
        return missing_row(type, schema, error);
    value = arena_take(arena, shape->size);
    status = shape_unpack(shape, fields, arena, value, error);
    for (; status == STATUS_OK && schema < type->schema; schema++) {
        const struct upcast *next = row_of(table, type, schema + 1);
        void *raised;
        if (next == NULL && schema + 1 < type->schema)
            return missing_row(type, schema + 1, error);
        raised = absent(next == NULL ? type->shape : next->shape, arena);
        must(row != NULL);
        row->raise(value, arena, raised);
        value = raised;
        row = next;
    }
    if (status == STATUS_OK)
        *out = value;
    return status;
}
