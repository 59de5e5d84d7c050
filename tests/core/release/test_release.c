/*
 * Documents of releases: what is valid in them, and whose they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/release/release.h"
#include "tests/support/expect.h"

#include <string.h>

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define PROGRAM                                                                                    \
    "{\"binaryUrl\":\"https://cdn.example/agent-linux-amd64\",\"sha256\":\"" DIGEST "\"}"
#define NOTES "[{\"title\":\"News\",\"items\":[\"It is faster.\"]}]"
#define RELEASE(version, at, notes, artifacts)                                                     \
    "{\"version\":\"" version "\",\"publishedAt\":\"" at                                           \
    "\",\"commit\":\"abc\",\"channel\":\"tag\",\"notes\":" notes ",\"artifacts\":" artifacts "}"
#define GOOD(version, at) RELEASE(version, at, NOTES, "{\"amd64\":" PROGRAM "}")

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(RELEASE_ARENA_BYTES);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* The versions, in their order: "1.2 1.1". */
static struct text versions_of(struct text document)
{
    struct list releases = release_read_all(document, arena);
    const struct release *all = releases.items;
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < releases.count; i++)
        buf_printf(&out, "%s%.*s", i == 0 ? "" : " ", TEXT_ARGS(all[i].version));
    return text_copy(arena, buf_text(&out));
}

static void a_manifest_an_array_and_a_catalogue_are_read(void)
{
    expect_text(versions_of(text_lit(GOOD("1.0", "2026-01-01"))), "1.0");
    expect_text(versions_of(text_lit("[" GOOD("1.0", "2026-01-01") "]")), "1.0");
    expect_text(
        versions_of(text_lit(
            "{\"generatedAt\":\"2026\",\"releases\":[" GOOD("1.0", "2026-01-01") ",\"none\",7]}")),
        "1.0");
}

static void what_was_published_last_comes_first_and_no_version_twice(void)
{
    expect_text(
        versions_of(text_lit(
            "[" GOOD("1.0", "2026-01-01T00:00:00Z") "," GOOD("2.0", "2026-03-01T00:00:00Z") "," GOOD(
                "1.0", "2027-01-01T00:00:00Z") "," GOOD("1.5", "2026-02-01T00:00:00Z") "]")),
        "2.0 1.5 1.0");
}

