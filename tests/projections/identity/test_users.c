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
    const struct user_signed_in in = {.user_id = make_id(1)};
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

static void given_bob_invited(void)
{
    static const uint8_t digest[32] = {2};
    const struct user_created created = {
        .user_id = make_id(2),
        .email = {.text = text_lit("bob@example.com")},
        .name = {.text = text_lit("Bob")},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
    };
    const struct user_invited invited = {
        .user_id = make_id(2),
        .invitation_id = make_id(3),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = p->ledger->now,
        .is_again = OPT_FALSE,
    };

    given_event(p->ledger, &user_created_event, make_id(2), UUID_NONE, &created);
    given_event(p->ledger, &user_invited_event, make_id(2), UUID_NONE, &invited);
}

static void given_bob(void)
{
    const struct invitation_accepted accepted = {
        .user_id = make_id(2),
        .invitation_id = make_id(3),
        .password = {.text = text_lit("$argon2id$secret")},
    };

    given_bob_invited();
    given_event(p->ledger, &invitation_accepted_event, make_id(2), UUID_NONE, &accepted);
}

static void an_invited_person_is_pending(void)
{
    given_bob_invited();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select email, name, role, is_active, invite_status, activated_at, revision,"
               " last_invited_at = updated_at as is_invited from users)"),
        "{\"email\":\"bob@example.com\",\"name\":\"Bob\",\"role\":\"user\","
        "\"is_active\":false,\"invite_status\":\"pending\",\"activated_at\":null,"
        "\"revision\":2,\"is_invited\":true}");
}

static void whoever_accepts_is_active_from_then_on(void)
{
    given_bob();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select is_active, invite_status, activated_at = updated_at as is_activated,"
               " revision from users)"),
        "{\"is_active\":true,\"invite_status\":\"accepted\",\"is_activated\":true,"
        "\"revision\":3}");
    expect_text(value_of(p, "select count(*) from users u where u::text like '%argon2%'"), "0");
}

static void an_update_changes_what_it_names(void)
{
    const struct user_updated renamed = {
        .user_id = make_id(2), .name = {.text = text_lit("Robert")}, .is_active = OPT_FALSE};
    const struct user_updated moved = {
        .user_id = make_id(2),
        .email = {.text = text_lit("rob@example.com")},
        .role = {ROLE_PLATFORM_ADMIN}};

    given_bob();
    given_event(p->ledger, &user_updated_event, make_id(2), UUID_NONE, &renamed);
    given_applied(p);
    expect_text(
        row_of(p, "(select email, name, role, is_active from users)"),
        "{\"email\":\"bob@example.com\",\"name\":\"Robert\",\"role\":\"user\","
        "\"is_active\":false}");
    given_event(p->ledger, &user_updated_event, make_id(2), UUID_NONE, &moved);
    given_applied(p);
    expect_text(
        row_of(p, "(select email, name, role, is_active from users)"),
        "{\"email\":\"rob@example.com\",\"name\":\"Robert\",\"role\":\"platform_admin\","
        "\"is_active\":false}");
}

static void preferences_change_as_far_as_they_are_named(void)
{
    const struct preferences_changed changed = {
        .user_id = make_id(2),
        .timezone = text_lit("Europe/Istanbul"),
        .enrollment_emails_enabled = OPT_FALSE};

    given_bob();
    given_event(p->ledger, &preferences_changed_event, make_id(2), UUID_NONE, &changed);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select timezone, critical_event_emails_enabled, enrollment_emails_enabled"
               " from users)"),
        "{\"timezone\":\"Europe/Istanbul\",\"critical_event_emails_enabled\":true,"
        "\"enrollment_emails_enabled\":false}");
}

static void a_deleted_account_has_no_row(void)
{
    const struct user_deleted deleted = {make_id(2)};

    given_ada();
    given_bob();
    given_event(p->ledger, &user_deleted_event, make_id(2), UUID_NONE, &deleted);
    given_applied(p);
    expect_text(value_of(p, "select email from users"), "ada@example.com");
}

static const struct test tests[] = {
    TEST(a_registered_person_has_a_row_in_plain_text),
    TEST(sign_ins_move_the_revision_and_nothing_else),
    TEST(a_failed_sign_in_of_nobody_makes_no_row),
    TEST(an_invited_person_is_pending),
    TEST(whoever_accepts_is_active_from_then_on),
    TEST(an_update_changes_what_it_names),
    TEST(preferences_change_as_far_as_they_are_named),
    TEST(a_deleted_account_has_no_row),
};

const struct suite test_users_suite =
    SUITE_WITH("projections/identity/users", tests, .set_up = set_up, .tear_down = tear_down);
