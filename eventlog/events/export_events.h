/*
 * Exports: what was taken along, by whom. What is in one follows from the event and the ledger, so nothing
 * else is kept of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_EXPORT_EVENTS_H
#define EVENTLOG_EVENTS_EXPORT_EVENTS_H

#include "eventlog/events/platform_events.h"

/* Formats in which events leave the house, in exports and by sinks (api/export/export_format.h). */
enum export_format_value {
    EXPORT_JSONL = 1,
    EXPORT_CSV,
    EXPORT_OCSF,
    EXPORT_CLOUDEVENTS,
    EXPORT_CEF,
    EXPORT_TIMESKETCH
};
extern const char *const export_format_names[];

/* What the exported events have; absent members ask for nothing. Who was looked for by address, or by a
 * correlation that they chose, is kept as keyed digests alone. */
struct export_filter {
    struct uuid workspace;
    struct uuid actor;
    struct enum_value actor_kind;
    struct uuid entity;
    struct text type; /* "task.created", or a family: "task.*" */
    struct uuid correlation;
    struct uuid causation;
    struct bytes origins; /* digests of an address, one a day, joined; DIGEST_SIZE bytes each */
    struct enum_value outcome;
};
extern const struct shape export_filter_shape;

/* Events of the positions from `first` up to `end`, which is no longer one of them, were exported. Stream:
 * the export. */
struct export_made {
    struct uuid export_id;
    struct enum_value format;
    int64_t first;
    int64_t end;
    const struct export_filter *filter;
    int64_t count;
    struct bytes root;        /* RFC 6962, over the leaves of the exported events, in their order */
    struct bytes ledger_root; /* over all that is before `end` */
};

#endif
