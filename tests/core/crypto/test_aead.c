/*
 * AES-256-GCM against the test cases 14 and 16 of McGrew and Viega's specification of GCM.
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
    struct bytes key;
    struct bytes nonce;
    struct bytes extra;
    struct bytes plain;
    struct bytes sealed;
    struct bytes tag;
};

static struct bytes from_hex(const char *hex)
{
    struct bytes out = {NULL, 0};

    must(hex_decode(arena, text_from(hex), &out));
    return out;
}

static struct vector make_case_14(void)
{
    return (struct vector){
        .key = from_hex("0000000000000000000000000000000000000000000000000000000000000000"),
        .nonce = from_hex("000000000000000000000000"),
        .extra = from_hex(""),
        .plain = from_hex("00000000000000000000000000000000"),
        .sealed = from_hex("cea7403d4d606b6e074ec5d3baf39d18"),
        .tag = from_hex("d0d1c8a799996bf0265b98b5d48ab919"),
    };
}

static struct vector make_case_16(void)
{
    return (struct vector){
        .key = from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
        .nonce = from_hex("cafebabefacedbaddecaf888"),
        .extra = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        .plain = from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
        .sealed = from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"),
        .tag = from_hex("76fc6ece0f4e1768cddf8853bb2d551b"),
    };
}

static struct aead make_aead(struct vector v)
{
    return (struct aead){v.key.data, v.nonce.data, v.extra};
}

static void expect_vector(struct vector v)
{
    struct aead aead = make_aead(v);
    uint8_t sealed[64];
    uint8_t plain[64];
    uint8_t tag[AEAD_TAG_SIZE];

    aead_seal(&aead, v.plain, sealed, tag);
    expect(memcmp(sealed, v.sealed.data, v.sealed.size) == 0);
    expect(memcmp(tag, v.tag.data, sizeof(tag)) == 0);
    expect(aead_open(&aead, v.sealed, v.tag.data, plain));
    expect(memcmp(plain, v.plain.data, v.plain.size) == 0);
}

static void the_published_vectors_come_out(void)
{
    expect_vector(make_case_14());
    expect_vector(make_case_16());
}

static void expect_sealed(struct aead_sealer *sealer, struct vector v)
{
    struct aead aead = make_aead(v);
    uint8_t sealed[64];
    uint8_t tag[AEAD_TAG_SIZE];

    aead_sealer_seal(sealer, &aead, v.plain, sealed, tag);
    expect(memcmp(sealed, v.sealed.data, v.sealed.size) == 0);
    expect(memcmp(tag, v.tag.data, sizeof(tag)) == 0);
}

static void a_sealer_gives_the_same_whatever_it_sealed_before(void)
{
    struct aead_sealer *sealer = aead_sealer_new();
    struct vector one = make_case_14();
    struct vector other = make_case_16();

    expect_sealed(sealer, one);
    expect_sealed(sealer, one);
    expect_sealed(sealer, other);
    expect_sealed(sealer, other);
    expect_sealed(sealer, one);
    aead_sealer_forget(sealer);
    aead_sealer_forget(sealer);
    expect_sealed(sealer, one);
    expect_sealed(sealer, other);
    aead_sealer_free(sealer);
    aead_sealer_free(NULL);
}

static bool opens(struct vector v)
{
    struct aead aead = make_aead(v);
    uint8_t plain[64];

    return aead_open(&aead, v.sealed, v.tag.data, plain);
}

static struct bytes with_one_bit_changed(struct bytes b)
{
    uint8_t *copy = arena_take(arena, b.size);

    memcpy(copy, b.data, b.size);
    copy[b.size / 2] ^= 1;
    return (struct bytes){copy, b.size};
}

static void a_bit_changed_anywhere_keeps_the_box_shut(void)
{
    struct vector v = make_case_16();
    struct vector key = v;
    struct vector nonce = v;
    struct vector extra = v;
    struct vector sealed = v;
    struct vector tag = v;

    key.key = with_one_bit_changed(v.key);
    nonce.nonce = with_one_bit_changed(v.nonce);
    extra.extra = with_one_bit_changed(v.extra);
    sealed.sealed = with_one_bit_changed(v.sealed);
    tag.tag = with_one_bit_changed(v.tag);
    expect(opens(v));
    expect(!opens(key));
    expect(!opens(nonce));
    expect(!opens(extra));
    expect(!opens(sealed));
    expect(!opens(tag));
}

static void what_did_not_open_leaves_nothing_readable(void)
{
    struct vector v = make_case_16();
    struct bytes tag = with_one_bit_changed(v.tag);
    struct aead aead = make_aead(v);
    uint8_t plain[64];
    static const uint8_t zeros[64];

    memset(plain, 0xff, sizeof(plain));
    expect(!aead_open(&aead, v.sealed, tag.data, plain));
    expect(memcmp(plain, zeros, v.sealed.size) == 0);
}

static void nothing_can_be_sealed_too(void)
{
    struct vector v = make_case_14();
    uint8_t tag[AEAD_TAG_SIZE];
    uint8_t none[1];
    struct bytes empty = {NULL, 0};
    struct aead aead = {v.key.data, v.nonce.data, empty};

    aead_seal(&aead, empty, none, tag);
    expect(memcmp(tag, from_hex("530f8afbc74536b9a963b4f1c4cb738b").data, sizeof(tag)) == 0);
    expect(aead_open(&aead, empty, tag, none));
}

static const struct test tests[] = {
    TEST(the_published_vectors_come_out),
    TEST(a_sealer_gives_the_same_whatever_it_sealed_before),
    TEST(a_bit_changed_anywhere_keeps_the_box_shut),
    TEST(what_did_not_open_leaves_nothing_readable),
    TEST(nothing_can_be_sealed_too),
};

const struct suite test_aead_suite =
    SUITE_WITH("core/crypto/aead", tests, .set_up = set_up, .tear_down = tear_down);
