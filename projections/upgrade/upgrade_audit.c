/*
 * What the audit trail says of upgrades of this program: who ordered a step, and how it went.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/upgrade/upgrades.h"
#include "projections/audit.h"

#define UPGRADE(event_tag, what, release_id_member)                                                \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = "control_plane_update." what,   \
    .target_type = "control_plane_update", .target_id = OF_EVENT(event_tag, release_id_member)

#define ORDERED(event_tag, what, details)                                                          \
    UPGRADE(event_tag, what, is.release_id), .label = {OF_EVENT(event_tag, is.version)},           \
                                             .metadata = details

#define SETTLED_DETAILS(event_tag)                                                                 \
    {.name = "operation", .from = OF_EVENT(event_tag, step)},                                      \
    {                                                                                              \
        .name = "target_release_id", .from = OF_EVENT(event_tag, release_id)                       \
    }

static const struct detail download_details[] = {
    {.name = "release_id", .from = OF_EVENT(upgrade_download_requested, is.release_id)},
    {.name = "version", .from = OF_EVENT(upgrade_download_requested, is.version)},
    {0},
};
static const struct detail apply_details[] = {
    {.name = "release_id", .from = OF_EVENT(upgrade_apply_requested, is.release_id)},
    {.name = "version", .from = OF_EVENT(upgrade_apply_requested, is.version)},
    {0},
};
static const struct detail completed_details[] = {
    SETTLED_DETAILS(upgrade_completed),
    {.name = "status", .from = FIXED("completed")},
    {0},
};
static const struct detail failed_details[] = {
    SETTLED_DETAILS(upgrade_failed),
    {.name = "status", .from = FIXED("failed")},
    {.name = "error", .from = OF_EVENT(upgrade_failed, error)},
    {.name = "rollback_status", .from = OF_EVENT(upgrade_failed, rollback)},
    {0},
};

const struct audit_rule upgrade_audit_rules[] = {
    {ORDERED(upgrade_download_requested, "download.requested", download_details)},
    {ORDERED(upgrade_apply_requested, "apply.requested", apply_details)},
    {UPGRADE(upgrade_completed, "completed", release_id),
     .label = {OF_EVENT(upgrade_completed, version)}, .metadata = completed_details},
    {UPGRADE(upgrade_failed, "failed", release_id), .label = {OF_EVENT(upgrade_failed, version)},
     .metadata = failed_details},
    {0},
};
