/*
 * Somebody changes how they are told things. Whoever asks is meant; what does not change is left
 * out, and nothing at all is recorded when nothing does.
 *
 *   api ──change_preferences──► [here] ──preferences_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"

static const struct field change_preferences_fields[] = {
    {TEXT(change_preferences, timezone), .tag = 1, .flags = ONE_LINE | TRIM, .min = 1, .max = 80,
     .doc = "IANA time zone that times are shown in."},
    {BOOL(change_preferences, critical_event_emails_enabled), .tag = 2,
     .doc = "Whether critical events are mailed to the person."},
    {BOOL(change_preferences, enrollment_emails_enabled), .tag = 3,
     .doc = "Whether enrollments of nodes are mailed to the person."},
};
static const struct shape change_preferences_shape =
    SHAPE(change_preferences, "Preferences of the caller.");

static struct opt_bool changed_flag(struct opt_bool old, struct opt_bool wanted)
{
    return wanted.is == old.is ? (struct opt_bool){0} : wanted;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_preferences *order = input;
    struct preferences_changed changed = {.user_id = decision->actor.id};
    struct user user;

    if (!user_load(decision, changed.user_id, &user))
        return decision_refuse(
            error, &refused_account_missing, decision_show(decision, changed.user_id));
    if (!text_equal(order->timezone, user.timezone))
        changed.timezone = order->timezone;
    changed.critical_event_emails_enabled =
        changed_flag(user.critical_event_emails_enabled, order->critical_event_emails_enabled);
    changed.enrollment_emails_enabled =
        changed_flag(user.enrollment_emails_enabled, order->enrollment_emails_enabled);
    if (text_is_present(changed.timezone) || changed.critical_event_emails_enabled.is != 0 ||
        changed.enrollment_emails_enabled.is != 0)
        decision_emit(decision, &preferences_changed_event, changed.user_id, UUID_NONE, &changed);
    return STATUS_OK;
}

const struct command change_preferences_command = {
    .name = "change_preferences",
    .doc = "Changes the caller's preferences.",
    .input = &change_preferences_shape,
    .decide = decide,
};
