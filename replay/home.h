/*
 * A home directory, opened for work: its ledger, its keys, and the PostgreSQL that belongs to it.
 *
 *   owner    takes the lock, starts the embedded PostgreSQL where none is set: the server, and
 *            sub-commands on a stopped home
 *   reader   beside a running server: reads the ledger, joins the server's PostgreSQL
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_HOME_H
#define REPLAY_HOME_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

struct cluster;
struct ledger;
struct keyring;

struct home_settings {
    const char *path;     /* absolute, or relative to the working directory */
    struct text conninfo; /* of the PostgreSQL to use; absent: the embedded one */
    struct text secret;   /* SECRETS_ENCRYPTION_KEY, or absent */
    bool needs_database;  /* false: the ledger alone */
    size_t reserve_bytes; /* free space to keep on the ledger's volume; 0: as ledger.h says */
};

struct home {
    const char *path;     /* absolute, in the arena */
    const char *conninfo; /* NULL without a database */
    bool is_owner;
    struct ledger *log;
    struct keyring *keyring;
    struct cluster *cluster; /* NULL: not ours to tend */
};

/* Opens as owner. STATUS_CONFLICT (code "home_in_use") when another process holds it. Main thread.
 */
MUST_USE enum status home_open(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error);

/* Opens as reader. STATUS_NOT_FOUND when there is no ledger. */
MUST_USE enum status home_open_beside(
    const struct home_settings *settings,
    struct arena *arena,
    struct home *out,
    struct error *error);

/* Closes what is open; a half-opened or closed home is fine. */
void home_close(struct home *home);

#endif
