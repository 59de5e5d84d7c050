/*
 * Tables of the events of sinks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/sink_events.h"

#include "eventlog/record.h"

static const struct field sink_filter_fields[] = {
    {UUID(sink_filter, workspace), .tag = 1, .doc = "Workspace of the events; all when absent."},
    {UUID(sink_filter, actor), .tag = 2, .doc = "User or node that did it."},
    {UUID(sink_filter, entity), .tag = 3,
     .doc = "Whatever has this id: the event's stream, or anything that its fields name."},
    {TEXT(sink_filter, type), .tag = 4, .flags = ONE_LINE, .min = 1, .max = 120,
     .doc = "Type of event (task.created), or a family of them (task.*)."},
    {ENUM(sink_filter, outcome, outcome_names), .tag = 5, .doc = "Done, or refused."},
};
const struct shape sink_filter_shape =
    SHAPE(sink_filter, "What events must have to be sent to a sink.");

const struct shape sink_filter_shown_shape = {
    .name = "sink_filter_shown",
    .doc = "What events must have to be sent to a sink.",
    .fields = sink_filter_fields,
    .count = sizeof(sink_filter_fields) / sizeof(sink_filter_fields[0]),
    .size = sizeof(struct sink_filter),
};

/* What both events have. */
#define SETUP(tag_of)                                                                              \
    {UUID(tag_of, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},                \
        {TEXT(tag_of, name), .tag = 2, .flags = REQUIRED, .max = 120, .doc = "Name of the sink."}, \
        {TEXT(tag_of, address), .tag = 3, .flags = REQUIRED, .max = SINK_LONGEST_ADDRESS,          \
         .doc = "Where events are sent to."},                                                      \
        {ENUM(tag_of, format, export_format_names), .tag = 4, .flags = REQUIRED,                   \
         .doc = "Format that they are sent in."},                                                  \
        {OBJECT(tag_of, filter, sink_filter), .tag = 5,                                            \
         .doc = "What events must have to be sent; all are when absent."},                         \
    {                                                                                              \
        BOOL(tag_of, is_paused), .tag = 6, .flags = REQUIRED,                                      \
                                 .doc = "Whether nothing is sent until further notice."            \
    }

static const struct field sink_created_fields[] = {
    SETUP(sink_created),
    {PERSONAL(sink_created, token), .tag = SINK_TOKEN_TAG, .flags = SECRET, .max = 1000,
     .doc = "Bearer token that the receiver wants."},
    {INT64(sink_created, from_position), .tag = 8,
     .doc = "Position that it begins at; absent: that of this event."},
};
EVENT_WITH(
    sink_created,
    EVT_SINK_CREATED,
    "sink.created",
    "A sink was set up, which what is on record is sent to.",
    SHAPE_WITH(
        sink_created, "A sink was set up, which what is on record is sent to.", .subject_tag = 1),
    .schema = 1);

static const struct field sink_changed_fields[] = {
    SETUP(sink_changed),
    {PERSONAL(sink_changed, token), .tag = SINK_TOKEN_TAG, .flags = SECRET, .max = 1000,
     .doc = "Bearer token that the receiver wants; absent when unchanged."},
    {BOOL(sink_changed, has_token), .tag = 8, .flags = REQUIRED, .doc = "Whether it has one."},
};
EVENT_WITH(
    sink_changed,
    EVT_SINK_CHANGED,
    "sink.changed",
    "A sink was set up anew, paused or resumed.",
    SHAPE_WITH(sink_changed, "A sink was set up anew, paused or resumed.", .subject_tag = 1),
    .schema = 1);

static const struct field sink_removed_fields[] = {
    {UUID(sink_removed, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
};
EVENT(sink_removed, EVT_SINK_REMOVED, "sink.removed", "A sink was removed.");

static const struct field sink_failing_fields[] = {
    {UUID(sink_failing, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
    {INT64(sink_failing, position), .tag = 2, .flags = REQUIRED,
     .doc = "First position that is not sent."},
    {TEXT(sink_failing, reason), .tag = 3, .flags = REQUIRED, .max = SINK_LONGEST_REASON,
     .doc = "What went wrong last."},
};
EVENT(sink_failing, EVT_SINK_FAILING, "sink.failing", "A sink takes nothing; it is tried on.");

static const struct field sink_recovered_fields[] = {
    {UUID(sink_recovered, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
    {INT64(sink_recovered, position), .tag = 2, .flags = REQUIRED,
     .doc = "First position that is not sent."},
};
EVENT(sink_recovered, EVT_SINK_RECOVERED, "sink.recovered", "A sink takes events again.");

static const struct field sink_refused_fields[] = {
    {UUID(sink_refused, sink_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the sink."},
    {INT64(sink_refused, position), .tag = 2, .flags = REQUIRED,
     .doc = "Position of the event that was left out."},
    {TEXT(sink_refused, reason), .tag = 3, .flags = REQUIRED, .max = SINK_LONGEST_REASON,
     .doc = "What the receiver said."},
};
EVENT(
    sink_refused,
    EVT_SINK_REFUSED,
    "sink.refused",
    "A sink refused an event, which was left out: a dead letter.");

const struct event_type *const sink_event_types[] = {
    &sink_created_event,
    &sink_changed_event,
    &sink_removed_event,
    &sink_failing_event,
    &sink_recovered_event,
    &sink_refused_event,
    NULL,
};
