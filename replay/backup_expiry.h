/*
 * Which backups are kept. A chain is kept or removed whole, and the newest one is always kept; of a chain the
 * newest two manifests, as each names all files of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_EXPIRY_H
#define REPLAY_BACKUP_EXPIRY_H

#include "replay/backup_manifest.h"
#include "replay/backup_store.h"

/* A chain is kept where one of both says so. */
struct backup_policy {
    int64_t keep_full;      /* so many of the newest chains; 0: says nothing */
    int64_t keep_days;      /* what is needed for any moment of so many days; 0: says nothing */
    int64_t keep_keys_days; /* age of keys that are removed, but for those of the newest backup */
};

/* After a backup: `newest` is its manifest. What was removed by half before is removed now. `*out_removed` counts
 * the chains. */
MUST_USE enum status backup_expire(
    const struct backup_stores *stores,
    const struct backup_policy *policy,
    const struct backup_manifest *newest,
    size_t *out_removed,
    struct error *error);

#endif
