/*
 * Groups of directories as these read them, and who is in them: a row for each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/directory_groups.h"

#include "eventlog/events/identity_events.h"
#include "migrations/identity/directory_groups.h"

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct directory_group_created *event = record->event;
    const struct directory_group_row row = {
        .id = event->group_id,
        .provider_id = event->provider_id,
        .display_name = event->display_name,
        .external_id = event->external_id,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &directory_groups_table, &row);
}

static void change(const struct record *record, void *changed)
{
    const struct directory_group_changed *event = record->event;
    struct directory_group_row *row = changed;

    row->display_name = event->display_name;
    row->external_id = event->external_id;
    row->updated_at = record->entry.recorded_at;
}

static void touch(const struct record *record, void *touched)
{
    ((struct directory_group_row *)touched)->revision = record->entry.revision;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &directory_groups_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &directory_groups_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&directory_group_created_event, .apply = apply_created},
    {&directory_group_changed_event, .change = change},
    {&directory_group_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&directory_groups_table, NULL};

const struct projector directory_groups_projector = {
    .name = "directory_groups",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .touch = touch,
};

/* Who is in them. */

static struct uuid key_of(struct uuid group_id, struct uuid user_id)
{
    const struct bytes pieces[] = {
        {group_id.bytes, sizeof(group_id.bytes)}, {user_id.bytes, sizeof(user_id.bytes)}};

    return rows_key(pieces, COUNT_OF(pieces));
}

static void put(struct rows *rows, struct uuid group_id, const struct list *user_ids)
{
    const struct uuid *ids = user_ids->items;

    for (size_t i = 0; i < user_ids->count; i++) {
        const struct directory_member_row row = {key_of(group_id, ids[i]), group_id, ids[i]};
        rows_put(rows, &directory_members_table, &row);
    }
}

static void apply_filled(struct rows *rows, const struct record *record)
{
    const struct directory_group_created *event = record->event;

    put(rows, event->group_id, &event->members);
}

static void want_turned(struct rows *rows, const struct record *record)
{
    const struct directory_group_changed *event = record->event;
    const struct uuid *ids = event->removed.items;

    for (size_t i = 0; i < event->removed.count; i++)
        rows_prefetch(rows, &directory_members_table, key_of(event->group_id, ids[i]));
}

static void apply_turned(struct rows *rows, const struct record *record)
{
    const struct directory_group_changed *event = record->event;
    const struct uuid *ids = event->removed.items;

    put(rows, event->group_id, &event->added);
    for (size_t i = 0; i < event->removed.count; i++)
        rows_delete(rows, &directory_members_table, key_of(event->group_id, ids[i]));
}

static void apply_emptied(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &directory_members_table, "group_id", record->entry.stream);
}

static const struct handler member_handlers[] = {
    {&directory_group_created_event, .apply = apply_filled},
    {&directory_group_changed_event, .want = want_turned, .apply = apply_turned},
    {&directory_group_deleted_event, .apply = apply_emptied},
    {.event = NULL},
};

static const struct table *const member_tables[] = {&directory_members_table, NULL};

/* Their streams are the groups. */
static const struct event_type *const reaching[] = {
    &directory_group_created_event,
    &directory_group_changed_event,
    &directory_group_deleted_event,
    NULL,
};

const struct projector directory_members_projector = {
    .name = "directory_members",
    .version = 1,
    .tables = member_tables,
    .handlers = member_handlers,
    .reaching = reaching,
};
