/*
 * Mails and messages, from the event that asks for one until it is delivered or given up.
 *
 *   invitations, resets, enrollments, digests, tests ──┐
 *   system events that are wanted ─────────────────────┼──► pending ──► delivered | dead_letter ──► dropped
 *                                                      └──► waiting ──► digested: told by a digest
 *
 * A row is made by the event that asks for it, and changed by the events that record the attempts; so
 * a replay gives the same rows, and sends nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/notification/outbox.h"

#include "eventlog/events/channel_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/channels.h"
#include "migrations/notification/outbox.h"
#include "migrations/platform/events.h"
#include "migrations/workspace/workspaces.h"
#include "projections/node/nodes.h"
#include "projections/notification/channel_match.h"
#include "projections/workspace/workspaces.h"

/* Which of the rows that a system event gives away: a mail, a message, then one for each channel. */
enum { FIRST_CHANNEL = 2 };

/* A row that is due at once: the n-th that the event gives away. */
static struct outbox_row new_row(const struct record *record, enum outbox_kind kind, unsigned n)
{
    return (struct outbox_row){
        .id = row_id(record, &outbox_table, n),
        .kind = {(int64_t)kind},
        .status = {OUTBOX_PENDING},
        .attempts = 0,
        .events = INT64_ABSENT,
        .warnings = INT64_ABSENT,
        .criticals = INT64_ABSENT,
        .next_attempt_at = record->entry.recorded_at,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
    };
}

static bool is_listed(const struct list *levels, int64_t severity)
{
    const struct enum_value *items = levels->items;

    for (size_t i = 0; i < levels->count; i++) {
        if (items[i].is == severity)
            return true;
    }
    return false;
}

/* Where it is about no node the workspace alone has a say, and none in what is critical. */
static bool
wants_mail(const struct workspace_row *workspace, const struct node_row *node, int64_t severity)
{
    if (node == NULL && severity == SEVERITY_CRITICAL)
        return true;
    if (!opt_bool_is_true(workspace->automation_email_enabled) ||
        !is_listed(&workspace->automation_email_levels, severity))
        return false;
    return node == NULL || (opt_bool_is_true(node->notification_email_enabled) &&
                            is_listed(&node->notification_email_levels, severity));
}

static bool
wants_message(const struct workspace_row *workspace, const struct node_row *node, int64_t severity)
{
    if (!opt_bool_is_true(workspace->automation_telegram_enabled) ||
        !bytes_are_present(workspace->bot_token_box) ||
        workspace->automation_telegram_chat_id.size == 0 ||
        !is_listed(&workspace->automation_telegram_levels, severity))
        return false;
    return node == NULL || (opt_bool_is_true(node->notification_telegram_enabled) &&
                            is_listed(&node->notification_telegram_levels, severity));
}

static void put_event(
    struct rows *rows, const struct record *record, enum outbox_kind kind, struct uuid workspace_id)
{
    struct outbox_row row = new_row(record, kind, kind == OUTBOX_MAIL_EVENT ? 0 : 1);

    row.workspace_id = workspace_id;
    row.event_id = record->entry.event_id;
    rows_put(rows, &outbox_table, &row);
}

void outbox_prefetch(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &workspaces_table, record->entry.workspace);
    rows_prefetch(rows, &channel_lists_table, channels_list_id(record->entry.workspace));
    rows_prefetch(rows, &channel_lists_table, channels_list_id(UUID_NONE));
}

static enum outbox_kind kind_of(const struct channel_row *channel)
{
    switch ((enum channel_kind)channel->kind.is) {
    case CHANNEL_WEBHOOK:
        return OUTBOX_WEBHOOK;
    case CHANNEL_CHAT:
        return OUTBOX_CHAT;
    case CHANNEL_MAIL:
        break;
    }
    return OUTBOX_MAIL_CHANNEL;
}

static struct outbox_row
row_of_channel(const struct record *record, const struct channel_row *channel, unsigned n)
{
    struct outbox_row row = new_row(record, kind_of(channel), n);

    row.workspace_id = channel->workspace_id;
    row.channel_id = channel->id;
    return row;
}

static void put_event_by_channel(
    struct rows *rows,
    const struct record *record,
    const struct channel_row *channel,
    const struct event_row *event,
    unsigned n)
{
    struct outbox_row row = row_of_channel(record, channel, n);
    bool is_critical = event->severity.is == SEVERITY_CRITICAL;

    row.event_id = event->id;
    row.is_critical = opt_bool_of(is_critical);
    if (channel_gathers(channel, is_critical)) {
        row.status.is = OUTBOX_WAITING;
        row.next_attempt_at =
            timestamp_plus_us(record->entry.recorded_at, channel->digest_seconds * US_PER_S);
    }
    rows_put(rows, &outbox_table, &row);
}

/* A system event, as channels are asked whether they tell it. */
struct telling {
    const struct record *record;
    const struct event_row *event;
    struct json labels; /* of its node; absent: it is about none */
    unsigned n;         /* the next row that it gives away */
};

