/*
 * The audit trail of what happens to accounts. The person's row still shows what was before: that
 * projector stands after this one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "migrations/identity/users.h"
#include "migrations/platform/audit_logs.h"
#include "projections/identity/users.h"
#include "projections/json_of.h"
#include "projections/platform/audit_trail.h"

struct role_told {
    struct enum_value role;
};
static const struct field role_told_fields[] = {
    {ENUM(role_told, role, platform_role_names), .doc = "Role on the platform."},
};
static const struct shape role_told_shape = SHAPE(role_told, "Of a new account.");

struct power_told {
    struct enum_value role;
    struct opt_bool is_active;
};
static const struct field power_told_fields[] = {
    {ENUM(power_told, role, platform_role_names), .doc = "Role on the platform."},
    {BOOL(power_told, is_active), .doc = "May they sign in?"},
};
static const struct shape power_told_shape = SHAPE(power_told, "Of a changed account.");

struct preferences_told {
    struct text timezone;
    struct opt_bool critical_event_emails_enabled;
    struct opt_bool enrollment_emails_enabled;
};
static const struct field preferences_told_fields[] = {
    {TEXT(preferences_told, timezone), .doc = "Time zone to show times in."},
    {BOOL(preferences_told, critical_event_emails_enabled), .doc = "Mail on critical events?"},
    {BOOL(preferences_told, enrollment_emails_enabled), .doc = "Mail on new nodes?"},
};
static const struct shape preferences_told_shape =
    SHAPE(preferences_told, "How somebody is told things.");

void audit_want_person(struct rows *rows, const struct record *record)
{
    audit_want_actor(rows, record);
    rows_prefetch(rows, &users_table, record->entry.stream);
}

static const struct user_row *person(struct rows *rows, const struct record *record)
{
    return rows_get(rows, &users_table, record->entry.stream);
}

static struct audit_log_row
row_about(struct rows *rows, const struct record *record, struct text action)
{
    const struct user_row *user = person(rows, record);
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("platform");
    row.action = action;
    row.target_type = text_lit("user");
    row.target_id = audit_id_text(rows, record->entry.stream);
    if (user != NULL)
        row.target_label = user->email;
    return row;
}

void audit_user_created(struct rows *rows, const struct record *record)
{
    const struct user_created *event = record->event;
    const struct role_told told = {event->role};
    struct audit_log_row row = row_about(rows, record, text_lit("user.created"));

    row.target_label = event->email.text;
    row.metadata = json_of(rows_arena(rows), &role_told_shape, &told);
    audit_append(rows, &row);
}

/* The first invitation is part of making the account. */
void audit_user_invited(struct rows *rows, const struct record *record)
{
    const struct user_invited *event = record->event;
    struct audit_log_row row = row_about(rows, record, text_lit("user.invitation.resent"));

    if (opt_bool_is_true(event->is_again))
        audit_append(rows, &row);
}

void audit_user_updated(struct rows *rows, const struct record *record)
{
    const struct user_updated *event = record->event;
    const struct user_row *user = person(rows, record);
    struct power_told told = {event->role, event->is_active};
    struct audit_log_row row = row_about(rows, record, text_lit("user.updated"));

    if (text_is_present(event->email.text))
        row.target_label = event->email.text;
    if (told.role.is == 0 && user != NULL)
        told.role = user->role;
    if (told.is_active.is == 0 && user != NULL)
        told.is_active = user->is_active;
    row.metadata = json_of(rows_arena(rows), &power_told_shape, &told);
    audit_append(rows, &row);
}

void audit_user_deleted(struct rows *rows, const struct record *record)
{
    struct audit_log_row row = row_about(rows, record, text_lit("user.deleted"));

    audit_append(rows, &row);
}

void audit_preferences(struct rows *rows, const struct record *record)
{
    const struct preferences_changed *event = record->event;
    const struct user_row *user = person(rows, record);
    struct preferences_told told = {
        event->timezone, event->critical_event_emails_enabled, event->enrollment_emails_enabled};
    struct audit_log_row row = row_about(rows, record, text_lit("user.preferences.updated"));

    if (!text_is_present(told.timezone) && user != NULL)
        told.timezone = user->timezone;
    if (told.critical_event_emails_enabled.is == 0 && user != NULL)
        told.critical_event_emails_enabled = user->critical_event_emails_enabled;
    if (told.enrollment_emails_enabled.is == 0 && user != NULL)
        told.enrollment_emails_enabled = user->enrollment_emails_enabled;
    row.metadata = json_of(rows_arena(rows), &preferences_told_shape, &told);
    audit_append(rows, &row);
}

void audit_password_changed(struct rows *rows, const struct record *record)
{
    struct audit_log_row row = row_about(rows, record, text_lit("user.password.changed"));

    audit_append(rows, &row);
}

static void append_with_origin(struct rows *rows, const struct record *record, struct text action)
{
    struct audit_log_row row = row_about(rows, record, action);

    audit_add_origin(&row, record);
    audit_append(rows, &row);
}

void audit_invitation_accepted(struct rows *rows, const struct record *record)
{
    append_with_origin(rows, record, text_lit("user.invitation.accepted"));
}

void audit_reset_requested(struct rows *rows, const struct record *record)
{
    append_with_origin(rows, record, text_lit("user.password-reset.requested"));
}

void audit_password_reset(struct rows *rows, const struct record *record)
{
    append_with_origin(rows, record, text_lit("user.password-reset.completed"));
}
