/*
 * Who belongs to which workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/memberships.h"

#include "eventlog/events/workspace_events.h"
#include "projections/workspace/workspaces.h"

static void apply_added(struct rows *rows, const struct record *record)
{
    const struct member_added *event = record->event;
    const struct membership_row row = {
        .id = event->membership_id,
        .workspace_id = event->workspace_id,
        .user_id = event->user_id,
        .role = event->role,
        .provider_id = event->provider_id,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &memberships_table, &row);
}

static void want_membership(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &memberships_table, record->entry.stream);
}

static void apply_role_changed(struct rows *rows, const struct record *record)
{
    const struct member_role_changed *event = record->event;
    const struct membership_row *old = rows_get(rows, &memberships_table, event->membership_id);
    struct membership_row row;

    if (old == NULL)
        return;
    row = *old;
    row.role = event->role;
    row.provider_id = event->provider_id;
    row.updated_at = record->entry.recorded_at;
    row.revision = record->entry.revision;
    rows_put(rows, &memberships_table, &row);
}

static void apply_removed(struct rows *rows, const struct record *record)
{
    const struct member_removed *event = record->event;

    rows_delete(rows, &memberships_table, event->membership_id);
}

static const struct handler handlers[] = {
    {&member_added_event, .apply = apply_added},
    {&member_role_changed_event, .want = want_membership, .apply = apply_role_changed},
    {&member_removed_event, .want = want_membership, .apply = apply_removed},
    {.event = NULL},
};

static const struct table *const tables[] = {&memberships_table, NULL};

const struct projector memberships_projector = {
    .name = "memberships", .version = 3, .tables = tables, .handlers = handlers};
