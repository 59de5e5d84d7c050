/*
 * Authority: what settings declare, grants that are handed in, end and expire, keys that follow one another, and the first owner.
 * Signatures are verified before an order comes here; what is tested is whether what they say fits.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority_commands.h"
#include "commands/authority/authority_lookup.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/manifest.h"
#include "tests/support/expect.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define INSTALLATION id_named("installation")
#define GRANT_1      id_named("grant 1")
#define GRANT_2      id_named("grant 2")
#define ROOT(s)      digest_named(s, "root")
#define NEXT_ROOT(s) digest_named(s, "next root")

static const int64_t hour_us = INT64_C(3600) * US_PER_S;

/* A new installation, which says that authority is so. */
static struct scenario *given_installation(int64_t mode)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(
        s,
        HAPPENED(
            ledger_opened, .installation_id = INSTALLATION,
            .origin_name = text_lit("ledger.example"), .verifier_key = digest_named(s, "verifier"),
            .key_ids = digest_named(s, "ids")),
        HAPPENED(
            authority_declared, .installation_id = INSTALLATION, .mode = {mode},
            .root_key = ROOT(s), .replaces = OPT_TRUE));
    return s;
}

/* Ann is a platform admin, Bob is nobody in particular; the installation says that authority is so. */
static struct scenario *given_mode(int64_t mode)
{
    struct scenario *s = given_installation(mode);

    given_ann(s);
    given_account(s, U2, "bob");
    scenario_actor(s, ACTOR_USER, U2);
    return s;
}

static struct grant_role order_of(
    struct scenario *s, struct uuid grant_id, struct uuid user_id, int64_t role, int64_t serial)
{
    return (struct grant_role){
        .envelope = sealed(s, "envelope"),
        .installation_id = INSTALLATION,
        .grant_id = grant_id,
        .user_id = user_id,
        .role = {role},
        .not_before = timestamp_plus_us(scenario_now(s), -hour_us),
        .reason = text_lit("For the test"),
        .serial = serial,
        .root_key = ROOT(s),
    };
}

static void when_granted(struct scenario *s, const struct grant_role *order)
{
    scenario_when(s, &grant_role_command, order);
}

static void given_granted(
    struct scenario *s, struct uuid grant_id, struct uuid user_id, int64_t role, int64_t serial)
{
    struct grant_role order = order_of(s, grant_id, user_id, role, serial);

    when_granted(s, &order);
}

static int64_t role_that_counts(struct scenario *s, struct uuid user_id)
{
    WHEN(s, query_access, .user_id = user_id);
    return ANSWER(s, access_lookup)->role.is;
}

static int64_t lack_of(struct scenario *s, struct uuid user_id)
{
    WHEN(s, query_authority, .user_id = user_id);
    return ANSWER(s, authority_view)->reason.is;
}

static void what_settings_say_goes_on_record_where_it_is_news(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    WHEN(s, declare_authority, .mode = {AUTHORITY_STRICT}, .root_key = ROOT(s));
    THEN_NOTHING(s);
    WHEN(s, declare_authority, .mode = {AUTHORITY_LEGACY});
    THEN_EMITTED(
        s, HAPPENED(
               authority_declared, .installation_id = INSTALLATION, .mode = {AUTHORITY_LEGACY},
               .replaces = OPT_FALSE));
    WHEN(s, declare_authority, .mode = {AUTHORITY_LEGACY}, .root_key = NEXT_ROOT(s));
    THEN_EMITTED(
        s, HAPPENED(
               authority_declared, .installation_id = INSTALLATION, .mode = {AUTHORITY_LEGACY},
               .root_key = NEXT_ROOT(s), .replaces = OPT_TRUE));
}

