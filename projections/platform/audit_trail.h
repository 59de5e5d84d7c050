/*
 * The audit trail from the inside: how the handlers of each area make its entries. audit_logs.c
 * holds the table and the list of handlers; an area with more than a few has a file of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PLATFORM_AUDIT_TRAIL_H
#define PROJECTIONS_PLATFORM_AUDIT_TRAIL_H

#include "migrations/platform/audit_logs.h"
#include "projections/projector.h"

/* Who and when. A stranger counts as a user without a name, as the clients know it. */
struct audit_log_row audit_by_actor(struct rows *rows, const struct record *record);

/* From where; the texts are absent when the person was forgotten. */
void audit_add_origin(struct audit_log_row *row, const struct record *record);

/* An id as text, absent for none. */
struct text audit_id_text(struct rows *rows, struct uuid id);

void audit_append(struct rows *rows, const struct audit_log_row *row);

/* What the two above look at: the actor's account; and the node whose stream the record is of. */
void audit_want_actor(struct rows *rows, const struct record *record);
void audit_want_actor_and_node(struct rows *rows, const struct record *record);

/* Changes of nodes (audit_nodes.c). */
void audit_node_team(struct rows *rows, const struct record *record);
void audit_node_maintenance(struct rows *rows, const struct record *record);
void audit_node_maintenance_end(struct rows *rows, const struct record *record);
void audit_node_root_access(struct rows *rows, const struct record *record);
void audit_node_notifications(struct rows *rows, const struct record *record);
void audit_enrollment(struct rows *rows, const struct record *record);

/* Accounts (audit_people.c): actor, and the account whose stream the record is of. */
void audit_want_person(struct rows *rows, const struct record *record);
void audit_user_created(struct rows *rows, const struct record *record);
void audit_user_invited(struct rows *rows, const struct record *record);
void audit_invitation_accepted(struct rows *rows, const struct record *record);
void audit_user_updated(struct rows *rows, const struct record *record);
void audit_user_deleted(struct rows *rows, const struct record *record);
void audit_preferences(struct rows *rows, const struct record *record);
void audit_password_changed(struct rows *rows, const struct record *record);
void audit_reset_requested(struct rows *rows, const struct record *record);
void audit_password_reset(struct rows *rows, const struct record *record);

/* Workspaces, members and teams (audit_workspaces.c). Beside the actor: the workspace or team whose
 * stream the record is of; the person that it names. */
void audit_want_workspace(struct rows *rows, const struct record *record);
void audit_want_member(struct rows *rows, const struct record *record);
void audit_want_team(struct rows *rows, const struct record *record);
void audit_workspace_changed(struct rows *rows, const struct record *record);
void audit_workspace_deleted(struct rows *rows, const struct record *record);
void audit_member_added(struct rows *rows, const struct record *record);
void audit_member_role_changed(struct rows *rows, const struct record *record);
void audit_member_removed(struct rows *rows, const struct record *record);
void audit_team_created(struct rows *rows, const struct record *record);
void audit_team_changed(struct rows *rows, const struct record *record);
void audit_team_deleted(struct rows *rows, const struct record *record);
void audit_team_member_added(struct rows *rows, const struct record *record);
void audit_team_member_removed(struct rows *rows, const struct record *record);

/* Work for teams (audit_tasks.c). */
void audit_team_run(struct rows *rows, const struct record *record);

#endif
