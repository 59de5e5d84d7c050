/*
 * The channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/notification/channels.h"

#include "projections/notification/outbox.h"

static struct uuid person_of(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void touch(const struct record *record, void *touched)
{
    struct channel_row *row = touched;

    row->revision = record->entry.revision;
}

static void
put(const struct record *record,
    const struct channel_definition *definition,
    struct channel_row *row)
{
    row->name = definition->name;
    row->kind = definition->kind;
    row->host = definition->host;
    row->user_ids = definition->user_ids;
    row->is_enabled = definition->is_enabled;
    row->severities = definition->severities;
    row->types = definition->types;
    row->selector = definition->selector;
    row->quiet_hours = definition->quiet_hours;
    row->digest_seconds = definition->digest_seconds;
    row->text = definition->text;
    row->key_id = definition->key_id;
    row->workspace_ids = definition->workspace_ids;
    row->updated_by_user_id = person_of(record);
    row->updated_at = record->entry.recorded_at;
    touch(record, row);
}

/* It stays sealed: whoever reads the database writes into no chat. */
static void
take_url(const struct record *record, const struct personal *url, struct channel_row *row)
{
    if (!bytes_are_present(url->box))
        return;
    row->url_box = url->box;
    row->url_event_id = record->entry.event_id;
}

/* The same list with a channel more, or without it. */
static struct list
changed_list(struct arena *arena, struct list old, struct uuid channel_id, bool is_there)
{
    const struct uuid *ids = old.items;
    struct uuid *changed = arena_array(arena, old.count + 1, sizeof(*changed));
    size_t count = 0;

    for (size_t i = 0; i < old.count; i++) {
        if (!uuid_equal(ids[i], channel_id))
            changed[count++] = ids[i];
    }
    if (is_there)
        changed[count++] = channel_id;
    return (struct list){changed, count};
}

/* For whoever asks by which channels something is told. */
static void put_into_list(struct rows *rows, const struct record *record, bool is_there)
{
    struct uuid key = channels_list_id(record->entry.workspace);
    const struct channel_list_row *old = rows_get(rows, &channel_lists_table, key);
    struct list none = {NULL, 0};
    const struct channel_list_row row = {
        key, changed_list(
                 rows_arena(rows), old == NULL ? none : old->channel_ids, record->entry.stream,
                 is_there)};

    if (row.channel_ids.count > 0)
        rows_put(rows, &channel_lists_table, &row);
    else
        rows_delete(rows, &channel_lists_table, key);
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct channel_created *event = record->event;
    struct channel_row row = {
        .id = event->definition.channel_id,
        .workspace_id = record->entry.workspace,
        .created_by_user_id = person_of(record),
        .created_at = record->entry.recorded_at,
    };

    put(record, &event->definition, &row);
    take_url(record, &event->url, &row);
    rows_put(rows, &channels_table, &row);
    put_into_list(rows, record, true);
}

/* What it waits for, and why it was switched off, was that of the channel before. */
static void change(const struct record *record, void *changed)
{
    const struct channel_changed *event = record->event;
    struct channel_row *row = changed;

    put(record, &event->definition, row);
    take_url(record, &event->url, row);
    row->quiet_until = (struct timestamp){0};
    row->switched_off_at = (struct timestamp){0};
    row->switched_off_reason = (struct text){NULL, 0};
}

static void change_key(const struct record *record, void *changed)
{
    const struct channel_key_rotated *event = record->event;
    struct channel_row *row = changed;

    row->former_key_id = row->key_id;
    row->former_key_until = event->former_until;
    row->key_id = event->key_id;
    row->updated_by_user_id = person_of(record);
    row->updated_at = record->entry.recorded_at;
}

static void switch_off(const struct record *record, void *changed)
{
    const struct channel_switched_off *event = record->event;
    struct channel_row *row = changed;

    row->is_enabled = OPT_FALSE;
    row->switched_off_at = record->entry.recorded_at;
    row->switched_off_reason = event->error;
}

static void be_quiet(const struct record *record, void *changed)
{
    const struct channel_quieted *event = record->event;

    ((struct channel_row *)changed)->quiet_until = event->until;
}

/* Whatever happened to it is part of its entity tag. */
static void keep(const struct record *record, void *changed)
{
    (void)record, (void)changed;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &channels_table, record->entry.stream);
    rows_prefetch(rows, &channel_lists_table, channels_list_id(record->entry.workspace));
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &channels_table, record->entry.stream);
    put_into_list(rows, record, false);
}

static const struct handler handlers[] = {
    {&channel_created_event, .want = want, .apply = apply_created},
    {&channel_changed_event, .change = change},
    {&channel_key_rotated_event, .change = change_key},
    {&channel_switched_off_event, .change = switch_off},
    {&channel_quieted_event, .change = be_quiet},
    {&channel_tested_event, .change = keep},
    {&channel_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&channels_table, &channel_lists_table, NULL};

/* They change the list of a workspace. */
static const struct event_type *const reaching[] = {
    &channel_created_event, &channel_deleted_event, NULL};

const struct projector channels_projector = {
    .name = "channels",
    .version = 2,
    .tables = tables,
    .handlers = handlers,
    .touch = touch,
    .reaching = reaching,
};
