/*
 * Unlocking: the secret, the installation's own keys, and what is derived from them. A file without
 * any row is new and is filled; one that has rows must have all of these.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"
#include "eventlog/keyring_internal.h"
#include "eventlog/seal.h"

#include <string.h>

enum { FIRST_KEY = KEY_DIGEST, LAST_KEY = KEY_JWT };

/* An own key of the installation, named by its number. */
static struct data_key own_key(enum installation_key which)
{
    struct store_number number = store_number((uint64_t)which);
    struct data_key key = {.subject = UUID_NONE};

    memcpy(key.id.bytes, number.bytes, sizeof(key.id.bytes));
    return key;
}

static enum status make_own(struct keyring *keyring, struct store_txn *txn, struct error *error)
{
    enum status status = STATUS_OK;

    for (int which = FIRST_KEY; which <= LAST_KEY && status == STATUS_OK; which++) {
        struct data_key key = own_key((enum installation_key)which);
        random_fill(key.bytes, sizeof(key.bytes));
        status = keyring_put(keyring, txn, &key, error);
        crypto_wipe(&key, sizeof(key));
    }
    return status;
}

static enum status load_own(struct keyring *keyring, struct store_txn *txn, struct error *error)
{
    enum status status = STATUS_OK;

    for (int which = FIRST_KEY; which <= LAST_KEY && status == STATUS_OK; which++) {
        struct data_key key = own_key((enum installation_key)which);
        enum key_state state = KEY_LOST;
        status = keyring_find(keyring, txn, &key, &state, error);
        if (status == STATUS_CORRUPT && which == FIRST_KEY)
            return error_set_code(
                error, STATUS_INVALID, "wrong_secret",
                "the secret does not fit keys.mdb: it was made under another "
                "SECRETS_ENCRYPTION_KEY or secret.key");
        if (status == STATUS_OK && state != KEY_PRESENT)
            return error_set(
                error, STATUS_CORRUPT, "keys.mdb lacks a key of the installation: number %d",
                which);
        memcpy(keyring->own[which], key.bytes, sizeof(key.bytes));
        crypto_wipe(&key, sizeof(key));
    }
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
        [DIGEST_SESSION] = "session",
        [DIGEST_LOOK] = "look",
        [DIGEST_CURSOR] = "cursor",
        [DIGEST_FOLLOWER] = "follower",
        [DIGEST_RECOVERY] = "recovery",
        [DIGEST_SUBJECT] = "subject",
        [DIGEST_SECURITY_KEY] = "security key",
    };
    struct bytes root = {keyring->own[KEY_DIGEST], AEAD_KEY_SIZE};

    for (int kind = DIGEST_EMAIL; kind < DIGEST_KINDS; kind++) {
        struct digest key = hmac_sha256(root, bytes_of_text(text_from(labels[kind])));
        keyring->macs[kind] = mac_new((struct bytes){key.bytes, DIGEST_SIZE});
        crypto_wipe(&key, sizeof(key));
    }
}

static enum status make_salt(
    const struct keyring *keyring,
    struct store_txn *txn,
    uint8_t out[PASSWORD_SALT_SIZE],
    struct error *error)
{
    random_fill(out, PASSWORD_SALT_SIZE);
    return store_put(
        txn, keyring->table, keyring_salt_name, (struct bytes){out, PASSWORD_SALT_SIZE}, error);
}

static enum status load_salt(
    const struct keyring *keyring,
    struct store_txn *txn,
    uint8_t out[PASSWORD_SALT_SIZE],
    struct error *error)
{
    struct bytes salt;
    enum status status = store_get(txn, keyring->table, keyring_salt_name, &salt, error);

    if (status == STATUS_OK && salt.size == PASSWORD_SALT_SIZE)
        memcpy(out, salt.data, PASSWORD_SALT_SIZE);
    else if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_CORRUPT, "keys.mdb lacks its salt");
    return status;
}

/* One that is the same is none. */
static enum status
load_former(struct keyring *keyring, const struct secret_source *source, struct error *error)
{
    enum status status = secret_load_former(source, keyring->former, error);

    keyring->has_former = status == STATUS_OK &&
                          memcmp(keyring->former, keyring->secret, sizeof(keyring->secret)) != 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* A file without any row is filled, one that has rows is read. */
static enum status unlock_rows(
    struct keyring *keyring,
    struct store_txn *txn,
    struct secret_source *source,
    struct error *error)
{
    enum status status = source->may_create ? make_salt(keyring, txn, source->salt, error)
                                            : load_salt(keyring, txn, source->salt, error);

    if (status == STATUS_OK)
        status = secret_load(source, keyring->secret, error);
    if (status == STATUS_OK && !source->may_create)
        status = load_former(keyring, source, error);
    if (status == STATUS_OK && source->may_create)
        status = make_own(keyring, txn, error);
    if (status == STATUS_OK)
        status = load_own(keyring, txn, error);
    if (status == STATUS_OK)
        derive_macs(keyring);
    return status;
}

enum status keyring_unlock(
    struct keyring *keyring, const struct keyring_settings *settings, struct error *error)
{
    struct secret_source source = {
        .home = settings->home, .secret = settings->secret, .former = settings->former};
    AUTO_TXN txn = NULL;
    uint64_t rows = 0;
    enum status status = store_begin(keyring->env, !keyring->is_read_only, &txn, error);

    if (status == STATUS_OK)
        status = store_count(txn, keyring->table, &rows, error);
    if (status == STATUS_OK && rows == 0 && keyring->is_read_only)
        return error_set(error, STATUS_UNAVAILABLE, "keys.mdb holds no keys");
    source.may_create = rows == 0;
    if (status == STATUS_OK)
        status = unlock_rows(keyring, txn, &source, error);
    if (status == STATUS_OK && source.may_create)
        status = store_commit(&txn, error);
    return status;
}

void keyring_verifier_key(const struct keyring *keyring, uint8_t out[32])
{
    ed25519_public(keyring->own[KEY_SIGNING], out);
}

void keyring_own_ids(const struct keyring *keyring, uint8_t out[KEYRING_OWN_IDS_SIZE])
{
    for (int which = FIRST_KEY; which <= LAST_KEY; which++) {
        struct key_id id = key_id_of(keyring->own[which]);
        memcpy(out + (which - FIRST_KEY) * KEY_ID_SIZE, id.bytes, KEY_ID_SIZE);
    }
}