static void add_by_channels(struct rows *rows, struct telling *telling, struct uuid list_id)
{
    const struct channel_list_row *list = rows_get(rows, &channel_lists_table, list_id);
    const struct uuid *ids = list == NULL ? NULL : list->channel_ids.items;

    for (size_t i = 0; ids != NULL && i < list->channel_ids.count; i++, telling->n++) {
        const struct channel_row *channel = rows_get(rows, &channels_table, ids[i]);
        if (channel != NULL &&
            channel_tells(channel, telling->event, telling->labels, rows_arena(rows)))
            put_event_by_channel(rows, telling->record, channel, telling->event, telling->n);
    }
}

/* By the workspace's own, then by the platform's: an event of no workspace by these alone. */
static void add_by_all_channels(
    struct rows *rows,
    const struct record *record,
    const struct node_row *node,
    const struct event_row *event)
{
    struct telling telling = {
        .record = record, .event = event, .labels = {{NULL, 0}}, .n = FIRST_CHANNEL};

    if (node != NULL)
        telling.labels.text =
            text_is_present(node->labels.text) ? node->labels.text : text_lit("{}");
    if (uuid_is_present(event->workspace_id))
        add_by_channels(rows, &telling, channels_list_id(event->workspace_id));
    add_by_channels(rows, &telling, channels_list_id(UUID_NONE));
}

/* Of the platform's own what is critical is mailed. */
void outbox_add_event(
    struct rows *rows,
    const struct record *record,
    const struct node_row *node,
    const struct event_row *event)
{
    const struct workspace_row *workspace = rows_get(rows, &workspaces_table, event->workspace_id);

    if (workspace == NULL && uuid_is_present(event->workspace_id))
        return;
    if (workspace == NULL ? event->severity.is == SEVERITY_CRITICAL
                          : wants_mail(workspace, node, event->severity.is))
        put_event(rows, record, OUTBOX_MAIL_EVENT, event->workspace_id);
    if (workspace != NULL && wants_message(workspace, node, event->severity.is))
        put_event(rows, record, OUTBOX_TELEGRAM_EVENT, event->workspace_id);
    add_by_all_channels(rows, record, node, event);
}

/* What somebody is sent, which is good for a while. */
struct mail {
    struct uuid subject_id;
    struct uuid user_id;
    struct timestamp expires_at;
};

static void put_mail(
    struct rows *rows, const struct record *record, enum outbox_kind kind, const struct mail *mail)
{
    struct outbox_row row = new_row(record, kind, 0);

    row.subject_id = mail->subject_id;
    row.user_id = mail->user_id;
    row.expires_at = mail->expires_at;
    rows_put(rows, &outbox_table, &row);
}

static void apply_invited(struct rows *rows, const struct record *record)
{
    const struct user_invited *event = record->event;
    const struct mail mail = {event->invitation_id, event->user_id, event->expires_at};

    put_mail(rows, record, OUTBOX_MAIL_INVITATION, &mail);
}

static void apply_reset_requested(struct rows *rows, const struct record *record)
{
    const struct password_reset_requested *event = record->event;
    const struct mail mail = {event->reset_id, event->user_id, event->expires_at};

    put_mail(rows, record, OUTBOX_MAIL_RESET, &mail);
}

static void apply_enrollment(struct rows *rows, const struct record *record)
{
    const struct enrollment_initiated *event = record->event;
    struct outbox_row row = new_row(record, OUTBOX_MAIL_ENROLLMENT, 0);

    row.subject_id = event->enrollment_id;
    row.user_id = event->user_id;
    row.hostname = event->hostname;
    row.requested_by = event->email.text;
    row.expires_at = event->expires_at;
    rows_put(rows, &outbox_table, &row);
}

static void want_of_stream(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &outbox_table, record->entry.stream);
}

/* The row of the record's stream as it is, to be changed. False when there is none. */
static bool take_row(struct rows *rows, const struct record *record, struct outbox_row *out)
{
    const struct outbox_row *old = rows_get(rows, &outbox_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    out->updated_at = record->entry.recorded_at;
    return true;
}

static void apply_succeeded(struct rows *rows, const struct record *record)
{
    struct outbox_row row;

    if (!take_row(rows, record, &row))
        return;
    row.status.is = OUTBOX_DELIVERED;
    row.attempts++;
    row.next_attempt_at = (struct timestamp){0};
    row.last_error = (struct text){NULL, 0};
    rows_put(rows, &outbox_table, &row);
}

static void apply_failed(struct rows *rows, const struct record *record)
{
    const struct delivery_failed *event = record->event;
    struct outbox_row row;

    if (!take_row(rows, record, &row))
        return;
    row.status.is = opt_bool_is_true(event->is_final) ? OUTBOX_DEAD_LETTER : OUTBOX_PENDING;
    row.attempts = event->attempts;
    row.next_attempt_at = event->next_attempt_at;
    row.last_error = event->error;
    rows_put(rows, &outbox_table, &row);
}

static void apply_requeued(struct rows *rows, const struct record *record)
{
    struct outbox_row row;

    if (!take_row(rows, record, &row))
        return;
    row.status.is = OUTBOX_PENDING;
    row.attempts = 0;
    row.next_attempt_at = record->entry.recorded_at;
    row.last_error = (struct text){NULL, 0};
    rows_put(rows, &outbox_table, &row);
}

static void apply_dropped(struct rows *rows, const struct record *record)
{
    struct outbox_row row;

    if (!take_row(rows, record, &row))
        return;
    row.status.is = OUTBOX_DROPPED;
    rows_put(rows, &outbox_table, &row);
}

static void want_tested(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &channels_table, record->entry.stream);
}

