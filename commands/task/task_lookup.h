/*
 * What other areas may ask about tasks, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_TASK_LOOKUP_H
#define COMMANDS_TASK_TASK_LOOKUP_H

#include "commands/command.h"
#include "commands/fold.h"
#include "eventlog/events/task_events.h"

/* Tasks of a node that have not ended, counted up to a little over `most`. */
uint64_t task_count_open(const struct decision *decision, struct uuid node_id, uint64_t most);

/* Ends them all, because node or workspace go: what waits is cancelled, what runs is abandoned. */
void task_emit_ends(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment);

/* Ends those that run, because whoever ran them is gone. */
void task_emit_abandoned(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment);

/* Maintenance of a node began or ended: the timers of what waits for it are taken away, and set
 * again. */
void task_hold_timers(struct fold *fold, struct uuid node_id);
void task_resume_timers(struct fold *fold, struct uuid node_id);

#endif