static void a_role_counts_by_itself_unless_authority_is_strict(void)
{
    struct scenario *s = given_mode(AUTHORITY_LEGACY);

    expect_int64(role_that_counts(s, U1), ROLE_PLATFORM_ADMIN);
    s = given_mode(AUTHORITY_STRICT);
    expect_int64(role_that_counts(s, U1), ROLE_USER);
    expect(opt_bool_is_true(ANSWER(s, access_lookup)->lacks_authority));
    expect_int64(lack_of(s, U1), LACKS_GRANT);
    expect_int64(role_that_counts(s, U2), ROLE_USER);
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->lacks_authority));
    WHEN(s, query_user_scope, .user_id = U1);
    expect_int64(ANSWER(s, user_scope)->role.is, ROLE_USER);
}

static void a_grant_makes_it_count_whoever_hands_it_in(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct grant_role order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);

    when_granted(s, &order);
    THEN_EMITTED(
        s, HAPPENED(
               role_granted, .user_id = U1, .grant_id = GRANT_1, .role = {ROLE_PLATFORM_ADMIN},
               .not_before = order.not_before, .serial = 1, .reason = order.reason,
               .root_key = ROOT(s), .envelope = sealed(s, "envelope")));
    expect_int64(role_that_counts(s, U1), ROLE_PLATFORM_ADMIN);
}

static void with_it_comes_the_role(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct grant_role order = order_of(s, GRANT_1, U2, ROLE_PLATFORM_AUDITOR, 1);

    when_granted(s, &order);
    THEN_EMITTED(
        s,
        HAPPENED(
            role_granted, .user_id = U2, .grant_id = GRANT_1, .role = {ROLE_PLATFORM_AUDITOR},
            .not_before = order.not_before, .serial = 1, .reason = order.reason,
            .root_key = ROOT(s), .envelope = sealed(s, "envelope")),
        HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_AUDITOR}));
}

static void one_that_does_not_fit_is_refused(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct grant_role order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);

    order.installation_id = id_named("another");
    when_granted(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is for another installation, or for another ledger of it.");
    order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    order.root_key = NEXT_ROOT(s);
    when_granted(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is signed by no product root key that is trusted here.");
    order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    order.not_before = timestamp_plus_us(scenario_now(s), hour_us);
    when_granted(s, &order);
    THEN_REFUSED(s, UNPROCESSABLE, "The manifest is not to be taken yet.");
    order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    order.expires_at = timestamp_plus_us(scenario_now(s), -1);
    when_granted(s, &order);
    THEN_REFUSED(s, UNPROCESSABLE, "The manifest is to be taken no more: its expiresAt is over.");
    order = order_of(s, GRANT_1, U3, ROLE_PLATFORM_ADMIN, 1);
    when_granted(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "The grant is of nobody here: there is no such person, or they have not accepted their invitation.");
}

static void each_is_taken_once_and_serials_rise(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct grant_role order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 5);

    when_granted(s, &order);
    order.serial = 6;
    when_granted(s, &order);
    THEN_REFUSED(s, UNPROCESSABLE, "A grant of that id was handed in before: each is taken once.");
    order = order_of(s, GRANT_2, U1, ROLE_PLATFORM_ADMIN, 5);
    when_granted(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "The serial of the grant is not larger than that of one before of the same person.");
    order.serial = 6;
    when_granted(s, &order);
    THEN_EMITTED(
        s, HAPPENED(role_grant_ended, .user_id = U1, .grant_id = GRANT_1, .end = {GRANT_REPLACED}),
        HAPPENED(
            role_granted, .user_id = U1, .grant_id = GRANT_2, .role = {ROLE_PLATFORM_ADMIN},
            .not_before = order.not_before, .serial = 6, .reason = order.reason,
            .root_key = ROOT(s), .envelope = sealed(s, "envelope")));
    expect_int64(role_that_counts(s, U1), ROLE_PLATFORM_ADMIN);
}

static void a_grant_of_another_role_than_the_accounts_is_nothing(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    given_granted(s, GRANT_2, U2, ROLE_PLATFORM_AUDITOR, 1);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    expect_int64(lack_of(s, U2), LACKS_GRANT_OF_ROLE);
    expect_int64(role_that_counts(s, U2), ROLE_USER);
}

