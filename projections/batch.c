/*
 * The stages of a batch. Handlers run in the order of events and, for one event, of the catalogue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/shape/shape_check.h"
#include "eventlog/event_type.h"
#include "projections/batch_internal.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_ARENA_BYTES = 1 << 30 };

/* Listeners. */

static int compare_types(const struct event_type *a, const struct event_type *b)
{
    return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static int compare_listeners(const void *a, const void *b)
{
    const struct listener *x = a;
    const struct listener *y = b;
    int by_type = compare_types(x->type, y->type);

    if (by_type != 0)
        return by_type;
    return x->order < y->order ? -1 : x->order > y->order;
}

static const struct handler *
handler_of(const struct projector *projector, const struct event_type *type)
{
    const struct handler *handler = projector->handlers;

    if (projector->handler_of != NULL)
        return projector->handler_of(type);
    while (handler->event != NULL && handler->event != type)
        handler++;
    return handler->event == NULL ? NULL : handler;
}

/* Counts who listens to a type, and writes them to `out` unless that is NULL. */
static size_t find_listeners(const struct event_type *type, struct listener *out)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct handler *handler = handler_of(projector_catalog[i], type);
        if (handler == NULL)
            continue;
        if (out != NULL)
            out[count] = (struct listener){type, i, projector_catalog[i], handler};
        count++;
    }
    return count;
}

static size_t find_all_listeners(struct listener *out)
{
    size_t count = 0;

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            count += find_listeners(area->types[i], out == NULL ? NULL : out + count);
    }
    return count;
}

void listeners_init(struct listeners *listeners)
{
    listeners->count = find_all_listeners(NULL);
    listeners->items = heap_array(listeners->count, sizeof(*listeners->items));
    find_all_listeners(listeners->items);
    qsort(listeners->items, listeners->count, sizeof(*listeners->items), compare_listeners);
}

void listeners_fini(struct listeners *listeners)
{
    heap_free(listeners->items);
    *listeners = (struct listeners){0};
}

struct handled_by listeners_of(const struct listeners *listeners, const struct record *record)
{
    size_t low = 0;
    size_t high = listeners->count;
    size_t end;

    if (record->type == NULL)
        return (struct handled_by){NULL, 0};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_types(listeners->items[middle].type, record->type) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < listeners->count && listeners->items[end].type == record->type;)
        end++;
    return (struct handled_by){listeners->items + low, end - low};
}

/* Batches. */

void batch_init(struct batch *batch)
{
    batch->arena = arena_new(BATCH_ARENA_BYTES);
    batch->records = heap_array(BATCH_EVENTS, sizeof(*batch->records));
    batch->handled_by = heap_array(BATCH_EVENTS, sizeof(*batch->handled_by));
    batch->count = 0;
}

void batch_fini(struct batch *batch)
{
    arena_free(batch->arena);
    heap_free(batch->records);
    heap_free(batch->handled_by);
    *batch = (struct batch){0};
}

enum status batch_read(
    struct batch *batch,
    const struct batch_source *source,
    uint64_t at,
    size_t limit,
    struct error *error)
{
    enum status status;

    batch->count = 0;
    arena_reset(batch->arena);
    status = ledger_read(
        source->log, (struct position){at}, limit < BATCH_EVENTS ? limit : BATCH_EVENTS,
        BATCH_BYTES, batch->arena, batch->records, &batch->count, error);
    if (status != STATUS_OK && !(status == STATUS_CORRUPT && batch->count > 0))
        return status;
    for (size_t i = 0; i < batch->count; i++)
        batch->handled_by[i] = listeners_of(source->listeners, &batch->records[i]);
    return STATUS_OK;
}

static bool needs_opening(const struct batch *batch, const struct batch_source *source, size_t i)
{
    const struct handled_by *by = &batch->handled_by[i];

    for (size_t j = 0; j < by->count; j++) {
        const struct projector *projector = by->first[j].projector;
        if (projector->reads_personal &&
            !quarantine_holds(source->quarantine, batch->records[i].position, projector))
            return true;
    }
    return false;
}

