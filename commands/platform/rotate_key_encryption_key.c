/*
 * All keys are wrapped under another key-encryption key. That is done before this is decided, in one commit of
 * keys.mdb; killed in between, the same order records what was done.
 *
 *   api/control ──rotate_key_encryption_key──► [here] ──key_encryption_key_rotated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"

enum { KEY_ID_BYTES = 8 };

static const struct field rotate_key_encryption_key_fields[] = {
    {BYTES(rotate_key_encryption_key, key_id), .tag = 1, .flags = SERVER_SET, .max = KEY_ID_BYTES,
     .doc = "Id of the key-encryption key that there is."},
    {BOOL(rotate_key_encryption_key, has_former), .tag = 2, .flags = SERVER_SET,
     .doc = "Whether the one before it was given, too."},
    {INT64(rotate_key_encryption_key, rows), .tag = 3, .flags = SERVER_SET,
     .doc = "Number of keys that were wrapped anew."},
};
static const struct shape rotate_key_encryption_key_shape =
    SHAPE(rotate_key_encryption_key, "Which key wraps all others.");

static const struct field rotated_key_encryption_key_fields[] = {
    {INT64(rotated_key_encryption_key, rows), .tag = 1, .flags = REQUIRED,
     .doc = "Number of keys that were wrapped anew."},
};
static const struct shape rotated_key_encryption_key_shape =
    SHAPE(rotated_key_encryption_key, "What was wrapped anew.");

static const struct field key_encryption_fields[] = {
    {BYTES(key_encryption, key_id), .tag = 1, .flags = REQUIRED, .max = KEY_ID_BYTES,
     .doc = "Id of the key-encryption key, as was last recorded."},
};
static const struct shape key_encryption_shape = SHAPE(key_encryption, "What wraps all keys.");
const struct aggregate key_encryption_aggregate = {
    STATE_KEY_ENCRYPTION, "key_encryption", &key_encryption_shape};

static bool is_on_record(const struct decision *decision, struct bytes key_id)
{
    struct key_encryption now;

    return model_load(
               decision->model, &key_encryption_aggregate, UUID_NONE, decision->arena, &now) &&
           bytes_equal(now.key_id, key_id);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct rotate_key_encryption_key *order = input;
    const struct key_encryption_key_rotated rotated = {order->key_id, order->rows};

    if (!uuid_is_present(installation_id(decision)))
        return decision_refuse(error, &refused_ledger_not_begun);
    if (!opt_bool_is_true(order->has_former))
        return decision_refuse(error, &refused_former_key_missing);
    if (order->rows > 0 || !is_on_record(decision, order->key_id))
        decision_emit(
            decision, &key_encryption_key_rotated_event, installation_id(decision), UUID_NONE,
            &rotated);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct rotate_key_encryption_key *order = input;
    struct rotated_key_encryption_key *rotated = answer;

    (void)decision;
    (void)arena;
    rotated->rows = order->rows;
}

const struct command rotate_key_encryption_key_command = {
    .name = "rotate_key_encryption_key",
    .doc = "Records that all keys are wrapped under another key-encryption key.",
    .input = &rotate_key_encryption_key_shape,
    .decide = decide,
    .answer = &rotated_key_encryption_key_shape,
    .answer_from = answer_from,
};
