/*
 * Checkpoints are to be signed by another key. Its seed is in keys.mdb before this is decided; both keys
 * sign until the overlap ends, so that whoever verifies has time to learn the new one.
 *
 *   api/control ──rotate_signing_key──► [here] ──signing_key_rotated──► eventlog/signer.c
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"

static const struct field rotate_signing_key_fields[] = {
    {INT64(rotate_signing_key, overlap_seconds), .tag = 1, .flags = REQUIRED, .min = 0,
     .max = 366 * 24 * 3600, .doc = "Seconds for which the key before it signs, too."},
    {BYTES(rotate_signing_key, verifier_key), .tag = 2, .flags = SERVER_SET,
     .max = VERIFIER_KEY_SIZE, .doc = "Ed25519 public key of the new seed."},
};
static const struct shape rotate_signing_key_shape =
    SHAPE(rotate_signing_key, "How long both keys sign.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct rotate_signing_key *order = input;
    struct log_identity identity;

    if (!platform_log_identity(decision->model, decision->arena, &identity))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (log_identity_signing(&identity, decision->now) >= LOG_KEYS_MAX)
        return decision_refuse(error, &refused_signing_keys_too_many);
    decision_emit(
        decision, &signing_key_rotated_event, installation_id(decision), UUID_NONE,
        &(struct signing_key_rotated){
            .verifier_key = order->verifier_key,
            .overlap_until = timestamp_plus_us(decision->now, order->overlap_seconds * US_PER_S),
        });
    return STATUS_OK;
}

static const struct field rotated_signing_key_fields[] = {
    {TEXT(rotated_signing_key, key), .tag = 1, .flags = REQUIRED,
     .doc = "Key that verifies checkpoints, as tools for signed notes take it."},
    {TIMESTAMP(rotated_signing_key, overlap_until), .tag = 2, .flags = REQUIRED,
     .doc = "Time until which the key before it signs, too."},
};
static const struct shape rotated_signing_key_shape =
    SHAPE(rotated_signing_key, "The key that signs from now on.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct rotate_signing_key *order = input;
    struct rotated_signing_key *rotated = answer;
    struct log_identity identity;
    struct note_key key;

    if (!platform_log_identity(decision->model, arena, &identity))
        return;
    key = note_key_of(identity.origin, order->verifier_key);
    rotated->key = note_key_text(arena, &key);
    rotated->overlap_until = timestamp_plus_us(decision->now, order->overlap_seconds * US_PER_S);
}

const struct command rotate_signing_key_command = {
    .name = "rotate_signing_key",
    .doc = "Has checkpoints signed by another key, and for a while by both.",
    .input = &rotate_signing_key_shape,
    .decide = decide,
    .answer = &rotated_signing_key_shape,
    .answer_from = answer_from,
};
