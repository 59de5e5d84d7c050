/*
 * Sinks: where what is on record is sent on to, continuously. The stream of each is the sink. How far
 * one has come is no event (it would be news, to be sent on in its turn): only what somebody must know
 * of is, and it says the position.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SINK_EVENTS_H
#define EVENTLOG_EVENTS_SINK_EVENTS_H

#include "eventlog/events/export_events.h"

enum sink_event {
    EVT_SINK_CREATED = 0x0801,
    EVT_SINK_CHANGED = 0x0802,
    EVT_SINK_REMOVED = 0x0803,
    EVT_SINK_FAILING = 0x0804,
    EVT_SINK_RECOVERED = 0x0805,
    EVT_SINK_REFUSED = 0x0806
};

/* What events must have to be sent; absent members ask for nothing. */
struct sink_filter {
    struct uuid workspace;
    struct uuid actor;
    struct uuid entity;
    struct text type;          /* of event, or a family of them: "task.*" */
    struct enum_value outcome; /* of outcome_names */
};
extern const struct shape sink_filter_shape;
extern const struct shape sink_filter_shown_shape; /* the same, as it is answered */

enum { SINK_TOKEN_TAG = 7, SINK_LONGEST_ADDRESS = 500, SINK_LONGEST_REASON = 200 };

struct sink_created {
    struct uuid sink_id;
    struct text name;
    struct text address; /* https, http, syslog+tls, syslog+tcp, file */
    struct enum_value format;
    const struct sink_filter *filter; /* absent: everything */
    struct opt_bool is_paused;
    struct personal token; /* absent: it has none */
    int64_t from_position; /* that it begins at; absent: that of this event */
};

/* All that is set of it, as it is from now on. */
struct sink_changed {
    struct uuid sink_id;
    struct text name;
    struct text address;
    struct enum_value format;
    const struct sink_filter *filter;
    struct opt_bool is_paused;
    struct personal token;     /* absent: as before … */
    struct opt_bool has_token; /* … if it has one */
};

struct sink_removed {
    struct uuid sink_id;
};

/* It could not be reached, or takes nothing, several times in a row; it is tried on and on. */
struct sink_failing {
    struct uuid sink_id;
    int64_t position; /* the first that is not sent */
    struct text reason;
};

struct sink_recovered {
    struct uuid sink_id;
    int64_t position; /* the first that is not sent */
};

/* A dead letter: the receiver refuses this event, which is left out. */
struct sink_refused {
    struct uuid sink_id;
    int64_t position;
    struct text reason;
};

extern const struct event_type sink_created_event;
extern const struct event_type sink_changed_event;
extern const struct event_type sink_removed_event;
extern const struct event_type sink_failing_event;
extern const struct event_type sink_recovered_event;
extern const struct event_type sink_refused_event;
extern const struct event_type *const sink_event_types[];

#endif
