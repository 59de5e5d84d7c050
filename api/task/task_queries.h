/*
 * Reading tasks and their output.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_QUERIES_H
#define API_TASK_TASK_QUERIES_H

#include "api/route.h"

extern const struct query tasks_query;
extern const struct query task_logs_query;

struct tasks_by_ids {
    struct list ids;
};
extern const struct query tasks_by_ids_query; /* in the order they were made */

struct package_list_of {
    struct uuid node_id;
};
extern const struct query newest_package_list_query; /* none or one, successful */

#endif
