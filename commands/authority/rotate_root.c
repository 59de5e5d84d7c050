/*
 * Another key signs manifests: the one before it says so.
 *
 *   api ──rotate_root──► [here] ──root_rotated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/platform/platform_lookup.h"

static const struct field rotate_root_fields[] = {
    {TEXT(rotate_root, envelope), .tag = 1, .flags = SERVER_SET, .doc = "The rotation as signed."},
    {UUID(rotate_root, installation_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the installation that it is for."},
    {BYTES(rotate_root, new_key), .tag = 3, .flags = SERVER_SET, .max = 32,
     .doc = "Key that signs from now on."},
    {BYTES(rotate_root, root_key), .tag = 4, .flags = SERVER_SET, .max = 32,
     .doc = "Key that has signed the rotation."},
    {TIMESTAMP(rotate_root, not_before), .tag = 5, .flags = SERVER_SET,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(rotate_root, former_until), .tag = 6, .flags = SERVER_SET,
     .doc = "Time until which what the former key signs is taken."},
};
static const struct shape rotate_root_shape = SHAPE(rotate_root, "Which key signs from now on.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct rotate_root *order = input;
    const struct manifest_terms terms = {
        .installation_id = order->installation_id,
        .root_key = order->root_key,
        .not_before = order->not_before,
    };
    const struct root_rotated rotated = {
        .installation_id = installation_id(decision),
        .root_key = order->new_key,
        .former_key = order->root_key,
        .former_until = order->former_until,
        .envelope = order->envelope,
    };
    struct rule rule;
    enum status status = authority_must_fit(decision, &terms, error);

    if (status != STATUS_OK)
        return status;
    rule_load(decision, &rule);
    if (rule_knows_root(&rule, order->new_key))
        return decision_refuse(error, &refused_root_known);
    if (rule.roots.count >= AUTHORITY_MOST_ROOTS)
        return decision_refuse(error, &refused_roots_full);
    decision_emit(decision, &root_rotated_event, rotated.installation_id, UUID_NONE, &rotated);
    return STATUS_OK;
}

const struct command rotate_root_command = {
    .name = "rotate_root",
    .doc = "Has another key sign manifests, as the one before it says.",
    .input = &rotate_root_shape,
    .decide = decide,
};
