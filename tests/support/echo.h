/*
 * An HTTP server for tests of core/http, whose paths name what it does:
 *
 *   /echo      answers method, target, peer and body        /later     the same, one turn later
 *   /park      waits until echo_answer_parked()             /late      asks for its peer's end late
 *   /status/N  answers with status N and a body             /headers   tries to smuggle headers
 *   /lasting   answers ECHO_LASTING_BYTES that outlive it
 *   /text/N    answers N bytes that may be compressed
 *
 *   /admit     lets the body in one turn later          /refuse    answers 403 before the body
 *
 *   /socket    a WebSocket that sends each message back, but for these texts:
 *              "close" says goodbye with 4000, "drop" ends without a word, "flood N" sends N
 *              messages of 64 KiB, "pause" takes no further message, "pause and close" neither
 *              and says goodbye
 *   /socket/impatient
 *              the same, with patience for one second
 *   /socket/large
 *              the same, for messages of up to 16 MiB
 *
 * A body may have 1 KiB, below /echo/large and /admit 8 MiB.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_ECHO_H
#define TESTS_SUPPORT_ECHO_H

#include "core/http/http.h"

#include <stddef.h>

enum { ECHO_MOST_LOOPS = 4, ECHO_LASTING_BYTES = 16 << 20 };

struct echo;

/* Settings with which nothing times out in a test. */
struct http_settings echo_settings(void);

/* Starts a server on threads of its own. NULL with an error when it cannot listen. */
struct echo *
echo_start(const struct http_settings *settings, size_t loop_count, struct error *error);
void echo_stop(struct echo *echo); /* accepts NULL */

struct http_server *echo_server(struct echo *echo);
int echo_port(struct echo *echo);

/* Waits until a request was parked, or a parked one abandoned; false after ten seconds. */
bool echo_wait_parked(struct echo *echo);
bool echo_wait_abandoned(struct echo *echo);

/* Answers every parked request; those abandoned get 499. */
void echo_answer_parked(struct echo *echo);

/* Waits until a WebSocket, or a stream, has ended: its close code (of a stream 0), or -1 after ten
 * seconds. */
int echo_wait_socket_ended(struct echo *echo);

/* How many exchanges have ended. */
size_t echo_ended(struct echo *echo);

/* How many requests a loop has had. */
size_t echo_requests(struct echo *echo, size_t loop);

#endif
