/*
 * Seeds of checkpoints: the first is one of the installation's own keys, later ones have rows of their own.
 * A row is named after the key that verifies what its seed signs, so that none is ever given to another.
 *
 *   zero 16 ‖ first 8 bytes of SHA-256("signing key" ‖ public key 32)  →  the seed, wrapped
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/random.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

/* A seed's row, without the seed. */
static struct data_key row_of(const uint8_t verifier[32])
{
    const struct bytes pieces[] = {bytes_of_text(text_lit("signing key")), {verifier, 32}};
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));
    struct data_key key = {.subject = UUID_NONE};

    memcpy(key.id.bytes, digest.bytes, sizeof(key.id.bytes));
    return key;
}

void keyring_seed_name(const uint8_t verifier[32], uint8_t out[KEY_ROW_NAME_SIZE])
{
    struct data_key row = row_of(verifier);

    keyring_row_name(UUID_NONE, row.id.bytes, out);
}

static enum status
put_seed(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error)
{
    enum status status = keyring_put(keyring, txn, context, error);

    return status == STATUS_OK ? failpoint_pass(FAILPOINT_KEYS, error) : status;
}

enum status
keyring_make_signing_key(struct keyring *keyring, uint8_t out_verifier[32], struct error *error)
{
    uint8_t seed[AEAD_KEY_SIZE];
    struct data_key key;
    enum status status;

    random_fill(seed, sizeof(seed));
    ed25519_public(seed, out_verifier);
    key = row_of(out_verifier);
    memcpy(key.bytes, seed, sizeof(seed));
    status = keyring_write(keyring, put_seed, &key, error);
    failpoint_reach(FAILPOINT_KEYS_STORED);
    crypto_wipe(seed, sizeof(seed));
    crypto_wipe(&key, sizeof(key));
    return status;
}

static enum status find_later(
    struct keyring *keyring, const uint8_t verifier[32], uint8_t out_seed[32], struct error *error)
{
    AUTO_TXN txn = NULL;
    struct data_key key = row_of(verifier);
    enum key_state state = KEY_LOST;
    uint8_t public_key[32] = {0};
    enum status status = keyring_begin(keyring, &txn, error);

    if (status == STATUS_OK)
        status = keyring_find(keyring, txn, &key, &state, error);
    if (status == STATUS_OK && state == KEY_PRESENT) {
        ed25519_public(key.bytes, public_key);
        memcpy(out_seed, key.bytes, AEAD_KEY_SIZE);
    }
    crypto_wipe(&key, sizeof(key));
    if (status != STATUS_OK)
        return status;
    if (state != KEY_PRESENT)
        return STATUS_NOT_FOUND;
    if (memcmp(public_key, verifier, sizeof(public_key)) != 0)
        return error_set(error, STATUS_CORRUPT, "keys.mdb: a seed of checkpoints is damaged");
    return STATUS_OK;
}

enum status keyring_signing_seed(
    struct keyring *keyring, const uint8_t verifier[32], uint8_t out_seed[32], struct error *error)
{
    uint8_t first[32];

    keyring_verifier_key(keyring, first);
    if (memcmp(first, verifier, sizeof(first)) != 0)
        return find_later(keyring, verifier, out_seed, error);
    memcpy(out_seed, keyring->own[KEY_SIGNING], AEAD_KEY_SIZE);
    return STATUS_OK;
}

/* Of the row that the cursor stands at, when it is a later seed's. */
static enum status read_row(
    struct keyring *keyring,
    struct store_txn *txn,
    struct bytes name,
    uint8_t out_verifier[32],
    bool *out_is_one,
    struct error *error)
{
    struct data_key key = {.subject = UUID_NONE};
    struct data_key expected;
    enum key_state state = KEY_LOST;
    enum status status;

    memcpy(key.id.bytes, name.data + sizeof(struct uuid), KEY_ID_SIZE);
    status = keyring_find(keyring, txn, &key, &state, error);
    if (status != STATUS_OK)
        return status;
    ed25519_public(key.bytes, out_verifier);
    crypto_wipe(&key, sizeof(key));
    expected = row_of(out_verifier);
    *out_is_one =
        state == KEY_PRESENT &&
        memcmp(expected.id.bytes, name.data + sizeof(struct uuid), sizeof(expected.id.bytes)) == 0;
    return STATUS_OK;
}

/* Rows of the installation's own keys come first in the table; those of subjects end the walk. */
static enum status each_later(
    struct keyring *keyring,
    struct store_txn *txn,
    void (*each)(const uint8_t verifier[32], void *context),
    void *context,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes name = {UUID_NONE.bytes, sizeof(UUID_NONE.bytes)};
    struct bytes wrapped;
    enum store_move move = STORE_SEEK;
    enum status status = store_cursor_open(txn, keyring->table, &cursor, error);

    while (status == STATUS_OK) {
        uint8_t verifier[32];
        bool is_one = false;
        status = store_cursor_move(cursor, move, &name, &wrapped, error);
        if (status != STATUS_OK || name.size != KEY_NAME_SIZE ||
            memcmp(name.data, UUID_NONE.bytes, sizeof(UUID_NONE.bytes)) != 0)
            break;
        status = read_row(keyring, txn, name, verifier, &is_one, error);
        if (status == STATUS_OK && is_one)
            each(verifier, context);
        move = STORE_NEXT;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status keyring_each_signing_key(
    struct keyring *keyring,
    void (*each)(const uint8_t verifier[32], void *context),
    void *context,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    uint8_t first[32];
    enum status status = keyring_begin(keyring, &txn, error);

    if (status != STATUS_OK)
        return status;
    keyring_verifier_key(keyring, first);
    each(first, context);
    return each_later(keyring, txn, each, context, error);
}
