/*
 * What other areas tell rollouts, while folding.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_ROLLOUT_ROLLOUT_LOOKUP_H
#define COMMANDS_ROLLOUT_ROLLOUT_LOOKUP_H

#include "commands/fold.h"

/* The agent of a node has shown of which version it is. */
void rollout_note_version(
    struct fold *fold, const struct record *record, struct uuid node_id, struct text version);

/* A task has ended in this status (enum task_status). */
void rollout_note_task_end(
    struct fold *fold, const struct record *record, struct uuid task_id, int64_t status);

#endif
