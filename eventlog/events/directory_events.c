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
