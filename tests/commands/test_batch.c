/*
 * One command of a batch: repeats, expected revisions, the moment it is decided at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/writer_internal.h"
#include "core/crypto/crypto.h"
#include "tests/support/house.h"

static struct bytes digest_of(struct house *house, const char *request)
{
    struct digest digest = sha256(bytes_of_text(text_from(request)));

    return bytes_copy(house->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static struct submission *make_keyed(struct house *house, const char *key, const char *slug)
{
    struct submission *submission =
        make_order(house, &create_workspace_command, workspace_called(house, slug));

    submission->idempotency_key = text_from(key);
    submission->request_digest = digest_of(house, slug);
    return submission;
}

static struct submission *given_keyed(struct house *house, const char *key, const char *slug)
{
    struct submission *submission = make_keyed(house, key, slug);

    writer_execute(house->writer, submission);
    return submission;
}

static void expect_repeat(const struct submission *first, const struct submission *again)
{
    expect_ok(again->status, &again->fault);
    expect(again->is_repeat);
    expect(uuid_equal(again->subject, first->subject));
    expect_whole(again->first.value, first->first.value);
    expect_whole(again->emitted, first->emitted);
}

static void a_repeated_command_is_answered_as_the_first_time_and_writes_nothing(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *first = given_keyed(house, "key", "a");
    struct submission *again = given_keyed(house, "key", "a");

    expect(!first->is_repeat);
    expect_repeat(first, again);
    expect_whole(evlog_size(house->log), 2);
    expect_whole(again->size, 2);
    close_house(house);
}

static void a_command_may_be_repeated_in_its_own_batch(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *first = make_keyed(house, "key", "a");
    struct submission *again = make_keyed(house, "key", "a");

    expect(writer_submit(house->writer, first));
    expect(writer_submit(house->writer, again));
    start_writer(house);
    finish_writer(house);
    expect_repeat(first, again);
    expect_whole(evlog_size(house->log), 2);
    close_house(house);
}

static void a_command_may_be_repeated_after_a_restart(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    const char *directory = house->directory;
    struct submission *again;

    given_keyed(house, "key", "a");
    close_house(house);
    house = open_house(&(struct house_settings){.directory = directory});
    again = given_keyed(house, "key", "a");
    expect(again->is_repeat);
    expect_whole(again->emitted, 2);
    close_house(house);
}

static void a_key_belongs_to_one_request(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *other;

    given_keyed(house, "key", "a");
    other = given_keyed(house, "key", "b");
    expect_status(other->status, STATUS_CONFLICT, &other->fault);
    expect_text(text_from(other->fault.code), "idempotency_key_reused");
    expect_whole(evlog_size(house->log), 2);
    close_house(house);
}

static void keys_of_others_do_not_meet_ours(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *other = make_keyed(house, "key", "b");

    given_keyed(house, "key", "a");
    other->actor.id = (struct uuid){{8}};
    writer_execute(house->writer, other);
    expect_ok(other->status, &other->fault);
    expect(!other->is_repeat);
    close_house(house);
}

static void without_a_key_nothing_is_a_repeat(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *again;

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    again = given_order(house, &create_workspace_command, workspace_called(house, "a"));
    expect_status(again->status, STATUS_CONFLICT, &again->fault);
    expect_text(text_from(again->fault.code), "slug_taken");
    close_house(house);
}

static void a_refusal_is_decided_anew(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *refused;
    struct submission *again;

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    refused = given_keyed(house, "key", "a");
    again = given_keyed(house, "key", "a");
    expect_status(refused->status, STATUS_CONFLICT, &refused->fault);
    expect_status(again->status, STATUS_CONFLICT, &again->fault);
    expect_text(text_from(again->fault.code), "slug_taken");
    close_house(house);
}

static void a_change_of_what_was_not_seen_is_refused(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *first =
        given_order(house, &create_workspace_command, workspace_called(house, "a"));
    struct submission *stale =
        make_order(house, &create_workspace_command, workspace_called(house, "b"));
    struct submission *fresh =
        make_order(house, &create_workspace_command, workspace_called(house, "b"));

    stale->expected_stream = fresh->expected_stream = first->subject;
    stale->expected_revision = first->revision - 1;
    fresh->expected_revision = first->revision;
    writer_execute(house->writer, stale);
    expect_status(stale->status, STATUS_STALE, &stale->fault);
    writer_execute(house->writer, fresh);
    expect_ok(fresh->status, &fresh->fault);
    close_house(house);
}

static void recorded_moments_rise_though_the_clock_does_not(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *late =
        make_order(house, &create_workspace_command, workspace_called(house, "b"));

    given_order(house, &create_workspace_command, workspace_called(house, "a"));
    late->now.us -= INT64_C(60) * US_PER_S;
    writer_execute(house->writer, late);
    expect_ok(late->status, &late->fault);
    for (uint64_t p = 1; p < 4; p++)
        expect(
            record_at(house, p - 1).entry.recorded_at.us <
            record_at(house, p).entry.recorded_at.us);
    close_house(house);
}

static void a_question_is_answered_and_leaves_no_trace(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct ask_access question = {.user_id = {{1}}};
    struct submission *asked = given_order(house, &ask_access_command, &question);

    expect_ok(asked->status, &asked->fault);
    expect(asked->answer != NULL);
    expect_whole(asked->emitted, 0);
    expect_whole(evlog_size(house->log), 0);
    close_house(house);
}

static void a_clock_that_jumped_stops_writing_but_not_asking(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct ask_access question = {.user_id = {{1}}};
    struct submission *order;
    struct submission *asked;

    house->writer->clock.offset_us -= INT64_C(3601) * US_PER_S;
    order = given_order(house, &create_workspace_command, workspace_called(house, "a"));
    asked = given_order(house, &ask_access_command, &question);
    expect_status(order->status, STATUS_UNAVAILABLE, &order->fault);
    expect_text(text_from(order->fault.code), "clock_jumped");
    expect_ok(asked->status, &asked->fault);
    expect(writer_stats(house->writer).is_refusing_writes);
    expect_whole(evlog_size(house->log), 0);
    close_house(house);
}

static const struct test tests[] = {
    TEST(a_repeated_command_is_answered_as_the_first_time_and_writes_nothing),
    TEST(a_command_may_be_repeated_in_its_own_batch),
    TEST(a_command_may_be_repeated_after_a_restart),
    TEST(a_key_belongs_to_one_request),
    TEST(keys_of_others_do_not_meet_ours),
    TEST(without_a_key_nothing_is_a_repeat),
    TEST(a_refusal_is_decided_anew),
    TEST(a_change_of_what_was_not_seen_is_refused),
    TEST(recorded_moments_rise_though_the_clock_does_not),
    TEST(a_question_is_answered_and_leaves_no_trace),
    TEST(a_clock_that_jumped_stops_writing_but_not_asking),
};

const struct suite test_batch_suite = SUITE("commands/batch", tests);
