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

struct store_txn {
    MDB_txn *txn;
    struct store_env *env;
    bool is_writing;
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
