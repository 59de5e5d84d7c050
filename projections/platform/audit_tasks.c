/*
 * The audit trail of work that was given to a whole team. The tasks have entries of their own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "migrations/platform/audit_logs.h"
#include "projections/json_of.h"
#include "projections/platform/audit_trail.h"

struct team_run_told {
    struct text task_type;
    int64_t task_count;
    struct list task_ids;
};
static const struct field team_run_told_fields[] = {
    {TEXT(team_run_told, task_type), .doc = "Kind of work."},
    {INT64(team_run_told, task_count), .doc = "How many nodes run it."},
    {LIST_OF(team_run_told, task_ids, KIND_UUID), .doc = "Their tasks."},
};
static const struct shape team_run_told_shape = SHAPE(team_run_told, "Of work for a team.");

void audit_team_run(struct rows *rows, const struct record *record)
{
    const struct task_team_run_created *event = record->event;
    const struct team_run_told told = {
        event->type, (int64_t)event->task_ids.count, event->task_ids};
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("workspace");
    row.workspace_id = event->workspace_id;
    row.action = text_lit("task.team-run.created");
    row.target_type = text_lit("team");
    row.target_id = audit_id_text(rows, event->team_id);
    row.target_label = event->team_name;
    row.metadata = json_of(rows_arena(rows), &team_run_told_shape, &told);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}
