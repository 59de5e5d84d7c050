/*
 * SHA-256 against FIPS 180-4's examples, HMAC against RFC 4231.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/support/expect.h"

#include <string.h>
#include <threads.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct bytes bytes_from(const char *terminated)
{
    return bytes_of_text(text_from(terminated));
}

static struct bytes make_repeated(uint8_t value, size_t size)
{
    uint8_t *data = arena_take(arena, size);

    memset(data, value, size);
    return (struct bytes){data, size};
}

static struct text hex_of(struct digest digest)
{
    return hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static void sha256_gives_the_published_digests(void)
{
    expect_text(
        hex_of(sha256(bytes_from(""))),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_text(
        hex_of(sha256(bytes_from("abc"))),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect_text(
        hex_of(sha256(bytes_from("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect_text(
        hex_of(sha256(make_repeated('a', 1000000))),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void an_absent_value_hashes_like_an_empty_one(void)
{
    expect_text(
        hex_of(sha256((struct bytes){NULL, 0})),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void pieces_hash_like_their_concatenation(void)
{
    struct bytes pieces[] = {bytes_from("a"), {NULL, 0}, bytes_from("bc")};

    expect_text(
        hex_of(sha256_of(pieces, COUNT_OF(pieces))),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static int hash_on_a_thread(void *out)
{
    *(struct digest *)out = sha256(bytes_from("abc"));
    return 0;
}

static void every_thread_can_hash(void)
{
    struct digest results[4];
    thrd_t threads[COUNT_OF(results)];

    for (size_t i = 0; i < COUNT_OF(threads); i++)
        must(thrd_create(&threads[i], hash_on_a_thread, &results[i]) == thrd_success);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        must(thrd_join(threads[i], NULL) == thrd_success);
        expect_text(
            hex_of(results[i]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}

static void hmac_gives_the_codes_of_rfc_4231(void)
{
    expect_text(
        hex_of(hmac_sha256(make_repeated(0x0b, 20), bytes_from("Hi There"))),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    expect_text(
        hex_of(hmac_sha256(bytes_from("Jefe"), bytes_from("what do ya want for nothing?"))),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    expect_text(
        hex_of(hmac_sha256(make_repeated(0xaa, 20), make_repeated(0xdd, 50))),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    expect_text(
        hex_of(hmac_sha256(
            make_repeated(0xaa, 131),
            bytes_from("Test Using Larger Than Block-Size Key - Hash Key First"))),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void hmac_takes_an_empty_key_and_empty_data(void)
{
    expect_text(
        hex_of(hmac_sha256((struct bytes){NULL, 0}, (struct bytes){NULL, 0})),
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void equality_looks_at_every_byte_and_the_size(void)
{
    expect(crypto_equal(bytes_from("secret"), bytes_from("secret")));
    expect(!crypto_equal(bytes_from("secret"), bytes_from("secreT")));
    expect(!crypto_equal(bytes_from("secret"), bytes_from("Secret")));
    expect(!crypto_equal(bytes_from("secret"), bytes_from("secre")));
    expect(crypto_equal((struct bytes){NULL, 0}, bytes_from("")));
}

static void wiping_overwrites_with_zeros(void)
{
    uint8_t secret[4] = {1, 2, 3, 4};

    crypto_wipe(secret, 3);
    expect(secret[0] == 0 && secret[1] == 0 && secret[2] == 0 && secret[3] == 4);
}

static const struct test tests[] = {
    TEST(sha256_gives_the_published_digests),        TEST(an_absent_value_hashes_like_an_empty_one),
    TEST(pieces_hash_like_their_concatenation),      TEST(every_thread_can_hash),
    TEST(hmac_gives_the_codes_of_rfc_4231),          TEST(hmac_takes_an_empty_key_and_empty_data),
    TEST(equality_looks_at_every_byte_and_the_size), TEST(wiping_overwrites_with_zeros),
};

const struct suite test_hash_suite =
    SUITE_WITH("core/crypto/hash", tests, .set_up = set_up, .tear_down = tear_down);
