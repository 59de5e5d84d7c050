/*
 * What happened to secrets of a workspace: values by name that its tasks are given. The stream of each is the secret.
 * A value is sealed under a key of its own: the subject of that key is the version of the secret. So it is forgotten, in
 * every copy of the ledger, once that key is destroyed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SECRET_EVENTS_H
#define EVENTLOG_EVENTS_SECRET_EVENTS_H

#include "eventlog/event_type.h"

enum secret_event {
    EVT_SECRET_CREATED = 0x1001,
    EVT_SECRET_CHANGED = 0x1002,
    EVT_SECRET_ROTATED = 0x1003,
    EVT_SECRET_DELETED = 0x1004,
    EVT_SECRET_DELIVERED = 0x1005,
    EVT_SECRET_VERSION_DESTROYED = 0x1006
};

enum {
    SECRET_LONGEST_NAME = 64,
    SECRET_LONGEST_DESCRIPTION = 2000,
    SECRET_LEAST_VALUE = 8,          /* bytes, without its line ends */
    SECRET_LONGEST_VALUE = 16 << 10, /* bytes */
    SECRET_VALUE_TAG = 8             /* of the value, in either event that has one */
};

struct secret_created {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct text name;
    struct text description;     /* absent: none */
    struct timestamp expires_at; /* absent: never */
    struct uuid version_id;
    int64_t version; /* 1 */
    struct personal value;
};

/* From now on, all of it but name and value. */
struct secret_changed {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct text description;
    struct timestamp expires_at;
};

/* It has another value. The former version can be had no more. */
struct secret_rotated {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct uuid version_id;
    int64_t version;
    struct personal value;
};

struct secret_deleted {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct opt_bool is_consequence; /* of deleting the workspace */
};

/* The claim of a task gave the value to the node that runs it. */
struct secret_delivered {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct uuid version_id;
    int64_t version;
    struct uuid task_id;
    struct uuid node_id;
    struct text variable; /* of the task's environment */
};

/* No task needs a version any more that is not the newest one: its key was destroyed, as a platform.key_destroyed of
 * the same command says. */
struct secret_version_destroyed {
    struct uuid secret_id;
    struct uuid workspace_id;
    struct uuid version_id;
    int64_t version;
};

extern const struct event_type secret_created_event;
extern const struct event_type secret_changed_event;
extern const struct event_type secret_rotated_event;
extern const struct event_type secret_deleted_event;
extern const struct event_type secret_delivered_event;
extern const struct event_type secret_version_destroyed_event;
extern const struct event_type *const secret_event_types[];

#endif
