/*
 * What the audit trail says of authority: who came to rule the installation, by which signature, and until when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/authority_events.h"
#include "migrations/identity/users.h"
#include "projections/audit.h"

#define INSTALLATION(event_tag, action_name)                                                       \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "installation", .target_id = OF_ENTRY(stream)
#define USER(event_tag, action_name)                                                               \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "user", .target_id = OF_EVENT(event_tag, user_id), .table = &users_table,       \
    .label = {OF_ROW(user_row, email), OF_EVENT(event_tag, user_id)}

static const struct detail declared_details[] = {
    {.name = "mode", .from = OF_EVENT(authority_declared, mode)},
    {.name = "root_key", .from = OF_EVENT(authority_declared, root_key)},
    {0},
};
static const struct detail activated_details[] = {
    {.name = "user_id", .from = OF_EVENT(owner_activated, user_id)},
    {.name = "grant_id", .from = OF_EVENT(owner_activated, grant_id)},
    {0},
};
static const struct detail granted_details[] = {
    {.name = "grant_id", .from = OF_EVENT(role_granted, grant_id)},
    {.name = "role", .from = OF_EVENT(role_granted, role)},
    {.name = "expires_at", .from = OF_EVENT(role_granted, expires_at)},
    {.name = "serial", .from = OF_EVENT(role_granted, serial)},
    {.name = "reason", .from = OF_EVENT(role_granted, reason)},
    {.name = "root_key", .from = OF_EVENT(role_granted, root_key)},
    {0},
};
static const struct detail ended_details[] = {
    {.name = "grant_id", .from = OF_EVENT(role_grant_ended, grant_id)},
    {.name = "end", .from = OF_EVENT(role_grant_ended, end)},
    {.name = "reason", .from = OF_EVENT(role_grant_ended, reason)},
    {.name = "root_key", .from = OF_EVENT(role_grant_ended, root_key)},
    {0},
};
static const struct detail rotated_details[] = {
    {.name = "root_key", .from = OF_EVENT(root_rotated, root_key)},
    {.name = "former_key", .from = OF_EVENT(root_rotated, former_key)},
    {.name = "former_until", .from = OF_EVENT(root_rotated, former_until)},
    {0},
};

const struct audit_rule authority_audit_rules[] = {
    {INSTALLATION(authority_declared, "authority.declared"), .metadata = declared_details},
    {INSTALLATION(owner_activated, "installation.owner.activated"), .metadata = activated_details},
    {USER(role_granted, "role-grant.created"), .metadata = granted_details},
    {USER(role_grant_ended, "role-grant.ended"), .metadata = ended_details},
    {INSTALLATION(root_rotated, "installation.root.rotated"), .metadata = rotated_details},
    {0},
};
