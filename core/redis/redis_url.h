/*
 * URLs of Redis servers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REDIS_REDIS_URL_H
#define CORE_REDIS_REDIS_URL_H

#include "core/base/arena.h"
#include "core/base/text.h"

#include <stdbool.h>

enum { REDIS_PORT = 6379 };

struct redis_url {
    bool is_tls;
    const char *path; /* of a Unix socket; NULL: host and port */
    const char *host; /* of an IPv6 address without brackets */
    int port;
    struct text user;     /* absent: Redis's default user */
    struct text password; /* absent: none is told */
};

/* In the arena. False: it is none. */
bool redis_url_read(struct text url, struct arena *arena, struct redis_url *out);

#endif
