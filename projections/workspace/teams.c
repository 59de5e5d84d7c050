/*
 * The teams of workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/teams.h"

#include "eventlog/events/workspace_events.h"
#include "projections/workspace/workspaces.h"

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct team_created *event = record->event;
    const struct team_row row = {
        .id = event->team_id,
        .workspace_id = event->workspace_id,
        .name = event->name,
        .description = event->description,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &teams_table, &row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &teams_table, record->entry.stream);
}

static void apply_changed(struct rows *rows, const struct record *record)
{
    const struct team_changed *event = record->event;
    const struct team_row *old = rows_get(rows, &teams_table, event->team_id);
    struct team_row row;

    if (old == NULL)
        return;
    row = *old;
    if (text_is_present(event->name))
        row.name = event->name;
    if (text_is_present(event->description))
        row.description = event->description.size > 0 ? event->description : (struct text){0};
    row.updated_at = record->entry.recorded_at;
    row.revision = record->entry.revision;
    rows_put(rows, &teams_table, &row);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    const struct team_deleted *event = record->event;

    rows_delete(rows, &teams_table, event->team_id);
}

static const struct handler handlers[] = {
    {&team_created_event, .apply = apply_created},
    {&team_changed_event, .want = want, .apply = apply_changed},
    {&team_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&teams_table, NULL};

const struct projector teams_projector = {
    .name = "teams", .version = 1, .tables = tables, .handlers = handlers};
