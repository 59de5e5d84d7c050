/*
 * Groups that directories have sent, and who is in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/directory_groups.h"

static const struct field directory_group_row_fields[] = {
    {UUID(directory_group_row, id), .flags = REQUIRED, .doc = "Id of the group."},
    {UUID(directory_group_row, provider_id), .flags = REQUIRED,
     .doc = "Id of the provider whose directory has it."},
    {TEXT(directory_group_row, display_name), .flags = REQUIRED, .doc = "Name of the group."},
    {TEXT(directory_group_row, external_id),
     .doc = "Id of the group in that directory; null: it has none."},
    {TIMESTAMP(directory_group_row, created_at), .flags = REQUIRED,
     .doc = "Time the directory sent it."},
    {TIMESTAMP(directory_group_row, updated_at), .flags = REQUIRED,
     .doc = "Time of the last change."},
    {INT64(directory_group_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape directory_group_row_shape =
    SHAPE(directory_group_row, "A group of a directory.");

static const struct table_index group_indexes[] = {
    {.columns = "provider_id, id"},
    {.columns = "provider_id, lower(display_name)"},
    {.columns = "provider_id, external_id"},
    {.columns = NULL},
};

const struct table directory_groups_table = {
    .name = "directory_groups",
    .area = "identity",
    .shape = &directory_group_row_shape,
    .indexes = group_indexes,
};

static const struct field directory_member_row_fields[] = {
    {UUID(directory_member_row, id), .flags = REQUIRED, .doc = "Id of both, of group and person."},
    {UUID(directory_member_row, group_id), .flags = REQUIRED, .doc = "Id of the group."},
    {UUID(directory_member_row, user_id), .flags = REQUIRED, .doc = "Id of the person in it."},
};
const struct shape directory_member_row_shape =
    SHAPE(directory_member_row, "Somebody who is in a group of a directory.");

static const struct table_index member_indexes[] = {
    {.columns = "group_id, user_id"},
    {.columns = "user_id, group_id"},
    {.columns = NULL},
};

static const struct table_erasure member_erasures[] = {
    {.of = "group_id", .removes = true},
    {.of = NULL},
};

const struct table directory_members_table = {
    .name = "directory_members",
    .area = "identity",
    .shape = &directory_member_row_shape,
    .indexes = member_indexes,
    .erasures = member_erasures,
};
