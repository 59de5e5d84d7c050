/*
 * The audit trail of workspaces, their members and teams. Rows of workspaces and teams still show
 * what was before: those projectors stand after this one. What only follows from something else
 * (the first owner, all that goes with a workspace) has no entry of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/users.h"
#include "migrations/platform/audit_logs.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"
#include "projections/identity/users.h"
#include "projections/json_of.h"
#include "projections/platform/audit_trail.h"
#include "projections/workspace/workspaces.h"

struct workspace_side {
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct opt_bool is_archived;
    struct opt_bool is_default;
};
static const struct field workspace_side_fields[] = {
    {TEXT(workspace_side, name), .doc = "Its name."},
    {TEXT(workspace_side, slug), .doc = "Its unique short name."},
    {TEXT(workspace_side, default_timezone), .doc = "Time zone of its schedules."},
    {BOOL(workspace_side, is_archived), .doc = "Is it read-only?"},
    {BOOL(workspace_side, is_default), .doc = "Is it the default?"},
};
static const struct shape workspace_side_shape = SHAPE(workspace_side, "A workspace.");

struct workspace_change {
    const struct workspace_side *before;
    const struct workspace_side *after;
};
static const struct field workspace_change_fields[] = {
    {OBJECT(workspace_change, before, workspace_side), .doc = "Before."},
    {OBJECT(workspace_change, after, workspace_side), .doc = "After."},
};
static const struct shape workspace_change_shape =
    SHAPE(workspace_change, "Other settings of a workspace.");

struct role_told {
    struct enum_value role;
};
static const struct field role_told_fields[] = {
    {ENUM(role_told, role, member_role_names), .doc = "What they may do there."},
};
static const struct shape role_told_shape = SHAPE(role_told, "Of a member.");

struct description_told {
    struct text description;
};
static const struct field description_told_fields[] = {
    {TEXT(description_told, description), .doc = "What the team is for."},
};
static const struct shape description_told_shape = SHAPE(description_told, "Of a team.");

struct team_told {
    struct uuid team_id;
};
static const struct field team_told_fields[] = {
    {UUID(team_told, team_id), .doc = "The team."},
};
static const struct shape team_told_shape = SHAPE(team_told, "Of a member of a team.");

static struct audit_log_row
row_in_workspace(struct rows *rows, const struct record *record, const char *action)
{
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("workspace");
    row.workspace_id = record->entry.workspace;
    row.action = text_from(action);
    return row;
}

void audit_want_workspace(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &workspaces_table, record->entry.stream);
}

static struct json
changes_of(struct arena *arena, const struct workspace_row *row, const struct workspace_changed *to)
{
    const struct workspace_side before = {
        row->name, row->slug, row->default_timezone, row->is_archived, row->is_default};
    const struct workspace_side after = {
        .name = text_is_present(to->name) ? to->name : before.name,
        .slug = text_is_present(to->slug) ? to->slug : before.slug,
        .default_timezone =
            text_is_present(to->default_timezone) ? to->default_timezone : before.default_timezone,
        .is_archived = to->is_archived.is != 0 ? to->is_archived : before.is_archived,
        .is_default = to->is_default.is != 0 ? to->is_default : before.is_default,
    };
    const struct workspace_change change = {&before, &after};

    return json_of(arena, &workspace_change_shape, &change);
}

void audit_workspace_changed(struct rows *rows, const struct record *record)
{
    const struct workspace_changed *event = record->event;
    const struct workspace_row *old = rows_get(rows, &workspaces_table, event->workspace_id);
    struct audit_log_row row = row_in_workspace(rows, record, "workspace.updated");

    row.target_type = text_lit("workspace");
    row.target_id = audit_id_text(rows, event->workspace_id);
    if (old != NULL) {
        row.target_label = text_is_present(event->name) ? event->name : old->name;
        row.changes = changes_of(rows_arena(rows), old, event);
    }
    audit_append(rows, &row);
}

/* Where the workspace's own list is gone, the platform's shows it. */
void audit_workspace_deleted(struct rows *rows, const struct record *record)
{
    const struct workspace_deleted *event = record->event;
    const struct workspace_row *old = rows_get(rows, &workspaces_table, event->workspace_id);
    struct audit_log_row row = row_in_workspace(rows, record, "workspace.deleted");

    row.scope = text_lit("platform");
    row.target_type = text_lit("workspace");
    row.target_id = audit_id_text(rows, event->workspace_id);
    if (old != NULL)
        row.target_label = old->name;
    audit_append(rows, &row);
}

