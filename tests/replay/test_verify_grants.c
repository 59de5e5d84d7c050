/*
 * Verify, and what product root keys have signed: a grant on record that they have not signed so is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/manifest.h"
#include "replay/verify_grants.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

#include <fcntl.h>
#include <unistd.h>

enum { MOST_RECORDS = 32 };

static const uint8_t seed[32] = {1};
static const uint8_t next_seed[32] = {2};

static struct test_ledger *ledger;
static struct arena *kept; /* of what was signed */
static uint8_t key_bytes[32];
static uint8_t next_key_bytes[32];
static const struct bytes root_key = {key_bytes, 32};
static const struct bytes next_key = {next_key_bytes, 32};

static void set_up(void)
{
    struct ledger_opened opened = {
        .installation_id = make_id(3), .origin_name = text_lit("ledger.example")};
    struct authority_declared declared = {make_id(3), {AUTHORITY_STRICT}, root_key, OPT_TRUE};

    ed25519_public(seed, key_bytes);
    ed25519_public(next_seed, next_key_bytes);
    opened.verifier_key = root_key;
    opened.key_ids = root_key;
    ledger = make_ledger();
    kept = arena_new(1 << 20);
    given_event(ledger, &ledger_opened_event, make_id(3), UUID_NONE, &opened);
    given_event(ledger, &authority_declared_event, make_id(3), UUID_NONE, &declared);
}

static void tear_down(void)
{
    end_ledger(ledger);
    arena_free(kept);
}

static struct role_grant_manifest manifest(void)
{
    return (struct role_grant_manifest){
        .version = MANIFEST_VERSION,
        .installation_id = make_id(3),
        .grant_id = make_id(10),
        .user_id = make_id(1),
        .role = {ROLE_PLATFORM_AUDITOR},
        .issued_at = {US_PER_S},
        .not_before = {US_PER_S},
        .reason = text_lit("For the test"),
        .serial = 1,
    };
}

/* As the event of a grant has it that is signed by that seed. */
static struct role_granted granted_by(const struct role_grant_manifest *grant, const uint8_t by[32])
{
    struct role_granted granted = {
        .user_id = grant->user_id,
        .grant_id = grant->grant_id,
        .role = grant->role,
        .not_before = grant->not_before,
        .expires_at = grant->expires_at,
        .serial = grant->serial,
        .reason = grant->reason,
        .root_key = root_key,
    };

    must(
        manifest_seal(kept, MANIFEST_ROLE_GRANT, grant, by, &granted.envelope.text, NULL) ==
        STATUS_OK);
    return granted;
}

static void given_granted(const struct role_granted *granted)
{
    given_event(ledger, &role_granted_event, granted->user_id, UUID_NONE, granted);
}

/* How many findings there are, and how many grants hold. */
static int64_t found(uint64_t *out_holding)
{
    AUTO_ARENA arena = arena_new(16 << 20);
    struct record *records = arena_array(arena, MOST_RECORDS, sizeof(*records));
    struct child_report report = {.pipe = open("/dev/null", O_WRONLY | O_CLOEXEC)};
    struct grants_checked grants = {.keyring = ledger->keyring, .report = &report};
    size_t count = 0;

    given_committed(ledger);
    must(
        ledger_read(
            ledger->log, (struct position){0}, MOST_RECORDS, 1 << 20, arena, records, &count,
            NULL) == STATUS_OK);
    for (size_t i = 0; i < count; i++)
        must(verify_grants_note(&grants, &records[i], arena, NULL) == STATUS_OK);
    close(report.pipe);
    *out_holding = grants.holding;
    return report.found;
}

static void expect_found(int64_t findings, int64_t holding)
{
    uint64_t holds = 0;

    expect_int64(found(&holds), findings);
    expect_int64((int64_t)holds, holding);
}

static void what_was_signed_holds(void)
{
    struct role_grant_manifest grant = manifest();
    struct role_granted granted = granted_by(&grant, seed);

    given_granted(&granted);
    expect_found(0, 1);
}