/* A message about no event is a test. */
static void apply_channel_tested(struct rows *rows, const struct record *record)
{
    const struct channel_row *channel = rows_get(rows, &channels_table, record->entry.stream);
    struct outbox_row row;

    if (channel == NULL)
        return;
    row = row_of_channel(record, channel, 0);
    rows_put(rows, &outbox_table, &row);
}

static void apply_notification_tested(struct rows *rows, const struct record *record)
{
    const struct notification_tested *event = record->event;
    struct outbox_row row = new_row(
        record, event->channel.is == NOTIFICATION_EMAIL ? OUTBOX_MAIL_EVENT : OUTBOX_TELEGRAM_EVENT,
        0);

    row.workspace_id = event->workspace_id;
    row.user_id = event->user_id;
    rows_put(rows, &outbox_table, &row);
}

static void want_digest(struct rows *rows, const struct record *record)
{
    const struct digest_made *event = record->event;
    const struct uuid *ids = event->delivery_ids.items;

    rows_prefetch(rows, &channels_table, event->channel_id);
    for (size_t i = 0; i < event->delivery_ids.count; i++)
        rows_prefetch(rows, &outbox_table, ids[i]);
}

static void end_waiting(struct rows *rows, const struct record *record, struct uuid id)
{
    const struct outbox_row *old = rows_get(rows, &outbox_table, id);
    struct outbox_row row;

    if (old == NULL)
        return;
    row = *old;
    row.status.is = OUTBOX_DIGESTED;
    row.next_attempt_at = (struct timestamp){0};
    row.updated_at = record->entry.recorded_at;
    rows_put(rows, &outbox_table, &row);
}

/* One event alone is told as if it had not waited. */
static void
put_digest(struct rows *rows, const struct record *record, const struct channel_row *channel)
{
    const struct digest_made *event = record->event;
    struct outbox_row row = row_of_channel(record, channel, 0);

    row.id = event->digest_id;
    if (event->events == 1) {
        row.event_id = *(const struct uuid *)event->event_ids.items;
    } else {
        row.events = event->events;
        row.warnings = event->warnings;
        row.criticals = event->criticals;
        row.event_ids = event->event_ids;
    }
    rows_put(rows, &outbox_table, &row);
}

static void apply_digest(struct rows *rows, const struct record *record)
{
    const struct digest_made *event = record->event;
    const struct uuid *ids = event->delivery_ids.items;
    const struct channel_row *channel = rows_get(rows, &channels_table, event->channel_id);

    for (size_t i = 0; i < event->delivery_ids.count; i++)
        end_waiting(rows, record, ids[i]);
    if (channel != NULL)
        put_digest(rows, record, channel);
}

static void apply_channel_deleted(struct rows *rows, const struct record *record)
{
    rows_erase_by(rows, &outbox_table, "channel_id", record->entry.stream);
}

static void apply_erased(struct rows *rows, const struct record *record)
{
    rows_erase(rows, &outbox_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&user_invited_event, .apply = apply_invited},
    {&password_reset_requested_event, .apply = apply_reset_requested},
    {&enrollment_initiated_event, .apply = apply_enrollment},
    {&delivery_succeeded_event, .want = want_of_stream, .apply = apply_succeeded},
    {&delivery_failed_event, .want = want_of_stream, .apply = apply_failed},
    {&delivery_requeued_event, .want = want_of_stream, .apply = apply_requeued},
    {&delivery_dropped_event, .want = want_of_stream, .apply = apply_dropped},
    {&channel_tested_event, .want = want_tested, .apply = apply_channel_tested},
    {&notification_tested_event, .apply = apply_notification_tested},
    {&digest_made_event, .want = want_digest, .apply = apply_digest},
    {&channel_deleted_event, .apply = apply_channel_deleted},
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&outbox_table, NULL};

/* Their streams are the digest and the channel. */
static const struct event_type *const reaching[] = {
    &digest_made_event, &channel_deleted_event, NULL};

const struct projector outbox_projector = {
    .name = "outbox",
    .version = 4,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
    .reaching = reaching,
};
