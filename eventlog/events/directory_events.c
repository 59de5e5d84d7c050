/*
 * Tables of the events of directories that send their people.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/directory_events.h"

#include "eventlog/events/identity_events.h"

static const struct field directory_user_linked_fields[] = {
    {UUID(directory_user_linked, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(directory_user_linked, provider_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the provider."},
    {PERSONAL(directory_user_linked, external_id), .tag = 3, .max = DIRECTORY_LONGEST_EXTERNAL_ID,
     .doc = "Id of the person in the directory."},
    {BYTES(directory_user_linked, external_digest), .tag = 4, .max = 32,
     .doc = "Keyed digest of that id."},
};
EVENT_WITH(
    directory_user_linked,
    EVT_DIRECTORY_USER_LINKED,
    "identity.directory_user_linked",
    "The directory of a provider looks after an account from now on.",
    SHAPE_WITH(
        directory_user_linked,
        "The directory of a provider looks after an account from now on.",
        .subject_tag = 1),
    .schema = 1);

static const struct field directory_user_unlinked_fields[] = {
    {UUID(directory_user_unlinked, user_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the person."},
    {UUID(directory_user_unlinked, provider_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the provider."},
};
EVENT(
    directory_user_unlinked,
    EVT_DIRECTORY_USER_UNLINKED,
    "identity.directory_user_unlinked",
    "The directory of a provider looks after an account no more.");

#define GROUP_FIELDS(of)                                                                           \
    {UUID(of, group_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the group."},                  \
    {                                                                                              \
        UUID(of, provider_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the provider."           \
    }
#define NAME_FIELDS(of)                                                                            \
    {TEXT(of, display_name), .tag = 3, .flags = REQUIRED, .max = DIRECTORY_LONGEST_GROUP_NAME,     \
     .doc = "Name of the group."},                                                                 \
    {                                                                                              \
        TEXT(of, external_id), .tag = 4, .max = DIRECTORY_LONGEST_EXTERNAL_ID,                     \
                               .doc = "Id of the group in the directory; absent: it has none."     \
    }
#define PEOPLE(of, member, number, sentence)                                                       \
    {                                                                                              \
        LIST_OF(of, member, KIND_UUID), .tag = number, .max = DIRECTORY_MOST_MEMBERS,              \
                                        .doc = sentence                                            \
    }

static const struct field directory_group_created_fields[] = {
    GROUP_FIELDS(directory_group_created), NAME_FIELDS(directory_group_created),
    PEOPLE(directory_group_created, members, 5, "Ids of the people in it.")};
EVENT(
    directory_group_created,
    EVT_DIRECTORY_GROUP_CREATED,
    "identity.directory_group_created",
    "The directory of a provider has a group from now on.");

static const struct field directory_group_changed_fields[] = {
    GROUP_FIELDS(directory_group_changed), NAME_FIELDS(directory_group_changed),
    PEOPLE(directory_group_changed, added, 5, "Ids of people who are in it from now on."),
    PEOPLE(directory_group_changed, removed, 6, "Ids of people who are in it no more.")};
EVENT(
    directory_group_changed,
    EVT_DIRECTORY_GROUP_CHANGED,
    "identity.directory_group_changed",
    "A group of a directory is another one from now on: this.");

static const struct field directory_group_deleted_fields[] = {
    GROUP_FIELDS(directory_group_deleted)};
EVENT(
    directory_group_deleted,
    EVT_DIRECTORY_GROUP_DELETED,
    "identity.directory_group_deleted",
    "A group of a directory was deleted; nobody is in it any more.");
