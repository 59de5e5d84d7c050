/*
 * What the audit trail says of terminals: their life, who took control and who watched, and what
 * became of transcripts. What was typed stands in the transcript.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/terminal_events.h"
#include "migrations/terminal/terminal_sessions.h"
#include "projections/audit.h"

#define SESSION(event_tag, action_name)                                                            \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "terminal_session", .target_id = OF_EVENT(event_tag, session_id),               \
    .table = &terminal_sessions_table

#define OF_NODE .label = {OF_ROW(terminal_session_row, node_id)}

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail created_details[] = {
    {.name = "node_id", .from = OF_EVENT(terminal_created, node_id)},
    {.name = "cols", .from = OF_EVENT(terminal_created, cols)},
    {.name = "rows", .from = OF_EVENT(terminal_created, rows)},
    {.name = "run_as_root", .from = OF_EVENT(terminal_created, run_as_root)},
    {0},
};
static const struct detail node_details[] = {
    {.name = "node_id", .from = OF_ROW(terminal_session_row, node_id)},
    {0},
};
static const struct detail taken_details[] = {
    {.name = "node_id", .from = OF_ROW(terminal_session_row, node_id)},
    {.name = "former_user_id", .from = OF_EVENT(terminal_control_taken, former_user_id)},
    {.name = "reason", .from = OF_EVENT(terminal_control_taken, reason)},
    {0},
};
static const struct detail requested_details[] = {
    {.name = "node_id", .from = OF_EVENT(terminal_termination_requested, node_id)},
    {.name = "reason", .from = OF_EVENT(terminal_termination_requested, reason)},
    {0},
};
static const struct detail closed_details[] = {
    {.name = "node_id", .from = OF_EVENT(terminal_closed, node_id)},
    {.name = "closed_reason", .from = OF_EVENT(terminal_closed, reason)},
    {.name = "exit_code", .from = OF_EVENT(terminal_closed, exit_code)},
    {0},
};
static const struct detail failed_details[] = {
    {.name = "node_id", .from = OF_EVENT(terminal_failed, node_id)},
    {.name = "closed_reason", .from = OF_EVENT(terminal_failed, reason)},
    {.name = "exit_code"},
    {0},
};

const struct audit_rule terminal_audit_rules[] = {
    {SESSION(terminal_created, "terminal.session.created"),
     .label = {OF_EVENT(terminal_created, hostname)}, .metadata = created_details},
    {SESSION(terminal_opened, "terminal.session.opened"), OF_NODE, .metadata = node_details},
    {SESSION(terminal_control_taken, "terminal.session.taken-over"), OF_NODE,
     .metadata = taken_details},
    {SESSION(terminal_watcher_joined, "terminal.session.watched"), OF_NODE,
     .metadata = node_details},
    {SESSION(terminal_termination_requested, "terminal.session.terminate.requested"), OF_NODE,
     .metadata = requested_details},
    {SESSION(terminal_closed, "terminal.session.closed"), OF_NODE, .metadata = closed_details},
    {SESSION(terminal_failed, "terminal.session.failed"), OF_NODE, .metadata = failed_details},
    {SESSION(terminal_transcript_expired, "terminal.transcript.retention.cleaned"), OF_NODE,
     .metadata = node_details},
    {NO_ENTRY(terminal_resized, "The size of a screen; the session shows it.")},
    {NO_ENTRY(terminal_recorded, "The transcript shows it.")},
    {NO_ENTRY(terminal_counted, "The transcript shows it.")},
    {NO_ENTRY(terminal_controller_attached, "Its creator came to it; creating it has an entry.")},
    {NO_ENTRY(terminal_controller_detached, "Its end, or whoever comes back, shows it.")},
    {NO_ENTRY(terminal_watcher_left, "That somebody watched has an entry.")},
    {NO_ENTRY(terminal_stop_repeated, "The request has an entry.")},
    {NO_ENTRY(terminal_transcript_dropped, "That its time was over has an entry.")},
    {NO_ENTRY(terminal_transcript_withheld, "Done by the program; the hold has an entry.")},
    {0},
};
