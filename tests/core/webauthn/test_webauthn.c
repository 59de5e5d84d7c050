/*
 * What security keys hand back, held to what was asked. The key of these tests signs by Ed25519; those of the whole-server
 * tests by all algorithms.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/crypto/crypto.h"
#include "core/webauthn/cbor_item.h"
#include "core/webauthn/cose_key.h"
#include "core/webauthn/webauthn.h"
#include "tests/support/expect.h"

#include <string.h>

enum { TOUCHED = 1, HAS_KEY = 0x40, HAS_EXTENSIONS = 0x80, ARENA_BYTES = 1 << 20 };

static const uint8_t seed[32] = {7};
static const uint8_t challenge[] = {1, 2, 3};
static const struct webauthn_asked asked = {
    .party = TEXT_OF("fleet.example"),
    .origin = TEXT_OF("https://fleet.example"),
    .challenge = {challenge, sizeof(challenge)},
};
#define CLIENT(type, of_challenge, origin)                                                         \
    "{\"type\":\"webauthn." type "\",\"challenge\":\"" of_challenge "\",\"origin\":\"" origin "\"}"
#define CREATED CLIENT("create", "AQID", "https://fleet.example")
#define GOT     CLIENT("get", "AQID", "https://fleet.example")

static struct arena *arena;
static struct buf out;

static void set_up(void)
{
    arena = arena_new(ARENA_BYTES);
    buf_init(&out, ARENA_BYTES);
}

static void tear_down(void)
{
    buf_fini(&out);
    arena_free(arena);
}

static void add(const void *data, size_t size)
{
    buf_add(&out, data, size);
}

static struct bytes bytes_from(const char *text)
{
    return bytes_of_text(text_from(text));
}

/* {1: 1, 3: -8, -1: 6, -2: x} */
static struct bytes make_public(void)
{
    static uint8_t cose[42] = {0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32};

    ed25519_public(seed, cose + 10);
    return (struct bytes){cose, sizeof(cose)};
}

static void add_data(const char *party, uint8_t flags, uint8_t count)
{
    struct digest digest = sha256(bytes_from(party));
    const uint8_t rest[] = {flags, 0, 0, 0, count};

    add(digest.bytes, DIGEST_SIZE);
    add(rest, sizeof(rest));
}

static void add_key(void)
{
    static const uint8_t make_and_size[18] = {[17] = 2};
    struct bytes key = make_public();

    add(make_and_size, sizeof(make_and_size));
    add("id", 2);
    add(key.data, key.size);
}

/* {"fmt": "none", "attStmt": {}, "authData": …}, of what was added so far. */
static struct bytes attestation(void)
{
    struct bytes data = bytes_copy(arena, buf_bytes(&out));
    const uint8_t head[] = {0x58, (uint8_t)data.size};

    buf_fini(&out);
    buf_init(&out, ARENA_BYTES);
    add("\xa3\x63"
        "fmt"
        "\x64"
        "none"
        "\x67"
        "attStmt"
        "\xa0\x68"
        "authData",
        28);
    add(head, sizeof(head));
    add(data.data, data.size);
    return bytes_copy(arena, buf_bytes(&out));
}

static void expect_registered(const char *client, struct bytes object, const char *wrong)
{
    struct webauthn_key key;
    struct error error = {.status = STATUS_OK};
    enum status status = webauthn_register(&asked, bytes_from(client), object, &key, &error);

    if (wrong == NULL)
        expect_ok(status, &error);
    else
        expect_text(text_from(error.text), wrong);
}

static void a_key_is_registered_as_it_was_asked_for(void)
{
    struct webauthn_key key;
    struct error error;

    add_data("fleet.example", TOUCHED | HAS_KEY, 9);
    add_key();
    expect_ok(webauthn_register(&asked, bytes_from(CREATED), attestation(), &key, &error), &error);
    expect_text(text_of_bytes(key.id), "id");
    expect_int64(key.algorithm, COSE_EDDSA);
    expect_int64(key.count, 9);
    expect(!key.is_user_verified);
    expect(bytes_equal(key.public_key, make_public()));
}

