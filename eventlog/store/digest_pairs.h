/*
 * The digest of a table: equal exactly when two tables hold the same pairs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_DIGEST_PAIRS_H
#define EVENTLOG_STORE_DIGEST_PAIRS_H

#include "core/crypto/crypto.h"
#include "eventlog/store/env.h"

/* Chains onto `*digest`: for every pair in order d = SHA-256(d ‖ key size u64be ‖ value size u64be
 * ‖ key ‖ value), then for the table's end d = SHA-256(d). */
MUST_USE enum status digest_pairs(
    struct store_txn *txn, struct store_table table, struct digest *digest, struct error *error);

#endif
