/*
 * Sessions over long polls: what the peer is told are answers to its GETs, what it says are bodies of its
 * POSTs, several packets being separated by 0x1e.
 *
 *   any loop:            poll ── sid names the loop ──► [session's loop] ── what is queued ──► answer
 *   the session's loop:  session ─► queue ─► the GET that waits
 *
 * A poll is a call that waits, lent to the session's loop until that answers it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_POLLING_H
#define API_SOCKET_POLLING_H

#include "api/socket/session.h"

/* A handshake: the session lives on the call's loop, and its first packet is the answer. */
void polling_open(struct call *call, const struct session_handler *handler);

/* A later GET or POST of the session, on whatever loop it came. */
void polling_take(struct call *call, struct text id);

/* The server drains: closes the sessions of a loop. The loop. */
void polling_close_all(struct loop_context *loop);
/* After the loop has ended: what is left of them. */
void polling_free_all(struct loop_context *loop);

#endif
