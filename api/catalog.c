/*
 * Every area's routes, one line each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"

const struct route_area route_catalog[] = {
    {"identity", identity_routes},
    {"workspace", workspace_routes},
    {"node", node_routes},
    {"task", task_routes},
    {"terminal", terminal_routes},
    {"agent", agent_routes},
    {"notification", notification_routes},
    {"platform", platform_routes},
    {NULL, NULL},
};
