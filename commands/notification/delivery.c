/*
 * Folding what becomes of deliveries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"

#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"

static const char *const status_names[] = {"pending", "delivered", "dead_letter", "dropped", NULL};

static const struct field delivery_fields[] = {
    {ENUM(delivery, status, status_names), .tag = 1, .doc = "How it stands."},
    {INT64(delivery, attempts), .tag = 2, .doc = "How often it was tried."},
};
static const struct shape delivery_shape = SHAPE(delivery, "What deciding knows of a delivery.");
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
        break;
    case EVT_DELIVERY_FAILED:
        on_failed(fold, record);
        break;
    case EVT_DELIVERY_REQUEUED:
        store(fold, record, DELIVERY_PENDING, 0);
        break;
    case EVT_DELIVERY_DROPPED:
        store(fold, record, DELIVERY_DROPPED, 0);
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

enum status deliveries_must_be_dead(
    const struct decision *decision, const struct list *outbox_ids, struct error *error)
{
    const struct uuid *ids = outbox_ids->items;

    if (outbox_ids->count == 0)
        return decision_refuse(error, &refused_no_dead_letter_named);
    for (size_t i = 0; i < outbox_ids->count; i++) {
        if (delivery_of(decision, ids[i]).status.is != DELIVERY_DEAD)
            return decision_refuse(error, &refused_no_dead_letter);
    }
    return STATUS_OK;
}

bool delivery_is_among(const struct uuid *outbox_ids, size_t count, struct uuid outbox_id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(outbox_ids[i], outbox_id))
            return true;
    }
    return false;
}
