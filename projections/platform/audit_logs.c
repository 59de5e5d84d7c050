/*
 * The audit trail: who did what, and from where.
 *
 *   scope platform    what concerns the installation and its people
 *   scope workspace   what happened in one
 *   scope evidence    what the clients' lists do not know; without a workspace, so that no list
 *                     shows it, and with the workspace in its metadata
 *
 * Address and user agent stand where the contract of the clients has them, and with what is ours.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/audit_logs.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/users.h"
#include "migrations/node/nodes.h"
#include "migrations/task/tasks.h"
#include "projections/identity/users.h"
#include "projections/node/nodes.h"
#include "projections/platform/audit_metadata.h"
#include "projections/platform/audit_trail.h"
#include "projections/platform/platform.h"
#include "projections/task/tasks.h"

static struct uuid acting_user(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

void audit_want_actor(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &users_table, acting_user(record));
}

static struct text email_of(struct rows *rows, struct uuid user_id)
{
    const struct user_row *user = rows_get(rows, &users_table, user_id);

    return user == NULL ? (struct text){0} : user->email;
}

struct text audit_id_text(struct rows *rows, struct uuid id)
{
    char text[UUID_TEXT_SIZE];

    if (!uuid_is_present(id))
        return (struct text){0};
    uuid_print(id, text);
    return text_copy(rows_arena(rows), text_from(text));
}

struct audit_log_row audit_by_actor(struct rows *rows, const struct record *record)
{
    struct actor actor = record_actor(record);
    bool is_person = actor.kind == ACTOR_USER || actor.kind == ACTOR_STRANGER;

    return (struct audit_log_row){
        .id = row_id(record, &audit_logs_table, 0),
        .actor_type = is_person ? text_lit("user") : text_lit("system"),
        .actor_user_id = acting_user(record),
        .actor_email_snapshot = email_of(rows, acting_user(record)),
        .created_at = record->entry.recorded_at,
    };
}

void audit_add_origin(struct audit_log_row *row, const struct record *record)
{
    if (record->body.origin == NULL)
        return;
    row->ip_address = record->body.origin->address.text;
    row->user_agent = record->body.origin->user_agent.text;
}

void audit_append(struct rows *rows, const struct audit_log_row *row)
{
    rows_append(rows, &audit_logs_table, row);
}

static void want_person(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &users_table, record->entry.stream);
}

static void apply_signed_in(struct rows *rows, const struct record *record)
{
    const struct user_signed_in *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("platform");
    row.actor_type = text_lit("user");
    row.actor_user_id = event->user_id;
    row.actor_email_snapshot = email_of(rows, event->user_id);
    row.action = text_lit("auth.login.success");
    row.target_type = text_lit("user");
    row.target_id = audit_id_text(rows, event->user_id);
    row.target_label = row.actor_email_snapshot;
    audit_append(rows, &row);
}

static void apply_sign_in_failed(struct rows *rows, const struct record *record)
{
    const struct sign_in_failed *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("platform");
    row.action = text_lit("auth.login.failed");
    row.target_type = text_lit("user");
    row.target_id = audit_id_text(rows, event->user_id);
    row.target_label = email_of(rows, event->user_id);
    row.metadata = sign_in_failed_metadata(rows_arena(rows), event);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

static void apply_refusal(struct rows *rows, const struct record *record)
{
    const struct refusal_recorded *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("platform");
    row.action = text_lit("access.denied");
    row.target_type = text_lit("route");
    row.target_label = text_format(
        rows_arena(rows), "%.*s %.*s", TEXT_ARGS(event->method), TEXT_ARGS(event->route));
    row.metadata = refusal_metadata(rows_arena(rows), event, record->entry.workspace);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

/* The first workspace is made by the program itself; that is no act of anybody's. */
static void apply_workspace_created(struct rows *rows, const struct record *record)
{
    const struct workspace_created *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    if (!uuid_is_present(acting_user(record)))
        return;
    row.scope = text_lit("platform");
    row.action = text_lit("workspace.created");
    row.target_type = text_lit("workspace");
    row.target_id = audit_id_text(rows, event->workspace_id);
    row.target_label = event->name;
    row.metadata = workspace_metadata(rows_arena(rows), event);
    audit_append(rows, &row);
}

