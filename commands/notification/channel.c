/*
 * Folding what happens to channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"

#include "eventlog/events/notification_events.h"

const struct aggregate channel_aggregate = {STATE_CHANNEL, "channel", &channel_definition_shape};

static const struct field channel_health_fields[] = {
    {TIMESTAMP(channel_health, failing_since), .tag = 1, .flags = REQUIRED,
     .doc = "Time of the first of its failures in a row."},
    {INT64(channel_health, failures), .tag = 2, .flags = REQUIRED,
     .doc = "Number of failures in a row."},
};
static const struct shape channel_health_shape =
    SHAPE(channel_health, "How a channel fares that takes nothing.");
const struct aggregate channel_health_aggregate = {
    STATE_CHANNEL_HEALTH, "channel_health", &channel_health_shape};

/* Whatever is set up anew is tried anew. */
static void store(struct fold *fold, const struct channel_definition *definition)
{
    model_link(
        fold->model, LINK_WORKSPACE_CHANNEL, definition->workspace_id, definition->channel_id, 0);
    model_store(fold->model, &channel_aggregate, definition->channel_id, definition);
    model_remove(fold->model, &channel_health_aggregate, definition->channel_id);
}

static void on_deleted(struct fold *fold, const struct channel_deleted *deleted)
{
    model_unlink(fold->model, LINK_WORKSPACE_CHANNEL, deleted->workspace_id, deleted->channel_id);
    model_remove(fold->model, &channel_aggregate, deleted->channel_id);
    model_remove(fold->model, &channel_health_aggregate, deleted->channel_id);
}

static void on_rotated(struct fold *fold, const struct channel_key_rotated *rotated)
{
    struct channel_definition channel;

    if (!model_load(fold->model, &channel_aggregate, rotated->channel_id, fold->arena, &channel))
        return;
    channel.key_id = rotated->key_id;
    model_store(fold->model, &channel_aggregate, rotated->channel_id, &channel);
}

static void on_switched_off(struct fold *fold, const struct channel_switched_off *off)
{
    struct channel_definition channel;

    if (!model_load(fold->model, &channel_aggregate, off->channel_id, fold->arena, &channel))
        return;
    channel.is_enabled = OPT_FALSE;
    model_store(fold->model, &channel_aggregate, off->channel_id, &channel);
}

static void on_succeeded(struct fold *fold, const struct delivery_succeeded *succeeded)
{
    if (uuid_is_present(succeeded->channel_id))
        model_remove(fold->model, &channel_health_aggregate, succeeded->channel_id);
}

/* Of one that is gone nothing is kept. */
static void
on_failed(struct fold *fold, const struct delivery_failed *failed, struct timestamp recorded_at)
{
    struct channel_definition channel;
    struct channel_health health;

    if (!uuid_is_present(failed->channel_id) ||
        !model_load(fold->model, &channel_aggregate, failed->channel_id, fold->arena, &channel))
        return;
    if (!model_load(
            fold->model, &channel_health_aggregate, failed->channel_id, fold->arena, &health))
        health = (struct channel_health){recorded_at, 0};
    health.failures++;
    model_store(fold->model, &channel_health_aggregate, failed->channel_id, &health);
}

void channel_evolve(struct fold *fold, const struct record *record)
{
    const void *event = record->event;

    switch ((enum notification_event)record->type->id) {
    case EVT_CHANNEL_CREATED:
        store(fold, &((const struct channel_created *)event)->definition);
        break;
    case EVT_CHANNEL_CHANGED:
        store(fold, &((const struct channel_changed *)event)->definition);
        break;
    case EVT_CHANNEL_DELETED:
        on_deleted(fold, event);
        break;
    case EVT_CHANNEL_KEY_ROTATED:
        on_rotated(fold, event);
        break;
    case EVT_CHANNEL_SWITCHED_OFF:
        on_switched_off(fold, event);
        break;
    case EVT_DELIVERY_SUCCEEDED:
        on_succeeded(fold, event);
        break;
    case EVT_DELIVERY_FAILED:
        on_failed(fold, event, record->entry.recorded_at);
        break;
    case EVT_DELIVERY_REQUEUED:
    case EVT_DELIVERY_DROPPED:
    case EVT_CHANNEL_TESTED:
    case EVT_CHANNEL_QUIETED:
    case EVT_DIGEST_MADE:
    case EVT_NOTIFICATION_TESTED:
        break;
    }
}
