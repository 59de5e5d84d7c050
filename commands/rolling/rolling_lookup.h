/*
 * What other areas may ask about rolling runs, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLING_ROLLING_LOOKUP_H
#define COMMANDS_ROLLING_ROLLING_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"

/* The task of a target has ended in this status (enum task_status), by this event. */
void rolling_note_task_end(
    struct fold *fold, const struct record *record, struct uuid target_id, int64_t status);

/* Does somebody own any that is neither completed nor cancelled? */
bool rolling_user_has_runs(const struct decision *decision, struct uuid user_id);

/* Those of a workspace that are neither; and all of them cancelled, because the workspace is deleted. */
uint64_t rolling_count_of_workspace(
    const struct decision *decision, struct uuid workspace_id, uint64_t most);
void rolling_emit_workspace_deleted(struct decision *decision, struct uuid workspace_id);

/* Somebody left a workspace (absent: may not sign in any more): what they own there is stopped. */
void rolling_emit_owner_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id);

/* A workspace was archived or restored, as is folded already: the timers of its runs are taken away or set. */
void rolling_move_timers_of_workspace(struct fold *fold, struct uuid workspace_id);

/* Its windows were changed: runs that one held back are looked at again at once. */
void rolling_release_held(struct fold *fold, struct uuid workspace_id, struct timestamp now);

#endif
