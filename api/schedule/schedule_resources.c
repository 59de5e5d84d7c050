/*
 * Schedules, with the names of whom and what they are for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/schedule/schedule_resources.h"

#include "migrations/schedule/schedules.h"

struct schedule_view {
    struct schedule_row row;
    struct text owner_name;
    struct text target_team_name;
    struct opt_bool is_legacy;
};
static const struct field schedule_view_fields[] = {
    {TEXT(schedule_view, owner_name), .doc = "Name of the person who created it."},
    {TEXT(schedule_view, target_team_name), .doc = "Name of the team."},
    {BOOL(schedule_view, is_legacy), .flags = REQUIRED,
     .doc = "Whether it keeps a time zone of former times: always false."},
};
const struct shape schedule_view_shape =
    SHAPE_WITH(schedule_view, "A schedule.", .base = &schedule_row_shape);

static const struct view_column schedule_columns[] = {
    {"owner_name", "(select users.name from users where users.id = scheduled_tasks.owner_user_id)"},
    {"target_team_name",
     "(select teams.name from teams where teams.id = scheduled_tasks.target_team_id)"},
    {"is_legacy", "false"},
    {NULL, NULL},
};

const struct resource schedule_resource = {
    .name = "schedules",
    .table = &schedules_table,
    .view = &schedule_view_shape,
    .columns = schedule_columns,
    .scope = SCOPE_WORKSPACE,
    .missing = "Scheduled task %s was not found",
    .order = {{"sorted_by", false}, {"created_at", false}, {"id", false}},
    .limit = {.usual = 1000, .most = 1000},
};
