/*
 * Ed25519 against RFC 8032, section 7.1.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
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

struct vector {
    const char *seed;
    const char *public_key;
    const char *message;
    const char *signature;
};

static const struct vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

static struct bytes from_hex(const char *hex)
{
    struct bytes out = {NULL, 0};

    must(hex_decode(arena, text_from(hex), &out));
    return out;
}

static void the_vectors_of_rfc_8032_come_out(void)
{
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct bytes message = from_hex(vectors[i].message);
        uint8_t public_key[32];
        uint8_t signature[64];

        ed25519_public(from_hex(vectors[i].seed).data, public_key);
        ed25519_sign(from_hex(vectors[i].seed).data, message, signature);
        expect_text(hex_encode(arena, (struct bytes){public_key, 32}), vectors[i].public_key);
        expect_text(hex_encode(arena, (struct bytes){signature, 64}), vectors[i].signature);
        expect(ed25519_verify(public_key, message, signature));
    }
}

static void a_foreign_message_signature_or_key_is_refused(void)
{
    struct bytes message = from_hex("af82");
    struct bytes other = from_hex("af83");
    struct bytes key = from_hex(vectors[2].public_key);
    uint8_t signature[64];

    memcpy(signature, from_hex(vectors[2].signature).data, sizeof(signature));
    expect(!ed25519_verify(key.data, other, signature));
    expect(!ed25519_verify(from_hex(vectors[1].public_key).data, message, signature));
    signature[63] ^= 0x20;
    expect(!ed25519_verify(key.data, message, signature));
}

static const struct test tests[] = {
    TEST(the_vectors_of_rfc_8032_come_out),
    TEST(a_foreign_message_signature_or_key_is_refused),
};

const struct suite test_ed25519_suite =
    SUITE_WITH("core/crypto/ed25519", tests, .set_up = set_up, .tear_down = tear_down);
