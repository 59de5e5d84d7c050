/*
 * Tables of the events of secrets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/secret_events.h"

enum { VERSION_TAG = 6 };

#define ID(tag_of, number)                                                                         \
    {                                                                                              \
        UUID(tag_of, secret_id), .tag = number, .flags = REQUIRED, .doc = "Id of the secret."      \
    }
#define WORKSPACE(tag_of, number)                                                                  \
    {                                                                                              \
        UUID(tag_of, workspace_id), .tag = number, .flags = REQUIRED,                              \
                                    .doc = "Workspace that the secret belongs to."                 \
    }
#define VERSION(tag_of, number)                                                                    \
    {                                                                                              \
        INT64(tag_of, version), .tag = number, .flags = REQUIRED,                                  \
                                .doc = "Number of the version, from 1."                            \
    }

static const struct field secret_created_fields[] = {
    ID(secret_created, 1),
    WORKSPACE(secret_created, 2),
    {TEXT(secret_created, name), .tag = 3, .flags = REQUIRED, .max = SECRET_LONGEST_NAME,
     .doc = "Name of the secret, by which payloads and templates refer to it."},
    {TEXT(secret_created, description), .tag = 4, .max = SECRET_LONGEST_DESCRIPTION,
     .doc = "What the secret is for."},
    {TIMESTAMP(secret_created, expires_at), .tag = 5,
     .doc = "Time from which on no task is given it; absent: never."},
    {UUID(secret_created, version_id), .tag = VERSION_TAG, .flags = REQUIRED,
     .doc = "Id of the version, under whose key the value is sealed."},
    VERSION(secret_created, 7),
    {PERSONAL(secret_created, value), .tag = SECRET_VALUE_TAG, .flags = SECRET,
     .max = SECRET_LONGEST_VALUE, .doc = "The value, sealed."},
};
EVENT_WITH(
    secret_created,
    EVT_SECRET_CREATED,
    "secret.created",
    "A secret was created.",
    SHAPE_WITH(secret_created, "A secret was created.", .subject_tag = VERSION_TAG),
    .schema = 1);

static const struct field secret_changed_fields[] = {
    ID(secret_changed, 1),
    WORKSPACE(secret_changed, 2),
    {TEXT(secret_changed, description), .tag = 3, .max = SECRET_LONGEST_DESCRIPTION,
     .doc = "What the secret is for."},
    {TIMESTAMP(secret_changed, expires_at), .tag = 4,
     .doc = "Time from which on no task is given it; absent: never."},
};
EVENT(
    secret_changed,
    EVT_SECRET_CHANGED,
    "secret.changed",
    "What is said of a secret is another thing from now on: this.");

static const struct field secret_rotated_fields[] = {
    ID(secret_rotated, 1),
    WORKSPACE(secret_rotated, 2),
    {UUID(secret_rotated, version_id), .tag = VERSION_TAG, .flags = REQUIRED,
     .doc = "Id of the version, under whose key the value is sealed."},
    VERSION(secret_rotated, 7),
    {PERSONAL(secret_rotated, value), .tag = SECRET_VALUE_TAG, .flags = SECRET,
     .max = SECRET_LONGEST_VALUE, .doc = "The value, sealed."},
};
EVENT_WITH(
    secret_rotated,
    EVT_SECRET_ROTATED,
    "secret.rotated",
    "A secret has another value: this version.",
    SHAPE_WITH(
        secret_rotated, "A secret has another value: this version.", .subject_tag = VERSION_TAG),
    .schema = 1);

static const struct field secret_deleted_fields[] = {
    ID(secret_deleted, 1),
    WORKSPACE(secret_deleted, 2),
    {BOOL(secret_deleted, is_consequence), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
};
EVENT(secret_deleted, EVT_SECRET_DELETED, "secret.deleted", "A secret was deleted.");

static const struct field secret_delivered_fields[] = {
    ID(secret_delivered, 1),
    WORKSPACE(secret_delivered, 2),
    {UUID(secret_delivered, version_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the version."},
    VERSION(secret_delivered, 4),
    {UUID(secret_delivered, task_id), .tag = 5, .flags = REQUIRED,
     .doc = "Task that was given it."},
    {UUID(secret_delivered, node_id), .tag = 6, .flags = REQUIRED, .doc = "Node that runs it."},
    {TEXT(secret_delivered, variable), .tag = 7, .flags = REQUIRED,
     .doc = "Variable of the task's environment that holds it."},
};
EVENT(
    secret_delivered,
    EVT_SECRET_DELIVERED,
    "secret.delivered",
    "A secret was given to the node that runs a task.");

static const struct field secret_version_destroyed_fields[] = {
    ID(secret_version_destroyed, 1),
    WORKSPACE(secret_version_destroyed, 2),
    {UUID(secret_version_destroyed, version_id), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the version."},
    VERSION(secret_version_destroyed, 4),
};
EVENT(
    secret_version_destroyed,
    EVT_SECRET_VERSION_DESTROYED,
    "secret.version_destroyed",
    "A version of a secret that no task needs any more was destroyed, with its key.");

const struct event_type *const secret_event_types[] = {
    &secret_created_event,
    &secret_changed_event,
    &secret_rotated_event,
    &secret_deleted_event,
    &secret_delivered_event,
    &secret_version_destroyed_event,
    NULL,
};
