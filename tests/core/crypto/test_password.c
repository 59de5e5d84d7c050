/*
 * Passwords and tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "tests/core/crypto/library_faults.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static void a_password_that_cannot_be_checked_is_not_wrong(void)
{
    struct text phc = password_hash(arena, text_lit("correct horse"));
    struct error error = {0};
    bool does_fit = true;

    given_no_memory_for_passwords(true);
    expect_status(
        password_check(phc, text_lit("correct horse"), &does_fit, &error), STATUS_UNAVAILABLE,
        &error);
    given_no_memory_for_passwords(false);
}

static bool fits(struct text phc, struct text password)
{
    bool does_fit = false;
    struct error error = {0};

    expect_ok(password_check(phc, password, &does_fit, &error), &error);
    return does_fit;
}

static void a_password_fits_its_own_hash_only(void)
{
    struct text phc = password_hash(arena, text_lit("correct horse"));

    expect(text_starts_with(phc, text_lit("$argon2id$v=19$m=19456,t=2,p=1$")));
    expect(fits(phc, text_lit("correct horse")));
    expect(!fits(phc, text_lit("correct horsE")));
    expect(!fits(phc, text_lit("correct horse ")));
    expect(!fits(phc, text_lit("")));
}

static void equal_passwords_have_different_hashes(void)
{
    struct text a = password_hash(arena, text_lit("same"));
    struct text b = password_hash(arena, text_lit("same"));

    expect(!text_equal(a, b));
}

/* Made by the argon2 tool: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 */
static void a_hash_made_elsewhere_fits(void)
{
    struct text phc = text_lit("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                               "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

    expect(fits(phc, text_lit("password")));
    expect(!fits(phc, text_lit("passwore")));
}

static void a_malformed_hash_fits_nothing(void)
{
    static const char *const malformed[] = {
        "",
        "password",
        "$argon2id$",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    };

    expect(!fits((struct text){NULL, 0}, text_lit("password")));
    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect(!fits(text_from(malformed[i]), text_lit("password")));
}

static void a_hash_that_asks_for_all_our_memory_is_not_tried(void)
{
    struct text phc = text_lit("$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$"
                               "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

    expect(!fits(phc, text_lit("password")));
}

static void tokens_carry_32_random_bytes(void)
{
    struct text hex = token_hex(arena);
    struct bytes raw = {NULL, 0};

    expect_int64(hex.size, 64);
    expect(hex_decode(arena, hex, &raw) && raw.size == 32);
    expect(!text_equal(hex, token_hex(arena)));
}

/* The key is the hash in a PHC string of the same secret and salt. */
static void a_key_from_a_secret_is_argon2id_at_the_cost_of_a_password(void)
{
    static const uint8_t salt[PASSWORD_SALT_SIZE] = {0};
    static const uint8_t other_salt[PASSWORD_SALT_SIZE] = {1};
    struct text secret = text_lit("correct horse battery staple");
    struct text encoded;
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t other[AEAD_KEY_SIZE];

    password_key(secret, salt, key);
    encoded = base64_encode(arena, (struct bytes){key, sizeof(key)});
    expect(fits(
        text_format(
            arena, "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$%.*s",
            TEXT_ARGS(text_slice(encoded, 0, 43))),
        secret));
    password_key(secret, other_salt, other);
    expect(memcmp(key, other, sizeof(key)) != 0);
}

static const struct test tests[] = {
    TEST(a_key_from_a_secret_is_argon2id_at_the_cost_of_a_password),
    TEST(a_password_fits_its_own_hash_only),
    TEST(a_password_that_cannot_be_checked_is_not_wrong),
    TEST(equal_passwords_have_different_hashes),
    TEST(a_hash_made_elsewhere_fits),
    TEST(a_malformed_hash_fits_nothing),
    TEST(a_hash_that_asks_for_all_our_memory_is_not_tried),
    TEST(tokens_carry_32_random_bytes),
};

const struct suite test_password_suite =
    SUITE_WITH("core/crypto/password", tests, .set_up = set_up, .tear_down = tear_down);
