/*
 * Making refresh tokens, and telling whether one is ours.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/refresh_token.h"

#include "api/call.h"
#include "api/token.h"
#include "core/crypto/crypto.h"

#include <stdio.h>

#define PREFIX "flr_"
static const int64_t largest_number = 99999999; /* its purpose has room for eight digits */

enum status refresh_token_make(
    struct call *call,
    struct uuid session_id,
    int64_t number,
    struct text *out,
    struct error *error)
{
    char purpose[32];
    char id[UUID_TEXT_SIZE];
    struct text proof;
    enum status status;

    snprintf(purpose, sizeof(purpose), "refresh:%lld", (long long)number);
    status = token_record(call, purpose, session_id, &proof, error);
    if (status != STATUS_OK)
        return status;
    uuid_print(session_id, id);
    *out = text_format(call->arena, PREFIX "%s.%lld.%.*s", id, (long long)number, TEXT_ARGS(proof));
    return STATUS_OK;
}

static enum status refuse(struct error *error)
{
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "refresh_token_invalid", "Invalid refresh token");
}

enum status refresh_token_read(
    struct call *call,
    struct text token,
    struct uuid *out_session_id,
    int64_t *out_number,
    struct error *error)
{
    struct text rest = text_slice(token, sizeof(PREFIX) - 1, token.size);
    struct text id = text_cut(&rest, '.');
    struct text number = text_cut(&rest, '.');
    struct text ours;
    enum status status;

    if (!text_starts_with(token, text_lit(PREFIX)) || !uuid_parse(id, out_session_id) ||
        !text_to_int64(number, out_number) || *out_number < 1 || *out_number > largest_number)
        return refuse(error);
    status = refresh_token_make(call, *out_session_id, *out_number, &ours, error);
    if (status != STATUS_OK)
        return status;
    return crypto_equal(bytes_of_text(ours), bytes_of_text(token)) ? STATUS_OK : refuse(error);
}
