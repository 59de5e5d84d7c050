/*
 * Orders and questions about sessions that are open. Signing in (identity_commands.h) opens them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_SESSION_COMMANDS_H
#define COMMANDS_IDENTITY_SESSION_COMMANDS_H

#include "commands/command.h"

/* By a refresh token that is one of ours: api knows. Where another one has been given since, the session ends, and the answer
 * has none. */
struct refresh_session {
    struct uuid session_id;
    int64_t refresh; /* number of the token */
};
struct session_lookup {
    struct uuid user_id; /* absent: no such session is open */
    int64_t session_version;
    int64_t refresh; /* number of the token that is good now; absent: it has none */
    struct timestamp ends_at;
};
extern const struct command refresh_session_command;
extern const struct command query_session_command; /* question: whose is it? */

struct end_session {
    struct uuid user_id; /* absent: the caller */
    struct uuid session_id;
};
extern const struct command end_session_command;

/* Emits nothing where there is none to end. */
struct end_sessions {
    struct uuid user_id; /* absent: the caller */
    struct uuid kept_id;
};
extern const struct command end_sessions_command;

extern const struct command expire_session_command; /* of a timer */

#endif
