/*
 * What the audit trail says of sinks: who set which up, where what is on record goes from then on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/sink_events.h"
#include "migrations/sink/sinks.h"
#include "projections/audit.h"

#define SINK(event_tag, action_name)                                                               \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "sink", .target_id = OF_EVENT(event_tag, sink_id)

static const struct detail created_details[] = {
    {.name = "address", .from = OF_EVENT(sink_created, address)},
    {.name = "format", .from = OF_EVENT(sink_created, format)},
    {0},
};
static const struct detail before[] = {
    {.name = "name", .from = OF_ROW(sink_row, name)},
    {.name = "address", .from = OF_ROW(sink_row, address)},
    {.name = "format", .from = OF_ROW(sink_row, format)},
    {.name = "is_paused", .from = OF_ROW(sink_row, is_paused)},
    {0},
};
static const struct detail after[] = {
    {.name = "name", .from = OF_EVENT(sink_changed, name)},
    {.name = "address", .from = OF_EVENT(sink_changed, address)},
    {.name = "format", .from = OF_EVENT(sink_changed, format)},
    {.name = "is_paused", .from = OF_EVENT(sink_changed, is_paused)},
    {0},
};

const struct audit_rule sink_audit_rules[] = {
    {SINK(sink_created, "sink.created"), .label = {OF_EVENT(sink_created, name)},
     .metadata = created_details},
    {SINK(sink_changed, "sink.updated"), .table = &sinks_table,
     .label = {OF_EVENT(sink_changed, name)}, .before = before, .after = after},
    {SINK(sink_removed, "sink.removed"), .table = &sinks_table, .label = {OF_ROW(sink_row, name)}},
    {.event = &sink_failing_event, .no_entry = "Done by the program; the sink shows it."},
    {.event = &sink_recovered_event, .no_entry = "Done by the program; the sink shows it."},
    {.event = &sink_refused_event, .no_entry = "Done by the program; the sink shows it."},
    {0},
};
