/*
 * Between the keyring (who has which key) and the boxes (what is done with it).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_KEYRING_INTERNAL_H
#define EVENTLOG_KEYRING_INTERNAL_H

#include "core/base/map.h"
#include "eventlog/seal.h"
#include "eventlog/store/env.h"

enum {
    KEY_NAME_SIZE = 20,
    WRAPPED_TAG = AEAD_NONCE_SIZE,
    WRAPPED_KEY = WRAPPED_TAG + AEAD_TAG_SIZE,
    WRAPPED_SIZE = WRAPPED_KEY + AEAD_KEY_SIZE,
    OWN_KEYS = KEY_JWT + 1
};

struct data_key;

struct keyring {
    struct store_env *env;
    struct store_table table;
    bool is_read_only;
    uint8_t secret[AEAD_KEY_SIZE];
    uint8_t own[OWN_KEYS][AEAD_KEY_SIZE]; /* by enum installation_key; fixed once opened */
    struct mac *macs[DIGEST_KINDS];       /* of keyed digests; fixed once opened */

    struct aead_sealer *sealer; /* the writer's */

    /* The writer's: newest key of subjects that it sealed for, and which of them to store. */
    struct map *cached; /* subject → struct data_key, owned */
    struct data_key **unstored;
    size_t unstored_count;
    size_t unstored_capacity;
};

/* One version of a subject's key. */
struct data_key {
    struct uuid subject;
    uint32_t version; /* from 1 */
    uint8_t bytes[AEAD_KEY_SIZE];
};

/* A key's name in the table: subject 16 ‖ version u32be. */
struct key_name {
    uint8_t bytes[KEY_NAME_SIZE];
};
struct key_name key_name_of(struct uuid subject, uint32_t version);
struct bytes key_name_bytes(const struct key_name *name);

/* Stores a key, wrapped. */
MUST_USE enum status keyring_put(
    struct keyring *keyring,
    struct store_txn *txn,
    const struct data_key *key,
    struct error *error);

/* Wipes what the writer remembers, unstored keys too. */
void keyring_forget_cached(struct keyring *keyring);

/* The key under which a subject's fields are sealed today; made when there is none, or when the
 * newest was destroyed. Writer thread. */
MUST_USE enum status keyring_key_for_sealing(
    struct keyring *keyring, struct uuid subject, struct data_key *out, struct error *error);

/* A reading transaction on the keys. Any thread. */
MUST_USE enum status
keyring_begin(struct keyring *keyring, struct store_txn **out, struct error *error);

/* The key that `out` names by subject and version. STATUS_NOT_FOUND (the error is left alone) when
 * it was destroyed. */
MUST_USE enum status keyring_find(
    struct keyring *keyring, struct store_txn *txn, struct data_key *out, struct error *error);

/* The secret of an installation: SHA-256 of `secret` when given, else of <home>/secret.key, which
 * is made first when `may_create`. STATUS_INVALID when there is none, STATUS_UNAVAILABLE when the
 * file cannot be read or written. */
MUST_USE enum status secret_load(
    const char *home, struct text secret, bool may_create, uint8_t out[32], struct error *error);

#endif
