/*
 * System events: what operators are notified of.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_PLATFORM_EVENTS_H
#define MIGRATIONS_PLATFORM_EVENTS_H

#include "core/db/table.h"

struct event_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct text type;
    struct enum_value severity;
    struct text message;
    struct json metadata;
    struct timestamp created_at;
    struct uuid task_id;
    struct uuid text_id; /* what a search finds it by */
};
extern const struct shape event_row_shape;
extern const struct table events_table;

#endif
