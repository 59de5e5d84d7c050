/*
 * Authenticator data, as keys write it:
 *
 *   32 bytes   SHA-256 of the party's id
 *    1         flags: touched (0), verified (2), may be backed up (3), is (4), has a key (6), has extensions (7)
 *    4         count of signatures
 *   16, 2, n   make, size of the id, id   ┐ of a new key
 *    …         COSE key                   ┘
 *    …         extensions, a map, which is passed over
 *
 * What is signed is that, and SHA-256 of the client data behind it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/webauthn/webauthn.h"

#include "core/crypto/crypto.h"
#include "core/webauthn/cbor_item.h"
#include "core/webauthn/client_data.h"
#include "core/webauthn/cose_key.h"

#include <string.h>

enum {
    FLAG_TOUCHED = 1 << 0,
    FLAG_VERIFIED = 1 << 2,
    FLAG_MAY_BE_BACKED_UP = 1 << 3,
    FLAG_IS_BACKED_UP = 1 << 4,
    FLAG_HAS_KEY = 1 << 6,
    FLAG_HAS_EXTENSIONS = 1 << 7,
    COUNT_SIZE = 4,
    MAKE_SIZE = 16,
    SIZE_SIZE = 2,
    MOST_PARTS = 8
};

static enum status refuse(struct error *error, const char *text)
{
    return error_set(error, STATUS_INVALID, "%s", text);
}

static bool take(struct bytes *rest, size_t size, struct bytes *out)
{
    if (rest->size < size)
        return false;
    *out = (struct bytes){rest->data, size};
    *rest = (struct bytes){rest->data + size, rest->size - size};
    return true;
}

static int64_t number_of(struct bytes big_endian)
{
    int64_t number = 0;

    for (size_t i = 0; i < big_endian.size; i++)
        number = number << 8 | big_endian.data[i];
    return number;
}

static enum status take_key(struct bytes *rest, struct webauthn_key *out, struct error *error)
{
    struct bytes make;
    struct bytes size;

    if (!take(rest, MAKE_SIZE, &make) || !take(rest, SIZE_SIZE, &size) ||
        !take(rest, (size_t)number_of(size), &out->id) || out->id.size == 0 ||
        out->id.size > WEBAUTHN_LONGEST_ID)
        return refuse(error, "the id of the key cannot be read");
    return cose_key_take(rest, &out->public_key, &out->algorithm, error);
}

/* With a new key, or without one. */
static enum status read_data(
    const struct webauthn_asked *asked,
    struct bytes data,
    bool has_key,
    struct webauthn_key *out,
    struct error *error)
{
    struct digest party = sha256(bytes_of_text(asked->party));
    struct bytes digest;
    struct bytes flags;
    struct bytes count;
    enum status status = STATUS_OK;

    if (!take(&data, DIGEST_SIZE, &digest) || !take(&data, 1, &flags) ||
        !take(&data, COUNT_SIZE, &count))
        return refuse(error, "the authenticator data is cut");
    if (!bytes_equal(digest, (struct bytes){party.bytes, DIGEST_SIZE}))
        return refuse(error, "the key is for another site");
    if ((flags.data[0] & FLAG_TOUCHED) == 0)
        return refuse(error, "nobody touched the key");
    if ((flags.data[0] & FLAG_IS_BACKED_UP) != 0 && (flags.data[0] & FLAG_MAY_BE_BACKED_UP) == 0)
        return refuse(error, "the flags contradict each other");
    if (((flags.data[0] & FLAG_HAS_KEY) != 0) != has_key)
        return refuse(error, has_key ? "there is no key" : "there is a key that nobody asked for");
    out->is_user_verified = (flags.data[0] & FLAG_VERIFIED) != 0;
    out->count = number_of(count);
    if (has_key)
        status = take_key(&data, out, error);
    if (status == STATUS_OK && (flags.data[0] & FLAG_HAS_EXTENSIONS) != 0 && !cbor_item_skip(&data))
        return refuse(error, "the extensions cannot be read");
    if (status == STATUS_OK && data.size > 0)
        return refuse(error, "something follows the authenticator data");
    return status;
}

/* The authenticator data in a map of a format, a statement of that format, and it. */
static bool find_data(struct bytes attestation, struct bytes *out)
{
    struct cbor_item map;
    bool is_found = false;

    if (!cbor_item_take(&attestation, &map) || map.kind != CBOR_MAP || map.number > MOST_PARTS)
        return false;
    for (uint64_t i = 0; i < map.number; i++) {
        struct cbor_item name;
        struct bytes value;
        if (!cbor_item_take(&attestation, &name) || name.kind != CBOR_TEXT)
            return false;
        value = attestation;
        if (!cbor_item_skip(&attestation))
            return false;
        if (text_is(text_of_bytes(name.bytes), "authData")) {
            struct cbor_item data;
            if (is_found || !cbor_item_take(&value, &data) || data.kind != CBOR_BYTES)
                return false;
            *out = data.bytes;
            is_found = true;
        }
    }
    return is_found && attestation.size == 0;
}

enum status webauthn_register(
    const struct webauthn_asked *asked,
    struct bytes client_data,
    struct bytes attestation,
    struct webauthn_key *out,
    struct error *error)
{
    struct bytes data = {NULL, 0};
    struct webauthn_key key = {.algorithm = 0};
    enum status status = client_data_check(client_data, "webauthn.create", asked, error);

    if (status != STATUS_OK)
        return status;
    if (attestation.size > WEBAUTHN_LONGEST_ATTESTATION || !find_data(attestation, &data))
        return refuse(error, "the attestation object cannot be read");
    status = read_data(asked, data, true, &key, error);
    if (status == STATUS_OK)
        *out = key;
    return status;
}

static struct bytes signed_message(const struct webauthn_signed *shown, struct arena *arena)
{
    struct digest digest = sha256(shown->client_data);
    uint8_t *message = arena_take(arena, shown->authenticator_data.size + DIGEST_SIZE);

    memcpy(message, shown->authenticator_data.data, shown->authenticator_data.size);
    memcpy(message + shown->authenticator_data.size, digest.bytes, DIGEST_SIZE);
    return (struct bytes){message, shown->authenticator_data.size + DIGEST_SIZE};
}

enum status webauthn_verify(
    const struct webauthn_asked *asked,
    struct bytes public_key,
    const struct webauthn_signed *shown,
    struct arena *arena,
    int64_t *out_count,
    struct error *error)
{
    struct webauthn_key key = {.algorithm = 0};
    enum status status = client_data_check(shown->client_data, "webauthn.get", asked, error);

    if (status != STATUS_OK)
        return status;
    if (shown->authenticator_data.size > WEBAUTHN_LONGEST_ATTESTATION ||
        shown->signature.size > WEBAUTHN_LONGEST_SIGNATURE)
        return refuse(error, "the authenticator data or the signature is too long");
    status = read_data(asked, shown->authenticator_data, false, &key, error);
    if (status != STATUS_OK)
        return status;
    if (!cose_key_verifies(public_key, signed_message(shown, arena), shown->signature))
        return refuse(error, "the signature is not that of the key");
    *out_count = key.count;
    return STATUS_OK;
}
