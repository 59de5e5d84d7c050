/*
 * What the audit trail says of rollouts: what people did with them. What comes of it their targets and system events tell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rollout/rollout_targets.h"
#include "migrations/rollout/rollouts.h"
#include "projections/audit.h"

#define ROLLOUT(event_tag, what)                                                                   \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = what,                           \
    .target_type = "agent_update_rollout", .target_id = OF_EVENT(event_tag, rollout_id)
#define STEERED(event_tag, what)                                                                   \
    ROLLOUT(event_tag, what), .table = &rollouts_table,                                            \
                              .label = {OF_ROW(rollout_row, target_version)}
#define TARGET(event_tag, what)                                                                    \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = what,                           \
    .target_type = "agent_update_rollout_target", .target_id = OF_EVENT(event_tag, target_id),     \
    .table = &rollout_targets_table, .label = {OF_ROW(rollout_target, node_name_snapshot)},        \
    .metadata = target_details

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail created_details[] = {
    {.name = "target_version", .from = OF_EVENT(rollout_created, target_version)},
    {.name = "rollback", .from = OF_EVENT(rollout_created, rollback)},
    {.name = "node_ids", .from = OF_EVENT(rollout_created, node_ids)},
    {0},
};
static const struct detail target_details[] = {
    {.name = "rollout_id", .from = OF_ROW(rollout_target, rollout_id)},
    {.name = "target_version", .from = OF_ROW(rollout_target, target_version)},
    {0},
};

const struct audit_rule rollout_audit_rules[] = {
    {ROLLOUT(rollout_created, "agent_update.rollout.created"),
     .label = {OF_EVENT(rollout_created, target_version)}, .metadata = created_details},
    {STEERED(rollout_resumed, "agent_update.rollout.resumed")},
    {STEERED(rollout_cancelled, "agent_update.rollout.cancelled")},
    {NO_ENTRY(rollout_held, "Done by the program; the rollout and a system event tell it.")},
    {TARGET(rollout_retried, "agent_update.target.retried")},
    {TARGET(rollout_skipped, "agent_update.target.skipped")},
    {NO_ENTRY(rollout_dispatched, "Done by the program; the rollout's target tells it.")},
    {NO_ENTRY(rollout_progressed, "An agent's report; the rollout's target tells it.")},
    {NO_ENTRY(rollout_confirmed, "Done by the program; a system event tells it.")},
    {NO_ENTRY(rollout_failed, "Done by the program; a system event tells it.")},
    {NO_ENTRY(rollout_completed, "Done by the program; the rollout tells it.")},
    {0},
};
