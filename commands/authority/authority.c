/*
 * Folding what is declared and granted, and whether a role counts by it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority.h"

#include "commands/platform/platform_lookup.h"

const char *const authority_lack_names[] = {
    "no_grant", "grant_expired", "grant_revoked", "grant_of_other_role", "root_replaced", NULL};

static const struct field root_fields[] = {
    {BYTES(root, key), .tag = 1, .flags = REQUIRED, .doc = "Ed25519 public key."},
    {TIMESTAMP(root, until), .tag = 2, .doc = "Time until which what it signs is taken."},
};
static const struct shape root_shape = SHAPE(root, "A key that signs manifests.");

static const struct field rule_fields[] = {
    {ENUM(rule, mode, authority_mode_names), .tag = 1,
     .doc = "Whether roles on the platform need a grant."},
    {OBJECTS(rule, roots, root), .tag = 2, .doc = "Keys that sign manifests."},
    {UUID(rule, owner_id), .tag = 3, .doc = "Id of the first owner."},
};
static const struct shape rule_shape = SHAPE(rule, "State of authority.");
const struct aggregate rule_aggregate = {STATE_RULE, "authority", &rule_shape};

static const struct field role_grant_fields[] = {
    {UUID(role_grant, grant_id), .tag = 1, .doc = "Id of the grant."},
    {ENUM(role_grant, role, platform_role_names), .tag = 2, .doc = "Role on the platform."},
    {TIMESTAMP(role_grant, expires_at), .tag = 3, .doc = "Time until which it is good."},
    {INT64(role_grant, serial), .tag = 4, .doc = "Number of the grant."},
    {BYTES(role_grant, root_key), .tag = 5, .doc = "Key that has signed it."},
    {ENUM(role_grant, end, role_grant_end_names), .tag = 6, .doc = "Why it is good no more."},
};
static const struct shape role_grant_shape = SHAPE(role_grant, "State of a grant.");
const struct aggregate role_grant_aggregate = {STATE_ROLE_GRANT, "role_grant", &role_grant_shape};

const struct timer_kind authority_timers[] = {
    {.kind = TIMER_ROLE_GRANT, .command = &expire_role_grant_command},
    {.kind = 0},
};

void rule_load(const struct decision *decision, struct rule *out)
{
    shape_clear(&rule_shape, out);
    (void)model_load(decision->model, &rule_aggregate, UUID_NONE, decision->arena, out);
}

bool role_grant_load(const struct decision *decision, struct uuid user_id, struct role_grant *out)
{
    return model_load(decision->model, &role_grant_aggregate, user_id, decision->arena, out);
}

static const struct root *root_of(const struct rule *rule, struct bytes key)
{
    for (size_t i = 0; i < rule->roots.count; i++) {
        const struct root *root = list_item(&rule->roots, sizeof(*root), i);
        if (bytes_equal(root->key, key))
            return root;
    }
    return NULL;
}

bool rule_knows_root(const struct rule *rule, struct bytes key)
{
    return root_of(rule, key) != NULL;
}

bool rule_trusts_root(const struct rule *rule, struct bytes key, struct timestamp now)
{
    const struct root *root = root_of(rule, key);

    return root != NULL && (!timestamp_is_present(root->until) || now.us < root->until.us);
}

static int64_t lack_of(
    const struct decision *decision,
    const struct rule *rule,
    const struct role_grant *held,
    struct enum_value role)
{
    if (held == NULL)
        return LACKS_GRANT;
    if (held->end.is == GRANT_EXPIRED ||
        (timestamp_is_present(held->expires_at) && held->expires_at.us <= decision->now.us))
        return LACKS_GRANT_EXPIRED;
    if (held->end.is != 0)
        return LACKS_GRANT_REVOKED;
    if (held->role.is != role.is)
        return LACKS_GRANT_OF_ROLE;
    return rule_knows_root(rule, held->root_key) ? 0 : LACKS_ROOT;
}

struct authority
authority_of(const struct decision *decision, struct uuid user_id, struct enum_value role)
{
    struct authority authority = {.role = role};
    struct role_grant grant;
    bool has_grant;
    struct rule rule;

    if (role.is == 0 || role.is == ROLE_USER)
        return authority;
    rule_load(decision, &rule);
    if (rule.mode.is != AUTHORITY_STRICT)
        return authority;
    has_grant = role_grant_load(decision, user_id, &grant);
    authority.lack.is = lack_of(decision, &rule, has_grant ? &grant : NULL, role);
    if (authority.lack.is != 0)
        authority.role.is = ROLE_USER;
    else
        authority.ends_at = grant.expires_at;
    return authority;
}

enum status authority_must_fit(
    const struct decision *decision, const struct manifest_terms *terms, struct error *error)
{
    struct rule rule;

    rule_load(decision, &rule);
    if (!uuid_equal(terms->installation_id, installation_id(decision)))
        return decision_refuse(error, &refused_manifest_elsewhere);
    if (!rule_trusts_root(&rule, terms->root_key, decision->now))
        return decision_refuse(error, &refused_root_unknown);
    if (decision->now.us < terms->not_before.us)
        return decision_refuse(error, &refused_manifest_early);
    if (timestamp_is_present(terms->expires_at) && terms->expires_at.us <= decision->now.us)
        return decision_refuse(error, &refused_manifest_late);
    return STATUS_OK;
}

/* Folding. */

