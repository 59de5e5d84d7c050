/*
 * Who may order what is for admins of a workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

bool workspace_is_for_admin(const struct decision *decision, struct uuid workspace_id)
{
    int64_t role = workspace_open_role(decision, workspace_id, decision->actor.id);

    return role == MEMBER_OWNER || role == MEMBER_ADMIN ||
           user_is_platform_admin(decision, decision->actor.id);
}
