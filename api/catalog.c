/*
 * Every area's routes, one line each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/agent_routes.h"
#include "api/identity/identity_routes.h"
#include "api/node/node_routes.h"
#include "api/notification/notification_routes.h"
#include "api/platform/platform_routes.h"
#include "api/route.h"
#include "api/task/task_routes.h"
#include "api/workspace/workspace_routes.h"

const struct route_area route_catalog[] = {
    {"identity", identity_routes}, {"workspace", workspace_routes},
    {"node", node_routes},         {"task", task_routes},
    {"agent", agent_routes},       {"notification", notification_routes},
    {"platform", platform_routes}, {NULL, NULL},
};
