/*
 * The selections.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/selection/selections.h"

#include "eventlog/events/selection_events.h"
#include "migrations/selection/selections.h"

static struct uuid person_of(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static void touch(const struct record *record, void *touched)
{
    struct selection_row *row = touched;

    row->updated_at = record->entry.recorded_at;
    row->revision = record->entry.revision;
}

static void
put(const struct record *record,
    const struct selection_definition *definition,
    struct selection_row *row)
{
    row->name = definition->name;
    row->description = definition->description;
    row->selector = definition->selector;
    row->updated_by_user_id = person_of(record);
    touch(record, row);
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct selection_created *event = record->event;
    struct selection_row row = {
        .id = event->definition.selection_id,
        .workspace_id = event->definition.workspace_id,
        .created_by_user_id = person_of(record),
        .created_at = record->entry.recorded_at,
    };

    put(record, &event->definition, &row);
    rows_put(rows, &selections_table, &row);
}

static void change(const struct record *record, void *row)
{
    const struct selection_changed *event = record->event;

    put(record, &event->definition, row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &selections_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &selections_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&selection_created_event, .apply = apply_created},
    {&selection_changed_event, .change = change},
    {&selection_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&selections_table, NULL};

const struct projector selections_projector = {
    .name = "selections", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
