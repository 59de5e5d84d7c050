/*
 * Routes of terminal sessions. Watching and taking over begin with a token for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/terminal/terminal_recording.h"
#include "api/terminal/terminal_resources.h"
#include "api/terminal/terminal_token.h"
#include "commands/terminal/terminal_commands.h"

#define FOR_ADMINS   .tag = "terminal", .who = WHO_WORKSPACE_ADMIN
#define SESSION_PATH "/workspaces/:workspaceId/terminal-sessions/:sessionId"

const struct route terminal_routes[] = {
    {FOR_ADMINS, .method = "POST",
     .path = "/workspaces/:workspaceId/nodes/:nodeId/terminal-sessions",
     .doc = "Creates a terminal session on a node; the answer has a token to connect to it with.",
     .status = 201, .command = &create_terminal_command, .shows = &terminal_session_resource,
     .render = terminal_answer_created, .reply.shape = &terminal_created_view_shape},
    {FOR_ADMINS, .method = "GET",
     .path = "/workspaces/:workspaceId/nodes/:nodeId/terminal-sessions",
     .doc = "Lists the terminal sessions of a node, newest first.", .status = 200,
     .lists = &node_terminal_resource},
    {FOR_ADMINS, .method = "GET", .path = SESSION_PATH,
     .doc = "Reads a terminal session; a live one only for those who take part in it.",
     .status = 200, .reads = &terminal_session_resource},
    {FOR_ADMINS, .method = "POST", .path = SESSION_PATH "/connect-token",
     .doc =
         "Makes a token to connect to a live terminal session with: to control it, to watch, or to "
         "take it over.",
     .status = 201, .command = &query_terminal_admission_command, .render = terminal_answer_token,
     .reply.shape = &terminal_token_view_shape},
    {FOR_ADMINS, .method = "GET", .path = SESSION_PATH "/chunks",
     .doc = "Reads the transcript of a terminal session, oldest chunk first.", .status = 200,
     .lists = &terminal_chunk_resource},
    {FOR_ADMINS, .method = "GET", .path = SESSION_PATH "/recording",
     .doc = "Reads the recording of a terminal session for players, as asciicast v2.",
     .status = 200, .handle = terminal_recording_handle,
     .input_shape = &terminal_recording_of_shape, .reply.media_type = TERMINAL_RECORDING_TYPE},
    {FOR_ADMINS, .method = "POST", .path = SESSION_PATH "/terminate",
     .doc = "Ends a terminal session.", .status = 201, .command = &terminate_terminal_command,
     .shows = &terminal_session_resource},
    {.method = NULL},
};
