/*
 * Making tokens that are shown once, and telling whether one is whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/bearer_token.h"

#include "api/call.h"
#include "api/token.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

enum { PREFIX_SIZE = 4, BODY_SIZE = 43, CHECKSUM_BYTES = 4, TOKEN_SIZE = 4 + 43 + 2 * 4 };

const struct bearer_kind api_token_kind = {"flt_", "api"};
const struct bearer_kind device_kind = {"fld_", "device"};
const struct bearer_kind directory_kind = {"fls_", "directory"};

bool bearer_token_is_meant(const struct bearer_kind *kind, struct text token)
{
    return text_starts_with(token, text_from(kind->prefix));
}

static bool checks(struct text body, struct text checksum)
{
    struct digest digest = sha256(bytes_of_text(body));

    for (size_t i = 0; i < CHECKSUM_BYTES; i++) {
        int high = hex_value(checksum.data[2 * i]);
        int low = hex_value(checksum.data[2 * i + 1]);
        if (high < 0 || low < 0 || (high << 4 | low) != digest.bytes[i])
            return false;
    }
    return true;
}

bool bearer_token_is_whole(const struct bearer_kind *kind, struct text token)
{
    return bearer_token_is_meant(kind, token) && token.size == TOKEN_SIZE &&
           checks(
               text_slice(token, PREFIX_SIZE, BODY_SIZE),
               text_slice(token, PREFIX_SIZE + BODY_SIZE, 2 * CHECKSUM_BYTES));
}

enum status bearer_token_make(
    struct call *call,
    const struct bearer_kind *kind,
    struct uuid id,
    struct text *out,
    struct error *error)
{
    struct text body;
    struct digest digest;
    enum status status = token_record(call, kind->purpose, id, &body, error);

    if (status != STATUS_OK)
        return status;
    digest = sha256(bytes_of_text(body));
    *out = text_format(
        call->arena, "%s%.*s%.*s", kind->prefix, TEXT_ARGS(body),
        TEXT_ARGS(hex_encode(call->arena, (struct bytes){digest.bytes, CHECKSUM_BYTES})));
    return STATUS_OK;
}

struct bytes bearer_token_digest(struct call *call, struct text token)
{
    struct digest digest = sha256(bytes_of_text(token));

    return bytes_copy(call->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

bool bearer_token_give(
    struct call *call,
    const struct bearer_kind *kind,
    const void *order,
    struct uuid *out_id,
    struct bytes *out_digest)
{
    struct given_token *given = arena_one(call->arena, struct given_token);
    struct error error;

    *out_id = uuid_new();
    given->order = order;
    if (bearer_token_make(call, kind, *out_id, &given->token, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    *out_digest = bearer_token_digest(call, given->token);
    call->is_never_repeated = true;
    call->handler_state = given;
    return true;
}
