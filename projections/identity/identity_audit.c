/*
 * What the audit trail says of people and their sign-ins. A person is called by their address, or by their id
 * when they were forgotten. Passwords and tokens never stand in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "migrations/identity/directory_groups.h"
#include "migrations/identity/providers.h"
#include "migrations/identity/users.h"
#include "projections/audit.h"

#define USER(event_tag, action_name)                                                               \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "user", .target_id = OF_EVENT(event_tag, user_id), .table = &users_table

#define KNOWN_USER(event_tag, action_name)                                                         \
    USER(event_tag, action_name), .label = {OF_ROW(user_row, email), OF_EVENT(event_tag, user_id)}

static const struct detail sign_in_failed_details[] = {
    {.name = "failure", .from = OF_EVENT(sign_in_failed, failure)},
    {0},
};
static const struct detail user_created_details[] = {
    {.name = "role", .from = OF_EVENT(user_created, role)},
    {0},
};
static const struct detail user_updated_details[] = {
    {.name = "role", .from = OF_EVENT(user_updated, role), .or_from = OF_ROW(user_row, role)},
    {.name = "is_active",
     .from = OF_EVENT(user_updated, is_active),
     .or_from = OF_ROW(user_row, is_active)},
    {.name = "provider_id",
     .from = OF_EVENT(user_updated, provider_id),
     .is_omitted_when_absent = true},
    {0},
};
static const struct detail preferences_details[] = {
    {.name = "timezone",
     .from = OF_EVENT(preferences_changed, timezone),
     .or_from = OF_ROW(user_row, timezone)},
    {.name = "critical_event_emails_enabled",
     .from = OF_EVENT(preferences_changed, critical_event_emails_enabled),
     .or_from = OF_ROW(user_row, critical_event_emails_enabled)},
    {.name = "enrollment_emails_enabled",
     .from = OF_EVENT(preferences_changed, enrollment_emails_enabled),
     .or_from = OF_ROW(user_row, enrollment_emails_enabled)},
    {0},
};

/* What ends by the clock was told when it was opened; another change that ends sessions is told itself. */
static bool is_told(const struct record *record)
{
    int64_t end = ((const struct sessions_ended *)record->event)->end.is;

    return end != SESSION_EXPIRED && end != SESSION_ACCESS_CHANGED;
}

static const struct detail sessions_ended_details[] = {
    {.name = "session_ids", .from = OF_EVENT(sessions_ended, session_ids)},
    {.name = "end", .from = OF_EVENT(sessions_ended, end)},
    {0},
};

static const struct detail api_token_details[] = {
    {.name = "token_id", .from = OF_EVENT(api_token_created, token_id)},
    {.name = "name", .from = OF_EVENT(api_token_created, name)},
    {.name = "scope", .from = OF_EVENT(api_token_created, scope)},
    {.name = "expires_at", .from = OF_EVENT(api_token_created, expires_at)},
    {0},
};
static const struct detail api_tokens_ended_details[] = {
    {.name = "token_ids", .from = OF_EVENT(api_tokens_ended, token_ids)},
    {.name = "end", .from = OF_EVENT(api_tokens_ended, end)},
    {0},
};

/* As with sessions. */
static bool is_device_told(const struct record *record)
{
    int64_t end = ((const struct devices_ended *)record->event)->end.is;

    return end != DEVICE_EXPIRED && end != DEVICE_ACCESS_CHANGED;
}

static const struct detail device_details[] = {
    {.name = "device_id", .from = OF_EVENT(device_trusted, device_id)},
    {.name = "trusted_until", .from = OF_EVENT(device_trusted, trusted_until)},
    {0},
};
static const struct detail devices_ended_details[] = {
    {.name = "device_ids", .from = OF_EVENT(devices_ended, device_ids)},
    {.name = "end", .from = OF_EVENT(devices_ended, end)},
    {0},
};

