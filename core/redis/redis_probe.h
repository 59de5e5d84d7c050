/*
 * Trying whether a Redis answers, before it is relied on: connect, sign in, ping.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REDIS_REDIS_PROBE_H
#define CORE_REDIS_REDIS_PROBE_H

#include "core/base/error.h"
#include "core/base/text.h"

struct redis_place {
    const char *host; /* or the path of a socket, from / on */
    int port;
    struct text password; /* empty: none is told */
};

enum { REDIS_PROBE_S = 5 };

/* Blocks, for each step at most REDIS_PROBE_S seconds. STATUS_UNAVAILABLE says what was refused, and never the
 * password. Any thread. */
MUST_USE enum status redis_probe(const struct redis_place *place, struct error *error);

#endif
