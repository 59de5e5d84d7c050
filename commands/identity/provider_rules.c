/*
 * What follows from what a provider says of people: the rules of each, and applying them. They are looked at when somebody
 * signs in; authority is here alone, and what nobody says any more is taken away by whoever gave it.
 *
 *   api ──set_provider_rules──► [here] ──provider_rules_set──► ledger
 *   sign_in_by_provider ──provider_emit_given──► [here] ──user_updated, member_…──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/provider.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/shape/shape.h"
#include "eventlog/events/workspace_events.h"

static const struct field set_provider_rules_fields[] = {
    {UUID(set_provider_rules, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
    {TEXT(set_provider_rules, claim), .tag = 2, .flags = TRIM | ONE_LINE,
     .max = PROVIDER_LONGEST_VALUE,
     .doc = "Claim of the ID token that has the values: its name, or a path, as "
            "realm_access.roles; without it groups."},
    {TEXT(set_provider_rules, required_value), .tag = 3, .flags = TRIM | ONE_LINE,
     .max = PROVIDER_LONGEST_VALUE,
     .doc = "Value without which nobody is let in; without it none is required."},
    {OBJECTS(set_provider_rules, rules, provider_rule_order), .tag = 4, .flags = REQUIRED,
     .max = PROVIDER_MOST_RULES, .doc = "All rules that it is to have."},
};
static const struct shape set_provider_rules_shape =
    SHAPE(set_provider_rules, "What follows from what a provider says of people.");

static const struct field provider_rules_fields[] = {
    {TEXT(provider_rules, claim), .tag = 1, .flags = REQUIRED,
     .doc = "Claim of the ID token that has the values."},
    {TEXT(provider_rules, required_value), .tag = 2,
     .doc = "Value without which nobody is let in; null: none is required."},
    {OBJECTS(provider_rules, rules, provider_rule), .tag = 3, .flags = REQUIRED,
     .doc = "All of its rules."},
};
const struct shape provider_rules_shape =
    SHAPE(provider_rules, "What follows from what a provider says of people.");

static const struct field query_provider_rules_fields[] = {
    {UUID(query_provider_rules, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
};
static const struct shape query_provider_rules_shape =
    SHAPE(query_provider_rules, "Provider whose rules are asked for.");

static const struct field try_provider_rules_fields[] = {
    {UUID(try_provider_rules, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
    {LIST_OF(try_provider_rules, values, KIND_TEXT), .tag = 2, .flags = REQUIRED | ONE_LINE,
     .max = PROVIDER_MOST_VALUES, .doc = "Values that somebody has."},
};
static const struct shape try_provider_rules_shape =
    SHAPE(try_provider_rules, "Values to try the rules of a provider with.");

static const struct field tried_role_fields[] = {
    {UUID(tried_role, workspace_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the workspace."},
    {ENUM(tried_role, role, member_role_names), .tag = 2, .flags = REQUIRED,
     .doc = "Role in the workspace."},
    {BOOL(tried_role, is_open), .tag = 3, .flags = REQUIRED,
     .doc = "Whether people are added to it; not where it is archived or gone."},
};
static const struct shape tried_role_shape = SHAPE(tried_role, "Role that rules give.");

static const struct field tried_rules_fields[] = {
    {BOOL(tried_rules, is_let_in), .tag = 1, .flags = REQUIRED,
     .doc = "Whether the value is among them that is required."},
    {ENUM(tried_rules, platform_role, platform_role_names), .tag = 2,
     .doc = "Role on the platform; null: that of an ordinary user."},
    {OBJECTS(tried_rules, workspaces, tried_role), .tag = 3, .flags = REQUIRED,
     .doc = "Workspaces that they would belong to."},
};
static const struct shape tried_rules_shape =
    SHAPE(tried_rules, "What the rules of a provider come to.");

/* What they come to. */

static bool has(const struct list *values, struct text value)
{
    const struct text *items = values->items;

    for (size_t i = 0; i < values->count; i++) {
        if (text_equal(items[i], value))
            return true;
    }
    return false;
}

bool provider_lets_in(const struct provider *provider, const struct list *values)
{
    return !text_is_present(provider->required_value) || has(values, provider->required_value);
}

/* Of two rules the one that gives more counts: the roles of both kinds are numbered from the highest on, but that an auditor's
 * comes after an ordinary user's. */
static int64_t higher(int64_t role, int64_t other)
{
    return role == 0 || other < role ? other : role;
}

static void add_role(struct given_role *roles, size_t *count, const struct provider_rule *rule)
{
    for (size_t i = 0; i < *count; i++) {
        if (!uuid_equal(roles[i].workspace_id, rule->workspace_id))
            continue;
        roles[i].role.is = higher(roles[i].role.is, rule->role.is);
        return;
    }
    roles[(*count)++] = (struct given_role){rule->workspace_id, rule->role};
}

