/*
 * Who belongs to which team.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "projections/workspace/workspaces.h"

struct team_member_row {
    struct uuid id;
    struct uuid team_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct timestamp created_at;
};

static const struct field team_member_row_fields[] = {
    {UUID(team_member_row, id), .doc = "The membership in the team."},
    {UUID(team_member_row, team_id), .doc = "The team."},
    {UUID(team_member_row, workspace_id), .doc = "Where the team belongs."},
    {UUID(team_member_row, user_id), .doc = "The person."},
    {TIMESTAMP(team_member_row, created_at), .doc = "Since when."},
};
static const struct shape team_member_row_shape = SHAPE(team_member_row, "A member of a team.");

static const struct table team_members_table = {
    .name = "team_members", .area = "workspace", .shape = &team_member_row_shape};

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
    {&team_member_added_event, NULL, apply_added},
    {&team_member_removed_event, want, apply_removed},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&team_members_table, NULL};

const struct projector team_members_projector = {
    .name = "team_members", .version = 1, .tables = tables, .handlers = handlers};
