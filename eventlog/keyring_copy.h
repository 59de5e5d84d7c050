/*
 * The rows of keys.mdb as they lie there, wrapped, for a follower that has the same key-encryption key by its
 * own settings: what its leader sealed opens there, too, and nothing in clear ever travels.
 *
 *   leader    keyring_own_rows, keyring_named_rows ─► key_rows
 *   follower  key_rows ─► keyring_begin_copy, once ─► keyring_add_rows, before the entries that need them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_KEYRING_COPY_H
#define EVENTLOG_KEYRING_COPY_H

#include "eventlog/seal.h"

enum { KEY_ROW_NAME_SIZE = 24, KEY_ROWS_MOST = 1000, KEY_ROWS_BYTES = 256 << 10 };

struct key_row {
    struct bytes name;
    struct bytes wrapped; /* absent: the key was destroyed */
};
struct key_rows {
    struct list rows; /* of struct key_row */
};
extern const struct shape key_rows_shape;

/* The name of the row of a person's key, and of a later seed of checkpoints. */
void keyring_row_name(struct uuid subject, const uint8_t key_id[8], uint8_t out[KEY_ROW_NAME_SIZE]);
void keyring_seed_name(const uint8_t verifier[32], uint8_t out[KEY_ROW_NAME_SIZE]);

/* The rows that every file has (salt, the installation's own keys) and those of later seeds. In the arena. Any
 * thread. */
MUST_USE enum status keyring_own_rows(
    struct keyring *keyring, struct arena *arena, struct key_rows *out, struct error *error);

/* Those of the names, joined; a name that has no row is left out. In the arena. Any thread. */
MUST_USE enum status keyring_named_rows(
    struct keyring *keyring,
    struct bytes names,
    struct arena *arena,
    struct key_rows *out,
    struct error *error);

/* Does the secret (as of keyring_open()) open each of another's own rows? STATUS_INVALID, code "wrong_secret",
 * when not. Nothing is written. */
MUST_USE enum status keyring_check_copy(
    const char *home, struct text secret, const struct key_rows *rows, struct error *error);

/* The same, and makes <home>/keys.mdb of them. */
MUST_USE enum status keyring_begin_copy(
    const char *home, struct text secret, const struct key_rows *rows, struct error *error);

/* Adds those that are not there; synced. Any thread. */
MUST_USE enum status
keyring_add_rows(struct keyring *keyring, const struct key_rows *rows, struct error *error);

#endif
