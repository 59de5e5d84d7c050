/*
 * The screens' namespace: a token opens it for one session and one way to attach, and everything done in
 * it is a command.
 *
 *   token ─► connect ─► terminal.attach ─► rooms of session and attachment ─► output, states
 *                          │
 *                          └ terminal.input, .resize, .terminate ─► commands
 *   the end of the socket ─► detach_terminal
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TERMINAL_TERMINAL_SOCKET_H
#define API_TERMINAL_TERMINAL_SOCKET_H

#include "api/call.h"

/* The row of "connect": the token's owner is still there. */
void terminal_screen_connect(struct call *call);

/* before_submit: the session is that of the token. */
bool terminal_screen_check(struct call *call, void *input);
bool terminal_screen_check_attach(struct call *call, void *input);

/* render: acknowledgements. */
extern const struct shape terminal_ack_shape;
void terminal_screen_attached(struct call *call, const void *answer);
void terminal_screen_typed(struct call *call, const void *answer);
void terminal_screen_resized(struct call *call, const void *answer);
void terminal_screen_terminated(struct call *call, const void *answer);

/* The same for what agents report. */
void terminal_acknowledge_chunk(struct call *call, const void *answer);
void terminal_acknowledge_status(struct call *call, const void *answer);

#endif
