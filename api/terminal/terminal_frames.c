/*
 * What screens are told of their session, as its GET shows it by then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "api/terminal/terminal_resources.h"
#include "eventlog/events/terminal_events.h"

struct shown_session {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid created_by_user_id;
    struct text created_by_email_snapshot;
    struct enum_value status;
    struct timestamp opened_at;
    struct timestamp closed_at;
    struct text closed_reason;
    int64_t exit_code;
    int64_t cols;
    int64_t rows;
    struct timestamp retention_expires_at;
    struct uuid controller_user_id;
    struct list watcher_user_ids;
    struct timestamp created_at;
    struct timestamp updated_at;
};
static const struct field shown_session_fields[] = {
    {UUID(shown_session, id), .flags = REQUIRED, .doc = "Id of the session."},
    {UUID(shown_session, workspace_id), .flags = REQUIRED, .doc = "Id of the workspace."},
    {UUID(shown_session, node_id), .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(shown_session, created_by_user_id), .doc = "Id of the person who created it."},
    {TEXT(shown_session, created_by_email_snapshot),
     .doc = "Email address of that person, as it was then."},
    {ENUM(shown_session, status, terminal_status_names), .flags = REQUIRED,
     .doc = "Status of the session."},
    {TIMESTAMP(shown_session, opened_at), .doc = "Time the shell was started."},
    {TIMESTAMP(shown_session, closed_at), .doc = "Time it ended."},
    {TEXT(shown_session, closed_reason), .doc = "Reason why it ended."},
    {INT64(shown_session, exit_code), .doc = "Exit code of the shell."},
    {INT64(shown_session, cols), .flags = REQUIRED, .doc = "Width in columns."},
    {INT64(shown_session, rows), .flags = REQUIRED, .doc = "Height in rows."},
    {TIMESTAMP(shown_session, retention_expires_at), .flags = REQUIRED,
     .doc = "Time until which the transcript is kept."},
    {UUID(shown_session, controller_user_id), .doc = "Id of the person in control."},
    {LIST_OF(shown_session, watcher_user_ids, KIND_UUID), .flags = REQUIRED,
     .doc = "Ids of the people who watch."},
    {TIMESTAMP(shown_session, created_at), .flags = REQUIRED, .doc = "Time it was created."},
    {TIMESTAMP(shown_session, updated_at), .flags = REQUIRED, .doc = "Time it last changed."},
};
static const struct shape shown_session_shape = SHAPE(shown_session, "A terminal session.");

struct session_news {
    struct uuid session_id;
    const struct shown_session *session;
    struct text message;
};
static const struct field session_news_fields[] = {
    {UUID(session_news, session_id), .flags = REQUIRED, .doc = "Id of the session."},
    {OBJECT(session_news, session, shown_session), .flags = OMIT_ABSENT,
     .doc = "Session as it is shown."},
    {TEXT(session_news, message), .flags = OMIT_ABSENT, .doc = "Reason why it failed."},
};
static const struct shape session_news_shape =
    SHAPE(session_news, "What a screen is told of its session.");

static void fill_session(const void *row, struct arena *arena, void *payload)
{
    const struct terminal_session_row *session = row;
    struct shown_session *shown = arena_one(arena, struct shown_session);
    struct session_news *news = payload;

    *shown = (struct shown_session){
        .id = session->id,
        .workspace_id = session->workspace_id,
        .node_id = session->node_id,
        .created_by_user_id = session->created_by_user_id,
        .created_by_email_snapshot = session->created_by_email_snapshot,
        .status = session->status,
        .opened_at = session->opened_at,
        .closed_at = session->closed_at,
        .closed_reason = session->closed_reason,
        .exit_code = session->exit_code,
        .cols = session->cols,
        .rows = session->rows,
        .retention_expires_at = session->retention_expires_at,
        .controller_user_id = session->controller_user_id,
        .watcher_user_ids = session->watcher_user_ids,
        .created_at = session->created_at,
        .updated_at = session->updated_at,
    };
    news->session_id = session->id;
    news->session = shown;
}

static void fill_failure(const void *row, struct arena *arena, void *payload)
{
    const struct terminal_session_row *session = row;
    struct session_news *news = payload;

    (void)arena;
    news->session_id = session->id;
    news->message = session->closed_reason;
}

#define TO_SCREEN                                                                                  \
    .resource = &terminal_session_resource, .shape = &session_news_shape, .node = "node_id",       \
    .namespace = "/terminal", .room = ROOM_TERMINAL

static const struct event_type *const changed[] = {
    &terminal_opened_event,
    &terminal_resized_event,
    &terminal_controller_attached_event,
    &terminal_controller_detached_event,
    &terminal_control_taken_event,
    &terminal_watcher_joined_event,
    &terminal_watcher_left_event,
    &terminal_termination_requested_event,
    &terminal_closed_event,
    &terminal_failed_event,
    NULL,
};
static const struct frame state_frame = {
    .name = "terminal.session.state",
    .doc = "The session has changed.",
    .after = changed,
    .fill = fill_session,
    TO_SCREEN};

static const struct event_type *const failed[] = {&terminal_failed_event, NULL};
static const struct frame error_frame = {
    .name = "terminal.error",
    .doc = "The session has failed.",
    .after = failed,
    .fill = fill_failure,
    TO_SCREEN};

static const struct event_type *const ended[] = {
    &terminal_closed_event, &terminal_failed_event, NULL};
static const struct frame closed_frame = {
    .name = "terminal.closed",
    .doc = "The session is over.",
    .after = ended,
    .fill = fill_session,
    TO_SCREEN};

const struct frame *const terminal_frames[] = {&state_frame, &error_frame, &closed_frame, NULL};
