/*
 * Showing events.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/recorded_event.h"

#include "api/evidence/timeline_filter.h"

static const struct field event_actor_fields[] = {
    {ENUM(event_actor, kind, actor_kind_names), .flags = REQUIRED, .doc = "Kind of who did it."},
    {UUID(event_actor, id), .doc = "User or node."},
    {UUID(event_actor, session), .doc = "Session that it was done in."},
};
const struct shape event_actor_shape = SHAPE(event_actor, "Who did it.");

static const struct field recorded_event_fields[] = {
    {INT64(recorded_event, position), .flags = REQUIRED, .doc = "Position in the ledger."},
    {UUID(recorded_event, event_id), .flags = REQUIRED, .doc = "Id of the event."},
    {TIMESTAMP(recorded_event, recorded_at), .flags = REQUIRED,
     .doc = "When it was recorded, by the ledger's clock, which never goes back."},
    {TEXT(recorded_event, type), .flags = REQUIRED, .doc = "Type of the event."},
    {ENUM(recorded_event, outcome, outcome_names), .flags = REQUIRED, .doc = "Done, or refused."},
    {UUID(recorded_event, workspace), .doc = "Its workspace; null where it concerns the platform."},
    {OBJECT(recorded_event, actor, event_actor), .flags = REQUIRED, .doc = "Who did it."},
    {UUID(recorded_event, stream), .flags = REQUIRED, .doc = "What it is about."},
    {INT64(recorded_event, revision), .flags = REQUIRED,
     .doc = "Number of the event in its stream."},
    {UUID(recorded_event, command_id), .flags = REQUIRED, .doc = "Id of the order that led to it."},
    {UUID(recorded_event, correlation), .doc = "What it belongs to, as callers and logs say it."},
    {UUID(recorded_event, causation), .doc = "Id of the event that caused it."},
    {BOOL(recorded_event, has_body), .flags = REQUIRED,
     .doc = "Is its body kept? False where it was dropped, on record."},
};
const struct shape recorded_event_shape = SHAPE(recorded_event, "An event on the ledger.");

struct recorded_event recorded_event_of(const struct timeline_event *event, struct arena *arena)
{
    const struct entry *entry = &event->entry;
    struct event_actor *actor = arena_one(arena, struct event_actor);

    *actor = (struct event_actor){{entry->actor_kind}, entry->actor_id, entry->actor_session};
    return (struct recorded_event){
        .position = entry->position,
        .event_id = entry->event_id,
        .recorded_at = entry->recorded_at,
        .type = entry->type,
        .outcome = {entry->outcome},
        .workspace = entry->workspace,
        .actor = actor,
        .stream = entry->stream,
        .revision = entry->revision,
        .command_id = entry->command_id,
        .correlation = entry->correlation,
        .causation = entry->causation,
        .has_body = opt_bool_of(event->has_body),
    };
}
