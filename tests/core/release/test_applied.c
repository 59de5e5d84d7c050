/*
 * A release that was applied: what lies ready is what was signed and says so itself; what is chosen is counted, proven,
 * and given up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/files.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/release/applied.h"
#include "core/release/release.h"
#include "tests/support/expect.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program that says what it is, and where it was entered leaves with 42. */
#define PROGRAM                                                                                    \
    "#!/bin/sh\n[ \"$1\" = version ] && echo 'name 0.2.0 (commit abc; x)' && exit\nexit 42\n"

static const uint8_t seed[32] = {7};

static struct arena *arena;
static const char *home;
static struct text key;
static struct program_claim claim;
static struct text digest;
static struct error error;

static struct text hex_of(const uint8_t *bytes, size_t size)
{
    return hex_encode(arena, (struct bytes){bytes, size});
}

/* What a publisher signs of a program. */
static void given_claim(struct text program)
{
    struct digest own = sha256(bytes_of_text(program));
    uint8_t public_key[32];
    uint8_t signature[64];

    digest = hex_of(own.bytes, sizeof(own.bytes));
    claim.version = text_lit("0.2.0");
    claim.document = text_format(
        arena,
        "{\"version\":\"0.2.0\",\"publishedAt\":\"2026-11-30\",\"commit\":\"abc\",\"channel\":\"tag\","
        "\"notes\":[{\"title\":\"News\",\"items\":[\"All.\"]}],\"artifacts\":{\"%.*s\":{"
        "\"binaryUrl\":\"https://cdn.example/name\",\"sha256\":\"%.*s\"}}}",
        TEXT_ARGS(program_arch(arena)), TEXT_ARGS(digest));
    ed25519_public(seed, public_key);
    ed25519_sign(seed, bytes_of_text(claim.document), signature);
    key = hex_of(public_key, sizeof(public_key));
    claim.signature = hex_of(signature, sizeof(signature));
}

static void set_up(void)
{
    arena = arena_new(RELEASE_ARENA_BYTES);
    home = make_directory();
    given_claim(text_lit(PROGRAM));
}

static void tear_down(void)
{
    arena_free(arena);
}

static enum status laid_ready(struct text content)
{
    return applied_lay_ready(home, &claim, text_lit("abc"), content, &error);
}

static void given_chosen(void)
{
    const struct applied choice = {
        .version = claim.version,
        .sha256 = digest,
        .over = text_lit("installed"),
        .order = {{[6] = 0x70, [8] = 0x80}}};

    expect_status(laid_ready(text_lit(PROGRAM)), STATUS_OK, &error);
    expect_status(applied_choose(home, &choice, &error), STATUS_OK, &error);
}

static struct applied now(void)
{
    struct applied applied = {.starts = -1};

    expect_status(applied_read(home, arena, &applied, &error), STATUS_OK, &error);
    return applied;
}

/* What becomes of a process that begins as the installed program: 42, where the applied one was entered; else 0. */
static int begun(const char *commit, bool serves)
{
    char *argv[] = {(char[]){"name"}, (char[]){"serve"}, NULL};
    const struct applied_start start = {
        .home = home, .key = key, .own_commit = text_from(commit), .argv = argv, .serves = serves};
    int state = -1;
    pid_t pid = fork();

    must(pid >= 0);
    if (pid == 0)
        _exit(applied_enter(&start, &error) == STATUS_OK ? 0 : 1);
    must(waitpid(pid, &state, 0) == pid && WIFEXITED(state));
    return WEXITSTATUS(state);
}

static void what_lies_ready_is_there_whole(void)
{
    struct text content;

    expect_status(laid_ready(text_lit(PROGRAM)), STATUS_OK, &error);
    expect_status(
        files_read(applied_program(home, digest, arena), 1 << 16, arena, &content, &error),
        STATUS_OK, &error);
    expect_text(content, PROGRAM);
    expect_status(
        applied_read(home, arena, &(struct applied){.starts = 0}, &error), STATUS_NOT_FOUND,
        &error);
}

