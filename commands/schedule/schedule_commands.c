/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule_commands.h"

#include "commands/schedule/schedule.h"

const struct command *const schedule_commands[] = {
    &create_schedule_command,  &create_schedule_batch_command,
    &preview_schedule_command, &query_next_runs_command,
    &switch_schedule_command,  &delete_schedule_command,
    &run_schedule_command,     NULL,
};

const struct timer_kind schedule_timers[] = {
    {TIMER_SCHEDULE, &run_schedule_command, NULL},
    {0, NULL, NULL},
};
