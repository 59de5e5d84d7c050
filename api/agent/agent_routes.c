/*
 * Routes of agents and installers. They go from the connection's loop straight to the writer and
 * back: they work while PostgreSQL is away, and never answer 401, 403, 404 or 409 for an error of
 * ours.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/agent_hooks.h"
#include "api/agent/claim.h"
#include "api/agent/metrics_report.h"
#include "api/node/credential_view.h"
#include "api/route.h"
#include "api/task/task_view.h"
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/telemetry.h"

#define BY_AGENT  .tag = "agent", .who = WHO_AGENT, .throttle = THROTTLE_NONE, .status = 200
#define BY_ANYONE .tag = "agent", .who = WHO_ANYONE

enum { COMPLETION_BYTES = 16 << 20 };

const struct route agent_routes[] = {
    {.method = "POST",
     .path = "/agent/register",
     .doc = "Registers an agent in one step, with the shared token.",
     BY_ANYONE,
     .status = 201,
     .command = &register_agent_command,
     .prepare = agent_prepare_register,
     .answer = credential_answer,
     .answer_shape = &credential_view_shape},
    {.method = "POST",
     .path = "/agent/heartbeat",
     .doc = "Reports that a node is alive.",
     BY_ANYONE,
     .status = 200,
     .command = &report_heartbeat_command,
     .prepare = agent_prepare_heartbeat,
     .answer = agent_answer_heartbeat,
     .answer_shape = &heartbeat_view_shape},
    {.method = "POST",
     .path = "/agent/metrics",
     .doc = "Reports measurements of a node.",
     BY_ANYONE,
     .status = 200,
     .handle = metrics_report_handle,
     .input_shape = &metrics_body_shape,
     .answer_shape = &metric_sample_shape},
    {.method = "POST",
     .path = "/agent/tasks/claim",
     .doc = "Claims the oldest waiting task, and waits for one if there is none.",
     BY_AGENT,
     .handle = claim_handle,
     .command = &claim_task_command,
     .answer_shape = &claim_view_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/accepted",
     .doc = "Confirms that a claimed task arrived.",
     BY_AGENT,
     .command = &accept_task_command,
     .answer = agent_answer_accepted,
     .answer_shape = &accepted_view_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/started",
     .doc = "Reports that a task started.",
     BY_AGENT,
     .command = &start_task_command,
     .lane = LANE_PLAIN,
     .answer = task_answer_state,
     .answer_shape = &task_row_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/logs",
     .doc = "Adds one or more lines to the output of a task.",
     BY_AGENT,
     .command = &log_task_command},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/completed",
     .doc = "Reports how a task ended.",
     BY_AGENT,
     .body_limit = COMPLETION_BYTES,
     .command = &complete_task_command,
     .prepare = agent_prepare_complete,
     .lane = LANE_PLAIN,
     .answer = task_answer_state,
     .answer_shape = &task_row_shape},
    {.method = "GET",
     .path = "/agent/tasks/:taskId/control",
     .doc = "Reads whether a task is to be stopped.",
     BY_AGENT,
     .command = &query_control_command,
     .lane = LANE_PLAIN,
     .answer = agent_answer_control,
     .answer_shape = &control_view_shape},
    {.method = NULL},
};
