/*
 * The writer: group commit, answers after it, a full disk, a failed commit, a restart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/fold.h"
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/writer.h"
#include "tests/support/house.h"

enum { MANY = 100 };

/* What done() saw when it was called. */
struct seen {
    struct house *house;
    uint64_t size;
    uint64_t announced;
    int calls;
};

static void look(struct submission *submission)
{
    struct seen *seen = submission->owner;

    seen->size = evlog_size(seen->house->log);
    seen->announced = seen->house->announced;
    seen->calls++;
}

static struct submission *given_waiting(struct house *house, const char *slug, struct seen *seen)
{
    struct submission *submission =
        make_order(house, &create_workspace_command, workspace_called(house, slug));

    *seen = (struct seen){.house = house};
    submission->done = look;
    submission->owner = seen;
    expect(writer_submit(house->writer, submission));
    return submission;
}

static const char *numbered(struct house *house, int n)
{
    return text_format(house->arena, "w%d", n).data;
}

static void nothing_is_answered_before_it_is_on_the_ledger(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct seen seen;
    struct submission *submission;

    start_writer(house);
    submission = given_waiting(house, "a", &seen);
    finish_writer(house);
    expect_ok(submission->status, &submission->fault);
    expect_whole(seen.calls, 1);
    expect_whole(submission->emitted, 2);
    expect_whole(submission->first.value, 0);
    expect_whole(submission->size, 2);
    expect_whole(submission->revision, 1);
    expect_whole(seen.size, 2);
    expect_whole(seen.announced, 2);
    close_house(house);
}

static void commands_that_wait_together_share_one_commit(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *submissions[MANY];
    struct seen seen[MANY];

    for (int i = 0; i < MANY; i++)
        submissions[i] = given_waiting(house, numbered(house, i), &seen[i]);
    start_writer(house);
    finish_writer(house);
    expect_whole(writer_stats(house->writer).batches, 1);
    expect_whole(writer_stats(house->writer).commands, MANY);
    expect_whole(writer_stats(house->writer).events, 2 * MANY);
    expect_whole(evlog_stats(house->log).commits, 1);
    for (int i = 0; i < MANY; i++) {
        expect_ok(submissions[i]->status, &submissions[i]->fault);
        expect_whole(submissions[i]->first.value, 2 * i);
        expect_whole(seen[i].size, 2 * MANY);
    }
    close_house(house);
}

static void a_batch_does_not_grow_without_end(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct seen seen[4 * MANY];

    for (int i = 0; i < 4 * MANY; i++)
        given_waiting(house, numbered(house, i), &seen[i]);
    start_writer(house);
    finish_writer(house);
    expect_whole(writer_stats(house->writer).batches, 2);
    expect_whole(writer_stats(house->writer).last_batch_events, 8 * MANY - 512);
    expect_whole(evlog_size(house->log), 8 * MANY);
    close_house(house);
}

static void each_command_sees_what_the_ones_before_it_in_the_batch_have_done(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct seen seen[2];
    struct submission *first = given_waiting(house, "same", &seen[0]);
    struct submission *second = given_waiting(house, "same", &seen[1]);

    start_writer(house);
    finish_writer(house);
    expect_ok(first->status, &first->fault);
    expect_status(second->status, STATUS_CONFLICT, &second->fault);
    expect_text(text_from(second->fault.code), "slug_taken");
    close_house(house);
}

static void a_refusal_waits_for_the_commit_of_its_batch_too(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct seen seen[2];

    given_waiting(house, "same", &seen[0]);
    given_waiting(house, "same", &seen[1]);
    start_writer(house);
    finish_writer(house);
    expect_whole(seen[1].size, 2);
    expect_whole(writer_stats(house->writer).refusals, 1);
    close_house(house);
}

