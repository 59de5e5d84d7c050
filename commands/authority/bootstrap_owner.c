/*
 * The first owner of an installation: by a manifest that a product root key has signed, which brings their grant; or without,
 * where settings allow that and no account rules yet. Once, whoever races.
 *
 *   api ──bootstrap_owner──► [here] ──user_registered (workspace_created, member_added), role_granted, owner_activated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/identity/identity_lookup.h"
#include "commands/platform/platform_lookup.h"
#include "eventlog/manifest.h"

static const struct field bootstrap_owner_fields[] = {
    {PERSONAL(bootstrap_owner, email), .tag = 1, .flags = SERVER_SET, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "Email address to sign in with."},
    {PERSONAL(bootstrap_owner, name), .tag = 2, .flags = SERVER_SET, .max = 120,
     .doc = "Display name of the owner."},
    {PERSONAL(bootstrap_owner, password), .tag = 3, .flags = SERVER_SET | SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
    {PERSONAL(bootstrap_owner, envelope), .tag = 4, .flags = SERVER_SET,
     .max = AUTHORITY_LONGEST_ENVELOPE, .doc = "The manifest as it was signed."},
    {UUID(bootstrap_owner, installation_id), .tag = 5, .flags = SERVER_SET,
     .doc = "Id of the installation that it is for."},
    {TEXT(bootstrap_owner, ledger_verifier_key), .tag = 6, .flags = SERVER_SET,
     .doc = "Key of the ledger that it is for."},
    {ENUM(bootstrap_owner, environment, manifest_environment_names), .tag = 7, .flags = SERVER_SET,
     .doc = "What it says the installation is for."},
    {UUID(bootstrap_owner, grant_id), .tag = 8, .flags = SERVER_SET, .doc = "Id of the grant."},
    {TIMESTAMP(bootstrap_owner, not_before), .tag = 9, .flags = SERVER_SET,
     .doc = "Time from which on it is taken."},
    {TIMESTAMP(bootstrap_owner, expires_at), .tag = 10, .flags = SERVER_SET,
     .doc = "Time until which it is taken."},
    {BYTES(bootstrap_owner, root_key), .tag = 11, .flags = SERVER_SET, .max = 32,
     .doc = "Key that has signed it."},
};
static const struct shape bootstrap_owner_shape = SHAPE(bootstrap_owner, "The first owner.");

static const struct field bootstrapped_owner_fields[] = {
    {UUID(bootstrapped_owner, user_id), .tag = 1, .doc = "Id of the owner, who signs in now."},
    {UUID(bootstrapped_owner, grant_id), .tag = 2,
     .doc = "Id of the grant; null: without a manifest."},
};
const struct shape bootstrapped_owner_shape =
    SHAPE(bootstrapped_owner, "The owner of the installation.");

static bool has_manifest(const struct bootstrap_owner *order)
{
    return uuid_is_present(order->grant_id);
}

static enum status check_manifest(
    const struct decision *decision, const struct bootstrap_owner *order, struct error *error)
{
    const struct manifest_terms terms = {
        .installation_id = order->installation_id,
        .root_key = order->root_key,
        .not_before = order->not_before,
        .expires_at = order->expires_at,
    };
    bool is_for_production = order->environment.is == FOR_PRODUCTION;
    enum status status = authority_must_fit(decision, &terms, error);

    if (status != STATUS_OK)
        return status;
    if (!text_equal(
            order->ledger_verifier_key, platform_first_verifier(decision->model, decision->arena)))
        return decision_refuse(error, &refused_manifest_elsewhere);
    if (is_for_production != decision->policy->is_production)
        return decision_refuse(error, &refused_manifest_environment);
    return STATUS_OK;
}

/* Nobody rules yet, and settings allow that somebody begins without a signature. */
static enum status
check_without(const struct decision *decision, const struct rule *rule, struct error *error)
{
    if (rule->mode.is == AUTHORITY_STRICT)
        return decision_refuse(error, &refused_manifest_missing);
    if (!decision->policy->may_bootstrap_insecurely)
        return decision_refuse(error, &refused_insecure_owner);
    if (user_any_admin(decision))
        return decision_refuse(error, &refused_owner_there);
    return STATUS_OK;
}

static enum status
check(const struct decision *decision, const struct bootstrap_owner *order, struct error *error)
{
    struct rule rule;
    enum status status;

    rule_load(decision, &rule);
    if (uuid_is_present(rule.owner_id))
        return decision_refuse(error, &refused_owner_there);
    status = has_manifest(order) ? check_manifest(decision, order, error)
                                 : check_without(decision, &rule, error);
    if (status == STATUS_OK && uuid_is_present(user_of_email(decision, order->email.digest)))
        status = decision_refuse(error, &refused_owner_address);
    return status;
}

/* For good: until when the manifest was to be handed in says nothing of the role. */
static void
emit_grant(struct decision *decision, const struct bootstrap_owner *order, struct uuid user_id)
{
    const struct role_granted granted = {
        .user_id = user_id,
        .grant_id = order->grant_id,
        .role = {ROLE_PLATFORM_ADMIN},
        .not_before = order->not_before,
        .serial = 0,
        .root_key = order->root_key,
        .envelope = order->envelope,
    };

    decision_emit(decision, &role_granted_event, user_id, UUID_NONE, &granted);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct bootstrap_owner *order = input;
    const struct first_admin admin = {order->email, order->name, order->password};
    struct owner_activated activated = {
        .installation_id = installation_id(decision), .grant_id = order->grant_id};
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    activated.user_id = user_emit_first_admin(decision, &admin);
    if (has_manifest(order))
        emit_grant(decision, order, activated.user_id);
    decision_emit(
        decision, &owner_activated_event, activated.installation_id, UUID_NONE, &activated);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct bootstrap_owner *order = input;
    struct bootstrapped_owner *owner = answer;

    (void)arena;
    owner->user_id = decision->subject;
    owner->grant_id = order->grant_id;
}

const struct command bootstrap_owner_command = {
    .name = "bootstrap_owner",
    .doc = "Makes the first owner of the installation, once.",
    .input = &bootstrap_owner_shape,
    .decide = decide,
    .answer = &bootstrapped_owner_shape,
    .answer_from = answer_from,
};
