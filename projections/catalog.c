/*
 * Every projector. Of one event they run in this order: the audit trail and the system events after
 * tasks, terminals, schedules, rolling runs, rollouts and channels, whose new state they show, and before people, workspaces and nodes, whose old state they show;
 * what is searched after all of those.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/audit.h"
#include "projections/authority/role_grants.h"
#include "projections/identity/api_tokens.h"
#include "projections/identity/devices.h"
#include "projections/identity/directory_groups.h"
#include "projections/identity/providers.h"
#include "projections/identity/security_keys.h"
#include "projections/identity/sessions.h"
#include "projections/identity/users.h"
#include "projections/node/nodes.h"
#include "projections/notification/outbox.h"
#include "projections/platform/platform.h"
#include "projections/privacy/holds.h"
#include "projections/projector.h"
#include "projections/rolling/rolling_runs.h"
#include "projections/rollout/rollouts.h"
#include "projections/schedule/schedules.h"
#include "projections/search_texts.h"
#include "projections/secret/secrets.h"
#include "projections/selection/selections.h"
#include "projections/sink/sinks.h"
#include "projections/system_events.h"
#include "projections/task/tasks.h"
#include "projections/template/templates.h"
#include "projections/terminal/terminals.h"
#include "projections/upgrade/upgrades.h"
#include "projections/workspace/workspaces.h"

const struct projector *const projector_catalog[] = {
    &memberships_projector,
    &team_members_projector,
    &tasks_projector,
    &task_logs_projector,
    &terminals_projector,
    &schedules_projector,
    &rolling_runs_projector,
    &rolling_targets_projector,
    &rollout_targets_projector,
    &rollouts_projector,
    &audit_logs_projector,
    &channels_projector,
    &events_projector,
    &users_projector,
    &workspaces_projector,
    &teams_projector,
    &nodes_projector,
    &node_installs_projector,
    &enrollments_projector,
    &outbox_projector,
    &sinks_projector,
    &holds_projector,
    &templates_projector,
    &search_texts_projector,
    &selections_projector,
    &upgrades_projector,
    &secrets_projector,
    &sessions_projector,
    &api_tokens_projector,
    &security_keys_projector,
    &providers_projector,
    &devices_projector,
    &directory_groups_projector,
    &directory_members_projector,
    &role_grants_projector,
    NULL,
};

/* A new area is a line here. */
const struct audit_rule *const audit_catalog[] = {
    task_audit_rules,     terminal_audit_rules,  node_audit_rules,
    identity_audit_rules, workspace_audit_rules, notification_audit_rules,
    platform_audit_rules, sink_audit_rules,      privacy_audit_rules,
    template_audit_rules, schedule_audit_rules,  rolling_audit_rules,
    rollout_audit_rules,  selection_audit_rules, upgrade_audit_rules,
    secret_audit_rules,   authority_audit_rules, NULL,
};

const struct system_event_rule *const system_event_catalog[] = {
    task_system_event_rules,      node_system_event_rules,
    schedule_system_event_rules,  rolling_system_event_rules,
    rollout_system_event_rules,   channel_system_event_rules,
    upgrade_system_event_rules,   identity_system_event_rules,
    authority_system_event_rules, NULL};
