/*
 * The tables of manifests, and what holds of them besides.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/manifest.h"

#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"

enum { DAY_S = 24 * 3600, ACTIVATION_DAYS = 30 };

const char *const manifest_kind_names[] = {
    "activation", "role-grant", "role-revocation", "root-rotation", NULL};
const char *const manifest_environment_names[] = {"production", "development", NULL};

#define VERSION(manifest)                                                                          \
    {                                                                                              \
        INT64(manifest, version), .flags = REQUIRED, .min = MANIFEST_VERSION,                      \
                                  .max = MANIFEST_VERSION, .doc = "Version of the form: 1."        \
    }
#define INSTALLATION(manifest)                                                                     \
    {                                                                                              \
        UUID(manifest, installation_id), .flags = REQUIRED, .doc = "Id of the installation."       \
    }
#define GRANT(manifest)                                                                            \
    {                                                                                              \
        UUID(manifest, grant_id), .flags = REQUIRED, .doc = "Id of the grant."                     \
    }
#define REASON(manifest)                                                                           \
    {                                                                                              \
        TEXT(manifest, reason), .flags = REQUIRED | TRIM | ONE_LINE, .min = 1,                     \
                                .max = MANIFEST_LONGEST_REASON, .doc = "Reason, for the record."   \
    }

static const struct field manifest_owner_fields[] = {
    {TEXT(manifest_owner, email), .flags = REQUIRED | TRIM | LOWER | EMAIL, .max = 254,
     .doc = "Email address to sign in with."},
    {TEXT(manifest_owner, name), .flags = TRIM | ONE_LINE | OMIT_ABSENT, .min = 1, .max = 120,
     .doc = "Display name; without it the address."},
};
static const struct shape manifest_owner_shape = SHAPE(manifest_owner, "The first owner.");

static const struct field activation_manifest_fields[] = {
    VERSION(activation_manifest),
    INSTALLATION(activation_manifest),
    {TEXT(activation_manifest, ledger_verifier_key), .flags = REQUIRED, .min = 1, .max = 400,
     .doc = "Key that verifies the checkpoints of the ledger, as GET /installation tells it."},
    {ENUM(activation_manifest, environment, manifest_environment_names), .flags = REQUIRED,
     .doc = "What the installation is for."},
    {OBJECT(activation_manifest, owner, manifest_owner), .flags = REQUIRED,
     .doc = "The first owner."},
    {ENUM(activation_manifest, role, platform_role_names), .flags = REQUIRED,
     .doc = "Role of the owner: platform_admin."},
    GRANT(activation_manifest),
    {TIMESTAMP(activation_manifest, issued_at), .flags = REQUIRED, .doc = "Time of signing."},
    {TIMESTAMP(activation_manifest, not_before), .flags = REQUIRED,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(activation_manifest, expires_at), .flags = REQUIRED,
     .doc = "Time until which it is taken, at most 30 days later."},
    {BYTES(activation_manifest, nonce), .flags = REQUIRED, .min = MANIFEST_NONCE_SIZE,
     .max = MANIFEST_NONCE_SIZE, .doc = "Sixteen random bytes."},
};
const struct shape activation_manifest_shape =
    SHAPE(activation_manifest, "Who the first owner of an installation is.");

static const struct field role_grant_manifest_fields[] = {
    VERSION(role_grant_manifest),
    INSTALLATION(role_grant_manifest),
    GRANT(role_grant_manifest),
    {UUID(role_grant_manifest, user_id), .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(role_grant_manifest, role, platform_role_names), .flags = REQUIRED,
     .doc = "Role on the platform: any but user."},
    {TIMESTAMP(role_grant_manifest, issued_at), .flags = REQUIRED, .doc = "Time of signing."},
    {TIMESTAMP(role_grant_manifest, not_before), .flags = REQUIRED,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(role_grant_manifest, expires_at), .flags = OMIT_ABSENT,
     .doc = "Time until which the role counts; of platform_recovery_admin at most 24 hours later, "
            "of others without it for ever."},
    REASON(role_grant_manifest),
    {INT64(role_grant_manifest, serial), .flags = REQUIRED, .min = 1, .max = INT64_MAX / 2,
     .doc = "Number that is larger than that of any grant of theirs before."},
};
const struct shape role_grant_manifest_shape =
    SHAPE(role_grant_manifest, "That somebody has a role on the platform.");

static const struct field role_revocation_manifest_fields[] = {
    VERSION(role_revocation_manifest),
    INSTALLATION(role_revocation_manifest),
    GRANT(role_revocation_manifest),
    REASON(role_revocation_manifest),
    {TIMESTAMP(role_revocation_manifest, issued_at), .flags = REQUIRED, .doc = "Time of signing."},
};
const struct shape role_revocation_manifest_shape =
    SHAPE(role_revocation_manifest, "That a grant is good no more.");

static const struct field root_rotation_manifest_fields[] = {
    VERSION(root_rotation_manifest),
    INSTALLATION(root_rotation_manifest),
    {BYTES(root_rotation_manifest, new_public_key), .flags = REQUIRED, .min = DSSE_KEY_SIZE,
     .max = DSSE_KEY_SIZE, .doc = "Ed25519 public key that signs manifests from now on."},
    {TIMESTAMP(root_rotation_manifest, not_before), .flags = REQUIRED,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(root_rotation_manifest, old_valid_until), .flags = REQUIRED,
     .doc = "Time until which what the former key signs is taken, too."},
};
const struct shape root_rotation_manifest_shape =
    SHAPE(root_rotation_manifest, "Which key signs manifests from now on.");

static enum status refuse(struct error *error, const char *why)
{
    return error_set_code(error, STATUS_UNPROCESSABLE, "manifest_invalid", "The manifest %s.", why);
}

/* Each says what is wrong, or NULL. */
static const char *activation_problem(const void *manifest)
{
    const struct activation_manifest *activation = manifest;
    int64_t window = activation->expires_at.us - activation->not_before.us;

    if (activation->role.is != ROLE_PLATFORM_ADMIN)
        return "has another role than platform_admin";
    if (window <= 0 || window > (int64_t)ACTIVATION_DAYS * DAY_S * US_PER_S)
        return "is to be taken for longer than 30 days, or never";
    return NULL;
}

