/*
 * What the end of a task says in results and words, where no agent said it: cancelled before it
 * ran, given up, or left by its agent. The read model and answers from state both ask here, so that they agree.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TASK_OUTCOME_H
#define EVENTLOG_EVENTS_TASK_OUTCOME_H

#include "eventlog/record.h"

struct task_outcome {
    struct json result;
    struct text output; /* stands where the task has written nothing but blanks */
};

/* Of a task.cancelled, task.timed_out or task.abandoned record; texts in the arena. */
struct task_outcome task_outcome_of(const struct record *record, struct arena *arena);

#endif
