/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"

#include "commands/identity/api_token_commands.h"
#include "commands/identity/device_commands.h"
#include "commands/identity/directory_commands.h"
#include "commands/identity/factor_commands.h"
#include "commands/identity/install_commands.h"
#include "commands/identity/provider_commands.h"
#include "commands/identity/security_key_commands.h"
#include "commands/identity/session_commands.h"

const struct command *const identity_commands[] = {
    &register_admin_command,
    &install_server_command,
    &query_sign_in_command,
    &sign_in_command,
    &fail_sign_in_command,
    &query_access_command,
    &query_user_scope_command,
    &create_user_command,
    &resend_invitation_command,
    &query_mailed_token_command,
    &accept_invitation_command,
    &update_user_command,
    &delete_user_command,
    &change_preferences_command,
    &change_password_command,
    &request_password_reset_command,
    &reset_password_command,
    &set_password_command,
    &offer_factor_command,
    &enable_factor_command,
    &replace_recovery_codes_command,
    &disable_factor_command,
    &sign_in_by_factor_command,
    &refresh_session_command,
    &query_session_command,
    &end_session_command,
    &end_sessions_command,
    &expire_session_command,
    &create_api_token_command,
    &create_service_account_command,
    &end_api_token_command,
    &note_api_token_use_command,
    &expire_api_token_command,
    &create_provider_command,
    &change_provider_command,
    &delete_provider_command,
    &set_provider_rules_command,
    &query_provider_rules_command,
    &try_provider_rules_command,
    &query_provider_command,
    &query_providers_command,
    &sign_in_by_provider_command,
    &end_provider_sessions_command,
    &query_sign_in_rules_command,
    &change_sign_in_rules_command,
    &query_security_keys_command,
    &add_security_key_command,
    &sign_in_by_security_key_command,
    &remove_security_key_command,
    &trust_device_command,
    &end_device_command,
    &end_devices_command,
    &expire_device_command,
    &create_directory_token_command,
    &end_directory_token_command,
    &query_directory_command,
    &create_directory_user_command,
    &change_directory_user_command,
    &leave_directory_user_command,
    &create_directory_group_command,
    &change_directory_group_command,
    &delete_directory_group_command,
    NULL,
};
