/*
 * People with an account, as lists and profiles show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/users.h"

#include "eventlog/events/identity_events.h"

static const struct field user_row_fields[] = {
    {UUID(user_row, id), .doc = "The person."},
    {TEXT(user_row, email), .doc = "Address to sign in with."},
    {TEXT(user_row, name), .doc = "Name to show."},
    {CHOICE(user_row, role, platform_role_names), .doc = "Role on the platform."},
    {FLAG(user_row, is_active), .doc = "May they sign in?"},
    {TEXT(user_row, timezone), .doc = "Time zone to show times in."},
    {TEXT(user_row, invite_status), .doc = "How far the invitation has come."},
    {MOMENT(user_row, last_invited_at), .doc = "When the last invitation was sent."},
    {MOMENT(user_row, activated_at), .doc = "When the invitation was accepted."},
    {FLAG(user_row, critical_event_emails_enabled), .doc = "Do they get mail on bad events?"},
    {FLAG(user_row, enrollment_emails_enabled), .doc = "Do they get mail on new nodes?"},
    {FLAG(user_row, mfa_enabled), .doc = "Do they need a second factor?"},
    {MOMENT(user_row, created_at), .doc = "Since when."},
    {MOMENT(user_row, updated_at), .doc = "When it last changed."},
    {WHOLE(user_row, revision), .doc = "Events of the stream so far."},
};
static const struct shape user_row_shape = SHAPE(user_row, "A person with an account.");

const struct table users_table = {.name = "users", .area = "identity", .shape = &user_row_shape};

static void apply_registered(struct rows *rows, const struct record *record)
{
    const struct user_registered *event = record->event;
    const struct user_row row = {
        .id = event->user_id,
        .email = event->email.text,
        .name = event->name.text,
        .role = event->role,
        .is_active = FLAG_YES,
        .timezone = event->timezone,
        .invite_status = text_lit("accepted"),
        .critical_event_emails_enabled = FLAG_YES,
        .enrollment_emails_enabled = FLAG_YES,
        .mfa_enabled = FLAG_NO,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &users_table, &row);
}

static void want_of_stream(struct rows *rows, const struct record *record)
{
    rows_want(rows, &users_table, record->entry.stream);
}

/* Sign-ins, good and bad, lengthen the person's stream and change nothing else. A bad one of an
 * unknown person has a stream of its own, and no row. */
static void apply_revision(struct rows *rows, const struct record *record)
{
    const struct user_row *old = rows_get(rows, &users_table, record->entry.stream);
    struct user_row row;

    if (old == NULL)
        return;
    row = *old;
    row.revision = record->entry.revision;
    rows_put(rows, &users_table, &row);
}

static const struct handler handlers[] = {
    {&user_registered_event, NULL, apply_registered},
    {&user_signed_in_event, want_of_stream, apply_revision},
    {&sign_in_failed_event, want_of_stream, apply_revision},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&users_table, NULL};

const struct projector users_projector = {
    .name = "users",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
