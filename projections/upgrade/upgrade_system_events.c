/*
 * System events about upgrades of this program: the platform's own, which its channels tell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/upgrade_events.h"
#include "projections/system_events.h"

/* What only lies ready is nobody's notice. */
static struct text
completed_message(const struct value_context *context, const struct node_row *node)
{
    const struct upgrade_completed *event = context->record->event;

    (void)node;
    if (event->step.is != UPGRADE_APPLY)
        return (struct text){NULL, 0};
    return text_format(
        context->arena, "The server is version %.*s now.", TEXT_ARGS(event->version));
}

static struct text failed_message(const struct value_context *context, const struct node_row *node)
{
    const struct upgrade_failed *event = context->record->event;

    (void)node;
    return text_format(
        context->arena, "The server did not become version %.*s: %.*s", TEXT_ARGS(event->version),
        TEXT_ARGS(event->error));
}

static const struct detail completed_details[] = {
    {.name = "version", .from = OF_EVENT(upgrade_completed, version)},
    {0},
};
static const struct detail failed_details[] = {
    {.name = "version", .from = OF_EVENT(upgrade_failed, version)},
    {.name = "operation", .from = OF_EVENT(upgrade_failed, step)},
    {.name = "rollback_status", .from = OF_EVENT(upgrade_failed, rollback)},
    {0},
};

const struct system_event_rule upgrade_system_event_rules[] = {
    {.event = &upgrade_completed_event,
     .type = "control-plane.updated",
     .severity = SEVERITY_INFO,
     .message = completed_message,
     .metadata = completed_details,
     .may_lack_node = true},
    {.event = &upgrade_failed_event,
     .type = "control-plane.update-failed",
     .severity = SEVERITY_WARNING,
     .message = failed_message,
     .metadata = failed_details,
     .may_lack_node = true},
    {0},
};
