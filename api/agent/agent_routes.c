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
#include "api/secret/secret_masking.h"
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
     .before_submit = agent_prepare_register,
     .render = credential_answer,
     .reply.shape = &credential_view_shape},
    {.method = "POST",
     .path = "/agent/heartbeat",
     .doc = "Reports that a node is alive.",
     BY_ANYONE,
     .status = 200,
     .command = &report_heartbeat_command,
     .before_submit = agent_prepare_heartbeat,
     .render = agent_answer_heartbeat,
     .reply.shape = &heartbeat_view_shape},
    {.method = "POST",
     .path = "/agent/metrics",
     .doc = "Reports measurements of a node.",
     BY_ANYONE,
     .status = 200,
     .handle = metrics_report_handle,
     .input_shape = &metrics_body_shape,
     .reply.shape = &metric_sample_shape},
    {.method = "POST",
     .path = "/agent/tasks/claim",
     .doc = "Claims the oldest waiting task, and waits for one if there is none.",
     BY_AGENT,
     .handle = claim_handle,
     .command = &claim_task_command,
     .reply.shape = &claim_view_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/accepted",
     .doc = "Confirms that a claimed task arrived.",
     BY_AGENT,
     .command = &accept_task_command,
     .render = agent_answer_accepted,
     .reply.shape = &accepted_view_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/started",
     .doc = "Reports that a task started.",
     BY_AGENT,
     .command = &start_task_command,
     .lane = LANE_PLAIN,
     .render = task_answer_state,
     .reply.shape = &task_row_shape},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/logs",
     .doc = "Adds one or more lines to the output of a task.",
     BY_AGENT,
     .command = &log_task_command,
     .before_submit = secret_mask_log,
     .stand_in = agent_stand_in_line},
    {.method = "POST",
     .path = "/agent/tasks/:taskId/completed",
     .doc = "Reports how a task ended.",
     BY_AGENT,
     .body_limit = COMPLETION_BYTES,
     .command = &complete_task_command,
     .before_submit = secret_mask_completion,
     .stand_in = agent_stand_in_end,
     .lane = LANE_PLAIN,
     .render = task_answer_state,
     .reply.shape = &task_row_shape},
    {.method = "GET",
     .path = "/agent/tasks/:taskId/control",
     .doc = "Reads whether a task is to be stopped.",
     BY_AGENT,
     .command = &query_control_command,
     .lane = LANE_PLAIN,
     .render = agent_answer_control,
     .reply.shape = &control_view_shape},
    {.method = NULL},
};
