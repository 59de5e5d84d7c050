/*
 * What the files of the LMDB door share, and nobody else sees.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_ENV_INTERNAL_H
#define EVENTLOG_STORE_ENV_INTERNAL_H

#include "eventlog/store/env.h"

#include <lmdb.h>

struct store_env {
    MDB_env *env;
    const char *name;
    const struct store_fault_injection *fault_injection;
    bool is_read_only;
};

enum { STORE_NEAR_TABLES = 8 };

struct store_txn {
    MDB_txn *txn;
    struct store_env *env;
    bool is_writing;
    MDB_cursor
        *near[STORE_NEAR_TABLES]; /* by table, while nothing is written: where it was last read */
};

struct store_cursor {
    MDB_cursor *cursor;
    struct store_env *env;
};

/* LMDB's or the system's error as a status, with its text in `error`; MDB_NOTFOUND leaves the
 * error alone. */
enum status
store_error(const struct store_env *env, int rc, const char *doing, struct error *error);

#endif
