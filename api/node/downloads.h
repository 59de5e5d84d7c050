/*
 * What makes a machine a node, from this server itself, so that no machine needs a way out:
 *
 *   GET /install.sh                                         the script that install commands run
 *   GET /downloads/fleetledger-agent-linux-amd64[.sha256]   the agent, and its digest
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_DOWNLOADS_H
#define API_NODE_DOWNLOADS_H

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/shape/shape.h"

struct call;
struct downloads;

extern const struct shape downloads_file_shape;

/* In the arena. `agent` is the agent's program, borrowed for as long as the arena lives. */
const struct downloads *downloads_new(struct text agent, struct arena *arena);

void downloads_script_handle(struct call *call);
void downloads_file_handle(struct call *call);

#endif