static void it_expires_by_the_clock_and_then_on_record(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct grant_role order = order_of(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);

    order.expires_at = timestamp_plus_us(scenario_now(s), hour_us);
    when_granted(s, &order);
    expect_int64(role_that_counts(s, U1), ROLE_PLATFORM_ADMIN);
    expect_int64(ANSWER(s, access_lookup)->role_ends_at.us, order.expires_at.us);
    scenario_pass(s, 3600);
    expect_int64(role_that_counts(s, U1), ROLE_USER);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(role_grant_ended, .user_id = U1, .grant_id = GRANT_1, .end = {GRANT_EXPIRED}));
    expect_int64(lack_of(s, U1), LACKS_GRANT_EXPIRED);
}

static void an_admin_revokes_it_and_one_stays(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    given_granted(s, GRANT_2, U2, ROLE_PLATFORM_ADMIN, 1);
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, revoke_role_grant, .grant_id = GRANT_2, .reason = text_lit("Left"));
    THEN_EMITTED(
        s, HAPPENED(
               role_grant_ended, .user_id = U2, .grant_id = GRANT_2, .end = {GRANT_REVOKED},
               .reason = text_lit("Left")));
    expect_int64(lack_of(s, U2), LACKS_GRANT_REVOKED);
    WHEN(s, revoke_role_grant, .grant_id = GRANT_2, .reason = text_lit("Left"));
    THEN_REFUSED(s, CONFLICT, "The grant is good no more already.");
    WHEN(s, revoke_role_grant, .grant_id = GRANT_1, .reason = text_lit("Left"));
    THEN_REFUSED(s, CONFLICT, "Nobody would be left whose role of platform_admin counts.");
    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, revoke_role_grant, .grant_id = GRANT_1, .reason = text_lit("Mine"));
    THEN_REFUSED(
        s, FORBIDDEN,
        "A platform admin revokes a grant, or whoever hands in a revocation that is signed.");
}

static void a_signature_revokes_the_last_one_too(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    WHEN(
        s, revoke_role_grant, .grant_id = GRANT_1, .reason = text_lit("No more"),
        .envelope = sealed(s, "revocation"), .installation_id = INSTALLATION, .root_key = ROOT(s));
    THEN_EMITTED(
        s, HAPPENED(
               role_grant_ended, .user_id = U1, .grant_id = GRANT_1, .end = {GRANT_REVOKED},
               .reason = text_lit("No more"), .root_key = ROOT(s),
               .envelope = sealed(s, "revocation")));
    WHEN(
        s, revoke_role_grant, .grant_id = GRANT_2, .reason = text_lit("No more"),
        .envelope = sealed(s, "revocation"), .installation_id = INSTALLATION,
        .root_key = NEXT_ROOT(s));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Grant %s was not found", GRANT_2));
}

/* An ordinary admin does not take from others what counts: the one whose role does is kept. */
static void who_alone_has_a_role_that_counts_is_the_last_admin(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    WHEN(s, update_user, .user_id = U1, .role = {ROLE_USER});
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_USER});
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_USER}));
}

static void another_key_signs_once_the_former_says_so(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);
    struct timestamp until = timestamp_plus_us(scenario_now(s), hour_us);
    struct grant_role order;

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    WHEN(
        s, rotate_root, .envelope = text_lit("rotation"), .installation_id = INSTALLATION,
        .new_key = NEXT_ROOT(s), .root_key = ROOT(s), .former_until = until);
    THEN_EMITTED(
        s, HAPPENED(
               root_rotated, .installation_id = INSTALLATION, .root_key = NEXT_ROOT(s),
               .former_key = ROOT(s), .former_until = until, .envelope = text_lit("rotation")));
    WHEN(
        s, rotate_root, .envelope = text_lit("rotation"), .installation_id = INSTALLATION,
        .new_key = ROOT(s), .root_key = NEXT_ROOT(s), .former_until = until);
    THEN_REFUSED(s, CONFLICT, "That key signs manifests already, or did before.");
    scenario_pass(s, 3600);
    order = order_of(s, GRANT_2, U2, ROLE_PLATFORM_AUDITOR, 1);
    when_granted(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is signed by no product root key that is trusted here.");
    order.root_key = NEXT_ROOT(s);
    when_granted(s, &order);
    expect_int64(role_that_counts(s, U2), ROLE_PLATFORM_AUDITOR);
    expect_int64(role_that_counts(s, U1), ROLE_PLATFORM_ADMIN);
    WHEN(s, declare_authority, .mode = {AUTHORITY_STRICT}, .root_key = NEXT_ROOT(s));
    THEN_NOTHING(s);
}

