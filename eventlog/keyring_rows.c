/*
 * The rows of keys.mdb, its only table:
 *
 *   subject 16 ‖ key id 8   →   nonce 12 ‖ tag 16 ‖ key 32, sealed under the secret,
 *                               bound to the left side; empty: the key was destroyed
 *                               ‖ month u32be, bound too: it seals only where the subject came
 *                               from in that month (origin_key.h)
 *   zero 16 ‖ number u64be  →   the same: the installation's own keys, made with the file
 *   zero 16 ‖ id 8          →   the same: a later seed of checkpoints (keyring_signing.c)
 *   "salt"                  →   salt 16, for a secret that somebody chose
 *
 * The installation's own keys double as the proof that the secret is the right one. A destroyed key
 * leaves an empty row: what it sealed is known to be forgotten, where a key that has no row is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"

#include <string.h>

const struct bytes keyring_salt_name = {(const uint8_t *)"salt", 4};

struct key_id key_id_of(const uint8_t key[AEAD_KEY_SIZE])
{
    const struct bytes pieces[] = {bytes_of_text(text_lit("key id")), {key, AEAD_KEY_SIZE}};
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));
    struct key_id id;

    memcpy(id.bytes, digest.bytes, sizeof(id.bytes));
    return id;
}

void keyring_row_name(struct uuid subject, const uint8_t key_id[8], uint8_t out[KEY_ROW_NAME_SIZE])
{
    memcpy(out, subject.bytes, sizeof(subject.bytes));
    memcpy(out + sizeof(subject.bytes), key_id, KEY_ID_SIZE);
}

struct key_name key_name_of(struct uuid subject, struct key_id id)
{
    struct key_name name = {{0}};

    keyring_row_name(subject, id.bytes, name.bytes);
    return name;
}

struct bytes key_name_bytes(const struct key_name *name)
{
    return (struct bytes){name->bytes, KEY_NAME_SIZE};
}

bool keyring_is_wrapped(struct bytes wrapped)
{
    return wrapped.size == WRAPPED_SIZE || wrapped.size == WRAPPED_MOST;
}

int64_t keyring_month_of(struct bytes wrapped)
{
    int64_t month = 0;

    for (size_t i = WRAPPED_MONTH; wrapped.size == WRAPPED_MOST && i < WRAPPED_MOST; i++)
        month = month << 8 | wrapped.data[i];
    return month;
}

/* What a wrapped key is bound to: the name of its row, and the month behind it. */
struct binding {
    uint8_t bytes[KEY_NAME_SIZE + WRAPPED_MOST - WRAPPED_MONTH];
    size_t size;
};

static struct binding binding_of(struct bytes name, struct bytes wrapped)
{
    struct binding binding = {.size = name.size + wrapped.size - WRAPPED_MONTH};

    must(name.size <= KEY_NAME_SIZE && keyring_is_wrapped(wrapped));
    memcpy(binding.bytes, name.data, name.size);
    memcpy(binding.bytes + name.size, wrapped.data + WRAPPED_MONTH, wrapped.size - WRAPPED_MONTH);
    return binding;
}

bool keyring_unwrap(
    const uint8_t secret[AEAD_KEY_SIZE],
    struct bytes name,
    struct bytes wrapped,
    uint8_t out[AEAD_KEY_SIZE])
{
    struct binding binding;
    struct aead wrapping = {.key = secret, .nonce = wrapped.data};

    if (!keyring_is_wrapped(wrapped))
        return false;
    binding = binding_of(name, wrapped);
    wrapping.extra = (struct bytes){binding.bytes, binding.size};
    return aead_open(
        &wrapping, (struct bytes){wrapped.data + WRAPPED_KEY, AEAD_KEY_SIZE},
        wrapped.data + WRAPPED_TAG, out);
}

bool keyring_opens(
    const struct keyring *keyring,
    struct bytes name,
    struct bytes wrapped,
    uint8_t out[AEAD_KEY_SIZE])
{
    return keyring_unwrap(keyring->secret, name, wrapped, out) ||
           (keyring->has_former && keyring_unwrap(keyring->former, name, wrapped, out));
}

struct bytes keyring_wrap(
    const struct keyring *keyring,
    struct bytes name,
    const uint8_t key[AEAD_KEY_SIZE],
    int64_t month,
    struct wrapped_room *room)
{
    uint8_t *out = room->bytes;
    struct bytes wrapped = {out, month == 0 ? WRAPPED_SIZE : WRAPPED_MOST};
    struct aead wrapping = {.key = keyring->secret, .nonce = out};
    struct binding binding;

    for (int i = WRAPPED_MOST - 1; i >= WRAPPED_MONTH; i--, month >>= 8)
        out[i] = (uint8_t)month;
    binding = binding_of(name, wrapped);
    wrapping.extra = (struct bytes){binding.bytes, binding.size};
    random_fill(out, AEAD_NONCE_SIZE);
    aead_seal(&wrapping, (struct bytes){key, AEAD_KEY_SIZE}, out + WRAPPED_KEY, out + WRAPPED_TAG);
    return wrapped;
}

enum status keyring_put(
    struct keyring *keyring, struct store_txn *txn, const struct data_key *key, struct error *error)
{
    struct key_name name = key_name_of(key->subject, key->id);
    struct wrapped_room room = {{0}};
    struct bytes wrapped =
        keyring_wrap(keyring, key_name_bytes(&name), key->bytes, key->month, &room);

    return store_put(txn, keyring->table, key_name_bytes(&name), wrapped, error);
}

/* The installation's own keys are known by their number, which says nothing of their bytes. */
static bool has_its_id(const struct data_key *key)
{
    struct key_id id = key_id_of(key->bytes);

    return !uuid_is_present(key->subject) || memcmp(id.bytes, key->id.bytes, KEY_ID_SIZE) == 0;
}

enum status keyring_find(
    struct keyring *keyring,
    struct store_txn *txn,
    struct data_key *out,
    enum key_state *out_state,
    struct error *error)
{
    struct key_name name = key_name_of(out->subject, out->id);
    struct bytes wrapped = {NULL, 0};
    enum status status = store_get(txn, keyring->table, key_name_bytes(&name), &wrapped, error);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out_state = status == STATUS_NOT_FOUND ? KEY_LOST
                 : wrapped.size == 0        ? KEY_DESTROYED
                                            : KEY_PRESENT;
    if (*out_state != KEY_PRESENT)
        return STATUS_OK;
    out->month = keyring_month_of(wrapped);
    if (keyring_opens(keyring, key_name_bytes(&name), wrapped, out->bytes) && has_its_id(out))
        return STATUS_OK;
    return error_set(error, STATUS_CORRUPT, "keys.mdb: a key is damaged");
}
