/*
 * Tables of the events of security keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/security_key_events.h"

#include "eventlog/events/identity_events.h"

#define OF_KEY(type)                                                                               \
    {UUID(type, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},                \
    {                                                                                              \
        UUID(type, key_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the security key."          \
    }
#define PERSONS(tag_of, id, full_name, sentence)                                                   \
    EVENT_WITH(                                                                                    \
        tag_of, id, full_name, sentence, SHAPE_WITH(tag_of, sentence, .subject_tag = 1),           \
        .schema = 1)

static const struct field security_key_added_fields[] = {
    OF_KEY(security_key_added),
    {PERSONAL(security_key_added, name), .tag = 3, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_NAME, .doc = "Name that its owner gave it."},
    {PERSONAL(security_key_added, credential), .tag = SECURITY_KEY_ID_TAG, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_ID, .doc = "Id by which the key knows itself, in Base64url."},
    {BYTES(security_key_added, credential_digest), .tag = 5, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of that id."},
    {PERSONAL(security_key_added, public_key), .tag = SECURITY_KEY_PUBLIC_TAG, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_PUBLIC, .doc = "Public key, as COSE writes it, in Base64url."},
    {INT64(security_key_added, algorithm), .tag = 7, .flags = REQUIRED, .min = INT64_MIN,
     .doc = "What it signs by, as COSE numbers algorithms."},
    {INT64(security_key_added, count), .tag = 8, .flags = REQUIRED,
     .doc = "Count of its signatures; 0: it counts none."},
    {LIST_OF(security_key_added, transports, KIND_TEXT), .tag = 9, .max = SECURITY_KEY_TRANSPORTS,
     .doc = "How browsers reach it."},
    {BYTES(security_key_added, recovery), .tag = 10, .max = RECOVERY_CODES * RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digests of the recovery codes, in a row; absent: there are some already."},
};
PERSONS(
    security_key_added,
    EVT_SECURITY_KEY_ADDED,
    "identity.security_key_added",
    "A person's sign-ins take a security key; all sessions ended.");

static const struct field security_key_used_fields[] = {
    OF_KEY(security_key_used),
    {INT64(security_key_used, count), .tag = 3, .flags = REQUIRED,
     .doc = "Count of its signatures; 0: it counts none."},
    {TIMESTAMP(security_key_used, challenged_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time of the challenge that it signed."},
};
PERSONS(
    security_key_used,
    EVT_SECURITY_KEY_USED,
    "identity.security_key_used",
    "A security key opened a sign-in, or confirmed a change.");

static const struct field security_key_removed_fields[] = {
    OF_KEY(security_key_removed),
    {BOOL(security_key_removed, is_last), .tag = 3, .flags = REQUIRED,
     .doc = "Whether no second factor is left."},
};
PERSONS(
    security_key_removed,
    EVT_SECURITY_KEY_REMOVED,
    "identity.security_key_removed",
    "A person's sign-ins take a security key no more; all sessions ended.");
