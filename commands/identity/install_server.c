/*
 * Set the server up: its first administrator, who owns the first workspace, and the settings of its next start. Once:
 * whoever comes later finds an administrator.
 *
 *   api/setup ──install_server──► [here] ──user_registered, workspace_created, member_added, settings_changed (setting_sealed),
 *                                          restart_requested──► the server begins anew, as one that was set up
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/install_commands.h"
#include "commands/platform/platform_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"

static const struct field install_server_fields[] = {
    {PERSONAL(install_server, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Email address to sign in with."},
    {PERSONAL(install_server, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 120, .doc = "Display name of the person."},
    {PERSONAL(install_server, password), .tag = 3, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
    {TEXT(install_server, workspace_name), .tag = 4, .flags = ONE_LINE | REQUIRED, .max = 160,
     .doc = "Name of the workspace."},
    {TEXT(install_server, workspace_slug), .tag = 5, .flags = ONE_LINE | REQUIRED, .max = 80,
     .doc = "Slug of the workspace."},
    {TEXT(install_server, timezone), .tag = 6, .flags = ONE_LINE | REQUIRED, .max = 80,
     .doc = "IANA time zone of the workspace, and of its administrator."},
    {OBJECTS(install_server, settings, wanted_setting), .tag = 7, .flags = REQUIRED,
     .doc = "Settings of the next start."},
};
static const struct shape install_server_shape =
    SHAPE(install_server, "What a server is set up with.");

static void emit_account(struct decision *decision, const struct install_server *order)
{
    const struct user_registered registered = {
        .user_id = decision_id(decision),
        .email = order->email,
        .name = order->name,
        .password = order->password,
        .role = {ROLE_PLATFORM_ADMIN},
        .timezone = order->timezone,
    };
    const struct first_workspace workspace = {
        .name = order->workspace_name,
        .slug = order->workspace_slug,
        .timezone = order->timezone,
    };

    decision_emit(decision, &user_registered_event, registered.user_id, UUID_NONE, &registered);
    workspace_emit_first(decision, registered.user_id, &workspace);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct install_server *order = input;

    if (identity_has_admin(decision->model) || uuid_is_present(workspace_default(decision)))
        return decision_refuse(error, &refused_set_up_already);
    emit_account(decision, order);
    settings_emit(decision, &order->settings);
    decision_emit(
        decision, &restart_requested_event, decision->policy->boot, UUID_NONE,
        &(struct restart_requested){.boot = decision->policy->boot});
    return STATUS_OK;
}

const struct command install_server_command = {
    .name = "install_server",
    .doc = "Sets the server up: administrator, workspace, settings; once.",
    .input = &install_server_shape,
    .decide = decide,
};
