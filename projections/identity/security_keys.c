/*
 * Security keys that sign-ins take; one that was removed has no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/security_keys.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/security_keys.h"

static void apply_added(struct rows *rows, const struct record *record)
{
    const struct security_key_added *event = record->event;
    const struct security_key_row row = {
        .id = event->key_id,
        .user_id = event->user_id,
        .name = event->name.text,
        .transports = event->transports,
        .created_at = record->entry.recorded_at,
    };

    rows_put(rows, &security_keys_table, &row);
}

static void want_used(struct rows *rows, const struct record *record)
{
    rows_prefetch(
        rows, &security_keys_table, ((const struct security_key_used *)record->event)->key_id);
}

static void apply_used(struct rows *rows, const struct record *record)
{
    const struct security_key_used *event = record->event;
    const struct security_key_row *old = rows_get(rows, &security_keys_table, event->key_id);
    struct security_key_row row;

    if (old == NULL)
        return;
    row = *old;
    row.last_used_at = record->entry.recorded_at;
    rows_put(rows, &security_keys_table, &row);
}

static void want_removed(struct rows *rows, const struct record *record)
{
    rows_prefetch(
        rows, &security_keys_table, ((const struct security_key_removed *)record->event)->key_id);
}

static void apply_removed(struct rows *rows, const struct record *record)
{
    rows_delete(
        rows, &security_keys_table, ((const struct security_key_removed *)record->event)->key_id);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &security_keys_table, "user_id", record->entry.stream);
}

static const struct handler handlers[] = {
    {&security_key_added_event, .apply = apply_added},
    {&security_key_used_event, .want = want_used, .apply = apply_used},
    {&security_key_removed_event, .want = want_removed, .apply = apply_removed},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&security_keys_table, NULL};
static const struct event_type *const reaching[] = {&person_erased_event, NULL};

const struct projector security_keys_projector = {
    .name = "security_keys",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
    .reads_personal = true,
};
