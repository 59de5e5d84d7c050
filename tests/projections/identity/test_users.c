/*
 * People with an account.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_ada(void)
{
    const struct user_registered registered = {
        .user_id = make_id(1),
        .email = {.text = text_lit("ada@example.com")},
        .name = {.text = text_lit("Ada")},
        .password = {.text = text_lit("$argon2id$secret")},
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("Europe/London"),
    };

    given_event(p->ledger, &user_registered_event, make_id(1), UUID_NONE, &registered);
}

static void a_registered_person_has_a_row_in_plain_text(void)
{
    given_ada();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select email, name, role, is_active, timezone, invite_status, last_invited_at,"
               " activated_at, critical_event_emails_enabled, enrollment_emails_enabled,"
               " mfa_enabled, revision from users)"),
        "{\"email\":\"ada@example.com\",\"name\":\"Ada\",\"role\":\"platform_admin\","
        "\"is_active\":true,\"timezone\":\"Europe/London\",\"invite_status\":\"accepted\","
        "\"last_invited_at\":null,\"activated_at\":null,\"critical_event_emails_enabled\":true,"
        "\"enrollment_emails_enabled\":true,\"mfa_enabled\":false,\"revision\":1}");
    expect_text(value_of(p, "select count(*) from users u where u::text like '%argon2%'"), "0");
    expect_text(value_of(p, "select count(*) from users where created_at = updated_at"), "1");
}

static void sign_ins_move_the_revision_and_nothing_else(void)
{
    static const uint8_t digest[32] = {1};
    const struct user_signed_in in = {make_id(1)};
    const struct sign_in_failed failed = {make_id(1), {digest, sizeof(digest)}, {FAILURE_PASSWORD}};

    given_ada();
    given_event(p->ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
    given_event(p->ledger, &sign_in_failed_event, make_id(1), UUID_NONE, &failed);
    given_applied(p);
    expect_text(value_of(p, "select revision from users"), "3");
    expect_text(value_of(p, "select count(*) from users where created_at = updated_at"), "1");
}

static void a_failed_sign_in_of_nobody_makes_no_row(void)
{
    static const uint8_t digest[32] = {1};
    const struct sign_in_failed failed = {UUID_NONE, {digest, sizeof(digest)}, {FAILURE_UNKNOWN}};

    given_event(p->ledger, &sign_in_failed_event, make_id(5), UUID_NONE, &failed);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from users"), "0");
}

static const struct test tests[] = {
    TEST(a_registered_person_has_a_row_in_plain_text),
    TEST(sign_ins_move_the_revision_and_nothing_else),
    TEST(a_failed_sign_in_of_nobody_makes_no_row),
};

const struct suite test_users_suite =
    SUITE_WITH("projections/identity/users", tests, .set_up = set_up, .tear_down = tear_down);
