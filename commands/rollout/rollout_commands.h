/*
 * Orders about rollouts of the agent: by platform admins, by agents, by the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLOUT_ROLLOUT_COMMANDS_H
#define COMMANDS_ROLLOUT_ROLLOUT_COMMANDS_H

#include "commands/command.h"
#include "commands/timers.h"
#include "eventlog/events/rollout_target.h"

/* The release is looked up by whoever submits it: what deciding needs of it comes with the order. */
struct create_rollout {
    struct list node_ids; /* of UUIDs */
    struct text version;  /* as asked for; absent: the newest */
    struct opt_bool rollback;
    int64_t canary;
    int64_t wave_size;
    int64_t most_failures;
    int64_t pause_seconds;
    struct text target_version; /* SERVER_SET: of the release; absent: there is none */
    struct text commit;         /* SERVER_SET */
    struct list artifacts;      /* SERVER_SET: of struct rollout_artifact */
};
extern const struct command create_rollout_command;

struct steer_rollout {
    struct uuid id; /* FROM_PATH */
};
extern const struct shape steer_rollout_shape;
extern const struct command resume_rollout_command;
extern const struct command cancel_rollout_command;

struct steer_rollout_target {
    struct steer_rollout order;
    struct uuid target_id; /* FROM_PATH */
};
extern const struct shape steer_rollout_target_shape;
extern const struct command retry_rollout_target_command;
extern const struct command skip_rollout_target_command;

/* How far the agent of a target has come; node and credential from the headers. */
struct report_update {
    struct uuid node_id;            /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET */
    struct uuid target_id;          /* FROM_PATH */
    struct enum_value status;
    int64_t progress_percent;
    struct text message;
    struct list altered; /* SERVER_SET */
};
extern const struct command report_update_command; /* answers `rollout_target` */

extern const struct command advance_rollout_command; /* of a struct timer */
extern const struct command judge_update_command;    /* of a struct timer */

extern const struct command *const rollout_commands[];
extern const struct timer_kind rollout_timers[];
extern const struct refusal *const rollout_refusals[];

#endif