static void a_full_queue_takes_nothing_more(void)
{
    struct house *house = open_house(&(struct house_settings){.queue_limit = 1});
    struct seen seen;
    struct submission *second =
        make_order(house, &create_workspace_command, workspace_called(house, "b"));

    given_waiting(house, "a", &seen);
    expect(!writer_submit(house->writer, second));
    start_writer(house);
    finish_writer(house);
    expect_whole(seen.calls, 1);
    expect_whole(evlog_size(house->log), 2);
    close_house(house);
}

static void a_stopped_writer_takes_nothing_more(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *late =
        make_order(house, &create_workspace_command, workspace_called(house, "b"));

    start_writer(house);
    finish_writer(house);
    expect(!writer_submit(house->writer, late));
    close_house(house);
}

static void a_full_disk_refuses_writes_and_still_answers_questions(void)
{
    struct house *house = open_house(&(struct house_settings){.reserve_bytes = SIZE_MAX / 2});
    struct ask_access question = {.user_id = {{1}}};
    struct submission *order =
        given_order(house, &create_workspace_command, workspace_called(house, "a"));
    struct submission *asked = given_order(house, &ask_access_command, &question);

    expect_status(order->status, STATUS_FULL, &order->fault);
    expect_ok(asked->status, &asked->fault);
    expect(asked->answer != NULL);
    expect_whole(evlog_size(house->log), 0);
    expect(writer_stats(house->writer).is_refusing_writes);
    close_house(house);
}

static void what_a_full_disk_refused_has_not_happened(void)
{
    struct house *house = open_house(&(struct house_settings){.reserve_bytes = SIZE_MAX / 2});
    struct submission *again;

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    again = given_order(house, &create_workspace_command, workspace_called(house, "a"));
    expect_status(again->status, STATUS_FULL, &again->fault);
    close_house(house);
}

static enum store_mishap fail_armed_commit(void *context, bool is_commit)
{
    const bool *is_armed = context;

    return *is_armed && is_commit ? STORE_MISHAP_BEFORE : STORE_MISHAP_NONE;
}

static void after_a_failed_commit_nothing_is_decided_any_more(void)
{
    bool is_armed = false;
    struct store_mishaps mishaps = {fail_armed_commit, &is_armed};
    struct house *house = open_house(&(struct house_settings){.mishaps = &mishaps});
    struct ask_access question = {.user_id = {{1}}};
    struct submission *lost;
    struct submission *asked;

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    is_armed = true;
    lost = given_order(house, &create_workspace_command, workspace_called(house, "b"));
    asked = given_order(house, &ask_access_command, &question);
    expect_status(lost->status, STATUS_UNAVAILABLE, &lost->fault);
    expect_text(text_from(lost->fault.code), "outcome_unknown");
    expect(lost->answer == NULL);
    expect_status(asked->status, STATUS_UNAVAILABLE, &asked->fault);
    expect_text(text_from(asked->fault.code), "ledger_stopped");
    expect(writer_stats(house->writer).is_refusing_writes);
    expect_whole(house->announced, 2);
    close_house(house);
}

static void after_a_failed_commit_a_restart_goes_on_with_what_is_on_the_ledger(void)
{
    bool is_armed = false;
    struct store_mishaps mishaps = {fail_armed_commit, &is_armed};
    struct house *house = open_house(&(struct house_settings){.mishaps = &mishaps});
    const char *directory = house->directory;
    struct submission *again;

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    is_armed = true;
    given_order(house, &create_workspace_command, workspace_called(house, "b"));
    close_house(house);
    house = open_house(&(struct house_settings){.directory = directory});
    again = given_order(house, &create_workspace_command, workspace_called(house, "b"));
    expect_ok(again->status, &again->fault);
    expect_whole(again->first.value, 2);
    close_house(house);
}

static void the_model_is_committed_when_the_writer_ends(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    const char *directory = house->directory;
    struct model *model = NULL;
    struct seen seen;
    struct fault fault;

    start_writer(house);
    given_waiting(house, "a", &seen);
    finish_writer(house);
    close_house(house);
    expect_ok(model_open(directory, fold_fingerprint(), &model, &fault), &fault);
    expect_whole(model_size(model), 2);
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
