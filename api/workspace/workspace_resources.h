/*
 * Workspaces, members and teams, as callers read them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_WORKSPACE_WORKSPACE_RESOURCES_H
#define API_WORKSPACE_WORKSPACE_RESOURCES_H

#include "api/route.h"

extern const struct resource workspace_resource;
extern const struct resource created_workspace_resource; /* the same without the caller's role */
extern const struct resource membership_resource;
extern const struct resource team_resource;
extern const struct resource team_member_resource;

extern const struct query assignable_query; /* who could become a member */

#endif
