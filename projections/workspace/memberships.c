/*
 * Who belongs to which workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "projections/workspace/workspaces.h"

struct membership_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct choice role;
    struct moment created_at;
    struct moment updated_at;
};

static const struct field membership_row_fields[] = {
    {UUID(membership_row, id), .doc = "The membership."},
    {UUID(membership_row, workspace_id), .doc = "The workspace."},
    {UUID(membership_row, user_id), .doc = "The person."},
    {CHOICE(membership_row, role, member_role_names), .doc = "What they may do there."},
    {MOMENT(membership_row, created_at), .doc = "Since when."},
    {MOMENT(membership_row, updated_at), .doc = "When it last changed."},
};
static const struct shape membership_row_shape = SHAPE(membership_row, "A membership.");

static const struct table memberships_table = {
    .name = "memberships", .area = "workspace", .shape = &membership_row_shape};

static void apply_added(struct rows *rows, const struct record *record)
{
    const struct member_added *event = record->event;
    const struct membership_row row = {
        .id = event->membership_id,
        .workspace_id = event->workspace_id,
        .user_id = event->user_id,
        .role = event->role,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
    };

    rows_put(rows, &memberships_table, &row);
}

static const struct handler handlers[] = {
    {&member_added_event, NULL, apply_added},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&memberships_table, NULL};

const struct projector memberships_projector = {
    .name = "memberships", .version = 1, .tables = tables, .handlers = handlers};