static void a_key_that_settings_alone_lead_to_takes_every_grants_power(void)
{
    struct scenario *s = given_mode(AUTHORITY_STRICT);

    given_granted(s, GRANT_1, U1, ROLE_PLATFORM_ADMIN, 1);
    WHEN(s, declare_authority, .mode = {AUTHORITY_STRICT}, .root_key = NEXT_ROOT(s));
    expect_int64(lack_of(s, U1), LACKS_ROOT);
    expect_int64(role_that_counts(s, U1), ROLE_USER);
}

/* The first owner. */

static struct scenario *given_nobody(int64_t mode)
{
    struct scenario *s = given_installation(mode);

    scenario_actor(s, ACTOR_STRANGER, UUID_NONE);
    return s;
}

static struct bootstrap_owner owner_order(struct scenario *s)
{
    WHEN(s, query_installation, .any = OPT_TRUE);
    return (struct bootstrap_owner){
        .email = {.text = text_lit("owner@example.com"), .digest = digest_named(s, "owner")},
        .name = {.text = text_lit("Owner")},
        .password = {.text = text_lit("$argon2id$owner")},
        .envelope = {.text = text_lit("{}")},
        .installation_id = INSTALLATION,
        .ledger_verifier_key = ANSWER(s, installation_view)->ledger_verifier_key,
        .environment = {FOR_DEVELOPMENT},
        .grant_id = GRANT_1,
        .not_before = timestamp_plus_us(scenario_now(s), -hour_us),
        .expires_at = timestamp_plus_us(scenario_now(s), hour_us),
        .root_key = ROOT(s),
    };
}

static void when_bootstrapped(struct scenario *s, const struct bootstrap_owner *order)
{
    scenario_when(s, &bootstrap_owner_command, order);
}

static void a_manifest_makes_the_first_owner_once(void)
{
    struct scenario *s = given_nobody(AUTHORITY_STRICT);
    struct bootstrap_owner order = owner_order(s);
    struct uuid owner;

    when_bootstrapped(s, &order);
    owner = ANSWER(s, bootstrapped_owner)->user_id;
    expect_int64(role_that_counts(s, owner), ROLE_PLATFORM_ADMIN);
    scenario_pass(s, 7200); /* until when it was to be handed in says nothing of the role */
    expect_int64(role_that_counts(s, owner), ROLE_PLATFORM_ADMIN);
    order.grant_id = GRANT_2;
    order.email.digest = digest_named(s, "another");
    when_bootstrapped(s, &order);
    THEN_REFUSED(s, CONFLICT, "The installation has its first owner already.");
}

