/*
 * The sender's statements.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/due.h"

#include "eventlog/events/workspace_events.h"

static const struct field due_fields[] = {
    {UUID(due, id), .doc = "Id of the delivery."},
    {UUID(due, event_id), .doc = "Id of the event that is told."},
    {ENUM(due, kind, outbox_kind_names), .doc = "Type of the mail or message."},
    {UUID(due, subject_id), .doc = "Id of the invitation, reset request or enrollment."},
    {UUID(due, workspace_id), .doc = "Workspace of the event."},
    {UUID(due, user_id), .doc = "Id of the person that it is about."},
    {TEXT(due, hostname), .doc = "Host name of the machine that asks to be enrolled."},
    {TEXT(due, requested_by), .doc = "Email address that the machine gave."},
    {TIMESTAMP(due, expires_at), .doc = "Time after which delivering it is pointless."},
    {TIMESTAMP(due, next_attempt_at), .doc = "Time it was due."},
    {TEXT(due, email), .doc = "Email address of the person."},
    {TEXT(due, name), .doc = "Display name of the person."},
    {TEXT(due, workspace_name), .doc = "Name of the workspace."},
    {BYTES(due, bot_token_box), .doc = "Token of the workspace's Telegram bot, sealed."},
    {UUID(due, bot_token_event_id), .doc = "Event that the box is bound to."},
    {TEXT(due, chat_id), .doc = "Telegram chat that the bot writes to."},
    {TEXT(due, event_type), .doc = "Type of the event."},
    {ENUM(due, severity, severity_names), .doc = "Severity of the event."},
    {TEXT(due, message), .doc = "Message of the event."},
    {TIMESTAMP(due, detected_at), .doc = "Time of the event."},
    {UUID(due, node_id), .doc = "Id of the node."},
    {TEXT(due, node_name), .doc = "Name of the node."},
};
static const struct shape due_shape = SHAPE(due, "A delivery that is due.");

static const struct field at_timestamp_fields[] = {
    {TIMESTAMP(at_timestamp, now), .doc = "The present time."},
};
static const struct shape at_timestamp_shape = SHAPE(at_timestamp, "A point in time.");

const struct sql due_sql = {
    .name = "outbox_due",
    .params = &at_timestamp_shape,
    .row = &due_shape,
    .text =
        "select o.id, o.event_id, o.kind, o.subject_id, o.workspace_id, o.user_id, o.hostname,\n"
        "    o.requested_by, o.expires_at, o.next_attempt_at, u.email, u.name,\n"
        "    w.name as workspace_name, w.bot_token_box, w.bot_token_event_id,\n"
        "    w.automation_telegram_chat_id as chat_id, e.type as event_type, e.severity,\n"
        "    e.message, e.created_at as detected_at, e.node_id, n.name as node_name\n"
        "from outbox o\n"
        "left join users u on u.id = o.user_id\n"
        "left join workspaces w on w.id = o.workspace_id\n"
        "left join events e on e.id = o.event_id\n"
        "left join nodes n on n.id = e.node_id\n"
        "where o.status = 'pending' and o.next_attempt_at <= :now\n"
        "order by o.next_attempt_at, o.id\n"
        "limit 25",
};

static const struct field next_due_fields[] = {
    {TIMESTAMP(next_due, at), .doc = "Time the next delivery is due."},
};
static const struct shape next_due_shape = SHAPE(next_due, "Time the next delivery is due.");

const struct sql next_due_sql = {
    .name = "outbox_next_due",
    .row = &next_due_shape,
    .text = "select min(next_attempt_at) as at\n"
            "from outbox\n"
            "where status = 'pending'",
};

static const struct field recipient_fields[] = {
    {TEXT(recipient, email), .doc = "Email address of the recipient."},
};
static const struct shape recipient_shape = SHAPE(recipient, "A recipient of a mail.");

static const struct field event_audience_fields[] = {
    {UUID(event_audience, workspace_id), .doc = "Workspace of the event."},
    {BOOL(event_audience, is_critical), .doc = "Whether the event is critical."},
};
static const struct shape event_audience_shape =
    SHAPE(event_audience, "Event whose recipients are looked up.");

const struct sql event_recipients_sql = {
    .name = "event_recipients",
    .params = &event_audience_shape,
    .row = &recipient_shape,
    .text = "select distinct lower(u.email) as email\n"
            "from users u\n"
            "left join memberships m on m.user_id = u.id and m.workspace_id = :workspace_id\n"
            "    and m.role in ('owner', 'admin')\n"
            "left join workspaces w on w.id = m.workspace_id\n"
            "where u.is_active\n"
            "    and (w.automation_email_enabled\n"
            "        or (:is_critical::boolean and u.critical_event_emails_enabled\n"
            "            and (u.role = 'platform_admin' or m.id is not null)))\n"
            "order by 1\n"
            "limit 100",
};

static const struct field enrollment_audience_fields[] = {
    {UUID(enrollment_audience, user_id), .doc = "Id of the person that the machine named."},
};
static const struct shape enrollment_audience_shape =
    SHAPE(enrollment_audience, "Enrollment whose recipients are looked up.");

const struct sql enrollment_recipients_sql = {
    .name = "enrollment_recipients",
    .params = &enrollment_audience_shape,
    .row = &recipient_shape,
    .text = "select distinct lower(u.email) as email\n"
            "from users u\n"
            "where u.is_active and u.enrollment_emails_enabled\n"
            "    and (u.role = 'platform_admin' or exists (\n"
            "        select from memberships own\n"
            "        join memberships other on other.workspace_id = own.workspace_id\n"
            "        where own.user_id = :user_id and other.user_id = u.id\n"
            "            and other.role in ('owner', 'admin')))\n"
            "order by 1\n"
            "limit 100",
};
