/*
 * Signing manifests, offline.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authority/manifest_signing.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "core/files/file_read.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_PATH = 4000, LARGEST_KEY_FILE = 4096, DAY_S = 24 * 3600 };

#define IS_KEY .accepts = dsse_is_key

static const struct field keygen_input_fields[] = {
    {TEXT(keygen_input, file), .flags = REQUIRED, .min = 1, .max = LONGEST_PATH,
     .doc = "File for the private key, which must not be there yet."},
};
const struct shape keygen_input_shape = SHAPE(keygen_input, "Where the key goes.");

static const struct field signing_options_fields[] = {
    {TEXT(signing_options, key), .flags = REQUIRED, .min = 1, .max = LONGEST_PATH,
     .doc = "File with the private key of the product root (PEM)."},
    {UUID(signing_options, installation), .flags = REQUIRED,
     .doc = "Id of the installation, as GET /api/v1/installation tells it."},
};
const struct shape signing_options_shape = SHAPE(signing_options, "Who signs, and for whom.");

static const struct field sign_activation_input_fields[] = {
    {TEXT(sign_activation_input, ledger_verifier_key), .flags = REQUIRED, .min = 1, .max = 400,
     .doc = "Key of its ledger, as GET /api/v1/installation tells it."},
    {ENUM(sign_activation_input, environment, manifest_environment_names), .flags = REQUIRED,
     .doc = "What the installation is for."},
    {TEXT(sign_activation_input, email), .flags = REQUIRED | TRIM | LOWER | EMAIL, .max = 254,
     .doc = "Email address of the first owner."},
    {TEXT(sign_activation_input, name), .flags = TRIM | ONE_LINE, .min = 1, .max = 120,
     .doc = "Name of the first owner; without it the address."},
    {INT64(sign_activation_input, days), .flags = HAS_FALLBACK, .fallback = 7, .min = 1, .max = 30,
     .doc = "Days within which it is to be handed in."},
};
const struct shape sign_activation_input_shape =
    SHAPE(sign_activation_input, "Who the first owner is.");

static const struct field sign_grant_input_fields[] = {
    {UUID(sign_grant_input, user), .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(sign_grant_input, role, platform_role_names), .flags = REQUIRED,
     .doc = "Role on the platform: any but user."},
    {INT64(sign_grant_input, serial), .flags = REQUIRED, .min = 1, .max = INT64_MAX / 2,
     .doc = "Number that is larger than that of any grant of theirs before; 1 for the first."},
    {TEXT(sign_grant_input, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = MANIFEST_LONGEST_REASON, .doc = "Reason, for the record."},
    {INT64(sign_grant_input, hours), .min = 1, .max = 24 * 3660,
     .doc =
         "Hours that it is good for, at most 24 of platform_recovery_admin; without it for ever."},
};
const struct shape sign_grant_input_shape = SHAPE(sign_grant_input, "Who has which role.");

static const struct field sign_revocation_input_fields[] = {
    {UUID(sign_revocation_input, grant), .flags = REQUIRED, .doc = "Id of the grant."},
    {TEXT(sign_revocation_input, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,
     .max = MANIFEST_LONGEST_REASON, .doc = "Reason, for the record."},
};
const struct shape sign_revocation_input_shape =
    SHAPE(sign_revocation_input, "Which grant is good no more.");

static const struct field sign_rotation_input_fields[] = {
    {TEXT(sign_rotation_input, new_key), .flags = REQUIRED | TRIM, .min = 43, .max = 44, IS_KEY,
     .rule = "--new-key must be an Ed25519 public key: 32 bytes in Base64",
     .doc = "Public key that signs from now on (Base64), as keygen prints it."},
    {INT64(sign_rotation_input, days), .flags = HAS_FALLBACK, .fallback = 30, .min = 0, .max = 3660,
     .doc = "Days for which what the former key signs is taken, too."},
};
const struct shape sign_rotation_input_shape =
    SHAPE(sign_rotation_input, "Which key signs from now on.");

static const struct field inspect_input_fields[] = {
    {TEXT(inspect_input, file), .flags = REQUIRED, .min = 1, .max = LONGEST_PATH,
     .doc = "File with the envelope."},
    {TEXT(inspect_input, root_key), .flags = TRIM, .min = 43, .max = 44, IS_KEY,
     .rule = "--root-key must be an Ed25519 public key: 32 bytes in Base64",
     .doc = "Product root key (Base64) that must have signed it; without it the signature is not "
            "looked at."},
};
const struct shape inspect_input_shape = SHAPE(inspect_input, "What is to be read.");

/* Keys. */

