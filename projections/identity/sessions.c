/*
 * Sessions that are open; one that has ended has no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/sessions.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/sessions.h"
#include "projections/origin_key.h"

static void apply_signed_in(struct rows *rows, const struct record *record)
{
    const struct user_signed_in *event = record->event;
    const struct origin *origin = record->body.origin;
    const struct session_row row = {
        .id = event->session_id,
        .user_id = event->user_id,
        .method = event->method,
        .ip_address = origin == NULL ? (struct text){0} : origin->address.text,
        .user_agent = origin == NULL ? (struct text){0} : origin->user_agent.text,
        .created_at = record->entry.recorded_at,
        .last_used_at = record->entry.recorded_at,
        .expires_at = event->idle_ends_at,
        .ends_at = event->ends_at,
        .origin_key = origin_key(origin),
    };

    if (uuid_is_present(row.id))
        rows_put(rows, &sessions_table, &row);
}

static void want_refreshed(struct rows *rows, const struct record *record)
{
    rows_prefetch(
        rows, &sessions_table, ((const struct session_refreshed *)record->event)->session_id);
}

static void apply_refreshed(struct rows *rows, const struct record *record)
{
    const struct session_refreshed *event = record->event;
    const struct session_row *old = rows_get(rows, &sessions_table, event->session_id);
    struct session_row row;

    if (old == NULL)
        return;
    row = *old;
    row.last_used_at = record->entry.recorded_at;
    row.expires_at = event->idle_ends_at;
    rows_put(rows, &sessions_table, &row);
}

static void want_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct sessions_ended *)record->event)->session_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_prefetch(rows, &sessions_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_ended(struct rows *rows, const struct record *record)
{
    const struct list *ids = &((const struct sessions_ended *)record->event)->session_ids;

    for (size_t i = 0; i < ids->count; i++)
        rows_delete(rows, &sessions_table, ((const struct uuid *)ids->items)[i]);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &sessions_table, "user_id", record->entry.stream);
}

static void apply_origins_dropped(struct rows *rows, const struct record *record)
{
    origin_erase(rows, &sessions_table, record->event);
}

static const struct handler handlers[] = {
    {&user_signed_in_event, .apply = apply_signed_in},
    {&session_refreshed_event, .want = want_refreshed, .apply = apply_refreshed},
    {&sessions_ended_event, .want = want_ended, .apply = apply_ended},
    {&person_erased_event, .apply = apply_erased},
    {&origins_dropped_event, .apply = apply_origins_dropped},
    {.event = NULL},
};

static const struct table *const tables[] = {&sessions_table, NULL};

static const struct event_type *const reaching[] = {
    &person_erased_event, &origins_dropped_event, NULL};

const struct projector sessions_projector = {
    .name = "sessions",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
    .reaching = reaching,
};
