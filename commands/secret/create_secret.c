/*
 * Create a secret: a value by a name that is the only one in its workspace.
 *
 *   api ──create_secret──► [here] ──secret_created, its value sealed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"
#include "commands/workspace/workspace_lookup.h"

static bool is_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || ((c < '0' || c > '9') && c != '-')))
            return false;
    }
    return name.size > 0;
}

static const struct field create_secret_fields[] = {
    {UUID(create_secret, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the secret will belong to."},
    {TEXT(create_secret, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 1,
     .max = SECRET_LONGEST_NAME, .accepts = is_name,
     .rule =
         "name must be a letter or an underscore, followed by letters, digits, underscores and hyphens",
     .doc = "Name of the secret, by which payloads and templates refer to it; for ever."},
    {TEXT(create_secret, value), .tag = 3, .flags = REQUIRED | SECRET, .min = SECRET_LEAST_VALUE,
     .max = SECRET_LONGEST_VALUE, .accepts = secret_is_value, .rule = SECRET_VALUE_RULE,
     .doc = "The value, exactly as tasks are given it. It is never shown again."},
    {TEXT(create_secret, description), .tag = 4, .flags = MANY_LINES | TRIM,
     .max = SECRET_LONGEST_DESCRIPTION, .doc = "What the secret is for."},
    {TIMESTAMP(create_secret, expires_at), .tag = 5,
     .doc = "Time from which on no task is given it; never when absent."},
};
static const struct shape create_secret_shape = SHAPE(create_secret, "Secret to create.");

static enum status
check(const struct decision *decision, const struct create_secret *order, struct error *error)
{
    struct secret namesake;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (secret_named(decision, order->workspace_id, order->name, &namesake))
        return decision_refuse(
            error, &refused_secret_name_taken, text_c(decision->arena, order->name));
    if (secret_count(decision, order->workspace_id, MOST_SECRETS) >= MOST_SECRETS)
        return decision_refuse(error, &refused_secrets_full);
    status = secret_check_room(decision, order->workspace_id, UUID_NONE, order->value, error);
    if (status == STATUS_OK)
        status = secret_check_expiry(decision, order->expires_at, error);
    return status;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_secret *order = input;
    struct secret_created created = {
        .workspace_id = order->workspace_id,
        .name = order->name,
        .description = order->description.size > 0 ? order->description : (struct text){0},
        .expires_at = order->expires_at,
        .version = 1,
        .value.text = order->value,
    };
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    created.secret_id = decision_id(decision);
    created.version_id = decision_id(decision);
    decision_emit(
        decision, &secret_created_event, created.secret_id, order->workspace_id, &created);
    return STATUS_OK;
}

const struct command create_secret_command = {
    .name = "create_secret",
    .doc = "Creates a secret.",
    .input = &create_secret_shape,
    .decide = decide,
};
