/*
 * The agent's program where it is root's: put in place, and back, by the root helper. It believes nobody but the key in
 * /etc/fleetledger-agent/release-key, which root has written; without that file it does nothing.
 *
 *   agent ──sudo──► fleetledger-agent root-helper update           path, version, document, signature
 *   watch ──sudo──► fleetledger-agent.old root-helper update-back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ROOT_UPDATE_H
#define API_NODE_AGENT_ROOT_UPDATE_H

#include "api/node_agent/work_order.h"
#include "core/base/arena.h"
#include "core/base/error.h"

extern const char root_update_key_file[];

/* Puts in the place of `program` what was asked. STATUS_FORBIDDEN where the key has not signed that, or there is none that
 * only root can write. Statuses of update_program_stage() and update_program_swap(), too. */
MUST_USE enum status root_update(
    const struct work_order *asked,
    const char *key_file,
    const char *program,
    struct arena *arena,
    struct error *error);

/* Of the program that the running one, whose name ends with ".old", was kept of. */
MUST_USE enum status root_update_back(struct arena *arena, struct error *error);

/* The same two, asked of root by sudo; bounded by a minute. STATUS_FORBIDDEN with what it said. */
MUST_USE enum status
root_update_ask(const char *program, const char *verb, struct list parts, struct error *error);

#endif
