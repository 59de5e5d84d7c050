/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"

#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"
#include "commands/task/task.h"
#include "commands/timers.h"

const struct command *const task_commands[] = {
    &create_task_command,
    &create_task_batch_command,
    &create_team_tasks_command,
    &list_packages_command,
    &search_packages_command,
    &install_packages_command,
    &remove_package_command,
    &preview_log_command,
    &cancel_task_command,
    &claim_task_command,
    &release_task_command,
    &accept_task_command,
    &start_task_command,
    &log_task_command,
    &complete_task_command,
    &query_control_command,
    &expire_lease_command,
    &time_out_task_command,
    &retire_tasks_command,
    &query_due_output_command,
    &drop_task_output_command,
    &run_template_command,
    NULL,
};

static int64_t queued_us(const struct policy *policy)
{
    return policy->stale_queued_us;
}

static int64_t running_us(const struct policy *policy)
{
    return policy->stale_running_us;
}

const struct timer_kind task_timers[] = {
    {TIMER_LEASE, &expire_lease_command, NULL},
    {TIMER_QUEUED, &time_out_task_command, queued_us},
    {TIMER_RUNNING, &time_out_task_command, running_us},
    {0, NULL, NULL},
};
