/*
 * People with an account, as lists and profiles show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/identity/users.h"

#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/privacy_events.h"
#include "migrations/identity/users.h"

static void apply_registered(struct rows *rows, const struct record *record)
{
    const struct user_registered *event = record->event;
    const struct user_row row = {
        .id = event->user_id,
        .email = event->email.text,
        .name = event->name.text,
        .role = event->role,
        .is_active = OPT_TRUE,
        .timezone = event->timezone,
        .invite_status = text_lit("accepted"),
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .mfa_enabled = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &users_table, &row);
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct user_created *event = record->event;
    const struct user_row row = {
        .id = event->user_id,
        .email = event->email.text,
        .name = event->name.text,
        .role = event->role,
        .is_active = OPT_FALSE,
        .timezone = event->timezone,
        .invite_status = text_lit("pending"),
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .mfa_enabled = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &users_table, &row);
}

/* Clients take every account to have an address; this one is of a domain that can have none. */
static void apply_service_created(struct rows *rows, const struct record *record)
{
    const struct service_account_created *event = record->event;
    char id[UUID_TEXT_SIZE];
    struct user_row row = {
        .id = event->user_id,
        .name = event->name,
        .role = {ROLE_USER},
        .is_active = OPT_TRUE,
        .timezone = text_lit("UTC"),
        .invite_status = text_lit("accepted"),
        .critical_event_emails_enabled = OPT_FALSE,
        .enrollment_emails_enabled = OPT_FALSE,
        .mfa_enabled = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .kind = {USER_SERVICE_ACCOUNT},
        .revision = record->entry.revision,
    };

    uuid_print(event->user_id, id);
    row.email = text_format(rows_arena(rows), "%s@service.invalid", id);
    rows_put(rows, &users_table, &row);
}

static void apply_provisioned(struct rows *rows, const struct record *record)
{
    const struct user_provisioned *event = record->event;
    const struct user_row row = {
        .id = event->user_id,
        .email = event->email.text,
        .name = event->name.text,
        .role = event->role,
        .is_active = OPT_TRUE,
        .timezone = event->timezone,
        .invite_status = text_lit("accepted"),
        .activated_at = record->entry.recorded_at,
        .critical_event_emails_enabled = OPT_TRUE,
        .enrollment_emails_enabled = OPT_TRUE,
        .mfa_enabled = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &users_table, &row);
}

static void want_of_stream(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &users_table, record->entry.stream);
}

/* The row as it was, to be changed; false where there is none. */
static bool take(struct rows *rows, const struct record *record, struct user_row *out)
{
    const struct user_row *old = rows_get(rows, &users_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    out->updated_at = record->entry.recorded_at;
    out->revision = record->entry.revision;
    return true;
}

static void apply_invited(struct rows *rows, const struct record *record)
{
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    row.invite_status = text_lit("pending");
    row.last_invited_at = record->entry.recorded_at;
    rows_put(rows, &users_table, &row);
}

static void apply_accepted(struct rows *rows, const struct record *record)
{
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    row.is_active = OPT_TRUE;
    row.invite_status = text_lit("accepted");
    row.activated_at = record->entry.recorded_at;
    rows_put(rows, &users_table, &row);
}

/* Of a person who was forgotten a new address or name is absent: then the old one is not theirs any
 * more either, and was blank already. */
static void apply_updated(struct rows *rows, const struct record *record)
{
    const struct user_updated *event = record->event;
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    if (text_is_present(event->email.text))
        row.email = event->email.text;
    if (text_is_present(event->name.text))
        row.name = event->name.text;
    if (event->role.is != 0)
        row.role = event->role;
    if (event->is_active.is != 0)
        row.is_active = event->is_active;
    rows_put(rows, &users_table, &row);
}

static void apply_preferences(struct rows *rows, const struct record *record)
{
    const struct preferences_changed *event = record->event;
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    if (text_is_present(event->timezone))
        row.timezone = event->timezone;
    if (event->critical_event_emails_enabled.is != 0)
        row.critical_event_emails_enabled = event->critical_event_emails_enabled;
    if (event->enrollment_emails_enabled.is != 0)
        row.enrollment_emails_enabled = event->enrollment_emails_enabled;
    rows_put(rows, &users_table, &row);
}

static void apply_password(struct rows *rows, const struct record *record)
{
    struct user_row row;

    if (take(rows, record, &row))
        rows_put(rows, &users_table, &row);
}

static void set_factor(struct rows *rows, const struct record *record, struct opt_bool is_enabled)
{
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    row.mfa_enabled = is_enabled;
    rows_put(rows, &users_table, &row);
}

static void apply_factor_enabled(struct rows *rows, const struct record *record)
{
    set_factor(rows, record, OPT_TRUE);
}

static void apply_factor_disabled(struct rows *rows, const struct record *record)
{
    const struct factor_disabled *event = record->event;

    set_factor(rows, record, opt_bool_of(opt_bool_is_true(event->leaves_keys)));
}

static void apply_key_removed(struct rows *rows, const struct record *record)
{
    const struct security_key_removed *event = record->event;

    set_factor(rows, record, opt_bool_of(!opt_bool_is_true(event->is_last)));
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &users_table, record->entry.stream);
}

