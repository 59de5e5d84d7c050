/*
 * What the agent may have done as root: a few verbs, each for one purpose, that sudo lets its user run
 * by their exact names.
 *
 *   agent ──sudo──► fleetledger-agent root-helper <verb>, an order on standard input ─► program
 *
 *   task        any program; only where the profile allows root tasks
 *   terminal    a shell on the terminal that it is started on
 *   operation   reboot, restart-agent, update-package-lists
 *   packages    install, remove, purge and names
 *   log-scan    part of a log (log_scan.h)
 *   profile     which of the others are allowed from now on; itself it always is
 *   update      another version of the agent, and update-back the former one (root_update.h)
 *
 * Which of them sudo allows follows from the node's root access profile (root_access.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ROOT_HELPER_H
#define API_NODE_AGENT_ROOT_HELPER_H

#include "api/node_agent/work_order.h"
#include "core/base/arena.h"
#include "core/base/error.h"

/* The order that a verb makes of what it was asked, in the arena. STATUS_INVALID where it is not for the
 * verb to do. */
MUST_USE enum status root_helper_order(
    struct text verb,
    const struct work_order *asked,
    struct arena *arena,
    struct work_order *out,
    struct error *error);

/* Puts a profile into force for the user whose agent this is, as sudo names it; of an agent that is root
 * there is nothing to do. */
MUST_USE enum status root_helper_apply(const struct work_order *asked, struct error *error);

#endif
