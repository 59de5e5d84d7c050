/*
 * The part of a story that is about authority: keys that sign, and what they have signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_authority.h"

#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/manifest.h"

static const uint8_t first_seed[32] = {11};
static const uint8_t second_seed[32] = {12};

static struct bytes key_of(struct test_ledger *ledger, const uint8_t seed[32])
{
    uint8_t key[32];

    ed25519_public(seed, key);
    return bytes_copy(ledger->arena, (struct bytes){key, sizeof(key)});
}

static struct text seal(
    struct test_ledger *ledger,
    enum manifest_kind kind,
    const void *manifest,
    const uint8_t seed[32])
{
    struct text envelope;
    struct error error;

    must(manifest_seal(ledger->arena, kind, manifest, seed, &envelope, &error) == STATUS_OK);
    return envelope;
}

/* To the millisecond, as manifests are written. */
static struct timestamp written(struct timestamp at)
{
    return (struct timestamp){at.us - at.us % 1000};
}

/* The first key is declared, and says which one comes after it. */
static void given_keys(struct test_ledger *ledger, const struct cast *cast)
{
    const struct authority_declared declared = {
        make_id(3), {AUTHORITY_LEGACY}, key_of(ledger, first_seed), OPT_TRUE};
    const struct owner_activated activated = {make_id(3), cast->admin, UUID_NONE};
    const struct root_rotation_manifest rotation = {
        .version = MANIFEST_VERSION,
        .installation_id = make_id(3),
        .new_public_key = key_of(ledger, second_seed),
        .not_before = written(ledger->now),
        .old_valid_until = written(timestamp_plus_us(ledger->now, 60LL * US_PER_S)),
    };
    const struct root_rotated rotated = {
        .installation_id = make_id(3),
        .root_key = rotation.new_public_key,
        .former_key = declared.root_key,
        .former_until = rotation.old_valid_until,
        .envelope = seal(ledger, MANIFEST_ROOT_ROTATION, &rotation, first_seed),
    };

    given_event(ledger, &authority_declared_event, make_id(3), UUID_NONE, &declared);
    given_event(ledger, &owner_activated_event, make_id(3), UUID_NONE, &activated);
    given_event(ledger, &root_rotated_event, make_id(3), UUID_NONE, &rotated);
}

static struct uuid
given_grant(struct test_ledger *ledger, const struct cast *cast, unsigned number, int64_t role)
{
    const struct role_grant_manifest grant = {
        .version = MANIFEST_VERSION,
        .installation_id = make_id(3),
        .grant_id = make_id(260000 + number),
        .user_id = cast->admin,
        .role = {role},
        .issued_at = written(ledger->now),
        .not_before = written(ledger->now),
        .expires_at = written(timestamp_plus_us(ledger->now, 3600LL * US_PER_S)),
        .reason = text_lit("For the story"),
        .serial = 1 + number,
    };
    const struct role_granted granted = {
        .user_id = grant.user_id,
        .grant_id = grant.grant_id,
        .role = grant.role,
        .not_before = grant.not_before,
        .expires_at = grant.expires_at,
        .serial = grant.serial,
        .reason = grant.reason,
        .root_key = key_of(ledger, second_seed),
        .envelope = {.text = seal(ledger, MANIFEST_ROLE_GRANT, &grant, second_seed)},
    };

    given_event(ledger, &role_granted_event, granted.user_id, UUID_NONE, &granted);
    return granted.grant_id;
}

static void given_end(struct test_ledger *ledger, const struct cast *cast, struct uuid grant_id)
{
    const struct role_revocation_manifest revocation = {
        .version = MANIFEST_VERSION,
        .installation_id = make_id(3),
        .grant_id = grant_id,
        .reason = text_lit("No more"),
        .issued_at = written(ledger->now),
    };
    const struct role_grant_ended ended = {
        .user_id = cast->admin,
        .grant_id = grant_id,
        .end = {GRANT_REVOKED},
        .reason = revocation.reason,
        .root_key = key_of(ledger, second_seed),
        .envelope = {.text = seal(ledger, MANIFEST_ROLE_REVOCATION, &revocation, second_seed)},
    };

    given_event(ledger, &role_grant_ended_event, ended.user_id, UUID_NONE, &ended);
}

void given_story_of_authority(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    if (chapter == 0)
        given_keys(ledger, cast);
    given_end(ledger, cast, given_grant(ledger, cast, 2 * chapter, ROLE_PLATFORM_RECOVERY_ADMIN));
    (void)given_grant(ledger, cast, 2 * chapter + 1, ROLE_PLATFORM_ADMIN);
}
