/*
 * Rollouts: a release of the agent, brought to nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_ROLLOUT_ROLLOUTS_H
#define MIGRATIONS_ROLLOUT_ROLLOUTS_H

#include "core/db/table.h"
#include "eventlog/events/rollout_events.h"

struct rollout_row {
    struct uuid id;
    struct text target_version;
    struct enum_value status;
    struct opt_bool rollback;
    struct uuid requested_by_user_id;
    struct text status_message;
    struct timestamp started_at;
    struct timestamp completed_at;
    struct timestamp cancelled_at;
    int64_t canary; /* this and the next three: absent, as usual */
    int64_t wave_size;
    int64_t most_failures;
    int64_t pause_seconds;
    struct timestamp paused_until; /* it waits before a wave; absent: it does not */
    struct text held_by;           /* the window that it waits for; absent: none */
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape rollout_row_shape;
extern const struct table rollouts_table;

#endif
