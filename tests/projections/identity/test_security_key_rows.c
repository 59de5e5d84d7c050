/*
 * Security keys as lists show them: named, used, removed, and gone with their owner; nothing of what a key signs by.
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

static void given_owner(void)
{
    const struct user_registered registered = {
        .user_id = make_id(1),
        .email = {.text = text_lit("ada@example.com")},
        .name = {.text = text_lit("Ada")},
        .password = {.text = text_lit("$argon2id$secret")},
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("UTC"),
    };

    given_event(p->ledger, &user_registered_event, make_id(1), UUID_NONE, &registered);
}

static void given_key(unsigned n)
{
    const uint8_t digest[32] = {(uint8_t)n};
    const struct security_key_added added = {
        .user_id = make_id(1),
        .key_id = make_id(n),
        .name = {.text = text_lit("Blue")},
        .credential = {.text = text_lit("planted-credential")},
        .credential_digest = {digest, sizeof(digest)},
        .public_key = {.text = text_lit("planted-public")},
        .algorithm = -7};

    given_event(p->ledger, &security_key_added_event, make_id(1), UUID_NONE, &added);
}

static void given_removed(unsigned n, struct opt_bool is_last)
{
    const struct security_key_removed removed = {make_id(1), make_id(n), is_last};

    given_event(p->ledger, &security_key_removed_event, make_id(1), UUID_NONE, &removed);
}

static void a_key_has_a_row_with_its_name_and_last_use(void)
{
    const struct security_key_used used = {make_id(1), make_id(5), 3, {7}};

    given_owner();
    given_key(5);
    given_applied(p);
    expect_text(
        row_of(p, "(select name, last_used_at from security_keys)"),
        "{\"name\":\"Blue\",\"last_used_at\":null}");
    expect_text(value_of(p, "select mfa_enabled from users"), "t");
    expect_text(
        value_of(p, "select count(*) from security_keys k where k::text like '%planted%'"), "0");
    given_event(p->ledger, &security_key_used_event, make_id(1), UUID_NONE, &used);
    given_applied(p);
    expect_text(
        value_of(p, "select count(*) from security_keys where last_used_at > created_at"), "1");
}

static void the_last_one_that_goes_leaves_the_password_alone(void)
{
    given_owner();
    given_key(5);
    given_key(6);
    given_removed(5, OPT_FALSE);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from security_keys"), "1");
    expect_text(value_of(p, "select mfa_enabled from users"), "t");
    given_removed(6, OPT_TRUE);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from security_keys"), "0");
    expect_text(value_of(p, "select mfa_enabled from users"), "f");
}

static const struct test tests[] = {
    TEST(a_key_has_a_row_with_its_name_and_last_use),
    TEST(the_last_one_that_goes_leaves_the_password_alone),
};

const struct suite test_security_key_rows_suite = SUITE_WITH(
    "projections/identity/security_keys", tests, .set_up = set_up, .tear_down = tear_down);
