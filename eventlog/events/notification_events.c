/*
 * Tables of the events of deliveries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/notification_events.h"

static const struct field delivery_succeeded_fields[] = {
    {UUID(delivery_succeeded, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "The delivery."},
};
EVENT(
    delivery_succeeded,
    EVT_DELIVERY_SUCCEEDED,
    "notification.delivery_succeeded",
    "A mail or message was taken by the other side.");

static const struct field delivery_failed_fields[] = {
    {UUID(delivery_failed, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "The delivery."},
    {TEXT(delivery_failed, error), .tag = 2, .flags = REQUIRED, .max = 500,
     .doc = "What went wrong, without addresses of people."},
    {BOOL(delivery_failed, is_final), .tag = 3, .flags = REQUIRED,
     .doc = "Is it a dead letter now?"},
    {TIMESTAMP(delivery_failed, next_attempt_at), .tag = 4, .doc = "When it is tried again."},
    {INT64(delivery_failed, attempts), .tag = 5, .flags = REQUIRED, .min = 1,
     .doc = "How often it was tried by now."},
};
EVENT(
    delivery_failed,
    EVT_DELIVERY_FAILED,
    "notification.delivery_failed",
    "A mail or message could not be delivered.");

static const struct field delivery_requeued_fields[] = {
    {UUID(delivery_requeued, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "The delivery."},
};
EVENT(
    delivery_requeued,
    EVT_DELIVERY_REQUEUED,
    "notification.delivery_requeued",
    "A dead letter is to be tried again from the start.");

static const struct field delivery_dropped_fields[] = {
    {UUID(delivery_dropped, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "The delivery."},
};
EVENT(
    delivery_dropped,
    EVT_DELIVERY_DROPPED,
    "notification.delivery_dropped",
    "A dead letter was given up for good.");

const struct event_type *const notification_event_types[] = {
    &delivery_succeeded_event,
    &delivery_failed_event,
    &delivery_requeued_event,
    &delivery_dropped_event,
    NULL,
};
