/*
 * What opens the server to people and programs, as rows: trusted devices, tokens for programs, and accounts of programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static const uint8_t digest[32] = {7};

static void set_up(void)
{
    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(2)};
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_device(unsigned n)
{
    const struct device_trusted trusted = {
        .user_id = make_id(1),
        .device_id = make_id(n),
        .digest = {digest, sizeof(digest)},
        .name = {.text = text_lit("Laptop")},
        .trusted_until = timestamp_plus_us(p->ledger->now, US_PER_S)};

    given_event(p->ledger, &device_trusted_event, make_id(1), UUID_NONE, &trusted);
}

static void given_token(unsigned n)
{
    static const struct text networks = TEXT_OF("192.0.2.0/24");
    const struct uuid workspace = make_id(9);
    const struct api_token_created created = {
        .user_id = make_id(1),
        .token_id = make_id(n),
        .digest = {digest, sizeof(digest)},
        .name = text_lit("Report"),
        .scope = {TOKEN_WORK},
        .workspace_ids = {&workspace, 1},
        .networks = networks,
        .expires_at = timestamp_plus_us(p->ledger->now, US_PER_S)};

    given_event(p->ledger, &api_token_created_event, make_id(1), UUID_NONE, &created);
}

static void a_device_has_a_row_with_its_name_and_last_use(void)
{
    const struct user_signed_in in = {
        .user_id = make_id(1),
        .session_id = make_id(30),
        .method = {BY_TRUSTED_DEVICE},
        .ends_at = timestamp_plus_us(p->ledger->now, US_PER_S),
        .idle_ends_at = timestamp_plus_us(p->ledger->now, US_PER_S),
        .device_id = make_id(5)};

    given_device(5);
    given_device(6);
    given_applied(p);
    expect_text(
        value_of(p, "select count(*) from devices where name = 'Laptop' and last_used_at is null"),
        "2");
    given_event(p->ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from devices where last_used_at > created_at"), "1");
    expect_text(value_of(p, "select method from sessions"), "trusted_device");
}

static void a_device_that_is_trusted_no_more_has_none(void)
{
    const struct uuid ids[] = {make_id(5), make_id(6)};
    const struct devices_ended ended = {make_id(1), {ids, COUNT_OF(ids)}, {DEVICE_ACCESS_CHANGED}};

    given_device(5);
    given_device(6);
    given_device(7);
    given_event(p->ledger, &devices_ended_event, make_id(1), UUID_NONE, &ended);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from devices"), "1");
}

static void a_token_has_a_row_with_what_it_opens_and_who_made_it(void)
{
    const struct api_token_used used = {make_id(1), make_id(5)};

    given_token(5);
    given_token(6);
    given_applied(p);
    expect_text(
        row_of(p, "(select distinct name, scope, networks, last_used_at from api_tokens)"),
        "{\"name\":\"Report\",\"scope\":\"work\",\"networks\":\"192.0.2.0/24\",\"last_used_at\":null}");
    expect_text(
        value_of(
            p, "select count(distinct created_by_user_id) from api_tokens where "
               "created_by_user_id <> user_id and jsonb_array_length(workspace_ids) = 1"),
        "1");
    given_event(p->ledger, &api_token_used_event, make_id(1), UUID_NONE, &used);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from api_tokens where last_used_at is not null"), "1");
}

static void a_token_that_has_ended_has_none(void)
{
    const struct uuid ids[] = {make_id(5)};
    const struct api_tokens_ended ended = {make_id(1), {ids, COUNT_OF(ids)}, {TOKEN_EXPIRED}};

    given_token(5);
    given_token(6);
    given_event(p->ledger, &api_tokens_ended_event, make_id(1), UUID_NONE, &ended);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from api_tokens"), "1");
}

static void an_account_of_programs_is_an_account_that_says_so(void)
{
    const struct service_account_created created = {make_id(3), text_lit("Nightly report")};

    given_event(p->ledger, &service_account_created_event, make_id(3), UUID_NONE, &created);
    given_applied(p);
    expect_text(
        row_of(p, "(select name, role, kind, is_active from users)"),
        "{\"name\":\"Nightly report\",\"role\":\"user\",\"kind\":\"service_account\",\"is_active\":true}");
}

static const struct test tests[] = {
    TEST(a_device_has_a_row_with_its_name_and_last_use),
    TEST(a_device_that_is_trusted_no_more_has_none),
    TEST(a_token_has_a_row_with_what_it_opens_and_who_made_it),
    TEST(a_token_that_has_ended_has_none),
    TEST(an_account_of_programs_is_an_account_that_says_so),
};

const struct suite test_access_rows_suite =
    SUITE_WITH("projections/identity/access", tests, .set_up = set_up, .tear_down = tear_down);
