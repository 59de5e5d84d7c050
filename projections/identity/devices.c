/*
 * Devices that are trusted; one that is so no more has no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/devices.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/devices.h"

static void apply_trusted(struct rows *rows, const struct record *record)
{
    const struct device_trusted *event = record->event;
    const struct device_row row = {
        .id = event->device_id,
        .user_id = event->user_id,
        .name = event->name.text,
        .created_at = record->entry.recorded_at,
        .trusted_until = event->trusted_until,
    };

    rows_put(rows, &devices_table, &row);
}

static void want_signed_in(struct rows *rows, const struct record *record)
{
    const struct user_signed_in *event = record->event;

    if (uuid_is_present(event->device_id))
        rows_prefetch(rows, &devices_table, event->device_id);
}

static void apply_signed_in(struct rows *rows, const struct record *record)
{
    const struct user_signed_in *event = record->event;
    const struct device_row *old;
    struct device_row row;

    if (!uuid_is_present(event->device_id))
        return;
    old = rows_get(rows, &devices_table, event->device_id);
    if (old == NULL)
        return;
    row = *old;
    row.last_used_at = record->entry.recorded_at;
    rows_put(rows, &devices_table, &row);
}

static void want_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct devices_ended *)record->event)->device_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_prefetch(rows, &devices_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct devices_ended *)record->event)->device_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_delete(rows, &devices_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &devices_table, "user_id", record->entry.stream);
}

static const struct handler handlers[] = {
    {&device_trusted_event, .apply = apply_trusted},
    {&user_signed_in_event, .want = want_signed_in, .apply = apply_signed_in},
    {&devices_ended_event, .want = want_ended, .apply = apply_ended},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&devices_table, NULL};
static const struct event_type *const reaching[] = {&person_erased_event, NULL};

const struct projector devices_projector = {
    .name = "devices",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
    .reads_personal = true,
};
