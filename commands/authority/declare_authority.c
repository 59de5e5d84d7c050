/*
 * What the settings of a start say of authority goes on record, so that whether a role counted can be told of any moment, and
 * nobody switches strict authority off unseen.
 *
 *   start ──declare_authority──► [here] ──authority_declared──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/platform/platform_lookup.h"

static const struct field declare_authority_fields[] = {
    {ENUM(declare_authority, mode, authority_mode_names), .tag = 1, .flags = REQUIRED,
     .doc = "Whether roles on the platform need a grant that is signed."},
    {BYTES(declare_authority, root_key), .tag = 2, .max = 32,
     .doc = "Ed25519 public key that signs manifests."},
};
static const struct shape declare_authority_shape =
    SHAPE(declare_authority, "What settings say of authority.");

static bool is_another_root(const struct rule *rule, const struct declare_authority *order)
{
    return bytes_are_present(order->root_key) && !rule_knows_root(rule, order->root_key);
}

static bool is_another_mode(const struct rule *rule, const struct declare_authority *order)
{
    return order->mode.is != (rule->mode.is == 0 ? AUTHORITY_LEGACY : rule->mode.is);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct declare_authority *order = input;
    struct authority_declared declared = {
        .installation_id = installation_id(decision),
        .mode = order->mode,
        .root_key = order->root_key,
    };
    struct rule rule;

    if (!uuid_is_present(declared.installation_id))
        return decision_refuse(error, &refused_ledger_not_begun);
    rule_load(decision, &rule);
    declared.replaces = opt_bool_of(is_another_root(&rule, order));
    if (is_another_mode(&rule, order) || is_another_root(&rule, order))
        decision_emit(
            decision, &authority_declared_event, declared.installation_id, UUID_NONE, &declared);
    return STATUS_OK;
}

const struct command declare_authority_command = {
    .name = "declare_authority",
    .doc = "Puts on record whether roles on the platform need a grant that is signed.",
    .input = &declare_authority_shape,
    .decide = decide,
    .may_come_to_nothing = true, /* nearly always: also where another server leads by now */
};
