/*
 * Who has which key: opening keys.mdb (keyring_rows.c) and unlocking it (keyring_unlock.c).
 *
 * Keys made while sealing wait in memory until keyring_commit(), which the writer calls before the
 * entries that need them are committed (keyring_writer.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/run/secrecy.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/seal.h"

#include <string.h>

const struct store_table_spec keyring_table_spec = {"keys", 0};

struct store_settings keyring_store_settings(const char *home, bool is_read_only)
{
    return (struct store_settings){
        .directory = home,
        .name = "keys.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 1,
        .is_read_only = is_read_only,
    };
}

/* All of the file is looked at: it is small, and nothing else could tell. */
static enum status open_store(struct keyring *keyring, struct error *error)
{
    struct store_settings settings = keyring_store_settings(keyring->home, keyring->is_read_only);
    struct error why = {0};
    enum status status;

    settings.fault_injection = keyring->fault_injection;
    settings.is_checked_whole = true;
    status = store_open(&settings, &keyring->env, &why);
    if (status == STATUS_OK)
        status = store_tables(keyring->env, &keyring_table_spec, 1, &keyring->table, &why);
    atomic_store_explicit(&keyring->to_read, keyring->env, memory_order_release);
    if (status == STATUS_CORRUPT)
        return error_set_code(
            error, status, "keys_damaged", "%s: restore it from its backup", why.text);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}

enum status keyring_open_with(
    const struct keyring_settings *settings, struct keyring **out, struct error *error)
{
    struct keyring *keyring = heap_new(sizeof(*keyring));
    enum status status;

    (void)secrecy_lock(keyring, sizeof(*keyring)); /* where the system lets us */
    must(pthread_mutex_init(&keyring->spare_lock, NULL) == 0);
    must(pthread_mutex_init(&keyring->trace_lock, NULL) == 0);
    keyring->home = heap_copy(settings->home);
    keyring->is_read_only = settings->is_read_only;
    keyring->fault_injection = settings->fault_injection;
    atomic_init(&keyring->is_wipe_due, keyring_has_mark(keyring));
    keyring->cached = map_new();
    keyring->sealer = aead_sealer_new();
    status = open_store(keyring, error);
    if (status == STATUS_OK)
        status = keyring_unlock(keyring, settings, error);
    if (status == STATUS_OK)
        *out = keyring;
    else
        keyring_close(keyring);
    return status;
}

enum status keyring_open(
    const char *home,
    struct text secret,
    bool is_read_only,
    struct keyring **out,
    struct error *error)
{
    return keyring_open_with(
        &(struct keyring_settings){.home = home, .secret = secret, .is_read_only = is_read_only},
        out, error);
}

/* Where it has another handle, or cannot be opened, readers stay where they are. */
static void open_spare(struct keyring *keyring)
{
    struct store_settings settings = keyring_store_settings(keyring->home, keyring->is_read_only);
    struct store_table table;

    settings.is_read_only = true;
    settings.is_unlocked = true;
    if (store_open(&settings, &keyring->spare, NULL) != STATUS_OK)
        return;
    if (store_tables(keyring->spare, &keyring_table_spec, 1, &table, NULL) == STATUS_OK &&
        table.handle == keyring->table.handle)
        atomic_store_explicit(&keyring->to_read, keyring->spare, memory_order_release);
}

static void read_elsewhere(struct keyring *keyring)
{
    pthread_mutex_lock(&keyring->spare_lock);
    if (keyring->spare == NULL)
        open_spare(keyring);
    pthread_mutex_unlock(&keyring->spare_lock);
}

enum status
keyring_write(struct keyring *keyring, keyring_fill *fill, void *context, struct error *error)
{
    AUTO_TXN txn = NULL;
    enum status status;

    pthread_mutex_lock(&keyring->trace_lock);
    status = keyring_note_traces(keyring, error);
    if (status == STATUS_OK)
        status = store_begin(keyring->env, true, &txn, error);
    if (status == STATUS_OK)
        status = fill(keyring, txn, context, error);
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    store_abort(&txn);
    pthread_mutex_unlock(&keyring->trace_lock);
    if (status != STATUS_OK && status != STATUS_FULL)
        read_elsewhere(keyring);
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
    store_close(keyring->spare);
    pthread_mutex_destroy(&keyring->spare_lock);
    pthread_mutex_destroy(&keyring->trace_lock);
    store_close(keyring->env);
    heap_free(keyring->home);
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
    return store_begin(
        atomic_load_explicit(&keyring->to_read, memory_order_acquire), false, out, error);
}

/* Whatever is neither an own key nor the salt. */
enum status keyring_has_subjects(struct keyring *keyring, bool *out, struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    enum store_move move = STORE_FIRST;
    struct bytes name = {NULL, 0};
    struct bytes wrapped;
    bool is_found = false;
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, keyring->table, &cursor, error);
    while (status == STATUS_OK && !is_found) {
        status = store_cursor_move(cursor, move, &name, &wrapped, error);
        is_found = status == STATUS_OK && name.size == KEY_NAME_SIZE &&
                   memcmp(name.data, UUID_NONE.bytes, sizeof(UUID_NONE.bytes)) != 0;
        move = STORE_NEXT;
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = is_found;
    return STATUS_OK;
}
