/*
 * Routes of what people and programs come in by, once it is opened or made: sessions, trusted devices and tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/identity/device_hooks.h"
#include "api/identity/password_steps.h"
#include "api/identity/session.h"
#include "api/identity/session_hooks.h"
#include "api/identity/session_resources.h"
#include "api/identity/token_hooks.h"
#include "api/identity/user_hooks.h"
#include "api/identity/user_resources.h"
#include "api/route.h"
#include "commands/identity/api_token_commands.h"
#include "commands/identity/device_commands.h"
#include "commands/identity/session_commands.h"

#define PLAIN .tag = "identity", .status = 200

/* What a recovery administrator does for others, too. */
#define RESTORED PLAIN, .who = WHO_PLATFORM_ADMIN, .is_for_recovery = true

const struct route session_routes[] = {
    {PLAIN, .method = "POST", .path = "/auth/refresh",
     .doc =
         "Exchanges a refresh token for an access token and the next refresh token. One that comes "
         "twice ends its session.",
     .who = WHO_ANYONE, .handle = session_refresh, .input_shape = &refresh_body_shape,
     .reply.shape = &session_view_shape},
    {PLAIN, .method = "POST", .path = "/auth/logout",
     .doc = "Ends the session that the caller asks with, or all of theirs.", .who = WHO_USER,
     .is_open_without_factor = true, .is_about_caller = true, .needs_session = true,
     .handle = session_sign_out, .input_shape = &sign_out_body_shape,
     .reply.shape = &success_view_shape},
    {PLAIN, .method = "GET", .path = "/users/me/sessions",
     .doc = "Lists the caller's sessions that are open, the newest first.", .who = WHO_USER,
     .is_open_without_factor = true, .lists = &own_session_resource},
    {PLAIN, .method = "DELETE", .path = "/users/me/sessions",
     .doc = "Ends all sessions of the caller but the one that they ask with.", .who = WHO_USER,
     .is_about_caller = true, .needs_session = true, .command = &end_sessions_command,
     .before_submit = session_prepare_end_others, .render = user_answer_success,
     .reply.shape = &success_view_shape},
    {PLAIN, .method = "DELETE", .path = "/users/me/sessions/:sessionId",
     .doc = "Ends a session of the caller.", .who = WHO_USER, .is_about_caller = true,
     .needs_session = true, .command = &end_session_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {PLAIN, .method = "GET", .path = "/users/me/devices",
     .doc = "Lists the devices that the caller trusts, the newest first.", .who = WHO_USER,
     .lists = &own_device_resource},
    {.method = "POST",
     .path = "/users/me/devices",
     .tag = "identity",
     .status = 201,
     .doc = "Has a device stand for the second factor of the caller's sign-ins. Its token is shown "
            "only now.",
     .who = WHO_USER,
     .is_about_caller = true,
     .needs_session = true,
     .command = &trust_device_command,
     .before_submit = device_prepare_trust,
     .render = device_answer_trusted,
     .reply.shape = &trusted_device_view_shape},
    {PLAIN, .method = "DELETE", .path = "/users/me/devices",
     .doc = "Has none of the caller's devices be trusted any more.", .who = WHO_USER,
     .is_about_caller = true, .needs_session = true, .command = &end_devices_command,
     .render = user_answer_success, .reply.shape = &success_view_shape},
    {PLAIN, .method = "DELETE", .path = "/users/me/devices/:deviceId",
     .doc = "Has a device of the caller be trusted no more.", .who = WHO_USER,
     .is_about_caller = true, .needs_session = true, .command = &end_device_command,
     .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {PLAIN, .method = "GET", .path = "/users/me/api-tokens",
     .doc =
         "Lists the caller's tokens for programs, the newest first, without the tokens themselves.",
     .who = WHO_USER, .lists = &own_token_resource},
    {PLAIN, .method = "DELETE", .path = "/users/me/api-tokens/:tokenId",
     .doc = "Ends a token for programs of the caller.", .who = WHO_USER, .is_about_caller = true,
     .needs_session = true, .command = &end_api_token_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {.method = "POST",
     .path = "/users/me/api-tokens",
     .tag = "identity",
     .status = 201,
     .doc = "Makes a token for a program, which acts for the caller. It is shown only now.",
     .who = WHO_USER,
     .is_about_caller = true,
     .needs_session = true,
     .command = &create_api_token_command,
     .before_submit = token_prepare_create,
     .render = token_answer_created,
     .reply.shape = &made_token_view_shape},
    {PLAIN, .method = "GET", .path = "/service-accounts",
     .doc = "Lists the accounts of programs, newest first.", .who = WHO_PLATFORM_ADMIN,
     .lists = &service_account_resource},
    {.method = "POST",
     .path = "/service-accounts",
     .tag = "identity",
     .status = 201,
     .doc = "Creates an account for programs, which nobody signs in to.",
     .who = WHO_PLATFORM_ADMIN,
     .command = &create_service_account_command,
     .shows = &user_resource},
    {.method = "POST",
     .path = "/service-accounts/:userId/api-tokens",
     .tag = "identity",
     .status = 201,
     .doc = "Makes a token for a program, which acts for the account. It is shown only now.",
     .who = WHO_PLATFORM_ADMIN,
     .needs_session = true,
     .command = &create_api_token_command,
     .before_submit = token_prepare_create,
     .render = token_answer_created,
     .reply.shape = &made_token_view_shape},
    {RESTORED, .method = "GET", .path = "/users/:userId/api-tokens",
     .doc = "Lists a person's tokens for programs, the newest first.",
     .lists = &user_token_resource},
    {RESTORED, .method = "DELETE", .path = "/users/:userId/api-tokens/:tokenId",
     .doc = "Ends a person's token for programs.", .needs_session = true,
     .command = &end_api_token_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {RESTORED, .method = "GET", .path = "/users/:userId/devices",
     .doc = "Lists the devices that a person trusts, the newest first.",
     .lists = &user_device_resource},
    {RESTORED, .method = "DELETE", .path = "/users/:userId/devices",
     .doc = "Has none of a person's devices be trusted any more.", .needs_session = true,
     .command = &end_devices_command, .render = user_answer_success,
     .reply.shape = &success_view_shape},
    {RESTORED, .method = "DELETE", .path = "/users/:userId/devices/:deviceId",
     .doc = "Has a device of a person be trusted no more.", .needs_session = true,
     .command = &end_device_command, .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {RESTORED, .method = "GET", .path = "/users/:userId/sessions",
     .doc = "Lists a person's sessions that are open, the newest first.",
     .lists = &user_session_resource},
    {RESTORED, .method = "DELETE", .path = "/users/:userId/sessions",
     .doc = "Ends all sessions of a person.", .needs_session = true,
     .command = &end_sessions_command, .render = user_answer_success,
     .reply.shape = &success_view_shape},
    {RESTORED, .method = "DELETE", .path = "/users/:userId/sessions/:sessionId",
     .doc = "Ends a session of a person.", .needs_session = true, .command = &end_session_command,
     .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {.method = NULL},
};
