/*
 * A key that somebody has registered: their sign-ins take it from now on. Who had no second factor gets recovery codes.
 *
 *   api ──add_security_key──► [here] ──security_key_added──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field add_security_key_fields[] = {
    {UUID(add_security_key, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(add_security_key, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the key was asked for."},
    {UUID(add_security_key, key_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the security key."},
    {PERSONAL(add_security_key, name), .tag = 4, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_NAME, .doc = "Name that its owner gave it."},
    {PERSONAL(add_security_key, credential), .tag = 5, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_ID, .doc = "Id by which the key knows itself, in Base64url."},
    {BYTES(add_security_key, credential_digest), .tag = 6, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of that id."},
    {PERSONAL(add_security_key, public_key), .tag = 7, .flags = REQUIRED,
     .max = SECURITY_KEY_LONGEST_PUBLIC, .doc = "Public key, as COSE writes it, in Base64url."},
    {INT64(add_security_key, algorithm), .tag = 8, .flags = REQUIRED, .min = INT64_MIN,
     .doc = "What it signs by, as COSE numbers algorithms."},
    {INT64(add_security_key, count), .tag = 9, .flags = REQUIRED,
     .doc = "Count of its signatures; 0: it counts none."},
    {LIST_OF(add_security_key, transports, KIND_TEXT), .tag = 10, .max = SECURITY_KEY_TRANSPORTS,
     .doc = "How browsers reach it."},
    {BYTES(add_security_key, recovery), .tag = 11, .flags = REQUIRED,
     .max = RECOVERY_CODES * RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digests of recovery codes for who has none, in a row."},
    {UUID(add_security_key, session_id), .tag = 12,
     .doc = "Id of the session that it is asked with."},
};
static const struct shape add_security_key_shape =
    SHAPE(add_security_key, "Security key that somebody registered.");

static const struct field added_security_key_fields[] = {
    {BOOL(added_security_key, gives_recovery), .tag = 1,
     .doc = "Whether the recovery codes are good from now on."},
};
static const struct shape added_security_key_shape =
    SHAPE(added_security_key, "What came of registering a security key.");

static enum status check(
    const struct decision *decision,
    const struct add_security_key *order,
    const struct user *user,
    struct error *error)
{
    struct uuid holder;

    if (user->session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    if (user->security_keys >= SECURITY_KEYS_OF_USER)
        return decision_refuse(error, &refused_keys_too_many);
    if (model_holder(decision->model, CLAIM_SECURITY_KEY, order->credential_digest, &holder))
        return decision_refuse(error, &refused_key_taken);
    return session_must_be_by_factor_in_use(
        decision, order->session_id, order->user_id, user, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct add_security_key *order = input;
    struct security_key_added added = {
        .user_id = order->user_id,
        .key_id = order->key_id,
        .name = order->name,
        .credential = order->credential,
        .credential_digest = order->credential_digest,
        .public_key = order->public_key,
        .algorithm = order->algorithm,
        .count = order->count,
        .transports = order->transports,
    };
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(error, &refused_sign_in_void);
    status = check(decision, order, &user, error);
    if (status != STATUS_OK)
        return status;
    if (!user_has_factor(&user))
        added.recovery = order->recovery;
    session_emit_ending(decision, &security_key_added_event, order->user_id, &added);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct add_security_key *order = input;
    struct added_security_key *added = answer;
    struct user user;

    (void)arena;
    added->gives_recovery = opt_bool_of(
        user_load(decision, order->user_id, &user) && bytes_equal(user.recovery, order->recovery));
}

const struct command add_security_key_command = {
    .name = "add_security_key",
    .doc = "Has a person's sign-ins take a security key; all sessions end.",
    .input = &add_security_key_shape,
    .decide = decide,
    .answer = &added_security_key_shape,
    .answer_from = answer_from,
};
