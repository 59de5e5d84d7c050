/*
 * Questions: what is this installation known by, and does somebody's role count?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"
#include "commands/identity/identity_lookup.h"
#include "commands/platform/platform_lookup.h"
#include "core/base/encode.h"
#include "core/crypto/dsse.h"

static const struct field query_installation_fields[] = {
    {BOOL(query_installation, any), .tag = 1, .flags = SERVER_SET, .doc = "Means nothing here."},
};
static const struct shape query_installation_shape =
    SHAPE(query_installation, "What the installation is known by.");

static const struct field installation_root_fields[] = {
    {TEXT(installation_root, key_id), .tag = 1, .flags = REQUIRED,
     .doc = "What envelopes call the key: its SHA-256 in hexadecimal."},
    {TEXT(installation_root, public_key), .tag = 2, .flags = REQUIRED,
     .doc = "Ed25519 public key, in Base64."},
    {TIMESTAMP(installation_root, valid_until), .tag = 3,
     .doc = "Time until which what it signs is taken; null: it is the present one."},
};
static const struct shape installation_root_shape =
    SHAPE(installation_root, "A product root key that is trusted.");

static const struct field installation_view_fields[] = {
    {UUID(installation_view, installation_id), .tag = 1, .doc = "Id of the installation."},
    {TEXT(installation_view, origin), .tag = 2, .doc = "What its checkpoints are called."},
    {TEXT(installation_view, ledger_verifier_key), .tag = 3,
     .doc = "Key that the ledger began with: manifests name it, so that they are for this one."},
    {ENUM(installation_view, authority_mode, authority_mode_names), .tag = 4, .flags = REQUIRED,
     .doc = "Whether roles on the platform need a grant that is signed (strict)."},
    {OBJECTS(installation_view, roots, installation_root), .tag = 5, .flags = REQUIRED,
     .doc = "Product root keys whose signatures are taken now."},
    {BOOL(installation_view, is_bootstrapped), .tag = 6, .flags = REQUIRED,
     .doc = "Whether somebody owns it already."},
    {BOOL(installation_view, insecure_bootstrap_enabled), .tag = 7, .flags = REQUIRED,
     .doc = "Whether the first owner may come without a manifest."},
};
const struct shape installation_view_shape =
    SHAPE(installation_view, "What the installation is known by.");

static const struct field query_authority_fields[] = {
    {UUID(query_authority, user_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the person."},
};
static const struct shape query_authority_shape =
    SHAPE(query_authority, "Person whose role is asked about.");

static const struct field authority_view_fields[] = {
    {ENUM(authority_view, role, platform_role_names), .tag = 1,
     .doc = "Role on the platform that the account has."},
    {BOOL(authority_view, effective), .tag = 2, .flags = REQUIRED, .doc = "Whether it counts."},
    {ENUM(authority_view, reason, authority_lack_names), .tag = 3,
     .doc = "Why it does not; null: it does."},
    {UUID(authority_view, grant_id), .tag = 4, .doc = "Id of their newest grant."},
    {TIMESTAMP(authority_view, expires_at), .tag = 5, .doc = "Time until which that is good."},
};
static const struct shape authority_view_shape =
    SHAPE(authority_view, "Whether the role counts that somebody has on the platform.");

static struct list
roots_of(const struct decision *decision, const struct rule *rule, struct arena *arena)
{
    struct installation_root *roots = arena_array(arena, rule->roots.count + 1, sizeof(*roots));
    size_t count = 0;

    for (size_t i = 0; i < rule->roots.count; i++) {
        const struct root *root = list_item(&rule->roots, sizeof(*root), i);
        if (rule_trusts_root(rule, root->key, decision->now))
            roots[count++] = (struct installation_root){
                dsse_key_id(arena, root->key), base64_encode(arena, root->key), root->until};
    }
    return (struct list){roots, count};
}

static void answer_installation(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct installation_view *view = answer;
    struct rule rule;

    (void)input;
    rule_load(decision, &rule);
    view->installation_id = installation_id(decision);
    view->origin = platform_origin(decision->model, arena);
    view->ledger_verifier_key = platform_first_verifier(decision->model, arena);
    view->authority_mode.is = rule.mode.is == 0 ? AUTHORITY_LEGACY : rule.mode.is;
    view->roots = roots_of(decision, &rule, arena);
    view->is_bootstrapped = opt_bool_of(uuid_is_present(rule.owner_id) || user_any_admin(decision));
    view->insecure_bootstrap_enabled =
        opt_bool_of(decision->policy->may_bootstrap_insecurely && rule.mode.is != AUTHORITY_STRICT);
}

static void answer_authority(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_authority *question = input;
    struct authority_view *view = answer;
    struct uuid user_id =
        uuid_is_present(question->user_id) ? question->user_id : decision->actor.id;
    struct role_grant grant;

    (void)arena;
    view->role.is = user_stored_role(decision, user_id);
    view->reason = authority_of(decision, user_id, view->role).lack;
    view->effective = opt_bool_of(view->reason.is == 0);
    if (!role_grant_load(decision, user_id, &grant))
        return;
    view->grant_id = grant.grant_id;
    view->expires_at = grant.expires_at;
}

const struct command query_installation_command = {
    .name = "query_installation",
    .doc = "Looks up what the installation is known by.",
    .input = &query_installation_shape,
    .answer = &installation_view_shape,
    .answer_from = answer_installation,
    .is_question = true,
};

const struct command query_authority_command = {
    .name = "query_authority",
    .doc = "Looks up whether somebody's role on the platform counts.",
    .input = &query_authority_shape,
    .answer = &authority_view_shape,
    .answer_from = answer_authority,
    .is_question = true,
};
