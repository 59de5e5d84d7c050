/*
 * Mails and messages, from the event that asks for one until it is delivered or given up.
 *
 *   invitations, resets, enrollments ──┐
 *   system events that are wanted ─────┴──► pending ──► delivered | dead_letter ──► dropped
 *
 * A row is made by the event that asks for it, and changed by the events that record the attempts; so
 * a replay gives the same rows, and sends nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/notification/outbox.h"

#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/privacy_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/outbox.h"
#include "migrations/workspace/workspaces.h"
#include "projections/node/nodes.h"
#include "projections/workspace/workspaces.h"

/* A row that is due at once: the n-th that the event gives away. */
static struct outbox_row new_row(const struct record *record, enum outbox_kind kind, unsigned n)
{
    return (struct outbox_row){
        .id = row_id(record, &outbox_table, n),
        .kind = {(int64_t)kind},
        .status = {OUTBOX_PENDING},
        .attempts = 0,
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

/* Where it is about no node the workspace alone has a say. */
static bool
wants_mail(const struct workspace_row *workspace, const struct node_row *node, int64_t severity)
{
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
}

void outbox_add_event(
    struct rows *rows, const struct record *record, const struct node_row *node, int64_t severity)
{
    const struct workspace_row *workspace =
        rows_get(rows, &workspaces_table, record->entry.workspace);

    if (workspace == NULL)
        return;
    if (wants_mail(workspace, node, severity))
        put_event(rows, record, OUTBOX_MAIL_EVENT, workspace->id);
    if (wants_message(workspace, node, severity))
        put_event(rows, record, OUTBOX_TELEGRAM_EVENT, workspace->id);
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
    {&person_erased_event, .apply = apply_erased},
    {.event = NULL},
};

static const struct table *const tables[] = {&outbox_table, NULL};

const struct projector outbox_projector = {
    .name = "outbox",
    .version = 2,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
