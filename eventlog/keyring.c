/*
 * Who has which key: opening keys.mdb (keyring_rows.c) and unlocking it (keyring_unlock.c).
 *
 * Keys made while sealing wait in memory until keyring_commit(), which the writer calls before the
 * entries that need them are committed (keyring_writer.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "core/base/must.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/seal.h"

#include <string.h>

enum status keyring_open(
    const char *home,
    struct text secret,
    bool is_read_only,
    struct keyring **out,
    struct error *error)
{
    const struct store_settings settings = {
        .directory = home,
        .name = "keys.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 1,
        .is_read_only = is_read_only,
    };
    struct keyring *keyring = heap_new(sizeof(*keyring));
    enum status status;

    keyring->is_read_only = is_read_only;
    keyring->cached = map_new();
    keyring->sealer = aead_sealer_new();
    status = store_open(&settings, &keyring->env, error);
    if (status == STATUS_OK)
        status = keyring_unlock(keyring, home, secret, error);
    if (status == STATUS_OK)
        *out = keyring;
    else
        keyring_close(keyring);
    return status;
}

void keyring_forget_cached(struct keyring *keyring)
{
    size_t cursor = 0;
    struct uuid subject;
    void *key;

    while (map_next(keyring->cached, &cursor, &subject, &key)) {
        crypto_wipe(key, sizeof(struct data_key));
        heap_free(key);
    }
    map_clear(keyring->cached);
    aead_sealer_forget(keyring->sealer);
    keyring->unstored_count = 0;
}

void keyring_close(struct keyring *keyring)
{
    if (keyring == NULL)
        return;
    keyring_forget_cached(keyring);
    map_free(keyring->cached);
    aead_sealer_free(keyring->sealer);
    for (int kind = 0; kind < DIGEST_KINDS; kind++)
        mac_free(keyring->macs[kind]);
    heap_free(keyring->unstored);
    store_close(keyring->env);
    crypto_wipe(keyring, sizeof(*keyring));
    heap_free(keyring);
}

enum status keyring_installation_key(
    struct keyring *keyring, enum installation_key which, uint8_t out[32], struct error *error)
{
    (void)error; /* they were loaded when the keyring was opened */
    must(which >= KEY_DIGEST && which <= KEY_JWT);
    memcpy(out, keyring->own[which], AEAD_KEY_SIZE);
    return STATUS_OK;
}

uint64_t keyring_lost(const struct keyring *keyring)
{
    return atomic_load_explicit(&keyring->lost, memory_order_relaxed);
}

enum status keyring_begin(struct keyring *keyring, struct store_txn **out, struct error *error)
{
    return store_begin(keyring->env, false, out, error);
}
