/*
 * Routes of providers that people sign in through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/identity/session.h"
#include "api/provider/provider_logout.h"
#include "api/provider/provider_orders.h"
#include "api/provider/provider_resources.h"
#include "api/provider/provider_sign_in.h"
#include "api/route.h"
#include "commands/identity/provider_commands.h"
#include "migrations/identity/providers.h"

#define PROVIDERS .tag = "identity"
#define CHANGES   PROVIDERS, .who = WHO_PLATFORM_ADMIN, .needs_session = true

const struct route provider_routes[] = {
    {PROVIDERS, .method = "GET", .path = "/auth/providers", .status = 200, .who = WHO_ANYONE,
     .doc = "Lists the sign-in providers that a sign-in page may offer, by name.",
     .handle = provider_offer, .reply = {.shape = &offered_provider_shape, .is_list = true}},
    {PROVIDERS, .method = "GET", .path = "/auth/providers/admin", .status = 200,
     .who = WHO_PLATFORM_ADMIN, .doc = "Lists the sign-in providers, by name.",
     .lists = &provider_resource},
    {CHANGES, .method = "POST", .path = "/auth/providers", .status = 201,
     .doc =
         "Sets up a provider, through which people sign in; its discovery document is looked at.",
     .handle = provider_create, .command = &create_provider_command,
     .reply.shape = &provider_row_shape},
    {CHANGES, .method = "POST", .path = "/auth/providers/test", .status = 200,
     .doc = "Looks at the discovery document of a provider; nothing is kept.",
     .handle = provider_test, .input_shape = &provider_trial_shape,
     .reply.shape = &tried_provider_shape},
    {CHANGES, .method = "PATCH", .path = "/auth/providers/:providerId", .status = 200,
     .doc = "Changes a provider; its discovery document is looked at.", .handle = provider_change,
     .command = &change_provider_command, .reply.shape = &provider_row_shape},
    {CHANGES, .method = "DELETE", .path = "/auth/providers/:providerId", .status = 200,
     .doc = "Deletes a provider: nobody signs in through it any more.",
     .command = &delete_provider_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {PROVIDERS, .method = "GET", .path = "/auth/providers/:providerId/rules", .status = 200,
     .who = WHO_PLATFORM_ADMIN, .doc = "Tells what follows from what a provider says of people.",
     .command = &query_provider_rules_command},
    {CHANGES, .method = "PUT", .path = "/auth/providers/:providerId/rules", .status = 200,
     .doc = "Says what follows from what a provider says of people: all of it.",
     .command = &set_provider_rules_command},
    {PROVIDERS, .method = "POST", .path = "/auth/providers/:providerId/rules/try", .status = 200,
     .who = WHO_PLATFORM_ADMIN,
     .doc = "Tells what would follow from values that somebody has; nothing changes.",
     .command = &try_provider_rules_command},
    {PROVIDERS, .method = "GET", .path = "/auth/oidc/:provider/start", .status = 200,
     .who = WHO_ANYONE, .doc = "Begins a sign-in through a provider: tells where to send somebody.",
     .handle = provider_sign_in_start, .input_shape = &sign_in_start_shape,
     .reply.shape = &authorization_view_shape},
    {PROVIDERS, .method = "GET", .path = "/auth/oidc/:provider/callback", .status = 200,
     .who = WHO_ANYONE, .changes = true,
     .doc = "Ends a sign-in through a provider, by what it sent somebody back with.",
     .handle = provider_sign_in_return, .input_shape = &sign_in_return_shape,
     .reply = {.shape = &session_view_shape, .or_status = 200, .or_shape = &challenge_view_shape}},
    {PROVIDERS, .method = "POST", .path = "/auth/oidc/:provider/backchannel-logout", .status = 200,
     .who = WHO_ANYONE, .takes_form = true,
     .doc = "Takes a provider's word that somebody signed out there: their sessions end.",
     .handle = provider_log_out, .input_shape = &provider_logout_shape,
     .reply.shape = &logout_view_shape},
    {.method = NULL},
};
