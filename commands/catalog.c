/*
 * Every area's commands, refusals, states, timers and evolve: a new area is a line in each table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/command.h"
#include "commands/fold.h"
#include "commands/identity/api_token.h"
#include "commands/identity/device.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "commands/identity/provider.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "commands/node/enrollment.h"
#include "commands/node/install.h"
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/notification/channel.h"
#include "commands/notification/notification_commands.h"
#include "commands/platform/follower.h"
#include "commands/platform/platform_commands.h"
#include "commands/privacy/privacy.h"
#include "commands/rolling/rolling.h"
#include "commands/rollout/rollout.h"
#include "commands/schedule/schedule.h"
#include "commands/secret/secret.h"
#include "commands/selection/selection.h"
#include "commands/sink/sink.h"
#include "commands/task/task.h"
#include "commands/template/template.h"
#include "commands/terminal/terminal.h"
#include "commands/timers.h"
#include "commands/upgrade/upgrade.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"

const struct command_area command_catalog[] = {
    {"platform", platform_commands},   {"identity", identity_commands},
    {"workspace", workspace_commands}, {"node", node_commands},
    {"task", task_commands},           {"notification", notification_commands},
    {"terminal", terminal_commands},   {"sink", sink_commands},
    {"privacy", privacy_commands},     {"template", template_commands},
    {"schedule", schedule_commands},   {"selection", selection_commands},
    {"rolling", rolling_commands},     {"rollout", rollout_commands},
    {"upgrade", upgrade_commands},     {"secret", secret_commands},
    {"authority", authority_commands}, {NULL, NULL},
};

const struct refusal_area refusal_catalog[] = {
    {"platform", platform_refusals},
    {"identity", identity_refusals},
    {"identity", factor_refusals},
    {"workspace", workspace_refusals},
    {"node", node_refusals},
    {"task", task_refusals},
    {"notification", notification_refusals},
    {"terminal", terminal_refusals},
    {"sink", sink_refusals},
    {"privacy", privacy_refusals},
    {"template", template_refusals},
    {"schedule", schedule_refusals},
    {"selection", selection_refusals},
    {"upgrade", upgrade_refusals},
    {"rolling", rolling_refusals},
    {"rollout", rollout_refusals},
    {"secret", secret_refusals},
    {"authority", authority_refusals},
    {NULL, NULL},
};

const struct evolver evolver_catalog[AREA_END] = {
    [AREA_PLATFORM] = {"platform", 6, platform_evolve},
    [AREA_IDENTITY] = {"identity", 12, identity_evolve},
    [AREA_WORKSPACE] = {"workspace", 7, workspace_evolve},
    [AREA_NODE] = {"node", 8, node_evolve},
    [AREA_TASK] = {"task", 8, task_evolve},
    [AREA_NOTIFICATION] = {"notification", 2, notification_evolve},
    [AREA_TERMINAL] = {"terminal", 2, terminal_evolve},
    [AREA_SINK] = {"sink", 1, sink_evolve},
    [AREA_PRIVACY] = {"privacy", 4, privacy_evolve},
    [AREA_TEMPLATE] = {"template", 1, template_evolve},
    [AREA_SCHEDULE] = {"schedule", 2, schedule_evolve},
    [AREA_SELECTION] = {"selection", 1, selection_evolve},
    [AREA_UPGRADE] = {"upgrade", 1, upgrade_evolve},
    [AREA_ROLLING] = {"rolling", 2, rolling_evolve},
    [AREA_ROLLOUT] = {"rollout", 1, rollout_evolve},
    [AREA_SECRET] = {"secret", 1, secret_evolve},
    [AREA_AUTHORITY] = {"authority", 1, authority_evolve},
};

const struct aggregate *const aggregate_catalog[] = {
    &installation_aggregate,   &log_identity_aggregate,   &follower_aggregate,
    &key_encryption_aggregate, &settings_aggregate,       &restart_aggregate,
    &user_aggregate,           &mailed_token_aggregate,   &workspace_aggregate,
    &membership_aggregate,     &team_aggregate,           &node_aggregate,
    &install_aggregate,        &task_aggregate,           &delivery_aggregate,
    &channel_aggregate,        &channel_health_aggregate, &enrollment_aggregate,
    &terminal_aggregate,       &sink_aggregate,           &former_user_aggregate,
    &session_aggregate,        &api_token_aggregate,      &provider_aggregate,
    &hold_aggregate,           &template_aggregate,       &schedule_aggregate,
    &schedule_tally_aggregate, &rolling_run_aggregate,    &rolling_work_aggregate,
    &rolling_target_aggregate, &node_labels_aggregate,    &rollout_aggregate,
    &update_aggregate,         &selection_aggregate,      &workspace_windows_aggregate,
    &upgrade_aggregate,        &ready_release_aggregate,  &secret_aggregate,
    &secret_version_aggregate, &task_secrets_aggregate,   &sign_in_rules_aggregate,
    &security_key_aggregate,   &device_aggregate,         &directory_group_aggregate,
    &rule_aggregate,           &role_grant_aggregate,     NULL,
};

const struct timer_kind *const timer_catalog[] = {
    identity_timers, node_timers,    task_timers,   terminal_timers,  schedule_timers,
    rolling_timers,  rollout_timers, secret_timers, authority_timers, NULL,
};
