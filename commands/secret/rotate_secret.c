/*
 * Give a secret another value. The former one is destroyed, unless tasks run that were given it.
 *
 *   api ──rotate_secret──► [here] ──secret_rotated, (secret_version_destroyed, key_destroyed)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"

static const struct field rotate_secret_fields[] = {
    {UUID(rotate_secret, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(rotate_secret, secret_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the secret."},
    {TEXT(rotate_secret, value), .tag = 3, .flags = REQUIRED | SECRET, .min = SECRET_LEAST_VALUE,
     .max = SECRET_LONGEST_VALUE, .accepts = secret_is_value, .rule = SECRET_VALUE_RULE,
     .doc = "The value, exactly as tasks are given it. It is never shown again."},
};
static const struct shape rotate_secret_shape = SHAPE(rotate_secret, "Another value of a secret.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct rotate_secret *order = input;
    struct secret secret;
    struct secret_rotated rotated = {
        .secret_id = order->secret_id,
        .workspace_id = order->workspace_id,
        .value.text = order->value,
    };
    enum status status =
        secret_must_be_of(decision, order->workspace_id, order->secret_id, &secret, error);

    if (status == STATUS_OK)
        status =
            secret_check_room(decision, order->workspace_id, order->secret_id, order->value, error);
    if (status != STATUS_OK)
        return status;
    rotated.version_id = decision_id(decision);
    rotated.version = secret.version + 1;
    decision_emit(decision, &secret_rotated_event, order->secret_id, order->workspace_id, &rotated);
    secret_emit_former(decision, secret.version_id);
    return STATUS_OK;
}

const struct command rotate_secret_command = {
    .name = "rotate_secret",
    .doc = "Gives a secret another value.",
    .input = &rotate_secret_shape,
    .decide = decide,
};
