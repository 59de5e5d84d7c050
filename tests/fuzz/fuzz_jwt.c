/*
 * Tokens of callers. The first byte chooses: a token as it is; or the rest are claims, which are
 * signed, so that what stands behind the signature is read, too. An honest token stays good, and
 * one with a single sign changed does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct timestamp now = {1774198049000000};

static enum status verify(struct arena *arena, struct text token)
{
    struct text claims = {0};
    struct error error = {0};
    enum status status = jwt_verify(
        arena, text_lit("a secret of thirty-two characters"), token, now, &claims, &error);

    /* What we signed and cannot read is no fault of the token (crypto.h). */
    must(
        status == STATUS_UNAUTHENTICATED || status == STATUS_UNAVAILABLE ||
        (status == STATUS_OK && claims.size > 1));
    return status;
}

static void check_signed(struct arena *arena, struct text claims, size_t at)
{
    struct text token = {0};
    struct error error = {0};
    char *changed;

    if (jwt_sign(arena, text_lit("a secret of thirty-two characters"), claims, &token, &error) !=
            STATUS_OK ||
        verify(arena, token) != STATUS_OK)
        return;
    changed = arena_take(arena, token.size);
    memcpy(changed, token.data, token.size);
    changed[at % token.size] = changed[at % token.size] == 'A' ? 'B' : 'A';
    must(verify(arena, (struct text){changed, token.size}) != STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct text rest;

    if (size < 2)
        return 0;
    rest = text_of_bytes((struct bytes){data + 2, size - 2});
    if (data[0] % 2 == 0)
        (void)verify(arena, rest);
    else
        check_signed(arena, rest, data[1]);
    return 0;
}
