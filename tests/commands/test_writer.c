/*
 * The writer: group commit, answers after it, a full disk, a failed commit, a restart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/writer.h"
#include "tests/support/fixture.h"

enum { MANY = 100 };

/* What done() saw when it was called. */
struct seen {
    struct fixture *fixture;
    uint64_t size;
    uint64_t announced;
    int calls;
};

static void look(struct submission *submission)
{
    struct seen *seen = submission->owner;

    seen->size = ledger_size(seen->fixture->log);
    seen->announced = seen->fixture->announced;
    seen->calls++;
}

static struct submission *
given_waiting(struct fixture *fixture, const char *slug, struct seen *seen)
{
    struct submission *submission =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, slug));

    *seen = (struct seen){.fixture = fixture};
    submission->done = look;
    submission->owner = seen;
    expect(writer_submit(fixture->writer, submission));
    return submission;
}

static const char *numbered(struct fixture *fixture, int n)
{
    return text_format(fixture->arena, "w%d", n).data;
}

static void nothing_is_answered_before_it_is_on_the_ledger(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen;
    struct submission *submission;

    start_writer(fixture);
    submission = given_waiting(fixture, "a", &seen);
    finish_writer(fixture);
    expect_ok(submission->status, &submission->error);
    expect_int64(seen.calls, 1);
    expect_int64(submission->emitted, 2);
    expect_int64(submission->first.value, 0);
    expect_int64(submission->size, 2);
    expect_int64(submission->revision, 1);
    expect_int64(seen.size, 2);
    expect_int64(seen.announced, 2);
    fixture_close(fixture);
}

static void commands_that_wait_together_share_one_commit(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *submissions[MANY];
    struct seen seen[MANY];

    for (int i = 0; i < MANY; i++)
        submissions[i] = given_waiting(fixture, numbered(fixture, i), &seen[i]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(writer_stats(fixture->writer).batches, 1);
    expect_int64(writer_stats(fixture->writer).commands, MANY);
    expect_int64(writer_stats(fixture->writer).events, 2 * MANY);
    expect_int64(ledger_stats(fixture->log).commits, 1);
    for (int i = 0; i < MANY; i++) {
        expect_ok(submissions[i]->status, &submissions[i]->error);
        expect_int64(submissions[i]->first.value, 2 * i);
        expect_int64(seen[i].size, 2 * MANY);
    }
    fixture_close(fixture);
}

static void a_batch_does_not_grow_without_end(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[4 * MANY];

    for (int i = 0; i < 4 * MANY; i++)
        given_waiting(fixture, numbered(fixture, i), &seen[i]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(writer_stats(fixture->writer).batches, 2);
    expect_int64(writer_stats(fixture->writer).last_batch_events, 8 * MANY - 512);
    expect_int64(ledger_size(fixture->log), 8 * MANY);
    fixture_close(fixture);
}

static void each_command_sees_what_the_ones_before_it_in_the_batch_have_done(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[2];
    struct submission *first = given_waiting(fixture, "same", &seen[0]);
    struct submission *second = given_waiting(fixture, "same", &seen[1]);

    start_writer(fixture);
    finish_writer(fixture);
    expect_ok(first->status, &first->error);
    expect_status(second->status, STATUS_CONFLICT, &second->error);
    expect_text(text_from(second->error.code), "slug_taken");
    fixture_close(fixture);
}

static void a_refusal_waits_for_the_commit_of_its_batch_too(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct seen seen[2];

    given_waiting(fixture, "same", &seen[0]);
    given_waiting(fixture, "same", &seen[1]);
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(seen[1].size, 2);
    expect_int64(writer_stats(fixture->writer).refusals, 1);
    fixture_close(fixture);
}

static void a_full_queue_takes_nothing_more(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){.queue_limit = 1});
    struct seen seen;
    struct submission *second =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));

    given_waiting(fixture, "a", &seen);
    expect(!writer_submit(fixture->writer, second));
    start_writer(fixture);
    finish_writer(fixture);
    expect_int64(seen.calls, 1);
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void a_stopped_writer_takes_nothing_more(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *late =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));

    start_writer(fixture);
    finish_writer(fixture);
    expect(!writer_submit(fixture->writer, late));
    fixture_close(fixture);
}

