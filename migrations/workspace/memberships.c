/*
 * Who belongs to which workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/memberships.h"

#include "eventlog/events/workspace_events.h"

static const struct field membership_row_fields[] = {
    {UUID(membership_row, id), .flags = REQUIRED, .doc = "Id of the membership."},
    {UUID(membership_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the person belongs to."},
    {UUID(membership_row, user_id), .flags = REQUIRED, .doc = "Person who belongs to it."},
    {ENUM(membership_row, role, member_role_names), .flags = REQUIRED,
     .doc = "Role of the person in the workspace."},
    {UUID(membership_row, provider_id), .flags = OMIT_ABSENT,
     .doc = "Provider whose rules gave it; absent: somebody did."},
    {TIMESTAMP(membership_row, created_at), .flags = REQUIRED, .doc = "Time the person was added."},
    {TIMESTAMP(membership_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(membership_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape membership_row_shape =
    SHAPE(membership_row, "Membership of a person in a workspace.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id"},
    {.columns = "user_id, workspace_id"},
    {.columns = NULL},
};

const struct table memberships_table = {
    .name = "memberships",
    .area = "workspace",
    .shape = &membership_row_shape,
    .indexes = indexes,
};