static const char *grant_problem(const void *manifest)
{
    const struct role_grant_manifest *grant = manifest;
    bool has_end = timestamp_is_present(grant->expires_at);
    int64_t window = has_end ? grant->expires_at.us - grant->not_before.us : 0;

    if (grant->role.is == ROLE_USER)
        return "grants no role: everybody is a user";
    if (has_end && window <= 0)
        return "ends before it begins";
    if (grant->role.is == ROLE_PLATFORM_RECOVERY_ADMIN &&
        (!has_end || window > (int64_t)DAY_S * US_PER_S))
        return "is of a recovery administrator, and has no end within 24 hours";
    return NULL;
}

struct manifest_row {
    const char *type;
    const struct shape *shape;
    const char *(*problem)(const void *manifest);
};
static const struct manifest_row rows[] = {
    [MANIFEST_ACTIVATION] =
        {"application/vnd.fleetledger.activation+json", &activation_manifest_shape,
         activation_problem},
    [MANIFEST_ROLE_GRANT] =
        {"application/vnd.fleetledger.role-grant+json", &role_grant_manifest_shape, grant_problem},
    [MANIFEST_ROLE_REVOCATION] =
        {"application/vnd.fleetledger.role-revocation+json", &role_revocation_manifest_shape, NULL},
    [MANIFEST_ROOT_ROTATION] =
        {"application/vnd.fleetledger.root-rotation+json", &root_rotation_manifest_shape, NULL},
};

const char *manifest_type(enum manifest_kind kind)
{
    return rows[kind].type;
}

const struct shape *manifest_shape(enum manifest_kind kind)
{
    return rows[kind].shape;
}

static enum status read_payload(
    struct arena *arena,
    enum manifest_kind kind,
    struct text payload,
    void *out,
    struct error *error)
{
    struct error why;
    const char *problem;

    if (shape_json_read(rows[kind].shape, payload, arena, out, &why) != STATUS_OK)
        return error_set_code(
            error, STATUS_UNPROCESSABLE, "manifest_invalid", "The manifest is not well made: %s",
            why.text);
    problem = rows[kind].problem == NULL ? NULL : rows[kind].problem(out);
    return problem == NULL ? STATUS_OK : refuse(error, problem);
}

static struct text payload_of(struct arena *arena, enum manifest_kind kind, const void *manifest)
{
    AUTO_BUF out = {0};

    buf_init(&out, DSSE_LONGEST);
    shape_json_write(rows[kind].shape, manifest, &out);
    return text_copy(arena, buf_text(&out));
}

/* What may be signed is what may be read again. */
static enum status check_payload(enum manifest_kind kind, struct text payload, struct error *error)
{
    AUTO_ARENA arena = arena_new(DSSE_LONGEST * 4);
    void *read = arena_take(arena, rows[kind].shape->size);

    return read_payload(arena, kind, payload, read, error);
}

enum status manifest_check(enum manifest_kind kind, const void *manifest, struct error *error)
{
    AUTO_ARENA arena = arena_new(DSSE_LONGEST * 2);

    return check_payload(kind, payload_of(arena, kind, manifest), error);
}

enum status manifest_seal(
    struct arena *arena,
    enum manifest_kind kind,
    const void *manifest,
    const uint8_t seed[DSSE_KEY_SIZE],
    struct text *out,
    struct error *error)
{
    struct text payload = payload_of(arena, kind, manifest);
    enum status status = check_payload(kind, payload, error);

    if (status != STATUS_OK)
        return status;
    return dsse_sign(arena, text_from(rows[kind].type), bytes_of_text(payload), seed, out, error);
}

/* What an envelope is refused for, as callers are told. */
static enum status say_why(enum status status, const struct error *why, struct error *error)
{
    if (status == STATUS_NOT_FOUND)
        return error_set_code(
            error, STATUS_UNPROCESSABLE, "root_unknown",
            "The manifest is signed by no product root key that is trusted here.");
    if (status == STATUS_UNAUTHENTICATED)
        return error_set_code(
            error, STATUS_UNPROCESSABLE, "signature_invalid",
            "The signature of the manifest does not fit: it was changed, or cut.");
    if (status == STATUS_INVALID)
        return error_set_code(
            error, STATUS_UNPROCESSABLE, "manifest_invalid", "The manifest is not well made: %s",
            why->text);
    *error = *why;
    return status;
}

enum status manifest_open(
    struct arena *arena,
    enum manifest_kind kind,
    struct text envelope,
    const struct dsse_keys *trusted,
    void *out,
    size_t *out_key,
    struct error *error)
{
    struct dsse_content content;
    struct error why;
    enum status status =
        dsse_verify(arena, envelope, text_from(rows[kind].type), trusted, &content, &why);

    if (status != STATUS_OK)
        return say_why(status, &why, error);
    *out_key = content.key;
    return read_payload(
        arena, kind, (struct text){(const char *)content.payload.data, content.payload.size}, out,
        error);
}