static void load(struct fold *fold, struct rule *out)
{
    shape_clear(&rule_shape, out);
    (void)model_load(fold->model, &rule_aggregate, UUID_NONE, fold->arena, out);
}

static void store(struct fold *fold, const struct rule *rule)
{
    model_store(fold->model, &rule_aggregate, UUID_NONE, rule);
}

/* A key that settings alone lead to takes the place of all, and takes from every grant its power. */
static void on_declared(struct fold *fold, const struct authority_declared *declared)
{
    const struct root only = {.key = declared->root_key};
    struct rule rule;

    load(fold, &rule);
    rule.mode = declared->mode;
    if (opt_bool_is_true(declared->replaces))
        rule.roots = (struct list){&only, 1};
    store(fold, &rule);
}

static void on_activated(struct fold *fold, const struct owner_activated *activated)
{
    struct rule rule;

    load(fold, &rule);
    rule.owner_id = activated->user_id;
    store(fold, &rule);
}

static void on_rotated(struct fold *fold, const struct root_rotated *rotated)
{
    struct root *roots = arena_array(fold->arena, AUTHORITY_MOST_ROOTS + 1, sizeof(*roots));
    size_t count = 0;
    struct rule rule;

    load(fold, &rule);
    for (size_t i = 0; i < rule.roots.count && count < AUTHORITY_MOST_ROOTS; i++) {
        roots[count] = *(const struct root *)list_item(&rule.roots, sizeof(*roots), i);
        if (bytes_equal(roots[count].key, rotated->former_key))
            roots[count].until = rotated->former_until;
        count++;
    }
    roots[count++] = (struct root){.key = rotated->root_key};
    rule.roots = (struct list){roots, count};
    store(fold, &rule);
}

static struct timer timer_of(struct uuid user_id, const struct role_grant *grant)
{
    return (struct timer){TIMER_ROLE_GRANT, user_id, grant->expires_at};
}

static void on_granted(struct fold *fold, const struct role_granted *granted)
{
    const struct role_grant grant = {
        .grant_id = granted->grant_id,
        .role = granted->role,
        .expires_at = granted->expires_at,
        .serial = granted->serial,
        .root_key = granted->root_key,
    };
    const struct bytes id = {granted->grant_id.bytes, sizeof(granted->grant_id.bytes)};
    struct timer timer = timer_of(granted->user_id, &grant);

    fold_claim(fold, CLAIM_ROLE_GRANT, id, granted->user_id);
    model_store(fold->model, &role_grant_aggregate, granted->user_id, &grant);
    if (timestamp_is_present(grant.expires_at))
        model_set_timer(fold->model, &timer);
}

static void on_ended(struct fold *fold, const struct role_grant_ended *ended)
{
    struct role_grant grant;
    struct timer timer;

    if (!model_load(fold->model, &role_grant_aggregate, ended->user_id, fold->arena, &grant) ||
        !uuid_equal(grant.grant_id, ended->grant_id))
        return;
    timer = timer_of(ended->user_id, &grant);
    model_clear_timer(fold->model, &timer);
    grant.end = ended->end;
    model_store(fold->model, &role_grant_aggregate, ended->user_id, &grant);
}

void authority_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum authority_event)record->type->id) {
    case EVT_AUTHORITY_DECLARED:
        on_declared(fold, record->event);
        break;
    case EVT_OWNER_ACTIVATED:
        on_activated(fold, record->event);
        break;
    case EVT_ROLE_GRANTED:
        on_granted(fold, record->event);
        break;
    case EVT_ROLE_GRANT_ENDED:
        on_ended(fold, record->event);
        break;
    case EVT_ROOT_ROTATED:
        on_rotated(fold, record->event);
        break;
    }
}
