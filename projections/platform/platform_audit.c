/*
 * What the audit trail says of the installation itself, of refusals that are evidence, and
 * of looks at evidence.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/export_events.h"
#include "eventlog/events/platform_events.h"
#include "projections/audit.h"

static const struct detail refusal_details[] = {
    {.name = "code", .from = OF_EVENT(refusal_recorded, code)},
    {.name = "method", .from = OF_EVENT(refusal_recorded, method)},
    {.name = "route", .from = OF_EVENT(refusal_recorded, route)},
    {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
    {0},
};

static const struct detail export_details[] = {
    {.name = "format", .from = OF_EVENT(export_made, format)},
    {.name = "first_position", .from = OF_EVENT(export_made, first)},
    {.name = "end_position", .from = OF_EVENT(export_made, end)},
    {.name = "count", .from = OF_EVENT(export_made, count)},
    {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
    {0},
};

static const struct detail look_details[] = {
    {.name = "filter", .from = OF_EVENT(look_recorded, filter)},
    {.name = "kept_at", .from = OF_EVENT(look_recorded, kept_at), .is_omitted_when_absent = true},
    {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
    {0},
};

static const struct detail opening_details[] = {
    {.name = "position", .from = OF_EVENT(fields_opened, position)},
    {.name = "workspace_id", .from = OF_ENTRY(workspace), .is_omitted_when_absent = true},
    {0},
};

static struct text method_and_route(const struct value_context *context)
{
    const struct refusal_recorded *event = context->record->event;

    return text_format(
        context->arena, "%.*s %.*s", TEXT_ARGS(event->method), TEXT_ARGS(event->route));
}

static const struct detail rewrapping_details[] = {
    {.name = "keys", .from = OF_EVENT(key_encryption_key_rotated, rows)},
    {0},
};
static const struct detail rotation_details[] = {
    {.name = "overlap_until", .from = OF_EVENT(signing_key_rotated, overlap_until)},
    {0},
};

static const struct detail origin_details[] = {
    {.name = "former_origin", .from = OF_EVENT(origin_declared, former_origin)},
    {.name = "size", .from = OF_EVENT(origin_declared, size)},
    {.name = "reason", .from = OF_EVENT(origin_declared, reason)},
    {0},
};

static const struct detail promotion_details[] = {
    {.name = "former_origin", .from = OF_EVENT(leader_promoted, former_origin)},
    {.name = "size", .from = OF_EVENT(leader_promoted, size)},
    {.name = "former_leader", .from = OF_EVENT(leader_promoted, former_leader)},
    {.name = "confirmed_by", .from = OF_EVENT(leader_promoted, confirmed_by)},
    {.name = "reason", .from = OF_EVENT(leader_promoted, reason)},
    {0},
};

static const struct detail restore_details[] = {
    {.name = "size", .from = OF_EVENT(log_restored, size)},
    {0},
};

static const struct detail drill_details[] = {
    {.name = "size", .from = OF_EVENT(drill_recorded, size)},
    {.name = "head", .from = OF_EVENT(drill_recorded, head)},
    {.name = "recovery_point_us", .from = OF_EVENT(drill_recorded, recovery_point_us)},
    {.name = "recovery_us", .from = OF_EVENT(drill_recorded, recovery_us)},
    {0},
};

static struct text settings_label(const struct value_context *context)
{
    (void)context;
    return text_lit("runtime-env");
}

static struct text process_label(const struct value_context *context)
{
    (void)context;
    return text_lit("api-process");
}

static const struct detail settings_details[] = {
    {.name = "changes", .from = OF_EVENT(settings_changed, changes)},
    {0},
};

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
    {.event = &key_encryption_key_rotated_event,
     .list = AUDIT_PLATFORM,
     .action = "key_encryption_key.rotated",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .metadata = rewrapping_details},
    {.event = &signing_key_rotated_event,
     .list = AUDIT_PLATFORM,
     .action = "signing_key.rotated",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .metadata = rotation_details},
    {.event = &origin_declared_event,
     .list = AUDIT_PLATFORM,
     .action = "origin.declared",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .label = {OF_EVENT(origin_declared, origin)},
     .metadata = origin_details},
    {.event = &leader_promoted_event,
     .list = AUDIT_PLATFORM,
     .action = "leader.promoted",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .label = {OF_EVENT(leader_promoted, origin)},
     .metadata = promotion_details},
    {.event = &settings_changed_event,
     .list = AUDIT_PLATFORM,
     .action = "platform.settings.updated",
     .target_type = "platform_settings",
     .label_of = settings_label,
     .metadata = settings_details},
    {.event = &setting_sealed_event, .no_entry = "Its platform.settings_changed has one."},
    {.event = &restart_requested_event,
     .list = AUDIT_PLATFORM,
     .action = "platform.api.restart.requested",
     .target_type = "platform_settings",
     .label_of = process_label},
    {.event = &log_restored_event,
     .list = AUDIT_PLATFORM,
     .action = "ledger.restored",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .label = {OF_EVENT(log_restored, backup)},
     .metadata = restore_details},
    {.event = &drill_recorded_event,
     .list = AUDIT_PLATFORM,
     .action = "backup.drilled",
     .target_type = "ledger",
     .target_id = OF_ENTRY(stream),
     .label = {OF_EVENT(drill_recorded, backup)},
     .metadata = drill_details},
    {.event = &export_made_event,
     .list = AUDIT_PLATFORM,
     .action = "evidence.exported",
     .target_type = "export",
     .target_id = OF_EVENT(export_made, export_id),
     .metadata = export_details},
    {.event = &look_recorded_event,
     .list = AUDIT_PLATFORM,
     .action = "evidence.looked_at",
     .target_type = "route",
     .label = {OF_EVENT(look_recorded, route)},
     .metadata = look_details},
    {.event = &looks_counted_event, .no_entry = "A count of looks that have entries."},
    {.event = &fields_opened_event,
     .list = AUDIT_PLATFORM,
     .action = "evidence.opened",
     .target_type = "event",
     .metadata = opening_details},
    {.event = &follower_admitted_event,
     .list = AUDIT_PLATFORM,
     .action = "follower.admitted",
     .target_type = "follower",
     .target_id = OF_EVENT(follower_admitted, follower_id),
     .label = {OF_EVENT(follower_admitted, name)}},
    {.event = &follower_revoked_event,
     .list = AUDIT_PLATFORM,
     .action = "follower.revoked",
     .target_type = "follower",
     .target_id = OF_EVENT(follower_revoked, follower_id)},
    {.event = &refusals_summarised_event, .no_entry = "A count, without actor and target."},
    {0},
};
