/*
 * What must be delivered by mail or message, and how that went.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_NOTIFICATION_OUTBOX_H
#define MIGRATIONS_NOTIFICATION_OUTBOX_H

#include "core/db/table.h"

enum outbox_kind {
    OUTBOX_MAIL_INVITATION = 1,
    OUTBOX_MAIL_RESET,
    OUTBOX_MAIL_ENROLLMENT,
    OUTBOX_MAIL_EVENT,
    OUTBOX_TELEGRAM_EVENT,
    OUTBOX_MAIL_CHANNEL,
    OUTBOX_WEBHOOK,
    OUTBOX_CHAT
};
extern const char *const outbox_kind_names[];

/* One that waits becomes part of a digest, which is a row of its own. */
enum outbox_status {
    OUTBOX_PENDING = 1,
    OUTBOX_DELIVERED,
    OUTBOX_DEAD_LETTER,
    OUTBOX_DROPPED,
    OUTBOX_WAITING,
    OUTBOX_DIGESTED
};
extern const char *const outbox_status_names[];

struct outbox_row {
    struct uuid id;
    struct enum_value kind;
    struct uuid subject_id;
    struct uuid user_id;
    struct uuid workspace_id;
    struct uuid event_id;
    struct uuid channel_id;
    struct opt_bool is_critical;
    int64_t events;
    int64_t warnings;
    int64_t criticals;
    struct list event_ids;
    struct text hostname;
    struct text requested_by;
    struct timestamp expires_at;
    struct enum_value status;
    int64_t attempts;
    struct timestamp next_attempt_at;
    struct text last_error;
    struct timestamp created_at;
    struct timestamp updated_at;
};
extern const struct shape outbox_row_shape;
extern const struct table outbox_table;

#endif
