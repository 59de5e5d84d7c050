/*
 * A backup under way, and its steps.
 *
 *   backup.c ─► backup_place.c: where it goes on ─► backup.c: ranges, checkpoints, keys, manifest
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_INTERNAL_H
#define REPLAY_BACKUP_INTERNAL_H

#include "core/base/buf.h"
#include "replay/backup.h"
#include "replay/backup_manifest.h"
#include "replay/backup_store.h"
#include "replay/progress_bar.h"
#include "replay/stopping.h"

struct envelope_recipient;
struct ledger;

/* What was done, for programs. */
struct backed_up {
    struct text manifest;
    int64_t number;
    int64_t size;
    int64_t signed_size;
    int64_t new_events;
    int64_t new_bytes;
    int64_t removed_chains;
    double seconds;
};
struct backup {
    const struct backup_options *options;
    const struct object_store_settings *objects;
    const char *home;
    int signed_within_ms;
    int home_lock;
    struct arena *arena;
    struct backup_stores stores;
    struct envelope_recipient *recipient; /* NULL: nothing is encrypted */
    struct ledger *log;
    struct stopping stopping;
    struct progress_bar progress;
    struct buf sealed;
    struct backup_manifest manifest; /* that is being made */
    struct list former_keys;         /* parts of the backup before it */
    struct backup_range *ranges;     /* of it, with room for more */
    size_t range_room;
    struct backed_up done;
};

/* The ledger, the stores and the options are there. Leaves chain, number and the ranges that need not be stored again in
 * the manifest. STATUS_CONFLICT, codes "backup_foreign" and "backup_ahead". */
MUST_USE enum status backup_find_place(struct backup *backup, struct error *error);

/* The next one of the ledger. */
void backup_add_range(struct backup *backup, const struct backup_range *range);

/* Of the ledger when it had that size, as manifests have it. */
MUST_USE enum status
backup_root(struct backup *backup, uint64_t size, struct text *out, struct error *error);

#endif
