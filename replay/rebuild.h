/*
 * Building a set up to the head of the ledger, in front of somebody who watches and may interrupt:
 * what replay and prepare share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_REBUILD_H
#define REPLAY_REBUILD_H

#include "projections/build.h"
#include "replay/home.h"
#include "replay/stopping.h"

/* A home and one connection to its database. */
struct rebuild {
    struct arena *arena;
    struct home home;
    struct db *db;
    struct stopping stopping;
    struct build *build;
};

/* Opens home, connection and registry; from here on signals wait. */
MUST_USE enum status
rebuild_open(struct rebuild *rebuild, const struct home_settings *settings, struct error *error);
void rebuild_close(struct rebuild *rebuild);

/* Opens the set and says where it begins; builds it to the head, which may move on meanwhile; makes
 * its indexes. STATUS_TIMED_OUT (code "stopped") when it was interrupted. */
MUST_USE enum status rebuild_set(struct rebuild *rebuild, const char *schema, struct error *error);

/* Says how it ended, on standard error when it failed; gives the exit code. */
int rebuild_conclude(const char *name, enum status status, const struct error *error);

#endif
