/*
 * The templates of tasks, each in its newest version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/template/templates.h"

#include "migrations/template/templates.h"

static struct uuid person_of(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void touch(const struct record *record, void *touched)
{
    struct template_row *row = touched;

    row->updated_at = record->entry.recorded_at;
    row->revision = record->entry.revision;
}

static void
put(const struct record *record,
    const struct template_definition *definition,
    struct template_row *row)
{
    row->name = definition->name;
    row->description = definition->description;
    row->task_type = definition->task_type;
    row->payload_template = definition->payload;
    row->parameters = definition->parameters;
    row->runnable_by_members = definition->is_runnable_by_members;
    row->version = definition->version > 1 ? definition->version : INT64_ABSENT;
    row->updated_by_user_id = person_of(record);
    row->archived_at = definition->archived_at;
    row->is_archived = opt_bool_of(timestamp_is_present(definition->archived_at));
    touch(record, row);
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct template_created *event = record->event;
    struct template_row row = {
        .id = event->definition.template_id,
        .workspace_id = event->definition.workspace_id,
        .created_by_user_id = person_of(record),
        .created_at = record->entry.recorded_at,
    };

    put(record, &event->definition, &row);
    rows_put(rows, &templates_table, &row);
}

static void change(const struct record *record, void *row)
{
    const struct template_changed *event = record->event;

    put(record, &event->definition, row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &templates_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &templates_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&template_created_event, .apply = apply_created},
    {&template_changed_event, .change = change},
    {&template_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&templates_table, NULL};

const struct projector templates_projector = {
    .name = "templates", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
