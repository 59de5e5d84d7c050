/*
 * Tables of the events of authority.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/authority_events.h"

#include "eventlog/events/identity_events.h"

const char *const authority_mode_names[] = {"legacy", "strict", NULL};
const char *const role_grant_end_names[] = {"expired", "revoked", "replaced", NULL};

#define INSTALLATION(event)                                                                        \
    {                                                                                              \
        UUID(event, installation_id), .tag = 1, .flags = REQUIRED,                                 \
                                      .doc = "Id of the installation."                             \
    }
#define USER(event)                                                                                \
    {                                                                                              \
        UUID(event, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."              \
    }
#define GRANT(event)                                                                               \
    {                                                                                              \
        UUID(event, grant_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the grant."              \
    }

static const struct field authority_declared_fields[] = {
    INSTALLATION(authority_declared),
    {ENUM(authority_declared, mode, authority_mode_names), .tag = 2, .flags = REQUIRED,
     .doc = "Whether roles on the platform need a grant that is signed."},
    {BYTES(authority_declared, root_key), .tag = 3, .max = 32,
     .doc = "Ed25519 public key that signs manifests, as the settings name it."},
    {BOOL(authority_declared, replaces), .tag = 4, .flags = REQUIRED,
     .doc = "Whether the key takes the place of all before it, whose grants are good no more."},
};
EVENT(
    authority_declared,
    EVT_AUTHORITY_DECLARED,
    "authority.declared",
    "The settings of a start say whether roles need a grant that is signed, and by which key.");

static const struct field owner_activated_fields[] = {
    INSTALLATION(owner_activated),
    {UUID(owner_activated, user_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the first owner."},
    {UUID(owner_activated, grant_id), .tag = 3,
     .doc = "Id of the grant; absent: without a manifest."},
};
EVENT(
    owner_activated,
    EVT_OWNER_ACTIVATED,
    "authority.owner_activated",
    "The installation has its first owner.");

#define GRANTED "A role on the platform counts, by a grant that a product root key has signed."
static const struct field role_granted_fields[] = {
    USER(role_granted),
    GRANT(role_granted),
    {ENUM(role_granted, role, platform_role_names), .tag = 3, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TIMESTAMP(role_granted, not_before), .tag = 4, .flags = REQUIRED,
     .doc = "Time from which on the grant was taken."},
    {TIMESTAMP(role_granted, expires_at), .tag = 5, .doc = "Time until which the role counts."},
    {INT64(role_granted, serial), .tag = 6, .flags = REQUIRED,
     .doc = "Number of the grant, larger than any before of the person."},
    {TEXT(role_granted, reason), .tag = 7, .max = 500, .doc = "Reason that the signer gave."},
    {BYTES(role_granted, root_key), .tag = 8, .flags = REQUIRED, .max = 32,
     .doc = "Ed25519 public key that has signed it."},
    {PERSONAL(role_granted, envelope), .tag = 9, .flags = REQUIRED,
     .max = AUTHORITY_LONGEST_ENVELOPE, .doc = "The grant as it was signed."},
};
EVENT_WITH(
    role_granted,
    EVT_ROLE_GRANTED,
    "authority.role_granted",
    GRANTED,
    SHAPE_WITH(role_granted, GRANTED, .subject_tag = 1),
    .schema = 1);

#define GRANT_ENDED "A grant is good no more."
static const struct field role_grant_ended_fields[] = {
    USER(role_grant_ended),
    GRANT(role_grant_ended),
    {ENUM(role_grant_ended, end, role_grant_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Why it is good no more."},
    {TEXT(role_grant_ended, reason), .tag = 4, .max = 500, .doc = "Reason that somebody gave."},
    {BYTES(role_grant_ended, root_key), .tag = 5, .max = 32,
     .doc = "Ed25519 public key that has signed the revocation; absent: an admin revoked it."},
    {PERSONAL(role_grant_ended, envelope), .tag = 6, .max = AUTHORITY_LONGEST_ENVELOPE,
     .doc = "The revocation as it was signed."},
};
EVENT_WITH(
    role_grant_ended,
    EVT_ROLE_GRANT_ENDED,
    "authority.role_grant_ended",
    GRANT_ENDED,
    SHAPE_WITH(role_grant_ended, GRANT_ENDED, .subject_tag = 1),
    .schema = 1);

static const struct field root_rotated_fields[] = {
    INSTALLATION(root_rotated),
    {BYTES(root_rotated, root_key), .tag = 2, .flags = REQUIRED, .max = 32,
     .doc = "Ed25519 public key that signs manifests from now on."},
    {BYTES(root_rotated, former_key), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "The key before it, which has signed this."},
    {TIMESTAMP(root_rotated, former_until), .tag = 4, .flags = REQUIRED,
     .doc = "Time until which what that key signs is taken, too."},
    {TEXT(root_rotated, envelope), .tag = 5, .flags = REQUIRED, .max = AUTHORITY_LONGEST_ENVELOPE,
     .doc = "The rotation as it was signed."},
};
EVENT(root_rotated, EVT_ROOT_ROTATED, "authority.root_rotated", "Another key signs manifests.");

const struct event_type *const authority_event_types[] = {
    &authority_declared_event, &owner_activated_event, &role_granted_event,
    &role_grant_ended_event,   &root_rotated_event,    NULL,
};
