/*
 * A private PostgreSQL: a cluster below a directory of the caller's, which is initialised, started,
 * supervised and stopped here, and is reachable by a Unix socket only.
 *
 *   <home>/postgres/           mode 0700, owned by the server's user; the socket lies here
 *     data/                    made by initdb as data.new-…, renamed when complete
 *     server.log
 *
 * Started from the main thread: the parent-death signal follows the thread that forks. As root the
 * server runs as the unprivileged user "postgres" (else "nobody").
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CLUSTER_CLUSTER_H
#define CORE_CLUSTER_CLUSTER_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <stdbool.h>

struct cluster;

struct cluster_settings {
    const char *home; /* absolute */
    const char *name; /* of the database and of its owner: lower-case letters, digits, '_' */
    /* Ends of sentences for whoever reads that it does not start. */
    const char *alternative; /* "… install PostgreSQL, or <name a running one by DATABASE_URL>" */
    const char *loss;        /* "… remove it (<what is lost with the data>)" */
    bool is_disposable;      /* nothing is synced: a loss of power would spoil the data */
};

/* Could the server live below this directory? Not when we are root and a directory above it, such
 * as /root, keeps the server's unprivileged user out. What does not exist yet is no obstacle.
 * `home` is absolute. */
bool cluster_can_live_in(const char *home);

/* Makes `<home>/postgres` when missing (initdb, UTF-8, C locale, synced, shared_buffers 64 MB,
 * local trust on a socket in a directory of mode 0700), opens a closed home of ours for the
 * server's group (mode 0710) where it must, ends what a killed run left behind, starts the
 * server, waits until it answers (at most 60 s), and makes the database when missing.
 * Data that were there and with which the server ends, or says that they are damaged, are set aside,
 * and new ones made.
 * STATUS_UNAVAILABLE with a sentence and the remedy when PostgreSQL is not installed, the home is
 * unreachable for the unprivileged user, or the server does not come up (with the last lines of
 * its log). The settings are borrowed for the call. */
MUST_USE enum status
cluster_start(const struct cluster_settings *settings, struct cluster **out, struct error *error);

/* The name, beside the data, under which data were set aside that kept the server from starting; ""
 * for none. Changes when that happens again. */
const char *cluster_set_aside(const struct cluster *cluster);

/* How long making the new data took, from the stop of the old server until the new one answered; 0
 * where none were made. */
int64_t cluster_made_anew_ms(const struct cluster *cluster);

/* Sets the data aside (core/base/set_aside.h) and makes new ones; where that fails the old ones come
 * back. The conninfo stays, all connections end. Main thread; at most as long as initdb and a start. */
MUST_USE enum status cluster_make_anew(struct cluster *cluster, struct error *error);

/* Conninfo of the database. Borrowed. */
const char *cluster_conninfo(const struct cluster *cluster);

/* Conninfo of the cluster that another process of ours has running below this home, in the arena.
 * STATUS_UNAVAILABLE when none runs there, or when its directory is closed to us. */
MUST_USE enum status cluster_join(
    const struct cluster_settings *settings,
    struct arena *arena,
    struct text *out_conninfo,
    struct error *error);

/* Call about once a second from the main thread: starts the server again when it died, and with new
 * data when it died soon after a start four times in a row. True when it had to. */
bool cluster_supervise(struct cluster *cluster);

/* Fast shutdown, waits up to 10 s, then immediate, 5 s, then it is killed. Accepts NULL. */
void cluster_stop(struct cluster *cluster);

#endif