static void what_is_not_as_it_should_be_is_left_out(void)
{
    static const struct text bad[] = {
        TEXT_OF(""),
        TEXT_OF("{"),
        TEXT_OF("null"),
        TEXT_OF("{}"),
        TEXT_OF("{\"releases\":7}"),
        TEXT_OF(RELEASE(" ", "2026", NOTES, "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(RELEASE("../1", "2026", NOTES, "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(RELEASE("1.0", " ", NOTES, "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(RELEASE("1.0", "2026", "[]", "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(
            RELEASE("1.0", "2026", "[{\"title\":\"a\",\"items\":[]}]", "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(RELEASE("1.0", "2026", "[{\"items\":[\"a\"]}]", "{\"amd64\":" PROGRAM "}")),
        TEXT_OF(RELEASE("1.0", "2026", NOTES, "{}")),
        TEXT_OF(RELEASE("1.0", "2026", NOTES, "{\"riscv\":" PROGRAM "}")),
        TEXT_OF(RELEASE("1.0", "2026", NOTES, "{\"amd64\":{\"binaryUrl\":\"https://a/b\"}}")),
        TEXT_OF(RELEASE(
            "1.0", "2026", NOTES, "{\"amd64\":{\"binaryUrl\":\"https://a/b\",\"sha256\":\"12\"}}")),
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_at(versions_of(bad[i]).size == 0, __FILE__, __LINE__, bad[i].data);
    expect_text(
        versions_of(
            text_lit("[" RELEASE("0.9", "2026", "[]", "{}") "," GOOD("1.0", "2026-01-01") "]")),
        "1.0");
}

static void a_catalogue_without_end_is_bounded(void)
{
    AUTO_BUF many = {0};

    buf_init(&many, 8 << 20);
    buf_add_c(&many, "[");
    for (int i = 0; i < 150; i++)
        buf_printf(&many, "%s" GOOD("1.%d", "2026-01-01"), i == 0 ? "" : ",", i);
    buf_add_c(&many, "]");
    expect_int64(release_read_all(buf_text(&many), arena).count, RELEASES_MOST);
    while (many.size <= RELEASE_DOCUMENT_BYTES)
        buf_add_c(&many, "          ");
    expect_int64(release_read_all(buf_text(&many), arena).count, 0);
}

static void digests_are_small_and_a_program_is_found_by_its_architecture(void)
{
    struct list all = release_read_all(text_lit(GOOD("1.0", "2026")), arena);
    const struct release *release = release_find(all, text_lit("1.0"));

    expect(release != NULL && release_find(all, text_lit("1")) == NULL);
    expect_text(
        release_artifact_for(release, text_lit("amd64"))->sha256,
        text_lower(arena, text_lit(DIGEST)).data);
    expect(release_artifact_for(release, text_lit("arm64")) == NULL);
    expect(release_artifact_for(release, text_lit("mips")) == NULL);
}

/* Signatures. */

static struct text signature_of(const uint8_t seed[32], struct text document)
{
    uint8_t *signature = arena_take(arena, 64);

    ed25519_sign(seed, bytes_of_text(document), signature);
    return hex_encode(arena, (struct bytes){signature, 64});
}

static void a_signature_is_the_keys_over_exactly_these_bytes(void)
{
    const uint8_t seed[32] = {7};
    const uint8_t other[32] = {8};
    uint8_t key[RELEASE_KEY_SIZE];
    struct text document = text_lit(GOOD("1.0", "2026"));
    struct text signature = signature_of(seed, document);

    ed25519_public(seed, key);
    expect(release_is_signed(key, document, signature));
    expect(release_is_signed(key, document, text_format(arena, " %.*s\n", TEXT_ARGS(signature))));
    expect(!release_is_signed(key, text_slice(document, 0, document.size - 1), signature));
    expect(!release_is_signed(key, document, signature_of(other, document)));
    expect(!release_is_signed(key, document, text_slice(signature, 0, 127)));
    expect(!release_is_signed(key, document, (struct text){NULL, 0}));
    expect(!release_is_signed(key, document, text_lit("")));
}

static void a_key_is_64_hexadecimal_digits(void)
{
    uint8_t key[RELEASE_KEY_SIZE] = {0};

    expect(release_key_read(text_lit(DIGEST), key) && key[1] == 0x11 && key[31] == 0xff);
    expect(!release_key_read(text_lit("00"), key));
    expect(!release_key_read((struct text){NULL, 0}, key));
    expect(!release_key_read(text_format(arena, "%.63sx", DIGEST), key));
}

static void a_digest_is_a_programs_where_all_its_digits_are(void)
{
    struct text program = text_lit("abc");
    struct text digest =
        text_lit("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    expect(release_has_digest(program, digest));
    expect(!release_has_digest(text_lit("abd"), digest));
    expect(!release_has_digest(program, text_slice(digest, 0, 62)));
    expect(!release_has_digest(program, text_format(arena, "%.*s00", TEXT_ARGS(digest))));
    expect(!release_has_digest(program, text_lit("")));
    expect(!release_has_digest(program, (struct text){NULL, 0}));
}

static const struct test tests[] = {
    TEST(a_manifest_an_array_and_a_catalogue_are_read),
    TEST(what_was_published_last_comes_first_and_no_version_twice),
    TEST(what_is_not_as_it_should_be_is_left_out),
    TEST(a_catalogue_without_end_is_bounded),
    TEST(digests_are_small_and_a_program_is_found_by_its_architecture),
    TEST(a_signature_is_the_keys_over_exactly_these_bytes),
    TEST(a_key_is_64_hexadecimal_digits),
    TEST(a_digest_is_a_programs_where_all_its_digits_are),
};
extern const struct suite test_release_suite;
const struct suite test_release_suite =
    SUITE_WITH("core/release/release", tests, .set_up = set_up, .tear_down = tear_down);
