/*
 * The rows of a small file of the home, taken along as they are and put into a new one: a backup of keys needs no
 * key.
 *
 *   keys.mdb, checkpoints.mdb ──home_rows_copy──► key, value, key, value … ──home_rows_put──► a new file
 *
 * A row is  key size u32be ‖ key ‖ value size u32be ‖ value, in the order of keys. One thread, in a process that
 * does not have the file open otherwise.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_HOME_ROWS_H
#define EVENTLOG_HOME_ROWS_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

enum home_file { HOME_KEYS, HOME_CHECKPOINTS };

/* Where a copy goes on: zeroed, it begins. */
struct home_rows_place {
    uint8_t key[511];
    size_t size; /* of the last key that was copied */
    bool is_all; /* nothing follows it */
};

/* Appends the rows that follow, as one moment had them, until there are `budget_bytes`. STATUS_UNAVAILABLE where
 * there is no such file. */
MUST_USE enum status home_rows_copy(
    const char *home,
    enum home_file file,
    size_t budget_bytes,
    struct home_rows_place *place,
    struct buf *out,
    struct error *error);

/* Whose value is left out when rows are put back; NULL: of none. */
struct home_rows_filter {
    bool (*is_emptied)(struct bytes key, void *context);
    void *context;
};

/* Puts rows into a file, made where it is missing, in one synced commit. STATUS_CORRUPT: they are none. */
MUST_USE enum status home_rows_put(
    const char *home,
    enum home_file file,
    struct bytes rows,
    const struct home_rows_filter *filter,
    struct error *error);

#endif
