/*
 * Why commands about secrets are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret.h"

const struct refusal refused_secret_missing = {
    "secret_not_found",
    STATUS_NOT_FOUND,
    "Secret %s was not found",
    "List the secrets of the workspace.",
};
const struct refusal refused_secret_name_taken = {
    "secret_name_taken",
    STATUS_CONFLICT,
    "The workspace has a secret named %s already.",
    "Give that one another value, or choose another name.",
};
const struct refusal refused_secrets_full = {
    "secrets_full",
    STATUS_CONFLICT,
    "A workspace can have at most 200 secrets.",
    "Delete secrets that are no longer needed.",
};
const struct refusal refused_secrets_too_large = {
    "secrets_too_large",
    STATUS_CONFLICT,
    "The secrets of a workspace can have at most 128 KiB together.",
    "Delete secrets that are no longer needed, or keep what is that large elsewhere.",
};

const struct refusal *const secret_refusals[] = {
    &refused_secret_missing,
    &refused_secret_name_taken,
    &refused_secrets_full,
    &refused_secrets_too_large,
    NULL,
};
