/*
 * What security keys write: the first byte chooses an attestation object, authenticator data that is said to be signed,
 * a public key, or bare CBOR. Nothing of it is signed here, and whatever is read lies within what came.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/webauthn/cbor_item.h"
#include "core/webauthn/cose_key.h"
#include "core/webauthn/webauthn.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20 };

static const uint8_t challenge[] = {1, 2, 3};
static const struct webauthn_asked asked = {
    .party = TEXT_OF("fleet.example"),
    .origin = TEXT_OF("https://fleet.example"),
    .challenge = {challenge, sizeof(challenge)},
};

static struct bytes client_data(const char *type)
{
    return bytes_of_text(text_from(type));
}

static void read_attestation(struct bytes came)
{
    struct webauthn_key key;
    struct error error;

    if (webauthn_register(
            &asked,
            client_data("{\"type\":\"webauthn.create\",\"challenge\":\"AQID\","
                        "\"origin\":\"https://fleet.example\"}"),
            came, &key, &error) == STATUS_OK)
        must(key.id.size > 0 && key.id.size <= WEBAUTHN_LONGEST_ID && key.public_key.size > 0);
}

static void read_signed(struct bytes came)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    const struct webauthn_signed shown = {
        client_data("{\"type\":\"webauthn.get\",\"challenge\":\"AQID\","
                    "\"origin\":\"https://fleet.example\"}"),
        came, came};
    struct error error;
    int64_t count;

    must(webauthn_verify(&asked, came, &shown, arena, &count, &error) != STATUS_OK);
    arena_free(arena);
}

static void read_key(struct bytes came)
{
    struct bytes rest = came;
    struct bytes key;
    struct error error;
    int64_t algorithm;

    if (cose_key_take(&rest, &key, &algorithm, &error) == STATUS_OK)
        must(key.size + rest.size == came.size);
}

static void read_items(struct bytes came)
{
    struct bytes rest = came;

    if (cbor_item_skip(&rest))
        must(rest.size < came.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(struct bytes came) = {
        read_attestation, read_signed, read_key, read_items};

    if (size > 0)
        readers[data[0] % COUNT_OF(readers)]((struct bytes){data + 1, size - 1});
    return 0;
}
