/*
 * Envelopes: those of another program (securesystemslib 1.6.0, seeds 00…1f and 20…3f), our own, and each way of being
 * refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/dsse.h"
#include "tests/support/expect.h"

#include <string.h>

#define ORDER   "application/vnd.example.order+json"
#define PAYLOAD "{\"version\":1,\"serial\":7}"
#define BASE64  "eyJ2ZXJzaW9uIjoxLCJzZXJpYWwiOjd9"
#define SIG_ONE                                                                                    \
    "OSYfIlxuXdHUl+xvMLY2O+VvzT/rsLRH1w9p0mB6/s0u52SzM3L2Y9sQAMqdRWSEaM8P9cVjwXT0yqEmkXPjAw=="
#define SIG_ONE_OF_URLS                                                                            \
    "OSYfIlxuXdHUl-xvMLY2O-VvzT_rsLRH1w9p0mB6_s0u52SzM3L2Y9sQAMqdRWSEaM8P9cVjwXT0yqEmkXPjAw"
#define SIG_TWO                                                                                    \
    "AxBdmNb19UnjN70sFO9AuJ1cbADP9jiF1zjM5UIUcZhSse0vWRARyWozuFjfI32oiyl/vslenPZCQWpgIVLYAQ=="
#define ID_OF_THEIRS       "63d00ee3cf4f5c61ad94efa696c68f13b608fe56ecea13fb144a6fd18e9235b9"
#define SIGNED_BY(id, sig) "{\"keyid\":\"" id "\",\"sig\":\"" sig "\"}"
#define ENVELOPE(type, payload, signatures)                                                        \
    "{\"payload\":\"" payload "\",\"payloadType\":\"" type "\",\"signatures\":[" signatures "]}"

static struct arena *arena;
static struct error error;
static struct dsse_content content;
static uint8_t seeds[2][DSSE_KEY_SIZE];
static struct dsse_key keys[2];

static void set_up(void)
{
    arena = arena_new(1 << 20);
    for (uint8_t i = 0; i < 2 * DSSE_KEY_SIZE; i++)
        seeds[i / DSSE_KEY_SIZE][i % DSSE_KEY_SIZE] = i;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        ed25519_public(seeds[i], keys[i].bytes);
}

static void tear_down(void)
{
    arena_free(arena);
}

static enum status verify_by(const struct dsse_key *first, size_t count, struct text envelope)
{
    const struct dsse_keys trusted = {first, count};

    return dsse_verify(arena, envelope, text_lit(ORDER), &trusted, &content, &error);
}

static enum status verify(const char *envelope)
{
    return verify_by(keys, 1, text_from(envelope));
}

static void expect_refused(const char *envelope, enum status status, const char *code)
{
    expect(verify(envelope) == status);
    expect_text(text_from(error.code), code);
}

static struct text own(const char *payload)
{
    struct text envelope = {NULL, 0};

    expect(
        dsse_sign(
            arena, text_lit(ORDER), bytes_of_text(text_from(payload)), seeds[0], &envelope,
            &error) == STATUS_OK);
    return envelope;
}

static struct text id_of(size_t key)
{
    return dsse_key_id(arena, (struct bytes){keys[key].bytes, DSSE_KEY_SIZE});
}

/* Reading what others write. */

static void an_envelope_of_another_program_is_taken(void)
{
    expect(verify(ENVELOPE(ORDER, BASE64, SIGNED_BY(ID_OF_THEIRS, SIG_ONE))) == STATUS_OK);
    expect_text(text_of_bytes(content.payload), PAYLOAD);
    expect_int64(content.key, 0);
}

static void what_another_program_signs_we_sign_alike(void)
{
    expect_text(
        own(PAYLOAD), text_format(
                          arena,
                          "{\"payloadType\":\"" ORDER "\",\"payload\":\"" BASE64
                          "\",\"signatures\":[{\"keyid\":\"%.*s\",\"sig\":\"" SIG_ONE "\"}]}",
                          TEXT_ARGS(id_of(0)))
                          .data);
    expect(verify_by(keys, 1, own(PAYLOAD)) == STATUS_OK);
}