struct given {
    struct given_role *roles;
    size_t count;
    int64_t platform_role; /* 0: an ordinary user's */
};

static struct given
apply(const struct provider *provider, const struct list *values, struct arena *arena)
{
    const struct provider_rule *rules = provider->rules.items;
    struct given given = {.count = 0};

    given.roles = arena_array(arena, provider->rules.count + 1, sizeof(*given.roles));
    for (size_t i = 0; i < provider->rules.count; i++) {
        if (!has(values, rules[i].value))
            continue;
        if (rules[i].platform_role.is != 0)
            given.platform_role = higher(given.platform_role, rules[i].platform_role.is);
        else
            add_role(given.roles, &given.count, &rules[i]);
    }
    return given;
}

enum { MOST_ADMINS_COUNTED = 20000 }; /* more than one order can take */

/* Is an active admin one less, or one more? False where the last one would go; else it is noted. */
static bool
may_turn(const struct decision *decision, struct power_left *left, bool was_admin, bool is_admin)
{
    if (was_admin == is_admin)
        return true;
    if (!left->has_admins)
        left->admins =
            model_count_links(decision->model, LINK_ADMIN, UUID_NONE, MOST_ADMINS_COUNTED);
    left->has_admins = true;
    if (was_admin && left->admins <= 1)
        return false;
    left->admins = is_admin ? left->admins + 1 : left->admins - 1;
    return true;
}

/* Of one that is switched on or off: 0: it stays. */
static struct opt_bool
new_activity(const struct decision *decision, struct provider_word *word, const struct user *user)
{
    struct uuid provider_id = word->provider->definition.provider_id;
    bool is_on = opt_bool_is_true(user->is_active);
    bool is_wanted = provider_lets_in(word->provider, &word->values);
    bool is_admin = user->role.is == ROLE_PLATFORM_ADMIN;

    if (is_on == is_wanted || (!is_on && !uuid_equal(user->off_provider_id, provider_id)) ||
        !may_turn(decision, &word->left, is_on && is_admin, is_wanted && is_admin))
        return (struct opt_bool){0};
    return opt_bool_of(is_wanted);
}

/* 0: it stays. */
static int64_t new_role(
    const struct decision *decision,
    struct provider_word *word,
    const struct user *user,
    int64_t given)
{
    bool is_ours = uuid_equal(user->role_provider_id, word->provider->definition.provider_id);
    int64_t role = given == 0 ? ROLE_USER : given;

    if (role == user->role.is || (!is_ours && user->role.is != ROLE_USER) ||
        opt_bool_is_true(user->role_is_withheld))
        return 0;
    if (opt_bool_is_true(user->is_active) &&
        !may_turn(
            decision, &word->left, user->role.is == ROLE_PLATFORM_ADMIN,
            role == ROLE_PLATFORM_ADMIN))
        return 0;
    return role;
}

void provider_emit_given(
    struct decision *decision,
    struct provider_word *word,
    struct uuid user_id,
    const struct user *user)
{
    struct uuid provider_id = word->provider->definition.provider_id;
    const struct given given = apply(word->provider, &word->values, decision->arena);
    const struct list roles = {given.roles, given.count};
    struct user_updated turned = {.user_id = user_id, .provider_id = provider_id};
    struct user_updated updated = turned;
    struct user now = *user;

    turned.is_active = new_activity(decision, word, user);
    if (turned.is_active.is != 0) {
        user_emit_updated(decision, &turned);
        now.is_active = turned.is_active;
    }
    if (!provider_lets_in(word->provider, &word->values))
        return;
    updated.role.is = new_role(decision, word, &now, given.platform_role);
    if (updated.role.is != 0)
        user_emit_updated(decision, &updated);
    workspace_emit_given(decision, user_id, provider_id, &roles, &word->left);
}

/* Setting them. */

static enum status refuse(
    const struct decision *decision,
    size_t at,
    const char *member,
    const char *what,
    struct error *error)
{
    const char *field =
        text_c(decision->arena, text_format(decision->arena, "rules.%zu%s", at, member));

    (void)decision_refuse(error, &refused_provider_field, field, what);
    error_field(error, field);
    return error->status;
}

static enum status check_rule(
    const struct decision *decision,
    const struct provider_rule *rule,
    size_t at,
    struct error *error)
{
    bool is_of_workspace = uuid_is_present(rule->workspace_id);

