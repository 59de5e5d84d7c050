/*
 * Making keys of webhooks, and signing with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/webhook_key.h"

#include "api/token.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"

static enum status make(
    struct keyring *keyring,
    struct uuid key_id,
    struct arena *arena,
    struct bytes *out,
    struct error *error)
{
    const struct token_use use = {"webhook", key_id};
    struct text token;
    enum status status = token_make(keyring, &use, arena, &token, error);

    if (status == STATUS_OK)
        must(base64url_decode(arena, token, out));
    return status;
}

enum status webhook_key_show(
    struct keyring *keyring,
    struct uuid key_id,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct bytes key;
    enum status status = make(keyring, key_id, arena, &key, error);

    if (status == STATUS_OK)
        *out = text_format(arena, "whsec_%.*s", TEXT_ARGS(base64_encode(arena, key)));
    return status;
}

enum status webhook_key_sign(
    struct keyring *keyring,
    struct uuid key_id,
    struct text signed_text,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    struct bytes key;
    struct digest digest;
    enum status status = make(keyring, key_id, arena, &key, error);

    if (status != STATUS_OK)
        return status;
    digest = hmac_sha256(key, bytes_of_text(signed_text));
    *out = text_format(
        arena, "v1,%.*s",
        TEXT_ARGS(base64_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE})));
    return STATUS_OK;
}
