/*
 * The socket layer alone: a server that sends each message back, on a thread of this process, and nothing
 * else. What is measured through the whole server stands beside it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_BARE_SOCKETS_H
#define TESTS_BENCH_BARE_SOCKETS_H

#include "core/base/error.h"

/* Its WebSockets have this path. */
#define BARE_SOCKETS_PATH "/socket"

struct bare_sockets;

/* On any free port. bare_sockets_stop() in any case. */
MUST_USE enum status
bare_sockets_start(struct bare_sockets **out, int *out_port, struct error *error);
void bare_sockets_stop(struct bare_sockets *sockets); /* accepts NULL */

/* Processor time of its thread so far, µs. */
MUST_USE enum status bare_sockets_us(double *out, struct error *error);

#endif
