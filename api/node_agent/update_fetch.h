/*
 * Fetching another version of the agent and putting it in place: the program behind a task agent.update.
 *
 *   order ─► release, as the server offers it ─► program ─► digest, signature ─► staged, tried out ─► swapped
 *     └──── each step is told to the server: downloading, verifying, installing, restarting; or failed, and why
 *
 * Straight-line code of a command. Whatever goes wrong, the program in place is the old one, or the new one, whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_FETCH_H
#define API_NODE_AGENT_UPDATE_FETCH_H

#include "api/node_agent/asking.h"

struct update_order {
    struct uuid target_id;
    struct text target_version;
    struct opt_bool rollback;
};
extern const struct shape update_order_shape;

/* STATUS_OK: `program` is the wanted version, on trial, and is to be started. Else why not, which the server was told. */
MUST_USE enum status update_fetch(
    const struct asking *asking,
    const struct update_order *order,
    const char *program,
    struct arena *arena,
    struct error *error);

/* POST …/agent-updates/targets/:targetId/progress */
struct update_progress {
    struct text status;
    int64_t progress_percent;
    struct text message;
};
extern const struct shape update_progress_shape;

#endif
