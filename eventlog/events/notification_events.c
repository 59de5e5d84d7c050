/*
 * Tables of the events of deliveries.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/notification_events.h"

#include "eventlog/events/channel_events.h"

static const struct field delivery_succeeded_fields[] = {
    {UUID(delivery_succeeded, outbox_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the delivery."},
    {UUID(delivery_succeeded, channel_id), .tag = 2, .doc = "Channel that it went by."},
};
EVENT(
    delivery_succeeded,
    EVT_DELIVERY_SUCCEEDED,
    "notification.delivery_succeeded",
    "A mail or message was delivered.");

static const struct field delivery_failed_fields[] = {
    {UUID(delivery_failed, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
    {TEXT(delivery_failed, error), .tag = 2, .flags = REQUIRED, .max = 500,
     .doc = "Error of the attempt, without addresses of people."},
    {BOOL(delivery_failed, is_final), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it is not tried again: a dead letter."},
    {TIMESTAMP(delivery_failed, next_attempt_at), .tag = 4, .doc = "Time of the next attempt."},
    {INT64(delivery_failed, attempts), .tag = 5, .flags = REQUIRED, .min = 1,
     .doc = "Number of attempts so far."},
    {UUID(delivery_failed, channel_id), .tag = 6, .doc = "Channel that it goes by."},
};
EVENT(
    delivery_failed,
    EVT_DELIVERY_FAILED,
    "notification.delivery_failed",
    "An attempt to deliver a mail or message failed.");

static const struct field delivery_requeued_fields[] = {
    {UUID(delivery_requeued, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
};
EVENT(
    delivery_requeued,
    EVT_DELIVERY_REQUEUED,
    "notification.delivery_requeued",
    "A dead letter was queued again.");

static const struct field delivery_dropped_fields[] = {
    {UUID(delivery_dropped, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
};
EVENT(
    delivery_dropped,
    EVT_DELIVERY_DROPPED,
    "notification.delivery_dropped",
    "A dead letter was given up.");

const struct event_type *const notification_event_types[] = {
    &delivery_succeeded_event,   &delivery_failed_event,
    &delivery_requeued_event,    &delivery_dropped_event,
    &channel_created_event,      &channel_changed_event,
    &channel_deleted_event,      &channel_key_rotated_event,
    &channel_switched_off_event, &channel_tested_event,
    &channel_quieted_event,      &digest_made_event,
    &notification_tested_event,  NULL,
};
