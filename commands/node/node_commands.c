/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"

#include "commands/node/connection_commands.h"
#include "commands/node/enrollment_commands.h"
#include "commands/node/node.h"
#include "commands/node/subscription_commands.h"
#include "commands/timers.h"

const struct command *const node_commands[] = {
    &add_node_command,
    &remove_node_command,
    &assign_team_command,
    &enter_maintenance_command,
    &leave_maintenance_command,
    &want_root_access_command,
    &change_notifications_command,
    &change_labels_command,
    &register_agent_command,
    &report_heartbeat_command,
    &report_metrics_command,
    &report_agent_start_command,
    &connect_agent_command,
    &disconnect_agent_command,
    &mark_node_offline_command,
    &create_install_command,
    &report_install_command,
    &consume_install_command,
    &expire_install_command,
    &initiate_enrollment_command,
    &query_enrollment_command,
    &query_agent_command,
    &query_subscription_command,
    &finalize_enrollment_command,
    &expire_enrollment_command,
    NULL,
};

const struct timer_kind node_timers[] = {
    {TIMER_INSTALL, &expire_install_command, NULL},
    {TIMER_ENROLLMENT, &expire_enrollment_command, NULL},
    {0, NULL, NULL},
};
