/*
 * Reading tasks and their output.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_QUERIES_H
#define API_TASK_TASK_QUERIES_H

#include "api/route.h"

extern const struct query tasks_query;
extern const struct query task_logs_query;

#endif
