/*
 * The commands of the area, and why they are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"

const struct refusal refused_owner_there = {
    "already_bootstrapped",
    STATUS_CONFLICT,
    "The installation has its first owner already.",
    "Sign in as one of its administrators; others come by grants.",
};
const struct refusal refused_insecure_owner = {
    "insecure_bootstrap_disabled",
    STATUS_FORBIDDEN,
    "The first owner comes by a manifest that a product root key has signed.",
    "Hand one in as manifest; or, for development, set INSTALLATION_ALLOW_INSECURE_BOOTSTRAP.",
};
const struct refusal refused_manifest_missing = {
    "manifest_missing",
    STATUS_UNPROCESSABLE,
    "Authority is strict here: the first owner comes by a manifest that a product root key has signed.",
    "Sign one (fleetledger authority sign-activation), and hand it in as manifest.",
};
const struct refusal refused_manifest_elsewhere = {
    "manifest_wrong_installation",
    STATUS_UNPROCESSABLE,
    "The manifest is for another installation, or for another ledger of it.",
    "Sign one for what GET /installation tells: installationId and ledgerVerifierKey.",
};
const struct refusal refused_manifest_environment = {
    "manifest_wrong_environment",
    STATUS_UNPROCESSABLE,
    "The manifest is for another environment than this server runs in.",
    "Sign one for what the server is: production where APP_ENV or NODE_ENV says so.",
};
const struct refusal refused_manifest_early = {
    "manifest_not_yet_valid",
    STATUS_UNPROCESSABLE,
    "The manifest is not to be taken yet.",
    "Hand it in from its notBefore on, or look at the clocks.",
};
const struct refusal refused_manifest_late = {
    "manifest_expired",
    STATUS_UNPROCESSABLE,
    "The manifest is to be taken no more: its expiresAt is over.",
    "Have another one signed.",
};
const struct refusal refused_manifest_used = {
    "manifest_used",
    STATUS_UNPROCESSABLE,
    "A grant of that id was handed in before: each is taken once.",
    "Have another one signed, with an id of its own.",
};
const struct refusal refused_root_unknown = {
    "root_unknown",
    STATUS_UNPROCESSABLE,
    "The manifest is signed by no product root key that is trusted here.",
    "See roots of GET /installation.",
};
const struct refusal refused_root_known = {
    "root_known",
    STATUS_CONFLICT,
    "That key signs manifests already, or did before.",
    "Make another one (fleetledger authority keygen).",
};
const struct refusal refused_roots_full = {
    "roots_full",
    STATUS_CONFLICT,
    "The product root key was rotated as often as it can be.",
    "Set INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64 to a new one, and have all grants signed anew.",
};
const struct refusal refused_owner_address = {
    "email_taken",
    STATUS_CONFLICT,
    "A user with this email already exists",
    "They are given the role by a grant: fleetledger authority sign-grant.",
};
const struct refusal refused_grant_holder = {
    "grant_holder_missing",
    STATUS_CONFLICT,
    "The grant is of nobody here: there is no such person, or they have not accepted their invitation.",
    "Make the account first, and have a grant signed for its id.",
};
const struct refusal refused_grant_serial = {
    "serial_not_newer",
    STATUS_CONFLICT,
    "The serial of the grant is not larger than that of one before of the same person.",
    "Have it signed with a larger one: see GET /installation/role-grants.",
};
const struct refusal refused_grant_missing = {
    "role_grant_not_found",
    STATUS_NOT_FOUND,
    "Grant %s was not found",
    "List the grants.",
};
const struct refusal refused_grant_ended = {
    "role_grant_ended",
    STATUS_CONFLICT,
    "The grant is good no more already.",
    "List the grants to see why.",
};
const struct refusal refused_grant_last_admin = {
    "last_platform_admin",
    STATUS_CONFLICT,
    "Nobody would be left whose role of platform_admin counts.",
    "Give it to somebody else first.",
};
const struct refusal refused_revoking_needs = {
    "revocation_needs_signature",
    STATUS_FORBIDDEN,
    "A platform admin revokes a grant, or whoever hands in a revocation that is signed.",
    "Hand it in as envelope (fleetledger authority sign-revocation), or ask an admin.",
};

const struct refusal *const authority_refusals[] = {
    &refused_owner_there,
    &refused_insecure_owner,
    &refused_manifest_missing,
    &refused_manifest_elsewhere,
    &refused_manifest_environment,
    &refused_manifest_early,
    &refused_manifest_late,
    &refused_manifest_used,
    &refused_root_unknown,
    &refused_root_known,
    &refused_roots_full,
    &refused_owner_address,
    &refused_grant_holder,
    &refused_grant_serial,
    &refused_grant_missing,
    &refused_grant_ended,
    &refused_grant_last_admin,
    &refused_revoking_needs,
    NULL,
};

const struct command *const authority_commands[] = {
    &declare_authority_command,  &bootstrap_owner_command, &grant_role_command,
    &revoke_role_grant_command,  &rotate_root_command,     &expire_role_grant_command,
    &query_installation_command, &query_authority_command, NULL,
};
