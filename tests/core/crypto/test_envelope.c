/*
 * Envelopes: sealed with a certificate, opened with its key here and by `openssl cms`, and by no other one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/crypto/envelope.h"
#include "tests/support/expect.h"
#include "tests/support/openssl.h"

#include <stdio.h>

enum { PLAIN_BYTES = 300000 };

static struct arena *arena;
static const char *directory;
static struct envelope_recipient *recipient;
static struct envelope_key *key;
static struct buf plain;
static struct buf sealed;
static struct error error;

static const char *path_of(const char *name)
{
    return text_format(arena, "%s/%s", directory, name).data;
}

static void given_pair(const char *name, const char *algorithm, const char *option)
{
    make_key_pair(
        path_of(text_format(arena, "%s.key", name).data),
        path_of(text_format(arena, "%s.pem", name).data), algorithm, option);
}

static void given_sealed_for(const char *name)
{
    expect_ok(
        envelope_recipient_read(
            path_of(text_format(arena, "%s.pem", name).data), &recipient, &error),
        &error);
    expect_ok(
        envelope_key_read(path_of(text_format(arena, "%s.key", name).data), &key, &error), &error);
    expect_ok(envelope_seal(recipient, buf_bytes(&plain), &sealed, &error), &error);
}

static void set_up(void)
{
    arena = arena_new(1 << 22);
    directory = make_directory();
    error = (struct error){0};
    buf_init(&plain, PLAIN_BYTES);
    buf_init(&sealed, 2 * PLAIN_BYTES);
    for (size_t i = 0; i < PLAIN_BYTES; i++)
        buf_add_char(&plain, (char)(i * 7));
    given_pair("own", "ec", "ec_paramgen_curve:P-256");
}

static void tear_down(void)
{
    envelope_recipient_free(recipient);
    envelope_key_free(key);
    recipient = NULL;
    key = NULL;
    buf_fini(&plain);
    buf_fini(&sealed);
    arena_free(arena);
}

static enum status open_sealed(void)
{
    AUTO_BUF opened = {0};
    enum status status;

    buf_init(&opened, PLAIN_BYTES);
    status = envelope_open(key, buf_bytes(&sealed), &opened, &error);
    if (status == STATUS_OK)
        expect(bytes_equal(buf_bytes(&opened), buf_bytes(&plain)));
    else
        expect_int64((int64_t)opened.size, 0);
    return status;
}

static void what_was_sealed_for_a_key_is_opened_by_it(void)
{
    given_sealed_for("own");
    expect_ok(open_sealed(), &error);
}

static void an_rsa_certificate_does_as_well(void)
{
    given_pair("rsa", "rsa", "rsa_keygen_bits:2048");
    given_sealed_for("rsa");
    expect_ok(open_sealed(), &error);
}

static void another_key_opens_nothing(void)
{
    given_sealed_for("own");
    given_pair("other", "ec", "ec_paramgen_curve:P-256");
    envelope_key_free(key);
    key = NULL;
    expect_ok(envelope_key_read(path_of("other.key"), &key, &error), &error);
    expect_status(open_sealed(), STATUS_CORRUPT, &error);
}

static void a_changed_or_cut_envelope_is_not_opened(void)
{
    given_sealed_for("own");
    sealed.data[sealed.size / 2] ^= 1;
    expect_status(open_sealed(), STATUS_CORRUPT, &error);
    sealed.data[sealed.size / 2] ^= 1;
    buf_truncate(&sealed, sealed.size - 1);
    expect_status(open_sealed(), STATUS_CORRUPT, &error);
}

static void openssl_opens_it_anywhere(void)
{
    FILE *file = fopen(path_of("sealed"), "we");
    static char content[PLAIN_BYTES + 1];

    given_sealed_for("own");
    must(fwrite(sealed.data, 1, sealed.size, file) == sealed.size && fclose(file) == 0);
    OPENSSL(
        "cms", "-decrypt", "-binary", "-inform", "DER", "-in", path_of("sealed"), "-inkey",
        path_of("own.key"), "-out", path_of("opened"));
    file = fopen(path_of("opened"), "re");
    must(file != NULL);
    expect_int64((int64_t)fread(content, 1, sizeof(content), file), PLAIN_BYTES);
    (void)fclose(file);
    expect(bytes_equal((struct bytes){(uint8_t *)content, PLAIN_BYTES}, buf_bytes(&plain)));
}

static void files_without_a_key_are_refused_by_name(void)
{
    expect_status(
        envelope_recipient_read(path_of("own.key"), &recipient, &error), STATUS_INVALID, &error);
    expect(text_contains(text_from(error.text), text_lit("own.key holds no certificate")));
    expect_status(envelope_key_read(path_of("none"), &key, &error), STATUS_INVALID, &error);
}

static const struct test tests[] = {
    TEST(what_was_sealed_for_a_key_is_opened_by_it),
    TEST(an_rsa_certificate_does_as_well),
    TEST(another_key_opens_nothing),
    TEST(a_changed_or_cut_envelope_is_not_opened),
    TEST(openssl_opens_it_anywhere),
    TEST(files_without_a_key_are_refused_by_name),
};
const struct suite test_envelope_suite =
    SUITE_WITH("core/crypto/envelope", tests, .set_up = set_up, .tear_down = tear_down);