static void a_grant_that_says_more_than_was_signed_is_named(void)
{
    struct role_grant_manifest grant = manifest();
    struct role_granted granted = granted_by(&grant, seed);

    granted.user_id = make_id(2);
    given_granted(&granted);
    expect_found(1, 0);
    granted = granted_by(&grant, seed);
    granted.role.is = ROLE_PLATFORM_ADMIN;
    given_granted(&granted);
    expect_found(2, 0);
    granted = granted_by(&grant, seed);
    granted.serial = 9;
    given_granted(&granted);
    expect_found(3, 0);
    grant.expires_at = (struct timestamp){9 * US_PER_S};
    granted = granted_by(&grant, seed);
    granted.expires_at = (struct timestamp){0};
    given_granted(&granted);
    expect_found(4, 0);
}

static void one_of_another_installation_or_key_is_named(void)
{
    struct role_grant_manifest grant = manifest();
    struct role_granted granted = granted_by(&grant, next_seed);

    given_granted(&granted);
    expect_found(1, 0);
    granted.root_key = next_key;
    given_granted(&granted);
    expect_found(2, 0);
    grant.installation_id = make_id(4);
    granted = granted_by(&grant, seed);
    given_granted(&granted);
    expect_found(3, 0);
}

/* A revocation that an admin gave needs no signature; one that names a key does. */
static void an_end_that_nobody_signed_is_named(void)
{
    struct role_grant_manifest grant = manifest();
    struct role_granted granted = granted_by(&grant, seed);
    struct role_grant_ended ended = {
        .user_id = make_id(1),
        .grant_id = make_id(10),
        .end = {GRANT_REVOKED},
        .reason = text_lit("No more")};

    given_granted(&granted);
    given_event(ledger, &role_grant_ended_event, make_id(1), UUID_NONE, &ended);
    expect_found(0, 1);
    ended.root_key = root_key;
    ended.envelope = granted.envelope;
    given_event(ledger, &role_grant_ended_event, make_id(1), UUID_NONE, &ended);
    expect_found(1, 1);
}

static void a_key_is_trusted_that_the_former_led_to_and_that_no_longer(void)
{
    struct root_rotation_manifest rotation = {
        .version = MANIFEST_VERSION,
        .installation_id = make_id(3),
        .new_public_key = next_key,
        .not_before = {US_PER_S},
        .old_valid_until = {US_PER_S},
    };
    struct root_rotated rotated = {
        .installation_id = make_id(3),
        .root_key = next_key,
        .former_key = root_key,
        .former_until = rotation.old_valid_until,
    };
    struct role_grant_manifest grant = manifest();
    struct role_granted granted = granted_by(&grant, next_seed);

    must(
        manifest_seal(kept, MANIFEST_ROOT_ROTATION, &rotation, seed, &rotated.envelope, NULL) ==
        STATUS_OK);
    granted.root_key = next_key;
    given_event(ledger, &root_rotated_event, make_id(3), UUID_NONE, &rotated);
    given_granted(&granted);
    expect_found(0, 2);
    granted = granted_by(&grant, seed);
    given_granted(&granted);
    expect_found(1, 2);
    rotated.root_key = root_key;
    given_event(ledger, &root_rotated_event, make_id(3), UUID_NONE, &rotated);
    expect_found(2, 2);
}

static const struct test tests[] = {
    TEST(what_was_signed_holds),
    TEST(a_grant_that_says_more_than_was_signed_is_named),
    TEST(one_of_another_installation_or_key_is_named),
    TEST(an_end_that_nobody_signed_is_named),
    TEST(a_key_is_trusted_that_the_former_led_to_and_that_no_longer),
};

const struct suite test_verify_grants_suite =
    SUITE_WITH("replay/verify_grants", tests, .set_up = set_up, .tear_down = tear_down);
