/*
 * Tokens: 32 random bytes as text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

enum { TOKEN_SIZE = 32 };

struct text token_hex(struct arena *arena)
{
    uint8_t raw[TOKEN_SIZE];

    random_fill(raw, sizeof(raw));
    return hex_encode(arena, (struct bytes){raw, sizeof(raw)});
}
