/*
 * Why commands about second factors are refused, and about what stands for one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"

const struct refusal refused_factor_not_offered = {
    "factor_not_offered",
    STATUS_INVALID,
    "MFA setup has not been initiated.",
    "Begin with POST /auth/mfa/setup/initiate.",
};
const struct refusal refused_factor_code = {
    "factor_code_invalid",
    STATUS_INVALID,
    "Invalid authenticator code.",
    "Send the code of the secret that was given last; see that the clock of the device is right.",
};
const struct refusal refused_factor_off = {
    "factor_off",
    STATUS_INVALID,
    "MFA is not enabled for this account.",
    "Set it up first, or sign in with the password alone.",
};
const struct refusal refused_key_unknown = {
    "security_key_unknown",
    STATUS_UNAUTHENTICATED,
    "This security key is none of the account's.",
    "Use one that was registered, or another second factor.",
};
const struct refusal refused_key_wrong = {
    "security_key_wrong",
    STATUS_UNAUTHENTICATED,
    "The security key did not sign what was asked for.",
    "Ask for another challenge, on a page of the dashboard that WEB_APP_URL names.",
};
const struct refusal refused_key_replayed = {
    "security_key_challenge_used",
    STATUS_UNAUTHENTICATED,
    "This challenge, or a newer one, was used already.",
    "Ask for another challenge: each is good once.",
};
const struct refusal refused_key_copied = {
    "security_key_copied",
    STATUS_UNAUTHENTICATED,
    "The security key has counted back: there may be two of it.",
    "Sign in by another second factor, and remove this key.",
};
const struct refusal refused_key_taken = {
    "security_key_taken",
    STATUS_CONFLICT,
    "This security key is registered already.",
    "Use another one, or remove it where it is registered.",
};
const struct refusal refused_keys_too_many = {
    "security_keys_too_many",
    STATUS_CONFLICT,
    "The account has as many security keys as it may have: 20.",
    "Remove one that is used no more.",
};
const struct refusal refused_key_missing = {
    "security_key_not_found",
    STATUS_NOT_FOUND,
    "Security key %s was not found",
    "List the keys: GET /users/me/security-keys.",
};
const struct refusal refused_factor_first = {
    "second_factor_first",
    STATUS_CONFLICT,
    "Whoever requires a second factor of others needs one, too.",
    "Set one up for yourself first: POST /auth/mfa/setup/initiate.",
};
const struct refusal refused_factor_required = {
    "second_factor_needed",
    STATUS_CONFLICT,
    "A second factor is required, by the platform or by a workspace that you belong to.",
    "Keep one. Another one can be set up first, or the rule be changed by whoever made it.",
};
const struct refusal refused_code_wrong = {
    "authenticator_code_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid authenticator code.",
    "Wait for the next code: each is taken once. See that the clock of the device is right.",
};
const struct refusal refused_recovery_wrong = {
    "recovery_code_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid recovery code.",
    "Use another one: each is taken once.",
};

const struct refusal refused_challenge_void = {
    "challenge_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid MFA challenge token.",
    "Sign in again with the password; a challenge is good for ten minutes.",
};

const struct refusal refused_device_missing = {
    "device_not_found",
    STATUS_NOT_FOUND,
    "Device %s was not found",
    "List the devices; one that is trusted no more is not among them.",
};
const struct refusal refused_devices_too_many = {
    "devices_too_many",
    STATUS_CONFLICT,
    "The account has as many trusted devices as it may have: 20.",
    "End the trust in one that is used no more.",
};
const struct refusal refused_device_trust_off = {
    "device_trust_off",
    STATUS_CONFLICT,
    "No device is trusted here: each sign-in takes a second factor.",
    "An administrator of the machine may set TRUSTED_DEVICE_DAYS.",
};
const struct refusal refused_factor_not_fresh = {
    "second_factor_not_fresh",
    STATUS_FORBIDDEN,
    "This session was not opened by a code or a security key in the last ten minutes.",
    "Sign in anew with your second factor, and ask then.",
};

const struct refusal *const factor_refusals[] = {
    &refused_factor_not_offered, &refused_factor_code,
    &refused_factor_off,         &refused_key_unknown,
    &refused_key_wrong,          &refused_key_replayed,
    &refused_key_copied,         &refused_key_taken,
    &refused_keys_too_many,      &refused_key_missing,
    &refused_factor_first,       &refused_factor_required,
    &refused_code_wrong,         &refused_recovery_wrong,
    &refused_challenge_void,     &refused_device_missing,
    &refused_devices_too_many,   &refused_device_trust_off,
    &refused_factor_not_fresh,   NULL,
};
