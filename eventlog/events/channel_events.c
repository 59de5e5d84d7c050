/*
 * Tables of the events of channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/channel_events.h"

#include "eventlog/events/notification_events.h"
#include "eventlog/events/workspace_events.h"

const char *const channel_kind_names[] = {"webhook", "chat", "mail", NULL};
const char *const notification_way_names[] = {"email", "telegram", NULL};

enum channel_placeholder channel_placeholder_of(struct text name)
{
    static const char *const names[] = {"type",      "severity", "message", "node",
                                        "workspace", "time",     NULL};

    return (enum channel_placeholder)enum_from(names, name).is;
}

static const struct field quiet_hours_fields[] = {
    {TEXT(quiet_hours, from), .tag = 1, .flags = ONE_LINE | REQUIRED, .max = 5,
     .doc = "Time of day at which they begin: 22:00."},
    {TEXT(quiet_hours, to), .tag = 2, .flags = ONE_LINE | REQUIRED, .max = 5,
     .doc = "Time of day at which they end: 07:00."},
    {TEXT(quiet_hours, timezone), .tag = 3, .flags = ONE_LINE | REQUIRED, .max = 80,
     .doc = "IANA time zone of both."},
};
const struct shape quiet_hours_shape = SHAPE(
    quiet_hours, "Hours in which only what is critical is told; the rest waits for their end.");

const struct shape quiet_hours_order_shape = {
    .name = "quiet_hours_order",
    .doc = "Hours in which only what is critical is told; the rest waits for their end.",
    .fields = quiet_hours_fields,
    .count = COUNT_OF(quiet_hours_fields),
    .size = sizeof(struct quiet_hours),
};

/* A definition stands first in each struct that has one. */
#define DEFINITION                                                                                 \
    {UUID(channel_definition, channel_id), .tag = 1, .flags = REQUIRED,                            \
     .doc = "Id of the channel."},                                                                 \
        {UUID(channel_definition, workspace_id), .tag = 2, .flags = REQUIRED,                      \
         .doc = "Workspace that the channel belongs to; the installation, if it is the "           \
                "platform's."},                                                                    \
        {TEXT(channel_definition, name), .tag = 3, .flags = REQUIRED, .max = CHANNEL_LONGEST_NAME, \
         .doc = "Name of the channel."},                                                           \
        {ENUM(channel_definition, kind, channel_kind_names), .tag = 4, .flags = REQUIRED,          \
         .doc = "How it tells."},                                                                  \
        {TEXT(channel_definition, host), .tag = 5, .max = CHANNEL_LONGEST_URL,                     \
         .doc = "Scheme, host and port of its address."},                                          \
        {LIST_OF(channel_definition, user_ids, KIND_UUID), .tag = 6, .max = CHANNEL_MOST_PEOPLE,   \
         .doc = "People that it mails to."},                                                       \
        {BOOL(channel_definition, is_enabled), .tag = 7, .flags = REQUIRED,                        \
         .doc = "Whether it tells anything."},                                                     \
        {ENUMS(channel_definition, severities, severity_names), .tag = 8,                          \
         .doc = "Severities of the events that it tells; all when absent."},                       \
        {LIST_OF(channel_definition, types, KIND_TEXT), .tag = 9, .max = CHANNEL_MOST_TYPES,       \
         .doc =                                                                                    \
             "Types of the events that it tells, or families of them (task.*); all when absent."}, \
        {TEXT(channel_definition, selector), .tag = 10,                                            \
         .doc = "Condition on the labels of an event's node; absent: there is none."},             \
        {OBJECT(channel_definition, quiet_hours, quiet_hours), .tag = 11,                          \
         .doc = "Hours in which only what is critical is told."},                                  \
        {INT64(channel_definition, digest_seconds), .tag = 12, .flags = REQUIRED,                  \
         .max = CHANNEL_LONGEST_DIGEST_S,                                                          \
         .doc = "Seconds that an event waits for others, to be told with them; 0 for none."},      \
        {TEXT(channel_definition, text), .tag = 13, .max = CHANNEL_LONGEST_TEXT,                   \
         .doc = "What is said in a chat, with placeholders."},                                     \
        {LIST_OF(channel_definition, workspace_ids, KIND_UUID), .tag = 15,                         \
         .max = CHANNEL_MOST_WORKSPACES,                                                           \
         .doc = "Of the platform's: workspaces whose events it tells; any when absent."},          \
    {                                                                                              \
        UUID(channel_definition, key_id), .tag = 14,                                               \
                                          .doc = "What the key of a webhook is made of."           \
    }

static const struct field channel_definition_fields[] = {DEFINITION};
const struct shape channel_definition_shape = SHAPE(channel_definition, "All of a channel.");

/* The definition, and the address. */
#define DEFINED(of, sentence) SHAPE_WITH(of, sentence, .subject_tag = 2)

static const struct field channel_created_fields[] = {
    DEFINITION,
    {PERSONAL(channel_created, url), .tag = CHANNEL_URL_TAG, .flags = SECRET,
     .max = CHANNEL_LONGEST_URL, .doc = "Its address; absent of a mail."},
};
EVENT_WITH(
    channel_created,
    EVT_CHANNEL_CREATED,
    "notification.channel_created",
    "A channel was set up, which system events of a workspace are told to.",
    DEFINED(
        channel_created, "A channel was set up, which system events of a workspace are told to."),
    .schema = 1);