static void apply_node_added(struct rows *rows, const struct record *record)
{
    const struct node_added *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("evidence");
    row.action = text_lit("node.created");
    row.target_type = text_lit("node");
    row.target_id = audit_id_text(rows, event->node_id);
    row.target_label = event->name;
    row.metadata = node_metadata(rows_arena(rows), event);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

static void apply_install_created(struct rows *rows, const struct record *record)
{
    const struct install_created *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("evidence");
    row.action = text_lit("node-install.created");
    row.target_type = text_lit("node-install");
    row.target_id = audit_id_text(rows, event->install_id);
    row.target_label = event->node_name;
    row.metadata = place_metadata(rows_arena(rows), event->workspace_id);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

void audit_want_actor_and_node(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &nodes_table, record->entry.stream);
}

/* The node's row is still there: that projector stands after this one. */
static void apply_node_removed(struct rows *rows, const struct record *record)
{
    const struct node_row *node = rows_get(rows, &nodes_table, record->entry.stream);
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("workspace");
    row.workspace_id = record->entry.workspace;
    row.action = text_lit("node.deleted");
    row.target_type = text_lit("node");
    row.target_id = audit_id_text(rows, record->entry.stream);
    if (node != NULL)
        row.target_label = node->name.size > 0 ? node->name : node->hostname;
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

static void want_actor_and_task_node(struct rows *rows, const struct record *record)
{
    const struct task_created *event = record->event;

    audit_want_actor(rows, record);
    rows_prefetch(rows, &nodes_table, event->node_id);
}

static void apply_task_created(struct rows *rows, const struct record *record)
{
    const struct task_created *event = record->event;
    const struct node_row *node = rows_get(rows, &nodes_table, event->node_id);
    struct audit_log_row row;

    if (opt_bool_is_true(event->is_internal) || !uuid_is_present(acting_user(record)))
        return;
    row = audit_by_actor(rows, record);
    row.scope = text_lit("workspace");
    row.workspace_id = event->workspace_id;
    row.action = text_lit("task.created");
    row.target_type = text_lit("task");
    row.target_id = audit_id_text(rows, event->task_id);
    row.target_label = event->type;
    row.metadata = task_metadata(
        rows_arena(rows), event->node_id, node == NULL ? (struct text){0} : node->hostname);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

static void want_actor_and_task(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &tasks_table, record->entry.stream);
}

static void append_cancel(struct rows *rows, const struct record *record, struct text reason)
{
    const struct task_row *task = rows_get(rows, &tasks_table, record->entry.stream);
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("evidence");
    row.action = text_lit("task.cancel.requested");
    row.target_type = text_lit("task");
    row.target_id = audit_id_text(rows, record->entry.stream);
    if (task != NULL)
        row.target_label = task->type;
    row.metadata = cancel_metadata(rows_arena(rows), record->entry.workspace, reason);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

static void apply_cancel_requested(struct rows *rows, const struct record *record)
{
    append_cancel(rows, record, ((const struct task_cancel_requested *)record->event)->reason);
}

static void apply_cancelled(struct rows *rows, const struct record *record)
{
    append_cancel(rows, record, ((const struct task_cancelled *)record->event)->reason);
}

static const struct handler handlers[] = {
    {&user_signed_in_event, want_person, apply_signed_in},
    {&sign_in_failed_event, want_person, apply_sign_in_failed},
    {&user_created_event, audit_want_actor, audit_user_created},
    {&user_invited_event, audit_want_person, audit_user_invited},
    {&invitation_accepted_event, audit_want_person, audit_invitation_accepted},
    {&user_updated_event, audit_want_person, audit_user_updated},
    {&user_deleted_event, audit_want_person, audit_user_deleted},
    {&preferences_changed_event, audit_want_person, audit_preferences},
    {&password_changed_event, audit_want_person, audit_password_changed},
    {&password_reset_requested_event, audit_want_person, audit_reset_requested},
    {&password_reset_event, audit_want_person, audit_password_reset},
    {&refusal_recorded_event, audit_want_actor, apply_refusal},
    {&workspace_created_event, audit_want_actor, apply_workspace_created},
    {&workspace_changed_event, audit_want_workspace, audit_workspace_changed},
    {&workspace_deleted_event, audit_want_workspace, audit_workspace_deleted},
    {&member_added_event, audit_want_member, audit_member_added},
    {&member_role_changed_event, audit_want_member, audit_member_role_changed},
    {&member_removed_event, audit_want_actor, audit_member_removed},
    {&team_created_event, audit_want_actor, audit_team_created},
    {&team_changed_event, audit_want_team, audit_team_changed},
    {&team_deleted_event, audit_want_team, audit_team_deleted},
    {&team_member_added_event, audit_want_member, audit_team_member_added},
    {&team_member_removed_event, audit_want_actor, audit_team_member_removed},
    {&node_added_event, audit_want_actor, apply_node_added},
    {&install_created_event, audit_want_actor, apply_install_created},
    {&node_removed_event, audit_want_actor_and_node, apply_node_removed},
    {&node_team_changed_event, audit_want_actor_and_node, audit_node_team},
    {&node_maintenance_entered_event, audit_want_actor_and_node, audit_node_maintenance},
    {&node_maintenance_left_event, audit_want_actor_and_node, audit_node_maintenance_end},
    {&node_root_access_wanted_event, audit_want_actor_and_node, audit_node_root_access},
    {&node_notifications_changed_event, audit_want_actor_and_node, audit_node_notifications},
    {&enrollment_approved_event, audit_want_actor, audit_enrollment},
    {&task_created_event, want_actor_and_task_node, apply_task_created},
    {&task_team_run_created_event, audit_want_actor, audit_team_run},
    {&task_cancel_requested_event, want_actor_and_task, apply_cancel_requested},
    {&task_cancelled_event, want_actor_and_task, apply_cancelled},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&audit_logs_table, NULL};

const struct projector audit_logs_projector = {
    .name = "audit_logs",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