static enum status write_key(const char *path, struct text pem, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool is_written = file >= 0 && write(file, pem.data, pem.size) == (ssize_t)pem.size;

    if (file >= 0 && (fsync(file) != 0 || close(file) != 0))
        is_written = false;
    if (is_written)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_INVALID, "file_unwritable", "The key cannot be written to %s: %s", path,
        strerrordesc_np(errno));
}

enum status signing_keygen(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct keygen_input *wanted = input;
    uint8_t seed[DSSE_KEY_SIZE];
    uint8_t public_key[DSSE_KEY_SIZE];
    const struct bytes key = {public_key, sizeof(public_key)};
    struct text pem;
    enum status status;

    (void)options;
    random_fill(seed, sizeof(seed));
    ed25519_public(seed, public_key);
    pem = ed25519_pem(arena, seed);
    status = write_key(text_c(arena, wanted->file), pem, error);
    crypto_wipe(seed, sizeof(seed));
    *out = text_format(
        arena, "public key: %.*s\nkey id: %.*s\n", TEXT_ARGS(base64_encode(arena, key)),
        TEXT_ARGS(dsse_key_id(arena, key)));
    return status;
}

static enum status read_key(
    struct arena *arena, struct text path, uint8_t out_seed[DSSE_KEY_SIZE], struct error *error)
{
    struct text pem;
    enum status status = file_read(arena, path, LARGEST_KEY_FILE, &pem, error);

    if (status == STATUS_OK && !ed25519_of_pem(pem, out_seed))
        status = error_set_code(
            error, STATUS_INVALID, "key_unreadable",
            "%.*s holds no private key of Ed25519 without a password (PEM): make one by "
            "\"fleetledger authority keygen\".",
            TEXT_ARGS(path));
    return status;
}

/* Signing. */

static enum status seal(
    struct arena *arena,
    const struct signing_options *options,
    enum manifest_kind kind,
    const void *manifest,
    struct text *out,
    struct error *error)
{
    uint8_t seed[DSSE_KEY_SIZE];
    struct text envelope;
    enum status status = read_key(arena, options->key, seed, error);

    if (status == STATUS_OK)
        status = manifest_seal(arena, kind, manifest, seed, &envelope, error);
    crypto_wipe(seed, sizeof(seed));
    if (status == STATUS_OK)
        *out = text_format(arena, "%.*s\n", TEXT_ARGS(envelope));
    return status;
}

static struct timestamp in_seconds(struct timestamp from, int64_t seconds)
{
    return timestamp_plus_us(from, seconds * US_PER_S);
}

/* As it is written, to the second. */
static struct timestamp now(void)
{
    struct timestamp at = timestamp_now();

    return (struct timestamp){at.us - at.us % US_PER_S};
}

enum status signing_activation(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct sign_activation_input *wanted = input;
    const struct manifest_owner owner = {wanted->email, wanted->name};
    uint8_t nonce[MANIFEST_NONCE_SIZE];
    struct activation_manifest manifest = {
        .version = MANIFEST_VERSION,
        .installation_id = options->installation,
        .ledger_verifier_key = wanted->ledger_verifier_key,
        .environment = wanted->environment,
        .owner = &owner,
        .role = {ROLE_PLATFORM_ADMIN},
        .grant_id = uuid_new(),
        .issued_at = now(),
        .nonce = {nonce, sizeof(nonce)},
    };

    random_fill(nonce, sizeof(nonce));
    manifest.not_before = manifest.issued_at;
    manifest.expires_at = in_seconds(manifest.issued_at, wanted->days * DAY_S);
    return seal(arena, options, MANIFEST_ACTIVATION, &manifest, out, error);
}