static void a_manifest_that_does_not_fit_makes_none(void)
{
    struct scenario *s = given_nobody(AUTHORITY_STRICT);
    struct bootstrap_owner order = owner_order(s);

    order.ledger_verifier_key = text_lit("ledger.example+00000000+AAAA");
    when_bootstrapped(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is for another installation, or for another ledger of it.");
    order = owner_order(s);
    order.environment.is = FOR_PRODUCTION;
    when_bootstrapped(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is for another environment than this server runs in.");
    scenario_policy(s)->is_production = true;
    order = owner_order(s);
    when_bootstrapped(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE, "The manifest is for another environment than this server runs in.");
    scenario_policy(s)->is_production = false;
    order = owner_order(s);
    order.expires_at = scenario_now(s);
    when_bootstrapped(s, &order);
    THEN_REFUSED(s, UNPROCESSABLE, "The manifest is to be taken no more: its expiresAt is over.");
    order = owner_order(s);
    order.grant_id = UUID_NONE;
    when_bootstrapped(s, &order);
    THEN_REFUSED(
        s, UNPROCESSABLE,
        "Authority is strict here: the first owner comes by a manifest that a product root key has signed.");
}

static void without_one_nobody_comes_unless_settings_allow_it(void)
{
    struct scenario *s = given_nobody(AUTHORITY_LEGACY);
    struct bootstrap_owner order = owner_order(s);

    order.grant_id = UUID_NONE;
    when_bootstrapped(s, &order);
    THEN_REFUSED(
        s, FORBIDDEN, "The first owner comes by a manifest that a product root key has signed.");
    scenario_policy(s)->may_bootstrap_insecurely = true;
    when_bootstrapped(s, &order);
    expect(uuid_is_present(ANSWER(s, bootstrapped_owner)->user_id));
    s = given_nobody(AUTHORITY_LEGACY);
    given_ann(s);
    scenario_policy(s)->may_bootstrap_insecurely = true;
    order = owner_order(s);
    order.grant_id = UUID_NONE;
    when_bootstrapped(s, &order);
    THEN_REFUSED(s, CONFLICT, "The installation has its first owner already.");
}

/* Recovery administrators. */

static struct scenario *given_rescuer(void)
{
    struct scenario *s = given_mode(AUTHORITY_LEGACY);

    given_workspace(s);
    given_account(s, U3, "carol");
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_RECOVERY_ADMIN}));
    return s;
}

static void a_recovery_administrator_gives_no_role_and_nothing_to_themselves(void)
{
    struct scenario *s = given_rescuer();

    WHEN(s, update_user, .user_id = U3, .is_active = OPT_FALSE);
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U3, .is_active = OPT_FALSE));
    WHEN(s, update_user, .user_id = U3, .role = {ROLE_PLATFORM_ADMIN});
    THEN_REFUSED(
        s, FORBIDDEN,
        "A recovery administrator gives no role on the platform, and changes nobody's account who has one.");
    WHEN(s, update_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(
        s, FORBIDDEN,
        "A recovery administrator gives no role on the platform, and changes nobody's account who has one.");
}

static void their_sign_in_says_what_they_are(void)
{
    struct scenario *s = given_rescuer();

    WHEN(s, sign_in, .user_id = U2, .session_id = SESSION_1, .session_version = 1);
    THEN_EMITTED(
        s, HAPPENED(
               user_signed_in, .user_id = U2, .session_id = SESSION_1, .method = {BY_PASSWORD},
               .ends_at = timestamp_plus_us(scenario_recorded(s, 0), 24 * hour_us),
               .idle_ends_at = timestamp_plus_us(scenario_recorded(s, 0), 24 * hour_us),
               .is_recovery = OPT_TRUE));
}

static const struct test tests[] = {
    TEST(what_settings_say_goes_on_record_where_it_is_news),
    TEST(a_role_counts_by_itself_unless_authority_is_strict),
    TEST(a_grant_makes_it_count_whoever_hands_it_in),
    TEST(with_it_comes_the_role),
    TEST(one_that_does_not_fit_is_refused),
    TEST(each_is_taken_once_and_serials_rise),
    TEST(a_grant_of_another_role_than_the_accounts_is_nothing),
    TEST(it_expires_by_the_clock_and_then_on_record),
    TEST(an_admin_revokes_it_and_one_stays),
    TEST(a_signature_revokes_the_last_one_too),
    TEST(who_alone_has_a_role_that_counts_is_the_last_admin),
    TEST(another_key_signs_once_the_former_says_so),
    TEST(a_key_that_settings_alone_lead_to_takes_every_grants_power),
    TEST(a_manifest_makes_the_first_owner_once),
    TEST(a_manifest_that_does_not_fit_makes_none),
    TEST(without_one_nobody_comes_unless_settings_allow_it),
    TEST(a_recovery_administrator_gives_no_role_and_nothing_to_themselves),
    TEST(their_sign_in_says_what_they_are),
};

const struct suite test_authority_suite = SUITE("commands/authority/authority", tests);
