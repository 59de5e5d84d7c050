/*
 * Why the installation's commands are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/follower.h"
#include "commands/platform/platform_commands.h"

const struct refusal refused_ledger_begun = {
    "ledger_begun",
    STATUS_CONFLICT,
    "The ledger has begun already",
    "Use another home for another installation.",
};
const struct refusal refused_ledger_not_begun = {
    "ledger_not_begun",
    STATUS_UNAVAILABLE,
    "The ledger has not begun yet",
    "Wait for the first start to end.",
};

const struct refusal refused_signing_keys_too_many = {
    "signing_keys_too_many",
    STATUS_CONFLICT,
    "As many keys sign checkpoints as may at one time",
    "Wait until the overlap of one of them has ended.",
};
const struct refusal refused_nothing_contradicted = {
    "nothing_contradicted",
    STATUS_CONFLICT,
    "The ledger continues what was signed, so it keeps its origin",
    "Start the server: nothing is wrong. Where others have a checkpoint that this ledger does not continue, "
    "name it.",
};
const struct refusal refused_checkpoint_foreign = {
    "checkpoint_foreign",
    STATUS_CONFLICT,
    "The newest checkpoint that is kept is not of this ledger, whatever became of it",
    "Put the checkpoints.mdb back that belongs to it. Where that is lost, set the foreign one aside.",
};
const struct refusal refused_origin_too_long = {
    "origin_too_long",
    STATUS_CONFLICT,
    "The ledger's name leaves no room for the number of a new origin",
    "Begin a new ledger under a shorter FLEETLEDGER_ORIGIN.",
};

const struct refusal refused_former_key_missing = {
    "former_key_missing",
    STATUS_CONFLICT,
    "There is no other key-encryption key than the one that wraps all keys already",
    "Start with the new one, and the one before it as SECRETS_ENCRYPTION_KEY_FORMER or secret.key.former.",
};

const struct refusal refused_follower_name_taken = {
    "follower_name_taken",
    STATUS_CONFLICT,
    "Another follower has that name",
    "Choose another name, or revoke that follower first.",
};
const struct refusal refused_follower_token_taken = {
    "follower_token_taken",
    STATUS_CONFLICT,
    "Another follower has that token",
    "Admit it again: a new token is made each time.",
};
const struct refusal refused_follower_unknown = {
    "follower_unknown",
    STATUS_NOT_FOUND,
    "No follower of that name is admitted",
    "Name one as it was admitted.",
};
const struct refusal refused_follower_not_admitted = {
    "follower_not_admitted",
    STATUS_UNAUTHENTICATED,
    "The token is that of no admitted follower",
    "Admit it on the leader: fleetledger admit-follower <name>.",
};

const struct refusal *const platform_refusals[] = {
    &refused_ledger_begun,         &refused_ledger_not_begun,      &refused_signing_keys_too_many,
    &refused_nothing_contradicted, &refused_checkpoint_foreign,    &refused_origin_too_long,
    &refused_former_key_missing,   &refused_follower_name_taken,   &refused_follower_token_taken,
    &refused_follower_unknown,     &refused_follower_not_admitted, NULL,
};
