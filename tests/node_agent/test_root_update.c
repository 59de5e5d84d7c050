/*
 * What root puts in place of the agent's program, and for whom.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/root_update.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/release/program.h"
#include "tests/support/expect.h"

#include <sys/stat.h>
#include <unistd.h>

#define NEWER "#!/bin/sh\necho 'agent 1.2.3 (x)'\n"

static const uint8_t seed[32] = {7};

static struct arena *arena;
static const char *program;
static const char *offered;
static const char *key_file;
static struct error error;

static void given_file(const char *path, const char *content, mode_t mode)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fputs(content, file) >= 0);
    must(fclose(file) == 0 && chmod(path, mode) == 0);
}

static struct text hex_of(const uint8_t *bytes, size_t size)
{
    return hex_encode(arena, (struct bytes){bytes, size});
}

static void set_up(void)
{
    const char *place = make_directory();
    uint8_t key[32];

    arena = arena_new(64 << 20);
    program = text_format(arena, "%s/agent", place).data;
    offered = text_format(arena, "%s/offered", place).data;
    key_file = text_format(arena, "%s/release-key", place).data;
    ed25519_public(seed, key);
    given_file(program, "former", 0755);
    given_file(offered, NEWER, 0600);
    given_file(key_file, hex_of(key, sizeof(key)).data, 0644);
}

static void tear_down(void)
{
    arena_free(arena);
}

static bool is_replaced(void)
{
    struct stat st;

    must(stat(program, &st) == 0);
    return st.st_size == (off_t)(sizeof(NEWER) - 1);
}

/* Of a release whose program has that content, as seed 7 has signed it, or the other one. */
static enum status ask_for(const char *content, const uint8_t *signer)
{
    struct digest digest = sha256(bytes_of_text(text_from(content)));
    struct text document = text_format(
        arena,
        "{\"version\":\"1.2.3\",\"publishedAt\":\"2026\",\"commit\":\"a\",\"channel\":\"tag\",\"notes\":[{"
        "\"title\":\"News\",\"items\":[\"All.\"]}],\"artifacts\":{\"%.*s\":{\"binaryUrl\":"
        "\"https://cdn.example/agent\",\"sha256\":\"%.*s\"}}}",
        TEXT_ARGS(program_arch(arena)), TEXT_ARGS(hex_of(digest.bytes, sizeof(digest.bytes))));
    uint8_t signature[64];
    struct text parts[4];
    const struct work_order asked = {.arguments = {parts, 4}};

    ed25519_sign(signer, bytes_of_text(document), signature);
    parts[0] = text_from(offered);
    parts[1] = text_lit("1.2.3");
    parts[2] = document;
    parts[3] = hex_of(signature, sizeof(signature));
    return root_update(&asked, key_file, program, arena, &error);
}

static void what_the_key_has_signed_is_put_in_place(void)
{
    if (geteuid() != 0) {
        printf("(skipped: not root) ");
        return;
    }
    expect_ok(ask_for(NEWER, seed), &error);
    expect(is_replaced());
}

static void what_another_key_has_signed_is_not(void)
{
    const uint8_t other[32] = {8};

    expect_status(ask_for(NEWER, other), STATUS_FORBIDDEN, &error);
    expect(!is_replaced());
}

static void another_program_than_the_signed_one_is_not(void)
{
    expect_status(ask_for("another", seed), STATUS_FORBIDDEN, &error);
    expect(!is_replaced());
}

static void a_key_that_others_can_write_is_not_believed(void)
{
    must(chmod(key_file, 0666) == 0);
    expect_status(ask_for(NEWER, seed), STATUS_FORBIDDEN, &error);
    expect(!is_replaced());
    must(chmod(key_file, 0644) == 0 && (geteuid() != 0 || chown(key_file, 65534, 65534) == 0));
    expect_status(ask_for(NEWER, seed), STATUS_FORBIDDEN, &error);
    expect(!is_replaced());
}

static void without_a_key_nothing_is_put_in_place(void)
{
    must(unlink(key_file) == 0);
    expect_status(ask_for(NEWER, seed), STATUS_FORBIDDEN, &error);
    expect(!is_replaced());
}

static const struct test tests[] = {
    TEST(what_the_key_has_signed_is_put_in_place),
    TEST(what_another_key_has_signed_is_not),
    TEST(another_program_than_the_signed_one_is_not),
    TEST(a_key_that_others_can_write_is_not_believed),
    TEST(without_a_key_nothing_is_put_in_place),
};
extern const struct suite test_root_update_suite;
const struct suite test_root_update_suite =
    SUITE_WITH("api/node_agent/root_update", tests, .set_up = set_up, .tear_down = tear_down);
