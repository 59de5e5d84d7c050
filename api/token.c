/*
 * Making tokens from the installation's own key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/token.h"

#include "api/call.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/seal.h"

#include <string.h>

enum { PURPOSE_MAX = 16 };

enum status token_make(
    struct keyring *keyring,
    const struct token_use *use,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    uint8_t key[32];
    uint8_t message[PURPOSE_MAX + sizeof(use->id.bytes)];
    size_t size = strlen(use->purpose);
    struct digest token;
    enum status status = keyring_installation_key(keyring, KEY_TOKEN, key, error);

    must(size <= PURPOSE_MAX);
    if (status != STATUS_OK)
        return status;
    memcpy(message, use->purpose, size);
    memcpy(message + size, use->id.bytes, sizeof(use->id.bytes));
    token = hmac_sha256(
        (struct bytes){key, sizeof(key)}, (struct bytes){message, size + sizeof(use->id.bytes)});
    crypto_wipe(key, sizeof(key));
    *out = base64url_encode(arena, (struct bytes){token.bytes, DIGEST_SIZE});
    return STATUS_OK;
}

enum status token_record(
    struct call *call, const char *purpose, struct uuid id, struct text *out, struct error *error)
{
    const struct token_use use = {purpose, id};

    return token_make(call->services->keyring, &use, call->arena, out, error);
}
