/*
 * What the audit trail says of the installation itself, and of refusals that are evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/platform_events.h"
#include "projections/audit.h"

static const struct detail refusal_details[] = {
    {.name = "code", .from = OF_EVENT(refusal_recorded, code)},
    {.name = "method", .from = OF_EVENT(refusal_recorded, method)},
    {.name = "route", .from = OF_EVENT(refusal_recorded, route)},
    {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
    {0},
};

static struct text method_and_route(const struct value_context *context)
{
    const struct refusal_recorded *event = context->record->event;

    return text_format(
        context->arena, "%.*s %.*s", TEXT_ARGS(event->method), TEXT_ARGS(event->route));
}

const struct audit_rule platform_audit_rules[] = {
    {.event = &ledger_opened_event, .no_entry = "Done by the program at first start."},
    {.event = &refusal_recorded_event,
     .list = AUDIT_PLATFORM,
     .action = "access.denied",
     .target_type = "route",
     .label_of = method_and_route,
     .metadata = refusal_details},
    {.event = &key_destroyed_event,
     .list = AUDIT_PLATFORM,
     .action = "key.destroyed",
     .target_type = "subject",
     .target_id = OF_EVENT(key_destroyed, subject)},
    {.event = &refusals_summarised_event, .no_entry = "A count, without actor and target."},
    {0},
};
