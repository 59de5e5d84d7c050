/*
 * Manifests: what is signed is what is read, and what is not well made is neither signed nor taken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/manifest.h"
#include "tests/support/expect.h"

static const uint8_t seed[32] = {1};
static const uint8_t nonce[MANIFEST_NONCE_SIZE] = {2};
static const struct manifest_owner owner = {TEXT_OF("owner@example.com"), TEXT_OF("Owner")};

static struct arena *arena;
static struct dsse_key key;
static struct dsse_keys trusted = {&key, 1};
static struct error error;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    ed25519_public(seed, key.bytes);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct timestamp at_hour(int64_t hour)
{
    return (struct timestamp){(INT64_C(1700000000) + hour * 3600) * US_PER_S};
}

static struct uuid an_id(void)
{
    static const uint8_t bytes[16] = {3, 0, 0, 0, 0, 0, 0x70, 0, 0x80};

    return uuid_v8(bytes);
}

static struct activation_manifest activation(void)
{
    return (struct activation_manifest){
        .version = MANIFEST_VERSION,
        .installation_id = an_id(),
        .ledger_verifier_key = text_lit("ledger.example+00000000+AAAA"),
        .environment = {FOR_PRODUCTION},
        .owner = &owner,
        .role = {ROLE_PLATFORM_ADMIN},
        .grant_id = an_id(),
        .issued_at = at_hour(0),
        .not_before = at_hour(0),
        .expires_at = at_hour(24),
        .nonce = {nonce, sizeof(nonce)},
    };
}

static struct role_grant_manifest grant(void)
{
    return (struct role_grant_manifest){
        .version = MANIFEST_VERSION,
        .installation_id = an_id(),
        .grant_id = an_id(),
        .user_id = an_id(),
        .role = {ROLE_PLATFORM_AUDITOR},
        .issued_at = at_hour(0),
        .not_before = at_hour(0),
        .reason = text_lit("For the test"),
        .serial = 1,
    };
}

static bool may_be_signed(enum manifest_kind kind, const void *manifest)
{
    return manifest_check(kind, manifest, &error) == STATUS_OK;
}

static void what_is_sealed_is_opened(void)
{
    struct role_grant_manifest wanted = grant();
    struct role_grant_manifest read;
    struct text envelope;
    size_t which = 9;

    wanted.expires_at = at_hour(1);
    must(manifest_seal(arena, MANIFEST_ROLE_GRANT, &wanted, seed, &envelope, &error) == STATUS_OK);
    expect_int64(
        manifest_open(arena, MANIFEST_ROLE_GRANT, envelope, &trusted, &read, &which, &error),
        STATUS_OK);
    expect(shape_equal(&role_grant_manifest_shape, &wanted, &read));
    expect_int64((int64_t)which, 0);
}

static void an_envelope_of_another_kind_or_key_is_refused(void)
{
    static const uint8_t other_seed[32] = {9};
    struct role_grant_manifest wanted = grant();
    struct activation_manifest read;
    struct text envelope;
    size_t which;

    must(manifest_seal(arena, MANIFEST_ROLE_GRANT, &wanted, seed, &envelope, &error) == STATUS_OK);
    expect_int64(
        manifest_open(arena, MANIFEST_ACTIVATION, envelope, &trusted, &read, &which, &error),
        STATUS_UNPROCESSABLE);
    expect_text(text_from(error.code), "manifest_invalid");
    ed25519_public(other_seed, key.bytes);
    expect_int64(
        manifest_open(arena, MANIFEST_ROLE_GRANT, envelope, &trusted, &read, &which, &error),
        STATUS_UNPROCESSABLE);
    expect_text(text_from(error.code), "root_unknown");
}

static void an_activation_is_of_an_admin_and_for_thirty_days_at_most(void)
{
    struct activation_manifest manifest = activation();

    expect(may_be_signed(MANIFEST_ACTIVATION, &manifest));
    manifest.expires_at = at_hour(30 * 24);
    expect(may_be_signed(MANIFEST_ACTIVATION, &manifest));
    manifest.expires_at = at_hour(30 * 24 + 1);
    expect(!may_be_signed(MANIFEST_ACTIVATION, &manifest));
    manifest = activation();
    manifest.expires_at = manifest.not_before;
    expect(!may_be_signed(MANIFEST_ACTIVATION, &manifest));
    manifest = activation();
    manifest.role.is = ROLE_PLATFORM_AUDITOR;
    expect(!may_be_signed(MANIFEST_ACTIVATION, &manifest));
    manifest = activation();
    manifest.nonce.size = 15;
    expect(!may_be_signed(MANIFEST_ACTIVATION, &manifest));
}

static void a_grant_is_of_a_role_and_a_recovery_administrators_of_a_day(void)
{
    struct role_grant_manifest manifest = grant();

    expect(may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest.role.is = ROLE_USER;
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest.role.is = ROLE_PLATFORM_RECOVERY_ADMIN;
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest.expires_at = at_hour(24);
    expect(may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest.expires_at = (struct timestamp){at_hour(24).us + US_PER_S};
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest = grant();
    manifest.serial = 0;
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest = grant();
    manifest.expires_at = manifest.not_before;
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
    manifest = grant();
    manifest.version = 2;
    expect(!may_be_signed(MANIFEST_ROLE_GRANT, &manifest));
}

/* It would be signed, and not heeded. */
static void what_is_not_known_is_refused(void)
{
    static const char payload[] = "{\"version\":1,\"more\":true}";
    struct role_grant_manifest read;
    struct text envelope;
    size_t which;

    must(
        dsse_sign(
            arena, text_from(manifest_type(MANIFEST_ROLE_GRANT)), bytes_of_text(text_from(payload)),
            seed, &envelope, &error) == STATUS_OK);
    expect_int64(
        manifest_open(arena, MANIFEST_ROLE_GRANT, envelope, &trusted, &read, &which, &error),
        STATUS_UNPROCESSABLE);
    expect(text_contains(text_from(error.text), text_lit("more")));
}

static const struct test tests[] = {
    TEST(what_is_sealed_is_opened),
    TEST(an_envelope_of_another_kind_or_key_is_refused),
    TEST(an_activation_is_of_an_admin_and_for_thirty_days_at_most),
    TEST(a_grant_is_of_a_role_and_a_recovery_administrators_of_a_day),
    TEST(what_is_not_known_is_refused),
};

const struct suite test_manifest_suite =
    SUITE_WITH("eventlog/manifest", tests, .set_up = set_up, .tear_down = tear_down);
