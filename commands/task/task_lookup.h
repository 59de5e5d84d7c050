/*
 * What other areas may ask about tasks, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_TASK_LOOKUP_H
#define COMMANDS_TASK_TASK_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"

/* Tasks of a node that its agent has not started, counted up to a little over `most`. */
uint64_t task_count_waiting(const struct decision *decision, struct uuid node_id, uint64_t most);

/* Cancels them. */
void task_emit_cancels(struct decision *decision, struct uuid node_id, struct text reason);

/* Maintenance of a node began or ended: the timers of what waits for it are taken away, and set
 * again. */
void task_hold_timers(struct fold *fold, struct uuid node_id);
void task_resume_timers(struct fold *fold, struct uuid node_id);

#endif
