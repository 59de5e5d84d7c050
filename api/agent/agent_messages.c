/*
 * What agents say on their socket: the same commands as behind their routes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/agent_hooks.h"
#include "api/agent/agent_socket.h"
#include "api/agent/metrics_report.h"
#include "api/route.h"
#include "api/secret/secret_masking.h"
#include "api/terminal/terminal_socket.h"
#include "commands/node/connection_commands.h"
#include "commands/task/task_commands.h"
#include "commands/terminal/terminal_commands.h"

#define SAID                                                                                       \
    .method = "EMIT", .is_at_root = true, .tag = "agent", .throttle = THROTTLE_NONE, .status = 200
#define SAID_BY_AGENT SAID, .who = WHO_AGENT

const struct route agent_messages[] = {
    {.path = "/agent-realtime/agent.auth",
     .doc = "Shows the agent's credential; says again what has changed.",
     SAID,
     .who = WHO_ANYONE,
     .command = &connect_agent_command,
     .before_submit = agent_prepare_connect,
     .render = agent_answer_connected,
     .reply.shape = &agent_connected_shape},
    {.path = "/agent-realtime/agent.ping",
     .doc = "Says that the agent is alive.",
     SAID_BY_AGENT,
     .handle = agent_ping,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/agent.metrics",
     .doc = "Reports measurements of the node.",
     SAID_BY_AGENT,
     .handle = metrics_report_handle_message,
     .input_shape = &metrics_body_shape,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/task.accepted",
     .doc = "Confirms that a task arrived.",
     SAID_BY_AGENT,
     .command = &accept_task_command,
     .render = agent_acknowledge_accepted,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/task.started",
     .doc = "Reports that a task started.",
     SAID_BY_AGENT,
     .command = &start_task_command,
     .is_said_once = true,
     .render = agent_acknowledge_task,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/task.log",
     .doc = "Adds one or more lines to the output of a task.",
     SAID_BY_AGENT,
     .command = &log_task_command,
     .before_submit = secret_mask_log,
     .is_said_once = true,
     .stand_in = agent_stand_in_line,
     .render = agent_acknowledge_log,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/task.completed",
     .doc = "Reports how a task ended.",
     SAID_BY_AGENT,
     .command = &complete_task_command,
     .before_submit = secret_mask_completion,
     .is_said_once = true,
     .stand_in = agent_stand_in_end,
     .render = agent_acknowledge_task,
     .reply.shape = &agent_ack_shape},
    {.path = "/agent-realtime/terminal.opened",
     .doc = "Reports that a shell was started.",
     SAID_BY_AGENT,
     .command = &report_terminal_opened_command,
     .render = terminal_acknowledge_status,
     .reply.shape = &terminal_ack_shape},
    {.path = "/agent-realtime/terminal.output",
     .doc = "Reports what a shell wrote.",
     SAID_BY_AGENT,
     .command = &report_terminal_output_command,
     .before_submit = secret_mask_terminal_output,
     .render = terminal_acknowledge_chunk,
     .reply.shape = &terminal_ack_shape},
    {.path = "/agent-realtime/terminal.exited",
     .doc = "Reports that a shell ended.",
     SAID_BY_AGENT,
     .command = &report_terminal_exited_command,
     .before_submit = secret_mask_terminal_exit,
     .render = terminal_acknowledge_status,
     .reply.shape = &terminal_ack_shape},
    {.path = "/agent-realtime/terminal.error",
     .doc = "Reports that something failed about a shell.",
     SAID_BY_AGENT,
     .command = &report_terminal_error_command,
     .before_submit = secret_mask_terminal_error,
     .render = terminal_acknowledge_status,
     .reply.shape = &terminal_ack_shape},
    {.method = NULL},
};
