/*
 * How workspaces, members and teams look to callers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_WORKSPACE_WORKSPACE_VIEW_H
#define API_WORKSPACE_WORKSPACE_VIEW_H

#include "api/route.h"

extern const struct query workspace_query;         /* one, by workspace_id */
extern const struct query created_workspace_query; /* the same without the caller's role */
extern const struct query workspaces_query;        /* those that the caller sees */

extern const struct query membership_query; /* one, by membership_id */
extern const struct query members_query;    /* of a workspace */
extern const struct query assignable_query; /* who could become one */

extern const struct query team_query;        /* one, by workspace and team_id */
extern const struct query teams_query;       /* of a workspace */
extern const struct query team_member_query; /* one, by team_membership_id */
extern const struct query team_members_query;

#endif
