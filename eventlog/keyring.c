/*
 * Who has which key. keys.mdb holds one table:
 *
 *   subject 16 ‖ version u32be   →   nonce 12 ‖ tag 16 ‖ key 32, sealed under the secret,
 *                                    bound to the left side; empty: the key was destroyed
 *
 * The absent subject's versions are the installation's own keys; they double as the proof that the
 * secret is the right one. A destroyed version stays as an empty row, so that its number is never
 * given to another key. (LMDB reuses the page that held a destroyed key at a later commit; until
 * then the sealed key may be found in the file, though not without the secret.)
 *
 * Keys made while sealing wait in memory until keyring_commit(), which the writer calls before the
 * entries that need them are committed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/seal.h"

#include <string.h>

enum { FIRST_KEY = KEY_DIGEST, LAST_KEY = KEY_JWT };

struct key_name key_name_of(struct uuid subject, uint32_t version)
{
    struct key_name name;

    memcpy(name.bytes, subject.bytes, sizeof(subject.bytes));
    for (int i = 0; i < 4; i++)
        name.bytes[16 + i] = (uint8_t)(version >> (24 - 8 * i));
    return name;
}

struct bytes key_name_bytes(const struct key_name *name)
{
    return (struct bytes){name->bytes, KEY_NAME_SIZE};
}

/* nonce 12 ‖ tag 16 ‖ key 32 */
static struct aead
wrapping_of(const struct keyring *keyring, const struct key_name *name, const uint8_t *wrapped)
{
    return (struct aead){keyring->secret, wrapped, key_name_bytes(name)};
}

enum status keyring_put(
    struct keyring *keyring, struct store_txn *txn, const struct data_key *key, struct error *error)
{
    struct key_name name = key_name_of(key->subject, key->version);
    uint8_t wrapped[WRAPPED_SIZE];
    struct aead wrapping = wrapping_of(keyring, &name, wrapped);

    random_fill(wrapped, AEAD_NONCE_SIZE);
    aead_seal(
        &wrapping, (struct bytes){key->bytes, AEAD_KEY_SIZE}, wrapped + WRAPPED_KEY,
        wrapped + WRAPPED_TAG);
    return store_put(
        txn, keyring->table, key_name_bytes(&name), (struct bytes){wrapped, WRAPPED_SIZE}, error);
}

enum status keyring_find(
    struct keyring *keyring, struct store_txn *txn, struct data_key *out, struct error *error)
{
    struct key_name name = key_name_of(out->subject, out->version);
    struct bytes wrapped = {NULL, 0};
    enum status status = store_get(txn, keyring->table, key_name_bytes(&name), &wrapped, error);
    struct aead wrapping = wrapping_of(keyring, &name, wrapped.data);

    if (status != STATUS_OK)
        return status;
    if (wrapped.size == 0)
        return STATUS_NOT_FOUND;
    if (wrapped.size == WRAPPED_SIZE &&
        aead_open(
            &wrapping, (struct bytes){wrapped.data + WRAPPED_KEY, AEAD_KEY_SIZE},
            wrapped.data + WRAPPED_TAG, out->bytes))
        return STATUS_OK;
    return error_set(
        error, STATUS_CORRUPT, "keys.mdb: version %u of a key is damaged", out->version);
}

/* Loads the installation's keys, making those that are missing. */
static enum status
load_own(struct keyring *keyring, struct store_txn *txn, bool *out_is_changed, struct error *error)
{
    enum status status = STATUS_OK;

    for (uint32_t which = FIRST_KEY; which <= LAST_KEY && status == STATUS_OK; which++) {
        struct data_key key = {.version = which};
        status = keyring_find(keyring, txn, &key, error);
        if (status == STATUS_CORRUPT && which == FIRST_KEY)
            return error_set_code(
                error, STATUS_INVALID, "wrong_secret",
                "the secret does not fit keys.mdb: it was made under another "
                "SECRETS_ENCRYPTION_KEY or secret.key");
        if (status == STATUS_NOT_FOUND && keyring->is_read_only)
            return error_set(error, STATUS_UNAVAILABLE, "keys.mdb lacks the installation's keys");
        if (status == STATUS_NOT_FOUND) {
            random_fill(key.bytes, sizeof(key.bytes));
            status = keyring_put(keyring, txn, &key, error);
            *out_is_changed = true;
        }
        memcpy(keyring->own[which], key.bytes, sizeof(key.bytes));
        crypto_wipe(&key, sizeof(key));
    }
    return status;
}

static enum status
unlock(struct keyring *keyring, const char *home, struct text secret, struct error *error)
{
    static const struct store_table_spec spec = {"keys", 0};
    struct key_name first = key_name_of(UUID_NONE, FIRST_KEY);
    AUTO_TXN txn = NULL;
    struct bytes found;
    bool is_changed = false;
    enum status status = store_tables(keyring->env, &spec, 1, &keyring->table, error);

    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_UNAVAILABLE, "keys.mdb holds no keys");
    if (status == STATUS_OK)
        status = store_begin(keyring->env, !keyring->is_read_only, &txn, error);
    if (status != STATUS_OK)
        return status;
    status = store_get(txn, keyring->table, key_name_bytes(&first), &found, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    status = secret_load(
        home, secret, status == STATUS_NOT_FOUND && !keyring->is_read_only, keyring->secret, error);
    if (status == STATUS_OK)
        status = load_own(keyring, txn, &is_changed, error);
    if (status == STATUS_OK && is_changed)
        status = store_commit(&txn, error);
    return status;
}

/* A key for each kind of digest, so that none can be matched with another kind's. */
static void derive_macs(struct keyring *keyring)
{
    static const char *const labels[DIGEST_KINDS] = {
        [DIGEST_EMAIL] = "email",
        [DIGEST_ADDRESS] = "address",
        [DIGEST_REQUEST] = "request",
        [DIGEST_COMMAND] = "command",
        [DIGEST_CORRELATION] = "correlation",
    };
    struct bytes root = {keyring->own[KEY_DIGEST], AEAD_KEY_SIZE};

    for (int kind = DIGEST_EMAIL; kind < DIGEST_KINDS; kind++) {
        struct digest key = hmac_sha256(root, bytes_of_text(text_from(labels[kind])));
        keyring->macs[kind] = mac_new((struct bytes){key.bytes, DIGEST_SIZE});
        crypto_wipe(&key, sizeof(key));
    }
}

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
        status = unlock(keyring, home, secret, error);
    if (status != STATUS_OK) {
        keyring_close(keyring);
        return status;
    }
    derive_macs(keyring);
    *out = keyring;
    return STATUS_OK;
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
    must((int)which >= FIRST_KEY && (int)which <= LAST_KEY);
    memcpy(out, keyring->own[which], AEAD_KEY_SIZE);
    return STATUS_OK;
}

enum status keyring_begin(struct keyring *keyring, struct store_txn **out, struct error *error)
{
    return store_begin(keyring->env, false, out, error);
}
