/*
 * System events: what operators are notified of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/events.h"

#include "eventlog/events/workspace_events.h"

static const struct field event_row_fields[] = {
    {UUID(event_row, id), .flags = REQUIRED, .doc = "Id of the event."},
    {UUID(event_row, workspace_id),
     .doc = "Workspace that it happened in; null: it is the platform's."},
    {UUID(event_row, node_id), .doc = "Node that it is about."},
    {TEXT(event_row, type), .flags = REQUIRED, .doc = "Type of the event."},
    {ENUM(event_row, severity, severity_names), .flags = REQUIRED, .doc = "Severity of the event."},
    {TEXT(event_row, message), .flags = REQUIRED, .doc = "What happened, in plain words."},
    {JSON(event_row, metadata), .doc = "Details, by type of event."},
    {TIMESTAMP(event_row, created_at), .flags = REQUIRED, .doc = "Time of the event."},
    {UUID(event_row, task_id), .flags = HIDDEN,
     .doc = "Task whose result, as its agent reported it, stands in the details."},
    {UUID(event_row, text_id), .flags = HIDDEN, .doc = "Text that a search finds it by."},
};
const struct shape event_row_shape = SHAPE(event_row, "A system event.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id", .where = TABLE_UNFILTERED},
    {.columns = "created_at, id", .where = TABLE_OF_ALL("workspace_id") " and " TABLE_UNFILTERED},
    {.columns = "node_id, created_at, id"},
    {.columns = "workspace_id, type, created_at, id"},
    {.columns = "type, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "workspace_id, severity, created_at, id"},
    {.columns = "severity, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "task_id", .where = "task_id is not null"},
    {.columns = "text_id, created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "task_id", .member = {"metadata", "result"}},
    {.of = NULL},
};

const struct table events_table = {
    .name = "events",
    .area = "platform",
    .shape = &event_row_shape,
    .indexes = indexes,
    .erasures = erasures,
    .is_append_only = true,
};
