/*
 * Naming events in answers about access.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_event.h"

#include "api/call.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/ledger_read.h"

static const struct field access_event_fields[] = {
    {INT64(access_event, position), .flags = REQUIRED, .doc = "Position in the ledger."},
    {UUID(access_event, event_id), .flags = REQUIRED, .doc = "Id of the event."},
    {TEXT(access_event, type), .flags = REQUIRED, .doc = "Type of the event."},
    {TIMESTAMP(access_event, recorded_at), .flags = REQUIRED, .doc = "When it was recorded."},
    {OBJECT(access_event, actor, event_actor), .flags = REQUIRED, .doc = "Who did it."},
    {UUID(access_event, provider_id), .flags = OMIT_ABSENT,
     .doc =
         "Id of the provider by whose rules an account was changed; omitted where somebody did."},
};
const struct shape access_event_shape = SHAPE(access_event, "The event that says so.");

static struct uuid provider_of(const struct record *record)
{
    if (record->type != &user_updated_event)
        return UUID_NONE;
    return ((const struct user_updated *)record->event)->provider_id;
}

enum status access_event_at(
    struct call *call,
    const struct access_shown *shown,
    int64_t position,
    const struct access_event **out,
    struct error *error)
{
    struct access_event *event = arena_one(call->arena, struct access_event);
    struct event_actor *actor = arena_one(call->arena, struct event_actor);
    struct record record;
    enum status status;

    *out = NULL;
    if (position == INT64_ABSENT)
        return STATUS_OK;
    status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)position}, call->arena, &record, error);
    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(shown->workspace) && !uuid_equal(shown->workspace, record.entry.workspace))
        return STATUS_OK;
    *actor = (struct event_actor){
        .kind = {record.entry.actor_kind},
        .id = record.entry.actor_id,
        .session = shown->is_own ? UUID_NONE : record.entry.actor_session,
    };
    *event = (struct access_event){
        .position = position,
        .event_id = record.entry.event_id,
        .type = record.entry.type,
        .recorded_at = record.entry.recorded_at,
        .actor = actor,
        .provider_id = provider_of(&record),
    };
    *out = event;
    return STATUS_OK;
}
