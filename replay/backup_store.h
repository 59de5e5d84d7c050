/*
 * Where backups lie, as an operator names it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_STORE_H
#define REPLAY_BACKUP_STORE_H

#include "core/outbound/object_store.h"

/* A directory, by its path, or "s3://bucket/prefix" in the store that `objects` tells how to reach: its bucket and
 * prefix mean nothing here, and without an endpoint it is Amazon's in the region. NULL: there are only directories.
 * STATUS_INVALID: it is named in another way. Given to the caller. */
MUST_USE enum status backup_store_open(
    struct text place,
    enum file_store_use use,
    const struct object_store_settings *objects,
    struct file_store **out,
    struct error *error);

/* The stores of one backup. */
struct backup_stores {
    struct file_store *data;
    struct file_store *keys; /* may be the same */
};

/* `keys` may be absent, or the same place: then keys go with the rest. Opened or not, they are given:
 * backup_stores_close(). */
MUST_USE enum status backup_stores_open(
    struct text data,
    struct text keys,
    enum file_store_use use,
    const struct object_store_settings *objects,
    struct backup_stores *out,
    struct error *error);
void backup_stores_close(struct backup_stores *stores);

#endif
