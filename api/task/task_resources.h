/*
 * Tasks and their output, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_RESOURCES_H
#define API_TASK_TASK_RESOURCES_H

#include "api/route.h"

extern const struct resource task_resource;
extern const struct resource task_log_resource;

struct package_list_of {
    struct uuid node_id;
};
struct newest_task {
    struct uuid id;
};
/* The node's newest list of packages that succeeded: struct newest_task, none or one. */
extern const struct query newest_package_list_query;

#endif
