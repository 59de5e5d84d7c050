/*
 * Orders about rolling runs: by operators, by the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLING_ROLLING_COMMANDS_H
#define COMMANDS_ROLLING_ROLLING_COMMANDS_H

#include "commands/command.h"
#include "commands/timers.h"

/* Work as of a batch of tasks (type, payload) or of a template (templateId, parameters), for nodes or a team. */
struct create_rolling_run {
    struct uuid workspace_id; /* FROM_PATH */
    struct text name;
    struct text type;
    struct json payload;
    struct uuid template_id;
    struct json parameters;
    struct list node_ids; /* of UUIDs */
    struct uuid team_id;
    int64_t canary;
    int64_t wave_size; /* this or the next one; both absent otherwise */
    int64_t wave_share;
    int64_t pause_seconds;
    int64_t most_failures;
    int64_t reach_seconds;
    struct text selector;
    struct uuid selection_id;
};
extern const struct command create_rolling_run_command;

/* What these have in common: which run, and why. */
struct steer_rolling_run {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid id;           /* FROM_PATH */
    struct text reason;
};
extern const struct shape steer_rolling_run_shape;
extern const struct command stop_rolling_run_command;
extern const struct command resume_rolling_run_command;
extern const struct command cancel_rolling_run_command;

struct retry_rolling_run {
    struct steer_rolling_run order;
    struct list target_ids; /* of UUIDs; absent: all that failed or were not reached */
};
extern const struct command retry_rolling_run_command;

struct skip_rolling_targets {
    struct steer_rolling_run order;
    struct list target_ids; /* of UUIDs */
};
extern const struct command skip_rolling_targets_command;

extern const struct command advance_rolling_run_command; /* of a struct timer */

extern const struct command *const rolling_commands[];
extern const struct timer_kind rolling_timers[];
extern const struct refusal *const rolling_refusals[];

#endif
