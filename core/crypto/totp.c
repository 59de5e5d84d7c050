/*
 * Codes made by liboath, compared here: its own comparison ends at the first difference.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/totp.h"

#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

enum { SKEW = 1 };

struct text totp_secret_new(struct arena *arena)
{
    char bytes[TOTP_SECRET_BYTES];
    char *letters = NULL;
    size_t size = 0;
    struct text secret;

    random_fill(bytes, sizeof(bytes));
    must(oath_base32_encode(bytes, sizeof(bytes), &letters, &size) == OATH_OK);
    secret = text_copy(arena, (struct text){letters, size});
    crypto_wipe(letters, size);
    crypto_wipe(bytes, sizeof(bytes));
    free(letters);
    return secret;
}

/* False where it cannot be made: an empty secret. */
static bool fits(struct bytes key, int64_t step, struct text code)
{
    char right[TOTP_DIGITS + 1] = "";
    int outcome = oath_totp_generate(
        (const char *)key.data, key.size, (time_t)(step * TOTP_STEP_S), TOTP_STEP_S, 0, TOTP_DIGITS,
        right);

    return outcome == OATH_OK && crypto_equal(bytes_of_text(text_from(right)), bytes_of_text(code));
}

bool totp_check(struct text secret, struct timestamp now, struct text code, int64_t *out_step)
{
    int64_t current = now.us / US_PER_S / TOTP_STEP_S;
    char *bytes = NULL;
    size_t size = 0;
    bool is_right = false;

    if (secret.size != TOTP_SECRET_LETTERS ||
        oath_base32_decode(secret.data, secret.size, &bytes, &size) != OATH_OK)
        return false;
    for (int64_t step = current - SKEW; step <= current + SKEW; step++) {
        if (!fits((struct bytes){(const uint8_t *)bytes, size}, step, code))
            continue;
        is_right = true;
        *out_step = step;
    }
    crypto_wipe(bytes, size);
    free(bytes);
    return is_right;
}