static void of_another_page_challenge_or_purpose_none_is(void)
{
    struct bytes object;

    add_data("fleet.example", TOUCHED | HAS_KEY, 0);
    add_key();
    object = attestation();
    expect_registered(CREATED, object, NULL);
    expect_registered(
        CLIENT("create", "AQID", "https://fleet.example.evil"), object,
        "the page is not that of the dashboard");
    expect_registered(
        CLIENT("create", "AQIE", "https://fleet.example"), object, "the challenge is another one");
    expect_registered(GOT, object, "the client data is for something else");
    expect_registered("[]", object, "the client data is no JSON object");
}

static void nor_of_another_site_or_untouched(void)
{
    add_data("evil.example", TOUCHED | HAS_KEY, 0);
    add_key();
    expect_registered(CREATED, attestation(), "the key is for another site");
    tear_down();
    set_up();
    add_data("fleet.example", HAS_KEY, 0);
    add_key();
    expect_registered(CREATED, attestation(), "nobody touched the key");
}

static void what_follows_is_extensions_or_refused(void)
{
    add_data("fleet.example", TOUCHED | HAS_KEY | HAS_EXTENSIONS, 0);
    add_key();
    add("\xa1\x61"
        "a"
        "\xf5",
        4);
    expect_registered(CREATED, attestation(), NULL);
    tear_down();
    set_up();
    add_data("fleet.example", TOUCHED | HAS_KEY, 0);
    add_key();
    add("\xa0", 1);
    expect_registered(CREATED, attestation(), "something follows the authenticator data");
}

static void expect_shown(const char *client, bool is_broken, const char *wrong)
{
    struct bytes data = bytes_copy(arena, buf_bytes(&out));
    struct digest digest = sha256(bytes_from(client));
    uint8_t signature[64];
    struct error error = {.status = STATUS_OK};
    int64_t count = 0;
    enum status status;

    add(digest.bytes, DIGEST_SIZE);
    ed25519_sign(seed, buf_bytes(&out), signature);
    signature[0] ^= is_broken ? 1 : 0;
    status = webauthn_verify(
        &asked, make_public(),
        &(const struct webauthn_signed){bytes_from(client), data, {signature, sizeof(signature)}},
        arena, &count, &error);
    if (wrong == NULL) {
        expect_ok(status, &error);
        expect_int64(count, 3);
    } else {
        expect_text(text_from(error.text), wrong);
    }
    tear_down();
    set_up();
}

static void what_a_key_signs_is_held_to_what_was_asked(void)
{
    add_data("fleet.example", TOUCHED, 3);
    expect_shown(GOT, false, NULL);
    add_data("fleet.example", TOUCHED, 3);
    expect_shown(GOT, true, "the signature is not that of the key");
    add_data("evil.example", TOUCHED, 3);
    expect_shown(GOT, false, "the key is for another site");
    add_data("fleet.example", 0, 3);
    expect_shown(GOT, false, "nobody touched the key");
    add_data("fleet.example", TOUCHED, 3);
    expect_shown(
        CLIENT("get", "AQID", "http://fleet.example"), false,
        "the page is not that of the dashboard");
    add_data("fleet.example", TOUCHED, 3);
    expect_shown(CREATED, false, "the client data is for something else");
}

static void cut_anywhere_it_is_refused(void)
{
    struct bytes object;
    struct webauthn_key key;
    struct error error;

    add_data("fleet.example", TOUCHED | HAS_KEY, 0);
    add_key();
    object = attestation();
    for (size_t size = 0; size < object.size; size++)
        expect(
            webauthn_register(
                &asked, bytes_from(CREATED), (struct bytes){object.data, size}, &key, &error) ==
            STATUS_INVALID);
}

static void counts_that_nothing_follows_are_not_walked(void)
{
    struct bytes many = bytes_from("\x9b\xff\xff\xff\xff\xff\xff\xff\xff");
    struct bytes deep = bytes_from("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01");

    expect(!cbor_item_skip(&many));
    expect(!cbor_item_skip(&deep));
}

static const struct test tests[] = {
    TEST(a_key_is_registered_as_it_was_asked_for),
    TEST(of_another_page_challenge_or_purpose_none_is),
    TEST(nor_of_another_site_or_untouched),
    TEST(what_follows_is_extensions_or_refused),
    TEST(what_a_key_signs_is_held_to_what_was_asked),
    TEST(cut_anywhere_it_is_refused),
    TEST(counts_that_nothing_follows_are_not_walked),
};

const struct suite test_webauthn_suite =
    SUITE_WITH("core/webauthn", tests, .set_up = set_up, .tear_down = tear_down);
