/*
 * One batch: records are read, personal fields opened where a projector wants them, rows wanted
 * and fetched, handlers run in the order of events and, for one event, of the catalogue.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/build_internal.h"

enum status
batch_read(struct build *build, uint64_t at, size_t limit, size_t *out_count, struct error *error)
{
    size_t count = 0;
    enum status status;

    arena_reset(build->arena);
    status = ledger_read(
        build->log, (struct position){at}, limit < BATCH_EVENTS ? limit : BATCH_EVENTS, BATCH_BYTES,
        build->arena, build->records, &count, error);
    if (status != STATUS_OK && !(status == STATUS_CORRUPT && count > 0))
        return status;
    *out_count = count;
    return STATUS_OK;
}

/* A type that this program does not know, or a body that was dropped, leaves no trace in rows. */
static const struct listener *
listeners_for(const struct build *build, const struct record *record, size_t *out_count)
{
    *out_count = 0;
    if (record->type == NULL || !record->has_body)
        return NULL;
    return listeners_of(&build->listeners, record->type, out_count);
}

static enum status prepare(struct build *build, struct record *record, struct error *error)
{
    size_t count;
    const struct listener *listeners = listeners_for(build, record, &count);
    enum status status = STATUS_OK;
    bool is_open = false;

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (quarantine_holds(build->quarantine, record->position, listeners[i].projector))
            continue;
        if (listeners[i].projector->reads_personal && !is_open)
            status = keyring_open_record(build->keyring, build->arena, record, error);
        is_open = is_open || listeners[i].projector->reads_personal;
        if (status == STATUS_OK && listeners[i].handler->want != NULL)
            listeners[i].handler->want(build->rows, record);
    }
    return status;
}

static void apply(struct build *build, const struct record *record)
{
    size_t count;
    const struct listener *listeners = listeners_for(build, record, &count);

    for (size_t i = 0; i < count; i++) {
        if (!quarantine_holds(build->quarantine, record->position, listeners[i].projector))
            listeners[i].handler->apply(build->rows, record);
    }
}

enum status
batch_apply(struct build *build, struct record *records, size_t count, struct error *error)
{
    enum status status = STATUS_OK;

    build->rows->batch = build->arena;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = prepare(build, &records[i], error);
    if (status == STATUS_OK)
        status = rows_fetch(build->rows, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        apply(build, &records[i]);
    if (status == STATUS_OK && build->rows->status != STATUS_OK) {
        status = build->rows->status;
        if (error != NULL)
            *error = build->rows->error;
    }
    return status;
}
