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

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct channel_created *event = record->event;
    struct channel_row row = {
        .id = event->definition.channel_id,
        .workspace_id = event->definition.workspace_id,
        .created_by_user_id = person_of(record),
        .created_at = record->entry.recorded_at,
    };

    put(record, &event->definition, &row);
    take_url(record, &event->url, &row);
    rows_put(rows, &channels_table, &row);
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
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &channels_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&channel_created_event, .apply = apply_created},
    {&channel_changed_event, .change = change},
    {&channel_key_rotated_event, .change = change_key},
    {&channel_switched_off_event, .change = switch_off},
    {&channel_quieted_event, .change = be_quiet},
    {&channel_tested_event, .change = keep},
    {&channel_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&channels_table, NULL};

const struct projector channels_projector = {
    .name = "channels", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