/* Sign-ins, good and bad, and requests for a new password lengthen the person's stream and
 * change nothing else. A bad sign-in of an unknown person has a stream of its own, and no row. */
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

static void apply_erased(struct rows *rows, const struct record *record)
{
    apply_revision(rows, record);
    rows_erase(rows, &users_table, record->entry.stream);
}

static void apply_linked(struct rows *rows, const struct record *record)
{
    const struct directory_user_linked *event = record->event;
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    row.directory_id = event->provider_id;
    row.external_id = event->external_id.text;
    rows_put(rows, &users_table, &row);
}

static void apply_unlinked(struct rows *rows, const struct record *record)
{
    struct user_row row;

    if (!take(rows, record, &row))
        return;
    row.directory_id = UUID_NONE;
    row.external_id = (struct text){NULL, 0};
    rows_put(rows, &users_table, &row);
}

static const struct handler handlers[] = {
    {&user_registered_event, .apply = apply_registered},
    {&user_signed_in_event, .want = want_of_stream, .apply = apply_revision},
    {&sign_in_failed_event, .want = want_of_stream, .apply = apply_revision},
    {&user_created_event, .apply = apply_created},
    {&service_account_created_event, .apply = apply_service_created},
    {&user_provisioned_event, .apply = apply_provisioned},
    {&identity_vouched_event, .want = want_of_stream, .apply = apply_revision},
    {&user_invited_event, .want = want_of_stream, .apply = apply_invited},
    {&invitation_accepted_event, .want = want_of_stream, .apply = apply_accepted},
    {&user_updated_event, .want = want_of_stream, .apply = apply_updated},
    {&user_deleted_event, .want = want_of_stream, .apply = apply_deleted},
    {&preferences_changed_event, .want = want_of_stream, .apply = apply_preferences},
    {&password_changed_event, .want = want_of_stream, .apply = apply_password},
    {&password_reset_requested_event, .want = want_of_stream, .apply = apply_revision},
    {&password_reset_event, .want = want_of_stream, .apply = apply_password},
    {&factor_offered_event, .want = want_of_stream, .apply = apply_revision},
    {&factor_enabled_event, .want = want_of_stream, .apply = apply_factor_enabled},
    {&factor_used_event, .want = want_of_stream, .apply = apply_revision},
    {&recovery_codes_replaced_event, .want = want_of_stream, .apply = apply_password},
    {&factor_disabled_event, .want = want_of_stream, .apply = apply_factor_disabled},
    {&security_key_added_event, .want = want_of_stream, .apply = apply_factor_enabled},
    {&security_key_used_event, .want = want_of_stream, .apply = apply_revision},
    {&security_key_removed_event, .want = want_of_stream, .apply = apply_key_removed},
    {&session_refreshed_event, .want = want_of_stream, .apply = apply_revision},
    {&sessions_ended_event, .want = want_of_stream, .apply = apply_revision},
    {&api_token_created_event, .want = want_of_stream, .apply = apply_revision},
    {&api_token_used_event, .want = want_of_stream, .apply = apply_revision},
    {&api_tokens_ended_event, .want = want_of_stream, .apply = apply_revision},
    {&device_trusted_event, .want = want_of_stream, .apply = apply_revision},
    {&devices_ended_event, .want = want_of_stream, .apply = apply_revision},
    {&role_granted_event, .want = want_of_stream, .apply = apply_revision},
    {&role_grant_ended_event, .want = want_of_stream, .apply = apply_revision},
    {&directory_user_linked_event, .want = want_of_stream, .apply = apply_linked},
    {&directory_user_unlinked_event, .want = want_of_stream, .apply = apply_unlinked},
    {&person_erased_event, .want = want_of_stream, .apply = apply_erased},
    {&erasure_refused_event, .want = want_of_stream, .apply = apply_revision},
    {.event = NULL},
};

static const struct table *const tables[] = {&users_table, NULL};

const struct projector users_projector = {
    .name = "users",
    .version = 13,
    .tables = tables,
    .handlers = handlers,
    .reads_personal = true,
};
