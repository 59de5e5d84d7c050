/*
 * What is stored of a command: entries, sealed fields, and nothing of what does not fit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/platform/platform_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/keyed_digest.h"
#include "tests/support/fixture.h"

#include <string.h>

static bool holds(struct bytes bytes, const char *text)
{
    return text_contains(text_of_bytes(bytes), text_from(text));
}

static struct personal personal(const char *text)
{
    return (struct personal){.text = text_from(text)};
}

static struct submission *given_admin(struct fixture *fixture)
{
    struct register_admin *order = arena_one(fixture->arena, struct register_admin);
    struct submission *submission = make_order(fixture, &register_admin_command, order);

    *order =
        (struct register_admin){personal("ann@example.com"), personal("Ann"), personal("$argon2")};
    keyed_digest_personal(
        fixture->keyring, register_admin_command.input, submission->now, fixture->arena, order);
    submission->origin.address = personal("192.0.2.7");
    submission->origin.user_agent = personal("curl/8");
    keyed_digest_personal(
        fixture->keyring, &origin_shape, submission->now, fixture->arena, &submission->origin);
    writer_execute(fixture->writer, submission);
    return submission;
}

static void an_entry_says_who_did_what_on_whose_behalf(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *order =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    struct record first;
    struct record second;

    order->correlation = (struct uuid){{4, 2}};
    order->causation = (struct uuid){{3}};
    writer_execute(fixture->writer, order);
    first = record_at(fixture, 0);
    second = record_at(fixture, 1);
    expect_text(first.entry.type, "workspace.created");
    expect_int64(first.entry.actor_kind, ACTOR_USER);
    expect(uuid_equal(first.entry.actor_id, order->actor.id));
    expect(uuid_equal(first.entry.actor_session, order->actor.session));
    expect(uuid_equal(first.entry.correlation, order->correlation));
    expect(uuid_equal(first.entry.causation, order->causation));
    expect_int64(first.entry.revision, 1);
    expect_int64(second.entry.revision, 1);
    expect(uuid_equal(first.entry.command_id, second.entry.command_id));
    expect(!uuid_equal(first.entry.event_id, second.entry.event_id));
    expect(uuid_equal(first.entry.stream, order->subject));
    expect(uuid_equal(first.entry.workspace, order->subject));
    fixture_close(fixture);
}

static void the_first_event_of_a_command_holds_the_digest_of_its_request(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *order =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    static const uint8_t digest[DIGEST_SIZE] = {5};

    order->command_id = (struct uuid){{6}};
    order->request_digest = (struct bytes){digest, DIGEST_SIZE};
    writer_execute(fixture->writer, order);
    expect(uuid_equal(record_at(fixture, 0).entry.command_id, order->command_id));
    expect(bytes_equal(record_at(fixture, 0).body.request_digest, order->request_digest));
    expect(!bytes_are_present(record_at(fixture, 1).body.request_digest));
    fixture_close(fixture);
}

static void personal_fields_are_stored_sealed_and_can_be_opened(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *order = given_admin(fixture);
    struct record record = record_at(fixture, 0);
    const struct user_registered *registered = record.event;
    struct error error;

    expect_ok(order->status, &order->error);
    expect(!holds(record.body.fields, "ann@example.com"));
    expect(!holds(record.body.fields, "$argon2"));
    expect(!text_is_present(registered->email.text));
    expect_int64(registered->email.digest.size, DIGEST_SIZE);
    expect_ok(keyring_open_record(fixture->keyring, fixture->arena, &record, &error), &error);
    registered = record.event;
    expect_text(registered->email.text, "ann@example.com");
    expect_text(registered->password.text, "$argon2");
    expect_text(record.body.origin->address.text, "192.0.2.7");
    expect_text(record.body.origin->user_agent.text, "curl/8");
    fixture_close(fixture);
}

static void what_a_sign_in_asks_for_can_be_opened(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct query_sign_in question = {
        .email_digest =
            keyed_digest_email(fixture->keyring, fixture->arena, text_lit("Ann@Example.com"))};
    const struct sign_in_lookup *facts;
    struct user_registered opened;
    struct error error;

    given_admin(fixture);
    facts = given_order(fixture, &query_sign_in_command, &question)->answer;
    expect(uuid_is_present(facts->user_id));
    opened = (struct user_registered){.user_id = facts->user_id, .password = facts->password};
    expect_ok(
        keyring_open_fields(
            fixture->keyring, user_registered_event.shape, facts->password_event_id, fixture->arena,
            &opened, &error),
        &error);
    expect_text(opened.password.text, "$argon2");
    fixture_close(fixture);
}

static void without_a_correlation_events_have_that_of_their_command(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct record record;

    given_order(fixture, &create_workspace_command, workspace_called(fixture, "a"));
    record = record_at(fixture, 0);
    expect(uuid_equal(record.entry.correlation, record.entry.command_id));
    fixture_close(fixture);
}

/* The call came in on the day before, or our clock lags the ledger. */
static void an_address_is_digested_for_the_day_on_which_it_is_recorded(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct submission *early =
        make_order(fixture, &create_workspace_command, workspace_called(fixture, "b"));
    struct origin expected = {.address = personal("192.0.2.7")};
    struct record record;

    given_admin(fixture);
    early->now = timestamp_plus_us(early->now, -INT64_C(86400) * US_PER_S);
    early->origin.address = personal("192.0.2.7");
    keyed_digest_personal(
        fixture->keyring, &origin_shape, early->now, fixture->arena, &early->origin);
    writer_execute(fixture->writer, early);
    record = record_at(fixture, early->first.value);
    keyed_digest_personal(
        fixture->keyring, &origin_shape, record.entry.recorded_at, fixture->arena, &expected);
    expect(bytes_equal(record.body.origin->address.digest, expected.address.digest));
    expect(!bytes_equal(early->origin.address.digest, expected.address.digest));
    fixture_close(fixture);
}

