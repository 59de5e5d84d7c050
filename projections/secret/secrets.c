/*
 * The secrets. Their values are in no row, not even sealed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/secret/secrets.h"

#include "eventlog/events/secret_events.h"
#include "migrations/secret/secrets.h"

static struct uuid person_of(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void touch(const struct record *record, void *touched)
{
    ((struct secret_row *)touched)->revision = record->entry.revision;
}

static void note_change(const struct record *record, struct secret_row *row)
{
    row->updated_by_user_id = person_of(record);
    row->updated_at = record->entry.recorded_at;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct secret_created *event = record->event;
    struct secret_row row = {
        .id = event->secret_id,
        .workspace_id = event->workspace_id,
        .name = event->name,
        .description = event->description,
        .version = event->version,
        .expires_at = event->expires_at,
        .rotated_at = record->entry.recorded_at,
        .created_by_user_id = person_of(record),
        .created_at = record->entry.recorded_at,
    };

    note_change(record, &row);
    touch(record, &row);
    rows_put(rows, &secrets_table, &row);
}

static void change(const struct record *record, void *changed)
{
    const struct secret_changed *event = record->event;
    struct secret_row *row = changed;

    row->description = event->description;
    row->expires_at = event->expires_at;
    note_change(record, row);
}

static void rotate(const struct record *record, void *rotated)
{
    struct secret_row *row = rotated;

    row->version = ((const struct secret_rotated *)record->event)->version;
    row->rotated_at = record->entry.recorded_at;
    note_change(record, row);
}

static void note_use(const struct record *record, void *used)
{
    ((struct secret_row *)used)->last_used_at = record->entry.recorded_at;
}

/* What it looks like: of the stream, and of no row. */
static void note_destroyed(const struct record *record, void *row)
{
    (void)record;
    (void)row;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &secrets_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &secrets_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&secret_created_event, .apply = apply_created},
    {&secret_changed_event, .change = change},
    {&secret_rotated_event, .change = rotate},
    {&secret_delivered_event, .change = note_use},
    {&secret_version_destroyed_event, .change = note_destroyed},
    {&secret_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&secrets_table, NULL};

const struct projector secrets_projector = {
    .name = "secrets", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
