/*
 * The teams of workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/teams.h"

static const struct field team_row_fields[] = {
    {UUID(team_row, id), .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_row, workspace_id), .flags = REQUIRED, .doc = "Workspace that the team belongs to."},
    {TEXT(team_row, name), .flags = REQUIRED, .doc = "Name of the team."},
    {TEXT(team_row, description), .doc = "What the team is for."},
    {TIMESTAMP(team_row, created_at), .flags = REQUIRED, .doc = "Time the team was created."},
    {TIMESTAMP(team_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(team_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape team_row_shape = SHAPE(team_row, "A team of a workspace.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id"},
    {.columns = NULL},
};

const struct table teams_table = {
    .name = "teams",
    .area = "workspace",
    .shape = &team_row_shape,
    .indexes = indexes,
};
