/*
 * Making tokens from the installation's own key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/token.h"

#include "api/steps.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/seal.h"

#include <string.h>

enum { PURPOSE_MAX = 16 };

enum status record_token(
    struct call *call, const char *purpose, struct uuid id, struct text *out, struct fault *fault)
{
    uint8_t key[32];
    uint8_t message[PURPOSE_MAX + sizeof(id.bytes)];
    size_t size = strlen(purpose);
    struct digest token;
    enum status status = keyring_installation_key(call->server->keyring, KEY_TOKEN, key, fault);

    must(size <= PURPOSE_MAX);
    if (status != STATUS_OK)
        return status;
    memcpy(message, purpose, size);
    memcpy(message + size, id.bytes, sizeof(id.bytes));
    token = hmac_sha256(
        (struct bytes){key, sizeof(key)}, (struct bytes){message, size + sizeof(id.bytes)});
    wipe(key, sizeof(key));
    *out = base64url_encode(call->arena, (struct bytes){token.bytes, DIGEST_SIZE});
    return STATUS_OK;
}
