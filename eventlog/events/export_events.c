/*
 * Tables of the events of exports.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/export_events.h"

#include "eventlog/record.h"

const char *const export_format_names[] = {"jsonl", "csv",        "ocsf", "cloudevents",
                                           "cef",   "timesketch", NULL};

static const struct field export_filter_fields[] = {
    {UUID(export_filter, workspace), .tag = 1, .doc = "Workspace of the events; all when absent."},
    {UUID(export_filter, actor), .tag = 2, .doc = "User or node that did it."},
    {ENUM(export_filter, actor_kind, actor_kind_names), .tag = 3, .doc = "Kind of who did it."},
    {UUID(export_filter, entity), .tag = 4,
     .doc = "Whatever has this id: the event's stream, or anything that its fields name."},
    {TEXT(export_filter, type), .tag = 5, .max = 120,
     .doc = "Type of event (task.created), or a family of them (task.*)."},
    {UUID(export_filter, correlation), .tag = 6, .doc = "Correlation id, as events have it."},
    {UUID(export_filter, causation), .tag = 7, .doc = "Id of the event that caused it."},
    {BYTES(export_filter, origins), .tag = 8,
     .doc = "Keyed digests of the address that orders came from, one a day, joined."},
    {ENUM(export_filter, outcome, outcome_names), .tag = 9, .doc = "Done, or refused."},
};
const struct shape export_filter_shape = SHAPE(export_filter, "What exported events have.");

static const struct field export_made_fields[] = {
    {UUID(export_made, export_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the export."},
    {ENUM(export_made, format, export_format_names), .tag = 2, .flags = REQUIRED,
     .doc = "Format of the export."},
    {INT64(export_made, first), .tag = 3, .flags = REQUIRED,
     .doc = "First position that it was made of."},
    {INT64(export_made, end), .tag = 4, .flags = REQUIRED,
     .doc = "Position behind the last that it was made of."},
    {OBJECT(export_made, filter, export_filter), .tag = 5, .flags = REQUIRED,
     .doc = "What its events have."},
    {INT64(export_made, count), .tag = 6, .flags = REQUIRED, .doc = "Number of its events."},
    {BYTES(export_made, root), .tag = 7, .flags = REQUIRED, .max = 32,
     .doc = "Root of the tree (RFC 6962) of their leaves, in their order."},
    {BYTES(export_made, ledger_root), .tag = 8, .flags = REQUIRED, .max = 32,
     .doc = "Root of the ledger of the size that `end` is."},
};
EVENT(
    export_made,
    EVT_EXPORT_MADE,
    "platform.export_made",
    "Evidence was exported, to be taken along.");