enum status signing_grant(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct sign_grant_input *wanted = input;
    struct role_grant_manifest manifest = {
        .version = MANIFEST_VERSION,
        .installation_id = options->installation,
        .grant_id = uuid_new(),
        .user_id = wanted->user,
        .role = wanted->role,
        .issued_at = now(),
        .reason = wanted->reason,
        .serial = wanted->serial,
    };

    manifest.not_before = manifest.issued_at;
    if (wanted->hours != INT64_ABSENT)
        manifest.expires_at = in_seconds(manifest.issued_at, wanted->hours * 3600);
    return seal(arena, options, MANIFEST_ROLE_GRANT, &manifest, out, error);
}

enum status signing_revocation(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct sign_revocation_input *wanted = input;
    const struct role_revocation_manifest manifest = {
        .version = MANIFEST_VERSION,
        .installation_id = options->installation,
        .grant_id = wanted->grant,
        .reason = wanted->reason,
        .issued_at = now(),
    };

    return seal(arena, options, MANIFEST_ROLE_REVOCATION, &manifest, out, error);
}

enum status signing_rotation(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct sign_rotation_input *wanted = input;
    struct root_rotation_manifest manifest = {
        .version = MANIFEST_VERSION,
        .installation_id = options->installation,
        .not_before = now(),
    };

    must(base64_decode(arena, wanted->new_key, &manifest.new_public_key));
    manifest.old_valid_until = in_seconds(manifest.not_before, wanted->days * DAY_S);
    return seal(arena, options, MANIFEST_ROOT_ROTATION, &manifest, out, error);
}

/* Reading. */

static struct text member(struct arena *arena, struct text envelope, const char *name)
{
    return json_peek_text(arena, json_peek_member(arena, envelope, name));
}

static enum status
read_kind(struct arena *arena, struct text envelope, enum manifest_kind *out, struct error *error)
{
    struct text type = member(arena, envelope, "payloadType");

    for (int kind = MANIFEST_ACTIVATION; kind <= MANIFEST_ROOT_ROTATION; kind++) {
        if (text_is(type, manifest_type((enum manifest_kind)kind))) {
            *out = (enum manifest_kind)kind;
            return STATUS_OK;
        }
    }
    return error_set_code(
        error, STATUS_INVALID, "manifest_invalid",
        "The file holds no envelope of a manifest: its payloadType is \"%.*s\".", TEXT_ARGS(type));
}

static enum status
read_json(struct arena *arena, struct text file, struct text *envelope, struct error *error)
{
    enum status status = json_compact(*envelope, arena, envelope, error);

    if (status != STATUS_OK)
        error_context(error, "%.*s holds no envelope", TEXT_ARGS(file));
    return status;
}

/* Has the key signed it, and what it was? */
static enum status verify(
    struct arena *arena,
    enum manifest_kind kind,
    struct text envelope,
    struct text root_key,
    struct error *error)
{
    void *manifest = arena_take(arena, manifest_shape(kind)->size);
    struct dsse_key key;
    struct bytes bytes;
    size_t which;
    const struct dsse_keys only = {&key, 1};

    must(base64_decode(arena, root_key, &bytes));
    memcpy(key.bytes, bytes.data, DSSE_KEY_SIZE);
    return manifest_open(arena, kind, envelope, &only, manifest, &which, error);
}

enum status signing_inspect(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error)
{
    const struct inspect_input *wanted = input;
    bool is_checked = text_is_present(wanted->root_key);
    enum manifest_kind kind = MANIFEST_ACTIVATION;
    struct text envelope;
    struct bytes payload;
    struct text says;
    enum status status = file_read(arena, wanted->file, DSSE_LONGEST, &envelope, error);

    (void)options;
    if (status == STATUS_OK)
        status = read_json(arena, wanted->file, &envelope, error);
    if (status == STATUS_OK)
        status = read_kind(arena, envelope, &kind, error);
    if (status == STATUS_OK && is_checked)
        status = verify(arena, kind, envelope, wanted->root_key, error);
    if (status != STATUS_OK)
        return status;
    if (!base64_decode(arena, member(arena, envelope, "payload"), &payload))
        return error_set_code(
            error, STATUS_INVALID, "manifest_invalid", "The payload is no Base64.");
    status =
        json_compact((struct text){(const char *)payload.data, payload.size}, arena, &says, error);
    if (status == STATUS_OK)
        *out = text_format(
            arena, "%s: %s\n%.*s\n", manifest_kind_names[kind - 1],
            is_checked ? "signed by the root key that was named"
                       : "the signature was not looked at",
            TEXT_ARGS(says));
    return status;
}