static const struct detail provider_created_details[] = {
    {.name = "slug", .from = OF_EVENT(provider_created, definition.slug)},
    {.name = "enabled", .from = OF_EVENT(provider_created, definition.enabled)},
    {0},
};
static const struct detail provider_before[] = {
    {.name = "name", .from = OF_ROW(provider_row, name)},
    {.name = "enabled", .from = OF_ROW(provider_row, enabled)},
    {.name = "slug", .from = OF_ROW(provider_row, slug)},
    {0},
};
static const struct detail provider_after[] = {
    {.name = "name", .from = OF_EVENT(provider_changed, definition.name)},
    {.name = "enabled", .from = OF_EVENT(provider_changed, definition.enabled)},
    {.name = "slug", .from = OF_EVENT(provider_changed, definition.slug)},
    {0},
};
static const struct detail provider_rules_details[] = {
    {.name = "claim", .from = OF_EVENT(provider_rules_set, claim)},
    {.name = "required_value", .from = OF_EVENT(provider_rules_set, required_value)},
    {.name = "rules", .from = OF_EVENT(provider_rules_set, rules)},
    {0},
};
static const struct detail identity_details[] = {
    {.name = "provider_id", .from = OF_EVENT(identity_vouched, provider_id)},
    {0},
};
static const struct detail directory_linked_details[] = {
    {.name = "provider_id", .from = OF_EVENT(directory_user_linked, provider_id)},
    {0},
};
static const struct detail directory_unlinked_details[] = {
    {.name = "provider_id", .from = OF_EVENT(directory_user_unlinked, provider_id)},
    {0},
};
static const struct detail group_created_details[] = {
    {.name = "provider_id", .from = OF_EVENT(directory_group_created, provider_id)},
    {.name = "external_id", .from = OF_EVENT(directory_group_created, external_id)},
    {0},
};
static const struct detail group_before[] = {
    {.name = "name", .from = OF_ROW(directory_group_row, display_name)},
    {.name = "external_id", .from = OF_ROW(directory_group_row, external_id)},
    {0},
};
static const struct detail group_after[] = {
    {.name = "name", .from = OF_EVENT(directory_group_changed, display_name)},
    {.name = "external_id", .from = OF_EVENT(directory_group_changed, external_id)},
    {0},
};
static const struct detail group_deleted_details[] = {
    {.name = "provider_id", .from = OF_EVENT(directory_group_deleted, provider_id)},
    {0},
};
static const struct detail user_provisioned_details[] = {
    {.name = "role", .from = OF_EVENT(user_provisioned, role)},
    {.name = "provider_id", .from = OF_EVENT(user_provisioned, provider_id)},
    {0},
};

static const struct detail sign_in_rules_details[] = {
    {.name = "second_factor_required",
     .from = OF_EVENT(sign_in_rules_changed, second_factor_required)},
    {0},
};

static const struct detail key_added_details[] = {
    {.name = "key_id", .from = OF_EVENT(security_key_added, key_id)},
    {0},
};
static const struct detail key_removed_details[] = {
    {.name = "key_id", .from = OF_EVENT(security_key_removed, key_id)},
    {.name = "is_last", .from = OF_EVENT(security_key_removed, is_last)},
    {0},
};

#define PROVIDER(event_tag, action_name, id)                                                       \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "oidc_provider", .target_id = OF_EVENT(event_tag, id),                          \
    .table = &providers_table

/* Who has come and gone the event tells: they may be thousands. */
#define GROUP(event_tag, action_name)                                                              \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "directory_group", .target_id = OF_EVENT(event_tag, group_id),                  \
    .table = &directory_groups_table