static void what_says_that_it_is_another_release_does_not_lie_ready(void)
{
    claim.version = text_lit("0.3.0");
    expect_status(laid_ready(text_lit(PROGRAM)), STATUS_INVALID, &error);
    expect_text(
        text_from(error.text),
        "the new program says that it is version 0.2.0 of commit abc, and not 0.3.0 of abc");
    expect(access(applied_program(home, digest, arena), F_OK) != 0);
    expect_status(laid_ready(text_lit("no program")), STATUS_INVALID, &error);
}

static void of_what_lay_ready_before_nothing_is_left(void)
{
    struct text former = digest;

    expect_status(laid_ready(text_lit(PROGRAM)), STATUS_OK, &error);
    given_claim(text_lit(PROGRAM "# another\n"));
    expect_status(laid_ready(text_lit(PROGRAM "# another\n")), STATUS_OK, &error);
    expect(access(applied_program(home, former, arena), F_OK) != 0);
    expect(access(applied_program(home, digest, arena), X_OK) == 0);
}

static void what_was_chosen_is_entered_and_its_starts_are_counted(void)
{
    given_chosen();
    expect_int64(begun("installed", true), 42);
    expect_int64(now().starts, 1);
    expect_int64(begun("installed", true), 42);
    expect_int64(begun("installed", true), 1);
    expect_text(now().problem, "release 0.2.0 was started 2 times and did not come up");
    expect_int64(begun("installed", true), 0);
}

static void what_has_come_up_is_entered_for_ever_and_by_other_commands_too(void)
{
    given_chosen();
    expect_int64(begun("installed", false), 0);
    expect_int64(begun("installed", true), 42);
    must(setenv("FLEETLEDGER_INSTALLED", "/installed", 1) == 0);
    expect(applied_is_on_trial(home));
    applied_prove(home);
    expect(!applied_is_on_trial(home));
    must(unsetenv("FLEETLEDGER_INSTALLED") == 0);
    for (int i = 0; i < APPLIED_MOST_STARTS + 1; i++)
        expect_int64(begun("installed", true), 42);
    expect_int64(begun("installed", false), 42);
}

static void what_is_installed_anew_wins(void)
{
    given_chosen();
    expect_int64(begun("installed later", true), 1);
    expect_text(now().problem, "another program was installed since release 0.2.0 was applied");
    expect_int64(begun("installed", true), 0);
}

static void without_a_key_nothing_is_entered(void)
{
    given_chosen();
    key = text_lit("");
    expect_int64(begun("installed", true), 0);
    expect_int64(now().starts, 0);
}

static void what_another_key_has_signed_is_not_entered(void)
{
    given_chosen();
    key = text_lit("0011223344556677889900112233445566778899001122334455667788990011");
    expect_int64(begun("installed", true), 1);
    expect_text(now().problem, "the release is not signed by the key that this machine trusts");
}

static void a_program_that_was_changed_is_not_entered(void)
{
    given_chosen();
    expect_status(
        program_write(applied_program(home, digest, arena), text_lit(PROGRAM "# more\n"), &error),
        STATUS_OK, &error);
    expect_int64(begun("installed", true), 1);
    expect(text_ends_with(now().problem, text_lit("is not the program that was signed")));
}

static void a_program_that_others_may_write_is_not_entered(void)
{
    given_chosen();
    must(chmod(applied_program(home, digest, arena), 0775) == 0);
    expect_int64(begun("installed", true), 1);
    expect(text_ends_with(now().problem, text_lit("is not a file that this user alone can write")));
}

static const struct test tests[] = {
    TEST(what_lies_ready_is_there_whole),
    TEST(what_says_that_it_is_another_release_does_not_lie_ready),
    TEST(of_what_lay_ready_before_nothing_is_left),
    TEST(what_was_chosen_is_entered_and_its_starts_are_counted),
    TEST(what_has_come_up_is_entered_for_ever_and_by_other_commands_too),
    TEST(what_is_installed_anew_wins),
    TEST(without_a_key_nothing_is_entered),
    TEST(what_another_key_has_signed_is_not_entered),
    TEST(a_program_that_was_changed_is_not_entered),
    TEST(a_program_that_others_may_write_is_not_entered),
};

extern const struct suite test_applied_suite;
const struct suite test_applied_suite =
    SUITE_WITH("core/release/applied", tests, .set_up = set_up, .tear_down = tear_down);
