/*
 * Who belongs to which team.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/team_members.h"

static const struct field team_member_row_fields[] = {
    {UUID(team_member_row, id), .flags = REQUIRED, .doc = "Id of the membership."},
    {UUID(team_member_row, team_id), .flags = REQUIRED, .doc = "Team that the person belongs to."},
    {UUID(team_member_row, workspace_id), .flags = HIDDEN, .doc = "Workspace of the team."},
    {UUID(team_member_row, user_id), .flags = REQUIRED, .doc = "Person who belongs to it."},
    {TIMESTAMP(team_member_row, created_at), .flags = REQUIRED,
     .doc = "Time the person was added."},
};
const struct shape team_member_row_shape =
    SHAPE(team_member_row, "Membership of a person in a team.");

static const struct table_index indexes[] = {
    {.columns = "team_id, created_at, id"},
    {.columns = "user_id"},
    {.columns = NULL},
};

const struct table team_members_table = {
    .name = "team_members",
    .area = "workspace",
    .shape = &team_member_row_shape,
    .indexes = indexes,
};
