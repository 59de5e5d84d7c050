/*
 * Why signing in is refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"

const struct refusal refused_sign_in_void = {
    "invalid_credentials",
    STATUS_UNAUTHENTICATED,
    "Invalid email or password",
    "Sign in again with the present password.",
};
const struct refusal refused_account_inactive = {
    "account_inactive",
    STATUS_UNAUTHENTICATED,
    "This account is inactive.",
    "Ask an admin to activate the account.",
};

const struct refusal *const identity_refusals[] = {
    &refused_sign_in_void,
    &refused_account_inactive,
    NULL,
};
