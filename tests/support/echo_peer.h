/*
 * An echo server and one peer of it, for suites that talk to a server over a connection. Each test has them
 * anew: what the suite sets up and tears down stands here, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_ECHO_PEER_H
#define TESTS_SUPPORT_ECHO_PEER_H

#include "core/base/buf.h"
#include "tests/support/echo.h"

extern struct echo *echo; /* NULL: not yet */
extern int peer;          /* -1: none */
extern struct buf got;    /* what the peer received last */

/* Set up, and tear down. */
void echo_peer_init(void);
void echo_peer_free(void);

/* Starts the server, with its own settings or so that nothing times out, and connects the peer. */
void given_server(const struct http_settings *settings);
void given_patient_server(void);

/* Is this in what was received? */
bool has(const char *part);

#endif
