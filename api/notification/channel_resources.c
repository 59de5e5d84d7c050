/*
 * Channels. The address of none is shown, and the key of a webhook only to whoever has just made it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/notification/channel_resources.h"

#include "api/call.h"
#include "api/webhook_key.h"
#include "migrations/notification/channels.h"
#include "migrations/notification/outbox.h"

#define CHANNELS                                                                                   \
    .table = &channels_table, .id_parameter = "channel_id", .missing = "Channel %s was not found"
#define OF_WORKSPACE CHANNELS, .scope = SCOPE_WORKSPACE
#define OF_PLATFORM  CHANNELS, .scope = SCOPE_PLATFORM, .where = "channels.workspace_id is null"
#define LISTED       .order = {{"created_at", true}, {"id", true}}, .limit = {.usual = 100, .most = 100}

const struct resource channel_resource = {.name = "channels", OF_WORKSPACE, LISTED};
const struct resource platform_channel_resource = {
    .name = "channels of the platform", OF_PLATFORM, LISTED};

struct keyed_channel {
    struct channel_row row;
    struct text key;
};
static const struct field keyed_channel_fields[] = {
    {TEXT(keyed_channel, key), .flags = OMIT_ABSENT,
     .doc =
         "Key that what is sent is signed with, whsec_ and Base64; of a webhook. It is shown once."},
};
static const struct shape keyed_channel_shape =
    SHAPE_WITH(keyed_channel, "A channel and its key.", .base = &channel_row_shape);

static const struct view_column keyed_columns[] = {
    {"key", "null::text"},
    {NULL, NULL},
};

static enum status fill_keys(struct call *call, void *rows, size_t count, struct error *error)
{
    struct keyed_channel *channels = rows;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (uuid_is_present(channels[i].row.key_id))
            status = webhook_key_show(
                call->services->keyring, channels[i].row.key_id, call->arena, &channels[i].key,
                error);
    }
    return status;
}

#define KEYED .view = &keyed_channel_shape, .columns = keyed_columns, .fill_live = fill_keys

const struct resource keyed_channel_resource = {.name = "channels with keys", OF_WORKSPACE, KEYED};
const struct resource keyed_platform_channel_resource = {
    .name = "channels of the platform with keys", OF_PLATFORM, KEYED};

struct channel_delivery {
    struct uuid id;
    struct uuid channel_id;
    struct uuid event_id;
    int64_t events;
    struct enum_value status;
    int64_t attempts;
    struct timestamp next_attempt_at;
    struct text last_error;
    struct timestamp created_at;
    struct timestamp updated_at;
};
static const struct field channel_delivery_fields[] = {
    {UUID(channel_delivery, id), .flags = REQUIRED, .doc = "Id of the delivery."},
    {UUID(channel_delivery, channel_id), .flags = REQUIRED, .doc = "Channel that it goes by."},
    {UUID(channel_delivery, event_id), .flags = OMIT_ABSENT,
     .doc = "System event that it tells; absent of a digest, and of a test."},
    {INT64(channel_delivery, events), .flags = OMIT_ABSENT,
     .doc = "Number of events that it tells as a digest."},
    {ENUM(channel_delivery, status, outbox_status_names), .flags = REQUIRED,
     .doc = "Status of the delivery."},
    {INT64(channel_delivery, attempts), .flags = REQUIRED, .doc = "Number of attempts so far."},
    {TIMESTAMP(channel_delivery, next_attempt_at), .flags = OMIT_ABSENT,
     .doc = "Time of the next attempt."},
    {TEXT(channel_delivery, last_error), .flags = OMIT_ABSENT,
     .doc = "What went wrong in the last attempt, and what the receiver said."},
    {TIMESTAMP(channel_delivery, created_at), .flags = REQUIRED,
     .doc = "Time the delivery was ordered."},
    {TIMESTAMP(channel_delivery, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
};
static const struct shape channel_delivery_shape =
    SHAPE(channel_delivery, "Something that a channel tells.");

#define DELIVERIES                                                                                 \
    .table = &outbox_table, .view = &channel_delivery_shape, .scope = SCOPE_PARENT,                \
    .scope_column = "channel_id", .id_parameter = "delivery_id",                                   \
    .missing = "Delivery %s was not found", .order = {{"created_at", true}, {"id", true}},         \
    .limit = {.usual = 50, .most = 100}

const struct resource channel_delivery_resource = {
    .name = "channel_deliveries", DELIVERIES, .parent = &channel_resource};
const struct resource platform_channel_delivery_resource = {
    .name = "channel_deliveries of the platform", DELIVERIES, .parent = &platform_channel_resource};
