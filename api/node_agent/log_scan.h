/*
 * Reading the end of a log of the system, for people who look at a node: a file below /var/log or the
 * journal of the agent, from where an earlier reading stopped, or some lines back.
 *
 *   log.scan task ─► request ─► log_scan_gather, as root where the log wants it ─► bytes
 *                                                     log_scan_result, as the agent ◄─┘ ─► result
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_LOG_SCAN_H
#define API_NODE_AGENT_LOG_SCAN_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

enum { LOG_SCAN_BYTES = 1 << 20 };

/* Appends a line that says what the rest is, and the part of the log that was asked for; of the journal
 * *out_rest is the program that prints that, NULL otherwise. STATUS_INVALID where there is no such log,
 * STATUS_UNAVAILABLE where it cannot be read. */
MUST_USE enum status log_scan_gather(
    struct text request,
    struct arena *arena,
    struct buf *out,
    const char *const **out_rest,
    struct error *error);

/* Appends what was gathered as a JSON object; false where it is none of ours. */
bool log_scan_result(struct text gathered, struct arena *arena, struct buf *out);

#endif
