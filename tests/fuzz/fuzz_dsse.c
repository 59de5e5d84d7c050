/*
 * Envelopes that others send. The first byte chooses: an envelope as it is, which no key has signed that is trusted; or
 * the rest is a payload, which is signed: it comes back as it was, and not with a byte of its envelope changed, unless
 * what changed is the name of the key, which nobody signs, or the spelling.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/dsse.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ORDER "application/vnd.example.order+json"

static const uint8_t seed[DSSE_KEY_SIZE] = {7};

static enum status verify(struct arena *arena, struct text envelope, struct dsse_content *out)
{
    struct dsse_key key;
    struct error error;

    ed25519_public(seed, key.bytes);
    return dsse_verify(arena, envelope, text_lit(ORDER), &(struct dsse_keys){&key, 1}, out, &error);
}

static bool is_same(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static void check_signed(struct arena *arena, struct bytes payload, size_t at)
{
    struct dsse_content content;
    struct text envelope;
    struct error error;
    char *changed;

    if (dsse_sign(arena, text_lit(ORDER), payload, seed, &envelope, &error) != STATUS_OK)
        return;
    must(verify(arena, envelope, &content) == STATUS_OK && is_same(content.payload, payload));
    changed = arena_take(arena, envelope.size);
    memcpy(changed, envelope.data, envelope.size);
    changed[at % envelope.size] ^= 1;
    if (verify(arena, (struct text){changed, envelope.size}, &content) == STATUS_OK)
        must(is_same(content.payload, payload));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct dsse_content content;
    struct bytes rest;

    if (size < 3)
        return 0;
    rest = (struct bytes){data + 3, size - 3};
    if (data[0] % 2 == 0)
        must(verify(arena, text_of_bytes(rest), &content) != STATUS_OK);
    else
        check_signed(arena, rest, (size_t)data[1] << 8 | data[2]);
    return 0;
}
