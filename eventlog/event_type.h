/*
 * What a type of event is: one row, beside the struct and the table of its fields. A released type
 * keeps its meaning for ever; fields may be added with an absent default, anything else is a new
 * schema number with an upcaster (upcast/).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENT_TYPE_H
#define EVENTLOG_EVENT_TYPE_H

#include "core/shape/shape.h"
#include "eventlog/area.h"

/* What a digest that is stored for ever was made of; the numbers stand in the rows of personal
 * fields and are never stored (see keyed_digest.h). */
enum digest_kind {
    DIGEST_EMAIL = 1,
    DIGEST_ADDRESS, /* network address of a caller, another key each day */
    DIGEST_REQUEST,
    DIGEST_COMMAND,
    DIGEST_CORRELATION,
    DIGEST_SESSION, /* of whoever looks at evidence */
    DIGEST_LOOK,
    DIGEST_CURSOR,       /* of the timeline */
    DIGEST_FOLLOWER,     /* token of a server that follows this one */
    DIGEST_RECOVERY,     /* code that stands in for a second factor */
    DIGEST_SUBJECT,      /* who a person is for a provider that they sign in through */
    DIGEST_SECURITY_KEY, /* id by which a security key knows itself */
    DIGEST_KINDS
};

/* Of a key: its subject, and its id of 8 bytes. */
typedef void event_key(struct uuid subject, const uint8_t *key_id, void *context);

/* Origins that an event says are forgotten. */
enum { EVENT_KEY_BYTES = 16 + 8 };
struct forgotten_origins {
    int64_t actor_kind; /* whose: user, for persons, or agent, stranger */
    struct timestamp since;
    struct timestamp until; /* when they were recorded, at the latest before this */
    struct bytes keys; /* that they were sealed under: of each subject 16 ‖ key id 8, joined */
};

struct event_type {
    int id;           /* of the area's enum (see area.h), for switch statements; never stored */
    const char *name; /* stored: "task.created", area dot verb in the past tense */
    int64_t schema;   /* from 1 */
    const struct shape *shape;
    bool is_droppable; /* its body may be dropped on record; then evolve must not read it */
    /* It drops bodies: at these positions (NULL: none), of events of these types (NULL-ended) in its own stream; or
     * where that is NULL of any droppable type and stream, which are gone already. */
    struct list (*dropped)(const void *event);
    const struct event_type *const *drops;
    /* It says that keys were destroyed: calls for each. NULL: none. */
    void (*each_destroyed)(const void *event, event_key *each, void *context);
    /* Origins are forgotten: what was made of them goes. NULL: none, or all of a person's. */
    void (*forgotten)(const void *event, struct forgotten_origins *out);
    bool
        erases; /* what is sealed for its stream, a person, is forgotten: what was made of it goes */
    const char *doc;
};

/* Declares `<tag>_event` and its shape for `struct tag` and `tag_fields`; the second form takes
 * the schema and what else differs from the common case. */
#define EVENT(tag, number, stored_name, sentence)                                                  \
    EVENT_WITH(tag, number, stored_name, sentence, SHAPE(tag, sentence), .schema = 1)
#define EVENT_WITH(tag, number, stored_name, sentence, shape_of_tag, ...)                          \
    static const struct shape tag##_shape = shape_of_tag;                                          \
    const struct event_type tag##_event = {                                                        \
        .id = number, .name = stored_name, .shape = &tag##_shape, .doc = sentence, __VA_ARGS__}

static inline enum area event_type_area(const struct event_type *type)
{
    return (enum area)(type->id >> AREA_SHIFT);
}

/* The event types of an area, NULL-ended. */
struct event_area {
    const char *name;
    const struct event_type *const *types;
};

/* Every area, ended by a row without a name. */
extern const struct event_area event_catalog[];

/* The type of a stored name, or NULL. */
const struct event_type *event_type_named(struct text name);

#endif
