/*
 * Routes of authority: what the installation is known by, who came to rule it, by which signature.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authority/authority_resources.h"
#include "api/authority/manifests.h"
#include "api/route.h"
#include "commands/authority/authority_commands.h"

#define AUTHORITY .tag = "authority"
#define GRANT     .reply.shape = &held_role_grant_shape

const struct route authority_routes[] = {
    {AUTHORITY, .method = "GET", .path = "/installation", .status = 200, .who = WHO_ANYONE,
     .doc = "Tells what the installation is known by, and whose signatures it takes.",
     .command = &query_installation_command},
    {AUTHORITY, .method = "POST", .path = "/installation/bootstrap-owner", .status = 201,
     .who = WHO_ANYONE,
     .doc = "Makes the first owner, once, by a manifest that a product root key has signed.",
     .handle = authority_bootstrap, .input_shape = &bootstrap_body_shape,
     .reply.shape = &bootstrapped_owner_shape},
    {AUTHORITY, .method = "GET", .path = "/installation/role-grants", .status = 200,
     .who = WHO_PLATFORM_AUDITOR,
     .doc = "Lists the grants of roles, the newest first, as they were signed.",
     .lists = &role_grant_resource},
    {AUTHORITY, GRANT, .method = "POST", .path = "/installation/role-grants", .status = 201,
     .who = WHO_USER, .needs_session = true,
     .doc = "Hands in a grant that a product root key has signed; its power is its signature.",
     .handle = authority_grant, .input_shape = &envelope_body_shape},
    {AUTHORITY, GRANT, .method = "POST", .path = "/installation/role-grants/:grantId/revoke",
     .status = 200, .who = WHO_USER, .needs_session = true,
     .doc = "Has a grant be good no more: by a platform admin, or by a revocation that is signed.",
     .handle = authority_revoke, .input_shape = &revocation_body_shape},
    {AUTHORITY, .method = "POST", .path = "/installation/roots/rotate", .status = 200,
     .who = WHO_PLATFORM_ADMIN, .needs_session = true,
     .doc = "Has another key sign manifests, as the one before it says.",
     .handle = authority_rotate, .input_shape = &envelope_body_shape,
     .reply.shape = &installation_view_shape},
    {AUTHORITY, .method = "GET", .path = "/users/me/authority", .status = 200, .who = WHO_USER,
     .is_about_caller = true,
     .doc = "Tells the caller's role on the platform, and whether it counts.",
     .command = &query_authority_command},
    {.method = NULL},
};
