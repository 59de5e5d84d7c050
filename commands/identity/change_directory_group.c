/*
 * What a directory says of its groups: that there is one, what it is called and who is in it, that it is gone. What the
 * provider's rules give follows in the same order, for those who come and those who go, and for all members where a rule is about
 * the group's old or new name.
 *
 *   api ──create_, change_, delete_directory_group──► [here] ──directory_group_…──► ledger
 *                                                       └─► directory_rules.c ──user_updated, member_…──► ledger
 *
 * Who comes is seen to before who goes: the last owner may be followed by another one in one order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_commands.h"
#include "commands/identity/directory_group.h"

#include <stdlib.h>
#include <string.h>

#define NAME_FIELDS(of, name_flags)                                                                \
    {TEXT(of, display_name),                                                                       \
     .tag = 1,                                                                                     \
     .flags = name_flags TRIM | ONE_LINE,                                                          \
     .min = 1,                                                                                     \
     .max = DIRECTORY_LONGEST_GROUP_NAME,                                                          \
     .doc = "Name of the group."},                                                                 \
    {                                                                                              \
        TEXT(of, external_id), .tag = 2, .flags = ONE_LINE, .max = DIRECTORY_LONGEST_EXTERNAL_ID,  \
                               .doc = "Id of the group in the directory; empty: it has none."      \
    }
#define PEOPLE(of, member, number, sentence)                                                       \
    {                                                                                              \
        LIST_OF(of, member, KIND_UUID), .tag = number, .max = DIRECTORY_MOST_MEMBERS,              \
                                        .doc = sentence                                            \
    }
#define ID_FIELD(of, number)                                                                       \
    {                                                                                              \
        UUID(of, group_id), .tag = number, .flags = REQUIRED | FROM_PATH,                          \
                            .doc = "Id of the group."                                              \
    }

static const struct field create_directory_group_fields[] = {
    NAME_FIELDS(create_directory_group, REQUIRED |),
    PEOPLE(create_directory_group, members, 3, "Ids of the people in it."),
};
static const struct shape create_directory_group_shape =
    SHAPE(create_directory_group, "Group that a directory sends.");

static const struct field change_directory_group_fields[] = {
    NAME_FIELDS(change_directory_group, ),
    ID_FIELD(change_directory_group, 3),
    {BOOL(change_directory_group, replaces_members), .tag = 4,
     .doc = "Whether nobody is in it but those who are added."},
    PEOPLE(change_directory_group, added, 5, "Ids of people who are in it from now on."),
    PEOPLE(change_directory_group, removed, 6, "Ids of people who are in it no more."),
};
static const struct shape change_directory_group_shape =
    SHAPE(change_directory_group, "What changed of a group of a directory.");

static const struct field delete_directory_group_fields[] = {ID_FIELD(delete_directory_group, 1)};
static const struct shape delete_directory_group_shape =
    SHAPE(delete_directory_group, "Group of a directory that is to be deleted.");

/* Sets of ids: rising, each once. */

