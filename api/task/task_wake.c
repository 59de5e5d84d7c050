/*
 * Ids of nodes and of tasks are of one kind (UUIDv7), so that one key serves both.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/task_wake.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"

struct uuid task_wake_key(const struct record *record)
{
    const struct event_type *type = record->type;

    if (type == &task_created_event && record->has_body)
        return ((const struct task_created *)record->event)->node_id;
    if (type == &task_requeued_event && record->has_body)
        return ((const struct task_requeued *)record->event)->node_id;
    if (type == &node_maintenance_left_event || type == &node_root_access_wanted_event ||
        type == &task_completed_event || type == &task_cancelled_event ||
        type == &task_timed_out_event || type == &task_abandoned_event)
        return record->entry.stream;
    return UUID_NONE;
}
