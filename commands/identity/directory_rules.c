/*
 * What the rules of a provider give to whom its directory has in groups. The values of a person are asked for by the rules, not
 * by the person: of each value that a rule names, which group's is it, and are they in it?
 *
 *   change_directory_group, leave_directory_user ──► [here] ──provider_emit_given──► user_updated, member_…
 *   sign_in_by_provider ──directory_decides, directory_values──► [here]
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_group.h"

static bool looks_at_groups(const struct provider *provider)
{
    return text_equal(provider->claim, text_lit("groups"));
}

bool directory_decides(
    const struct decision *decision, const struct provider *provider, const struct user *user)
{
    struct uuid first;

    return looks_at_groups(provider) &&
           uuid_equal(user->directory_id, provider->definition.provider_id) &&
           model_next_link(
               decision->model, LINK_PROVIDER_GROUP, provider->definition.provider_id, UUID_NONE,
               &first, NULL);
}

static bool is_named(const struct directory_group *group, struct text value)
{
    return text_is_present(group->display_name) && text_is_present(value) &&
           (text_equal(group->display_name, value) || text_equal(group->external_id, value));
}

/* Whose value it is once the order is done; absent: no group's. */
static struct uuid
group_after(const struct decision *decision, const struct directory_turn *turn, struct text value)
{
    struct uuid group_id;

    if (is_named(&turn->after, value))
        return turn->group_id;
    group_id =
        directory_group_of_value(decision, turn->word.provider->definition.provider_id, value);
    return uuid_equal(group_id, turn->group_id) ? UUID_NONE : group_id;
}

void directory_turn_begin(const struct decision *decision, struct directory_turn *turn)
{
    const struct provider *provider = turn->word.provider;
    const struct provider_rule *rules = provider->rules.items;

    turn->groups = arena_array(decision->arena, provider->rules.count + 1, sizeof(*turn->groups));
    for (size_t i = 0; i < provider->rules.count; i++)
        turn->groups[i] = group_after(decision, turn, rules[i].value);
    turn->groups[provider->rules.count] = group_after(decision, turn, provider->required_value);
}

bool directory_turn_names_rule(
    const struct directory_turn *turn, const struct directory_group *group)
{
    const struct provider_rule *rules = turn->word.provider->rules.items;

    for (size_t i = 0; i < turn->word.provider->rules.count; i++) {
        if (is_named(group, rules[i].value))
            return true;
    }
    return is_named(group, turn->word.provider->required_value);
}

static struct list values_of(
    const struct decision *decision,
    const struct directory_turn *turn,
    struct uuid user_id,
    bool is_member)
{
    const struct provider_rule *rules = turn->word.provider->rules.items;
    size_t most = turn->word.provider->rules.count + 1;
    struct text *values = arena_array(decision->arena, most, sizeof(*values));
    size_t count = 0;

    for (size_t i = 0; i < most; i++) {
        struct uuid group_id = turn->groups[i];
        if (!uuid_is_present(group_id))
            continue;
        if (uuid_equal(group_id, turn->group_id) ? is_member
                                                 : directory_group_has(decision, group_id, user_id))
            values[count++] = i < most - 1 ? rules[i].value : turn->word.provider->required_value;
    }
    return (struct list){values, count};
}

struct list directory_values(
    const struct decision *decision, const struct provider *provider, struct uuid user_id)
{
    struct directory_turn turn = {.word = {.provider = provider}};

    directory_turn_begin(decision, &turn);
    return values_of(decision, &turn, user_id, false);
}

void directory_turn_emit_given(
    struct decision *decision, struct directory_turn *turn, struct uuid user_id, bool is_member)
{
    struct user user;

    if (!looks_at_groups(turn->word.provider) || !user_load(decision, user_id, &user))
        return;
    turn->word.values = values_of(decision, turn, user_id, is_member);
    provider_emit_given(decision, &turn->word, user_id, &user);
}

void user_emit_groups_left(struct decision *decision, struct uuid user_id)
{
    struct uuid group_id = UUID_NONE;
    struct uuid *gone = arena_one(decision->arena, struct uuid);
    struct directory_group group;

    *gone = user_id;
    while (
        model_next_link(decision->model, LINK_MEMBER_GROUP, user_id, group_id, &group_id, NULL)) {
        struct directory_group_changed changed = {.group_id = group_id, .removed = {gone, 1}};
        if (!directory_group_load(decision, group_id, &group))
            continue;
        changed.provider_id = group.provider_id;
        changed.display_name = group.display_name;
        changed.external_id = group.external_id;
        decision_emit(decision, &directory_group_changed_event, group_id, UUID_NONE, &changed);
    }
}

void directory_emit_nothing_given(
    struct decision *decision,
    const struct provider *provider,
    struct uuid user_id,
    const struct user *user)
{
    struct provider_word word = {.provider = provider};

    if (directory_decides(decision, provider, user))
        provider_emit_given(decision, &word, user_id, user);
}

void directory_emit_groups_gone(struct decision *decision, struct uuid provider_id)
{
    struct directory_group_deleted deleted = {.provider_id = provider_id};

    while (model_next_link(
        decision->model, LINK_PROVIDER_GROUP, provider_id, deleted.group_id, &deleted.group_id,
        NULL))
        decision_emit(
            decision, &directory_group_deleted_event, deleted.group_id, UUID_NONE, &deleted);
}
