/*
 * Grants of roles as the API shows them, what the audit trail and the system events say of authority, and what is left of a
 * person who is forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static const uint8_t root[32] = {1};
static const struct bytes root_key = {root, sizeof(root)};

static struct projected *p;

static void given_granted(struct uuid grant_id, int64_t role, int64_t serial)
{
    const struct role_granted granted = {
        .user_id = make_id(1),
        .grant_id = grant_id,
        .role = {role},
        .not_before = p->ledger->now,
        .serial = serial,
        .reason = text_lit("For the test"),
        .root_key = root_key,
        .envelope = {.text = text_lit("{\"payload\":\"e30=\"}")},
    };

    given_event(p->ledger, &role_granted_event, make_id(1), UUID_NONE, &granted);
}

static void set_up(void)
{
    const struct user_registered registered = {
        .user_id = make_id(1),
        .email = {.text = text_lit("ann@example.com")},
        .name = {.text = text_lit("Ann")},
        .password = {.text = text_lit("$argon2id$ann")},
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = text_lit("UTC"),
    };

    p = make_projected();
    given_event(p->ledger, &user_registered_event, make_id(1), UUID_NONE, &registered);
    given_granted(make_id(10), ROLE_PLATFORM_ADMIN, 1);
}

static void tear_down(void)
{
    end_projected(p);
}

static void a_grant_is_shown_as_it_was_signed(void)
{
    given_applied(p);
    expect_text(
        row_of(
            p, "(select role, status, serial, reason, envelope, ended_at is null as is_open"
               " from role_grants)"),
        "{\"role\":\"platform_admin\",\"status\":\"active\",\"serial\":1,\"reason\":\"For the test\","
        "\"envelope\":{\"payload\": \"e30=\"},\"is_open\":true}");
    expect_text(
        value_of(
            p, "select target_label || ' ' || (metadata->>'role') from audit_logs"
               " where action = 'role-grant.created'"),
        "ann@example.com platform_admin");
}

static void one_that_has_ended_keeps_its_row_and_says_why(void)
{
    const struct role_grant_ended ended = {
        .user_id = make_id(1),
        .grant_id = make_id(10),
        .end = {GRANT_REVOKED},
        .reason = text_lit("No more"),
        .envelope = {.text = text_lit("{\"payload\":\"e31=\"}")}};

    given_event(p->ledger, &role_grant_ended_event, make_id(1), UUID_NONE, &ended);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select status, end_reason, end_envelope, ended_at > created_at as has_ended"
               " from role_grants)"),
        "{\"status\":\"revoked\",\"end_reason\":\"No more\",\"end_envelope\":{\"payload\": \"e31=\"},"
        "\"has_ended\":true}");
}

static void of_a_person_who_is_forgotten_nothing_that_was_signed_is_left(void)
{
    const struct person_erased erased = {.subject_id = make_id(1)};

    given_event(p->ledger, &person_erased_event, make_id(1), UUID_NONE, &erased);
    given_applied(p);
    expect_text(
        row_of(p, "(select status, serial, envelope from role_grants)"),
        "{\"status\":\"active\",\"serial\":1,\"envelope\":null}");
}

static void changes_of_who_rules_are_critical_events(void)
{
    const struct authority_declared off = {make_id(3), {AUTHORITY_LEGACY}, {NULL, 0}, OPT_FALSE};

    given_granted(make_id(11), ROLE_PLATFORM_RECOVERY_ADMIN, 2);
    given_event(p->ledger, &authority_declared_event, make_id(3), UUID_NONE, &off);
    given_applied(p);
    expect_text(
        value_of(p, "select string_agg(type || ' ' || severity, ', ' order by type) from events"),
        "authority.declared critical, authority.recovery-admin.granted critical");
    expect_text(
        value_of(p, "select message from events where type = 'authority.declared'"),
        "Roles on the platform count without a signed grant: the settings switched strict authority off.");
}

static const struct test tests[] = {
    TEST(a_grant_is_shown_as_it_was_signed),
    TEST(one_that_has_ended_keeps_its_row_and_says_why),
    TEST(of_a_person_who_is_forgotten_nothing_that_was_signed_is_left),
    TEST(changes_of_who_rules_are_critical_events),
};

const struct suite test_role_grant_rows_suite = SUITE_WITH(
    "projections/authority/role_grant_rows", tests, .set_up = set_up, .tear_down = tear_down);
