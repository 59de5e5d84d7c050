/*
 * Change what is said of a secret, and until when tasks are given it.
 *
 *   api ──change_secret──► [here] ──secret_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"

enum { DESCRIPTION_FIELD = 2, EXPIRES_FIELD }; /* their places in the table */

static const struct field change_secret_fields[] = {
    {UUID(change_secret, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(change_secret, secret_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the secret."},
    {TEXT(change_secret, description), .tag = 3, .flags = MANY_LINES | TRIM | MAY_BE_NULL,
     .max = SECRET_LONGEST_DESCRIPTION, .doc = "What the secret is for; null or blank clears it."},
    {TIMESTAMP(change_secret, expires_at), .tag = 4, .flags = MAY_BE_NULL,
     .doc = "Time from which on no task is given it; null: never."},
    {INT64(change_secret, given), .tag = 5, .doc = "Fields that were given, as bits."},
};
static const struct shape change_secret_shape =
    SHAPE_WITH(change_secret, "Changes of a secret.", .given_tag = 5);

static bool is_given(const struct change_secret *order, int field)
{
    return (order->given >> field & 1) != 0;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_secret *order = input;
    struct secret secret;
    enum status status =
        secret_must_be_of(decision, order->workspace_id, order->secret_id, &secret, error);
    struct secret_changed changed = {.secret_id = order->secret_id};

    if (status == STATUS_OK && is_given(order, EXPIRES_FIELD))
        status = secret_check_expiry(decision, order->expires_at, error);
    if (status != STATUS_OK)
        return status;
    changed.workspace_id = order->workspace_id;
    changed.description = secret.description;
    changed.expires_at = secret.expires_at;
    if (is_given(order, DESCRIPTION_FIELD))
        changed.description = order->description.size > 0 ? order->description : (struct text){0};
    if (is_given(order, EXPIRES_FIELD))
        changed.expires_at = order->expires_at;
    if (text_equal(changed.description, secret.description) &&
        changed.expires_at.us == secret.expires_at.us)
        return STATUS_OK;
    decision_emit(decision, &secret_changed_event, order->secret_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_secret_command = {
    .name = "change_secret",
    .doc = "Changes what is said of a secret, and until when tasks are given it.",
    .input = &change_secret_shape,
    .decide = decide,
};
