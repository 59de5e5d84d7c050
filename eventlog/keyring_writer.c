/*
 * The writer's side of the keyring: keys that are made while sealing, stored before the entries that
 * need them, and destroyed. What is remembered here is seen by no other thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

enum { CACHED_KEYS_MAX = 4096 };

static uint32_t version_of(struct bytes name)
{
    uint32_t version = 0;

    must(name.size == KEY_NAME_SIZE);
    for (int i = 16; i < KEY_NAME_SIZE; i++)
        version = version << 8 | name.data[i];
    return version;
}

/* The subject's next row after `*version`. STATUS_NOT_FOUND when that was its last. */
static enum status next_version(
    struct store_cursor *cursor,
    struct uuid subject,
    uint32_t *version,
    struct bytes *wrapped,
    struct error *error)
{
    struct key_name name = key_name_of(subject, *version + 1);
    struct bytes key = key_name_bytes(&name);
    enum status status = store_cursor_move(cursor, STORE_SEEK, &key, wrapped, error);

    if (status != STATUS_OK)
        return status;
    if (key.size != KEY_NAME_SIZE || memcmp(key.data, subject.bytes, sizeof(subject.bytes)) != 0)
        return STATUS_NOT_FOUND;
    *version = version_of(key);
    return STATUS_OK;
}

/* The newest version of a subject and whether it is there still; version 0: never had a key. */
static enum status newest_version(
    struct keyring *keyring,
    struct store_txn *txn,
    struct uuid subject,
    uint32_t *out,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes wrapped;
    uint32_t version = 0;
    enum status status = store_cursor_open(txn, keyring->table, &cursor, error);

    while (status == STATUS_OK)
        status = next_version(cursor, subject, &version, &wrapped, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = version;
    return STATUS_OK;
}

static void remember_unstored(struct keyring *keyring, struct data_key *key)
{
    if (keyring->unstored_count == keyring->unstored_capacity) {
        keyring->unstored_capacity = keyring->unstored_capacity * 2 + 16;
        keyring->unstored =
            heap_resize(keyring->unstored, keyring->unstored_capacity * sizeof(struct data_key *));
    }
    keyring->unstored[keyring->unstored_count++] = key;
}

static enum status
load_or_make(struct keyring *keyring, struct data_key *key, bool *out_is_made, struct error *error)
{
    AUTO_TXN txn = NULL;
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = newest_version(keyring, txn, key->subject, &key->version, error);
    if (status != STATUS_OK)
        return status;
    status = key->version == 0 ? STATUS_NOT_FOUND : keyring_find(keyring, txn, key, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    key->version++;
    random_fill(key->bytes, sizeof(key->bytes));
    *out_is_made = true;
    return STATUS_OK;
}

enum status keyring_key_for_sealing(
    struct keyring *keyring, struct uuid subject, struct data_key *out, struct error *error)
{
    struct data_key *cached = map_get(keyring->cached, subject);
    bool is_made = false;
    struct data_key key = {.subject = subject};
    enum status status;

    must(!keyring->is_read_only && uuid_is_present(subject));
    if (cached != NULL) {
        *out = *cached;
        return STATUS_OK;
    }
    status = load_or_make(keyring, &key, &is_made, error);
    if (status != STATUS_OK)
        return status;
    cached = heap_new(sizeof(*cached));
    *cached = key;
    must(map_put(keyring->cached, subject, cached) == NULL);
    if (is_made)
        remember_unstored(keyring, cached);
    *out = key;
    crypto_wipe(&key, sizeof(key));
    return STATUS_OK;
}

static enum status store_unstored(struct keyring *keyring, struct error *error)
{
    AUTO_TXN txn = NULL;
    enum status status = store_begin(keyring->env, true, &txn, error);

    for (size_t i = 0; i < keyring->unstored_count && status == STATUS_OK; i++)
        status = keyring_put(keyring, txn, keyring->unstored[i], error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

enum status keyring_commit(struct keyring *keyring, struct error *error)
{
    enum status status = STATUS_OK;

    if (keyring->unstored_count > 0)
        status = store_unstored(keyring, error);
    if (status != STATUS_OK || map_count(keyring->cached) > CACHED_KEYS_MAX)
        keyring_forget_cached(keyring);
    keyring->unstored_count = 0;
    return status;
}

/* Leaves an empty row for every version. */
static enum status
empty_rows(struct keyring *keyring, struct store_txn *txn, struct uuid subject, struct error *error)
{
    static const uint8_t nothing[1] = {0};
    AUTO_CURSOR cursor = NULL;
    uint32_t version = 0;
    struct bytes wrapped;
    enum status status = store_cursor_open(txn, keyring->table, &cursor, error);

    if (status == STATUS_OK)
        status = next_version(cursor, subject, &version, &wrapped, error);
    while (status == STATUS_OK) {
        struct key_name name = key_name_of(subject, version);
        status = store_put(
            txn, keyring->table, key_name_bytes(&name), (struct bytes){nothing, 0}, error);
        if (status == STATUS_OK)
            status = next_version(cursor, subject, &version, &wrapped, error);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status keyring_destroy(struct keyring *keyring, struct uuid subject, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct data_key *cached;
    enum status status;

    must(!keyring->is_read_only && uuid_is_present(subject));
    status = keyring_commit(keyring, error);
    cached = map_remove(keyring->cached, subject);
    if (cached != NULL)
        crypto_wipe(cached, sizeof(*cached));
    heap_free(cached);
    aead_sealer_forget(keyring->sealer);
    if (status == STATUS_OK)
        status = store_begin(keyring->env, true, &txn, error);
    if (status == STATUS_OK)
        status = empty_rows(keyring, txn, subject, error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}
