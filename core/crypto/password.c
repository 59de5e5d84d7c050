/*
 * Passwords by Argon2id. A stored string names its own cost; one that asks for more than we would
 * ever have asked for is not ours and is refused before memory is taken for it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"

#include <argon2.h>

#include <stdio.h>
#include <string.h>

enum {
    PASSES = 2,
    MEMORY_KIB = 19 * 1024,
    LANES = 1,
    HASH_SIZE = 32,
    PHC_MAX = 256,
    PASSES_MAX = 16,
    MEMORY_KIB_MAX = 256 * 1024,
    LANES_MAX = 16
};

struct text password_hash(struct arena *arena, struct text password)
{
    char phc[PHC_MAX];
    uint8_t salt[PASSWORD_SALT_SIZE];
    int result;

    random_fill(salt, sizeof(salt));
    result = argon2id_hash_encoded(
        PASSES, MEMORY_KIB, LANES, password.data == NULL ? "" : password.data, password.size, salt,
        sizeof(salt), HASH_SIZE, phc, sizeof(phc));
    must(result == ARGON2_OK);
    return text_copy(arena, text_from(phc));
}

void password_key(
    struct text password, const uint8_t salt[PASSWORD_SALT_SIZE], uint8_t out[AEAD_KEY_SIZE])
{
    int result = argon2id_hash_raw(
        PASSES, MEMORY_KIB, LANES, password.data == NULL ? "" : password.data, password.size, salt,
        PASSWORD_SALT_SIZE, out, AEAD_KEY_SIZE);

    must(result == ARGON2_OK);
}

static bool is_affordable(const char *phc)
{
    unsigned memory_kib;
    unsigned passes;
    unsigned lanes;

    /* NOLINTNEXTLINE(cert-err34-c): nine digits always fit */
    return sscanf(phc, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$", &memory_kib, &passes, &lanes) == 3 &&
           memory_kib <= MEMORY_KIB_MAX && passes <= PASSES_MAX && lanes <= LANES_MAX;
}

enum status
password_check(struct text phc, struct text password, bool *out_fits, struct error *error)
{
    char terminated[PHC_MAX];
    int result;

    *out_fits = false;
    if (phc.data == NULL || phc.size >= sizeof(terminated) || memchr(phc.data, '\0', phc.size))
        return STATUS_OK;
    memcpy(terminated, phc.data, phc.size);
    terminated[phc.size] = '\0';
    if (!is_affordable(terminated))
        return STATUS_OK;
    result = argon2id_verify(terminated, password.data == NULL ? "" : password.data, password.size);
    if (result == ARGON2_MEMORY_ALLOCATION_ERROR || result == ARGON2_THREAD_FAIL)
        return error_set(
            error, STATUS_UNAVAILABLE, "A password cannot be checked now: %s",
            argon2_error_message(result));
    *out_fits = result == ARGON2_OK;
    return STATUS_OK;
}
