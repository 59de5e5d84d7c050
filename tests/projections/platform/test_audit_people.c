/*
 * The trail of what happens to accounts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;
static const uint8_t digest[32] = {1};

static void as_person(unsigned n)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(n)};
    p->ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

static void given_invited(bool is_again)
{
    const struct user_invited invited = {
        .user_id = make_id(2),
        .invitation_id = make_id(3),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = p->ledger->now,
        .is_again = opt_bool_of(is_again),
    };

    given_event(p->ledger, &user_invited_event, make_id(2), UUID_NONE, &invited);
}

/* Ada, an admin, has invited Bob. */
static void set_up(void)
{
    const struct user_created created = {
        .user_id = make_id(2),
        .email = {.text = text_lit("bob@example.com")},
        .name = {.text = text_lit("Bob")},
        .role = {ROLE_USER},
        .timezone = text_lit("UTC"),
    };

    p = make_projected();
    given_ada_registered(p);
    as_person(1);
    given_event(p->ledger, &user_created_event, make_id(2), UUID_NONE, &created);
    given_invited(false);
}

static void tear_down(void)
{
    end_projected(p);
}

static struct text newest(void)
{
    given_applied(p);
    return row_of(
        p,
        "(select scope, actor_email_snapshot as actor, action, target_label as target,"
        " metadata, ip_address as ip from audit_logs order by created_at desc, id desc limit 1)");
}

static void making_an_account_is_one_entry_with_its_role(void)
{
    expect_text(
        newest(),
        "{\"scope\":\"platform\",\"actor\":\"ada@example.com\",\"action\":\"user.created\","
        "\"target\":\"bob@example.com\",\"metadata\":{\"role\": \"user\"},\"ip\":\"192.0.2.7\"}");
    expect_text(value_of(p, "select count(*) from audit_logs"), "1");
}

static void a_further_invitation_is_an_entry(void)
{
    given_invited(true);
    expect_text(
        newest(), "{\"scope\":\"platform\",\"actor\":\"ada@example.com\","
                  "\"action\":\"user.invitation.resent\",\"target\":\"bob@example.com\","
                  "\"metadata\":null,\"ip\":\"192.0.2.7\"}");
}

static void accepting_is_an_act_of_the_invited_person(void)
{
    const struct invitation_accepted accepted = {
        .user_id = make_id(2),
        .invitation_id = make_id(3),
        .password = {.text = text_lit("$argon2id$secret")}};

    as_person(2);
    given_event(p->ledger, &invitation_accepted_event, make_id(2), UUID_NONE, &accepted);
    expect_text(
        newest(), "{\"scope\":\"platform\",\"actor\":\"bob@example.com\","
                  "\"action\":\"user.invitation.accepted\",\"target\":\"bob@example.com\","
                  "\"metadata\":null,\"ip\":\"192.0.2.7\"}");
}

static void an_update_tells_role_and_activity_as_they_are_then(void)
{
    const struct user_updated updated = {.user_id = make_id(2), .role = {ROLE_PLATFORM_ADMIN}};

    given_event(p->ledger, &user_updated_event, make_id(2), UUID_NONE, &updated);
    expect_text(
        newest(),
        "{\"scope\":\"platform\",\"actor\":\"ada@example.com\",\"action\":\"user.updated\","
        "\"target\":\"bob@example.com\",\"metadata\":{\"role\": \"platform_admin\", "
        "\"isActive\": false},\"ip\":\"192.0.2.7\"}");
}

static void preferences_are_told_whole(void)
{
    const struct preferences_changed changed = {
        .user_id = make_id(2), .enrollment_emails_enabled = OPT_FALSE};

    as_person(2);
    given_event(p->ledger, &preferences_changed_event, make_id(2), UUID_NONE, &changed);
    given_applied(p);
    expect_text(
        value_of(
            p, "select count(*) from audit_logs where action = 'user.preferences.updated' and"
               " metadata @> '{\"timezone\":\"UTC\",\"criticalEventEmailsEnabled\":true,"
               "\"enrollmentEmailsEnabled\":false}' and actor_email_snapshot = 'bob@example.com'"),
        "1");
}

static void passwords_leave_entries_and_no_secrets(void)
{
    const struct password_changed changed = {make_id(2), {.text = text_lit("$argon2id$secret")}};
    const struct password_reset_requested requested = {
        .user_id = make_id(2),
        .reset_id = make_id(4),
        .token_digest = {digest, sizeof(digest)},
        .expires_at = p->ledger->now};
    const struct password_reset reset = {
        make_id(2), make_id(4), {.text = text_lit("$argon2id$secret")}};

    as_person(2);
    given_event(p->ledger, &password_changed_event, make_id(2), UUID_NONE, &changed);
    given_event(p->ledger, &password_reset_requested_event, make_id(2), UUID_NONE, &requested);
    given_event(p->ledger, &password_reset_event, make_id(2), UUID_NONE, &reset);
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(action, ' ' order by created_at, id) from audit_logs"
               " where action like 'user.password%'"),
        "user.password.changed user.password-reset.requested user.password-reset.completed");
    expect_text(
        value_of(p, "select count(*) from audit_logs a where a::text like '%argon2%'"), "0");
}

static void a_deleted_account_is_still_named(void)
{
    const struct user_deleted deleted = {make_id(2)};

    given_event(p->ledger, &user_deleted_event, make_id(2), UUID_NONE, &deleted);
    expect_text(
        newest(),
        "{\"scope\":\"platform\",\"actor\":\"ada@example.com\",\"action\":\"user.deleted\","
        "\"target\":\"bob@example.com\",\"metadata\":null,\"ip\":\"192.0.2.7\"}");
}

static const struct test tests[] = {
    TEST(making_an_account_is_one_entry_with_its_role),
    TEST(a_further_invitation_is_an_entry),
    TEST(accepting_is_an_act_of_the_invited_person),
    TEST(an_update_tells_role_and_activity_as_they_are_then),
    TEST(preferences_are_told_whole),
    TEST(passwords_leave_entries_and_no_secrets),
    TEST(a_deleted_account_is_still_named),
};

const struct suite test_audit_people_suite = SUITE_WITH(
    "projections/platform/audit_people", tests, .set_up = set_up, .tear_down = tear_down);
