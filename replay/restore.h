/*
 * `fleetledger restore`: a home again, from a backup.
 *
 *   store ─► all of it checked (backup_check.h) ─► <home>.restoring: ledger, keys, checkpoints
 *         ─► held against the newest checkpoints known ─► log_restored ─► synced, renamed to <home>
 *
 * Never half and never over anything: the home is missing or empty before, and whole after. Bodies that were
 * dropped and keys that were destroyed, at any time that the backup knows of, do not come back. What was signed is put
 * back with it, so that the server signs nothing that contradicts it (eventlog/signer.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_RESTORE_H
#define REPLAY_RESTORE_H

#include "core/shape/shape.h"
#include "projections/data_dir.h"

struct object_store_settings;

/* The flags of the command. */
struct restore_options {
    struct text from;
    struct text keys_from;
    struct text home; /* absent: that of the settings */
    struct text to;   /* position or time; absent: all */
    struct text decrypt_with;
    struct text secret_key;
    struct text checkpoint; /* file, or address of a server */
    struct text ca_file;
    struct opt_bool json;
};
extern const struct shape restore_options_shape;

/* Records on the ledger of a home what log_restored_event says, `json` being that event: the home is on no server yet. */
typedef enum status restore_recorder(
    const struct data_dir_settings *home,
    struct text json,
    struct arena *arena,
    struct error *error);

/* `objects` as of backup_store.h. Gives an exit code. Main thread, no other threads. */
MUST_USE int restore_run(
    const struct data_dir_settings *settings,
    const struct restore_options *options,
    const struct object_store_settings *objects,
    restore_recorder *record);

#endif
