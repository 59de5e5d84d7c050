/*
 * Another key-encryption key. While the operator gives both, rows open under either; then all are wrapped under
 * the new one in one commit, so that a kill leaves them as they were or as they are to be, and what is left of
 * the former rows in the file is overwritten.
 *
 *   SECRETS_ENCRYPTION_KEY, …_FORMER, or secret.key, ….former ─► keyring_unlock.c ─► [here] ─► keyring_wipe.c
 *
 * A copy of the file that was made before stays what it is: the former key opens it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/must.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

static enum status rewrap_row(
    struct keyring *keyring,
    struct store_txn *txn,
    const struct key_name *name,
    struct bytes wrapped,
    struct rewrapping *rewrapping,
    struct error *error)
{
    struct bytes name_bytes = key_name_bytes(name);
    struct wrapped_room room = {{0}};
    struct bytes anew;
    uint8_t key[AEAD_KEY_SIZE];
    enum status status;

    if (wrapped.size == 0 || keyring_unwrap(keyring->secret, name_bytes, wrapped, key)) {
        crypto_wipe(key, sizeof(key));
        return STATUS_OK;
    }
    if (!keyring_opens(keyring, name_bytes, wrapped, key))
        return error_set(
            error, STATUS_CORRUPT,
            "keys.mdb: a key opens under neither key-encryption key, so nothing was written");
    anew = keyring_wrap(keyring, name_bytes, key, keyring_month_of(wrapped), &room);
    crypto_wipe(key, sizeof(key));
    status = keyring_begin_traces(keyring, error);
    rewrapping->rows++;
    if (status != STATUS_OK)
        return status;
    return store_put(txn, keyring->table, name_bytes, anew, error);
}

/* Of any row but the salt. The name is copied: a row that is put moves what the cursor gave. */
static enum status
rewrap_rows(struct keyring *keyring, struct store_txn *txn, void *context, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes found = {NULL, 0};
    struct bytes wrapped = {NULL, 0};
    enum store_move move = STORE_FIRST;
    enum status status = store_cursor_open(txn, keyring->table, &cursor, error);

    while (status == STATUS_OK) {
        struct key_name name;
        status = store_cursor_move(cursor, move, &found, &wrapped, error);
        move = STORE_NEXT;
        if (status != STATUS_OK || found.size != KEY_NAME_SIZE)
            continue;
        memcpy(name.bytes, found.data, KEY_NAME_SIZE);
        status = rewrap_row(keyring, txn, &name, wrapped, context, error);
    }
    return status == STATUS_NOT_FOUND ? failpoint_pass(FAILPOINT_KEYS, error) : status;
}

static void note_id(const struct keyring *keyring, struct rewrapping *out)
{
    const struct bytes pieces[] = {
        bytes_of_text(text_lit("key-encryption key id")), {keyring->secret, AEAD_KEY_SIZE}};
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));

    memcpy(out->key_id, digest.bytes, sizeof(out->key_id));
}

/* Somebody who still reads the file as it was is waited for by the writer. */
static enum status wipe(struct keyring *keyring, struct error *error)
{
    struct error why = {0};
    enum status status = keyring_wipe(keyring, &why);

    if (status == STATUS_OK || text_is(text_from(why.code), "being_read"))
        return STATUS_OK;
    if (error != NULL)
        *error = why;
    return status;
}

enum status keyring_rewrap(struct keyring *keyring, struct rewrapping *out, struct error *error)
{
    enum status status;

    must(!keyring->is_read_only);
    *out = (struct rewrapping){.has_former = keyring->has_former};
    note_id(keyring, out);
    status = keyring_write(keyring, rewrap_rows, out, error);
    failpoint_reach(FAILPOINT_KEYS_STORED);
    return status == STATUS_OK ? wipe(keyring, error) : status;
}
