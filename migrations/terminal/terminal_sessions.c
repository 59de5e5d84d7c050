/*
 * Terminal sessions: shells that people used, or use, through agents.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/terminal/terminal_sessions.h"

#include "eventlog/events/terminal_events.h"

static const struct field terminal_session_row_fields[] = {
    {UUID(terminal_session_row, id), .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(terminal_session_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the session belongs to."},
    {UUID(terminal_session_row, node_id), .flags = REQUIRED, .doc = "Node that the shell runs on."},
    {UUID(terminal_session_row, created_by_user_id), .doc = "Person who created the session."},
    {TEXT(terminal_session_row, created_by_email_snapshot),
     .doc = "Email address of that person at the time."},
    {ENUM(terminal_session_row, status, terminal_status_names), .flags = REQUIRED,
     .doc = "Status of the session."},
    {TIMESTAMP(terminal_session_row, opened_at), .doc = "Time the shell was opened."},
    {TIMESTAMP(terminal_session_row, closed_at), .doc = "Time the session ended."},
    {TEXT(terminal_session_row, closed_reason), .doc = "Reason why it ended, or is to end."},
    {INT64(terminal_session_row, exit_code), .doc = "Exit code of the shell."},
    {INT64(terminal_session_row, cols), .flags = REQUIRED, .doc = "Width in columns."},
    {INT64(terminal_session_row, rows), .flags = REQUIRED, .doc = "Height in rows."},
    {BOOL(terminal_session_row, run_as_root), .flags = REQUIRED,
     .doc = "Whether the shell runs as root."},
    {TIMESTAMP(terminal_session_row, retention_expires_at), .flags = REQUIRED,
     .doc = "Time until which the transcript is kept."},
    {INT64(terminal_session_row, chunk_count), .flags = REQUIRED,
     .doc = "Number of chunks of the transcript."},
    {INT64(terminal_session_row, last_chunk_seq), .flags = REQUIRED,
     .doc = "Number of the newest chunk."},
    {UUID(terminal_session_row, controller_user_id), .doc = "Person who is in control of it."},
    {LIST_OF(terminal_session_row, watcher_user_ids, KIND_UUID), .flags = REQUIRED,
     .doc = "People who watch it, once for each connection."},
    {TIMESTAMP(terminal_session_row, created_at), .flags = REQUIRED,
     .doc = "Time the session was created."},
    {TIMESTAMP(terminal_session_row, updated_at), .flags = REQUIRED,
     .doc = "Time of the last change."},
    {INT64(terminal_session_row, transcript_size), .flags = REQUIRED | HIDDEN,
     .doc = "Number of bytes of the transcript."},
    {BOOL(terminal_session_row, is_expired), .flags = REQUIRED | HIDDEN,
     .doc = "Whether the time of the transcript is over."},
    {LIST_OF(terminal_session_row, watcher_ids, KIND_UUID), .flags = REQUIRED | HIDDEN,
     .doc = "Attachments of those who watch it."},
    {INT64(terminal_session_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape terminal_session_row_shape = SHAPE(terminal_session_row, "A terminal session.");

static const struct table_index indexes[] = {
    {.columns = "node_id, created_at, id"},
    {.columns = "workspace_id, created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "created_by_user_id", .blanks = "created_by_email_snapshot"},
    {.of = NULL},
};

const struct table terminal_sessions_table = {
    .name = "terminal_sessions",
    .area = "terminal",
    .shape = &terminal_session_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