const struct audit_rule identity_audit_rules[] = {
    {.event = &user_registered_event, .no_entry = "Done by the program at first start."},
    {KNOWN_USER(user_signed_in, "auth.login.success"), .is_by_target = true},
    {KNOWN_USER(sign_in_failed, "auth.login.failed"), .metadata = sign_in_failed_details},
    {USER(user_created, "user.created"),
     .label = {OF_EVENT(user_created, email), OF_EVENT(user_created, user_id)},
     .metadata = user_created_details},
    /* The first invitation is part of making the account. */
    {KNOWN_USER(user_invited, "user.invitation.resent"),
     .only_if = OF_EVENT(user_invited, is_again)},
    {KNOWN_USER(invitation_accepted, "user.invitation.accepted")},
    {USER(user_updated, "user.updated"),
     .label =
         {OF_EVENT(user_updated, email), OF_ROW(user_row, email), OF_EVENT(user_updated, user_id)},
     .metadata = user_updated_details},
    {KNOWN_USER(user_deleted, "user.deleted")},
    {KNOWN_USER(preferences_changed, "user.preferences.updated"), .metadata = preferences_details},
    {KNOWN_USER(password_changed, "user.password.changed")},
    {KNOWN_USER(password_reset_requested, "user.password-reset.requested")},
    {KNOWN_USER(password_reset, "user.password-reset.completed")},
    {.event = &factor_offered_event, .no_entry = "Nothing has changed yet; enabling it is told."},
    {KNOWN_USER(factor_enabled, "auth.mfa.enabled")},
    {.event = &factor_used_event, .no_entry = "Part of a sign-in, which is told."},
    {KNOWN_USER(recovery_codes_replaced, "auth.mfa.recovery-codes.regenerated")},
    {KNOWN_USER(factor_disabled, "auth.mfa.disabled")},
    {KNOWN_USER(security_key_added, "auth.security-key.added"), .metadata = key_added_details},
    {.event = &security_key_used_event, .no_entry = "What it was used for is told."},
    {KNOWN_USER(security_key_removed, "auth.security-key.removed"),
     .metadata = key_removed_details},
    {.event = &session_refreshed_event, .no_entry = "A session goes on."},
    {KNOWN_USER(sessions_ended, "auth.sessions.ended"), .only_where = is_told,
     .metadata = sessions_ended_details},
    {USER(service_account_created, "service-account.created"),
     .label = {OF_EVENT(service_account_created, name)}},
    {KNOWN_USER(api_token_created, "auth.api-token.created"), .metadata = api_token_details},
    {.event = &api_token_used_event, .no_entry = "What it was used for is told."},
    {PROVIDER(provider_created, "auth.oidc-provider.created", definition.provider_id),
     .label = {OF_EVENT(provider_created, definition.name)}, .metadata = provider_created_details},
    {PROVIDER(provider_changed, "auth.oidc-provider.updated", definition.provider_id),
     .label = {OF_EVENT(provider_changed, definition.name)}, .before = provider_before,
     .after = provider_after},
    {PROVIDER(provider_rules_set, "auth.oidc-provider.rules.updated", provider_id),
     .label = {OF_ROW(provider_row, name)}, .metadata = provider_rules_details},
    {PROVIDER(provider_deleted, "auth.oidc-provider.deleted", provider_id),
     .label = {OF_ROW(provider_row, name)}},
    {KNOWN_USER(identity_vouched, "auth.oidc.identity.linked"),
     .only_if = OF_EVENT(identity_vouched, is_first), .metadata = identity_details,
     .is_by_target = true},
    {KNOWN_USER(directory_user_linked, "user.directory.linked"),
     .metadata = directory_linked_details},
    {KNOWN_USER(directory_user_unlinked, "user.directory.unlinked"),
     .metadata = directory_unlinked_details},
    {GROUP(directory_group_created, "directory.group.created"),
     .label = {OF_EVENT(directory_group_created, display_name)}, .metadata = group_created_details},
    {GROUP(directory_group_changed, "directory.group.updated"),
     .label = {OF_EVENT(directory_group_changed, display_name)}, .before = group_before,
     .after = group_after},
    {GROUP(directory_group_deleted, "directory.group.deleted"),
     .label = {OF_ROW(directory_group_row, display_name)}, .metadata = group_deleted_details},
    {USER(user_provisioned, "user.created"),
     .label = {OF_EVENT(user_provisioned, email), OF_EVENT(user_provisioned, user_id)},
     .metadata = user_provisioned_details},
    {.event = &sign_in_rules_changed_event,
     .list = AUDIT_PLATFORM,
     .action = "auth.sign-in-rules.updated",
     .target_type = "sign_in_rules",
     .target_id = OF_ENTRY(stream),
     .metadata = sign_in_rules_details},
    {KNOWN_USER(api_tokens_ended, "auth.api-tokens.ended"), .metadata = api_tokens_ended_details},
    {KNOWN_USER(device_trusted, "auth.device.trusted"), .metadata = device_details},
    {KNOWN_USER(devices_ended, "auth.devices.ended"), .only_where = is_device_told,
     .metadata = devices_ended_details},
    {0},
};
