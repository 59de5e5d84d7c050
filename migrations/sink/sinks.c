/*
 * The sinks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/sink/sinks.h"

static const struct field sink_row_fields[] = {
    {UUID(sink_row, id), .flags = REQUIRED, .doc = "Id of the sink."},
    {TEXT(sink_row, name), .flags = REQUIRED, .doc = "Name of the sink; unique."},
    {TEXT(sink_row, address), .flags = REQUIRED, .doc = "Where events are sent to."},
    {ENUM(sink_row, format, export_format_names), .flags = REQUIRED,
     .doc = "Format that they are sent in."},
    {MEMBER_OF(sink_row, filter, const struct sink_filter *), .kind = KIND_OBJECT,
     .shape = &sink_filter_shown_shape, .doc = "What events must have to be sent; null: nothing."},
    {BOOL(sink_row, is_paused), .flags = REQUIRED,
     .doc = "Whether nothing is sent until further notice."},
    {BOOL(sink_row, has_token), .flags = REQUIRED,
     .doc = "Whether a bearer token is sent along, which nobody is shown."},
    {TIMESTAMP(sink_row, failing_since),
     .doc = "Since when it is on record that it takes nothing; null: it does."},
    {TEXT(sink_row, failing_reason), .doc = "What went wrong then."},
    {INT64(sink_row, refused), .flags = REQUIRED,
     .doc = "Number of events that it refused, and that were left out."},
    {TEXT(sink_row, refused_reason), .doc = "What it said to the last of them."},
    {TIMESTAMP(sink_row, created_at), .flags = REQUIRED, .doc = "Time the sink was set up."},
    {TIMESTAMP(sink_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(sink_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape sink_row_shape = SHAPE(sink_row, "A sink: where what is on record is sent to.");

static const struct table_index indexes[] = {
    {.columns = "created_at, id"},
    {.columns = NULL},
};

const struct table sinks_table = {
    .name = "sinks",
    .area = "sink",
    .shape = &sink_row_shape,
    .indexes = indexes,
};
