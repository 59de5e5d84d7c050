/*
 * Groups of a directory, from the read model: their rows, how many there are, and the members of all groups of a page by one
 * statement.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/scim_group_select.h"

static const struct field scim_asked_groups_fields[] = {
    {UUID(scim_asked_groups, directory_id), .doc = "Id of the provider."},
    {UUID(scim_asked_groups, group_id), .doc = "Only this group."},
    {TEXT(scim_asked_groups, display_name), .doc = "Only what has this name."},
    {TEXT(scim_asked_groups, external_id), .doc = "Only what has this id in the directory."},
    {UUID(scim_asked_groups, member_id), .doc = "Only those that this person is in."},
    {INT64(scim_asked_groups, start), .doc = "How many to leave out."},
    {INT64(scim_asked_groups, count), .doc = "How many to show."},
};
static const struct shape scim_asked_groups_shape =
    SHAPE(scim_asked_groups, "Which groups a directory asks for.");

static const struct field scim_group_row_fields[] = {
    {UUID(scim_group_row, id), .doc = "Id of the group."},
    {TEXT(scim_group_row, display_name), .doc = "Name of the group."},
    {TEXT(scim_group_row, external_id), .doc = "Id of the group in the directory."},
    {TIMESTAMP(scim_group_row, created_at), .doc = "Time the directory sent it."},
    {TIMESTAMP(scim_group_row, updated_at), .doc = "Time of the last change."},
    {INT64(scim_group_row, revision), .doc = "Number of events of its stream so far."},
};
static const struct shape scim_group_row_shape =
    SHAPE(scim_group_row, "A group that a directory has sent.");

static const struct field scim_member_row_fields[] = {
    {UUID(scim_member_row, group_id), .doc = "Id of the group."},
    {UUID(scim_member_row, user_id), .doc = "Id of somebody in it."},
};
static const struct shape scim_member_row_shape = SHAPE(scim_member_row, "Somebody in a group.");

static const struct field scim_groups_total_fields[] = {
    {INT64(scim_groups_total, total), .doc = "How many there are."},
};
static const struct shape scim_groups_total_shape =
    SHAPE(scim_groups_total, "How many groups there are.");

#define ASKED                                                                                      \
    "from directory_groups\n"                                                                      \
    "where provider_id = :directory_id\n"                                                          \
    "    and (:group_id::uuid is null or id = :group_id)\n"                                        \
    "    and (:display_name::text is null or lower(display_name) = lower(:display_name))\n"        \
    "    and (:external_id::text is null or external_id = :external_id)\n"                         \
    "    and (:member_id::uuid is null or id = any(array\n"                                        \
    "        (select group_id from directory_members where user_id = :member_id)))\n"

#define OF_A_PAGE "order by id\noffset :start limit :count"

#define QUERY(named, statement, of_row)                                                            \
    {                                                                                              \
        .input = &scim_asked_groups_shape, .scope = SCOPE_PARENT, .parent = "directory_id",        \
        .sql = {                                                                                   \
            .name = named,                                                                         \
            .text = statement,                                                                     \
            .params = &scim_asked_groups_shape,                                                    \
            .row = &of_row,                                                                        \
            .is_planned_by_values = true                                                           \
        }                                                                                          \
    }

const struct query scim_groups_query = QUERY(
    "scim_groups",
    "select id, display_name, external_id, created_at, updated_at, revision\n" ASKED OF_A_PAGE,
    scim_group_row_shape);

/* The bounds of a page count for nothing here, but each parameter must be named. */
const struct query scim_groups_total_query = QUERY(
    "scim_groups_total",
    "select count(*) as total\n" ASKED "    and :start::bigint >= 0 and :count::bigint >= 0",
    scim_groups_total_shape);

const struct query scim_group_members_query = QUERY(
    "scim_group_members",
    "select group_id, user_id\n"
    "from directory_members\n"
    "where group_id in (select id " ASKED OF_A_PAGE ")\n"
    "order by group_id, user_id\n"
    "limit 20000",
    scim_member_row_shape);
