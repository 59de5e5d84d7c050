/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout_commands.h"

#include "commands/rollout/rollout.h"

const struct command *const rollout_commands[] = {
    &create_rollout_command,       &resume_rollout_command,      &cancel_rollout_command,
    &retry_rollout_target_command, &skip_rollout_target_command, &report_update_command,
    &advance_rollout_command,      &judge_update_command,        NULL,
};

const struct timer_kind rollout_timers[] = {
    {TIMER_ROLLOUT, &advance_rollout_command, NULL},
    {TIMER_UPDATE, &judge_update_command, NULL},
    {0, NULL, NULL},
};
