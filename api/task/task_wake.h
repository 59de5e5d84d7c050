/*
 * Whom events of tasks and nodes concern that waits on a loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_WAKE_H
#define API_TASK_TASK_WAKE_H

#include "eventlog/record.h"

/* The node that has work since this event, or the task that ended by it; absent for any other. */
struct uuid task_wake_key(const struct record *record);

#endif
