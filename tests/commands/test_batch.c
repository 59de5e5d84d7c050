/*
 * One command of a batch: repeats, expected revisions, the moment it is decided at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/writer_internal.h"
#include "core/crypto/crypto.h"
#include "eventlog/keyed_digest.h"
#include "tests/support/fixture.h"

#include <string.h>

static struct bytes digest_of(struct fixture *fixture, const char *request)
{
    struct digest digest = sha256(bytes_of_text(text_from(request)));

    return bytes_copy(fixture->arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

/* As calls are named: by actor and key, by the request where the actor has no id. */
static void name(struct fixture *fixture, struct submission *submission, const char *key)
{
    struct digest request;

    memcpy(request.bytes, submission->request_digest.data, DIGEST_SIZE);
    submission->command_id =
        keyed_digest_command(fixture->keyring, submission->actor, request, text_from(key));
}

static struct submission *make_keyed(struct fixture *fixture, const char *key, const char *slug)
{
    struct submission *submission =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, slug));

    submission->request_digest = digest_of(fixture, slug);
    name(fixture, submission, key);
    return submission;
}

static struct submission *given_keyed(struct fixture *fixture, const char *key, const char *slug)
{
    struct submission *submission = make_keyed(fixture, key, slug);

    writer_execute(fixture->writer, submission);
    return submission;
}

static void expect_repeat(const struct submission *first, const struct submission *again)
{
    expect_ok(again->status, &again->error);
    expect(uuid_equal(again->subject, first->subject));
    expect_int64(again->first.value, first->first.value);
    expect_int64(again->emitted, first->emitted);
}

static void a_repeated_command_is_answered_as_the_first_time_and_writes_nothing(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *first = given_keyed(fixture, "key", "a");
    struct submission *again = given_keyed(fixture, "key", "a");

    expect_repeat(first, again);
    expect_int64(ledger_size(fixture->log), 2);
    expect_int64(again->size, 2);
    fixture_close(fixture);
}

/* What an answer says of time is the time of then. */
static void a_repeat_is_answered_with_the_time_of_the_first(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct create_user *created = arena_one(fixture->arena, struct create_user);
    struct resend_invitation resend = {.invitation_id = {{2}}};
    struct submission *order[2];

    created->email.text = text_lit("ada@example.com");
    keyed_digest_personal(
        fixture->keyring, create_user_command.input, timestamp_now(), fixture->arena, created);
    resend.user_id = given_order(fixture, &create_user_command, created)->subject;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        order[i] = make_order(fixture, &resend_invitation_command, &resend);
        order[i]->now = timestamp_plus_us(order[0]->now, (int64_t)i * US_PER_S);
        order[i]->request_digest = digest_of(fixture, "again");
        name(fixture, order[i], "key");
        writer_execute(fixture->writer, order[i]);
        expect_ok(order[i]->status, &order[i]->error);
    }
    expect_int64(
        ((const struct invitation_sent *)order[1]->answer)->expires_at.us,
        ((const struct invitation_sent *)order[0]->answer)->expires_at.us);
    fixture_close(fixture);
}