    if (is_of_workspace != (rule->role.is != 0) || is_of_workspace == (rule->platform_role.is != 0))
        return refuse(decision, at, "", "have workspaceId and role, or platformRole alone", error);
    if (rule->platform_role.is == ROLE_USER)
        return refuse(
            decision, at, ".platformRole", "be a role that somebody has not anyway", error);
    if (is_of_workspace && !workspace_exists(decision, rule->workspace_id))
        return refuse(decision, at, ".workspaceId", "be the id of a workspace", error);
    return STATUS_OK;
}

static struct text none_if_empty(struct text text)
{
    return text.size == 0 ? (struct text){NULL, 0} : text;
}

static struct provider_rules rules_of(const struct provider *provider)
{
    struct provider_rules rules = {provider->claim, provider->required_value, provider->rules};

    if (rules.rules.count == 0)
        rules.rules = (struct list){"", 0};
    return rules;
}

static enum status decide_set(struct decision *decision, const void *input, struct error *error)
{
    const struct set_provider_rules *order = input;
    const struct provider_rule *rules = order->rules.items;
    const struct provider_rules_set set = {
        .provider_id = order->provider_id,
        .claim = none_if_empty(order->claim),
        .required_value = none_if_empty(order->required_value),
        .rules = order->rules,
    };
    struct provider provider;
    struct provider_rules before, after;
    enum status status = provider_must_exist(decision, order->provider_id, &provider, error);

    for (size_t i = 0; i < order->rules.count && status == STATUS_OK; i++)
        status = check_rule(decision, &rules[i], i, error);
    if (status != STATUS_OK)
        return status;
    before = rules_of(&provider);
    after = (struct provider_rules){
        text_is_present(set.claim) ? set.claim : text_lit("groups"), set.required_value, set.rules};
    if (!shape_equal(&provider_rules_shape, &before, &after))
        decision_emit(decision, &provider_rules_set_event, order->provider_id, UUID_NONE, &set);
    return STATUS_OK;
}

static void answer_rules(
    const struct decision *decision, struct uuid provider_id, struct arena *arena, void *answer)
{
    struct provider provider;

    if (model_load(decision->model, &provider_aggregate, provider_id, arena, &provider))
        *(struct provider_rules *)answer = rules_of(&provider);
}

static void
answer_set(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    answer_rules(decision, ((const struct set_provider_rules *)input)->provider_id, arena, answer);
}

const struct command set_provider_rules_command = {
    .name = "set_provider_rules",
    .doc = "Says what follows from what a provider says of people.",
    .input = &set_provider_rules_shape,
    .decide = decide_set,
    .answer = &provider_rules_shape,
    .answer_from = answer_set,
};

/* Questions. */

static enum status decide_query(struct decision *decision, const void *input, struct error *error)
{
    struct provider provider;

    return provider_must_exist(
        decision, ((const struct query_provider_rules *)input)->provider_id, &provider, error);
}

static void
answer_query(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    answer_rules(
        decision, ((const struct query_provider_rules *)input)->provider_id, arena, answer);
}

const struct command query_provider_rules_command = {
    .name = "query_provider_rules",
    .doc = "Tells what follows from what a provider says of people.",
    .input = &query_provider_rules_shape,
    .decide = decide_query,
    .answer = &provider_rules_shape,
    .answer_from = answer_query,
    .is_question = true,
};

static enum status decide_trial(struct decision *decision, const void *input, struct error *error)
{
    struct provider provider;

    return provider_must_exist(
        decision, ((const struct try_provider_rules *)input)->provider_id, &provider, error);
}

static void
answer_trial(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct try_provider_rules *trial = input;
    struct tried_rules *out = answer;
    struct provider provider;
    struct given given;
    struct tried_role *roles;
    struct error error;

    if (!model_load(decision->model, &provider_aggregate, trial->provider_id, arena, &provider))
        return;
    given = apply(&provider, &trial->values, arena);
    roles = arena_array(arena, given.count + 1, sizeof(*roles));
    for (size_t i = 0; i < given.count; i++) {
        bool is_open =
            workspace_must_be_writable(decision, given.roles[i].workspace_id, &error) == STATUS_OK;
        roles[i] = (struct tried_role){
            given.roles[i].workspace_id, given.roles[i].role, opt_bool_of(is_open)};
    }
    out->is_let_in = opt_bool_of(provider_lets_in(&provider, &trial->values));
    out->platform_role.is = given.platform_role;
    out->workspaces = (struct list){roles, given.count};
}

const struct command try_provider_rules_command = {
    .name = "try_provider_rules",
    .doc = "Tells what would follow from values that somebody has; nothing changes.",
    .input = &try_provider_rules_shape,
    .decide = decide_trial,
    .answer = &tried_rules_shape,
    .answer_from = answer_trial,
    .is_question = true,
};
