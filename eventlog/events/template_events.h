/*
 * What happened to templates of tasks. The stream of each is the template. Whatever is created or changed says all of
 * the template, as it is from then on: so each event is one version of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TEMPLATE_EVENTS_H
#define EVENTLOG_EVENTS_TEMPLATE_EVENTS_H

#include "eventlog/event_type.h"

enum template_event {
    EVT_TEMPLATE_CREATED = 0x0A01,
    EVT_TEMPLATE_CHANGED = 0x0A02,
    EVT_TEMPLATE_DELETED = 0x0A03
};

enum parameter_type {
    PARAMETER_TEXT = 1,
    PARAMETER_NUMBER = 2,
    PARAMETER_CHOICE = 3,
    PARAMETER_SECRET = 4 /* its value is the name of one */
};
extern const char *const parameter_type_names[];

enum {
    TEMPLATE_MOST_PARAMETERS = 50,
    TEMPLATE_PAYLOAD_BYTES = 64 << 10,
    PARAMETER_MOST_CHOICES = 100,
    PARAMETER_LONGEST_VALUE = 1024, /* characters */
    PARAMETER_LONGEST_PATTERN = 200
};

/* Something that whoever runs the template says: `{{name}}` in its payload. */
struct template_parameter {
    struct text name;
    struct enum_value type;
    struct text label; /* for people; absent: its name */
    struct opt_bool required;
    struct json fallback; /* the value where none is given, "default" to callers; absent: none */
    struct text pattern;  /* of a text: that it must match as a whole, see core/unicode/pattern.h */
    struct list choices;  /* of texts: what a choice may be, or which secrets */
};
extern const struct shape template_parameter_shape;
extern const struct shape template_parameter_shown_shape; /* the same, as it is answered */

/* All of a template. */
struct template_definition {
    struct uuid template_id;
    struct uuid workspace_id;
    struct text name;
    struct text description; /* absent: none */
    struct text task_type;
    struct json payload;
    struct list parameters;                 /* of struct template_parameter; absent: none */
    struct opt_bool is_runnable_by_members; /* absent: no */
    struct timestamp archived_at;           /* absent: it is in use */
    int64_t version;                        /* counts from 1 */
};
extern const struct shape template_definition_shape;

struct template_created {
    struct template_definition definition;
};

struct template_changed {
    struct template_definition definition;
};

struct template_deleted {
    struct uuid template_id;
    struct uuid workspace_id;
    struct opt_bool is_consequence; /* of deleting the workspace */
};

extern const struct event_type template_created_event;
extern const struct event_type template_changed_event;
extern const struct event_type template_deleted_event;
extern const struct event_type *const template_event_types[];

#endif
