/*
 * What must be delivered by mail or message, and how that went.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/notification/outbox.h"

const char *const outbox_kind_names[] = {
    "mail.invitation",
    "mail.password_reset",
    "mail.enrollment",
    "mail.event",
    "telegram.event",
    "mail.channel",
    "webhook",
    "chat",
    NULL};
const char *const outbox_status_names[] = {"pending", "delivered", "dead_letter", "dropped",
                                           "waiting", "digested",  NULL};

static const struct field outbox_row_fields[] = {
    {UUID(outbox_row, id), .flags = REQUIRED, .doc = "Id of the delivery."},
    {ENUM(outbox_row, kind, outbox_kind_names), .flags = REQUIRED,
     .doc = "What is delivered, and how."},
    {UUID(outbox_row, subject_id),
     .doc = "Invitation, password reset or enrollment that it is about."},
    {UUID(outbox_row, user_id), .doc = "Person that it is about."},
    {UUID(outbox_row, workspace_id), .doc = "Workspace that it happened in."},
    {UUID(outbox_row, event_id), .doc = "System event that is delivered."},
    {UUID(outbox_row, channel_id), .doc = "Channel that it goes by."},
    {BOOL(outbox_row, is_critical), .doc = "Whether it waits without heeding quiet hours."},
    {INT64(outbox_row, events), .doc = "Number of events of a digest."},
    {INT64(outbox_row, warnings), .doc = "Number of warnings among them."},
    {INT64(outbox_row, criticals), .doc = "Number of critical ones among them."},
    {LIST_OF(outbox_row, event_ids, KIND_UUID), .doc = "First events of a digest."},
    {TEXT(outbox_row, hostname), .doc = "Host name of the machine that asks to be admitted."},
    {TEXT(outbox_row, requested_by), .doc = "Address in whose name the machine asks."},
    {TIMESTAMP(outbox_row, expires_at), .doc = "Time after which it is not delivered any more."},
    {ENUM(outbox_row, status, outbox_status_names), .flags = REQUIRED,
     .doc = "Status of the delivery."},
    {INT64(outbox_row, attempts), .flags = REQUIRED, .doc = "Number of attempts so far."},
    {TIMESTAMP(outbox_row, next_attempt_at), .doc = "Time of the next attempt."},
    {TEXT(outbox_row, last_error), .doc = "Error of the last attempt."},
    {TIMESTAMP(outbox_row, created_at), .flags = REQUIRED, .doc = "Time the delivery was ordered."},
    {TIMESTAMP(outbox_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
};
const struct shape outbox_row_shape = SHAPE(outbox_row, "A delivery.");

static const struct table_index indexes[] = {
    {.columns = "status, next_attempt_at"},
    {.columns = "status, updated_at, id"},
    {.columns = "next_attempt_at, id", .where = "status = 'pending' and channel_id is null"},
    {.columns = "channel_id, next_attempt_at, id", .where = "status = 'pending'"},
    {.columns = "channel_id, is_critical, next_attempt_at, id", .where = "status = 'waiting'"},
    {.columns = "channel_id, created_at desc, id desc", .where = "channel_id is not null"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .blanks = "requested_by"},
    {.of = "channel_id", .removes = true},
    {.of = NULL},
};

const struct table outbox_table = {
    .name = "outbox",
    .area = "notification",
    .shape = &outbox_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