static const struct field channel_changed_fields[] = {
    DEFINITION,
    {PERSONAL(channel_changed, url), .tag = CHANNEL_URL_TAG, .flags = SECRET,
     .max = CHANNEL_LONGEST_URL, .doc = "Its address; absent when unchanged."},
};
EVENT_WITH(
    channel_changed,
    EVT_CHANNEL_CHANGED,
    "notification.channel_changed",
    "A channel is another one from now on: this.",
    DEFINED(channel_changed, "A channel is another one from now on: this."),
    .schema = 1);

static const struct field channel_deleted_fields[] = {
    {UUID(channel_deleted, channel_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the channel."},
    {UUID(channel_deleted, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the channel belonged to."},
    {BOOL(channel_deleted, is_consequence), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
};
EVENT(
    channel_deleted, EVT_CHANNEL_DELETED, "notification.channel_deleted", "A channel was deleted.");

static const struct field channel_key_rotated_fields[] = {
    {UUID(channel_key_rotated, channel_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the channel."},
    {UUID(channel_key_rotated, key_id), .tag = 2, .flags = REQUIRED,
     .doc = "What the new key is made of."},
    {TIMESTAMP(channel_key_rotated, former_until), .tag = 3, .flags = REQUIRED,
     .doc = "Time until which the former key signs too."},
};
EVENT(
    channel_key_rotated,
    EVT_CHANNEL_KEY_ROTATED,
    "notification.channel_key_rotated",
    "A webhook got a new key.");

static const struct field channel_switched_off_fields[] = {
    {UUID(channel_switched_off, channel_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the channel."},
    {UUID(channel_switched_off, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the channel belongs to."},
    {TEXT(channel_switched_off, name), .tag = 3, .flags = REQUIRED, .max = CHANNEL_LONGEST_NAME,
     .doc = "Name of the channel."},
    {TIMESTAMP(channel_switched_off, failing_since), .tag = 4, .flags = REQUIRED,
     .doc = "Time of the first of its failures in a row."},
    {INT64(channel_switched_off, failures), .tag = 5, .flags = REQUIRED,
     .doc = "Number of failures in a row."},
    {TEXT(channel_switched_off, error), .tag = 6, .flags = REQUIRED, .max = 500,
     .doc = "Error of the last attempt."},
};
EVENT(
    channel_switched_off,
    EVT_CHANNEL_SWITCHED_OFF,
    "notification.channel_switched_off",
    "A channel took nothing for long and was switched off.");

static const struct field channel_tested_fields[] = {
    {UUID(channel_tested, channel_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the channel."},
    {UUID(channel_tested, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the channel belongs to."},
};
EVENT(
    channel_tested,
    EVT_CHANNEL_TESTED,
    "notification.channel_tested",
    "A test message was asked for.");

static const struct field channel_quieted_fields[] = {
    {UUID(channel_quieted, channel_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the channel."},
    {TIMESTAMP(channel_quieted, until), .tag = 2, .flags = REQUIRED,
     .doc = "Time at which its quiet hours end."},
};
EVENT(
    channel_quieted,
    EVT_CHANNEL_QUIETED,
    "notification.channel_quieted",
    "Something to tell waits for the end of a channel's quiet hours.");

static const struct field digest_made_fields[] = {
    {UUID(digest_made, digest_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the digest, which is a delivery."},
    {UUID(digest_made, channel_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the channel."},
    {UUID(digest_made, workspace_id), .tag = 3, .flags = REQUIRED,
     .doc = "Workspace of the events."},
    {LIST_OF(digest_made, delivery_ids, KIND_UUID), .tag = 4, .flags = REQUIRED,
     .max = DIGEST_MOST_DELIVERIES, .doc = "Deliveries that become this one."},
    {LIST_OF(digest_made, event_ids, KIND_UUID), .tag = 5, .flags = REQUIRED,
     .max = DIGEST_MOST_SHOWN, .doc = "First events, which are shown one by one."},
    {INT64(digest_made, events), .tag = 6, .flags = REQUIRED, .doc = "Number of events."},
    {INT64(digest_made, warnings), .tag = 7, .flags = REQUIRED, .doc = "Number of warnings."},
    {INT64(digest_made, criticals), .tag = 8, .flags = REQUIRED,
     .doc = "Number of critical events."},
};
EVENT(
    digest_made, EVT_DIGEST_MADE, "notification.digest_made", "Deliveries that waited became one.");

static const struct field notification_tested_fields[] = {
    {UUID(notification_tested, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Workspace whose notifications are tried."},
    {ENUM(notification_tested, channel, notification_way_names), .tag = 2, .flags = REQUIRED,
     .doc = "Which of them."},
    {UUID(notification_tested, user_id), .tag = 3, .flags = REQUIRED,
     .doc = "Person who asks, and gets the mail."},
};
EVENT(
    notification_tested,
    EVT_NOTIFICATION_TESTED,
    "notification.tested",
    "A test message by mail or Telegram was asked for.");
