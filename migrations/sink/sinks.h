/*
 * The sinks, as the API shows them. How far each has come is no row: it is asked of the sender.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_SINK_SINKS_H
#define MIGRATIONS_SINK_SINKS_H

#include "core/db/table.h"
#include "eventlog/events/sink_events.h"

struct sink_row {
    struct uuid id;
    struct text name;
    struct text address;
    struct enum_value format;
    const struct sink_filter *filter;
    struct opt_bool is_paused;
    struct opt_bool has_token;
    struct timestamp failing_since; /* absent: it takes events, as far as is known */
    struct text failing_reason;
    int64_t refused; /* events that were left out */
    struct text refused_reason;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape sink_row_shape;
extern const struct table sinks_table;

#endif
