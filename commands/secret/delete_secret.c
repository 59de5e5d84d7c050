/*
 * Delete a secret: tasks that refer to it fail when they are claimed. Its value is destroyed, unless tasks run that were
 * given it.
 *
 *   api ──delete_secret──► [here] ──secret_deleted, (secret_version_destroyed, key_destroyed)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"

static const struct field delete_secret_fields[] = {
    {UUID(delete_secret, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(delete_secret, secret_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the secret."},
};
static const struct shape delete_secret_shape = SHAPE(delete_secret, "Secret to delete.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_secret *order = input;
    const struct secret_deleted deleted = {order->secret_id, order->workspace_id, OPT_FALSE};
    struct secret secret;
    enum status status =
        secret_must_be_of(decision, order->workspace_id, order->secret_id, &secret, error);

    if (status != STATUS_OK)
        return status;
    decision_emit(decision, &secret_deleted_event, order->secret_id, order->workspace_id, &deleted);
    secret_emit_former(decision, secret.version_id);
    return STATUS_OK;
}

const struct command delete_secret_command = {
    .name = "delete_secret",
    .doc = "Deletes a secret.",
    .input = &delete_secret_shape,
    .decide = decide,
};
