/*
 * The table of tasks, as other projectors look at it, and the projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_TASK_TASKS_H
#define PROJECTIONS_TASK_TASKS_H

#include "projections/projector.h"

extern const struct projector tasks_projector;
extern const struct projector task_logs_projector;

#endif
