/*
 * `fleetledger drill`: would the backup do? It is restored elsewhere, as after a loss, and what comes of it is held
 * against what there is.
 *
 *   store ──restore──► <home>/drill/home ──verify──► its ledger, keys, write model, index
 *                            │ fold                              served home
 *                            ▼                                       │ fold, to the same position
 *                        set_drill_restored ◄── every row ──► set_drill_kept
 *                            └──► platform.drill_recorded: what would have been lost, how long it took, what differs
 *
 * The restored home takes no writes and is removed again. Rows are compared in the PostgreSQL of the served home.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_DRILL_H
#define REPLAY_DRILL_H

#include "replay/restore.h"

/* The flags of the command. */
struct drill_options {
    struct text from;
    struct text keys_from;
    struct text decrypt_with;
    struct text secret_key;
    struct text directory;
    struct opt_bool json;
};
extern const struct shape drill_options_shape;

/* Both get an event as JSON: that of the restore for the restored home, that of the drill for the served one. */
struct drill_recorders {
    restore_recorder *restored;
    restore_recorder *drilled;
};

/* `objects` as of backup_store.h. Gives an exit code: EXIT_DIFFERS where something does not hold. Main thread, no
 * other threads. */
MUST_USE int drill_run(
    const struct data_dir_settings *settings,
    const struct drill_options *options,
    const struct object_store_settings *objects,
    const struct drill_recorders *recorders);

#endif
