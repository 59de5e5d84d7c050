/*
 * Groups of directories as folding keeps them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_group.h"

#include "core/crypto/crypto.h"

static const struct field directory_group_fields[] = {
    {UUID(directory_group, provider_id), .tag = 1, .doc = "Id of the provider."},
    {TEXT(directory_group, display_name), .tag = 2, .doc = "Name of the group."},
    {TEXT(directory_group, external_id), .tag = 3, .doc = "Id of the group in the directory."},
    {INT64(directory_group, members), .tag = 4, .doc = "Number of people in it."},
};
static const struct shape directory_group_shape =
    SHAPE(directory_group, "State of a group of a directory.");
const struct aggregate directory_group_aggregate = {
    STATE_DIRECTORY_GROUP, "directory_group", &directory_group_shape};

bool directory_group_load(
    const struct decision *decision, struct uuid group_id, struct directory_group *out)
{
    return model_load(decision->model, &directory_group_aggregate, group_id, decision->arena, out);
}

bool directory_group_has(const struct decision *decision, struct uuid group_id, struct uuid user_id)
{
    return model_linked(decision->model, LINK_GROUP_MEMBER, group_id, user_id, NULL);
}

static struct digest key_of(struct uuid provider_id, struct text value)
{
    const struct bytes pieces[] = {
        {provider_id.bytes, sizeof(provider_id.bytes)}, bytes_of_text(value)};

    return sha256_of(pieces, COUNT_OF(pieces));
}

struct uuid directory_group_of_value(
    const struct decision *decision, struct uuid provider_id, struct text value)
{
    struct digest key = key_of(provider_id, value);
    struct uuid group_id;

    if (!text_is_present(value) || !model_holder(
                                       decision->model, CLAIM_GROUP_VALUE,
                                       (struct bytes){key.bytes, sizeof(key.bytes)}, &group_id))
        return UUID_NONE;
    return group_id;
}

/* Folding. */

static void turn_value(
    struct fold *fold, struct uuid provider_id, struct text value, struct uuid id, bool is_on)
{
    struct digest key = key_of(provider_id, value);
    struct bytes bytes = {key.bytes, sizeof(key.bytes)};

    if (!text_is_present(value))
        return;
    if (is_on)
        fold_claim(fold, CLAIM_GROUP_VALUE, bytes, id);
    else
        fold_release(fold, CLAIM_GROUP_VALUE, bytes, id);
}

/* A group whose name is its external id has one value. */
static void
turn_values(struct fold *fold, const struct directory_group *group, struct uuid id, bool is_on)
{
    turn_value(fold, group->provider_id, group->display_name, id, is_on);
    if (!text_equal(group->display_name, group->external_id))
        turn_value(fold, group->provider_id, group->external_id, id, is_on);
}

static void
count(struct fold *fold, struct directory_group *group, const struct list *added, size_t removed)
{
    uint64_t seats = 0;

    (void)model_linked(fold->model, LINK_GROUP_SEATS, UUID_NONE, group->provider_id, &seats);
    group->members += (int64_t)added->count - (int64_t)removed;
    model_link(
        fold->model, LINK_GROUP_SEATS, UUID_NONE, group->provider_id,
        seats + added->count - removed);
}

static void add(struct fold *fold, struct uuid group_id, const struct list *user_ids)
{
    const struct uuid *ids = user_ids->items;

    for (size_t i = 0; i < user_ids->count; i++) {
        model_link(fold->model, LINK_GROUP_MEMBER, group_id, ids[i], 1);
        model_link(fold->model, LINK_MEMBER_GROUP, ids[i], group_id, 1);
    }
}

static void drop(struct fold *fold, struct uuid group_id, struct uuid user_id)
{
    model_unlink(fold->model, LINK_GROUP_MEMBER, group_id, user_id);
    model_unlink(fold->model, LINK_MEMBER_GROUP, user_id, group_id);
}

static void fold_created(struct fold *fold, const struct record *record)
{
    const struct directory_group_created *created = record->event;
    struct directory_group group = {
        created->provider_id, created->display_name, created->external_id, 0};

    turn_values(fold, &group, created->group_id, true);
    add(fold, created->group_id, &created->members);
    count(fold, &group, &created->members, 0);
    model_link(fold->model, LINK_PROVIDER_GROUP, group.provider_id, created->group_id, 1);
    model_store(fold->model, &directory_group_aggregate, created->group_id, &group);
}

static void fold_changed(struct fold *fold, const struct record *record)
{
    const struct directory_group_changed *changed = record->event;
    const struct uuid *removed = changed->removed.items;
    struct directory_group group;

    if (!model_load(
            fold->model, &directory_group_aggregate, changed->group_id, fold->arena, &group))
        return;
    turn_values(fold, &group, changed->group_id, false);
    group.display_name = changed->display_name;
    group.external_id = changed->external_id;
    turn_values(fold, &group, changed->group_id, true);
    add(fold, changed->group_id, &changed->added);
    for (size_t i = 0; i < changed->removed.count; i++)
        drop(fold, changed->group_id, removed[i]);
    count(fold, &group, &changed->added, changed->removed.count);
    model_store(fold->model, &directory_group_aggregate, changed->group_id, &group);
}

static void fold_deleted(struct fold *fold, const struct record *record)
{
    const struct directory_group_deleted *deleted = record->event;
    const struct list nobody = {NULL, 0};
    struct uuid user_id;
    struct directory_group group;

    if (!model_load(
            fold->model, &directory_group_aggregate, deleted->group_id, fold->arena, &group))
        return;
    turn_values(fold, &group, deleted->group_id, false);
    while (model_next_link(
        fold->model, LINK_GROUP_MEMBER, deleted->group_id, UUID_NONE, &user_id, NULL))
        drop(fold, deleted->group_id, user_id);
    count(fold, &group, &nobody, (size_t)group.members);
    model_unlink(fold->model, LINK_PROVIDER_GROUP, group.provider_id, deleted->group_id);
    model_remove(fold->model, &directory_group_aggregate, deleted->group_id);
}

void directory_group_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &directory_group_created_event)
        fold_created(fold, record);
    else if (record->type == &directory_group_changed_event)
        fold_changed(fold, record);
    else
        fold_deleted(fold, record);
}
