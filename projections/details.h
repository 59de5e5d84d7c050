/*
 * Values that a table refers to, instead of code that copies them: out of an event, its entry, or
 * the row of what it happened to; and JSON objects of such values. The tables of the audit trail
 * (audit.h) and of system events (system_events.h) are written in them.
 *
 *   {.name = "role", .from = OF_EVENT(user_updated, role), .or_from = OF_ROW(user_row, role)}
 *
 * A member that the struct does not have is a compile error; one of another event or row than is
 * at hand fails the test of the tables (value_ref_fits).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_DETAILS_H
#define PROJECTIONS_DETAILS_H

#include "projections/projector.h"

enum value_source {
    VALUE_NONE,  /* absent */
    VALUE_EVENT, /* a field of the event */
    VALUE_ROW,   /* a field of the row, absent where there is no row */
    VALUE_ENTRY, /* a field of the entry */
    VALUE_COUNT, /* the length of a list of the event */
    VALUE_FIRST, /* the first of a list of UUIDs of the event, absent where there is none */
    VALUE_FIXED  /* the same text for every event */
};

struct value_ref {
    enum value_source source;
    const char *name; /* of the struct; or the fixed text */
    uint32_t offset;  /* of its member */
};

/* In initialisers of tables. */
#define OF_EVENT(type, member) VALUE_OF(VALUE_EVENT, type, member)
#define OF_ROW(type, member)   VALUE_OF(VALUE_ROW, type, member)
#define OF_ENTRY(member)       VALUE_OF(VALUE_ENTRY, entry, member)
#define COUNT_IN(type, member) VALUE_OF(VALUE_COUNT, type, member)
#define FIRST_IN(type, member) VALUE_OF(VALUE_FIRST, type, member)
#define FIXED(text)                                                                                \
    {                                                                                              \
        VALUE_FIXED, text, 0                                                                       \
    }
#define VALUE_OF(source, type, member)                                                             \
    {                                                                                              \
        source, #type, (uint32_t)offsetof(struct type, member)                                     \
    }

/* A member of a JSON object. A list of them is ended by one without a name. */
struct detail {
    const char *name; /* as a struct's member: "team_id" is written "teamId" */
    struct value_ref from;
    struct value_ref or_from; /* where that is absent; null where this is absent too */
    bool is_omitted_when_absent;
    bool is_null_when_empty; /* of a text */
};

/* What values are taken from, and where to put what is made of them. */
struct value_context {
    struct arena *arena;
    const struct record *record;
    const struct shape *row_shape; /* NULL: no row is looked at */
    const void *row;               /* NULL: there is none */
};

/* A UUID, text or personal text, as text; absent where it is absent. In the arena, or
 * borrowed from event or row. */
struct text value_text(const struct value_context *context, const struct value_ref *ref);

/* UUID_NONE, 0, false where the value is absent. */
struct uuid value_uuid(const struct value_context *context, const struct value_ref *ref);
int64_t value_enum(const struct value_context *context, const struct value_ref *ref);
bool value_is_true(const struct value_context *context, const struct value_ref *ref);

/* The object, in the arena; absent without details. */
struct json details_json(const struct value_context *context, const struct detail *details);

/* Is it a value of this event, of this row? For tests of tables. */
bool value_ref_fits(
    const struct value_ref *ref, const struct event_type *event, const struct shape *row_shape);
bool details_fit(
    const struct detail *details, const struct event_type *event, const struct shape *row_shape);

#endif
