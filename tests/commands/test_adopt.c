/*
 * The writer of a follower: what its leader has appended is folded to the same state, whatever fails beside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/command_internal.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/failing.h"
#include "tests/support/fixture.h"

enum { MOST_EVENTS = 16, MOST_BYTES = 1 << 20 };

static enum status emit_destroyed(struct decision *decision, const void *input, struct error *error)
{
    static const uint8_t key_id[8] = {1};
    static const struct key_destroyed destroyed = {{{2}}, {key_id, sizeof(key_id)}};

    (void)input;
    (void)error;
    decision_emit(decision, &key_destroyed_event, destroyed.subject, UUID_NONE, &destroyed);
    return STATUS_OK;
}
static const struct command destroying_command = {.name = "destroying", .decide = emit_destroyed};

static void given_workspace(struct fixture *leader, const char *slug)
{
    struct submission *order =
        given_order(leader, &create_workspace_command, workspace_called(leader, slug));

    expect_ok(order->status, &order->error);
}

/* A leader, whose second of three commands destroys a key. */
static struct fixture *given_leader(void)
{
    struct fixture *leader = fixture_open(&(struct fixture_settings){0});

    given_workspace(leader, "a");
    given_order(leader, &destroying_command, NULL);
    given_workspace(leader, "b");
    return leader;
}

/* From where the follower is, to an end. */
static struct submission *adopted(struct fixture *follower, struct fixture *leader, uint64_t end)
{
    struct stored_event *events = arena_array(leader->arena, MOST_EVENTS, sizeof(*events));
    struct record *records = arena_array(leader->arena, MOST_EVENTS, sizeof(*records));
    struct adoption adoption = {events, records, 0};
    struct submission *submission = make_order(follower, &destroying_command, NULL);
    uint64_t from = ledger_size(follower->log);
    uint64_t next = from;
    AUTO_BUF copied = {0};
    struct bytes rest;
    struct error error;

    buf_init(&copied, MOST_BYTES);
    expect_ok(ledger_copy(leader->log, &next, end, MOST_BYTES, &copied, &error), &error);
    rest = buf_bytes(&copied);
    for (; stored_event_next(&rest, &events[adoption.count]); adoption.count++)
        expect_ok(
            record_decode(
                (struct position){from + adoption.count}, events[adoption.count].entry,
                events[adoption.count].body, leader->arena, &records[adoption.count], &error),
            &error);
    submission->adoption = &adoption;
    writer_execute(follower->writer, submission);
    return submission;
}

static void expect_same_state(struct fixture *follower, struct fixture *leader)
{
    struct digest ours = model_digest(follower->model);
    struct digest theirs = model_digest(leader->model);

    expect_int64(model_size(follower->model), ledger_size(leader->log));
    expect(memcmp(ours.bytes, theirs.bytes, DIGEST_SIZE) == 0);
}

static void what_a_leader_has_appended_is_folded_to_its_state(void)
{
    struct fixture *leader = given_leader();
    struct fixture *follower = fixture_open(&(struct fixture_settings){.is_following = true});
    struct submission *taken = adopted(follower, leader, ledger_size(leader->log));

    expect_ok(taken->status, &taken->error);
    expect_same_state(follower, leader);
    expect_int64(follower->announced, ledger_size(leader->log));
    fixture_close(follower);
    fixture_close(leader);
}

/* Its ledger has all of them: nobody sends them again. */
static void where_a_key_cannot_be_destroyed_all_is_folded_and_nothing_more_is_taken(void)
{
    struct fixture *leader = given_leader();
    struct failing keys;
    struct fixture *follower = fixture_open(
        &(struct fixture_settings){.is_following = true, .key_faults = failing_at_will(&keys)});
    uint64_t size = ledger_size(leader->log);
    struct submission *taken;

    keys.left = 1;
    taken = adopted(follower, leader, size);
    expect_ok(taken->status, &taken->error);
    expect_same_state(follower, leader);
    expect_int64(follower->announced, size);
    expect(writer_stats(follower->writer).is_stopped);
    given_workspace(leader, "c");
    taken = adopted(follower, leader, ledger_size(leader->log));
    expect_status(taken->status, STATUS_UNAVAILABLE, &taken->error);
    expect_text(text_from(taken->error.code), "ledger_stopped");
    expect_int64(ledger_size(follower->log), size);
    fixture_close(follower);
    fixture_close(leader);
}

static void a_model_that_is_lost_takes_nothing_until_it_is_back(void)
{
    struct fixture *leader = given_leader();
    struct failing model;
    struct fixture *follower = fixture_open(
        &(struct fixture_settings){.is_following = true, .model_faults = failing_at_will(&model)});
    struct submission *taken;

    model.left = 2; /* its commit, and the one that opening it makes */
    taken = adopted(follower, leader, 2);
    expect_ok(taken->status, &taken->error);
    expect(writer_stats(follower->writer).is_model_lost);
    taken = adopted(follower, leader, ledger_size(leader->log));
    expect_status(taken->status, STATUS_UNAVAILABLE, &taken->error);
    expect_text(text_from(taken->error.code), "model_lost");
    expect_int64(ledger_size(follower->log), 2);
    taken = adopted(follower, leader, ledger_size(leader->log));
    expect_ok(taken->status, &taken->error);
    expect_same_state(follower, leader);
    fixture_close(follower);
    fixture_close(leader);
}

static const struct test tests[] = {
    TEST(what_a_leader_has_appended_is_folded_to_its_state),
    TEST(where_a_key_cannot_be_destroyed_all_is_folded_and_nothing_more_is_taken),
    TEST(a_model_that_is_lost_takes_nothing_until_it_is_back),
};

const struct suite test_adopt_suite = SUITE("commands/adopt", tests);
