/*
 * What other areas may ask about channels. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NOTIFICATION_CHANNEL_LOOKUP_H
#define COMMANDS_NOTIFICATION_CHANNEL_LOOKUP_H

#include "commands/command.h"

/* Those of a workspace, counted up to a little over `most`; and all of them deleted, because the workspace is. */
uint64_t channel_count(const struct decision *decision, struct uuid workspace_id, uint64_t most);
void channel_emit_deleted(struct decision *decision, struct uuid workspace_id);

#endif
