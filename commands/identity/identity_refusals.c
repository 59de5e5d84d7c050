/*
 * Why commands about people and sign-ins are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/directory_group.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/install_commands.h"
#include "commands/identity/mailed_token.h"
#include "commands/identity/provider.h"
#include "commands/identity/session.h"

const struct refusal refused_sign_in_void = {
    "invalid_credentials",
    STATUS_UNAUTHENTICATED,
    "Invalid email or password",
    "Sign in again with the present password.",
};
const struct refusal refused_account_inactive = {
    "account_inactive",
    STATUS_UNAUTHENTICATED,
    "This account is inactive.",
    "Ask an admin to activate the account.",
};
const struct refusal refused_account_missing = {
    "user_not_found",
    STATUS_NOT_FOUND,
    "User %s was not found",
    "List the users.",
};
const struct refusal refused_email_taken = {
    "email_taken",
    STATUS_CONFLICT,
    "A user with this email already exists",
    "Use another address, or change the account that has it.",
};
const struct refusal refused_not_pending = {
    "invitation_not_pending",
    STATUS_CONFLICT,
    "Only pending invited users can receive another invitation.",
    "The account is active already; its owner can ask for a new password.",
};
const struct refusal refused_last_admin = {
    "last_platform_admin",
    STATUS_CONFLICT,
    "At least one active platform admin must remain.",
    "Make somebody else a platform admin first.",
};
const struct refusal refused_deactivating_self = {
    "cannot_deactivate_self",
    STATUS_INVALID,
    "You cannot deactivate your own account.",
    "Ask another platform admin.",
};
const struct refusal refused_downgrading_self = {
    "cannot_downgrade_self",
    STATUS_INVALID,
    "You cannot downgrade your own platform admin role.",
    "Ask another platform admin.",
};
const struct refusal refused_activating_pending = {
    "invitation_pending",
    STATUS_CONFLICT,
    "Pending invited users can only become active after accepting their invitation.",
    "Send the invitation again.",
};
const struct refusal refused_deleting_self = {
    "cannot_delete_self",
    STATUS_INVALID,
    "You cannot delete your own account.",
    "Ask another platform admin.",
};
const struct refusal refused_has_workspaces = {
    "workspace_user_has_workspaces",
    STATUS_CONFLICT,
    "Remove this user from all workspaces before deleting the account.",
    "List the members of the workspaces.",
};
const struct refusal refused_has_teams = {
    "workspace_user_has_teams",
    STATUS_CONFLICT,
    "Remove this user from all teams before deleting the account.",
    "List the members of the teams.",
};
const struct refusal refused_has_schedules = {
    "user_has_schedules",
    STATUS_CONFLICT,
    "Delete or reassign this user’s scheduled tasks before deleting the account.",
    "List the scheduled tasks of the person's workspaces.",
};
const struct refusal refused_has_rolling_runs = {
    "user_has_rolling_runs",
    STATUS_CONFLICT,
    "Cancel this user's rolling runs before deleting the account, or let them complete.",
    "List the rolling runs of the person's workspaces.",
};
const struct refusal refused_password_pending = {
    "activation_pending",
    STATUS_INVALID,
    "This account must finish invitation activation before changing the password.",
    "Accept the invitation.",
};
const struct refusal refused_password_wrong = {
    "current_password_incorrect",
    STATUS_UNAUTHENTICATED,
    "Current password is incorrect.",
    "Give the present password, or ask for a new one.",
};
const struct refusal refused_invitation_unknown = {
    "invitation_not_found",
    STATUS_NOT_FOUND,
    "Invitation token was not found.",
    "Use the link of the newest invitation.",
};
const struct refusal refused_invitation_used = {
    "invitation_used",
    STATUS_CONFLICT,
    "Invitation token has already been used.",
    "Sign in.",
};
const struct refusal refused_invitation_over = {
    "invitation_over",
    STATUS_GONE,
    "Invitation token has expired or was revoked.",
    "Ask an admin for another invitation.",
};
const struct refusal refused_reset_unknown = {
    "password_reset_not_found",
    STATUS_NOT_FOUND,
    "Password reset token was not found.",
    "Use the link of the newest mail.",
};
const struct refusal refused_reset_used = {
    "password_reset_used",
    STATUS_CONFLICT,
    "Password reset token has already been used.",
    "Sign in, or ask for another one.",
};
const struct refusal refused_reset_over = {
    "password_reset_over",
    STATUS_GONE,
    "Password reset token has expired or was revoked.",
    "Ask for another one.",
};
const struct refusal refused_reset_inactive = {
    "account_not_active",
    STATUS_CONFLICT,
    "Only active accepted accounts can reset their password.",
    "Ask an admin to activate the account.",
};

const struct refusal refused_session_missing = {
    "session_not_found",
    STATUS_NOT_FOUND,
    "Session %s was not found",
    "List the sessions; one that has ended is not among them.",
};
const struct refusal refused_session_over = {
    "session_ended",
    STATUS_UNAUTHENTICATED,
    "The session has ended.",
    "Sign in again.",
};

const struct refusal refused_token_missing = {
    "api_token_not_found",
    STATUS_NOT_FOUND,
    "API token %s was not found",
    "List the tokens; one that has ended is not among them.",
};
const struct refusal refused_tokens_too_many = {
    "api_tokens_too_many",
    STATUS_CONFLICT,
    "This account has as many API tokens as it may have.",
    "End those that nothing uses any more: each says when it was last used.",
};
const struct refusal refused_token_expiry = {
    "api_token_expiry_invalid",
    STATUS_INVALID,
    "expiresAt must lie in the future, and no farther than API_TOKEN_DAYS.",
    "Choose an earlier time, and make another token before it has passed.",
};
const struct refusal refused_token_workspace = {
    "api_token_workspace_unknown",
    STATUS_INVALID,
    "workspaceIds names a workspace that the owner does not belong to: %s",
    "List the owner's workspaces.",
};

const struct refusal refused_token_of_other = {
    "api_token_of_other",
    STATUS_FORBIDDEN,
    "Nobody makes an API token for another person.",
    "They make it themselves; or make a service account, and a token for that.",
};
const struct refusal refused_service_account = {
    "service_account",
    STATUS_CONFLICT,
    "A service account has no address, and no role on the platform.",
    "Change its name or its activity; make it a member of workspaces.",
};

const struct refusal refused_provider_missing = {
    "provider_not_found",
    STATUS_NOT_FOUND,
    "OIDC provider %s was not found.",
    "List the providers; one that is switched off is not there for sign-ins.",
};
const struct refusal refused_provider_slug_taken = {
    "provider_slug_taken",
    STATUS_CONFLICT,
    "An identity provider with this slug already exists.",
    "Choose another slug, or change that provider.",
};
const struct refusal refused_providers_full = {
    "providers_full",
    STATUS_CONFLICT,
    "There are as many identity providers as there may be: 32.",
    "Delete one that nobody signs in through.",
};
const struct refusal refused_provider_field = {
    "provider_field_invalid",
    STATUS_INVALID,
    "%s must %s",
    "Correct the field that is named.",
};
const struct refusal refused_not_vouched = {
    "sign_in_not_available",
    STATUS_FORBIDDEN,
    "Single sign-on is only available to existing active users.",
    "Ask an admin for an account, or to activate it; a provider may be set up to create accounts.",
};
const struct refusal refused_domain_not_vouched = {
    "email_domain_not_allowed",
    STATUS_FORBIDDEN,
    "Single sign-on through this provider is not available to addresses of this domain.",
    "An admin may add the domain to the provider's allowedDomains.",
};
const struct refusal refused_identity_of_other = {
    "identity_of_other",
    STATUS_CONFLICT,
    "This identity provider account is already linked to another user.",
    "Sign in with that user's address, or have an admin change the address of either account.",
};
const struct refusal refused_account_of_other = {
    "account_of_other_identity",
    STATUS_CONFLICT,
    "This account is linked to another account of the identity provider.",
    "Sign in as that one. Where the provider made its accounts anew, delete it here and set it up again.",
};

const struct refusal refused_value_missing = {
    "claim_missing",
    STATUS_FORBIDDEN,
    "Your identity provider does not say that you may come in.",
    "Ask whoever runs the provider for the group that lets people in here.",
};

const struct refusal refused_values_too_many = {
    "groups_too_many",
    STATUS_FORBIDDEN,
    "The identity provider names more than 500 groups that you are in.",
    "Have the provider send those groups alone that its application is assigned, or that rules name.",
};

const struct refusal refused_address_not_linked = {
    "directory_address_taken",
    STATUS_CONFLICT,
    "A user with this email already exists, whom this directory does not look after.",
    "Have them sign in through the provider once; accounts with a role on the platform, and those "
    "of other directories, are never linked.",
};
const struct refusal refused_directory_over_admin = {
    "directory_over_role",
    STATUS_FORBIDDEN,
    "A directory does not change the address of who has a role on the platform.",
    "A platform admin changes it here.",
};
const struct refusal refused_off_by_hand = {
    "directory_account_off",
    STATUS_CONFLICT,
    "Somebody here switched this account off.",
    "A platform admin switches it on again; what the directory switched off it may switch on.",
};

const struct refusal refused_set_up_already = {
    "setup_completed",
    STATUS_CONFLICT,
    "Setup already completed.",
    "Sign in; settings are changed under /platform-settings.",
};
const struct refusal refused_group_missing = {
    "directory_group_not_found",
    STATUS_NOT_FOUND,
    "Group %s was not found",
    "List the groups that the directory has sent.",
};
const struct refusal refused_group_value_taken = {
    "directory_group_taken",
    STATUS_CONFLICT,
    "Another group of this directory has the name or externalId %s.",
    "Give the groups different names: the provider's rules know them by these.",
};
const struct refusal refused_group_member = {
    "directory_member_unknown",
    STATUS_INVALID,
    "members: %s is nobody whom this directory looks after.",
    "Send the person first; a member's value is the id that the answer has.",
};
const struct refusal refused_groups_full = {
    "directory_groups_full",
    STATUS_TOO_LARGE,
    "The directory has as many groups here as it may.",
    "Have it send those alone that a rule is about.",
};
const struct refusal refused_group_full = {
    "directory_group_full",
    STATUS_TOO_LARGE,
    "members: a group has at most 10000.",
    "Have the directory send several groups, and a rule for each.",
};
const struct refusal refused_group_seats = {
    "directory_seats_full",
    STATUS_TOO_LARGE,
    "members: all groups of a directory together have at most 200000.",
    "Have it send those groups alone that a rule is about.",
};
const struct refusal refused_group_change_large = {
    "directory_change_large",
    STATUS_TOO_LARGE,
    "members: one order concerns at most 1000 people.",
    "Add or remove members by several orders (PATCH), then order the rest.",
};

const struct refusal refused_recovery_of_self = {
    "recovery_of_self",
    STATUS_FORBIDDEN,
    "A recovery administrator restores access to others, and gives themselves none.",
    "Ask a platform admin, or an admin of the workspace.",
};
const struct refusal refused_recovery_of_role = {
    "recovery_of_role",
    STATUS_FORBIDDEN,
    "A recovery administrator gives no role on the platform, and changes nobody's account who has one.",
    "Ask a platform admin.",
};

const struct refusal *const identity_refusals[] = {
    &refused_sign_in_void,
    &refused_account_inactive,
    &refused_account_missing,
    &refused_email_taken,
    &refused_not_pending,
    &refused_last_admin,
    &refused_deactivating_self,
    &refused_downgrading_self,
    &refused_activating_pending,
    &refused_deleting_self,
    &refused_has_workspaces,
    &refused_has_teams,
    &refused_has_schedules,
    &refused_has_rolling_runs,
    &refused_password_pending,
    &refused_password_wrong,
    &refused_invitation_unknown,
    &refused_invitation_used,
    &refused_invitation_over,
    &refused_reset_unknown,
    &refused_reset_used,
    &refused_reset_over,
    &refused_reset_inactive,
    &refused_session_missing,
    &refused_token_missing,
    &refused_token_of_other,
    &refused_service_account,
    &refused_tokens_too_many,
    &refused_token_expiry,
    &refused_token_workspace,
    &refused_session_over,
    &refused_set_up_already,
    &refused_provider_missing,
    &refused_provider_slug_taken,
    &refused_providers_full,
    &refused_provider_field,
    &refused_not_vouched,
    &refused_domain_not_vouched,
    &refused_identity_of_other,
    &refused_account_of_other,
    &refused_values_too_many,
    &refused_value_missing,
    &refused_address_not_linked,
    &refused_directory_over_admin,
    &refused_off_by_hand,
    &refused_group_missing,
    &refused_group_value_taken,
    &refused_group_member,
    &refused_groups_full,
    &refused_group_full,
    &refused_group_seats,
    &refused_group_change_large,
    &refused_recovery_of_self,
    &refused_recovery_of_role,
    NULL,
};
