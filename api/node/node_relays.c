/*
 * What agents are told of their nodes at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/relay.h"
#include "eventlog/events/node_events.h"

struct wanted_root_access {
    struct enum_value profile;
    struct timestamp updated_at;
};
static const struct field wanted_root_access_fields[] = {
    {ENUM(wanted_root_access, profile, root_profile_names), .flags = REQUIRED,
     .doc = "Root access profile that is wanted."},
    {TIMESTAMP(wanted_root_access, updated_at), .doc = "Time it was set."},
};
static const struct shape wanted_root_access_shape =
    SHAPE(wanted_root_access, "The root access that an agent is to apply.");

struct root_access_order {
    struct text type;
    const struct wanted_root_access *root_access;
};
static const struct field root_access_order_fields[] = {
    {TEXT(root_access_order, type), .flags = REQUIRED, .doc = "Name of the message."},
    {OBJECT(root_access_order, root_access, wanted_root_access), .flags = REQUIRED,
     .doc = "What is wanted."},
};
static const struct shape root_access_order_shape =
    SHAPE(root_access_order, "Another root access profile is wanted.");

static bool fill_root_access(const struct relay_context *context, void *payload)
{
    const struct node_root_access_wanted *event = context->record->event;
    struct wanted_root_access *wanted = arena_one(context->arena, struct wanted_root_access);
    struct root_access_order *told = payload;

    wanted->profile = event->profile;
    wanted->updated_at = context->record->entry.recorded_at;
    told->type = text_lit("root-access.updated");
    told->root_access = wanted;
    return true;
}

const struct relay node_relays[] = {
    {.after = &node_root_access_wanted_event,
     .namespace = "/agent-realtime",
     .name = "root-access.updated",
     .doc = "Another root access profile is wanted of the node.",
     .shape = &root_access_order_shape,
     .fill = fill_root_access,
     .kind = ROOM_AGENT},
    {.name = NULL},
};
