/*
 * A PostgreSQL server of a row's own, on a free port of the loopback: a primary, or a streaming replica
 * that pg_basebackup makes of one. With the settings that it comes with, and trust on the loopback.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_POSTGRES_SERVER_H
#define TESTS_BENCH_POSTGRES_SERVER_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "tests/bench/place.h"

#include <sys/types.h>

struct postgres_server {
    struct place place; /* its directory */
    pid_t process;
    int port;
    struct arena *arena; /* the caller's */
};

/* Both: at a place that is made, and started; postgres_server_stop() in any case. */
MUST_USE enum status postgres_server_begin(
    struct postgres_server *server,
    const struct place *place,
    const char *name,
    struct arena *arena,
    struct error *error);
MUST_USE enum status postgres_server_replicate(
    struct postgres_server *server,
    const struct postgres_server *primary,
    const char *name,
    struct error *error);

/* Ends it and removes its directory. */
void postgres_server_stop(struct postgres_server *server);

/* URL of a database, in the arena. */
const char *postgres_server_url(const struct postgres_server *server, const char *database);

#endif
