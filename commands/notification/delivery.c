/*
 * Folding what becomes of deliveries, and asking for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"

#include "commands/notification/channel.h"
#include "eventlog/events/channel_events.h"
#include "eventlog/events/notification_events.h"

static const char *const status_names[] = {"pending", "delivered", "dead_letter", "dropped", NULL};

static const struct field delivery_fields[] = {
    {ENUM(delivery, status, status_names), .tag = 1, .doc = "Status of the delivery."},
    {INT64(delivery, attempts), .tag = 2, .doc = "Number of attempts so far."},
};
static const struct shape delivery_shape = SHAPE(delivery, "State of a delivery.");
const struct aggregate delivery_aggregate = {STATE_DELIVERY, "delivery", &delivery_shape};

static void
store(struct fold *fold, const struct record *record, enum delivery_status status, int64_t attempts)
{
    const struct delivery delivery = {{(int64_t)status}, attempts};

    model_store(fold->model, &delivery_aggregate, record->entry.stream, &delivery);
}

static void on_failed(struct fold *fold, const struct record *record)
{
    const struct delivery_failed *failed = record->event;

    store(
        fold, record, opt_bool_is_true(failed->is_final) ? DELIVERY_DEAD : DELIVERY_PENDING,
        failed->attempts);
}

void notification_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum notification_event)record->type->id) {
    case EVT_DELIVERY_SUCCEEDED:
        store(fold, record, DELIVERY_DELIVERED, 0);
        channel_evolve(fold, record);
        break;
    case EVT_DELIVERY_FAILED:
        on_failed(fold, record);
        channel_evolve(fold, record);
        break;
    case EVT_DELIVERY_REQUEUED:
        store(fold, record, DELIVERY_PENDING, 0);
        break;
    case EVT_DELIVERY_DROPPED:
        store(fold, record, DELIVERY_DROPPED, 0);
        break;
    case EVT_CHANNEL_CREATED:
    case EVT_CHANNEL_CHANGED:
    case EVT_CHANNEL_DELETED:
    case EVT_CHANNEL_KEY_ROTATED:
    case EVT_CHANNEL_SWITCHED_OFF:
    case EVT_CHANNEL_TESTED:
    case EVT_CHANNEL_QUIETED:
    case EVT_DIGEST_MADE:
    case EVT_NOTIFICATION_TESTED:
        channel_evolve(fold, record);
        break;
    }
}

struct delivery delivery_of(const struct decision *decision, struct uuid outbox_id)
{
    struct delivery delivery;

    if (!model_load(decision->model, &delivery_aggregate, outbox_id, decision->arena, &delivery))
        return (struct delivery){{DELIVERY_PENDING}, 0};
    return delivery;
}