static void a_key_is_named_by_its_digest(void)
{
    struct bytes raw = {keys[0].bytes, DSSE_KEY_SIZE};
    struct digest digest = sha256(raw);

    expect_text(
        hex_encode(arena, raw), "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    expect_text(id_of(0), hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE}).data);
}

static void either_alphabet_is_read_with_padding_and_without(void)
{
    expect(verify(ENVELOPE(ORDER, BASE64, "{\"sig\":\"" SIG_ONE_OF_URLS "\"}")) == STATUS_OK);
    expect(verify(ENVELOPE(ORDER, BASE64, "{\"sig\":\"" SIG_ONE_OF_URLS "==\"}")) == STATUS_OK);
    expect_refused(
        ENVELOPE(ORDER, BASE64, "{\"sig\":\"" SIG_ONE_OF_URLS "===\"}"), STATUS_INVALID,
        "envelope_malformed");
}

static void the_name_of_a_key_decides_nothing(void)
{
    struct text wrong = text_format(
        arena, ENVELOPE(ORDER, BASE64, SIGNED_BY("%.*s", SIG_ONE)), TEXT_ARGS(id_of(1)));

    expect(verify_by(keys, 2, wrong) == STATUS_OK);
    expect_int64(content.key, 0);
    expect(
        verify(ENVELOPE(ORDER, BASE64, "{\"sig\":\"" SIG_ONE "\",\"keyid\":null}")) == STATUS_OK);
    expect(verify(ENVELOPE(ORDER, BASE64, SIGNED_BY("", SIG_ONE))) == STATUS_OK);
}

static void one_signature_of_several_suffices_and_says_whose_it_is(void)
{
    const struct text both =
        text_lit(ENVELOPE(ORDER, BASE64, SIGNED_BY("x", "AAAA") "," SIGNED_BY("y", SIG_TWO)));

    expect(verify_by(keys, 2, both) == STATUS_OK);
    expect_int64(content.key, 1);
    expect(verify_by(keys, 1, both) == STATUS_NOT_FOUND);
}

static void members_that_are_unknown_mean_nothing(void)
{
    expect(
        verify("{\"payload\":\"" BASE64 "\",\"payloadType\":\"" ORDER
               "\",\"more\":[1],\"signatures\":[{\"sig\":\"" SIG_ONE
               "\",\"cert\":\"x\"}]}") == STATUS_OK);
}

/* Refusing. */

/* The bytes with one bit of them turned. */
static struct bytes turned(struct bytes from, size_t bit)
{
    uint8_t *out = arena_take(arena, from.size);

    memcpy(out, from.data, from.size);
    out[bit / 8] ^= (uint8_t)(1U << bit % 8);
    return (struct bytes){out, from.size};
}

static enum status verify_parts(struct bytes payload, struct bytes signature)
{
    return verify_by(
        keys, 1,
        text_format(
            arena, ENVELOPE(ORDER, "%.*s", SIGNED_BY("%.*s", "%.*s")),
            TEXT_ARGS(base64_encode(arena, payload)), TEXT_ARGS(id_of(0)),
            TEXT_ARGS(base64_encode(arena, signature))));
}

static void whatever_bit_is_turned_nothing_is_given(void)
{
    struct bytes payload = bytes_of_text(text_lit(PAYLOAD));
    struct bytes signature = {NULL, 0};

    must(base64_decode(arena, text_lit(SIG_ONE), &signature));
    expect(verify_parts(payload, signature) == STATUS_OK);
    content = (struct dsse_content){.key = 0};
    for (size_t bit = 0; bit < 8 * payload.size; bit++)
        expect(verify_parts(turned(payload, bit), signature) == STATUS_UNAUTHENTICATED);
    for (size_t bit = 0; bit < 8 * signature.size; bit++)
        expect(verify_parts(payload, turned(signature, bit)) == STATUS_UNAUTHENTICATED);
    expect(!bytes_are_present(content.payload));
    expect_text(text_from(error.code), "signature_invalid");
}

static void a_payload_is_of_the_type_that_is_wanted(void)
{
    const char *const other =
        ENVELOPE("application/vnd.example.other+json", BASE64, SIGNED_BY("", SIG_ONE));

    expect_refused(other, STATUS_INVALID, "payload_type_other");
    expect(
        dsse_verify(
            arena, text_from(other), text_lit("application/vnd.example.other+json"),
            &(struct dsse_keys){keys, 1}, &content, &error) == STATUS_NOT_FOUND);
}

static void a_key_that_is_not_trusted_is_unknown(void)
{
    expect_refused(
        ENVELOPE(ORDER, BASE64, SIGNED_BY("", SIG_TWO)), STATUS_NOT_FOUND, "key_unknown");
    expect(verify_by(keys, 0, own(PAYLOAD)) == STATUS_NOT_FOUND);
}

static void what_is_no_envelope_is_refused(void)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{",
        ENVELOPE(ORDER, BASE64, ""),
        ENVELOPE(ORDER, "e", SIGNED_BY("", SIG_ONE)),
        ENVELOPE(ORDER, BASE64, "{}"),
        ENVELOPE(ORDER, BASE64, "7"),
        ENVELOPE(ORDER, BASE64, "{\"keyid\":7,\"sig\":\"" SIG_ONE "\"}"),
        ENVELOPE(ORDER, BASE64, SIGNED_BY("", "A")),
        ENVELOPE(ORDER, BASE64, "{},{},{},{},{}"),
        "{\"payload\":\"" BASE64 "\",\"payloadType\":7,\"signatures\":[{\"sig\":\"" SIG_ONE "\"}]}",
        "{\"payload\":\"\",\"payload\":\"" BASE64 "\",\"payloadType\":\"" ORDER
        "\",\"signatures\":[{\"sig\":\"" SIG_ONE "\"}]}",
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_refused(wrong[i], STATUS_INVALID, "envelope_malformed");
}

static void four_signatures_are_read_and_five_are_not(void)
{
#define NONE SIGNED_BY("", "AAAA")
    expect(
        verify(ENVELOPE(ORDER, BASE64, NONE "," NONE "," NONE "," SIGNED_BY("", SIG_ONE))) ==
        STATUS_OK);
    expect_refused(
        ENVELOPE(ORDER, BASE64, NONE "," NONE "," NONE "," NONE "," SIGNED_BY("", SIG_ONE)),
        STATUS_INVALID, "envelope_malformed");
}

static void what_is_signed_has_the_length_that_is_read(void)
{
    struct text envelope = own("");
    size_t most = (DSSE_LONGEST - envelope.size) / 4 * 3;
    uint8_t *payload = arena_take(arena, most + 1);
    char *longer;

    expect(
        dsse_sign(
            arena, text_lit(ORDER), (struct bytes){payload, most}, seeds[0], &envelope, &error) ==
        STATUS_OK);
    expect(verify_by(keys, 1, envelope) == STATUS_OK);
    expect_int64(content.payload.size, most);
    longer = arena_take(arena, DSSE_LONGEST + 1);
    memset(longer, ' ', DSSE_LONGEST + 1);
    memcpy(longer, envelope.data, envelope.size);
    expect(verify_by(keys, 1, (struct text){longer, DSSE_LONGEST}) == STATUS_OK);
    expect(verify_by(keys, 1, (struct text){longer, DSSE_LONGEST + 1}) == STATUS_INVALID);
    expect(
        dsse_sign(
            arena, text_lit(ORDER), (struct bytes){payload, most + 1}, seeds[0], &envelope,
            &error) == STATUS_INVALID);
    expect_text(text_from(error.code), "envelope_too_long");
}

static void without_memory_nobody_is_to_blame(void)
{
    AUTO_ARENA small = arena_new(64);
    const struct dsse_keys trusted = {keys, 1};

    expect(
        dsse_verify(
            small, text_lit(ENVELOPE(ORDER, BASE64, SIGNED_BY("", SIG_ONE))), text_lit(ORDER),
            &trusted, &content, &error) == STATUS_UNAVAILABLE);
}

static const struct test tests[] = {
    TEST(an_envelope_of_another_program_is_taken),
    TEST(what_another_program_signs_we_sign_alike),
    TEST(a_key_is_named_by_its_digest),
    TEST(either_alphabet_is_read_with_padding_and_without),
    TEST(the_name_of_a_key_decides_nothing),
    TEST(one_signature_of_several_suffices_and_says_whose_it_is),
    TEST(members_that_are_unknown_mean_nothing),
    TEST(whatever_bit_is_turned_nothing_is_given),
    TEST(a_payload_is_of_the_type_that_is_wanted),
    TEST(a_key_that_is_not_trusted_is_unknown),
    TEST(what_is_no_envelope_is_refused),
    TEST(four_signatures_are_read_and_five_are_not),
    TEST(what_is_signed_has_the_length_that_is_read),
    TEST(without_memory_nobody_is_to_blame),
};

const struct suite test_dsse_suite =
    SUITE_WITH("core/crypto/dsse", tests, .set_up = set_up, .tear_down = tear_down);
