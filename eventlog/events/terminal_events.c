/*
 * Tables of the events of terminals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/terminal_events.h"

#include "core/shape/alteration.h"

const char *const terminal_status_names[] = {"pending", "open",   "terminating",
                                             "closed",  "failed", NULL};
const char *const terminal_direction_names[] = {"stdin", "stdout", "stderr", "system", NULL};
const char *const terminal_detachment_names[] = {"left", "restarted", NULL};
const char *const terminal_cause_names[] = {"user", "overflow", "unattended", NULL};
const char *const terminal_end_names[] = {"agent",           "undelivered",  "overdue",
                                          "agent_restarted", "node_removed", NULL};

#define SESSION(event)                                                                             \
    UUID(event, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."
#define NODE(event, number)                                                                        \
    UUID(event, node_id), .tag = number, .flags = REQUIRED, .doc = "Node that the shell runs on."
#define COLS(event, number)                                                                        \
    INT64(event, cols), .tag = number, .flags = REQUIRED, .doc = "Width in columns."
#define ROWS(event, number)                                                                        \
    INT64(event, rows), .tag = number, .flags = REQUIRED, .doc = "Height in rows."
#define SAID_AT(event, number)                                                                     \
    TIMESTAMP(event, said_at), .tag = number, .doc = "Time of it by the agent's clock, as it said."
#define ALTERED(event, number)                                                                     \
    OBJECTS(event, altered, alteration),                                                           \
        .tag = number, .doc = "What was altered of the report so that it could be taken."
#define ATTACHMENT(event, number)                                                                  \
    UUID(event, attachment_id), .tag = number, .flags = REQUIRED, .doc = "Id of the attachment."
#define PARTICIPANT(event, number)                                                                 \
    UUID(event, user_id), .tag = number, .flags = REQUIRED, .doc = "Person who is attached by it."
#define GENERATION(event, number)                                                                  \
    INT64(event, generation), .tag = number, .flags = REQUIRED,                                    \
                              .doc = "Number of times that control was given, this one included."
#define BOOT(event, number)                                                                        \
    UUID(event, boot), .tag = number, .flags = REQUIRED,                                           \
                       .doc = "Id of the run of the server that has the attachment."
#define DETACHMENT(event, number)                                                                  \
    ENUM(event, detachment, terminal_detachment_names), .tag = number, .flags = REQUIRED,          \
                                                        .doc = "Reason why the attachment ended."
#define END(event, number)                                                                         \
    ENUM(event, end, terminal_end_names), .tag = number, .flags = REQUIRED, .doc = "What ended it."
#define DIRECTION(event, number)                                                                   \
    ENUM(event, direction, terminal_direction_names), .tag = number, .flags = REQUIRED,            \
                                                      .doc = "Stream that the bytes belong to."

static const struct field terminal_created_fields[] = {
    {SESSION(terminal_created)},
    {UUID(terminal_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace of the node."},
    {NODE(terminal_created, 3)},
    {UUID(terminal_created, user_id), .tag = 4, .flags = REQUIRED,
     .doc = "Person who created the session."},
    {TEXT(terminal_created, hostname), .tag = 5, .flags = REQUIRED, .max = 255,
     .doc = "Host name of the node at the time."},
    {COLS(terminal_created, 6)},
    {ROWS(terminal_created, 7)},
    {BOOL(terminal_created, run_as_root), .tag = 8, .flags = REQUIRED,
     .doc = "Whether the shell is to run as root."},
    {TIMESTAMP(terminal_created, retention_expires_at), .tag = 9, .flags = REQUIRED,
     .doc = "Time until which the transcript is kept."},
};
EVENT(
    terminal_created,
    EVT_TERMINAL_CREATED,
    "terminal.created",
    "A terminal session was created; the agent is to start a shell.");

static const struct field terminal_opened_fields[] = {
    {SESSION(terminal_opened)},
    {COLS(terminal_opened, 2)},
    {ROWS(terminal_opened, 3)},
    {SAID_AT(terminal_opened, 4)},
};
EVENT(
    terminal_opened,
    EVT_TERMINAL_OPENED,
    "terminal.opened",
    "The agent started the shell of a terminal session.");

static const struct field terminal_resized_fields[] = {
    {SESSION(terminal_resized)},
    {NODE(terminal_resized, 2)},
    {COLS(terminal_resized, 3)},
    {ROWS(terminal_resized, 4)},
    {BOOL(terminal_resized, is_open), .tag = 5, .flags = REQUIRED,
     .doc = "Whether the shell was open, and the agent is told."},
};
EVENT(
    terminal_resized,
    EVT_TERMINAL_RESIZED,
    "terminal.resized",
    "The screen of a terminal session has another size.");

static const struct field terminal_recorded_fields[] = {
    {SESSION(terminal_recorded)},
    {NODE(terminal_recorded, 2)},
    {UUID(terminal_recorded, chunk_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the chunk."},
    {INT64(terminal_recorded, seq), .tag = 4, .flags = REQUIRED,
     .doc = "Number of the chunk within its session, from 1."},
    {DIRECTION(terminal_recorded, 5)},
    {BYTES(terminal_recorded, data), .tag = 6, .flags = REQUIRED, .max = 65536,
     .doc = "The bytes as they came."},
    {SAID_AT(terminal_recorded, 7)},
};
EVENT_WITH(
    terminal_recorded,
    EVT_TERMINAL_RECORDED,
    "terminal.recorded",
    "Bytes were typed into a terminal session, or written by its shell.",
    SHAPE(terminal_recorded, "Bytes were typed into a terminal session, or written by its shell."),
    .schema = 1,
    .is_droppable = true);

static const struct field terminal_counted_fields[] = {
    {SESSION(terminal_counted)},
    {UUID(terminal_counted, chunk_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the chunk."},
    {INT64(terminal_counted, seq), .tag = 3, .flags = REQUIRED,
     .doc = "Number of the chunk within its session, from 1."},
    {DIRECTION(terminal_counted, 4)},
    {INT64(terminal_counted, bytes), .tag = 5, .flags = REQUIRED,
     .doc = "Number of bytes in the event before this one."},
    {SAID_AT(terminal_counted, 6)},
    {UUID(terminal_counted, attachment_id), .tag = 7,
     .doc = "Attachment that the bytes were typed through."},
    {INT64(terminal_counted, previous_size), .tag = 8, .flags = REQUIRED,
     .doc =
         "Ledger size at which the chunk of bytes before this one was recorded; 0 for the first."},
};
EVENT(
    terminal_counted,
    EVT_TERMINAL_COUNTED,
    "terminal.counted",
    "What stays of recorded bytes: their place in the transcript, and their number.");

static const struct field terminal_controller_attached_fields[] = {
    {SESSION(terminal_controller_attached)},        {ATTACHMENT(terminal_controller_attached, 2)},
    {PARTICIPANT(terminal_controller_attached, 3)}, {GENERATION(terminal_controller_attached, 4)},
    {BOOT(terminal_controller_attached, 5)},
};
EVENT(
    terminal_controller_attached,
    EVT_TERMINAL_CONTROLLER_ATTACHED,
    "terminal.controller_attached",
    "Somebody is in control of a terminal session.");

static const struct field terminal_controller_detached_fields[] = {
    {SESSION(terminal_controller_detached)},
    {ATTACHMENT(terminal_controller_detached, 2)},
    {PARTICIPANT(terminal_controller_detached, 3)},
    {DETACHMENT(terminal_controller_detached, 4)},
};
EVENT(
    terminal_controller_detached,
    EVT_TERMINAL_CONTROLLER_DETACHED,
    "terminal.controller_detached",
    "Nobody is in control of a terminal session any more.");

static const struct field terminal_control_taken_fields[] = {
    {SESSION(terminal_control_taken)},
    {ATTACHMENT(terminal_control_taken, 2)},
    {PARTICIPANT(terminal_control_taken, 3)},
    {GENERATION(terminal_control_taken, 4)},
    {BOOT(terminal_control_taken, 5)},
    {UUID(terminal_control_taken, former_attachment_id), .tag = 6, .flags = REQUIRED,
     .doc = "Attachment that had control before, and ends."},
    {UUID(terminal_control_taken, former_user_id), .tag = 7, .flags = REQUIRED,
     .doc = "Person who was in control before."},
    {TEXT(terminal_control_taken, reason), .tag = 8, .max = 500, .doc = "Reason that was given."},
};
EVENT(
    terminal_control_taken,
    EVT_TERMINAL_CONTROL_TAKEN,
    "terminal.control_taken",
    "Control of a terminal session passed to another attachment.");

static const struct field terminal_watcher_joined_fields[] = {
    {SESSION(terminal_watcher_joined)},
    {ATTACHMENT(terminal_watcher_joined, 2)},
    {PARTICIPANT(terminal_watcher_joined, 3)},
    {BOOT(terminal_watcher_joined, 4)},
};
EVENT(
    terminal_watcher_joined,
    EVT_TERMINAL_WATCHER_JOINED,
    "terminal.watcher_joined",
    "Somebody watches a terminal session.");

static const struct field terminal_watcher_left_fields[] = {
    {SESSION(terminal_watcher_left)},
    {ATTACHMENT(terminal_watcher_left, 2)},
    {PARTICIPANT(terminal_watcher_left, 3)},
    {DETACHMENT(terminal_watcher_left, 4)},
};
EVENT(
    terminal_watcher_left,
    EVT_TERMINAL_WATCHER_LEFT,
    "terminal.watcher_left",
    "Somebody watches a terminal session no longer.");

static const struct field terminal_termination_requested_fields[] = {
    {SESSION(terminal_termination_requested)},
    {NODE(terminal_termination_requested, 2)},
    {ENUM(terminal_termination_requested, cause, terminal_cause_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason why the session is to end."},
    {TEXT(terminal_termination_requested, reason), .tag = 4, .max = 500,
     .doc = "Reason that the agent is told; of a person, as it was given."},
    {UUID(terminal_termination_requested, user_id), .tag = 5, .doc = "Person who asked for it."},
};
EVENT(
    terminal_termination_requested,
    EVT_TERMINAL_TERMINATION_REQUESTED,
    "terminal.termination_requested",
    "The agent is to stop the shell of a terminal session.");

static const struct field terminal_stop_repeated_fields[] = {
    {SESSION(terminal_stop_repeated)},
    {NODE(terminal_stop_repeated, 2)},
    {TEXT(terminal_stop_repeated, reason), .tag = 3, .max = 500,
     .doc = "Reason that the agent is told."},
};
EVENT(
    terminal_stop_repeated,
    EVT_TERMINAL_STOP_REPEATED,
    "terminal.stop_repeated",
    "The agent runs a shell that was to end, and is told again to stop it.");

static const struct field terminal_closed_fields[] = {
    {SESSION(terminal_closed)},
    {NODE(terminal_closed, 2)},
    {END(terminal_closed, 3)},
    {TEXT(terminal_closed, reason), .tag = 4, .flags = REQUIRED, .max = 1000,
     .doc = "Reason why it ended, in words."},
    {INT64(terminal_closed, exit_code), .tag = 5, .min = INT64_MIN,
     .doc = "Exit code of the shell; absent where it is not known."},
    {SAID_AT(terminal_closed, 6)},
    {ALTERED(terminal_closed, 7)},
};
EVENT(terminal_closed, EVT_TERMINAL_CLOSED, "terminal.closed", "A terminal session ended.");

static const struct field terminal_failed_fields[] = {
    {SESSION(terminal_failed)},
    {NODE(terminal_failed, 2)},
    {END(terminal_failed, 3)},
    {TEXT(terminal_failed, reason), .tag = 4, .flags = REQUIRED, .max = 1000,
     .doc = "What failed, in words."},
    {SAID_AT(terminal_failed, 5)},
    {ALTERED(terminal_failed, 6)},
};
EVENT(terminal_failed, EVT_TERMINAL_FAILED, "terminal.failed", "A terminal session failed.");

static const struct field terminal_transcript_expired_fields[] = {
    {SESSION(terminal_transcript_expired)},
};
EVENT(
    terminal_transcript_expired,
    EVT_TERMINAL_TRANSCRIPT_EXPIRED,
    "terminal.transcript_expired",
    "The transcript of a terminal session is shown no more, and will be dropped.");

static const struct field terminal_transcript_dropped_fields[] = {
    {SESSION(terminal_transcript_dropped)},
    {TEXT(terminal_transcript_dropped, rule), .tag = 2, .flags = REQUIRED, .max = 120,
     .doc = "Setting that says how long bodies are kept."},
    {LIST_OF(terminal_transcript_dropped, positions, KIND_INT64), .tag = 3, .flags = REQUIRED,
     .max = 1000, .doc = "Positions of the events whose bodies are dropped, newest first."},
    {INT64(terminal_transcript_dropped, next_size), .tag = 4, .flags = REQUIRED,
     .doc = "Ledger size at which the next chunk to be dropped was recorded; 0 for none."},
};
static struct list dropped_positions(const void *event)
{
    return ((const struct terminal_transcript_dropped *)event)->positions;
}
static const struct event_type *const recorded_types[] = {&terminal_recorded_event, NULL};
EVENT_WITH(
    terminal_transcript_dropped,
    EVT_TERMINAL_TRANSCRIPT_DROPPED,
    "terminal.transcript_dropped",
    "Bytes of the transcript of a terminal session were dropped.",
    SHAPE(
        terminal_transcript_dropped, "Bytes of the transcript of a terminal session were dropped."),
    .schema = 1,
    .drops = recorded_types,
    .dropped = dropped_positions);

static const struct field terminal_transcript_withheld_fields[] = {
    {SESSION(terminal_transcript_withheld)},
    {UUID(terminal_transcript_withheld, hold_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the hold that is over it."},
    {TEXT(terminal_transcript_withheld, rule), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Rule that the setting gave way to: hold."},
};
EVENT(
    terminal_transcript_withheld,
    EVT_TERMINAL_TRANSCRIPT_WITHHELD,
    "terminal.transcript_withheld",
    "The bytes that are left of a transcript are not dropped, because a legal hold is over it.");

const struct event_type *const terminal_event_types[] = {
    &terminal_created_event,
    &terminal_opened_event,
    &terminal_resized_event,
    &terminal_recorded_event,
    &terminal_counted_event,
    &terminal_controller_attached_event,
    &terminal_controller_detached_event,
    &terminal_control_taken_event,
    &terminal_watcher_joined_event,
    &terminal_watcher_left_event,
    &terminal_termination_requested_event,
    &terminal_stop_repeated_event,
    &terminal_closed_event,
    &terminal_failed_event,
    &terminal_transcript_expired_event,
    &terminal_transcript_dropped_event,
    &terminal_transcript_withheld_event,
    NULL,
};
