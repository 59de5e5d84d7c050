/*
 * Where backups lie, as an operator names it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_STORE_H
#define REPLAY_BACKUP_STORE_H

#include "core/files/file_store.h"

/* A directory, by its path. STATUS_INVALID: it is named in another way. Given to the caller. */
MUST_USE enum status backup_store_open(
    struct text place, enum file_store_use use, struct file_store **out, struct error *error);

#endif
