/*
 * What is asked of the timeline: parameters of a request into a search, and cursors of its pages.
 *
 *   parameters ─► timeline_filter_read() ─► filter, positions ─► timeline_find() ─► page
 *                     ▲                                                               │
 *                     └────────────── after ◄── timeline_cursor_next() ◄──────────────┘
 *
 * A cursor (timeline_cursor.h) holds which positions are left, so that "-2h" means on every page what it
 * meant on the first.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_FILTER_H
#define API_EVIDENCE_TIMELINE_FILTER_H

#include "core/base/error.h"
#include "core/shape/shape.h"
#include "eventlog/timeline.h"

struct keyring;

struct timeline_input {
    struct text from;
    struct text to;
    struct text around;
    struct text within;
    int64_t from_position;
    int64_t to_position;
    struct uuid workspace;
    struct uuid actor;
    struct enum_value actor_kind;
    struct uuid entity;
    struct text type;
    struct text correlation;
    struct uuid causation;
    struct text origin;
    struct enum_value outcome;
    struct enum_value order;
    int64_t limit;
    struct text after;
};
extern const struct shape timeline_input_shape;
extern const char *const timeline_order_names[];

/* Rows of what events must have, in the table of whatever begins with a timeline_input. */
#define TIMELINE_FILTER_ROWS                                                                             \
    {TEXT(timeline_input, from), .tag = 2, .flags = ONE_LINE, .max = 64,                                 \
     .doc =                                                                                              \
         "Earliest time of recording: RFC 3339, a date, today, yesterday (14:05), or back from now "     \
         "(-2h)."},                                                                                      \
        {TEXT(timeline_input, to), .tag = 3, .flags = ONE_LINE, .max = 64,                               \
         .doc = "Latest time of recording, in the same forms; a date means to its end, in UTC."},        \
        {TEXT(timeline_input, around), .tag = 30, .flags = ONE_LINE, .max = 64,                          \
         .doc =                                                                                          \
             "Middle of the window, in place of its ends: a time in the same forms, or the position of " \
             "an event."},                                                                               \
        {TEXT(timeline_input, within), .tag = 31, .flags = ONE_LINE, .max = 16,                          \
         .doc =                                                                                          \
             "How far the window reaches before and behind its middle (90s, 15m, 1h, 7d); 1h without."}, \
        {INT64(timeline_input, from_position), .tag = 4, .max = INT64_MAX,                               \
         .doc = "First position in the ledger."},                                                        \
        {INT64(timeline_input, to_position), .tag = 5, .max = INT64_MAX - 1,                             \
         .doc = "Last position in the ledger."},                                                         \
        {UUID(timeline_input, workspace), .tag = 6,                                                      \
         .doc = "Workspace of the events; all when absent."},                                            \
        {UUID(timeline_input, actor), .tag = 7, .doc = "User or node that did it."},                     \
        {ENUM(timeline_input, actor_kind, actor_kind_names), .tag = 8,                                   \
         .doc = "Kind of who did it."},                                                                  \
        {UUID(timeline_input, entity), .tag = 9,                                                         \
         .doc = "Whatever has this id: the event's stream, or anything that its fields name."},          \
        {TEXT(timeline_input, type), .tag = 10, .flags = ONE_LINE, .max = 120,                           \
         .doc = "Type of event (task.created), or a family of them (task.*)."},                          \
        {TEXT(timeline_input, correlation),                                                              \
         .tag = 11,                                                                                      \
         .flags = ONE_LINE,                                                                              \
         .max = 200,                                                                                     \
         .digest = DIGEST_CORRELATION,                                                                   \
         .doc = "Correlation id, as it was sent or as events have it."},                                 \
        {UUID(timeline_input, causation), .tag = 12, .doc = "Id of the event that caused it."},          \
        {TEXT(timeline_input, origin),                                                                   \
         .tag = 13,                                                                                      \
         .digest = DIGEST_ADDRESS,                                                                       \
         .flags = ONE_LINE | TRIM,                                                                       \
         .min = 2,                                                                                       \
         .max = 64,                                                                                      \
         .doc =                                                                                          \
             "Network address that the order came from; the window may be 366 days long then."},         \
    {                                                                                                    \
        ENUM(timeline_input, outcome, outcome_names),                                                    \
            .tag = 14, .doc = "Done, or refused: a refusal that is evidence."                            \
    }

/* The same in a workspace. */
struct timeline_request {
    struct timeline_input input;
    struct uuid workspace_id;
};
extern const struct shape timeline_request_shape;

/* What is needed to read one. */
struct timeline_sources {
    struct ledger *ledger;
    struct keyring *keyring;
    struct timestamp now;
    struct uuid workspace; /* that nobody may look beyond; absent: all */
};

struct timeline_question {
    struct timestamp from; /* absent: the ledger's first event */
    struct timestamp to;   /* absent: its last */
    struct timeline_filter filter;
    struct timeline_search search; /* its filter is the one above */
    struct keyring *keyring;       /* that seals its cursors; borrowed */
    struct digest asked;           /* what they are sealed for */
    bool is_open;                  /* oldest first, up to the head wherever that is */
};

/* STATUS_INVALID naming the field. What `out` points to is lent by the input or lies in the arena. */
MUST_USE enum status timeline_filter_read(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    struct arena *arena,
    struct timeline_question *out,
    struct error *error);

/* Where the search goes on; absent where nothing is left of it. In the arena. */
struct text timeline_cursor_next(const struct timeline_question *question, struct arena *arena);

/* Where it goes on later, with what is recorded by then, too: absent where it goes back in time, or ends
 * before the head. In the arena. */
struct text timeline_cursor_later(const struct timeline_question *question, struct arena *arena);

#endif
