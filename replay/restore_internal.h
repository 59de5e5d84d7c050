/*
 * The steps of a restore, in their order.
 *
 *   restore.c ─► restore_home.c: a place aside ─► restore_ledger.c: keys, ledger ─► restore_signed.c: what was signed
 *             ─► log_restored ─► restore_home.c: into its place
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_RESTORE_INTERNAL_H
#define REPLAY_RESTORE_INTERNAL_H

#include "core/base/failpoint.h"
#include "eventlog/events/platform_events.h"
#include "replay/backup_check.h"
#include "replay/progress_bar.h"
#include "replay/restore.h"
#include "replay/stopping.h"

enum { RESTORE_MOST_ANCHORS = 4 };

struct ledger;

struct restore {
    const struct restore_options *options;
    const struct object_store_settings *objects;
    const struct data_dir_settings *settings;
    restore_recorder *record;
    struct arena *arena;
    const char *home;  /* without a slash at its end */
    const char *aside; /* "<home>.restoring" */
    int aside_at;      /* descriptor of it, which holds the lock; -1: not there */
    struct backup_source source;
    struct backup_manifest manifest;
    struct backup_goal goal;
    struct backup_facts facts;
    struct text backup; /* name of the manifest */
    struct stopping stopping;
    struct progress_bar progress;
    struct restore_anchor anchors[RESTORE_MOST_ANCHORS];
    size_t anchor_count;
    int64_t *dropped; /* positions of bodies that are dropped anew */
    size_t dropped_count;
    size_t dropped_room;
    bool is_contradicted; /* a checkpoint is known that the ledger does not continue */
};

/* A failure of the system, by errno. */
enum status restore_system_error(struct error *error, const char *path, const char *what);

/* The home must be missing or empty. */
MUST_USE enum status restore_expect_unused(const struct restore *restore, struct error *error);

/* Makes the place aside, emptied of what a killed restore has left there, and locks it. */
MUST_USE enum status restore_begin(struct restore *restore, struct error *error);

/* Syncs what is aside, and renames it to the home. */
MUST_USE enum status restore_put_in_place(struct restore *restore, struct error *error);

/* Takes away what is still aside, where it was not put in place. */
void restore_end(struct restore *restore, bool is_done);

/* Puts the keys aside, and sees whether the operator's secret opens them. */
MUST_USE enum status restore_put_keys(struct restore *restore, struct error *error);
MUST_USE enum status
restore_open_keys(struct restore *restore, struct keyring **out, struct error *error);

/* Puts ledger and checkpoints aside. */
MUST_USE enum status restore_put_ledger(struct restore *restore, struct error *error);

/* Holds the ledger against what was signed of it: the newest checkpoint of the backup, and that which is known
 * elsewhere. */
MUST_USE enum status
restore_hold_against(struct restore *restore, struct ledger *log, struct error *error);

#endif
