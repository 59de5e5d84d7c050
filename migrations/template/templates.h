/*
 * The templates of tasks, each in its newest version.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TEMPLATE_TEMPLATES_H
#define MIGRATIONS_TEMPLATE_TEMPLATES_H

#include "core/db/table.h"
#include "eventlog/events/template_events.h"

struct template_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct text task_type;
    struct json payload_template;
    struct list parameters;              /* of struct template_parameter; absent: none */
    struct opt_bool runnable_by_members; /* absent: no */
    int64_t version;                     /* absent: the first */
    struct uuid created_by_user_id;
    struct uuid updated_by_user_id;
    struct timestamp archived_at; /* absent: it is in use */
    struct timestamp created_at;
    struct timestamp updated_at;
    struct opt_bool is_archived; /* lists show the others first */
    int64_t revision;
};
extern const struct shape template_row_shape;
extern const struct table templates_table;

#endif
