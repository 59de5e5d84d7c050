/*
 * Other engines that append durably, as protocols of a load: what a log line would cost there.
 *
 *   redis     XADD to one stream, appendfsync always; a server of its own
 *   postgres  insert with a unique (stream, version), a stream a connection, synchronous_commit on;
 *             in the site's cluster
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_APPEND_PEERS_H
#define TESTS_BENCH_APPEND_PEERS_H

#include "tests/bench/load.h"
#include "tests/bench/place.h"

#include <sys/types.h>

struct redis_peer {
    pid_t server;
    int port;
    char version[16];
};

/* Starts Redis with its data in an empty directory. redis_peer_stop() in any case. */
MUST_USE enum status
redis_peer_start(struct redis_peer *peer, const struct place *home, struct error *error);
void redis_peer_stop(struct redis_peer *peer);

struct postgres_peer {
    const char *conninfo;
};

/* Makes the table, once in a cluster. */
MUST_USE enum status postgres_peer_prepare(const struct postgres_peer *peer, struct error *error);

/* Contexts of their loads are the peers. */
extern const struct load_protocol redis_protocol;
extern const struct load_protocol postgres_protocol;

#endif
