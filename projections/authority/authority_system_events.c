/*
 * System events about authority: the platform's own, which its channels tell. Each says that the installation is ruled by
 * other rules, or by somebody else, than a moment before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "projections/system_events.h"

static struct text
declared_message(const struct value_context *context, const struct node_row *node)
{
    const struct authority_declared *event = context->record->event;

    (void)node;
    return text_from(
        event->mode.is == AUTHORITY_STRICT
            ? "Roles on the platform count with a signed grant only, by the product root key of the settings."
            : "Roles on the platform count without a signed grant: the settings switched strict authority off.");
}

static struct text granted_message(const struct value_context *context, const struct node_row *node)
{
    const struct role_granted *event = context->record->event;

    (void)node;
    if (event->role.is != ROLE_PLATFORM_RECOVERY_ADMIN)
        return (struct text){NULL, 0};
    return text_lit(
        "Somebody may restore access to others as a recovery administrator from now on.");
}

static struct text rotated_message(const struct value_context *context, const struct node_row *node)
{
    (void)context;
    (void)node;
    return text_lit("Another product root key signs grants of roles from now on.");
}

static const struct detail declared_details[] = {
    {.name = "mode", .from = OF_EVENT(authority_declared, mode)},
    {.name = "root_key", .from = OF_EVENT(authority_declared, root_key)},
    {0},
};
static const struct detail granted_details[] = {
    {.name = "user_id", .from = OF_EVENT(role_granted, user_id)},
    {.name = "grant_id", .from = OF_EVENT(role_granted, grant_id)},
    {.name = "expires_at", .from = OF_EVENT(role_granted, expires_at)},
    {.name = "reason", .from = OF_EVENT(role_granted, reason)},
    {0},
};
static const struct detail rotated_details[] = {
    {.name = "root_key", .from = OF_EVENT(root_rotated, root_key)},
    {.name = "former_key", .from = OF_EVENT(root_rotated, former_key)},
    {0},
};

#define ALARM .severity = SEVERITY_CRITICAL, .may_lack_node = true

const struct system_event_rule authority_system_event_rules[] = {
    {ALARM, .event = &authority_declared_event, .type = "authority.declared",
     .message = declared_message, .metadata = declared_details},
    {ALARM, .event = &role_granted_event, .type = "authority.recovery-admin.granted",
     .message = granted_message, .metadata = granted_details},
    {ALARM, .event = &root_rotated_event, .type = "authority.root.rotated",
     .message = rotated_message, .metadata = rotated_details},
    {0},
};
