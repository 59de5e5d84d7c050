/*
 * The data directory, opened for work: its ledger, its keys, and the PostgreSQL of its read models.
 * The server and all tools open it here; it stands with the projections because they are the first
 * to know both the ledger and the database.
 *
 *   owner    takes the lock, starts the embedded PostgreSQL where none is set: the server, and
 *            sub-commands on a stopped home
 *   reader   beside a running server: reads the ledger, joins the server's PostgreSQL
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_DATA_DIR_H
#define PROJECTIONS_DATA_DIR_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

struct cluster;
struct ledger;
struct keyring;

struct data_dir_settings {
    const char *path;          /* absolute, or relative to the working directory */
    struct text conninfo;      /* of the PostgreSQL to use; absent: the embedded one */
    struct text secret;        /* SECRETS_ENCRYPTION_KEY, or absent */
    struct text former_secret; /* SECRETS_ENCRYPTION_KEY_FORMER, or absent */
    size_t reserve_bytes;      /* free space to keep on the ledger's volume; 0: as ledger.h says */
    int server_ms; /* tools: how long to wait for what a server has; 0: as replay.h, verify.h, backup.c say */
};

struct data_dir {
    const char *path;     /* absolute, in the arena */
    const char *conninfo; /* of its database */
    bool is_owner;
    struct ledger *log;
    struct keyring *keyring;
    struct cluster *cluster; /* NULL: not ours to tend */
};

/* Opens as owner. STATUS_CONFLICT (code "home_in_use") when another process holds it. Main thread.
 */
MUST_USE enum status data_dir_open(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error);

/* Opens as reader. STATUS_NOT_FOUND when there is no ledger. */
MUST_USE enum status data_dir_open_beside(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error);

/* STATUS_NOT_FOUND (code "ledger_missing") when there is no ledger: nothing is made. */
MUST_USE enum status
data_dir_has_ledger(const struct data_dir_settings *settings, struct error *error);

/* For a tool: one with a ledger, as owner where nobody is, else as reader beside whoever holds it. Main
 * thread. */
MUST_USE enum status data_dir_open_either(
    const struct data_dir_settings *settings,
    struct arena *arena,
    struct data_dir *out,
    struct error *error);

/* Closes what is open; a half-opened or closed one is fine. */
void data_dir_close(struct data_dir *data_dir);

#endif