/* The struct, or a copy without what PostgreSQL would refuse; *out_field: what had it. */
static const void *clean(
    struct arena *arena,
    const struct shape *shape,
    const void *value,
    const struct field **out_field)
{
    void *copy;

    *out_field = value == NULL ? NULL : shape_unclean(shape, value);
    if (*out_field == NULL)
        return value;
    copy = arena_take(arena, shape->size);
    memcpy(copy, value, shape->size);
    shape_clean(shape, arena, copy);
    return copy;
}

size_t batch_clean(struct arena *arena, struct record *record, const struct field **out_field)
{
    const struct field *of_origin = NULL;

    *out_field = NULL;
    if (record->type != NULL)
        record->event = clean(arena, record->type->shape, record->event, out_field);
    record->body.origin = clean(arena, &origin_shape, record->body.origin, &of_origin);
    return (size_t)(*out_field != NULL) + (size_t)(of_origin != NULL);
}

static void
clean_record(struct batch *batch, const struct batch_source *source, struct record *record)
{
    const struct field *field = NULL;

    *source->cleaned += batch_clean(batch->arena, record, &field);
    if (field != NULL)
        log_warning(
            "projections.text_cleaned", log_int64("position", (int64_t)record->position.value),
            log_c("field", field->name));
}

enum status batch_open(
    struct batch *batch,
    const struct batch_source *source,
    size_t from,
    size_t count,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = from; status == STATUS_OK && i < from + count; i++) {
        if (needs_opening(batch, source, i))
            status = keyring_open_record(source->keyring, batch->arena, &batch->records[i], error);
        clean_record(batch, source, &batch->records[i]);
    }
    return status;
}

/* A handler that changes the row of the event's stream. */
static void
change_row(const struct listener *listener, const struct record *record, struct rows *rows)
{
    const struct table *table = listener->projector->tables[0];
    const void *row = rows_get(rows, table, record->entry.stream);
    void *changed;

    if (row == NULL)
        return;
    changed = arena_take(rows->batch, table->shape->size);
    memcpy(changed, row, table->shape->size);
    listener->projector->touch(record, changed);
    listener->handler->change(record, changed);
    rows_put(rows, table, changed);
}

void listener_apply(const struct listener *listener, const struct record *record, struct rows *rows)
{
    if (listener->handler->change != NULL)
        change_row(listener, record, rows);
    else
        listener->handler->apply(rows, record);
}

static void
prefetch(const struct batch *batch, const struct batch_source *source, size_t i, struct rows *rows)
{
    const struct record *record = &batch->records[i];
    const struct handled_by *by = &batch->handled_by[i];

    for (size_t j = 0; j < by->count; j++) {
        const struct listener *listener = &by->first[j];
        if (quarantine_holds(source->quarantine, record->position, listener->projector))
            continue;
        if (listener->handler->change != NULL)
            rows_prefetch(rows, listener->projector->tables[0], record->entry.stream);
        else if (listener->handler->want != NULL)
            listener->handler->want(rows, record);
    }
}

static void
apply(const struct batch *batch, const struct batch_source *source, size_t i, struct rows *rows)
{
    const struct record *record = &batch->records[i];
    const struct handled_by *by = &batch->handled_by[i];

    for (size_t j = 0; j < by->count; j++) {
        const struct listener *listener = &by->first[j];
        if (!quarantine_holds(source->quarantine, record->position, listener->projector))
            listener_apply(listener, record, rows);
    }
}

enum status batch_apply(
    struct batch *batch,
    const struct batch_source *source,
    size_t from,
    size_t count,
    struct rows *rows,
    struct error *error)
{
    enum status status = STATUS_OK;

    rows->batch = batch->arena;
    for (size_t i = from; !rows->is_complete && i < from + count; i++)
        prefetch(batch, source, i, rows);
    status = rows_fetch(rows, error);
    for (size_t i = from; status == STATUS_OK && i < from + count; i++)
        apply(batch, source, i, rows);
    if (status == STATUS_OK && rows->status != STATUS_OK) {
        status = rows->status;
        if (error != NULL)
            *error = rows->error;
    }
    return status;
}
