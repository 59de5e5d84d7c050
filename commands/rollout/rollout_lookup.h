/*
 * What other areas ask of rollouts, and tell them while folding.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLOUT_ROLLOUT_LOOKUP_H
#define COMMANDS_ROLLOUT_ROLLOUT_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"

/* Of the rollout that is not over, in the decision's arena; absent where there is none. Answered from folded state. */
struct text rollout_open_version(const struct decision *decision);

/* The agent of a node has shown of which version it is. */
void rollout_note_version(
    struct fold *fold, const struct record *record, struct uuid node_id, struct text version);

/* A task has ended in this status (enum task_status). */
void rollout_note_task_end(
    struct fold *fold, const struct record *record, struct uuid task_id, int64_t status);

/* Windows of a workspace were changed: what one of them held back is looked at again. */
void rollout_release_held(struct fold *fold, struct uuid workspace_id, struct timestamp now);

#endif