static void a_full_disk_refuses_writes_and_still_answers_questions(void)
{
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.reserve_bytes = SIZE_MAX / 2});
    struct query_access question = {.user_id = {{1}}};
    struct submission *order =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    struct submission *asked = given_order(fixture, &query_access_command, &question);

    expect_status(order->status, STATUS_FULL, &order->error);
    expect_ok(asked->status, &asked->error);
    expect(asked->answer != NULL);
    expect_int64(ledger_size(fixture->log), 0);
    expect(writer_stats(fixture->writer).is_refusing_writes);
    fixture_close(fixture);
}

static void what_a_full_disk_refused_has_not_happened(void)
{
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.reserve_bytes = SIZE_MAX / 2});
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    again = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_status(again->status, STATUS_FULL, &again->error);
    fixture_close(fixture);
}

static enum store_fault fail_armed_commit(void *context, bool is_commit)
{
    const bool *is_armed = context;

    return *is_armed && is_commit ? STORE_FAULT_BEFORE : STORE_FAULT_NONE;
}

static void after_a_failed_commit_nothing_is_decided_any_more(void)
{
    bool is_armed = false;
    struct store_fault_injection fault_injection = {fail_armed_commit, &is_armed};
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = &fault_injection});
    struct query_access question = {.user_id = {{1}}};
    struct submission *lost;
    struct submission *asked;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    is_armed = true;
    lost = given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    asked = given_order(fixture, &query_access_command, &question);
    expect_status(lost->status, STATUS_UNAVAILABLE, &lost->error);
    expect_text(text_from(lost->error.code), "outcome_unknown");
    expect(lost->answer == NULL);
    expect_status(asked->status, STATUS_UNAVAILABLE, &asked->error);
    expect_text(text_from(asked->error.code), "ledger_stopped");
    expect(writer_stats(fixture->writer).is_refusing_writes);
    expect_int64(fixture->announced, 2);
    fixture_close(fixture);
}

static void after_a_failed_commit_a_restart_goes_on_with_what_is_on_the_ledger(void)
{
    bool is_armed = false;
    struct store_fault_injection fault_injection = {fail_armed_commit, &is_armed};
    struct fixture *fixture =
        fixture_open(&(struct fixture_settings){.fault_injection = &fault_injection});
    const char *directory = fixture->directory;
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    is_armed = true;
    given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    fixture_close(fixture);
    fixture = fixture_open(&(struct fixture_settings){.directory = directory});
    again = given_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    expect_ok(again->status, &again->error);
    expect_int64(again->first.value, 2);
    fixture_close(fixture);
}

static void the_model_is_committed_when_the_writer_ends(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    const char *directory = fixture->directory;
    struct model *model = NULL;
    struct seen seen;
    struct error error;

    start_writer(fixture);
    given_waiting(fixture, "a", &seen);
    finish_writer(fixture);
    fixture_close(fixture);
    expect_ok(model_open(directory, fold_fingerprint(), &model, &error), &error);
    expect_int64(model_size(model), 2);
    model_close(model);
}

static const struct test tests[] = {
    TEST(nothing_is_answered_before_it_is_on_the_ledger),
    TEST(commands_that_wait_together_share_one_commit),
    TEST(a_batch_does_not_grow_without_end),
    TEST(each_command_sees_what_the_ones_before_it_in_the_batch_have_done),
    TEST(a_refusal_waits_for_the_commit_of_its_batch_too),
    TEST(a_full_queue_takes_nothing_more),
    TEST(a_stopped_writer_takes_nothing_more),
    TEST(a_full_disk_refuses_writes_and_still_answers_questions),
    TEST(what_a_full_disk_refused_has_not_happened),
    TEST(after_a_failed_commit_nothing_is_decided_any_more),
    TEST(after_a_failed_commit_a_restart_goes_on_with_what_is_on_the_ledger),
    TEST(the_model_is_committed_when_the_writer_ends),
};

const struct suite test_writer_suite = SUITE("commands/writer", tests);
