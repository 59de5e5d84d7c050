/*
 * Who belongs to which team.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/team_members.h"

#include "eventlog/events/workspace_events.h"
#include "projections/workspace/workspaces.h"

static void apply_added(struct rows *rows, const struct record *record)
{
    const struct team_member_added *event = record->event;
    const struct team_member_row row = {
        .id = event->team_membership_id,
        .team_id = event->team_id,
        .workspace_id = event->workspace_id,
        .user_id = event->user_id,
        .created_at = record->entry.recorded_at,
    };

    rows_put(rows, &team_members_table, &row);
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &team_members_table, record->entry.stream);
}

static void apply_removed(struct rows *rows, const struct record *record)
{
    const struct team_member_removed *event = record->event;

    rows_delete(rows, &team_members_table, event->team_membership_id);
}

static const struct handler handlers[] = {
    {&team_member_added_event, .apply = apply_added},
    {&team_member_removed_event, .want = want, .apply = apply_removed},
    {.event = NULL},
};

static const struct table *const tables[] = {&team_members_table, NULL};

const struct projector team_members_projector = {
    .name = "team_members", .version = 1, .tables = tables, .handlers = handlers};
