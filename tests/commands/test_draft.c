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
#include "tests/support/house.h"

static bool holds(struct bytes bytes, const char *text)
{
    return text_contains(text_of_bytes(bytes), text_from(text));
}

static struct personal personal(const char *text)
{
    return (struct personal){.text = text_from(text)};
}

static struct submission *given_admin(struct house *house)
{
    struct register_admin *order = arena_one(house->arena, struct register_admin);
    struct submission *submission = make_order(house, &register_admin_command, order);

    *order =
        (struct register_admin){personal("ann@example.com"), personal("Ann"), personal("$argon2")};
    shape_digest_personal(house->keyring, register_admin_command.input, house->arena, order);
    submission->origin.address = personal("192.0.2.7");
    submission->origin.user_agent = personal("curl/8");
    writer_execute(house->writer, submission);
    return submission;
}

static void an_entry_says_who_did_what_on_whose_behalf(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *order =
        make_order(house, &create_workspace_command, workspace_called(house, "a"));
    struct record first;
    struct record second;

    order->correlation = text_lit("req-42");
    order->causation = (struct uuid){{3}};
    writer_execute(house->writer, order);
    first = record_at(house, 0);
    second = record_at(house, 1);
    expect_text(first.entry.type, "workspace.created");
    expect_whole(first.entry.actor_kind, ACTOR_USER);
    expect(uuid_equal(first.entry.actor_id, order->actor.id));
    expect(uuid_equal(first.entry.actor_session, order->actor.session));
    expect(uuid_equal(first.entry.correlation, id_from_text(text_lit("req-42"))));
    expect(uuid_equal(first.entry.causation, order->causation));
    expect_text(first.body.correlation_text, "req-42");
    expect_whole(first.entry.revision, 1);
    expect_whole(second.entry.revision, 1);
    expect(uuid_equal(first.entry.command_id, second.entry.command_id));
    expect(!uuid_equal(first.entry.event_id, second.entry.event_id));
    expect(uuid_equal(first.entry.stream, order->subject));
    expect(uuid_equal(first.entry.workspace, order->subject));
    close_house(house);
}

static void the_first_event_of_a_command_holds_the_digest_of_its_request(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *order =
        make_order(house, &create_workspace_command, workspace_called(house, "a"));
    static const uint8_t digest[DIGEST_SIZE] = {5};

    order->idempotency_key = text_lit("key");
    order->request_digest = (struct bytes){digest, DIGEST_SIZE};
    writer_execute(house->writer, order);
    expect(bytes_equal(record_at(house, 0).body.request_digest, order->request_digest));
    expect(!bytes_are_present(record_at(house, 1).body.request_digest));
    close_house(house);
}

static void personal_fields_are_stored_sealed_and_can_be_opened(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct submission *order = given_admin(house);
    struct record record = record_at(house, 0);
    const struct user_registered *registered = record.event;
    struct fault fault;

    expect_ok(order->status, &order->fault);
    expect(!holds(record.body.fields, "ann@example.com"));
    expect(!holds(record.body.fields, "$argon2"));
    expect(!text_is_present(registered->email.text));
    expect_whole(registered->email.digest.size, DIGEST_SIZE);
    expect_ok(keyring_open_record(house->keyring, house->arena, &record, &fault), &fault);
    registered = record.event;
    expect_text(registered->email.text, "ann@example.com");
    expect_text(registered->password.text, "$argon2");
    expect_text(record.body.origin->address.text, "192.0.2.7");
    expect_text(record.body.origin->user_agent.text, "curl/8");
    close_house(house);
}

static void what_a_sign_in_asks_for_can_be_opened(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    struct ask_sign_in question = {
        .email_digest = keyring_digest(house->keyring, house->arena, text_lit("Ann@Example.com"))};
    const struct sign_in_facts *facts;
    struct user_registered opened;
    struct fault fault;

    given_admin(house);
    facts = given_order(house, &ask_sign_in_command, &question)->answer;
    expect(uuid_is_present(facts->user_id));
    expect_whole(facts->password_field_tag, 4);
    opened = (struct user_registered){.user_id = facts->user_id, .password = facts->password};
    expect_ok(
        keyring_open_fields(
            house->keyring, user_registered_event.shape, facts->password_event_id, house->arena,
            &opened, &fault),
        &fault);
    expect_text(opened.password.text, "$argon2");
    close_house(house);
}

/* Commands that write too much, as none of ours does. */
static enum status emit_too_many(struct decision *decision, const void *input, struct fault *fault)
{
    struct refusal_recorded recorded = {.code = text_lit("x")};
    const size_t *count = input;

    (void)fault;
    for (size_t i = 0; i < *count; i++)
        emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &recorded);
    return STATUS_OK;
}
static const struct command many_events_command = {.name = "many_events", .decide = emit_too_many};

static enum status emit_too_long(struct decision *decision, const void *input, struct fault *fault)
{
    const struct text *code = input;
    struct refusal_recorded small = {.code = text_lit("x")};
    struct refusal_recorded large = {.code = *code};

    (void)fault;
    emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &small);
    emit(decision, &refusal_recorded_event, (struct uuid){{1}}, UUID_NONE, &large);
    return STATUS_OK;
}
static const struct command long_body_command = {.name = "long_body", .decide = emit_too_long};

static void ten_thousand_events_are_the_most_of_one_command(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    size_t most = 10000;
    size_t too_many = most + 1;
    struct submission *refused = given_order(house, &many_events_command, &too_many);
    struct submission *order = given_order(house, &many_events_command, &most);

    expect_status(refused->status, STATUS_TOO_LARGE, &refused->fault);
    expect_ok(order->status, &order->fault);
    expect_whole(order->first.value, 0);
    expect_whole(order->revision, (int64_t)most);
    expect_whole(evlog_size(house->log), most);
    expect_whole(evlog_stats(house->log).commits, 1);
    close_house(house);
}

static void nothing_is_kept_of_a_command_whose_second_event_is_too_long(void)
{
    struct house *house = open_house(&(struct house_settings){0});
    size_t size = BODY_MAX_BYTES;
    struct text code = {arena_take(house->arena, size), size};
    struct submission *order = given_order(house, &long_body_command, &code);

    expect_status(order->status, STATUS_TOO_LARGE, &order->fault);
    expect_whole(evlog_size(house->log), 0);
    expect_whole(model_revision(house->model, (struct uuid){{1}}), 0);
    close_house(house);
}

static const struct test tests[] = {
    TEST(an_entry_says_who_did_what_on_whose_behalf),
    TEST(the_first_event_of_a_command_holds_the_digest_of_its_request),
    TEST(personal_fields_are_stored_sealed_and_can_be_opened),
    TEST(what_a_sign_in_asks_for_can_be_opened),
    TEST(ten_thousand_events_are_the_most_of_one_command),
    TEST(nothing_is_kept_of_a_command_whose_second_event_is_too_long),
};

const struct suite test_draft_suite = SUITE("commands/draft", tests);
