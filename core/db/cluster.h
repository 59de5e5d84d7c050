/*
 * The embedded PostgreSQL: a private cluster under the home directory that the program
 * initialises, starts, supervises and stops, reachable by a Unix socket only.
 *
 * Started from the main thread, before LMDB opens: the parent-death signal follows the thread
 * that forks. As root the server runs as the unprivileged user "postgres" (else "nobody").
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_DB_CLUSTER_H
#define CORE_DB_CLUSTER_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>

struct cluster;

/* Could the embedded server live below this directory? Not when we are root and a directory above
 * it, such as /root, keeps the server's unprivileged user out. What does not exist yet is no
 * obstacle. `home` is absolute. */
bool cluster_can_live_in(const char *home);

/* Makes `<home>/postgres` when missing (initdb, UTF-8, C locale, fsync on, shared_buffers 64 MB,
 * local trust on a socket in a directory of mode 0700), opens a closed home of ours for the
 * server's group (mode 0710) where it must, fast-stops what a killed run left behind, starts the
 * server, waits until it answers (at most 60 s). STATUS_UNAVAILABLE with a sentence and the remedy
 * when PostgreSQL is not installed, the home is unreachable for the unprivileged user, or the
 * server does not come up (with the last lines of its log). */
MUST_USE enum status cluster_start(const char *home, struct cluster **out, struct error *error);

/* Conninfo of the database "fleetledger" in it (created when missing). Borrowed. */
const char *cluster_conninfo(const struct cluster *cluster);

/* Conninfo of the cluster that another process of ours has running below this home, in the arena.
 * STATUS_UNAVAILABLE when none runs there, or when its directory is closed to us. */
MUST_USE enum status
cluster_join(const char *home, struct arena *arena, struct text *out_conninfo, struct error *error);

/* Call about once a second from the main thread: starts the server again when it died. True when
 * it had to. */
bool cluster_supervise(struct cluster *cluster);

/* Fast shutdown, waits up to 20 s, then immediate. Accepts NULL. */
void cluster_stop(struct cluster *cluster);

#endif
