/*
 * Channels, which system events of a workspace, or of the platform and its workspaces, are told to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/notification/channels.h"

#include "eventlog/events/workspace_events.h"

static const struct field channel_row_fields[] = {
    {UUID(channel_row, id), .flags = REQUIRED, .doc = "Id of the channel."},
    {UUID(channel_row, workspace_id), .flags = OMIT_ABSENT,
     .doc = "Workspace that the channel belongs to; absent: it is the platform's."},
    {LIST_OF(channel_row, workspace_ids, KIND_UUID), .flags = OMIT_ABSENT,
     .doc = "Of the platform's: workspaces whose events it tells; any when absent."},
    {TEXT(channel_row, name), .flags = REQUIRED, .doc = "Name of the channel."},
    {ENUM(channel_row, kind, channel_kind_names), .flags = REQUIRED, .doc = "How it tells."},
    {TEXT(channel_row, host), .flags = OMIT_ABSENT,
     .doc = "Scheme, host and port of its address, which is not shown."},
    {LIST_OF(channel_row, user_ids, KIND_UUID), .flags = OMIT_ABSENT,
     .doc = "Members of the workspace, or platform admins, that are mailed to."},
    {BOOL(channel_row, is_enabled), .flags = REQUIRED, .doc = "Whether it tells anything."},
    {ENUMS(channel_row, severities, severity_names), .flags = OMIT_ABSENT,
     .doc = "Severities of the events that it tells; all when absent."},
    {LIST_OF(channel_row, types, KIND_TEXT), .flags = OMIT_ABSENT,
     .doc = "Types of the events that it tells, or families of them; all when absent."},
    {TEXT(channel_row, selector), .flags = OMIT_ABSENT,
     .doc = "Condition on the labels of an event's node."},
    {OBJECT(channel_row, quiet_hours, quiet_hours), .flags = OMIT_ABSENT,
     .doc = "Hours in which only what is critical is told."},
    {INT64(channel_row, digest_seconds), .flags = REQUIRED,
     .doc = "Seconds that an event waits for others, to be told with them; 0 for none."},
    {TEXT(channel_row, text), .flags = OMIT_ABSENT, .doc = "What is said of an event in a chat."},
    {BYTES(channel_row, url_box), .flags = HIDDEN,
     .doc = "Its address, sealed as in the event that set it."},
    {UUID(channel_row, url_event_id), .flags = HIDDEN,
     .doc = "Event that set the address, which its box is bound to."},
    {UUID(channel_row, key_id), .flags = HIDDEN, .doc = "What the key of a webhook is made of."},
    {UUID(channel_row, former_key_id), .flags = HIDDEN, .doc = "What its former key is made of."},
    {TIMESTAMP(channel_row, former_key_until), .flags = OMIT_ABSENT,
     .doc = "Time until which the former key signs too."},
    {TIMESTAMP(channel_row, quiet_until), .flags = HIDDEN,
     .doc = "End of the quiet hours in which something waits."},
    {TIMESTAMP(channel_row, switched_off_at), .flags = OMIT_ABSENT,
     .doc = "Time it was switched off because it took nothing for long."},
    {TEXT(channel_row, switched_off_reason), .flags = OMIT_ABSENT,
     .doc = "Error of the last attempt before that."},
    {UUID(channel_row, created_by_user_id), .doc = "Person who created it."},
    {UUID(channel_row, updated_by_user_id), .doc = "Person who changed it last."},
    {TIMESTAMP(channel_row, created_at), .flags = REQUIRED, .doc = "Time the channel was set up."},
    {TIMESTAMP(channel_row, updated_at), .flags = REQUIRED,
     .doc = "Time somebody changed it last."},
    {INT64(channel_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape channel_row_shape =
    SHAPE(channel_row, "A channel, which system events are told to.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at desc, id desc"},
    {.columns = NULL},
};

const struct table channels_table = {
    .name = "channels",
    .area = "notification",
    .shape = &channel_row_shape,
    .indexes = indexes,
};

static const struct field channel_list_row_fields[] = {
    {UUID(channel_list_row, id), .flags = REQUIRED,
     .doc = "Id of the workspace, or the platform's."},
    {LIST_OF(channel_list_row, channel_ids, KIND_UUID), .flags = REQUIRED,
     .doc = "Channels that its events may be told to."},
};
static const struct shape channel_list_row_shape =
    SHAPE(channel_list_row, "The channels of a workspace, or of the platform.");

const struct table channel_lists_table = {
    .name = "channel_lists",
    .area = "notification",
    .shape = &channel_list_row_shape,
};

struct uuid channels_list_id(struct uuid workspace_id)
{
    static const struct uuid of_platform = {{[6] = 0x80, [8] = 0x80, [15] = 1}};

    return uuid_is_present(workspace_id) ? workspace_id : of_platform;
}