static int compare(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

/* None is an absent one. */
static struct list list_of(const struct uuid *ids, size_t count)
{
    return (struct list){count > 0 ? ids : NULL, count};
}

static struct list set_of(struct arena *arena, const struct list *list)
{
    struct uuid *ids = arena_array(arena, list->count + 1, sizeof(*ids));
    size_t count = 0;

    if (list->count > 0)
        memcpy(ids, list->items, list->count * sizeof(*ids));
    qsort(ids, list->count, sizeof(*ids), compare);
    for (size_t i = 0; i < list->count; i++) {
        if (count == 0 || !uuid_equal(ids[count - 1], ids[i]))
            ids[count++] = ids[i];
    }
    return list_of(ids, count);
}

static bool set_has(const struct list *set, struct uuid id)
{
    return set->count > 0 && bsearch(&id, set->items, set->count, sizeof(id), compare) != NULL;
}

static enum status
must_be_people(const struct decision *decision, const struct list *list, struct error *error)
{
    const struct uuid *ids = list->items;
    struct user user;

    for (size_t i = 0; i < list->count; i++) {
        if (!user_load(decision, ids[i], &user) ||
            !uuid_equal(user.directory_id, decision->actor.id))
            return decision_refuse(error, &refused_group_member, decision_show(decision, ids[i]));
    }
    return STATUS_OK;
}

/* Who comes: those that are not in it. Each is somebody whom the directory looks after. */
static enum status find_added(
    const struct decision *decision,
    struct uuid group_id,
    const struct list *wanted,
    struct list *out,
    struct error *error)
{
    const struct uuid *ids = wanted->items;
    struct uuid *added = arena_array(decision->arena, wanted->count + 1, sizeof(*added));
    size_t count = 0;

    for (size_t i = 0; i < wanted->count; i++) {
        if (!directory_group_has(decision, group_id, ids[i]))
            added[count++] = ids[i];
    }
    if (count > DIRECTORY_MOST_CONCERNED)
        return decision_refuse(error, &refused_group_change_large);
    *out = list_of(added, count);
    return must_be_people(decision, out, error);
}

/* Who is in it, but for those in `kept`, in the arena. */
static struct list
find_members(const struct decision *decision, struct uuid group_id, const struct list *kept)
{
    uint64_t most =
        model_count_links(decision->model, LINK_GROUP_MEMBER, group_id, DIRECTORY_MOST_MEMBERS);
    struct uuid *ids = arena_array(decision->arena, most + 1, sizeof(*ids));
    struct uuid user_id = UUID_NONE;
    size_t count = 0;

    while (count < most &&
           model_next_link(decision->model, LINK_GROUP_MEMBER, group_id, user_id, &user_id, NULL)) {
        if (!set_has(kept, user_id))
            ids[count++] = user_id;
    }
    return list_of(ids, count);
}

/* Who goes, of those that are named. */
static struct list find_removed(
    const struct decision *decision,
    struct uuid group_id,
    const struct list *wanted,
    const struct list *kept)
{
    const struct list set = set_of(decision->arena, wanted);
    const struct uuid *ids = set.items;
    struct uuid *removed = arena_array(decision->arena, set.count + 1, sizeof(*removed));
    size_t count = 0;

    for (size_t i = 0; i < set.count; i++) {
        if (!set_has(kept, ids[i]) && directory_group_has(decision, group_id, ids[i]))
            removed[count++] = ids[i];
    }
    return list_of(removed, count);
}

/* What holds of each. */

static enum status value_must_be_free(
    const struct decision *decision, struct uuid group_id, struct text value, struct error *error)
{
    struct uuid holder = directory_group_of_value(decision, decision->actor.id, value);

    if (uuid_is_present(holder) && !uuid_equal(holder, group_id))
        return decision_refuse(error, &refused_group_value_taken, text_c(decision->arena, value));
    return STATUS_OK;
}

static enum status names_must_be_free(
    const struct decision *decision,
    struct uuid group_id,
    const struct directory_group *group,
    struct error *error)
{
    enum status status = value_must_be_free(decision, group_id, group->display_name, error);

    return status == STATUS_OK ? value_must_be_free(decision, group_id, group->external_id, error)
                               : status;
}

static enum status must_have_room(
    const struct decision *decision,
    const struct directory_group *group,
    size_t added,
    size_t removed,
    struct error *error)
{
    uint64_t seats = 0;

    if (added + removed > DIRECTORY_MOST_CONCERNED)
        return decision_refuse(error, &refused_group_change_large);
    if (group->members + (int64_t)added - (int64_t)removed > DIRECTORY_MOST_MEMBERS)
        return decision_refuse(error, &refused_group_full);
    (void)model_linked(decision->model, LINK_GROUP_SEATS, UUID_NONE, decision->actor.id, &seats);
    if (added > removed && seats + added - removed > DIRECTORY_MOST_SEATS)
        return decision_refuse(error, &refused_group_seats);
    return STATUS_OK;
}

static void emit_given(
    struct decision *decision,
    struct directory_turn *turn,
    const struct list *user_ids,
    bool is_member)
{
    const struct uuid *ids = user_ids->items;

    for (size_t i = 0; i < user_ids->count; i++)
        directory_turn_emit_given(decision, turn, ids[i], is_member);
}

static struct text none_if_empty(struct text text)
{
    return text.size == 0 ? (struct text){NULL, 0} : text;
}

/* The orders. */

static enum status
decide_creation(struct decision *decision, const void *input, struct error *error)
{
    const struct create_directory_group *order = input;
    const struct list wanted = set_of(decision->arena, &order->members);
    struct directory_group_created created = {
        .provider_id = decision->actor.id,
        .display_name = order->display_name,
        .external_id = none_if_empty(order->external_id),
    };
    const struct directory_group group = {
        created.provider_id, created.display_name, created.external_id, 0};
    struct provider provider;
    struct directory_turn turn = {.word = {.provider = &provider}, .after = group};
    enum status status = provider_of_directory(decision, &provider, error);

    if (status == STATUS_OK)
        status = names_must_be_free(decision, UUID_NONE, &group, error);
    if (status == STATUS_OK)
        status = must_have_room(decision, &group, wanted.count, 0, error);
    if (status == STATUS_OK)
        status = find_added(decision, UUID_NONE, &wanted, &created.members, error);
    if (status != STATUS_OK)
        return status;
    if (model_count_links(
            decision->model, LINK_PROVIDER_GROUP, decision->actor.id, DIRECTORY_MOST_GROUPS) >=
        DIRECTORY_MOST_GROUPS)
        return decision_refuse(error, &refused_groups_full);
    created.group_id = turn.group_id = decision_id(decision);
    decision_emit(decision, &directory_group_created_event, created.group_id, UUID_NONE, &created);
    directory_turn_begin(decision, &turn);
    emit_given(decision, &turn, &created.members, true);
    return STATUS_OK;
}

static enum status load_group(
    const struct decision *decision,
    struct uuid group_id,
    struct provider *provider,
    struct directory_group *out,
    struct error *error)
{
    enum status status = provider_of_directory(decision, provider, error);

    if (status != STATUS_OK)
        return status;
    if (!directory_group_load(decision, group_id, out) ||
        !uuid_equal(out->provider_id, decision->actor.id))
        return decision_refuse(error, &refused_group_missing, decision_show(decision, group_id));
    return STATUS_OK;
}

/* Those who stay, where what a rule is about has come or gone with the group's names. */
static enum status find_renamed(
    const struct decision *decision,
    const struct directory_turn *turn,
    const struct directory_group *before,
    const struct list *removed,
    struct list *out,
    struct error *error)
{
    const struct list left = set_of(decision->arena, removed);

    *out = (struct list){NULL, 0};
    if ((text_equal(before->display_name, turn->after.display_name) &&
         text_equal(before->external_id, turn->after.external_id)) ||
        (!directory_turn_names_rule(turn, before) &&
         !directory_turn_names_rule(turn, &turn->after)))
        return STATUS_OK;
    *out = find_members(decision, turn->group_id, &left);
    if (out->count + removed->count > DIRECTORY_MOST_CONCERNED)
        return decision_refuse(error, &refused_group_change_large);
    return STATUS_OK;
}

static enum status find_changes(
    const struct decision *decision,
    const struct change_directory_group *order,
    const struct directory_group *before,
    struct directory_group_changed *out,
    struct error *error)
{
    const struct list wanted = set_of(decision->arena, &order->added);
    enum status status = find_added(decision, order->group_id, &wanted, &out->added, error);

    if (status != STATUS_OK)
        return status;
    out->removed = opt_bool_is_true(order->replaces_members)
                       ? find_members(decision, order->group_id, &wanted)
                       : find_removed(decision, order->group_id, &order->removed, &wanted);
    return must_have_room(decision, before, out->added.count, out->removed.count, error);
}

static void take_names(struct directory_group *group, const struct change_directory_group *order)
{
    if (text_is_present(order->display_name))
        group->display_name = order->display_name;
    if (order->external_id.data != NULL)
        group->external_id = none_if_empty(order->external_id);
}

static bool
changes(const struct directory_group *before, const struct directory_group_changed *changed)
{
    return changed->added.count > 0 || changed->removed.count > 0 ||
           !text_equal(before->display_name, changed->display_name) ||
           !text_equal(before->external_id, changed->external_id);
}

static enum status decide_change(struct decision *decision, const void *input, struct error *error)
{
    const struct change_directory_group *order = input;
    struct directory_group_changed changed = {
        .group_id = order->group_id, .provider_id = decision->actor.id};
    struct provider provider;
    struct directory_group before;
    struct directory_turn turn = {.word = {.provider = &provider}, .group_id = order->group_id};
    struct list renamed;
    enum status status = load_group(decision, order->group_id, &provider, &before, error);

    if (status != STATUS_OK)
        return status;
    turn.after = before;
    take_names(&turn.after, order);
    changed.display_name = turn.after.display_name;
    changed.external_id = turn.after.external_id;
    status = names_must_be_free(decision, order->group_id, &turn.after, error);
    if (status == STATUS_OK)
        status = find_changes(decision, order, &before, &changed, error);
    if (status == STATUS_OK)
        status = find_renamed(decision, &turn, &before, &changed.removed, &renamed, error);
    if (status != STATUS_OK || !changes(&before, &changed))
        return status;
    decision_emit(decision, &directory_group_changed_event, order->group_id, UUID_NONE, &changed);
    directory_turn_begin(decision, &turn);
    emit_given(decision, &turn, &changed.added, true);
    emit_given(decision, &turn, &renamed, true);
    emit_given(decision, &turn, &changed.removed, false);
    return STATUS_OK;
}

/* As many as one order may concern, and fewer where many rules may each take something from everybody. */
static size_t most_at_once(const struct provider *provider)
{
    size_t most = DIRECTORY_MOST_CONCERNED * 5 / (provider->rules.count + 5);

    return most < DIRECTORY_MOST_CONCERNED ? most : DIRECTORY_MOST_CONCERNED;
}

static enum status
decide_deletion(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_directory_group *order = input;
    const struct directory_group_deleted deleted = {order->group_id, decision->actor.id};
    const struct list nobody = {NULL, 0};
    struct directory_group_changed changed = {
        .group_id = order->group_id, .provider_id = decision->actor.id};
    struct provider provider;
    struct directory_group before;
    struct directory_turn turn = {.word = {.provider = &provider}, .group_id = order->group_id};
    enum status status = load_group(decision, order->group_id, &provider, &before, error);

    if (status != STATUS_OK)
        return status;
    changed.display_name = before.display_name;
    changed.external_id = before.external_id;
    changed.removed = find_members(decision, order->group_id, &nobody);
    if (changed.removed.count > most_at_once(&provider)) {
        turn.after = before;
        changed.removed.count = most_at_once(&provider);
        decision_emit(
            decision, &directory_group_changed_event, order->group_id, UUID_NONE, &changed);
    } else {
        decision_emit(
            decision, &directory_group_deleted_event, order->group_id, UUID_NONE, &deleted);
    }
    directory_turn_begin(decision, &turn);
    emit_given(decision, &turn, &changed.removed, false);
    return STATUS_OK;
}

static const struct field deleted_directory_group_fields[] = {
    {BOOL(deleted_directory_group, is_gone), .tag = 1, .flags = REQUIRED,
     .doc = "Whether it is gone; else members have left it, and others are in it still."},
};
static const struct shape deleted_directory_group_shape =
    SHAPE(deleted_directory_group, "What became of a group that was to be deleted.");

static void answer_deletion(
    const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct deleted_directory_group *out = answer;
    struct directory_group group;

    (void)arena;
    out->is_gone = opt_bool_of(!directory_group_load(
        decision, ((const struct delete_directory_group *)input)->group_id, &group));
}

const struct command create_directory_group_command = {
    .name = "create_directory_group",
    .doc = "Takes a group that a directory sends, and gives its members what the rules say.",
    .input = &create_directory_group_shape,
    .decide = decide_creation,
};

const struct command change_directory_group_command = {
    .name = "change_directory_group",
    .doc = "Changes a group of a directory; absent fields stay unchanged.",
    .input = &change_directory_group_shape,
    .decide = decide_change,
};

const struct command delete_directory_group_command = {
    .name = "delete_directory_group",
    .doc =
        "Deletes a group of a directory, and takes what the rules gave its members; of one that is too "
        "large for one order, some leave it.",
    .input = &delete_directory_group_shape,
    .decide = decide_deletion,
    .answer = &deleted_directory_group_shape,
    .answer_from = answer_deletion,
};
