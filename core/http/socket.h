/*
 * Listening sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_SOCKET_H
#define CORE_HTTP_SOCKET_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Fills `out` with `count` listening sockets for one address: TCP sockets of their own, among
 * which the kernel spreads connections, or one Unix socket shared ("unix:" and a path). With
 * `port` 0 the kernel chooses; `out_port` is the one in use (0 for Unix). */
MUST_USE enum status http_sockets_listen(
    const char *host, int port, int *out, size_t count, int *out_port, struct error *error);

/* The path of a Unix host, or NULL for others. Borrowed from `host`. */
const char *http_socket_path(const char *host);

/* An accepted socket as we want it: no delay, dead peers noticed. */
void http_socket_tune(int fd);

#endif
