/*
 * Tables of the events of forgetting.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/privacy_events.h"

#include "eventlog/record.h"

#include <string.h>

const char *const hold_kind_names[] = {"person", "workspace", "node", "positions", NULL};

static const struct field person_erased_fields[] = {
    {UUID(person_erased, subject_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(person_erased, reason), .tag = 2, .flags = REQUIRED, .max = 500,
     .doc = "Reason that was given."},
    {TEXT(person_erased, rule), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Rule that it was done by: request."},
};
#define ERASED                                                                                        \
    "A person was erased: whatever their keys sealed is forgotten, and read models and indexes drop " \
    "it."
EVENT_WITH(
    person_erased,
    EVT_PERSON_ERASED,
    "privacy.person_erased",
    ERASED,
    SHAPE(person_erased, ERASED),
    .schema = 1,
    .erases = true);

static const struct field hold_placed_fields[] = {
    {UUID(hold_placed, hold_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
    {ENUM(hold_placed, kind, hold_kind_names), .tag = 2, .flags = REQUIRED,
     .doc = "What it is over."},
    {UUID(hold_placed, target_id), .tag = 3, .doc = "Id of the person, workspace or node."},
    {INT64(hold_placed, first_position), .tag = 4, .doc = "First position of a range."},
    {INT64(hold_placed, last_position), .tag = 5, .doc = "Last position of a range, inclusive."},
    {TEXT(hold_placed, reason), .tag = 6, .flags = REQUIRED, .max = 500,
     .doc = "Reason that was given."},
    {UUID(hold_placed, workspace_id), .tag = 7, .doc = "Workspace of the node, as it was then."},
};
EVENT(
    hold_placed,
    EVT_HOLD_PLACED,
    "privacy.hold_placed",
    "A legal hold was placed: nothing is dropped or forgotten of what it is over.");

static const struct field hold_released_fields[] = {
    {UUID(hold_released, hold_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
    {TEXT(hold_released, reason), .tag = 2, .flags = REQUIRED, .max = 500,
     .doc = "Reason that was given."},
};
EVENT(hold_released, EVT_HOLD_RELEASED, "privacy.hold_released", "A legal hold was released.");

static const struct field erasure_refused_fields[] = {
    {UUID(erasure_refused, subject_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(erasure_refused, hold_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the hold that forbids it."},
    {TEXT(erasure_refused, reason), .tag = 3, .flags = REQUIRED, .max = 500,
     .doc = "Reason that was given for erasing the person."},
    {TEXT(erasure_refused, rule), .tag = 4, .flags = REQUIRED, .max = 64,
     .doc = "Rule that it was refused by: hold."},
};
EVENT(
    erasure_refused,
    EVT_ERASURE_REFUSED,
    "privacy.erasure_refused",
    "Erasing a person was refused, because a legal hold is over what would be lost.");

static const struct field origins_dropped_fields[] = {
    {TEXT(origins_dropped, rule), .tag = 1, .flags = REQUIRED, .max = 64,
     .doc = "Rule that it was done by: ORIGIN_RETENTION_DAYS."},
    {ENUM(origins_dropped, actor_kind, actor_kind_names), .tag = 2, .flags = REQUIRED,
     .doc = "Whose origins they are: of persons (user), of all agents, or of all strangers."},
    {TIMESTAMP(origins_dropped, since), .tag = 3, .flags = REQUIRED,
     .doc = "Beginning of the earliest month or day that they are of."},
    {TIMESTAMP(origins_dropped, until), .tag = 4, .flags = REQUIRED, .doc = "End of the last one."},
    {BYTES(origins_dropped, keys), .tag = 5, .flags = REQUIRED,
     .max = MOST_DROPPED_KEYS * EVENT_KEY_BYTES,
     .doc = "Keys that are destroyed: subject and id of each, joined."},
};
static void each_destroyed(const void *event, event_key *each, void *context)
{
    struct bytes keys = ((const struct origins_dropped *)event)->keys;
    struct uuid subject;

    for (size_t at = 0; at + EVENT_KEY_BYTES <= keys.size; at += EVENT_KEY_BYTES) {
        memcpy(subject.bytes, keys.data + at, sizeof(subject.bytes));
        each(subject, keys.data + at + sizeof(subject.bytes), context);
    }
}
static void forgotten(const void *event, struct forgotten_origins *out)
{
    const struct origins_dropped *dropped = event;

    *out = (struct forgotten_origins){
        dropped->actor_kind.is, dropped->since, dropped->until, dropped->keys};
}
#define DROPPED                                                                                    \
    "Where somebody came from was forgotten, because its time is over: read models and indexes "   \
    "drop it."
EVENT_WITH(
    origins_dropped,
    EVT_ORIGINS_DROPPED,
    "privacy.origins_dropped",
    DROPPED,
    SHAPE(origins_dropped, DROPPED),
    .schema = 1,
    .forgotten = forgotten,
    .each_destroyed = each_destroyed);

static const struct field origins_withheld_fields[] = {
    {UUID(origins_withheld, hold_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the hold that keeps them."},
    {TEXT(origins_withheld, rule), .tag = 2, .flags = REQUIRED, .max = 64,
     .doc = "Rule that they were withheld by: hold."},
    {TIMESTAMP(origins_withheld, until), .tag = 3, .flags = REQUIRED,
     .doc = "Time before which they were recorded."},
};
EVENT(
    origins_withheld,
    EVT_ORIGINS_WITHHELD,
    "privacy.origins_withheld",
    "Where people came from was not forgotten in time, because a legal hold is over them.");

const struct event_type *const privacy_event_types[] = {
    &person_erased_event,
    &hold_placed_event,
    &hold_released_event,
    &erasure_refused_event,
    &origins_dropped_event,
    &origins_withheld_event,
    NULL,
};
