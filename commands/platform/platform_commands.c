/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"

const struct command *const platform_commands[] = {
    &open_ledger_command,
    &record_refusal_command,
    &summarise_refusals_command,
    &query_due_timers_command,
    &rotate_signing_key_command,
    &declare_origin_command,
    &record_restore_command,
    &record_drill_command,
    &make_export_command,
    &record_look_command,
    &count_looks_command,
    &record_opening_command,
    &admit_follower_command,
    &revoke_follower_command,
    &query_follower_command,
    &promote_leader_command,
    &rotate_key_encryption_key_command,
    &change_settings_command,
    &query_settings_command,
    &request_restart_command,
    NULL,
};