/* Commands that write too much, as none of ours does. */
static enum status emit_too_many(struct decision *decision, const void *input, struct error *error)
{
    struct refusal_recorded recorded = {.code = text_lit("x")};
    const size_t *count = input;

    (void)error;
    for (size_t i = 0; i < *count; i++)
        decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &recorded);
    return STATUS_OK;
}
static const struct command many_events_command = {.name = "many_events", .decide = emit_too_many};

static enum status emit_too_long(struct decision *decision, const void *input, struct error *error)
{
    const struct text *code = input;
    struct refusal_recorded small = {.code = text_lit("x")};
    struct refusal_recorded large = {.code = *code};

    (void)error;
    decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &small);
    decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &large);
    return STATUS_OK;
}
static const struct command long_body_command = {.name = "long_body", .decide = emit_too_long};

static enum status emit_text(struct decision *decision, const void *input, struct error *error)
{
    const struct refusal_recorded *recorded = input;

    (void)error;
    decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, recorded);
    return STATUS_OK;
}
static const struct command text_command = {.name = "text", .decide = emit_text};

static void text_that_is_no_utf8_is_never_stored(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    struct refusal_recorded clean = {.code = text_lit("x"), .method = text_lit("caf\xc3\xa9")};
    struct refusal_recorded unclean = {.code = text_lit("x"), .method = text_lit("caf\xe9")};
    struct submission *refused = given_order(fixture, &text_command, &unclean);
    struct submission *agent = make_order(fixture, &text_command, &clean);

    expect_status(refused->status, STATUS_INVALID, &refused->error);
    expect_text(text_from(refused->error.code), "unclean_text");
    expect(text_contains(text_from(refused->error.text), text_lit("\"method\"")));
    agent->origin.user_agent = personal("\xff");
    writer_execute(fixture->writer, agent);
    expect_text(text_from(agent->error.code), "unclean_text");
    expect_int64(ledger_size(fixture->log), 0);
    expect_ok(given_order(fixture, &text_command, &clean)->status, NULL);
    fixture_close(fixture);
}

static void ten_thousand_events_are_the_most_of_one_command(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    size_t most = 10000;
    size_t too_many = most + 1;
    struct submission *refused = given_order(fixture, &many_events_command, &too_many);
    struct submission *order = given_order(fixture, &many_events_command, &most);

    expect_status(refused->status, STATUS_TOO_LARGE, &refused->error);
    expect_ok(order->status, &order->error);
    expect_int64(order->first.value, 0);
    expect_int64(order->revision, (int64_t)most);
    expect_int64(ledger_size(fixture->log), most);
    expect_int64(ledger_stats(fixture->log).commits, 1);
    fixture_close(fixture);
}

static void nothing_is_kept_of_a_command_whose_second_event_is_too_long(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    size_t size = BODY_MAX_BYTES;
    char *long_text = memset(arena_take(fixture->arena, size), 'a', size);
    struct text code = {long_text, size};
    struct submission *order = given_order(fixture, &long_body_command, &code);

    expect_status(order->status, STATUS_TOO_LARGE, &order->error);
    expect_int64(ledger_size(fixture->log), 0);
    expect_int64(model_revision(fixture->model, (struct uuid){{1}}), 0);
    fixture_close(fixture);
}

static enum status emit_many_long(struct decision *decision, const void *input, struct error *error)
{
    const struct text *code = input;
    const struct refusal_recorded large = {.code = *code};

    (void)error;
    for (int i = 0; i < 90; i++)
        decision_emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &large);
    return STATUS_OK;
}
static const struct command many_long_command = {.name = "many_long", .decide = emit_many_long};

/* Each of them would fit; of the batch's memory there is less. */
static void nothing_is_kept_of_a_command_whose_events_are_too_much_together(void)
{
    struct fixture *fixture = fixture_open(&(struct fixture_settings){0});
    size_t size = (size_t)3 << 20;
    char *long_text = memset(arena_take(fixture->arena, size), 'a', size);
    struct text code = {long_text, size};
    struct submission *order = given_order(fixture, &many_long_command, &code);

    expect_status(order->status, STATUS_TOO_LARGE, &order->error);
    expect_int64(ledger_size(fixture->log), 0);
    expect_int64(model_revision(fixture->model, (struct uuid){{1}}), 0);
    fixture_close(fixture);
}

static const struct test tests[] = {
    TEST(an_entry_says_who_did_what_on_whose_behalf),
    TEST(the_first_event_of_a_command_holds_the_digest_of_its_request),
    TEST(personal_fields_are_stored_sealed_and_can_be_opened),
    TEST(what_a_sign_in_asks_for_can_be_opened),
    TEST(without_a_correlation_events_have_that_of_their_command),
    TEST(an_address_is_digested_for_the_day_on_which_it_is_recorded),
    TEST(text_that_is_no_utf8_is_never_stored),
    TEST(ten_thousand_events_are_the_most_of_one_command),
    TEST(nothing_is_kept_of_a_command_whose_second_event_is_too_long),
    TEST(nothing_is_kept_of_a_command_whose_events_are_too_much_together),
};

const struct suite test_draft_suite = SUITE("commands/draft", tests);