static struct uuid member_of(const struct record *record)
{
    if (record->type == &member_added_event)
        return ((const struct member_added *)record->event)->user_id;
    if (record->type == &member_role_changed_event)
        return ((const struct member_role_changed *)record->event)->user_id;
    if (record->type == &team_member_added_event)
        return ((const struct team_member_added *)record->event)->user_id;
    return UUID_NONE;
}

void audit_want_member(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &users_table, member_of(record));
}

/* A person is called by their address, or by their id when that is forgotten. */
static void target_person(struct rows *rows, struct audit_log_row *row, struct uuid user_id)
{
    const struct user_row *user = rows_get(rows, &users_table, user_id);

    row->target_type = text_lit("user");
    row->target_id = audit_id_text(rows, user_id);
    row->target_label = row->target_id;
    if (user != NULL && text_is_present(user->email))
        row->target_label = user->email;
}

static void append_role(
    struct rows *rows, struct audit_log_row *row, struct uuid user_id, struct enum_value role)
{
    const struct role_told told = {role};

    target_person(rows, row, user_id);
    row->metadata = json_of(rows_arena(rows), &role_told_shape, &told);
    audit_append(rows, row);
}

void audit_member_added(struct rows *rows, const struct record *record)
{
    const struct member_added *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "workspace.member.added");

    if (!opt_bool_is_true(event->is_consequence))
        append_role(rows, &row, event->user_id, event->role);
}

void audit_member_role_changed(struct rows *rows, const struct record *record)
{
    const struct member_role_changed *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "workspace.member.updated");

    append_role(rows, &row, event->user_id, event->role);
}

void audit_member_removed(struct rows *rows, const struct record *record)
{
    const struct member_removed *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "workspace.member.removed");

    if (opt_bool_is_true(event->is_consequence))
        return;
    row.target_type = text_lit("workspace_membership");
    row.target_id = audit_id_text(rows, event->membership_id);
    audit_append(rows, &row);
}

void audit_want_team(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &teams_table, record->entry.stream);
}

static void append_team(struct rows *rows, struct audit_log_row *row, struct uuid id)
{
    row->target_type = text_lit("team");
    row->target_id = audit_id_text(rows, id);
    audit_append(rows, row);
}

void audit_team_created(struct rows *rows, const struct record *record)
{
    const struct team_created *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "team.created");

    row.target_label = event->name;
    append_team(rows, &row, event->team_id);
}

void audit_team_changed(struct rows *rows, const struct record *record)
{
    const struct team_changed *event = record->event;
    const struct team_row *old = rows_get(rows, &teams_table, event->team_id);
    struct audit_log_row row = row_in_workspace(rows, record, "team.updated");
    struct description_told told = {event->description};

    row.target_label = event->name;
    if (old != NULL && !text_is_present(event->name))
        row.target_label = old->name;
    if (old != NULL && !text_is_present(event->description))
        told.description = old->description;
    if (told.description.size == 0)
        told.description = (struct text){0};
    row.metadata = json_of(rows_arena(rows), &description_told_shape, &told);
    append_team(rows, &row, event->team_id);
}

void audit_team_deleted(struct rows *rows, const struct record *record)
{
    const struct team_deleted *event = record->event;
    const struct team_row *old = rows_get(rows, &teams_table, event->team_id);
    struct audit_log_row row = row_in_workspace(rows, record, "team.deleted");

    if (opt_bool_is_true(event->is_consequence))
        return;
    if (old != NULL)
        row.target_label = old->name;
    append_team(rows, &row, event->team_id);
}

static struct json team_metadata(struct rows *rows, struct uuid team_id)
{
    const struct team_told told = {team_id};

    return json_of(rows_arena(rows), &team_told_shape, &told);
}

void audit_team_member_added(struct rows *rows, const struct record *record)
{
    const struct team_member_added *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "team.member.added");

    target_person(rows, &row, event->user_id);
    row.metadata = team_metadata(rows, event->team_id);
    audit_append(rows, &row);
}

void audit_team_member_removed(struct rows *rows, const struct record *record)
{
    const struct team_member_removed *event = record->event;
    struct audit_log_row row = row_in_workspace(rows, record, "team.member.removed");

    if (opt_bool_is_true(event->is_consequence))
        return;
    row.target_type = text_lit("user");
    row.target_id = audit_id_text(rows, event->user_id);
    row.metadata = team_metadata(rows, event->team_id);
    audit_append(rows, &row);
}
