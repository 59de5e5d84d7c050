/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling_commands.h"

#include "commands/rolling/rolling.h"

const struct command *const rolling_commands[] = {
    &create_rolling_run_command,  &stop_rolling_run_command,
    &resume_rolling_run_command,  &cancel_rolling_run_command,
    &retry_rolling_run_command,   &skip_rolling_targets_command,
    &advance_rolling_run_command, NULL,
};

const struct timer_kind rolling_timers[] = {
    {TIMER_ROLLING_RUN, &advance_rolling_run_command, NULL},
    {0, NULL, NULL},
};
