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
    {UUID(due, workspace_id), .doc = "Workspace that it belongs to."},
    {UUID(due, of_workspace_id), .doc = "Workspace of the event."},
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
    {UUID(due, channel_id), .doc = "Id of the channel."},
    {TEXT(due, channel_name), .doc = "Name of the channel."},
    {BOOL(due, channel_is_enabled), .doc = "Whether the channel tells anything."},
    {TEXT(due, channel_text), .doc = "What is said of an event in a chat."},
    {TEXT(due, channel_host), .doc = "Scheme, host and port of the channel's address."},
    {BYTES(due, url_box), .doc = "Address of the channel, sealed."},
    {UUID(due, url_event_id), .doc = "Event that the box is bound to."},
    {UUID(due, key_id), .doc = "What the key of a webhook is made of."},
    {UUID(due, former_key_id), .doc = "What its former key is made of."},
    {TIMESTAMP(due, former_key_until), .doc = "Time until which the former key signs too."},
    {INT64(due, events), .doc = "Number of events of a digest."},
    {INT64(due, warnings), .doc = "Number of warnings among them."},
    {INT64(due, criticals), .doc = "Number of critical ones among them."},
};
const struct shape due_shape = SHAPE(due, "A delivery that is due.");

static const struct field at_timestamp_fields[] = {
    {TIMESTAMP(at_timestamp, now), .doc = "The present time."},
};
const struct shape at_timestamp_shape = SHAPE(at_timestamp, "A point in time.");

const struct sql due_sql = {
    .name = "outbox_due",
    .params = &at_timestamp_shape,
    .row = &due_shape,
    .text =
        "with due as (\n"
        "    (select * from outbox\n"
        "    where status = 'pending' and channel_id is null and next_attempt_at <= :now\n"
        "    order by next_attempt_at, id limit 25)\n"
        "    union all\n"
        "    select few.* from channels\n"
        "    cross join lateral (select * from outbox\n"
        "        where status = 'pending' and channel_id = channels.id and next_attempt_at <= :now\n"
        "        order by next_attempt_at, id limit 4) few)\n"
        "select o.id, o.event_id, o.kind, o.subject_id, o.workspace_id,\n"
        "    coalesce(o.workspace_id, e.workspace_id) as of_workspace_id, o.user_id, o.hostname,\n"
        "    o.requested_by, o.expires_at, o.next_attempt_at, u.email, u.name,\n"
        "    w.name as workspace_name, w.bot_token_box, w.bot_token_event_id,\n"
        "    w.automation_telegram_chat_id as chat_id, e.type as event_type, e.severity,\n"
        "    e.message, e.created_at as detected_at, e.node_id, n.name as node_name,\n"
        "    o.channel_id, c.name as channel_name, c.is_enabled as channel_is_enabled,\n"
        "    c.text as channel_text, c.host as channel_host, c.url_box, c.url_event_id, c.key_id,\n"
        "    c.former_key_id, c.former_key_until, o.events, o.warnings, o.criticals\n"
        "from due o\n"
        "left join users u on u.id = o.user_id\n"
        "left join channels c on c.id = o.channel_id\n"
        "left join events e on e.id = o.event_id\n"
        "left join workspaces w on w.id = coalesce(o.workspace_id, e.workspace_id)\n"
        "left join nodes n on n.id = e.node_id\n"
        "order by o.next_attempt_at, o.id\n"
        "limit 200",
};

static const struct field next_due_fields[] = {
    {TIMESTAMP(next_due, at), .doc = "Time the next delivery is due."},
};
static const struct shape next_due_shape = SHAPE(next_due, "Time the next delivery is due.");

const struct sql next_due_sql = {
    .name = "outbox_next_due",
    .row = &next_due_shape,
    .text = "select least(\n"
            "    (select min(next_attempt_at) from outbox where status = 'pending'),\n"
            "    (select min(greatest(ways.at, case when not ways.is_critical\n"
            "            then channels.quiet_until end))\n"
            "    from channels cross join lateral (\n"
            "        select false as is_critical, min(next_attempt_at) as at from outbox\n"
            "        where status = 'waiting' and channel_id = channels.id and not is_critical\n"
            "        union all\n"
            "        select true, min(next_attempt_at) from outbox\n"
            "        where status = 'waiting' and channel_id = channels.id and is_critical) ways\n"
            "    where channels.is_enabled and ways.at is not null)) as at",
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

static const struct field of_one_fields[] = {
    {UUID(of_one, id), .doc = "Id of the row."},
};
static const struct shape of_one_shape = SHAPE(of_one, "A row.");

const struct sql channel_recipients_sql = {
    .name = "channel_recipients",
    .params = &of_one_shape,
    .row = &recipient_shape,
    .text = "select distinct lower(u.email) as email\n"
            "from channels c\n"
            "cross join lateral jsonb_array_elements_text(c.user_ids) chosen\n"
            "join users u on u.id = chosen.value::uuid and u.is_active\n"
            "where c.id = :id and case when c.workspace_id is null then u.role = 'platform_admin'\n"
            "    else exists (select from memberships m\n"
            "        where m.user_id = u.id and m.workspace_id = c.workspace_id) end\n"
            "order by 1\n"
            "limit 100",
};

static const struct field told_fields[] = {
    {UUID(told, id), .flags = REQUIRED, .doc = "Id of the event."},
    {TEXT(told, type), .flags = REQUIRED, .doc = "Type of the event."},
    {ENUM(told, severity, severity_names), .flags = REQUIRED, .doc = "Severity of the event."},
    {TEXT(told, message), .flags = REQUIRED, .doc = "What happened, in plain words."},
    {TIMESTAMP(told, time), .flags = REQUIRED, .doc = "Time of the event."},
    {UUID(told, node_id), .flags = OMIT_ABSENT, .doc = "Id of the node."},
    {TEXT(told, node_name), .flags = OMIT_ABSENT, .doc = "Name of the node."},
    {UUID(told, workspace_id), .flags = OMIT_ABSENT,
     .doc = "Workspace of the event; told by a channel of the platform."},
};
const struct shape told_shape = SHAPE(told, "An event that is told with others.");

const struct sql digest_events_sql = {
    .name = "digest_events",
    .params = &of_one_shape,
    .row = &told_shape,
    .text = "select e.id, e.type, e.severity, e.message, e.created_at as time, e.node_id,\n"
            "    n.name as node_name,\n"
            "    case when o.workspace_id is null then e.workspace_id end as workspace_id\n"
            "from outbox o\n"
            "cross join lateral jsonb_array_elements_text(o.event_ids) shown\n"
            "join events e on e.id = shown.value::uuid\n"
            "left join nodes n on n.id = e.node_id\n"
            "where o.id = :id\n"
            "order by e.created_at, e.id\n"
            "limit 10",
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
