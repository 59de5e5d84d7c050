/*
 * Commands of our own that are waited for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/own_command.h"
#include "commands/platform/platform_commands.h"
#include "tests/support/fixture.h"

static struct fixture *fixture;

static void set_up(void)
{
    fixture = fixture_open(&(struct fixture_settings){0});
}

static void tear_down(void)
{
    fixture_close(fixture);
}

static void note_size(const struct submission *submission, void *context)
{
    uint64_t *size = context;

    expect_ok(submission->status, &submission->error);
    *size = submission->size;
}

static bool open_ledger_and_wait(uint64_t *size)
{
    const struct own_command own = {
        .command = &open_ledger_command, .input = opening(), .done = note_size, .context = size};

    return own_command_wait(fixture->writer, &own);
}

static void who_waits_goes_on_once_it_is_decided(void)
{
    uint64_t size = 0;

    start_writer(fixture);
    expect(open_ledger_and_wait(&size));
    expect_int64(size, 1);
    finish_writer(fixture);
}

static void whoever_wants_to_know_nothing_may_wait_too(void)
{
    const struct own_command own = {.command = &open_ledger_command, .input = opening()};

    start_writer(fixture);
    expect(own_command_wait(fixture->writer, &own));
    expect_int64(ledger_size(fixture->log), 1);
    finish_writer(fixture);
}

static void a_writer_that_takes_nothing_is_not_waited_for(void)
{
    uint64_t size = 0;

    writer_stop(fixture->writer);
    expect(!open_ledger_and_wait(&size));
    expect_int64(size, 0);
}

static const struct test tests[] = {
    TEST(who_waits_goes_on_once_it_is_decided),
    TEST(whoever_wants_to_know_nothing_may_wait_too),
    TEST(a_writer_that_takes_nothing_is_not_waited_for),
};
const struct suite test_own_command_suite =
    SUITE_WITH("api/own_command", tests, .set_up = set_up, .tear_down = tear_down);
