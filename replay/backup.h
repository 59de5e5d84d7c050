/*
 * `fleetledger backup`: everything that a home cannot make again, into a store elsewhere, while a server goes on.
 *
 *   checkpoints.mdb ──newest──► how far │ ledger.mdb ──ranges──► store   keys.mdb ──► store of keys
 *                                       └──────────────► manifest ◄──────────┘
 *
 * The first backup of a chain is whole, the next ones hold what is new; each leads to a signed checkpoint. One
 * that was killed is gone on with. Secrets of the configuration (SECRETS_ENCRYPTION_KEY, secret.key) are never in
 * one: without them its keys open nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_H
#define REPLAY_BACKUP_H

#include "core/shape/shape.h"
#include "projections/data_dir.h"

struct object_store_settings;

/* The flags of the command. */
struct backup_options {
    struct text to;
    struct text keys_to;
    struct opt_bool full;
    int64_t full_days;
    struct text encrypt_to;
    int64_t keep_full;
    int64_t keep_days;
    int64_t keep_keys_days;
    struct opt_bool json;
};
extern const struct shape backup_options_shape;

/* Reads the home, stopped or beside a server; needs none of its keys. `objects` as of backup_store.h. Gives an exit code. Main thread, no other
 * threads. */
MUST_USE int backup_run(
    const struct data_dir_settings *settings,
    const struct backup_options *options,
    const struct object_store_settings *objects);

#endif