static void a_command_may_be_repeated_in_its_own_batch(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *first = make_keyed(fixture, "key", "a");
    struct submission *again = make_keyed(fixture, "key", "a");

    expect(writer_submit(fixture->writer, first));
    expect(writer_submit(fixture->writer, again));
    start_writer(fixture);
    finish_writer(fixture);
    expect_repeat(first, again);
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void a_command_may_be_repeated_after_a_restart(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    const char *directory = fixture->directory;
    struct submission *again;

    given_keyed(fixture, "key", "a");
    fixture_close(fixture);
    fixture = fixture_open(&(struct fixture_settings){.directory = directory});
    again = given_keyed(fixture, "key", "a");
    expect_int64(again->first.value, 0);
    expect_int64(again->emitted, 2);
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void a_key_belongs_to_one_request(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *other;

    given_keyed(fixture, "key", "a");
    other = given_keyed(fixture, "key", "b");
    expect_status(other->status, STATUS_CONFLICT, &other->error);
    expect_text(text_from(other->error.code), "idempotency_key_reused");
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void keys_of_others_do_not_meet_ours(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *other = make_keyed(fixture, "key", "b");

    given_keyed(fixture, "key", "a");
    other->actor.id = (struct uuid){{8}};
    name(fixture, other, "key");
    writer_execute(fixture->writer, other);
    expect_ok(other->status, &other->error);
    expect_int64(ledger_size(fixture->log), 4);
    fixture_close(fixture);
}

static struct submission *given_stranger(struct fixture *fixture, const char *slug)
{
    struct submission *submission = make_keyed(fixture, "key", slug);

    submission->actor = (struct actor){.kind = ACTOR_STRANGER};
    name(fixture, submission, "key");
    writer_execute(fixture->writer, submission);
    return submission;
}

static void strangers_who_choose_the_same_key_do_not_meet(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *first = given_stranger(fixture, "a");
    struct submission *other = given_stranger(fixture, "b");

    expect_ok(other->status, &other->error);
    expect_int64(ledger_size(fixture->log), 2);
    expect_repeat(first, given_stranger(fixture, "a"));
    expect_int64(ledger_size(fixture->log), 2);
    fixture_close(fixture);
}

static void without_a_key_nothing_is_a_repeat(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    again = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    expect_status(again->status, STATUS_CONFLICT, &again->error);
    expect_text(text_from(again->error.code), "slug_taken");
    fixture_close(fixture);
}

static void a_refusal_is_decided_anew(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *refused;
    struct submission *again;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    refused = given_keyed(fixture, "key", "a");
    again = given_keyed(fixture, "key", "a");
    expect_status(refused->status, STATUS_CONFLICT, &refused->error);
    expect_status(again->status, STATUS_CONFLICT, &again->error);
    expect_text(text_from(again->error.code), "slug_taken");
    fixture_close(fixture);
}

static void a_change_of_what_was_not_seen_is_refused(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *first =
        given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    struct submission *stale =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    struct submission *fresh =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    const int64_t revisions[] = {first->revision - 1, first->revision + 1, first->revision};

    stale->expected_stream = fresh->expected_stream = first->subject;
    stale->expected_revisions = fresh->expected_revisions = revisions;
    stale->expected_count = 2;
    fresh->expected_count = 3;
    writer_execute(fixture->writer, stale);
    expect_status(stale->status, STATUS_STALE, &stale->error);
    writer_execute(fixture->writer, fresh);
    expect_ok(fresh->status, &fresh->error);
    fixture_close(fixture);
}

static void recorded_timestamps_rise_though_the_clock_does_not(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *late =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    late->now.us -= INT64_C(60) * US_PER_S;
    writer_execute(fixture->writer, late);
    expect_ok(late->status, &late->error);
    for (uint64_t p = 1; p < 4; p++)
        expect(
            record_at(fixture, p - 1).entry.recorded_at.us <
            record_at(fixture, p).entry.recorded_at.us);
    fixture_close(fixture);
}

static void a_question_is_answered_and_leaves_no_trace(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct query_access question = {.user_id = {{1}}};
    struct submission *asked = given_order(fixture, &query_access_command, &question);

    expect_ok(asked->status, &asked->error);
    expect(asked->answer != NULL);
    expect_int64(asked->emitted, 0);
    expect_int64(ledger_size(fixture->log), 0);
    fixture_close(fixture);
}

static void a_clock_that_jumped_stops_writing_but_not_asking(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct query_access question = {.user_id = {{1}}};
    struct submission *order;
    struct submission *asked;

    fixture->writer->clock.offset_us -= INT64_C(3601) * US_PER_S;
    order = given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    asked = given_order(fixture, &query_access_command, &question);
    expect_status(order->status, STATUS_UNAVAILABLE, &order->error);
    expect_text(text_from(order->error.code), "clock_jumped");
    expect_ok(asked->status, &asked->error);
    expect(writer_stats(fixture->writer).is_refusing_writes);
    expect_int64(ledger_size(fixture->log), 0);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(a_repeated_command_is_answered_as_the_first_time_and_writes_nothing),
    TEST(a_repeat_is_answered_with_the_time_of_the_first),
    TEST(a_command_may_be_repeated_in_its_own_batch),
    TEST(a_command_may_be_repeated_after_a_restart),
    TEST(a_key_belongs_to_one_request),
    TEST(keys_of_others_do_not_meet_ours),
    TEST(strangers_who_choose_the_same_key_do_not_meet),
    TEST(without_a_key_nothing_is_a_repeat),
    TEST(a_refusal_is_decided_anew),
    TEST(a_change_of_what_was_not_seen_is_refused),
    TEST(recorded_timestamps_rise_though_the_clock_does_not),
    TEST(a_question_is_answered_and_leaves_no_trace),
    TEST(a_clock_that_jumped_stops_writing_but_not_asking),
};

const struct suite test_batch_suite = SUITE("commands/batch", tests);
